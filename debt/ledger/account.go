package ledger

import (
	"slices"

	"quitt/debt"
)

// Account is what one case owes, line by line, after its last booking: the value every
// allocation starts from. It is built from postings and never holds anything they do not.
type Account struct {
	CaseID   debt.ID
	Claims   []ClaimBalance
	Costs    []CostBalance
	Overpaid debt.Cents // what the debtor paid too much; ≥ 0
	LastOn   debt.Date  // value day of the last payment; later bookings may not lie before it
	Settings debt.Settings
	Rests    Rests

	// foreseen lets interest go on with the last announced base rate, for schedules.
	foreseen bool
	// hidden are lines of the payment's own value day that were booked after it.
	hidden map[debt.ID]bool
}

// ClaimBalance is a claim and what is open on it. Interest is what has been booked;
// AccruedTo is the first day whose interest has not been.
type ClaimBalance struct {
	debt.Claim
	Open      debt.Cents
	Interest  debt.Cents
	AccruedTo debt.Date

	// earlier is the principal of the days from AccruedTo to the last payment. It is empty
	// unless a payment came while less than half a cent had accrued or the base rate was
	// not announced yet, and only History knows it for accounts that were stored.
	earlier []stretch
	// credited is what was given up of the principal from the first day on; like earlier it
	// is known to History only, a stored account takes the detour over it.
	credited debt.Cents
}

// stretch is a principal that bore interest up to a day (exclusive).
type stretch struct {
	to        debt.Date
	principal debt.Cents
}

// CostBalance is a cost and what is open on it.
type CostBalance struct {
	debt.Cost
	Open debt.Cents
}

// Balance sums the account; interest only as far as it is booked.
func (a Account) Balance() debt.Balance {
	b := debt.Balance{Overpaid: a.Overpaid}
	for _, c := range a.Claims {
		b.Principal += c.Open
		b.Interest += c.Interest
	}
	for _, c := range a.Costs {
		b.Costs += c.Open
	}
	return b
}

// Clone copies the account so that a refused booking leaves the original untouched.
func (a Account) Clone() Account {
	a.Claims, a.Costs = slices.Clone(a.Claims), slices.Clone(a.Costs)
	return a
}

// exists reports whether a line booked on a value day is there for a payment of another:
// on one value day things happen in the order in which they were first booked.
func (a Account) exists(line debt.ID, booked, on debt.Date) bool {
	return !booked.After(on) && !a.hidden[line]
}

// bearing reports whether the claim can earn interest at all.
func (c *ClaimBalance) bearing() bool {
	k := c.Claim.Interest.Kind
	return !c.DefaultFrom.IsZero() && k != "" && k != debt.NoInterest
}

// accruedTo is the first day whose interest is not booked.
func (c *ClaimBalance) accruedTo() debt.Date { return debt.Later(c.DefaultFrom, c.AccruedTo) }

// accrue gives the interest not yet booked on one claim up to a day, exclusive, each day
// on the principal it had.
func (a *Account) accrue(c *ClaimBalance, until debt.Date) (debt.Interest, debt.Date, error) {
	from := c.accruedTo()
	if !c.bearing() {
		return debt.Interest{}, from, nil
	}
	if len(c.earlier) == 0 && len(a.Rests) == 0 {
		sum, err := a.run(c, c.Open, Rest{from, until})
		return sum, from, err
	}
	var sum debt.Interest
	at := from
	for _, e := range append(slices.Clip(c.earlier), stretch{until, c.Open}) {
		for _, s := range a.Rests.between(at, debt.Earlier(e.to, until)) {
			i, err := a.run(c, e.principal, s)
			if err != nil {
				return debt.Interest{}, from, err
			}
			sum = sum.Plus(i)
		}
		at = debt.Later(at, e.to)
	}
	return sum, from, nil
}

// run is the interest of a principal over days that bear any.
func (a *Account) run(c *ClaimBalance, principal debt.Cents, over Rest) (debt.Interest, error) {
	if a.foreseen {
		return c.Claim.Interest.Foresee(principal, over.From, over.To)
	}
	return c.Claim.Interest.Accrue(principal, over.From, over.To)
}

