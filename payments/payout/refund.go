package payout

import (
	"context"
	"slices"

	"quitt/debt"
	"quitt/payments/booking"
	"quitt/store"
	"quitt/store/givebacks"
	"quitt/store/statements"
)

// Refund orders that what a debtor has paid too much goes back to the account it came from, all of
// it where no amount is given. It waits for the next file of transfers. Only transfers go back so:
// what was collected by direct debit may come back by itself. Invalid "refund_too_large" for more
// than was paid too much and is not ordered yet; Forbidden "bank_payer_unknown" where no bank says
// which account it came from.
func (d Desk) Refund(ctx context.Context, creditor, caseID debt.ID, amount debt.Cents) (list []givebacks.Back, err error) {
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		f, err := t.LockOne(caseID)
		if err != nil {
			return err
		}
		known, err := givebacks.OfCase(&t.Reader, caseID)
		if err != nil {
			return err
		}
		waits := map[debt.ID]debt.Cents{}
		for _, b := range known {
			if b.State != givebacks.Gone {
				waits[b.PaymentID] += b.Amount
			}
		}
		left, err := booking.Refundable(&t.Reader, caseID, f.Account.Overpaid)
		if err != nil {
			return err
		}
		if amount == 0 {
			amount = left
		}
		if amount <= 0 || amount > left {
			return debt.E(debt.Invalid, "refund_too_large", debt.Args{"most": left})
		}
		if list, err = d.share(t, caseID, amount, waits); err != nil {
			return err
		}
		return givebacks.Ask(t, list...)
	})
	return list, err
}

// share takes an amount out of the newest payments whose payers are known.
func (d Desk) share(t *store.Tx, caseID debt.ID, amount debt.Cents, waits map[debt.ID]debt.Cents) (list []givebacks.Back, err error) {
	payments, err := t.Payments(caseID)
	if err != nil {
		return nil, err
	}
	came, err := cameWith(&t.Reader, caseID)
	if err != nil {
		return nil, err
	}
	for _, p := range slices.Backward(payments) {
		l, ok := came[p.ID]
		part := min(amount, p.Net()-waits[p.ID])
		if !ok || part <= 0 || p.Method != debt.MethodTransfer {
			continue
		}
		list = append(list, givebacks.Back{ID: store.NewID(), AccountID: l.AccountID, LineID: l.ID, CaseID: caseID, PaymentID: p.ID, Amount: part,
			AskedAt: d.Now(), By: d.By})
		if amount -= part; amount == 0 {
			return list, nil
		}
	}
	return nil, debt.E(debt.Forbidden, "bank_payer_unknown", nil)
}

// cameWith finds the lines a case's payments came with, where they say who paid.
func cameWith(r *store.Reader, caseID debt.ID) (map[debt.ID]statements.Line, error) {
	lines, err := statements.OfCase(r, caseID)
	if err != nil {
		return nil, err
	}
	came := map[debt.ID]statements.Line{}
	for _, l := range lines {
		if l.State != statements.Paid || l.Amount <= 0 || l.Said.IBAN == "" {
			continue
		}
		came[l.PaymentID] = l
		parts, err := statements.Parts(r, l.ID)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			came[p.PaymentID] = l
		}
	}
	return came, nil
}

// Refundable is how much of what was paid too much in a case nobody has sent back yet.
func (d Desk) Refundable(ctx context.Context, creditor, caseID debt.ID) (left debt.Cents, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		f, err := r.LoadFile(caseID)
		if err != nil {
			return err
		}
		left, err = booking.Refundable(r, caseID, f.Account.Overpaid)
		return err
	})
	return left, err
}

// TakeBack forgets the refunds of a case that stand in no file. NotFound "payout_unknown" if there
// are none.
func (d Desk) TakeBack(ctx context.Context, creditor, caseID debt.ID) error {
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		if _, err := t.LockOne(caseID); err != nil {
			return err
		}
		n, err := givebacks.Forget(t, caseID)
		if err == nil && n == 0 {
			err = debt.E(debt.NotFound, "payout_unknown", nil)
		}
		return err
	})
}
