package fees

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/debttest"
)

func TestCourtCostVectors(t *testing.T) {
	now := debt.MustDate("2026-11-22")
	for _, v := range debttest.Vectors(t, "court_costs") {
		matter := Matter{Value: v.Cents(t, "principal_cents"), OrderedOn: now, VATDeductible: true}
		earlier := debttest.Must[CollectionCosts](t)(matter.CollectionCosts(Full, false))
		got := debttest.Must[CourtCosts](t)(CourtMatter{matter, now, earlier.Fee, true}.CourtCosts())
		want := CourtCosts{
			CourtFee:     v.Cents(t, "court_fee_kv1100_cents"),
			ProcedureFee: v.Cents(t, "vv3305_cents"),
			Credit:       v.Cents(t, "credit_045_cents"),
			OrderFee:     v.Cents(t, "vv3308_cents"),
			Flat:         v.Cents(t, "vv7002_cents"),
		}
		want.Net = v.Cents(t, "vv3305_after_credit_cents") + want.OrderFee + want.Flat
		want.Gross = want.Net + want.CourtFee
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s %s", v["id"], d)
		}
	}
}

func TestCourtFeeFollowsTheDayOfFiling(t *testing.T) {
	for _, c := range []struct {
		value debt.Cents
		on    string
		want  debt.Cents
	}{
		{480_00, "2025-05-31", 36_00}, {480_00, "2025-06-01", 38_00},
		{1250_00, "2025-05-31", 39_00}, {1250_00, "2025-06-01", 41_00},
	} {
		if got := debttest.Must[debt.Cents](t)(CourtFee(c.value, debt.MustDate(c.on))); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestOldOrderFiledLaterMixesTheTablesOfBothLaws(t *testing.T) {
	m := CourtMatter{Matter: Matter{Value: 1250_00, OrderedOn: debt.MustDate("2025-05-31")}, FiledOn: debt.MustDate("2025-06-01")}
	got := debttest.Must[CourtCosts](t)(m.CourtCosts())
	want := CourtCosts{CourtFee: 41_00, ProcedureFee: 127_00, Flat: 20_00, Net: 147_00, VAT: 27_93, Gross: 215_93}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestCreditIsAtMostThreeQuartersOfAFee(t *testing.T) {
	now := debt.MustDate("2026-11-22")
	m := CourtMatter{Matter: Matter{Value: 480_00, OrderedOn: now}, FiledOn: now}
	for earlier, want := range map[debt.Cents]debt.Cents{-1: 0, 0: 0, 66_95: 33_48, 77_25: 38_63, 103_00: 38_63} {
		m.EarlierFee = earlier
		if got := debttest.Must[CourtCosts](t)(m.CourtCosts()); got.Credit != want {
			t.Errorf("earlier fee %s: credit %s, want %s", earlier, got.Credit, want)
		}
	}
}

func TestCourtCostsRefuse(t *testing.T) {
	now, old := debt.MustDate("2026-11-22"), debt.MustDate("2020-12-31")
	for _, c := range []struct {
		m   CourtMatter
		key string
	}{
		{CourtMatter{Matter: Matter{Value: 0, OrderedOn: now}, FiledOn: now}, "fee_value_invalid"},
		{CourtMatter{Matter: Matter{Value: 1, OrderedOn: old}, FiledOn: now}, "fee_table_too_early"},
		{CourtMatter{Matter: Matter{Value: 1, OrderedOn: now}, FiledOn: old}, "fee_table_too_early"},
		{CourtMatter{Matter: Matter{Value: 50_000_01, OrderedOn: now}, FiledOn: now}, "fee_table_exceeded"},
	} {
		got, err := c.m.CourtCosts()
		debttest.WantKey(t, err, debt.Invalid, c.key)
		if got != (CourtCosts{}) {
			t.Errorf("%+v with %v", got, err)
		}
	}
	_, err := CourtFee(0, now)
	debttest.WantKey(t, err, debt.Invalid, "fee_value_invalid")
}
