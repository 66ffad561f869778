package agreed

import (
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
)

func TestAFeeIsRoundedForEachPayment(t *testing.T) {
	for _, c := range []struct {
		share, vat     debt.BasisPoints
		fixed, stays   debt.Cents
		wantNet, wants debt.Cents
	}{
		{500, 1900, 0, 100_00, 5_00, 95},
		{500, 1900, 0, 10, 1, 0},         // half a cent up; 0.19 cents of tax are none
		{500, 1900, 0, 9, 0, 0},          // 0.45 cents
		{500, 1900, 0, 50, 3, 1},         // 2.5 cents; 0.57
		{333, 1900, 0, 100_00, 3_33, 63}, // 63.27
		{333, 1900, 0, 150_15, 5_00, 95}, // 499.9995
		{0, 1900, 50, 1, 50, 10},         // 9.5 cents; more than the payment, if they agreed so
		{500, 1900, 50, 20_00, 1_50, 29}, // 28.5
		{10_000, 0, 0, 12_34, 12_34, 0},
		{500, 1900, 50, 0, 0, 0}, // all of it came back
		{0, 0, 0, 100_00, 0, 0},
	} {
		a := Agreement{From: debt.MustDate("2026-01-01"), Share: c.share, Fixed: c.fixed, VAT: c.vat}
		if got := a.Of(c.stays); got != (Fee{c.wantNet, c.wants}) || a.Check() != nil {
			t.Errorf("%+v of %s: %+v, want %s and %s", a, c.stays, got, c.wantNet, c.wants)
		}
	}
}

func TestAnAgreementHoldsFromItsDay(t *testing.T) {
	list := []Agreement{{From: debt.MustDate("2026-03-01"), Share: 500}, {From: debt.MustDate("2026-06-01"), Share: 400}, {From: debt.MustDate("2026-09-01")}}
	for day, want := range map[string]debt.BasisPoints{"2026-02-28": 0, "2026-03-01": 500, "2026-05-31": 500, "2026-06-01": 400, "2026-08-31": 400, "2026-09-01": 0} {
		if got := On(list, debt.MustDate(day)).Share; got != want {
			t.Errorf("%s: %d, want %d", day, got, want)
		}
	}
	for _, a := range []Agreement{{}, {From: list[0].From, Share: -1}, {From: list[0].From, Share: 10_001}, {From: list[0].From, Fixed: -1}, {From: list[0].From, Fixed: 1000_01}, {From: list[0].From, VAT: 10_001}} {
		if a.Check() == nil {
			t.Errorf("%+v is agreed", a)
		}
	}
}

// Whatever comes back in whatever parts: what was charged in the end is the fee for what stays.
func TestWhatIsGivenBackIsWhatWasCharged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Agreement{From: debt.MustDate("2026-01-01"), Share: debt.BasisPoints(rapid.IntRange(0, 10_000).Draw(t, "share")),
			Fixed: debt.Cents(rapid.IntRange(0, 5_00).Draw(t, "fixed")), VAT: debt.BasisPoints(rapid.IntRange(0, 2_500).Draw(t, "vat"))}
		stays, charged := debt.Cents(0), Fee{}
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			stays = debt.Cents(rapid.IntRange(0, 1_000_00).Draw(t, "stays"))
			f := a.Of(stays).Less(charged)
			charged = Fee{charged.Net + f.Net, charged.VAT + f.VAT}
		}
		if charged != a.Of(stays) {
			t.Fatalf("%+v is charged for %s, which is %+v", charged, stays, a.Of(stays))
		}
	})
}
