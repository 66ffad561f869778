package transfer_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/matching"
	"quitt/payments/transfer/seen"
	"quitt/store/statements"
	"quitt/store/storetest"
)

func TestMoneyUnderAReferenceIsBookedAtOnceOnItsValueDay(t *testing.T) {
	each(t, 3, func(t *testing.T, w *world) {
		r := w.load(daily("2026-11-18", "1", 0,
			entry("2026-11-18", 100_00, erika, w.rf(0)),
			entry("2026-11-18", 50_00, statement.Party{Name: "Jemand anders"}, "bitte zuordnen "+strings.ToLower(w.rf(1)[:6]), w.rf(1)[6:]+" danke"),
			entry("2026-11-18", 25_00, erika, "Guten Tag, fuer Katzenfutter")))
		if r.Work.Booked != 2 || r.Work.Suspended != 1 || len(r.Statements) != 1 || r.Statements[0].State != statements.Booked || r.Statements[0].Fresh != 3 {
			t.Fatalf("%+v", r)
		}
		if got := w.payments(0); !slices.Equal(got, []string{"100.00-0.00 succeeded 2026-11-18"}) {
			t.Errorf("%v", got)
		}
		if got := w.payments(1); !slices.Equal(got, []string{"50.00-0.00 succeeded 2026-11-18"}) {
			t.Errorf("%v", got)
		}
		if got := w.tasks(); got["unplaced_money"] != 1 || len(got) != 1 {
			t.Errorf("%v", got)
		}
	})
}

func TestTheSameFileStatementOrPaymentAgainChangesNothing(t *testing.T) {
	each(t, 2, func(t *testing.T, w *world) {
		monday := daily("2026-11-16", "1", 0, entry("2026-11-16", 10_00, erika, w.rf(0)), entry("2026-11-16", 10_00, erika, w.rf(0)))
		tuesday := daily("2026-11-17", "2", monday.closing(), entry("2026-11-17", 20_00, erika, w.rf(0)))
		first := w.load(monday, tuesday)
		if first.Work.Booked != 3 { // two equal payments of one day are two
			t.Fatalf("%+v", first)
		}
		if again := w.load(monday, tuesday); !again.Known || again.Work.All() != 0 {
			t.Errorf("the same file: %+v", again)
		}
		if again := w.load(tuesday, monday); again.Known || again.Work.All() != 0 || again.Statements[0].State != statements.Known {
			t.Errorf("the same statements in another file: %+v", again)
		}
		// A statement of both days has the same lines under another name.
		both := daily("2026-11-17", "9", 0, slices.Concat(monday.Entries, tuesday.Entries)...)
		both.Head.From = "2026-11-16"
		if again := w.load(both); again.Work.All() != 0 || again.Statements[0].Known != 3 || again.Statements[0].Fresh != 0 {
			t.Errorf("an overlapping statement: %+v", again)
		}
		if got := w.payments(0); len(got) != 3 {
			t.Errorf("%v", got)
		}
	})
}

// A day on two sheets may hold the same payment twice: the second sheet goes on counting.
func TestFurtherSheetsOfADayAreNoOverlap(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		one := daily("2026-11-16", "1/1", 0, entry("2026-11-16", 10_00, erika, w.rf(0)))
		one.Foot.Interim = true
		two := daily("2026-11-16", "1/2", one.closing(), entry("2026-11-16", 10_00, erika, w.rf(0)))
		two.Foot.Previous = false
		if r := w.load(one, two); r.Work.Booked != 2 {
			t.Errorf("%+v", r)
		}
		if r := w.load(two, one); r.Work.All() != 0 {
			t.Errorf("once more: %+v", r)
		}
	})
}

