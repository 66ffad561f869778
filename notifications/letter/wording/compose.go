package wording

import (
	"slices"
	"strings"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/letter"
	"quitt/portal/text"
)

// Compose writes the letter. It refuses with Invalid "letter_incomplete" and a list of what is
// missing (letter.Gap), Forbidden "letter_nothing_open" or "letter_still_open" for a letter
// that would say something untrue, or the first problem of the creditor's texts.
func Compose(f Facts) (letter.Document, error) {
	if err := f.refusal(); err != nil {
		return letter.Document{}, err
	}
	return compose(f), nil
}

func compose(f Facts) letter.Document {
	w := newWriter(f)
	w.doc = letter.Document{Kind: f.Kind, Language: string(text.German), Sender: w.sender(), OnBehalf: w.onBehalf(), Accent: f.Creditor.Settings.Accent,
		ReturnLine: w.returnLine(), Recipient: w.recipient(), Info: w.info(), Subject: w.subject(), Foot: w.foot()}
	w.paragraph(w.greeting())
	if f.Helper != nil {
		w.paragraph(w.fixed("helper", nil))
	}
	if write := bodies[f.Kind]; write != nil {
		write(w)
	}
	return w.doc
}

// bodies write what stands between greeting and foot.
var bodies = map[letter.Kind]func(*writer){
	letter.Reminder: (*writer).demand, letter.FirstNotice: (*writer).demand, letter.SecondNotice: (*writer).demand,
	letter.PlanCosts: (*writer).planCosts, letter.PlanConfirmation: (*writer).planConfirmation, letter.PlanChange: (*writer).planChange,
	letter.PlanMissed: (*writer).planMissed, letter.PlanAtRisk: (*writer).planAtRisk, letter.PlanLapsed: (*writer).planLapsed,
	letter.ObjectionAnswer: (*writer).objectionAnswer, letter.PaymentReceipt: (*writer).paymentReceipt, letter.PaidInFull: (*writer).paidInFull,
	letter.NewCode: (*writer).newCode, letter.StatementForAdviser: (*writer).statementForAdviser,
}

// refusal gives why the letter may not be written.
func (f Facts) refusal() error {
	if !f.Kind.Known() {
		return debt.E(debt.Invalid, "letter_kind_unknown", debt.Args{"allowed": letter.Kinds()})
	}
	if missing := letter.Missing(f.draft()); len(missing) > 0 {
		return debt.E(debt.Invalid, "letter_incomplete", debt.Args{"missing": missing})
	}
	open := f.Statement.Payable
	if f.Kind.Demands() && open <= 0 {
		return debt.E(debt.Forbidden, "letter_nothing_open", nil)
	}
	if f.Kind == letter.PaidInFull && open > 0 {
		return debt.E(debt.Forbidden, "letter_still_open", debt.Args{"amount": open})
	}
	if problems := CheckTexts(f.Kind, f.Texts); len(problems) > 0 {
		return problems[0].Err
	}
	if words := wordsOf(f.About.Reason, threats); f.Kind == letter.ObjectionAnswer && len(words) > 0 {
		return debt.E(debt.Invalid, "letter_word_forbidden", debt.Args{"block": "reason", "word": words[0]})
	}
	return nil
}

// draft tells debt/letter what there is.
func (f Facts) draft() letter.Draft {
	_, ibanErr := bank.ParseIBAN(f.Creditor.IBAN)
	_, rfErr := bank.ParseRF(string(f.Reference))
	_, country := countries()[country(f.Debtor)]
	d := letter.Draft{Kind: f.Kind, On: f.On, Deadline: f.Deadline, Creditor: f.Creditor, Case: f.Case, Debtor: f.Debtor,
		Operator: f.Operator.Missing(), Payable: ibanErr == nil, Country: country, Reference: rfErr == nil,
		Portal: host(f.Portal) != "", Code: f.Access.complete(), Helper: f.Helper != nil,
		Payment:     f.About.Payment.Amount > 0 && !f.About.Payment.ReceivedOn.IsZero(),
		Instalments: f.instalmentsKnown(),
		Outcome:     slices.Contains(outcomes, f.About.Outcome),
		Reason:      f.About.Outcome == debt.ObjectionUpheld || strings.TrimSpace(f.About.Reason) != ""}
	for _, c := range f.Statement.Claims {
		demand := letter.Demand{Claim: c.Claim, Open: c.Open, On: f.Statement.On}
		for _, p := range c.Periods {
			demand.Segments = append(demand.Segments, p.Segments...)
		}
		d.Claims = append(d.Claims, demand)
	}
	for _, c := range f.Statement.Costs {
		cost := c.Cost
		cost.Kind, cost.Amount, cost.VAT = c.Kind, c.Amount, c.VAT
		cost.IncurredOn, cost.LegalGround = c.IncurredOn, c.LegalGround
		d.Costs = append(d.Costs, cost)
	}
	return d
}

// outcomes are the ends of an objection that are answered by letter.
var outcomes = []debt.ObjectionState{debt.ObjectionUpheld, debt.ObjectionPartly, debt.ObjectionRejected}

// complete: a letter with half a way to the portal would lock its reader out.
func (a Access) complete() bool {
	return a.Link != "" && a.Code != "" && a.Words != "" && !a.Until.IsZero()
}

// instalmentsKnown: every sum has a day.
func (f Facts) instalmentsKnown() bool {
	for _, i := range f.About.Instalments {
		if i.Amount <= 0 || i.DueOn.IsZero() {
			return false
		}
	}
	return len(f.About.Instalments) > 0
}

// consumer tells whether the rules for consumers are spoken of: a person whose debt has
// nothing to do with a business (RDG § 13a V).
func (f Facts) consumer() bool {
	business := false
	for _, c := range f.Statement.Claims {
		business = business || c.Claim.Business
	}
	return f.Debtor.Kind != debt.Company && !business
}

// itself tells that the operator is the creditor and collects for nobody else: then "on behalf
// of" would be untrue.
func (f Facts) itself() bool { return f.Operator.RDGNumber == "" }

// inCreditorsName tells who speaks: a reminder is the creditor's own letter.
func (f Facts) inCreditorsName() bool { return f.Kind == letter.Reminder }

// host is a portal's address as people type it.
func host(portal string) string {
	_, rest, found := strings.Cut(portal, "://")
	if !found {
		return ""
	}
	return strings.TrimSuffix(rest, "/")
}

// country is the debtor's country code, Germany without one.
func country(d debt.Debtor) string {
	if d.Country == "" {
		return "DE"
	}
	return strings.ToUpper(d.Country)
}
