package plans_test

import (
	"testing"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/store"
	"quitt/store/offers"
)

// offer makes an offer for the case.
func (r *room) offer(s plan.Settlement) string {
	r.Helper()
	s.ID, s.ValidUntil = string(store.NewID()), r.today().AddDays(5)
	r.write(func(t *store.Tx) error {
		return offers.Add(t, offers.Offer{Settlement: s, CaseID: r.caseID, By: r.clerk().By, At: r.clock.Now()})
	})
	return s.ID
}

func (r *room) withdraw(id string) {
	r.Helper()
	r.write(func(t *store.Tx) error {
		_, err := offers.Withdraw(t, offers.Offer{Settlement: plan.Settlement{ID: id}, CaseID: r.caseID, WithdrawnBy: r.clerk().By, WithdrawnAt: r.clock.Now()})
		return err
	})
}

func TestAnOfferForOneCaseIsTakenAndOutlivedByItsAgreement(t *testing.T) {
	each(t, func(r *room) {
		id := r.offer(plan.Settlement{Percent: 6_000, Instalments: 2, Broken: plan.Lasts})
		other := r.another("S")
		if v := r.view(); len(v.Offers) != 1 || v.Offers[0].ID != id {
			r.Fatalf("%+v", v.Offers)
		}
		if v, err := r.d.View(ctx, r.creditor, other); err != nil || len(v.Offers) > 0 {
			r.Errorf("another case is offered %v, %v", v.Offers, err)
		}
		w := r.wish(0)
		w.Settlement = id
		k := r.agreeOn(w)
		r.withdraw(id)
		r.days(6) // and it is over besides
		r.run()
		r.state(debt.PlanActive)
		r.pay(k.Deal.Sum, r.today())
		r.run()
		r.state(debt.PlanFulfilled)
		if v := r.view(); v.Open != 0 || v.Case.Payment != debt.StatePaid {
			r.Errorf("open %s, %s", v.Open, v.Case.Payment)
		}
		r.clean()
	})
}

func TestAnOfferThatIsWithdrawnOrOverCannotBeTaken(t *testing.T) {
	each(t, func(r *room) {
		id := r.offer(plan.Settlement{Amount: 400_00, Instalments: 1, Broken: plan.Revives})
		w := r.wish(0)
		w.Settlement = id
		o, err := r.d.Prepare(ctx, r.debtor(), w)
		r.must(err)
		r.withdraw(id)
		if v := r.view(); len(v.Offers) > 0 {
			r.Errorf("%+v", v.Offers)
		}
		_, err = r.d.Confirm(ctx, r.debtor(), o.Plan.ID)
		r.refused(err, debt.Expired, "plan_settlement_over")
		w.Settlement = r.offer(plan.Settlement{Amount: 400_00, Instalments: 1, Broken: plan.Revives})
		r.days(6)
		_, err = r.d.Prepare(ctx, r.debtor(), w)
		r.refused(err, debt.Expired, "plan_settlement_over")
		if v := r.view(); len(v.Offers) > 0 {
			r.Errorf("%+v", v.Offers)
		}
		r.clean()
	})
}

func TestALongerPlanPaysEverythingInMoreInstalmentsThanTheRulesAllow(t *testing.T) {
	each(t, func(r *room) {
		w := r.wish(0)
		w.Settlement = r.offer(plan.Settlement{Instalments: 60, Longer: true})
		k := r.agreeOn(w)
		if k.Deal != (plan.Deal{}) || len(k.Schedule.Instalments) < 50 || len(k.Schedule.Instalments) > 60 {
			r.Fatalf("%+v, %d instalments", k.Deal, len(k.Schedule.Instalments))
		}
		r.pay(r.view().Open-1, r.today())
		r.run()
		r.state(debt.PlanActive) // nothing is given up
		r.pay(1, r.today())
		r.run()
		r.state(debt.PlanFulfilled)
		r.clean()
	})
}
