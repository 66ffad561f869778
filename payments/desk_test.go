package payments_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/payments"
	"quitt/store"
	"quitt/store/storetest"
)

var ctx = context.Background()

// office is a desk with a creditor and cases.
type office struct {
	t        testing.TB
	desk     payments.Desk
	creditor debt.ID
	cases    []debt.ID
}

func open(t testing.TB, s *store.Store, n int) office {
	t.Helper()
	return openAt(t, s, "koeln", n)
}

func openAt(t testing.TB, s *store.Store, code string, n int) office {
	t.Helper()
	c := storetest.Creditor(t, s, code)
	o := office{t, payments.Desk{Store: s, Now: storetest.Clock}, c.ID, make([]debt.ID, n)}
	for i := range o.cases {
		o.cases[i] = o.add("R"+strconv.Itoa(i), debt.ReviewAccepted)
	}
	return o
}

func (o office) add(reference string, review debt.Review) debt.ID {
	o.t.Helper()
	f := storetest.File(o.creditor, reference)
	f.File.Case.Review = review
	err := o.desk.Store.Write(ctx, o.creditor, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
	if err != nil {
		o.t.Fatal(err)
	}
	return f.File.Case.ID
}

// money is a bank transfer for a case.
func (o office) money(i int, key string, amount debt.Cents, on string) debt.Payment {
	return debt.Payment{CaseID: o.cases[i], Method: debt.MethodTransfer, Source: "bank", ExternalID: key,
		Amount: amount, ReceivedOn: debt.MustDate(on)}
}

func (o office) book(p debt.Payment) payments.Receipt {
	o.t.Helper()
	r, err := o.desk.Book(ctx, o.creditor, p)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

func (o office) refused(what string, err error, kind debt.Kind, key string) {
	o.t.Helper()
	if !errors.Is(err, debt.E(kind, key, nil)) {
		o.t.Errorf("%s: %v, want %s", what, err, key)
	}
}

func (o office) reverse(paid, key string) (payments.Receipt, error) {
	return o.desk.Reverse(ctx, o.creditor, payments.Reversal{Payment: debt.Key{Source: "bank", ExternalID: paid},
		Key: debt.Key{Source: "bank", ExternalID: key}, Reason: "AC04"})
}

// verified counts the payments of a ledger without a broken rule.
func verified(t interface {
	Errorf(string, ...any)
	Fatal(...any)
}, s *store.Store) int {
	tally, err := s.Verify(ctx, func(f store.Finding) bool {
		t.Errorf("verify: %+v", f)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return tally.Payments
}

// each runs a test on both engines and verifies afterwards.
func each(t *testing.T, test func(o office)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		test(open(t, s, 3))
		verified(t, s)
	})
}

func TestTheSameKeyBooksOnce(t *testing.T) {
	each(t, func(o office) {
		p := o.money(0, "P", 100_00, "2026-06-01")
		first := o.book(p)
		if first.Repeated || first.Rerun || len(first.Allocations) == 0 || first.Payment.Status != debt.PaymentSucceeded {
			o.t.Errorf("first: %+v", first)
		}
		again := o.book(p)
		want := first
		want.Repeated = true
		if diff := cmp.Diff(want, again, cmp.Comparer(func(a, b debt.Date) bool { return a == b })); diff != "" {
			o.t.Errorf("the second receipt differs:\n%s", diff)
		}
		for what, change := range map[string]func(p *debt.Payment){
			"amount": func(p *debt.Payment) { p.Amount++ },
			"day":    func(p *debt.Payment) { p.ReceivedOn = p.ReceivedOn.AddDays(1) },
			"case":   func(p *debt.Payment) { p.CaseID = o.cases[1] },
			"method": func(p *debt.Payment) { p.Method = debt.MethodCard },
			"target": func(p *debt.Payment) { p.Designation = []debt.Target{{Account: debt.PrincipalAccount}} },
		} {
			other := p
			change(&other)
			_, err := o.desk.Book(ctx, o.creditor, other)
			o.refused(what, err, debt.Conflict, "payment_key_taken")
		}
		if n := verified(o.t, o.desk.Store); n != 1 {
			o.t.Errorf("%d payments", n)
		}
	})
}

func TestWhatCannotBeBookedIsRefused(t *testing.T) {
	each(t, func(o office) {
		rejected := o.money(0, "R", 1_00, "2026-06-01")
		rejected.CaseID = o.add("no", debt.ReviewRejected)
		unknown := o.money(0, "U", 1_00, "2026-06-01")
		unknown.CaseID = store.NewID()
		garbled := o.money(0, "G\xff", 1_00, "2026-06-01")
		for what, c := range map[string]struct {
			list []debt.Payment
			kind debt.Kind
			key  string
		}{
			"rejected case":  {[]debt.Payment{o.money(0, "A", 1_00, "2026-06-01"), rejected}, debt.Forbidden, "case_rejected"},
			"unknown case":   {[]debt.Payment{unknown}, debt.NotFound, "case_unknown"},
			"same case":      {[]debt.Payment{o.money(0, "A", 1_00, "2026-06-01"), o.money(0, "B", 1_00, "2026-06-01")}, debt.Invalid, "batch_same_case"},
			"same key":       {[]debt.Payment{o.money(0, "A", 1_00, "2026-06-01"), o.money(1, "A", 1_00, "2026-06-01")}, debt.Conflict, "payment_key_taken"},
			"too many":       {make([]debt.Payment, payments.MaxBatch+1), debt.Invalid, "batch_too_large"},
			"no amount":      {[]debt.Payment{o.money(0, "A", 0, "2026-06-01")}, debt.Invalid, "payment_not_positive"},
			"before claim":   {[]debt.Payment{o.money(0, "A", 1, "2025-06-01")}, debt.Invalid, "payment_before_claim"},
			"broken letters": {[]debt.Payment{garbled}, debt.Invalid, "text_invalid"},
		} {
			_, err := o.desk.BookAll(ctx, o.creditor, c.list)
			o.refused(what, err, c.kind, c.key)
		}
		if n := verified(o.t, o.desk.Store); n != 0 {
			o.t.Errorf("%d payments", n)
		}
	})
}

func TestARepeatedItemDoesNotHoldTheOthersUp(t *testing.T) {
	each(t, func(o office) {
		list := []debt.Payment{o.money(0, "A", 10_00, "2026-06-01"), o.money(1, "B", 20_00, "2026-06-02"), o.money(2, "C", 30_00, "2026-06-03")}
		o.book(list[1])
		for round := range 2 {
			receipts, err := o.desk.BookAll(ctx, o.creditor, list)
			if err != nil || len(receipts) != 3 {
				o.t.Fatal(len(receipts), err)
			}
			for i, r := range receipts {
				if r.Repeated != (i == 1 || round == 1) || r.Payment.ExternalID != list[i].ExternalID || r.Payment.Amount != list[i].Amount {
					o.t.Errorf("round %d, receipt %d: %+v", round, i, r)
				}
			}
		}
		// One whose key is taken by another payment: nothing of the batch is booked.
		taken := []debt.Payment{o.money(0, "D", 1_00, "2026-07-01"), o.money(1, "A", 1_00, "2026-07-01"), o.money(2, "E", 1_00, "2026-07-01")}
		_, err := o.desk.BookAll(ctx, o.creditor, taken)
		o.refused("a taken key in the middle", err, debt.Conflict, "payment_key_taken")
		if n := verified(o.t, o.desk.Store); n != 3 {
			o.t.Errorf("%d payments", n)
		}
	})
}

func TestABackDatedPaymentRunsTheLaterOnesAgain(t *testing.T) {
	each(t, func(o office) {
		o.book(o.money(0, "late", 500_00, "2026-09-01"))
		o.book(o.money(1, "early", 200_00, "2026-06-01"))
		r := o.book(o.money(0, "early0", 200_00, "2026-06-01"))
		straight := o.book(o.money(1, "late1", 500_00, "2026-09-01"))
		if !r.Rerun || straight.Rerun {
			o.t.Errorf("rerun %v and %v", r.Rerun, straight.Rerun)
		}
		if r.Balance != straight.Balance {
			o.t.Errorf("back-dated %+v, in order %+v", r.Balance, straight.Balance)
		}
	})
}

func TestAReversalIsTakenOnce(t *testing.T) {
	each(t, func(o office) {
		o.book(o.money(0, "P", 100_00, "2026-06-01"))
		o.book(o.money(0, "Q", 100_00, "2026-07-01"))
		o.book(o.money(1, "O", 100_00, "2026-06-01"))
		r, err := o.reverse("P", "back")
		if err != nil || r.Repeated || !r.Rerun || r.Payment.Status != debt.PaymentReversed {
			o.t.Errorf("reversing: %+v, %v", r, err)
		}
		if again, err := o.reverse("P", "back"); err != nil || !again.Repeated || again.Balance != r.Balance {
			o.t.Errorf("again: %+v, %v", again, err)
		}
		_, err = o.reverse("P", "another")
		o.refused("another key", err, debt.Forbidden, "payment_transition")
		_, err = o.reverse("O", "back")
		o.refused("the key of another reversal", err, debt.Conflict, "payment_key_taken")
		_, err = o.reverse("O", "")
		o.refused("no key", err, debt.Invalid, "payment_key_missing")
		_, err = o.reverse("nothing", "x")
		o.refused("an unknown payment", err, debt.NotFound, "payment_unknown")
		if again := o.book(o.money(0, "P", 100_00, "2026-06-01")); !again.Repeated || again.Payment.Status != debt.PaymentReversed || len(again.Allocations) > 0 {
			o.t.Errorf("the reversed payment's key: %+v", again)
		}
		if r, err := o.reverse("Q", "back too"); err != nil || r.Balance.Principal != 1000_00 || r.Balance.Interest != 0 {
			o.t.Errorf("after both came back: %+v, %v", r, err)
		}
	})
}

// Money is never refused because the Bundesbank has not spoken yet.
func TestMoneyBeyondTheAnnouncedBaseRateIsBooked(t *testing.T) {
	each(t, func(o office) {
		beyond := debt.LastBaseRateDay().AddDays(40)
		o.desk.Now = func() time.Time { return beyond.Time() }
		for i, on := range []debt.Date{beyond, beyond.AddDays(3), beyond.AddDays(-1)} {
			p := o.money(0, strconv.Itoa(i), 100_00, "2026-06-01")
			p.ReceivedOn = on
			o.book(p)
		}
		if _, err := o.reverse("0", "back"); err != nil {
			o.t.Error(err)
		}
		if n := verified(o.t, o.desk.Store); n != 3 {
			o.t.Errorf("%d payments", n)
		}
	})
}

func TestTheBooksStayRightWhateverHappens(t *testing.T) {
	var s *store.Store
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		if round%5 == 0 { // Verify reads every creditor of a file: a new one now and then
			s = storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
		}
		round++
		c := storetest.Creditor(t, s, "c"+strconv.Itoa(round))
		o := office{t: t, desk: payments.Desk{Store: s, Now: storetest.Clock}, creditor: c.ID}
		for i := range 3 {
			o.cases = append(o.cases, o.add("R"+strconv.Itoa(i), debt.ReviewAccepted))
		}
		var keys []string
		for n := range rapid.IntRange(1, 5).Draw(r, "steps") {
			if len(keys) > 0 && rapid.IntRange(0, 3).Draw(r, "what") == 0 {
				key := rapid.SampledFrom(keys).Draw(r, "payment")
				if _, err := o.reverse(key, "back "+key); err != nil {
					r.Fatal(err)
				}
			} else {
				p := o.money(rapid.IntRange(0, 2).Draw(r, "case"), strconv.Itoa(n),
					debt.Cents(rapid.SampledFrom([]int{1, 99, 33_33, 400_00, 2000_00}).Draw(r, "amount")), "2026-04-01")
				p.ReceivedOn = p.ReceivedOn.AddDays(rapid.IntRange(0, 200).Draw(r, "day"))
				if _, err := o.desk.Book(ctx, o.creditor, p); err != nil {
					r.Fatal(err)
				}
				keys = append(keys, p.ExternalID)
			}
			verified(r, s)
		}
	})
}

