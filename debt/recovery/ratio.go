package recovery

import (
	"slices"
	"strconv"
	"strings"

	"quitt/debt"
)

// Rate gives part of whole in hundredths of a percent, rounded half up; false without a whole.
func Rate(part, whole int64) (debt.BasisPoints, bool) {
	if whole <= 0 || part < 0 {
		return 0, whole > 0
	}
	return debt.BasisPoints((part*20_000 + whole) / (2 * whole)), true
}

// Mean gives a sum divided by a count, rounded half up; false without any.
func Mean(sum, n int64) (int64, bool) {
	if n <= 0 {
		return 0, false
	}
	return (2*sum + n) / (2 * n), true
}

// MonthsBetween counts calendar months from one to another, "2026-03".
func MonthsBetween(from, to string) int { return monthNumber(to) - monthNumber(from) }

func monthNumber(m string) int {
	if len(m) != len("2026-03") {
		return 0
	}
	year, _ := strconv.Atoi(m[:4])
	month, _ := strconv.Atoi(m[5:])
	return 12*year + month
}

// KnownMonth reports whether m names a month.
func KnownMonth(m string) bool {
	_, err := debt.ParseDate(m + "-01")
	return err == nil && len(m) == len("2026-03")
}

// Curve is how much of what was placed in a month had been recovered by the end of the month of
// hand-over, of the one after it, and so on.
type Curve struct {
	Cohort    string
	Placed    int64
	Recovered []int64 // in all, by months since hand-over
}

// Curves makes a curve of each cohort up to a month from what was placed and recovered per
// cohort and month. Cohorts of which nothing was placed have none.
func Curves(placed map[string]int64, recovered map[string]map[string]int64, to string) (list []Curve) {
	for cohort, amount := range placed {
		last := MonthsBetween(cohort, to)
		if amount <= 0 || last < 0 {
			continue
		}
		c := Curve{cohort, amount, make([]int64, last+1)}
		for month, cents := range recovered[cohort] {
			if k := MonthsBetween(cohort, month); k >= 0 && k <= last {
				c.Recovered[k] += cents
			}
		}
		for k := 1; k <= last; k++ {
			c.Recovered[k] += c.Recovered[k-1]
		}
		list = append(list, c)
	}
	slices.SortFunc(list, func(x, y Curve) int { return MonthsBetween(y.Cohort, x.Cohort) })
	return list
}

// Joined gives the share recovered by months since hand-over of all cohorts together: for each
// month of those that are old enough, so that the curve is not pulled down by the young.
func Joined(curves []Curve) (shares []debt.BasisPoints) {
	for k := 0; ; k++ {
		var part, whole int64
		for _, c := range curves {
			if k < len(c.Recovered) {
				part, whole = part+c.Recovered[k], whole+c.Placed
			}
		}
		share, ok := Rate(part, whole)
		if !ok {
			return shares
		}
		shares = append(shares, share)
	}
}

// dueEnds are the last months of the bands of what is open, in calendar months since it was due.
var dueEnds = []int64{0, 2, 5, 11, 23, 35}

// DueBands names them: "not_due" for what is due in a month to come.
func DueBands() []string { return append([]string{NotDue}, bands(dueEnds)...) }

// DueBand is the band, on a day, of what was due in a month.
func DueBand(due string, on debt.Date) string {
	n := MonthsBetween(due, Month(on))
	if n < 0 {
		return NotDue
	}
	return bandOf(int64(n), dueEnds)
}

// DueKey gives the months of a band as the first and the last, "2026-01..2026-03".
func DueKey(band string, on debt.Date) string {
	month := on.AddDays(1 - on.Time().Day())
	from, to, _ := strings.Cut(band, "-")
	switch {
	case band == NotDue:
		return Month(month.AddMonths(1)) + "..9999-12"
	case to == "":
		return "0000-01.." + monthsBefore(month, from)
	}
	return monthsBefore(month, to) + ".." + monthsBefore(month, from)
}

func monthsBefore(month debt.Date, n string) string {
	months, _ := strconv.Atoi(n)
	return Month(month.AddMonths(-months))
}
