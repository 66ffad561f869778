package stripe

import (
	"context"
	"slices"
	"time"

	"github.com/stripe/stripe-go/v76"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
)

// FetchPayout asks for one payout.
func (c *Client) FetchPayout(ctx context.Context, a rail.Account, id string) (rail.Payout, error) {
	var p stripe.Payout
	if err := c.call(ctx, a).get(&p, "/v1/payouts", id); err != nil {
		return rail.Payout{}, err
	}
	out := rail.Payout{ID: p.ID, Amount: debt.Cents(p.Amount), Currency: upper(p.Currency), On: berlin(p.ArrivalDate),
		At: time.Unix(p.Created, 0).UTC(), Transaction: transactionID(p.BalanceTransaction), FailedBy: transactionID(p.FailureBalanceTransaction)}
	switch p.Status {
	case stripe.PayoutStatusPending, stripe.PayoutStatusInTransit:
		out.State = rail.PayoutSent
	case stripe.PayoutStatusPaid:
		out.State = rail.PayoutPaid
	// Also one that was paid before: banks send money back days later.
	case stripe.PayoutStatusFailed, stripe.PayoutStatusCanceled:
		out.State = rail.PayoutFailed
	default:
		return rail.Payout{}, payments.ErrBusy
	}
	return out, nil
}

// Movements gives balance transactions. Only a list of one payout says which payout they are
// part of. Stripe lists the newest first, so all of the window are read before the first is
// given: make it a day.
func (c *Client) Movements(ctx context.Context, a rail.Account, in payments.Window, yield func(rail.Movement) error) error {
	p := &stripe.BalanceTransactionListParams{Expand: stripe.StringSlice([]string{"data.source"})}
	if in.Payout != "" {
		p.Payout = stripe.String(in.Payout)
	} else {
		p.CreatedRange = between(in.From, in.To)
	}
	var all []rail.Movement
	err := list(c.call(ctx, a), "/v1/balance_transactions", p, func(t item[stripe.BalanceTransaction]) bool {
		m := rail.Movement{Transaction: t.ID, Kind: string(t.Value.Type), Amount: debt.Cents(t.Value.Amount), Fee: debt.Cents(t.Value.Fee),
			Currency: upper(t.Value.Currency), At: time.Unix(t.Value.Created, 0).UTC(), Payout: in.Payout}
		if s := t.Value.Source; s != nil {
			m.Object = refOf(string(s.Type), s.ID)
		}
		all = append(all, m)
		return true
	})
	return oldestFirst(all, err, yield)
}

// Missed gives the events since an instant, of the kinds a webhook would have brought. Stripe
// keeps them for 30 days.
func (c *Client) Missed(ctx context.Context, a rail.Account, since time.Time, yield func(rail.Notice) error) error {
	var all []rail.Notice
	p := &stripe.EventListParams{CreatedRange: between(since, time.Time{})}
	err := list(c.call(ctx, a), "/v1/events", p, func(e item[stripe.Event]) bool {
		n, ok := noticeOf(e.Raw)
		if ok && n.Object != (rail.Ref{}) && slices.Contains(Events(), n.Type) {
			// Asked for an account, Stripe does not repeat whose events they are.
			if a.Connected && n.External == "" {
				n.External = a.External
			}
			all = append(all, n)
		}
		return true
	})
	return oldestFirst(all, err, yield)
}

// oldestFirst turns a list round once all of it has come without an error.
func oldestFirst[T any](all []T, err error, yield func(T) error) error {
	for i := len(all) - 1; i >= 0 && err == nil; i-- {
		err = yield(all[i])
	}
	return err
}
