package directdebit_test

import (
	"testing"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/debttest"
	"quitt/debt/mandate"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/payments/directdebit"
)

func TestAMandateKeepsTheNoticeItAgreedOn(t *testing.T) {
	each(t, func(w *bench) {
		w.notice(14)
		m := w.given(mandate.Recurring, 0)
		w.notice(2)
		soon := w.agree(m.ID, 1, "2026-11-30", 50_00)
		w.on("2026-11-23")
		o := w.order(collection.Purpose(soon.ID, 1, 1))
		if m.Notice != 14 || o.Notice != 14 || o.ToldOn != w.today() || o.CollectOn != debt.MustDate("2026-12-07") {
			w.t.Errorf("told too late its day moves: %d %+v", m.Notice, o)
		}
		if files := w.collect("2026-12-04"); len(files) != 0 {
			w.t.Errorf("%d files before its day", len(files))
		}
		told := w.events(debt.PlanInstalmentDue)
		if len(told) != 1 || told[0].Data["collect_on"] != "2026-12-07" {
			w.t.Errorf("%+v", told)
		}
		if later := w.order(collection.Purpose(soon.ID, 1, 1)); later.State != collection.Waiting {
			w.t.Errorf("%+v", later)
		}
		if files := w.collect("2026-12-07"); len(files) != 1 || w.lines(files[0])[0].CollectOn != debt.MustDate("2026-12-07") {
			w.t.Errorf("%d files", len(files))
		}
	})
}

func TestANoticeIsAgreedWithinBounds(t *testing.T) {
	each(t, func(w *bench) {
		for _, days := range []int{-1, 0, 1, 31} {
			err := w.desk.SetAccount(ctx, w.creditor, ours, mandate.Account{Identifier: "DE98ZZZ09999999999", Holder: "X", CutOff: 1, Notice: days})
			debttest.WantKey(w.t, err, debt.Invalid, "mandate_notice")
		}
		w.notice(30)
		m := w.given(mandate.OneOff, 300_00) // whoever confirms it reads its day
		if o := w.order(collection.Once(m.ID)); o.CollectOn != debt.MustDate("2026-12-22") || o.ToldOn != w.today() {
			w.t.Errorf("%+v", o)
		}
	})
}

func sheet() directdebit.Sheet {
	return directdebit.Sheet{Reference: "PRAXIS-17/2026", SignedOn: debt.MustDate("2026-11-02"), Holder: "Mara Muster", IBAN: "DE02 1203 0000 0000 2020 51", Notice: 5}
}

func TestASheetOfTheCreditorsOwnIsTakenDown(t *testing.T) {
	each(t, func(w *bench) {
		clerk := w.who
		clerk.By = debt.Actor{Kind: "creditor"}
		for key, change := range map[string]func(s *directdebit.Sheet){
			"mandate_reference_wrong": func(s *directdebit.Sheet) { s.Reference = "Müller//1" },
			"mandate_holder":          func(s *directdebit.Sheet) { s.Holder = " " },
			"mandate_iban":            func(s *directdebit.Sheet) { s.IBAN = "DE02120300000000202052" },
			"mandate_iban_own":        func(s *directdebit.Sheet) { s.IBAN = ours },
			"mandate_notice":          func(s *directdebit.Sheet) { s.Notice = 0 },
			"mandate_lapsed":          func(s *directdebit.Sheet) { s.SignedOn = debt.MustDate("2023-11-21") },
			"date_invalid":            func(s *directdebit.Sheet) { s.SignedOn = w.today().AddDays(1) },
		} {
			s := sheet()
			change(&s)
			_, err := w.desk.TakeDown(ctx, clerk, s)
			debttest.WantKey(w.t, err, debt.Invalid, key)
		}
		m, err := w.desk.TakeDown(ctx, clerk, sheet())
		w.must(err)
		if kept := w.mandate(m.ID); kept.State != mandate.Active || kept.How != mandate.ByPaper || kept.SignedOn != debt.MustDate("2026-11-02") || kept.Notice != 5 ||
			kept.IBAN != theirs || w.instrument(m.ID).State != rail.Usable {
			w.t.Errorf("%+v", kept)
		}
		if told := w.events(debt.MandateCreated); len(told) != 1 || told[0].Actor.Kind != "creditor" {
			w.t.Errorf("%+v", told)
		}
		_, err = w.desk.TakeDown(ctx, clerk, sheet())
		debttest.WantKey(w.t, err, debt.Conflict, "mandate_taken")
		w.agree(m.ID, 1, "2026-12-07", 50_00)
		w.on("2026-12-01")
		files := w.collect("2026-12-07")
		if len(files) != 1 {
			w.t.Fatalf("%d files", len(files))
		}
		w.valid(files[0].Content)
		w.must(w.desk.Revoke(ctx, clerk, m.ID))
		if w.mandate(m.ID).State != mandate.Revoked {
			w.t.Errorf("%+v", w.mandate(m.ID))
		}
	})
}

