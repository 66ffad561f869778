package debt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const canary = "kanarienvogel"

// birds is a debtor whose every personal text is a canary.
func birds() Debtor {
	p := Personal(canary)
	return Debtor{ID: "id", Kind: Person, FirstName: p, LastName: p, CompanyName: p, Street: p, Postcode: p, City: p,
		Country: "DE", BirthOn: p, Email: p, Phone: p, CustomerNumber: p, PayerIBAN: p}
}

func TestNothingPrintedLoggedOrMarshalledShowsAPerson(t *testing.T) {
	d := birds()
	type nested struct {
		Debtor  Debtor
		Pointer *Debtor
		List    []Personal
		Map     map[string]Personal
		Any     any
	}
	for name, v := range map[string]any{
		"text": d.FirstName, "name": d.Name(), "company": Debtor{Kind: Company, CompanyName: canary}.Name(), "debtor": d,
		"pointer": &d, "slice": []Debtor{d}, "map": map[string]Debtor{"d": d}, "pointers": []*Debtor{&d},
		"nested": nested{d, &d, []Personal{canary}, map[string]Personal{"p": canary}, d}, "args": Args{"who": d.LastName},
		"error": E(Invalid, "x", Args{"who": d.LastName}), "event": Event{Data: Args{"who": d}},
	} {
		var out bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		out.Write(b)
		for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(h).Info("said", "value", v, slog.Group("group", slog.Any("value", v)))
		}
		if strings.Contains(out.String(), canary) || strings.Contains(out.String(), fmt.Sprintf("%x", canary)) {
			t.Errorf("%s shows it:\n%s", name, out.String())
		}
		if !strings.Contains(out.String(), mask) {
			t.Errorf("%s is not masked but lost:\n%s", name, out.String())
		}
	}
	if d.Email.Reveal() != canary {
		t.Error("Reveal must give the text")
	}
}

func TestAnEmptyPersonalTextIsNotMasked(t *testing.T) {
	if got := fmt.Sprint(Personal("")); got != "" {
		t.Error(got)
	}
	if b, err := json.Marshal(Personal("")); err != nil || string(b) != `""` {
		t.Errorf("%s %v", b, err)
	}
}

