package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"quitt/cases"
	"quitt/debt"
	"quitt/store"
	kept "quitt/store/intake"
)

// Turn takes in a portion of the job of a creditor that has been running longest, and says how
// many rows that were. Rows, counts and the place of the next row are one transaction: whoever
// is interrupted, or meets another who was faster, has done nothing.
func (d Desk) Turn(ctx context.Context, creditorID debt.ID) (did int, err error) {
	var j kept.Job
	var found bool
	var stale int
	var creditor debt.Creditor
	now := d.Cases.Now()
	drafts, ended := now.Add(-keepDrafts), now.Add(-keepEnded)
	err = d.store().Read(ctx, creditorID, func(r *store.Reader) error {
		if stale, err = kept.Stale(r, drafts, ended); err != nil {
			return err
		}
		if j, found, err = kept.Next(r); err != nil || !found {
			return err
		}
		all, err := r.Creditors()
		for _, c := range all {
			if c.ID == creditorID {
				creditor = c
			}
		}
		return err
	})
	if err == nil && stale > 0 {
		err = d.store().Write(ctx, creditorID, func(t *store.Tx) error { return kept.Prune(t, drafts, ended) })
	}
	if err != nil || !found {
		return 0, err
	}
	err = d.store().Write(ctx, creditorID, func(t *store.Tx) error {
		step := j // a transaction that runs again begins from what was read
		if err := kept.Lock(t, &step); err != nil {
			return err
		}
		n, err := d.portion(t, creditor, &step)
		did = n
		return err
	})
	var known *debt.Error
	switch {
	case errors.Is(err, debt.E(debt.Conflict, "intake_changed", nil)): // another process was faster
		return 0, nil
	case errors.As(err, &known) && known.Kind != debt.Unavailable:
		return 0, d.stop(ctx, creditorID, j, known)
	}
	return did, err
}

// portion takes in the next rows within the transaction that keeps how far the job is.
func (d Desk) portion(t *store.Tx, creditor debt.Creditor, j *kept.Job) (int, error) {
	file, err := kept.File(&t.Reader, j.ID)
	if err != nil {
		return 0, err
	}
	var m cases.Mapping
	if err := json.Unmarshal([]byte(j.Mapping), &m); err != nil {
		return 0, err
	}
	sheet, err := cases.OpenMapped(bytes.NewReader(file), creditor, debt.DateIn(d.Cases.Now(), debt.Berlin), m)
	if err != nil {
		return 0, err
	}
	if err := sheet.Return(cases.Place{Offset: j.Offset, Line: j.Line}); err != nil {
		return 0, err
	}
	report, done, err := d.Cases.ImportSome(t, sheet, portion)
	if err != nil {
		return 0, err
	}
	if err := keep(j, m, report); err != nil {
		return 0, err
	}
	place := sheet.Place()
	j.Offset, j.Line = place.Offset, place.Line
	if done {
		j.State, j.EndedAt = kept.Done, d.Cases.Now()
	}
	return max(1, report.Rows), kept.Save(t, *j)
}

// stop ends a job that no further attempt would bring to its end. What it took in stays, and
// its counts say how much that is.
func (d Desk) stop(ctx context.Context, creditor debt.ID, j kept.Job, why *debt.Error) error {
	j.State, j.EndedAt = kept.Stopped, d.Cases.Now()
	if err := keepProblems(&j, []cases.Problem{{Row: j.Line, Err: why}}, 0); err != nil {
		return err
	}
	return d.store().Write(ctx, creditor, func(t *store.Tx) error { return kept.Save(t, j) })
}
