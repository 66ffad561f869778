package payments_test

import (
	"strconv"
	"sync"
	"testing"

	"quitt/debt"
	"quitt/payments"
)

func TestPaymentsThatComeAtOnceAreBookedEachOnce(t *testing.T) {
	each(t, func(o office) {
		shared := payments.NewShared(o.desk)
		var all sync.WaitGroup
		for i := range 120 {
			all.Go(func() {
				p := o.money(i%3, "P"+strconv.Itoa(i/2), 1_00, "2026-06-01") // each key twice, on two cases
				if i%2 == 1 {
					p = o.money((i-1)%3, "P"+strconv.Itoa(i/2), 1_00, "2026-06-01")
				}
				r, err := shared.Book(ctx, o.creditor, p)
				if err != nil || r.Payment.Amount != 1_00 {
					o.t.Errorf("%d: %+v %v", i, r, err)
				}
			})
		}
		bad := o.money(0, "bad", 1_00, "2025-01-01")
		_, err := shared.Book(ctx, o.creditor, bad)
		o.refused("before the claim", err, debt.Invalid, "payment_before_claim")
		all.Wait()
		if n := verified(o.t, o.desk.Store); n != 60 {
			o.t.Errorf("%d payments", n)
		}
	})
}
