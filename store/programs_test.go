package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/retention"
	"quitt/store"
	"quitt/store/expired"
	"quitt/store/feed"
	"quitt/store/programs"
	"quitt/store/rehearse"
	"quitt/store/storetest"
)

var background = context.Background()

// keyed is a creditor with a key.
func keyed(t *testing.T, s *store.Store, code string) (creditor, key debt.ID) {
	t.Helper()
	creditor, key = storetest.Creditor(t, s, code).ID, store.NewID()
	err := s.Write(background, creditor, func(tx *store.Tx) error {
		return feed.AddKey(tx, strings.Repeat(code[:1], 64), feed.Key{ID: key, Name: code, Scopes: []feed.Scope{feed.ScopeRead, feed.ScopeMoney}, CreatedAt: storetest.Now})
	})
	if err != nil {
		t.Fatal(err)
	}
	return creditor, key
}

// A request is claimed by one run, answered once, and remembered for a day.
func TestARequestBelongsToOneRun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor, key := keyed(t, s, "abc")
		request := func(at time.Duration, fingerprint string) programs.Request {
			return programs.Request{Key: key, Name: "k", Fingerprint: strings.Repeat(fingerprint, 64), Run: store.NewID(), BegunAt: storetest.Now.Add(at)}
		}
		begin := func(q programs.Request) string {
			t.Helper()
			var known programs.Request
			var mine bool
			err := s.Write(background, creditor, func(tx *store.Tx) (err error) {
				known, mine, err = programs.Begin(tx, q)
				return err
			})
			switch {
			case err != nil:
				return strings.SplitN(err.Error(), ": ", 2)[1]
			case mine:
				return "mine"
			}
			return fmt.Sprint(known.Status, known.Body)
		}
		end := func(q programs.Request, do func(*store.Tx, programs.Request) error) {
			t.Helper()
			if err := s.Write(background, creditor, func(tx *store.Tx) error { return do(tx, q) }); err != nil {
				t.Fatal(err)
			}
		}
		first := request(0, "a")
		dropped := first
		for i, tc := range []struct {
			q    programs.Request
			then func(*store.Tx, programs.Request) error
			want string
		}{
			{first, nil, "mine"}, {request(time.Second, "a"), nil, "api_in_progress"}, {request(time.Second, "b"), nil, "api_key_reused"},
			{request(time.Minute, "a"), programs.Drop, "api_in_progress"},                                             // another run drops nothing
			{request(3*time.Minute, "b"), nil, "api_key_reused"}, {request(3*time.Minute, "a"), programs.End, "mine"}, // the first one is dead
			{request(4*time.Minute, "a"), nil, "201{}"}, {request(4*time.Minute, "b"), nil, "api_key_reused"}, {request(23*time.Hour, "a"), programs.Drop, "201{}"},
			{request(25*time.Hour, "b"), programs.Drop, "mine"}, {request(25*time.Hour, "c"), nil, "mine"},
		} {
			if got := begin(tc.q); got != tc.want {
				t.Errorf("%d: %s, want %s", i, got, tc.want)
			}
			if tc.q.Status, tc.q.Body = 201, "{}"; tc.then != nil {
				end(tc.q, tc.then)
			}
		}
		end(dropped, programs.End) // the dead one comes to life: it answers nothing any more
		if got := begin(request(25*time.Hour, "c")); got != "api_in_progress" {
			t.Errorf("after the dead one: %s", got)
		}
		if n, err := retained(s, creditor, storetest.Now.Add(25*time.Hour+retention.Of(retention.Requests).Due(time.Time{}).Sub(time.Time{})+time.Second)); err != nil || n != 1 {
			t.Errorf("%d rows go, %v", n, err)
		}
	})
}

func retained(s *store.Store, creditor debt.ID, now time.Time) (n int64, err error) {
	err = s.Write(background, creditor, func(tx *store.Tx) error {
		n, err = expired.Delete(tx, retention.Requests, retention.Of(retention.Requests).Before(now), 10)
		return err
	})
	return n, err
}

