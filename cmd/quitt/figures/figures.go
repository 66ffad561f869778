// Package figures keeps the sums of the recovery reports: by a loop, and anew when asked to.
package figures

import (
	"context"
	"time"

	"quitt/debt"
	"quitt/notifications"
	"quitt/reports"
	"quitt/store"
)

// Loops are what takes new events into the sums.
func Loops(s *store.Store, now func() time.Time) []notifications.Loop {
	d := reports.Desk{Store: s, Now: now}
	queue := func(ctx context.Context, creditor debt.ID) (notifications.Queue, error) {
		waiting, oldest, err := d.Queue(ctx, creditor)
		return notifications.Queue{Waiting: waiting, Oldest: oldest}, err
	}
	return []notifications.Loop{{Name: "reports", Every: time.Second, Work: d.Work, Queue: queue}}
}

// Rebuild makes the sums of every creditor anew.
func Rebuild(ctx context.Context, s *store.Store) error {
	return each(ctx, s, func(c debt.Creditor) error { return reports.Desk{Store: s}.Rebuild(ctx, c.ID) })
}

// Verify is store.Verify, and compares the sums of the reports with the cases.
func Verify(ctx context.Context, s *store.Store, report func(store.Finding) bool) (store.Tally, error) {
	stopped := false
	find := func(f store.Finding) bool {
		stopped = !report(f)
		return !stopped
	}
	tally, err := s.Verify(ctx, find)
	if err != nil || stopped {
		return tally, err
	}
	return tally, each(ctx, s, func(c debt.Creditor) error {
		if stopped {
			return nil
		}
		return reports.Desk{Store: s}.Verify(ctx, c, find)
	})
}

func each(ctx context.Context, s *store.Store, do func(debt.Creditor) error) error {
	var creditors []debt.Creditor
	err := s.Read(ctx, "", func(r *store.Reader) (err error) {
		creditors, err = r.Creditors()
		return err
	})
	for _, c := range creditors {
		if err == nil {
			err = do(c)
		}
	}
	return err
}
