package dossier

import (
	"quitt/debt/staff"
	"quitt/store/documents"
)

// Where a document is seen: as it was drawn anew, and as it came.
const (
	PreviewPath  = Home + "/vorschau"
	OriginalPath = Home + "/original"
)

// Document is something that was handed in, as pages list it.
type Document struct {
	Name, Kind, When string
	Preview          string // address, "" without
	Original         string
	State            string // why there is none
	Side             string // where it is the creditor's: who else sees it
	Active           bool
	Picture          bool
}

// Documents lists those of the case; with a subject, those that belong to it.
func (s Scene) Documents(of ...documents.Subject) (list []Document) {
	for _, d := range s.Record.Documents {
		if len(of) == 0 || d.Subject == of[0] {
			list = append(list, s.document(d))
		}
	}
	return list
}

func (s Scene) document(d documents.Document) Document {
	x := Document{Name: d.Name.Reveal(), Kind: string(d.Kind), When: s.Base.Moment(d.UploadedAt), Active: d.Active, Picture: d.PreviewKind == documents.JPEG}
	switch {
	case d.FromCreditor() && d.ForDebtor():
		x.Side = s.Base.Words.Text("record_document_sent", nil)
	case d.FromCreditor():
		x.Side = s.Base.Words.Text("record_document_internal", nil)
	}
	switch {
	case d.State == documents.Quarantine:
		x.State = s.Base.Words.Text("record_document_waits", nil)
	case !d.Shown():
		x.State = s.Base.Words.Text("record_document_infected", nil)
	default:
		if d.Preview != "" {
			x.Preview = s.Link(PreviewPath, "id", string(d.ID))
		}
		if s.Role.May(staff.Act) {
			x.Original = s.Link(OriginalPath, "id", string(d.ID))
		}
	}
	return x
}
