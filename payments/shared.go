package payments

import (
	"context"

	"quitt/debt"
	"quitt/payments/gather"
)

// Shared books payments that arrive at the same moment in one transaction per creditor: what
// an interface for machines calls, where many ask at once. Until there is one, only bench does.
// Make it with NewShared.
type Shared struct {
	desk   Desk
	gather *gather.Gather[debt.ID, *ticketed]
}

// ticketed is one payment on its way and the receipt it gets.
type ticketed struct {
	payment debt.Payment
	receipt Receipt
}

// NewShared makes a Shared of a desk.
func NewShared(d Desk) *Shared {
	s := &Shared{desk: d}
	s.gather = gather.New(MaxBatch, s.write)
	return s
}

// Book is Desk.Book; it returns when the payment is committed.
func (s *Shared) Book(ctx context.Context, creditor debt.ID, p debt.Payment) (Receipt, error) {
	b := &ticketed{payment: p}
	err := s.gather.Do(ctx, creditor, b)
	return b.receipt, err
}

// write books a portion; a transaction holds each case once.
func (s *Shared) write(ctx context.Context, creditor debt.ID, list []*ticketed) error {
	for len(list) > 0 {
		var now, later []*ticketed
		seen := map[debt.ID]bool{}
		for _, b := range list {
			if seen[b.payment.CaseID] {
				later = append(later, b)
				continue
			}
			seen[b.payment.CaseID] = true
			now = append(now, b)
		}
		payments := make([]debt.Payment, len(now))
		for i, b := range now {
			payments[i] = b.payment
		}
		receipts, err := s.desk.BookAll(ctx, creditor, payments)
		if err != nil {
			return err
		}
		for i, b := range now {
			b.receipt = receipts[i]
		}
		list = later
	}
	return nil
}
