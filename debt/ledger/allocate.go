package ledger

import (
	"cmp"
	"math/bits"
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
}

// allocate divides a payment: first as the debtor designated it (BGB §§ 366 I, 367 II),
// then costs of the whole case, then claim after claim (§ 366 II) and inside each claim
// by its statutory order (§§ 367 I, 497 III). What is left is credited, never kept. The
// account is changed; interest must have been booked before.
func (a *Account) allocate(p debt.Payment) ([]Allocation, error) {
	s := &allocator{account: a, on: p.ReceivedOn, rest: p.Amount}
	for _, t := range p.Designation {
		if err := s.designated(t); err != nil {
			return nil, err
		}
	}
	if len(p.Designation) == 0 && a.Settings.ImpliedDesignation {
		s.implied()
	}
	s.costs("")
	groups, err := a.ranked(p.ReceivedOn)
	if err != nil {
		return nil, err
	}
	for _, group := range groups {
		s.group(group)
	}
	if s.rest > 0 {
		a.Overpaid += s.rest
		s.lines = append(s.lines, Allocation{debt.OverpaymentAccount, "", s.rest})
	}
	return s.lines, nil
}

// spend settles up to limit of an open amount.
func (s *allocator) spend(open *debt.Cents, limit debt.Cents, account debt.AccountKind, line debt.ID) {
	amount := min(*open, limit, s.rest)
	if amount <= 0 {
		return
	}
	*open -= amount
	s.rest -= amount
	for i := range s.lines {
		if s.lines[i].Account == account && s.lines[i].Line == line {
			s.lines[i].Amount += amount
			return
		}
	}
	s.lines = append(s.lines, Allocation{account, line, amount})
}

// designated settles what one target names; an unknown line is refused because money may
// not go where the debtor did not mean it.
func (s *allocator) designated(t debt.Target) error {
	found := t.Line == ""
	for i := range s.account.Costs {
		c := &s.account.Costs[i]
		if c.BookedOn.After(s.on) {
			continue
		}
		if t.Line == c.ID || t.Line == "" && t.Account == debt.CostsAccount {
			found = true
			s.spend(&c.Open, c.Open, debt.CostsAccount, c.ID)
		}
	}
	for i := range s.account.Claims {
		c := &s.account.Claims[i]
		if t.Line != "" && t.Line != c.ID || c.BookedOn.After(s.on) {
			continue
		}
		found = true
		switch t.Account {
		case debt.PrincipalAccount:
			s.spend(&c.Open, c.Open, debt.PrincipalAccount, c.ID)
		case debt.InterestAccount:
			s.spend(&c.Interest, c.Interest, debt.InterestAccount, c.ID)
		case "":
			s.claim(i, s.rest)
		}
	}
	if !found {
		return debt.E(debt.Invalid, "designation_unknown", debt.Args{"line": string(t.Line)})
	}
	return nil
}

// implied takes a payment that equals exactly one of several open claims as meant for it.
func (s *allocator) implied() {
	match := -1
	for i := range s.account.Claims {
		if s.account.openOn(i, s.on) == s.rest {
			if match >= 0 {
				return
			}
			match = i
		}
	}
	if match >= 0 && len(s.account.Claims) > 1 {
		s.claim(match, s.rest)
	}
}

// costs settles the open costs of one claim, or with "" of the whole case, oldest first.
func (s *allocator) costs(claim debt.ID) {
	order := make([]int, 0, len(s.account.Costs))
	for i, c := range s.account.Costs {
		if c.ClaimID == claim && c.Open > 0 && !c.BookedOn.After(s.on) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(i, j int) int {
		x, y := s.account.Costs[i], s.account.Costs[j]
		return cmp.Or(x.IncurredOn.Compare(y.IncurredOn), cmp.Compare(x.ID, y.ID))
	})
	for _, i := range order {
		c := &s.account.Costs[i]
		s.spend(&c.Open, c.Open, debt.CostsAccount, c.ID)
	}
}

