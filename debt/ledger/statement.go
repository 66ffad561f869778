package ledger

import (
	"errors"
	"slices"

	"quitt/debt"
)

// Statement is the Forderungsaufstellung of one case as payable on a day: what it consists
// of, how interest was computed and how every payment was allocated (RDG § 13a I Nr. 3-5,
// InsO § 305 II 2). Interest runs through the day before.
type Statement struct {
	On       debt.Date          `json:"on"`
	Claims   []ClaimStatement   `json:"claims"`
	Costs    []CostStatement    `json:"costs"`
	Payments []PaymentStatement `json:"payments"`
	Credits  []CreditStatement  `json:"credits,omitempty"`
	// Demanded is everything ever demanded up to the day; Open is what of it is left.
	Demanded debt.Balance `json:"demanded"`
	Open     debt.Balance `json:"open"`
	Payable  debt.Cents   `json:"payable_cents"`
	Paid     debt.Cents   `json:"paid_cents"`
}

// ClaimStatement is one claim with its interest, period by period.
type ClaimStatement struct {
	Claim        debt.Claim       `json:"-"`
	ID           debt.ID          `json:"id"`
	Object       string           `json:"object"`
	Principal    debt.Cents       `json:"principal_cents"`
	Periods      []InterestPeriod `json:"interest"`
	OpenInterest debt.Cents       `json:"open_interest_cents"`
	Open         debt.Cents       `json:"open_principal_cents"`
}

// InterestPeriod is interest booked with a payment, or (Booked false) running up to the
// statement's day. Amount is the exact sum of the segments rounded once.
type InterestPeriod struct {
	From     debt.Date              `json:"from"`
	To       debt.Date              `json:"to"` // exclusive
	Segments []debt.InterestSegment `json:"segments"`
	Amount   debt.Cents             `json:"amount_cents"`
	Booked   bool                   `json:"booked"`
}

// CostStatement is one cost and what is open on it.
type CostStatement struct {
	Cost        debt.Cost     `json:"-"`
	ID          debt.ID       `json:"id"`
	Kind        debt.CostKind `json:"kind"`
	IncurredOn  debt.Date     `json:"incurred_on"`
	LegalGround string        `json:"legal_ground"`
	Amount      debt.Cents    `json:"amount_cents"`
	VAT         debt.Cents    `json:"vat_cents"`
	Open        debt.Cents    `json:"open_cents"`
}

// PaymentStatement is one payment and what it settled; a reversed one settled nothing.
type PaymentStatement struct {
	ID          debt.ID            `json:"id"`
	ReceivedOn  debt.Date          `json:"received_on"`
	Method      debt.Method        `json:"method"`
	Status      debt.PaymentStatus `json:"status"`
	Amount      debt.Cents         `json:"amount_cents"`
	Returned    debt.Cents         `json:"returned_cents"`
	Allocations []Allocation       `json:"allocations"`
}

// Part is what a payment settled of one component.
type Part struct {
	Account debt.AccountKind
	Amount  debt.Cents
}

// Parts sums allocations per component, in the order people read it: costs, interest,
// principal, what was too much.
func Parts(list []Allocation) []Part {
	var parts []Part
	for _, account := range []debt.AccountKind{debt.CostsAccount, debt.InterestAccount, debt.PrincipalAccount, debt.OverpaymentAccount} {
		sum := debt.Cents(0)
		for _, a := range list {
			if a.Account == account {
				sum += a.Amount
			}
		}
		if sum != 0 {
			parts = append(parts, Part{account, sum})
		}
	}
	return parts
}

// Statement computes the statement payable on a day from what is booked with a value day
// up to it. It fails where interest can not be known yet (key "base_rate_unknown").
func (h History) Statement(on debt.Date) (Statement, error) {
	return h.statement(on, func(*ClaimBalance) debt.Date { return on })
}

// StatementSoFar is Statement for days whose base rate nobody has announced yet: everything of
// the day, with interest as far as its rate is known. to is the last day interest was computed
// for, the zero date where nothing is left out.
func (h History) StatementSoFar(on debt.Date) (s Statement, to debt.Date, err error) {
	s, err = h.Statement(on)
	if !errors.Is(err, debt.E(debt.Invalid, "base_rate_unknown", nil)) {
		return s, to, err
	}
	var a Account
	s, err = h.statement(on, func(c *ClaimBalance) debt.Date { return a.announced(c, on) })
	return s, lastRateDay(), err
}

