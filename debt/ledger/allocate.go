package ledger

import (
	"cmp"
	"slices"

	"quitt/debt"
)

// Allocation is the part of a payment that settles one component of one line. The account
// is principal, interest, costs or overpayment.
type Allocation struct {
	Account debt.AccountKind `json:"account"`
	Line    debt.ID          `json:"line,omitempty"`
	Amount  debt.Cents       `json:"amount_cents"`
}

// allocator spends one payment on a copy of an account and remembers on what.
type allocator struct {
	account *Account
	on      debt.Date
	rest    debt.Cents
	lines   []Allocation
	silent  bool // a forecast asks for no lines
}

// allocate divides a payment: first as the debtor designated it (BGB §§ 366 I, 367 II),
// then costs of the whole case, then claim after claim (§ 366 II) and inside each claim
// by its statutory order (§§ 367 I, 497 III). What is left is credited, never kept. The
// account is changed; interest must have been booked before.
func (a *Account) allocate(p debt.Payment) ([]Allocation, error) {
	s := &allocator{account: a, on: p.ReceivedOn, rest: p.Net()}
	for _, t := range p.Designation {
		if err := s.designated(t); err != nil {
			return nil, err
		}
	}
	if len(p.Designation) == 0 && a.Settings.ImpliedDesignation {
		s.implied()
	}
	s.costs("", false)
	if err := s.spread(""); err != nil {
		return nil, err
	}
	if s.rest > 0 {
		a.Overpaid += s.rest
		s.lines = append(s.lines, Allocation{debt.OverpaymentAccount, "", s.rest})
	}
	return s.lines, nil
}

// spend settles up to limit of an open amount.
func (s *allocator) spend(open *debt.Cents, limit debt.Cents, to Allocation) {
	amount := min(*open, limit, s.rest)
	if amount <= 0 {
		return
	}
	*open -= amount
	s.rest -= amount
	if s.silent {
		return
	}
	for i := range s.lines {
		if s.lines[i].Account == to.Account && s.lines[i].Line == to.Line {
			s.lines[i].Amount += amount
			return
		}
	}
	to.Amount = amount
	s.lines = append(s.lines, to)
}

// designated settles what one target names. What does not exist is refused, because money
// may not go where the debtor did not mean it; the empty target leaves it to the law.
func (s *allocator) designated(t debt.Target) error {
	a := s.account
	i, k := a.claim(t.Line), a.cost(t.Line)
	limit := s.rest
	if t.Most > 0 {
		limit = min(limit, t.Most)
	}
	switch {
	case t.Line == "" && t.Account == debt.CostsAccount:
		s.costs("", true)
	case t.Line == "" && t.Account == "":
	case t.Line == "" && (t.Account == debt.PrincipalAccount || t.Account == debt.InterestAccount):
		return s.spread(t.Account)
	case i >= 0 && a.exists(t.Line, a.Claims[i].BookedOn, s.on) && component(t.Account):
		s.claim(i, limit, t.Account)
	case k >= 0 && a.exists(t.Line, a.Costs[k].BookedOn, s.on) && (t.Account == "" || t.Account == debt.CostsAccount):
		s.spend(&a.Costs[k].Open, limit, Allocation{Account: debt.CostsAccount, Line: t.Line})
	default:
		return debt.E(debt.Invalid, "designation_unknown", debt.Args{"line": string(t.Line), "account": string(t.Account)})
	}
	return nil
}

func component(k debt.AccountKind) bool {
	return k == "" || k == debt.PrincipalAccount || k == debt.InterestAccount || k == debt.CostsAccount
}

// implied takes a payment that equals exactly one of several open claims as meant for it.
func (s *allocator) implied() {
	match, matches, several := -1, 0, 0
	for i := range s.account.Claims {
		switch s.open(i, "") {
		case 0:
			continue
		case s.rest:
			match = i
			matches++
		}
		several++
	}
	if matches == 1 && several > 1 {
		s.claim(match, s.rest, "")
	}
}

// costs settles open costs, oldest first: those of one claim, with "" those of the whole
// case, and with all every cost there is.
func (s *allocator) costs(claim debt.ID, all bool) {
	var order []int
	for i := range s.account.Costs {
		c := &s.account.Costs[i]
		if (all || c.ClaimID == claim) && c.Open > 0 && s.account.exists(c.ID, c.BookedOn, s.on) {
			order = append(order, i)
		}
	}
	if len(order) > 1 {
		slices.SortFunc(order, func(i, j int) int {
			x, y := &s.account.Costs[i], &s.account.Costs[j]
			return cmp.Or(x.IncurredOn.Compare(y.IncurredOn), cmp.Compare(x.ID, y.ID))
		})
	}
	for _, i := range order {
		c := &s.account.Costs[i]
		s.spend(&c.Open, c.Open, Allocation{Account: debt.CostsAccount, Line: c.ID})
	}
}

// claim settles up to limit of one component of a claim; with "" its costs and then the
// others by its order.
func (s *allocator) claim(i int, limit debt.Cents, part debt.AccountKind) {
	c := &s.account.Claims[i]
	all := s.rest
	s.rest = min(limit, all)
	kept := all - s.rest
	parts := []debt.AccountKind{part}
	if part == "" {
		parts = statutoryOrder(c.Order)
	}
	for _, p := range parts {
		switch p {
		case debt.CostsAccount:
			s.costs(c.ID, false)
		case debt.InterestAccount:
			s.spend(&c.Interest, c.Interest, Allocation{Account: p, Line: c.ID})
		case debt.PrincipalAccount:
			s.spend(&c.Open, c.Open, Allocation{Account: p, Line: c.ID})
		}
	}
	s.rest += kept
}

var (
	order367 = []debt.AccountKind{debt.CostsAccount, debt.InterestAccount, debt.PrincipalAccount}
	order497 = []debt.AccountKind{debt.CostsAccount, debt.PrincipalAccount, debt.InterestAccount}
)

func statutoryOrder(o debt.AllocationOrder) []debt.AccountKind {
	if o == debt.Order497 {
		return order497
	}
	return order367
}

// open is what is open on one component of a claim on a day, with "" on all of it, its own
// costs included; what was booked for a later day does not exist yet.
func (s *allocator) open(i int, part debt.AccountKind) debt.Cents {
	c := &s.account.Claims[i]
	if !s.account.exists(c.ID, c.BookedOn, s.on) {
		return 0
	}
	switch part {
	case debt.PrincipalAccount:
		return c.Open
	case debt.InterestAccount:
		return c.Interest
	}
	open := c.Open + c.Interest
	for j := range s.account.Costs {
		k := &s.account.Costs[j]
		if k.ClaimID == c.ID && s.account.exists(k.ID, k.BookedOn, s.on) {
			open += k.Open
		}
	}
	return open
}
