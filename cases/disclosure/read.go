package disclosure

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/store"
	"quitt/store/authorities"
	"quitt/store/contacts"
	"quitt/store/documents"
	"quitt/store/grants"
	"quitt/store/letters"
	"quitt/store/mandates"
	"quitt/store/messages"
	"quitt/store/notes"
	"quitt/store/objections"
	"quitt/store/outbox"
	"quitt/store/plans"
	"quitt/store/rails"
)

// Desk reads what is kept.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
}

// Read gives everything on a case, read in one transaction, and nothing of any other case.
func (d Desk) Read(ctx context.Context, creditor, caseID debt.ID) (c Copy, err error) {
	now := d.Now()
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		c = Copy{Format: Format, MadeAt: now.UTC().Truncate(time.Second), Retention: retained(),
			Purposes: []string{"collection", "accounting", "duties_of_proof"}, Rights: []string{"rectification", "erasure", "restriction", "objection", "complaint"},
			Sources: []string{"creditor", "you"}, Plans: []Plan{}, Said: []Said{}, Letters: []Letter{}, Messages: []Message{}, Requests: []Request{}, Notes: []Note{}, Transfers: []Transfer{},
			Documents: []Document{}, Changes: []Change{}, Sent: []Sent{}, Orders: []Order{}, Ways: []Way{}, Mandates: []Mandate{}, Payments: []Payment{}, Costs: []Cost{}, Acting: []Acting{}}
		f, err := r.LoadFile(caseID)
		if err != nil {
			return err
		}
		for _, read := range []func(*store.Reader, *store.File) error{c.file, c.payments, c.transferred, c.plans, c.objected, c.written, c.said, c.reached, c.ordered, c.opened, c.acted} {
			if err := read(r, f); err != nil {
				return err
			}
		}
		c.Recipients = c.recipients()
		return nil
	})
	return c, err
}

// file is the case itself and its books.
func (c *Copy) file(r *store.Reader, f *store.File) error {
	mark, err := r.MarkOf(f.Case.ID)
	if err != nil {
		return err
	}
	k := mark.Creditor
	c.Creditor = Creditor{k.Name, k.Address.Street, k.Address.Postcode, k.Address.City, k.Address.Country}
	whole := f.Case
	if err := r.LoadHolds(&whole); err != nil {
		return err
	}
	c.Case = caseOf(whole)
	d, err := r.LoadDebtor(whole.DebtorID)
	if err != nil {
		return err
	}
	c.Person = personOf(d)
	if d.AddressSource == "researched" {
		c.Sources = append(c.Sources, "address_research")
	}
	h, err := r.LoadHistory(f)
	c.book(h)
	return err
}

func (c *Copy) payments(r *store.Reader, f *store.File) error {
	list, err := r.Payments(f.Case.ID)
	if err != nil {
		return err
	}
	for _, p := range list {
		out := Payment{string(p.ID), string(p.Method), string(p.Status), p.Amount, p.Returned, p.ReceivedOn, p.Source, p.ExternalID, p.BookedAt, p.Note, []Note{}}
		notes, err := rails.Notes(r, p.ID)
		if err != nil {
			return err
		}
		for _, n := range notes {
			out.Notes = append(out.Notes, Note{n.At, n.Author, n.Text.Reveal()})
		}
		c.Payments = append(c.Payments, out)
	}
	return nil
}

func (c *Copy) plans(r *store.Reader, f *store.File) error {
	list, err := plans.OfCase(r, f.Case.ID)
	if err != nil {
		return err
	}
	papers, err := plans.Papers(r, f.Case.ID)
	if err != nil {
		return err
	}
	for _, k := range list {
		out := Plan{ID: string(k.ID), State: string(k.State), Method: string(k.Method), MadeBy: k.MadeBy, MadeAt: k.MadeAt, AgreedOn: k.AgreedOn,
			EndedAt: k.EndedAt, Because: k.EndedBecause, Wish: k.Wish, Schedule: k.Schedule, Deal: k.Deal, Changes: k.Changes}
		rounds, err := plans.Rounds(r, k.ID)
		if err != nil {
			return err
		}
		for _, x := range rounds {
			out.Rounds = append(out.Rounds, Round{x.At, x.By.Kind, string(x.Act), x.Reason, x.Note.Reveal(), x.Affordable, x.Wish, x.Schedule, string(x.Suggested)})
		}
		for _, p := range papers {
			if p.PlanID == k.ID {
				out.Papers = append(out.Papers, Paper{string(p.Kind), p.MadeAt, p.ReadAt, p.Document})
			}
		}
		c.Plans = append(c.Plans, out)
	}
	return nil
}