func TestNothingIsBookedOfAStatementThatDoesNotAddUp(t *testing.T) {
	each(t, 2, func(t *testing.T, w *world) {
		good := daily("2026-11-16", "1", 0, entry("2026-11-16", 10_00, erika, w.rf(0)))
		for name, spoil := range map[string]func(s *sheet){
			"sum_differs":     func(s *sheet) { s.Foot.Closing.Cents += 7 },
			"details_differ":  func(s *sheet) { s.Entries[0].Details[0].Amount.Cents -= 7 },
			"balance_missing": func(s *sheet) { s.Foot.Opening = nil },
			"day_invalid":     func(s *sheet) { s.Entries[0].BookedOn, s.Entries[0].ValueOn = "2026-02-30", "2026-02-30" },
			"currencies_mixed": func(s *sheet) {
				s.Entries[0].Amount.Currency = "CHF"
			},
		} {
			bad := daily("2026-11-17", "2", good.closing(), entry("2026-11-17", 20_00, erika, w.rf(1)))
			bad.Head.ID = name
			spoil(&bad)
			r := w.load(bad, good) // the other statement of the file goes on
			got := r.Statements[slices.IndexFunc(r.Statements, func(h statements.Head) bool { return h.Name == name })]
			if got.State != statements.Quarantine || got.Reason != name || (name == "sum_differs" || name == "details_differ") && got.Difference != 7 {
				t.Errorf("%s: %+v", name, got)
			}
		}
		if len(w.payments(1)) != 0 || len(w.payments(0)) != 1 {
			t.Errorf("%v %v", w.payments(0), w.payments(1))
		}
		list, err := w.seen().Quarantined(ctx, w.creditor, 10)
		if w.must(err); len(list) != 5 || w.tasks()["statement_quarantined"] != 5 {
			t.Errorf("%d, %v", len(list), w.tasks())
		}
		// The same file again is read again, in case that it is read better now.
		last := daily("2026-11-19", "4", 0)
		last.Foot.Closing.Cents = 1
		for range 2 {
			if r := w.load(last); r.Known || r.Statements[0].State != statements.Quarantine || len(r.Statements) != 1 || w.tasks()["statement_quarantined"] != 6 {
				t.Errorf("%+v %v", r, w.tasks())
			}
		}
		w.must(w.seen().Dismiss(ctx, w.creditor, w.load(last).Statements[0].ID, seen.Checked))
		if w.tasks()["statement_quarantined"] != 5 {
			t.Errorf("%v", w.tasks())
		}
		if r := w.load(daily("2026-11-17", "2", good.closing(), entry("2026-11-17", 20_00, erika, w.rf(1)))); r.Work.Booked != 1 {
			t.Errorf("the corrected one: %+v", r)
		}
	})
}

func TestAMissingStatementIsAnAlarmUntilItComes(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		one := daily("2026-11-16", "1", 0, entry("2026-11-16", 10_00, erika, w.rf(0)))
		two := daily("2026-11-17", "2", one.closing(), entry("2026-11-17", 20_00, erika, w.rf(0)))
		three := daily("2026-11-18", "3", two.closing(), entry("2026-11-18", 30_00, erika, w.rf(0)))
		w.load(one)
		if w.load(three); w.tasks()["statement_gap"] != 1 {
			t.Errorf("%v", w.tasks())
		}
		if w.load(two); w.tasks()["statement_gap"] != 0 {
			t.Errorf("%v", w.tasks())
		}
		// An account that is emptied each evening opens with the same balance every day.
		swept := daily("2026-11-20", "5", three.closing(), entry("2026-11-20", 5_00, erika, w.rf(0)))
		if w.load(swept); w.tasks()["statement_gap"] != 1 {
			t.Errorf("by its number: %v", w.tasks())
		}
	})
}

func TestAFileOfAnotherAccountIsRefused(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		other := daily("2026-11-16", "1", 0, entry("2026-11-16", 10_00, erika, w.rf(0)))
		other.Head.IBAN = "DE02120300000000202051"
		r, err := w.desk.Import(ctx, w.creditor, named(file(other)))
		w.refused(err, debt.NotFound, "bank_account_unknown")
		if r.File.State != statements.Refused || r.File.Reason != "bank_account_unknown" || len(w.payments(0)) != 0 {
			t.Errorf("%+v", r)
		}
		old := daily("2026-11-16", "1", 0, entry("2026-11-16", 10_00, erika, w.rf(0)))
		old.Head.IBAN, old.Head.Other = "", "37040044/532013000EUR"
		if r := w.load(other, old); r.Elsewhere != 1 || r.Work.Booked != 1 {
			t.Errorf("%+v", r)
		}
		_, err = w.desk.Import(ctx, w.creditor, named([]byte("no statement")))
		w.refused(err, debt.Invalid, "bank_file_unreadable")
		bonn := storetest.Creditor(t, w.s, "bonn").ID
		_, err = w.desk.AddAccount(ctx, bonn, ourIBAN) // client money is never mixed
		w.refused(err, debt.Conflict, "bank_account_taken")
	})
}

func TestAnAccountBelongsToOneCreditor(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		_, err := w.desk.AddAccount(ctx, w.creditor, ourIBAN)
		w.refused(err, debt.Conflict, "bank_account_taken")
		_, err = w.desk.AddAccount(ctx, w.creditor, "DE00370400440532013000")
		w.refused(err, debt.Invalid, "bank_iban_invalid")
		_, err = w.desk.AddAccount(ctx, w.creditor, "DE02120300000000202051")
		w.must(err) // a second one of its own
	})
}

