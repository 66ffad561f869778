package contacts_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"quitt/cases"
	"quitt/cases/contacts"
	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/store"
	kept "quitt/store/contacts"
	"quitt/store/outbox"
	"quitt/store/storetest"
	"quitt/store/tasks"
	"quitt/store/terms"
)

var ctx = context.Background()

// room is a desk with a case of a person who has an e-mail, and a clock.
type room struct {
	*testing.T
	contacts.Desk
	who   contacts.Who
	now   time.Time
	cases cases.Desk
}

func each(t *testing.T, do func(*room)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := &room{T: t, now: storetest.Now}
		creditor := storetest.Creditor(t, s, "koeln").ID
		f := storetest.File(creditor, "R")
		f.Debtor.Email, f.Debtor.AddressSource = "alt@example.org", "researched"
		clock := func() time.Time { return r.now }
		r.Desk = contacts.Desk{Store: s, Now: clock, Keys: [][]byte{[]byte(strings.Repeat("k", 32))}, Texts: true}
		r.cases = cases.Desk{Store: s, Now: clock, Views: cases.NewViews(10)}
		r.who = contacts.Who{CreditorID: creditor, CaseID: f.File.Case.ID, By: debt.Actor{Kind: "debtor"}, Language: "en"}
		r.write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
		do(r)
	})
}

func (r *room) write(do func(*store.Tx) error) {
	r.Helper()
	if err := r.Store.Write(ctx, r.who.CreditorID, do); err != nil {
		r.Fatal(err)
	}
}

func (r *room) read(do func(*store.Reader) error) {
	r.Helper()
	if err := r.Store.Read(ctx, r.who.CreditorID, do); err != nil {
		r.Fatal(err)
	}
}

func (r *room) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func (r *room) view() cases.View {
	r.Helper()
	v, err := r.cases.View(ctx, r.who.CreditorID, r.who.CaseID)
	r.must(err)
	return v
}

func (r *room) card() contacts.Card {
	r.Helper()
	c, err := r.Card(ctx, r.who.CreditorID, r.who.CaseID)
	r.must(err)
	return c
}

// sent lists the messages that wait, the newest first.
func (r *room) sent() (list []outbox.Message) {
	r.Helper()
	r.read(func(t *store.Reader) (err error) {
		list, err = outbox.List(t, outbox.Waiting, 50)
		return err
	})
	return list
}

func (r *room) open() (list []tasks.Task) {
	r.Helper()
	r.read(func(t *store.Reader) (err error) {
		list, err = tasks.List(t, 50)
		return err
	})
	return list
}

var newHome = contacts.Address{Street: " Ahornweg  12", Postcode: "50 825", City: "Köln"}

func TestANewAddressHoldsAtOnceAndTheOldOneIsKept(t *testing.T) {
	each(t, func(r *room) {
		r.write(func(tx *store.Tx) error { // a letter came back
			f, err := tx.LockOne(r.who.CaseID)
			r.must(err)
			d, err := tx.LoadDebtor(f.Case.DebtorID)
			r.must(err)
			d.AddressStopped = debt.StopMoved
			return tx.SaveStops(d)
		})
		old := r.view().Debtor
		r.must(r.Move(ctx, r.who, newHome))
		d := r.view().Debtor // the view kept of the case is read anew
		if d.Street != "Ahornweg 12" || d.Postcode != "50825" || d.City != "Köln" || d.AddressStopped != debt.Reachable || d.AddressSource != "debtor" ||
			d.LastName != old.LastName || d.Email != old.Email || d.BirthOn != old.BirthOn {
			r.Errorf("%s %s %s %q %q", d.Street.Reveal(), d.Postcode.Reveal(), d.City.Reveal(), d.AddressStopped, d.AddressSource)
		}
		c := r.card()
		if len(c.Changes) != 1 || !strings.Contains(c.Changes[0].Old.Reveal(), old.Street.Reveal()) || c.Changes[0].Source != "debtor" ||
			c.Changes[0].ValidFrom != debt.DateIn(r.now, debt.Berlin) {
			r.Errorf("%+v", c.Changes)
		}
		mails := r.sent()
		if len(mails) != 1 || mails[0].Recipient != "alt@example.org" || mails[0].Template != contacts.NoticeBody || mails[0].Language != "en" {
			r.Errorf("%d mails: %+v", len(mails), mails)
		}
		if list := r.open(); len(list) != 1 || list[0].Kind != contacts.TaskAddress {
			r.Errorf("tasks: %+v", list)
		}
		r.must(r.Move(ctx, r.who, newHome))
		if len(r.card().Changes) != 1 || len(r.sent()) != 1 {
			r.Error("the same address again is a change")
		}
		r.must(r.Checked(ctx, r.who.CreditorID, c.Changes[0].ID))
		if len(r.open()) != 0 {
			r.Error("a clerk has looked and it is still a task")
		}
		debttest.WantKey(r, r.Checked(ctx, r.who.CreditorID, store.NewID()), debt.NotFound, "contact_change_unknown")
	})
}

