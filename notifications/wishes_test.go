package notifications_test

import (
	"strings"
	"testing"

	"quitt/debt"
	"quitt/notifications"
	"quitt/notifications/email"
	"quitt/store"
	"quitt/store/contacts"
	"quitt/store/outbox"
	"quitt/store/storetest"
)

// wishes stores what the debtor prefers.
func (p *place) wishes(change func(d *debt.Debtor)) {
	p.t.Helper()
	d := p.debtor()
	change(&d)
	p.write(func(tx *store.Tx) error {
		if _, err := tx.LockOne(p.caseID); err != nil {
			return err
		}
		return contacts.SaveDebtor(tx, p.caseID, d)
	})
}

// News go by the way and in the language the debtor prefers.
func TestNewsFollowTheWishesOfTheirReader(t *testing.T) {
	for _, tc := range []struct {
		name     string
		texts    bool
		change   func(*debt.Debtor)
		channel  outbox.Channel // "": nothing
		language string
	}{
		{"nothing said", true, func(*debt.Debtor) {}, outbox.Email, "de"},
		{"English", true, func(d *debt.Debtor) { d.PreferredLanguage = "en" }, outbox.Email, "en"},
		{"letters", true, func(d *debt.Debtor) { d.PreferredChannel = "letter" }, "", ""},
		{"text messages", true, func(d *debt.Debtor) { d.PreferredChannel, d.Phone = "sms", "01711234567" }, outbox.SMS, "de"},
		{"text messages to a number that is stopped", true, func(d *debt.Debtor) {
			d.PreferredChannel, d.Phone, d.PhoneStopped = "sms", "01711234567", debt.StopBounced
		}, outbox.Email, "de"},
		{"text messages where none go out", false, func(d *debt.Debtor) { d.PreferredChannel, d.Phone = "sms", "01711234567" }, outbox.Email, "de"},
		{"mails declined", true, func(d *debt.Debtor) { d.EmailStopped = debt.StopOptOut }, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := newPlace(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}), "a")
			p.wishes(tc.change)
			teller := notifications.Teller{Store: p.store, Now: p.clock.Now, Texts: tc.texts}.Loop()
			p.send(teller)
			p.happens(debt.MessageSent)
			p.send(teller)
			list := p.messages()
			if tc.channel == "" && len(list) != 0 || tc.channel != "" && (len(list) != 1 || list[0].Channel != tc.channel || list[0].Language != tc.language) {
				t.Errorf("%+v", list)
			}
		})
	}
}

// A code for a new address and the notice to the old one go where they were written to, whatever
// the record says by then; news do not.
func TestWhatIsAboutAnAddressGoesToThatAddress(t *testing.T) {
	p := newPlace(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}), "a")
	box := open(t, p)
	p.add(outbox.Mail{Template: "mail_contact_code", Recipient: "neu@example.net", Args: map[string]string{"code": "123456"}, Language: "en"})
	p.add(outbox.Mail{Template: "mail_contact_changed", Key: "x", Recipient: "alt@example.net"})
	p.send(p.post(p.sender(box.URL(), email.Times{})))
	got := map[string]string{}
	for _, m := range box.Received() {
		got[m.To] = m.Subject + m.Text
	}
	if len(got) != 2 || !strings.Contains(got["neu@example.net"], "Your code is 123456") || !strings.Contains(got["alt@example.net"], "Ihre Kontaktdaten wurden geändert") {
		t.Errorf("%v", got)
	}
	for to, said := range got {
		if strings.Contains(said, "/abbestellen") {
			t.Errorf("%s: a mail about safety can be declined", to)
		}
	}
}

func TestATextMessageAboutNewsSaysNothingOfTheMatter(t *testing.T) {
	p := newPlace(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}), "a", func(f *store.NewFile) { f.Debtor.Phone = "01711234567" })
	g := newGateway(t)
	p.add(outbox.Mail{Channel: outbox.SMS, Template: string(debt.MessageSent), Key: "x", Recipient: "01711234567"})
	p.add(outbox.Mail{Channel: outbox.SMS, Template: "nonsense", Key: "y", Recipient: "01711234567"})
	p.send(p.texts(g))
	if n := len(g.taken); n != 1 {
		t.Errorf("%d text messages", n)
	}
}
