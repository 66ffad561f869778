// Package messages has the command with which a clerk answers what debtors write and ask for,
// and wires the pages and the loop of it.
package messages

import (
	"context"
	"flag"
	"io"
	"strconv"
	"strings"
	"time"

	"quitt/cases"
	"quitt/cases/contacts"
	"quitt/cases/disclosure"
	"quitt/cases/messages"
	"quitt/cases/upload"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/notifications"
	"quitt/notifications/letter"
	"quitt/portal/debtor/contact"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store"
	changes "quitt/store/contacts"
	kept "quitt/store/messages"
	"quitt/store/tasks"
)

// Purpose is what the keys of one-time codes are derived for.
const Purpose = "contact codes"

// Base is what pages and loop are made of.
type Base struct {
	Kit     *page.Kit
	Cases   cases.Desk
	Letters letter.Desk
	Keys    [][]byte // of one-time codes, the newest first
	Texts   bool     // text messages go out
	Papers  *upload.Desk
}

// Box is what takes messages.
func Box(s *store.Store, now func() time.Time) messages.Desk {
	return messages.Desk{Store: s, Now: now, Attach: messages.AttachDocuments}
}

// Pages makes the debtor's pages.
func Pages(b Base) *contact.Pages {
	s, now := b.Cases.Store, b.Cases.Now
	return &contact.Pages{Door: room.Door{Kit: b.Kit, Cases: b.Cases}, Messages: Box(s, now), Letters: b.Letters,
		Contacts: contacts.Desk{Store: s, Now: now, Keys: b.Keys, Texts: b.Texts}, Copies: disclosure.Desk{Store: s, Now: now}, Papers: b.Papers}
}

// Loops warn of requests nobody has answered in time.
func Loops(s *store.Store, now func() time.Time) []notifications.Loop {
	return []notifications.Loop{{Name: "requests", Every: time.Minute, Work: Box(s, now).WarnOverdue}}
}

// Desk is what the command works with.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	Words *text.Catalogue
	In    io.Reader // the text of an answer, where no flag has it
}

// Input is what was typed. Unused fields are empty.
type Input struct {
	Action, ID                    string
	Creditor, Case, Text, Request string
}

// Flags registers those of the command.
func (in *Input) Flags(_ string, fs *flag.FlagSet) {
	fs.StringVar(&in.Creditor, "creditor", "", "")
	fs.StringVar(&in.Case, "case", "", "")
	fs.StringVar(&in.Text, "text", "", "")
	fs.StringVar(&in.Request, "request", "", "")
}

// Take reads the action. It names the flags that it needs, or says that there is no such call.
func (in *Input) Take(_ string, args []string) (needs map[string]string, ok bool) {
	if in.Action = args[0]; len(args) > 1 {
		in.ID = args[1]
	}
	whole := map[string]string{"creditor": in.Creditor, "case": in.Case}
	switch in.Action {
	case "list", "requests":
		return map[string]string{"creditor": in.Creditor}, in.ID == ""
	case "show", "contacts":
		return whole, in.ID == ""
	case "answer":
		return whole, in.ID == ""
	case "confirm":
		return map[string]string{"creditor": in.Creditor}, in.ID != ""
	}
	return nil, false
}

// Run does what was asked for.
func (d Desk) Run(ctx context.Context, in Input) (shown.Answer, error) {
	c, caseID, err := d.find(ctx, in)
	if err != nil {
		return shown.Answer{}, err
	}
	switch in.Action {
	case "list":
		return d.list(ctx, c.ID)
	case "requests":
		return d.requests(ctx, c.ID)
	case "show":
		return d.show(ctx, c.ID, caseID)
	case "answer":
		return d.answer(ctx, c.ID, caseID, in)
	case "contacts":
		return d.contacts(ctx, c.ID, caseID)
	}
	desk := contacts.Desk{Store: d.Store, Now: d.Now}
	if err := desk.Checked(ctx, c.ID, debt.ID(in.ID)); err != nil {
		return shown.Answer{}, err
	}
	return shown.Answer{Text: d.Words.Text("cli_contact_confirmed", nil) + "\n"}, nil
}

func (d Desk) find(ctx context.Context, in Input) (c debt.Creditor, caseID debt.ID, err error) {
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		c, err = r.LoadCreditor(in.Creditor)
		return err
	})
	if err != nil || in.Case == "" {
		return c, "", err
	}
	err = d.Store.Read(ctx, c.ID, func(r *store.Reader) error {
		caseID, err = r.FindCase(in.Case)
		return err
	})
	return c, caseID, err
}

// most is how many lines a list has.
const most = 200

