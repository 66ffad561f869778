package contact

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/messages"
	"quitt/debt"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/store"
	"quitt/store/documents"
	kept "quitt/store/messages"
)

// InboxPage is what both sides wrote to each other, the newest first, and the form to write.
type InboxPage struct {
	page.Base

	Creditor string
	Lines    []line
	Unread   int
	Uploads  page.Uploads
	Text     string
	Done     string
	Mistake  string
}

// line is one message.
type line struct {
	Mine  bool
	New   bool
	At    time.Time
	Paras []string
	Files []page.Held
}

var inboxHTML = page.New[InboxPage](files, "inbox.html")

// box is what the page of messages is made from.
type box struct {
	thread   messages.Thread
	attached map[debt.ID][]documents.Document // by message
	loose    []documents.Document
}

func (p *Pages) box(ctx context.Context, s room.Scene) (b box, err error) {
	if b.thread, err = p.Messages.Thread(ctx, s.Visit.CreditorID, s.Visit.CaseID); err != nil {
		return b, err
	}
	err = p.Messages.Store.Read(ctx, s.Visit.CreditorID, func(r *store.Reader) error {
		b.attached = map[debt.ID][]documents.Document{}
		all, err := documents.OfCase(r, s.Visit.CaseID)
		if err != nil {
			return err
		}
		for _, d := range all {
			if d.Subject.Kind == messages.Documents {
				b.attached[debt.ID(d.Subject.ID)] = append(b.attached[debt.ID(d.Subject.ID)], d)
			}
		}
		b.loose, err = documents.Loose(r, s.Visit.CaseID)
		return err
	})
	return b, err
}

func newInbox(s room.Scene, b box, f room.Fields) InboxPage {
	out := InboxPage{Base: s.Base, Creditor: s.View.Creditor.Name, Unread: b.thread.Unread, Text: f.Text("text")}
	out.Path = inbox
	out.Base = out.Keep("write", "")
	out.Uploads = page.NewUploads(out.Sent(f.Values), b.loose, "write", inbox)
	for _, m := range slices.Backward(b.thread.Messages) {
		l := line{Mine: m.FromDebtor(), New: !m.FromDebtor() && m.ReadAt.IsZero(), At: m.At, Paras: paras(m.Text)}
		for _, d := range b.attached[m.ID] {
			l.Files = append(l.Files, page.NewHeld(out.Base, d))
		}
		out.Lines = append(out.Lines, l)
	}
	return out
}

// paras parts a text where its writer did.
func paras(text debt.Personal) (list []string) {
	for part := range strings.SplitSeq(text.Reveal(), "\n") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// Inbox shows the messages. It marks none as read: GET changes nothing.
func (p *Pages) Inbox(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene) error {
		b, err := p.box(c.UserContext(), s)
		if err != nil {
			return err
		}
		view := newInbox(s, b, room.Typed(c))
		view.Done = doneOf(c, view.Base)
		return inboxHTML.Write(c, fiber.StatusOK, view)
	})
}

func (p *Pages) letterOf(s room.Scene, f room.Fields) messages.Letter {
	return messages.Letter{CreditorID: s.Visit.CreditorID, CaseID: s.Visit.CaseID, By: speaks(s), Text: debt.Personal(f.Text("text")), Documents: f.Chosen()}
}

// Write takes a message. Whoever answers has read what came before.
func (p *Pages) Write(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene) error {
		f, err := room.Form(c)
		if err != nil {
			return err
		}
		l := p.letterOf(s, f)
		if err = f.Unsent(); err == nil {
			_, err = p.Messages.Write(c.UserContext(), l)
		}
		if said := refusal(s, err); said != "" {
			b, err := p.box(c.UserContext(), s)
			if err != nil {
				return err
			}
			view := newInbox(s, b, f)
			view.Failed, view.Mistake = true, said
			return inboxHTML.Write(c, fiber.StatusUnprocessableEntity, view)
		}
		if err == nil {
			err = p.Messages.Opened(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
		}
		if err != nil {
			return err
		}
		return done(c, inbox, "gesendet")
	})
}

// Read marks what came as read.
func (p *Pages) Read(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene) error {
		if err := p.Messages.Opened(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID); err != nil {
			return err
		}
		return done(c, inbox, "gelesen")
	})
}

// RequestsPage is what was asked for, and the form to ask.
type RequestsPage struct {
	page.Base

	Creditor string
	Asked    []asked
	Kinds    []kind
	Text     string
	Done     string
	Mistake  string
}

