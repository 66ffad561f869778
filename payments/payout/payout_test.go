package payout_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/payout"
	"quitt/store"
	"quitt/store/payouts"
	"quitt/store/rails"
	"quitt/store/remittances"
	"quitt/store/storetest"
)

var (
	ctx   = context.Background()
	today = debt.DateIn(storetest.Now, debt.Berlin)
)

const (
	collecting = "DE41500105170123456789"
	theirs     = "DE02120300000000202051"
	source     = "bank:" + collecting
)

// bench is a creditor with an account at a bank and one case.
type bench struct {
	*testing.T
	s    *store.Store
	c    debt.Creditor
	of   debt.ID
	desk payout.Desk
}

func each(t *testing.T, do func(b bench)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := bench{T: t, s: s, c: storetest.Creditor(t, s, "koeln"), desk: payout.Desk{Store: s, Now: storetest.Clock}}
		f := storetest.File(b.c.ID, "1")
		b.of = f.File.Case.ID
		b.write(func(tx *store.Tx) error {
			if err := rails.AddAccount(tx, rails.Account{Account: rail.Account{ID: store.NewID(), CreditorID: b.c.ID, Provider: rail.Bank, External: collecting,
				Live: true, Methods: []debt.Method{debt.MethodTransfer}, CreatedAt: storetest.Now}}); err != nil {
				return err
			}
			return tx.AddFiles([]store.NewFile{f})
		})
		do(b)
	})
}

func (b bench) write(do func(*store.Tx) error) {
	b.Helper()
	if err := b.s.Write(ctx, b.c.ID, do); err != nil {
		b.Fatal(err)
	}
}

func (b bench) pay(amount debt.Cents) {
	b.Helper()
	b.write(func(tx *store.Tx) error {
		f, err := tx.LockOne(b.of)
		if err != nil {
			return err
		}
		past, err := tx.LoadHistory(f)
		if err != nil {
			return err
		}
		p := debt.Payment{ID: store.NewID(), CaseID: b.of, Method: debt.MethodTransfer, Status: debt.PaymentSucceeded, Amount: amount,
			ReceivedOn: today, Source: source, BookedAt: storetest.Now}
		p.ExternalID = string(p.ID)
		entries, account, err := past.Insert(p, storetest.Stamp)
		if err != nil {
			return err
		}
		f.Account = account
		f.Case.Paid(account.Balance(), true)
		return tx.Book(store.Booking{File: f, Payments: []debt.Payment{p}, Entries: entries,
			Events: []debt.Event{storetest.Event(f.Case, debt.PaymentSucceededEvent)}})
	})
}

func (b bench) order() payout.Order {
	return payout.Order{UpTo: today, ToIBAN: theirs, ToName: "Kölner Betriebe", FromName: "Inkasso Müller"}
}

func (b bench) refused(err error, key string) {
	b.Helper()
	var e *debt.Error
	if !errors.As(err, &e) || e.Key != key {
		b.Errorf("got %v, want %s", err, key)
	}
}

