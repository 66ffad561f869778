package plans_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/store"
	"quitt/store/storetest"
)

// A process may end at any commit of the loops, before it or after: whoever begins again tells
// nothing twice and leaves nothing out.
func TestANightThatIsInterruptedAnywhereTellsEverythingOnce(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		killed, dice := errors.New("killed"), rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test's dice
		dying, deaths := false, 0
		s := storetest.Open(t, store.Options{URL: url, AtCommit: func(bool) error {
			if dying && dice.IntN(2) == 0 {
				deaths++
				return killed
			}
			return nil
		}})
		r := open(t, s)
		const many = 12
		cases := make([]debt.ID, many)
		for i := range cases {
			r.caseID = r.another("night" + string(rune('a'+i)))
			cases[i] = r.caseID
			r.agreed(100_00)
		}
		keeper := plans.Keeper{Desk: r.d}
		night := func() {
			for idle := 0; idle < 3; {
				did := 0
				for _, work := range []func() (int, error){
					func() (int, error) { return s.Sequence(ctx, r.creditor) },
					func() (int, error) { return keeper.Follow(ctx, r.creditor) },
					func() (int, error) { return keeper.Due(ctx, r.creditor) },
				} {
					dying = true
					n, err := work()
					dying = false
					if err != nil {
						n = 1 // begin again
					}
					did += n
				}
				if idle++; did > 0 {
					idle = 0
				}
			}
		}
		for range 75 {
			r.days(1)
			night()
		}
		if deaths < 8 {
			t.Errorf("only %d deaths", deaths)
		}
		for _, id := range cases {
			r.caseID = id
			r.state(debt.PlanLapsed)
			r.count(debt.PlanInstalmentDue, 2)
			r.count(debt.PlanInstalmentMissed, 2)
			r.count(debt.PlanAtRiskEvent, 1)
			r.count(debt.PlanLapsedEvent, 1)
		}
		r.clean()
	})
}

// Two processes that look at the same plans at the same time tell everything once.
func TestTwoKeepersAreOne(t *testing.T) {
	each(t, func(r *room) {
		k := r.agreed(100_00)
		day := k.Schedule.Instalments[0].DueOn.AddDays(-plan.Standard().RemindDays)
		r.clock.Set(day.Time().Add(5 * time.Hour))
		done := make(chan error, 8)
		for range cap(done) {
			go func() {
				_, err := plans.Keeper{Desk: r.d}.Due(ctx, r.creditor)
				done <- err
			}()
		}
		for range cap(done) {
			r.must(<-done)
		}
		r.count(debt.PlanInstalmentDue, 1)
		r.clean()
	})
}
