package transfer_test

import (
	"slices"
	"sync"
	"testing"

	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/matching"
	"quitt/debt/plan"
	"quitt/payments"
	"quitt/payments/transfer"
	"quitt/store"
	"quitt/store/plans"
	"quitt/store/statements"
	"quitt/store/storetest"
)

func choice(l statements.Line) transfer.Choice {
	return transfer.Choice{Line: l.ID, Version: l.Version}
}

// nobodys loads money that names no case.
func (w *world) nobodys(amount debt.Cents, from statement.Party, text string) statements.Line {
	w.Helper()
	w.load(daily("2026-11-16", "1", 0, entry("2026-11-16", amount, from, text)))
	list := w.lines(statements.Suspended)
	if len(list) != 1 {
		w.Fatalf("%+v", list)
	}
	return list[0]
}

func TestAPersonBooksASplitAndOfTwoTheSecondIsTold(t *testing.T) {
	each(t, 3, func(t *testing.T, w *world) {
		l := w.nobodys(70_00, erika, "zwei Sachen")
		clerk := debt.Actor{Kind: "creditor", ID: store.NewID()}
		d := w.desk
		d.By = clerk
		part := func(i int, c debt.Cents) matching.Part { return matching.Part{CaseID: w.cases[i], Amount: c} }
		w.refused(d.Book(ctx, w.creditor, choice(l), part(0, 70_01)), debt.Invalid, "shares_differ")
		w.refused(d.Book(ctx, w.creditor, choice(l), part(0, 35_00), part(0, 35_00)), debt.Invalid, "bank_parts_twice")
		w.refused(d.Book(ctx, w.creditor, choice(l), part(0, -1_00), part(1, 71_00)), debt.Invalid, "payment_not_positive")
		w.must(d.Book(ctx, w.creditor, choice(l), part(0, 30_00), part(2, 40_00)))
		w.refused(d.Book(ctx, w.creditor, choice(l), part(1, 70_00)), debt.Conflict, "bank_line_changed")
		if !slices.Equal(w.payments(0), []string{"30.00-0.00 succeeded 2026-11-16"}) || !slices.Equal(w.payments(2), []string{"40.00-0.00 succeeded 2026-11-16"}) || len(w.payments(1)) != 0 {
			t.Errorf("%v %v %v", w.payments(0), w.payments(1), w.payments(2))
		}
		w.read(func(r *store.Reader) error {
			events, err := r.Events(w.cases[2])
			if i := slices.IndexFunc(events, func(e debt.Event) bool { return e.Type == debt.PaymentSucceededEvent }); i < 0 || events[i].Actor != clerk {
				t.Errorf("%+v", events)
			}
			return err
		})
		item, err := w.desk.Show(ctx, w.creditor, l.ID)
		if w.must(err); len(item.Parts) != 2 || item.State != statements.Paid || w.tasks()["unplaced_money"] != 0 {
			t.Errorf("%+v %v", item, w.tasks())
		}
		now := item.Line
		w.refused(d.Book(ctx, w.creditor, choice(now), part(1, 70_00)), debt.Forbidden, "bank_line_over")
	})
}

func TestTwoPersonsAtOnceBookOnce(t *testing.T) {
	each(t, 2, func(t *testing.T, w *world) {
		l := w.nobodys(70_00, erika, "?")
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			wg.Go(func() {
				errs[i] = w.desk.Book(ctx, w.creditor, choice(l), matching.Part{CaseID: w.cases[i], Amount: 70_00})
			})
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || len(w.payments(0))+len(w.payments(1)) != 1 {
			t.Errorf("%v; %v %v", errs, w.payments(0), w.payments(1))
		}
	})
}

func TestMoneyIsNotOursOrGoesBack(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		l := w.nobodys(70_00, erika, "Miete")
		w.must(w.desk.NotOurs(ctx, w.creditor, choice(l)))
		w.refused(w.desk.GiveBack(ctx, w.creditor, choice(l)), debt.Conflict, "bank_line_changed")
		if w.tasks()["unplaced_money"] != 0 || len(w.lines(statements.NotOurs)) != 1 {
			t.Errorf("%v", w.tasks())
		}
		w.must(w.desk.Reopen(ctx, w.creditor, choice(w.lines(statements.NotOurs)[0])))
		if w.tasks()["unplaced_money"] != 1 {
			t.Errorf("%v", w.tasks())
		}
		w.must(w.desk.GiveBack(ctx, w.creditor, choice(w.lines(statements.Suspended)[0])))
		gone := entry("2026-11-18", -70_00, erika, "Rueckzahlung")
		gone.Details[0].EndToEnd = transfer.OrderOf(l.ID)
		w.load(daily("2026-11-18", "2", 70_00, gone))
		if len(w.lines(statements.GiveBack)) != 0 || w.holds(debt.ClearingAccount) != 0 || w.holds(debt.InTransitAccount) != 0 {
			t.Errorf("clearing %s, in transit %s", w.holds(debt.ClearingAccount), w.holds(debt.InTransitAccount))
		}
	})
}

