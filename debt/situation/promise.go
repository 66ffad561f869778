package situation

import "quitt/debt"

// Promise is "I can pay so much until then".
type Promise struct {
	Amount debt.Cents
	By     debt.Date
}

// Grace is how many days after a promised day money may still arrive: a transfer ordered on
// the day takes one banking day (BGB § 675s I), and weekends lie between.
const Grace = 3

// Check refuses a promise the creditor's rules do not allow.
func (p Promise) Check(payable debt.Cents, today debt.Date, s debt.Settings) error {
	switch last := today.AddDays(s.PromiseDays); {
	case s.PromiseDays <= 0:
		return debt.E(debt.Forbidden, "promise_not_offered", nil)
	case p.By.IsZero() || p.By.Before(today) || p.By.After(last):
		return debt.E(debt.Invalid, "promise_day_range", debt.Args{"first": today, "last": last})
	case payable <= 0:
		return debt.E(debt.Forbidden, "promise_nothing_open", nil)
	case p.Amount <= 0 || p.Amount > payable:
		return debt.E(debt.Invalid, "promise_amount_range", debt.Args{"most": payable})
	}
	return nil
}

// PromiseState is what became of a promise.
type PromiseState string

// The states.
const (
	PromiseOpen   PromiseState = "open"
	PromiseKept   PromiseState = "kept"
	PromiseBroken PromiseState = "broken"
)

// Judge says what became of a promise by the money that counts since it was made. It is
// broken only when the day and the grace have passed.
func (p Promise) Judge(paid debt.Cents, today debt.Date) PromiseState {
	switch {
	case paid >= p.Amount:
		return PromiseKept
	case today.After(p.By.AddDays(Grace)):
		return PromiseBroken
	}
	return PromiseOpen
}
