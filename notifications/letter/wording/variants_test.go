package wording

import (
	"slices"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/portal/text"
)

// variants are the cases letters meet. Each changes facts that compose as they are.
var variants = map[string]func(*Facts){
	"person":  func(*Facts) {},
	"company": func(f *Facts) { f.Debtor.Kind, f.Debtor.CompanyName = debt.Company, "Bäckerei Nord OHG" },
	"business": func(f *Facts) {
		eachClaim(f, func(c *ledger.ClaimStatement) {
			c.Claim.Business, c.Claim.Interest.Surcharge = true, 900
		})
	},
	"abroad":     func(f *Facts) { f.Debtor.Country, f.Debtor.Postcode, f.Debtor.City = "AT", "5020", "Salzburg" },
	"researched": func(f *Facts) { f.Debtor.AddressSource = "researched" },
	"itself":     func(f *Facts) { f.Operator.RDGNumber, f.Operator.Name = "", f.Creditor.Name },
	"bare operator": func(f *Facts) {
		f.Operator.PhoneHours, f.Operator.Represented, f.Operator.CourtRegister, f.Operator.VATID, f.Operator.PrivacyContact = "", "", "", "", ""
	},
	"vat": func(f *Facts) {
		restate(f, func(b *sampleBook) {
			b.cost(debt.Cost{Kind: debt.CollectionFee, Amount: 30_64, VAT: 4_89, IncurredOn: sampleDay.AddDays(-9), LegalGround: "RVG VV 2300", Note: "Rest"})
		})
	},
	"contractual rate": func(f *Facts) {
		eachClaim(f, func(c *ledger.ClaimStatement) {
			c.Claim.Interest = debt.InterestRule{Kind: debt.FixedRate, Fixed: 1250, Surcharge: 500, Method: debt.Act365}
			c.Claim.InterestReason = "Ziffer 4 des Vertrags vom 12.03.2026."
		})
	},
	"several claims": func(f *Facts) {
		restate(f, func(b *sampleBook) {
			b.claim(debt.Claim{Principal: 75_00, Ground: debt.Tort, Object: "Zerbrochene Glasplatte", ArisenOn: debt.MustDate("2026-05-02"),
				DueOn: debt.MustDate("2026-06-01"), Order: debt.Order367})
			b.claim(debt.Claim{Principal: 12_000_00, Ground: debt.Contract, Object: "Darlehen", ArisenOn: debt.MustDate("2024-05-02"),
				DueOn: debt.MustDate("2025-06-01"), DefaultFrom: debt.MustDate("2025-06-02"), Order: debt.Order497,
				Interest: debt.InterestRule{Kind: debt.Statutory, Surcharge: 500, Method: debt.Thirty360}})
		})
	},
	"payments": func(f *Facts) {
		restate(f, func(b *sampleBook) {
			b.payBy(debt.MethodDirectDebit, 20_00, sampleDay.AddDays(-6)).payBy(debt.MethodCash, 5_00, sampleDay.AddDays(-2))
		})
	},
	"nothing left": func(f *Facts) {
		if f.Kind == letter.PaymentReceipt {
			f.Statement = newSampleBook().settle(sampleDay).pay(7_00, sampleDay).statement(sampleDay)
			f.About.Payment = f.Statement.Payments[0]
		}
	},
	"a payment that came back": func(f *Facts) {
		f.Statement.Payments = append(slices.Clone(f.Statement.Payments), ledger.PaymentStatement{ReceivedOn: sampleDay.AddDays(-3),
			Method: debt.MethodDirectDebit, Status: debt.PaymentReversed, Amount: 50_00})
	},
	"negative base rate": func(f *Facts) {
		eachClaim(f, func(c *ledger.ClaimStatement) {
			for i := range c.Periods {
				c.Periods[i].Segments = slices.Clone(c.Periods[i].Segments)
				for k := range c.Periods[i].Segments {
					c.Periods[i].Segments[k].Base, c.Periods[i].Segments[k].Rate = -88, 412
				}
			}
		})
	},
	"no interest": func(f *Facts) {
		c := sampleClaim()
		c.Interest, c.DefaultFrom = debt.InterestRule{}, debt.Date{}
		restateBook(f, emptySampleBook().claim(c))
	},
	"every other ground": func(f *Facts) {
		eachClaim(f, func(c *ledger.ClaimStatement) {
			c.Claim.Ground, c.Claim.InvoiceNumber, c.Claim.Secured = debt.PublicLaw, "", true
		})
	},
	"a membership without an invoice": func(f *Facts) {
		eachClaim(f, func(c *ledger.ClaimStatement) {
			c.Claim.Ground, c.Claim.InvoiceNumber, c.Claim.InvoicedOn, c.Claim.ArisenOn = debt.Membership, "", debt.Date{}, debt.Date{}
		})
	},
	"another ground": func(f *Facts) {
		eachClaim(f, func(c *ledger.ClaimStatement) { c.Claim.Ground, c.Claim.InvoicedOn = debt.OtherLaw, debt.Date{} })
	},
	"every kind of cost": func(f *Facts) {
		restate(f, func(b *sampleBook) {
			for _, kind := range debt.CostKinds() {
				b.cost(debt.Cost{Kind: kind, Amount: 1_00, IncurredOn: sampleDay.AddDays(-1), LegalGround: "BGB § 286"})
			}
		})
	},
	"a long name":       func(f *Facts) { f.Debtor.LastName = debt.Personal(strings.Repeat("Mustermann-", 10)) },
	"an earlier letter": func(f *Facts) { f.About.EarlierOn, f.About.RequestedOn = debt.Date{}, debt.Date{} },
	"upheld":            func(f *Facts) { f.About.Outcome, f.About.Reason = debt.ObjectionUpheld, "" },
	"partly":            func(f *Facts) { f.About.Outcome, f.About.Reason = debt.ObjectionPartly, "Ein Teil.\n\nEin anderer." },
	"a plan with interest": func(f *Facts) {
		f.About.Instalments = append(slices.Clone(f.About.Instalments), Instalment{12_34, debt.MustDate("2027-05-15")})
	},
	"a plan for a part": func(f *Facts) { f.About.Instalments = []Instalment{{50_00, debt.MustDate("2026-12-15")}} },
}

func eachClaim(f *Facts, change func(*ledger.ClaimStatement)) {
	f.Statement.Claims = slices.Clone(f.Statement.Claims)
	for i := range f.Statement.Claims {
		c := &f.Statement.Claims[i]
		c.Periods = slices.Clone(c.Periods)
		change(c)
	}
}

// restate books more than the sample has.
func restate(f *Facts, more func(*sampleBook)) {
	b := newSampleBook().fees(sampleDay.AddDays(-28))
	more(b)
	restateBook(f, b)
}

func restateBook(f *Facts, b *sampleBook) {
	if f.Kind == letter.PaidInFull {
		b.settle(sampleDay)
	} else {
		b.pay(30_00, sampleDay.AddDays(-1))
	}
	f.Statement = b.statement(f.Statement.On)
}

// each runs a check for every kind in every variant.
func each(t *testing.T, check func(t *testing.T, f Facts, d letter.Document)) {
	t.Helper()
	for _, kind := range letter.Kinds() {
		for name, change := range variants {
			f := Sample(kind)
			change(&f)
			d, err := Compose(f)
			if err != nil {
				t.Errorf("%s, %s: %s", kind, name, text.For(text.German).Error(err))
				continue
			}
			t.Run(string(kind)+" "+name, func(t *testing.T) { check(t, f, d) })
		}
	}
}
