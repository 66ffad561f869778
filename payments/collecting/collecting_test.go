package collecting_test

import (
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/collecting"
	"quitt/store"
	"quitt/store/orders"
	"quitt/store/plans"
	"quitt/store/rails"
)

func TestAnInstalmentIsToldFiveDaysBeforeAndCollectedOnItsDay(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(3, "2026-12-05", 50_00) // a Saturday
		w.on("2026-12-01")
		if n := len(w.events(debt.PlanInstalmentDue)); n != 0 {
			w.t.Errorf("%d announcements six days before", n)
		}
		w.on("2026-12-06")
		told := w.events(debt.PlanInstalmentDue)
		if len(told) != 1 || told[0].Data["collect_on"] != "2026-12-07" || told[0].Data["due"] != "2026-12-05" {
			w.t.Errorf("%+v", told)
		}
		w.charges(0)
		w.on("2026-12-07")
		w.charges(1)
		o := w.order(1, 1)
		w.wants(o, collection.Charged, "")
		w.deliver(w.till.Settle(o.AttemptID))
		w.on("2026-12-30")
		w.wants(w.order(1, 1), collection.Charged, "")
		w.wants(w.order(2, 1), collection.Waiting, "")
		w.charges(1)
	})
}

func TestNobodyIsChargedBeforeTheNoticeHasRun(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(1, "2026-11-22", 50_00) // today, a Sunday
		w.run()
		o := w.order(1, 1)
		if o.ToldOn != w.today() || o.CollectOn != debt.MustDate("2026-11-24") {
			w.t.Errorf("told %s, collected %s", o.ToldOn, o.CollectOn)
		}
		w.on("2026-11-23")
		w.charges(0)
		w.on("2026-11-24")
		w.charges(1)
	})
}

func TestTwoSchedulersChargeOnce(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(1, "2026-12-07", 50_00)
		w.on("2026-12-06")
		w.clock.Set(debt.MustDate("2026-12-07").Time().Add(8 * time.Hour))
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				desk := collecting.New(w.rail) // of another process
				for range 3 {
					if _, err := desk.Work(ctx, w.creditor); err != nil {
						w.t.Error(err)
					}
					w.write(func(tx *store.Tx) error { // whose lease is over
						o, err := orders.Load(&tx.Reader, w.order(1, 1).ID)
						if err == nil && o.Open() {
							o.LookAt = w.clock.Now()
							err = orders.Save(tx, o)
						}
						return err
					})
				}
			})
		}
		all.Wait()
		w.charges(1)
		w.wants(w.order(1, 1), collection.Charged, "")
	})
}

func TestAnEmptyAccountIsTriedOnceMoreAWeekLaterAndTold(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(1, "2026-12-07", 50_00)
		w.on("2026-12-09")
		w.bounce(w.order(1, 1), "insufficient_funds")
		w.wants(w.order(1, 1), collection.Failed, "insufficient_funds")
		next := w.order(1, 2)
		if next.State != collection.Waiting || next.CollectOn != debt.MustDate("2026-12-16") || next.ToldOn != debt.MustDate("2026-12-09") {
			w.t.Errorf("%+v", next)
		}
		if n := len(w.events(debt.PlanInstalmentDue)); n != 2 {
			w.t.Errorf("%d announcements", n)
		}
		w.on("2026-12-17")
		w.charges(2)
		w.bounce(w.order(1, 2), "insufficient_funds")
		w.on("2027-01-10")
		w.wants(w.order(1, 2), collection.Failed, "insufficient_funds")
		w.charges(2)
		if o := w.order(1, 3); o.ID != "" {
			w.t.Error("a third try")
		}
	})
}

// The second instalment's money pays the first one, which failed: the second try of the first
// then pays the second.
func TestALateTryPaysWhatIsDueByThen(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(2, "2026-12-07", 50_00)
		w.on("2027-01-04")
		w.bounce(w.order(1, 1), "insufficient_funds")
		w.on("2027-01-07")
		w.deliver(w.till.Settle(w.order(2, 1).AttemptID))
		w.on("2027-01-20")
		w.wants(w.order(1, 2), collection.Charged, "")
		if got := w.amount(w.order(1, 2)); got != 50_00 {
			w.t.Errorf("%s", got)
		}
		w.charges(3)
	})
}

func TestWhatHidesADeathIsNotTriedAgain(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(1, "2026-12-07", 50_00)
		w.on("2026-12-09")
		w.bounce(w.order(1, 1), "MS03")
		w.on("2027-01-10")
		w.wants(w.order(1, 1), collection.Failed, "MS03")
		w.charges(1)
		if n := len(w.events(debt.PaymentFailedEvent)); n != 1 {
			w.t.Errorf("the debtor hears of it %d times", n)
		}
	})
}