func TestTwoWithTheSameKeyAtOnceGetTheSameReceipt(t *testing.T) {
	each(t, func(o office) {
		for round := range 5 {
			var group sync.WaitGroup
			receipts, errs := [3]payments.Receipt{}, [3]error{}
			for i := range receipts {
				group.Go(func() {
					receipts[i], errs[i] = o.desk.Book(ctx, o.creditor, o.money(0, strconv.Itoa(round), 1_00, "2026-06-01"))
				})
			}
			group.Wait()
			fresh := 0
			for i, r := range receipts {
				if errs[i] != nil || r.Payment.ID != receipts[0].Payment.ID {
					o.t.Errorf("%+v, %v", r, errs[i])
				}
				if !r.Repeated {
					fresh++
				}
			}
			if fresh != 1 {
				o.t.Errorf("booked %d times", fresh)
			}
		}
	})
}

// The reason goes out with the event: words, which could name somebody, do not.
func TestAReversalTakesNoWordsForAReason(t *testing.T) {
	for _, reason := range []string{"", "Frau Meier irrte", "Müller"} {
		_, err := payments.Desk{}.Reverse(ctx, "", payments.Reversal{Reason: reason})
		if !errors.Is(err, debt.E(debt.Invalid, "reversal_reason", nil)) {
			t.Errorf("%q: %v", reason, err)
		}
	}
}
