package collection

import (
	"time"

	"quitt/debt"
)

// NoticeDays is how long before its day a collection is told at the latest where nothing else is
// agreed. The SEPA rulebook wants 14 days unless less is agreed, at least one; the mandate text of
// providers agrees on two (law.md 7, payments-stripe.md 3), and the plan's agreement says so.
const NoticeDays = 2

// sooner is how many days before the agreed ones a collection is told, if the plan has not done
// so: time for a mail that comes back, and to see to the account.
const sooner = 3

// morning is the hour in Berlin from which is collected: what came overnight is booked by
// then, and debits are in time for the provider's hour of handing in (10:30).
const morning = 6

// On gives the day on which a sum due on a day is collected: banks settle on no other (TARGET),
// and never before it is due.
func On(due debt.Date) debt.Date {
	for !debt.IsTargetDay(due) {
		due = due.AddDays(1)
	}
	return due
}

// Earliest is the first day an order may be collected on: its own, or later if the debtor was
// told late.
func (o Order) Earliest() debt.Date {
	if o.ToldOn.IsZero() {
		return o.CollectOn
	}
	return debt.Later(o.CollectOn, On(o.ToldOn.AddDays(o.notice())))
}

func (o Order) notice() int {
	if o.Notice > 0 {
		return o.Notice
	}
	return NoticeDays
}

// tellOn gives when the loop has to tell the debtor.
func (o Order) tellOn() debt.Date { return o.CollectOn.AddDays(-o.notice() - sooner) }

// Next gives when the loop has to look at a waiting order.
func (o Order) Next() time.Time {
	if o.ToldOn.IsZero() {
		return at(o.tellOn())
	}
	return at(o.Earliest())
}

// Ripe reports whether an order may be collected now.
func (o Order) Ripe(now time.Time) bool {
	return o.State == Waiting && !o.ToldOn.IsZero() && !now.Before(at(o.Earliest()))
}

// at is the morning of a day in Berlin.
func at(day debt.Date) time.Time {
	t := day.Time()
	return time.Date(t.Year(), t.Month(), t.Day(), morning, 0, 0, 0, debt.Berlin)
}

// Tell notes that the debtor is told today. Told too late, the collection moves.
func (o *Order) Tell(today debt.Date) {
	o.ToldOn = today
	o.CollectOn = o.Earliest()
	o.LookAt = o.Next()
}
