package offers_test

import (
	"context"
	"strings"
	"testing"

	"quitt/cases"
	"quitt/cases/offers"
	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/plan"
	"quitt/store"
	"quitt/store/notes"
	kept "quitt/store/offers"
	"quitt/store/storetest"
)

var (
	ctx     = context.Background()
	manager = debt.Actor{Kind: "creditor", ID: "019aa9c0-7d3e-7c1a-9b52-3f6f2c1d8e41"}
)

type office struct {
	*testing.T
	offers.Desk
	store *store.Store
	watch *storetest.Watch
	at    offers.At
}

// each opens an accepted case of 1,000 euros.
func each(t *testing.T, test func(o *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := &office{T: t, store: s, watch: storetest.NewWatch()}
		o.Desk = offers.Desk{Store: s, Now: o.watch.Now}
		creditor := storetest.Creditor(t, s, "koeln").ID
		f := storetest.File(creditor, "R")
		o.must(s.Write(ctx, creditor, func(t *store.Tx) error { return t.AddFiles([]store.NewFile{f}) }))
		o.at = offers.At{Creditor: creditor, Case: f.File.Case.ID, By: manager}
		test(o)
	})
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) less() plan.Settlement {
	return plan.Settlement{Percent: 6_000, Instalments: 2, ValidUntil: debt.DateIn(o.watch.Now(), debt.Berlin).AddDays(14), Broken: plan.Lasts}
}

func (o *office) live() (list []kept.Offer) {
	o.Helper()
	o.must(o.store.Read(ctx, o.at.Creditor, func(r *store.Reader) (err error) { list, err = kept.Live(r, o.at.Case); return err }))
	return list
}

// told gives what the events of the case say of offers.
func (o *office) told() (list []string) {
	o.Helper()
	v, err := cases.Desk{Store: o.store, Now: o.watch.Now}.View(ctx, o.at.Creditor, o.at.Case)
	o.must(err)
	for _, e := range v.Events {
		if what, ok := e.Data["offer"].(string); ok {
			if e.Type != debt.CaseUpdated || e.Actor != manager {
				o.Errorf("%+v", e)
			}
			list = append(list, what)
		}
	}
	return list
}

func TestAnOfferIsMadeAndWithdrawnOnce(t *testing.T) {
	each(t, func(o *office) {
		id, err := o.Make(ctx, o.at, o.less(), "  Kanarienvogel\r\n")
		o.must(err)
		list := o.live()
		if len(list) != 1 || list[0].ID != string(id) || list[0].By != manager || list[0].Percent != 6_000 {
			o.Fatalf("%+v", list)
		}
		var said []notes.Note
		o.must(o.store.Read(ctx, o.at.Creditor, func(r *store.Reader) (err error) { said, err = notes.OfCase(r, o.at.Case); return err }))
		if len(said) != 1 || said[0].Text != "Kanarienvogel" {
			o.Errorf("%d notes", len(said))
		}
		o.must(o.Withdraw(ctx, o.at, id))
		o.must(o.Withdraw(ctx, o.at, id))
		if got := strings.Join(o.told(), " "); got != "made withdrawn" || len(o.live()) > 0 {
			o.Errorf("%s, %d stand", got, len(o.live()))
		}
		debttest.WantKey(o, o.Withdraw(ctx, o.at, store.NewID()), debt.NotFound, "offer_unknown")
	})
}

func TestNothingIsOfferedThatADebtorCouldNotTake(t *testing.T) {
	each(t, func(o *office) {
		wrong := func(kind debt.Kind, key string, s plan.Settlement) {
			o.Helper()
			_, err := o.Make(ctx, o.at, s, "")
			debttest.WantKey(o, err, kind, key)
		}
		more := o.less()
		more.Percent, more.Amount = 0, 9_000_00
		wrong(debt.Invalid, "offer_sum_range", more)
		_, err := o.Make(ctx, o.at, o.less(), debt.Personal(strings.Repeat("ä", 4001)))
		debttest.WantKey(o, err, debt.Invalid, "words_too_long")
		for range 5 {
			_, err := o.Make(ctx, o.at, o.less(), "")
			o.must(err)
		}
		wrong(debt.Forbidden, "offer_many", o.less())
		o.must(o.store.Write(ctx, o.at.Creditor, func(t *store.Tx) error {
			f, err := t.LockOne(o.at.Case)
			if err != nil {
				return err
			}
			f.Case.Objection = debt.ObjectionOpen
			return t.Book(store.Booking{File: f, Events: []debt.Event{{ID: store.NewID(), CaseID: o.at.Case, Type: debt.ObjectionFiled, At: o.watch.Now(),
				Actor: manager, Data: debt.Args{}, Schema: 1}}})
		}))
		wrong(debt.Forbidden, "offer_barred", o.less())
		if n := len(o.told()); n != 5 {
			o.Errorf("%d events", n)
		}
		elsewhere := o.at
		elsewhere.Creditor = storetest.Creditor(o.T, o.store, "bonn").ID
		_, err = o.Make(ctx, elsewhere, o.less(), "")
		debttest.WantKey(o, err, debt.NotFound, "case_unknown")
	})
}
