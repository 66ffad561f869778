package plan

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/ledger"
)

// act is what happens on a day of a story. How much is a share, so that the same act means the
// same in two tellings.
type act struct {
	kind  string
	share int // of what is open, in percent; also the choice among payments
	back  int // days a payment lay on its way
	made  Change
}

// beginning is what a story is told from.
type beginning struct {
	rules   Rules
	account ledger.Account
	history ledger.History
	answer  Answer
	today   debt.Date
	acts    map[debt.Date][]act
	early   time.Duration // of the first look, after midnight
	days    int           // how long it is told
}

const storyDays = 5*365 + 1

// story is one telling. log is what was told and done, day by day.
type story struct {
	t *rapid.T
	beginning
	stamps

	a        ledger.Account
	h        ledger.History
	plan     Plan
	kase     debt.Case
	disputed debt.ID // a cost an objection is about
	next     debt.Date
	log      []string
	told     map[string]bool
	noticed  bool // since the plan was last without fault
	acted    debt.Date
}

func someBeginning(t *rapid.T) (b beginning, ok bool) {
	b.rules = someRules(t)
	// Early enough that all five years have a base rate, or late enough to run out of it.
	b.today = rapid.SampledFrom([]debt.Date{day("2020-01-28"), day("2021-06-30"), day("2023-11-30"), day("2026-05-31")}).Draw(t, "begin").
		AddDays(rapid.IntRange(0, 200).Draw(t, "days later"))
	from := b.today.AddDays(-rapid.IntRange(0, 400).Draw(t, "in default for"))
	b.account = ledger.Account{CaseID: "case"}
	b.history = ledger.History{CaseID: "case"}
	s := &stamps{}
	for i := range rapid.IntRange(1, 2).Draw(t, "claims") {
		c := claimOf(debt.ID(fmt.Sprint("claim", i)), debt.Cents(rapid.IntRange(30_00, 2_500_00).Draw(t, "principal")), from)
		c.Order = rapid.SampledFrom([]debt.AllocationOrder{debt.Order367, debt.Order367, debt.Order497}).Draw(t, "order")
		b.history.Entries = append(b.history.Entries, b.account.OpenClaim(c, s.stamp(from)))
		b.history.Claims = append(b.history.Claims, b.account.Claims[i].Claim)
	}
	if rapid.Bool().Draw(t, "costs") {
		addCost(&b.account, &b.history, costOf("cost", debt.Cents(rapid.IntRange(1, 90_00).Draw(t, "cost")), b.today), s.stamp(b.today))
	}
	p := Position{Account: b.account, Today: b.today}
	open, err := p.open()
	if err != nil {
		t.Fatal(err)
	}
	w := someWish(t, b.today, open)
	if rapid.IntRange(0, 5).Draw(t, "settlement") == 0 {
		offer := Settlement{ID: "offer", Percent: 6000, Instalments: rapid.IntRange(1, 12).Draw(t, "parts"), ValidUntil: b.today, Broken: Revives}
		switch rapid.IntRange(0, 2).Draw(t, "offered") {
		case 0: // in this case alone
			b.rules = b.rules.With([]Settlement{offer})
		case 1:
			b.rules = b.rules.With([]Settlement{{ID: "offer", Instalments: 1 + offer.Instalments, ValidUntil: b.today, Longer: true}})
		default:
			for i := range b.rules.Brackets {
				b.rules.Brackets[i].Settlements = []Settlement{offer}
			}
		}
		w.Settlement = "offer"
	}
	b.answer, err = b.rules.Evaluate(w, p)
	if err != nil || len(b.answer.Schedule.Instalments) > 80 {
		return b, false
	}
	b.acts = map[debt.Date][]act{}
	last := b.today.DaysUntil(b.answer.Schedule.Last().DueOn) + 200
	b.days = min(storyDays, last+200)
	for range rapid.IntRange(0, 60).Draw(t, "acts") {
		on := b.today.AddDays(rapid.IntRange(0, min(storyDays-1, last)).Draw(t, "on"))
		b.acts[on] = append(b.acts[on], someAct(t))
	}
	b.early = time.Duration(rapid.IntRange(0, 23*60+59).Draw(t, "minutes")) * time.Minute
	return b, true
}

func addCost(a *ledger.Account, h *ledger.History, c debt.Cost, s ledger.Stamp) {
	h.Entries = append(h.Entries, a.AddCost(c, s))
	h.Costs = append(h.Costs, a.Costs[len(a.Costs)-1].Cost)
}