// Events and rows in the clear never say what has changed.
func TestEventsAndColumnsDoNotSayWhatChanged(t *testing.T) {
	each(t, func(r *room) {
		r.must(r.Move(ctx, r.who, newHome))
		r.must(r.Ask(ctx, r.who, kept.Email, "neu@example.net"))
		r.must(r.Confirm(ctx, r.who, kept.Email, r.code()))
		events := 0
		for _, e := range r.view().Events {
			if e.Type != debt.ContactChanged {
				continue
			}
			events++
			for k, v := range e.Data {
				if s, ok := v.(string); ok && (strings.Contains(s, "Ahorn") || strings.Contains(s, "@")) {
					r.Errorf("%s says %q", k, s)
				}
			}
		}
		if events != 2 {
			r.Errorf("%d events", events)
		}
		r.read(func(t *store.Reader) error {
			var rows []struct {
				Old  string `db:"old_value"`
				New  string `db:"new_value"`
				Hash string `db:"code_hash"`
			}
			err := t.List(&rows, `SELECT old_value, new_value, code_hash FROM contact_changes WHERE creditor_id = $1`, t.Creditor())
			for _, x := range rows {
				if !strings.HasPrefix(x.Old, "~1:") || !strings.HasPrefix(x.New, "~1:") || x.Hash != "" {
					r.Errorf("in the clear: %+v", x)
				}
			}
			return err
		})
	})
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	each(t, func(r *room) {
		for key, a := range map[string]contacts.Address{
			"contact_address_incomplete": {Street: " ", Postcode: "50825", City: "Köln"},
			"contact_postcode":           {Street: "Weg 1", Postcode: "5082", City: "Köln"},
			"contact_address_long":       {Street: debt.Personal(strings.Repeat("ä", 61)), Postcode: "50825", City: "Köln"},
		} {
			debttest.WantKey(r, r.Move(ctx, r.who, a), debt.Invalid, key)
		}
		for _, bad := range []debt.Personal{"", "x", "x@", "x@localhost", "Mara <m@example.org>", "a@b.c\nBcc: d@e.f"} {
			debttest.WantKey(r, r.Ask(ctx, r.who, kept.Email, bad), debt.Invalid, "contact_email_invalid")
		}
		for _, bad := range []debt.Personal{"", "12", "0171 call me", "+49+171 1234567"} {
			debttest.WantKey(r, r.Ask(ctx, r.who, kept.Phone, bad), debt.Invalid, "contact_phone_invalid")
		}
		r.Texts = false
		debttest.WantKey(r, r.Ask(ctx, r.who, kept.Phone, "0171 1234567"), debt.Unavailable, "contact_no_texts")
		debttest.WantKey(r, r.Prefer(ctx, r.who, contacts.Wishes{Channel: "sms"}), debt.Invalid, "contact_wish_unknown")
		debttest.WantKey(r, r.Prefer(ctx, r.who, contacts.Wishes{Language: "tlh"}), debt.Invalid, "contact_wish_unknown")
	})
}

