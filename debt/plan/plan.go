package plan

import (
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
)

// Plan is an agreement as it runs. Its state is the case's axis.
type Plan struct {
	ID, CaseID debt.ID
	State      debt.PlanState
	Wish       Wish     // as agreed or last changed; Instalment and rhythm of what is to come
	Schedule   Schedule // every instalment, those of the past as they were
	Deal       Deal
	AgreedOn   debt.Date
	Changes    []Made
	// NoticeOn is the day of the notice before a lapse, none without; LapsedOn of the lapse.
	NoticeOn, LapsedOn debt.Date
	// ExcusedOn is the day on which the debtor wrote that the delay is not his fault: no
	// lapse until a person has looked (law.md 6.4).
	ExcusedOn debt.Date
	// Announced and Noted are the last instalments whose coming, and whose being missed, was
	// told.
	Announced, Noted int
}

// Running reports whether instalments are owed.
func (p Plan) Running() bool { return p.State == debt.PlanActive || p.State == debt.PlanAtRisk }

// Standing is where one instalment stands.
type Standing string

// The standings. Spared instalments are not needed any more because more was paid earlier.
const (
	Paid     Standing = "paid"
	Part     Standing = "part"
	Upcoming Standing = "upcoming"
	Overdue  Standing = "overdue" // its day and the days of grace are over
	Spared   Standing = "spared"
)

// Kept is one instalment and what became of it.
type Kept struct {
	Instalment

	Covered  debt.Cents
	Owed     debt.Cents // still, never more than is open
	Standing Standing
}

// Progress is how a plan is kept, derived from what is booked.
type Progress struct {
	Instalments []Kept
	Paid        debt.Cents // since the agreement
	Returned    bool       // some of what was paid went back
	Open        debt.Cents // of what the plan pays
	Arrears     debt.Cents // of overdue instalments
	Missed      int        // consecutive overdue instalments of which nothing was paid
	Next        Kept       // the first that is owed and not overdue; zero without
	Done        bool
}

// Books is what a progress is derived from.
type Books struct {
	Payments []debt.Payment
	// Since is the instant of the agreement: what was booked before it was never part of the
	// sum. Without it the day of the agreement counts from its morning.
	Since time.Time
	Open  debt.Cents // on the whole account, today
	Today debt.Date
	State debt.State // whose holidays count for the debtor (BGB § 193)
	Grace int
}

// overdueFrom is the first day on which a sum due on a day is overdue: what is due on a
// Saturday, Sunday or holiday is in time on the next working day (BGB § 193), and the grace
// of the rules comes after that.
func overdueFrom(due debt.Date, state debt.State, grace int) debt.Date {
	return debt.LastDayToAct(due, state).AddDays(grace + 1)
}

// Progress replays the payments since the agreement. Each pays what is due first and then the
// next instalment; what is more shortens the plan at its end. A payment needs no reference.
func (p Plan) Progress(b Books) Progress {
	g := Progress{Open: b.Open}
	covered := p.cover(b, &g)
	if p.Deal.Sum > 0 {
		g.Open = min(b.Open, max(0, p.Deal.Sum-g.Paid))
	}
	left, before := g.Open, true
	for i, x := range p.Schedule.Instalments {
		k := Kept{Instalment: x, Covered: covered[i]}
		k.Owed = min(x.Amount-k.Covered, left)
		left -= k.Owed
		late := !b.Today.Before(overdueFrom(x.DueOn, b.State, b.Grace))
		k.Standing = standing(k, late)
		if k.Standing == Overdue {
			g.Arrears += k.Owed
			if k.Covered == 0 {
				g.Missed++
			}
		} else if k.Owed > 0 && before {
			g.Next, before = k, false
		}
		g.Instalments = append(g.Instalments, k)
	}
	g.Done = g.Open == 0
	return g
}

// Hoped is progress with what is under way taken as arrived: nobody misses an instalment whose
// debit the bank is still carrying out, and what comes next is the one after it. Whether a plan
// is done, only booked money says.
func (p Plan) Hoped(b Books, now time.Time) Progress {
	g := p.Progress(b)
	hopeful, waits := b, false
	hopeful.Payments = slices.Clone(b.Payments)
	for i := range hopeful.Payments {
		if x := &hopeful.Payments[i]; x.Status == debt.PaymentInFlight || x.Status == debt.PaymentUnknown {
			x.Status, x.ReceivedOn, x.BookedAt, waits = debt.PaymentSucceeded, b.Today, now, true
		}
	}
	if !waits {
		return g
	}
	h := p.Progress(hopeful)
	h.Done, h.Open, h.Paid, h.Returned = g.Done, g.Open, g.Paid, g.Returned
	return h
}

