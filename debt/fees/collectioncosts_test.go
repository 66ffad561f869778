package fees

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/debttest"
)

// orderedUnder gives an order day on the edge of the fee table, alternating ends.
var orderedUnder = map[string]debt.Date{"2021": debt.MustDate("2025-05-31"), "2025": debt.MustDate("2025-06-01")}

func parseRate(t *testing.T, s string) Rate {
	return Rate(debttest.Must[debt.Cents](t)(debt.ParseCents(s)) * 100)
}

func TestCollectionCostVectors(t *testing.T) {
	for _, v := range debttest.Vectors(t, "costs") {
		t.Run(v["id"], func(t *testing.T) {
			m := Matter{
				Value: v.Cents(t, "principal_cents"), OrderedOn: orderedUnder[v["fee_table"]],
				Contested: v["status"] == "contested", VATDeductible: v["vat_cents"] == "0",
			}
			agreement := v["einigungsgebuehr_cents"] != "0"
			var got CollectionCosts
			switch v["status"] {
			case "titled":
				got = debttest.Must[CollectionCosts](t)(m.EnforcementCosts(agreement))
			case "untitled": // CP2 is a rule without amounts; see the next test
				return
			default:
				got = debttest.Must[CollectionCosts](t)(m.CollectionCosts(parseRate(t, v["rate"]), agreement))
			}
			got.LegalGrounds = LegalGrounds{}
			want := CollectionCosts{
				Fee:          v.Cents(t, "geschaeftsgebuehr_cents"),
				AgreementFee: v.Cents(t, "einigungsgebuehr_cents"),
				Flat:         v.Cents(t, "auslagen_vv7002_cents"),
				Net:          v.Cents(t, "net_total_cents"),
				VAT:          v.Cents(t, "vat_cents"),
				Gross:        v.Cents(t, "gross_total_cents"),
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// CP2: outside enforcement the value for § 31b is the principal only.
func TestAgreementFeeIsTakenFromHalfThePrincipal(t *testing.T) {
	for _, v := range debttest.Vectors(t, "costs") {
		if v["id"] != "CP2" {
			continue
		}
		m := Matter{Value: v.Cents(t, "principal_cents"), OrderedOn: orderedUnder[v["fee_table"]]}
		if got := debttest.Must[CollectionCosts](t)(m.CollectionCosts(Simple, true)); got.AgreementFee != 88_90 {
			t.Errorf("%s, want 0.7 × 127.00 for 1,500.00", got.AgreementFee)
		}
		return
	}
	t.Error("CP2 is missing")
}

func TestHalfAClaimOfOddCentsFallsInTheHigherBand(t *testing.T) {
	for value, want := range map[debt.Cents]debt.Cents{1000_00: 36_05, 1000_01: 65_10} {
		m := Matter{Value: value, OrderedOn: debt.MustDate("2026-01-01")}
		if got := debttest.Must[CollectionCosts](t)(m.CollectionCosts(Full, true)); got.AgreementFee != want {
			t.Errorf("%s: %s, want %s", value, got.AgreementFee, want)
		}
	}
}

func TestSmallClaimBaseBeganInOctober2021(t *testing.T) {
	for on, want := range map[string]debt.Cents{"2021-09-30": 44_10, "2021-10-01": 27_00} {
		m := Matter{Value: 45_00, OrderedOn: debt.MustDate(on)}
		if got := debttest.Must[CollectionCosts](t)(m.CollectionCosts(Full, false)); got.Fee != want {
			t.Errorf("%s: %s, want %s", on, got.Fee, want)
		}
	}
}

func TestEveryAmountHasItsLegalGround(t *testing.T) {
	m := Matter{Value: 45_00, OrderedOn: debt.MustDate("2026-01-01")}
	small := debttest.Must[CollectionCosts](t)(m.CollectionCosts(Simple, true))
	want := LegalGrounds{"RVG § 13 II, VV 2300", "RVG § 31b, VV 1000 Nr. 2", "VV 7002 RVG", "VV 7008 RVG, UStG § 12 I"}
	if d := cmp.Diff(want, small.LegalGrounds); d != "" {
		t.Error(d)
	}
	m.Contested, m.VATDeductible = true, true
	contested := debttest.Must[CollectionCosts](t)(m.CollectionCosts(Simple, false))
	if d := cmp.Diff(LegalGrounds{Fee: "RVG § 13 I, VV 2300", Flat: "VV 7002 RVG"}, contested.LegalGrounds); d != "" {
		t.Error(d)
	}
	titled := debttest.Must[CollectionCosts](t)(m.EnforcementCosts(false))
	if !strings.HasSuffix(titled.LegalGrounds.Fee, "VV 3309") || titled.Fee != 15_45 {
		t.Errorf("%+v", titled)
	}
	m.OrderedOn = debt.MustDate("2022-01-01")
	if titled = debttest.Must[CollectionCosts](t)(m.EnforcementCosts(false)); titled.Fee != 15_00 {
		t.Errorf("0.3 of 49.00 is 14.70, but no fee is below 15.00: %s", titled.Fee)
	}
}

func TestCollectionCostsRefuse(t *testing.T) {
	now := debt.MustDate("2026-01-01")
	for _, c := range []struct {
		m    Matter
		rate Rate
		key  string
		args debt.Args
	}{
		{Matter{Value: 100_00, OrderedOn: now}, Full + 1, "fee_rate_invalid", debt.Args{"most": Full}},
		{Matter{Value: 100_00, OrderedOn: now}, 0, "fee_rate_invalid", debt.Args{"most": Full}},
		{Matter{Value: 100_00, OrderedOn: now, Contested: true}, Contested + 1, "fee_rate_invalid", debt.Args{"most": Contested}},
		{Matter{Value: 0, OrderedOn: now}, Full, "fee_value_invalid", nil},
		{Matter{Value: -1, OrderedOn: now}, Full, "fee_value_invalid", nil},
		{Matter{Value: 50_000_01, OrderedOn: now}, Full, "fee_table_exceeded", debt.Args{"limit": debt.Cents(50_000_00)}},
		{Matter{Value: 100_00, OrderedOn: debt.MustDate("2020-12-31")}, Full, "fee_table_too_early",
			debt.Args{"first_day": debt.MustDate("2021-01-01")}},
		{Matter{Value: 100_00}, Full, "fee_table_too_early", debt.Args{"first_day": debt.MustDate("2021-01-01")}},
	} {
		got, err := c.m.CollectionCosts(c.rate, true)
		args := debttest.WantKey(t, err, debt.Invalid, c.key)
		if d := cmp.Diff(c.args, args, cmp.AllowUnexported(debt.Date{})); d != "" || got != (CollectionCosts{}) {
			t.Errorf("%+v: %v %s", c.m, got, d)
		}
	}
	if got := debttest.Must[CollectionCosts](t)(Matter{Value: 50_000_00, OrderedOn: now}.CollectionCosts(Full, false)); got.Fee != 1221_30 {
		t.Errorf("the last band: %s", got.Fee)
	}
	_, err := Matter{Value: 60_000_00, OrderedOn: now}.EnforcementCosts(false)
	debttest.WantKey(t, err, debt.Invalid, "fee_table_exceeded")
	_, err = Matter{OrderedOn: now}.EnforcementCosts(false)
	debttest.WantKey(t, err, debt.Invalid, "fee_value_invalid")
}

func TestFullFeeNotBeforeTwoWeeksAfterTheFirstDemand(t *testing.T) {
	for _, c := range []struct {
		sent, received string
		region         debt.State
		want           string
	}{
		{"2026-11-02", "2026-11-04", "NW", "2026-11-19"}, // receipt + 14 = Wed 18 Nov
		{"2026-11-02", "", "NW", "2026-11-21"},           // dispatch + 4 + 14 = Fri 20 Nov
		{"2026-11-03", "", "NW", "2026-11-24"},           // Sat 21 Nov moves to Mon 23 Nov
		{"2026-11-02", "2026-11-04", "SN", "2026-11-20"}, // 18 Nov is Buß- und Bettag
		{"2026-11-02", "2026-11-04", "", "2026-11-20"},   // the Land is not known
		{"", "2026-11-04", "NW", "2026-11-19"},
		{"2026-11-10", "2026-11-04", "NW", "2026-11-25"}, // received before sent: the later counts
	} {
		var sent, received debt.Date
		if c.sent != "" {
			sent = debt.MustDate(c.sent)
		}
		if c.received != "" {
			received = debt.MustDate(c.received)
		}
		want := debt.MustDate(c.want)
		if got := EarliestFullFee(sent, received, c.region); got != want {
			t.Errorf("%+v: %s", c, got)
		}
		d := FirstDemand{sent, received, c.region}
		if before, on := d.HighestRate(want.AddDays(-1)), d.HighestRate(want); before != Simple || on != Full {
			t.Errorf("%+v: %s, then %s", c, before, on)
		}
	}
	if got := EarliestFullFee(debt.Date{}, debt.Date{}, ""); !got.IsZero() {
		t.Errorf("no demand, but %s", got)
	}
	if got := (FirstDemand{}).HighestRate(debt.MustDate("2199-01-01")); got != Simple {
		t.Errorf("no demand, but %s", got)
	}
}

func TestFeeRateReadsAsInTheStatute(t *testing.T) {
	for r, want := range map[Rate]string{Simple: "0.5", Full: "0.9", Contested: "1.3", 7500: "0.75", 10000: "1.0"} {
		if r.String() != want {
			t.Errorf("%s, want %s", r, want)
		}
	}
}