// What the payer himself has refused or taken back: a person asks, and nothing comes of itself.
func TestWhatThePayerRefusedIsAskedAboutAndNotCollectedAgain(t *testing.T) {
	for _, reason := range []string{"MD06", "MS02", "MD01"} {
		for _, late := range []bool{false, true} {
			each(t, func(w *bench) {
				w.agree(w.given(mandate.Recurring, 0).ID, 3, "2026-12-07", 50_00)
				w.on("2026-12-03")
				f := w.collect("2026-12-07")[0]
				l := w.lines(f)[0]
				w.on("2026-12-07")
				if late {
					w.moves(l, rail.Paid, "")
					w.on("2026-12-20")
					for range 2 {
						w.moves(l, rail.Withdrawn, reason)
					}
				} else {
					for range 2 {
						w.hears(f, l, "RJCT", reason)
					}
				}
				asked := 0
				for _, k := range w.tasks() {
					if k.Kind != booking.TaskObjected {
						continue
					}
					if asked++; k.Reason != reason || k.Amount != 50_00 || k.CaseID != w.caseID {
						w.t.Errorf("%+v", k)
					}
				}
				if asked != 1 {
					w.t.Errorf("%s, late %v: asked %d times", reason, late, asked)
				}
				w.on("2027-03-31")
				if again := w.collect("2027-04-30"); len(again) != 0 || len(w.attempts()) != 1 {
					w.t.Errorf("%s, late %v: collected again", reason, late)
				}
				told, backs, err := w.desk.Returned(ctx, w.creditor, f.Run.Message)
				w.must(err)
				if told.Back != 1 || told.BackSum != 50_00 || len(backs) != 1 || backs[0].Reason != reason || backs[0].Amount != 50_00 {
					w.t.Errorf("%+v %+v", told, backs)
				}
				list, err := w.desk.Told(ctx, w.creditor, 9)
				w.must(err)
				if len(list) != 1 || list[0].Back != 1 {
					w.t.Errorf("%+v", list)
				}
			})
		}
	}
}

func TestADebitInNoFileIsLateFromItsDayOn(t *testing.T) {
	each(t, func(w *bench) {
		w.agree(w.given(mandate.Recurring, 0).ID, 1, "2026-12-07", 50_00)
		late := func() int64 {
			found, err := w.desk.Late(ctx, w.creditor)
			w.must(err)
			if found.N > 0 && found.Since != debt.MustDate("2026-12-07") {
				w.t.Errorf("since %s", found.Since)
			}
			return found.N
		}
		w.on("2026-12-06")
		if n := late(); n != 0 {
			w.t.Errorf("%d before its day", n)
		}
		w.on("2026-12-09")
		if n := late(); n != 1 {
			w.t.Errorf("%d after its day", n)
		}
		w.collect("2026-12-31")
		if n := late(); n != 0 {
			w.t.Errorf("%d in a file", n)
		}
	})
}
