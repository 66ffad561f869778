package recovery

import (
	"testing"
	"time"

	"quitt/debt"
)

func TestWhenAReportIsSentAndOfWhichDays(t *testing.T) {
	for _, tc := range []struct {
		rhythm          Rhythm
		day             string // a day of the period
		first, last, at string // its bounds; the morning, in UTC
	}{
		{Weekly, "2026-03-23", "2026-03-23", "2026-03-29", "2026-03-30T04:00"}, // a Monday; summer time began
		{Weekly, "2026-03-29", "2026-03-23", "2026-03-29", "2026-03-30T04:00"},
		{Weekly, "2026-03-31", "2026-03-30", "2026-04-05", "2026-04-07T04:00"}, // Easter Monday
		{Weekly, "2026-12-30", "2026-12-28", "2027-01-03", "2027-01-04T05:00"},
		{Monthly, "2026-02-28", "2026-02-01", "2026-02-28", "2026-03-02T05:00"}, // the first is a Sunday
		{Monthly, "2026-04-30", "2026-04-01", "2026-04-30", "2026-05-04T04:00"}, // a holiday, then a weekend
		{Monthly, "2026-10-01", "2026-10-01", "2026-10-31", "2026-11-02T05:00"},
		{Monthly, "2026-12-31", "2026-12-01", "2026-12-31", "2027-01-04T05:00"},
		{Quarterly, "2026-01-01", "2026-01-01", "2026-03-31", "2026-04-01T04:00"},
		{Quarterly, "2026-06-15", "2026-04-01", "2026-06-30", "2026-07-01T04:00"},
		{Quarterly, "2026-12-31", "2026-10-01", "2026-12-31", "2027-01-04T05:00"},
		{Quarterly, "2028-02-29", "2028-01-01", "2028-03-31", "2028-04-03T04:00"},
	} {
		first := tc.rhythm.First(debt.MustDate(tc.day))
		got := [3]string{first.String(), tc.rhythm.Last(first).String(), tc.rhythm.DueAt(first).UTC().Format("2006-01-02T15:04")}
		if want := [3]string{tc.first, tc.last, tc.at}; got != want {
			t.Errorf("%s of %s: %v, want %v", tc.rhythm, tc.day, got, want)
		}
	}
}

// Periods follow each other without a gap, and none is sent before it is over.
func TestPeriodsLeaveNoDayOut(t *testing.T) {
	for _, r := range Rhythms() {
		first := r.First(debt.MustDate("2026-01-01"))
		for day := first; day.Before(debt.MustDate("2030-01-01")); day = day.AddDays(1) {
			if day.After(r.Last(first)) {
				first = r.Next(first)
			}
			if r.First(day) != first {
				t.Fatalf("%s: %s is in the period of %s, want %s", r, day, r.First(day), first)
			}
			if wait := r.DueAt(first).Sub(r.EndsAt(first)); wait < 5*time.Hour || wait > 5*24*time.Hour {
				t.Fatalf("%s: the period of %s is sent %s after its end", r, first, wait)
			}
		}
	}
}
