package signin_test

import (
	"testing"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/storetest"
)

func TestANewPepperTakesOverAtTheNextUse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		unused := h.issue(h.addCase("A-2"))
		right := check(access.CheckBirth, born)
		both, newest := *h, *h
		both.Desk = signin.New(s, h.clock.Now, peppers(t, "1", "2"))
		newest.Desk = signin.New(s, h.clock.Now, peppers(t, "2"))
		_, err := newest.byCode(right)
		h.refuses(err, debt.Forbidden, "access_refused")
		_, err = both.byCode(check(access.CheckBirth, "1999-09-09"))
		h.refuses(err, debt.Forbidden, "access_refused")
		_, err = newest.byCode(right)
		h.refuses(err, debt.Forbidden, "access_refused") // a wrong check renews nothing
		for range 2 {
			if _, err := both.byCode(right); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := newest.byCode(right); err != nil {
			t.Errorf("not renewed: %v", err)
		}
		_, err = newest.Open(ctx, signin.Attempt{Code: unused.Code.Grouped(), Check: right})
		h.refuses(err, debt.Forbidden, "access_refused")
		if _, err := newest.Open(ctx, signin.Attempt{Token: unused.Token.Plain(), Check: right}); err != nil {
			t.Errorf("a token needs no pepper: %v", err)
		}
	})
}

func TestWithoutAPepperNoLetterIsIssued(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		d := signin.New(s, h.clock.Now, signin.Peppers{})
		_, err := d.Issue(ctx, h.creditor.ID, h.caseID)
		h.refuses(err, debt.Unavailable, "pepper_missing")
	})
}