func TestALostMandateEndsTheNextOrderWithoutACall(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(3, "2026-12-07", 50_00)
		w.on("2026-12-09")
		w.bounce(w.order(1, 1), "authorization_revoked")
		w.wants(w.order(1, 1), collection.Failed, "authorization_revoked")
		w.on("2027-01-03")
		w.wants(w.order(2, 1), collection.Failed, collection.Unusable) // before it would have been told
		w.on("2027-02-10")
		w.charges(1)
		if n, k := len(w.events(debt.MandateRevoked)), w.tasks(payments.TaskMandate); n != 1 || k != 1 {
			w.t.Errorf("%d events and %d tasks", n, k)
		}
		if n := len(w.events(debt.PlanInstalmentDue)); n != 1 {
			w.t.Errorf("%d announcements", n)
		}
	})
}

// The provider told of it and nobody was charged: only the order can tell the debtor.
func TestAMandateThatIsGoneBeforeTheRunIsTold(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(1, "2026-12-07", 50_00)
		w.on("2026-12-05")
		w.write(func(tx *store.Tx) error {
			i, err := rails.LoadInstrument(&tx.Reader, w.saved)
			if err != nil {
				return err
			}
			i.State = rail.Dead
			_, err = rails.SaveInstrument(tx, i)
			return err
		})
		w.on("2026-12-07")
		w.charges(0)
		w.wants(w.order(1, 1), collection.Failed, collection.Unusable)
		if n, k := len(w.events(debt.MandateRevoked)), w.tasks(payments.TaskMandate); n != 1 || k != 1 {
			w.t.Errorf("%d events and %d tasks", n, k)
		}
	})
}

func TestWhatCameAnotherWayIsNotCollected(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(3, "2026-12-07", 50_00)
		w.on("2026-12-06")
		w.transfer(30_00) // pays a part of the first
		w.on("2026-12-07")
		if o := w.order(1, 1); w.amount(o) != 20_00 {
			w.t.Errorf("%s collected of the first", w.amount(o))
		}
		w.deliver(w.till.Settle(w.order(1, 1).AttemptID))
		w.on("2027-01-06")
		w.transfer(60_00) // pays the second, the rest shortens the plan
		w.on("2027-01-08")
		w.charges(1)
		w.wants(w.order(2, 1), collection.Cancelled, collection.NotOwed)
		w.on("2027-02-06")
		w.transfer(1000_00) // everything
		w.on("2027-02-10")
		w.charges(1)
		w.wants(w.order(3, 1), collection.Cancelled, collection.NotOwed)
	})
}

// amount is what an order's charge took.
func (w *shop) amount(o collection.Order) (amount debt.Cents) {
	w.t.Helper()
	w.read(func(r *store.Reader) error {
		a, err := rails.LoadAttempt(r, o.AttemptID)
		amount = a.Amount
		return err
	})
	return amount
}

func TestWhatIsUnderWayIsWaitedFor(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(2, "2026-12-07", 50_00)
		w.on("2026-12-05")
		wish := payments.Wish{CreditorID: w.creditor, CaseID: w.caseID, Amount: 50_00, Method: debt.MethodDirectDebit}
		a, err := w.rail.Start(ctx, wish)
		w.must(err)
		w.deliver(w.till.Pay(a.ID))
		w.on("2026-12-08")
		w.charges(0)
		w.wants(w.order(1, 1), collection.Waiting, "")
		w.deliver(w.till.Bounce(a.ID, "MS03"))
		w.on("2026-12-09") // it did not come: the order does
		w.charges(1)
		w.wants(w.order(1, 1), collection.Charged, "")
	})
}

func TestAPageTheDebtorHasOpenIsWaitedFor(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(1, "2026-12-07", 50_00)
		w.on("2026-12-06")
		w.clock.Set(debt.MustDate("2026-12-07").Time().Add(8 * time.Hour))
		a, err := w.rail.Start(ctx, payments.Wish{CreditorID: w.creditor, CaseID: w.caseID, Amount: 1000_00, Method: debt.MethodCard})
		w.must(err)
		w.run()
		w.charges(0)
		w.deliver(w.till.Expire(a.ID))
		w.clock.Move(time.Hour)
		w.run()
		w.charges(1)
	})
}

func TestAPlanThatIsOverCollectsNothing(t *testing.T) {
	for what, end := range map[string]func(w *shop){
		"cancelled": func(w *shop) {
			k := w.plan
			k.State = debt.PlanCancelled
			w.write(func(tx *store.Tx) error { return plans.Save(tx, k) })
		},
		"paid by another instrument": func(w *shop) {
			k := w.plan
			k.InstrumentID = w.save("pm_2")
			w.write(func(tx *store.Tx) error { return plans.Save(tx, k) })
		},
	} {
		t.Run(what, func(t *testing.T) {
			each(t, func(w *shop) {
				w.agree(2, "2026-12-07", 50_00)
				w.on("2026-12-05")
				end(w)
				w.on("2027-01-10")
				w.charges(0)
				w.wants(w.order(1, 1), collection.Cancelled, collection.PlanOver)
				w.wants(w.order(2, 1), collection.Cancelled, collection.PlanOver)
			})
		})
	}
}

