package fees

import (
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
)

// orderDay favours the days around which a table or the small-claim base changes.
var orderDay = rapid.Custom(func(t *rapid.T) debt.Date {
	first, last := debt.MustDate("2021-01-01"), debt.MustDate("2026-12-31")
	if rapid.Bool().Draw(t, "atAnEdge") {
		edges := []string{"2021-01-01", "2021-09-30", "2021-10-01", "2025-05-31", "2025-06-01"}
		return debt.MustDate(rapid.SampledFrom(edges).Draw(t, "edge"))
	}
	return first.AddDays(rapid.IntRange(0, first.DaysUntil(last)).Draw(t, "day"))
})

func TestCostsGrowWithTheValue(t *testing.T) {
	value := rapid.Int64Range(1, 50_000_00)
	rapid.Check(t, func(t *rapid.T) {
		small, large := debt.Cents(value.Draw(t, "a")), debt.Cents(value.Draw(t, "b"))
		if small > large {
			small, large = large, small
		}
		m := Matter{
			OrderedOn: orderDay.Draw(t, "ordered"),
			Contested: rapid.Bool().Draw(t, "contested"),
		}
		rate := Rate(rapid.IntRange(1, int(Full)).Draw(t, "rate"))
		costs := func(v debt.Cents) (CollectionCosts, CourtCosts) {
			m.Value = v
			c, err := m.CollectionCosts(rate, true)
			if err != nil {
				t.Fatal(err)
			}
			court, err := CourtMatter{Matter: m, FiledOn: m.OrderedOn, EnforcementOrder: true}.CourtCosts()
			if err != nil {
				t.Fatal(err)
			}
			return c, court
		}
		c1, court1 := costs(small)
		c2, court2 := costs(large)
		if c2.Fee < c1.Fee || c2.AgreementFee < c1.AgreementFee || c2.Gross < c1.Gross || court2.Gross < court1.Gross {
			t.Fatalf("%s: %+v %+v; %s: %+v %+v", small, c1, court1, large, c2, court2)
		}
		if c1.Gross != c1.Fee+c1.AgreementFee+c1.Flat+c1.VAT || c1.Fee < 15_00 || c1.Flat > 20_00 {
			t.Fatalf("%+v does not add up", c1)
		}
	})
}
