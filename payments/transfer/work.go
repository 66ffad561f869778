package transfer

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/matching"
	"quitt/debt/rail"
	"quitt/payments/announced"
	"quitt/payments/booking"
	"quitt/payments/transfer/whose"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/statements"
)

// Done counts what became of lines.
type Done struct {
	Booked, Suspended, Returned, Unreturned, Fees, Remitted, Listed, Foreign, Resolved, Proofs int
}

// All is how many lines something became of.
func (n Done) All() int {
	return n.Booked + n.Suspended + n.Returned + n.Fees + n.Remitted + n.Listed + n.Foreign + n.Resolved
}

// atLeast takes in lines that another process was faster with.
func (n *Done) atLeast(lines map[statements.State]int) {
	for to, state := range map[*int]statements.State{
		&n.Booked: statements.Paid, &n.Suspended: statements.Suspended, &n.Returned: statements.Returned, &n.Unreturned: statements.Unreturned, &n.Fees: statements.Fee,
		&n.Remitted: statements.Remitted, &n.Listed: statements.Listed, &n.Foreign: statements.Foreign, &n.Resolved: statements.Resolved,
	} {
		*to = max(*to, lines[state])
	}
}

// Work does with every line that was taken over what can be done: books it, returns what was
// booked, keeps the rest for a person. It goes on where another left off, whatever stopped it; a
// loop calls it too.
func (d Desk) Work(ctx context.Context, creditor debt.ID) (n Done, err error) {
	w := &working{Desk: d, ctx: ctx, creditor: creditor, done: &n, accounts: map[debt.ID]rail.Account{}}
	for _, step := range []func() error{w.adopt, w.resolveBatches, w.waiting, w.unreturned, w.proofs} {
		if err := step(); err != nil {
			return n, err
		}
	}
	return n, nil
}

// Queue says how many lines of a creditor wait for Work, and since when the oldest does.
func (d Desk) Queue(ctx context.Context, creditor debt.ID) (waiting int, oldest time.Time, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		waiting, oldest, err = statements.Queue(r)
		return err
	})
	return waiting, oldest, err
}

// working is one round of Work.
type working struct {
	Desk

	ctx      context.Context // of the one call it lives in
	creditor debt.ID
	done     *Done
	accounts map[debt.ID]rail.Account
}

func (w *working) read(fn func(r *store.Reader) error) error {
	return w.Store.Read(w.ctx, w.creditor, fn)
}

func (w *working) write(fn func(t *store.Tx) error) error {
	return w.Store.Write(w.ctx, w.creditor, fn)
}

func (w *working) account(id debt.ID) (rail.Account, error) {
	if a, ok := w.accounts[id]; ok {
		return a, nil
	}
	err := w.read(func(r *store.Reader) error {
		kept, err := rails.LoadAccount(r, id)
		w.accounts[id] = kept.Account
		return err
	})
	return w.accounts[id], err
}

// waiting works off what was taken over. First it books what is sure: nothing hangs on the order
// of that. Then comes the rest, by which time it is known who has paid from which account.
func (w *working) waiting() error {
	if err := w.sure(); err != nil {
		return err
	}
	for after := debt.ID(""); ; {
		b, err := w.look(after)
		if err != nil || len(b.lines) == 0 {
			return err
		}
		after = b.last()
		for _, c := range b.debits {
			if err := w.credited(c); err != nil && !changed(err) {
				return err
			}
		}
		now, nobodys := b.sure()
		if err := w.incoming(now); err != nil {
			return err
		}
		if err := w.suspend(rail.WhyUnmatched, nobodys...); err != nil {
			return err
		}
		for _, l := range b.others {
			if err := w.other(l); err != nil && !changed(err) {
				return err
			}
		}
	}
}

// sure books lines whose cases are known, many together, and looks at the next ones meanwhile.
func (w *working) sure() error {
	var looks sync.WaitGroup
	defer looks.Wait()
	var now []ready
	n, learn := 0, many
	for b, err := w.look(""); ; {
		switch {
		case err != nil:
			return err
		case len(b.lines) == 0:
			return w.incoming(now)
		}
		if n += len(b.lines); n > learn { // there are payments now where there may have been none
			learn *= 8
			if err := w.write(func(t *store.Tx) error { return t.Learn() }); err != nil {
				return err
			}
		}
		var next judged
		var failed error
		looks.Go(func() { next, failed = w.look(b.last()) })
		some, _ := b.sure()
		for now = append(now, some...); len(now) >= statements.AtOnce && err == nil; {
			now, err = w.some(now)
		}
		if err != nil {
			return err
		}
		looks.Wait()
		b, err = next, failed
	}
}

