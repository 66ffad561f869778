package bench

import (
	"slices"
	"testing"
	"time"
)

// auc is the chance that a random sample of b took longer than one of a, ties counting
// half (Mann-Whitney): 0.5 means that nobody can tell the two apart by time.
func auc(a, b []time.Duration) float64 {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	var wins float64
	below, upTo := 0, 0 // samples of a below, and not above, the sample of b
	for _, x := range b {
		for below < len(a) && a[below] < x {
			below++
		}
		for upTo < len(a) && a[upTo] <= x {
			upTo++
		}
		wins += float64(below) + float64(upTo-below)/2
	}
	return wins / float64(len(a)) / float64(len(b))
}

func TestAUCTellsSamplesApart(t *testing.T) {
	for _, tc := range []struct {
		a, b []time.Duration
		want float64
	}{
		{[]time.Duration{1, 2, 3}, []time.Duration{1, 2, 3}, 0.5},
		{[]time.Duration{1, 2}, []time.Duration{3, 4}, 1},
		{[]time.Duration{3, 4}, []time.Duration{1, 2}, 0},
		{[]time.Duration{2, 2}, []time.Duration{2, 2}, 0.5},
		{[]time.Duration{1, 3}, []time.Duration{2}, 0.5},
		{[]time.Duration{1, 1, 1, 9}, []time.Duration{5}, 0.75},
	} {
		if got := auc(tc.a, tc.b); got != tc.want {
			t.Errorf("auc(%v, %v) = %v, want %v", tc.a, tc.b, got, tc.want)
		}
	}
}
