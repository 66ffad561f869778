package collecting

import (
	"errors"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/plan"
	"quitt/store/plans"
	"quitt/store/rails"
)

// Why an order is not called now.
var (
	// errGone says that the order is not the one that was claimed any more.
	errGone = errors.New("the order was changed meanwhile")
	// errLater says that what is under way decides, or a person: tomorrow again.
	errLater = errors.New("the order waits for what is under way")
	// errFile says that its mandate is charged in files for a bank.
	errFile = errors.New("the order is collected by file")
)

// over ends an order without a charge; it is the reason.
type over string

func (o over) Error() string { return "the order is over: " + string(o) }

// endOf gives the reason for which an order is cancelled: one of ours, or of the rail's.
func endOf(err error) (reason string, ended bool) {
	var o over
	switch {
	case errors.As(err, &o):
		return string(o), true
	case errors.Is(err, debt.E(debt.Forbidden, "nothing_to_collect", nil)):
		return collection.NothingToCollect, true
	case errors.Is(err, debt.E(debt.Forbidden, "case_not_payable", nil)):
		return collection.CaseClosed, true
	}
	return "", false
}

// owed is what may be taken for an order now: what is still owed of its instalment, by what is
// booked and what is under way. The plan is asked and not only the order, because money that
// came a minute ago counts.
func (w *work) owed() (debt.Cents, error) {
	if err := w.barred(); err != nil {
		return 0, err
	}
	i, is := w.order.Instalment()
	if !is {
		return w.order.Amount, nil
	}
	k, err := plans.Load(&w.Reader, i.Plan)
	if debt.KindOf(err) == debt.NotFound {
		return 0, over(collection.PlanOver)
	}
	if err != nil {
		return 0, err
	}
	if !k.Running() || k.CaseID != w.order.CaseID || k.InstrumentID != w.order.InstrumentID || i.No > len(k.Schedule.Instalments) {
		return 0, over(collection.PlanOver)
	}
	return w.ofInstalment(k, i.No)
}

// barred holds the case against what forbids a debit, whatever the plan says.
func (w *work) barred() error {
	c := &w.file.Case
	if c.Review != debt.ReviewAccepted || c.Stage == debt.StageClosed || c.Processing == debt.Stopped {
		return over(collection.CaseClosed)
	}
	if err := w.LoadHolds(c); err != nil {
		return err
	}
	today := debt.DateIn(w.now, debt.Berlin)
	for _, h := range c.Holds {
		switch {
		case !h.Active(today):
		case h.Kind == debt.HoldInsolv: // creditors may not be served one by one (InsO §§ 81, 87)
			return over(collection.CaseClosed)
		case h.Kind == debt.HoldDataCheck: // it may be the wrong person, or one who has died
			return errLater
		}
	}
	return nil
}

// ofInstalment replays the plan twice: with what is booked, and with what is under way as if it
// had come. What only the second one covers waits until that has come or has not.
func (w *work) ofInstalment(k plans.Kept, no int) (debt.Cents, error) {
	today := debt.DateIn(w.now, debt.Berlin)
	h, err := w.LoadHistory(w.file)
	if err != nil {
		return 0, err
	}
	open, err := h.Payable(today)
	if err != nil {
		return 0, err
	}
	b := plan.Books{Payments: h.Payments, Open: open, Today: today}
	if due(k.Progress(b), no, today) == 0 {
		return 0, over(collection.NotOwed)
	}
	flying, err := w.flying()
	if err != nil {
		return 0, err
	}
	for _, p := range flying {
		b.Open -= min(p.Amount, b.Open)
	}
	b.Payments = slices.Concat(h.Payments, flying)
	left := due(k.Progress(b), no, today)
	if left == 0 {
		return 0, errLater
	}
	return min(left, w.order.Amount), nil
}

// due is what is owed up to an instalment, and of those that fell due since: money pays the
// oldest first, so what a later order brought may have paid this one's instalment, and this
// one's charge pays the later one then.
func due(g plan.Progress, no int, today debt.Date) (sum debt.Cents) {
	for _, i := range g.Instalments {
		if i.No <= no || !i.DueOn.After(today) {
			sum += i.Owed
		}
	}
	return sum
}

// flying are the payments of the case whose money is under way.
func (w *work) flying() (list []debt.Payment, err error) {
	attempts, err := rails.AttemptsOf(&w.Reader, w.file.Case.ID)
	for _, a := range attempts {
		if a.Status == debt.PaymentInFlight {
			list = append(list, debt.Payment{ID: a.ID, Status: debt.PaymentSucceeded, Amount: a.Amount, ReceivedOn: debt.DateIn(a.StartedAt, debt.Berlin)})
		}
	}
	return list, err
}

// tomorrow is six in the morning of the next day in Berlin.
func tomorrow(now time.Time) time.Time {
	y, m, d := now.In(debt.Berlin).Date()
	return time.Date(y, m, d+1, 6, 0, 0, 0, debt.Berlin)
}