// statement runs the interest of each claim up to the day that until gives.
func (h History) statement(on debt.Date, until func(*ClaimBalance) debt.Date) (Statement, error) {
	b := h.books()
	s := Statement{On: on, Claims: []ClaimStatement{}, Costs: []CostStatement{}}
	periods := map[debt.ID][]InterestPeriod{}
	var failed error
	a := b.fold(func(e Entry, before Account) bool {
		if e.ValueOn.After(on) || failed != nil {
			return false
		}
		if e.Kind == InterestRun {
			failed = bookedPeriods(before, e, periods)
		}
		return true
	})
	if failed != nil {
		return Statement{On: on}, failed
	}
	for i := range a.Claims {
		c := &a.Claims[i]
		if c.BookedOn.After(on) {
			continue
		}
		line, err := a.statement(c, until(c), periods[c.ID])
		if err != nil {
			return Statement{On: on}, err
		}
		s.addClaim(line)
	}
	s.addCosts(a, on)
	s.addCredits(h.Credits())
	s.Payments = b.payments(on)
	for _, p := range s.Payments {
		if len(p.Allocations) > 0 {
			s.Paid += p.Amount - p.Returned
		}
	}
	s.Open.Overpaid = a.Overpaid
	s.Payable = s.Open.Total()
	return s, nil
}

// Payable gives what is open on a day, with interest as far as its rate has been announced.
func (h History) Payable(on debt.Date) (debt.Cents, error) {
	s, _, err := h.StatementSoFar(on)
	return s.Payable, err
}

// statement adds to what was booked the interest that runs up to the day.
func (a *Account) statement(c *ClaimBalance, on debt.Date, booked []InterestPeriod) (ClaimStatement, error) {
	line := ClaimStatement{Claim: c.Claim, ID: c.ID, Object: c.Object, Principal: c.Principal,
		Open: c.Open, OpenInterest: c.Interest, Periods: booked}
	running, from, err := a.accrue(c, on)
	if err != nil {
		return line, err
	}
	if len(running.Segments) > 0 {
		amount := running.Amount()
		line.Periods = append(line.Periods, InterestPeriod{from, on, running.Segments, amount, false})
		line.OpenInterest += amount
	}
	if line.Periods == nil {
		line.Periods = []InterestPeriod{}
	}
	return line, nil
}

func (s *Statement) addClaim(line ClaimStatement) {
	s.Claims = append(s.Claims, line)
	s.Demanded.Principal += line.Principal
	s.Open.Principal += line.Open
	s.Open.Interest += line.OpenInterest
	for _, p := range line.Periods {
		s.Demanded.Interest += p.Amount
	}
}

func (s *Statement) addCosts(a Account, on debt.Date) {
	for _, c := range a.Costs {
		if c.BookedOn.After(on) {
			continue
		}
		s.Costs = append(s.Costs, CostStatement{Cost: c.Cost, ID: c.ID, Kind: c.Kind, IncurredOn: c.IncurredOn,
			LegalGround: c.LegalGround, Amount: c.Amount, VAT: c.VAT, Open: c.Open})
		s.Demanded.Costs += c.Amount
		s.Open.Costs += c.Open
	}
	slices.SortStableFunc(s.Costs, func(x, y CostStatement) int { return x.IncurredOn.Compare(y.IncurredOn) })
}

// bookedPeriods shows how an interest entry came about: the principal it ran on is the
// one before the entry.
func bookedPeriods(before Account, e Entry, periods map[debt.ID][]InterestPeriod) error {
	for _, p := range e.Postings {
		i := before.claim(p.Line)
		if p.Account != debt.InterestAccount || i < 0 {
			continue
		}
		run, from, err := before.accrue(&before.Claims[i], p.To)
		if err != nil {
			return err
		}
		periods[p.Line] = append(periods[p.Line], InterestPeriod{from, p.To, run.Segments, p.Amount, true})
	}
	return nil
}

// payments lists every payment that was booked with a value day up to a day, with its
// effective allocation; one that never arrived is no part of a statement.
func (b books) payments(on debt.Date) []PaymentStatement {
	settled := map[debt.ID][]Allocation{}
	for _, e := range b.effective {
		if e.Kind != PaymentEntry {
			continue
		}
		settled[e.PaymentID] = e.Allocations()
	}
	booked := make([]debt.Payment, 0, len(b.Payments))
	for _, p := range b.Payments {
		if _, ok := b.order[p.ID]; ok && !p.ReceivedOn.After(on) {
			booked = append(booked, p)
		}
	}
	slices.SortStableFunc(booked, b.comparePayments)
	list := make([]PaymentStatement, len(booked))
	for i, p := range booked {
		allocations := settled[p.ID]
		if allocations == nil {
			allocations = []Allocation{}
		}
		list[i] = PaymentStatement{p.ID, p.ReceivedOn, p.Method, p.Status, p.Amount, p.Returned, allocations}
	}
	return list
}
