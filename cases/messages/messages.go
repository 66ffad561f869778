// Package messages is what debtor and creditor write to each other: messages both ways, and
// requests with the day by which an answer is owed.
package messages

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"quitt/debt"
	"quitt/store"
	"quitt/store/documents"
	"quitt/store/messages"
	"quitt/store/tasks"
)

// Desk takes messages and requests. Attach hangs uploaded documents on a message inside its
// transaction; nil where none can be uploaded.
type Desk struct {
	Store  *store.Store
	Now    func() time.Time
	Attach func(t *store.Tx, caseID, message debt.ID, documents []debt.ID) error
}

// The bounds of what is written. A person who has more to say may upload it.
const (
	mostText   = 5_000 // characters
	mostPerDay = 20    // messages and requests of a debtor's side
)

// answerDays is how many working days a request may wait (RDG § 13a II: without delay).
const answerDays = 5

// Tasks that a person has to look at.
const (
	TaskMessage tasks.Kind = "message_unread"
	TaskRequest tasks.Kind = "request_open"
	TaskOverdue tasks.Kind = "request_overdue"
)

// Letter is what somebody writes.
type Letter struct {
	CreditorID, CaseID debt.ID
	By                 debt.Actor
	Text               debt.Personal
	Documents          []debt.ID // uploaded before
}

func (l Letter) text() (debt.Personal, error) {
	text := strings.TrimSpace(strings.ReplaceAll(l.Text.Reveal(), "\r\n", "\n"))
	switch {
	case text == "" && len(l.Documents) == 0:
		return "", debt.E(debt.Invalid, "message_empty", nil)
	case utf8.RuneCountInString(text) > mostText:
		return "", debt.E(debt.Invalid, "message_too_long", debt.Args{"most": mostText})
	}
	return debt.Personal(text), nil
}

// act is one thing a person does on a locked case.
type act struct {
	*store.Tx

	file *store.File
	by   debt.Actor
	now  time.Time
}

// on does one thing in one transaction.
func (d Desk) on(ctx context.Context, l Letter, do func(*act) error) error {
	now := d.Now()
	return d.Store.Write(ctx, l.CreditorID, func(t *store.Tx) error {
		f, err := t.LockOne(l.CaseID)
		if err != nil {
			return err
		}
		return do(&act{t, f, l.By, now})
	})
}

func (a *act) open(kind tasks.Kind, subject debt.ID, reason string) error {
	return tasks.Open(a.Tx, tasks.Task{ID: store.NewID(), Kind: kind, Subject: string(subject), CaseID: a.file.Case.ID, Reason: reason, OpenedAt: a.now})
}

func (a *act) tell(kind debt.EventType, data debt.Args) error {
	e := a.file.Case.EventOf(kind, data)
	e.ID, e.At, e.Actor = store.NewID(), a.now, a.by
	return a.Book(store.Booking{File: a.file, Events: []debt.Event{e}})
}

// Write takes a message of the debtor's side. Forbidden "message_too_many" after twenty in a
// day: a program, or a person who needs a telephone.
func (d Desk) Write(ctx context.Context, l Letter) (messages.Message, error) {
	text, err := l.text()
	if err != nil {
		return messages.Message{}, err
	}
	m := messages.Message{ID: store.NewID(), CaseID: l.CaseID, By: l.By, Text: text}
	err = d.on(ctx, l, func(a *act) error {
		m.At = a.now
		if err := mayWrite(a); err != nil {
			return err
		}
		if err := d.add(a, m, l.Documents); err != nil {
			return err
		}
		if err := a.open(TaskMessage, m.ID, "message"); err != nil {
			return err
		}
		return a.tell(debt.MessageReceived, debt.Args{"message": string(m.ID), "documents": len(l.Documents)})
	})
	return m, err
}

func mayWrite(a *act) error {
	n, err := messages.WrittenSince(&a.Reader, a.file.Case.ID, a.now.Add(-24*time.Hour))
	if err == nil && n >= mostPerDay {
		err = debt.E(debt.Forbidden, "message_too_many", nil)
	}
	return err
}

