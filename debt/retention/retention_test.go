package retention_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/retention"
)

func instant(t *rapid.T, name string) time.Time {
	return time.Unix(rapid.Int64Range(946_684_800, 4_102_444_800).Draw(t, name), 0).UTC()
}

// The loop asks with Before, people are told Due: the two must not disagree.
func TestNothingGoesEarlyAndNothingStaysADayTooLong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(retention.Rules()).Draw(t, "rule")
		from, now := instant(t, "from"), instant(t, "now")
		taken, due := from.Before(r.Before(now)), r.Due(from)
		if taken && now.Before(due) {
			t.Fatalf("%s of %s is taken at %s, due %s", r.Class, from, now, due)
		}
		if !taken && !now.Before(due.Add(24*time.Hour)) {
			t.Fatalf("%s of %s is still there at %s, due %s", r.Class, from, now, due)
		}
	})
}

func TestEachClassHasOnePeriodAndItsLaw(t *testing.T) {
	seen := map[retention.Class]bool{}
	for _, r := range retention.Rules() {
		if seen[r.Class] || (r.Days > 0) == (r.Years > 0) || r.Law == "" || r.From == "" {
			t.Errorf("%+v", r)
		}
		seen[r.Class] = true
	}
	if retention.Of("x").Class != "" {
		t.Error("a class that does not exist has a rule")
	}
}

// HGB § 257 V: the period begins with the end of the calendar year, in Berlin.
func TestYearsCountFromTheEndOfTheYear(t *testing.T) {
	r := retention.Of(retention.ClosedCases)
	for from, want := range map[string]string{
		"2026-01-01T00:00:00Z": "2034-12-31T23:00:00Z",
		"2026-12-31T22:59:59Z": "2034-12-31T23:00:00Z",
		"2026-12-31T23:00:00Z": "2035-12-31T23:00:00Z", // it is 2027 in Berlin
	} {
		at, err := time.Parse(time.RFC3339, from)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Due(at).UTC().Format(time.RFC3339); got != want {
			t.Errorf("closed %s: due %s, want %s", from, got, want)
		}
	}
	if got := retention.Of(retention.Letters).Due(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)).In(debt.Berlin).Year(); got != 2033 {
		t.Errorf("a letter of 2026 goes in %d", got)
	}
}

func TestWhatForbidsErasure(t *testing.T) {
	closed := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	soon, late := closed.AddDate(1, 0, 0), closed.AddDate(9, 0, 0)
	for name, c := range map[string]struct {
		s      retention.Standing
		waived bool
		now    time.Time
		want   string
	}{
		"open":                       {retention.Standing{}, false, late, "erase_case_open"},
		"open, waived":               {retention.Standing{}, true, soon, ""},
		"closed last year":           {retention.Standing{Closed: true, ClosedAt: closed}, false, soon, "erase_retention"},
		"closed last year, waived":   {retention.Standing{Closed: true, ClosedAt: closed}, true, soon, ""},
		"closed nine years ago":      {retention.Standing{Closed: true, ClosedAt: closed}, false, late, ""},
		"rejected":                   {retention.Standing{Rejected: true}, false, soon, ""},
		"money under way":            {retention.Standing{Closed: true, ClosedAt: closed, Moving: true}, false, late, "erase_money_moving"},
		"money under way, waived":    {retention.Standing{Moving: true}, true, late, "erase_money_moving"},
		"rejected, money under way":  {retention.Standing{Rejected: true, Moving: true}, true, late, "erase_money_moving"},
		"closed, nobody knows since": {retention.Standing{Closed: true}, false, late, ""},
	} {
		err := retention.MayErase(c.s, c.waived, c.now)
		if c.want == "" && err != nil || c.want != "" && !errors.Is(err, debt.E(debt.Forbidden, c.want, nil)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
