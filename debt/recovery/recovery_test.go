package recovery

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/ledger"
)

var sameDay = cmp.Comparer(func(x, y debt.Date) bool { return x == y })

// desk books a case day by day, as the rooms above do.
type desk struct {
	ledger.History

	a    ledger.Account
	made int
	now  debt.Date
}

func (d *desk) stamp() ledger.Stamp {
	return ledger.Stamp{At: d.now.Time().Add(11 * time.Hour), NewID: func() debt.ID {
		d.made++
		return debt.ID(fmt.Sprintf("%04d", d.made))
	}}
}

func newDesk(on string, principal debt.Cents) *desk {
	d := &desk{now: debt.MustDate(on)}
	d.CaseID, d.a.CaseID = "case", "case"
	d.claim(principal, d.now.AddDays(-40))
	return d
}

func (d *desk) claim(principal debt.Cents, due debt.Date) {
	s := d.stamp()
	c := debt.Claim{ID: s.NewID(), CaseID: d.CaseID, Principal: principal, Ground: debt.Contract, DueOn: due, ArisenOn: due.AddDays(-300),
		DefaultFrom: due.AddDays(30), Interest: debt.InterestRule{Kind: debt.Statutory, Surcharge: 500}}
	d.Entries = append(d.Entries, d.a.OpenClaim(c, s))
	d.Claims = append(d.Claims, d.a.Claims[len(d.a.Claims)-1].Claim)
}

func (d *desk) pay(method debt.Method, amount debt.Cents, on debt.Date) (debt.ID, error) {
	s := d.stamp()
	id := s.NewID()
	p := debt.Payment{ID: id, CaseID: d.CaseID, Method: method, Status: debt.PaymentSucceeded, Amount: amount, ReceivedOn: on,
		Source: "test", ExternalID: string(id), BookedAt: s.At}
	entries, a, err := d.Insert(p, s)
	if err == nil {
		d.Payments, d.Entries, d.a = append(d.Payments, p), append(d.Entries, entries...), a
	}
	return id, err
}

// left sets what stays of a payment.
func (d *desk) left(at int, returned debt.Cents, status debt.PaymentStatus) error {
	p := d.Payments[at]
	p.Returned, p.Status = returned, status
	s := d.stamp()
	entries, a, err := d.Adjust(p, debt.Key{Source: "bank", ExternalID: string(s.NewID())}, s)
	if err == nil {
		d.Payments[at], d.Entries, d.a = p, append(d.Entries, entries...), a
	}
	return err
}

func (d *desk) story(received string) Story {
	s := Story{Received: debt.MustDate(received), Claims: d.Claims, Entries: d.Entries, Payments: map[debt.ID]Payment{}}
	for _, p := range d.Payments {
		s.Payments[p.ID] = Payment{p.Method, Bank, p.Status}
	}
	return s
}

func sum(lines []Line, f Figure) (n, amount int64) {
	for _, l := range lines {
		if l.Figure == f {
			n, amount = n+l.N, amount+l.Amount
		}
	}
	return n, amount
}

