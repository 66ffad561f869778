// Package recovery says what the figures of a creditor's reports mean: which lines a case adds
// to them, on which day, and how rates, curves and ages follow from sums of lines. The words for
// readers stand in docs/reports.md and on the pages; this is the arithmetic they describe.
//
// Every figure is a flow: what stands at the end of a day is the sum of what came until then.
// The lines of a case follow from its facts alone, so they can be made anew at any time and
// compared. They name no person.
package recovery

import (
	"cmp"
	"slices"
	"strconv"

	"quitt/debt"
	"quitt/debt/ledger"
)

// Figure names what a line counts.
type Figure string

// The figures. Amounts are cents, except where days are said.
const (
	Placed       Figure = "placed"           // cases handed over; principal
	Running      Figure = "running"          // +1 when a case comes, −1 when it is closed
	Open         Figure = "open"             // what is owed in running cases, by Interest, Costs or the month principal was due
	Collected    Figure = "collected"        // money that came, by method/channel
	Returned     Figure = "returned"         // money that went back, by method/kind; less than 0 when it came after all
	GivenUp      Figure = "given_up"         // waived by a settlement or credited after an objection
	Recovered    Figure = "recovered"        // net money of a case, at most its principal
	Closed       Figure = "closed"           // cases closed, by reason; principal
	ClosedPaid   Figure = "closed_recovered" // Recovered of these cases
	FirstPayment Figure = "first_payment"    // by band of days since hand-over; days
	Planned      Figure = "plan"             // on the day of agreement, by state/who/band; sum of instalments
	Objected     Figure = "objection"        // on the day of filing, by ground/outcome
	Decided      Figure = "decided"          // on the day of the answer, by ground/outcome; days
	Letter       Figure = "letter"           // on the day of sending, by kind/step
	Resolved     Figure = "resolved"         // paid or settled cases on the day of closing, by BySelf or ByStaff
)

// Figures lists every Figure.
func Figures() []Figure {
	return []Figure{Placed, Running, Open, Collected, Returned, GivenUp, Recovered, Closed, ClosedPaid, FirstPayment,
		Planned, Objected, Decided, Letter, Resolved}
}

// Code is a part of a line's key that is no code of another room.
type Code string

// Parts of what is owed; principal stands under the month it was due.
const (
	Interest  Code = "interest"
	Costs     Code = "costs"
	Principal Code = "principal"
)

// What was given up.
const (
	Waiver Code = "waiver"
	Credit Code = "credit"
)

// Whose work resolved a case.
const (
	BySelf  Code = "self"
	ByStaff Code = "staff"
)

// The ways in which money found to a case.
const (
	Portal  Code = "portal"  // paid on a payment page
	Collect Code = "collect" // an instalment collected from a card or account that is kept
	Bank    Code = "bank"    // transferred to an account that is watched
	ByHand  Code = "by_hand" // booked by a person
)

// Kinds of money that went back.
const (
	BackReturn     Code = "return"     // by the bank or the card's owner
	BackRefund     Code = "refund"     // we sent it back
	BackCorrection Code = "correction" // booked otherwise than it was
)

// The steps of a letter. Each needs the one before it; Direct is money that came before the page
// was shown.
const (
	Sent     Code = "sent"
	Opened   Code = "opened"   // the personal page was asked for
	Verified Code = "verified" // and shown
	Acted    Code = "acted"    // something was done there
	Paid     Code = "paid"     // and money came
	Direct   Code = "direct"
)

// Channels lists the ways of money.
func Channels() []Code { return []Code{Portal, Collect, Bank, ByHand} }

// Backs lists the kinds of money that went back.
func Backs() []Code { return []Code{BackReturn, BackRefund, BackCorrection} }

// Steps lists the steps of a letter in order, without Direct.
func Steps() []Code { return []Code{Sent, Opened, Verified, Acted, Paid} }

