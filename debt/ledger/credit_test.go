package ledger

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/debttest"
)

// creditAny gives up a part of any line, or of two at once.
func (m *machine) creditAny(t *rapid.T) {
	var lines []debt.ID
	for _, c := range m.Claims {
		lines = append(lines, c.ID)
	}
	for _, c := range m.Costs {
		lines = append(lines, c.ID)
	}
	var list []Credit
	for _, line := range rapid.SliceOfNDistinct(rapid.SampledFrom(lines), 1, min(2, len(lines)), rapid.ID).Draw(t, "lines") {
		most := m.Demanded(line)
		if most == 0 {
			return
		}
		amount := most
		if rapid.Bool().Draw(t, "a part") {
			amount = debt.Cents(rapid.Int64Range(1, int64(most)).Draw(t, "credit"))
		}
		list = append(list, Credit{line, amount})
	}
	m.credit(t, list...)
}

func (b *book) credit(t rapid.TB, list ...Credit) {
	t.Helper()
	key := debt.Key{Source: "objection", ExternalID: fmt.Sprintf("o-%d", len(b.Entries))}
	entries, a, err := b.Credit(list, key, b.stamp())
	if err != nil {
		t.Fatal(err)
	}
	b.Entries, b.a = append(b.Entries, entries...), a
}

func TestACreditTakesItsInterestWithItAndFreesMoney(t *testing.T) {
	b := newBook().open(claimOf("a", 1_000_00, "2026-01-01")).open(claimOf("b", 100_00, "2026-05-01"))
	b.cost(costOf("f", 50_00, "2026-02-01"))
	b.pay(t, paymentOf("p", 300_00, "2026-04-01"))
	b.credit(t, Credit{"a", 1_000_00}, Credit{"f", 50_00})
	s, err := b.Statement(day("2026-04-01"))
	if err != nil {
		t.Fatal(err)
	}
	// 300 paid, 100 ever owed, and interest on that had not begun.
	if s.Open.Total() != 0 || s.Open.Overpaid != 200_00 || s.Demanded != (debt.Balance{Principal: 100_00}) || len(s.Credits) != 2 {
		t.Errorf("%+v", s)
	}
	if problems := b.Check(b.a); len(problems) > 0 {
		t.Errorf("%+v", problems)
	}
}

func TestACreditIsBookedOnceAndNeverBeyondItsLine(t *testing.T) {
	b := newBook().open(claimOf("a", 100_00, "2026-01-01"))
	key := debt.Key{Source: "objection", ExternalID: "o"}
	entries, a, err := b.Credit([]Credit{{"a", 60_00}}, key, b.stamp())
	if err != nil {
		t.Fatal(err)
	}
	b.Entries, b.a = append(b.Entries, entries...), a
	refused := func(kind debt.Kind, reason string, key debt.Key, list ...Credit) {
		t.Helper()
		_, a, err := b.Credit(list, key, b.stamp())
		debttest.WantKey(t, err, kind, reason)
		sameAccount(t, "a refusal gives the account as it is", b.a, a)
	}
	other := debt.Key{Source: "objection", ExternalID: "o2"}
	refused(debt.Conflict, "booked_already", key, Credit{"a", 10_00})
	refused(debt.Invalid, "credit_range", other, Credit{"a", 40_01})
	refused(debt.Invalid, "credit_range", other, Credit{"a", 0})
	refused(debt.Invalid, "credit_range", other, Credit{"a", 30_00}, Credit{"a", 30_00})
	refused(debt.Invalid, "credit_line_unknown", other, Credit{"b", 1})
	refused(debt.Invalid, "credit_key_missing", other)
	refused(debt.Invalid, "credit_key_missing", debt.Key{}, Credit{"a", 1})
}
