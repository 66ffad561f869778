package transfer

import (
	"cmp"
	"context"
	"slices"

	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/matching"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/store"
	"quitt/store/givebacks"
	"quitt/store/rails"
	"quitt/store/statements"
	"quitt/store/tasks"
)

// Codes of why money is for no case here.
const (
	OtherBusiness = "other_business" // for something that is no case here
	Misdirected   = "misdirected"    // the payer meant somebody else
	OwnMoney      = "own_money"      // of the creditor itself
)

// NotOursWhys lists the codes for NotOurs.
func NotOursWhys() []string { return []string{OtherBusiness, Misdirected, OwnMoney} }

// Choice is what a person decides about a line. Version is that of the line as it was shown:
// of two who decide at once the second is told, Conflict "bank_line_changed".
type Choice struct {
	Line    debt.ID
	Version int64
	Why     string // of NotOurs: one of NotOursWhys, or "" where nobody asks
}

// Book books money that lies with nobody to a case, or splits it over several: the parts must
// be all of it. The account it came from is remembered for the case. Invalid "shares_differ" and
// "bank_parts_twice"; Forbidden "bank_line_over" for a line that needs nobody any more.
func (d Desk) Book(ctx context.Context, creditor debt.ID, c Choice, parts ...matching.Part) error {
	w := &working{Desk: d, ctx: ctx, creditor: creditor, done: &Done{}, accounts: map[debt.ID]rail.Account{}}
	l, err := w.chosen(c)
	if err != nil {
		return err
	}
	return w.place(l, parts)
}

// chosen reads the line of a choice, if it is still as it was shown.
func (w *working) chosen(c Choice) (l statements.Line, err error) {
	err = w.read(func(r *store.Reader) error {
		l, err = statements.Load(r, c.Line)
		return err
	})
	if err == nil && l.Version != c.Version {
		err = debt.E(debt.Conflict, "bank_line_changed", nil)
	}
	return l, err
}

// place books a line to cases.
func (w *working) place(l statements.Line, parts []matching.Part) error {
	var sum debt.Cents
	seen := map[debt.ID]bool{}
	for _, p := range parts {
		if seen[p.CaseID] {
			return debt.E(debt.Invalid, "bank_parts_twice", nil)
		}
		seen[p.CaseID], sum = true, sum+p.Amount
	}
	if sum != l.Amount {
		return debt.E(debt.Invalid, "shares_differ", debt.Args{"left": l.Amount - sum})
	}
	acc, err := w.account(l.AccountID)
	if err != nil {
		return err
	}
	switch l.State {
	case statements.Batched:
		if err := w.bookAll([]ready{{line: l, parts: parts}}); err != nil {
			return err
		}
		return w.write(func(t *store.Tx) error {
			if err := tasks.End(t, tasks.Task{Kind: TaskBatch, Subject: string(l.ID)}, "placed", w.Now()); err != nil {
				return err
			}
			return statements.Decided(t, l.ID, w.by(), w.Now())
		})
	case statements.Suspended, statements.NotOurs:
	default:
		return over()
	}
	return w.write(func(t *store.Tx) error {
		var ids []debt.ID
		for _, p := range parts {
			ids = append(ids, p.CaseID)
		}
		files, err := t.Lock(ids...)
		if err != nil {
			return err
		}
		m, err := rails.LoadMove(&t.Reader, l.MoveID)
		if err != nil {
			return err
		}
		placing := booking.Placing{Account: acc, Move: m, Method: debt.MethodTransfer, Stamp: booking.Stamp(w.Now()), By: w.By}
		if l.Occasion == string(statement.Collected) {
			placing.Method = debt.MethodDirectDebit
		}
		return w.placed(t, l, placing, sharesOf(parts, files))
	})
}

func sharesOf(parts []matching.Part, files []*store.File) []booking.Share {
	shares := make([]booking.Share, len(parts))
	for i, p := range parts {
		at := slices.IndexFunc(files, func(f *store.File) bool { return f.Case.ID == p.CaseID })
		shares[i] = booking.Share{File: files[at], Amount: p.Amount}
	}
	return shares
}

