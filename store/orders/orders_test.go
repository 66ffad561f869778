package orders_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/debttest"
	"quitt/store"
	"quitt/store/orders"
	"quitt/store/storetest"
)

// room is a store with one case that has a saved mandate.
type room struct {
	*testing.T

	s                          *store.Store
	creditor, caseID, mandated debt.ID
}

func each(t *testing.T, do func(room)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) { do(open(t, s, "koeln")) })
}

func open(t *testing.T, s *store.Store, code string) room {
	r := room{t, s, storetest.Creditor(t, s, code).ID, "", ""}
	f := storetest.File(r.creditor, "R")
	r.caseID = f.File.Case.ID
	r.mandated = store.NewID()
	r.must(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
	return r
}

func (r room) write(do func(*store.Tx) error) error {
	return r.s.Write(context.Background(), r.creditor, do)
}

func (r room) must(do func(*store.Tx) error) {
	r.Helper()
	if err := r.write(do); err != nil {
		r.Fatal(err)
	}
}

// order is for the third instalment, due on Saturday the fifth of December.
func (r room) order() collection.Order {
	return collection.Order{ID: store.NewID(), CaseID: r.caseID, InstrumentID: r.mandated, Purpose: collection.Purpose("p", 3, 1),
		Amount: 50_00, DueOn: debt.MustDate("2026-12-05"), MadeAt: storetest.Now}
}

func (r room) written(o collection.Order) (kept collection.Order) {
	r.Helper()
	r.must(func(tx *store.Tx) (err error) { kept, err = orders.Write(tx, o); return err })
	return kept
}

func (r room) load(id debt.ID) (o collection.Order) {
	r.Helper()
	r.must(func(tx *store.Tx) (err error) { o, err = orders.Load(&tx.Reader, id); return err })
	return o
}

func TestAnOrderComesBackAsItWasKept(t *testing.T) {
	each(t, func(r room) {
		o := r.order()
		o.ToldOn = debt.MustDate("2026-11-28")
		kept := r.written(o)
		want := o.Planned()
		if d := cmp.Diff(want, kept, cmp.AllowUnexported(debt.Date{})); d != "" || want.CollectOn != debt.MustDate("2026-12-07") {
			r.Error(d)
		}
		kept.State, kept.AttemptID, kept.Calls, kept.Tries, kept.LookAt = collection.Calling, store.NewID(), 1, 2, storetest.Now
		r.must(func(tx *store.Tx) error { return orders.Save(tx, kept) })
		if d := cmp.Diff(kept, r.load(o.ID), cmp.AllowUnexported(debt.Date{})); d != "" {
			r.Error(d)
		}
		r.must(func(tx *store.Tx) error {
			found, ok, err := orders.Find(&tx.Reader, o.Purpose)
			list, err2 := orders.OfCase(&tx.Reader, r.caseID)
			if !ok || found.ID != o.ID || len(list) != 1 {
				r.Errorf("%v %+v %d", ok, found, len(list))
			}
			return errors.Join(err, err2)
		})
	})
}

func TestAPurposeHasOneOrder(t *testing.T) {
	each(t, func(r room) {
		first := r.written(r.order())
		second := r.order()
		debttest.WantKey(r, r.write(func(tx *store.Tx) error { _, err := orders.Write(tx, second); return err }), debt.Conflict, "order_taken")
		r.must(func(tx *store.Tx) error {
			ok, err := orders.Cancel(tx, first.ID, collection.PlanOver, storetest.Now)
			if !ok {
				r.Error("a waiting order was not cancelled")
			}
			return err
		})
		second.Amount = 70_00
		if again := r.written(second); again.ID != first.ID || again.Amount != 70_00 || again.State != collection.Waiting || again.Reason != "" {
			r.Errorf("written anew: %+v", again)
		}
	})
}

func TestWhatIsBeingCollectedIsNeitherChangedNorCancelled(t *testing.T) {
	each(t, func(r room) {
		o := r.written(r.order())
		o.State, o.AttemptID, o.Calls = collection.Calling, store.NewID(), 1
		r.must(func(tx *store.Tx) error { return orders.Save(tx, o) })
		r.must(func(tx *store.Tx) error {
			ended, err := orders.Cancel(tx, o.ID, collection.PlanOver, storetest.Now)
			changed, err2 := orders.Amend(tx, o)
			n, err3 := orders.CancelCase(tx, r.caseID, collection.PlanOver, storetest.Now)
			if ended || changed || n != 0 {
				r.Errorf("cancelled %v, changed %v, cancelled of the case %d", ended, changed, n)
			}
			return errors.Join(err, err2, err3)
		})
		for _, over := range []collection.State{collection.Calling, collection.Charged, collection.Failed} {
			if o.State = over; over == collection.Failed {
				o.End(over, "MS03", storetest.Now)
			}
			r.must(func(tx *store.Tx) error { return orders.Save(tx, o) })
			debttest.WantKey(r, r.write(func(tx *store.Tx) error { _, err := orders.Write(tx, r.order()); return err }), debt.Conflict, "order_taken")
		}
	})
}

// The provider was busy, so the order waits again; the plan takes it back and writes it anew.
func TestAnOrderThatIsWrittenAnewKeepsCountingItsCalls(t *testing.T) {
	each(t, func(r room) {
		o := r.written(r.order())
		o.AttemptID, o.Calls, o.Tries = store.NewID(), 2, 2
		r.must(func(tx *store.Tx) error { return orders.Save(tx, o) })
		r.must(func(tx *store.Tx) error {
			_, err := orders.Cancel(tx, o.ID, collection.PlanOver, storetest.Now)
			return err
		})
		if again := r.written(r.order()); again.Calls != 2 || again.Tries != 0 || again.Call() != o.Call() {
			r.Errorf("%+v", again)
		}
	})
}

func TestDueOrdersAreClaimedByOne(t *testing.T) {
	each(t, func(r room) {
		told := r.order()
		told.ToldOn = debt.MustDate("2026-11-28")
		o := r.written(told)
		now := o.LookAt
		var mu sync.Mutex
		var all sync.WaitGroup
		claimed := 0
		for range 6 {
			all.Go(func() {
				err := r.write(func(tx *store.Tx) error {
					list, err := orders.Claim(tx, 10, now, now.Add(time.Minute))
					mu.Lock()
					claimed += len(list)
					mu.Unlock()
					return err
				})
				if err != nil {
					r.Error(err)
				}
			})
		}
		all.Wait()
		r.must(func(tx *store.Tx) error {
			due, err := orders.AnyDue(&tx.Reader, now)
			later, err2 := orders.AnyDue(&tx.Reader, now.Add(time.Minute))
			f, err3 := orders.Count(&tx.Reader, now.Add(time.Minute), now)
			if claimed != 1 || due || !later || f.Waiting != 1 || f.Due != 1 || !f.Oldest.Equal(now.Add(time.Minute)) {
				r.Errorf("claimed %d times, due %v, after the lease %v, %+v", claimed, due, later, f)
			}
			return errors.Join(err, err2, err3)
		})
	})
}

func TestAChargeThatChangedWakesItsOrder(t *testing.T) {
	each(t, func(r room) {
		o := r.written(r.order())
		o.State, o.AttemptID, o.Calls, o.LookAt = collection.Charged, store.NewID(), 1, time.Time{}
		r.must(func(tx *store.Tx) error { return orders.Save(tx, o) })
		r.must(func(tx *store.Tx) error { return orders.Wake(tx, []debt.ID{store.NewID()}) })
		if got := r.load(o.ID); !got.LookAt.IsZero() {
			r.Errorf("another charge woke it: %s", got.LookAt)
		}
		r.must(func(tx *store.Tx) error { return orders.Wake(tx, []debt.ID{store.NewID(), o.AttemptID}) })
		if got := r.load(o.ID); got.LookAt.IsZero() || got.LookAt.After(storetest.Now) {
			r.Errorf("look at %s", got.LookAt)
		}
	})
}

func TestNobodySeesTheOrdersOfAnotherCreditor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		mine, other := open(t, s, "koeln"), open(t, s, "bonn")
		o := mine.written(mine.order())
		other.written(other.order()) // the same purpose
		other.must(func(tx *store.Tx) error {
			_, err := orders.Load(&tx.Reader, o.ID)
			debttest.WantKey(other, err, debt.NotFound, "order_unknown")
			ended, err := orders.Cancel(tx, o.ID, collection.PlanOver, storetest.Now)
			if ended {
				other.Error("cancelled somebody else's")
			}
			return err
		})
	})
}
