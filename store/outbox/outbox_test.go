package outbox_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/outbox"
	"quitt/store/storetest"
)

var ctx = context.Background()

func file(t *testing.T, s *store.Store, code string) (creditor, id debt.ID) {
	t.Helper()
	c := storetest.Creditor(t, s, code)
	f := storetest.File(c.ID, "1")
	if err := s.Write(ctx, c.ID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) }); err != nil {
		t.Fatal(err)
	}
	return c.ID, f.File.Case.ID
}

func write(t *testing.T, s *store.Store, creditor debt.ID, do func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Write(ctx, creditor, do); err != nil {
		t.Fatal(err)
	}
}

func add(t *testing.T, s *store.Store, creditor debt.ID, at time.Time, mails ...outbox.Mail) {
	t.Helper()
	write(t, s, creditor, func(tx *store.Tx) error {
		for _, m := range mails {
			if err := outbox.Add(tx, m, at); err != nil {
				return err
			}
		}
		return nil
	})
}

func listed(t *testing.T, s *store.Store, creditor debt.ID, state outbox.State) (list []outbox.Message) {
	t.Helper()
	err := s.Read(ctx, creditor, func(r *store.Reader) (err error) {
		list, err = outbox.List(r, state, 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func claim(t *testing.T, s *store.Store, creditor debt.ID, now time.Time, most int) (list []outbox.Message) {
	t.Helper()
	write(t, s, creditor, func(tx *store.Tx) (err error) {
		list, err = outbox.Claim(tx, outbox.Email, outbox.Lease{Now: now, Until: now.Add(time.Minute), Most: most})
		return err
	})
	return list
}

func templates(list []outbox.Message) (names []string) {
	for _, m := range list {
		names = append(names, m.Template)
	}
	slices.Sort(names)
	return names
}

func TestMessagesStayWithTheirTenantAndKeysAreTakenOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, id := file(t, s, "a")
		b, _ := file(t, s, "b")
		mail := outbox.Mail{CaseID: id, Recipient: "a@b.example", Template: "x", Key: "k"}
		sms := mail
		sms.Channel = outbox.SMS
		add(t, s, a, storetest.Now, mail, mail, sms, outbox.Mail{CaseID: id, Template: "y"}, outbox.Mail{CaseID: id, Template: "y"})
		if got := templates(listed(t, s, a, "")); !slices.Equal(got, []string{"x", "x", "y", "y"}) {
			t.Errorf("%v", got)
		}
		if got := listed(t, s, b, ""); len(got) != 0 {
			t.Errorf("%v", got)
		}
		err := s.Write(ctx, b, func(tx *store.Tx) error { return outbox.Add(tx, mail, storetest.Now) })
		if debt.KindOf(err) != debt.NotFound { // there is no key to seal it under
			t.Errorf("a mail about another tenant's case: %v", err)
		}
	})
}

func TestEachMessageIsClaimedByOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, id := file(t, s, "a")
		const n = 40
		for range n {
			add(t, s, a, storetest.Now, outbox.Mail{CaseID: id, Template: "x", Key: string(store.NewID())})
		}
		var mu sync.Mutex
		var all sync.WaitGroup
		seen := map[debt.ID]int{}
		for range 4 {
			all.Go(func() {
				for {
					var got []outbox.Message
					err := s.Write(ctx, a, func(tx *store.Tx) (err error) {
						got, err = outbox.Claim(tx, outbox.Email, outbox.Lease{Now: storetest.Now, Until: storetest.Now.Add(time.Minute), Most: 3})
						return err
					})
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					for _, m := range got {
						seen[m.ID]++
					}
					left := n - len(seen)
					mu.Unlock()
					if left == 0 {
						return
					}
				}
			})
		}
		all.Wait()
		for id, times := range seen {
			if times != 1 {
				t.Errorf("%s was claimed %d times", id, times)
			}
		}
	})
}

func TestWhatIsDueIsClaimedAndCodesBesideAllElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, id := file(t, s, "a")
		now := storetest.Now
		add(t, s, a, now, outbox.Mail{CaseID: id, Template: "news", Key: "1"}, outbox.Mail{CaseID: id, Template: "code", ExpiresAt: now.Add(time.Minute)})
		var got []outbox.Message
		write(t, s, a, func(tx *store.Tx) (err error) {
			got, err = outbox.Claim(tx, outbox.Email, outbox.Lease{Now: now, Until: now.Add(time.Minute), Most: 5, Codes: true})
			return err
		})
		if len(got) != 1 || got[0].Template != "code" || got[0].State != outbox.Sending || got[0].Attempts != 1 {
			t.Fatalf("%+v", got)
		}
		m := claim(t, s, a, now, 1)[0]
		was := m
		m.State, m.NextAt, m.LeasedTo = outbox.Waiting, now.Add(time.Hour), time.Time{}
		write(t, s, a, func(tx *store.Tx) error { return outbox.Save(tx, m, was) })
		if got := claim(t, s, a, now.Add(59*time.Minute), 5); len(got) != 0 {
			t.Errorf("claimed before its time: %+v", got)
		}
		if got := claim(t, s, a, now.Add(time.Hour), 5); len(got) != 1 || got[0].Attempts != 2 {
			t.Errorf("%+v", got)
		}
		err := s.Write(ctx, a, func(tx *store.Tx) error { return outbox.Save(tx, m, was) })
		if debt.KindOf(err) != debt.Conflict {
			t.Errorf("a late save: %v", err)
		}
	})
}

