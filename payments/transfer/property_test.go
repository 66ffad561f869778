package transfer_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/bank/statement"
	"quitt/debt"
	"quitt/store"
	"quitt/store/storetest"
)

// month draws statement days with what happens to them: equal payments, batches with their parts
// elsewhere, charges, money of nobody, and debits that come back days later.
func (w *world) month(t *rapid.T) []sheet {
	var days, others []sheet
	var debits []string
	opening := debt.Cents(0)
	rf := func(name string) int { return rapid.IntRange(0, len(w.cases)-1).Draw(t, name) }
	for n := range rapid.IntRange(2, 4).Draw(t, "days") {
		on := fmt.Sprintf("2026-11-%02d", 2+n)
		var list []statement.Entry
		for i := range rapid.IntRange(0, 5).Draw(t, "entries") {
			amount := debt.Cents(rapid.IntRange(1, 30).Draw(t, "amount")) * 10_00
			switch rapid.SampledFrom([]string{"rf", "twice", "nobody", "charge", "debit", "return", "batch", "out"}).Draw(t, "kind") {
			case "rf":
				list = append(list, entry(on, amount, erika, w.rf(rf("case"))))
			case "twice":
				e := entry(on, amount, erika, w.rf(rf("case")))
				list = append(list, e, e)
			case "nobody":
				list = append(list, entry(on, amount, statement.Party{Name: "Wer weiß"}, "danke"))
			case "charge":
				e := entry(on, -4_90, statement.Party{}, strconv.Itoa(i))
				e.Code = statement.Code{GVC: "808"}
				list = append(list, e)
			case "debit":
				order := fmt.Sprintf("E2E-%d-%d", n, i)
				debits = append(debits, order+" "+strconv.Itoa(int(amount)))
				list = append(list, debit(on, amount, order, w.rf(rf("case"))))
			case "return":
				if len(debits) == 0 {
					continue
				}
				var order string
				var cents int
				_, err := fmt.Sscan(debits[0], &order, &cents)
				w.must(err)
				debits = debits[1:]
				list = append(list, returned(on, debt.Cents(cents), 3_00, order))
			case "batch":
				e := statement.Entry{Status: statement.Done, Amount: euro(2 * amount), BookedOn: statement.Date(on), ValueOn: statement.Date(on),
					Ref: fmt.Sprintf("B%d-%d", n, i), Batch: &statement.Batch{Count: 2}}
				list = append(list, e)
				e.Details = []statement.Transaction{{Amount: euro(amount), Remittance: []string{w.rf(rf("case"))}}, {Amount: euro(amount), Remittance: []string{w.rf(rf("case"))}}}
				others = append(others, sheet{Head: statement.Head{Kind: statement.Detail, ID: e.Ref, IBAN: ourIBAN, Currency: "EUR"}, Entries: []statement.Entry{e}})
			case "out":
				list = append(list, entry(on, -amount, statement.Party{Name: "Vermieter"}, "Miete "+strconv.Itoa(i)))
			}
		}
		day := daily(on, strconv.Itoa(n+1), opening, list...)
		opening = day.closing()
		days = append(days, day)
		preview := day
		preview.Head.Kind, preview.Head.ID = statement.Intraday, "P"+strconv.Itoa(n)
		others = append(others, preview)
	}
	week := daily("2026-11-30", "", 0)
	week.Head.From, week.Head.ID, week.Foot.Closing = "2026-11-01", "all", days[len(days)-1].Foot.Closing
	for _, d := range days {
		week.Entries = append(week.Entries, d.Entries...)
	}
	return slices.Concat(days, others, []sheet{week})
}

// Whatever order the files come in, and however often, the books are the same, and they agree
// with the bank.
func TestTheOrderOfFilesDoesNotMatter(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	n := 0
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		var want string
		var plan []sheet
		for round := range 2 {
			n++
			w := open(outer, s, "c"+strconv.Itoa(n), 4)
			if round == 0 {
				plan = w.month(t)
			}
			files := slices.Clone(plan)
			if round == 1 {
				files = rapid.Permutation(slices.Concat(plan, plan[:1])).Draw(t, "order")
			}
			for _, f := range files {
				w.load(f)
			}
			got := w.state()
			if want == "" {
				want = got
			}
			if got != want {
				t.Fatalf("in order:\n%s\n\nshuffled:\n%s", want, got)
			}
		}
	})
}

// A process that dies anywhere leaves nothing that the next does not finish, and nothing twice.
func TestAnImportThatDiesIsFinishedByTheNext(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	one := func(w *world) []sheet {
		a := daily("2026-11-02", "1", 0, debit("2026-11-02", 50_00, "E", w.rf(0)), entry("2026-11-02", 20_00, erika, w.rf(1)), entry("2026-11-02", 5_00, erika, "?"))
		b := daily("2026-11-03", "2", a.closing(), returned("2026-11-03", 50_00, 3_00, "E"), entry("2026-11-03", 20_00, erika, w.rf(1)))
		return []sheet{a, b}
	}
	whole := open(t, s, "whole", 2)
	whole.load(one(whole)...)
	want := whole.state()
	died := 0
	for at := int64(1); ; at++ {
		w := open(t, s, "died"+strconv.FormatInt(at, 10), 2)
		if !w.dies(at, one(w)) {
			break
		}
		died++
		if r := w.load(one(w)...); r.Known && r.Work.All() == 0 && len(w.payments(0)) == 0 {
			t.Errorf("died at %d: %+v", at, r)
		}
		w.load(one(w)...)
		if got := w.state(); got != want {
			t.Fatalf("died at %d:\n%s\n\nwant\n%s", at, got, want)
		}
	}
	if died < 10 {
		t.Errorf("it died only %d times", died)
	}
	whole.verified()
}

// dies imports with a process that dies when it looks at the clock for the so-and-so-many-th
// time, which it does in every transaction: nothing of what is under way is kept from then on, in
// whatever goroutine. False if it lived.
func (w *world) dies(at int64, list []sheet) bool {
	during, die := context.WithCancel(ctx)
	defer die()
	d := w.desk
	var looks atomic.Int64
	d.Now = func() time.Time {
		if looks.Add(1) == at {
			die()
		}
		return storetest.Now
	}
	_, err := d.Import(during, w.creditor, w.of(list...))
	if during.Err() != nil {
		return true
	}
	w.must(err)
	return false
}
