package debt

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// publishedFrom gives the published examples that name only a number of days a first day
// that yields it under their method.
var publishedFrom = map[string]string{
	"P01": "2026-03-01", "P02": "2026-01-01", "P03": "2026-02-01", "P05": "2024-02-01",
}

func TestInterestVectors(t *testing.T) {
	columns := map[InterestMethod]string{
		ActAct: "expected_actact_cents", Act365: "expected_act365_cents", Thirty360: "expected_30E360_cents",
	}
	for _, v := range vectors(t, "interest") {
		checked := 0
		for method, column := range columns {
			if v[column] == "" {
				continue
			}
			checked++
			t.Run(v["id"]+" "+string(method), func(t *testing.T) {
				rule, from, to := ruleOf(t, v, method)
				got := must[Interest](t)(rule.Accrue(v.cents(t, "principal_cents"), from, to))
				if want := v.cents(t, column); got.Amount() != want {
					t.Errorf("%s to %s: %s, want %s", from, to, got.Amount(), want)
				}
				if method != Thirty360 {
					days := 0
					for _, s := range got.Segments {
						days += s.Days
					}
					if days != v.number(t, "days") {
						t.Errorf("%d days, want %s", days, v["days"])
					}
				}
				if method == ActAct {
					if d := cmp.Diff(v["segments"], describe(got)); d != "" {
						t.Error(d)
					}
				}
			})
		}
		if checked == 0 {
			t.Errorf("%s checks nothing", v["id"])
		}
	}
}

func ruleOf(t *testing.T, v vector, method InterestMethod) (rule InterestRule, from, to Date) {
	if v["fixed_rate_bp"] == "" {
		rule = InterestRule{Kind: Statutory, Surcharge: BasisPoints(v.number(t, "surcharge_bp")), Method: method}
	} else {
		rule = InterestRule{Kind: FixedRate, Fixed: BasisPoints(v.number(t, "fixed_rate_bp")), Method: method}
	}
	if v["from_incl"] != "" {
		return rule, MustDate(v["from_incl"]), MustDate(v["to_excl"])
	}
	from = MustDate(publishedFrom[v["id"]])
	to = from.AddDays(v.number(t, "days"))
	if method == Thirty360 {
		to = from.AddMonths(v.number(t, "days") / 30)
	}
	return rule, from, to
}

// describe writes segments as the CSV does: 181d@6.27%/365 + ….
func describe(i Interest) string {
	var parts []string
	for _, s := range i.Segments {
		parts = append(parts, fmt.Sprintf("%dd@%s%%/%d", s.Days, Cents(s.Rate), s.YearDays))
	}
	return strings.Join(parts, " + ")
}

func TestSegmentsNameBaseRateAndBounds(t *testing.T) {
	rule := InterestRule{Kind: Statutory, Surcharge: 500}
	got := must[Interest](t)(rule.Accrue(480_00, MustDate("2026-03-17"), MustDate("2026-11-22")))
	want := Interest{[]InterestSegment{
		{MustDate("2026-03-17"), MustDate("2026-07-01"), 106, 480_00, 127, 627, 365},
		{MustDate("2026-07-01"), MustDate("2026-11-22"), 144, 480_00, 152, 652, 365},
	}}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(Date{})); d != "" {
		t.Error(d)
	}
	b, err := json.Marshal(got.Segments[0])
	const text = `{"from":"2026-03-17","to":"2026-07-01","days":106,"principal":48000,"base":127,"rate":627,"year_days":365}`
	if err != nil || string(b) != text {
		t.Errorf("%s, %v", b, err)
	}
}

func TestFixedRateSplitsOnlyWhereTheYearWeighs(t *testing.T) {
	for method, want := range map[InterestMethod]string{
		"":        "184d@6.00%/365 + 60d@6.00%/366",
		ActAct:    "184d@6.00%/365 + 60d@6.00%/366",
		Act365:    "244d@6.00%/365",
		Thirty360: "240d@6.00%/360",
	} {
		rule := InterestRule{Kind: FixedRate, Fixed: 600, Method: method}
		got := must[Interest](t)(rule.Accrue(100_00, MustDate("2023-07-01"), MustDate("2024-03-01")))
		if describe(got) != want {
			t.Errorf("%q: %s, want %s", method, describe(got), want)
		}
	}
}

