// Package reports tells creditors what became of the cases they handed over: it keeps the sums
// of debt/recovery up to date, reads the reports from them and writes them as files.
package reports

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/rollups"
)

// Desk works on the reports of a database.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
}

// Work takes a portion of the feed into a creditor's sums and tells how much: the work of a
// loop. Looking costs no commit.
func (d Desk) Work(ctx context.Context, creditor debt.ID) (did int, err error) {
	at, err := d.standing(ctx, creditor)
	if err != nil || !at.Building && at.Behind == 0 {
		return 0, err
	}
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) (err error) {
		did, err = rollups.Advance(t, rollups.Portion)
		return err
	})
	if err != nil {
		return 0, err
	}
	return did, nil
}

// Queue tells how many events are not in a creditor's sums and when the first of them was.
func (d Desk) Queue(ctx context.Context, creditor debt.ID) (waiting int, oldest time.Time, err error) {
	at, err := d.standing(ctx, creditor)
	return int(at.Behind), at.Missing.Time, err
}

func (d Desk) standing(ctx context.Context, creditor debt.ID) (at rollups.Standing, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		at, err = rollups.StandingOf(r)
		return err
	})
	return at, err
}

// Rebuild drops the sums of a creditor and makes them from his cases.
func (d Desk) Rebuild(ctx context.Context, creditor debt.ID) error {
	if err := d.Store.Write(ctx, creditor, rollups.Again); err != nil {
		return err
	}
	return d.CatchUp(ctx, creditor)
}

// CatchUp takes in all there is, for programs that do not wait for the loop.
func (d Desk) CatchUp(ctx context.Context, creditor debt.ID) error {
	for {
		if did, err := d.Work(ctx, creditor); err != nil || did == 0 {
			return err
		}
	}
}

// Verify recomputes the lines of every case and compares them, and their sums, with what is
// kept. Events the loop has not taken in are no difference: it gives none while there are any.
func (d Desk) Verify(ctx context.Context, creditor debt.Creditor, report func(store.Finding) bool) error {
	return d.Store.Read(ctx, creditor.ID, func(r *store.Reader) error {
		at, err := rollups.StandingOf(r)
		if err != nil || at.Building || !at.Missing.IsZero() {
			return err
		}
		found, err := rollups.Differences(r)
		if err != nil {
			return err
		}
		for _, place := range slices.Sorted(maps.Keys(found)) {
			f := found[place]
			if !report(store.Finding{Creditor: creditor.Code, Rule: "rollup", Detail: fmt.Sprintf("%s: kept %d and %d, by the cases %d and %d",
				place, f.Kept[0], f.Kept[1], f.Is[0], f.Is[1])}) {
				return nil
			}
		}
		return nil
	})
}
