package debt

import (
	"fmt"
	"time"

	_ "time/tzdata" // Europe/Berlin must exist on every machine
)

// Date is a civil day without time or zone. The zero Date means "none".
type Date struct {
	n int32 // days since 31 December of the year 0, so that 0 is free to mean "none"
}

// Berlin is the zone in which every deadline, value date and report of Quitt is meant.
var Berlin = mustZone("Europe/Berlin")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

var dayZero = time.Date(0, time.December, 31, 0, 0, 0, 0, time.UTC)

const secondsPerDay = 24 * 60 * 60

// NewDate makes a Date; out-of-range days and months roll over as in time.Date.
func NewDate(year int, month time.Month, day int) Date {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return Date{int32((t.Unix() - dayZero.Unix()) / secondsPerDay)}
}

// DateIn gives the day it is in zone at the instant t; use Berlin unless a form says otherwise.
func DateIn(t time.Time, zone *time.Location) Date {
	return NewDate(t.In(zone).Date())
}

// ParseDate reads 2026-11-22 or 22.11.2026 (also 2.1.2026) and refuses days that do not
// exist, two-digit years and years outside 1900 to 2199 with key "date_invalid".
func ParseDate(s string) (Date, error) {
	for _, layout := range []string{"2006-01-02", "2.1.2006"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1900 && t.Year() < 2200 {
			return NewDate(t.Date()), nil
		}
	}
	return Date{}, E(Invalid, "date_invalid", Args{"value": clip(s)})
}

// MustDate is ParseDate for constants in code and tests; it panics on a bad one.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Time gives midnight UTC of the day, for formatting and for drivers.
func (d Date) Time() time.Time { return dayZero.AddDate(0, 0, int(d.n)) }

// IsZero reports whether d is "none".
func (d Date) IsZero() bool { return d.n == 0 }

// Year of the day.
func (d Date) Year() int { return d.Time().Year() }

// Weekday of the day.
func (d Date) Weekday() time.Weekday { return d.Time().Weekday() }

// Before reports whether d is an earlier day than o.
func (d Date) Before(o Date) bool { return d.n < o.n }

// After reports whether d is a later day than o.
func (d Date) After(o Date) bool { return d.n > o.n }

// Compare orders days for slices.SortFunc.
func (d Date) Compare(o Date) int { return int(d.n) - int(o.n) }

// AddDays moves by n days; n may be negative.
func (d Date) AddDays(n int) Date { return Date{d.n + int32(n)} }

// DaysUntil counts the days from d to o: 1 from today to tomorrow.
func (d Date) DaysUntil(o Date) int { return int(o.n - d.n) }

// AddMonths moves by n calendar months; a day the target month lacks becomes its last
// day (BGB § 188 III).
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Time().Date()
	if last := NewDate(y, m+time.Month(n)+1, 0); day > last.Time().Day() {
		return last
	}
	return NewDate(y, m+time.Month(n), day)
}

// YearEnd gives 31 December of the day's year.
func (d Date) YearEnd() Date { return NewDate(d.Year(), time.December, 31) }

// Later gives the later of two days.
func Later(a, b Date) Date {
	if a.Before(b) {
		return b
	}
	return a
}

// Earlier gives the earlier of two days.
func Earlier(a, b Date) Date {
	if b.Before(a) {
		return b
	}
	return a
}

// String writes the day as ISO 8601, 2026-11-22, and "" for none.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	y, m, day := d.Time().Date()
	return fmt.Sprintf("%04d-%02d-%02d", y, int(m), day)
}

// MarshalText writes the ISO form, as JSON and logs want it.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes; "" is none.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ParseDate(string(b))
	return err
}
