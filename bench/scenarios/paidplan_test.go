package scenarios_test

import (
	"testing"
	"time"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/letter"
	"quitt/debt/plan"
	world "quitt/payments/sandbox/world"
	"quitt/plans"
	"quitt/store"
	kept "quitt/store/plans"
)

// planned is a run whose plan is made and kept by plans itself.
type planned struct {
	*run

	desk   plans.Desk
	keeper plans.Keeper
}

func newPlanned(t *testing.T, engine string) planned {
	t.Helper()
	r := newRun(t, newHouse(t, engine), scenario{id: "paid-plan", owed: 1000_00}, way{kind: asListed, name: "as listed"})
	t.Cleanup(func() { r.must(r.sandbox.Close()) })
	compose := func(kind kept.PaperKind, _ kept.Facts) (letter.Document, error) {
		return letter.Document{Subject: string(kind), Body: []letter.Block{{Text: "x"}}}, nil
	}
	p := planned{run: r, desk: plans.Desk{Store: r.house.store, Now: r.now, Compose: compose}}
	p.keeper = plans.Keeper{Desk: p.desk}
	p.keep() // the loops have been at work before
	return p
}

func (p planned) who() plans.Who {
	return plans.Who{Creditor: p.creditor, Case: p.caseID, By: debt.Actor{Kind: "debtor"}}
}

// keep lets the loops of plans do what there is.
func (p planned) keep() {
	p.t.Helper()
	for range 3 {
		_, err := p.house.store.Sequence(ctx, p.creditor)
		p.must(err)
		_, err = p.keeper.Follow(ctx, p.creditor)
		p.must(err)
		_, err = p.keeper.Due(ctx, p.creditor)
		p.must(err)
	}
}

// until lives every day up to one, at eleven in the morning, all loops at work twice.
func (p planned) until(day debt.Date, each func(today debt.Date)) {
	p.t.Helper()
	for today := debt.DateIn(p.last, debt.Berlin); today.Before(day); {
		today = today.AddDays(1)
		p.later(today.Time().Add(10 * time.Hour).Sub(p.last))
		for range 2 {
			p.keep()
			p.execute()
		}
		each(today)
	}
}

func (p planned) view() plans.View {
	p.t.Helper()
	v, err := p.desk.View(ctx, p.creditor, p.caseID)
	p.must(err)
	return v
}

// next is what the debtor's overview names as the next instalment.
func (p planned) next() cases.Instalment {
	p.t.Helper()
	v, err := cases.Desk{Store: p.house.store, Now: p.now}.View(ctx, p.creditor, p.caseID)
	p.must(err)
	return v.Next
}

// told lists the events of a type about an instalment.
func (p planned) told(typ debt.EventType, no int) (list []debt.Event) {
	p.t.Helper()
	p.must(p.house.store.Read(ctx, p.creditor, func(r *store.Reader) error {
		all, err := r.Events(p.caseID)
		for _, e := range all {
			n, _ := e.Data["no"].(float64)
			if e.Type == typ && (no == 0 || int(n) == no) {
				list = append(list, e)
			}
		}
		return err
	}))
	return list
}

// From the agreement to the return: a mandate is saved for the plan, the instalment is announced
// in time, ordered, charged once and on a day on which banks settle, paid, returned two weeks
// later, owed again and noted, and the plan goes on by transfer.
func TestAPlanIsPaidFromAMandateUntilItIsReturned(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			p := newPlanned(t, engine)
			o, err := p.desk.Prepare(ctx, p.who(), plan.Wish{Instalment: instalment, First: debt.MustDate("2026-12-12"), Rhythm: plan.Monthly})
			p.must(err)
			_, err = p.desk.Confirm(ctx, p.who(), o.Plan.ID)
			p.must(err)
			p.plan = o.Plan.ID
			mandate := p.saved(goodIBAN)
			p.must(p.desk.SetMethod(ctx, p.who(), plans.Paying{Instrument: mandate.ID}))
			if v := p.view(); v.Plan.Method != debt.MethodDirectDebit || v.Plan.InstrumentID != mandate.ID {
				t.Fatalf("the plan is paid by %s", v.Plan.Method)
			}
			p.isCollected(debt.MustDate("2026-12-14"))
			p.isPaid()
			p.isReturned()
			p.house.verified(t)
		})
	}
}