func (d Desk) add(a *act, m messages.Message, documents []debt.ID) error {
	if err := messages.Add(a.Tx, m); err != nil || len(documents) == 0 {
		return err
	}
	if d.Attach == nil {
		return debt.E(debt.Unavailable, "documents_unavailable", nil)
	}
	return d.Attach(a.Tx, m.CaseID, m.ID, documents)
}

// Answer sends a message of the creditor's side. With a request it answers that.
func (d Desk) Answer(ctx context.Context, l Letter, request debt.ID) (messages.Message, error) {
	text, err := l.text()
	if err != nil {
		return messages.Message{}, err
	}
	m := messages.Message{ID: store.NewID(), CaseID: l.CaseID, By: l.By, RequestID: request, Text: text}
	err = d.on(ctx, l, func(a *act) error {
		m.At = a.now
		return a.answer(m, debt.Args{"documents": len(l.Documents)}, func() error { return d.add(a, m, l.Documents) })
	})
	return m, err
}

// answer sends m, which add adds, and tells of it with data.
func (a *act) answer(m messages.Message, data debt.Args, add func() error) error {
	if err := a.seen(); err != nil {
		return err
	}
	data["message"] = string(m.ID)
	if m.RequestID != "" {
		if err := a.end(m.RequestID, messages.Answered); err != nil {
			return err
		}
		data["request"] = string(m.RequestID)
	}
	if err := add(); err != nil {
		return err
	}
	return a.tell(debt.MessageSent, data)
}

// Enclose sends m with a document of the creditor's side, in the transaction that stores it: the
// document belongs to m from the beginning.
func (d Desk) Enclose(t *store.Tx, m messages.Message, doc documents.Document) error {
	f, err := t.LockOne(m.CaseID)
	if err != nil {
		return err
	}
	text, err := Letter{Text: m.Text, Documents: []debt.ID{doc.ID}}.text()
	if err != nil {
		return err
	}
	a := &act{t, f, m.By, d.Now()}
	m.Text, m.At = text, a.now
	data := debt.Args{"documents": 1, "document": string(doc.ID), "purpose": string(doc.Purpose)}
	return a.answer(m, data, func() error { return messages.Add(t, m) })
}

// Note tells of a document that the creditor's side keeps for itself.
func (d Desk) Note(t *store.Tx, doc documents.Document) error {
	f, err := t.LockOne(doc.CaseID)
	if err != nil {
		return err
	}
	return (&act{t, f, doc.By, d.Now()}).tell(debt.CaseUpdated, debt.Args{"document": string(doc.ID), "purpose": string(doc.Purpose)})
}

// Seen notes that the creditor's side has opened what the debtor wrote.
func (d Desk) Seen(ctx context.Context, creditor, caseID debt.ID) error {
	return d.on(ctx, Letter{CreditorID: creditor, CaseID: caseID}, (*act).seen)
}

func (a *act) seen() error {
	list, err := messages.OfCase(&a.Reader, a.file.Case.ID)
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.FromDebtor() && m.ReadAt.IsZero() {
			if err := tasks.End(a.Tx, tasks.Task{Kind: TaskMessage, Subject: string(m.ID)}, "read", a.now); err != nil {
				return err
			}
		}
	}
	return messages.Read(a.Tx, a.file.Case.ID, false, a.now)
}

// Thread is everything written on a case.
type Thread struct {
	Messages []messages.Message
	Requests []messages.Request
	Unread   int // by the debtor
}

// Thread reads what was written, for either side.
func (d Desk) Thread(ctx context.Context, creditor, caseID debt.ID) (h Thread, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		h = Thread{}
		if h.Messages, err = messages.OfCase(r, caseID); err != nil {
			return err
		}
		h.Requests, err = messages.Requests(r, caseID)
		return err
	})
	for _, m := range h.Messages {
		if !m.FromDebtor() && m.ReadAt.IsZero() {
			h.Unread++
		}
	}
	return h, err
}

// Unread counts what the debtor has not opened yet.
func (d Desk) Unread(ctx context.Context, creditor, caseID debt.ID) (n int, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		n, err = messages.Unread(r, caseID)
		return err
	})
	return n, err
}

// Documents is what hangs on messages.
const Documents = documents.Message

// AttachDocuments hangs documents on a message; it is what Desk.Attach is for.
func AttachDocuments(t *store.Tx, caseID, message debt.ID, ids []debt.ID) error {
	return documents.Attach(t, caseID, documents.Subject{Kind: Documents, ID: string(message)}, ids...)
}

