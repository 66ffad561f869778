package notifications_test

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/notifications"
	"quitt/notifications/email"
	"quitt/notifications/email/sink"
	"quitt/store"
	"quitt/store/outbox"
	"quitt/store/storetest"
)

var _ notifications.Carrier = (*email.Sender)(nil)

var patientTimes = email.Times{Grace: time.Millisecond}

// What a failure means depends on the moment: before the end of the message it has
// certainly not gone out, after it nobody knows, and a 250 is final whatever comes then.
func TestAFailureMeansWhatItsMomentSays(t *testing.T) {
	short, long := 100*time.Millisecond, time.Minute
	patient := email.Times{Step: long, Reply: long, Grace: short}
	for _, tc := range []struct {
		name  string
		says  script
		times email.Times
		state outbox.State
		code  string
		stops bool
	}{
		{"greeting 421", script{greeting: "421 4.3.2 later"}, patient, outbox.Waiting, "421 4.3.2", false},
		{"greeting 554", script{greeting: "554 no service"}, patient, outbox.Waiting, "554", false},
		{"greeting drop", script{greeting: "drop"}, patient, outbox.Waiting, "no_connection", false},
		{"greeting stall", script{greeting: "stall"}, email.Times{Step: short, Reply: long, Grace: short}, outbox.Waiting, "no_connection", false},
		{"sender refused", script{mail: "550 5.7.1 not you"}, patient, outbox.Waiting, "550 5.7.1", false},
		{"sender later", script{mail: "451 later"}, patient, outbox.Waiting, "451", false},
		{"recipient later", script{rcpt: "450 4.2.1 greylisted"}, patient, outbox.Waiting, "450 4.2.1", false},
		{"recipient unknown", script{rcpt: "550 5.1.1 who is that"}, patient, outbox.Failed, "550 5.1.1", true},
		{"recipient refused without a reason", script{rcpt: "550 no"}, patient, outbox.Failed, "550", true},
		{"recipient refused because of us", script{rcpt: "550 5.7.1 relaying denied"}, patient, outbox.Failed, "550 5.7.1", false},
		{"mailbox full", script{rcpt: "552 5.2.2 full"}, patient, outbox.Failed, "552 5.2.2", false},
		{"data later", script{data: "451 later"}, patient, outbox.Waiting, "451", false},
		{"data refused", script{data: "554 no"}, patient, outbox.Failed, "554", false},
		{"end later", script{end: "452 4.3.1 disk"}, patient, outbox.Waiting, "452 4.3.1", false},
		{"end refused", script{end: "554 5.6.0 content"}, patient, outbox.Failed, "554 5.6.0", false},
		{"end refused for the address", script{end: "550 5.1.1 who"}, patient, outbox.Failed, "550 5.1.1", true},
		{"end drop", script{end: "drop"}, patient, outbox.Unknown, "no_reply", false},
		{"end stall", script{end: "stall"}, email.Times{Step: long, Reply: short, Grace: short}, outbox.Unknown, "no_reply", false},
		{"taken, then drop", script{dropAfter: true}, patient, outbox.Sent, "", false},
		{"taken", script{}, patient, outbox.Sent, "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				p, remote := newPlace(t, s, "a"), newServer(t)
				remote.become(tc.says)
				p.news()
				post := p.post(p.sender(remote.url, tc.times))
				p.send(post)
				m := p.only()
				tries := 1
				if strings.HasPrefix(tc.name, "greeting") || strings.HasPrefix(tc.name, "sender") {
					tries = 0 // it never came to this message
				}
				if m.State != tc.state || m.LastError != tc.code || m.Attempts != tries {
					t.Fatalf("%s %q after %d tries, want %s %q", m.State, m.LastError, m.Attempts, tc.state, tc.code)
				}
				finished := m.State == outbox.Sent || m.State == outbox.Failed
				if finished != (m.Recipient == "") || finished != (len(m.Args) == 0 && m.Recipient == "") {
					t.Errorf("%s still holds the address, or does not any more", m.State)
				}
				wantStop, events := debt.Reachable, 0
				if tc.stops {
					wantStop, events = debt.StopBounced, 1
				}
				if got := p.debtor().EmailStopped; got != wantStop || len(p.events(debt.ContactBounced)) != events {
					t.Errorf("stopped %q with %d events", got, len(p.events(debt.ContactBounced)))
				}
				// The server mends; a week goes by. What waited goes out, nothing goes twice.
				remote.become(script{})
				for range 7 {
					p.clock.Move(20 * time.Hour)
					p.send(post)
				}
				last := tc.state
				if last == outbox.Waiting {
					last = outbox.Sent
				}
				if m := p.only(); m.State != last {
					t.Errorf("later it is %s %q", m.State, m.LastError)
				}
				for id, n := range remote.taken() {
					if n != 1 {
						t.Errorf("%s was taken %d times", id, n)
					}
				}
			})
		})
	}
}

