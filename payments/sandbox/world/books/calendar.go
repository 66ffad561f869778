package books

import (
	"time"

	"quitt/debt"
)

// Direct debits are handed in until half past ten in Berlin; what comes later goes with the
// next business day of the euro payment system.
const (
	cutoffHour, cutoffMinute = 10, 30
)

// How many business days things take.
const (
	SettleDays = 6 // a direct debit, until it succeeds
	FailDays   = 2 // likewise, until it fails
	CardDays   = 3 // until a card's money can be paid out
	RefundDays = 3
)

// handedIn is the business day a debit of that moment goes out.
func handedIn(now time.Time) debt.Date {
	local := now.In(debt.Berlin)
	day := debt.DateIn(now, debt.Berlin)
	late := local.Hour()*60+local.Minute() >= cutoffHour*60+cutoffMinute
	if late {
		day = day.AddDays(1)
	}
	return targetDay(day)
}

// targetDay is d, or the next day on which euros move.
func targetDay(d debt.Date) debt.Date {
	for !debt.IsTargetDay(d) {
		d = d.AddDays(1)
	}
	return d
}

// addTargetDays counts n such days on.
func addTargetDays(d debt.Date, n int) debt.Date {
	for range n {
		d = targetDay(d.AddDays(1))
	}
	return d
}

// DebitAt is when a debit started now reaches its end, n business days on at midnight UTC.
// Slow ones come three minutes after.
func (w *World) DebitAt(n int, slow bool) time.Time {
	extra := time.Duration(0)
	if slow {
		extra = 3 * time.Minute
	}
	if w.o.Mode == Fast {
		wait := w.o.Settle
		if n < SettleDays {
			wait /= 2
		}
		return w.Now().Add(wait + extra)
	}
	return addTargetDays(handedIn(w.Now()), n).Time().Add(extra)
}

// DaysOn is n business days from today at midnight UTC, or seconds in Fast mode.
func (w *World) DaysOn(n int) time.Time {
	if w.o.Mode == Fast {
		return w.Now().Add(w.o.Settle / 2)
	}
	return addTargetDays(targetDay(debt.DateIn(w.Now(), time.UTC)), n).Time()
}

// Unix reads an instant as the API writes it.
func Unix(sec int64) time.Time { return time.Unix(sec, 0).UTC() }
