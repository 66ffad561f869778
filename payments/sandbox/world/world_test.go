package world_test

import (
	"bytes"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/payments/sandbox/world"
	"quitt/payments/sandbox/world/numbers"
)

// machine plays at random what merchants, debtors and banks do.
type machine struct {
	w *world.World
	a *world.Account
}

func (m machine) pick(t *rapid.T, kind string) world.Object {
	all := m.a.All(kind)
	if len(all) == 0 {
		return nil
	}
	return all[rapid.IntRange(0, len(all)-1).Draw(t, kind)]
}

func (m machine) pay(t *rapid.T) {
	cs, err := m.a.NewSession("", world.Form{"mode": "payment", "success_url": "https://quitt.example/", "line_items": world.Form{"0": world.Form{
		"quantity": "1", "price_data": world.Form{"currency": "eur", "unit_amount": "10000", "product_data": world.Form{"name": "Rechnung"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if rapid.Bool().Draw(t, "card") {
		c := rapid.SampledFrom(numbers.Cards()).Draw(t, "number")
		_, err = m.w.PayCard(cs.ID(), world.Card{Number: c.Number, Month: 12, Year: 2040})
		if err == nil && rapid.Bool().Draw(t, "answer") {
			_, _ = m.w.Authenticate(cs.ID(), rapid.SampledFrom([]string{world.Allow, world.Deny}).Draw(t, "verdict")) // may have nothing to answer
		}
	} else {
		d := rapid.SampledFrom(numbers.IBANs()).Draw(t, "iban")
		_, err = m.w.PayDebit(cs.ID(), world.Debit{IBAN: d.Number, Name: "Erika", Email: "erika@example.com"})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// act does one thing; most refusals are right, and none may leave a trace in the money.
func (m machine) act(t *rapid.T) {
	switch rapid.IntRange(0, 8).Draw(t, "act") {
	case 0, 1, 2:
		m.pay(t)
	case 3:
		if ch := m.pick(t, "charge"); ch != nil {
			_, _ = m.a.NewRefund("", world.Form{"charge": ch.ID(), "amount": rapid.SampledFrom([]string{"1", "4000", "10000"}).Draw(t, "amount")})
		}
	case 4:
		if ch := m.pick(t, "charge"); ch != nil {
			_, _ = m.a.Dispute(ch.ID(), world.Claim{Inquiry: rapid.Bool().Draw(t, "inquiry")})
		}
	case 5:
		if d := m.pick(t, "dispute"); d != nil {
			_ = m.a.EndDispute(d.ID(), rapid.Bool().Draw(t, "won"))
		}
	case 6:
		if re := m.pick(t, "refund"); re != nil {
			_ = m.a.FailRefund(re.ID(), "")
		}
	case 7:
		if po := m.pick(t, "payout"); po != nil {
			_ = m.a.FailPayout(po.ID(), "")
		}
	case 8:
		if err := m.w.Set(m.w.Now().Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hours")) * time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	m.w.Tick()
}

// bySource adds up what was booked for an object, before fees.
func (m machine) bySource() map[string]int64 {
	sums := map[string]int64{}
	for _, bt := range m.a.All("balance_transaction") {
		sums[bt.Str("source")] += bt.Num("amount")
	}
	return sums
}

func (m machine) check(t *rapid.T) {
	sums := m.bySource()
	refunded := map[string]int64{}
	for _, re := range m.a.All("refund") {
		want := -re.Num("amount")
		if re.Str("status") == "failed" {
			want = 0
		} else {
			refunded[re.Str("charge")] += re.Num("amount")
		}
		if sums[re.ID()] != want {
			t.Fatalf("%s refund booked as %d", re.Str("status"), sums[re.ID()])
		}
	}
	for _, ch := range m.a.All("charge") {
		want := ch.Num("amount")
		if ch.Str("status") == "failed" {
			want = 0
		}
		if sums[ch.ID()] != want || ch.Num("amount_refunded") != refunded[ch.ID()] || refunded[ch.ID()] > ch.Num("amount") {
			t.Fatalf("%s charge of %d booked as %d, refunded %d of %d", ch.Str("status"), ch.Num("amount"), sums[ch.ID()], ch.Num("amount_refunded"), refunded[ch.ID()])
		}
	}
	for _, d := range m.a.All("dispute") {
		want := -d.Num("amount")
		switch d.Str("status") {
		case "won", "warning_closed", "warning_needs_response", "warning_under_review":
			want = 0
		}
		if sums[d.ID()] != want {
			t.Fatalf("%s dispute booked as %d", d.Str("status"), sums[d.ID()])
		}
	}
	for _, po := range m.a.All("payout") {
		want := -po.Num("amount")
		if po.Str("status") == "failed" {
			want = 0
		}
		if sums[po.ID()] != want || po.Num("amount") <= 0 {
			t.Fatalf("%s payout of %d booked as %d", po.Str("status"), po.Num("amount"), sums[po.ID()])
		}
	}
}

func TestWhateverHappensTheBooksAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := world.Options{Clock: time.Now, Mode: world.Manual, Start: time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC), Seed: "machine"}
		w := world.New(o)
		m := machine{w, w.Open("acct_test", "")}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			m.act(t)
			m.check(t)
		}
		before, err := w.Export()
		if err != nil {
			t.Fatal(err)
		}
		again := world.New(o)
		if err := again.Import(before); err != nil {
			t.Fatal(err)
		}
		after, err := again.Export()
		if err != nil || !bytes.Equal(before, after) {
			t.Fatalf("import and export change the state: %v", err)
		}
	})
}
