package letter_test

import (
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/store"
	"quitt/store/storetest"
)

// oldClaim makes the claim of a case fall due on a day.
func oldClaim(due string) func(*store.NewFile) {
	return func(f *store.NewFile) {
		c := f.File.Account.Claims[0].Claim
		c.ArisenOn, c.DueOn, c.DefaultFrom = debt.MustDate(due), debt.MustDate(due), debt.MustDate(due).AddDays(30)
		f.File.Account.Claims = nil
		f.Entries = f.Entries[:0]
		f.Entries = append(f.Entries, f.File.Account.OpenClaim(c, storetest.Stamp))
	}
}

func TestATimeBarredClaimIsNotDemanded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		barred, due := o.addCase(1, oldClaim("2022-11-20")), o.addCase(2, oldClaim("2023-01-10"))
		if r := o.run(o.order(letter.FirstNotice)); r.Sent != 1 || len(o.kept(barred)) != 0 || len(o.kept(due)) != 1 {
			t.Errorf("%+v", r)
		}
		order := o.order(letter.FirstNotice)
		order.CaseID = barred
		r := o.run(order)
		if len(r.Problems) != 1 || len(r.Problems[0].Because) != 1 || r.Problems[0].Because[0] != debt.BarrierTimeBarred {
			t.Errorf("%+v", r.Problems)
		}
	})
}

// Whoever has just paid by direct debit gets no demand while the money is under way.
func TestNoDemandWhileMoneyIsUnderWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		id := o.addCase(1)
		p := debt.Payment{ID: store.NewID(), CaseID: id, Method: debt.MethodDirectDebit, Status: debt.PaymentInFlight, Amount: 1000_00,
			ReceivedOn: debt.DateIn(o.at, debt.Berlin), Source: "psp", ExternalID: "p1", BookedAt: o.at}
		o.write(func(t *store.Tx) error {
			f, err := t.LockOne(id)
			if err != nil {
				return err
			}
			return t.Book(store.Booking{File: f, Payments: []debt.Payment{p}})
		})
		if r := o.run(o.order(letter.Reminder)); r.Created != 0 {
			t.Errorf("%+v", r)
		}
	})
}

// The base rate is known for the days up to the end of the half-year: interest runs up to
// there, and only of what follows the letter says that it is not known.
func TestInterestRunsToTheLastKnownBaseRate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		o.at = debt.LastBaseRateDay().AddDays(-10).Time().Add(12 * time.Hour)
		id := o.addCase(1)
		o.run(o.order(letter.Reminder))
		k := o.kept(id)[0]
		if !k.Deadline.After(debt.LastBaseRateDay().AddDays(1)) {
			t.Fatalf("the deadline %s tests nothing", k.Deadline)
		}
		last := debt.LastBaseRateDay().String()
		said := last[8:] + "." + last[5:7] + "." + last[:4]
		if text := k.Document.Plain(); !strings.Contains(text, "Verzugszinsen bis "+said) || !strings.Contains(text, "sind bis zum "+said+" berechnet") {
			t.Error(text)
		}
	})
}
