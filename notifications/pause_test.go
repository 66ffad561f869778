package notifications

import (
	"testing"
	"time"
)

// A thousand creditors of whom none has anything to do must not keep a machine busy.
func TestASweepIsATenthOfTheTime(t *testing.T) {
	for _, tc := range []struct{ every, took, want time.Duration }{
		{time.Second, 0, time.Second}, {time.Second, 100 * time.Millisecond, time.Second},
		{time.Second, 400 * time.Millisecond, 3600 * time.Millisecond}, {time.Second, time.Minute, longestPause},
		{time.Minute, time.Hour, time.Minute}, {time.Second, -time.Hour, time.Second},
	} {
		if got := pause(tc.every, tc.took); got != tc.want {
			t.Errorf("after %v, every %v: %v, want %v", tc.took, tc.every, got, tc.want)
		}
	}
}
