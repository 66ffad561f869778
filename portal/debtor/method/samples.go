package method

import (
	"quitt/debt"
	"quitt/debt/plan"
	"quitt/debt/rail"
	"quitt/plans"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	kept "quitt/store/plans"
)

const (
	sampleAttempt debt.ID = "019aa9c0-7d3e-7c1a-9b52-3f6f2c1d8e42"
	sampleCard    debt.ID = "019aa9c0-7d3e-7c1a-9b52-3f6f2c1d8e43"
	sampleMandate debt.ID = "019aa9c0-7d3e-7c1a-9b52-3f6f2c1d8e44"
)

// Samples shows every page of this room in every state.
func Samples() []page.Sample {
	shown := func(name string, amount debt.Cents, render func(scene) ([]byte, error)) page.Sample {
		build := func() *room.Sample {
			return room.NewSample().Claim(room.SampleObject, 312_40, 120).Fees().Planned(amount, 9)
		}
		return room.Shown("method-"+name, methodPath, build, func(rs room.Scene) ([]byte, error) {
			rs.Base = rs.Base.Whole()
			next := plan.Kept{Instalment: plan.Instalment{No: 1, DueOn: rs.View.Next.DueOn, Amount: amount}, Owed: amount, Standing: plan.Upcoming}
			k := kept.Kept{Plan: plan.Plan{ID: "p", CaseID: "k", State: debt.PlanActive}, Method: debt.MethodTransfer}
			return render(scene{rs, plans.View{Plan: &k, Progress: plan.Progress{Instalments: []plan.Kept{next}, Next: next}}})
		})
	}
	choice := func(name string, amount debt.Cents, o offer, with func(*scene, *MethodPage)) page.Sample {
		return shown(name, amount, func(s scene) ([]byte, error) {
			view := MethodPage{}
			with(&s, &view)
			mistake := view.Mistake
			view = s.choice(o)
			view.Failed, view.Mistake = mistake != "", mistake
			return methodHTML.HTML(view)
		})
	}
	asIs := func(*scene, *MethodPage) {}
	card := rail.Instrument{ID: sampleCard, Method: debt.MethodCard, Last4: "4242", State: rail.Usable, SavedBy: sampleAttempt}
	mandate := rail.Instrument{ID: sampleMandate, Method: debt.MethodDirectDebit, Last4: "3000", State: rail.Pending, SavedBy: sampleAttempt}
	list := []page.Sample{
		choice("choose", 50_00, offer{methods: rail.Methods()}, asIs),
		choice("none", 50_00, offer{}, asIs),
		choice("large", 12_000_00, offer{methods: rail.Methods()}, asIs),
		choice("saved", 50_00, offer{methods: rail.Methods(), stored: []rail.Instrument{card, mandate}}, func(s *scene, _ *MethodPage) { s.plan.Plan.InstrumentID = card.ID }),
		choice("often", 50_00, offer{methods: rail.Methods()}, func(s *scene, v *MethodPage) {
			v.Mistake = s.words().Error(debt.E(debt.Forbidden, "payment_too_often", nil))
		}),
	}
	demo, stripe := room.Outside{Checkout: []string{"http://127.0.0.1:8091"}, Demo: true}, room.Outside{Checkout: []string{"https://checkout.stripe.com"}}
	for name, m := range map[string]debt.Method{"card": debt.MethodCard, "debit": debt.MethodDirectDebit} {
		list = append(list,
			shown("setup-"+name, 50_00, func(s scene) ([]byte, error) { return setupHTML.HTML(s.setup(stripe, m)) }),
			shown("setup-demo-"+name, 50_00, func(s scene) ([]byte, error) { return setupHTML.HTML(s.setup(demo, m)) }))
	}
	return append(append(list, backSamples(shown)...), revokeSamples(shown, card, mandate)...)
}

type shows func(name string, amount debt.Cents, render func(scene) ([]byte, error)) page.Sample

func backSamples(shown shows) (list []page.Sample) {
	back := func(name string, status debt.PaymentStatus, change func(*BackPage)) {
		list = append(list, shown("back-"+name, 50_00, func(s scene) ([]byte, error) {
			view := s.back(rail.Attempt{ID: sampleAttempt, Kind: rail.Setup, Method: debt.MethodDirectDebit, Status: status}, false)
			view.Label = s.instrument(rail.Instrument{Method: debt.MethodDirectDebit, Last4: "3000"})
			change(&view)
			return backHTML.HTML(view)
		}))
	}
	to := func(x state) func(*BackPage) { return func(v *BackPage) { v.State = x } }
	back("saved", debt.PaymentSucceeded, func(v *BackPage) { v.Chosen = true })
	back("saved-other", debt.PaymentSucceeded, to(isSaved))
	back("pending", debt.PaymentSucceeded, to(isPending))
	back("unusable", debt.PaymentSucceeded, to(isUnusable))
	back("open", debt.PaymentStarted, to(isOpen))
	back("checking", debt.PaymentUnknown, to(isChecking))
	back("failed", debt.PaymentFailed, to(isFailed))
	back("cancelled", debt.PaymentCancelled, to(isCancelled))
	back("expired", debt.PaymentExpired, to(isExpired))
	return list
}

func revokeSamples(shown shows, card, mandate rail.Instrument) (list []page.Sample) {
	for name, i := range map[string]rail.Instrument{"card": card, "debit": mandate} {
		for step, done := range map[string]bool{"": false, "-done": true} {
			list = append(list, shown("revoke-"+name+step, 50_00, func(s scene) ([]byte, error) {
				view := s.revocation(i)
				view.InUse, view.Done = i.Method == debt.MethodCard, done
				return revokeHTML.HTML(view)
			}))
		}
	}
	return list
}