// 053 is money; 054 says what a batch was made of, before or after it; 052 is a preview.
func TestABatchIsBookedByItsPartsAndOnce(t *testing.T) {
	parts := func(w *world) []statement.Transaction {
		return []statement.Transaction{
			{Amount: euro(30_00), Payer: erika, Remittance: []string{w.rf(0)}},
			{Amount: euro(40_00), Payer: erika, Remittance: []string{w.rf(1)}},
		}
	}
	for _, first := range []bool{true, false} {
		each(t, 2, func(t *testing.T, w *world) {
			sum := statement.Entry{Status: statement.Done, Amount: euro(70_00), BookedOn: "2026-11-16", ValueOn: "2026-11-16", Ref: "B1",
				Batch: &statement.Batch{Count: 2}}
			statement053 := daily("2026-11-16", "1", 0, sum)
			detailed := sum
			detailed.Details = parts(w)
			detail := sheet{Head: statement.Head{Kind: statement.Detail, ID: "D1", IBAN: ourIBAN, Currency: "EUR"}, Entries: []statement.Entry{detailed}}
			preview := daily("2026-11-16", "1", 0, detailed)
			preview.Head.Kind, preview.Head.ID = statement.Intraday, "P1"
			if r := w.load(preview); r.Work.All() != 0 || len(w.lines(statements.Previewed)) != 2 {
				t.Fatalf("%+v", r)
			}
			order := []sheet{statement053, detail}
			if !first {
				slices.Reverse(order)
			}
			if r := w.load(order[0]); r.Work.Booked != 0 || len(w.payments(0)) != 0 {
				t.Errorf("%+v", r)
			}
			if r := w.load(order[1]); r.Work.Booked != 2 || r.Work.Resolved != 1 {
				t.Errorf("%+v", r)
			}
			w.load(preview, detail)
			detail.Head.ID = "D1 again"
			w.load(detail)
			if len(w.payments(0)) != 1 || len(w.payments(1)) != 1 || len(w.lines(statements.Previewed)) != 0 {
				t.Errorf("%v %v", w.payments(0), w.payments(1))
			}
		})
	}
}

func TestOtherMoneyIsListedNotBooked(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		pending := entry("2026-11-16", 999_00, erika, w.rf(0))
		pending.Status = statement.Pending
		charge := entry("2026-11-16", -4_90, statement.Party{})
		charge.Code = statement.Code{GVC: "808"}
		r := w.load(daily("2026-11-16", "1", 500_00, charge, pending, entry("2026-11-16", -100_00, statement.Party{Name: "Vermieter"}, "Miete")))
		if r.Work.Fees != 1 || r.Work.Listed != 1 || r.Work.All() != 2 {
			t.Errorf("%+v", r)
		}
		foreign := daily("2026-11-17", "2", 0, entry("2026-11-17", 10_00, erika, w.rf(0)))
		foreign.Head.Currency, foreign.Entries[0].Amount.Currency, foreign.Entries[0].Details[0].Amount.Currency = "CHF", "CHF", "CHF"
		foreign.Foot.Opening.Currency, foreign.Foot.Closing.Currency = "CHF", "CHF"
		if r := w.load(foreign); r.Work.Foreign != 1 || w.tasks()["foreign_money"] != 1 || len(w.payments(0)) != 0 {
			t.Errorf("%+v %v", r, w.tasks())
		}
	})
}

func TestABatchWithoutItsPartsAsksForAPerson(t *testing.T) {
	each(t, 2, func(t *testing.T, w *world) {
		sum := statement.Entry{Status: statement.Done, Amount: euro(70_00), BookedOn: "2026-11-20", ValueOn: "2026-11-20", Ref: "B1", Batch: &statement.Batch{Count: 2}}
		w.load(daily("2026-11-20", "1", 0, sum))
		if w.tasks()["batch_unresolved"] != 0 {
			t.Error("its parts may come still")
		}
		d := later(w.desk, 48*time.Hour)
		_, err := d.Work(ctx, w.creditor)
		if w.must(err); w.tasks()["batch_unresolved"] != 1 {
			t.Errorf("%v", w.tasks())
		}
		l := w.lines(statements.Batched)[0]
		w.must(d.Book(ctx, w.creditor, choice(l), matching.Part{CaseID: w.cases[0], Amount: 30_00}, matching.Part{CaseID: w.cases[1], Amount: 40_00}))
		if len(w.payments(0)) != 1 || len(w.payments(1)) != 1 || w.holds(debt.ClearingAccount) != 70_00 || w.tasks()["batch_unresolved"] != 0 {
			t.Errorf("%v %v %v", w.payments(0), w.payments(1), w.tasks())
		}
	})
}

// Over other blanks than those of print a slip and what stands behind it could be somebody else's
// reference: then a second sign is needed.
func TestAReferenceCountsAloneOnlyAsItIsPrinted(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		rf := w.rf(0)
		stranger := statement.Party{Name: "Jemand anders"}
		r := w.load(daily("2026-11-16", "1", 0, entry("2026-11-16", 10_00, stranger, rf[:4]+" "+rf[4:8]+" "+rf[8:]), entry("2026-11-16", 11_00, stranger, "x"+rf),
			entry("2026-11-16", 12_00, stranger, rf[:6]+" "+rf[6:]), entry("2026-11-16", 13_00, erika, rf[:6]+" "+rf[6:]), entry("2026-11-16", 14_00, stranger, "(", rf, ")")))
		if r.Work.Booked != 3 {
			t.Errorf("%+v %v", r.Work, w.payments(0))
		}
	})
}

func (w *world) seen() seen.Desk { return seen.Desk{Store: w.s, Now: w.desk.Now} }