// Cases are found by either reference and listed in pages, each creditor's own.
func TestCasesAreOfTheirCreditor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, _ := keyed(t, s, "abc")
		b, _ := keyed(t, s, "xyz")
		for _, creditor := range []debt.ID{a, b} {
			for i := range 5 {
				row := storetest.File(creditor, fmt.Sprintf("R-%d", i))
				if i == 4 {
					row.File.Case.FileReference = "R-0" // ours is like the creditor's of another case
				}
				if err := s.Write(background, creditor, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{row}) }); err != nil {
					t.Fatal(err)
				}
			}
		}
		err := s.Read(background, a, func(r *store.Reader) error {
			var seen []string
			for after := debt.ID(""); ; {
				page, err := programs.Page(r, after, 2)
				if err != nil || len(page) == 0 {
					break
				}
				for _, p := range page {
					seen, after = append(seen, p.CreditorReference), p.ID
				}
			}
			if !slices.Equal(seen, []string{"R-0", "R-1", "R-2", "R-3", "R-4"}) {
				t.Errorf("%v", seen)
			}
			for reference, want := range map[string]string{"R-1": "", "F-R-1": "", "R-4": "", "R-0": "api_reference_ambiguous", "F-R-4": "case_unknown", "": "case_unknown", "F-R-9": "case_unknown"} {
				_, err := programs.Find(r, reference)
				if got := fmt.Sprint(err); want == "" && err != nil || want != "" && !strings.HasSuffix(got, want) {
					t.Errorf("%s: %v, want %s", reference, err, want)
				}
			}
			known, err := programs.Known(r, []string{"R-1", "R-7"})
			if len(known) != 1 || known["R-1"].FileReference != "F-R-1" || known["R-1"].Hash != "hash of R-1" {
				t.Errorf("%+v", known)
			}
			owner, ownerErr := programs.Owner(r)
			if owner.Code != "abc" || ownerErr != nil {
				t.Errorf("%+v, %v", owner, ownerErr)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAKeyHasItsScopes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		_, _ = keyed(t, s, "abc")
		err := s.Read(background, "", func(r *store.Reader) error {
			k, found, err := feed.FindKey(r, strings.Repeat("a", 64))
			if !found || !k.May(feed.ScopeRead) || !k.May(feed.ScopeMoney) || k.May(feed.ScopeEvents) {
				t.Errorf("%+v", k)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	for list, want := range map[string]string{"": "events", "all": "events,read,intake,manage,money,hooks", "read, money": "read,money", "read,read": "read", "reed": "-", "read,": "-", "ALL": "-"} {
		scopes, err := feed.ParseScopes(list)
		if got := feed.Words(scopes); want == "-" && err == nil || want != "-" && got != want {
			t.Errorf("%q: %s, %v", list, got, err)
		}
	}
}

// What is rehearsed is seen inside and nowhere else, and nobody is told.
func TestARehearsalKeepsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor, _ := keyed(t, s, "abc")
		told := 0
		s.OnNews(func(debt.ID) { told++ })
		row := storetest.File(creditor, "R")
		add := func(ctx context.Context) error {
			return s.Write(ctx, creditor, func(tx *store.Tx) error {
				if err := tx.AddFiles([]store.NewFile{row}); err != nil {
					return err
				}
				_, err := tx.FindCase("R")
				return err
			})
		}
		if err := add(rehearse.In(background)); err != nil || told != 0 {
			t.Errorf("%v, told %d", err, told)
		}
		if err := add(background); err != nil || told != 1 { // the rehearsed one is not in its way
			t.Errorf("%v, told %d", err, told)
		}
		if err := add(rehearse.In(background)); debt.KindOf(err) != debt.Conflict {
			t.Errorf("a rehearsal hears of no conflict: %v", err)
		}
	})
}

// What a request changes says in its own transaction that it has taken effect: whenever its process
// dies, the name is free only as long as nothing happened.
func TestARequestThatTookEffectIsNotTakenOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor, key := keyed(t, s, "abc")
		request := func(name string, at time.Duration) programs.Request {
			return programs.Request{Key: key, Name: name, Fingerprint: strings.Repeat("a", 64), Run: store.NewID(), BegunAt: storetest.Now.Add(at)}
		}
		begin := func(q programs.Request, want string) {
			t.Helper()
			mine := false
			err := s.Write(background, creditor, func(tx *store.Tx) (err error) { _, mine, err = programs.Begin(tx, q); return err })
			if got := fmt.Sprint(mine, err); !strings.HasSuffix(got, want) {
				t.Errorf("%s: %s, want %s", q.Name, got, want)
			}
		}
		work := func(q programs.Request, did error) error {
			return s.Write(programs.Effect(background, creditor, q), creditor, func(tx *store.Tx) error {
				return errors.Join(feed.UseKey(tx, key, q.BegunAt), did)
			})
		}
		died, failed, slow := request("died", 0), request("failed", 0), request("slow", 0)
		for _, q := range []programs.Request{died, failed, slow} {
			begin(q, "true <nil>")
		}
		if err := errors.Join(work(died, nil), work(died, nil)); err != nil { // a second transaction of the same run
			t.Fatal(err)
		}
		if err := work(failed, errors.New("stop")); err == nil {
			t.Fatal("it did not fail")
		}
		begin(request("died", time.Minute), "api_in_progress")
		begin(request("died", 3*time.Minute), "api_answer_lost")
		begin(request("failed", 3*time.Minute), "true <nil>")
		begin(request("slow", 3*time.Minute), "true <nil>")
		if err := work(slow, nil); err == nil || !strings.HasSuffix(err.Error(), "api_in_progress") {
			t.Errorf("a run that was taken over changes something: %v", err)
		}
		if err := s.Write(background, creditor, func(tx *store.Tx) error { return programs.Drop(tx, died) }); err != nil {
			t.Fatal(err)
		}
		begin(request("died", 4*time.Minute), "true <nil>") // refused after all
	})
}
