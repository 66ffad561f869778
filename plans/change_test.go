package plans_test

import (
	"testing"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/ledger"
	"quitt/debt/objection"
	"quitt/debt/plan"
	"quitt/debt/rail"
	"quitt/plans"
	"quitt/store"
	"quitt/store/objections"
	"quitt/store/orders"
	kept "quitt/store/plans"
	"quitt/store/rails"
)

func (r *room) change(c plan.Change) (plan.Changed, bool) {
	r.Helper()
	out, atOnce, err := r.d.Change(ctx, r.debtor(), plans.ChangeWish{Change: c, Version: r.view().Plan.Version})
	r.must(err)
	return out, atOnce
}

func TestAChangeInsideTheLimitsHoldsAtOnce(t *testing.T) {
	each(t, func(r *room) {
		k := r.agreed(100_00)
		shown, err := r.d.LookChange(ctx, r.creditor, r.caseID, plan.Change{Kind: plan.Skip})
		r.must(err)
		out, atOnce := r.change(plan.Change{Kind: plan.Skip})
		if !atOnce || !out.Plan.Schedule.Equal(shown.Plan.Schedule) {
			r.Errorf("at once: %t, %+v", atOnce, out)
		}
		_, _, err = r.d.Change(ctx, r.debtor(), plans.ChangeWish{Change: plan.Change{Kind: plan.Skip}, Version: k.Version})
		r.refused(err, debt.Conflict, "plan_offer_changed")
		v := r.view()
		if v.Next.DueOn != k.Schedule.Instalments[1].DueOn || v.Papers[len(v.Papers)-1].Kind != kept.ChangePaper {
			r.Errorf("next %+v", v.Next)
		}
		r.until(v.Next.DueOn)
		r.count(debt.PlanInstalmentDue, 1)
		r.clean()
	})
}

func TestASkippedInstalmentIsAnnouncedAnewOnItsDay(t *testing.T) {
	each(t, func(r *room) {
		k := r.agreed(100_00)
		r.until(k.Schedule.Instalments[0].DueOn.AddDays(-2))
		r.count(debt.PlanInstalmentDue, 1)
		r.change(plan.Change{Kind: plan.Skip})
		r.until(k.Schedule.Instalments[1].DueOn)
		r.count(debt.PlanInstalmentDue, 2)
		r.count(debt.PlanInstalmentMissed, 0)
	})
}

func TestAChangeBeyondTheLimitsWaitsForTheCreditor(t *testing.T) {
	each(t, func(r *room) {
		k := r.agreed(100_00)
		r.change(plan.Change{Kind: plan.Skip})
		_, atOnce := r.change(plan.Change{Kind: plan.Skip})
		if v := r.view(); atOnce || v.Waits != plan.Creditor || v.Plan.State != debt.PlanActive {
			r.Fatalf("%+v", v.Round)
		}
		r.asked(plans.TaskChange, 1)
		_, err := r.d.Counter(ctx, r.clerk(), plans.Counter{Plan: k.ID, Wish: r.wish(90_00)})
		r.refused(err, debt.Forbidden, "plan_change_no_counter")
		_, err = r.d.Accept(ctx, r.clerk(), k.ID)
		r.must(err)
		r.asked(plans.TaskChange, 0)
		if v := r.view(); v.Next.DueOn != k.Schedule.Instalments[2].DueOn || v.Waits != "" {
			r.Errorf("next %+v", v.Next)
		}
		r.change(plan.Change{Kind: plan.Skip})
		r.must(r.d.Decline(ctx, r.clerk(), plans.Refusal{Plan: k.ID, Reason: "too_slow", Person: "A. Klerk"}))
		r.change(plan.Change{Kind: plan.Skip})
		r.days(15)
		r.run()
		r.count(debt.PlanExpiredEvent, 1)
		if v := r.view(); v.Waits != "" || !v.Plan.ExpiresAt.IsZero() || v.Plan.State != debt.PlanActive {
			r.Errorf("%+v", v.Plan)
		}
		r.clean()
	})
}