// claim settles up to limit inside one claim: its costs, then by its order.
func (s *allocator) claim(i int, limit debt.Cents) {
	c := &s.account.Claims[i]
	all := s.rest
	s.rest = min(limit, all)
	kept := all - s.rest
	s.costs(c.ID)
	if c.Order == debt.Order497 {
		s.spend(&c.Open, c.Open, debt.PrincipalAccount, c.ID)
		s.spend(&c.Interest, c.Interest, debt.InterestAccount, c.ID)
	} else {
		s.spend(&c.Interest, c.Interest, debt.InterestAccount, c.ID)
		s.spend(&c.Open, c.Open, debt.PrincipalAccount, c.ID)
	}
	s.rest += kept
}

// openOn is everything open on one claim on a day, its own costs included; what was
// booked for a later day does not exist yet.
func (a *Account) openOn(i int, on debt.Date) debt.Cents {
	c := a.Claims[i]
	if c.BookedOn.After(on) {
		return 0
	}
	open := c.Open + c.Interest
	for _, k := range a.Costs {
		if k.ClaimID == c.ID && !k.BookedOn.After(on) {
			open += k.Open
		}
	}
	return open
}

// rank is what BGB § 366 II compares: due before not due, less secured before secured,
// the more burdensome (higher rate, then titled) first, the older first.
type rank struct {
	index   int
	due     bool
	secured bool
	rate    debt.BasisPoints
	titled  bool
	arisen  debt.Date
	dueOn   debt.Date
}

func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

func (r rank) compare(o rank) int {
	return cmp.Or(
		first(r.due, o.due),
		first(!r.secured, !o.secured),
		cmp.Compare(o.rate, r.rate),
		first(r.titled, o.titled),
		r.arisen.Compare(o.arisen),
		r.dueOn.Compare(o.dueOn),
	)
}

// ranked groups the open claims by rank, in order; claims of equal rank share a group.
func (a *Account) ranked(on debt.Date) ([][]int, error) {
	var ranks []rank
	for i, c := range a.Claims {
		if a.openOn(i, on) <= 0 {
			continue
		}
		rate := debt.BasisPoints(0)
		if !c.DefaultFrom.IsZero() && len(a.Claims) > 1 {
			var err error
			if rate, err = debt.StatutoryRate(c.Claim.Interest, on); err != nil {
				return nil, err
			}
		}
		ranks = append(ranks, rank{i, !c.DueOn.After(on), c.Secured, rate, c.Titled, c.ArisenOn, c.DueOn})
	}
	slices.SortStableFunc(ranks, rank.compare)
	var groups [][]int
	for k, r := range ranks {
		if k == 0 || ranks[k-1].compare(r) != 0 {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], r.index)
	}
	return groups, nil
}

// group divides what is left over claims of equal rank in proportion to what is open,
// whole cents by largest remainder, ties to the lowest claim id.
func (s *allocator) group(group []int) {
	var open debt.Cents
	for _, i := range group {
		open += s.account.openOn(i, s.on)
	}
	budget := min(s.rest, open)
	shares := make([]debt.Cents, len(group))
	for k, i := range group {
		shares[k] = mulDiv(budget, s.account.openOn(i, s.on), open)
	}
	order := make([]int, len(group))
	left := budget
	for k := range group {
		order[k] = k
		left -= shares[k]
	}
	slices.SortFunc(order, func(x, y int) int {
		ox, oy := s.account.openOn(group[x], s.on), s.account.openOn(group[y], s.on)
		return cmp.Or(
			cmp.Compare(mulMod(budget, oy, open), mulMod(budget, ox, open)),
			cmp.Compare(s.account.Claims[group[x]].ID, s.account.Claims[group[y]].ID),
		)
	})
	for k := range int(left) {
		shares[order[k]]++
	}
	for k, i := range group {
		s.claim(i, shares[k])
	}
}

// mulDiv gives a × b / c rounded down, mulMod the remainder; all three are non-negative
// and the quotient fits because callers divide by a sum that contains b.
func mulDiv(a, b, c debt.Cents) debt.Cents {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, _ := bits.Div64(hi, lo, uint64(c))
	return debt.Cents(q)
}

func mulMod(a, b, c debt.Cents) debt.Cents {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	_, r := bits.Div64(hi, lo, uint64(c))
	return debt.Cents(r)
}
