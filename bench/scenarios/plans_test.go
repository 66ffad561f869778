package scenarios_test

import (
	"time"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/plan"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/orders"
	"quitt/store/plans"
	"quitt/store/rails"
)

// instalment is what a plan of these stories collects each time.
const instalment debt.Cents = 200_00

// inDays is a day after the first of the stories.
func inDays(n int) debt.Date { return debt.DateIn(tuesday, debt.Berlin).AddDays(n) }

// agreed begins a plan and writes an order for each instalment, told the same day, as plans
// does. Who was cut off asks whether it is there.
func (r *run) agreed(i rail.Instrument, days ...debt.Date) {
	r.t.Helper()
	r.plan = store.NewID()
	now, today := r.now(), debt.DateIn(r.last, debt.Berlin)
	k := plans.Kept{Plan: plan.Plan{ID: r.plan, CaseID: r.caseID, State: debt.PlanActive, AgreedOn: today,
		Wish: plan.Wish{Instalment: instalment, First: days[0], Rhythm: plan.Weekly}, Schedule: plan.Schedule{Interest: plan.NoInterest}},
		Method: i.Method, InstrumentID: i.ID, MadeBy: "debtor", MadeAt: now, AgreedAt: now}
	for n, day := range days {
		k.Schedule.Instalments = append(k.Schedule.Instalments, plan.Instalment{No: n + 1, DueOn: day, Amount: instalment})
	}
	r.insist(func(t *store.Tx) error {
		if list, err := plans.OfCase(&t.Reader, r.caseID); err != nil || len(list) > 0 {
			return err
		}
		if err := plans.Add(t, k); err != nil {
			return err
		}
		for _, x := range k.Schedule.Instalments {
			_, err := orders.Write(t, collection.Order{ID: store.NewID(), CaseID: r.caseID, InstrumentID: i.ID,
				Purpose: collection.Purpose(r.plan, x.No, 1), Amount: x.Amount, DueOn: x.DueOn, ToldOn: today, MadeAt: now})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// insist writes under the lock of the case until it is there.
func (r *run) insist(do func(t *store.Tx) error) {
	r.t.Helper()
	for range 5 {
		err := r.house.store.Write(ctx, r.creditor, func(t *store.Tx) error {
			if _, err := t.LockOne(r.caseID); err != nil {
				return err
			}
			return do(t)
		})
		if !r.revive() {
			r.must(err)
			return
		}
	}
	r.t.Fatalf("%s: not written in five tries", r.way.name)
}

// execute is the scheduler: it works until nothing is due.
func (r *run) execute() {
	r.t.Helper()
	for range 20 {
		n, err := r.orders.Work(ctx, r.creditor)
		if r.revive() {
			continue
		}
		if !r.faulty {
			r.must(err)
		}
		if n == 0 {
			break
		}
	}
	r.news()
}

// due lets the day of an instalment come, two hours after its scheduler begins.
func (r *run) due(no int) {
	r.t.Helper()
	at := r.order(no).CollectOn.Time().Add(8*time.Hour + time.Minute)
	if wait := at.Sub(r.last); wait > 0 {
		r.later(wait)
	}
	r.execute()
}

// order gives the first try of an instalment.
func (r *run) order(no int) (o collection.Order) {
	r.t.Helper()
	r.must(r.house.store.Read(ctx, r.creditor, func(t *store.Reader) (err error) {
		o, _, err = orders.Find(t, collection.Purpose(r.plan, no, 1))
		return err
	}))
	return o
}

// charged gives the charge of an instalment.
func (r *run) charged(no int) (a rail.Attempt) {
	r.t.Helper()
	o := r.order(no)
	r.must(r.house.store.Read(ctx, r.creditor, func(t *store.Reader) (err error) {
		a, err = rails.LoadAttempt(t, o.AttemptID)
		return err
	}))
	return a
}

// paused is plans taking an order back.
func (r *run) paused(no int) {
	r.t.Helper()
	id := r.order(no).ID
	r.insist(func(t *store.Tx) error {
		_, err := orders.Cancel(t, id, collection.PlanOver, r.now())
		return err
	})
}