// adopt notes with lines where a person has placed their money by its movement.
func (w *working) adopt() error {
	for {
		var list []statements.Line
		err := w.read(func(r *store.Reader) (err error) {
			list, err = statements.Placed(r, statements.AtOnce)
			return err
		})
		if err != nil || len(list) == 0 {
			return err
		}
		err = w.write(func(t *store.Tx) error {
			var signs []statements.Sign
			for i := range list {
				l := &list[i]
				m, err := rails.LoadMove(&t.Reader, l.MoveID)
				if err != nil {
					return err
				}
				l.State, l.Reason, l.CaseID, l.PaymentID = statements.Paid, "", m.CaseID, m.PaymentID
				signs = append(signs, payerOf(*l))
			}
			keys, err := statements.KeysOf(&t.Reader)
			if err != nil {
				return err
			}
			if err := statements.Save(t, keys, list...); err != nil {
				return err
			}
			return statements.Learn(t, keys, w.Now(), signs...)
		})
		if err != nil && !changed(err) {
			return err
		}
	}
}

// payable reports whether a line is money that may be a debtor's.
func payable(l statements.Line) bool {
	switch statement.Occasion(l.Occasion) {
	case statement.Incoming, statement.Wage, statement.Collected, batch:
		return l.Amount > 0 && l.Currency == "EUR"
	}
	return false
}

// changed reports whether another process or a person was faster: with the line, or with the
// booking of its money, which are one transaction.
func changed(err error) bool {
	return errors.Is(err, debt.E(debt.Conflict, "bank_line_changed", nil)) || errors.Is(err, debt.E(debt.Conflict, "booked_already", nil)) ||
		errors.Is(err, debt.E(debt.Conflict, "move_taken", nil))
}

// other does what a line that is no debtor's payment asks for.
func (w *working) other(l statements.Line) error {
	switch statement.Occasion(l.Occasion) {
	case statement.Charges:
		if l.Currency == "EUR" && l.Amount != 0 {
			return w.fee(l)
		}
	case statement.ReturnedDebit, statement.Corrected:
		if l.Currency == "EUR" && l.Amount < 0 {
			return w.giveBack(l)
		}
	case statement.ReturnedTransfer:
		if l.Currency == "EUR" {
			return w.bounced(l)
		}
	case statement.Outgoing:
		if l.Currency == "EUR" {
			return w.outgoing(l)
		}
	}
	if l.Currency != "EUR" {
		return w.foreign(l)
	}
	if l.Amount > 0 { // a correction in our favour: a person says of what
		return w.suspend(rail.WhyUnmatched, l)
	}
	return w.keep(l, statements.Listed, &w.done.Listed)
}

// ready is a line with the cases it goes to.
type ready struct {
	line  statements.Line
	parts []matching.Part
	ways  []matching.Reason
}

// incoming books what is sure, many lines in one transaction, each case once in each.
func (w *working) incoming(now []ready) (err error) {
	for err == nil && len(now) > 0 {
		now, err = w.some(now)
	}
	return err
}

// some books what can be booked together, at most so many lines and each case once, and gives the rest.
func (w *working) some(now []ready) (later []ready, err error) {
	var these []ready
	busy := map[debt.ID]bool{}
	for _, x := range now {
		if len(these) == statements.AtOnce || taken(busy, x.parts) {
			later = append(later, x)
		} else {
			these = append(these, x)
		}
	}
	return later, w.book(these)
}

// taken reports whether a case of some parts is busy, and makes them busy if not.
func taken(busy map[debt.ID]bool, parts []matching.Part) bool {
	for _, p := range parts {
		if busy[p.CaseID] {
			return true
		}
	}
	for _, p := range parts {
		busy[p.CaseID] = true
	}
	return false
}

// portions is how many transactions book at the same time: while one waits for the disk, the
// others go on.
const portions = 4

// book books lines of different cases, in portions at the same time.
func (w *working) book(list []ready) error {
	for _, x := range list {
		if _, err := w.account(x.line.AccountID); err != nil {
			return err
		}
	}
	var shares [portions]struct {
		list []ready
		err  error
	}
	var all sync.WaitGroup
	for i := range shares {
		h := &shares[i]
		h.list = list[i*len(list)/portions : (i+1)*len(list)/portions]
		all.Go(func() { h.err = w.bookAll(h.list) })
	}
	all.Wait()
	var failed error
	for _, h := range shares {
		if err := w.booked(h.list, h.err); failed == nil {
			failed = err
		}
	}
	return failed
}

