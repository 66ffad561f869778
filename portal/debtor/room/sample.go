package room

import (
	"fmt"
	"time"

	"quitt/cases"
	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/ledger"
	"quitt/debt/plan"
	"quitt/portal/page"
	"quitt/portal/text"
)

// Sample builds one case of the review pages through the real ledger, so that its figures
// are those a real case would show. Everybody in it is invented.
type Sample struct {
	cases.Source

	Today debt.Date
	Tier  access.Tier
	Err   error

	ids int
}

// SampleDay is the day all samples are looked at.
var SampleDay = debt.MustDate("2026-11-22")

// SampleObject is what the sample claim is about.
const SampleObject = "Professionelle Zahnreinigung"

// NewSample begins a case that was handed over and told of, with nothing demanded yet.
func NewSample() *Sample {
	s := &Sample{Today: SampleDay, Tier: access.FullView}
	s.Creditor = debt.Creditor{ID: "c", Code: "praxis-lindner", Name: "Zahnarztpraxis Dr. Miriam Lindner", State: "NW",
		Address: debt.Address{Street: "Venloer Straße 214", Postcode: "50823", City: "Köln", Country: "DE"},
		IBAN:    "DE89370400440532013000", AccountHolder: "Dr. Miriam Lindner"}
	s.Debtor = debt.Debtor{ID: "d", Kind: debt.Person, FirstName: "Aylin", LastName: "Mustermann", Street: "Ahornweg 12",
		Postcode: "50825", City: "Köln", Country: "DE", State: "NW", BirthOn: "1985-03-07", AddressSource: "creditor"}
	s.Case = debt.NewCase("c", "k", s.At(-20))
	s.Case.Review, s.Case.Stage, s.Case.FileReference = debt.ReviewAccepted, debt.StageCollection, "ZA-2107"
	s.Account, s.History = ledger.Account{CaseID: "k"}, ledger.History{CaseID: "k"}
	return s.Event(-20, debt.CaseReceived).Event(-19, debt.LetterSent)
}

// At gives the morning of a day counted from the sample's today.
func (s *Sample) At(days int) time.Time { return s.Today.AddDays(days).Time().Add(9 * time.Hour) }

func (s *Sample) id() debt.ID {
	s.ids++
	return debt.ID(fmt.Sprintf("id-%03d", s.ids))
}

func (s *Sample) stamp() ledger.Stamp { return ledger.Stamp{At: s.At(0), NewID: s.id} }

// Event adds an event of some days ago.
func (s *Sample) Event(days int, kind debt.EventType) *Sample {
	e := s.Case.EventOf(kind, nil)
	e.At, e.Actor = s.At(days), debt.System
	s.Events = append(s.Events, e)
	return s
}

// Claim adds a claim that fell due a number of days ago; it bears interest from two weeks
// later.
func (s *Sample) Claim(object string, amount debt.Cents, dueDaysAgo int) *Sample {
	due := s.Today.AddDays(-dueDaysAgo)
	return s.Open(debt.Claim{Principal: amount, Ground: debt.Contract, Object: object, ArisenOn: due.AddDays(-45),
		InvoicedOn: due.AddDays(-21), DueOn: due, DefaultFrom: due.AddDays(15), InvoiceNumber: fmt.Sprintf("R-2026-%04d", 1180+s.ids),
		Order: debt.Order367, Interest: debt.InterestRule{Kind: debt.Statutory, Surcharge: 500, Method: debt.ActAct}})
}

// Open adds a claim.
func (s *Sample) Open(c debt.Claim) *Sample {
	c.ID, c.CaseID = s.id(), "k"
	s.History.Entries = append(s.History.Entries, s.Account.OpenClaim(c, s.stamp()))
	s.History.Claims = append(s.History.Claims, s.Account.Claims[len(s.Account.Claims)-1].Claim)
	return s
}

// Cost adds a cost with its part of VAT and its ground.
func (s *Sample) Cost(kind debt.CostKind, amount, vat debt.Cents, ground string) *Sample {
	c := debt.Cost{ID: s.id(), CaseID: "k", Kind: kind, Amount: amount, VAT: vat, IncurredOn: s.Today.AddDays(-19), LegalGround: ground}
	s.History.Entries = append(s.History.Entries, s.Account.AddCost(c, s.stamp()))
	s.History.Costs = append(s.History.Costs, s.Account.Costs[len(s.Account.Costs)-1].Cost)
	return s
}

