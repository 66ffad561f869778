package ledger

import (
	"cmp"
	"math/bits"
	"slices"

	"quitt/debt"
)

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

// ranked lists the claims with something open on a component, in the order of the law.
func (s *allocator) ranked(part debt.AccountKind) ([]rank, error) {
	var ranks []rank
	for i := range s.account.Claims {
		c := &s.account.Claims[i]
		if s.open(i, part) <= 0 {
			continue
		}
		rate, err := c.burden(s.on)
		if err != nil {
			return nil, err
		}
		ranks = append(ranks, rank{i, !c.DueOn.After(s.on), c.Secured, rate, c.Titled, c.ArisenOn, c.DueOn})
	}
	slices.SortStableFunc(ranks, rank.compare)
	return ranks, nil
}

// burden is the rate the claim bears on a day, 0 before default; on days whose base rate
// is not announced the last one, which all claims share.
func (c ClaimBalance) burden(on debt.Date) (debt.BasisPoints, error) {
	if c.DefaultFrom.IsZero() || on.Before(c.DefaultFrom) {
		return 0, nil
	}
	return c.Claim.Interest.RateOn(debt.Earlier(on, lastRateDay()))
}

// spread settles one component, or with "" everything, of claim after claim by rank.
func (s *allocator) spread(part debt.AccountKind) error {
	if len(s.account.Claims) == 1 { // nothing to rank
		if s.open(0, part) > 0 {
			s.claim(0, s.rest, part)
		}
		return nil
	}
	ranks, err := s.ranked(part)
	if err != nil {
		return err
	}
	for len(ranks) > 0 {
		n := 1
		for n < len(ranks) && ranks[n].compare(ranks[0]) == 0 {
			n++
		}
		s.group(ranks[:n], part)
		ranks = ranks[n:]
	}
	return nil
}

// share is what one of several claims of equal rank has open and gets.
type share struct {
	claim           int
	open, get, left debt.Cents // left is the remainder of the division
}

// group divides what is left over claims of equal rank in proportion to what is open,
// whole cents by largest remainder, ties to the lowest claim id.
func (s *allocator) group(ranks []rank, part debt.AccountKind) {
	if len(ranks) == 1 {
		s.claim(ranks[0].index, s.rest, part)
		return
	}
	var open debt.Cents
	shares := make([]share, len(ranks))
	for k, r := range ranks {
		shares[k] = share{claim: r.index, open: s.open(r.index, part)}
		open += shares[k].open
	}
	budget := min(s.rest, open)
	over := budget
	for k := range shares {
		shares[k].get, shares[k].left = mulDiv(budget, shares[k].open, open)
		over -= shares[k].get
	}
	slices.SortFunc(shares, func(x, y share) int {
		return cmp.Or(cmp.Compare(y.left, x.left), cmp.Compare(s.account.Claims[x.claim].ID, s.account.Claims[y.claim].ID))
	})
	for k := range int(over) {
		shares[k].get++
	}
	slices.SortFunc(shares, func(x, y share) int { return cmp.Compare(x.claim, y.claim) })
	for _, h := range shares {
		s.claim(h.claim, h.get, part)
	}
}

// mulDiv gives a × b / c rounded down and the remainder; all three are non-negative and
// the quotient fits because callers divide by a sum that contains b.
func mulDiv(a, b, c debt.Cents) (quotient, remainder debt.Cents) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, r := bits.Div64(hi, lo, uint64(c))
	return debt.Cents(q), debt.Cents(r)
}