func someAct(t *rapid.T) act {
	kinds := []string{"pay next", "pay next", "pay next", "pay part", "pay part", "pay arrears", "pay arrears", "pay share", "return", "refund", "cost", "object",
		"answer", "change", "change", "change", "excuse", "judge", "cancel"}
	a := act{kind: rapid.SampledFrom(kinds).Draw(t, "act"), share: rapid.IntRange(1, 110).Draw(t, "share"), back: rapid.IntRange(0, 3).Draw(t, "on its way")}
	if a.kind == "cancel" && a.share > 5 {
		a.kind = "pay next"
	}
	if a.kind == "change" {
		a.made = Change{Kind: rapid.SampledFrom(ChangeKinds()).Draw(t, "change"), Day: rapid.IntRange(1, 31).Draw(t, "day"),
			Months: rapid.IntRange(1, 3).Draw(t, "months"), Amount: debt.Cents(rapid.IntRange(1_00, 200_00).Draw(t, "amount"))}
	}
	return a
}

// position is the account without what is disputed.
func (s *story) position(today debt.Date) Position {
	a := s.a.Clone()
	for i := range a.Costs {
		if a.Costs[i].ID == s.disputed {
			a.Costs[i].Open = 0
		}
	}
	return Position{Account: a, Today: today}
}

func (s *story) books(today debt.Date) Books {
	p := s.position(today)
	f := p.Account.Forecast(p.Account.Rests)
	open, err := f.Open(today)
	if err != nil {
		s.t.Fatal(err)
	}
	return Books{Payments: s.h.Payments, Since: s.answerTime(), Open: open.Total(), Today: today, State: "BY", Grace: s.rules.GraceDays}
}

// answerTime is the instant of the agreement: the evening of its day, before all payments.
func (s *story) answerTime() time.Time { return s.today.Time().Add(11 * time.Hour) }

func (s *story) setRests(r ledger.Rests) { s.a.Rests, s.h.Rests = r, r }

// end is the end of the log, short enough to read.
func (s *story) end() (text string) {
	for _, line := range s.log[max(0, len(s.log)-10):] {
		text += "\n" + line[:min(len(line), 200)]
	}
	return text
}

func (s *story) say(today debt.Date, format string, args ...any) {
	s.log = append(s.log, today.String()+" "+fmt.Sprintf(format, args...))
}

// tell lives through a story, looking on every day, or only when the plan said so and when
// something happens.
func (b beginning) tell(t *rapid.T, jumping bool) *story {
	s := &story{t: t, beginning: b, a: b.account.Clone(), h: b.history, told: map[string]bool{}}
	s.n = 1000
	s.h.Entries, s.h.Claims, s.h.Costs = slices.Clone(b.history.Entries), slices.Clone(b.history.Claims), slices.Clone(b.history.Costs)
	s.kase = debt.NewCase("creditor", "case", b.today.Time())
	if _, err := s.kase.Decide(debt.ReviewAccepted); err != nil {
		t.Fatal(err)
	}
	s.plan = Plan{ID: "plan", CaseID: "case", State: debt.PlanActive, Wish: b.answer.Wish, Schedule: b.answer.Schedule, Deal: b.answer.Deal, AgreedOn: b.today}
	if b.answer.Schedule.Interest == NoInterest {
		s.setRests(ledger.Rests{}.Begin(b.today))
	}
	s.move(b.today, debt.PlanActive)
	_, s.next = s.plan.Began(s.rules, s.books(b.today))
	s.plan.Announced = 1
	if jumping {
		for n := range b.days {
			if on := b.today.AddDays(n); len(s.acts[on]) > 0 || !s.next.IsZero() && !on.Before(s.next) {
				s.live(on)
			}
		}
		return s
	}
	// Every 23 hours: no day is left out when a night has 25, and many are looked at twice.
	end := b.today.AddDays(b.days)
	for at := midnight(b.today).Add(b.early); ; at = at.Add(23 * time.Hour) {
		on := debt.DateIn(at, debt.Berlin)
		if !on.Before(end) {
			return s
		}
		if on != b.today || len(s.acts[on]) > 0 {
			s.live(on)
		}
	}
}

func midnight(d debt.Date) time.Time {
	y, m, n := d.Time().Date()
	return time.Date(y, m, n, 0, 0, 0, 0, debt.Berlin)
}