func TestThirtyFirstCountsAsThirtieth(t *testing.T) {
	rule := InterestRule{Kind: FixedRate, Fixed: 600, Method: Thirty360}
	for _, c := range []struct {
		from, to string
		days     int
	}{
		{"2026-01-30", "2026-01-31", 0}, {"2026-01-31", "2026-02-01", 1}, {"2026-01-30", "2026-02-01", 1},
		{"2026-02-28", "2026-03-01", 3}, {"2024-02-29", "2024-03-01", 2}, {"2026-01-31", "2026-03-31", 60},
		{"2026-12-31", "2027-01-01", 1},
	} {
		days := 0
		for _, s := range must[Interest](t)(rule.Accrue(100_00, MustDate(c.from), MustDate(c.to))).Segments {
			days += s.Days
			if s.Days == 0 {
				t.Errorf("%s to %s: a line without days", c.from, c.to)
			}
		}
		if days != c.days {
			t.Errorf("%s to %s: %d days, want %d", c.from, c.to, days, c.days)
		}
	}
}

func TestNoInterestWhereNothingCanAccrue(t *testing.T) {
	statutory := InterestRule{Kind: Statutory, Surcharge: 500}
	a, b := MustDate("2026-01-01"), MustDate("2026-02-01")
	far := MustDate("2090-01-01")
	for name, got := range map[string]func() (Interest, error){
		"zero rule":          func() (Interest, error) { return InterestRule{}.Accrue(100_00, a, far) },
		"rule none":          func() (Interest, error) { return InterestRule{Kind: NoInterest}.Accrue(100_00, a, far) },
		"no principal":       func() (Interest, error) { return statutory.Accrue(0, a, far) },
		"negative principal": func() (Interest, error) { return statutory.Accrue(-1, a, far) },
		"no days":            func() (Interest, error) { return statutory.Accrue(100_00, far, far) },
		"backwards":          func() (Interest, error) { return statutory.Accrue(100_00, b, a) },
	} {
		if i, err := got(); err != nil || len(i.Segments) != 0 || i.Amount() != 0 || i.Exact().Sign() != 0 {
			t.Errorf("%s: %v, %v", name, i, err)
		}
	}
}

func TestAccrueRefusesWhatNoTableCovers(t *testing.T) {
	rule := InterestRule{Kind: Statutory, Surcharge: 500}
	if got := LastBaseRateDay(); got != MustDate("2026-12-31") {
		t.Fatalf("last base rate day %s: a new half-year needs new vectors", got)
	}
	if _, err := rule.Accrue(100_00, MustDate("2026-12-01"), MustDate("2027-01-01")); err != nil {
		t.Errorf("up to the last day inclusive: %v", err)
	}
	_, err := rule.Accrue(100_00, MustDate("2026-12-01"), MustDate("2027-01-02"))
	if args := wantKey(t, err, Invalid, "base_rate_unknown"); args["last_day"] != MustDate("2026-12-31") {
		t.Errorf("args %v", args)
	}
	_, err = rule.Accrue(100_00, MustDate("2030-12-01"), MustDate("2031-01-02"))
	wantKey(t, err, Invalid, "base_rate_unknown")
	if _, err = rule.Accrue(100_00, MustDate("2002-01-01"), MustDate("2002-01-02")); err != nil {
		t.Errorf("first day: %v", err)
	}
	_, err = rule.Accrue(100_00, MustDate("2001-12-31"), MustDate("2002-01-02"))
	if args := wantKey(t, err, Invalid, "base_rate_too_early"); args["first_day"] != MustDate("2002-01-01") {
		t.Errorf("args %v", args)
	}
	fixed := InterestRule{Kind: FixedRate, Fixed: 500}
	if i, err := fixed.Accrue(100_00, MustDate("1999-01-01"), MustDate("2031-01-01")); err != nil || i.Amount() != 160_00 {
		t.Errorf("a fixed rate needs no table: %v, %v", i.Amount(), err)
	}
	_, err = fixed.Accrue(100_00, Date{}, MustDate("2031-01-01"))
	wantKey(t, err, Invalid, "interest_start_missing")
}

func TestInterestRuleRefusesUnknownWordsAndMistypedRates(t *testing.T) {
	for key, rules := range map[string][]InterestRule{
		"interest_kind_unknown":   {{Kind: "monthly"}},
		"interest_method_unknown": {{Method: "30/360"}},
		"interest_rate_invalid": {{Surcharge: -1}, {Surcharge: 10_001}, {Kind: FixedRate, Fixed: -1},
			{Kind: FixedRate, Fixed: 10_001}},
	} {
		for _, r := range rules {
			_, err := r.Accrue(100_00, MustDate("2026-01-01"), MustDate("2026-02-01"))
			wantKey(t, err, Invalid, key)
			_, err = r.RateOn(MustDate("2026-01-01"))
			wantKey(t, err, Invalid, key)
		}
	}
}

