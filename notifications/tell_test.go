package notifications_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/notifications"
	"quitt/notifications/email"
	"quitt/portal/text"
	"quitt/store"
	"quitt/store/outbox"
	"quitt/store/storetest"
)

func (p *place) teller() notifications.Loop {
	return notifications.Teller{Store: p.store, Now: p.clock.Now}.Loop()
}

func templates(list []outbox.Message) (names []string) {
	for _, m := range list {
		names = append(names, m.Template)
	}
	slices.Sort(names)
	return names
}

func TestOfAllEventsTheDebtorHearsOfThese(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlace(t, s, "a")
		p.happens(debt.PaymentSucceededEvent) // before there was a teller
		p.send(p.teller())
		p.happens(debt.EventTypes()...)
		p.send(p.teller())
		p.send(p.teller())
		var want []string
		for _, e := range notifications.Told() {
			want = append(want, string(e))
		}
		slices.Sort(want)
		if got := templates(p.messages()); !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		for _, m := range p.messages() {
			if m.Recipient != address || m.Language != "de" || !m.ExpiresAt.After(p.clock.Now()) {
				t.Errorf("%+v", m)
			}
		}
	})
}

func TestOfChangesOfAPlanTheDebtorHearsWhatIsNew(t *testing.T) {
	p := newPlace(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}), "a")
	p.send(p.teller())
	debtor := debt.Actor{Kind: "debtor", ID: "d"}
	for _, tc := range []struct {
		what  string
		by    debt.Actor
		data  debt.Args
		mails int
	}{
		{"another way of paying, chosen", debtor, debt.Args{"method": "transfer"}, 0},
		{"another way of paying, because a card is dead", debt.System, debt.Args{"method": "transfer"}, 1},
		{"an excuse", debtor, debt.Args{"because": "not_responsible"}, 0},
		{"an excuse, for somebody", debt.Actor{Kind: "representative", ID: "r"}, debt.Args{"because": "not_responsible"}, 0},
		{"an excuse, answered", debt.Actor{Kind: "creditor"}, debt.Args{"because": "excused"}, 1},
		{"another day, by the debtor", debtor, debt.Args{"change": "move", "instalments": []any{}}, 1},
	} {
		before := len(p.messages())
		p.occur(debt.Event{Type: debt.PlanChanged, Actor: tc.by, Data: tc.data})
		p.send(p.teller())
		if got := len(p.messages()) - before; got != tc.mails {
			t.Errorf("%s: %d mails, want %d", tc.what, got, tc.mails)
		}
	}
}

func TestEveryToldEventHasItsSentences(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	p := newPlace(t, s, "a")
	p.send(p.teller())
	p.happens(notifications.Told()...)
	p.send(p.teller())
	box := open(t, p)
	p.send(p.post(p.sender(box.URL(), email.Times{})))
	bodies := map[string]bool{}
	for _, m := range box.Received() {
		bodies[m.Text] = true
	}
	if len(bodies) != len(notifications.Told()) {
		t.Errorf("%d different texts for %d events", len(bodies), len(notifications.Told()))
	}
}

// A reminder says the day and is no use after it; a sum is nobody's business who reads along.
func TestAReminderNamesTheDayAndNoSum(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlace(t, s, "a")
		p.send(p.teller())
		p.tells(debt.PlanInstalmentDue, debt.System, debt.Args{"amount_cents": 123_45, "due": p.today().AddDays(2)})
		p.send(p.teller())
		box := open(t, p)
		end := p.today().AddDays(3).Time()
		for _, m := range p.messages() {
			if m.ExpiresAt.After(end) {
				t.Errorf("it still goes out %s, after the day", m.ExpiresAt)
			}
		}
		p.send(p.post(p.sender(box.URL(), email.Times{})))
		list := box.Received()
		if len(list) != 1 || !contains(list[0].Text, text.For(text.German).Date(p.today().AddDays(2))) || contains(list[0].Text, "123") {
			t.Errorf("%+v", list)
		}
	})
}

