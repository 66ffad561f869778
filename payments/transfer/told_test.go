package transfer_test

import (
	"fmt"
	"slices"
	"testing"

	"quitt/bank/statement"
	"quitt/debt"
	"quitt/store/statements"
)

// otherwise tells a statement as MT940 does: under another name, without structured references,
// the text cut elsewhere.
func otherwise(s sheet) sheet {
	s.Head.ID, s.Head.Sequence = "MT "+s.Head.ID, ""
	s.Entries = slices.Clone(s.Entries)
	for i := range s.Entries {
		e := &s.Entries[i]
		e.Ref = "MT" + e.Ref
		e.Details = slices.Clone(e.Details)
		for j := range e.Details {
			d := &e.Details[j]
			d.Payer = statement.Party{Name: d.Payer.Name, IBAN: d.Payer.IBAN}
			d.Remittance = append([]string{"SVWZ"}, d.Remittance...)
		}
	}
	return s
}

// period is one statement over the days of several.
func period(name string, days ...sheet) sheet {
	last := days[len(days)-1]
	s := sheet{last.Head, nil, statement.Foot{Opening: days[0].Foot.Opening, Closing: last.Foot.Closing, Previous: true}}
	s.Head.ID, s.Head.Sequence, s.Head.From = name, "", days[0].Head.From
	for _, d := range days {
		s.Entries = append(s.Entries, d.Entries...)
	}
	return s
}

// The days of one statement may be told by another once more, in other words: nobody's payment is
// booked a second time for it, and what is new is booked.
func TestDaysToldInOtherWordsAreBookedOnce(t *testing.T) {
	each(t, 3, func(t *testing.T, w *world) {
		one := daily("2026-11-16", "1", 0, entry("2026-11-16", 10_00, erika, w.rf(0)), entry("2026-11-16", 10_00, erika, w.rf(0)))
		two := daily("2026-11-17", "2", one.closing(), entry("2026-11-17", 20_00, erika, w.rf(1)))
		three := daily("2026-11-18", "3", two.closing(), entry("2026-11-18", 30_00, erika, w.rf(2)))
		w.load(one)
		w.load(two)
		r := w.load(otherwise(period("week", one, two, three)))
		if r.Work.Booked != 1 || r.Statements[0].State != statements.Booked || r.Statements[0].Fresh != 1 || r.Statements[0].Known != 3 {
			t.Errorf("%+v", r)
		}
		w.load(three)
		if got := len(w.payments(0)) + len(w.payments(1)) + len(w.payments(2)); got != 4 || w.holds(debt.ClearingAccount) != three.closing() {
			t.Errorf("%d payments, clearing %s, the bank has %s", got, w.holds(debt.ClearingAccount), three.closing())
		}
		if got := w.tasks(); len(got) != 0 {
			t.Errorf("%v", got)
		}
	})
}

// Where the days do not tell the same money, nothing of the later statement is booked: a person
// asks the bank.
func TestADayToldDifferentlyIsPutAside(t *testing.T) {
	each(t, 3, func(t *testing.T, w *world) {
		one := daily("2026-11-16", "1", 0, entry("2026-11-16", 10_00, erika, w.rf(0)), entry("2026-11-16", 20_00, erika, w.rf(1)))
		two := daily("2026-11-17", "2", one.closing(), entry("2026-11-17", 5_00, erika, w.rf(2)))
		w.load(one)
		more := one
		more.Entries = append(slices.Clone(one.Entries), entry("2026-11-16", 1_00, erika, "mehr"))
		closing := euro(one.closing() + 1_00)
		more.Foot.Closing = &closing
		for name, s := range map[string]sheet{"other money": otherwise(more), "a longer one": otherwise(period("both", more, daily("2026-11-17", "2", one.closing()+1_00)))} {
			r := w.load(s)
			if got := r.Statements[0]; got.State != statements.Quarantine || got.Reason != "told_differently" || r.Work.All() != 0 {
				t.Errorf("%s: %+v", name, r)
			}
		}
		sheets := otherwise(one)
		first, second := sheets, sheets
		first.Entries, second.Entries = sheets.Entries[:1], sheets.Entries[1:]
		half := euro(10_00)
		first.Foot.Closing, first.Foot.Interim = &half, true
		second.Foot.Opening, second.Foot.Previous, second.Head.ID = &half, false, "MT second"
		for _, s := range []sheet{first, second} {
			if r := w.load(s); r.Statements[0].State != statements.Quarantine || r.Work.All() != 0 {
				t.Errorf("a sheet of it: %+v", r)
			}
		}
		if w.tasks()["statement_quarantined"] != 4 {
			t.Errorf("%v", w.tasks())
		}
		// A day that was told up to noon goes on in the same words, and the next day is new.
		whole := period("whole", one, two)
		whole.Entries = append(slices.Clone(whole.Entries), entry("2026-11-16", 7_00, erika, "?"))
		end := euro(two.closing() + 7_00)
		whole.Foot.Closing = &end
		if r := w.load(whole); r.Statements[0].Known != 2 || r.Statements[0].Fresh != 2 || w.holds(debt.ClearingAccount) != debt.Cents(end.Cents) {
			t.Errorf("%+v", r)
		}
	})
}

// MT940 tells a busy day on several sheets, or in several statements, and says of none on which
// day it begins: whatever order they come in, they are no other words for one another.
func TestPartsOfADayToldApartAreNoOtherWords(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		amounts := []debt.Cents{10_00, 20_00, -20_00, 5_00}
		for day, sequence := range map[string]string{"2026-11-16": "7/%d", "2026-11-17": "10%d"} {
			for _, order := range [][]int{{0, 1, 2, 3}, {3, 0, 2, 1}, {2, 3, 1, 0}} {
				var parts []sheet
				at := debt.Cents(0)
				for i, amount := range amounts {
					if sequence == "10%d" {
						amount = max(amount, 1_00) // without sheets an account that comes back to a balance is told by its order alone
					}
					e := entry(day, amount, erika, w.rf(0))
					if amount < 0 {
						e = entry(day, amount, statement.Party{Name: "Vermieter"}, "Miete")
					}
					s := daily(day, fmt.Sprintf(sequence, i+1), at, e)
					s.Head.From, s.Foot.OpeningOn = "", "2026-11-15"
					s.Foot.Previous = i == 0 || sequence == "10%d"
					parts, at = append(parts, s), s.closing()
				}
				x := open(t, w.s, fmt.Sprint(day, order), 1)
				for _, i := range order {
					parts[i].Entries[0].Details[0].Remittance[0] = x.rf(0)
					if r := x.load(parts[i]); r.Statements[0].State != statements.Booked || r.Statements[0].Fresh != 1 {
						t.Errorf("%s %v, %d: %+v", day, order, i, r.Statements)
					}
				}
			}
		}
	})
}
