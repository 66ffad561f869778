package remit

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/agreed"
	"quitt/debt/debttest"
	"quitt/debt/ledger"
	"quitt/store"
	"quitt/store/remittances"
	"quitt/store/storetest"
)

var (
	ctx   = context.Background()
	today = debt.DateIn(storetest.Now, debt.Berlin)
)

// house is a store with cases of one creditor.
type house struct {
	*testing.T
	s     *store.Store
	c     debt.Creditor
	cases []debt.ID
	desk  Desk
}

func each(t *testing.T, do func(h house)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := house{T: t, s: s, c: storetest.Creditor(t, s, "koeln"), desk: Desk{Store: s, Now: storetest.Clock}}
		for i := range 3 {
			f := storetest.File(h.c.ID, fmt.Sprint(i))
			h.write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
			h.cases = append(h.cases, f.File.Case.ID)
		}
		do(h)
		var found []store.Finding
		if _, err := s.Verify(ctx, func(f store.Finding) bool { found = append(found, f); return true }); err != nil || len(found) > 0 {
			t.Errorf("verify: %v, %v", found, err)
		}
	})
}

func (h house) write(do func(*store.Tx) error) {
	h.Helper()
	if err := h.s.Write(ctx, h.c.ID, do); err != nil {
		h.Fatal(err)
	}
}

// book books what the ledger makes of a case's history.
func (h house) book(of int, p *debt.Payment, e debt.EventType, do func(ledger.History) ([]ledger.Entry, ledger.Account, error)) {
	h.Helper()
	h.write(func(t *store.Tx) error {
		f, err := t.LockOne(h.cases[of])
		if err != nil {
			return err
		}
		past, err := t.LoadHistory(f)
		if err != nil {
			return err
		}
		entries, account, err := do(past)
		if err != nil {
			return err
		}
		f.Account = account
		f.Case.Paid(account.Balance(), len(past.Payments) > 0 && p == nil)
		k := store.Booking{File: f, Entries: entries, Events: []debt.Event{storetest.Event(f.Case, e)}}
		if p != nil {
			k.Payments = []debt.Payment{*p}
			f.Case.Paid(account.Balance(), true)
		}
		return t.Book(k)
	})
}

func (h house) pay(of int, m debt.Method, amount debt.Cents, on debt.Date) debt.Payment {
	h.Helper()
	p := debt.Payment{ID: store.NewID(), CaseID: h.cases[of], Method: m, Status: debt.PaymentSucceeded, Amount: amount, ReceivedOn: on,
		Source: "bank", BookedAt: storetest.Now}
	p.ExternalID = string(p.ID)
	h.book(of, &p, debt.PaymentSucceededEvent, func(past ledger.History) ([]ledger.Entry, ledger.Account, error) {
		return past.Insert(p, storetest.Stamp)
	})
	return p
}

func (h house) takeBack(of int, p debt.Payment) {
	h.Helper()
	h.book(of, nil, debt.PaymentReversedEvent, func(past ledger.History) ([]ledger.Entry, ledger.Account, error) {
		return past.Reverse(p.ID, debt.Key{Source: "bank", ExternalID: "back " + string(p.ID)}, storetest.Stamp)
	})
	p.Status, p.Returned = debt.PaymentReversed, p.Amount
	h.write(func(t *store.Tx) error {
		if _, err := t.LockOne(p.CaseID); err != nil {
			return err
		}
		return t.SavePayment(p)
	})
	h.write(func(t *store.Tx) error {
		f, err := t.LockOne(p.CaseID)
		if err != nil {
			return err
		}
		past, err := t.LoadHistory(f)
		if err != nil {
			return err
		}
		f.Case.Paid(f.Account.Balance(), past.AnyPaid(""))
		return t.Book(store.Booking{File: f, Events: []debt.Event{storetest.Event(f.Case, debt.CaseUpdated)}})
	})
}

func (h house) order(reference string) Order {
	return Order{Source: "bank", UpTo: today, PaidOn: today, Reference: reference, By: debt.Actor{Kind: "operator"}}
}

func (h house) paid(o Order) remittances.Remittance {
	h.Helper()
	m, err := h.desk.Pay(ctx, h.c.ID, o)
	if err != nil {
		h.Fatal(err)
	}
	return m
}

