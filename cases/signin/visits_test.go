package signin_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/storetest"
)

func TestAVisitEndsWhenIdleAndAfterAnHour(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		idle, busy := h.in(check(access.CheckBirth, born)), h.in(check(access.CheckBirth, born))
		for range 5 { // every ten minutes
			h.clock.Move(10 * time.Minute)
			if _, err := h.Visit(ctx, busy.Cookie); err != nil {
				t.Fatal(err)
			}
		}
		_, err := h.Visit(ctx, idle.Cookie)
		h.refuses(err, debt.NotFound, "session_ended")
		h.clock.Move(10*time.Minute - time.Microsecond)
		if _, err := h.Visit(ctx, busy.Cookie); err != nil {
			t.Error(err)
		}
		h.clock.Move(time.Microsecond)
		_, err = h.Visit(ctx, busy.Cookie)
		h.refuses(err, debt.NotFound, "session_ended")
	})
}

func TestAClockSetBackDoesNotProlongAVisit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		o := h.in(check(access.CheckBirth, born))
		h.clock.Move(-24 * time.Hour)
		v, err := h.Visit(ctx, o.Cookie)
		if err != nil || !v.EndsAt.Equal(h.clock.Now().Add(time.Hour)) {
			t.Errorf("ends %s, %v", v.EndsAt, err)
		}
		h.clock.Move(15 * time.Minute)
		_, err = h.Visit(ctx, o.Cookie)
		h.refuses(err, debt.NotFound, "session_ended")
	})
}

func TestASignOfLifeIsStoredOnceAMinute(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		h := newHouse(t, storetest.Open(t, store.Options{URL: url}))
		o := h.in(check(access.CheckBirth, born))
		var seen []string
		for range 4 {
			h.clock.Move(30 * time.Second)
			if _, err := h.Visit(ctx, o.Cookie); err != nil {
				t.Fatal(err)
			}
			seen = append(seen, storetest.Column(t, url, "SELECT seen_at FROM sessions")[0][11:19])
		}
		if want := []string{"11:00:00", "11:01:00", "11:01:00", "11:02:00"}; !slices.Equal(seen, want) {
			t.Errorf("%v", seen)
		}
	})
}

func TestRaisingGivesANewCookieAndEndsTheOld(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		o := h.in(check(access.CheckPostcode, postcode))
		h.clock.Move(10 * time.Minute)
		_, err := h.Raise(ctx, o.Cookie, check(access.CheckBirth, "1999-09-09"))
		h.refuses(err, debt.Forbidden, "access_refused")
		_, err = h.Raise(ctx, o.Cookie, signin.Check{})
		h.refuses(err, debt.Invalid, "check_missing")
		raised, err := h.Raise(ctx, o.Cookie, check(access.CheckBirth, born))
		if err != nil || raised.Tier != access.FullView || len(raised.Raises) != 0 || raised.Cookie == o.Cookie || !raised.EndsAt.Equal(o.EndsAt) {
			t.Errorf("%+v, %v", raised.Visit, err)
		}
		_, err = h.Visit(ctx, o.Cookie)
		h.refuses(err, debt.NotFound, "session_ended")
		if v, err := h.Visit(ctx, raised.Cookie); err != nil || v.Tier != access.FullView {
			t.Errorf("%+v, %v", v, err)
		}
		lower, err := h.Raise(ctx, raised.Cookie, check(access.CheckPostcode, postcode))
		if err != nil || lower.Tier != access.FullView {
			t.Errorf("a lesser check lowered the tier: %v", err)
		}
		if got := h.events(h.caseID); !slices.Equal(got, []debt.EventType{opened, failed, verified, opened}) {
			t.Errorf("%v", got)
		}
		h.verified()
	})
}

func TestTriesInAVisitCountLikeTriesAtTheDoor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		o := h.in(check(access.CheckPostcode, postcode))
		for range 5 {
			_, err := h.Raise(ctx, o.Cookie, check(access.CheckBirth, "1999-09-09"))
			h.refuses(err, debt.Forbidden, "access_refused")
		}
		_, err := h.Raise(ctx, o.Cookie, check(access.CheckBirth, born))
		h.refuses(err, debt.Forbidden, "access_refused")
		_, err = h.byToken(check(access.CheckBirth, born))
		h.refuses(err, debt.Forbidden, "access_refused")
	})
}

func TestLastAccessIsThatOfTheVisitBefore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		if o := h.in(check(access.CheckBirth, born)); !o.LastAccess.IsZero() {
			t.Errorf("first: %s", o.LastAccess)
		}
		h.clock.Move(time.Hour)
		o := h.in(check(access.CheckPostcode, postcode))
		raised, err := h.Raise(ctx, o.Cookie, check(access.CheckBirth, born))
		if err != nil || !o.LastAccess.Equal(storetest.Now) || !raised.LastAccess.Equal(storetest.Now) {
			t.Errorf("second: %s, raised: %s, %v", o.LastAccess, raised.LastAccess, err)
		}
		h.letter = h.issue(h.caseID)
		if o := h.in(check(access.CheckBirth, born)); !o.LastAccess.Equal(storetest.Now.Add(time.Hour)) {
			t.Errorf("through the new letter: %s", o.LastAccess)
		}
	})
}

