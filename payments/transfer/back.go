package transfer

import (
	"cmp"
	"slices"
	"strings"

	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/payments/transfer/ours"
	"quitt/payments/transfer/whose"
	"quitt/store"
	"quitt/store/mandates"
	"quitt/store/rails"
	"quitt/store/remittances"
	"quitt/store/search"
	"quitt/store/statements"
	"quitt/store/tasks"
)

// looked is how many lines, payments or remittances are looked through for an origin.
const looked = 16

// giveBack takes back the payment a return is about, exactly as it was booked, and books what
// the bank charged apart: the debtor owes the claim again, not the fee (law: only whoever is
// responsible for a return owes it, and that is for a person to say). A return whose payment is
// not known waits: files come in any order.
func (w *working) giveBack(l statements.Line) error {
	acc, err := w.account(l.AccountID)
	if err != nil {
		return err
	}
	var origin debt.ID
	var debit mandates.Debit
	isOurs := false
	err = w.read(func(r *store.Reader) (err error) {
		if debit, isOurs, err = ours.Find(r, l); err == nil && !isOurs {
			origin, err = w.origin(r, acc, l)
		}
		return err
	})
	if err != nil {
		return err
	}
	if isOurs {
		return w.debitBack(acc, l, debit)
	}
	if origin == "" {
		return w.unknown(l)
	}
	err = w.write(func(t *store.Tx) error { return w.returnOf(t, acc, l, origin) })
	if err == nil {
		w.done.Returned++
	}
	return err
}

// original is what a return takes from the payment.
func original(l statements.Line) debt.Cents {
	if l.Original > 0 {
		return l.Original
	}
	return -l.Amount
}

func (w *working) unknown(l statements.Line) error {
	if l.State == statements.Unreturned {
		return nil
	}
	l.State = statements.Unreturned
	err := w.write(func(t *store.Tx) error {
		if err := w.ask(t, TaskUnreturned, l, "payment_unknown"); err != nil {
			return err
		}
		return w.save(t, l)
	})
	if err == nil {
		w.done.Unreturned++
	}
	return err
}

// ask asks for a person about a line.
func (w *working) ask(t *store.Tx, kind tasks.Kind, l statements.Line, reason string) error {
	return tasks.Open(t, tasks.Task{ID: store.NewID(), Kind: kind, Subject: string(l.ID), Amount: l.Amount, Reason: reason, OpenedAt: w.Now()})
}

// origin finds the payment a line takes back: the one that came under the same end-to-end id,
// else the newest of that amount of the case our order or mandate was for, else, of what a bank
// corrects, the only one of that amount by the same payer. "" if there is none, or more than one.
func (w *working) origin(r *store.Reader, acc rail.Account, l statements.Line) (debt.ID, error) {
	if l.EndToEnd != "" {
		came, err := statements.OfOrder(r, l.EndToEnd, looked)
		if err != nil {
			return "", err
		}
		if id, err := w.only(r, l, came); id != "" || err != nil {
			return id, err
		}
	}
	signs, err := statements.Signs(r, slices.DeleteFunc([]string{l.EndToEnd, l.Mandate}, func(h string) bool { return h == "" }))
	if err != nil {
		return "", err
	}
	for _, kind := range []statements.SignKind{statements.Order, statements.Mandate} {
		for _, s := range signs {
			if s.Kind != kind {
				continue
			}
			if id, err := newest(r, acc, l, s.CaseID); id != "" || err != nil {
				return id, err
			}
		}
	}
	if l.Occasion != string(statement.Corrected) || l.Payer == "" {
		return "", nil
	}
	payers, err := statements.Signs(r, []string{l.Payer})
	if err != nil {
		return "", err
	}
	var came []statements.Line
	for _, s := range payers {
		some, err := statements.OfCaseAmount(r, s.CaseID, -l.Amount, looked)
		if err != nil {
			return "", err
		}
		came = append(came, slices.DeleteFunc(some, func(o statements.Line) bool { return o.Payer != l.Payer })...)
	}
	return w.only(r, l, came)
}

