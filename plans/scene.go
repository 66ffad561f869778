package plans

import (
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/limitation"
	"quitt/debt/plan"
	"quitt/store"
	"quitt/store/offers"
	kept "quitt/store/plans"
)

// scene is what is known of one case when a plan is looked at.
type scene struct {
	r        *store.Reader
	file     *store.File
	now      time.Time
	today    debt.Date
	rules    plan.Rules
	version  int64 // of the rules
	payments []debt.Payment
	seat     debt.State
	by       debt.Actor // who acts; nobody where nothing depends on it
}

func read(r *store.Reader, f *store.File, now time.Time) (s scene, err error) {
	s = scene{r: r, file: f, now: now, today: debt.DateIn(now, debt.Berlin)}
	if s.rules, s.version, err = kept.Rules(r); err != nil {
		return s, err
	}
	own, err := offers.Live(r, f.Case.ID)
	if err != nil {
		return s, err
	}
	s.rules = s.rules.With(offers.Settlements(own))
	if s.payments, err = r.Payments(f.Case.ID); err != nil {
		return s, err
	}
	seats, err := kept.Seats(r, []debt.ID{f.Case.ID})
	s.seat = seats[f.Case.ID]
	return s, err
}

// position is what debt/plan wants to know before a new plan.
func (s scene) position() (plan.Position, error) {
	debtor, err := s.r.LoadDebtor(s.file.Case.DebtorID)
	if err != nil {
		return plan.Position{}, err
	}
	account, _, nothing, err := s.undisputed()
	if err != nil {
		return plan.Position{}, err
	}
	reserved, err := s.reserved()
	if err != nil {
		return plan.Position{}, err
	}
	claims := make([]debt.Claim, len(s.file.Account.Claims))
	for i, c := range s.file.Account.Claims {
		claims[i] = c.Claim
	}
	facts := plan.Facts{On: s.today, Limitation: limitation.Expiry(claims, s.payments), Minor: access.Minor(debtor, s.today),
		Reserved: reserved, Disputed: nothing}
	return plan.Position{Account: account, Today: s.today, Against: plan.Barriers(s.file.Case, facts)}, nil
}

// running is the position of a plan that is agreed: nothing stands against going on.
func (s scene) running() plan.Position {
	return plan.Position{Account: s.file.Account, Today: s.today}
}

// books are what the progress of an agreed plan is derived from.
func (s scene) books(k kept.Kept) (plan.Books, error) {
	forecast := s.file.Account.Forecast(s.file.Account.Rests)
	open, err := forecast.Open(s.today)
	return plan.Books{Since: k.AgreedAt, Payments: s.payments, Open: open.Total(), Today: s.today, State: s.seat, Grace: s.rules.GraceDays}, err
}

// progress says how a plan is kept by what is booked.
func (s scene) progress(k kept.Kept) (plan.Progress, error) {
	b, err := s.books(k)
	return k.Progress(b), err
}

// hoped is progress with what is under way taken as arrived.
func (s scene) hoped(k kept.Kept) (plan.Progress, plan.Books, error) {
	b, err := s.books(k)
	if err != nil {
		return plan.Progress{}, b, err
	}
	return k.Hoped(b, s.now), b, nil
}

// plans lists those of the case.
func (s scene) plans() ([]kept.Kept, error) { return kept.OfCase(s.r, s.file.Case.ID) }

// open gives the plan that is proposed or runs; ok is false without.
func (s scene) open() (k kept.Kept, ok bool, err error) {
	list, err := s.plans()
	for _, k := range list {
		if k.State == debt.PlanOpen || k.Running() {
			return k, true, err
		}
	}
	return k, false, err
}

// plan reads one of the case.
func (s scene) plan(id debt.ID) (kept.Kept, error) {
	k, err := kept.Load(s.r, id)
	if err == nil && k.CaseID != s.file.Case.ID {
		err = debt.E(debt.NotFound, "plan_unknown", nil)
	}
	return k, err
}

// waits gives the last thing that was said of a plan and is not answered.
func waits(rounds []kept.Round) (last kept.Round, by plan.Side) {
	if len(rounds) == 0 {
		return last, ""
	}
	last = rounds[len(rounds)-1]
	switch {
	case last.Act == kept.Propose, last.Act == kept.Change && last.Wished != nil:
		return last, plan.Creditor
	case last.Act == kept.Counter:
		return last, plan.Debtor
	}
	return last, ""
}
