package booking

import (
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/givebacks"
	"quitt/store/rails"
)

// Refundable is how much of what was paid too much in a case nobody has sent back yet: less than
// overpaid by what a bank or a provider was told to send and has not shown.
func Refundable(r *store.Reader, caseID debt.ID, overpaid debt.Cents) (left debt.Cents, err error) {
	if left = overpaid; left <= 0 {
		return 0, nil
	}
	known, err := givebacks.OfCase(r, caseID)
	if err != nil {
		return 0, err
	}
	for _, b := range known {
		if b.State != givebacks.Gone {
			left -= b.Amount
		}
	}
	payments, err := r.Payments(caseID)
	if err != nil {
		return 0, err
	}
	var ids []debt.ID
	for _, p := range payments {
		ids = append(ids, p.ID)
	}
	moves, err := rails.MovesOf(r, ids)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		asked, err := rails.Refunds(r, id)
		if err != nil {
			return 0, err
		}
		left -= underWay(asked, moves[id])
	}
	return max(0, left), nil
}

// slack is how far a provider's clock may be behind ours.
const slack = time.Minute

// underWay is what of a payment was ordered to go back and has not shown. Only what moved since the
// first order can be one of ours: what went back before came from the provider's own pages. What came
// back again is not on its way any more.
func underWay(asked []rails.Refund, moves []rails.Move) (sum debt.Cents) {
	var since time.Time
	for _, f := range asked {
		if f.State == rails.RefundRefused {
			continue
		}
		if sum == 0 {
			since = f.StartedAt.Add(-slack)
		}
		sum += f.Amount
	}
	for _, m := range moves {
		if m.Kind == rail.Refunded && m.State == rails.MoveBooked && !m.At.Before(since) {
			sum -= m.Amount
		}
	}
	return max(0, sum)
}