// A process that died leaves a row behind; a code that was not sent in time is forgotten,
// also one of before rows had an end.
func TestTidyingSettlesWhatNobodyHolds(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		a, id := file(t, s, "a")
		now := storetest.Now
		secret := map[string]string{"code": "123456"}
		add(t, s, a, now, outbox.Mail{CaseID: id, Template: "held", Key: "1", Recipient: "a@b.example"})
		claim(t, s, a, now, 1)
		add(t, s, a, now, outbox.Mail{CaseID: id, Template: "code", Args: secret, ExpiresAt: now.Add(10 * time.Minute), Recipient: "a@b.example"},
			outbox.Mail{CaseID: id, Template: "old code", Args: secret, Recipient: "a@b.example"},
			outbox.Mail{CaseID: id, Template: "news", Key: "2", Recipient: "a@b.example"})
		tidy := func(at time.Time) {
			t.Helper()
			write(t, s, a, func(tx *store.Tx) error { return outbox.Tidy(tx, outbox.Email, at) })
		}
		todo := func(at time.Time) (found bool) {
			t.Helper()
			err := s.Read(ctx, a, func(r *store.Reader) (err error) {
				found, err = outbox.AnyToDo(r, outbox.Email, at, outbox.Look{})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		tidy(now.Add(59 * time.Second))
		if got := listed(t, s, a, outbox.Sending); len(got) != 1 {
			t.Errorf("%+v", got)
		}
		tidy(now.Add(10 * time.Minute))
		for state, want := range map[outbox.State][]string{outbox.Unknown: {"held"}, outbox.Stopped: {"code", "old code"}, outbox.Waiting: {"news"}} {
			if got := templates(listed(t, s, a, state)); !slices.Equal(got, want) {
				t.Errorf("%s: %v", state, got)
			}
		}
		if dump := storetest.Dump(t, url); strings.Contains(dump, "123456") || strings.Contains(dump, "a@b.example") ||
			strings.Count(dump, "outbox.recipient=~") != 2 || strings.Count(dump, "outbox.args=~") != 0 {
			t.Error("an expired code or its address is still stored, or an address in the clear")
		}
		if !todo(now.Add(time.Hour)) {
			t.Error("the news are not seen")
		}
		claim(t, s, a, now.Add(time.Hour), 5)
		if todo(now.Add(time.Hour)) {
			t.Error("there is nothing left to do")
		}
		q := outbox.Queue{}
		if err := s.Read(ctx, a, func(r *store.Reader) (err error) { q, err = outbox.LoadQueue(r, outbox.Email); return err }); err != nil {
			t.Fatal(err)
		}
		if q.Waiting != 1 || q.Unknown != 1 || !q.Oldest.Equal(now) {
			t.Errorf("%+v", q)
		}
	})
}

func TestAReaderOfTheFeedBeginsAtTheHeadAndMissesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, id := file(t, s, "a")
		event := func() {
			t.Helper()
			write(t, s, a, func(tx *store.Tx) error {
				f, err := tx.LockOne(id)
				if err != nil {
					return err
				}
				return tx.Book(store.Booking{File: f, Events: []debt.Event{storetest.Event(f.Case, debt.CaseUpdated)}})
			})
			if _, err := s.Sequence(ctx, a); err != nil {
				t.Fatal(err)
			}
		}
		follow := func(most int) (events []debt.Event) {
			t.Helper()
			write(t, s, a, func(tx *store.Tx) (err error) {
				events, err = outbox.Follow(tx, "r", most)
				return err
			})
			return events
		}
		behind := func() (n int64, begun bool) {
			t.Helper()
			if err := s.Read(ctx, a, func(r *store.Reader) (err error) { n, begun, err = outbox.Behind(r, "r"); return err }); err != nil {
				t.Fatal(err)
			}
			return n, begun
		}
		event()
		if _, begun := behind(); begun {
			t.Error("begun before the first look")
		}
		if got := follow(10); len(got) != 0 {
			t.Errorf("told of what was before: %v", got)
		}
		event()
		event()
		event()
		if n, begun := behind(); n != 3 || !begun {
			t.Errorf("%d behind", n)
		}
		first, second := follow(2), follow(2)
		if len(first) != 2 || len(second) != 1 || first[1].Seq+1 != second[0].Seq || second[0].Type != debt.CaseUpdated || second[0].CaseID != id {
			t.Errorf("%v %v", first, second)
		}
		if n, _ := behind(); n != 0 || len(follow(2)) != 0 {
			t.Errorf("%d behind", n)
		}
	})
}
