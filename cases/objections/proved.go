package objections

import (
	"context"

	"quitt/debt"
	"quitt/store"
	kept "quitt/store/objections"
)

// proofsLooked bounds the proofs nobody has decided on that one round looks at.
const proofsLooked = 500

// Before and behind the day a debtor names the money of a proof may have been received: people
// mistake the day, and a transfer takes a bank day or a long weekend.
const (
	daysEarly = 3
	daysLate  = 7
)

// Proved accepts the proofs whose money is in the books: of that sum and about that day, whoever
// booked it and whichever came first. Nothing is asked of a person then. It gives how many those
// are; a loop calls it.
func (d Desk) Proved(ctx context.Context, creditor debt.ID) (did int, err error) {
	var open []kept.Proof
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		open, err = kept.OpenProofs(r, proofsLooked)
		return err
	})
	for _, p := range open {
		var came bool
		if err == nil { // one after the other: the one before may have used up the money
			err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
				came, err = cameIn(r, p)
				return err
			})
		}
		if err != nil || !came {
			continue
		}
		err = d.DecideProof(ctx, creditor, p.ID, debt.System, Verdict{Yes: true})
		if debt.KindOf(err) == debt.Conflict { // somebody was faster
			err = nil
		}
		did++
	}
	return did, err
}

// cameIn reports whether the money of a proof is booked to its case. Money that has proved
// another one proves no second.
func cameIn(r *store.Reader, p kept.Proof) (bool, error) {
	list, err := r.Payments(p.CaseID)
	if err != nil {
		return false, err
	}
	others, err := kept.Proofs(r, p.CaseID)
	left := 0
	for _, m := range list {
		days := p.PaidOn.DaysUntil(m.ReceivedOn)
		if m.Counts() && m.Method != debt.MethodWaiver && m.Net() == p.Amount && days >= -daysEarly && days <= daysLate {
			left++
		}
	}
	for _, o := range others {
		if days := o.PaidOn.DaysUntil(p.PaidOn); o.ID != p.ID && o.State == kept.ProofAccepted && o.Amount == p.Amount && max(days, -days) <= daysEarly+daysLate {
			left--
		}
	}
	return left > 0, err
}