func TestTheDebtorEndsAPlanAtAnyTimeAndInterestGoesOn(t *testing.T) {
	each(t, func(r *room) {
		k := r.agreed(100_00)
		before := r.view().Open
		r.until(r.today().AddDays(20))
		if got := r.view().Open; got != before {
			r.Errorf("interest ran while the plan did: %s, %s", before, got)
		}
		r.must(r.d.Cancel(ctx, r.debtor(), k.ID))
		r.refused(r.d.Cancel(ctx, r.debtor(), k.ID), debt.Forbidden, "plan_not_running")
		r.days(30)
		if got := r.view().Open; got <= before {
			r.Errorf("no interest after the end: %s", got)
		}
		if v := r.view(); v.Case.Plan != debt.PlanCancelled || v.Case.Processing != debt.Running {
			r.Errorf("%+v", v.Case)
		}
		r.pay(r.view().Open, r.today())
		r.run()
		r.clean()
	})
}

// settlement offers 60 per cent in two parts.
func (r *room) settlement(b plan.Broken) kept.Kept {
	r.Helper()
	rules := plan.Standard()
	for i := range rules.Brackets {
		rules.Brackets[i].Settlements = []plan.Settlement{{ID: "now", Percent: 6000, Instalments: 2, ValidUntil: r.today().AddDays(5), Broken: b}}
	}
	_, err := r.d.SetRules(ctx, r.creditor, rules, "clerk")
	r.must(err)
	w := r.wish(0)
	w.Settlement = "now"
	return r.agreeOn(w)
}

func TestAKeptSettlementGivesUpTheRest(t *testing.T) {
	each(t, func(r *room) {
		k := r.settlement(plan.Revives)
		r.pay(k.Deal.Sum-1, r.today())
		r.run()
		r.state(debt.PlanActive)
		r.days(1)
		last := r.pay(1, r.today())
		r.run()
		r.state(debt.PlanFulfilled)
		v := r.view()
		if v.Open != 0 || v.Case.Payment != debt.StatePaid {
			r.Errorf("open %s, %s", v.Open, v.Case.Payment)
		}
		r.clean()
		r.comesBack(last)
		r.run()
		r.state(debt.PlanActive)
		if v := r.view(); v.Open != 1 {
			r.Errorf("open %s", v.Open)
		}
		r.pay(1, r.today())
		r.run()
		r.state(debt.PlanFulfilled)
		r.pay(50_00, r.today()) // too much is the debtor's
		r.run()
		r.state(debt.PlanFulfilled)
		if v := r.view(); v.Case.Payment != debt.StateOverpaid {
			r.Errorf("%s", v.Case.Payment)
		}
		r.clean()
	})
}

func TestABrokenSettlementEndsAsItWasAgreed(t *testing.T) {
	for _, b := range []plan.Broken{plan.Revives, plan.Lasts} {
		t.Run(string(b), func(t *testing.T) {
			each(t, func(r *room) {
				whole := r.view().Open
				k := r.settlement(b)
				r.pay(100_00, r.today())
				r.run()
				r.must(r.d.Cancel(ctx, r.debtor(), k.ID))
				want := whole - 100_00
				if b == plan.Lasts {
					want = k.Deal.Sum - 100_00
				}
				if v := r.view(); v.Open != want {
					r.Errorf("open %s, want %s", v.Open, want)
				}
				r.clean()
			})
		})
	}
}

func TestASettlementThatSeemedPaidAndIsBrokenRevivesTheClaim(t *testing.T) {
	each(t, func(r *room) {
		whole := r.view().Open
		k := r.settlement(plan.Revives)
		paid := r.pay(k.Deal.Sum, r.today())
		r.run()
		r.state(debt.PlanFulfilled)
		r.comesBack(paid)
		r.run()
		r.state(debt.PlanActive)
		r.must(r.d.Cancel(ctx, r.debtor(), k.ID))
		if v := r.view(); v.Open != whole {
			r.Errorf("open %s, want %s", v.Open, whole)
		}
		r.clean()
	})
}

// cost demands something more on the case.
func (r *room) cost(amount debt.Cents) {
	r.Helper()
	r.write(func(t *store.Tx) error {
		f, err := t.LockOne(r.caseID)
		if err != nil {
			return err
		}
		e := f.Account.AddCost(debt.Cost{ID: store.NewID(), CaseID: r.caseID, Kind: debt.CollectionFee, Amount: amount, IncurredOn: r.today(),
			LegalGround: "RVG § 13"}, ledger.Stamp{At: r.clock.Now(), NewID: store.NewID})
		if err := t.AddCost(f.Account.Costs[len(f.Account.Costs)-1]); err != nil {
			return err
		}
		f.Case.Paid(f.Account.Balance(), true)
		return t.Book(store.Booking{File: f, Entries: []ledger.Entry{e}})
	})
}

