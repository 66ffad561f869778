package directdebit_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/mandate"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/payments/directdebit"
	"quitt/store"
	"quitt/store/mandates"
	"quitt/store/orders"
	"quitt/store/storetest"
)

// world is a bench whose story is drawn, with what really happened at the bank beside it.
type world struct {
	*bench

	rt   *rapid.T
	came map[string]debt.Cents // by end-to-end id
	back map[string]bool
	said map[string]bool // refused
	paid debt.Cents      // by transfer
}

// Whatever the order of files, cancellations, credits, returns and reports, each heard once or
// twice: the books say what happened at the bank, no instalment has two debits that live, and
// never more is under way than is open.
func TestNothingIsCollectedTwiceInAnyStory(t *testing.T) {
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
		w := &world{bench: open(t, s, fmt.Sprintf("c%d", n)), rt: rt, came: map[string]debt.Cents{}, back: map[string]bool{}, said: map[string]bool{}}
		w.notice(rapid.SampledFrom([]int{2, 5, 14, 30}).Draw(rt, "notice"))
		w.agree(w.given(mandate.Recurring, 0).ID, 4, "2026-12-07", 250_00)
		w.notice(2) // what is agreed later shortens no mandate
		steps := []func(){w.days, w.days, w.file, w.file, w.credit, w.credit, w.returned, w.refusal, w.cancel, w.transfers}
		for range rapid.IntRange(5, 30).Draw(rt, "steps") {
			steps[rapid.IntRange(0, len(steps)-1).Draw(rt, "step")]()
			w.holds()
		}
		w.verified()
	})
}

func (w *world) days() {
	for range rapid.IntRange(1, 12).Draw(w.rt, "days") {
		w.clock.Set(w.today().AddDays(1).Time().Add(8 * time.Hour))
		w.run()
	}
}

func (w *world) file() {
	until := w.today().AddDays(rapid.IntRange(0, 40).Draw(w.rt, "until"))
	first, err := w.desk.Collect(ctx, w.creditor, until)
	w.must(err)
	again, err := w.desk.Collect(ctx, w.creditor, until)
	w.must(err)
	for i, f := range first {
		if string(again[i].Content) != string(f.Content) {
			w.rt.Fatal("written again it is another file")
		}
	}
}

// debits are all lines of runs that were not taken back.
func (w *world) debits() (list []mandates.Debit) {
	w.read(func(r *store.Reader) error {
		runs, err := mandates.Runs(r, 100)
		for _, run := range runs {
			if run.State != mandates.Closed {
				continue
			}
			some, err := mandates.Debits(r, run.ID)
			if err != nil {
				return err
			}
			list = append(list, some...)
		}
		return err
	})
	slices.SortFunc(list, func(a, b mandates.Debit) int { return strings.Compare(a.EndToEnd, b.EndToEnd) })
	return list
}

// drawn is a debit whose day has come and that the bank did not refuse.
func (w *world) drawn(fits func(l mandates.Debit) bool) (l mandates.Debit, ok bool) {
	list := slices.DeleteFunc(w.debits(), func(l mandates.Debit) bool { return l.CollectOn.After(w.today()) || w.said[l.EndToEnd] || !fits(l) })
	if len(list) == 0 {
		return l, false
	}
	return rapid.SampledFrom(list).Draw(w.rt, "debit"), true
}

func (w *world) credit() {
	l, ok := w.drawn(func(l mandates.Debit) bool { return !w.back[l.EndToEnd] })
	if !ok {
		return
	}
	w.came[l.EndToEnd] = l.Amount
	for range rapid.IntRange(1, 2).Draw(w.rt, "heard") {
		w.moves(l, rail.Paid, "")
	}
}

func (w *world) returned() {
	l, ok := w.drawn(func(mandates.Debit) bool { return true })
	if !ok {
		return
	}
	m := directdebit.Moved{Account: w.account, Kind: rail.Withdrawn, Amount: l.Amount, On: w.today(), Reason: w.code3()}
	for range rapid.IntRange(1, 2).Draw(w.rt, "heard") {
		_, err := w.desk.Book(ctx, w.creditor, l.EndToEnd, m)
		if w.came[l.EndToEnd] == 0 {
			if !errors.Is(err, booking.ErrEarly) {
				w.rt.Fatalf("a return before its credit: %v", err)
			}
			continue
		}
		w.must(err)
		w.back[l.EndToEnd] = true
	}
	w.run()
}

func (w *world) code3() string {
	return rapid.SampledFrom([]string{"AM04", "AM04", "MS03", "MS03", "AC04", "MD06"}).Draw(w.rt, "code")
}

func (w *world) refusal() {
	list := slices.DeleteFunc(w.debits(), func(l mandates.Debit) bool { return w.came[l.EndToEnd] > 0 })
	if len(list) == 0 {
		return
	}
	l := rapid.SampledFrom(list).Draw(w.rt, "debit")
	var f directdebit.File
	w.read(func(r *store.Reader) error {
		runs, err := mandates.Runs(r, 100)
		for _, run := range runs {
			if run.ID == l.RunID {
				f.Run = run
			}
		}
		return err
	})
	w.said[l.EndToEnd] = true
	for range rapid.IntRange(1, 2).Draw(w.rt, "heard") {
		w.hears(f, l, "RJCT", w.code3())
	}
}

func (w *world) cancel() {
	runs, err := w.desk.Runs(ctx, w.creditor)
	w.must(err)
	if len(runs) == 0 {
		return
	}
	err = w.desk.Cancel(ctx, w.creditor, rapid.SampledFrom(runs).Draw(w.rt, "run").Message)
	if err != nil && debt.KindOf(err) != debt.Conflict {
		w.rt.Fatal(err)
	}
	w.run()
}

func (w *world) transfers() {
	amount := debt.Cents(rapid.IntRange(1, 120_00).Draw(w.rt, "cents"))
	w.transfer(amount)
	w.paid += amount
}

// holds is the reference: what came less what went back, and one live debit for an instalment.
func (w *world) holds() {
	sum := w.paid
	for id, amount := range w.came {
		if !w.back[id] {
			sum += amount
		}
	}
	b := w.balance()
	if b.Total() != max(1000_00-sum, 0) || b.Overpaid != max(sum-1000_00, 0) {
		w.rt.Fatalf("%s open and %s over, %s came", b.Total(), b.Overpaid, sum)
	}
	live, flying := map[int]bool{}, debt.Cents(0)
	var list []collection.Order
	w.read(func(r *store.Reader) (err error) {
		list, err = orders.OfCase(r, w.caseID)
		return err
	})
	for _, a := range w.attempts() {
		if a.Status != debt.PaymentInFlight && a.Status != debt.PaymentSucceeded {
			continue
		}
		if a.Status == debt.PaymentInFlight {
			flying += a.Amount
		}
		for _, o := range list {
			if o.AttemptID == a.ID && (o.ToldOn.IsZero() || o.ToldOn.DaysUntil(o.CollectOn) < o.Notice) {
				w.rt.Fatalf("told %s, collected %s, %d days agreed", o.ToldOn, o.CollectOn, o.Notice)
			}
			i, is := o.Instalment()
			if !is || o.AttemptID != a.ID {
				continue
			}
			if live[i.No] {
				w.rt.Fatalf("instalment %d has two debits", i.No)
			}
			live[i.No] = true
		}
	}
	if before := 1000_00 - sum + w.paid; flying > max(before, 0) {
		w.rt.Fatalf("%s are under way of %s", flying, before)
	}
}
