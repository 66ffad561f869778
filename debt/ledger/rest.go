package ledger

import "quitt/debt"

// Rest is a time, From to To exclusive, in which the claims of a case bear no interest because
// the creditor gave it up for an instalment plan. Without To it still lasts.
type Rest struct {
	From debt.Date `json:"from"`
	To   debt.Date `json:"to,omitzero"`
}

// Rests are in the order of their days and do not overlap.
type Rests []Rest

// Begin gives the rests with a new one from a day on; one that still lasts goes on.
func (r Rests) Begin(on debt.Date) Rests {
	if n := len(r); n > 0 {
		if r[n-1].To.IsZero() {
			return r
		}
		on = debt.Later(on, r[n-1].To)
	}
	return append(r[:len(r):len(r)], Rest{From: on})
}

// End gives the rests with the one that still lasts ending before a day: what was given up
// for the days until then stays given up.
func (r Rests) End(on debt.Date) Rests {
	n := len(r)
	if n == 0 || !r[n-1].To.IsZero() {
		return r
	}
	ended := append(Rests{}, r[:n-1]...)
	if last := r[n-1]; last.From.Before(on) {
		ended = append(ended, Rest{last.From, on})
	}
	return ended
}

// skip gives the first day, from one on, that bears interest; a day nobody lives to see when a
// rest still lasts.
func (r Rests) skip(from debt.Date) debt.Date {
	for _, rest := range r {
		if from.Before(rest.From) {
			break
		}
		if rest.To.IsZero() {
			return endOfTime
		}
		from = debt.Later(from, rest.To)
	}
	return from
}

var endOfTime = debt.MustDate("2199-12-31")

// between cuts the days that bear interest out of [from, to).
func (r Rests) between(from, to debt.Date) []Rest {
	var days []Rest
	for _, rest := range r {
		if from.Before(rest.From) && from.Before(to) {
			days = append(days, Rest{from, debt.Earlier(rest.From, to)})
		}
		if rest.To.IsZero() {
			return days
		}
		from = debt.Later(from, rest.To)
	}
	if from.Before(to) {
		days = append(days, Rest{from, to})
	}
	return days
}
