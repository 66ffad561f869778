package letter_test

import (
	"slices"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/store"
	"quitt/store/contacts"
	"quitt/store/storetest"
	"quitt/store/terms"
)

// A creditor may spare a receipt to whom an e-mail has told of it; nobody else, and no letter
// somebody has asked for.
func TestALetterThatRepeatsAnEmailMayBeSpared(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		mailed := o.addCase(1, func(f *store.NewFile) { f.Debtor.Email = "anna@example.org" })
		silent := o.addCase(2, func(f *store.NewFile) { f.Debtor.Email = "" })
		wishes := o.addCase(3, func(f *store.NewFile) { f.Debtor.Email = "eva@example.org" })
		o.write(func(t *store.Tx) error {
			d, err := t.LockOne(wishes)
			if err != nil {
				return err
			}
			who, err := t.LoadDebtor(d.Case.DebtorID)
			if err != nil {
				return err
			}
			who.PreferredChannel = "letter"
			return contacts.SaveDebtor(t, wishes, who)
		})
		o.write(func(t *store.Tx) error {
			return terms.Save(t, o.creditor.Settings, debt.Settings{Channels: debt.Channels{NoLetter: true}})
		})
		for _, id := range []debt.ID{mailed, silent, wishes} {
			o.pay(id, 123_45)
		}
		o.run(o.order(letter.PaymentReceipt))
		if len(o.kept(mailed)) != 0 || len(o.kept(silent)) != 1 || len(o.kept(wishes)) != 1 {
			t.Errorf("%d, %d, %d letters", len(o.kept(mailed)), len(o.kept(silent)), len(o.kept(wishes)))
		}
		asked := o.order(letter.PaymentReceipt)
		asked.CaseID = mailed
		if r := o.run(asked); r.Created != 1 || len(r.Problems) != 0 {
			t.Errorf("%+v", r)
		}
		if r := o.run(o.order(letter.Reminder)); r.Created != 3 {
			t.Errorf("a demand is spared: %+v", r)
		}
	})
}

// The letter gives the time its creditor has laid down, and the next one waits as long as he wants.
func TestDemandsKeepTheirCreditorsPace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		id := o.addCase(1)
		o.write(func(t *store.Tx) error {
			return terms.Save(t, o.creditor.Settings, debt.Settings{Dunning: debt.Dunning{PayDays: 28, FirstAfter: 10, NoSecond: true}})
		})
		o.run(o.order(letter.Reminder))
		k := o.kept(id)[0]
		today := debt.DateIn(o.at, debt.Berlin)
		if want := today.AddDays(4 + 28); k.Deadline.Before(want) {
			t.Errorf("%s, want %s", k.Deadline, want)
		}
		o.at = k.Deadline.AddDays(9).Time().Add(12 * time.Hour)
		if r := o.run(o.order(letter.FirstNotice)); r.Created != 0 {
			t.Errorf("too soon: %+v", r)
		}
		o.at = o.at.Add(24 * time.Hour)
		if r := o.run(o.order(letter.FirstNotice)); r.Created != 1 {
			t.Errorf("%+v", r)
		}
		o.at = o.at.AddDate(0, 3, 0)
		order := o.order(letter.SecondNotice)
		order.CaseID = id
		if r := o.run(order); r.Created != 0 || len(r.Problems) != 1 || !slices.Contains(r.Problems[0].Because, debt.BarrierLetterUnwanted) {
			t.Errorf("%+v", r)
		}
	})
}
