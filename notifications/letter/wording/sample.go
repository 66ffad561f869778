package wording

import (
	"fmt"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/debt/operator"
	"quitt/debt/plan"
)

// sampleDay is the day sample letters are written; no rate of theirs changes any more.
var sampleDay = debt.MustDate("2026-11-23")

// Sample gives believable facts of a letter for previews, proofs and tests. Everybody in it is
// invented, and its code opens nothing.
func Sample(kind letter.Kind) Facts {
	f := Facts{Kind: kind, Number: 1042, On: sampleDay, Deadline: letter.Deadline(kind, sampleDay, "NW"),
		Operator: sampleOperator(), Creditor: sampleCreditor(), Case: sampleCase(), Debtor: sampleDebtor(),
		Portal: "https://portal.example.de", Reference: bank.RF("RF18539007547034"),
		Access: Access{Link: "https://portal.example.de/#0123456789ABCDEFGHJKMNPQRS", Code: "ABCD EFGH JKMN PQRS",
			Words: "Laterne · Ahorn", Until: sampleDay.AddDays(90)}}
	day := f.On
	if kind.Demands() {
		day = f.Deadline
	}
	book := newSampleBook()
	switch kind {
	case letter.Reminder:
	case letter.FirstNotice:
		book.pay(100_00, sampleDay.AddDays(-18)).fees(sampleDay)
	case letter.PaidInFull:
		book.fees(sampleDay.AddDays(-28)).settle(sampleDay.AddDays(-4))
	default:
		book.fees(sampleDay.AddDays(-28)).pay(100_00, sampleDay.AddDays(-18))
	}
	f.Statement = book.statement(day)
	f.About = sampleAbout(kind, f.Statement)
	switch kind { // the days that events of plans name
	case letter.PlanAtRisk:
		f.Deadline = plan.PayBy(sampleDay)
	case letter.PlanLapsed:
		f.Deadline = plan.ReviveBy(f.About.LapsedOn)
	}
	if !kind.Coded() {
		f.Access = Access{}
	}
	return f
}

// sampleOperator is registered, so that its letters say on whose behalf they are written.
func sampleOperator() operator.Profile {
	return operator.Profile{Name: "Muster Inkasso GmbH", Street: "Hauptstraße 1", Postcode: "10115", City: "Berlin",
		Phone: "030 5550100", PhoneHours: "Mo–Fr 8–18 Uhr", Email: "hilfe@example.de", Represented: "Jana Beispiel",
		CourtRegister: "Amtsgericht Charlottenburg, HRB 000000", VATID: "DE000000000", RDGNumber: "AG Beispielstadt, 3712 E 1-1",
		PrivacyContact: "datenschutz@example.de",
		Supervisor: operator.Authority{Name: "Bundesamt für Justiz", Address: "Adenauerallee 99–103, 53113 Bonn",
			Contact: "rdg@bfj.bund.de"}}
}

func sampleCreditor() debt.Creditor {
	return debt.Creditor{ID: "creditor", Code: "praxis-lindner", Name: "Zahnarztpraxis Dr. Miriam Lindner", State: "NW",
		Address: debt.Address{Street: "Venloer Straße 214", Postcode: "50823", City: "Köln", Country: "DE"},
		IBAN:    "DE89370400440532013000", AccountHolder: "Dr. Miriam Lindner"}
}

func sampleCase() debt.Case {
	c := debt.NewCase("creditor", "case", sampleDay.AddDays(-30).Time())
	c.Review, c.Stage, c.FileReference = debt.ReviewAccepted, debt.StageCollection, "ZA-2107"
	return c
}

func sampleDebtor() debt.Debtor {
	return debt.Debtor{ID: "debtor", Kind: debt.Person, FirstName: "Aylin", LastName: "Mustermann", Street: "Ahornweg 12",
		Postcode: "50825", City: "Köln", Country: "DE", State: "NW", AddressSource: "creditor"}
}

