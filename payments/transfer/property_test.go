package transfer_test

import (
	"cmp"
	"context"
	"flag"
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	cmpdiff "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/store"
	"quitt/store/statements"
	"quitt/store/storetest"
)

// Stories of the order of files: a few in every test run, more in a proof (make proof).
const (
	envProof    = "QUITT_PROOF"
	fewSQLite   = 20
	fewPostgres = 4
)

// stories says how many are told on an engine: 300 and 50 with PROOF=200.
func stories(t *testing.T, s *store.Store) int {
	t.Helper()
	sqlite := s.Engine() == "sqlite"
	n, err := strconv.Atoi(cmp.Or(os.Getenv(envProof), "0"))
	switch {
	case err != nil:
		t.Fatal(err)
	case n > 0 && sqlite:
		return max(1, n*3/2)
	case n > 0:
		return max(1, n/4)
	case sqlite:
		return fewSQLite
	}
	return fewPostgres
}

// Whatever order the files come in, however often, in however many words, the books are the same:
// statements, previews and notices of the same money, days told once more under other names, in
// longer statements and in another format, returns weeks later, and money that is sent back.
func TestTheOrderOfStatementFilesDoesNotMatter(t *testing.T) {
	storetest.Each(t, func(outer *testing.T, s *store.Store) {
		n, most := 0, stories(outer, s)
		if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
			if err := f.Value.Set(strconv.Itoa(max(most, 1))); err != nil {
				outer.Fatal(err)
			}
			defer func() { _ = f.Value.Set(f.DefValue) }()
		}
		rapid.Check(outer, func(t *rapid.T) {
			n++
			plain := open(outer, s, "a"+strconv.Itoa(n), 4)
			m := plain.drawMonth(t)
			plain.all(m.files())
			plain.all([][]sheet{{plain.sendBack(m)}})
			mixed := open(outer, s, "b"+strconv.Itoa(n), 4)
			first := slices.Concat(m.files(), m.more(t))
			mixed.all(rapid.Permutation(first).Draw(t, "order"))
			last := mixed.sendBack(m)
			behind := [][]sheet{{last}, {last, m.days[0]}, {period("month", append(slices.Clone(m.days), last)...)}}
			mixed.all(rapid.Permutation(slices.Concat(behind, first)).Draw(t, "order behind"))
			if want, got := plain.books(), mixed.books(); got != want {
				t.Fatalf("in order:\n%s\n\nshuffled:\n%s\n\n%s", want, got, cmpdiff.Diff(want, got))
			}
			if got := mixed.holds(debt.ClearingAccount) - mixed.notBooked(); got != last.closing() {
				t.Fatalf("the books have %s, the bank %s", got, last.closing())
			}
		})
		outer.Logf("%d stories on %s", n, s.Engine())
		if _, err := s.Verify(ctx, func(f store.Finding) bool { outer.Errorf("verify: %+v", f); return true }); err != nil {
			outer.Fatal(err)
		}
	})
}

// all imports files one after the other.
func (w *world) all(files [][]sheet) {
	w.Helper()
	for _, f := range files {
		w.load(f...)
	}
}

// notBooked is what stands in statements and is not in the books: money out that is nobody's of
// ours, less what it took away.
func (w *world) notBooked() (sum debt.Cents) {
	w.Helper()
	for _, l := range w.lines(statements.Listed) {
		sum -= l.Amount
	}
	return sum
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
