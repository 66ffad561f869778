package plan

import (
	"quitt/debt"
	"quitt/debt/ledger"
)

// Instalment is one sum, the day it is due and what it will settle.
type Instalment struct {
	No        int        `json:"no"`
	DueOn     debt.Date  `json:"due"`
	Amount    debt.Cents `json:"amount_cents"`
	Costs     debt.Cents `json:"costs_cents,omitempty"`
	Interest  debt.Cents `json:"interest_cents,omitempty"`
	Principal debt.Cents `json:"principal_cents,omitempty"`
	Accrued   debt.Cents `json:"accrued_cents,omitempty"` // interest since the one before
	Rest      debt.Cents `json:"rest_cents"`              // open after it
	// Since is the day on which one was added behind the end that was agreed: what was paid by
	// then is off the sum already and pays nothing of it.
	Since debt.Date `json:"since,omitzero"`
}

// Schedule is every instalment of a plan, the last one being what is left.
type Schedule struct {
	Instalments []Instalment `json:"instalments"`
	Interest    Interest     `json:"interest"`
	// Tentative says that interest goes on beyond the last announced base rate: the sums of
	// then are what will be if nothing changes ("voraussichtlich").
	Tentative bool `json:"tentative,omitempty"`
}

// Total is what the instalments add up to.
func (s Schedule) Total() (sum debt.Cents) {
	for _, i := range s.Instalments {
		sum += i.Amount
	}
	return sum
}

// Last is the last instalment; the zero one of an empty schedule.
func (s Schedule) Last() Instalment {
	if len(s.Instalments) == 0 {
		return Instalment{}
	}
	return s.Instalments[len(s.Instalments)-1]
}

// Equal reports whether two schedules ask for the same sums on the same days.
func (s Schedule) Equal(o Schedule) bool {
	if len(s.Instalments) != len(o.Instalments) {
		return false
	}
	for i, x := range s.Instalments {
		if x.DueOn != o.Instalments[i].DueOn || x.Amount != o.Instalments[i].Amount {
			return false
		}
	}
	return true
}

// tooLong is a schedule that has no end worth writing down.
func tooLong() error {
	return debt.E(debt.Invalid, "plan_too_long", debt.Args{"most": MostInstalments})
}

// builder lays instalments one after the other until nothing is left.
type builder struct {
	forecast ledger.Forecast
	schedule Schedule
	sum      debt.Cents // of a deal that ends before everything is paid; 0: everything
	paid     debt.Cents
	done     bool // nothing is left
}

// build begins a schedule on an account. Without interest the rest begins on the plan's day.
func build(p Position, mode Interest, sum debt.Cents) *builder {
	rests := p.Account.Rests
	if mode == NoInterest {
		rests = rests.Begin(p.Today)
	}
	return &builder{forecast: p.forecast().With(rests), schedule: Schedule{Interest: mode}, sum: sum}
}

// pay lays one instalment and reports whether something is left.
func (b *builder) pay(amount debt.Cents, on debt.Date) (more bool, err error) {
	if b.sum > 0 {
		amount = min(amount, b.sum-b.paid)
	}
	seen, err := b.forecast.Pay(amount, on)
	if err != nil {
		return false, err
	}
	b.paid += seen.Paid
	rest := seen.Rest.Total()
	if b.sum > 0 {
		rest = min(rest, b.sum-b.paid)
	}
	b.done = rest == 0
	list := b.schedule.Instalments
	b.schedule.Instalments = append(list, Instalment{No: len(list) + 1, DueOn: on, Amount: seen.Paid, Costs: seen.Costs,
		Interest: seen.Interest, Principal: seen.Principal, Accrued: seen.Accrued, Rest: rest})
	b.schedule.Tentative = b.schedule.Tentative || b.schedule.Interest == Continues && on.After(debt.LastBaseRateDay().AddDays(1))
	return rest > 0, nil
}

