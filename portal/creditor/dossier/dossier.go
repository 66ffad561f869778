// Package dossier is what all pages about one case share in the creditor's window: the case by
// its reference, who did what in it, in words, and the log of who looked.
package dossier

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/record"
	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/payments/directdebit"
	"quitt/payments/payout"
	"quitt/payments/transfer/seen"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/store/looks"
	"quitt/store/statements"
)

// Home is the address of a case's record.
const Home = "/verwaltung/akte"

// Door lets members in to one case.
type Door struct {
	room.Door

	Desk  record.Desk
	Staff staffing.Desk
	Bank  seen.Desk
	// Payouts sends back what was paid too much.
	Payouts payout.Desk

	Debits directdebit.Desk
}

// Scene is a case in view.
type Scene struct {
	room.Scene

	Record record.Record
	Names  map[debt.ID]debt.Personal // of the members who did something in it
	Form   page.Values               // what was sent; of a GET nothing

	Transfers []seen.Arrived // by bank statements
	Given     directdebit.Given
	// Refundable is what was paid too much and nobody has sent back yet.
	Refundable debt.Cents
}

// At is the case and who works on it.
func (s Scene) At() record.At {
	return record.At{Creditor: s.Creditor.ID, Case: s.Record.Case.ID, By: s.Actor()}
}

// Within answers about the case a request names, by nr. One that does not exist and one of
// somebody else are answered alike. That a member has seen it is kept.
func (d Door) Within(c *fiber.Ctx, right staff.Right, show func(Scene) error) error {
	return d.Open(c, right, func(s Scene) error {
		if c.Method() != fiber.MethodPost {
			if err := d.Desk.Looked(c.UserContext(), s.At(), looks.Record, ""); err != nil {
				return err
			}
		}
		return show(s)
	})
}

// Open is Within for pages that keep by themselves what was seen.
func (d Door) Open(c *fiber.Ctx, right staff.Right, show func(Scene) error) error {
	return d.Door.Within(c, right, func(in room.Scene) error {
		s := Scene{Scene: in, Form: page.Values{}}
		nr := c.Query("nr")
		if c.Method() == fiber.MethodPost {
			f, err := page.Form(c)
			if err != nil {
				return err
			}
			s.Form, nr = f, f.Get("nr")
		}
		id, err := d.Desk.Find(c.UserContext(), in.Creditor.ID, nr)
		if err == nil {
			s.Record, err = d.Desk.Read(c.UserContext(), in.Creditor.ID, id)
		}
		if err != nil {
			return d.Missing(c, err)
		}
		if s.Names, err = d.Staff.Names(c.UserContext(), members(s.Record)); err != nil {
			return err
		}
		if s.Transfers, err = d.Bank.OfCase(c.UserContext(), in.Creditor.ID, id); err != nil {
			return err
		}
		if s.Given, err = d.Debits.Given(c.UserContext(), in.Creditor.ID, id); err != nil {
			return err
		}
		if s.Record.Statement.Open.Overpaid > 0 {
			if s.Refundable, err = d.Payouts.Refundable(c.UserContext(), in.Creditor.ID, id); err != nil {
				return err
			}
		}
		return show(s)
	})
}

// StatementOf is what people call a bank statement: by its number, or else by what the bank
// calls it.
func StatementOf(b page.Base, h statements.Head) string {
	name := h.Sequence
	if name == "" {
		name = h.Name
	}
	if name == "" {
		return b.Words.Text("bank_of_day", debt.Args{"day": h.To})
	}
	return b.Words.Text("bank_of_number", debt.Args{"name": name, "day": h.To})
}

// members are those who appear in a record.
func members(r record.Record) (ids []debt.ID) {
	add := func(a debt.Actor) {
		if (a.Kind == "creditor" || a.Kind == "operator") && a.ID != "" && !slices.Contains(ids, a.ID) {
			ids = append(ids, a.ID)
		}
	}
	for _, e := range r.Events {
		add(e.Actor)
	}
	for _, n := range r.Notes {
		add(n.By)
	}
	for _, o := range r.Offers {
		add(o.By)
	}
	for _, m := range r.Messages {
		add(m.By)
	}
	for _, l := range r.Looks {
		add(l.By)
	}
	return ids
}

// Link is the address of a page about the case.
func (s Scene) Link(path string, pairs ...string) string {
	q := url.Values{"nr": {s.Record.Case.FileReference}}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return path + "?" + q.Encode()
}

// Page is the frame of a page about the case: the switch of the language leads back to it.
func (s Scene) Page(path string) room.Frame { return s.Frame(s.Link(path)) }

// Who says who did something.
func (s Scene) Who(a debt.Actor) string {
	w := s.Base.Words
	switch a.Kind {
	case "creditor", "operator":
		if name := s.Names[a.ID]; name != "" {
			return name.Reveal()
		}
		return w.Text("record_who_staff", nil)
	case "debtor":
		return w.Text("record_who_debtor", nil)
	case "representative":
		return w.Text("record_who_helper", nil)
	case "provider":
		return w.Text("record_who_provider", nil)
	}
	return w.Text("record_who_system", nil)
}