func standing(k Kept, late bool) Standing {
	switch {
	case k.Owed == 0 && k.Covered == k.Amount:
		return Paid
	case k.Owed == 0:
		return Spared
	case late:
		return Overdue
	case k.Covered > 0:
		return Part
	}
	return Upcoming
}

// cover gives what of each instalment is paid, and adds up what was paid.
func (p Plan) cover(b Books, g *Progress) []debt.Cents {
	list := p.Schedule.Instalments
	covered := make([]debt.Cents, len(list))
	counted := make([]debt.Payment, 0, len(b.Payments))
	for _, x := range b.Payments {
		if !p.concerns(x, b) {
			continue
		}
		g.Returned = g.Returned || x.Returned > 0
		if x.Counts() {
			counted = append(counted, x)
		}
	}
	slices.SortStableFunc(counted, func(a, b debt.Payment) int { return a.ReceivedOn.Compare(b.ReceivedOn) })
	for _, x := range counted {
		pool := x.Net()
		g.Paid += pool
		for i := range list {
			if !list[i].Since.IsZero() && !x.ReceivedOn.After(list[i].Since) {
				break
			}
			amount := min(pool, list[i].Amount-covered[i])
			covered[i] += amount
			pool -= amount
			if !list[i].DueOn.Before(x.ReceivedOn) && covered[i] == list[i].Amount {
				break // the next one is paid: the rest shortens the plan
			}
		}
	}
	return covered
}

// concerns reports whether a payment came after the agreement. What was waived is none.
func (p Plan) concerns(x debt.Payment, b Books) bool {
	if x.Method == debt.MethodWaiver {
		return false
	}
	if b.Since.IsZero() || x.BookedAt.IsZero() {
		return !x.ReceivedOn.Before(p.AgreedOn)
	}
	return x.BookedAt.After(b.Since)
}

// Ahead lays out what is to come from today: arrears at once, then the instalments that are
// owed, then as many like the last wish as are needed. With nothing more to come it is empty.
func (p Plan) Ahead(g Progress, pos Position) (Schedule, error) {
	b := p.builder(g, pos)
	if g.Done {
		return b.schedule, nil
	}
	next := 0
	for _, k := range g.Instalments {
		if k.Owed == 0 && k.Standing != Paid {
			continue
		}
		next = k.No
		if k.Owed == 0 {
			continue
		}
		more, err := b.pay(k.amountAhead(), debt.Later(k.DueOn, pos.Today))
		if err != nil || !more {
			return b.schedule, err
		}
	}
	return p.tail(b, next)
}

// amountAhead is what is still to come of an instalment: its full sum less what was paid, since
// interest that runs until then may need more than what is open today.
func (k Kept) amountAhead() debt.Cents { return k.Amount - k.Covered }

// tail goes on with the wish's instalments and days after so many until nothing is left.
func (p Plan) tail(b *builder, after int) (Schedule, error) {
	for i := after; len(b.schedule.Instalments) < MostInstalments; i++ {
		more, err := b.pay(p.Wish.Instalment, p.dueAfter(i))
		if err != nil || !more {
			return b.schedule, err
		}
	}
	return b.schedule, tooLong()
}

// dueAfter is the day of the instalment with an index, going on from the schedule's last day.
func (p Plan) dueAfter(index int) debt.Date {
	list := p.Schedule.Instalments
	if index < len(list) {
		return list[index].DueOn
	}
	w := p.Wish
	w.Day = w.monthDay() // the last instalment may lie on a shorter month's last day
	w.First = p.Schedule.Last().DueOn
	return w.due(index - len(list) + 1)
}

// builder begins a schedule on the account as it is while the plan runs: its rests hold.
func (p Plan) builder(g Progress, pos Position) *builder {
	b := &builder{forecast: pos.Account.Forecast(p.rests(pos)), schedule: Schedule{Interest: p.Schedule.Interest}}
	if p.Deal.Sum > 0 {
		b.sum = g.Open
	}
	return b
}

func (p Plan) rests(pos Position) ledger.Rests {
	if p.Schedule.Interest == NoInterest {
		return pos.Account.Rests.Begin(pos.Today)
	}
	return pos.Account.Rests
}