// A cost that came between lets a settlement give something up twice.
func TestASettlementThatGaveUpTwiceRevivesBoth(t *testing.T) {
	each(t, func(r *room) {
		whole := r.view().Open
		k := r.settlement(plan.Revives)
		paid := r.pay(k.Deal.Sum, r.today())
		r.run()
		r.state(debt.PlanFulfilled)
		r.comesBack(paid)
		r.run()
		r.state(debt.PlanActive)
		r.cost(25_00)
		paid = r.pay(k.Deal.Sum, r.today())
		r.run()
		r.state(debt.PlanFulfilled)
		r.comesBack(paid)
		r.run()
		r.state(debt.PlanActive)
		r.must(r.d.Cancel(ctx, r.debtor(), k.ID))
		if v := r.view(); v.Open != whole+25_00 {
			r.Errorf("open %s, want %s", v.Open, whole+25_00)
		}
		r.clean()
	})
}

// mandate saves a mandate for the case.
func (r *room) mandate(external string) debt.ID {
	r.Helper()
	acc := rail.Account{ID: store.NewID(), CreditorID: r.creditor, Provider: "stripe", External: "acct_1", Methods: rail.Methods(), CreatedAt: r.clock.Now()}
	r.write(func(t *store.Tx) error {
		list, err := rails.Accounts(&t.Reader)
		if err == nil && len(list) == 0 {
			return rails.AddAccount(t, rails.Account{Account: acc})
		}
		if err == nil {
			acc = list[0].Account
		}
		return err
	})
	i := rail.Instrument{ID: store.NewID(), CaseID: r.caseID, Account: acc.ID, External: external, Method: debt.MethodDirectDebit,
		Last4: "3000", State: rail.Usable, SavedBy: store.NewID(), SavedAt: r.clock.Now()}
	r.write(func(t *store.Tx) error {
		_, err := rails.SaveInstrument(t, i)
		return err
	})
	return i.ID
}

func (r *room) orders() (list []collection.Order) {
	r.Helper()
	r.write(func(t *store.Tx) (err error) {
		list, err = orders.OfCase(&t.Reader, r.caseID)
		return err
	})
	return list
}

func (r *room) waitingOrder() (found collection.Order) {
	r.Helper()
	n := 0
	for _, o := range r.orders() {
		if o.State == collection.Waiting {
			found = o
			n++
		}
	}
	if n > 1 {
		r.Errorf("%d orders wait", n)
	}
	return found
}

func TestAnOrderFollowsItsInstalment(t *testing.T) {
	each(t, func(r *room) {
		k := r.agreed(100_00)
		r.refused(r.d.SetMethod(ctx, r.debtor(), plans.Paying{Instrument: store.NewID()}), debt.NotFound, "instrument_unknown")
		r.must(r.d.SetMethod(ctx, r.debtor(), plans.Paying{Instrument: r.mandate("pm_1")}))
		o := r.waitingOrder()
		if o.Amount != 100_00 || o.DueOn != k.Schedule.Instalments[0].DueOn || o.Purpose != collection.Purpose(k.ID, 1, 1) {
			r.Fatalf("%+v", o)
		}
		r.pay(30_00, r.today())
		r.run()
		if o := r.waitingOrder(); o.Amount != 70_00 {
			r.Errorf("what was paid otherwise lowers it: %+v", o)
		}
		r.pay(70_00, r.today())
		r.run()
		if o := r.waitingOrder(); o.Purpose != collection.Purpose(k.ID, 2, 1) || o.Amount != 100_00 {
			r.Errorf("the next one: %+v", o)
		}
		r.until(o.DueOn)
		r.count(debt.PlanInstalmentDue, 0) // the order tells
		r.must(r.d.SetMethod(ctx, r.debtor(), plans.Paying{}))
		if o := r.waitingOrder(); o.ID != "" {
			r.Errorf("transfers need none: %+v", o)
		}
		r.until(k.Schedule.Instalments[1].DueOn)
		r.count(debt.PlanInstalmentDue, 1)
		r.clean()
	})
}

