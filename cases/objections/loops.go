package objections

import (
	"context"
	"sync"

	"quitt/debt"
	"quitt/store"
	kept "quitt/store/objections"
)

// escalateDays is how long after its clock an objection without an answer goes to somebody
// above.
const escalateDays = 7

// portion is how many cases a loop looks at in one go.
const portion = 50

// Clock tells of objections whose time ran out, and a week later asks somebody above. The
// hold stays: it never falls on the debtor. It gives how many it told of.
func (d Desk) Clock(ctx context.Context, creditor debt.ID) (did int, err error) {
	today := debt.DateIn(d.Now(), debt.Berlin)
	var late []kept.Objection
	err = d.Store.Read(ctx, creditor, func(t *store.Reader) (err error) {
		late, err = kept.Late(t, today, today.AddDays(-escalateDays), portion)
		return err
	})
	for _, o := range late {
		if err != nil {
			return did, err
		}
		err = d.work(ctx, At{creditor, o.CaseID}, debt.System, func(w *work) error { return w.late(o) })
		did++
	}
	return did, err
}

func (w *work) late(o kept.Objection) error {
	done, err := kept.MarkOverdue(w.Tx, o.ID, w.stamp.At)
	if err != nil {
		return err
	}
	if done {
		w.event(debt.ObjectionOverdue, debt.Args{"objection": string(o.ID), "due": o.DueOn})
		if err := w.ask(TaskOverdue, o.ID, string(o.Ground), o.Total); err != nil {
			return err
		}
	}
	if !o.DueOn.AddDays(escalateDays).Before(w.today) {
		return nil
	}
	if done, err = kept.MarkEscalated(w.Tx, o.ID, w.stamp.At); err != nil || !done {
		return err
	}
	w.event(debt.CaseUpdated, debt.Args{"objection": string(o.ID), "state": "escalated"})
	return w.ask(TaskEscalated, o.ID, string(o.Ground), o.Total)
}

// Promises judges the open promises of a creditor by the money that came. It remembers what
// it saw, and looks at a case again when that has changed or another day has begun.
type Promises struct {
	Desk Desk

	mu   sync.Mutex
	seen map[debt.ID]seen
}

type seen struct {
	version int64
	day     debt.Date
}

// Work judges all open promises of a creditor and gives how many ended.
func (p *Promises) Work(ctx context.Context, creditor debt.ID) (did int, err error) {
	for after := debt.ID(""); ; {
		var list []kept.Promise
		if err := p.Desk.Store.Read(ctx, creditor, func(t *store.Reader) (err error) {
			if list, err = kept.OpenPromises(t, after, portion); err != nil {
				return err
			}
			list, after, err = p.changed(t, list)
			return err
		}); err != nil {
			return did, err
		}
		for _, one := range list {
			var ended bool
			err := p.Desk.work(ctx, At{creditor, one.CaseID}, debt.System, func(w *work) (err error) {
				ended, err = w.judge(one.ID)
				return err
			})
			if err != nil {
				return did, err
			}
			if ended {
				did++
			}
		}
		if after == "" {
			return did, nil
		}
	}
}

// changed keeps of a page those worth a look; next is where the next page begins, "" after
// the last.
func (p *Promises) changed(t *store.Reader, page []kept.Promise) (worth []kept.Promise, next debt.ID, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil || len(p.seen) > 100_000 {
		p.seen = map[debt.ID]seen{}
	}
	today := debt.DateIn(p.Desk.Now(), debt.Berlin)
	for _, one := range page {
		mark, err := t.MarkOf(one.CaseID)
		if err != nil {
			return nil, "", err
		}
		now := seen{mark.Version, today}
		if p.seen[one.ID] != now {
			p.seen[one.ID] = now
			worth = append(worth, one)
		}
	}
	if len(page) == portion {
		next = page[len(page)-1].ID
	}
	return worth, next, nil
}