func TestADebtorIsCalledByName(t *testing.T) {
	for want, d := range map[string]Debtor{
		"Ada Muster": {Kind: Person, FirstName: "Ada", LastName: "Muster", CompanyName: "x"},
		"Muster":     {Kind: Person, LastName: "Muster"},
		"Muster AG":  {Kind: Company, FirstName: "Ada", LastName: "Muster", CompanyName: "Muster AG"},
	} {
		if got := d.Name().Reveal(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func goodClaim() Claim {
	return Claim{ID: "claim", Principal: 480_00, Ground: Contract, Object: "a bicycle", ArisenOn: MustDate("2026-02-01"),
		DueOn: MustDate("2026-03-02"), DefaultFrom: MustDate("2026-03-17"), Interest: InterestRule{Kind: Statutory, Surcharge: 500},
		Order: Order367}
}

func TestAClaimThatCouldNotBeSettledIsNotTaken(t *testing.T) {
	if err := goodClaim().Validate(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		key   string
		spoil func(c *Claim)
	}{
		"nothing":              {"principal_not_positive", func(c *Claim) { c.Principal = 0 }},
		"negative":             {"principal_not_positive", func(c *Claim) { c.Principal = -1 }},
		"too much":             {"amount_invalid", func(c *Claim) { c.Principal = MaxCents + 1 }},
		"no due day":           {"due_missing", func(c *Claim) { c.DueOn = Date{} }},
		"no contract day":      {"contract_date_missing", func(c *Claim) { c.ArisenOn = Date{} }},
		"due before contract":  {"contract_after_due", func(c *Claim) { c.ArisenOn = c.DueOn.AddDays(1) }},
		"default on due day":   {"default_before_due", func(c *Claim) { c.DefaultFrom = c.DueOn }},
		"no object":            {"object_missing", func(c *Claim) { c.Object = "" }},
		"unknown ground":       {"ground_unknown", func(c *Claim) { c.Ground = "spite" }},
		"unknown order":        {"allocation_order_unknown", func(c *Claim) { c.Order = "whim" }},
		"fixed without reason": {"interest_reason_missing", func(c *Claim) { c.Interest.Kind = FixedRate }},
		"unknown interest":     {"interest_kind_unknown", func(c *Claim) { c.Interest.Kind = "usury" }},
		"unknown method":       {"interest_method_unknown", func(c *Claim) { c.Interest.Method = "guess" }},
		"rate beyond measure":  {"interest_rate_invalid", func(c *Claim) { c.Interest.Surcharge = 10_001 }},
		"before the base rate": {"base_rate_too_early", func(c *Claim) {
			c.ArisenOn, c.DueOn, c.DefaultFrom = MustDate("2001-01-01"), MustDate("2001-02-01"), MustDate("2001-12-31")
		}},
	} {
		claim := goodClaim()
		c.spoil(&claim)
		if err := claim.Validate(); err == nil {
			t.Errorf("%s is taken", name)
		} else {
			wantKey(t, err, Invalid, c.key)
		}
	}
	for name, spoil := range map[string]func(c *Claim){
		"the largest": func(c *Claim) { c.Principal = MaxCents }, "no default yet": func(c *Claim) { c.DefaultFrom = Date{} },
		"tort without a contract": func(c *Claim) { c.Ground, c.ArisenOn = Tort, Date{} }, "order left to the law": func(c *Claim) { c.Order = "" },
		"first day of the base rate": func(c *Claim) {
			c.ArisenOn, c.DueOn, c.DefaultFrom = MustDate("2001-01-01"), MustDate("2001-12-31"), MustDate("2002-01-01")
		},
	} {
		claim := goodClaim()
		if spoil(&claim); claim.Validate() != nil {
			t.Errorf("%s: %v", name, claim.Validate())
		}
	}
}

func TestAClaimExistsSinceTheFirstDayThatIsKnown(t *testing.T) {
	d1, d2, d3 := MustDate("2026-01-01"), MustDate("2026-01-02"), MustDate("2026-01-03")
	for _, c := range []Claim{{ArisenOn: d1, InvoicedOn: d2, DueOn: d3}, {InvoicedOn: d1, DueOn: d2}, {DueOn: d1},
		{ArisenOn: d2, InvoicedOn: d1, DueOn: d3}, {ArisenOn: d2, DueOn: d1}} {
		if got := c.ExistsSince(); got != d1 {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestACostNamesWhatItIsFor(t *testing.T) {
	good := Cost{Kind: CollectionFee, Amount: 35_70, VAT: 5_70, IncurredOn: caseDay, LegalGround: "RVG VV 2300"}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		key   string
		spoil func(c *Cost)
	}{
		"nothing": {"amount_invalid", func(c *Cost) { c.Amount = 0 }}, "too much": {"amount_invalid", func(c *Cost) { c.Amount = MaxCents + 1 }},
		"negative tax": {"amount_invalid", func(c *Cost) { c.VAT = -1 }}, "all tax": {"amount_invalid", func(c *Cost) { c.VAT = c.Amount }},
		"no day": {"date_missing", func(c *Cost) { c.IncurredOn = Date{} }}, "vague": {"cost_kind_unknown", func(c *Cost) { c.Kind = "Mahnkosten" }},
		"no ground": {"legal_ground_missing", func(c *Cost) { c.LegalGround = "" }},
	} {
		cost := good
		c.spoil(&cost)
		if err := cost.Validate(); err == nil {
			t.Errorf("%s is taken", name)
		} else {
			wantKey(t, err, Invalid, c.key)
		}
	}
}

func TestAPaymentHasAnAmountADayAKeyAndARail(t *testing.T) {
	good := Payment{Method: MethodTransfer, Amount: MaxCents, ReceivedOn: caseDay, Source: "bank", ExternalID: "1"}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		key   string
		spoil func(p *Payment)
	}{
		{"payment_not_positive", func(p *Payment) { p.Amount = 0 }}, {"amount_invalid", func(p *Payment) { p.Amount = MaxCents + 1 }},
		{"date_missing", func(p *Payment) { p.ReceivedOn = Date{} }}, {"payment_key_missing", func(p *Payment) { p.Source = "" }},
		{"payment_key_missing", func(p *Payment) { p.ExternalID = "" }}, {"payment_method_unknown", func(p *Payment) { p.Method = "barter" }},
	} {
		p := good
		c.spoil(&p)
		wantKey(t, p.Validate(), Invalid, c.key)
	}
}

func TestAnObjectionIsDueOnAWorkingDay(t *testing.T) {
	for days, want := range map[int]string{0: "2026-12-07", 14: "2026-12-07", 10: "2026-12-02", 13: "2026-12-07"} {
		if got := (Settings{ObjectionDays: days}).ObjectionDue(caseDay, "NW"); got != MustDate(want) {
			t.Errorf("%d days: %s, want %s", days, got, want)
		}
	}
}