// objected is what the person said about the claim.
func (c *Copy) objected(r *store.Reader, f *store.File) error {
	list, err := objections.OfCase(r, f.Case.ID)
	if err != nil {
		return err
	}
	for _, x := range list {
		c.Said = append(c.Said, Said{"objection", string(x.Ground), string(x.State), x.FiledBy, x.FiledAt, debt.Date{}, x.DueOn, x.EndedAt, x.Total,
			x.Answers.Reveal(), x.Words.Reveal(), x.Reason.Reveal()})
	}
	proofs, err := objections.Proofs(r, f.Case.ID)
	if err != nil {
		return err
	}
	for _, x := range proofs {
		c.Said = append(c.Said, Said{"proof", "", string(x.State), x.FiledBy, x.FiledAt, x.PaidOn, x.DueOn, x.EndedAt, x.Amount, x.Target.Reveal(),
			x.Words.Reveal(), x.Reason.Reveal()})
	}
	promises, err := objections.Promises(r, f.Case.ID)
	if err != nil {
		return err
	}
	for _, x := range promises {
		c.Said = append(c.Said, Said{"promise", "", string(x.State), x.MadeBy, x.MadeAt, x.By, debt.Date{}, x.EndedAt, x.Amount, "", "", ""})
	}
	told, err := objections.Situations(r, f.Case.ID)
	for _, x := range told {
		c.Said = append(c.Said, Said{"situation", string(x.Kind), string(x.State), x.ToldBy, x.ToldAt, debt.Date{}, debt.Date{}, x.EndedAt, 0,
			x.Details.Reveal(), x.Words.Reveal(), x.Reason.Reveal()})
	}
	return err
}

// written is what was sent on paper, and what was handed in.
func (c *Copy) written(r *store.Reader, f *store.File) error {
	list, err := letters.OfCase(r, f.Case.ID)
	if err != nil {
		return err
	}
	for _, k := range list {
		c.Letters = append(c.Letters, Letter{k.Number, string(k.Kind), k.On, k.Deadline, string(k.State), k.SentAt, k.ReturnedAt, string(k.Reason),
			k.Country, k.Document.Sealed()})
	}
	files, err := documents.OfCase(r, f.Case.ID)
	for _, x := range files {
		c.Documents = append(c.Documents, Document{string(x.ID), x.Name.Reveal(), string(x.Kind), x.Bytes, x.By.Kind, x.UploadedAt,
			string(x.State), x.KeepUntil, string(x.Purpose), contentOf(x)})
	}
	return err
}

// acted is who acts for the person.
func (c *Copy) acted(r *store.Reader, f *store.File) error {
	list, err := authorities.OfCase(r, f.Case.ID)
	for _, a := range list {
		scopes := make([]string, len(a.Scopes))
		for i, s := range a.Scopes {
			scopes[i] = string(s)
		}
		c.Acting = append(c.Acting, Acting{string(a.ID), a.Who.Name.Reveal(), string(a.Kind), scopes, string(a.State), a.Until, a.MadeAt,
			a.EndedAt, a.EndedBy, a.LastAccessAt,
			authority.Written(a.Areas), a.Who.Street.Reveal(), a.Who.Postcode.Reveal(), a.Who.City.Reveal()})
	}
	return err
}

