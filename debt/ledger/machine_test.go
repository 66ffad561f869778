package ledger

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/debttest"
)

var lastEvening = day("2027-02-15") // beyond the last announced base rate

// machine drives a case through random bookings and knows no rule of the ledger but its
// invariants: what it expects is recomputed from the events in their right order.
type machine struct {
	*book
	morning debt.Date
	opening map[debt.ID]Entry
}

func newMachine(t *rapid.T) *machine {
	m := &machine{newBook(), day(rapid.SampledFrom([]string{"2025-01-15", "2026-11-20"}).Draw(t, "morning")), map[debt.ID]Entry{}}
	m.Settings.ImpliedDesignation = rapid.Bool().Draw(t, "implied")
	m.a.Settings = m.Settings
	m.openClaim(t)
	return m
}

func (m *machine) today(t *rapid.T, label string) debt.Date {
	from := debt.Later(m.a.LastOn, m.morning)
	return debt.Earlier(lastEvening, from.AddDays(rapid.IntRange(0, 90).Draw(t, label)))
}

var someAmount = rapid.Custom(func(t *rapid.T) debt.Cents {
	most := rapid.SampledFrom([]int64{3, 500_00, 500_00, 20_000_00, int64(debt.MaxCents)}).Draw(t, "most")
	return debt.Cents(rapid.Int64Range(1, most).Draw(t, "cents"))
})

func (m *machine) openClaim(t *rapid.T) {
	if len(m.Claims) == 4 {
		return
	}
	from := m.morning.AddDays(rapid.SampledFrom([]int{-300, -20, 0, 0, 1, 200, 500}).Draw(t, "default"))
	c := claimOf(m.id(), someAmount.Draw(t, "principal"), from.String())
	c.Order = rapid.SampledFrom([]debt.AllocationOrder{debt.Order367, debt.Order497}).Draw(t, "order")
	c.Secured, c.Titled = rapid.Bool().Draw(t, "secured"), rapid.Bool().Draw(t, "titled")
	c.Interest = debt.InterestRule{
		Kind:      rapid.SampledFrom([]debt.InterestKind{debt.Statutory, debt.Statutory, debt.FixedRate, debt.NoInterest}).Draw(t, "kind"),
		Surcharge: rapid.SampledFrom([]debt.BasisPoints{500, 900}).Draw(t, "surcharge"),
		Fixed:     rapid.SampledFrom([]debt.BasisPoints{400, 1200}).Draw(t, "fixed"),
		Method:    rapid.SampledFrom([]debt.InterestMethod{debt.ActAct, debt.Act365, debt.Thirty360}).Draw(t, "method"),
	}
	if rapid.IntRange(0, 5).Draw(t, "never in default") == 0 {
		c.DefaultFrom = debt.Date{}
	}
	m.open(c)
	m.opening[c.ID] = m.Entries[len(m.Entries)-1]
}

func (m *machine) addCost(t *rapid.T) {
	if len(m.Costs) == 6 {
		return
	}
	c := costOf(m.id(), someAmount.Draw(t, "cost"), m.today(t, "incurred").String())
	if rapid.Bool().Draw(t, "of a claim") {
		c.ClaimID = rapid.SampledFrom(m.Claims).Draw(t, "claim").ID
	}
	m.cost(c)
	m.opening[c.ID] = m.Entries[len(m.Entries)-1]
}

func (m *machine) payment(t *rapid.T, on debt.Date) debt.Payment {
	amount := someAmount.Draw(t, "amount")
	if open := m.a.Balance().Total(); open > 0 && open <= debt.MaxCents && rapid.IntRange(0, 4).Draw(t, "all") == 0 {
		amount = open
	}
	p := paymentOf(m.id(), amount, on.String())
	p.Method = rapid.SampledFrom(debt.Methods()).Draw(t, "method")
	for range rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "targets") {
		p.Designation = append(p.Designation, m.target(t, on))
	}
	return p
}

