package booking

import (
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
		left -= max(0, askedOf(asked)-shownOf(moves[id]))
	}
	return max(0, left), nil
}

func askedOf(list []rails.Refund) (sum debt.Cents) {
	for _, f := range list {
		if f.State != rails.RefundRefused {
			sum += f.Amount
		}
	}
	return sum
}

// shownOf counts also what came back again: it is not on its way any more.
func shownOf(list []rails.Move) (sum debt.Cents) {
	for _, m := range list {
		if m.Kind == rail.Refunded && m.State == rails.MoveBooked {
			sum += m.Amount
		}
	}
	return sum
}
