package terms_test

import (
	"context"
	"testing"

	"quitt/cases/terms"
	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/store"
	"quitt/store/storetest"
	kept "quitt/store/terms"
)

var ctx = context.Background()

func inForce(t *testing.T, s *store.Store, creditor debt.ID) (now debt.Settings) {
	t.Helper()
	if err := s.Read(ctx, creditor, func(r *store.Reader) (err error) {
		now, err = kept.Load(r)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return now
}

func TestEachStateOfTheChannelsIsRemembered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c, other := storetest.Creditor(t, s, "a"), storetest.Creditor(t, s, "b")
		d := terms.Desk{Store: s, Now: storetest.Clock}
		who := terms.Who{Creditor: c.ID, By: debt.Actor{Kind: "creditor", ID: store.NewID()}}
		first, second := debt.Channels{NoText: true}, debt.Channels{NoEmail: true, NoLetter: true}
		for i, wanted := range []debt.Channels{first, first, second} {
			if err := d.SetChannels(ctx, who, wanted); err != nil {
				t.Fatal(i, err)
			}
			who.Seen = int64(1 + i/2)
			if got := inForce(t, s, c.ID).Channels; got != wanted {
				t.Errorf("%d: %+v", i, got)
			}
		}
		list, err := d.History(ctx, c.ID, terms.Channels, 10)
		if err != nil || len(list) != 2 || list[0].Settings.Channels != second || list[1].Settings.Channels != first || list[0].By != who.By {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err := d.History(ctx, other.ID, terms.Channels, 10); err != nil || len(list) != 0 || inForce(t, s, other.ID) != other.Settings {
			t.Errorf("of another creditor: %+v, %v", list, err)
		}
	})
}

func TestWhoComesSecondIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "a")
		d := terms.Desk{Store: s, Now: storetest.Clock}
		who := terms.Who{Creditor: c.ID, By: debt.Actor{Kind: "operator"}}
		if err := d.SetChannels(ctx, who, debt.Channels{NoText: true}); err != nil {
			t.Fatal(err)
		}
		debttest.WantKey(t, d.SetChannels(ctx, who, debt.Channels{NoEmail: true}), debt.Conflict, "record_changed")
		who.Seen = 1
		debttest.WantKey(t, d.SetChannels(ctx, who, debt.Channels{NoEmail: true, NoText: true, NoLetter: true}), debt.Invalid, "channels_none")
		if got := inForce(t, s, c.ID).Channels; got != (debt.Channels{NoText: true}) {
			t.Errorf("%+v", got)
		}
	})
}

func TestTheContactIsCleanedAndRemembered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "a")
		d := terms.Desk{Store: s, Now: storetest.Clock}
		who := terms.Who{Creditor: c.ID, By: debt.Actor{Kind: "creditor", ID: store.NewID()}}
		debttest.WantKey(t, d.SetContact(ctx, who, debt.Contact{Email: "praxis"}), debt.Invalid, "contact_line_email")
		for i, in := range []debt.Contact{{Phone: " 0221  555 0114 "}, {}} {
			if err := d.SetContact(ctx, who, in); err != nil {
				t.Fatal(i, err)
			}
			who.Seen++
		}
		list, err := d.History(ctx, c.ID, terms.Contact, 10)
		if err != nil || len(list) != 2 || list[0].Settings.Contact != (debt.Contact{}) || list[1].Settings.Contact.Phone != "0221 555 0114" {
			t.Errorf("%+v, %v", list, err)
		}
		if got := inForce(t, s, c.ID).Contact; got != (debt.Contact{}) {
			t.Errorf("%+v", got)
		}
	})
}

func TestThePaceOfDemandsHasALeast(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "a")
		d := terms.Desk{Store: s, Now: storetest.Clock}
		who := terms.Who{Creditor: c.ID, By: debt.Actor{Kind: "operator"}}
		debttest.WantKey(t, d.SetDunning(ctx, who, debt.Dunning{PayDays: 7}), debt.Invalid, "channels_days")
		wanted := debt.Dunning{PayDays: 21, FirstAfter: 5, SecondAfter: 14, RemindFirst: true}
		if err := d.SetDunning(ctx, who, wanted); err != nil {
			t.Fatal(err)
		}
		if err := d.SetChannels(ctx, who, debt.Channels{NoText: true}); err != nil { // each part counts for itself
			t.Fatal(err)
		}
		list, err := d.History(ctx, c.ID, terms.Dunning, 10)
		if err != nil || len(list) != 1 || list[0].Settings.Dunning != wanted {
			t.Errorf("%+v, %v", list, err)
		}
		if got := inForce(t, s, c.ID); got.Dunning != wanted || !got.Channels.NoText {
			t.Errorf("%+v", got)
		}
	})
}