func TestAPayoutIsOrderedOnceAndWrittenAgainToTheLetter(t *testing.T) {
	each(t, func(b bench) {
		_, err := b.desk.Make(ctx, b.c, b.order())
		b.refused(err, "report_remit_nothing")
		b.pay(30_00)
		b.pay(12_50)
		first, err := b.desk.Make(ctx, b.c, b.order())
		if err != nil {
			b.Fatal(err)
		}
		content := string(first.Content)
		for _, want := range []string{"pain.001.001.09", ">42.50<", theirs, collecting, first.Reference, "<EndToEndId>" + first.Message + "<", "<Dt>2026-11-23</Dt>"} {
			if !strings.Contains(content, want) {
				b.Errorf("%s is missing in\n%s", want, content)
			}
		}
		b.pay(5_00)
		_, err = b.desk.Make(ctx, b.c, b.order())
		b.refused(err, "payout_open")
		later := payout.Desk{Store: b.s, Now: func() time.Time { return storetest.Now.Add(48 * time.Hour) }}
		again, err := later.Again(ctx, b.c.ID, first.Message)
		if err != nil || string(again.Content) != content {
			b.Errorf("again: %v\n%s", err, again.Content)
		}
		if err := b.desk.Cancel(ctx, b.c.ID, first.Message); err != nil {
			b.Fatal(err)
		}
		b.refused(b.desk.Cancel(ctx, b.c.ID, first.Message), "payout_late")
		_, err = b.desk.Again(ctx, b.c.ID, first.Message)
		b.refused(err, "payout_late")
		second, err := b.desk.Make(ctx, b.c, b.order())
		if err != nil || second.Amount != 47_50 || second.Payments != 3 || second.Message == first.Message {
			b.Fatalf("%+v, %v", second.File, err)
		}
		b.write(func(tx *store.Tx) error {
			lines, err := remittances.Due(&tx.Reader, source, today)
			if err != nil {
				return err
			}
			return remittances.Add(tx, remittances.Remittance{ID: store.NewID(), Number: 1, Source: source, UpTo: today, PaidOn: today,
				Amount: second.Amount, Reference: second.Reference, BookedAt: storetest.Now}, lines)
		})
		b.refused(b.desk.Cancel(ctx, b.c.ID, second.Message), "payout_late")
		list, err := b.desk.Sheets(ctx, b.c.ID, 10)
		if err != nil || len(list) != 2 {
			b.Fatalf("%v, %v", list, err)
		}
		for _, f := range list {
			if want := map[string]payouts.State{first.Message: payouts.Cancelled, second.Message: payouts.Paid}[f.Message]; f.State != want {
				b.Errorf("%s is %s, want %s", f.Message, f.State, want)
			}
		}
		_, err = b.desk.Make(ctx, b.c, b.order())
		b.refused(err, "report_remit_nothing")
	})
}

func TestOfManyPayoutsAtOnceOneIsOrdered(t *testing.T) {
	each(t, func(b bench) {
		b.pay(30_00)
		var wg sync.WaitGroup
		made := make(chan string, 8)
		for range 8 {
			wg.Go(func() {
				if w, err := b.desk.Make(ctx, b.c, b.order()); err == nil {
					made <- w.Message
				} else {
					b.refused(err, "payout_open")
				}
			})
		}
		wg.Wait()
		if len(made) != 1 {
			b.Errorf("%d were ordered", len(made))
		}
	})
}

func TestWhatCannotBeOrderedIsRefused(t *testing.T) {
	each(t, func(b bench) {
		b.pay(30_00)
		for key, change := range map[string]func(o *payout.Order){
			"payout_same":    func(o *payout.Order) { o.ToIBAN = collecting },
			"payout_account": func(o *payout.Order) { o.ToIBAN = "DE00" },
			"payout_source":  func(o *payout.Order) { o.Source = "stripe:acct_1" },
			"payout_day":     func(o *payout.Order) { o.UpTo = today.AddDays(1) },
			"payout_refused": func(o *payout.Order) { o.ToName = strings.Repeat("x", 71) },
		} {
			o := b.order()
			change(&o)
			_, err := b.desk.Make(ctx, b.c, o)
			b.refused(err, key)
		}
		if list, err := b.desk.Sheets(ctx, b.c.ID, 10); err != nil || len(list) != 0 {
			b.Errorf("kept: %v, %v", list, err)
		}
		_, err := b.desk.Again(ctx, b.c.ID, "P1")
		b.refused(err, "payout_unknown")
		other := storetest.Creditor(b, b.s, "bonn")
		if w, err := b.desk.Make(ctx, b.c, b.order()); err != nil {
			b.Error(err)
		} else {
			_, err = b.desk.Again(ctx, other.ID, w.Message)
			b.refused(err, "payout_unknown")
		}
	})
}
