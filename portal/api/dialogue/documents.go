package dialogue

import (
	"context"
	"errors"
	"net/http"

	"quitt/cases/upload"
	"quitt/debt"
	"quitt/portal/api/wire"
	"quitt/store"
	"quitt/store/documents"
	"quitt/store/messages"
)

// Document is a file that was handed in.
type Document struct {
	ID         debt.ID `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"For its content."`
	Name       string  `json:"name" example:"quittung.pdf" doc:"As the sender called it."`
	Kind       string  `json:"kind" enum:"pdf,jpeg,png" example:"pdf" doc:"Found out from its content."`
	Bytes      int64   `json:"bytes" example:"20480" doc:"How long it is."`
	SHA256     string  `json:"sha256" example:"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" doc:"Of the file as it came, in hex."`
	State      string  `json:"state" example:"clean" doc:"clean or unscanned have content."`
	Active     bool    `json:"active" example:"false" doc:"A PDF with scripts, attachments or links."`
	From       string  `json:"from" enum:"debtor,creditor" example:"debtor" doc:"Whose side brought it."`
	ForDebtor  bool    `json:"for_debtor" example:"true" doc:"The debtor may see it."`
	Purpose    string  `json:"purpose" enum:"invoice,contract,reminder,title,other," example:"invoice" doc:"What it is; empty for what the debtor's side brought."`
	About      string  `json:"about" example:"objection" doc:"What it belongs to; empty while it is not attached."`
	AboutID    string  `json:"about_id" example:"" doc:"Id of that."`
	UploadedAt string  `json:"uploaded_at" format:"date-time" example:"2026-11-28T09:30:00Z" doc:"When."`
}

// Documents are those of a case.
type Documents struct {
	Documents []Document `json:"documents" nullable:"false" doc:"The oldest first."`
}

func (d Desk) documents(ctx context.Context, c wire.Caller, in *caseIn) (*wire.Out[Documents], error) {
	at, err := d.at(ctx, c, in.At)
	if err != nil {
		return nil, err
	}
	out := Documents{[]Document{}}
	if d.Documents == nil {
		return wire.Said(out), nil
	}
	list, err := d.Documents.List(ctx, at.Creditor, at.Case)
	for _, f := range list {
		out.Documents = append(out.Documents, shown(f))
	}
	return wire.Said(out), err
}

type file struct {
	ContentType string `header:"Content-Type" doc:"Of the file."`
	Disposition string `header:"Content-Disposition" doc:"attachment: never shown in place."`
	Policy      string `header:"Content-Security-Policy" doc:"A browser that shows it all the same runs nothing of it."`
	Body        []byte
}

// mediaTypes are those of the kinds that are taken.
var mediaTypes = map[documents.Kind]string{documents.PDF: "application/pdf", documents.JPEG: "image/jpeg", documents.PNG: "image/png"}

func (d Desk) content(ctx context.Context, c wire.Caller, in *onIn) (*file, error) {
	at, err := d.at(ctx, c, in.At)
	if err == nil && d.Documents == nil {
		err = debt.E(debt.NotFound, "document_unknown", nil)
	}
	if err != nil {
		return nil, err
	}
	f, content, err := d.Documents.Open(ctx, at.Creditor, at.Case, debt.ID(in.ID))
	return &file{mediaTypes[f.Kind], "attachment", "sandbox; default-src 'none'", content}, err
}

func shown(f documents.Document) Document {
	from := "debtor"
	if f.FromCreditor() {
		from = "creditor"
	}
	return Document{f.ID, f.Name.Reveal(), string(f.Kind), f.Bytes, f.SHA256, string(f.State), f.Active, from, f.ForDebtor(), string(f.Purpose),
		f.Subject.Kind, f.Subject.ID, wire.Instant(f.UploadedAt)}
}

// NewDocument is one of the creditor's side.
type NewDocument struct {
	Name      string `json:"name" minLength:"1" maxLength:"200" example:"R-2026-118.pdf" doc:"With the ending that fits the content."`
	Purpose   string `json:"purpose" enum:"invoice,contract,reminder,title,other" example:"invoice" doc:"What it is."`
	ForDebtor bool   `json:"for_debtor" example:"true" doc:"true: the debtor is sent it with a message. false: your side alone sees it."`
	Content   []byte `json:"content" minLength:"4" example:"JVBERi0xLjQK" doc:"A PDF, JPEG or PNG of at most 10 MiB, in base64 (RFC 4648, section 4)."`
	Text      string `json:"text,omitempty" maxLength:"5000" example:"Anbei die Rechnung." doc:"What the debtor reads with it."`
	Request   string `json:"request,omitempty" maxLength:"64" example:"" doc:"The request of the debtor that it answers."`
}

// mostContent is the body of a document of ten megabytes and what goes around it.
const mostContent = 14 << 20

type giveIn struct {
	wire.At
	Body NewDocument
}

type givenOut struct {
	Status int
	Body   Document
}

// give takes a document of the creditor's side. What the debtor is to see belongs to a message
// from the beginning: it never waits where he would take it for one of his own.
func (d Desk) give(ctx context.Context, c wire.Caller, in *giveIn) (*givenOut, error) {
	b := in.Body
	if !b.ForDebtor && b.Text+b.Request != "" {
		return nil, wire.Invalid("body.for_debtor", debt.E(debt.Invalid, "api_document_internal", nil))
	}
	at, err := d.at(ctx, c, in.At)
	if err == nil && d.Documents == nil {
		err = debt.E(debt.Unavailable, "documents_unavailable", nil)
	}
	if err != nil {
		return nil, err
	}
	g := upload.Given{Name: b.Name, Content: b.Content, Purpose: documents.Purpose(b.Purpose), To: documents.Subject{Kind: documents.Internal, ID: string(at.Case)}, Then: d.Messages.Note}
	if b.ForDebtor {
		m := messages.Message{ID: store.NewID(), CaseID: at.Case, By: c.By(), RequestID: debt.ID(b.Request), Text: debt.Personal(b.Text)}
		g.To = documents.Subject{Kind: documents.Message, ID: string(m.ID)}
		g.Then = func(t *store.Tx, doc documents.Document) error { return d.Messages.Enclose(t, m, doc) }
	}
	doc, fresh, err := d.Documents.Give(ctx, upload.Sender{Creditor: at.Creditor, Case: at.Case, By: c.By()}, g)
	var refused *debt.Error
	if errors.As(err, &refused) && refused.Kind == debt.Invalid {
		return nil, wire.Invalid("body.content", refused)
	}
	if err != nil {
		return nil, err
	}
	out := &givenOut{http.StatusCreated, shown(doc)}
	if !fresh {
		out.Status = http.StatusOK
	}
	return out, nil
}