func TestEachEuroIsPaidOutOnce(t *testing.T) {
	each(t, func(h house) {
		first := h.pay(0, debt.MethodTransfer, 100_00, today.AddDays(-9))
		h.pay(1, debt.MethodTransfer, 50_00, today.AddDays(-8))
		h.pay(1, debt.MethodDirect, 70_00, today.AddDays(-8)) // he has it already
		if m := h.paid(h.order("A1")); m.Amount != 150_00 || m.Number != 1 {
			t.Errorf("the first: %+v", m)
		}
		_, err := h.desk.Pay(ctx, h.c.ID, h.order("A2"))
		debttest.WantKey(t, err, debt.Conflict, "report_remit_nothing")
		h.takeBack(0, first)
		_, err = h.desk.Pay(ctx, h.c.ID, h.order("A2"))
		debttest.WantKey(t, err, debt.Conflict, "report_remit_nothing")
		h.pay(2, debt.MethodTransfer, 130_00, today.AddDays(-1))
		m := h.paid(h.order("A2"))
		if m.Amount != 30_00 || m.Number != 2 {
			t.Errorf("the second: %+v", m)
		}
		h.write(func(tx *store.Tx) error {
			got, lines, err := remittances.Load(&tx.Reader, 2)
			if err != nil || got.Amount != 30_00 || len(lines) != 2 || Sum(lines) != 30_00 {
				t.Errorf("loaded %+v, %v, %v", got, lines, err)
			}
			list, err := remittances.List(&tx.Reader, today, today, 10)
			if err != nil || len(list) != 2 || list[0].Reference != "A2" || list[1].Amount != 150_00 {
				t.Errorf("listed %+v, %v", list, err)
			}
			events, err := tx.Events(h.cases[0])
			if last := events[len(events)-1]; err != nil || last.Type != debt.RemittancePaid || fmt.Sprint(last.Data["amount_cents"]) != "-10000" {
				t.Errorf("told %+v, %v", last, err)
			}
			return nil
		})
	})
}