// What the debtor did, or hears of with other news, is no news.
func TestWhatThePapersAndAnswersOfPlansAreWorth(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	for i, tc := range []struct {
		event debt.EventType
		by    string
		data  debt.Args
		told  bool
	}{
		{debt.PlanPaperEvent, "system", debt.Args{"kind": "cost_notice"}, true},
		{debt.PlanPaperEvent, "system", debt.Args{"kind": "agreement"}, false},
		{debt.PlanPaperEvent, "system", debt.Args{"kind": "change"}, false},
		{debt.PlanDeclinedEvent, "creditor", nil, true},
		{debt.PlanDeclinedEvent, "debtor", nil, false},
		{debt.PlanDeclinedEvent, "representative", nil, false},
		{debt.PlanProposed, "debtor", nil, false},
		{debt.PlanInstalmentDue, "system", debt.Args{"due": "soon"}, false},
	} {
		p := newPlace(t, s, string(rune('a'+i)))
		p.send(p.teller())
		p.tells(tc.event, debt.Actor{Kind: tc.by}, tc.data)
		p.send(p.teller())
		if got := len(p.messages()) == 1; got != tc.told {
			t.Errorf("%s by %s, %v: told %v", tc.event, tc.by, tc.data, got)
		}
	}
}

// tells books one event.
func (p *place) tells(e debt.EventType, by debt.Actor, data debt.Args) {
	p.t.Helper()
	p.write(func(tx *store.Tx) error {
		f, err := tx.LockOne(p.caseID)
		if err != nil {
			return err
		}
		event := f.Case.EventOf(e, data)
		event.ID, event.At, event.Actor = store.NewID(), p.clock.Now(), by
		return tx.Book(store.Booking{File: f, Events: []debt.Event{event}})
	})
	if _, err := p.store.Sequence(ctx, p.creditor); err != nil {
		p.t.Fatal(err)
	}
}

func TestNobodyIsToldWhoIsNotToBe(t *testing.T) {
	for name, change := range map[string]func(f *store.NewFile){
		"no address":   func(f *store.NewFile) { f.Debtor.Email = "" },
		"not accepted": func(f *store.NewFile) { f.File.Case.Review = debt.ReviewReceived },
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
			p := newPlace(t, s, "a", change)
			p.send(p.teller())
			p.happens(debt.PaymentSucceededEvent)
			p.send(p.teller())
			if n := len(p.messages()); n != 0 {
				t.Errorf("%d messages", n)
			}
		})
	}
	t.Run("stopped", func(t *testing.T) {
		s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
		p := newPlace(t, s, "a")
		d := p.debtor()
		d.EmailStopped = debt.StopOptOut
		p.write(func(tx *store.Tx) error { return tx.SaveStops(d) })
		p.send(p.teller())
		p.happens(debt.PaymentSucceededEvent)
		p.send(p.teller())
		if n := len(p.messages()); n != 0 {
			t.Errorf("%d messages", n)
		}
	})
}

var errKilled = errors.New("killed")