// booked counts what was booked together or, where that failed, books one by one: nobody waits
// for somebody else's.
func (w *working) booked(list []ready, err error) error {
	switch {
	case err == nil:
		w.done.Booked += len(list)
		return nil
	case debt.KindOf(err) == "" || debt.KindOf(err) == debt.Unavailable:
		return err
	case len(list) == 1 && changed(err):
		return nil
	case len(list) == 1:
		return w.suspend(rail.WhyCase, list[0].line)
	}
	for _, x := range list {
		if err := w.book([]ready{x}); err != nil && !changed(err) {
			return err
		}
	}
	return nil
}

// bookAll books lines in one transaction. Their accounts have been read.
func (w *working) bookAll(list []ready) error {
	if len(list) == 0 {
		return nil
	}
	return w.write(func(t *store.Tx) error {
		var ids []debt.ID
		for _, x := range list {
			for _, p := range x.parts {
				ids = append(ids, p.CaseID)
			}
		}
		files, err := t.Lock(ids...)
		if err != nil {
			return err
		}
		byID := map[debt.ID]*store.File{}
		for _, f := range files {
			byID[f.Case.ID] = f
		}
		keys, err := statements.KeysOf(&t.Reader)
		if err != nil {
			return err
		}
		var changes []*booking.Change
		lines := make([]statements.Line, len(list))
		var parts []statements.Part
		var signs []statements.Sign
		for i, x := range list {
			some, err := w.arrive(t, x, w.accounts[x.line.AccountID], byID)
			if err != nil {
				return err
			}
			first := some[0]
			l := x.line
			l.State, l.CaseID, l.PaymentID, l.MoveID = statements.Paid, first.Payment.CaseID, first.Payment.ID, first.Made().RowID
			lines[i], changes = l, append(changes, some...)
			parts = append(parts, partsOf(l.ID, some)...)
			if len(some) == 1 { // whoever pays for several says nothing of whose the account is
				signs = append(signs, payerOf(l))
			}
		}
		if err := statements.Save(t, keys, lines...); err != nil {
			return err
		}
		if err := statements.Learn(t, keys, w.Now(), signs...); err != nil {
			return err
		}
		if err := statements.AddParts(t, parts); err != nil {
			return err
		}
		return booking.SaveAll(t, changes)
	})
}

// partsOf are the shares of a line that went to more than one case.
func partsOf(line debt.ID, changes []*booking.Change) (list []statements.Part) {
	if len(changes) < 2 {
		return nil
	}
	for i, c := range changes {
		list = append(list, statements.Part{LineID: line, N: int64(i + 1), CaseID: c.Payment.CaseID, PaymentID: c.Payment.ID, Amount: c.Payment.Amount})
	}
	return list
}

// payerOf says who paid for the case of a line.
func payerOf(l statements.Line) statements.Sign {
	return statements.Sign{Kind: statements.Payer, Hash: l.Payer, CaseID: l.CaseID, Number: l.Said.IBAN}
}

// arrive books a line to its cases. What it is for says the reference, where one was announced.
func (w *working) arrive(t *store.Tx, x ready, acc rail.Account, files map[debt.ID]*store.File) ([]*booking.Change, error) {
	var list []*booking.Change
	for i, part := range x.parts {
		id := string(x.line.ID)
		if i > 0 {
			id += "/" + strconv.Itoa(i+1)
		}
		p := debt.Payment{CaseID: part.CaseID, Method: debt.MethodTransfer, Source: acc.Source(), ExternalID: id, Amount: part.Amount, ReceivedOn: x.line.ValueOn}
		if x.line.Occasion == string(statement.Collected) {
			p.Method = debt.MethodDirectDebit
		}
		if slices.Contains(x.ways, matching.Reason(matching.ByAnnounced)) {
			var err error
			if p, err = meant(t, x.line, p); err != nil {
				return nil, err
			}
		}
		c, err := booking.Arrive(t, booking.Arrival{Account: acc, Move: move(rail.Paid, x.line, id, part.Amount), File: files[part.CaseID], Payment: p,
			Stamp: booking.Stamp(w.Now()), By: w.By})
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// meant gives a payment what the reference it came under says that it is for.
func meant(t *store.Tx, l statements.Line, p debt.Payment) (debt.Payment, error) {
	for _, rf := range whose.References(whose.Fields(l.Said)) {
		q, ok, err := announced.Match(&t.Reader, rf, p)
		if err != nil {
			return p, err
		}
		if ok && q.CaseID == p.CaseID {
			return q, nil
		}
	}
	return p, nil
}

// move is a movement as a line tells of it.
func move(kind rail.MoveKind, l statements.Line, id string, amount debt.Cents) rail.Move {
	const noon = 11 * time.Hour // in Berlin, near enough: it only has to be the booking day
	return rail.Move{Kind: kind, ID: id, Amount: amount, Currency: l.Currency, On: l.ValueOn, At: l.BookedOn.Time().Add(noon), Transaction: string(l.ID), Reason: l.Reason}
}