// Where a longer notice was agreed than the grace lasts, nobody has missed what is still collected.
func TestAnInstalmentIsNotMissedWhileItsCollectionIsAnnounced(t *testing.T) {
	each(t, func(r *room) {
		r.agreed(100_00)
		r.must(r.d.SetMethod(ctx, r.debtor(), plans.Paying{Instrument: r.mandate("pm_1")}))
		o := r.waitingOrder()
		o.ToldOn, o.CollectOn = o.DueOn, collection.On(o.DueOn.AddDays(14))
		r.write(func(t *store.Tx) error { return orders.Save(t, o) })
		r.until(o.CollectOn)
		r.count(debt.PlanInstalmentMissed, 0)
		r.until(o.CollectOn.AddDays(2))
		r.count(debt.PlanInstalmentMissed, 1)
		r.clean()
	})
}

func TestNoOrderOutlivesThePlanOrItsMandate(t *testing.T) {
	each(t, func(r *room) {
		k := r.agreed(100_00)
		id := r.mandate("pm_1")
		r.must(r.d.SetMethod(ctx, r.debtor(), plans.Paying{Instrument: id}))
		r.write(func(t *store.Tx) error {
			i, err := rails.LoadInstrument(&t.Reader, id)
			if err != nil {
				return err
			}
			i.State = rail.Dead
			if _, err = rails.SaveInstrument(t, i); err != nil {
				return err
			}
			f, err := t.LockOne(r.caseID)
			if err != nil {
				return err
			}
			return t.Book(store.Booking{File: f, Events: []debt.Event{r.event(f.Case, debt.MandateRevoked)}})
		})
		r.run()
		if v := r.view(); v.Plan.Method != debt.MethodTransfer || r.waitingOrder().ID != "" || len(v.Instruments) != 0 {
			r.Errorf("%+v", v.Plan)
		}
		r.refused(r.d.SetMethod(ctx, r.debtor(), plans.Paying{Instrument: id}), debt.Forbidden, "instrument_unusable")
		r.must(r.d.Cancel(ctx, r.debtor(), k.ID))
		again := r.agreed(200_00)
		r.write(func(t *store.Tx) error {
			i, err := rails.LoadInstrument(&t.Reader, id)
			if err == nil {
				i.State = rail.Usable
				_, err = rails.SaveInstrument(t, i)
			}
			return err
		})
		r.must(r.d.SetMethod(ctx, r.debtor(), plans.Paying{Instrument: id}))
		r.must(r.d.Cancel(ctx, r.debtor(), again.ID))
		if o := r.waitingOrder(); o.ID != "" {
			r.Errorf("%+v", o)
		}
		r.clean()
	})
}

// hold places a hold as a use case of cases does.
func (r *room) hold(kind debt.HoldKind) debt.ID {
	r.Helper()
	h := debt.Hold{ID: store.NewID(), Kind: kind, Reason: "test", Since: r.today(), UntilEvent: debt.CaseReleased}
	r.alterCase(func(c *debt.Case) (debt.Event, error) { return c.PlaceHold(h) })
	return h.ID
}

func (r *room) alterCase(do func(*debt.Case) (debt.Event, error)) {
	r.Helper()
	r.write(func(t *store.Tx) error {
		f, err := t.LockOne(r.caseID)
		if err != nil {
			return err
		}
		if err := t.LoadHolds(&f.Case); err != nil {
			return err
		}
		e, err := do(&f.Case)
		if err != nil {
			return err
		}
		e.ID, e.At, e.Actor = store.NewID(), r.clock.Now(), debt.System
		if err := t.SaveHolds(&f.Case); err != nil {
			return err
		}
		return t.Book(store.Booking{File: f, Events: []debt.Event{e}})
	})
}

func TestAnInsolvencyAndAClosedCaseStopThePlan(t *testing.T) {
	each(t, func(r *room) {
		r.agreed(100_00)
		r.hold(debt.HoldInsolv)
		r.run()
		r.state(debt.PlanCancelled)
		if got := r.events(debt.PlanCancelledEvent)[0].Data["because"]; got != plan.BecauseInsolvent {
			r.Errorf("because %v", got)
		}
		r.caseID = r.another("S")
		r.agreed(100_00)
		r.alterCase(func(c *debt.Case) (debt.Event, error) { return c.Close("withdrawn_by_creditor", r.today()) })
		r.run()
		r.state(debt.PlanCancelled)
		r.clean()
	})
}

