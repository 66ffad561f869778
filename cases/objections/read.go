package objections

import (
	"context"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/objection"
	"quitt/debt/situation"
	"quitt/store"
	"quitt/store/announced"
	kept "quitt/store/objections"
)

// Said is everything a debtor said of a case, the oldest first.
type Said struct {
	Objections []kept.Objection
	Proofs     []kept.Proof
	Promises   []kept.Promise
	Situations []kept.Situation
	Announced  []objection.Announced // transfers of what is not disputed
}

// Of reads what was said of a case.
func (d Desk) Of(ctx context.Context, at At) (s Said, err error) {
	err = d.Store.Read(ctx, at.Creditor, func(t *store.Reader) (err error) {
		if s.Objections, err = kept.OfCase(t, at.Case); err != nil {
			return err
		}
		if s.Proofs, err = kept.Proofs(t, at.Case); err != nil {
			return err
		}
		if s.Promises, err = kept.Promises(t, at.Case); err != nil {
			return err
		}
		if s.Situations, err = kept.Situations(t, at.Case); err != nil {
			return err
		}
		s.Announced, err = announced.OfCase(t, at.Case)
		return err
	})
	return s, err
}

// Waiting is what of a creditor waits for a person.
func (d Desk) Waiting(ctx context.Context, creditor debt.ID, most int) (s Said, err error) {
	err = d.Store.Read(ctx, creditor, func(t *store.Reader) (err error) {
		if s.Objections, err = kept.Open(t, most); err != nil {
			return err
		}
		if s.Proofs, err = kept.OpenProofs(t, most); err != nil {
			return err
		}
		s.Situations, err = kept.OpenSituations(t, most)
		return err
	})
	return s, err
}

// Open gives the open objection; ok is false without.
func (s Said) Open() (o kept.Objection, ok bool) {
	for _, o := range s.Objections {
		if o.State == debt.ObjectionOpen {
			return o, true
		}
	}
	return o, false
}

// Undisputed gives what of a statement may be paid while an objection is open; ok is false
// without one.
func (s Said) Undisputed(st ledger.Statement) (u objection.Undisputed, ok bool) {
	o, ok := s.Open()
	if !ok {
		return u, false
	}
	return o.Disputed.Undisputed(objection.Open(st)), true
}

// Reference is that of a transfer of what is not disputed, "" without.
func (s Said) Reference() string {
	o, _ := s.Open()
	for _, a := range s.Announced {
		if a.ID == o.ID {
			return a.Reference
		}
	}
	return ""
}

// Promised gives the open promise; ok is false without.
func (s Said) Promised() (p kept.Promise, ok bool) {
	for _, p := range s.Promises {
		if p.State == situation.PromiseOpen {
			return p, true
		}
	}
	return p, false
}

// Told gives the open situation of a kind; ok is false without.
func (s Said) Told(k situation.Kind) (n kept.Situation, ok bool) {
	for _, n := range s.Situations {
		if n.Kind == k && n.State == kept.SituationOpen {
			return n, true
		}
	}
	return n, false
}
