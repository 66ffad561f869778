// Package handovers wires the hand-over of tables: the loop that takes them in.
package handovers

import (
	"time"

	"quitt/cases"
	"quitt/cases/intake"
	"quitt/notifications"
	"quitt/store"
)

// Loops takes tables in, portion by portion, and forgets old ones. Whoever starts one wakes it.
func Loops(s *store.Store, now func() time.Time) []notifications.Loop {
	d := intake.Desk{Cases: cases.Desk{Store: s, Now: now}}
	return []notifications.Loop{{Name: "tables", Every: 10 * time.Second, Work: d.Turn}}
}