func (s *story) live(today debt.Date) {
	booked := false
	if s.acted != today {
		for _, a := range s.acts[today] {
			booked = s.do(a, today) || booked
		}
	}
	s.acted = today
	if booked {
		if found := s.h.Check(s.a); len(found) > 0 {
			s.t.Fatalf("%s: %+v", today, found)
		}
	}
	if s.plan.Schedule.Interest == Continues && halfYear(today.AddDays(-1)) == today {
		booked = true
	}
	for range 6 {
		if booked {
			s.replan(today)
		}
		if !s.duty(today) {
			s.check(today, booked)
			return
		}
	}
	s.t.Fatalf("%s: no end of duties: %v", today, s.end())
}

// do lets something happen and reports whether anything was booked.
func (s *story) do(a act, today debt.Date) bool {
	g := s.plan.Progress(s.books(today))
	switch a.kind {
	case "pay next":
		return s.pay(g.Next.Owed, a, today)
	case "pay part":
		return s.pay(max(1, g.Next.Owed*debt.Cents(a.share)/150), a, today)
	case "pay arrears":
		return s.pay(g.Arrears, a, today)
	case "pay share":
		return s.pay(s.a.Balance().Total()*debt.Cents(a.share)/100, a, today)
	case "return", "refund":
		return s.giveBack(a, today)
	case "cost":
		addCost(&s.a, &s.h, costOf(s.id(), debt.Cents(a.share)*37, today), s.stamp(today))
		return true
	case "object":
		if len(s.a.Costs) > 0 {
			s.disputed = s.a.Costs[a.share%len(s.a.Costs)].ID
		}
		return true
	case "answer":
		s.disputed = ""
		return true
	case "change":
		s.change(a.made, g, today)
	case "excuse":
		if s.plan.State == debt.PlanAtRisk {
			s.plan.ExcusedOn = today
		}
	case "judge":
		s.plan.ExcusedOn = debt.Date{}
	case "cancel":
		if s.plan.Running() {
			s.plan.State = debt.PlanCancelled
			s.move(today, debt.PlanCancelled)
			s.setRests(s.a.Rests.End(today))
		}
	}
	return false
}

func (s *story) pay(amount debt.Cents, a act, today debt.Date) bool {
	if amount <= 0 {
		return false
	}
	id := s.id()
	p := debt.Payment{ID: id, CaseID: "case", Method: debt.MethodTransfer, Status: debt.PaymentSucceeded, Amount: amount,
		ReceivedOn: debt.Later(today.AddDays(-a.back), s.today), Source: "bank", ExternalID: string(id), BookedAt: s.stamp(today).At}
	settle := s.a.Settle
	if s.a.NeedsHistory(p.ReceivedOn) {
		settle = s.h.Insert
	}
	entries, next, err := settle(p, s.stamp(today))
	if err != nil {
		s.t.Fatal(err)
	}
	s.h.Entries, s.a = append(s.h.Entries, entries...), next
	s.h.Payments = append(s.h.Payments, p)
	return true
}

// giveBack returns a payment, or a part of it.
func (s *story) giveBack(a act, today debt.Date) bool {
	var live []int
	for i, p := range s.h.Payments {
		if p.Counts() {
			live = append(live, i)
		}
	}
	if len(live) == 0 {
		return false
	}
	p := &s.h.Payments[live[a.share%len(live)]]
	before := *p
	p.Status, p.Returned = debt.PaymentReversed, p.Amount
	if a.kind == "refund" && before.Net() > 1 {
		p.Status, p.Returned = debt.PaymentPartRefunded, before.Returned+before.Net()/2
	}
	key := debt.Key{Source: "bank", ExternalID: "return-" + string(s.id())}
	entries, next, err := s.h.Adjust(*p, key, s.stamp(today))
	if err != nil {
		s.t.Fatal(err)
	}
	s.h.Entries, s.a = append(s.h.Entries, entries...), next
	return true
}

