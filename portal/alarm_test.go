package portal

import (
	"testing"
	"time"

	"quitt/store/storetest"
)

func TestTheAlarmRingsOncePerMinuteWithTooManyFailures(t *testing.T) {
	var a alarm
	for minute, tc := range []struct{ failures, rings int }{{100, 0}, {101, 1}, {500, 1}, {3, 0}, {101, 1}} {
		rings := 0
		for range tc.failures {
			if a.failed(storetest.Now.Add(time.Duration(minute) * time.Minute)) {
				rings++
			}
		}
		if rings != tc.rings {
			t.Errorf("minute %d with %d failures: %d rings, want %d", minute, tc.failures, rings, tc.rings)
		}
	}
}
