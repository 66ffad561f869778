package notifications_test

import (
	"context"
	"testing"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/notifications/email"
	"quitt/store"
	"quitt/store/authorities"
	"quitt/store/storetest"
)

// While an authority is in force news go to who has it, without a link that ends the debtor's
// mails; before and after they go to the debtor.
func TestNewsGoToWhoActsForTheDebtor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlace(t, s, "a")
		p.send(p.teller())
		a := authority.Invite(authority.Authority{ID: store.NewID(), CaseID: p.caseID}, authority.Wish{Kind: authority.Lawyer,
			Scopes: authority.Scopes(), Until: p.today().AddDays(30)}, p.clock.Now())
		change := func(do func(t *store.Tx) error) {
			t.Helper()
			if err := s.Write(context.Background(), p.creditor, do); err != nil {
				t.Fatal(err)
			}
		}
		change(func(t *store.Tx) (err error) {
			if a.Representative, err = authorities.Register(t, []string{"0000000000000000000000000000000000000000000000000000000000000000"}, p.clock.Now()); err != nil {
				return err
			}
			return authorities.Add(t, authorities.Record{Authority: a, Who: authorities.Who{Name: "Kanzlei", Email: "kanzlei@example.org"}})
		})
		box := open(t, p)
		post := p.post(p.sender(box.URL(), email.Times{}))
		for i, want := range []string{address, "kanzlei@example.org", address} {
			switch i {
			case 1:
				if err := a.Redeem(p.clock.Now()); err != nil {
					t.Fatal(err)
				}
			case 2:
				a.Revoke("debtor", p.clock.Now())
			}
			change(func(t *store.Tx) error { return authorities.Save(t, a) })
			p.happens(debt.PaymentSucceededEvent)
			p.send(p.teller())
			p.send(post)
			list := box.Received()
			if len(list) != i+1 {
				t.Fatalf("%d mails", len(list))
			}
			if got := list[0]; got.To != want || (i == 1) != contains(got.Text, "weil Sie im Portal") {
				t.Errorf("%d: to %s, want %s: %s", i, got.To, want, got.Text)
			}
		}
	})
}
