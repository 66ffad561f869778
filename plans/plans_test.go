package plans_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/store"
	kept "quitt/store/plans"
	"quitt/store/storetest"
	"quitt/store/tasks"
)

// room is a desk with one case of 1,000 euros that has borne interest since March.
type room struct {
	*testing.T

	s        *store.Store
	d        plans.Desk
	clock    *storetest.Watch
	creditor debt.ID
	caseID   debt.ID
}

func each(t *testing.T, do func(*room)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { do(open(t, s)) })
}

func open(t *testing.T, s *store.Store) *room {
	t.Helper()
	r := &room{T: t, s: s, clock: storetest.NewWatch(), creditor: storetest.Creditor(t, s, "koeln").ID}
	r.d = plans.Desk{Store: s, Now: r.clock.Now, Compose: compose}
	r.caseID = r.another("R")
	r.run() // the loops have been at work before
	return r
}

func compose(kind kept.PaperKind, f kept.Facts) (letter.Document, error) {
	if f.Debtor.ID == "" || f.Creditor.ID == "" || len(f.Plan.Schedule.Instalments) == 0 {
		return letter.Document{}, errors.New("a paper about nothing")
	}
	return letter.Document{Subject: string(kind), Body: []letter.Block{{Text: f.Plan.Schedule.Last().DueOn.String()}}}, nil
}

func (r *room) another(reference string) debt.ID {
	r.Helper()
	f := storetest.File(r.creditor, reference)
	r.write(func(t *store.Tx) error { return t.AddFiles([]store.NewFile{f}) })
	return f.File.Case.ID
}

func (r *room) write(do func(*store.Tx) error) {
	r.Helper()
	r.must(r.s.Write(context.Background(), r.creditor, do))
}

func (r *room) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func (r *room) debtor() plans.Who {
	return plans.Who{Creditor: r.creditor, Case: r.caseID, By: debt.Actor{Kind: "debtor"}}
}

func (r *room) clerk() plans.Who {
	return plans.Who{Creditor: r.creditor, Case: r.caseID, By: debt.Actor{Kind: "creditor"}}
}

func (r *room) today() debt.Date { return debt.DateIn(r.clock.Now(), debt.Berlin) }

// days lets days pass without anybody looking.
func (r *room) days(n int) { r.clock.Move(time.Duration(n) * 24 * time.Hour) }

func (r *room) wish(instalment debt.Cents) plan.Wish {
	return plan.Wish{Instalment: instalment, First: r.today().AddDays(10), Rhythm: plan.Monthly}
}

func (r *room) view() plans.View {
	r.Helper()
	v, err := r.d.View(context.Background(), r.creditor, r.caseID)
	r.must(err)
	return v
}

// agreed makes a plan inside the rules.
func (r *room) agreed(instalment debt.Cents) kept.Kept {
	r.Helper()
	return r.agreeOn(r.wish(instalment))
}

func (r *room) agreeOn(w plan.Wish) kept.Kept {
	r.Helper()
	o, err := r.d.Prepare(context.Background(), r.debtor(), w)
	r.must(err)
	k, err := r.d.Confirm(context.Background(), r.debtor(), o.Plan.ID)
	r.must(err)
	return k
}

// pay books money that came on a day.
func (r *room) pay(amount debt.Cents, on debt.Date) debt.ID {
	r.Helper()
	r.clock.Move(time.Second) // money comes after what was agreed before it
	stamp := ledger.Stamp{At: r.clock.Now(), NewID: store.NewID}
	p := debt.Payment{ID: store.NewID(), CaseID: r.caseID, Method: debt.MethodDirect, Status: debt.PaymentSucceeded, Amount: amount,
		ReceivedOn: on, Source: "test", ExternalID: string(store.NewID()), BookedAt: r.clock.Now()}
	r.write(func(t *store.Tx) error {
		f, err := t.LockOne(r.caseID)
		if err != nil {
			return err
		}
		h, err := t.LoadHistory(f)
		if err != nil {
			return err
		}
		b := store.Booking{File: f, Payments: []debt.Payment{p}}
		if b.Entries, f.Account, err = h.Insert(p, stamp); err != nil {
			return err
		}
		f.Case.Paid(f.Account.Balance(), true)
		b.Events = []debt.Event{r.event(f.Case, debt.PaymentSucceededEvent)}
		return t.Book(b)
	})
	return p.ID
}