// target names something that exists on the day, so that the payment is not refused.
func (m *machine) target(t *rapid.T, on debt.Date) debt.Target {
	parts := []debt.AccountKind{"", debt.PrincipalAccount, debt.InterestAccount, debt.CostsAccount}
	targets := []debt.Target{}
	for _, part := range parts {
		targets = append(targets, debt.Target{Account: part})
		for _, c := range m.Claims {
			if !c.BookedOn.After(on) {
				targets = append(targets, debt.Target{Line: c.ID, Account: part})
			}
		}
	}
	for _, c := range m.Costs {
		if !c.BookedOn.After(on) {
			targets = append(targets, debt.Target{Line: c.ID})
		}
	}
	return rapid.SampledFrom(targets).Draw(t, "target")
}

func (m *machine) payInOrder(t *rapid.T) {
	p := m.payment(t, debt.Later(m.a.FirstDay(), m.today(t, "on")))
	stored := m.a.Clone()
	for i := range stored.Claims {
		stored.Claims[i].earlier, stored.Claims[i].credited = nil, 0 // the store keeps no principal of past days
	}
	before, ids := m.a, m.ids
	if !stored.NeedsHistory(p.ReceivedOn) {
		m.pay(t, p)
		m.ids = ids
		entries, a, err := stored.Settle(p, m.stamp())
		if err != nil || !samePostings(entries, m.Entries[len(m.Entries)-len(entries):]) {
			t.Fatalf("a stored account settles otherwise: %v", err)
		}
		if got, want := a.Balance(), m.a.Balance(); got != want {
			t.Fatalf("a stored account comes to %+v, want %+v", got, want)
		}
	} else {
		if _, _, err := stored.Settle(p, m.stamp()); debt.KindOf(err) != debt.Conflict {
			t.Fatalf("needs history, and yet %v", err)
		}
		m.insert(t, p)
	}
	m.reverseRestores(t, p.ID, before)
}

func (m *machine) reverseRestores(t *rapid.T, id debt.ID, want Account) {
	copied := *m.book
	copied.reverse(t, id)
	sameAccount(t, "reversing the last payment restores the account", want, copied.a)
}

func (m *machine) payInThePast(t *rapid.T) {
	first := m.a.FirstDay()
	span := max(0, first.DaysUntil(debt.Later(first, m.a.LastOn)))
	on := first.AddDays(rapid.IntRange(0, span).Draw(t, "days"))
	for _, p := range m.books().live() { // often the very day of another one
		if rapid.IntRange(0, 3).Draw(t, "same day") == 0 {
			on = p.ReceivedOn
		}
	}
	m.insert(t, m.payment(t, on))
}

func (m *machine) reverseAny(t *rapid.T) {
	if live := m.books().live(); len(live) > 0 {
		p := rapid.SampledFrom(live).Draw(t, "payment")
		m.reverse(t, p.ID)
	}
}

// reinstateAny brings back a payment that was reversed: a dispute that was won.
func (m *machine) reinstateAny(t *rapid.T) {
	live := m.books().live()
	for _, p := range m.Payments {
		if !slices.ContainsFunc(live, func(q debt.Payment) bool { return q.ID == p.ID }) {
			m.insert(t, p)
			return
		}
	}
}

// reverseAndReinstate must lead back to where it started.
func (m *machine) reverseAndReinstate(t *rapid.T) {
	live := m.books().live()
	if len(live) == 0 {
		return
	}
	p := rapid.SampledFrom(live).Draw(t, "payment")
	want := m.a
	m.reverse(t, p.ID)
	m.insert(t, p)
	sameAccount(t, "reversed and reinstated is as before", want, m.a)
}

