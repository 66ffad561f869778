package signin_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/storetest"
)

const (
	failed   = debt.AccessFailed
	locked   = debt.AccessLocked
	opened   = debt.AccessOpened
	verified = debt.AccessVerified
)

var day = 24 * time.Hour

func TestEveryFailureSoundsTheSame(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		paused := h.issue(h.addCase("A-2"))
		lockedOut := h.issue(h.addCase("A-3"))
		for _, l := range []signin.Letter{paused, lockedOut} {
			for range 5 {
				_, err := h.Open(ctx, signin.Attempt{Token: l.Token.Plain(), Check: check(access.CheckBirth, "1999-09-09")})
				h.refuses(err, debt.Forbidden, "access_refused")
			}
		}
		h.clock.Move(15 * time.Minute)
		for range 5 {
			_, err := h.Open(ctx, signin.Attempt{Token: lockedOut.Token.Plain(), Check: check(access.CheckBirth, "1999-09-09")})
			h.refuses(err, debt.Forbidden, "access_refused")
			_, err = h.Open(ctx, signin.Attempt{Token: paused.Token.Plain(), Check: check(access.CheckBirth, born)})
			if err != nil {
				t.Errorf("after the pause: %v", err)
			}
		}
		var sentences []string
		for name, a := range map[string]signin.Attempt{
			"unknown token":              {Token: access.NewToken([16]byte{1}).Plain(), Check: check(access.CheckBirth, born)},
			"unknown code":               {Code: access.NewCode([10]byte{1}).Grouped(), Check: check(access.CheckBirth, born)},
			"right code, wrong check":    {Code: h.letter.Code.Grouped(), Check: check(access.CheckBirth, "1999-09-09")},
			"right token, wrong check":   {Token: h.letter.Token.Plain(), Check: check(access.CheckPostcode, "50668")},
			"no check":                   {Token: h.letter.Token.Plain()},
			"nothing known":              {Token: h.letter.Token.Plain(), Check: check(access.CheckNumber, "K-1")},
			"locked, right":              {Token: lockedOut.Token.Plain(), Check: check(access.CheckBirth, born)},
			"locked, right, typed":       {Code: lockedOut.Code.Grouped(), Check: check(access.CheckBirth, born)},
			"selector known, rest wrong": {Code: otherVerifier(h.letter.Code), Check: check(access.CheckBirth, born)},
		} {
			_, err := h.Open(ctx, a)
			if !is(err, debt.Forbidden, "access_refused") {
				t.Errorf("%s: %v", name, err)
				continue
			}
			sentences = append(sentences, err.Error())
		}
		if len(slices.Compact(sentences)) != 1 {
			t.Errorf("%q", sentences)
		}
		h.verified()
	})
}

// otherVerifier gives a valid code with the same selector.
func otherVerifier(c access.Code) string {
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	plain := strings.ReplaceAll(c.Grouped(), "-", "")
	first := "0"
	if plain[6] == '0' {
		first = "1"
	}
	for _, last := range alphabet {
		if code := plain[:6] + first + plain[7:15] + string(last); mustParse(code) {
			return code
		}
	}
	panic("no check symbol fits")
}

func mustParse(s string) bool {
	_, err := access.ParseCode(s)
	return err == nil
}

func TestFivePauseTenLockAndOnlyANewLetterHelps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		right := check(access.CheckBirth, born)
		h.wrong(4)
		h.in(right)
		h.wrong(1)
		for _, step := range []struct {
			wait time.Duration
			ok   bool
		}{{0, false}, {15*time.Minute - time.Microsecond, false}, {time.Microsecond, true}} {
			h.clock.Move(step.wait)
			if _, err := h.byToken(right); (err == nil) != step.ok || err != nil && !is(err, debt.Forbidden, "access_refused") {
				t.Errorf("after %s: %v", step.wait, err)
			}
		}
		h.wrong(5)
		h.clock.Move(48 * time.Hour)
		_, err := h.byToken(right)
		h.refuses(err, debt.Forbidden, "access_refused")
		_, err = h.byToken(check(access.CheckPostcode, postcode))
		h.refuses(err, debt.Forbidden, "access_refused")
		want := slices.Concat(slices.Repeat([]debt.EventType{failed}, 4), []debt.EventType{verified, failed, verified},
			slices.Repeat([]debt.EventType{failed}, 5), []debt.EventType{locked})
		if got := h.events(h.caseID); !slices.Equal(got, want) {
			t.Errorf("%v", got)
		}
		h.letter = h.issue(h.caseID)
		h.in(right)
		h.verified()
	})
}