// comesBack takes a payment back.
func (r *room) comesBack(id debt.ID) {
	r.Helper()
	stamp := ledger.Stamp{At: r.clock.Now(), NewID: store.NewID}
	r.write(func(t *store.Tx) error {
		f, err := t.LockOne(r.caseID)
		if err != nil {
			return err
		}
		h, err := t.LoadHistory(f)
		if err != nil {
			return err
		}
		found, err := t.LoadPayments([]debt.ID{id})
		if err != nil {
			return err
		}
		p, b := found[id], store.Booking{File: f}
		if b.Entries, f.Account, err = h.Reverse(id, debt.Key{Source: "test", ExternalID: "back/" + string(id)}, stamp); err != nil {
			return err
		}
		p.Status, p.Returned = debt.PaymentReversed, p.Amount
		f.Case.Paid(f.Account.Balance(), h.AnyPaid(id))
		if err := t.SavePayment(p); err != nil {
			return err
		}
		b.Events = []debt.Event{r.event(f.Case, debt.PaymentReversedEvent)}
		return t.Book(b)
	})
}

func (r *room) event(c debt.Case, typ debt.EventType) debt.Event {
	e := c.EventOf(typ, debt.Args{})
	e.ID, e.At, e.Actor = store.NewID(), r.clock.Now(), debt.System
	return e
}

// run lets the loops work until nothing is left to do.
func (r *room) run() {
	r.Helper()
	keeper := plans.Keeper{Desk: r.d}
	for range 50 {
		_, err := r.s.Sequence(context.Background(), r.creditor)
		r.must(err)
		var did int
		for _, work := range []func(context.Context, debt.ID) (int, error){keeper.Follow, keeper.Due, keeper.Expire} {
			n, err := work(context.Background(), r.creditor)
			r.must(err)
			did += n
		}
		if did == 0 {
			return
		}
	}
	r.Fatal("the loops find no end")
}

// until lets the days pass one by one, the loops looking each morning.
func (r *room) until(day debt.Date) {
	r.Helper()
	for r.today().Before(day) {
		r.days(1)
		r.run()
	}
}

func (r *room) events(typ debt.EventType) (list []debt.Event) {
	r.Helper()
	r.must(r.s.Read(context.Background(), r.creditor, func(t *store.Reader) error {
		all, err := t.Events(r.caseID)
		list = slices.DeleteFunc(all, func(e debt.Event) bool { return e.Type != typ })
		return err
	}))
	return list
}

func (r *room) count(typ debt.EventType, want int) {
	r.Helper()
	if got := len(r.events(typ)); got != want {
		r.Errorf("%s was told %d times, want %d", typ, got, want)
	}
}

func (r *room) state(want debt.PlanState) {
	r.Helper()
	v := r.view()
	if v.Plan == nil || v.Plan.State != want || v.Case.Plan != want {
		r.Fatalf("the plan is %+v and the case says %s, want %s", v.Plan, v.Case.Plan, want)
	}
}

func (r *room) asked(kind tasks.Kind, want int) {
	r.Helper()
	r.must(r.s.Read(context.Background(), r.creditor, func(t *store.Reader) error {
		list, err := tasks.List(t, 100)
		list = slices.DeleteFunc(list, func(k tasks.Task) bool { return k.Kind != kind })
		if len(list) != want {
			r.Errorf("%d open tasks %s, want %d", len(list), kind, want)
		}
		return err
	}))
}

// clean verifies ledger, events and feed.
func (r *room) clean() {
	r.Helper()
	_, err := r.s.Verify(context.Background(), func(f store.Finding) bool { r.Errorf("verify: %+v", f); return true })
	r.must(err)
}