// placed books the shares and keeps with the line where its money went.
func (w *working) placed(t *store.Tx, l statements.Line, placing booking.Placing, shares []booking.Share) error {
	pays, err := booking.PlaceShares(t, placing, shares)
	if err != nil {
		return err
	}
	l.State, l.Reason, l.CaseID, l.PaymentID = statements.Paid, "", pays[0].CaseID, pays[0].ID
	keys, err := statements.KeysOf(&t.Reader)
	if err != nil {
		return err
	}
	if err := statements.Save(t, keys, l); err != nil {
		return err
	}
	if err := statements.Decided(t, l.ID, w.by(), w.Now()); err != nil {
		return err
	}
	if len(pays) == 1 {
		return statements.Learn(t, keys, w.Now(), payerOf(l))
	}
	list := make([]statements.Part, len(pays))
	for i, p := range pays {
		list[i] = statements.Part{LineID: l.ID, N: int64(i + 1), CaseID: p.CaseID, PaymentID: p.ID, Amount: p.Amount}
	}
	return statements.AddParts(t, list)
}

func over() error { return debt.E(debt.Forbidden, "bank_line_over", nil) }

// NotOurs notes that money is for no case here. It stays in the books under nobody's name; it
// can still be booked to a case later.
func (d Desk) NotOurs(ctx context.Context, creditor debt.ID, c Choice) error {
	if c.Why != "" && !slices.Contains(NotOursWhys(), c.Why) {
		return debt.E(debt.Invalid, "bank_why_missing", nil)
	}
	return d.set(ctx, creditor, c, statements.NotOurs)
}

// GiveBack orders that money goes back to the account it came from. The order is the line's
// state; whoever makes the next file of transfers finds it there. Forbidden "bank_payer_unknown"
// where the bank does not say which account that is.
func (d Desk) GiveBack(ctx context.Context, creditor debt.ID, c Choice) error {
	return d.set(ctx, creditor, c, statements.GiveBack)
}

// Reopen takes back that money is not ours or goes back, as long as it has not gone. Forbidden
// "payout_line_ordered" while it stands in a file for the bank.
func (d Desk) Reopen(ctx context.Context, creditor debt.ID, c Choice) error {
	return d.set(ctx, creditor, c, statements.Suspended)
}

// whys are those of the movement of a line in a state.
var whys = map[statements.State]string{statements.NotOurs: rail.WhyNotOurs, statements.GiveBack: rail.WhyGiveBack, statements.Suspended: rail.WhyUnmatched}

func (d Desk) set(ctx context.Context, creditor debt.ID, c Choice, to statements.State) error {
	w := &working{Desk: d, ctx: ctx, creditor: creditor, done: &Done{}, accounts: map[debt.ID]rail.Account{}}
	l, err := w.chosen(c)
	if err != nil {
		return err
	}
	if !slices.Contains([]statements.State{statements.Suspended, statements.NotOurs, statements.GiveBack}, l.State) || l.State == to {
		return over()
	}
	if to == statements.GiveBack && l.Said.IBAN == "" {
		return debt.E(debt.Forbidden, "bank_payer_unknown", nil)
	}
	return w.write(func(t *store.Tx) error {
		if err := givebacks.Free(&t.Reader, l.ID); err != nil {
			return err
		}
		m, err := rails.LoadMove(&t.Reader, l.MoveID)
		if err != nil {
			return err
		}
		if m.State != rails.Suspended {
			return over()
		}
		l.State, l.Reason, m.Why = to, cmp.Or(c.Why, whys[to]), whys[to]
		if err := w.save(t, l); err != nil {
			return err
		}
		if err := rails.SaveMoves(t, []rails.Move{m}); err != nil {
			return err
		}
		if err := statements.Decided(t, l.ID, w.by(), w.Now()); err != nil {
			return err
		}
		unplaced := tasks.Task{ID: store.NewID(), Kind: booking.TaskUnplaced, Subject: m.ID, Amount: m.Amount, Reason: m.Why, OpenedAt: w.Now()}
		if to == statements.Suspended {
			return tasks.Again(t, unplaced)
		}
		return tasks.End(t, unplaced, whys[to], w.Now())
	})
}
