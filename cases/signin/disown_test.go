package signin_test

import (
	"slices"
	"testing"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/storetest"
)

func (h *house) loadCase(id debt.ID) (c debt.Case) {
	h.t.Helper()
	err := h.Store.Read(ctx, h.creditor.ID, func(r *store.Reader) error {
		f, err := r.LoadFile(id)
		if err != nil {
			return err
		}
		c = f.Case
		return r.LoadHolds(&c)
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func TestNotThisPersonStopsEverythingUntilAClerkHasLooked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		for i, a := range []signin.Attempt{{Token: h.letter.Token.Plain()}, {Token: h.letter.Token.Plain()}, {Code: h.letter.Code.Grouped()}} {
			if err := h.Disown(ctx, a); err != nil {
				t.Errorf("%d: %v", i, err)
			}
		}
		c := h.loadCase(h.caseID)
		if c.Processing != debt.Held || len(c.Holds) != 1 {
			t.Fatalf("%s, %d holds", c.Processing, len(c.Holds))
		}
		if hold := c.Holds[0]; hold.Kind != debt.HoldDataCheck || hold.Reason != "not_this_person" || hold.UntilEvent != debt.CaseReleased || !hold.Until.IsZero() {
			t.Errorf("%+v", hold)
		}
		_, err := h.byToken(check(access.CheckBirth, born))
		h.refuses(err, debt.Expired, "access_revoked")
		var held int
		for _, e := range h.log(h.caseID) {
			if e.Type == debt.CaseHeld {
				held++
				if e.Actor.Kind != "debtor" || e.Actor.ID != "" {
					t.Errorf("%+v", e)
				}
			}
		}
		if held != 1 {
			t.Errorf("%d times held", held)
		}
		// After the clerk has looked, the old letter cannot stop the case again.
		h.apply(h.caseID, func(c *debt.Case) (debt.Event, error) {
			return c.ReleaseHold(c.Holds[0].ID, debt.DateIn(h.clock.Now(), debt.Berlin))
		})
		if err := h.Disown(ctx, signin.Attempt{Token: h.letter.Token.Plain()}); err != nil {
			t.Error(err)
		}
		if c := h.loadCase(h.caseID); c.Processing != debt.Running {
			t.Error("held again")
		}
		h.verified()
	})
}

func TestOneHoldIsEnoughForTwoLetters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		for range 2 {
			if err := h.Disown(ctx, signin.Attempt{Token: h.letter.Token.Plain()}); err != nil {
				t.Fatal(err)
			}
			h.letter = h.issue(h.caseID)
		}
		if c := h.loadCase(h.caseID); len(c.Holds) != 1 {
			t.Errorf("%d holds", len(c.Holds))
		}
	})
}

func TestWhatAClerkHasLookedAtNoOldLetterStopsAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		old := h.letter
		h.letter = h.issue(h.caseID)
		if err := h.Disown(ctx, signin.Attempt{Token: h.letter.Token.Plain()}); err != nil {
			t.Fatal(err)
		}
		h.apply(h.caseID, func(c *debt.Case) (debt.Event, error) {
			return c.ReleaseHold(c.Holds[0].ID, debt.DateIn(h.clock.Now(), debt.Berlin))
		})
		if err := h.Disown(ctx, signin.Attempt{Token: old.Token.Plain()}); err != nil {
			t.Fatal(err)
		}
		if c := h.loadCase(h.caseID); c.Processing != debt.Running || len(c.Holds) != 1 {
			t.Errorf("%s, %d holds", c.Processing, len(c.Holds))
		}
	})
}

func TestAnOlderLetterToTheWrongPersonCountsToo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		old := h.letter
		h.letter = h.issue(h.caseID)
		if err := h.Disown(ctx, signin.Attempt{Code: old.Code.Grouped()}); err != nil {
			t.Fatal(err)
		}
		if err := h.Disown(ctx, signin.Attempt{Token: h.letter.Token.Plain()}); err != nil {
			t.Fatal(err)
		}
		_, err := h.byToken(check(access.CheckBirth, born))
		h.refuses(err, debt.Expired, "access_revoked")
		if c := h.loadCase(h.caseID); len(c.Holds) != 1 {
			t.Errorf("%d holds", len(c.Holds))
		}
		h.verified()
	})
}

func TestNotThisPersonDoesNotTellWhetherASecretExists(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		before := len(h.log(h.caseID))
		for _, a := range []signin.Attempt{{Token: access.NewToken([16]byte{1}).Plain()}, {Code: access.NewCode([10]byte{1}).Grouped()},
			{Code: otherVerifier(h.letter.Code)}} {
			if err := h.Disown(ctx, a); err != nil {
				t.Error(err)
			}
		}
		h.refuses(h.Disown(ctx, signin.Attempt{Code: "1234"}), debt.Invalid, "code_incomplete")
		if c := h.loadCase(h.caseID); len(c.Holds) != 0 || len(h.log(h.caseID)) != before {
			t.Errorf("%d holds", len(c.Holds))
		}
		// A case that nobody opens any more can be disowned all the same.
		h.wrong(5)
		h.clock.Move(100 * day)
		if err := h.Disown(ctx, signin.Attempt{Token: h.letter.Token.Plain()}); err != nil {
			t.Error(err)
		}
		if c := h.loadCase(h.caseID); !slices.ContainsFunc(c.Holds, func(h debt.Hold) bool { return h.Kind == debt.HoldDataCheck }) {
			t.Error("not held")
		}
		h.verified()
	})
}
