package plans

import (
	"context"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/debt/rail"
	kept "quitt/store/plans"
	"quitt/store/rails"
)

// View is everything pages need of the plans of a case, read in one transaction.
type View struct {
	Case         debt.Case
	Today        debt.Date
	Rules        plan.Rules
	RulesVersion int64
	// Position is for evaluating wishes with these data; Position.Against are the reasons why
	// there can be no new plan.
	Position plan.Position
	Open     debt.Cents // of what a new plan would cover
	Offers   []plan.Offer
	// Draft waits for its confirmation; nil without.
	Draft *kept.Kept
	// Plan is the newest that is no draft: what is open goes before what is over. nil without.
	Plan *kept.Kept
	// Progress is of an agreed plan, Ahead of a running one.
	Progress plan.Progress
	Ahead    plan.Schedule
	Next     plan.Kept // the next instalment of a running plan; zero without
	PayBy    debt.Date // at risk: the last day on which paying prevents the lapse
	// Rounds are of Plan; Waits is the side that has to answer the last one, Round.
	Rounds      []kept.Round
	Round       kept.Round
	Waits       plan.Side
	Ends        plan.Ends // compared, where the creditor has answered with another plan
	Papers      []kept.Paper
	Instruments []rail.Instrument // usable ones
	Paused      bool              // nothing is asked for until a person has looked
}

// View reads the plans of a case as its debtor sees them.
func (d Desk) View(ctx context.Context, creditor, caseID debt.ID) (View, error) {
	return d.ViewAs(ctx, Who{Creditor: creditor, Case: caseID})
}

// ViewAs reads them as they stand for who acts: what is reserved to a guardian is open to him.
func (d Desk) ViewAs(ctx context.Context, w Who) (v View, err error) {
	err = d.look(ctx, w.Creditor, w.Case, func(s scene) error {
		s.by = w.By
		v = View{Case: s.file.Case, Today: s.today, Rules: s.rules, RulesVersion: s.version}
		for _, part := range []func(scene) error{v.offered, v.agreed, v.papers} {
			if err := part(s); err != nil {
				return err
			}
		}
		return nil
	})
	return v, err
}

func (v *View) offered(s scene) (err error) {
	if v.Position, err = s.position(); err != nil {
		return err
	}
	if v.Open, err = s.owed(); err != nil {
		return err
	}
	if _, part, _, err := s.undisputed(); err != nil || part {
		return err
	}
	v.Offers, err = s.rules.Offers(v.Position)
	return err
}

// owed is what a new plan would cover today.
func (s scene) owed() (debt.Cents, error) {
	account, _, _, err := s.undisputed()
	if err != nil {
		return 0, err
	}
	forecast := account.Forecast(account.Rests)
	open, err := forecast.Open(s.today)
	return open.Total(), err
}

func (v *View) agreed(s scene) error {
	list, err := s.plans()
	if err != nil {
		return err
	}
	for i := range list {
		k := &list[i]
		switch {
		case k.State == kept.Draft && !k.Expired(s.now):
			v.Draft = k
		case k.State == kept.Draft || k.State == kept.Dropped:
		case v.Plan == nil || v.Plan.State != debt.PlanOpen && !v.Plan.Running():
			v.Plan = k
		}
	}
	if v.Plan == nil {
		return nil
	}
	k := *v.Plan
	if v.Rounds, err = kept.Rounds(s.r, k.ID); err != nil {
		return err
	}
	if !k.ExpiresAt.IsZero() && !k.Expired(s.now) {
		v.Round, v.Waits = waits(v.Rounds)
		if v.Ends, err = s.compared(v.Rounds); err != nil {
			return err
		}
	}
	if k.AgreedOn.IsZero() {
		return nil
	}
	if v.Progress, _, err = s.hoped(k); err != nil || !k.Running() {
		return err
	}
	v.Next = v.Progress.Next
	if v.Paused, err = s.suspended(); err != nil {
		return err
	}
	if k.State == debt.PlanAtRisk {
		v.PayBy = plan.PayBy(k.NoticeOn)
	}
	v.Ahead, err = k.Ahead(v.Progress, s.running())
	return err
}

func (v *View) papers(s scene) (err error) {
	if v.Papers, err = kept.Papers(s.r, v.Case.ID); err != nil {
		return err
	}
	all, err := rails.Instruments(s.r, v.Case.ID)
	for _, i := range all {
		if i.State == rail.Usable && !i.Once() {
			v.Instruments = append(v.Instruments, i)
		}
	}
	return err
}