func TestInsolvencyAndADoubtfulPersonStopADebit(t *testing.T) {
	hold := func(w *shop, kind debt.HoldKind) {
		w.write(func(tx *store.Tx) error {
			f, err := tx.LockOne(w.caseID)
			if err != nil {
				return err
			}
			e, err := f.Case.PlaceHold(debt.Hold{ID: store.NewID(), Kind: kind, Reason: "test", Since: w.today(), UntilEvent: debt.CaseUpdated})
			if err != nil {
				return err
			}
			e.ID, e.At, e.Actor = store.NewID(), w.clock.Now(), debt.System
			if err := tx.SaveHolds(&f.Case); err != nil {
				return err
			}
			return tx.Book(store.Booking{File: f, Events: []debt.Event{e}})
		})
	}
	each(t, func(w *shop) {
		w.agree(1, "2026-12-07", 50_00)
		w.on("2026-12-05")
		hold(w, debt.HoldDataCheck)
		w.on("2026-12-10")
		w.charges(0)
		w.wants(w.order(1, 1), collection.Waiting, "")
		hold(w, debt.HoldInsolv)
		w.on("2026-12-11")
		w.charges(0)
		if o := w.order(1, 1); o.State == collection.Charged {
			w.t.Error("a debit in insolvency")
		}
	})
}

func TestAReturnWeeksLaterEndsTheMandateAndCollectsNothingAgain(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(2, "2026-12-07", 50_00)
		w.on("2026-12-14")
		o := w.order(1, 1)
		w.deliver(w.till.Settle(o.AttemptID))
		w.on("2026-12-31")
		w.deliver(w.till.Back(o.AttemptID, rail.Withdrawn, 50_00))
		w.on("2027-02-01")
		w.wants(w.order(1, 1), collection.Failed, collection.Returned)
		w.wants(w.order(2, 1), collection.Failed, collection.Unusable)
		w.charges(1)
		if n := len(w.events(debt.MandateRevoked)); n != 1 {
			w.t.Errorf("%d events", n)
		}
	})
}

func TestASilentProviderIsAskedUnderTheSameKey(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(1, "2026-12-07", 50_00)
		w.on("2026-12-06")
		silent := true
		w.till.Answer = func(verb string, _ debt.ID) (error, bool) { //nolint:revive // the error is the answer
			if verb == "charge" && silent {
				silent = false
				return payments.ErrOutcome, true
			}
			return nil, true
		}
		w.on("2026-12-07")
		w.wants(w.order(1, 1), collection.Calling, "")
		w.clock.Move(2 * time.Minute)
		w.look()
		w.run()
		w.wants(w.order(1, 1), collection.Charged, "")
		w.charges(1) // it was found, not asked for again
	})
}

func TestABusyProviderIsAskedAgain(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(1, "2026-12-07", 50_00)
		w.on("2026-12-06")
		busy := 3
		w.till.Answer = func(verb string, _ debt.ID) (error, bool) { //nolint:revive // the error is the answer
			if verb == "charge" && busy > 0 {
				busy--
				return payments.ErrBusy, false
			}
			return nil, true
		}
		w.on("2026-12-07")
		w.wants(w.order(1, 1), collection.Waiting, "")
		for range 4 {
			w.clock.Move(20 * time.Minute)
			w.run()
		}
		o := w.order(1, 1)
		w.wants(o, collection.Charged, "")
		if o.Calls != 4 {
			w.t.Errorf("%d calls", o.Calls)
		}
		if n := w.flying(); n != 1 {
			w.t.Errorf("%d debits under way", n)
		}
	})
}

// flying counts the case's debits under way.
func (w *shop) flying() (n int) {
	w.t.Helper()
	w.read(func(r *store.Reader) error {
		list, err := rails.AttemptsOf(r, w.caseID)
		for _, a := range list {
			if a.Status == debt.PaymentInFlight {
				n++
			}
		}
		return err
	})
	return n
}

func TestAProviderThatDoesNotWantTheOrderEndsIt(t *testing.T) {
	each(t, func(w *shop) {
		w.agree(1, "2026-12-07", 50_00)
		w.on("2026-12-06")
		w.till.Answer = func(verb string, _ debt.ID) (error, bool) { //nolint:revive // the error is the answer
			if verb == "charge" {
				return payments.Refused("amount_too_small"), false
			}
			return nil, true
		}
		w.on("2026-12-20")
		w.wants(w.order(1, 1), collection.Failed, "amount_too_small")
		w.charges(1)
	})
}