type asked struct {
	kept.Request

	Name  string
	Paras []string
	Open  bool
}

type kind struct {
	Value, Name, Hint string
	Chosen            bool
}

var requestsHTML = page.New[RequestsPage](files, "requests.html")

// kindName says what is asked for.
func kindName(b page.Base, k kept.RequestKind) string {
	switch k {
	case kept.Details:
		return b.Words.Text("request_details", nil)
	case kept.Documents:
		return b.Words.Text("request_documents", nil)
	case kept.InvoiceCopy:
		return b.Words.Text("request_invoice", nil)
	case kept.Callback:
		return b.Words.Text("request_callback", nil)
	case kept.Rectification:
		return b.Words.Text("request_rectification", nil)
	case kept.Deletion:
		return b.Words.Text("request_deletion", nil)
	}
	return b.Words.Text("request_other", nil)
}

func kindHint(b page.Base, k kept.RequestKind) string {
	switch k {
	case kept.Details:
		return b.Words.Text("request_details_hint", nil)
	case kept.Callback:
		return b.Words.Text("request_callback_hint", nil)
	case kept.Deletion:
		return b.Words.Text("request_deletion_hint", nil)
	}
	return ""
}

func newRequests(s room.Scene, list []kept.Request, chosen kept.RequestKind) RequestsPage {
	out := RequestsPage{Base: s.Base, Creditor: s.View.Creditor.Name}
	out.Path = asking
	out.Base = out.Keep("ask", "")
	for _, q := range list {
		out.Asked = append(out.Asked, asked{q, kindName(out.Base, q.Kind), paras(q.Text), q.State == kept.Open})
	}
	slices.SortStableFunc(out.Asked, func(a, b asked) int { return cmp.Compare(order(a), order(b)) })
	for _, k := range kept.RequestKinds() {
		out.Kinds = append(out.Kinds, kind{string(k), kindName(out.Base, k), kindHint(out.Base, k), k == chosen})
	}
	return out
}

// order puts what is open first.
func order(a asked) int {
	if a.Open {
		return 0
	}
	return 1
}

// Answered tells what became of a request that has ended.
func (a asked) Answered() bool { return a.State == kept.Answered }

// Requests shows what was asked for.
func (p *Pages) Requests(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene) error {
		f := room.Typed(c)
		return p.requests(c, s, fiber.StatusOK, RequestsPage{Text: f.Text("text"), Kinds: []kind{{Value: f.Text("kind")}}})
	})
}

func (p *Pages) requests(c *fiber.Ctx, s room.Scene, status int, typed RequestsPage) error {
	h, err := p.Messages.Thread(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
	if err != nil {
		return err
	}
	chosen := kept.RequestKind("")
	if len(typed.Kinds) == 1 {
		chosen = kept.RequestKind(typed.Kinds[0].Value)
	}
	view := newRequests(s, h.Requests, chosen)
	view.Mistake, view.Text, view.Failed = typed.Mistake, typed.Text, typed.Mistake != ""
	if !view.Failed {
		view.Done = doneOf(c, view.Base)
	}
	return requestsHTML.Write(c, status, view)
}

// Ask takes a request.
func (p *Pages) Ask(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene) error {
		f, err := room.Form(c)
		if err != nil {
			return err
		}
		_, err = p.Messages.Ask(c.UserContext(), p.letterOf(s, f), kept.RequestKind(f.Text("kind")))
		if said := refusal(s, err); said != "" {
			return p.requests(c, s, fiber.StatusUnprocessableEntity, RequestsPage{Mistake: said, Text: f.Text("text"), Kinds: []kind{{Value: f.Text("kind")}}})
		}
		if err != nil {
			return err
		}
		return done(c, asking, "gefragt")
	})
}

// TakeBack withdraws a request.
func (p *Pages) TakeBack(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene) error {
		f, err := room.Form(c)
		if err != nil {
			return err
		}
		err = p.Messages.Withdraw(c.UserContext(), messages.Letter{CreditorID: s.Visit.CreditorID, CaseID: s.Visit.CaseID, By: speaks(s)}, debt.ID(f.Text("request")))
		if said := refusal(s, err); said != "" { // it has been answered meanwhile, or is nobody's
			return p.requests(c, s, fiber.StatusUnprocessableEntity, RequestsPage{Mistake: said})
		}
		if err != nil {
			return err
		}
		return done(c, asking, "zurueck")
	})
}