func (s *story) change(c Change, g Progress, today debt.Date) {
	made, err := s.plan.Change(c, g, s.rules, s.position(today))
	if err != nil {
		if k := debt.KindOf(err); k != debt.Invalid && k != debt.Forbidden {
			s.t.Fatal(err)
		}
		return
	}
	for key := range s.told { // what was announced and put off is announced again
		var no int
		if n, _ := fmt.Sscanf(key, "announced %d", &no); n == 1 && no > made.Plan.Announced {
			delete(s.told, key)
		}
	}
	s.plan = made.Plan // beyond the limits: the creditor agreed
	s.say(today, "changed by %+v: %v", c, sums(s.plan.Schedule))
	s.checkLaid(today)
	if after := s.plan.Progress(s.books(today)); after.Paid != g.Paid || after.Open != g.Open || after.Arrears != g.Arrears || after.Missed != g.Missed {
		s.t.Fatalf("%s: %+v makes paid %s, open %s, arrears %s, missed %d of %s, %s, %s, %d\n%v", today, c, after.Paid, after.Open,
			after.Arrears, after.Missed, g.Paid, g.Open, g.Arrears, g.Missed, s.end())
	}
}

func sums(s Schedule) (list []string) {
	for _, i := range s.Instalments {
		list = append(list, i.DueOn.String()+" "+i.Amount.String())
	}
	return list
}

func (s *story) replan(today debt.Date) {
	pos := s.position(today)
	next, changed, err := s.plan.Replan(s.plan.Progress(s.books(today)), pos)
	if debt.KindOf(err) == debt.Invalid {
		return // more costs than such instalments will ever pay: a person has to look
	}
	if err != nil {
		s.t.Fatal(err)
	}
	if s.plan = next; !changed {
		return
	}
	s.say(today, "laid out anew: %v", sums(next.Schedule))
	again, changed, err := next.Replan(next.Progress(s.books(today)), pos)
	if err != nil || changed {
		s.t.Fatalf("%s: laid out anew twice, %v\n%v\n%v", today, err, sums(next.Schedule), sums(again.Schedule))
	}
	s.checkLaid(today)
}

// duty does what is due and reports whether the plan changed its state.
func (s *story) duty(today debt.Date) bool {
	b := s.books(today)
	g := s.plan.Progress(b)
	d := s.plan.Duty(g, s.rules, b)
	if again := s.plan.Duty(g, s.rules, b); fmt.Sprint(again) != fmt.Sprint(d) {
		s.t.Fatalf("asked twice: %+v, %+v", d, again)
	}
	for _, k := range d.Announce {
		s.plan.Announced = k.No
		s.once(today, "announced", k)
		if k.DueOn.AddDays(-s.rules.RemindDays).After(today) || !expectedOn(k, today, b) {
			s.t.Fatalf("%s: announced %+v", today, k)
		}
	}
	for _, k := range d.Note {
		s.plan.Noted = k.No
		s.once(today, "noted", k)
		if !k.DueOn.AddDays(b.Grace).Before(today) {
			s.t.Fatalf("%s: noted %+v", today, k)
		}
	}
	s.next = d.NextOn
	if !d.NextOn.IsZero() && !d.NextOn.After(today) {
		s.t.Fatalf("%s: look again on %s", today, d.NextOn)
	}
	if d.To == "" {
		return false
	}
	s.goTo(d, g, b)
	return true
}

// expectedOn reports whether the day by which an instalment may be paid is still to come.
func expectedOn(k Kept, today debt.Date, b Books) bool {
	return today.Before(overdueFrom(k.DueOn, b.State, b.Grace))
}

func (s *story) once(today debt.Date, what string, k Kept) {
	key := fmt.Sprint(what, " ", k.No, " of ", k.DueOn)
	if s.told[key] {
		s.t.Fatalf("%s: %s twice\n%v", today, key, s.end())
	}
	s.told[key] = true
	s.say(today, "%s", key)
}

func (s *story) goTo(d Duty, g Progress, b Books) {
	s.say(b.Today, "%s because of %s", d.To, d.Because)
	switch d.To {
	case debt.PlanAtRisk:
		s.plan.NoticeOn, s.plan.ExcusedOn, s.noticed = b.Today, debt.Date{}, true
		if g.Missed < s.mayMiss() {
			s.t.Fatalf("at risk with %d missed of %v\n%v", g.Missed, sums(s.plan.Schedule), s.end())
		}
	case debt.PlanLapsed:
		if !s.noticed || !s.plan.ExcusedOn.IsZero() || b.Today.Before(s.plan.NoticeOn.AddDays(14+4+1)) || g.Missed < s.mayMiss() {
			s.t.Fatalf("%s: lapsed, notice %v of %s, excused %s, %d missed", b.Today, s.noticed, s.plan.NoticeOn, s.plan.ExcusedOn, g.Missed)
		}
		s.plan.LapsedOn, s.noticed = b.Today, false
		s.setRests(s.a.Rests.End(b.Today))
	case debt.PlanActive:
		s.noticed = false
		if s.plan.Schedule.Interest == NoInterest {
			s.setRests(s.a.Rests.Begin(b.Today))
		}
	case debt.PlanFulfilled:
		if g.Open != 0 {
			s.t.Fatalf("fulfilled with %s open", g.Open)
		}
	}
	s.plan.State = d.To
	s.move(b.Today, d.To)
}