// Makers lists who may have set up a plan: the kinds of actors.
func Makers() []Code { return []Code{"debtor", "representative", "creditor", "operator", "system"} }

// Codes lists every Code.
func Codes() []Code {
	return slices.Concat(Channels(), Backs(), Steps(), Makers(), []Code{Direct, Interest, Costs, Principal, Waiver, Credit, BySelf, ByStaff})
}

// Line is what a case adds to a figure on a day.
type Line struct {
	On     debt.Date
	Figure Figure
	Key    string
	N      int64
	Amount int64
}

// Place is where a case stands in the breakdowns.
type Place struct {
	Cohort string // month of hand-over, "2026-03"
	Ground string // of the first claim
	Age    string // of the oldest claim at hand-over, one of Ages
}

// Story is all that the lines of one case are made from.
type Story struct {
	Received   debt.Date
	Rejected   bool
	ClosedOn   debt.Date // zero while it is not closed
	Reason     debt.CloseReason
	Claims     []debt.Claim
	Entries    []ledger.Entry // in booking order
	Payments   map[debt.ID]Payment
	Events     []Event // in order
	Plans      []Plan
	Objections []Objection
}

// Payment is what the reports tell apart in a payment.
type Payment struct {
	Method  debt.Method
	Channel Code
	Status  debt.PaymentStatus
}

// Event is an event without what it was about.
type Event struct {
	Type   debt.EventType
	On     debt.Date
	Actor  string
	Letter string // kind of a letter
}

// Plan is a plan that was agreed.
type Plan struct {
	State    debt.PlanState
	MadeBy   string
	AgreedOn debt.Date
	Total    debt.Cents
}

// Objection is an objection, decided or not.
type Objection struct {
	Ground  string
	Outcome debt.ObjectionState
	FiledOn debt.Date
	EndedOn debt.Date // zero while it is open
}

// PlaceOf tells where a case stands in the breakdowns.
func PlaceOf(s Story) Place {
	p := Place{Cohort: Month(s.Received), Age: AgeOf(oldestDue(s.Claims), s.Received)}
	if len(s.Claims) > 0 {
		p.Ground = string(s.Claims[0].Ground)
	}
	return p
}

func oldestDue(claims []debt.Claim) (due debt.Date) {
	for _, c := range claims {
		if due.IsZero() || c.DueOn.Before(due) {
			due = c.DueOn
		}
	}
	return due
}

// Month is the month of a day, "2026-03".
func Month(d debt.Date) string { return d.String()[:len("2006-01")] }

// Lines makes the lines of a case: one per day, figure and key, ordered, none without effect.
// A rejected case adds no more than the money that came for it.
func Lines(s Story) []Line {
	b := &builder{story: s, sums: map[place][2]int64{}}
	b.money()
	if !s.Rejected {
		b.handOver()
		b.owed()
		b.ratio()
		b.plans()
		b.objections()
		b.letters()
		b.resolved()
	}
	return b.lines()
}

type place struct {
	on     debt.Date
	figure Figure
	key    string
}

type builder struct {
	story Story
	sums  map[place][2]int64
	facts []fact // of money, made once
}

func (b *builder) add(l Line) {
	at := place{l.On, l.Figure, l.Key}
	sum := b.sums[at]
	b.sums[at] = [2]int64{sum[0] + l.N, sum[1] + l.Amount}
}

func (b *builder) lines() []Line {
	list := make([]Line, 0, len(b.sums))
	for at, sum := range b.sums {
		if sum != [2]int64{} {
			list = append(list, Line{at.on, at.figure, at.key, sum[0], sum[1]})
		}
	}
	slices.SortFunc(list, Compare)
	return list
}

// Compare orders lines by day, figure and key.
func Compare(x, y Line) int {
	return cmp.Or(x.On.Compare(y.On), cmp.Compare(x.Figure, y.Figure), cmp.Compare(x.Key, y.Key))
}

