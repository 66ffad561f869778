package privacy

import (
	"context"
	"time"

	"quitt/debt"
	"quitt/debt/retention"
	"quitt/store"
	"quitt/store/expired"
)

// Overdue is a class of which something should be gone already.
type Overdue struct {
	Class retention.Class
	Rows  int
	Since time.Time // when the oldest was due
}

// portion bounds what one transaction deletes, and people how many are erased in a turn.
const (
	portion = 500
	people  = 50
)

// Batch is what one step deleted.
type Batch struct {
	Class retention.Class
	Rows  int
}

// ofPeople are the classes whose end is the erasure of a person.
func ofPeople(c retention.Class) bool {
	return c == retention.ClosedCases || c == retention.RejectedCases
}

// Overdue lists what a creditor keeps longer than it may.
func (d Desk) Overdue(ctx context.Context, creditor debt.ID) (list []Overdue, err error) {
	now := d.Now()
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list = nil
		for _, rule := range retention.Rules() {
			if !expired.Known(rule.Class) {
				continue
			}
			found, err := expired.Look(r, rule.Class, rule.Before(now))
			if err != nil {
				return err
			}
			if found.Rows > 0 {
				list = append(list, Overdue{rule.Class, found.Rows, rule.Due(found.From)})
			}
		}
		return nil
	})
	return list, err
}

// Retain deletes a portion of everything that is overdue and tells of each batch. It may be
// interrupted and called again at any time, by several processes at once.
func (d Desk) Retain(ctx context.Context, creditor debt.ID, told func(Batch)) (did int, err error) {
	list, err := d.Overdue(ctx, creditor)
	if err != nil {
		return 0, err
	}
	for _, o := range list {
		n, err := d.retain(ctx, creditor, retention.Of(o.Class))
		if n > 0 {
			told(Batch{o.Class, n})
		}
		if did += n; err != nil {
			return did, err
		}
	}
	return did, nil
}

func (d Desk) retain(ctx context.Context, creditor debt.ID, rule retention.Rule) (int, error) {
	if ofPeople(rule.Class) {
		return d.forget(ctx, creditor, rule)
	}
	before, n := rule.Before(d.Now()), int64(0)
	err := d.Store.Write(ctx, creditor, func(t *store.Tx) (err error) {
		n, err = expired.Delete(t, rule.Class, before, portion)
		return err
	})
	if err != nil {
		return 0, err
	}
	return int(n), nil
}

// forget erases people whose cases have been kept long enough, some in a turn. One who may not
// be erased yet, because of another case or of money under way, is passed over.
func (d Desk) forget(ctx context.Context, creditor debt.ID, rule retention.Rule) (did int, err error) {
	page := expired.Page{Before: rule.Before(d.Now()), After: expired.First, Most: people}
	for did < people && ctx.Err() == nil {
		var ids []debt.ID
		err := d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
			ids, err = expired.People(r, rule.Class, page)
			return err
		})
		if err != nil || len(ids) == 0 {
			return did, err
		}
		for _, id := range ids {
			e, err := d.Erase(ctx, creditor, id, Order{Reason: over, By: debt.System})
			if err == nil && !e.Before {
				did++
			}
			if err != nil && debt.KindOf(err) != debt.Forbidden && debt.KindOf(err) != debt.Conflict {
				return did, err
			}
		}
		page.After = ids[len(ids)-1]
	}
	return did, nil
}
