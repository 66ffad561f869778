package debt

import "time"

// Unit of a Period.
type Unit string

// Weeks, months and years run by the calendar, not by days (BGB § 188 II).
const (
	Days   Unit = "days"
	Weeks  Unit = "weeks"
	Months Unit = "months"
	Years  Unit = "years"
)

// Period is a length of time as statutes and contracts state it.
type Period struct {
	Amount int  `json:"amount"`
	Unit   Unit `json:"unit"`
}

// End is the last day of the period that an event on that day sets off: the day of the
// event does not count (BGB § 187 I), and a day the last month lacks becomes its last
// day (§ 188 III). It is not shifted to a working day; see LastDayToAct.
func (p Period) End(event Date) Date {
	switch p.Unit {
	case Days:
		return event.AddDays(p.Amount)
	case Weeks:
		return event.AddDays(7 * p.Amount)
	case Months:
		return event.AddMonths(p.Amount)
	case Years:
		return event.AddMonths(12 * p.Amount)
	}
	panic("debt: period without a unit")
}

// IsBusinessDay is Monday to Friday without the Land's holidays. 24 and 31 December are
// business days.
func IsBusinessDay(d Date, s State) bool {
	if isWeekend(d) {
		return false
	}
	_, holiday := IsHoliday(d, s)
	return !holiday
}

func isWeekend(d Date) bool {
	w := d.Weekday()
	return w == time.Saturday || w == time.Sunday
}

// NextBusinessDay is d itself when it is a business day, else the first one after it.
func NextBusinessDay(d Date, s State) Date {
	for !IsBusinessDay(d, s) {
		d = d.AddDays(1)
	}
	return d
}

// AddBusinessDays counts n business days on from d, back when n is negative. With n = 0
// it is NextBusinessDay.
func AddBusinessDays(d Date, n int, s State) Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for range n {
		d = d.AddDays(step)
		for !IsBusinessDay(d, s) {
			d = d.AddDays(step)
		}
	}
	return NextBusinessDay(d, s)
}

// LastDayToAct shifts the end of a period from a Saturday, Sunday or holiday at the place
// of performance to the next working day (BGB § 193, ZPO § 222 II). Default begins on the
// day after it (BGH 2007-02-01, III ZR 159/06).
func LastDayToAct(raw Date, s State) Date { return NextBusinessDay(raw, s) }

// IsTargetDay reports whether the euro payment system settles on d, which is what SEPA
// calls a business day. The Länder's holidays do not matter to it.
func IsTargetDay(d Date) bool {
	if isWeekend(d) {
		return false
	}
	_, month, day := d.Time().Date()
	switch {
	case month == time.January && day == 1, month == time.May && day == 1,
		month == time.December && (day == 25 || day == 26):
		return false
	}
	sunday := easterSunday(d.Year())
	return d != sunday.AddDays(-2) && d != sunday.AddDays(1)
}