// list shows what waits for a person: messages nobody has read, requests, changed addresses.
func (d Desk) list(ctx context.Context, creditor debt.ID) (shown.Answer, error) {
	rows := [][]string{{"opened", "case", "what", "id"}}
	out := []map[string]string{}
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		open, err := tasks.List(r, most)
		if err != nil {
			return err
		}
		for _, k := range open {
			if k.Kind != messages.TaskMessage && k.Kind != messages.TaskRequest && k.Kind != messages.TaskOverdue && k.Kind != contacts.TaskAddress {
				continue
			}
			f, err := r.LoadFile(k.CaseID)
			if err != nil {
				return err
			}
			rows = append(rows, []string{stamp(k.OpenedAt), f.Case.FileReference, string(k.Kind), k.Subject})
			out = append(out, map[string]string{"opened_at": stamp(k.OpenedAt), "case": f.Case.FileReference, "kind": string(k.Kind), "id": k.Subject})
		}
		return nil
	})
	return d.table(rows, out), err
}

func (d Desk) table(rows [][]string, out any) shown.Answer {
	if len(rows) == 1 {
		return shown.Answer{JSON: out, Text: d.Words.Text("cli_messages_none", nil) + "\n"}
	}
	return shown.Answer{JSON: out, Rows: rows}
}

func (d Desk) requests(ctx context.Context, creditor debt.ID) (shown.Answer, error) {
	rows := [][]string{{"due", "case", "what", "id", "text"}}
	out := []map[string]string{}
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list, err := kept.OpenRequests(r, most)
		if err != nil {
			return err
		}
		for _, q := range list {
			f, err := r.LoadFile(q.CaseID)
			if err != nil {
				return err
			}
			said := plain(q.Text)
			rows = append(rows, []string{q.DueOn.String(), f.Case.FileReference, string(q.Kind), string(q.ID), said})
			out = append(out, map[string]string{"due_on": q.DueOn.String(), "case": f.Case.FileReference, "kind": string(q.Kind), "id": string(q.ID), "text": said})
		}
		return nil
	})
	return d.table(rows, out), err
}

// show gives the messages of a case and notes that they have been read.
func (d Desk) show(ctx context.Context, creditor, caseID debt.ID) (shown.Answer, error) {
	box := Box(d.Store, d.Now)
	h, err := box.Thread(ctx, creditor, caseID)
	if err != nil {
		return shown.Answer{}, err
	}
	rows := [][]string{{"at", "by", "read", "text"}}
	out := []map[string]string{}
	for _, m := range h.Messages {
		rows = append(rows, []string{stamp(m.At), m.By.Kind, strconv.FormatBool(!m.ReadAt.IsZero()), plain(m.Text)})
		out = append(out, map[string]string{"at": stamp(m.At), "by": m.By.Kind, "read_at": stamp(m.ReadAt), "text": m.Text.Reveal()})
	}
	return d.table(rows, out), box.Seen(ctx, creditor, caseID)
}

// answer sends a message of the creditor's side; its text is read where no flag has it, for
// what stands in a command line is seen by everybody on the machine.
func (d Desk) answer(ctx context.Context, creditor, caseID debt.ID, in Input) (shown.Answer, error) {
	if in.Text == "" && d.In != nil {
		typed, err := io.ReadAll(io.LimitReader(d.In, 64<<10))
		if err != nil {
			return shown.Answer{}, err
		}
		in.Text = string(typed)
	}
	l := messages.Letter{CreditorID: creditor, CaseID: caseID, By: debt.Actor{Kind: "operator"}, Text: debt.Personal(in.Text)}
	m, err := Box(d.Store, d.Now).Answer(ctx, l, debt.ID(in.Request))
	if err != nil {
		return shown.Answer{}, err
	}
	return shown.Answer{JSON: map[string]string{"id": string(m.ID)}, Text: d.Words.Text("cli_message_answered", nil) + "\n"}, nil
}

func (d Desk) contacts(ctx context.Context, creditor, caseID debt.ID) (shown.Answer, error) {
	rows := [][]string{{"from", "what", "state", "source", "id", "before", "after"}}
	out := []map[string]string{}
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list, err := changes.OfCase(r, caseID)
		for _, c := range list {
			rows = append(rows, []string{c.ValidFrom.String(), string(c.Kind), string(c.State), c.Source, string(c.ID), plain(c.Old), plain(c.New)})
			out = append(out, map[string]string{"valid_from": c.ValidFrom.String(), "kind": string(c.Kind), "state": string(c.State), "source": c.Source,
				"id": string(c.ID), "old_value": c.Old.Reveal(), "new_value": c.New.Reveal()})
		}
		return err
	})
	return d.table(rows, out), err
}

// plain is a text on one line, without what a terminal would obey.
func plain(p debt.Personal) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, p.Reveal())
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