// race makes n attempts, a few at a time, and counts those that got in.
func (h *house) race(n int, attempt func(i int) signin.Attempt) (in int) {
	var group sync.WaitGroup
	var opened, next atomic.Int64
	for range 8 {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				switch _, err := h.Open(ctx, attempt(i)); {
				case err == nil:
					opened.Add(1)
				case !is(err, debt.Forbidden, "access_refused"):
					h.t.Errorf("attempt %d: %v", i, err)
				}
			}
		})
	}
	group.Wait()
	return int(opened.Load())
}

func TestAThousandAtOnceLookTenTimesAtMost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		attempt := func(i int) signin.Attempt {
			value := "1999-09-09"
			if i >= 100 { // the right answer arrives when the tries are used up
				value = born
			}
			return signin.Attempt{Token: h.letter.Token.Plain(), Check: check(access.CheckBirth, value)}
		}
		if in := h.race(500, attempt); in != 0 {
			t.Errorf("%d got in during the pause", in)
		}
		h.clock.Move(15 * time.Minute)
		if in := h.race(500, attempt); in != 0 {
			t.Errorf("%d got in after the lock", in)
		}
		want := append(slices.Repeat([]debt.EventType{failed}, 10), locked)
		if got := h.events(h.caseID); !slices.Equal(got, want) {
			t.Errorf("%v", got)
		}
		h.verified()
	})
}

func TestTypedCodesAtOnceCountAlike(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		in := h.race(16, func(int) signin.Attempt {
			return signin.Attempt{Code: h.letter.Code.Grouped(), Check: check(access.CheckPostcode, "99999")}
		})
		if got := h.events(h.caseID); in != 0 || !slices.Equal(got, slices.Repeat([]debt.EventType{failed}, 5)) {
			t.Errorf("%d got in, %v", in, got)
		}
	})
}

func TestHowAGrantEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		right, wrong := check(access.CheckPostcode, postcode), check(access.CheckPostcode, "99999")
		old := h.letter
		for name, c := range map[string]struct {
			key string
			end func() signin.Letter
		}{
			"replaced": {"access_replaced", func() signin.Letter {
				h.issue(h.caseID)
				return old
			}},
			"revoked": {"access_revoked", func() signin.Letter {
				id := h.addCase("A-2")
				l := h.issue(id)
				for range 2 {
					if err := h.Revoke(ctx, h.creditor.ID, id); err != nil {
						t.Error(err)
					}
				}
				return l
			}},
		} {
			l := c.end()
			for _, a := range []signin.Attempt{{Token: l.Token.Plain()}, {Code: l.Code.Grouped()}} {
				a.Check = wrong
				_, err := h.Open(ctx, a)
				h.refuses(err, debt.Forbidden, "access_refused")
				a.Check = right
				if _, err = h.Open(ctx, a); !is(err, debt.Expired, c.key) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		h.verified()
	})
}

func TestALetterExpiresAfterNinetyDays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		right := check(access.CheckBirth, born)
		if !h.letter.ExpiresAt.Equal(storetest.Now.Add(90*day)) || h.letter.ValidUntil().String() != "2027-02-19" {
			t.Errorf("expires %s, valid until %s", h.letter.ExpiresAt, h.letter.ValidUntil())
		}
		h.clock.Move(90*day - time.Microsecond)
		h.in(right)
		h.clock.Move(time.Microsecond)
		_, err := h.byToken(right)
		h.refuses(err, debt.Expired, "access_expired")
		_, err = h.byToken(check(access.CheckBirth, "1999-09-09"))
		h.refuses(err, debt.Forbidden, "access_refused")
		h.clock.Move(-time.Second)
		h.in(right) // a clock set back by a second gives back that second and no more
		h.clock.Move(2 * time.Second)
		_, err = h.byToken(right)
		h.refuses(err, debt.Expired, "access_expired")
	})
}