func TestNegativeRateNeverMakesTheCreditorPay(t *testing.T) {
	rule := InterestRule{Kind: Statutory, Surcharge: 50}
	got := must[Interest](t)(rule.Accrue(100_00, MustDate("2020-01-01"), MustDate("2020-07-01")))
	if s := got.Segments[0]; s.Base != -88 || s.Rate != 0 || got.Amount() != 0 {
		t.Errorf("%+v", s)
	}
}

func TestAmountRoundsTheSumOnceHalfUp(t *testing.T) {
	part := func(days int) InterestSegment { // 0.35 cents a day
		return InterestSegment{Days: days, Principal: 3500, Rate: 360, YearDays: 360}
	}
	for _, c := range []struct {
		days []int
		want Cents
	}{
		{[]int{1}, 0}, {[]int{1, 1}, 1}, {[]int{1, 1, 1}, 1}, {[]int{4}, 1}, {[]int{10}, 4}, {[]int{4, 6}, 4},
	} {
		var i Interest
		for _, d := range c.days {
			i = i.Plus(Interest{[]InterestSegment{part(d)}})
		}
		if got := i.Amount(); got != c.want {
			t.Errorf("%v: %d, want %d (exactly %s)", c.days, got, c.want, i.Exact())
		}
	}
	half := Interest{[]InterestSegment{{Days: 73, Principal: 250, Rate: 100, YearDays: 365}}}
	if half.Exact().Cmp(big.NewRat(1, 2)) != 0 || half.Amount() != 1 {
		t.Errorf("%s rounds to %d, want 1", half.Exact(), half.Amount())
	}
}

func TestAmountStaysExactBeyond128Bits(t *testing.T) {
	huge := InterestSegment{Days: 1 << 20, Principal: 1 << 62, Rate: 4, YearDays: 366}
	odd := InterestSegment{Days: 1, Principal: -1_500, Rate: 5_000, YearDays: 500} // −1.5 cents
	carry := InterestSegment{Days: 1000, Rate: 100, YearDays: 365}                 // its sum just fills 64 bits
	carry.Principal = Cents(math.MaxUint64 / uint64(carry.Days*100*commonYear/365))
	for _, i := range []Interest{{[]InterestSegment{huge}}, {[]InterestSegment{odd}}, {[]InterestSegment{carry}}} {
		up := new(big.Rat).Add(i.Exact(), big.NewRat(1, 2))
		want := new(big.Int).Div(up.Num(), up.Denom())
		if got := big.NewInt(int64(i.Amount())); got.Cmp(want) != 0 {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for _, rate := range []BasisPoints{8, 20_000} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("no panic for interest beyond int64 at rate %d", rate)
				}
			}()
			huge.Rate = rate
			Interest{[]InterestSegment{huge}}.Amount()
		}()
	}
}

func TestPlusLeavesItsOperandsAlone(t *testing.T) {
	rule := InterestRule{Kind: Statutory, Surcharge: 500}
	a := must[Interest](t)(rule.Accrue(100_00, MustDate("2026-01-01"), MustDate("2026-02-01")))
	before := a.Exact()
	b, c := a.Plus(a), a.Plus(Interest{})
	b.Segments[0].Principal = 1
	if a.Exact().Cmp(before) != 0 || c.Exact().Cmp(before) != 0 {
		t.Error("Plus shares segments with its operand")
	}
	if len((Interest{}).Plus(Interest{}).Segments) != 0 {
		t.Error("nothing plus nothing is something")
	}
}

func BenchmarkAccrue(b *testing.B) {
	rule := InterestRule{Kind: Statutory, Surcharge: 500}
	for _, method := range []InterestMethod{ActAct, Thirty360} {
		rule.Method = method
		for _, c := range []struct{ name, from string }{{"1", "2026-08-15"}, {"6", "2024-03-01"}} {
			from, to := MustDate(c.from), MustDate("2026-11-22")
			b.Run(string(method)+"/segments="+c.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					i, _ := rule.Accrue(480_00, from, to)
					_ = i.Amount()
				}
			})
		}
	}
}
