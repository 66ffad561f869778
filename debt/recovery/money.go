package recovery

import (
	"maps"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
)

// fact is an entry on the day on which it counts.
//
// Money counts on its value day, as it does for the debtor; what came before the case was
// handed over, on the day of hand-over. Whatever changes later what was booked of it (a return,
// a refund, another division because of an earlier payment) counts on the day it was booked, so
// that a month that is over changes only by money that was under way in it. All else counts on
// the day it was booked.
type fact struct {
	ledger.Entry

	on     debt.Date
	first  bool       // the first booking of a payment
	money  debt.Cents // net effect on what the debtor has paid
	opened debt.Cents // principal of a claim that was opened
}

func (b *builder) money() {
	kinds := map[debt.ID]ledger.EntryKind{}
	seen := map[debt.ID]bool{}
	begun := map[debt.ID]debt.Date{} // when the first booking of a payment was made
	for _, e := range b.story.Entries {
		kinds[e.ID] = e.Kind
		if e.Kind == ledger.PaymentEntry && !seen[e.PaymentID] {
			seen[e.PaymentID], begun[e.PaymentID] = true, e.ValueOn
		}
		b.facts = append(b.facts, b.fact(e, kinds))
	}
	b.place(begun)
	for _, f := range b.facts {
		b.count(f)
	}
	b.returns()
}

func (b *builder) fact(e ledger.Entry, kinds map[debt.ID]ledger.EntryKind) fact {
	f := fact{Entry: e, on: debt.Later(debt.DateIn(e.BookedAt, debt.Berlin), b.story.Received)}
	paid := e.Kind == ledger.PaymentEntry || e.Corrects != "" && kinds[e.Corrects] == ledger.PaymentEntry
	for _, p := range e.Postings {
		switch p.Account {
		case debt.PrincipalAccount, debt.InterestAccount, debt.CostsAccount, debt.OverpaymentAccount:
			if paid {
				f.money -= p.Amount
			}
			if e.Kind == ledger.ClaimOpened {
				f.opened += p.Amount
			}
		}
	}
	return f
}

// place moves the first booking of each payment, with the interest booked for it, to its value
// day. A payment booked in one go with its return stays one: the return has entries of its own.
func (b *builder) place(begun map[debt.ID]debt.Date) {
	settled := map[debt.ID]bool{}
	for i := range b.facts {
		f := &b.facts[i]
		on, known := begun[f.PaymentID]
		if !known || settled[f.PaymentID] || f.Corrects != "" {
			continue
		}
		f.on, f.first = debt.Later(on, b.story.Received), f.Kind == ledger.PaymentEntry
		settled[f.PaymentID] = f.first
	}
}

func (b *builder) count(f fact) {
	p := b.story.Payments[f.PaymentID]
	switch {
	case f.Kind == ledger.CreditEntry:
		b.add(Line{f.on, GivenUp, string(Credit), 1, int64(credited(f.Entry))})
	case f.money == 0:
	case p.Method == debt.MethodWaiver:
		b.add(Line{f.on, GivenUp, string(Waiver), one(f.first), int64(f.money)})
	case f.first:
		b.add(Line{f.on, Collected, string(p.Method) + "/" + string(p.Channel), 1, int64(f.money)})
	}
}

// returns counts what changed of payments later: what was booked anew in one go is one change,
// and none if it comes out the same.
func (b *builder) returns() {
	type change struct {
		payment debt.ID
		at      time.Time
		on      debt.Date
	}
	net := map[change]debt.Cents{}
	for _, f := range b.facts {
		if !f.first && b.story.Payments[f.PaymentID].Method != debt.MethodWaiver {
			net[change{f.PaymentID, f.BookedAt, f.on}] += f.money
		}
	}
	for c, money := range net {
		p := b.story.Payments[c.payment]
		l := Line{c.on, Returned, string(p.Method) + "/" + string(back(p.Status)), 0, int64(-money)}
		if l.N = 1; money > 0 {
			l.N = -1
		}
		if money != 0 {
			b.add(l)
		}
	}
}

func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func credited(e ledger.Entry) debt.Cents { return -e.Postings[0].Amount }

func back(s debt.PaymentStatus) Code {
	switch s {
	case debt.PaymentReversed:
		return BackReturn
	case debt.PaymentRefunded, debt.PaymentPartRefunded:
		return BackRefund
	}
	return BackCorrection
}

// owed follows what is owed while the case runs. With closing all of it leaves the books of what
// is still to come; what is booked later changes nothing any more.
func (b *builder) owed() {
	due := map[debt.ID]string{}
	for _, c := range b.story.Claims {
		due[c.ID] = Month(c.DueOn)
	}
	end := b.story.ClosedOn
	left := map[string]debt.Cents{}
	for _, f := range b.facts {
		if !end.IsZero() && f.on.After(b.closedOn()) {
			continue
		}
		for _, p := range f.Postings {
			key := ""
			switch p.Account {
			case debt.PrincipalAccount:
				key = due[p.Line]
			case debt.InterestAccount:
				key = string(Interest)
			case debt.CostsAccount:
				key = string(Costs)
			default:
				continue
			}
			left[key] += p.Amount
			b.add(Line{f.on, Open, key, 0, int64(p.Amount)})
		}
	}
	if end.IsZero() {
		return
	}
	for key, amount := range left {
		b.add(Line{b.closedOn(), Open, key, 0, int64(-amount)})
	}
}

// ratio follows the net money of a case up to its principal, and when the first came that stayed.
func (b *builder) ratio() {
	paid, asked := map[debt.Date]debt.Cents{}, map[debt.Date]debt.Cents{}
	first := debt.Date{}
	stays := map[debt.ID]debt.Cents{}
	for _, f := range b.facts {
		asked[f.on] += f.opened
		if b.story.Payments[f.PaymentID].Method != debt.MethodWaiver {
			paid[f.on] += f.money
			stays[f.PaymentID] += f.money
		}
	}
	for _, f := range b.facts {
		if f.first && stays[f.PaymentID] > 0 && (first.IsZero() || f.on.Before(first)) {
			first = f.on
		}
	}
	if !first.IsZero() {
		days := int64(b.story.Received.DaysUntil(first))
		b.add(Line{first, FirstPayment, bandOf(days, dayEnds), 1, days})
	}
	var sum, most, was debt.Cents
	for _, on := range slices.SortedFunc(maps.Keys(asked), debt.Date.Compare) {
		sum, most = sum+paid[on], most+asked[on]
		now := max(0, min(sum, most))
		b.add(Line{on, Recovered, "", 0, int64(now - was)})
		was = now
	}
	if !b.story.ClosedOn.IsZero() {
		b.add(Line{b.closedOn(), ClosedPaid, "", 0, int64(was)})
	}
}
