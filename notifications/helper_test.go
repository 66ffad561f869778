package notifications_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/notifications"
	"quitt/notifications/email"
	"quitt/store"
	"quitt/store/authorities"
	"quitt/store/outbox"
	"quitt/store/storetest"
	"quitt/store/tasks"
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

// lawyer lets one with an e-mail address act in the case of a place.
func (p *place) lawyer(t *testing.T, who authorities.Who) authorities.Record {
	t.Helper()
	a := authorities.Record{Who: who, Authority: authority.Invite(authority.Authority{ID: store.NewID(), CaseID: p.caseID}, authority.Wish{Kind: authority.Lawyer,
		Scopes: authority.Scopes(), Until: p.today().AddDays(30)}, p.clock.Now())}
	if err := p.store.Write(context.Background(), p.creditor, func(t *store.Tx) (err error) {
		if a.Representative, err = authorities.Register(t, []string{strings.Repeat("0", 64)}, p.clock.Now()); err != nil {
			return err
		}
		if err := a.Redeem(p.clock.Now()); err != nil {
			return err
		}
		return authorities.Add(t, a)
	}); err != nil {
		t.Fatal(err)
	}
	return a
}

// A representative's e-mail that does not exist is noted and asks a person once; then letters
// reach him, or the debtor hears again where there is no address for letters.
func TestAnEmailOfARepresentativeThatComesBackIsTold(t *testing.T) {
	for name, who := range map[string]authorities.Who{
		"with an address":    {Name: "Kanzlei", Email: "kanzlei@example.org", Street: "Ring 5", Postcode: "50667", City: "Köln"},
		"without an address": {Name: "Kanzlei", Email: "kanzlei@example.org"},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				p := newPlace(t, s, "a")
				p.send(p.teller())
				a := p.lawyer(t, who)
				box := open(t, p)
				post := p.post(p.sender(box.URL(), email.Times{}))
				p.happens(debt.PaymentSucceededEvent)
				p.send(p.teller())
				p.send(post)
				if got := box.Received(); len(got) != 1 || got[0].To != "kanzlei@example.org" {
					t.Fatalf("%+v", got)
				}
				id := p.only().ID
				for i := range 2 {
					_, stopped, err := p.desk().Bounced(context.Background(), notifications.Bounce{MessageID: id, Code: "5.1.1"})
					if err != nil || stopped != (i == 0) {
						t.Errorf("bounce %d: %v, %v", i, stopped, err)
					}
				}
				p.bouncedOnce(t, a.ID)
				p.happens(debt.PaymentSucceededEvent)
				p.send(p.teller())
				p.send(post)
				want := 1
				if !who.Addressed() {
					want = 2
				}
				if got := box.Received(); len(got) != want || want == 2 && got[0].To != address {
					t.Errorf("%d mails, want %d: %+v", len(got), want, got)
				}
			})
		})
	}
}

// bouncedOnce checks what a bounce leaves behind: the authority, one event, one task, and the
// debtor's own address as it was.
func (p *place) bouncedOnce(t *testing.T, id debt.ID) {
	t.Helper()
	if err := p.store.Read(context.Background(), p.creditor, func(r *store.Reader) error {
		a, err := authorities.Load(r, id)
		if err != nil || a.EmailStopped != debt.StopBounced || a.PostStopped != debt.Reachable {
			t.Errorf("%+v, %v", a.Authority, err)
		}
		list, err := tasks.OfCase(r, p.caseID)
		if err != nil || len(list) != 1 || list[0].Kind != authority.Unreachable || list[0].Subject != string(id) {
			t.Errorf("%+v, %v", list, err)
		}
		events, err := r.Events(p.caseID)
		if err != nil {
			return err
		}
		n := 0
		for _, e := range events {
			if e.Type == debt.ContactBounced {
				n++
			}
		}
		to, err := outbox.ReachOf(r, p.caseID)
		if n != 1 || to.Debtor.EmailStopped != debt.Reachable {
			t.Errorf("%d events; the debtor is %q", n, to.Debtor.EmailStopped)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// Whose papers were not enough reads why, and neither debtor nor creditor is named: whoever typed
// the address may have mistyped it.
func TestWhoIsRefusedAsARepresentativeReadsWhy(t *testing.T) {
	p := newPlace(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}), "a")
	box := open(t, p)
	mail := outbox.Mail{CaseID: p.caseID, Key: "refused", Recipient: "wer@example.org", Template: "mail_representative_refused",
		Language: "de", Args: map[string]string{"reason": string(authority.Unsigned)}, ExpiresAt: p.clock.Now().Add(time.Hour)}
	if err := p.store.Write(context.Background(), p.creditor, func(t *store.Tx) error { return outbox.Add(t, mail, p.clock.Now()) }); err != nil {
		t.Fatal(err)
	}
	p.send(p.post(p.sender(box.URL(), email.Times{})))
	list := box.Received()
	if len(list) != 1 || list[0].To != "wer@example.org" || !contains(list[0].Text, "fehlt eine Unterschrift") || strings.Contains(list[0].Text, "2026-") {
		t.Errorf("%+v", list)
	}
}