func TestWhatEndsVisits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		other := h.issue(h.addCase("B-1"))
		bystander, err := h.Open(ctx, signin.Attempt{Token: other.Token.Plain(), Check: check(access.CheckBirth, born)})
		if err != nil {
			t.Fatal(err)
		}
		first := h.in(check(access.CheckBirth, born))
		h.in(check(access.CheckBirth, born))
		if _, err := h.Visit(ctx, first.Cookie); err != nil {
			t.Errorf("a second sign-in ended the first visit: %v", err)
		}
		for range 2 {
			if err := h.Leave(ctx, first.Cookie); err != nil {
				t.Error(err)
			}
		}
		_, err = h.Visit(ctx, first.Cookie)
		h.refuses(err, debt.NotFound, "session_ended")
		for name, end := range map[string]func() error{
			"a new letter":    func() error { h.letter = h.issue(h.caseID); return nil },
			"revoking":        func() error { return h.Revoke(ctx, h.creditor.ID, h.caseID) },
			"not this person": func() error { return h.Disown(ctx, signin.Attempt{Token: h.letter.Token.Plain()}) },
		} {
			h.letter = h.issue(h.caseID)
			o := h.in(check(access.CheckBirth, born))
			if err := end(); err != nil {
				t.Error(err)
			}
			if _, err := h.Visit(ctx, o.Cookie); !is(err, debt.NotFound, "session_ended") {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := h.Raise(ctx, o.Cookie, check(access.CheckBirth, born)); !is(err, debt.NotFound, "session_ended") {
				t.Errorf("%s, raising: %v", name, err)
			}
		}
		if _, err := h.Visit(ctx, bystander.Cookie); err != nil {
			t.Errorf("another case's visit ended: %v", err)
		}
		h.verified()
	})
}

// The session is found, and ends before the case is locked: the clock is read in between.
func TestAVisitThatEndsMeanwhileChecksNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s, onlyMail)
		for name, act := range map[string]func(d signin.Desk, cookie string) error{
			"raise": func(d signin.Desk, cookie string) error {
				_, err := d.Raise(ctx, cookie, check(access.CheckPostcode, "99999"))
				return err
			},
			"send": func(d signin.Desk, cookie string) error {
				_, err := d.SendOneTimeCode(ctx, cookie, "de")
				return err
			},
		} {
			o := h.in(check(access.CheckPostcode, postcode))
			before, looks := len(h.log(h.caseID)), 0
			d := h.Desk
			d.Now = func() time.Time {
				if looks++; looks == 2 {
					if err := h.Leave(ctx, o.Cookie); err != nil {
						t.Error(err)
					}
				}
				return h.clock.Now()
			}
			if err := act(d, o.Cookie); !is(err, debt.NotFound, "session_ended") || looks < 2 {
				t.Errorf("%s: %v after %d looks", name, err, looks)
			}
			if got := len(h.log(h.caseID)); got != before {
				t.Errorf("%s: %d events more", name, got-before)
			}
		}
	})
}

func TestRevokingACreditorLeavesTheOthersAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		h.issue(h.addCase("A-2"))
		mine := h.in(check(access.CheckBirth, born))
		other := *h
		other.creditor = storetest.Creditor(t, s, "bonn")
		other.caseID = other.addCase("A-1")
		other.letter = other.issue(other.caseID)
		theirs := other.in(check(access.CheckBirth, born))
		for _, want := range []int{2, 0} {
			if n, err := h.RevokeAll(ctx, h.creditor.ID); n != want || err != nil {
				t.Errorf("%d, %v", n, err)
			}
		}
		_, err := h.Visit(ctx, mine.Cookie)
		h.refuses(err, debt.NotFound, "session_ended")
		_, err = h.byToken(check(access.CheckBirth, born))
		h.refuses(err, debt.Expired, "access_revoked")
		if _, err := h.Visit(ctx, theirs.Cookie); err != nil {
			t.Error(err)
		}
		if v := other.in(check(access.CheckBirth, born)); v.CreditorID != other.creditor.ID || v.CaseID != other.caseID {
			t.Errorf("%+v", v.Visit)
		}
		// A creditor cannot reach a case of another one, whatever id he has.
		_, err = h.Issue(ctx, h.creditor.ID, other.caseID)
		h.refuses(err, debt.NotFound, "case_unknown")
		h.refuses(h.Revoke(ctx, h.creditor.ID, other.caseID), debt.NotFound, "case_unknown")
		if _, err := h.Visit(ctx, theirs.Cookie); err != nil {
			t.Error(err)
		}
		h.verified()
	})
}

func TestACookieOfNoVisitOpensNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		o := h.in(check(access.CheckBirth, born))
		elsewhere := newHouse(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)})).in(check(access.CheckBirth, born))
		for name, cookie := range map[string]string{
			"none": "", "of another installation": elsewhere.Cookie, "cut": o.Cookie[:42], "longer": o.Cookie + "A", "a megabyte": strings.Repeat("A", 1<<20),
			"with NUL": o.Cookie[:42] + "\x00", "with SQL": "' OR '1'='1' --", "the hash of an id": strings.Repeat("ab", 32),
		} {
			_, err := h.Visit(ctx, cookie)
			if !is(err, debt.NotFound, "session_ended") {
				t.Errorf("%s: %v", name, err)
			}
			_, err = h.Raise(ctx, cookie, check(access.CheckBirth, born))
			h.refuses(err, debt.NotFound, "session_ended")
			_, err = h.SendOneTimeCode(ctx, cookie, "de")
			h.refuses(err, debt.NotFound, "session_ended")
			if err := h.Leave(ctx, cookie); err != nil {
				t.Errorf("%s, leaving: %v", name, err)
			}
		}
		if _, err := h.Visit(ctx, o.Cookie); err != nil {
			t.Error(err)
		}
	})
}