// Six waits, a day and a half: then the message has failed, and nobody is stopped for it.
func TestAServerThatIsAwayIsTriedForADayAndAHalf(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p, remote := newPlace(t, s, "a"), newServer(t)
		remote.become(script{rcpt: "450 later"})
		p.news()
		post := p.post(p.sender(remote.url, email.Times{Grace: time.Millisecond}))
		begin, tries := p.clock.Now(), 0
		for p.only().State != outbox.Failed {
			if p.send(post); p.only().Attempts != tries+1 {
				t.Fatalf("%d tries after %s", p.only().Attempts, p.clock.Now().Sub(begin))
			}
			tries++
			if next := p.only().NextAt; !next.IsZero() {
				p.clock.Move(next.Sub(p.clock.Now()) - time.Second)
				p.send(post) // too early
				p.clock.Move(time.Second)
			}
		}
		if took := p.clock.Now().Sub(begin); tries != 7 || took != 32*time.Hour+36*time.Minute {
			t.Errorf("%d tries in %s", tries, took)
		}
		if p.debtor().EmailStopped != debt.Reachable {
			t.Error("the address was stopped")
		}
	})
}

// A server that is down, or takes messages without a word, gets one try, not one per message.
func TestADownServerRests(t *testing.T) {
	for name, says := range map[string]script{"refuses": {greeting: "421 no"}, "says nothing in the end": {end: "drop"}} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
			p := newPlace(t, s, "a")
			remote := newServer(t)
			remote.become(says)
			for range 3 {
				p.news()
			}
			if did, err := p.post(p.sender(remote.url, email.Times{})).Work(ctx, p.creditor); did != 1 || err == nil {
				t.Errorf("%d messages tried, %v", did, err)
			}
		})
	}
}

// A long weekend: that nobody opens is no fault of the message. It goes out soon after the
// server is back, and not after the wait its tries would have earned.
func TestAServerThatCannotBeReachedUsesUpNoTries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p, remote := newPlace(t, s, "a"), newServer(t)
		remote.become(script{greeting: "421 closed"})
		p.news()
		post := p.post(p.sender(remote.url, email.Times{}))
		for range 3 * 24 {
			p.send(post)
			p.clock.Move(time.Hour)
		}
		remote.become(script{})
		p.send(post)
		if m := p.only(); m.State != outbox.Sent {
			t.Errorf("%s %q after %d tries, next %s", m.State, m.LastError, m.Attempts, m.NextAt)
		}
	})
}

// What thousands are told must not hold up the code one person waits for.
func TestACodeDoesNotWaitForNews(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlace(t, s, "a")
		box := open(t, p)
		p.news()
		p.code()
		p.news()
		codes := notifications.Post{Store: s, Now: p.clock.Now, Channel: outbox.Email, Carrier: p.sender(box.URL(), email.Times{}),
			Head: letterhead(), Codes: true}.Loop()
		p.send(codes)
		if got := box.Received(); len(got) != 1 || !strings.Contains(got[0].Text, "123456") || codes.Name != "email_codes" || codes.Queue != nil {
			t.Errorf("%s: %+v", codes.Name, got)
		}
		p.send(p.post(p.sender(box.URL(), email.Times{})))
		if n := len(box.Received()); n != 3 {
			t.Errorf("%d mails in the end", n)
		}
	})
}

func TestACodeIsNeverSentLate(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		p := newPlace(t, storetest.Open(t, store.Options{URL: url}), "a")
		box := open(t, p)
		p.code()
		p.clock.Move(10 * time.Minute)
		p.send(p.post(p.sender(box.URL(), email.Times{})))
		if m := p.only(); m.State != outbox.Stopped || m.LastError != "expired" || len(box.Received()) != 0 {
			t.Errorf("%s %q, %d received", m.State, m.LastError, len(box.Received()))
		}
		if strings.Contains(storetest.Dump(t, url), "123456") {
			t.Error("the code is still stored")
		}
		p.code()
		p.send(p.post(p.sender(box.URL(), email.Times{})))
		if got := box.Received(); len(got) != 1 || !strings.Contains(got[0].Text, "123456") || got[0].To != address {
			t.Errorf("%+v", got)
		}
		if dump := storetest.Dump(t, url); strings.Contains(dump, "123456") {
			t.Error("a code that was sent is still stored")
		}
	})
}

