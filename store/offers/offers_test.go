package offers_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/plan"
	"quitt/store"
	"quitt/store/offers"
	"quitt/store/storetest"
)

var ctx = context.Background()

func TestOffersStandUntilTheyAreWithdrawnAndOfTheirCreditor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor, other := storetest.Creditor(t, s, "a").ID, storetest.Creditor(t, s, "b").ID
		f := storetest.File(creditor, "R")
		write := func(who debt.ID, do func(*store.Tx) error) error { return s.Write(ctx, who, do) }
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(write(creditor, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) }))
		id := f.File.Case.ID
		by := debt.Actor{Kind: "creditor", ID: store.NewID()}
		list := []offers.Offer{
			{Settlement: plan.Settlement{ID: string(store.NewID()), Amount: 100_00, Instalments: 3, ValidUntil: debt.MustDate("2026-12-31"), Broken: plan.Revives}},
			{Settlement: plan.Settlement{ID: string(store.NewID()), Percent: 7_000, Instalments: 1, ValidUntil: debt.MustDate("2026-12-31"), Broken: plan.Lasts}},
			{Settlement: plan.Settlement{ID: string(store.NewID()), Instalments: 120, ValidUntil: debt.MustDate("2026-12-31"), Longer: true}},
		}
		for i := range list {
			list[i].CaseID, list[i].By, list[i].At = id, by, storetest.Now
			must(write(creditor, func(tx *store.Tx) error { return offers.Add(tx, list[i]) }))
		}
		debttest.WantKey(t, write(creditor, func(tx *store.Tx) error { return offers.Add(tx, list[0]) }), debt.Conflict, "changed_meanwhile")
		read := func(who debt.ID, from func(*store.Reader, debt.ID) ([]offers.Offer, error)) (got []offers.Offer) {
			t.Helper()
			must(s.Read(ctx, who, func(r *store.Reader) (err error) { got, err = from(r, id); return err }))
			return got
		}
		if diff := cmp.Diff(list, read(creditor, offers.Live), cmp.Comparer(func(a, b debt.Date) bool { return a == b })); diff != "" {
			t.Error(diff)
		}
		if got := read(other, offers.OfCase); len(got) > 0 {
			t.Error("another creditor reads them")
		}
		end := func(who debt.ID) (ended bool) {
			t.Helper()
			o := list[1]
			o.WithdrawnBy, o.WithdrawnAt = by, storetest.Now
			must(write(who, func(tx *store.Tx) (err error) { ended, err = offers.Withdraw(tx, o); return err }))
			return ended
		}
		if end(other) || !end(creditor) || end(creditor) {
			t.Error("an offer ends once, by its own creditor")
		}
		if got := read(creditor, offers.Live); len(got) != 2 || got[0].ID != list[0].ID || got[1].Kind() != offers.LongerPlan {
			t.Errorf("%+v", got)
		}
		if got := read(creditor, offers.OfCase); len(got) != 3 || got[1].WithdrawnBy != by || !got[1].WithdrawnAt.Equal(storetest.Now) {
			t.Errorf("%+v", got)
		}
	})
}
