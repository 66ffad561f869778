package ledger

import (
	"math/bits"

	"quitt/debt"
)

// curve is the interest that one cent earns from some day on, added up over the half-years, so
// that a schedule of many days needs one difference for each instead of a calculation.
type curve struct {
	rule  debt.InterestRule
	until debt.Date // exclusive
	parts []part
	last  int // of the parts, where the days that were asked for last lie
}

// part is a time of one rate: what a cent earned before it, and what it earns each day.
type part struct {
	from     debt.Date
	sum, day uint64 // in 1/wholeCent of a cent
}

// years is the least common multiple of 365 and 366 days: with rates in basis points every
// sum is a whole number of 1/wholeCent of a cent.
const (
	years     = 365 * 366
	wholeCent = 10_000 * years
)

// horizon is how many months a curve reaches at least beyond what it is asked for.
const horizon = 84

// reach lays the curve out over some days.
func (k *curve) reach(days Rest) error {
	if len(k.parts) > 0 && !days.From.Before(k.parts[0].from) && !days.To.After(k.until) {
		return nil
	}
	from, until := days.From, days.To.AddMonths(horizon)
	if len(k.parts) > 0 {
		from, until = debt.Earlier(from, k.parts[0].from), debt.Later(until, k.until)
	}
	i, err := k.rule.Foresee(1, from, until)
	if err != nil {
		return err
	}
	k.until, k.parts, k.last = until, make([]part, len(i.Segments)), 0
	var sum uint64
	for n, s := range i.Segments {
		day := uint64(s.Rate) * uint64(years/s.YearDays)
		k.parts[n] = part{s.From, sum, day}
		sum += day * uint64(s.Days)
	}
	return nil
}

// at is what a cent earned before a day. Days mostly come in order.
func (k *curve) at(on debt.Date) uint64 {
	for k.last > 0 && on.Before(k.parts[k.last].from) {
		k.last--
	}
	for k.last+1 < len(k.parts) && !on.Before(k.parts[k.last+1].from) {
		k.last++
	}
	p := &k.parts[k.last]
	return p.sum + p.day*uint64(p.from.DaysUntil(on))
}

// add counts what a principal earns over some days.
func (k *curve) add(sum *numerator, principal debt.Cents, days Rest) error {
	if principal <= 0 || !days.From.Before(days.To) {
		return nil
	}
	if err := k.reach(days); err != nil {
		return err
	}
	from := k.at(days.From)
	hi, lo := bits.Mul64(uint64(principal), k.at(days.To)-from)
	var carry uint64
	sum.lo, carry = bits.Add64(sum.lo, lo, 0)
	sum.hi += hi + carry
	return nil
}

// numerator is a sum of interest in 1/wholeCent of a cent.
type numerator struct{ hi, lo uint64 }

// amount rounds half up, once, as debt.Interest.Amount does.
func (n numerator) amount() debt.Cents {
	lo, carry := bits.Add64(n.lo, wholeCent/2, 0)
	q, _ := bits.Div64(n.hi+carry, lo, wholeCent)
	return debt.Cents(q)
}
