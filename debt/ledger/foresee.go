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
type Forecast struct{ account Account }

// Forecast begins one with the rests that will hold. The account itself stays as it is.
func (a Account) Forecast(rests Rests) Forecast {
	a = a.Clone()
	a.Rests, a.foreseen = rests, true
	return Forecast{a}
}

// Pay settles a sum on a day by the rules that will book it; days must come in order. What is
// more than open is not paid.
func (f *Forecast) Pay(amount debt.Cents, on debt.Date) (Foreseen, error) {
	a := &f.account
	before, err := a.accrueTo(on)
	if err != nil {
		return Foreseen{}, err
	}
	a.remember(on)
	open := a.Balance()
	s := allocator{account: a, on: on, rest: min(amount, open.Total())}
	out := Foreseen{On: on, Accrued: open.Interest - before, Paid: s.rest}
	s.costs("", false)
	if err := s.spread(""); err != nil {
		return Foreseen{}, err
	}
	a.LastOn = on
	out.Paid -= s.rest // a claim that begins later takes nothing yet
	out.Rest = a.Balance()
	out.Costs, out.Interest, out.Principal = open.Costs-out.Rest.Costs, open.Interest-out.Rest.Interest, open.Principal-out.Rest.Principal
	return out, nil
}

// Open is what is open on a day, with the interest up to it. It books nothing.
func (f *Forecast) Open(on debt.Date) (debt.Balance, error) {
	a := f.account.Clone()
	_, err := a.accrueTo(on)
	return a.Balance(), err
}

// accrueTo adds the interest up to a day, exclusive, and gives what there was of it before.
func (a *Account) accrueTo(on debt.Date) (before debt.Cents, err error) {
	for i := range a.Claims {
		c := &a.Claims[i]
		before += c.Interest
		if !a.exists(c.ID, c.BookedOn, on) {
			continue
		}
		earned, _, err := a.accrue(c, on)
		if err != nil {
			return before, err
		}
		if amount := earned.Amount(); amount > 0 {
			c.Interest += amount
			c.AccruedTo = debt.Later(c.AccruedTo, on)
			c.forget()
		}
	}
	return before, nil
}