// mayMiss is two instalments, but for what is one sum from end to end.
func (s *story) mayMiss() int {
	if len(s.plan.Schedule.Instalments) == 1 {
		return 1
	}
	return 2
}

// move lets the case judge whether the plan may go there.
func (s *story) move(today debt.Date, to debt.PlanState) {
	h := debt.Hold{ID: s.id(), Reason: "plan", Since: today}
	if _, err := s.kase.SetPlan(to, h); err != nil {
		s.t.Fatal(err, s.end())
	}
}

// check holds the plan against the account at the end of a day.
func (s *story) check(today debt.Date, fresh bool) {
	b := s.books(today)
	g := s.plan.Progress(b)
	var owed, arrears, covered debt.Cents
	for i, k := range g.Instalments {
		owed += k.Owed
		covered += k.Covered
		if k.Standing == Overdue {
			arrears += k.Owed
		}
		if i > 0 && (k.DueOn.Before(g.Instalments[i-1].DueOn) || k.No != i+1) || k.Covered < 0 || k.Covered+k.Owed > k.Amount || k.Amount <= 0 {
			s.t.Fatalf("%s: %+v", today, g.Instalments)
		}
	}
	if owed > g.Open || arrears != g.Arrears || covered > g.Paid || g.Missed > 0 && g.Arrears == 0 || g.Done != (g.Open == 0) {
		s.t.Fatalf("%s: %s owed, %s overdue, %s covered: %+v", today, owed, arrears, covered, g)
	}
	if !s.plan.Running() || !fresh {
		return
	}
	ahead, err := s.plan.Ahead(g, s.position(today))
	if debt.KindOf(err) == debt.Invalid {
		return
	}
	if err != nil || ahead.Last().Rest != 0 || ahead.Interest == NoInterest && (ahead.Total() != g.Open || owed != g.Open) || ahead.Total() < g.Open {
		s.t.Fatalf("%s: ahead is %s of %s, %s owed, %s left, %v\n%v\n%v", today, ahead.Total(), g.Open, owed, ahead.Last().Rest, err,
			sums(s.plan.Schedule), sums(ahead))
	}
}

// checkLaid: what is to come is the wish's instalments but the last.
func (s *story) checkLaid(today debt.Date) {
	g := s.plan.Progress(s.books(today))
	for i, k := range g.Instalments {
		whole := k.Amount == s.plan.Wish.Instalment || k.No == 1 && k.Amount == s.plan.Wish.Down
		if k.Standing == Upcoming && k.DueOn.After(today) && !whole && i < len(g.Instalments)-1 {
			s.t.Fatalf("%s: instalment %d is %s, wished %s: %v", today, k.No, k.Amount, s.plan.Wish.Instalment, sums(s.plan.Schedule))
		}
	}
	last := s.plan.Schedule.Last()
	if last.DueOn.After(today) && last.Rest != 0 {
		s.t.Fatalf("%s: %s is left after %v", today, last.Rest, sums(s.plan.Schedule))
	}
}

// slice is how many stories are told without make proof, which tells 100 for each of
// QUITT_PROOF: make proof PROOFS=Story.
const slice = 40

func TestNoStoryOfAPlanBreaksIt(t *testing.T) {
	rounds, _ := strconv.Atoi(os.Getenv("QUITT_PROOF"))
	told := 0
	for range max(1, rounds) {
		rapid.Check(t, func(t *rapid.T) {
			b, ok := someBeginning(t)
			if !ok || rounds == 0 && told == slice {
				return
			}
			told++
			daily, jumping := b.tell(t, false), b.tell(t, true)
			if !slices.Equal(daily.log, jumping.log) {
				for i := range min(len(daily.log), len(jumping.log)) {
					if daily.log[i] != jumping.log[i] {
						t.Fatalf("looked at daily: %s\nonly when due: %s\n%v", daily.log[i], jumping.log[i], daily.log[:i])
					}
				}
				t.Fatalf("looked at daily:\n%v\nonly when due:\n%v", daily.log, jumping.log)
			}
		})
	}
}
