package record

import (
	"context"
	"slices"

	"quitt/cases"
	"quitt/debt"
	"quitt/store"
	"quitt/store/authorities"
	"quitt/store/documents"
	"quitt/store/letters"
	"quitt/store/looks"
	"quitt/store/messages"
	"quitt/store/notes"
	"quitt/store/objections"
	"quitt/store/offers"
	"quitt/store/outbox"
	"quitt/store/plans"
	"quitt/store/tasks"
)

// Record is everything that is known of a case, of one moment. Its version is the case's.
type Record struct {
	cases.View

	Limitation debt.Date // raw expiry of the claims
	Plans      []Plan    // the newest first
	Offers     []offers.Offer
	Objections []objections.Objection
	Proofs     []objections.Proof
	Promises   []objections.Promise
	Situations []objections.Situation
	Letters    []letters.Kept // the newest first, void ones too: the numbers must be explained
	Papers     []plans.Paper
	Mails      []outbox.Message
	Messages   []messages.Message
	Requests   []messages.Request
	Documents  []documents.Document
	Acting     []authorities.Record
	Notes      []notes.Note
	Tasks      []tasks.Task // open ones
	Looks      []looks.Look // the last of them
}

// Plan is a plan with everything the sides have said of it.
type Plan struct {
	plans.Kept

	Rounds []plans.Round
}

// Waits gives what the creditor has to answer; ok is false if nothing does. A proposal that
// nobody answered in time waits no more.
func (p Plan) Waits() (last plans.Round, ok bool) {
	if len(p.Rounds) == 0 || p.ExpiresAt.IsZero() || p.State != debt.PlanOpen && !p.Running() {
		return last, false
	}
	last = p.Rounds[len(p.Rounds)-1]
	return last, last.Act == plans.Propose || last.Act == plans.Change && last.Wished != nil
}

// lastLooks is how many looks a record shows.
const lastLooks = 20

// Find gives the case with this file reference, or failing that this reference of the creditor;
// NotFound "case_unknown" also for one of somebody else's.
func (d Desk) Find(ctx context.Context, creditor debt.ID, reference string) (id debt.ID, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		id, err = r.FindCase(reference)
		return err
	})
	return id, err
}

// Read reads a case in one transaction.
func (d Desk) Read(ctx context.Context, creditor, id debt.ID) (Record, error) {
	today := debt.DateIn(d.Now(), debt.Berlin)
	var c Record
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		mark, err := r.MarkOf(id)
		if err != nil {
			return err
		}
		source, err := cases.SourceOf(r, id, mark.Creditor)
		if err != nil {
			return err
		}
		c = Record{} // a second try begins anew
		for _, read := range []func(*store.Reader, debt.ID) error{c.agreed, c.said, c.sent, c.written} {
			if err := read(r, id); err != nil {
				return err
			}
		}
		c.View, err = source.View(today)
		return err
	})
	if err != nil {
		return Record{}, err
	}
	c.Limitation = c.Facts(today).Limitation
	return c, nil
}

func (c *Record) agreed(r *store.Reader, id debt.ID) error {
	list, err := plans.OfCase(r, id)
	if err != nil {
		return err
	}
	for _, k := range slices.Backward(list) {
		if k.State == plans.Draft || k.State == plans.Dropped {
			continue // laid out and never asked for
		}
		rounds, err := plans.Rounds(r, k.ID)
		if err != nil {
			return err
		}
		c.Plans = append(c.Plans, Plan{k, rounds})
	}
	if c.Offers, err = offers.OfCase(r, id); err != nil {
		return err
	}
	c.Papers, err = plans.Papers(r, id)
	return err
}

func (c *Record) said(r *store.Reader, id debt.ID) (err error) {
	if c.Objections, err = objections.OfCase(r, id); err != nil {
		return err
	}
	if c.Proofs, err = objections.Proofs(r, id); err != nil {
		return err
	}
	if c.Promises, err = objections.Promises(r, id); err != nil {
		return err
	}
	if c.Situations, err = objections.Situations(r, id); err != nil {
		return err
	}
	c.Acting, err = authorities.OfCase(r, id)
	return err
}

func (c *Record) sent(r *store.Reader, id debt.ID) (err error) {
	if c.Letters, err = letters.OfCase(r, id); err != nil {
		return err
	}
	if c.Mails, err = outbox.OfCase(r, id); err != nil {
		return err
	}
	if c.Messages, err = messages.OfCase(r, id); err != nil {
		return err
	}
	if c.Requests, err = messages.Requests(r, id); err != nil {
		return err
	}
	c.Documents, err = documents.OfCase(r, id)
	return err
}

func (c *Record) written(r *store.Reader, id debt.ID) (err error) {
	if c.Notes, err = notes.OfCase(r, id); err != nil {
		return err
	}
	if c.Looks, err = looks.OfCase(r, id, lastLooks); err != nil {
		return err
	}
	all, err := tasks.OfCase(r, id)
	for _, t := range all {
		if t.DoneAt.IsZero() {
			c.Tasks = append(c.Tasks, t)
		}
	}
	return err
}

// Letter gives a letter of the record; NotFound "letter_unknown".
func (c Record) Letter(id debt.ID) (letters.Kept, error) {
	return one(c.Letters, func(k letters.Kept) bool { return k.ID == id }, "letter_unknown")
}

// Objection gives an objection of the record; NotFound "objection_unknown".
func (c Record) Objection(id debt.ID) (objections.Objection, error) {
	return one(c.Objections, func(o objections.Objection) bool { return o.ID == id }, "objection_unknown")
}

// Plan gives a plan of the record; NotFound "plan_unknown".
func (c Record) Plan(id debt.ID) (Plan, error) {
	return one(c.Plans, func(p Plan) bool { return p.ID == id }, "plan_unknown")
}

func one[T any](list []T, is func(T) bool, unknown string) (found T, err error) {
	i := slices.IndexFunc(list, is)
	if i < 0 {
		return found, debt.E(debt.NotFound, unknown, nil)
	}
	return list[i], nil
}