// said is what both sides wrote to each other, and staff for themselves.
func (c *Copy) said(r *store.Reader, f *store.File) error {
	list, err := messages.OfCase(r, f.Case.ID)
	if err != nil {
		return err
	}
	for _, m := range list {
		c.Messages = append(c.Messages, Message{string(m.ID), m.By.Kind, m.At, m.ReadAt, string(m.RequestID), m.Text.Reveal()})
	}
	asked, err := messages.Requests(r, f.Case.ID)
	if err != nil {
		return err
	}
	for _, q := range asked {
		c.Requests = append(c.Requests, Request{string(q.ID), string(q.Kind), q.By.Kind, q.At, q.DueOn, string(q.State), q.EndedAt, q.Text.Reveal()})
	}
	noted, err := notes.OfCase(r, f.Case.ID)
	for _, n := range noted {
		c.Notes = append(c.Notes, Note{n.At, n.By.Kind, n.Text.Reveal()})
	}
	return err
}

// reached is where the person was reached, and what was sent there.
func (c *Copy) reached(r *store.Reader, f *store.File) error {
	list, err := contacts.OfCase(r, f.Case.ID)
	if err != nil {
		return err
	}
	for _, x := range list {
		c.Changes = append(c.Changes, Change{string(x.Kind), x.Old.Reveal(), x.New.Reveal(), x.Source, x.ValidFrom, string(x.State), x.At})
	}
	sent, err := outbox.OfCase(r, f.Case.ID)
	for _, m := range sent {
		c.Sent = append(c.Sent, Sent{string(m.Channel), m.Template, m.Language, m.Recipient.Reveal(), m.CreatedAt, m.SentAt, string(m.State)})
	}
	return err
}

// ordered is what went to a payment provider and what is kept from there.
func (c *Copy) ordered(r *store.Reader, f *store.File) error {
	list, err := rails.AttemptsOf(r, f.Case.ID)
	if err != nil {
		return err
	}
	for _, a := range list {
		c.Orders = append(c.Orders, Order{string(a.ID), string(a.Kind), string(a.Method), string(a.Status), a.Amount, a.Purpose, a.Shown, a.Customer,
			a.Intent, a.StartedAt, a.Failure})
	}
	ways, err := rails.Instruments(r, f.Case.ID)
	for _, i := range ways {
		c.Ways = append(c.Ways, Way{string(i.Method), i.Last4, i.Brand, i.Mandate, i.Customer, i.External, string(i.State), i.SavedAt})
	}
	if err != nil {
		return err
	}
	given, err := mandates.OfCase(r, f.Case.ID)
	for _, m := range given {
		c.Mandates = append(c.Mandates, Mandate{m.Reference, string(m.Kind), string(m.State), m.Holder.Reveal(), m.IBAN.Reveal(), m.Other, m.Amount, m.Payee,
			m.Identifier, string(m.How), m.SignedOn, m.LastOn, m.Reason, m.MadeAt, m.Notice})
	}
	return err
}

// opened is who came in, and the record.
func (c *Copy) opened(r *store.Reader, f *store.File) error {
	list, err := grants.OfCase(r, f.Case.ID)
	if err != nil {
		return err
	}
	for _, g := range list {
		c.Accesses = append(c.Accesses, accessOf(g.Grant))
	}
	events, err := r.Events(f.Case.ID)
	for _, e := range events {
		c.Events = append(c.Events, Event{e.Seq, string(e.Type), e.At, e.Actor.Kind, e.Data})
	}
	return err
}

// recipients are those this case's data went to, by what is kept about it.
func (c *Copy) recipients() []Recipient {
	list := []Recipient{{"creditor", c.Creditor.Name}, {"operator", ""}}
	for _, l := range c.Letters {
		if !l.SentAt.IsZero() {
			list = append(list, Recipient{Role: "postal_service"})
			break
		}
	}
	channels := map[string]bool{}
	for _, m := range c.Sent {
		if !m.SentAt.IsZero() && !channels[m.Channel] {
			channels[m.Channel] = true
			list = append(list, Recipient{Role: m.Channel + "_service"})
		}
	}
	if len(c.Orders) > 0 || len(c.Ways) > 0 {
		list = append(list, Recipient{Role: "payment_provider"})
	}
	if len(c.Mandates) > 0 {
		list = append(list, Recipient{Role: "bank"})
	}
	return list
}

// Write writes the copy for machines, as it goes.
func (c Copy) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(c)
}