func TestNothingIsAskedForWhileAPersonHasToLook(t *testing.T) {
	each(t, func(r *room) {
		k := r.agreed(100_00)
		r.must(r.d.SetMethod(ctx, r.debtor(), plans.Paying{Instrument: r.mandate("pm_1")}))
		hold := r.hold(debt.HoldDataCheck)
		r.run()
		if v := r.view(); !v.Paused || r.waitingOrder().ID != "" {
			r.Errorf("paused: %t", v.Paused)
		}
		r.until(k.Schedule.Instalments[1].DueOn.AddDays(20))
		r.state(debt.PlanActive)
		r.count(debt.PlanInstalmentMissed, 0)
		r.alterCase(func(c *debt.Case) (debt.Event, error) { return c.ReleaseHold(hold, r.today()) })
		r.run()
		r.count(debt.PlanInstalmentMissed, 2)
		r.state(debt.PlanAtRisk)
		r.clean()
	})
}

// objects files an objection to a part of the principal.
func (r *room) objects(disputed objection.Disputed, pause bool) {
	r.Helper()
	o := objections.Objection{ID: store.NewID(), CaseID: r.caseID, Ground: "amount_wrong", Disputed: disputed, PausePlan: pause, FiledBy: "debtor",
		State: debt.ObjectionOpen, FiledAt: r.clock.Now(), DueOn: r.today().AddDays(14), Total: disputed.Total()}
	r.write(func(t *store.Tx) error { return objections.Add(t, o) })
	r.alterCase(func(c *debt.Case) (debt.Event, error) {
		events, err := c.SetObjection(debt.ObjectionOpen, debt.Hold{ID: store.NewID(), Reason: "amount_wrong", Since: r.today(), Until: o.DueOn})
		return events[0], err
	})
	r.run()
}

func (r *room) line() debt.ID {
	r.Helper()
	var id debt.ID
	r.write(func(t *store.Tx) error {
		f, err := t.LockOne(r.caseID)
		if err == nil {
			id = f.Account.Claims[0].ID
		}
		return err
	})
	return id
}

func TestAPlanCoversWhatIsNotDisputed(t *testing.T) {
	each(t, func(r *room) {
		r.objects(objection.Disputed{Lines: []objection.Line{{ID: r.line(), Account: debt.PrincipalAccount, Amount: 600_00}}}, false)
		v := r.view()
		if v.Open < 400_00 || v.Open > 420_00 || len(v.Position.Against) != 0 {
			r.Fatalf("undisputed %s, against %v", v.Open, v.Position.Against)
		}
		k := r.agreed(100_00)
		if k.Deal.Sum != v.Open || k.Schedule.Total() != v.Open {
			r.Errorf("%+v, %s", k.Deal, k.Schedule.Total())
		}
		for _, i := range k.Schedule.Instalments {
			r.until(i.DueOn)
			r.pay(i.Amount, r.today())
			r.run()
		}
		r.state(debt.PlanFulfilled)
		r.alterCase(func(c *debt.Case) (debt.Event, error) {
			events, err := c.SetObjection(debt.ObjectionRejected, debt.Hold{Since: r.today()})
			return events[0], err
		})
		r.propose(20_00, nil) // what was disputed is to be paid after all
		r.agreed(100_00)
		r.count(debt.PlanAgreed, 2)
		r.clean()
		r.caseID = r.another("S")
		r.objects(objection.Disputed{Whole: true}, false)
		_, err := r.d.Prepare(ctx, r.debtor(), r.wish(100_00))
		r.refused(err, debt.Forbidden, "plan_forbidden")
	})
}

func TestAPlanRestsWithAnObjectionWhenTheDebtorWishes(t *testing.T) {
	each(t, func(r *room) {
		k := r.agreed(100_00)
		r.objects(objection.Disputed{Whole: true}, true)
		r.until(k.Schedule.Instalments[1].DueOn.AddDays(10))
		r.state(debt.PlanActive)
		r.count(debt.PlanInstalmentDue, 0)
		if v := r.view(); !v.Paused {
			r.Error("it does not rest")
		}
		r.alterCase(func(c *debt.Case) (debt.Event, error) {
			events, err := c.SetObjection(debt.ObjectionRejected, debt.Hold{Since: r.today()})
			return events[0], err
		})
		r.run()
		r.state(debt.PlanAtRisk) // with a notice and its time
		r.clean()
	})
}
