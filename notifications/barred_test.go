package notifications_test

import (
	"testing"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/notifications"
	"quitt/notifications/email"
	"quitt/notifications/sms"
	"quitt/store"
	"quitt/store/outbox"
	"quitt/store/storetest"
)

func (p *place) today() debt.Date { return debt.DateIn(p.clock.Now(), debt.Berlin) }

// change changes the case and stores it with its holds.
func (p *place) change(do func(c *debt.Case) (debt.Event, error)) {
	p.t.Helper()
	p.write(func(tx *store.Tx) error {
		f, err := tx.LockOne(p.caseID)
		if err != nil {
			return err
		}
		if err := tx.LoadHolds(&f.Case); err != nil {
			return err
		}
		e, err := do(&f.Case)
		if err != nil {
			return err
		}
		if err := tx.SaveHolds(&f.Case); err != nil {
			return err
		}
		e.ID, e.At, e.Actor = store.NewID(), p.clock.Now(), debt.System
		return tx.Book(store.Booking{File: f, Events: []debt.Event{e}})
	})
	if _, err := p.store.Sequence(ctx, p.creditor); err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) hold(kind debt.HoldKind, reason string) {
	p.t.Helper()
	p.change(func(c *debt.Case) (debt.Event, error) {
		return c.PlaceHold(debt.Hold{Kind: kind, Reason: reason, Since: p.today(), UntilEvent: debt.CaseReleased})
	})
}

func (p *place) closes(why debt.CloseReason) {
	p.t.Helper()
	p.change(func(c *debt.Case) (debt.Event, error) { return c.Close(why, p.today()) })
}

// Somebody who is not the debtor, the mailbox of a dead person, a child: whom nobody may
// write to gets nothing, whether it became known before the event or after.
func TestNobodyIsWrittenToWhoMustNotBe(t *testing.T) {
	always := []debt.EventType{debt.MessageSent, debt.PlanInstalmentMissed}
	for _, tc := range []struct {
		name  string
		make  func(f *store.NewFile)
		then  func(p *place)
		types []debt.EventType
		sent  int // of the types and a code
	}{
		{"an ordinary case", nil, func(*place) {}, always, 3},
		{"not this person", nil, func(p *place) { p.hold(debt.HoldDataCheck, string(access.NotThisPerson)) }, always, 0},
		{"a letter came back from the dead", nil, func(p *place) {
			d := p.debtor()
			d.AddressStopped = debt.StopDead
			p.write(func(tx *store.Tx) error { return tx.SaveStops(d) })
		}, always, 0},
		{"a hold because of death", nil, func(p *place) { p.hold(debt.HoldDataCheck, string(debt.StopDead)) }, always, 0},
		{"another check of data", nil, func(p *place) { p.hold(debt.HoldDataCheck, "street") }, always, 3},
		{"closed as deceased", nil, func(p *place) { p.closes("deceased") }, []debt.EventType{debt.MessageSent}, 0},
		{"closed as stolen identity", nil, func(p *place) { p.closes("identity_theft") }, []debt.EventType{debt.MessageSent}, 0},
		{"closed as untraceable", nil, func(p *place) { p.closes("untraceable") }, []debt.EventType{debt.MessageSent}, 0},
		{"closed as sold: not told as an end", nil, func(p *place) { p.closes("sold") }, []debt.EventType{debt.MessageSent}, 2},
		{"closed as paid", nil, func(p *place) { p.closes("paid") }, []debt.EventType{debt.MessageSent}, 3},
		{"a minor, who may ask for a code", func(f *store.NewFile) { f.Debtor.BirthOn = "2015-01-01" }, func(*place) {}, always, 1},
		{"insolvent, not reminded of instalments", nil, func(p *place) { p.hold(debt.HoldInsolv, "opened") },
			[]debt.EventType{debt.PlanInstalmentDue, debt.PlanAtRiskEvent, debt.PlanLapsedEvent}, 1},
		{"insolvent, not asked for money", nil, func(p *place) { p.hold(debt.HoldInsolv, "opened") }, always, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				for i, late := range []bool{false, true} {
					p := newPlace(t, s, []string{"early", "late"}[i], func(f *store.NewFile) {
						if tc.make != nil {
							tc.make(f)
						}
					})
					box := open(t, p)
					p.send(p.teller())
					if !late {
						tc.then(p)
					}
					p.happens(tc.types...)
					p.send(p.teller())
					p.code()
					if late {
						tc.then(p)
						p.send(p.teller())
					}
					p.send(p.post(p.sender(box.URL(), email.Times{})))
					if got := len(box.Received()); got != tc.sent {
						t.Errorf("late %v: %d mails, want %d: %v", late, got, tc.sent, templates(p.messages()))
					}
				}
			})
		})
	}
}

// A mail goes to the address of today. If it comes back, it is that address that is stopped.
func TestABounceIsAboutTheAddressThatWasWrittenTo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlace(t, s, "a", func(f *store.NewFile) { f.Debtor.Email = "new@example.org" })
		box := open(t, p)
		p.news() // while the address was still another one
		p.send(p.post(p.sender(box.URL(), email.Times{})))
		if got := box.Received(); len(got) != 1 || got[0].To != "new@example.org" {
			t.Fatalf("%+v", got)
		}
		_, stopped, err := p.desk().Bounced(ctx, notifications.Bounce{MessageID: p.only().ID, Code: "5.1.1"})
		if err != nil || !stopped || p.debtor().EmailStopped != debt.StopBounced {
			t.Errorf("%v %v, stopped %q", stopped, err, p.debtor().EmailStopped)
		}
	})
}

// What the gateway says hours later is about the number of then, not about that of today.
func TestALateFailureDoesNotStopANewNumber(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p, g := newPlace(t, s, "a"), newGateway(t)
		p.add(outbox.Mail{Channel: outbox.SMS, Recipient: "+49 151 5550 9999", Template: "mail_one_time_code"})
		p.write(func(tx *store.Tx) error {
			claimed, err := outbox.Claim(tx, outbox.SMS, outbox.Lease{Now: p.clock.Now(), Until: p.clock.Now(), Most: 1})
			if err != nil || len(claimed) != 1 {
				t.Fatalf("%d %v", len(claimed), err)
			}
			return nil
		})
		g.feel("failed")
		carrier, err := sms.New(sms.Config{URL: g.remote.URL, Key: gatewayKey, From: "Muster"})
		if err != nil {
			t.Fatal(err)
		}
		p.send(notifications.Post{Store: p.store, Now: p.clock.Now, Channel: outbox.SMS, Carrier: carrier, Head: letterhead()}.Loop())
		if m := p.only(); m.State != outbox.Failed || p.debtor().PhoneStopped != debt.Reachable {
			t.Errorf("%s %q, stopped %q", m.State, m.LastError, p.debtor().PhoneStopped)
		}
	})
}