// code is the newest one in the outbox.
func (r *room) code() string {
	r.Helper()
	for _, m := range r.sent() {
		if m.Template == contacts.CodeBody {
			return m.Args["code"]
		}
	}
	r.Fatal("no code was sent")
	return ""
}

func TestANewEmailCountsOnceItsCodeIsTyped(t *testing.T) {
	each(t, func(r *room) {
		r.must(r.Ask(ctx, r.who, kept.Email, " neu@example.net "))
		if d := r.view().Debtor; d.Email != "alt@example.org" {
			r.Errorf("it counts already: %s", d.Email.Reveal())
		}
		m := r.sent()[0]
		if m.Recipient != "neu@example.net" || m.Channel != outbox.Email || !m.ExpiresAt.Equal(r.now.Add(10*time.Minute)) {
			r.Errorf("sent to %s by %s until %s", m.Recipient.Reveal(), m.Channel, m.ExpiresAt)
		}
		if c := r.card(); len(c.Underway) != 1 || len(c.Changes) != 0 {
			r.Errorf("%+v", c)
		}
		code := r.code()
		wrong := "000000"
		if code == wrong {
			wrong = "000001"
		}
		debttest.WantKey(r, r.Confirm(ctx, r.who, kept.Email, wrong), debt.Forbidden, "contact_code_wrong")
		debttest.WantKey(r, r.Confirm(ctx, r.who, kept.Email, "12345"), debt.Invalid, "one_time_invalid")
		// What was sent for an e-mail proves nothing about a telephone.
		debttest.WantKey(r, r.Confirm(ctx, r.who, kept.Phone, code), debt.Expired, "one_time_expired")
		r.must(r.Confirm(ctx, r.who, kept.Email, code[:3]+" "+code[3:]))
		if d := r.view().Debtor; d.Email != "neu@example.net" {
			r.Errorf("it does not count: %s", d.Email.Reveal())
		}
		if m := r.sent()[0]; m.Recipient != "alt@example.org" || m.Template != contacts.NoticeBody {
			r.Errorf("the known address is not told: %+v", m)
		}
		debttest.WantKey(r, r.Confirm(ctx, r.who, kept.Email, code), debt.Expired, "one_time_expired")
	})
}

func TestCodesHaveTheirLimits(t *testing.T) {
	each(t, func(r *room) {
		r.must(r.Ask(ctx, r.who, kept.Phone, "0171 / 123 45 67"))
		if m := r.sent()[0]; m.Channel != outbox.SMS || m.Recipient != "01711234567" {
			r.Errorf("%s by %s", m.Recipient.Reveal(), m.Channel)
		}
		code := r.code()
		wrong := "999999"
		if code == wrong {
			wrong = "999998"
		}
		for range 5 {
			debttest.WantKey(r, r.Confirm(ctx, r.who, kept.Phone, wrong), debt.Forbidden, "contact_code_wrong")
		}
		debttest.WantKey(r, r.Confirm(ctx, r.who, kept.Phone, code), debt.Expired, "one_time_expired")
		first := code
		r.must(r.Ask(ctx, r.who, kept.Phone, "0171 1234567"))
		if second := r.code(); second != first {
			debttest.WantKey(r, r.Confirm(ctx, r.who, kept.Phone, first), debt.Forbidden, "contact_code_wrong")
		}
		r.must(r.Ask(ctx, r.who, kept.Email, "neu@example.net"))
		debttest.WantKey(r, r.Ask(ctx, r.who, kept.Email, "neu@example.net"), debt.Forbidden, "one_time_too_many")
		late := r.code()
		r.now = r.now.Add(11 * time.Minute)
		debttest.WantKey(r, r.Confirm(ctx, r.who, kept.Email, late), debt.Expired, "one_time_expired")
		if c := r.card(); len(c.Underway) != 0 {
			r.Errorf("still under way: %d", len(c.Underway))
		}
		r.now = r.now.Add(time.Hour)
		r.must(r.Ask(ctx, r.who, kept.Email, "neu@example.net"))
		r.Keys = [][]byte{[]byte(strings.Repeat("n", 32)), r.Keys[0]} // a new pepper came meanwhile
		r.must(r.Confirm(ctx, r.who, kept.Email, r.code()))
		r.Keys = nil
		debttest.WantKey(r, r.Ask(ctx, r.who, kept.Email, "x@example.net"), debt.Unavailable, "pepper_missing")
	})
}

