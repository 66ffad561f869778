package debtor

import (
	"fmt"
	"time"

	"quitt/cases"
	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/ledger"
	"quitt/portal/page"
	"quitt/portal/text"
)

// sample builds one case of the review pages through the real ledger, so that its figures
// are those a real case would show. Everybody in it is invented.
type sample struct {
	cases.Source

	today debt.Date
	tier  access.Tier
	ids   int
	err   error
}

var sampleDay = debt.MustDate("2026-11-22")

const sampleObject = "Professionelle Zahnreinigung"

func newSample() *sample {
	s := &sample{today: sampleDay, tier: access.FullView}
	s.Creditor = debt.Creditor{ID: "c", Code: "praxis-lindner", Name: "Zahnarztpraxis Dr. Miriam Lindner", State: "NW",
		Address: debt.Address{Street: "Venloer Straße 214", Postcode: "50823", City: "Köln", Country: "DE"},
		IBAN:    "DE89370400440532013000", AccountHolder: "Dr. Miriam Lindner"}
	s.Debtor = debt.Debtor{ID: "d", Kind: debt.Person, FirstName: "Aylin", LastName: "Mustermann", Street: "Ahornweg 12",
		Postcode: "50825", City: "Köln", Country: "DE", State: "NW", BirthOn: "1985-03-07", AddressSource: "creditor"}
	s.Case = debt.NewCase("c", "k", s.at(-20))
	s.Case.Review, s.Case.Stage, s.Case.FileReference = debt.ReviewAccepted, debt.StageCollection, "ZA-2107"
	s.Account, s.History = ledger.Account{CaseID: "k"}, ledger.History{CaseID: "k"}
	return s.event(-20, debt.CaseReceived).event(-19, debt.LetterSent)
}

// at gives the morning of a day counted from the sample's today.
func (s *sample) at(days int) time.Time { return s.today.AddDays(days).Time().Add(9 * time.Hour) }

func (s *sample) id() debt.ID {
	s.ids++
	return debt.ID(fmt.Sprintf("id-%03d", s.ids))
}

func (s *sample) stamp() ledger.Stamp { return ledger.Stamp{At: s.at(0), NewID: s.id} }

func (s *sample) event(days int, kind debt.EventType) *sample {
	e := s.Case.EventOf(kind, nil)
	e.At, e.Actor = s.at(days), debt.System
	s.Events = append(s.Events, e)
	return s
}

// claim adds a claim that fell due a number of days ago; it bears interest from two weeks
// later.
func (s *sample) claim(object string, amount debt.Cents, dueDaysAgo int) *sample {
	due := s.today.AddDays(-dueDaysAgo)
	return s.open(debt.Claim{Principal: amount, Ground: debt.Contract, Object: object, ArisenOn: due.AddDays(-45),
		InvoicedOn: due.AddDays(-21), DueOn: due, DefaultFrom: due.AddDays(15), InvoiceNumber: fmt.Sprintf("R-2026-%04d", 1180+s.ids),
		Order: debt.Order367, Interest: debt.InterestRule{Kind: debt.Statutory, Surcharge: 500, Method: debt.ActAct}})
}

func (s *sample) open(c debt.Claim) *sample {
	c.ID, c.CaseID = s.id(), "k"
	s.History.Entries = append(s.History.Entries, s.Account.OpenClaim(c, s.stamp()))
	s.History.Claims = append(s.History.Claims, s.Account.Claims[len(s.Account.Claims)-1].Claim)
	return s
}

func (s *sample) cost(kind debt.CostKind, amount, vat debt.Cents, ground string) *sample {
	c := debt.Cost{ID: s.id(), CaseID: "k", Kind: kind, Amount: amount, VAT: vat, IncurredOn: s.today.AddDays(-19), LegalGround: ground}
	s.History.Entries = append(s.History.Entries, s.Account.AddCost(c, s.stamp()))
	s.History.Costs = append(s.History.Costs, s.Account.Costs[len(s.Account.Costs)-1].Cost)
	return s
}

// fees adds what a first letter costs.
func (s *sample) fees() *sample {
	return s.cost(debt.CollectionFee, 30_85, 4_92, "BGB §§ 280 I, II, 286; RDG § 13e I; RVG § 13, VV 2300").
		cost(debt.Disbursements, 6_17, 99, "BGB §§ 280 I, II, 286; RDG § 13e I; RVG VV 7002")
}

// pay books a payment of a number of days ago; negative cents pay that much less or more
// than everything.
func (s *sample) pay(daysAgo int, amount debt.Cents, method debt.Method) *sample {
	p := debt.Payment{ID: s.id(), CaseID: "k", Method: method, Status: debt.PaymentSucceeded, Amount: amount,
		ReceivedOn: s.today.AddDays(-daysAgo), Source: "sample", ExternalID: string(s.id())}
	entries, account, err := s.Account.Settle(p, s.stamp())
	if err != nil {
		s.err = err
		return s
	}
	s.Account = account
	s.History.Entries, s.History.Payments = append(s.History.Entries, entries...), append(s.History.Payments, p)
	s.Case.Paid(account.Balance(), true)
	return s.event(-daysAgo, debt.PaymentSucceededEvent)
}

// payAll pays everything open on a day and so much more.
func (s *sample) payAll(daysAgo int, more debt.Cents, method debt.Method) *sample {
	open, err := s.History.Statement(s.today.AddDays(-daysAgo))
	if err != nil {
		s.err = err
		return s
	}
	return s.pay(daysAgo, open.Payable+more, method)
}

func (s *sample) sending(status debt.PaymentStatus, amount debt.Cents) *sample {
	s.History.Payments = append(s.History.Payments, debt.Payment{ID: s.id(), CaseID: "k", Method: debt.MethodDirectDebit,
		Status: status, Amount: amount, ReceivedOn: s.today.AddDays(-2), Source: "sample", ExternalID: string(s.id())})
	return s.event(-2, debt.PaymentInFlightEvent)
}

func (s *sample) hold(kind debt.HoldKind, until int, event debt.EventType) *sample {
	h := debt.Hold{Kind: kind, Reason: "sample", Since: s.today.AddDays(-5), UntilEvent: event}
	if until > 0 {
		h.Until = s.today.AddDays(until)
	}
	_, err := s.Case.PlaceHold(h)
	if err != nil {
		s.err = err
	}
	return s.event(-5, debt.CaseHeld)
}

func (s *sample) with(change func(*sample)) *sample {
	change(s)
	return s
}

// scene is what a handler would have read.
func (s *sample) scene(w *text.Catalogue, path string) (scene, error) {
	if s.err != nil {
		return scene{}, s.err
	}
	v, err := s.View(s.today)
	base := page.SampleBase(w, path)
	base.SignedIn, base.CSRF = true, "sample"
	visit := signin.Visit{Tier: s.tier, Words: "Laterne · Ahorn", LastAccess: s.at(-3)}
	return scene{base, v, visit, s.today}, err
}