func (h *house) apply(caseID debt.ID, do func(c *debt.Case) (debt.Event, error)) {
	h.t.Helper()
	err := h.Store.Write(ctx, h.creditor.ID, func(t *store.Tx) error {
		f, err := t.LockOne(caseID)
		if err != nil {
			return err
		}
		if err := t.LoadHolds(&f.Case); err != nil {
			return err
		}
		e, err := do(&f.Case)
		if err != nil {
			return err
		}
		e.ID, e.At, e.Actor = store.NewID(), h.clock.Now(), debt.System
		return errors.Join(t.SaveHolds(&f.Case), t.Book(store.Booking{File: f, Events: []debt.Event{e}}))
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func TestAClosedCaseStaysVisibleForThirtyDays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		right := check(access.CheckBirth, born)
		h.clock.Move(5 * day)
		h.apply(h.caseID, func(c *debt.Case) (debt.Event, error) { return c.Close("paid", debt.MustDate("2026-11-27")) })
		h.clock.Move(30*day - time.Microsecond)
		h.in(right)
		h.clock.Move(time.Microsecond)
		_, err := h.byToken(right)
		h.refuses(err, debt.Expired, "access_expired")
	})
}

func TestACaseThatIsNotAcceptedDoesNotOpen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		right := check(access.CheckBirth, born)
		h.in(right)
		db := h.events(h.caseID)
		for _, review := range []debt.Review{debt.ReviewReceived, debt.ReviewRejected} {
			h.apply(h.caseID, func(c *debt.Case) (debt.Event, error) {
				c.Review = review
				return c.EventOf(debt.CaseUpdated, nil), nil
			})
			for _, c := range []signin.Check{right, check(access.CheckBirth, "1999-09-09"), {}} {
				_, err := h.byToken(c)
				h.refuses(err, debt.Forbidden, "access_refused")
			}
			_, err := h.Issue(ctx, h.creditor.ID, h.caseID)
			h.refuses(err, debt.Forbidden, "access_not_accepted")
		}
		if got := h.events(h.caseID); !slices.Equal(got, db) {
			t.Errorf("%v", got)
		}
	})
}

func TestPayOnlyOpensTheLetterViewWithoutACheckAlsoWhenLocked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		h.creditor = debt.Creditor{ID: store.NewID(), Code: "payonly", Name: "P", Settings: debt.Settings{PayOnly: true}}
		if err := s.Write(ctx, h.creditor.ID, func(t *store.Tx) error { return t.AddCreditor(h.creditor, storetest.Now) }); err != nil {
			t.Fatal(err)
		}
		h.caseID = h.addCase("P-1")
		h.letter = h.issue(h.caseID)
		if o := h.in(signin.Check{}); o.Tier != access.LetterView {
			t.Errorf("%+v", o)
		}
		h.wrong(5)
		h.in(signin.Check{})
		h.clock.Move(15 * time.Minute)
		h.wrong(5)
		if o, err := h.byCode(signin.Check{}); err != nil || o.Tier != access.LetterView {
			t.Errorf("locked: %v", err)
		}
		_, err := h.byToken(check(access.CheckBirth, born))
		h.refuses(err, debt.Forbidden, "access_refused")
		h.clock.Move(90 * day)
		_, err = h.byToken(signin.Check{})
		h.refuses(err, debt.Expired, "access_expired")
	})
}

func TestAMinorGetsInAndThePageIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s, func(f *store.NewFile) { f.Debtor.BirthOn = "2008-11-23" })
		if o := h.in(check(access.CheckBirth, "2008-11-23")); !o.Minor {
			t.Error("one day before the eighteenth birthday")
		}
		h.clock.Move(12 * time.Hour) // 23 November in Berlin
		if o := h.in(check(access.CheckBirth, "2008-11-23")); o.Minor {
			t.Error("on the birthday")
		}
	})
}