func TestOnlyWhatCameInTime(t *testing.T) {
	each(t, func(h house) {
		h.pay(0, debt.MethodTransfer, 10_00, today.AddDays(-20))
		h.pay(1, debt.MethodTransfer, 20_00, today.AddDays(-2))
		o := h.order("early")
		o.UpTo = today.AddDays(-10)
		if m := h.paid(o); m.Amount != 10_00 {
			t.Errorf("%+v", m)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	each(t, func(h house) {
		h.pay(0, debt.MethodTransfer, 10_00, today.AddDays(-20))
		for key, change := range map[string]func(*Order){
			"report_remit_days":      func(o *Order) { o.PaidOn = today.AddDays(1) },
			"report_remit_reference": func(o *Order) { o.Reference = " " },
		} {
			o := h.order("R")
			change(&o)
			_, err := h.desk.Pay(ctx, h.c.ID, o)
			debttest.WantKey(t, err, debt.Invalid, key)
		}
		o := h.order("R")
		o.Amount = 9_99
		_, err := h.desk.Pay(ctx, h.c.ID, o)
		debttest.WantKey(t, err, debt.Conflict, "report_remit_differs")
		h.paid(h.order("R"))
		h.pay(1, debt.MethodTransfer, 10_00, today.AddDays(-20))
		_, err = h.desk.Pay(ctx, h.c.ID, h.order("R"))
		debttest.WantKey(t, err, debt.Conflict, "report_remit_taken")
	})
}

func TestTwoAtOncePayOutOnce(t *testing.T) {
	each(t, func(h house) {
		h.pay(0, debt.MethodTransfer, 100_00, today.AddDays(-9))
		var all sync.WaitGroup
		sums := make([]debt.Cents, 4)
		for i := range sums {
			all.Go(func() {
				m, err := h.desk.Pay(ctx, h.c.ID, h.order(fmt.Sprint("at once ", i)))
				if err == nil {
					sums[i] = m.Amount
				} else if debt.KindOf(err) != debt.Conflict {
					t.Error(err)
				}
			})
		}
		all.Wait()
		var sum debt.Cents
		for _, s := range sums {
			sum += s
		}
		if sum != 100_00 {
			t.Errorf("paid out %s of 100.00: %v", sum, sums)
		}
	})
}

// agree keeps what collecting costs from a day on.
func (h house) agree(a agreed.Agreement) error { return h.desk.Agree(ctx, h.c.ID, a) }

func (h house) due() []remittances.Line {
	h.Helper()
	list, err := h.desk.Due(ctx, h.c.ID, h.order(""))
	if err != nil {
		h.Fatal(err)
	}
	return list
}

// books is the sum of an account of a provider.
func (h house) books(account debt.AccountKind, provider string) (sum debt.Cents) {
	h.write(func(tx *store.Tx) error {
		return tx.Get(&sum, `SELECT CAST(COALESCE(SUM(amount_cents), 0) AS BIGINT) FROM postings WHERE creditor_id = $1 AND account = $2 AND provider = $3`,
			h.c.ID, string(account), provider)
	})
	return sum
}

func TestAgreedFeesAreTakenOffAndGivenBack(t *testing.T) {
	each(t, func(h house) {
		day := today.AddDays(-9)
		if err := h.agree(agreed.Agreement{From: day, Share: 500, Fixed: 50, VAT: 1900}); err != nil {
			h.Fatal(err)
		}
		first := h.pay(0, debt.MethodTransfer, 100_00, day)
		h.pay(1, debt.MethodTransfer, 50_00, day.AddDays(-1)) // before it was agreed
		h.pay(1, debt.MethodDirect, 70_00, day)               // he has it already
		if m := h.paid(h.order("A1")); m.Amount != 150_00-5_50-1_05 {
			t.Errorf("the first: %+v", m)
		}
		if net, vat, way := h.books(debt.FeesAccount, "operator"), h.books(debt.FeesAccount, "operator:vat"), h.books(debt.InTransitAccount, "bank"); net != 5_50 || vat != 1_05 || way != -6_55 {
			t.Errorf("%s and %s are kept, %s is on its way", net, vat, way)
		}
		debttest.WantKey(t, h.agree(agreed.Agreement{From: today, Share: 400}), debt.Conflict, "payout_fees_day")
		debttest.WantKey(t, h.agree(agreed.Agreement{From: today.AddDays(1), Share: 10_001}), debt.Invalid, "payout_fees_invalid")
		if err := h.agree(agreed.Agreement{From: today.AddDays(1), Share: 400}); err != nil {
			t.Error(err)
		}
		debttest.WantKey(t, h.agree(agreed.Agreement{From: today.AddDays(1)}), debt.Conflict, "payout_fees_day")
		h.takeBack(0, first)
		h.pay(2, debt.MethodTransfer, 130_00, today)
		if got := remittances.SumOf(h.due()); got != (remittances.Sums{Came: 130_00, Back: -100_00, Fee: 7_00, VAT: 1_33, FeeBack: -5_50, VATBack: -1_05, Paid: 30_00 - 1_50 - 28}) {
			t.Errorf("%+v", got)
		}
		h.paid(h.order("A2"))
		if net, way := h.books(debt.FeesAccount, "operator"), h.books(debt.InTransitAccount, "bank"); net != 7_00 || way != -8_33 {
			t.Errorf("%s is kept, %s is on its way", net, way)
		}
	})
}

// Whatever comes in, back and out in whatever order: collected less returned less fees less paid out
// is due, and of the money on the account all but the operator's is the creditor's.
func TestNoCentIsLostBetweenCreditorAndOperator(t *testing.T) {
	each(t, func(h house) {
		rapid.Check(h.T, func(r *rapid.T) {
			h.c = storetest.Creditor(t, h.s, "seed-"+string(store.NewID()))
			f := storetest.File(h.c.ID, "1")
			h.write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
			h.cases = []debt.ID{f.File.Case.ID}
			a := agreed.Agreement{From: today.AddDays(-rapid.IntRange(0, 9).Draw(r, "from")), Share: debt.BasisPoints(rapid.IntRange(0, 3_000).Draw(r, "share")),
				Fixed: debt.Cents(rapid.IntRange(0, 2_00).Draw(r, "fixed")), VAT: debt.BasisPoints(rapid.SampledFrom([]int{0, 700, 1900}).Draw(r, "vat"))}
			if err := h.agree(a); err != nil {
				r.Fatal(err)
			}
			var open []debt.Payment
			var collected, returned, paid debt.Cents
			for i := range rapid.IntRange(1, 6).Draw(r, "steps") {
				switch rapid.SampledFrom([]string{"pay", "pay", "back", "out"}).Draw(r, "step") {
				case "pay":
					p := h.pay(0, debt.MethodTransfer, debt.Cents(rapid.IntRange(1, 300_00).Draw(r, "amount")), today.AddDays(-rapid.IntRange(0, 12).Draw(r, "day")))
					open, collected = append(open, p), collected+p.Amount
				case "back":
					if len(open) > 0 {
						at := rapid.IntRange(0, len(open)-1).Draw(r, "which")
						p := open[at]
						h.takeBack(0, p)
						returned, open = returned+p.Amount, slices.Delete(open, at, at+1)
					}
				default:
					if m, err := h.desk.Pay(ctx, h.c.ID, h.order(fmt.Sprint("A", i))); err == nil {
						paid += m.Amount
					} else if debt.KindOf(err) != debt.Conflict {
						r.Fatal(err)
					}
				}
			}
			due := remittances.SumOf(h.due())
			charged := h.books(debt.FeesAccount, "operator") + h.books(debt.FeesAccount, "operator:vat")
			still := due.Fee + due.FeeBack + due.VAT + due.VATBack
			if collected-returned-charged-still-paid != due.Paid || h.books(debt.InTransitAccount, "bank") != -charged || h.books(debt.ClearingAccount, "bank") != collected-returned-paid {
				r.Fatalf("%s came, %s went back, %s and %s are fees, %s is paid out, %s is due", collected, returned, charged, still, paid, due.Paid)
			}
			var fees debt.Cents
			for _, p := range open {
				if !p.ReceivedOn.Before(a.From) {
					fees += a.Of(p.Amount).Sum()
				}
			}
			if charged+still != fees {
				r.Fatalf("the fees are %s and %s, agreed are %s", charged, still, fees)
			}
		})
	})
}
