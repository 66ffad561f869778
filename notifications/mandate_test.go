package notifications_test

import (
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/notifications/email"
	"quitt/portal/text"
	"quitt/store"
	"quitt/store/outbox"
	"quitt/store/storetest"
)

// The code says what it is for, and its subject no more than that.
func TestTheCodeForAMandateHasWordsOfItsOwn(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	p := newPlace(t, s, "a")
	for _, lang := range []string{"de", "en"} {
		p.add(outbox.Mail{Template: "mail_mandate_code", Language: lang, Args: map[string]string{"code": "123456"}, ExpiresAt: p.clock.Now().Add(10 * time.Minute)})
	}
	box := open(t, p)
	p.send(p.post(p.sender(box.URL(), email.Times{})))
	list := box.Received()
	if len(list) != 2 {
		t.Fatalf("%d mails", len(list))
	}
	for _, m := range list {
		if !contains(m.Subject, "SEPA") || !contains(m.Text, "123456") || !contains(m.Text, "SEPA") || contains(m.Subject, "123456") || contains(m.Text, "http") {
			t.Errorf("%q %q", m.Subject, m.Text)
		}
	}
}

// A collection is announced by its day, however early it is due.
func TestACollectionIsAnnouncedByItsDay(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	p := newPlace(t, s, "a")
	p.send(p.teller())
	p.tells(debt.PlanInstalmentDue, debt.System, debt.Args{"amount_cents": 123_45, "due": p.today(), "collect_on": p.today().AddDays(5)})
	p.tells(debt.MandateRevoked, debt.System, debt.Args{"reason": mandate.Lapsed})
	p.tells(debt.MandateRevoked, debt.Actor{Kind: "debtor"}, debt.Args{"reason": "by_debtor"})
	p.tells(debt.MandateRevoked, debt.System, debt.Args{"reason": "MD06"})
	p.send(p.teller())
	box := open(t, p)
	p.send(p.post(p.sender(box.URL(), email.Times{})))
	list := box.Received()
	if len(list) != 2 {
		t.Fatalf("%d mails", len(list))
	}
	w, days, lapsed := text.For(text.German), 0, 0
	for _, m := range list {
		if contains(m.Text, w.Date(p.today().AddDays(5))) && !contains(m.Text, "123,45") {
			days++
		}
		if contains(m.Text, "abgelaufen") {
			lapsed++
		}
	}
	if days != 1 || lapsed != 1 {
		t.Errorf("%+v", list)
	}
}
