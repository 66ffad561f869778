package dialogue

import (
	"context"

	"quitt/cases/messages"
	"quitt/debt"
	"quitt/portal/api/wire"
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