func (m *machine) refused(t *rapid.T) {
	before := fmt.Sprintf("%+v %+v", m.History, m.a)
	good := m.payment(t, m.today(t, "on"))
	early, empty, unknown := good, good, good
	early.ReceivedOn = m.a.FirstDay().AddDays(-1)
	empty.Amount = 0
	unknown.Designation = []debt.Target{{Line: m.Claims[0].ID}, {Line: "nothing"}}
	for _, p := range append([]debt.Payment{early, empty, unknown}, m.books().live()...) {
		if entries, a, err := m.Insert(p, m.stamp()); err == nil || entries != nil {
			t.Fatalf("%+v is booked", p)
		} else {
			sameAccount(t, "a refusal gives the account as it is", m.a, a)
		}
	}
	if entries, _, err := m.a.Settle(unknown, m.stamp()); err == nil || entries != nil {
		t.Fatal("an unknown designation is settled")
	}
	if _, _, err := m.Reverse("nothing", debt.Key{Source: "bank", ExternalID: "x"}, m.stamp()); err == nil {
		t.Fatal("an unknown payment is reversed")
	}
	if after := fmt.Sprintf("%+v %+v", m.History, m.a); after != before {
		t.Fatalf("refused, and yet\n%s\nbecame\n%s", before, after)
	}
}

func TestNoSequenceOfBookingsBreaksTheLedger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t)
		t.Repeat(map[string]func(*rapid.T){
			"claim": m.openClaim, "cost": m.addCost, "pay": m.payInOrder, "pay again": m.payInOrder,
			"pay in the past": m.payInThePast, "reverse": m.reverseAny, "reinstate": m.reinstateAny,
			"reverse and reinstate": m.reverseAndReinstate, "credit": m.creditAny, "refuse": m.refused,
			"": func(t *rapid.T) {
				m.checkEntries(t)
				m.checkAccount(t)
				m.checkReplay(t)
				m.checkStatements(t)
			},
		})
	})
}

func (m *machine) checkEntries(t *rapid.T) {
	keys, corrected := map[string]bool{}, map[debt.ID]bool{}
	for _, e := range m.Entries {
		if !e.Balanced() {
			t.Fatalf("unbalanced: %+v", e)
		}
		key := fmt.Sprint(e.Source, "|", e.ExternalID, "|", e.Kind)
		if keys[key] || e.Source == "" || e.ExternalID == "" {
			t.Fatalf("business key %s is not unique", key)
		}
		if keys[key] = true; e.Corrects != "" {
			if corrected[e.Corrects] {
				t.Fatalf("%s is corrected twice", e.Corrects)
			}
			corrected[e.Corrects] = true
		}
	}
}

// checkAccount holds the account against the sum of all postings ever made.
func (m *machine) checkAccount(t *rapid.T) {
	sameAccount(t, "the operation returns the account as booked", m.Account(), m.a)
	open := map[string]debt.Cents{}
	var overpaid, in, payments, all debt.Cents
	for _, e := range m.Entries {
		for _, p := range e.Postings {
			all += p.Amount
			switch p.Account {
			case debt.OverpaymentAccount:
				overpaid -= p.Amount
			case debt.ClearingAccount, debt.RemittedAccount:
				in += p.Amount
			case debt.PrincipalAccount, debt.InterestAccount, debt.CostsAccount:
				open[string(p.Account)+string(p.Line)] += p.Amount
			}
		}
	}
	for _, c := range m.a.Claims {
		if c.Open != open["principal"+string(c.ID)] || c.Interest != open["interest"+string(c.ID)] || c.Open < 0 || c.Interest < 0 {
			t.Fatalf("claim %+v, postings %v", c, open)
		}
	}
	for _, c := range m.a.Costs {
		if c.Open != open["costs"+string(c.ID)] || c.Open < 0 {
			t.Fatalf("cost %+v, postings %v", c, open)
		}
	}
	for _, p := range m.books().live() {
		if p.Method != debt.MethodWaiver { // which is no money
			payments += p.Amount
		}
	}
	if m.a.Overpaid != overpaid || overpaid < 0 || in != payments || all != 0 {
		t.Fatalf("overpaid %s by postings, %s kept; in %s of %s; all %s", overpaid, m.a.Overpaid, in, payments, all)
	}
	if problems := m.Check(m.a); len(problems) > 0 {
		m.onlyStatuses(t, problems)
	}
}

// onlyStatuses lets pass that reversed payments keep their status here.
func (m *machine) onlyStatuses(t *rapid.T, problems []Problem) {
	for _, p := range problems {
		if p.Rule != "payment_once" {
			t.Fatalf("%+v", problems)
		}
	}
}

