package transfer

import (
	"slices"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/statements"
)

// suspend takes money into the books under nobody's name. A line that changed meanwhile keeps
// none of the others back.
func (w *working) suspend(why string, list ...statements.Line) error {
	if len(list) == 0 {
		return nil
	}
	for _, l := range list {
		if _, err := w.account(l.AccountID); err != nil {
			return err
		}
	}
	err := w.write(func(t *store.Tx) error {
		var holdings []booking.Holding
		for _, l := range list {
			l.Reason = why
			holdings = append(holdings, booking.Holding{Account: w.accounts[l.AccountID],
				Move: rails.Move{Move: move(rail.Paid, l, string(l.ID), l.Amount), Why: why}})
		}
		ids, err := booking.HoldAll(t, holdings, w.Now())
		if err != nil {
			return err
		}
		held := slices.Clone(list)
		for i := range held {
			held[i].State, held[i].Reason, held[i].MoveID = statements.Suspended, why, ids[i]
		}
		return w.save(t, held...)
	})
	switch {
	case err == nil:
		w.done.Suspended += len(list)
		return nil
	case debt.KindOf(err) != debt.Conflict || len(list) > 1 && !changed(err):
		return err
	case len(list) == 1:
		return nil
	}
	for _, l := range list {
		if err := w.suspend(why, l); err != nil {
			return err
		}
	}
	return nil
}

func (w *working) save(t *store.Tx, list ...statements.Line) error {
	keys, err := statements.KeysOf(&t.Reader)
	if err != nil {
		return err
	}
	return statements.Save(t, keys, list...)
}

// keep only notes where a line stands.
func (w *working) keep(l statements.Line, s statements.State, count *int) error {
	l.State = s
	err := w.write(func(t *store.Tx) error { return w.save(t, l) })
	if err == nil {
		*count++
	}
	return err
}
