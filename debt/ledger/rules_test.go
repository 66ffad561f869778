package ledger

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/debttest"
)

// standBefore lets the test live when rates were known only through a day.
func standBefore(t *testing.T, last string) (announce func()) {
	t.Helper()
	lastRateDay = func() debt.Date { return day(last) }
	announce = func() { lastRateDay = debt.LastBaseRateDay }
	t.Cleanup(announce)
	return announce
}

func interestPostings(entries []Entry) (list []Posting) {
	for _, e := range entries {
		for _, p := range e.Postings {
			if e.Kind == InterestRun && p.Account == debt.InterestAccount {
				list = append(list, p)
			}
		}
	}
	return list
}

func TestMoneyIsBookedBeforeTheBaseRateIsAnnounced(t *testing.T) {
	b := newBook().open(claimOf("claim", 480_00, "2026-03-17"))
	entries := b.pay(t, paymentOf("new year", 100_00, "2027-01-02"))
	want := []Posting{{Account: debt.InterestAccount, Line: "claim", From: day("2026-03-17"), To: day("2027-01-01"),
		Amount: accrued(t, 480_00, [2]string{"2026-03-17", "2027-01-01"})}}
	if d := cmp.Diff(want, interestPostings(entries), exactly); d != "" {
		t.Error(d)
	}
	if c := b.a.Claims[0]; c.AccruedTo != day("2027-01-01") || b.a.LastOn != day("2027-01-02") {
		t.Errorf("accrued to %s", c.AccruedTo)
	}
	e := debttest.WantKey(t, second(b.Statement(day("2027-01-02"))), debt.Invalid, "base_rate_unknown")
	if e["last_day"] != day("2026-12-31") {
		t.Error(e)
	}
	if s, err := b.Statement(day("2027-01-01")); err != nil || s.Open.Principal != 480_00 {
		t.Errorf("%+v, %v", s.Open, err)
	}
	s, to, err := b.StatementSoFar(day("2027-01-20"))
	if err != nil || to != day("2026-12-31") || s.On != day("2027-01-20") || len(s.Payments) != 1 || s.Paid != 100_00 {
		t.Errorf("so far: to %s, %d payments, %s paid, %v", to, len(s.Payments), s.Paid, err)
	}
	if want := 480_00 + want[0].Amount - 100_00; s.Payable != want || s.Open.Interest != 0 {
		t.Errorf("so far %s are payable, want %s", s.Payable, want)
	}
	if problems := b.Check(b.a); len(problems) > 0 {
		t.Error(problems)
	}
}

func second[T any](_ T, err error) error { return err }

func accrued(t *testing.T, principal debt.Cents, span [2]string) debt.Cents {
	t.Helper()
	i, err := statutory.Accrue(principal, day(span[0]), day(span[1]))
	if err != nil {
		t.Fatal(err)
	}
	return i.Amount()
}

func TestDaysWithoutARateAreChargedOnThePrincipalTheyHad(t *testing.T) {
	announce := standBefore(t, "2025-12-31")
	b := newBook().open(claimOf("claim", 4_000_00, "2025-12-01"))
	b.pay(t, paymentOf("p1", 1_000_00, "2026-01-21"))
	b.pay(t, paymentOf("p2", 1_000_00, "2026-02-11"))
	if got := b.a.Claims[0]; got.AccruedTo != day("2026-01-01") || len(got.earlier) != 2 {
		t.Fatalf("%+v", got)
	}
	stored := b.a.Clone()
	stored.Claims[0].earlier = nil
	announce()
	first := accrued(t, 4_000_00, [2]string{"2025-12-01", "2026-01-01"})
	left := 3_000_00 + first
	want := charge(t, map[[2]string]debt.Cents{{"2026-01-01", "2026-01-21"}: 4_000_00, {"2026-01-21", "2026-02-11"}: left,
		{"2026-02-11", "2026-03-01"}: left - 1_000_00})
	s, err := b.Statement(day("2026-03-01"))
	if err != nil || s.Open.Interest != want || len(s.Claims[0].Periods) != 2 || len(s.Claims[0].Periods[1].Segments) != 3 {
		t.Errorf("open interest %s, want %s: %+v %v", s.Open.Interest, want, s.Claims, err)
	}
	p := paymentOf("p3", 500_00, "2026-03-01")
	if !stored.NeedsHistory(p.ReceivedOn) || b.a.NeedsHistory(p.ReceivedOn) {
		t.Error("only the stored account lacks the principal of past days")
	}
	debttest.WantKey(t, third(stored.Settle(p, b.stamp())), debt.Conflict, "history_needed")
	if got := earned(b.insert(t, p)); got != want {
		t.Errorf("booked %s, want %s", got, want)
	}
	if c := b.a.Claims[0]; c.AccruedTo != p.ReceivedOn || c.earlier != nil || b.a.NeedsHistory(p.ReceivedOn) {
		t.Errorf("%+v", c)
	}
	sameAccount(t, "the account as booked", b.Account(), b.a)
}