func TestAWishInsideTheRulesIsConfirmedAndRuns(t *testing.T) {
	each(t, func(r *room) {
		o, err := r.d.Prepare(context.Background(), r.debtor(), r.wish(100_00))
		r.must(err)
		if v := r.view(); v.Draft == nil || v.Draft.ID != o.Plan.ID || v.Plan != nil || v.Case.Plan != debt.PlanNone || len(v.Papers) != 1 {
			r.Fatalf("a draft binds nobody: %+v", v)
		}
		k, err := r.d.Confirm(context.Background(), r.debtor(), o.Plan.ID)
		r.must(err)
		if _, err := r.d.Confirm(context.Background(), r.debtor(), k.ID); err != nil {
			r.Errorf("a second click: %v", err)
		}
		v := r.view()
		r.state(debt.PlanActive)
		if v.Case.Processing != debt.Held || v.Next.No != 1 || len(v.Papers) != 2 || v.Papers[1].Kind != kept.Agreement || v.Draft != nil {
			r.Errorf("%+v", v)
		}
		r.count(debt.PlanAgreed, 1)
		if list, _ := r.events(debt.PlanAgreed)[0].Data["instalments"].([]any); len(list) != len(k.Schedule.Instalments) {
			r.Errorf("told %d instalments of %d", len(list), len(k.Schedule.Instalments))
		}
		r.clean()
	})
}

func TestAPlanThatIsPaidIsFulfilledToTheCent(t *testing.T) {
	each(t, func(r *room) {
		k := r.agreed(100_00)
		for _, i := range k.Schedule.Instalments {
			r.until(i.DueOn)
			r.pay(i.Amount, r.today())
			r.run()
		}
		r.state(debt.PlanFulfilled)
		r.count(debt.PlanInstalmentDue, len(k.Schedule.Instalments))
		r.count(debt.PlanInstalmentMissed, 0)
		r.count(debt.PlanChanged, 0)
		r.count(debt.PlanFulfilledEvent, 1)
		if v := r.view(); v.Open != 0 || v.Case.Processing != debt.Running {
			r.Errorf("open is %s, %s", v.Open, v.Case.Processing)
		}
		r.clean()
	})
}

func TestAPlanLapsesOnlyAfterTwoMissesANoticeAndItsTime(t *testing.T) {
	each(t, func(r *room) {
		k := r.agreed(100_00)
		second := k.Schedule.Instalments[1].DueOn
		r.until(second.AddDays(4))
		r.state(debt.PlanActive)
		r.count(debt.PlanInstalmentMissed, 1)
		r.until(second.AddDays(9))
		r.state(debt.PlanAtRisk)
		notice := r.view()
		told := r.events(debt.PlanAtRiskEvent)[0]
		if told.Data["pay_by"] != notice.PayBy.String() || notice.PayBy != plan.PayBy(notice.Plan.NoticeOn) {
			r.Errorf("%+v, pay by %s", told, notice.PayBy)
		}
		r.until(notice.PayBy)
		r.state(debt.PlanAtRisk)
		r.until(notice.PayBy.AddDays(1))
		r.state(debt.PlanLapsed)
		r.asked(plans.TaskLapsed, 1)
		if v := r.view(); v.Case.Processing != debt.Running {
			r.Errorf("a lapsed plan holds nothing: %s", v.Case.Processing)
		}
		// What was missed comes after all: the plan goes on.
		r.pay(300_00, r.today())
		r.run()
		r.state(debt.PlanActive)
		r.asked(plans.TaskLapsed, 0)
		r.clean()
	})
}

func TestAnExcuseStopsTheLapseUntilAPersonHasLooked(t *testing.T) {
	each(t, func(r *room) {
		k := r.agreed(100_00)
		debttest.WantKey(r, r.d.Excuse(context.Background(), r.debtor(), "im Krankenhaus"), debt.Forbidden, "plan_no_arrears")
		r.until(k.Schedule.Instalments[1].DueOn.AddDays(12))
		r.state(debt.PlanAtRisk)
		r.must(r.d.Excuse(context.Background(), r.debtor(), "im Krankenhaus"))
		r.asked(plans.TaskExcuse, 1)
		r.until(r.today().AddDays(40))
		r.state(debt.PlanAtRisk)
		r.must(r.d.AnswerExcuse(context.Background(), r.clerk(), k.ID, false))
		r.asked(plans.TaskExcuse, 0)
		r.until(r.today().AddDays(17))
		r.state(debt.PlanAtRisk)
		r.until(r.today().AddDays(5)) // the last day to pay may have been a Saturday (BGB § 193)
		r.state(debt.PlanLapsed)
		r.must(r.d.Revive(context.Background(), r.clerk(), k.ID))
		r.state(debt.PlanActive)
		r.until(r.today().AddDays(2))
		r.state(debt.PlanAtRisk) // with a notice of its own
		r.clean()
	})
}

