package transfer

import (
	"slices"

	"quitt/debt"
	"quitt/debt/matching"
	"quitt/payments/transfer/whose"
	"quitt/store"
	"quitt/store/objections"
	"quitt/store/statements"
)

// proofsLooked bounds the proofs nobody has decided on that one round looks at.
const proofsLooked = 1000

// around is by how many days the day a debtor names may be wrong or the bank slow.
const around = 7

// proofs holds what debtors say they have paid against what came in, whichever came first: money
// that lies with nobody, came about that day in that amount, and shows nothing that speaks for
// another case, is theirs. The task to look for it then ends by itself.
func (w *working) proofs() error {
	var open []objections.Proof
	err := w.read(func(r *store.Reader) (err error) {
		open, err = objections.OpenProofs(r, proofsLooked)
		return err
	})
	for _, p := range open {
		if err == nil {
			err = w.proof(p)
		}
	}
	return err
}

func (w *working) proof(p objections.Proof) error {
	var fits []statements.Line
	err := w.read(func(r *store.Reader) error {
		fits = nil
		list, err := statements.OfAmount(r, p.Amount, looked)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(l statements.Line) bool { return !payable(l) || !About(l.BookedOn, p.PaidOn) })
		verdicts, err := whose.Judge(r, list, true)
		for i, v := range verdicts {
			if err == nil && speaksFor(v, p.CaseID) {
				fits = append(fits, list[i])
			}
		}
		return err
	})
	if err != nil || len(fits) != 1 {
		return err
	}
	err = w.place(fits[0], []matching.Part{{CaseID: p.CaseID, Amount: p.Amount}})
	if err == nil {
		w.done.Proofs++
	}
	if changed(err) || debt.KindOf(err) == debt.Conflict || debt.KindOf(err) == debt.Forbidden {
		return nil
	}
	return err
}

// About reports whether a transfer of one day may be the one somebody dates to another.
func About(a, b debt.Date) bool {
	days := a.DaysUntil(b)
	return days >= -around && days <= around
}

// speaksFor reports whether of all cases the one with the proof is the likeliest, by more than
// its amount: a name or a reference.
func speaksFor(v matching.Verdict, caseID debt.ID) bool {
	if len(v.Suggestions) == 0 || v.Suggestions[0].CaseID != caseID {
		return false
	}
	return len(v.Suggestions) == 1 || v.Suggestions[1].Score <= v.Suggestions[0].Score-matching.Margin
}
