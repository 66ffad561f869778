package letter

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
)

// whole is a draft that lacks nothing, for any kind.
func whole(kind Kind) Draft {
	f := facts()
	d := Draft{Kind: kind, On: f.On, Deadline: f.On.AddDays(18), Case: f.Case, Debtor: f.Debtor, Payable: true, Country: true,
		Reference: true, Portal: true, Code: true, Payment: true, Instalments: true, Outcome: true, Reason: true,
		Creditor: debt.Creditor{Name: "Praxis", AccountHolder: "Dr. A", Address: debt.Address{Street: "Weg 1", Postcode: "10115", City: "Berlin"}}}
	d.Case.FileReference, d.Debtor.AddressSource = "A-1", "creditor"
	d.Claims = []Demand{{Claim: debt.Claim{Ground: debt.Contract, Object: "Fahrrad", ArisenOn: day("2026-03-12"), DueOn: day("2026-04-29"),
		DefaultFrom: day("2026-05-14"), Principal: 100_00, InterestReason: "Vertrag § 4",
		Interest: debt.InterestRule{Kind: debt.FixedRate, Fixed: 1200, Surcharge: 500}}, Open: 100_00, On: day("2026-12-11"),
		Segments: []debt.InterestSegment{{From: day("2026-05-14"), To: day("2026-12-11"), Days: 211, Principal: 100_00, Rate: 1200, YearDays: 365}}}}
	d.Costs = []debt.Cost{{Kind: debt.CollectionFee, Amount: 25_75, VAT: 4_11, LegalGround: "RVG", IncurredOn: f.On}}
	return d
}

// omissions take one thing away each.
var omissions = map[Gap]func(*Draft){
	GapCreditorName:    func(d *Draft) { d.Creditor.Name = "" },
	GapCreditorAddress: func(d *Draft) { d.Creditor.Address.City = "" },
	GapGround:          func(d *Draft) { d.Claims[0].Ground = "?" },
	GapObject:          func(d *Draft) { d.Claims[0].Object = "" },
	GapContractDate:    func(d *Draft) { d.Claims[0].Ground, d.Claims[0].ArisenOn = debt.Tort, debt.Date{} },
	GapInterest:        func(d *Draft) { d.Claims[0].Segments = nil },
	GapInterestReason:  func(d *Draft) { d.Claims[0].InterestReason = "" },
	GapCostKind:        func(d *Draft) { d.Costs[0].Kind = "" },
	GapCostAmount:      func(d *Draft) { d.Costs[0].Amount = 0 },
	GapCostGround:      func(d *Draft) { d.Costs[0].LegalGround = "" },
	GapCostDate:        func(d *Draft) { d.Costs[0].IncurredOn = debt.Date{} },
	GapVAT:             func(d *Draft) { d.Creditor.VATDeductible = true },
	GapAddressSource:   func(d *Draft) { d.Debtor.AddressSource = "" },
	GapDebtorName:      func(d *Draft) { d.Debtor.LastName = "" },
	GapStreet:          func(d *Draft) { d.Debtor.Street = "" },
	GapPostcode:        func(d *Draft) { d.Debtor.Postcode = "" },
	GapCity:            func(d *Draft) { d.Debtor.City = "" },
	GapCountry:         func(d *Draft) { d.Country = false },
	GapFile:            func(d *Draft) { d.Case.FileReference = "" },
	GapDate:            func(d *Draft) { d.On = debt.Date{} },
	GapDeadline:        func(d *Draft) { d.Deadline = debt.Date{} },
	GapPortal:          func(d *Draft) { d.Portal = false },
	GapCode:            func(d *Draft) { d.Code = false },
	GapIBAN:            func(d *Draft) { d.Payable = false },
	GapAccountHolder:   func(d *Draft) { d.Creditor.AccountHolder = "" },
	GapReference:       func(d *Draft) { d.Reference = false },
	GapPayment:         func(d *Draft) { d.Payment = false },
	GapInstalments:     func(d *Draft) { d.Instalments = false },
	GapOutcome:         func(d *Draft) { d.Outcome = false },
	GapReason:          func(d *Draft) { d.Reason = false },
}

// neededBy lists the kinds that need something; what is not here is needed by all.
var neededBy = map[Gap][]Kind{
	GapCreditorAddress: demands, GapGround: demands, GapObject: demands, GapContractDate: demands, GapInterest: demands,
	GapInterestReason: demands, GapCostKind: demands, GapCostAmount: demands, GapCostGround: demands, GapCostDate: demands,
	GapVAT: demands, GapAddressSource: demands, GapDeadline: {Reminder, FirstNotice, SecondNotice, PlanAtRisk, PlanLapsed},
	GapCode: {Reminder, FirstNotice, SecondNotice, NewCode},
	GapIBAN: payable, GapAccountHolder: payable, GapReference: payable,
	GapPayment: {PaymentReceipt}, GapInstalments: {PlanConfirmation, PlanMissed, PlanAtRisk, PlanLapsed},
	GapOutcome: {ObjectionAnswer}, GapReason: {ObjectionAnswer},
	GapClaims: {Reminder, FirstNotice, SecondNotice, PlanConfirmation, StatementForAdviser},
}