func TestAReturnedPaymentOpensAFulfilledPlanAgain(t *testing.T) {
	each(t, func(r *room) {
		k := r.agreed(500_00)
		last := r.pay(r.view().Open, r.today())
		r.run()
		r.state(debt.PlanFulfilled)
		r.days(3)
		r.comesBack(last)
		r.run()
		r.state(debt.PlanActive)
		if v := r.view(); v.Plan.ID != k.ID || v.Next.No != 1 || v.Ahead.Total() != k.Schedule.Total() {
			r.Errorf("%+v", v.Ahead)
		}
		r.clean()
	})
}

func TestInterestThatGoesOnVariesTheLastInstalmentInSilence(t *testing.T) {
	each(t, func(r *room) {
		rules := plan.Standard()
		rules.Interest = plan.Continues
		_, err := r.d.SetRules(context.Background(), r.creditor, rules, "clerk")
		r.must(err)
		k := r.agreed(100_00)
		open := r.view().Open
		r.until(r.today().AddDays(5))
		if got := r.view().Open; got <= open {
			r.Errorf("interest stands still: %s", got)
		}
		r.until(k.Schedule.Instalments[0].DueOn)
		r.pay(100_00, r.today().AddDays(-3)) // earlier than planned: less interest
		r.run()
		v := r.view()
		if v.Plan.Schedule.Last().Amount >= k.Schedule.Last().Amount || len(v.Plan.Schedule.Instalments) != len(k.Schedule.Instalments) {
			r.Errorf("last %s, was %s", v.Plan.Schedule.Last().Amount, k.Schedule.Last().Amount)
		}
		r.count(debt.PlanChanged, 0)
		r.clean()
	})
}

func TestMoreThanPlannedShortensThePlanAndIsTold(t *testing.T) {
	each(t, func(r *room) {
		k := r.agreed(100_00)
		r.until(k.Schedule.Instalments[0].DueOn)
		r.pay(350_00, r.today())
		r.run()
		v := r.view()
		if len(v.Plan.Schedule.Instalments) >= len(k.Schedule.Instalments) || v.Plan.Schedule.Total() != k.Schedule.Total()-250_00 {
			r.Errorf("%d instalments of %s", len(v.Plan.Schedule.Instalments), v.Plan.Schedule.Total())
		}
		r.count(debt.PlanChanged, 1)
		r.clean()
	})
}

// A plan that cannot be laid out any more must not keep the others waiting.
func TestAPlanThatIsStuckIsAPersonsAndTheOthersGoOn(t *testing.T) {
	each(t, func(r *room) {
		rules := plan.Standard()
		rules.Interest = plan.Continues
		_, err := r.d.SetRules(context.Background(), r.creditor, rules, "clerk")
		r.must(err)
		r.caseID = r.another("stuck")
		stuck := r.agreed(100_00)
		r.caseID = r.another("fine")
		r.agreed(100_00)
		r.write(func(t *store.Tx) error {
			k, err := kept.Load(&t.Reader, stuck.ID)
			if err == nil {
				k.Wish.Instalment = 1 // 360 of them are not enough
				k.Schedule.Instalments = k.Schedule.Instalments[:1]
				err = kept.Save(t, k)
			}
			return err
		})
		r.until(stuck.Schedule.Instalments[0].DueOn)
		r.count(debt.PlanInstalmentDue, 1)
		r.asked(plans.TaskStuck, 1)
		r.clean()
	})
}