func TestMoneyOfNoAccountCannotGoBack(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		l := w.nobodys(70_00, statement.Party{Name: "Bar eingezahlt"}, "?")
		w.refused(w.desk.GiveBack(ctx, w.creditor, choice(l)), debt.Forbidden, "bank_payer_unknown")
	})
}

// Who paid once and was placed by a person is known the next time, with name and sum.
func TestAnAccountIsRememberedForItsCase(t *testing.T) {
	each(t, 2, func(t *testing.T, w *world) {
		l := w.nobodys(70_00, erika, "die Rechnung")
		item, err := w.desk.Show(ctx, w.creditor, l.ID)
		w.must(err)
		if item.Payer != "DE02 … 2051" || len(item.Suggestions) != 1 || item.Suggestions[0].CaseID != w.cases[0] || item.Suggestions[0].Score >= matching.Sure {
			t.Fatalf("%+v", item.Suggestions)
		}
		w.must(w.desk.Book(ctx, w.creditor, choice(l), matching.Part{CaseID: w.cases[0], Amount: 70_00}))
		var open debt.Cents
		w.read(func(r *store.Reader) error {
			f, err := r.LoadFile(w.cases[0])
			open = f.Balance().Principal
			return err
		})
		if r := w.load(daily("2026-11-17", "2", 70_00, entry("2026-11-17", open, erika, "der Rest"))); r.Work.Booked != 1 {
			t.Errorf("%+v", r)
		}
	})
}

// Whoever places movements of all accounts alike need not know of statements.
func TestWhatWasPlacedByItsMovementIsNotAskedForAgain(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		l := w.nobodys(70_00, erika, "?")
		rail := payments.Open(payments.Rail{Desk: payments.Desk{Store: w.s, Now: storetest.Clock}})
		_, err := rail.Place(ctx, payments.PlaceOrder{CreditorID: w.creditor, CaseID: w.cases[0], Move: l.MoveID, Method: debt.MethodTransfer})
		w.must(err)
		w.refused(w.desk.Book(ctx, w.creditor, choice(l), matching.Part{CaseID: w.cases[0], Amount: 70_00}), debt.Conflict, "move_not_suspended")
		_, err = w.desk.Work(ctx, w.creditor)
		w.must(err)
		if got := w.lines(statements.Paid); len(got) != 1 || got[0].CaseID != w.cases[0] || got[0].PaymentID == "" || len(w.lines(statements.Suspended)) != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// A standing order brings the instalments of a plan without a word.
func TestInstalmentsFromAnAccountThatIsKnownAreBooked(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		first := daily("2026-11-16", "1", 0, entry("2026-11-16", 25_00, erika, w.rf(0)))
		second := daily("2026-11-17", "2", first.closing(), entry("2026-11-17", 25_00, erika, "Dauerauftrag"))
		third := daily("2026-11-18", "3", second.closing(), entry("2026-11-18", 25_00, erika, "Dauerauftrag"))
		if w.load(first, second); len(w.payments(0)) != 1 {
			t.Errorf("without a plan: %v", w.payments(0))
		}
		w.write(func(tx *store.Tx) error {
			k := plans.Kept{Plan: plan.Plan{ID: store.NewID(), CaseID: w.cases[0], State: debt.PlanActive}, Method: debt.MethodTransfer, MadeBy: "debtor", MadeAt: storetest.Now}
			k.Schedule.Instalments = []plan.Instalment{{No: 1, DueOn: debt.MustDate("2026-11-15"), Amount: 25_00}}
			return plans.Add(tx, k)
		})
		if w.load(third); len(w.payments(0)) != 2 {
			t.Errorf("of a plan: %v", w.payments(0))
		}
	})
}

func TestASlipOnlySuggests(t *testing.T) {
	each(t, 3, func(t *testing.T, w *world) {
		ref := w.refs[2]                             // F-7310075
		wrong := ref[:len(ref)-2] + ref[len(ref)-1:] // a digit left out
		l := w.nobodys(70_00, statement.Party{Name: "Jana Krueger"}, "Az "+wrong)
		item, err := w.desk.Show(ctx, w.creditor, l.ID)
		w.must(err)
		if len(item.Suggestions) == 0 || item.Suggestions[0].CaseID != w.cases[2] || !slices.Contains(item.Suggestions[0].Reasons, matching.Reason(matching.ByTypo)) {
			t.Errorf("%+v", item.Suggestions)
		}
	})
}
