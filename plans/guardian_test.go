package plans_test

import (
	"context"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/debt/debttest"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/store"
	"quitt/store/authorities"
)

// guardian acts in the case from now on, with what a court has given.
func (r *room) guardian(areas ...authority.Area) plans.Who {
	a := authorities.Record{Who: authorities.Who{Name: "Jörg Petersen", Email: "p@example.org"},
		Authority: authority.Invite(authority.Authority{ID: store.NewID(), CaseID: r.debtor().Case},
			authority.Wish{Kind: authority.Guardian, Scopes: authority.Scopes(), Areas: areas, Until: r.today().AddDays(90)}, r.clock.Now())}
	r.write(func(t *store.Tx) (err error) {
		if a.Representative, err = authorities.Register(t, []string{strings.Repeat("0", 64)}, r.clock.Now()); err != nil {
			return err
		}
		if err := a.Redeem(r.clock.Now()); err != nil {
			return err
		}
		return authorities.Add(t, a)
	})
	who := r.debtor()
	who.By = debt.Actor{Kind: authority.Representing, ID: a.ID}
	return who
}

// With a reservation of consent the debtor's own agreement has no effect (BGB § 1825): the
// guardian agrees, and only one who cares for property.
func TestWithAReservationTheGuardianAgrees(t *testing.T) {
	for _, tc := range []struct {
		areas            []authority.Area
		debtor, guardian bool
	}{
		{nil, true, true}, // whether a page is open to a guardian his visit says
		{[]authority.Area{authority.Property}, true, true},
		{authority.Areas(), false, true},
		{[]authority.Area{authority.Reservation}, true, true},
	} {
		each(t, func(r *room) {
			guardian := r.guardian(tc.areas...)
			for who, open := range map[plans.Who]bool{r.debtor(): tc.debtor, guardian: tc.guardian} {
				v, err := r.d.ViewAs(context.Background(), who)
				r.must(err)
				if got := len(v.Position.Against) == 0; got != open {
					r.Errorf("%v: open to %s: %v, %v", tc.areas, who.By.Kind, got, v.Position.Against)
				}
				_, err = r.d.Prepare(context.Background(), who, r.wish(100_00))
				if open {
					r.must(err)
					continue
				}
				debttest.WantKey(r, err, debt.Forbidden, "plan_forbidden")
				if v.Position.Against[0] != plan.BarrierReserved {
					r.Errorf("because of %v", v.Position.Against)
				}
			}
		})
	}
}
