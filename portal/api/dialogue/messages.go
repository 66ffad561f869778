package dialogue

import (
	"context"

	"quitt/cases/messages"
	"quitt/debt"
	"quitt/portal/api/wire"
	"quitt/store/documents"
)

// Message is one text in one direction.
type Message struct {
	ID      debt.ID `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"Ours."`
	From    string  `json:"from" enum:"debtor,creditor" example:"debtor" doc:"Whose side wrote it."`
	Request debt.ID `json:"request" example:"" doc:"The request it answers; empty for none."`
	Text    string  `json:"text" example:"Guten Tag" doc:"As it was written."`
	At      string  `json:"at" format:"date-time" example:"2026-11-28T09:30:00Z" doc:"When."`
	Read    bool    `json:"read" example:"false" doc:"By the other side."`
}

// Request is something the debtor has asked for.
type Request struct {
	ID    debt.ID   `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"For its answer."`
	Kind  string    `json:"kind" example:"documents" doc:"What for."`
	State string    `json:"state" example:"open" doc:"Where it stands."`
	Text  string    `json:"text" example:"" doc:"What he wrote with it."`
	DueOn debt.Date `json:"due_on" doc:"The day an answer is owed (RDG § 13a II)."`
}

// Thread is everything written on a case.
type Thread struct {
	Messages []Message `json:"messages" nullable:"false" doc:"The oldest first."`
	Requests []Request `json:"requests" nullable:"false" doc:"The oldest first."`
}

func (d Desk) thread(ctx context.Context, c wire.Caller, in *caseIn) (*wire.Out[Thread], error) {
	at, err := d.at(ctx, c, in.At)
	if err != nil {
		return nil, err
	}
	h, err := d.Messages.Thread(ctx, at.Creditor, at.Case)
	if err != nil {
		return nil, err
	}
	out := Thread{[]Message{}, []Request{}}
	for _, m := range h.Messages {
		from := "creditor"
		if m.FromDebtor() {
			from = "debtor"
		}
		out.Messages = append(out.Messages, Message{m.ID, from, m.RequestID, m.Text.Reveal(), wire.Instant(m.At), !m.ReadAt.IsZero()})
	}
	for _, q := range h.Requests {
		out.Requests = append(out.Requests, Request{q.ID, string(q.Kind), string(q.State), q.Text.Reveal(), q.DueOn})
	}
	return wire.Said(out), nil
}

// NewMessage is one to be sent.
type NewMessage struct {
	Text    string `json:"text" minLength:"1" maxLength:"5000" example:"Ihre Zahlung ist angekommen." doc:"What the debtor reads."`
	Request string `json:"request,omitempty" maxLength:"64" example:"" doc:"The request it answers."`
}

type sendIn struct {
	wire.At
	Body NewMessage
}

func (d Desk) send(ctx context.Context, c wire.Caller, in *sendIn) (*wire.Out[wire.Done], error) {
	at, err := d.at(ctx, c, in.At)
	if err != nil {
		return nil, err
	}
	l := messages.Letter{CreditorID: at.Creditor, CaseID: at.Case, By: c.By(), Text: debt.Personal(in.Body.Text)}
	m, err := d.Messages.Answer(ctx, l, debt.ID(in.Body.Request))
	return wire.Said(wire.Done{ID: string(m.ID)}), err
}

func (d Desk) seen(ctx context.Context, c wire.Caller, in *caseIn) (*wire.Out[wire.Done], error) {
	at, err := d.at(ctx, c, in.At)
	if err != nil {
		return nil, err
	}
	return wire.Said(wire.Done{ID: in.Case}), d.Messages.Seen(ctx, at.Creditor, at.Case)
}

// Document is a file that was handed in.
type Document struct {
	ID         debt.ID `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"For its content."`
	Name       string  `json:"name" example:"quittung.pdf" doc:"As the sender called it."`
	Kind       string  `json:"kind" enum:"pdf,jpeg,png" example:"pdf" doc:"Found out from its content."`
	Bytes      int64   `json:"bytes" example:"20480" doc:"How long it is."`
	SHA256     string  `json:"sha256" example:"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" doc:"Of the file as it came, in hex."`
	State      string  `json:"state" example:"clean" doc:"clean or unscanned have content."`
	Active     bool    `json:"active" example:"false" doc:"A PDF with scripts, attachments or links."`
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
		out.Documents = append(out.Documents, Document{f.ID, f.Name.Reveal(), string(f.Kind), f.Bytes, f.SHA256, string(f.State), f.Active,
			f.Subject.Kind, f.Subject.ID, wire.Instant(f.UploadedAt)})
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