// Opened notes that the debtor has opened what was written to him. It is a POST's work: GET
// changes nothing.
func (d Desk) Opened(ctx context.Context, creditor, caseID debt.ID) error {
	return d.on(ctx, Letter{CreditorID: creditor, CaseID: caseID}, func(a *act) error {
		return messages.Read(a.Tx, caseID, true, a.now)
	})
}

// Ask takes a request and gives the day by which it is owed. One of a kind that is open already
// is given as it stands: asking twice makes nobody faster.
func (d Desk) Ask(ctx context.Context, l Letter, kind messages.RequestKind) (q messages.Request, err error) {
	if !slices.Contains(messages.RequestKinds(), kind) {
		return q, debt.E(debt.Invalid, "request_kind_unknown", nil)
	}
	if utf8.RuneCountInString(l.Text.Reveal()) > mostText {
		return q, debt.E(debt.Invalid, "message_too_long", debt.Args{"most": mostText})
	}
	err = d.on(ctx, l, func(a *act) error {
		known, err := messages.Requests(&a.Reader, l.CaseID)
		if err != nil {
			return err
		}
		open := func(r messages.Request) bool { return r.Kind == kind && r.State == messages.Open }
		if i := slices.IndexFunc(known, open); i >= 0 {
			q = known[i]
			return nil
		}
		mark, err := a.MarkOf(l.CaseID)
		if err != nil {
			return err
		}
		today := debt.DateIn(a.now, debt.Berlin)
		q = messages.Request{ID: store.NewID(), CaseID: l.CaseID, Kind: kind, By: l.By, State: messages.Open, At: a.now,
			Text: debt.Personal(strings.TrimSpace(l.Text.Reveal())), DueOn: debt.AddBusinessDays(today, answerDays, mark.Creditor.State)}
		if err := messages.AddRequest(a.Tx, q); err != nil {
			return err
		}
		if err := a.open(TaskRequest, q.ID, string(kind)); err != nil {
			return err
		}
		return a.tell(debt.MessageReceived, debt.Args{"request": string(q.ID), "kind": string(kind), "due": q.DueOn})
	})
	return q, err
}

// Withdraw ends a request of the debtor's side.
func (d Desk) Withdraw(ctx context.Context, l Letter, request debt.ID) error {
	return d.on(ctx, l, func(a *act) error {
		if err := a.end(request, messages.Withdrawn); err != nil {
			return err
		}
		return a.tell(debt.MessageReceived, debt.Args{"request": string(request), "withdrawn": true})
	})
}

func (a *act) end(request debt.ID, to messages.RequestState) error {
	q, err := messages.LoadRequest(&a.Reader, request)
	if err != nil {
		return err
	}
	if q.CaseID != a.file.Case.ID {
		return debt.E(debt.NotFound, "request_unknown", nil)
	}
	if err := messages.EndRequest(a.Tx, q, to, a.now); err != nil {
		return err
	}
	for _, kind := range []tasks.Kind{TaskRequest, TaskOverdue} {
		if err := tasks.End(a.Tx, tasks.Task{Kind: kind, Subject: string(q.ID)}, string(to), a.now); err != nil {
			return err
		}
	}
	return nil
}

// overdueAtOnce is how many late requests are warned of in one turn.
const overdueAtOnce = 64

// WarnOverdue opens a task for every request whose day is over; a loop calls it. Nothing falls
// on the debtor.
func (d Desk) WarnOverdue(ctx context.Context, creditor debt.ID) (n int, err error) {
	now := d.Now()
	today := debt.DateIn(now, debt.Berlin)
	var waiting []messages.Request
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		waiting, err = messages.Overdue(r, today, 1)
		return err
	})
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		n = 0
		late, err := messages.Overdue(&t.Reader, today, overdueAtOnce)
		if err != nil {
			return err
		}
		for _, q := range late {
			done, err := messages.Warned(t, q.ID, now)
			if err != nil || !done {
				return err
			}
			n++
			if err := tasks.Open(t, tasks.Task{ID: store.NewID(), Kind: TaskOverdue, Subject: string(q.ID), CaseID: q.CaseID, Reason: string(q.Kind), OpenedAt: now}); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
