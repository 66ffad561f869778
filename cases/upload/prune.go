package upload

import (
	"context"
	"time"

	"quitt/debt"
	"quitt/debt/retention"
	"quitt/store"
	"quitt/store/documents"
	"quitt/store/grants"
)

const (
	// orphanAfter is how long a document waits for what it was handed in for.
	orphanAfter = 24 * time.Hour
	// sweepEvery is how often stored content is compared with the rows.
	sweepEvery = 24 * time.Hour
)

// Why documents are deleted.
const (
	timeOver      = "time_over"
	neverAttached = "never_attached"
	erased        = "erased"
)

// Prune deletes a portion of what need not be kept any longer: documents whose time is over,
// those that were never attached to anything, and content that no row names. The row goes
// first, with the key; the content after the commit, again and again until it is gone.
func (d *Desk) Prune(ctx context.Context, creditor debt.ID) (did int, err error) {
	if err := d.date(ctx, creditor); err != nil {
		return 0, err
	}
	now := d.Now()
	var due, forgotten, gone []documents.Document
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		if due, err = documents.Due(r, now, portion); err != nil {
			return err
		}
		if forgotten, err = documents.Forgotten(r, now.Add(-orphanAfter), portion); err != nil {
			return err
		}
		gone, err = documents.Gone(r, portion)
		return err
	})
	if err != nil {
		return 0, err
	}
	for reason, list := range map[string][]documents.Document{timeOver: due, neverAttached: forgotten} {
		for _, doc := range list {
			if err := d.delete(ctx, creditor, doc, reason); err != nil {
				return did, err
			}
			gone = append(gone, doc)
			did++
		}
	}
	for _, doc := range gone {
		if err := d.empty(ctx, creditor, doc); err != nil {
			return did, err
		}
		did++
	}
	moved, err := d.Reseal(ctx, creditor)
	if err != nil {
		return did, err
	}
	return did + moved, d.sweep(ctx, creditor)
}

// date lets the time of documents of messages run once their case is closed: as long as it is open,
// both sides may come back to what they wrote.
func (d *Desk) date(ctx context.Context, creditor debt.ID) error {
	var undated []debt.ID
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		undated, err = documents.Undated(r, portion)
		return err
	})
	for _, id := range undated {
		if err != nil {
			return err
		}
		err = d.Store.Write(ctx, creditor, func(t *store.Tx) error {
			f, err := t.LockOne(id)
			if err != nil {
				return err
			}
			until := time.Time{}
			if f.Case.Stage == debt.StageClosed {
				closed, err := grants.ClosedAt(&t.Reader, id)
				if err != nil {
					return err
				}
				if closed.IsZero() { // by hand: then it was no later than now
					closed = d.Now()
				}
				until = retention.Of(retention.Documents).Due(closed)
			}
			return documents.KeepMessages(t, id, until)
		})
	}
	return err
}

// Forget deletes everything handed in to a case, with the content, at once: the person it is
// about is erased. Twice does no harm.
func (d *Desk) Forget(ctx context.Context, creditor, caseID debt.ID) error {
	var left []documents.Document
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		left, err = documents.Left(r, caseID)
		return err
	})
	for _, doc := range left {
		if err == nil && doc.State != documents.Deleted {
			err = d.delete(ctx, creditor, doc, erased)
		}
		if err == nil {
			err = d.empty(ctx, creditor, doc)
		}
	}
	return err
}

func (d *Desk) delete(ctx context.Context, creditor debt.ID, doc documents.Document, reason string) error {
	err := d.Store.Write(ctx, creditor, func(t *store.Tx) error { return documents.Delete(t, doc, reason, d.Now()) })
	if err == nil {
		d.Log.Info("documents: deleted", "document", string(doc.ID), "reason", reason)
	}
	return err
}

// empty removes the content of a deleted document. A preview made while it was deleted is not
// named by the row and goes with the sweep; without the key it is noise already.
func (d *Desk) empty(ctx context.Context, creditor debt.ID, doc documents.Document) error {
	for _, name := range []string{doc.Blob, doc.Preview} {
		if name == "" {
			continue
		}
		if err := d.Blobs.Remove(ctx, name); err != nil {
			return err
		}
	}
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error { return documents.Emptied(t, doc.ID) })
}

// sweep removes content that no row names and that is older than anything on its way to a row.
func (d *Desk) sweep(ctx context.Context, creditor debt.ID) error {
	now := d.Now()
	if last, ok := d.swept.Load(creditor); ok {
		if at, ok := last.(time.Time); ok && now.Sub(at) < sweepEvery {
			return nil
		}
	}
	var old []string
	err := d.Blobs.Each(ctx, creditor, func(name string, stored time.Time) error {
		if stored.Before(now.Add(-orphanAfter)) {
			old = append(old, name)
		}
		return nil
	})
	if err != nil || len(old) == 0 {
		d.swept.Store(creditor, now)
		return err
	}
	var named map[string]bool
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		named, err = documents.Blobs(r)
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range old {
		if named[name] {
			continue
		}
		if err := d.Blobs.Remove(ctx, name); err != nil {
			return err
		}
		d.Log.Info("documents: content that belonged to nothing is removed", "name", name)
	}
	if tidy, ok := d.Blobs.(interface{ Tidy(before time.Time) error }); ok {
		if err := tidy.Tidy(now.Add(-orphanAfter)); err != nil {
			return err
		}
	}
	d.swept.Store(creditor, now)
	return nil
}