// checkReplay books the same events on an empty account in their right order, none in the
// past and none taken back: late knowledge must not change what is owed.
func (m *machine) checkReplay(t *rapid.T) {
	b := m.books()
	a := Account{CaseID: m.CaseID, Settings: m.Settings}
	c := &clock{}
	for _, e := range b.effective {
		switch e.Kind {
		case ClaimOpened:
			i := slices.IndexFunc(m.Claims, func(c debt.Claim) bool { return c.ID == e.Postings[0].Line })
			a.Claims = append(a.Claims, ClaimBalance{Claim: m.Claims[i], Open: m.Claims[i].Principal})
			slices.SortFunc(a.Claims, func(x, y ClaimBalance) int { return cmpID(x.ID, y.ID) })
		case CostAdded:
			i := slices.IndexFunc(m.Costs, func(c debt.Cost) bool { return c.ID == e.Postings[0].Line })
			a.Costs = append(a.Costs, CostBalance{Cost: m.Costs[i], Open: m.Costs[i].Amount})
			slices.SortFunc(a.Costs, func(x, y CostBalance) int { return cmpID(x.ID, y.ID) })
		case PaymentEntry:
			i := slices.IndexFunc(m.Payments, func(p debt.Payment) bool { return p.ID == e.PaymentID })
			entries, next, err := a.Settle(m.Payments[i], c.stamp())
			if err != nil {
				t.Fatal(err)
			}
			if !samePostings(entries, b.of(e.PaymentID)) {
				t.Fatalf("in order %+v\nbooked %+v", entries, b.of(e.PaymentID))
			}
			a = next
		case CreditEntry:
			a.apply(e)
		}
	}
	sameAccount(t, "booked in order", a, m.a)
}