// schedule lays out a wish that says its instalment.
func (w Wish) schedule(p Position, mode Interest) (Schedule, error) {
	b, c := build(p, mode, 0), calendar{wish: w}
	if w.Instalment > 0 {
		n := min(MostInstalments, int(p.Account.Balance().Total()/w.Instalment)+3)
		b.schedule.Instalments = make([]Instalment, 0, n)
	}
	for i := range MostInstalments {
		if more, err := b.pay(w.amount(i), c.due(i)); err != nil || !more {
			return b.schedule, err
		}
	}
	return b.schedule, tooLong()
}

// amount is what a wish pays with the instalment of an index.
func (w Wish) amount(index int) debt.Cents {
	if index == 0 && w.Down > 0 {
		return w.Down
	}
	return w.Instalment
}

const euro debt.Cents = 100

// instalmentFor is the least instalment, in whole euros, with which a wish is done after n of
// them, or 0 if there is none below what is open. Where only a round sum would be too much, it
// is a cent less than that.
func (w Wish) instalmentFor(n int, p Position, mode Interest, open debt.Cents) (debt.Cents, error) {
	parts, rest := n, open
	if w.Down > 0 {
		parts, rest = n-1, open-w.Down
	}
	if parts < 1 {
		return 0, nil
	}
	least := max(euro, upToEuro(rest, parts))
	if mode == NoInterest {
		if least >= open && debt.Cents(parts)*(open-1) >= rest {
			least = open - 1
		}
		return below(least, open), nil
	}
	t := trial{wish: w, forecast: p.forecast(), days: calendar{wish: w}, count: n}
	amount, err := t.search(least, parts, open)
	if err != nil || amount < open {
		return amount, err
	}
	left, err := t.left(open - 1) // only the round sum is too much
	if left > 0 {
		return 0, err
	}
	return open - 1, err
}

// upToEuro divides and rounds up to whole euros.
func upToEuro(sum debt.Cents, parts int) debt.Cents {
	each := (sum + debt.Cents(parts) - 1) / debt.Cents(parts)
	return (each + euro - 1) / euro * euro
}

// trial tries instalments on one forecast.
type trial struct {
	wish     Wish
	forecast ledger.Forecast
	days     calendar
	count    int
}

// left is what so many instalments leave open, or below zero what they are more than needed.
func (t *trial) left(instalment debt.Cents) (debt.Cents, error) {
	f, w := t.forecast.Clone(), t.wish
	w.Instalment = instalment
	var over, rest debt.Cents
	for i := range t.count {
		seen, err := f.Pay(w.amount(i), t.days.at(i))
		if err != nil {
			return 0, err
		}
		rest = seen.Rest.Total()
		over += w.amount(i) - seen.Paid
		if rest == 0 {
			return -over - debt.Cents(t.count-1-i)*instalment, nil
		}
	}
	return rest, nil
}

// search narrows down the least instalment in whole euros that leaves nothing. What is left
// falls almost in a line, so the first guess is nearly always the answer and its neighbour the
// proof.
func (t *trial) search(least debt.Cents, parts int, most debt.Cents) (debt.Cents, error) {
	left, err := t.left(least)
	if err != nil || left <= 0 {
		return least, err
	}
	low, high := least, max(least+euro, (most+euro-1)/euro*euro)  // high leaves nothing
	saved := 10_000 + left*10_000/max(1, least*debt.Cents(parts)) // a euro more saves about that much interest, too
	guess := low + upToEuro(left*10_000/saved, parts)
	for high-low > euro {
		guess = max(low+euro, min(guess, high-euro))
		now, err := t.left(guess)
		if err != nil {
			return 0, err
		}
		if now > 0 {
			low = guess
			guess += upToEuro(now, parts)
		} else {
			high = guess
			guess -= max(euro, (-now)/debt.Cents(parts)/euro*euro)
		}
	}
	return high, nil
}

// below gives an instalment if it is one: what is not less than everything is no plan.
func below(amount, open debt.Cents) debt.Cents {
	if amount >= open {
		return 0
	}
	return amount
}
