package debt

import "testing"

func TestDefaultSurchargeFollowsParagraph288(t *testing.T) {
	for _, c := range []struct {
		on                string
		consumer, payment bool
		want              BasisPoints
	}{
		{"2014-07-28", false, true, 800},
		{"2014-07-29", false, true, 900},
		{"2026-11-22", false, true, 900},
		{"2026-11-22", true, true, 500},   // a consumer on either side
		{"2026-11-22", false, false, 500}, // damages among businesses
		{"2013-01-01", true, true, 500},
		{"2013-01-01", false, false, 500},
	} {
		if got := DefaultSurcharge(MustDate(c.on), c.consumer, c.payment); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
	if got := DefaultSurcharge(Date{}, false, true); got != 800 {
		t.Errorf("unknown day: %d, want the lower 800", got)
	}
}

func TestRateFollowsTheBaseRateOfTheDay(t *testing.T) {
	rule := InterestRule{Kind: Statutory, Surcharge: 500}
	for on, want := range map[string]BasisPoints{
		"2002-01-01": 757, "2016-07-01": 412, "2026-06-30": 627, "2026-07-01": 652, "2026-12-31": 652,
	} {
		if got := must[BasisPoints](t)(StatutoryRate(rule, MustDate(on))); got != want {
			t.Errorf("%s: %d, want %d", on, got, want)
		}
		if got := must[BasisPoints](t)(rule.RateOn(MustDate(on))); got != want {
			t.Errorf("RateOn %s: %d, want %d", on, got, want)
		}
	}
	_, err := StatutoryRate(rule, MustDate("2027-01-01"))
	wantKey(t, err, Invalid, "base_rate_unknown")
	_, err = StatutoryRate(rule, MustDate("2001-12-31"))
	wantKey(t, err, Invalid, "base_rate_too_early")
}

func TestFixedRuleKnowsItsOwnAndTheStatutoryRate(t *testing.T) {
	rule := InterestRule{Kind: FixedRate, Fixed: 1200, Surcharge: 900}
	on := MustDate("2026-11-22")
	if own := must[BasisPoints](t)(rule.RateOn(on)); own != 1200 {
		t.Errorf("own rate %d", own)
	}
	if statutory := must[BasisPoints](t)(StatutoryRate(rule, on)); statutory != 1052 {
		t.Errorf("statutory rate %d", statutory)
	}
	if none := must[BasisPoints](t)(InterestRule{}.RateOn(MustDate("2090-01-01"))); none != 0 {
		t.Errorf("rate of no interest %d", none)
	}
}

func TestFlatDamagesAreSetOffAgainstLegalCosts(t *testing.T) {
	now := MustDate("2026-11-22")
	for _, c := range []struct {
		payment, consumer bool
		on                Date
		costs, want       Cents
	}{
		{true, false, now, 0, 40_00},
		{true, false, now, 30_90, 9_10},
		{true, false, now, 40_00, 0},
		{true, false, now, 286_50, 0},
		{true, false, now, -1, 40_00},
		{true, true, now, 0, 0},
		{false, false, now, 0, 0},
		{true, false, MustDate("2014-07-28"), 0, 0},
		{true, false, MustDate("2014-07-29"), 0, 40_00},
	} {
		if got := FlatDamages(c.payment, c.consumer, c.on, c.costs); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