func cmpID(a, b debt.ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (m *machine) checkStatements(t *rapid.T) {
	from := debt.Later(m.a.FirstDay(), m.morning.AddDays(-60))
	on := from.AddDays(rapid.IntRange(0, max(0, from.DaysUntil(lastEvening))).Draw(t, "on"))
	s := m.checkStatement(t, on)
	if last := m.a.LastOn; !last.IsZero() {
		m.checkStatement(t, last)
	}
	later := on.AddDays(rapid.IntRange(1, 200).Draw(t, "later"))
	for _, p := range m.books().live() {
		if !p.ReceivedOn.Before(on) && !p.ReceivedOn.After(later) {
			return
		}
	}
	if next, err := m.Statement(later); err == nil && s != nil && next.Open.Interest < s.Open.Interest {
		t.Fatalf("interest falls from %s on %s to %s on %s", s.Open.Interest, on, next.Open.Interest, later)
	}
}

func (m *machine) checkStatement(t *rapid.T, on debt.Date) *Statement {
	s, err := m.Statement(on)
	if err != nil {
		e := debttest.WantKey(t, err, debt.Invalid, "base_rate_unknown")
		if e["last_day"] != debt.LastBaseRateDay() || !on.After(debt.LastBaseRateDay().AddDays(1)) || !reflect.DeepEqual(s, Statement{On: on}) {
			t.Fatalf("on %s %v, %+v", on, err, s)
		}
		var to debt.Date
		if s, to, err = m.StatementSoFar(on); err != nil || to != debt.LastBaseRateDay() || s.On != on {
			t.Fatalf("on %s so far as is known: to %s of %s, %v", on, to, s.On, err)
		}
	}
	var open debt.Balance
	allocated := map[debt.AccountKind]debt.Cents{}
	for _, p := range s.Payments {
		for _, l := range p.Allocations {
			allocated[l.Account] += l.Amount
		}
	}
	open.Principal = s.Demanded.Principal - allocated[debt.PrincipalAccount]
	open.Interest = s.Demanded.Interest - allocated[debt.InterestAccount]
	open.Costs = s.Demanded.Costs - allocated[debt.CostsAccount]
	open.Overpaid = allocated[debt.OverpaymentAccount]
	paid := open.Overpaid + s.Demanded.Total() - open.Total()
	if s.Open != open || s.Payable != s.Open.Total() || s.Paid != paid {
		t.Fatalf("demanded %+v − %v = %+v, open %+v, payable %s, paid %s", s.Demanded, allocated, open, s.Open, s.Payable, s.Paid)
	}
	m.checkPeriods(t, s)
	if on == m.a.LastOn && !m.opensLater(on) {
		want := m.a.Balance()
		want.Interest += unbooked(s)
		if s.Open != want {
			t.Fatalf("on the last day %+v, account %+v", s.Open, want)
		}
	}
	checkJSON(t, s)
	return &s
}

func (m *machine) opensLater(on debt.Date) bool {
	for _, e := range m.opening {
		if e.ValueOn.After(on) {
			return true
		}
	}
	return false
}

func unbooked(s Statement) (sum debt.Cents) {
	for _, c := range s.Claims {
		for _, p := range c.Periods {
			if !p.Booked {
				sum += p.Amount
			}
		}
	}
	return sum
}

// checkPeriods holds each period against the principal day by day.
func (m *machine) checkPeriods(t *rapid.T, s Statement) {
	var sum debt.Cents
	for _, c := range s.Claims {
		at := c.Claim.DefaultFrom
		for _, p := range c.Periods {
			sum += p.Amount
			if p.From != at || !p.From.Before(p.To) || p.To.After(s.On) {
				t.Fatalf("claim %s on %s: period %s to %s follows %s", c.ID, s.On, p.From, p.To, at)
			}
			at = p.To
			shown, exact := debt.Interest{Segments: p.Segments}, m.exact(t, c.Claim, [2]debt.Date{p.From, p.To})
			if shown.Exact().Cmp(exact) != 0 || shown.Amount() != p.Amount {
				t.Fatalf("claim %s, %s to %s: shown %s, booked %s, principal by day gives %s", c.ID, p.From, p.To,
					shown.Exact(), p.Amount, exact)
			}
		}
		until := s.On
		if c.Claim.Interest.Kind == debt.Statutory {
			until = debt.Earlier(until, debt.LastBaseRateDay().AddDays(1))
		}
		if at.IsZero() || !at.Before(until) {
			continue
		}
		if rest := m.exact(t, c.Claim, [2]debt.Date{at, until}); rest.Sign() != 0 {
			t.Fatalf("claim %s on %s: nothing is charged for the days since %s, which earned %s", c.ID, s.On, at, rest)
		}
	}
	if sum != s.Demanded.Interest {
		t.Fatalf("periods sum to %s, demanded %s", sum, s.Demanded.Interest)
	}
}

// exact computes interest from the value days on which principal was paid.
func (m *machine) exact(t *rapid.T, c debt.Claim, span [2]debt.Date) *big.Rat {
	falls := map[debt.Date]debt.Cents{span[1]: 0}
	principal, sum := m.Demanded(c.ID), new(big.Rat)
	for _, e := range m.books().effective {
		for _, p := range e.Postings {
			if e.Kind == PaymentEntry && p.Account == debt.PrincipalAccount && p.Line == c.ID {
				falls[e.ValueOn] += p.Amount
			}
		}
	}
	at := span[0]
	for _, d := range slices.SortedFunc(maps.Keys(falls), debt.Date.Compare) {
		if d.After(at) {
			i, err := c.Interest.Accrue(principal, at, debt.Earlier(d, span[1]))
			if err != nil {
				t.Fatal(err)
			}
			sum.Add(sum, i.Exact())
			at = d
		}
		principal += falls[d]
	}
	return sum
}

func checkJSON(t rapid.TB, s Statement) {
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Statement
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	for i := range s.Claims {
		s.Claims[i].Claim = debt.Claim{}
	}
	for i := range s.Costs {
		s.Costs[i].Cost = debt.Cost{}
	}
	if d := cmp.Diff(s, back, cmp.AllowUnexported(debt.Date{})); d != "" {
		t.Fatalf("JSON loses something:\n%s", d)
	}
}