// isCollected: due on a Saturday, the instalment is announced at least two days before the Monday
// on which it is charged, once.
func (p planned) isCollected(monday debt.Date) {
	t := p.t
	t.Helper()
	p.until(monday.AddDays(2), func(today debt.Date) {
		if today.Before(monday) {
			p.never("POST", "/v1/payment_intents")
		}
		if n := len(p.told(debt.PlanInstalmentDue, 1)); n == 0 && !today.Before(monday.AddDays(-collection.NoticeDays)) {
			t.Fatalf("not announced on %s", today)
		}
	})
	if ord := p.order(1); ord.State != collection.Charged || ord.CollectOn != monday || ord.Amount != instalment {
		t.Errorf("the order is %s, for %s, %s", ord.State, ord.CollectOn, ord.Amount)
	}
	if a := p.charged(1); debt.DateIn(a.StartedAt, debt.Berlin) != monday || a.Amount != instalment {
		t.Errorf("%s charged on %s", a.Amount, debt.DateIn(a.StartedAt, debt.Berlin))
	}
	told := p.told(debt.PlanInstalmentDue, 1)
	if len(told) != 1 || told[0].Data["collect_on"] != monday.String() {
		t.Fatalf("announced: %+v", told)
	}
	if days := debt.DateIn(told[0].At, debt.Berlin).DaysUntil(monday); days < collection.NoticeDays {
		t.Errorf("announced %d days before", days)
	}
	p.one("payment_intent")
	if v := p.view(); v.Next.No != 2 || v.Progress.Paid != 0 {
		t.Errorf("under way: next is %d, %s is paid", v.Next.No, v.Progress.Paid)
	}
}

func (p planned) isPaid() {
	t := p.t
	t.Helper()
	p.until(debt.MustDate("2026-12-28"), func(debt.Date) {})
	v := p.view()
	if first := v.Progress.Instalments[0]; first.Standing != plan.Paid || v.Progress.Paid != instalment {
		t.Errorf("the first is %s, %s is paid", first.Standing, v.Progress.Paid)
	}
	if next := p.next(); next != (cases.Instalment{Amount: instalment, DueOn: debt.MustDate("2027-01-12")}) {
		t.Errorf("the overview names %+v", next)
	}
	p.one("payment_intent")
}

func (p planned) isReturned() {
	t := p.t
	t.Helper()
	p.until(debt.MustDate("2027-01-05"), func(debt.Date) {})
	p.dispute(p.charged(1), world.Claim{Reason: "debit_not_authorized"})
	p.until(debt.MustDate("2027-01-20"), func(debt.Date) {})
	v := p.view()
	if first := v.Progress.Instalments[0]; first.Standing != plan.Overdue || first.Owed != instalment {
		t.Errorf("the first is %s, %s of it is owed", first.Standing, first.Owed)
	}
	if n := len(p.told(debt.PlanInstalmentMissed, 1)); n != 1 {
		t.Errorf("noted %d times", n)
	}
	if v.Plan.Method != debt.MethodTransfer || v.Plan.InstrumentID != "" || !v.Plan.Running() {
		t.Errorf("the plan is %s, paid by %s", v.Plan.State, v.Plan.Method)
	}
	if n := len(p.told(debt.MandateRevoked, 0)); n != 1 {
		t.Errorf("the mandate was lost %d times", n)
	}
	if ord := p.order(2); ord.State != collection.Cancelled && ord.ID != "" {
		t.Errorf("the second is still to be collected: %s %s", ord.State, ord.Reason)
	}
	p.one("payment_intent")
}