func (b *builder) handOver() {
	s := b.story
	b.add(Line{s.Received, Placed, "", 1, 0})
	b.add(Line{s.Received, Running, "", 1, 0})
	for _, f := range b.facts {
		if f.opened > 0 {
			b.add(Line{f.on, Placed, "", 0, int64(f.opened)})
		}
	}
	if !s.ClosedOn.IsZero() {
		b.add(Line{b.closedOn(), Running, "", -1, 0})
		b.add(Line{b.closedOn(), Closed, string(s.Reason), 1, int64(b.principal())})
	}
}

func (b *builder) closedOn() debt.Date { return debt.Later(b.story.ClosedOn, b.story.Received) }

func (b *builder) principal() (sum debt.Cents) {
	for _, f := range b.facts {
		sum += f.opened
	}
	return sum
}

func (b *builder) plans() {
	for _, p := range b.story.Plans {
		b.add(Line{p.AgreedOn, Planned, string(p.State) + "/" + p.MadeBy + "/" + SumBand(p.Total), 1, int64(p.Total)})
	}
}

func (b *builder) objections() {
	for _, o := range b.story.Objections {
		key := o.Ground + "/" + string(o.Outcome)
		b.add(Line{o.FiledOn, Objected, key, 1, 0})
		if !o.EndedOn.IsZero() {
			b.add(Line{o.EndedOn, Decided, key, 1, int64(o.FiledOn.DaysUntil(o.EndedOn))})
		}
	}
}

// resolved asks whether a case ended well without a person of the house: none acted on it
// between hand-over and closing. Letters and taking the case over are done for many at once.
func (b *builder) resolved() {
	s := b.story
	if s.ClosedOn.IsZero() || s.Reason != "paid" && s.Reason != "settled" {
		return
	}
	routine := []debt.EventType{debt.CaseReceived, debt.CaseAccepted, debt.LetterCreated, debt.LetterSent, debt.RemittancePaid}
	key := BySelf
	for _, e := range s.Events {
		staff := e.Actor == "operator" || e.Actor == "creditor"
		if staff && !slices.Contains(routine, e.Type) && !e.On.After(s.ClosedOn) {
			key = ByStaff
		}
	}
	b.add(Line{b.closedOn(), Resolved, string(key), 1, 0})
}

// bandOf gives the name of the first band whose end is not passed, "8-14" or "181-".
func bandOf(n int64, ends []int64) string {
	from := int64(0)
	for _, end := range ends {
		if n <= end {
			return strconv.FormatInt(from, 10) + "-" + strconv.FormatInt(end, 10)
		}
		from = end + 1
	}
	return strconv.FormatInt(from, 10) + "-"
}

// bands names all of them in order.
func bands(ends []int64) (names []string) {
	for _, end := range ends {
		names = append(names, bandOf(end, ends))
	}
	return append(names, bandOf(ends[len(ends)-1]+1, ends))
}

var (
	dayEnds = []int64{7, 14, 30, 60, 90, 180}
	ageEnds = []int64{30, 90, 180, 365, 1095}
	sumEnds = []int64{249, 499, 999, 2499, 4999} // whole euros
)

// NotDue is the age of a claim handed over before it was due.
const NotDue = "not_due"

// DayBands names the bands of days to the first payment.
func DayBands() []string { return bands(dayEnds) }

// Ages names the bands of a claim's age at hand-over, in days.
func Ages() []string { return append([]string{NotDue}, bands(ageEnds)...) }

// SumBands names the bands of a plan's sum, in whole euros.
func SumBands() []string { return bands(sumEnds) }

// AgeOf is the band of the days a claim had been due.
func AgeOf(due, handedOver debt.Date) string {
	if due.IsZero() || due.After(handedOver) {
		return NotDue
	}
	return bandOf(int64(due.DaysUntil(handedOver)), ageEnds)
}

// SumBand is the band of a plan's sum.
func SumBand(c debt.Cents) string { return bandOf(int64(c)/100, sumEnds) }