// lastRateDay is a variable only so that tests can stand before an announcement.
var lastRateDay = debt.LastBaseRateDay

// announced caps a value day at the end of the days whose rate is known. Money is never
// refused because the Bundesbank has not spoken yet: a payment of 2 January is booked with
// interest through 31 December, the days after stay open and are booked, each on the
// principal it had, by the first payment after the announcement.
func (a *Account) announced(c *ClaimBalance, on debt.Date) debt.Date {
	if c.Claim.Interest.Kind != debt.Statutory || a.foreseen {
		return on
	}
	return debt.Earlier(on, lastRateDay().AddDays(1))
}

// remember keeps the principal of the days before a payment whose interest stays open.
func (a *Account) remember(on debt.Date) {
	for i := range a.Claims {
		c := &a.Claims[i]
		if !c.bearing() || !a.Rests.skip(c.accruedTo()).Before(on) || !a.exists(c.ID, c.BookedOn, on) {
			continue
		}
		earlier := slices.Clone(c.earlier) // other copies of the account share the old one
		switch n := len(earlier); {
		case n > 0 && !earlier[n-1].to.Before(on):
			continue
		case n > 0 && earlier[n-1].principal == c.Open:
			earlier[n-1].to = on
		default:
			earlier = append(earlier, stretch{on, c.Open})
		}
		c.earlier = earlier
	}
}

// forget drops what has been booked from the remembered principal.
func (c *ClaimBalance) forget() {
	booked := 0
	for booked < len(c.earlier) && !c.earlier[booked].to.After(c.AccruedTo) {
		booked++
	}
	if c.earlier = c.earlier[booked:]; len(c.earlier) == 0 {
		c.earlier = nil
	}
}

// post adds one posting to the balance it belongs to; provider and creditor accounts are
// not the debtor's and pass by.
func (a *Account) post(p Posting) {
	switch p.Account {
	case debt.PrincipalAccount:
		if i := a.claim(p.Line); i >= 0 {
			a.Claims[i].Open += p.Amount
		}
	case debt.InterestAccount:
		if i := a.claim(p.Line); i >= 0 {
			c := &a.Claims[i]
			c.Interest += p.Amount
			c.AccruedTo = debt.Later(c.AccruedTo, p.To)
			c.forget()
		}
	case debt.CostsAccount:
		if i := a.cost(p.Line); i >= 0 {
			a.Costs[i].Open += p.Amount
		}
	case debt.OverpaymentAccount:
		a.Overpaid -= p.Amount
	}
}

func (a *Account) claim(id debt.ID) int {
	return slices.IndexFunc(a.Claims, func(c ClaimBalance) bool { return c.ID == id })
}

func (a *Account) cost(id debt.ID) int {
	return slices.IndexFunc(a.Costs, func(c CostBalance) bool { return c.ID == id })
}

// apply adds an entry. Entries of payments must come in the order of their value days.
func (a *Account) apply(e Entry) {
	if e.Kind == PaymentEntry {
		a.remember(e.ValueOn)
		a.LastOn = debt.Later(a.LastOn, e.ValueOn)
	}
	for _, p := range e.Postings {
		a.post(p)
	}
	a.credit(e)
}

// NeedsHistory reports whether a payment of that value day must be booked by
// History.Insert: it lies before the last one, or interest of days before the last one is
// still open on a principal that has changed since, which a stored account cannot tell.
func (a Account) NeedsHistory(on debt.Date) bool {
	return on.Before(a.LastOn) || a.incomplete()
}

func (a Account) incomplete() bool {
	for i := range a.Claims {
		c := &a.Claims[i]
		if c.Open+c.credited != c.Principal && len(c.earlier) == 0 && c.bearing() && a.Rests.skip(c.accruedTo()).Before(a.LastOn) {
			return true
		}
	}
	return false
}

// FirstDay is the day of the first claim: no payment can be booked before it.
func (a Account) FirstDay() debt.Date {
	var first debt.Date
	for i, c := range a.Claims {
		if i == 0 || c.BookedOn.Before(first) {
			first = c.BookedOn
		}
	}
	return first
}
