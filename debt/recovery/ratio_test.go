package recovery

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
)

func TestRatesAreRoundedHalfUp(t *testing.T) {
	for _, c := range []struct {
		part, whole int64
		want        debt.BasisPoints
		ok          bool
	}{{1, 3, 3333, true}, {2, 3, 6667, true}, {1, 20_000, 1, true}, {0, 5, 0, true}, {5, 5, 10_000, true}, {5, 0, 0, false}, {-1, 5, 0, true}} {
		if got, ok := Rate(c.part, c.whole); got != c.want || ok != c.ok {
			t.Errorf("%d of %d: %d, %v", c.part, c.whole, got, ok)
		}
	}
	if m, ok := Mean(7, 2); m != 4 || !ok {
		t.Errorf("mean %d, %v", m, ok)
	}
	if _, ok := Mean(7, 0); ok {
		t.Error("a mean of nothing")
	}
}

func TestTheCurveCountsOnlyCohortsThatAreOldEnough(t *testing.T) {
	placed := map[string]int64{"2026-01": 1000, "2026-02": 3000, "2026-04": 500, "2026-03": 0}
	recovered := map[string]map[string]int64{"2026-01": {"2026-01": 100, "2026-03": 400}, "2026-02": {"2026-03": 600}}
	curves := Curves(placed, recovered, "2026-03")
	want := []Curve{{"2026-01", 1000, []int64{100, 100, 500}}, {"2026-02", 3000, []int64{0, 600}}}
	if d := cmp.Diff(want, curves); d != "" {
		t.Error(d)
	}
	// 100 of 4000, 700 of 4000, 500 of the older cohort's 1000
	if d := cmp.Diff([]debt.BasisPoints{250, 1750, 5000}, Joined(curves)); d != "" {
		t.Error(d)
	}
}

func TestBandsOfWhatIsOpen(t *testing.T) {
	on := debt.MustDate("2026-03-31")
	for due, want := range map[string]string{"2026-04": NotDue, "2026-03": "0-0", "2026-02": "1-2", "2025-12": "3-5", "2025-03": "12-23", "2020-01": "36-"} {
		if got := DueBand(due, on); got != want {
			t.Errorf("%s: %q, want %q", due, got, want)
		}
	}
	for band, want := range map[string]string{NotDue: "2026-04..9999-12", "0-0": "2026-03..2026-03", "3-5": "2025-10..2025-12", "36-": "0000-01..2023-03"} {
		if got := DueKey(band, on); got != want {
			t.Errorf("%s: %q, want %q", band, got, want)
		}
	}
	if KnownMonth("2026-13") || KnownMonth("2026-1") || !KnownMonth("2026-12") {
		t.Error("months")
	}
}
