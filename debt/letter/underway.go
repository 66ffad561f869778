package letter

import (
	"slices"

	"quitt/debt"
)

// UnderWay reports whether money was sent that has not arrived yet, or may have been: whoever
// has just paid gets no demand.
func UnderWay(payments []debt.Payment) bool {
	return slices.ContainsFunc(payments, func(p debt.Payment) bool {
		return p.Status == debt.PaymentInFlight || p.Status == debt.PaymentUnknown
	})
}
