package page

import (
	"strconv"
	"strings"

	"quitt/debt"
	"quitt/store/documents"
)

// Uploads is the field for documents, {{template "uploads" .Uploads}}. It belongs to the page's
// form: without a script sending files sends all of it, and the page comes back with what was
// typed (Again). What waits in the case is ticked there and sent with the page's form, as values
// of "document"; documents.Attach takes them from there. The page loads "upload.js".
type Uploads struct {
	Base

	Form string // id of the page's form; "" where documents are only listed
	Back string // the page to come back to
	Held []Held
}

// Held is a document that is here.
type Held struct {
	ID               debt.ID
	Name, Kind, Size string
	Ticked           bool
	On, Note, Link   string // where they are listed
}

// Received is what became of one file that was sent; without a refusal it was taken.
type Received struct {
	ID            debt.ID
	Name, Refusal string
}

// NewUploads words what waits in a case: documents.Loose gives that.
func NewUploads(b Base, waiting []documents.Document, form, back string) Uploads {
	u := Uploads{Base: b, Form: form, Back: back}
	for _, d := range waiting {
		h := NewHeld(b, d)
		h.Ticked = b.Again.ticked(string(d.ID))
		u.Held = append(u.Held, h)
	}
	return u
}

// NewHeld words one document.
func NewHeld(b Base, d documents.Document) Held {
	h := Held{ID: d.ID, Name: d.Name.Reveal(), Kind: strings.ToUpper(string(d.Kind)), On: b.Date(debt.DateIn(d.UploadedAt, debt.Berlin))}
	h.Size = strconv.FormatInt(max(1, (d.Bytes+500)/1000), 10)
	switch d.State {
	case documents.Quarantine:
		h.Note = b.Words.Text("uploads_checked", nil)
	case documents.Infected:
		h.Note = b.Words.Text("uploads_infected", nil)
	default:
		h.Link = "/akte/anlage?id=" + string(d.ID)
	}
	return h
}

// Chosen gives the documents ticked in a form.
func (v Values) Chosen() (ids []debt.ID) {
	for _, id := range v["document"] {
		ids = append(ids, debt.ID(id))
	}
	return ids
}

// Results is what became of files just sent, where the page comes back with them.
func (u Uploads) Results() []Received {
	if u.Again == nil {
		return nil
	}
	return u.Again.Received
}

// Onward leads on from them: nowhere, for the page goes on itself.
func (Uploads) Onward() string { return "" }

// Most is how many megabytes a file may have.
func (Uploads) Most() int { return documents.MostEach >> 20 }

// MostBytes is the same in bytes, for the script.
func (Uploads) MostBytes() int { return documents.MostEach }

// Files is how many a case may hold.
func (Uploads) Files() int { return documents.MostFiles }

// All is how many megabytes they may have together.
func (Uploads) All() int { return documents.MostBytes >> 20 }