func open(t testing.TB, p *place) *sink.Sink {
	t.Helper()
	box, err := sink.Open(p.clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	return box
}

// News go to where the debtor is reached when they go; a code only to where it was asked
// for; nothing to a stopped address, but for a code somebody asks for who declined mails.
func TestAMessageGoesWhereItsReaderIsToday(t *testing.T) {
	for _, tc := range []struct {
		name    string
		once    bool
		email   debt.Personal
		stopped debt.Stop
		to      string
		code    string
	}{
		{"news", false, address, "", address, ""},
		{"news after a change", false, "new@example.org", "", "new@example.org", ""},
		{"news after opting out", false, address, debt.StopOptOut, "", "address_stopped"},
		{"news after a bounce", false, address, debt.StopBounced, "", "address_stopped"},
		{"news without an address", false, "", "", "", "address_changed"},
		{"code", true, address, "", address, ""},
		{"code after a change", true, "new@example.org", "", "", "address_changed"},
		{"code after opting out", true, address, debt.StopOptOut, address, ""},
		{"code after a bounce", true, address, debt.StopBounced, "", "address_stopped"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
			p := newPlace(t, s, "a", func(f *store.NewFile) { f.Debtor.Email = tc.email })
			d := p.debtor()
			d.EmailStopped = tc.stopped
			p.write(func(tx *store.Tx) error { return tx.SaveStops(d) })
			if tc.once {
				p.code()
			} else {
				p.news()
			}
			box := open(t, p)
			p.send(p.post(p.sender(box.URL(), email.Times{})))
			got := box.Received()
			if tc.to == "" && (len(got) != 0 || p.only().State != outbox.Stopped || p.only().LastError != tc.code) {
				t.Errorf("%d sent, %s %q", len(got), p.only().State, p.only().LastError)
			}
			if tc.to != "" && (len(got) != 1 || got[0].To != tc.to) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// crash is a carrier of a process that dies before or after the message went out.
type crash struct {
	notifications.Carrier

	before, after bool
}

func (c *crash) Carry(ctx context.Context, m notifications.Message) notifications.Delivery {
	if c.before {
		panic("killed before")
	}
	d := c.Carrier.Carry(ctx, m)
	if c.after {
		panic("killed after")
	}
	return d
}

// die works until the carrier kills it.
func (p *place) die(l notifications.Loop) {
	p.t.Helper()
	defer func() {
		if recover() == nil {
			p.t.Error("nothing died")
		}
	}()
	_, _ = l.Work(ctx, p.creditor)
}

func TestWhatADeadProcessHeldIsUnknownAndNotSentTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for i, dead := range []*crash{{before: true}, {after: true}} {
			p := newPlace(t, s, "c"+strconv.Itoa(i))
			box := open(t, p)
			dead.Carrier = p.sender(box.URL(), email.Times{})
			whole := p.post(dead.Carrier)
			p.news()
			p.die(p.post(dead))
			p.send(whole)
			if m := p.only(); m.State != outbox.Sending {
				t.Errorf("within the lease it is %s", m.State)
			}
			p.clock.Move(time.Hour)
			p.send(whole)
			p.clock.Move(100 * time.Hour)
			p.send(whole)
			sent := len(box.Received())
			if m := p.only(); m.State != outbox.Unknown || m.LastError != "lease_ran_out" || sent != i {
				t.Errorf("%s %q, %d sent", m.State, m.LastError, sent)
			}
			if q, err := whole.Queue(ctx, p.creditor); err != nil || q.Unknown != 1 || q.Waiting != 0 {
				t.Errorf("%+v %v", q, err)
			}
			desk := notifications.Desk{Store: s, Now: p.clock.Now}
			if err := desk.Resend(ctx, p.only().ID); err != nil {
				t.Fatal(err)
			}
			p.send(whole)
			if m := p.only(); m.State != outbox.Sent || len(box.Received()) != sent+1 {
				t.Errorf("sent again it is %s", m.State)
			}
		}
	})
}

// Many processes, one mail each.
func TestProcessesSideBySideSendEachMessageOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p, remote := newPlace(t, s, "a"), newServer(t)
		const n = 30
		for range n {
			p.news()
		}
		post := p.post(p.sender(remote.url, email.Times{}))
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				for len(remote.taken()) < n {
					if _, err := post.Work(ctx, p.creditor); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		for id, times := range remote.taken() {
			if times != 1 {
				t.Errorf("%s was sent %d times", id, times)
			}
		}
		p.send(post)
		for _, m := range p.messages() {
			if m.State != outbox.Sent {
				t.Errorf("%s", m.State)
			}
		}
	})
}

func TestWithoutAServerMailsWait(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	p := newPlace(t, s, "a")
	p.news()
	p.send(p.post(nil))
	if m := p.only(); m.State != outbox.Waiting || m.Attempts != 0 {
		t.Errorf("%s after %d tries", m.State, m.Attempts)
	}
}

func TestOnlyWhatMayGoAgainIsResent(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	p := newPlace(t, s, "a")
	desk := notifications.Desk{Store: s, Now: p.clock.Now}
	box := open(t, p)
	refuses := func(id debt.ID, key string) {
		t.Helper()
		if err := desk.Resend(ctx, id); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%v, want %s", err, key)
		}
	}
	refuses(store.NewID(), "message_unknown")
	p.news()
	refuses(p.only().ID, "message_under_way")
	p.send(p.post(p.sender(box.URL(), email.Times{})))
	refuses(p.only().ID, "message_sent")
	p.code()
	p.clock.Move(time.Hour)
	p.send(p.post(nil))
	refuses(p.messages()[0].ID, "message_code")
}