func third[T, U any](_ T, _ U, err error) error { return err }

// charge sums the exact interest of several spans and rounds once.
func charge(t *testing.T, spans map[[2]string]debt.Cents) debt.Cents {
	t.Helper()
	var sum debt.Interest
	for span, principal := range spans {
		i, err := statutory.Accrue(principal, day(span[0]), day(span[1]))
		if err != nil {
			t.Fatal(err)
		}
		sum = sum.Plus(i)
	}
	return sum.Amount()
}

func TestPrincipalPaidOffBeforeTheAnnouncementStillOwesItsDays(t *testing.T) {
	announce := standBefore(t, "2025-12-31")
	b := newBook().open(claimOf("claim", 1_000_00, "2026-01-01"))
	b.pay(t, paymentOf("all", 1_000_00, "2026-02-01"))
	announce()
	s, err := b.Statement(day("2026-06-01"))
	if want := accrued(t, 1_000_00, [2]string{"2026-01-01", "2026-02-01"}); err != nil || s.Payable != want {
		t.Errorf("payable %s, want %s, %v", s.Payable, want, err)
	}
}

// Bookings share what they do not change; none may write into another's memory.
func TestAccountsDoNotShareTheRememberedPrincipal(t *testing.T) {
	standBefore(t, "2025-12-31")
	b := newBook().open(claimOf("claim", 4_000_00, "2025-12-01"))
	b.pay(t, paymentOf("p1", 1_000_00, "2026-01-21"))
	want := b.a.Claims[0].earlier[0]
	for _, amount := range []debt.Cents{1, 2} {
		if _, _, err := b.a.Settle(paymentOf("p", amount, "2026-02-11"), b.stamp()); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.a.Claims[0].earlier; len(got) != 1 || got[0] != want {
		t.Errorf("%+v", got)
	}
}

func TestLessThanHalfACentIsNotBookedAndNotLost(t *testing.T) {
	b := newBook().open(claimOf("claim", 25_00, "2026-01-01"))
	if got := earned(b.pay(t, paymentOf("p1", 1, "2026-01-02"))); got != 0 { // 0.43 cents
		t.Errorf("booked %s", got)
	}
	if c := b.a.Claims[0]; !c.AccruedTo.IsZero() {
		t.Errorf("accrued to %s", c.AccruedTo)
	}
	if got := earned(b.pay(t, paymentOf("p2", 1, "2026-01-03"))); got != 1 { // 0.86 cents
		t.Errorf("booked %s", got)
	}
	if c := b.a.Claims[0]; c.AccruedTo != day("2026-01-03") {
		t.Errorf("accrued to %s", c.AccruedTo)
	}
}

func TestNoInterestBeforeDefaultAndNoneOnPaymentDay(t *testing.T) {
	for on, want := range map[string]debt.Cents{"2026-02-20": 0, "2026-03-17": 0, "2026-03-18": 8} {
		b := newBook().open(claimOf("claim", 480_00, "2026-03-17"))
		if got := earned(b.pay(t, paymentOf("p", 1_00, on))); got != want {
			t.Errorf("%s: %s, want %s", on, got, want)
		}
	}
}

func TestOnlyInterestLeftBearsNoInterest(t *testing.T) {
	b := newBook().open(claimOf("claim", 480_00, "2026-03-17"))
	b.Claims[0].Order, b.a.Claims[0].Order = debt.Order497, debt.Order497
	b.pay(t, paymentOf("principal", 480_00, "2026-06-01"))
	rest := b.a.Balance()
	if rest.Principal != 0 || rest.Interest == 0 {
		t.Fatalf("%+v", rest)
	}
	if s, err := b.Statement(day("2026-12-31")); err != nil || s.Payable != rest.Interest {
		t.Errorf("payable %s, want %s, %v", s.Payable, rest.Interest, err)
	}
	b.pay(t, paymentOf("interest", rest.Interest+5, "2026-12-31"))
	if got := b.a.Balance(); got != (debt.Balance{Overpaid: 5}) {
		t.Errorf("%+v", got)
	}
}

func TestACostBookedAfterAPaymentOfItsDayDoesNotChangeIt(t *testing.T) {
	b := newBook().open(claimOf("claim", 480_00, "2026-03-17"))
	p := b.pay(t, paymentOf("p", 100_00, "2026-06-01"))
	b.cost(costOf("cost", 20_00, "2026-06-01"))
	want := b.a
	b.insert(t, paymentOf("early", 1_00, "2026-05-01"))
	b.reverse(t, "early")
	sameAccount(t, "an earlier payment came and went", want, b.a)
	if got := settled(b.books().of("p"), debt.PrincipalAccount); got != settled(p, debt.PrincipalAccount) {
		t.Errorf("the payment now settles %s of principal", got)
	}
	if s, err := b.Statement(day("2026-06-01")); err != nil || s.Open.Costs != 20_00 {
		t.Errorf("%+v %v", s.Open, err)
	}
	second := b.pay(t, paymentOf("later the same day", 30_00, "2026-06-01"))
	if got := settled(second, debt.CostsAccount); got != 20_00 {
		t.Errorf("a second payment of the day settles %s of costs", got)
	}
}

func TestPaymentsOfOneDayKeepTheOrderOfTheirBooking(t *testing.T) {
	b := newBook().open(claimOf("claim", 100_00, "2026-03-17")).cost(costOf("cost", 10_00, "2026-03-01"))
	late, early := paymentOf("a", 10_00, "2026-03-10"), paymentOf("z", 10_00, "2026-03-10")
	b.pay(t, early) // its id sorts last
	b.pay(t, late)
	b.insert(t, paymentOf("first", 1, "2026-03-09"))
	b.reverse(t, "first")
	if got := settled(b.books().of("z"), debt.CostsAccount); got != 10_00 {
		t.Errorf("the payment booked first settles %s of costs", got)
	}
}

func TestAClaimOfLaterDaysEarnsNothingForAnEarlierPayment(t *testing.T) {
	b := newBook().open(claimOf("old", 480_00, "2025-03-17"))
	b.pay(t, paymentOf("p1", 10_00, "2026-06-01"))
	b.open(claimOf("new", 480_00, "2025-04-01")) // takes effect on 2026-06-01
	for _, p := range interestPostings(b.insert(t, paymentOf("p0", 10_00, "2026-05-01"))) {
		if p.Line == "new" {
			t.Errorf("a payment of before its time books %+v", p)
		}
	}
	if s, err := b.Statement(day("2026-05-15")); err != nil || len(s.Claims) != 1 {
		t.Errorf("%d claims, %v", len(s.Claims), err)
	}
}

func TestTheRateThatCountsForTheOrderIsTheClaimsOwn(t *testing.T) {
	fixed := claimOf("fixed", 100_00, "2026-03-17")
	fixed.Interest, fixed.InterestReason = debt.InterestRule{Kind: debt.FixedRate, Fixed: 1200}, "agreed"
	none := claimOf("none", 100_00, "2026-03-17")
	none.Interest = debt.InterestRule{Kind: debt.NoInterest, Surcharge: 900}
	b := newBook().open(none).open(claimOf("five", 100_00, "2026-03-17")).open(fixed)
	p := b.pay(t, paymentOf("p", 100_00, "2026-03-17"))
	want := []Allocation{{debt.PrincipalAccount, "fixed", 100_00}}
	if d := cmp.Diff(want, p[len(p)-1].Allocations()); d != "" {
		t.Error(d)
	}
}

// Each claim differs from the other in one thing, and all that comes after it in the order
// of § 366 II BGB speaks for the other.
func TestDueComesFirstAndATitleDecidesAmongEqualRates(t *testing.T) {
	for name, spoil := range map[string]func(wanted, other *debt.Claim){
		"due": func(wanted, other *debt.Claim) {
			wanted.DueOn, wanted.DefaultFrom = day("2026-03-17"), day("2026-04-01")
			other.DueOn, other.DefaultFrom, other.Titled = day("2026-03-18"), day("2026-04-01"), true
		},
		"titled": func(wanted, _ *debt.Claim) { wanted.Titled = true },
	} {
		wanted, other := claimOf("wanted", 100_00, "2026-03-17"), claimOf("other", 100_00, "2026-03-17")
		other.ArisenOn = wanted.ArisenOn.AddDays(-100)
		spoil(&wanted, &other)
		entries := newBook().open(other).open(wanted).pay(t, paymentOf("p", 100_00, "2026-03-17"))
		if got := entries[0].Allocations(); len(got) != 1 || got[0].Line != "wanted" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestAPaymentWhoseAllocationStaysKeepsItsEntries(t *testing.T) {
	a, c := claimOf("a", 100_00, "2026-03-17"), claimOf("b", 100_00, "2026-03-17")
	a.Interest.Kind, c.Interest.Kind = debt.NoInterest, debt.NoInterest
	b := newBook().open(a).open(c)
	later, early := paymentOf("later", 50_00, "2026-06-01"), paymentOf("early", 50_00, "2026-05-01")
	later.Designation, early.Designation = []debt.Target{{Line: "a"}}, []debt.Target{{Line: "b"}}
	b.pay(t, later)
	if entries := b.insert(t, early); len(entries) != 1 {
		t.Errorf("%+v", entries)
	}
	if entries := b.reverse(t, "early"); len(entries) != 1 {
		t.Errorf("%+v", entries)
	}
}

func TestSettleTakesNoPaymentOfBeforeTheLast(t *testing.T) {
	b := newBook().open(claimOf("claim", 480_00, "2026-03-17"))
	b.pay(t, paymentOf("p", 10_00, "2026-06-01"))
	before := paymentOf("q", 10_00, "2026-05-31")
	e := debttest.WantKey(t, third(b.a.Settle(before, b.stamp())), debt.Conflict, "payment_out_of_order")
	if e["last"] != day("2026-06-01") || !b.a.NeedsHistory(before.ReceivedOn) {
		t.Error(e)
	}
}

func TestDesignationsAreFollowed(t *testing.T) {
	build := func() *book {
		b := newBook().open(claimOf("a", 100_00, "2026-01-01")).open(claimOf("b", 100_00, "2026-01-02"))
		own := costOf("of b", 5_00, "2026-01-01")
		own.ClaimID = "b"
		b.cost(costOf("late", 7_00, "2026-02-02")).cost(own).cost(costOf("early", 7_00, "2026-02-01"))
		return b
	}
	for name, c := range map[string]struct {
		target debt.Target
		want   []Allocation
	}{
		"nothing named is the order of the law": {debt.Target{}, []Allocation{{debt.CostsAccount, "early", 6_00}}},
		"principal by rank":                     {debt.Target{Account: debt.PrincipalAccount}, []Allocation{{debt.PrincipalAccount, "a", 6_00}}},
		"costs, oldest first":                   {debt.Target{Account: debt.CostsAccount}, []Allocation{{debt.CostsAccount, "of b", 5_00}, {debt.CostsAccount, "early", 1_00}}},
		"costs of a claim":                      {debt.Target{Line: "b", Account: debt.CostsAccount}, []Allocation{{debt.CostsAccount, "of b", 5_00}, {debt.CostsAccount, "early", 1_00}}},
		"principal of a claim":                  {debt.Target{Line: "b", Account: debt.PrincipalAccount}, []Allocation{{debt.PrincipalAccount, "b", 6_00}}},
		"a cost":                                {debt.Target{Line: "late"}, []Allocation{{debt.CostsAccount, "late", 6_00}}},
	} {
		b := build()
		p := paymentOf("p", 6_00, "2026-03-01")
		p.Designation = []debt.Target{c.target}
		entries := b.pay(t, p)
		if d := cmp.Diff(c.want, entries[len(entries)-1].Allocations()); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
	for _, target := range []debt.Target{{Line: "x"}, {Line: "a", Account: debt.ClearingAccount}, {Account: debt.OverpaymentAccount},
		{Line: "late", Account: debt.PrincipalAccount}, {Line: "a", Account: "word"}} {
		p := paymentOf("p", 6_00, "2026-03-01")
		p.Designation = []debt.Target{target}
		debttest.WantKey(t, third(build().a.Settle(p, (&clock{}).stamp())), debt.Invalid, "designation_unknown")
	}
}

func TestOnlyPrincipalIsSpreadOverEqualClaimsInProportion(t *testing.T) {
	b := newBook().open(claimOf("a", 300_00, "2026-01-01")).open(claimOf("b", 100_00, "2026-01-01"))
	p := paymentOf("p", 100_00, "2026-01-01")
	p.Designation = []debt.Target{{Account: debt.PrincipalAccount}}
	entries := b.pay(t, p)
	want := []Allocation{{debt.PrincipalAccount, "a", 75_00}, {debt.PrincipalAccount, "b", 25_00}}
	if d := cmp.Diff(want, entries[0].Allocations()); d != "" {
		t.Error(d)
	}
}

func TestImpliedDesignationNeedsOneMatchAmongSeveral(t *testing.T) {
	for amount, want := range map[debt.Cents]debt.ID{70_00: "b", 71_00: "a"} {
		b := newBook().open(claimOf("a", 100_00, "2026-05-01")).open(claimOf("b", 70_00, "2026-06-01"))
		b.a.Settings.ImpliedDesignation = true
		entries := b.pay(t, paymentOf("p", amount, "2026-04-30"))
		if got := entries[0].Allocations()[0]; got.Line != want || got.Amount != amount {
			t.Errorf("%s goes to %+v, want %s", amount, got, want)
		}
	}
}

func TestAFactIsBookedOnceAndMayComeBack(t *testing.T) {
	b := newBook().open(claimOf("claim", 480_00, "2026-03-17"))
	p := paymentOf("p", 100_00, "2026-06-01")
	b.insert(t, p)
	want := b.a
	debttest.WantKey(t, third(b.Insert(p, b.stamp())), debt.Conflict, "booked_already")
	twin := p
	twin.ID = "twin"
	debttest.WantKey(t, third(b.Insert(twin, b.stamp())), debt.Conflict, "booked_already")
	debttest.WantKey(t, third(b.Reverse("p", debt.Key{Source: "bank"}, b.stamp())), debt.Invalid, "payment_key_missing")
	b.reverse(t, "p")
	debttest.WantKey(t, third(b.Insert(twin, b.stamp())), debt.Conflict, "booked_already")
	debttest.WantKey(t, third(b.Reverse("p", debt.Key{Source: "bank", ExternalID: "x"}, b.stamp())), debt.Forbidden, "payment_not_reversible")
	entries := b.insert(t, p) // the dispute was won
	if e := entries[len(entries)-1]; e.Source != "reinstated" || !strings.HasPrefix(e.ExternalID, "p/") {
		t.Errorf("%s %s", e.Source, e.ExternalID)
	}
	sameAccount(t, "reinstated", want, b.a)
	b.reverse(t, "p")
	b.insert(t, p)
	sameAccount(t, "reinstated again", want, b.a)
}

func TestTwoEqualClaimsImplyNothing(t *testing.T) {
	older, newer := claimOf("older", 70_00, "2026-05-01"), claimOf("newer", 70_00, "2026-05-02")
	b := newBook().open(older).open(newer).open(claimOf("oldest", 100_00, "2026-04-30"))
	b.a.Settings.ImpliedDesignation = true
	entries := b.pay(t, paymentOf("p", 70_00, "2026-04-30"))
	if got := entries[0].Allocations()[0].Line; got != "oldest" {
		t.Errorf("goes to %s", got)
	}
}

func TestTheLargestAmountsDoNotOverflow(t *testing.T) {
	b := newBook()
	for _, id := range []debt.ID{"a", "b", "c"} {
		b.open(claimOf(id, debt.MaxCents, "2025-01-01"))
	}
	b.cost(costOf("cost", debt.MaxCents, "2025-01-01"))
	for i, id := range []debt.ID{"p1", "p2", "p3", "p4"} {
		b.pay(t, paymentOf(id, debt.MaxCents, day("2026-01-01").AddDays(i).String()))
	}
	each := accrued(t, debt.MaxCents, [2]string{"2025-01-01", "2026-01-01"})
	if got := b.a.Balance(); got.Overpaid != 0 || got.Interest != 0 || got.Total() < 3*each {
		t.Errorf("%+v", got)
	}
	if s, err := b.Statement(day("2026-12-31")); err != nil || s.Demanded.Principal != 3*debt.MaxCents {
		t.Errorf("%+v %v", s.Demanded, err)
	}
	over := paymentOf("over", debt.MaxCents+1, "2026-02-01")
	debttest.WantKey(t, third(b.a.Settle(over, b.stamp())), debt.Invalid, "amount_invalid")
}

func TestAStatementListsOnlyMoneyThatArrived(t *testing.T) {
	b := newBook().open(claimOf("claim", 480_00, "2026-03-17"))
	b.pay(t, paymentOf("p", 100_00, "2026-06-01"))
	b.Payments = append(b.Payments, debt.Payment{ID: "started", Status: debt.PaymentStarted, Amount: 5_00})
	b.reverse(t, "p")
	s, err := b.Statement(day("2026-06-01"))
	if err != nil || len(s.Payments) != 1 || s.Payments[0].ID != "p" || len(s.Payments[0].Allocations) != 0 || s.Paid != 0 {
		t.Errorf("%+v %v", s.Payments, err)
	}
}

func TestAnEmptyStatementHasEmptyLists(t *testing.T) {
	s, err := newBook().Statement(day("2026-06-01"))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := json.Marshal(s); err != nil || strings.Contains(string(b), "null") {
		t.Errorf("%s %v", b, err)
	}
	b := newBook().open(claimOf("claim", 480_00, "2026-03-17"))
	s, err = b.Statement(day("2026-03-17"))
	if j, _ := json.Marshal(s); err != nil || strings.Contains(string(j), "null") {
		t.Errorf("%s %v", j, err)
	}
}

func TestAStatementOfThePastKnowsNothingOfLater(t *testing.T) {
	b := newBook().open(claimOf("claim", 480_00, "2026-03-17"))
	past, err := b.Statement(day("2026-05-01"))
	if err != nil {
		t.Fatal(err)
	}
	b.pay(t, paymentOf("p", 100_00, "2026-06-01"))
	b.cost(costOf("cost", 10_00, "2026-06-02"))
	again, err := b.Statement(day("2026-05-01"))
	if d := cmp.Diff(past, again, exactly); d != "" || err != nil {
		t.Error(d, err)
	}
}
