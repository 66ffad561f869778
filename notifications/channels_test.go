package notifications_test

import (
	"slices"
	"testing"

	"quitt/debt"
	"quitt/notifications"
	"quitt/notifications/email"
	"quitt/store"
	"quitt/store/authorities"
	"quitt/store/outbox"
	"quitt/store/storetest"
	"quitt/store/terms"
)

// uses lays down which ways the creditor leaves out.
func (p *place) uses(before, now debt.Channels) {
	p.t.Helper()
	p.write(func(tx *store.Tx) error {
		return terms.Save(tx, debt.Settings{Channels: before}, debt.Settings{Channels: now})
	})
}

func TestNewsTakeNoWayTheCreditorLeavesOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for code, tc := range map[string]struct {
			by   debt.Channels
			wish string
			want outbox.Channel // "": nothing
		}{
			"all":         {debt.Channels{}, "", outbox.Email},
			"no-mail":     {debt.Channels{NoEmail: true}, "", ""},
			"mail-wished": {debt.Channels{NoEmail: true}, "email", ""},
			"text":        {debt.Channels{NoEmail: true}, "sms", outbox.SMS},
			"no-text":     {debt.Channels{NoText: true}, "sms", outbox.Email},
			"letter":      {debt.Channels{NoLetter: true}, "letter", ""},
		} {
			p := newPlace(t, s, code)
			p.wishes(func(d *debt.Debtor) { d.PreferredChannel = tc.wish })
			p.uses(debt.Channels{}, tc.by)
			teller := notifications.Teller{Store: s, Now: p.clock.Now, Texts: true}.Loop()
			p.send(teller)
			p.happens(debt.MessageSent)
			p.send(teller)
			list := p.messages()
			if tc.want == "" && len(list) != 0 || tc.want != "" && (len(list) != 1 || list[0].Channel != tc.want) {
				t.Errorf("%s: %+v", code, list)
			}
		}
	})
}

// What was written before a way was left out does not take it; codes, and what tells of a changed
// address, do.
func TestWhatWaitsForAWayThatIsLeftOutIsStopped(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p, g := newPlace(t, s, "a"), newGateway(t)
		p.news()
		p.code()
		p.add(outbox.Mail{Template: "mail_contact_code", Args: map[string]string{"code": "123456"}})
		p.add(outbox.Mail{Template: "mail_contact_changed", Key: "x"})
		p.add(outbox.Mail{Channel: outbox.SMS, Template: string(debt.MessageSent), Key: "y", Recipient: p.debtor().Phone})
		p.textCode()
		p.uses(debt.Channels{}, debt.Channels{NoEmail: true, NoText: true})
		p.send(p.post(p.sender(open(t, p).URL(), email.Times{})))
		p.send(p.texts(g))
		var stopped, sent []string
		for _, m := range p.messages() {
			if m.State == outbox.Sent {
				sent = append(sent, m.Template)
			} else if m.State == outbox.Stopped && m.LastError == "channel_off" {
				stopped = append(stopped, m.Template)
			}
		}
		slices.Sort(sent)
		if want := []string{"mail_contact_changed", "mail_contact_code", "mail_one_time_code", "mail_one_time_code"}; !slices.Equal(sent, want) {
			t.Errorf("sent %v", sent)
		}
		if !slices.Equal(stopped, []string{"message.sent", "message.sent"}) {
			t.Errorf("stopped %v", stopped)
		}
	})
}

func TestWhoActsForADebtorHearsByTheSameWays(t *testing.T) {
	p := newPlace(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}), "a")
	p.lawyer(t, authorities.Who{Name: "Kanzlei", Email: "kanzlei@example.org"})
	p.uses(debt.Channels{}, debt.Channels{NoEmail: true})
	p.send(p.teller())
	p.happens(debt.MessageSent)
	p.send(p.teller())
	if list := p.messages(); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	p.uses(debt.Channels{NoEmail: true}, debt.Channels{})
	p.happens(debt.MessageSent)
	p.send(p.teller())
	if list := p.messages(); len(list) != 1 {
		t.Errorf("%+v", list)
	}
}