// Fees adds what a first letter costs.
func (s *Sample) Fees() *Sample {
	return s.Cost(debt.CollectionFee, 30_85, 4_92, "BGB §§ 280 I, II, 286; RDG § 13e I; RVG § 13, VV 2300").
		Cost(debt.Disbursements, 6_17, 99, "BGB §§ 280 I, II, 286; RDG § 13e I; RVG VV 7002")
}

// Pay books a payment of a number of days ago; negative cents pay that much less or more
// than everything.
func (s *Sample) Pay(daysAgo int, amount debt.Cents, method debt.Method) *Sample {
	p := debt.Payment{ID: s.id(), CaseID: "k", Method: method, Status: debt.PaymentSucceeded, Amount: amount,
		ReceivedOn: s.Today.AddDays(-daysAgo), Source: "sample", ExternalID: string(s.id())}
	entries, account, err := s.Account.Settle(p, s.stamp())
	if err != nil {
		s.Err = err
		return s
	}
	s.Account = account
	s.History.Entries, s.History.Payments = append(s.History.Entries, entries...), append(s.History.Payments, p)
	s.Case.Paid(account.Balance(), true)
	return s.Event(-daysAgo, debt.PaymentSucceededEvent)
}

// PayAll pays everything open on a day and so much more.
func (s *Sample) PayAll(daysAgo int, more debt.Cents, method debt.Method) *Sample {
	open, err := s.History.Statement(s.Today.AddDays(-daysAgo))
	if err != nil {
		s.Err = err
		return s
	}
	return s.Pay(daysAgo, open.Payable+more, method)
}

// Sending adds a direct debit that has not arrived.
func (s *Sample) Sending(status debt.PaymentStatus, amount debt.Cents) *Sample {
	s.History.Payments = append(s.History.Payments, debt.Payment{ID: s.id(), CaseID: "k", Method: debt.MethodDirectDebit,
		Status: status, Amount: amount, ReceivedOn: s.Today.AddDays(-2), Source: "sample", ExternalID: string(s.id())})
	return s.Event(-2, debt.PaymentInFlightEvent)
}

// Hold lets dunning rest until some days from now or until an event.
func (s *Sample) Hold(kind debt.HoldKind, until int, event debt.EventType) *Sample {
	h := debt.Hold{Kind: kind, Reason: "sample", Since: s.Today.AddDays(-5), UntilEvent: event}
	if until > 0 {
		h.Until = s.Today.AddDays(until)
	}
	_, err := s.Case.PlaceHold(h)
	if err != nil {
		s.Err = err
	}
	return s.Event(-5, debt.CaseHeld)
}

// With changes what the other methods do not.
func (s *Sample) With(change func(*Sample)) *Sample {
	change(s)
	return s
}

// Scene is what a handler would have read.
func (s *Sample) Scene(w *text.Catalogue, path string) (Scene, error) {
	if s.Err != nil {
		return Scene{}, s.Err
	}
	v, err := s.View(s.Today)
	base := page.SampleBase(w, path)
	base.SignedIn, base.CSRF = true, "sample"
	visit := signin.Visit{Tier: s.Tier, Words: "Laterne · Ahorn", LastAccess: s.At(-3)}
	return Scene{Base: base, View: v, Visit: visit, Today: s.Today}, err
}

// Planned lets a plan run whose next instalment is due in some days.
func (s *Sample) Planned(amount debt.Cents, in int) *Sample {
	s.Case.Plan = debt.PlanActive
	s.Plan.Plan = plan.Plan{ID: s.id(), CaseID: "k", State: debt.PlanActive, AgreedOn: s.Today.AddDays(-5),
		Schedule: plan.Schedule{Interest: plan.NoInterest, Instalments: []plan.Instalment{{No: 1, DueOn: s.Today.AddDays(in), Amount: amount}}}}
	return s.Event(-5, debt.PlanAgreed)
}

// LetterView makes the visit one that knows no more than the letter.
func (s *Sample) LetterView() *Sample {
	s.Tier = access.LetterView
	return s
}

// Shown is a review page of a case.
func Shown(name, path string, build func() *Sample, render func(Scene) ([]byte, error)) page.Sample {
	return page.Sample{Name: name, HTML: func(w *text.Catalogue) ([]byte, error) {
		s, err := build().Scene(w, path)
		if err != nil {
			return nil, err
		}
		return render(s)
	}}
}
