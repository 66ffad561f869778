package letter

import (
	"testing"

	"quitt/debt"
)

func TestMoneyThatMayBeUnderWayIsUnderWay(t *testing.T) {
	for _, s := range debt.PaymentStatuses() {
		want := s == debt.PaymentInFlight || s == debt.PaymentUnknown
		if got := UnderWay([]debt.Payment{{Status: debt.PaymentFailed}, {Status: s}}); got != want {
			t.Errorf("%s: %t", s, got)
		}
	}
}
