package transfer

import (
	"strings"

	"quitt/debt"
	"quitt/payments/remit"
	"quitt/payments/transfer/whose"
	"quitt/store"
	"quitt/store/payouts"
	"quitt/store/remittances"
	"quitt/store/search"
	"quitt/store/statements"
)

// payout books a remittance that was ordered by file once the statement shows it: under its
// reference or its end-to-end id, of its amount, from its account to its account. What differs in
// any of them is for a person. Booked by a person meanwhile, the line only points to it.
func (w *working) payout(l statements.Line) (ok bool, err error) {
	acc, err := w.account(l.AccountID)
	if err != nil {
		return false, err
	}
	err = w.write(func(t *store.Tx) error {
		ok = false
		f, ordered, err := payouts.Open(&t.Reader, acc.Source())
		if err != nil || !ordered || f.Amount != -l.Amount || !shows(l, f) {
			return err
		}
		o := remit.Order{Source: f.Source, UpTo: f.UpTo, PaidOn: debt.Later(l.ValueOn, f.UpTo), Reference: f.Reference, Amount: f.Amount, By: w.by()}
		m, err := remit.Book(t, o, w.Now())
		if debt.KindOf(err) == debt.Conflict {
			var taken bool
			if m, taken, err = remittances.Find(&t.Reader, f.Reference); !taken || m.Amount != f.Amount {
				return err
			}
		}
		if err != nil {
			return err
		}
		ok, l.State, l.Remittance = true, statements.Remitted, m.ID
		return w.save(t, l)
	})
	if ok && err == nil {
		w.done.Remitted++
	}
	return ok, err
}

// shows reports whether a line is the transfer of a file.
func shows(l statements.Line, f payouts.File) bool {
	if l.Said.IBAN != "" && l.Said.IBAN.Reveal() != f.ToIBAN {
		return false
	}
	if strings.EqualFold(strings.TrimSpace(l.Said.EndToEnd.Reveal()), f.Message) {
		return true
	}
	said := ""
	for _, t := range whose.Fields(l.Said) {
		said += " " + search.Term(t)
	}
	return strings.Contains(said, search.Term(f.Reference))
}