// only gives the one payment of lines that has the amount of a return and was not returned yet.
func (w *working) only(r *store.Reader, l statements.Line, came []statements.Line) (debt.ID, error) {
	var ids []debt.ID
	for _, o := range came {
		if o.Amount != original(l) || o.AccountID != l.AccountID {
			continue
		}
		if o.PaymentID == "" && o.MoveID != "" { // a person placed it
			m, err := rails.LoadMove(r, o.MoveID)
			if err != nil {
				return "", err
			}
			o.PaymentID = m.PaymentID
		}
		if o.PaymentID != "" {
			ids = append(ids, o.PaymentID)
		}
	}
	kept, err := r.LoadPayments(ids)
	ids = slices.DeleteFunc(ids, func(id debt.ID) bool { return kept[id].Net() < original(l) })
	if err != nil || len(ids) != 1 {
		return "", err
	}
	return ids[0], nil
}

// newest gives the newest direct debit of a case with the amount of a return.
func newest(r *store.Reader, acc rail.Account, l statements.Line, caseID debt.ID) (id debt.ID, err error) {
	list, err := r.Payments(caseID)
	var on debt.Date
	for _, p := range list {
		if p.Source == acc.Source() && p.Method == debt.MethodDirectDebit && p.Amount == original(l) && p.Net() == p.Amount && !p.ReceivedOn.Before(on) && !p.ReceivedOn.After(l.ValueOn) {
			id, on = p.ID, p.ReceivedOn
		}
	}
	return id, err
}

// returnOf books a return to the payment it is about.
func (w *working) returnOf(t *store.Tx, acc rail.Account, l statements.Line, origin debt.ID) error {
	kept, err := t.LoadPayments([]debt.ID{origin})
	if err != nil {
		return err
	}
	f, err := t.LockOne(kept[origin].CaseID)
	if err != nil {
		return err
	}
	if kept, err = t.LoadPayments([]debt.ID{origin}); err != nil { // only now nobody else can change it
		return err
	}
	known, err := rails.MovesOf(&t.Reader, []debt.ID{origin})
	if err != nil {
		return err
	}
	m := move(rail.Withdrawn, l, string(l.ID), original(l))
	m.Object = rail.Ref{Kind: rail.ChargeRef, ID: kept[origin].ExternalID}
	c, err := booking.Return(t, booking.Returning{Account: acc, Payment: kept[origin], Known: known[origin], Move: m, File: f, Stamp: booking.Stamp(w.Now()), By: w.By})
	if err != nil {
		return err
	}
	if err := booking.SaveAll(t, []*booking.Change{c}); err != nil {
		return err
	}
	if fee := -l.Amount - original(l); fee != 0 {
		l.Fee = fee
		if err := booking.Unplaced(t, acc, move(rail.Fee, l, string(l.ID), fee), w.Now()); err != nil {
			return err
		}
	}
	l.State, l.CaseID, l.PaymentID, l.MoveID = statements.Returned, f.Case.ID, origin, c.Made().RowID
	if err := w.save(t, l); err != nil {
		return err
	}
	return tasks.End(t, tasks.Task{Kind: TaskUnreturned, Subject: string(l.ID)}, "settled", w.Now())
}

// unreturned looks again for the payments of returns that came before them.
func (w *working) unreturned() error {
	for after := debt.ID(""); ; {
		var list []statements.Line
		err := w.read(func(r *store.Reader) (err error) {
			list, err = statements.Lines(r, statements.Unreturned, after, statements.AtOnce)
			return err
		})
		if err != nil || len(list) == 0 {
			return err
		}
		for _, l := range list {
			if err := w.giveBack(l); err != nil && !changed(err) {
				return err
			}
		}
		after = list[len(list)-1].ID
	}
}

// fee books what the bank took for itself, or gave back of that.
func (w *working) fee(l statements.Line) error {
	acc, err := w.account(l.AccountID)
	if err != nil {
		return err
	}
	err = w.write(func(t *store.Tx) error {
		if err := booking.Unplaced(t, acc, move(rail.Fee, l, string(l.ID), -l.Amount), w.Now()); err != nil {
			return err
		}
		l.State = statements.Fee
		return w.save(t, l)
	})
	if err == nil {
		w.done.Fees++
	}
	return err
}

// outgoing finds the remittance that a transfer of ours carried out: it is in the books already.
// What else leaves is listed, and nothing is booked of it.
func (w *working) outgoing(l statements.Line) error {
	if back, err := w.givenBack(l); back || err != nil {
		return err
	}
	paid, err := w.remittance(l, -l.Amount)
	if err == nil && paid == "" {
		if booked, err := w.payout(l); booked || err != nil {
			return err
		}
		paid, err = w.remittance(l, -l.Amount) // a person may have booked the file between the two looks
	}
	if err != nil {
		return err
	}
	if paid == "" {
		return w.keep(l, statements.Listed, &w.done.Listed)
	}
	l.Remittance = paid
	return w.keep(l, statements.Remitted, &w.done.Remitted)
}