func TestWishesAreKept(t *testing.T) {
	each(t, func(r *room) {
		r.must(r.Decline(ctx, r.who))
		if d := r.view().Debtor; d.EmailStopped != debt.StopOptOut {
			r.Errorf("declined: %q", d.EmailStopped)
		}
		r.must(r.Ask(ctx, r.who, kept.Email, "neu@example.net"))
		r.must(r.Confirm(ctx, r.who, kept.Email, r.code()))
		if d := r.view().Debtor; d.EmailStopped != debt.StopOptOut {
			r.Error("a new address wishes for mails by itself")
		}
		r.must(r.Prefer(ctx, r.who, contacts.Wishes{Channel: "email", Language: "en"}))
		d := r.view().Debtor
		if d.EmailStopped != debt.Reachable || d.PreferredChannel != "email" || d.PreferredLanguage != "en" {
			r.Errorf("%q %q %q", d.EmailStopped, d.PreferredChannel, d.PreferredLanguage)
		}
		before := len(r.view().Events)
		r.must(r.Prefer(ctx, r.who, contacts.Wishes{Channel: "email", Language: "en"}))
		if len(r.view().Events) != before {
			r.Error("the same wishes again are told")
		}
	})
}

// A wish of before stays; a new one is one among the ways the creditor uses.
func TestAWayTheCreditorLeavesOutIsNoneToWishFor(t *testing.T) {
	each(t, func(r *room) {
		r.Texts = true
		r.must(r.Prefer(ctx, r.who, contacts.Wishes{Channel: "sms"}))
		r.write(func(tx *store.Tx) error {
			return terms.Save(tx, debt.Settings{}, debt.Settings{Channels: debt.Channels{NoEmail: true, NoText: true}})
		})
		r.must(r.Prefer(ctx, r.who, contacts.Wishes{Channel: "sms", Language: "en"}))
		debttest.WantKey(r, r.Prefer(ctx, r.who, contacts.Wishes{Channel: "email"}), debt.Invalid, "contact_wish_unknown")
		r.must(r.Prefer(ctx, r.who, contacts.Wishes{Channel: "letter", Language: "en"}))
		debttest.WantKey(r, r.Prefer(ctx, r.who, contacts.Wishes{Channel: "sms"}), debt.Invalid, "contact_wish_unknown")
		if k := r.card(); !k.Left.NoText || !k.Texts || k.Debtor.PreferredLanguage != "en" {
			r.Errorf("%+v", k)
		}
	})
}

// Another case about the same person shows the new address too.
func TestEveryCaseAboutThePersonChanges(t *testing.T) {
	each(t, func(r *room) {
		other := storetest.File(r.who.CreditorID, "S")
		r.write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{other}) })
		r.write(func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE cases SET debtor_id = $3 WHERE creditor_id = $1 AND id = $2`, tx.Creditor(), other.File.Case.ID, r.view().Debtor.ID)
			return err
		})
		see := func() string {
			v, err := r.cases.View(ctx, r.who.CreditorID, other.File.Case.ID)
			r.must(err)
			return v.Debtor.Street.Reveal()
		}
		before := see()
		r.must(r.Move(ctx, r.who, newHome))
		if got := see(); got != "Ahornweg 12" || got == before {
			r.Errorf("the other case shows %q", got)
		}
	})
}