// sampleAbout gives the event of letters that are about one.
func sampleAbout(kind letter.Kind, s ledger.Statement) (a About) {
	switch kind {
	case letter.SecondNotice:
		a.EarlierOn = sampleDay.AddDays(-28)
	case letter.PlanConfirmation:
		rest := s.Payable
		for due := debt.MustDate("2026-12-15"); rest > 0; due = due.AddMonths(1) {
			rate := min(rest, 100_00)
			a.Instalments, rest = append(a.Instalments, Instalment{rate, due}), rest-rate
		}
	case letter.PlanMissed:
		a.Instalments = []Instalment{{100_00, debt.MustDate("2026-11-15")}}
	case letter.PlanAtRisk, letter.PlanLapsed:
		a.Instalments = []Instalment{{100_00, debt.MustDate("2026-10-15")}, {100_00, debt.MustDate("2026-11-16")}}
		a.LapsedOn = sampleDay.AddDays(-1)
	case letter.ObjectionAnswer:
		a.Outcome = debt.ObjectionRejected
		a.Reason = "Sie schreiben, die Behandlung sei nicht vereinbart gewesen. Wir haben den Kostenplan vom 12.03.2026 mit Ihrer Unterschrift. Eine Kopie liegt bei."
	case letter.PaymentReceipt:
		a.Payment = s.Payments[len(s.Payments)-1]
	case letter.NewCode, letter.StatementForAdviser:
		a.RequestedOn = sampleDay.AddDays(-3)
	}
	return a
}

// sampleBook books through the real ledger, so that a sample's figures are those a real case
// would show.
type sampleBook struct {
	account ledger.Account
	history ledger.History
	ids     int
}

func newSampleBook() *sampleBook { return emptySampleBook().claim(sampleClaim()) }

func emptySampleBook() *sampleBook {
	return &sampleBook{account: ledger.Account{CaseID: "case"}, history: ledger.History{CaseID: "case"}}
}

// sampleClaim fell due in spring and bears interest over a change of the base rate.
func sampleClaim() debt.Claim {
	return debt.Claim{Principal: 480_00, Ground: debt.Contract, Object: "Professionelle Zahnreinigung und Füllung",
		ArisenOn: debt.MustDate("2026-03-12"), InvoiceNumber: "R-2026-1180", InvoicedOn: debt.MustDate("2026-04-08"),
		DueOn: debt.MustDate("2026-04-29"), DefaultFrom: debt.MustDate("2026-05-14"), Order: debt.Order367,
		Interest: debt.InterestRule{Kind: debt.Statutory, Surcharge: 500, Method: debt.ActAct}}
}

func (b *sampleBook) id() debt.ID {
	b.ids++
	return debt.ID(fmt.Sprintf("sample-%03d", b.ids))
}

func (b *sampleBook) stamp() ledger.Stamp {
	return ledger.Stamp{At: sampleDay.Time(), NewID: b.id}
}

func (b *sampleBook) claim(c debt.Claim) *sampleBook {
	c.ID, c.CaseID = b.id(), "case"
	b.history.Entries = append(b.history.Entries, b.account.OpenClaim(c, b.stamp()))
	b.history.Claims = append(b.history.Claims, b.account.Claims[len(b.account.Claims)-1].Claim)
	return b
}

func (b *sampleBook) cost(c debt.Cost) *sampleBook {
	c.ID, c.CaseID = b.id(), "case"
	b.history.Entries = append(b.history.Entries, b.account.AddCost(c, b.stamp()))
	b.history.Costs = append(b.history.Costs, b.account.Costs[len(b.account.Costs)-1].Cost)
	return b
}

// fees are those of a first letter: a 0.5 fee and its flat (VV RVG 2300, 7002).
func (b *sampleBook) fees(on debt.Date) *sampleBook {
	return b.cost(debt.Cost{Kind: debt.CollectionFee, Amount: 25_75, IncurredOn: on,
		LegalGround: "BGB §§\u00a0280, 286; RDG §\u00a013e; RVG §\u00a013, VV 2300"}).
		cost(debt.Cost{Kind: debt.Disbursements, Amount: 5_15, IncurredOn: on, LegalGround: "RDG §\u00a013e; RVG VV 7002"})
}

// settle pays what is open on a day.
func (b *sampleBook) settle(on debt.Date) *sampleBook { return b.pay(b.statement(on).Payable, on) }

// pay books a transfer. A ledger that refuses its own sample is broken.
func (b *sampleBook) pay(amount debt.Cents, on debt.Date) *sampleBook {
	return b.payBy(debt.MethodTransfer, amount, on)
}

func (b *sampleBook) payBy(m debt.Method, amount debt.Cents, on debt.Date) *sampleBook {
	p := debt.Payment{ID: b.id(), CaseID: "case", Method: m, Status: debt.PaymentSucceeded, Amount: amount,
		ReceivedOn: on, Source: "sample", ExternalID: string(b.id())}
	entries, account, err := b.account.Settle(p, b.stamp())
	if err != nil {
		panic(err)
	}
	b.account = account
	b.history.Entries, b.history.Payments = append(b.history.Entries, entries...), append(b.history.Payments, p)
	return b
}

// statement computes what is open on a day the base rate is known for.
func (b *sampleBook) statement(on debt.Date) ledger.Statement {
	s, err := b.history.Statement(on)
	if err != nil {
		panic(err)
	}
	return s
}
