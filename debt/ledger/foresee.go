package ledger

import "quitt/debt"

// Foreseen is what one sum will settle if it comes on its day.
type Foreseen struct {
	On        debt.Date
	Accrued   debt.Cents // interest since the one before
	Paid      debt.Cents // at most what is open then
	Costs     debt.Cents
	Interest  debt.Cents
	Principal debt.Cents
	Rest      debt.Balance
}

// Forecast is an account that runs ahead of its bookings, for schedules. Interest goes on with
// the last announced base rate, so it is exact up to debt.LastBaseRateDay and after that what
// will happen if nothing changes.
type Forecast struct {
	account Account
	curves  []*curve // of the claims, shared by copies
}

// Forecast begins one with the rests that will hold. The account itself stays as it is.
func (a Account) Forecast(rests Rests) Forecast {
	a = a.Clone()
	a.Rests, a.foreseen = rests, true
	f := Forecast{a, make([]*curve, len(a.Claims))}
	for i := range a.Claims {
		f.curves[i] = &curve{rule: a.Claims[i].Claim.Interest}
	}
	return f
}

// Clone copies a forecast, so that several ways on can be tried from one place.
func (f Forecast) Clone() Forecast {
	f.account = f.account.Clone()
	return f
}

// With is a copy with other rests.
func (f Forecast) With(rests Rests) Forecast {
	f = f.Clone()
	f.account.Rests = rests
	return f
}

// balance sums the account without copying it.
func (f *Forecast) balance() debt.Balance {
	b := debt.Balance{Overpaid: f.account.Overpaid}
	for i := range f.account.Claims {
		c := &f.account.Claims[i]
		b.Principal += c.Open
		b.Interest += c.Interest
	}
	for i := range f.account.Costs {
		b.Costs += f.account.Costs[i].Open
	}
	return b
}

// Pay settles a sum on a day by the rules that will book it; days must come in order. What is
// more than open is not paid.
func (f *Forecast) Pay(amount debt.Cents, on debt.Date) (Foreseen, error) {
	a := &f.account
	before, err := f.accrueTo(on)
	if err != nil {
		return Foreseen{}, err
	}
	a.remember(on)
	open := f.balance()
	s := allocator{account: a, on: on, rest: min(amount, open.Total()), silent: true}
	out := Foreseen{On: on, Accrued: open.Interest - before, Paid: s.rest}
	s.costs("", false)
	if err := s.spread(""); err != nil {
		return Foreseen{}, err
	}
	a.LastOn = on
	out.Paid -= s.rest // a claim that begins later takes nothing yet
	out.Rest = f.balance()
	out.Costs, out.Interest, out.Principal = open.Costs-out.Rest.Costs, open.Interest-out.Rest.Interest, open.Principal-out.Rest.Principal
	return out, nil
}

// Open is what is open on a day, with the interest up to it. It books nothing.
func (f *Forecast) Open(on debt.Date) (debt.Balance, error) {
	g := f.Clone()
	_, err := g.accrueTo(on)
	return g.balance(), err
}

// accrueTo adds the interest up to a day, exclusive, and gives what there was of it before.
func (f *Forecast) accrueTo(on debt.Date) (before debt.Cents, err error) {
	a := &f.account
	for i := range a.Claims {
		c := &a.Claims[i]
		before += c.Interest
		if !a.exists(c.ID, c.BookedOn, on) || !c.bearing() {
			continue
		}
		amount, err := f.earned(i, on)
		if err != nil {
			return before, err
		}
		if amount > 0 {
			c.Interest += amount
			c.AccruedTo = debt.Later(c.AccruedTo, on)
			c.forget()
		}
	}
	return before, nil
}

// earned is the interest of a claim not yet counted up to a day: what accrue gives, by a curve.
func (f *Forecast) earned(claim int, until debt.Date) (debt.Cents, error) {
	a, c := &f.account, &f.account.Claims[claim]
	if c.Claim.Interest.Method == debt.Thirty360 { // its days have no curve
		sum, _, err := a.accrue(c, until)
		return sum.Amount(), err
	}
	from, k := c.accruedTo(), f.curves[claim]
	var sum numerator
	if len(c.earlier) == 0 && len(a.Rests) == 0 {
		err := k.add(&sum, c.Open, Rest{from, until})
		return sum.amount(), err
	}
	for n := range len(c.earlier) + 1 {
		e := stretch{until, c.Open}
		if n < len(c.earlier) {
			e = c.earlier[n]
		}
		for _, days := range a.Rests.between(from, debt.Earlier(e.to, until)) {
			if err := k.add(&sum, e.principal, days); err != nil {
				return 0, err
			}
		}
		from = debt.Later(from, e.to)
	}
	return sum.amount(), nil
}