var (
	demands = []Kind{Reminder, FirstNotice, SecondNotice}
	payable = []Kind{Reminder, FirstNotice, SecondNotice, PlanConfirmation, PlanMissed, PlanAtRisk, PlanLapsed}
)

func needed(kind Kind, gap Gap) bool {
	kinds, some := neededBy[gap]
	return !some || slices.Contains(kinds, kind)
}

func TestAWholeDraftLacksNothing(t *testing.T) {
	for _, kind := range Kinds() {
		if missing := Missing(whole(kind)); len(missing) > 0 {
			t.Errorf("%s: %v", kind, missing)
		}
	}
}

// Whatever is taken away from whichever letter is named, and nothing else.
func TestEveryMissingDutyIsNamed(t *testing.T) {
	var all []Gap
	for _, g := range Gaps() {
		if _, ok := omissions[g]; ok {
			all = append(all, g)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(Kinds()).Draw(t, "kind")
		taken := rapid.SliceOfDistinct(rapid.SampledFrom(all), func(g Gap) Gap { return g }).Draw(t, "taken")
		d := whole(kind)
		for _, g := range taken {
			omissions[g](&d)
		}
		var want []Gap
		for _, g := range taken {
			// Without segments nothing shows how high the rate is, and the other gap is named.
			hidden := g == GapInterestReason && slices.Contains(taken, GapInterest)
			if needed(kind, g) && !hidden {
				want = append(want, g)
			}
		}
		got := Missing(d)
		slices.Sort(got)
		slices.Sort(want)
		if slices.Contains(taken, GapGround) && slices.Contains(taken, GapContractDate) {
			got = slices.DeleteFunc(got, func(g Gap) bool { return g == GapGround || g == GapContractDate })
			want = slices.DeleteFunc(want, func(g Gap) bool { return g == GapGround || g == GapContractDate })
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s without %v: named %v, want %v", kind, taken, got, want)
		}
	})
}

func TestEveryGapCanBeFound(t *testing.T) {
	d := whole(FirstNotice)
	d.Operator = operatorSettings
	missing := Missing(d)
	for _, g := range Gaps() {
		_, single := omissions[g]
		if !single && g != GapClaims && !slices.Contains(missing, g) {
			t.Errorf("nothing takes %s away", g)
		}
	}
	for _, kind := range Kinds() {
		d := whole(kind)
		d.Claims = nil
		if got := slices.Contains(Missing(d), GapClaims); got != needed(kind, GapClaims) {
			t.Errorf("%s without claims: named %v", kind, got)
		}
	}
}

func TestWhenInterestMustBeShown(t *testing.T) {
	statutory := debt.InterestRule{Kind: debt.Statutory, Surcharge: 500}
	for _, tc := range []struct {
		name   string
		change func(*Demand)
		want   []Gap
	}{
		{"a rate below the statutory one needs no reason", func(c *Demand) { c.Interest.Fixed, c.InterestReason = 400, "" }, nil},
		{"a rate above it does", func(c *Demand) { c.InterestReason = "" }, []Gap{GapInterestReason}},
		{"a rate above the statutory one in one half-year", func(c *Demand) { // 6.27 % until June, 6.52 % from July 2026
			c.Interest.Fixed, c.InterestReason = 640, ""
		}, []Gap{GapInterestReason}},
		{"past the base rate nobody can compute", func(c *Demand) {
			c.Interest, c.Segments, c.DefaultFrom, c.On = statutory, nil, debt.LastBaseRateDay().AddDays(1), debt.LastBaseRateDay().AddDays(30)
		}, nil},
		{"the last known day can be computed", func(c *Demand) {
			c.Interest, c.Segments, c.DefaultFrom, c.On = statutory, nil, debt.LastBaseRateDay(), debt.LastBaseRateDay().AddDays(30)
		}, []Gap{GapInterest}},
		{"not in default yet", func(c *Demand) { c.Segments, c.DefaultFrom = nil, c.On }, nil},
		{"paid before", func(c *Demand) { c.Segments, c.Open = nil, 0 }, nil},
		{"no interest", func(c *Demand) { c.Segments, c.Interest = nil, debt.InterestRule{} }, nil},
		{"a membership without a day", func(c *Demand) { c.Ground, c.ArisenOn = debt.Membership, debt.Date{} }, nil},
	} {
		d := whole(FirstNotice)
		tc.change(&d.Claims[0])
		if got := Missing(d); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}