func only(lines []Line, figures ...Figure) (list []Line) {
	for _, l := range lines {
		for _, f := range figures {
			if l.Figure == f {
				list = append(list, l)
			}
		}
	}
	return list
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestMoneyCountsOnItsValueDayAndAReturnWhenItIsBooked(t *testing.T) {
	d := newDesk("2026-03-02", 1000_00)
	d.now = debt.MustDate("2026-03-20")
	_, err := d.pay(debt.MethodTransfer, 300_00, debt.MustDate("2026-03-18"))
	must(t, err)
	d.now = debt.MustDate("2026-05-04")
	must(t, d.left(0, 300_00, debt.PaymentReversed))
	want := []Line{
		{debt.MustDate("2026-03-18"), Collected, "transfer/bank", 1, 300_00},
		{debt.MustDate("2026-05-04"), Returned, "transfer/return", 1, 300_00},
	}
	lines := Lines(d.story("2026-03-02"))
	if diff := cmp.Diff(want, only(lines, Collected, Returned), sameDay); diff != "" {
		t.Error(diff)
	}
	if _, got := sum(lines, Recovered); got != 0 {
		t.Errorf("recovered %d of money that went back", got)
	}
	if n, _ := sum(lines, FirstPayment); n != 0 {
		t.Error("a payment that went back was the first")
	}
}

func TestMoneyFromBeforeTheHandOverCountsOnItsDay(t *testing.T) {
	d := newDesk("2026-03-02", 1000_00)
	_, err := d.pay(debt.MethodDirect, 100_00, debt.MustDate("2026-02-20"))
	must(t, err)
	got := only(Lines(d.story("2026-03-02")), Collected, FirstPayment)
	want := []Line{
		{debt.MustDate("2026-03-02"), Collected, "direct/bank", 1, 100_00},
		{debt.MustDate("2026-03-02"), FirstPayment, "0-7", 1, 0},
	}
	if diff := cmp.Diff(want, got, sameDay); diff != "" {
		t.Error(diff)
	}
}

func TestACaseRecoversAtMostItsPrincipal(t *testing.T) {
	d := newDesk("2026-03-02", 100_00)
	d.now = debt.MustDate("2026-09-01")
	_, err := d.pay(debt.MethodTransfer, 150_00, d.now)
	must(t, err)
	s := d.story("2026-03-02")
	s.ClosedOn, s.Reason = debt.MustDate("2026-09-03"), "paid"
	want := []Line{
		{debt.MustDate("2026-09-01"), Recovered, "", 0, 100_00},
		{debt.MustDate("2026-09-03"), Closed, "paid", 1, 100_00},
		{debt.MustDate("2026-09-03"), ClosedPaid, "", 0, 100_00},
	}
	if diff := cmp.Diff(want, only(Lines(s), Recovered, Closed, ClosedPaid), sameDay); diff != "" {
		t.Error(diff)
	}
}

func TestAWaiverIsNoMoney(t *testing.T) {
	d := newDesk("2026-03-02", 100_00)
	_, err := d.pay(debt.MethodWaiver, 40_00, d.now)
	must(t, err)
	lines := Lines(d.story("2026-03-02"))
	if _, given := sum(lines, GivenUp); given != 40_00 {
		t.Errorf("given up %d", given)
	}
	if got := only(lines, Collected, Returned, Recovered, FirstPayment); len(got) != 0 {
		t.Errorf("money: %v", got)
	}
}

func TestARejectedCaseAddsItsMoneyOnly(t *testing.T) {
	d := newDesk("2026-03-02", 100_00)
	_, err := d.pay(debt.MethodTransfer, 10_00, d.now)
	must(t, err)
	s := d.story("2026-03-02")
	s.Rejected = true
	if got := Lines(s); len(got) != 1 || got[0].Figure != Collected {
		t.Errorf("%v", got)
	}
}

func TestLettersAreFollowed(t *testing.T) {
	day := debt.MustDate
	sent := Event{debt.LetterSent, day("2026-03-03"), "operator", "first"}
	by := func(e debt.EventType, actor string) Event { return Event{e, day("2026-03-10"), actor, ""} }
	again := Event{debt.LetterSent, day("2026-04-01"), "operator", "second"}
	for name, c := range map[string]struct {
		events []Event
		want   string
	}{
		"nobody came":        {[]Event{sent}, "first/sent"},
		"opened":             {[]Event{sent, by(debt.AccessOpened, "debtor")}, "first/opened first/sent"},
		"shown":              {[]Event{sent, by(debt.AccessVerified, "debtor")}, "first/opened first/sent first/verified"},
		"acted unseen":       {[]Event{sent, by(debt.MessageReceived, "debtor")}, "first/sent"},
		"staff acted":        {[]Event{sent, by(debt.AccessVerified, "debtor"), by(debt.PlanAgreed, "creditor")}, "first/opened first/sent first/verified"},
		"acted":              {[]Event{sent, by(debt.AccessVerified, "debtor"), by(debt.PromiseMade, "representative")}, "first/acted first/opened first/sent first/verified"},
		"transferred":        {[]Event{sent, by(debt.AccessVerified, "debtor"), by(debt.PaymentSucceededEvent, "system")}, "first/acted first/opened first/paid first/sent first/verified"},
		"paid without it":    {[]Event{sent, by(debt.PaymentSucceededEvent, "system")}, "first/direct first/sent"},
		"before any letter":  {[]Event{by(debt.AccessVerified, "debtor"), sent}, "first/sent"},
		"the next one's own": {[]Event{sent, again, by(debt.AccessOpened, "debtor")}, "first/sent second/opened second/sent"},
		"no letter":          {[]Event{by(debt.AccessVerified, "debtor")}, ""},
	} {
		got := ""
		for _, l := range Lines(Story{Received: day("2026-03-02"), Events: c.events}) {
			if l.Figure == Letter {
				got += " " + l.Key
			}
		}
		if got != "" {
			got = got[1:]
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWhoseWorkResolvedACase(t *testing.T) {
	day := debt.MustDate
	for name, c := range map[string]struct {
		event  Event
		reason debt.CloseReason
		want   string
	}{
		"nobody":       {Event{debt.PaymentSucceededEvent, day("2026-04-01"), "provider", ""}, "paid", string(BySelf)},
		"a letter":     {Event{debt.LetterSent, day("2026-04-01"), "operator", "first"}, "settled", string(BySelf)},
		"an answer":    {Event{debt.ObjectionAnswered, day("2026-04-01"), "creditor", ""}, "paid", string(ByStaff)},
		"afterwards":   {Event{debt.MessageSent, day("2026-05-02"), "operator", ""}, "paid", string(BySelf)},
		"not resolved": {Event{debt.PaymentSucceededEvent, day("2026-04-01"), "provider", ""}, "uneconomical", ""},
	} {
		got := ""
		s := Story{Received: day("2026-03-02"), ClosedOn: day("2026-05-01"), Reason: c.reason, Events: []Event{c.event}}
		for _, l := range only(Lines(s), Resolved) {
			got += l.Key
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestBands(t *testing.T) {
	due := debt.MustDate("2026-01-01")
	for _, c := range []struct {
		days int
		want string
	}{{-1, NotDue}, {0, "0-30"}, {30, "0-30"}, {31, "31-90"}, {365, "181-365"}, {366, "366-1095"}, {5000, "1096-"}} {
		if got := AgeOf(due, due.AddDays(c.days)); got != c.want {
			t.Errorf("%d days: %q, want %q", c.days, got, c.want)
		}
	}
	if got := SumBand(249_99); got != "0-249" {
		t.Error(got)
	}
	if d := cmp.Diff([]string{"0-7", "8-14", "15-30", "31-60", "61-90", "91-180", "181-"}, DayBands()); d != "" {
		t.Error(d)
	}
}

// Whatever is booked in whatever order: the lines add up to what the ledger says.
func TestLinesAddUpToTheLedger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk("2026-03-02", debt.Cents(rapid.Int64Range(1, 2000_00).Draw(t, "principal")))
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			d.now = d.now.AddDays(rapid.IntRange(0, 40).Draw(t, "days"))
			d.step(t)
		}
		s := d.story("2026-03-02")
		check(t, d, s, false)
		s.ClosedOn, s.Reason = d.now, "paid"
		check(t, d, s, true)
	})
}

func (d *desk) step(t *rapid.T) {
	amount := debt.Cents(rapid.Int64Range(1, 900_00).Draw(t, "amount"))
	switch do := rapid.SampledFrom([]string{"pay", "pay", "back", "claim", "credit"}).Draw(t, "do"); {
	case do == "pay":
		method := rapid.SampledFrom(debt.Methods()).Draw(t, "method")
		_, _ = d.pay(method, amount, d.now.AddDays(-rapid.IntRange(0, 60).Draw(t, "late"))) // before the claim is refused
	case do == "back" && len(d.Payments) > 0:
		at := rapid.IntRange(0, len(d.Payments)-1).Draw(t, "which")
		status := rapid.SampledFrom([]debt.PaymentStatus{debt.PaymentReversed, debt.PaymentPartRefunded, debt.PaymentSucceeded}).Draw(t, "status")
		part := map[debt.PaymentStatus]debt.Cents{debt.PaymentReversed: d.Payments[at].Amount, debt.PaymentPartRefunded: d.Payments[at].Amount / 2}
		_ = d.left(at, part[status], status)
	case do == "claim" && len(d.Claims) < 3:
		d.claim(amount, d.now)
	case do == "credit":
		s := d.stamp()
		entries, a, err := d.Credit([]ledger.Credit{{Line: d.Claims[0].ID, Amount: amount}}, debt.Key{Source: "objection", ExternalID: string(s.NewID())}, s)
		if err == nil {
			d.Entries, d.a = append(d.Entries, entries...), a
		}
	}
}

func check(t *rapid.T, d *desk, s Story, closed bool) {
	lines := Lines(s)
	var paid, waived, principal debt.Cents
	for _, p := range d.Payments {
		if p.Method == debt.MethodWaiver {
			waived += p.Net()
		} else {
			paid += p.Net()
		}
	}
	for _, c := range d.Claims {
		principal += c.Principal
	}
	for _, c := range d.Credits() {
		waived += c.Amount
	}
	_, collected := sum(lines, Collected)
	_, returned := sum(lines, Returned)
	_, given := sum(lines, GivenUp)
	_, placed := sum(lines, Placed)
	_, open := sum(lines, Open)
	_, recovered := sum(lines, Recovered)
	owed := d.a.Balance().Total()
	if closed {
		owed = 0
		if _, at := sum(lines, ClosedPaid); at != recovered {
			t.Fatalf("closed with %d recovered, in all %d", at, recovered)
		}
	}
	if collected-returned != int64(paid) || given != int64(waived) || placed != int64(principal) || open != int64(owed) ||
		recovered != int64(max(0, min(paid, principal))) {
		t.Fatalf("collected %d − %d, given %d, placed %d, open %d, recovered %d; paid %d, waived %d, principal %d, owed %d",
			collected, returned, given, placed, open, recovered, paid, waived, principal, owed)
	}
	for _, l := range lines {
		if l.On.Before(s.Received) {
			t.Fatalf("%+v is before the hand-over", l)
		}
	}
}
