package notifications_test

import (
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/situation"
	"quitt/notifications"
	"quitt/notifications/email"
	"quitt/portal/text"
	"quitt/store"
	"quitt/store/objections"
	"quitt/store/outbox"
	"quitt/store/storetest"
)

// reminders runs the loop of a program that has just been started.
func (p *place) reminders() (list []outbox.Message) {
	p.send(notifications.Teller{Store: p.store, Now: p.clock.Now}.Reminders())
	for _, m := range p.messages() {
		if m.Template == "mail_promise_reminder" {
			list = append(list, m)
		}
	}
	return list
}

func (p *place) promise(days int) objections.Promise {
	p.t.Helper()
	k := objections.Promise{Promise: situation.Promise{Amount: 10_00, By: p.today().AddDays(days)}, ID: store.NewID(), CaseID: p.caseID, MadeBy: "debtor",
		MadeAt: p.clock.Now(), HoldID: store.NewID(), State: situation.PromiseOpen}
	if err := p.store.Write(ctx, p.creditor, func(t *store.Tx) error { return objections.AddPromise(t, k) }); err != nil {
		p.t.Fatal(err)
	}
	return k
}

func (p *place) end(k objections.Promise) {
	p.t.Helper()
	k.State, k.EndedAt = situation.PromiseKept, p.clock.Now()
	if err := p.store.Write(ctx, p.creditor, func(t *store.Tx) error { _, err := objections.EndPromise(t, k); return err }); err != nil {
		p.t.Fatal(err)
	}
}

const aDay = 24 * time.Hour

func TestAPromiseIsRemindedOfOnceTheDayBefore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlace(t, s, "a")
		k := p.promise(5)
		for day, want := range []int{0, 0, 0, 0, 1, 1, 1, 1} {
			for range 2 { // the second is a restart
				if got := p.reminders(); len(got) != want {
					t.Errorf("day %d: %d reminders", day, len(got))
				}
			}
			p.clock.Move(aDay)
		}
		m := p.reminders()[0]
		if m.Args["due"] != k.By.String() || m.Recipient != address || len(m.Args) != 1 || !m.ExpiresAt.Equal(k.By.AddDays(1).Time()) {
			t.Errorf("%+v", m)
		}
	})
}

func TestAPromiseForTomorrowIsRemindedOfOnTheDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlace(t, s, "a")
		p.promise(1)
		if got := p.reminders(); len(got) != 0 {
			t.Error("at once")
		}
		p.clock.Move(aDay)
		if got := p.reminders(); len(got) != 1 {
			t.Errorf("%d reminders", len(got))
		}
	})
}

// A server that was away on the day before reminds on the day, and not afterwards; a promise
// that was kept needs no reminder.
func TestALateReminderIsNoneAndAKeptPromiseNeedsNone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlace(t, s, "a")
		k := p.promise(3)
		p.clock.Move(4 * aDay)
		if got := p.reminders(); len(got) != 0 {
			t.Error("too late")
		}
		p.end(k)
		second := p.promise(2)
		p.clock.Move(aDay)
		p.end(second)
		if got := p.reminders(); len(got) != 0 {
			t.Error("reminded of a promise that was kept")
		}
	})
}

func TestNobodyIsRemindedWhoMayNotBeAskedForMoney(t *testing.T) {
	for name, change := range map[string]func(*place){
		"insolvency":      func(p *place) { p.hold(debt.HoldInsolv, "insolvency") },
		"not this person": func(p *place) { p.hold(debt.HoldDataCheck, "not_this_person") },
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				p := newPlace(t, s, "a")
				change(p)
				p.promise(2)
				p.clock.Move(aDay)
				if got := p.reminders(); len(got) != 0 {
					t.Errorf("%+v", got)
				}
			})
		})
	}
}

func TestAReminderOfAPromiseSaysTheDayAndNoSum(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	p := newPlace(t, s, "a")
	p.promise(2)
	p.clock.Move(aDay)
	p.reminders()
	box := open(t, p)
	p.send(p.post(p.sender(box.URL(), email.Times{})))
	list := box.Received()
	if len(list) != 1 || !contains(list[0].Text, text.For(text.German).Date(p.today().AddDays(1))) || contains(list[0].Text, "10,00") {
		t.Errorf("%+v", list)
	}
}