// remittance finds what was paid out with an amount under a reference that the line has.
func (w *working) remittance(l statements.Line, amount debt.Cents) (id debt.ID, err error) {
	acc, err := w.account(l.AccountID)
	if err != nil {
		return "", err
	}
	said := ""
	for _, t := range whose.Fields(l.Said) {
		said += " " + search.Term(t)
	}
	err = w.read(func(r *store.Reader) error {
		list, err := remittances.OfAmount(r, acc.Source(), amount, looked)
		id = ""
		for _, m := range list {
			if term := search.Term(m.Reference); term != "" && strings.Contains(said, term) {
				id = cmp.Or(id, m.ID)
			}
		}
		return err
	})
	return id, err
}

// bounced keeps money of ours that came back out of every case: it was never a debtor's.
func (w *working) bounced(l statements.Line) error {
	paid, err := w.remittance(l, original(statements.Line{Amount: -l.Amount}))
	if err != nil {
		return err
	}
	l.Remittance = paid
	acc, err := w.account(l.AccountID)
	if err != nil {
		return err
	}
	err = w.write(func(t *store.Tx) error {
		reason := cmp.Or(l.Reason, "returned")
		held := rails.Move{Move: move(rail.Paid, l, string(l.ID), l.Amount), Why: rail.WhyReturned}
		if l.MoveID, err = booking.Hold(t, acc, held, w.Now()); err != nil {
			return err
		}
		l.State, l.Reason = statements.Suspended, rail.WhyReturned
		if err := w.ask(t, TaskBounced, l, reason); err != nil {
			return err
		}
		return w.save(t, l)
	})
	if err == nil {
		w.done.Suspended++
	}
	return err
}

// foreign lists money that is not in euro: there is one currency in the books.
func (w *working) foreign(l statements.Line) error {
	l.State, l.Reason = statements.Foreign, rail.WhyCurrency
	err := w.write(func(t *store.Tx) error {
		if err := w.ask(t, TaskForeign, l, rail.WhyCurrency); err != nil {
			return err
		}
		return w.save(t, l)
	})
	if err == nil {
		w.done.Foreign++
	}
	return err
}

// Batches: patience is how many days the parts of one may take to come; mostParts how many parts
// one has at most.
const (
	patience  = 3
	mostParts = 10_000
)

// resolveBatches puts the parts of a batch in the place of its sum once they are known and add
// up to it, whichever came first.
func (w *working) resolveBatches() error {
	for after := debt.ID(""); ; {
		var list []statements.Line
		err := w.read(func(r *store.Reader) (err error) {
			list, err = statements.Lines(r, statements.Batched, after, statements.AtOnce)
			return err
		})
		if err != nil || len(list) == 0 {
			return err
		}
		for _, l := range list {
			if err := w.resolve(l); err != nil && !changed(err) {
				return err
			}
		}
		after = list[len(list)-1].ID
	}
}

func (w *working) resolve(l statements.Line) error {
	booked, err := ours.BookBatch(ours.Books{Read: w.read, Write: w.write, Now: w.Now, Account: w.account}, l)
	if err != nil {
		return err
	}
	resolved := false
	err = w.write(func(t *store.Tx) error {
		resolved = false
		parts, err := statements.OfBatch(&t.Reader, l, mostParts)
		if err != nil {
			return err
		}
		var sum debt.Cents
		for i := range parts {
			sum += parts[i].Amount
			parts[i].State = statements.Waiting
		}
		if booked { // out of the file; a report of its parts is news of nothing
			parts, sum = nil, l.Amount
		}
		if sum != l.Amount || len(parts) == 0 && !booked {
			if l.BookedOn.AddDays(patience).Before(debt.DateIn(w.Now(), debt.Berlin)) {
				return w.ask(t, TaskBatch, l, "details_missing")
			}
			return nil
		}
		resolved, l.State = true, statements.Resolved
		if err := tasks.End(t, tasks.Task{Kind: TaskBatch, Subject: string(l.ID)}, "settled", w.Now()); err != nil {
			return err
		}
		return w.save(t, append(parts, l)...)
	})
	if err == nil && resolved {
		w.done.Resolved++
	}
	return err
}
