package stripe

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"

	"quitt/debt"
	"quitt/debt/rail"
)

// moves lists all money that moved for an order, oldest first. Amounts come from the object
// that is the fact; cumulative figures of the charge are never used.
func (o order) moves() (out []rail.Move) {
	for _, c := range o.charges {
		out = append(out, chargeMoves(c.Charge)...)
	}
	for _, d := range o.disputes {
		out = append(out, disputeMoves(d)...)
	}
	slices.SortStableFunc(out, func(a, b rail.Move) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID)) })
	return out
}

// chargeMoves are those of one charge. A pending one has moved nothing. A failed one has at
// most cost a fee: what Stripe may have booked in and out again for it has the sum zero, and
// a debtor who never paid shall not read of a chargeback. A debit that comes back after it
// succeeded is a dispute.
func chargeMoves(c *stripe.Charge) (out []rail.Move) {
	ref := rail.Ref{Kind: rail.ChargeRef, ID: c.ID}
	switch c.Status {
	case stripe.ChargeStatusSucceeded:
		if !c.Captured { // reserved on the card, not taken
			return nil
		}
		out = append(out, rail.Move{Kind: rail.Paid, ID: c.ID, Amount: debt.Cents(captured(c)), Currency: upper(c.Currency),
			On: berlin(c.Created), At: recorded(c.BalanceTransaction, c.Created), Transaction: transactionID(c.BalanceTransaction), Object: ref})
	case stripe.ChargeStatusFailed:
	default:
		return nil
	}
	out = append(out, fees(ref, c.BalanceTransaction, c.FailureBalanceTransaction)...)
	if c.Refunds != nil {
		for _, r := range c.Refunds.Data {
			out = append(out, refundMoves(r)...)
		}
	}
	return out
}

// captured is what was taken, which may be less than what the card was asked for.
func captured(c *stripe.Charge) int64 {
	if c.AmountCaptured != 0 {
		return c.AmountCaptured
	}
	return c.Amount
}

// refundMoves are those of one refund. One that failed moved money only if Stripe has booked
// it out before, and the failure brought it back.
func refundMoves(r *stripe.Refund) (out []rail.Move) {
	if r == nil {
		return nil
	}
	ref, returned := rail.Ref{Kind: rail.RefundRef, ID: r.ID}, r.FailureBalanceTransaction != nil
	// The value day is the refund's own: that of its transaction would not be known at first,
	// and a fact must not change its day.
	m := rail.Move{Kind: rail.Refunded, ID: r.ID, Amount: debt.Cents(r.Amount), Currency: upper(r.Currency), On: berlin(r.Created),
		At: recorded(r.BalanceTransaction, r.Created), Transaction: transactionID(r.BalanceTransaction), Object: ref, Reason: word(string(r.Reason))}
	switch r.Status {
	case stripe.RefundStatusPending, stripe.RefundStatusRequiresAction:
		m.Pending = true
		out = append(out, m)
	case stripe.RefundStatusSucceeded:
		out = append(out, m)
	case stripe.RefundStatusFailed, stripe.RefundStatusCanceled:
		if returned {
			back := m
			back.Kind, back.Reason, back.Transaction = rail.RefundFailed, word(string(r.FailureReason)), r.FailureBalanceTransaction.ID
			back.At = recorded(r.FailureBalanceTransaction, r.Created)
			back.On = debt.DateIn(back.At, debt.Berlin)
			out = append(out, m, back)
		}
	}
	return append(out, fees(ref, r.BalanceTransaction, r.FailureBalanceTransaction)...)
}

// disputeMoves are those of one dispute, or of one returned debit. Only its own transactions
// count: the disputed amount may be less than the charge's, and a question moves nothing.
func disputeMoves(d *stripe.Dispute) (out []rail.Move) {
	ref := rail.Ref{Kind: rail.DisputeRef, ID: d.ID}
	for _, t := range d.BalanceTransactions {
		if t == nil {
			continue
		}
		m := rail.Move{Kind: rail.Withdrawn, ID: t.ID, Amount: debt.Cents(-t.Amount), Currency: upper(t.Currency), On: berlin(t.Created),
			At: time.Unix(t.Created, 0).UTC(), Transaction: t.ID, Object: ref, Reason: word(string(d.Reason))}
		if t.Amount > 0 {
			m.Kind, m.Amount = rail.Reinstated, debt.Cents(t.Amount)
		}
		if t.Amount != 0 { // some only book the fee
			out = append(out, m)
		}
		out = append(out, fees(ref, t)...)
	}
	return out
}

// fees are Stripe's of the given transactions; a negative one is given back.
func fees(of rail.Ref, list ...*stripe.BalanceTransaction) (out []rail.Move) {
	for _, t := range list {
		if t == nil || t.Fee == 0 {
			continue
		}
		out = append(out, rail.Move{Kind: rail.Fee, ID: t.ID, Amount: debt.Cents(t.Fee), Currency: upper(t.Currency), On: berlin(t.Created),
			At: time.Unix(t.Created, 0).UTC(), Transaction: t.ID, Object: of})
	}
	return out
}

// recorded is when Stripe booked something. Newer accounts get the transaction of a charge a
// little later than the charge; until then its own time stands in.
func recorded(t *stripe.BalanceTransaction, otherwise int64) time.Time {
	if t != nil && t.Created != 0 {
		return time.Unix(t.Created, 0).UTC()
	}
	return time.Unix(otherwise, 0).UTC()
}

func transactionID(t *stripe.BalanceTransaction) string {
	if t == nil {
		return ""
	}
	return t.ID
}
