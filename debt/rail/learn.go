package rail

import (
	"cmp"
	"slices"

	"quitt/debt"
)

// Why money is suspended: it is with the provider and stays out of the case until a person
// has decided.
const (
	WhyAmount   = "amount_mismatch"  // not what was ordered
	WhyCurrency = "currency"         // not euro
	WhyNobody   = "unknown_order"    // no order of ours
	WhyTwice    = "paid_twice"       // a second charge for one order
	WhyCase     = "case_not_payable" // the case takes no money

	// Of money on an account at a bank.
	WhyUnmatched = "unmatched"         // nothing of it names a case for certain
	WhyReturned  = "returned_transfer" // a transfer of ours came back: it was never a debtor's
	WhyNotOurs   = "not_ours"          // a person says that it is for nobody here
	WhyGiveBack  = "give_back"         // a person says that it goes back
)

// Lesson is what facts teach about an order.
type Lesson struct {
	Fresh   []Move // moved and not known before, in the order in which they moved
	Pending []Move // announced; shown, not booked
	Gone    []Move // announced before and not any more: they never moved
	Numbers []Move // known ones that have got their number in the provider's account
	Suspend string // why the order's money is suspended, "" if it is not
	State   State  // where the order stands by these facts; "" if they are older than what is known
}

// Learn compares facts with the movements already known of an order and takes over what the
// order did not know. It changes nothing for facts that teach nothing, and never takes
// anything back: a movement stays one, and facts asked for earlier than those known before
// change no state.
func (a *Attempt) Learn(f Facts, known []Move) Lesson {
	l := Lesson{Suspend: a.suspends(f)}
	for _, m := range f.Moves {
		switch old := slices.IndexFunc(known, m.same); {
		case old >= 0 && known[old].Transaction == "" && m.Transaction != "" && known[old].Pending == m.Pending:
			l.Numbers = append(l.Numbers, m)
		case old >= 0 && (!known[old].Pending || m.Pending):
		case m.Pending:
			l.Pending = append(l.Pending, m)
		default:
			l.Fresh = append(l.Fresh, m)
		}
	}
	slices.SortStableFunc(l.Fresh, compareMoves)
	a.Session, a.Intent = cmp.Or(a.Session, f.Session), cmp.Or(a.Intent, f.Intent)
	a.Customer, a.Funding = cmp.Or(a.Customer, f.Customer), cmp.Or(f.Funding, a.Funding)
	if f.AskedAt.Before(a.AskedAt) {
		return l
	}
	for _, m := range known {
		if m.Pending && !slices.ContainsFunc(f.Moves, m.same) {
			l.Gone = append(l.Gone, m)
		}
	}
	a.AskedAt, l.State = f.AskedAt, f.State
	if f.Failure != "" {
		a.Failure = f.Failure
	}
	if !f.Expected.IsZero() {
		a.ExpectedOn = f.Expected
	}
	if a.URL = f.URL; !f.Expires.IsZero() {
		a.ExpiresAt = f.Expires
	}
	return l
}

// same reports whether two movements are one: kind and id say so.
func (m Move) same(o Move) bool { return m.Kind == o.Kind && m.ID == o.ID }

// compareMoves orders by time. Of one instant money comes before it goes; an id decides
// last, so that every order of hearing gives the same order.
func compareMoves(x, y Move) int {
	rank := func(m Move) int {
		return slices.Index([]MoveKind{Paid, Refunded, RefundFailed, Withdrawn, Reinstated, Fee}, m.Kind)
	}
	return cmp.Or(x.At.Compare(y.At), cmp.Compare(rank(x), rank(y)), cmp.Compare(x.ID, y.ID))
}

// suspends finds what is wrong with the money of an order as a whole.
func (a *Attempt) suspends(f Facts) string {
	paid := false
	for _, m := range f.Moves {
		switch {
		case m.Currency != "EUR":
			return WhyCurrency
		case m.Kind == Paid && m.Amount != a.Amount:
			return WhyAmount
		}
		paid = paid || m.Kind == Paid
	}
	if paid && f.Amount != a.Amount {
		return WhyAmount
	}
	return ""
}

// Outcome is what movements leave of a payment.
type Outcome struct {
	Status   debt.PaymentStatus
	Returned debt.Cents // of the amount, at most all of it
	// Excess went back beyond the amount: a refund and a return of the same money. The debtor
	// owes it, but not as a part of the claim.
	Excess debt.Cents
	On     debt.Date // value day
	Paid   bool      // anything came in
}

// OutcomeOf sums up all booked movements of one payment.
func OutcomeOf(moves []Move) Outcome {
	var paid, refunded, withdrawn debt.Cents
	var o Outcome
	for _, m := range moves {
		switch m.Kind {
		case Paid:
			paid += m.Amount
			o.On, o.Paid = m.On, true
		case Refunded, RefundFailed:
			refunded -= m.Kind.Sign() * m.Amount
		case Withdrawn, Reinstated:
			withdrawn -= m.Kind.Sign() * m.Amount
		}
	}
	back := refunded + withdrawn
	o.Returned, o.Excess = min(max(back, 0), paid), max(back-paid, 0)
	switch {
	case withdrawn > 0:
		o.Status = debt.PaymentReversed
	case refunded >= paid && paid > 0:
		o.Status = debt.PaymentRefunded
	case refunded > 0:
		o.Status = debt.PaymentPartRefunded
	default:
		o.Status = debt.PaymentSucceeded
	}
	return o
}

// statuses translates the states in which no money has moved.
var statuses = map[State]debt.PaymentStatus{
	Waiting: debt.PaymentStarted, InFlight: debt.PaymentInFlight, Failed: debt.PaymentFailed,
	Cancelled: debt.PaymentCancelled, Expired: debt.PaymentExpired, Ready: debt.PaymentSucceeded,
}

// StatusOf gives where a payment stands by a state without money; "" for a state that says
// nothing about it.
func StatusOf(s State) debt.PaymentStatus { return statuses[s] }

// Step is one move of a payment along its graph and the event it adds, "" for none.
type Step struct {
	To    debt.PaymentStatus
	Event debt.EventType
}

// Towards moves a payment to where the provider has it. Where the graph knows no way, because
// the payment was thought to be over, it is corrected to started first: that is an event of
// its own, and from there the graph leads on.
func Towards(p *debt.Payment, to debt.PaymentStatus) ([]Step, error) {
	if p.Status == to && to != debt.PaymentReversed && to != debt.PaymentPartRefunded {
		return nil, nil
	}
	var steps []Step
	event, err := p.To(to)
	if err == nil {
		return append(steps, Step{to, event}), nil
	}
	via := debt.PaymentStarted
	if to == debt.PaymentReversed || to == debt.PaymentPartRefunded || to == debt.PaymentRefunded {
		via = debt.PaymentSucceeded
	}
	steps = append(steps, Step{via, p.CorrectTo(via)})
	if via == to {
		return steps, nil
	}
	if event, err = p.To(to); err != nil {
		return nil, err
	}
	return append(steps, Step{to, event}), nil
}
