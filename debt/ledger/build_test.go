package ledger

import (
	"fmt"
	"reflect"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"quitt/debt"
)

func day(s string) debt.Date { return debt.MustDate(s) }

// clock lends instants a minute apart and ids that sort in the order of their making.
type clock struct{ ids, ticks int }

func (c *clock) id() debt.ID {
	c.ids++
	return debt.ID(fmt.Sprintf("id-%06d", c.ids))
}

func (c *clock) stamp() Stamp {
	c.ticks++
	return Stamp{At: time.Date(2026, 11, 22, 11, c.ticks, 0, 0, time.UTC), NewID: c.id}
}

// statutory is what a consumer owes, five points over the base rate.
var statutory = debt.InterestRule{Kind: debt.Statutory, Surcharge: 500}

// claimOf is a claim in default since a day; the rest of it is older.
func claimOf(id debt.ID, principal debt.Cents, defaultFrom string) debt.Claim {
	from := day(defaultFrom)
	return debt.Claim{ID: id, CaseID: "case", Principal: principal, Ground: debt.Contract, Object: "a bicycle",
		ArisenOn: from.AddDays(-60), DueOn: from.AddDays(-30), DefaultFrom: from, Interest: statutory, Order: debt.Order367}
}

func costOf(id debt.ID, amount debt.Cents, incurredOn string) debt.Cost {
	return debt.Cost{ID: id, CaseID: "case", Kind: debt.CollectionFee, Amount: amount, IncurredOn: day(incurredOn),
		LegalGround: "RVG § 13, VV 2300"}
}

func paymentOf(id debt.ID, amount debt.Cents, on string) debt.Payment {
	return debt.Payment{ID: id, CaseID: "case", Method: debt.MethodTransfer, Status: debt.PaymentSucceeded, Amount: amount,
		ReceivedOn: day(on), Source: "bank", ExternalID: "line-" + string(id)}
}

// book is a history under test with the account the last operation returned.
type book struct {
	clock
	History
	a Account
}

func newBook() *book { return &book{History: History{CaseID: "case"}, a: Account{CaseID: "case"}} }

func (b *book) open(c debt.Claim) *book {
	b.Entries = append(b.Entries, b.a.OpenClaim(c, b.stamp()))
	b.Claims = append(b.Claims, b.a.Claims[len(b.a.Claims)-1].Claim)
	return b
}

func (b *book) cost(c debt.Cost) *book {
	b.Entries = append(b.Entries, b.a.AddCost(c, b.stamp()))
	b.Costs = append(b.Costs, b.a.Costs[len(b.a.Costs)-1].Cost)
	return b
}

// pay books through Settle.
func (b *book) pay(t rapid.TB, p debt.Payment) []Entry {
	t.Helper()
	entries, a, err := b.a.Settle(p, b.stamp())
	if err != nil {
		t.Fatal(err)
	}
	b.took(p, entries, a)
	return entries
}

// insert books through History.Insert.
func (b *book) insert(t rapid.TB, p debt.Payment) []Entry {
	t.Helper()
	entries, a, err := b.Insert(p, b.stamp())
	if err != nil {
		t.Fatal(err)
	}
	b.took(p, entries, a)
	return entries
}

func (b *book) took(p debt.Payment, entries []Entry, a Account) {
	b.Entries, b.a = append(b.Entries, entries...), a
	for _, known := range b.Payments {
		if known.ID == p.ID {
			return
		}
	}
	b.Payments = append(b.Payments, p)
}

func (b *book) reverse(t rapid.TB, id debt.ID) []Entry {
	t.Helper()
	key := debt.Key{Source: "bank", ExternalID: fmt.Sprintf("return-%d", len(b.Entries))}
	entries, a, err := b.Reverse(id, key, b.stamp())
	if err != nil {
		t.Fatal(err)
	}
	b.Entries, b.a = append(b.Entries, entries...), a
	return entries
}

var exactly = cmp.Options{
	cmp.AllowUnexported(debt.Date{}, Account{}, ClaimBalance{}, stretch{}), cmpopts.EquateEmpty(),
}

func sameAccount(t rapid.TB, rule string, want, got Account) {
	t.Helper()
	if reflect.DeepEqual(want, got) {
		return // the usual case, and much faster
	}
	if d := cmp.Diff(want, got, exactly); d != "" {
		t.Fatalf("%s (-want +got):\n%s", rule, d)
	}
}

// settled gives what one payment settled on one component, over all lines.
func settled(entries []Entry, account debt.AccountKind) (sum debt.Cents) {
	for _, e := range entries {
		if e.Kind != PaymentEntry {
			continue
		}
		for _, l := range e.Allocations() {
			if l.Account == account {
				sum += l.Amount
			}
		}
	}
	return sum
}

// earned gives the interest booked by entries.
func earned(entries []Entry) (sum debt.Cents) {
	for _, e := range entries {
		for _, p := range e.Postings {
			if e.Kind == InterestRun && p.Account == debt.InterestAccount {
				sum += p.Amount
			}
		}
	}
	return sum
}