// The teller's cursor and its mails are one transaction. Here the process dies between any
// two steps, and several tell at once: each event is told once.
func TestEachEventIsToldOnceWhereverTheProcessDies(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlace(t, s, "a")
		p.send(p.teller())
		box := open(t, p)
		sender := p.sender(box.URL(), email.Times{})
		const n = 12
		for i := range n {
			p.happens(debt.MessageSent)
			switch i % 4 {
			case 0: // inside the transaction, with everything written
				err := s.Write(ctx, p.creditor, func(tx *store.Tx) error {
					events, err := outbox.Follow(tx, "mail", 100)
					if err != nil || len(events) == 0 {
						t.Fatalf("%d events, %v", len(events), err)
					}
					if err := outbox.Add(tx, outbox.Mail{CaseID: p.caseID, Key: "lost", Template: "x"}, p.clock.Now()); err != nil {
						return err
					}
					return errKilled
				})
				if !errors.Is(err, errKilled) {
					t.Fatal(err)
				}
			case 1: // after it, before anything is sent
				p.send(p.teller())
			case 2: // with the message in hand
				p.send(p.teller())
				p.die(p.post(&crash{Carrier: sender, before: true}))
			case 3: // with the message sent and not noted
				p.send(p.teller())
				p.die(p.post(&crash{Carrier: sender, after: true}))
			}
		}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if _, err := p.teller().Work(ctx, p.creditor); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		p.clock.Move(time.Hour)
		for range 3 {
			p.send(p.teller())
			p.send(p.post(sender))
		}
		states := map[outbox.State]int{}
		for _, m := range p.messages() {
			states[m.State]++
		}
		// Three died with a message in hand and three after sending it: unknown, told to a
		// person, never sent again. All others went out once.
		if len(p.messages()) != n || states[outbox.Unknown] != 6 || states[outbox.Sent] != n-6 || len(box.Received()) != n-3 {
			t.Errorf("%d messages, %v, %d received", len(p.messages()), states, len(box.Received()))
		}
	})
}

func TestNewsThatAreAWeekOldAreNotTold(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	p := newPlace(t, s, "a")
	p.send(p.teller())
	p.happens(debt.MessageSent)
	p.send(p.teller())
	p.clock.Move(7 * 24 * time.Hour)
	box := open(t, p)
	p.send(p.post(p.sender(box.URL(), email.Times{})))
	if m := p.only(); m.State != outbox.Stopped || len(box.Received()) != 0 {
		t.Errorf("%s", m.State)
	}
}

// From the event to the mail, as the program runs it: nobody waits for a sweep.
func TestAMessageArrivesAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlace(t, s, "a")
		box := open(t, p)
		slow := func(l notifications.Loop) notifications.Loop { l.Every = time.Hour; return l }
		r := notifications.NewRunner(s, p.clock.Now, silent, slow(notifications.Loop{Name: "feed", Work: s.Sequence}),
			slow(p.teller()), slow(p.post(p.sender(box.URL(), email.Times{}))))
		running(t, r)
		until(t, "the teller has begun", func() bool {
			begun := false
			err := s.Read(ctx, p.creditor, func(r *store.Reader) (err error) {
				_, begun, err = outbox.Behind(r, "mail")
				return err
			})
			return err == nil && begun
		})
		p.write(func(tx *store.Tx) error {
			f, err := tx.LockOne(p.caseID)
			if err != nil {
				return err
			}
			return tx.Book(store.Booking{File: f, Events: []debt.Event{storetest.Event(f.Case, debt.MessageSent)}})
		})
		p.code()
		until(t, "both mails", func() bool { return len(box.Received()) == 2 })
	})
}

// Whoever sees a mailbox over somebody's shoulder must not learn what it is about.
func TestMailsSayNothingAboutTheMatter(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	p := newPlace(t, s, "a")
	p.send(p.teller())
	p.happens(notifications.Told()...)
	p.send(p.teller())
	box := open(t, p)
	p.send(p.post(p.sender(box.URL(), email.Times{})))
	d := p.debtor()
	for _, m := range box.Received() {
		for _, word := range []string{"€", "EUR", "Praxis", "F-1", "Reparatur", d.LastName.Reveal(), string(p.caseID), "#"} {
			if contains(m.Text, word) || contains(m.Subject, word) {
				t.Errorf("%q tells %q", m.Subject, word)
			}
		}
		for _, word := range []string{"Forderung", "Inkasso", "Schuld", "Mahn", "Zahlung", "Rate", "Einwand"} {
			if contains(m.Subject, word) {
				t.Errorf("the subject %q says %q", m.Subject, word)
			}
		}
	}
	if text.For(text.English).Text("mail_news_subject", nil) == "" {
		t.Error("no English subject")
	}
}
