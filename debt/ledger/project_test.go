package ledger

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"quitt/debt"
)

// What a debtor is shown before paying is what the payment does then, and showing it books
// nothing.
func TestAProjectionIsWhatThePaymentDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBook().open(claimOf("a", 480_00, "2026-05-14")).open(claimOf("b", 120_00, "2026-07-01"))
		b.cost(costOf("c", 36_10, "2026-08-01"))
		if rapid.Bool().Draw(t, "paid before") {
			b.pay(t, paymentOf("p", debt.Cents(rapid.IntRange(1, 700_00).Draw(t, "earlier")), "2026-09-01"))
		}
		before := len(b.Entries)
		p := paymentOf("q", debt.Cents(rapid.IntRange(1, 900_00).Draw(t, "amount")), "2026-11-20")
		shown, err := b.Project(p.Amount, p.ReceivedOn)
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Entries) != before || b.a.LastOn == p.ReceivedOn {
			t.Fatal("a projection has booked something")
		}
		entries, _, err := b.Insert(p, b.stamp())
		if err != nil {
			t.Fatal(err)
		}
		done := Parts(entries[len(entries)-1].Allocations())
		if diff := cmp.Diff(done, shown); diff != "" {
			t.Fatalf("shown and done differ:\n%s", diff)
		}
		sum := debt.Cents(0)
		for _, part := range shown {
			sum += part.Amount
		}
		if sum != p.Amount {
			t.Fatalf("%s of %s is shown", sum, p.Amount)
		}
	})
}

func TestAProjectionRefusesWhatCannotBePaid(t *testing.T) {
	b := newBook().open(claimOf("a", 480_00, "2026-05-14"))
	for what, err := range map[string]error{
		"nothing":          projected(b, 0, "2026-11-20"),
		"before the claim": projected(b, 1, "2020-01-01"),
	} {
		if debt.KindOf(err) != debt.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	if parts, err := newBook().Project(5, day("2026-11-20")); err != nil || !reflect.DeepEqual(parts, []Part{{debt.OverpaymentAccount, 5}}) {
		t.Errorf("without a claim: %v, %v", parts, err)
	}
}

func projected(b *book, amount debt.Cents, on string) error {
	_, err := b.Project(amount, day(on))
	return err
}
