package main

import (
	"context"
	"strconv"
	"strings"

	"quitt/cases"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/debt/ledger"
)

type statementJSON struct {
	Creditor          string           `json:"creditor"`
	FileReference     string           `json:"file_reference"`
	CreditorReference string           `json:"creditor_reference"`
	Status            map[string]any   `json:"status"`
	Statement         ledger.Statement `json:"statement"`
}

// statement prints the claim as payable on a day: quitt statement REFERENCE.
func statement(ctx context.Context, r *run) error {
	var code, on string
	r.flags.StringVar(&code, "creditor", "", "")
	r.flags.StringVar(&on, "on", "", "")
	r.jsonFlag()
	if err := r.parse(1, 1); err != nil {
		return err
	}
	day, err := r.day("on", on)
	if err != nil {
		return err
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	creditor, id, err := r.owner(ctx, s, code, r.args[0])
	if err != nil {
		return err
	}
	record, err := cases.Desk{Store: s, Now: r.main.Now}.Statement(ctx, creditor.ID, id, day)
	if err != nil {
		return err
	}
	if r.asJSON {
		c := record.Case
		return r.json(statementJSON{creditor.Name, c.FileReference, c.CreditorReference, map[string]any{
			"review": c.Review, "stage": c.Stage, "processing": c.Processing, "payment": c.Payment,
			"objection": c.Objection, "plan": c.Plan, "close_reason": c.CloseReason,
		}, record.Statement})
	}
	r.statement(creditor, record)
	return nil
}

// statement prints a Forderungsaufstellung as a person reads it.
func (r *run) statement(creditor debt.Creditor, record cases.Record) {
	w, s, c := r.main.words, record.Statement, record.Case
	r.line("st_title", debt.Args{"day": s.On})
	r.printf("%s", shown.Columns([][]string{
		{w.Text("st_file", nil), c.FileReference + " (" + c.CreditorReference + ")"},
		{w.Text("st_creditor", nil), creditor.Name + ", " + creditor.Address.Street + ", " + creditor.Address.Postcode + " " + creditor.Address.City},
		{w.Text("st_debtor", nil), record.Debtor.Name().Reveal()},
		{w.Text("st_status", nil), r.status(c)},
	}))
	for _, claim := range s.Claims {
		r.claim(claim)
	}
	if len(s.Costs) > 0 {
		r.printf("\n%s\n", w.Text("st_costs", nil))
		rows := [][]string{}
		for _, k := range s.Costs {
			rows = append(rows, []string{"  " + w.Date(k.IncurredOn), w.Word(k.Kind), w.Cents(k.Amount), k.LegalGround})
		}
		r.printf("%s", shown.Columns(rows))
	}
	r.paid(s)
	r.printf("\n")
	open := s.Open
	r.printf("%s", shown.Columns([][]string{
		{w.Text("st_open_principal", nil), w.Cents(open.Principal)},
		{w.Text("st_open_interest", nil), w.Cents(open.Interest)},
		{w.Text("st_open_costs", nil), w.Cents(open.Costs)},
		{w.Text("st_payable", debt.Args{"day": s.On}), w.Cents(s.Payable)},
	}))
	if open.Overpaid > 0 {
		r.line("cli_overpaid", debt.Args{"amount": open.Overpaid})
	}
}

// status names every axis that is not at rest.
func (r *run) status(c debt.Case) string {
	parts := []string{r.main.words.Word(c.Stage), r.main.words.Word(c.Payment)}
	for _, axis := range []struct {
		state any
		quiet bool
	}{
		{c.Review, c.Review == debt.ReviewAccepted},
		{c.Processing, c.Processing == debt.Running || c.Stage == debt.StageClosed},
		{c.Objection, c.Objection == debt.ObjectionNone},
		{c.Plan, c.Plan == debt.PlanNone},
	} {
		if !axis.quiet {
			parts = append(parts, r.main.words.Word(axis.state))
		}
	}
	if c.CloseReason != "" {
		parts = append(parts, r.main.words.Word(c.CloseReason))
	}
	return strings.Join(parts, " · ")
}

// claim prints one claim and how its interest came about.
func (r *run) claim(c ledger.ClaimStatement) {
	w := r.main.words
	r.printf("\n%s\n", w.Text("st_claim", debt.Args{"amount": c.Principal, "object": c.Object}))
	if c.Claim.InvoiceNumber != "" {
		r.printf("  %s\n", w.Text("st_invoice", debt.Args{"number": c.Claim.InvoiceNumber, "due": c.Claim.DueOn}))
	}
	rows := [][]string{}
	for _, p := range c.Periods {
		for i, s := range p.Segments {
			sum := ""
			if i == len(p.Segments)-1 {
				sum = w.Cents(p.Amount)
			}
			rows = append(rows, []string{"  " + w.Date(s.From) + "–" + w.Date(s.To.AddDays(-1)),
				w.Text("st_days", debt.Args{"n": s.Days}), w.Percent(s.Rate), w.Text("st_of", debt.Args{"amount": s.Principal}),
				"/" + strconv.Itoa(s.YearDays), sum})
		}
	}
	if len(rows) > 0 {
		r.printf("  %s\n%s", w.Word(c.Claim.Interest.Method), shown.Columns(rows))
	}
}

// paid prints every payment and what it settled.
func (r *run) paid(s ledger.Statement) {
	if len(s.Payments) == 0 {
		return
	}
	w := r.main.words
	r.printf("\n%s\n", w.Text("st_payments", nil))
	rows := [][]string{}
	for _, p := range s.Payments {
		what := r.allocation(p.Allocations)
		if len(p.Allocations) == 0 {
			what = w.Word(p.Status)
		}
		rows = append(rows, []string{"  " + w.Date(p.ReceivedOn), w.Word(p.Method), w.Cents(p.Amount), what})
	}
	r.printf("%s", shown.Columns(rows))
}

// allocation says what a payment settled, one sum per component.
func (r *run) allocation(list []ledger.Allocation) string {
	var parts []string
	for _, part := range ledger.Parts(list) {
		parts = append(parts, r.main.words.Word(part.Account)+" "+r.main.words.Cents(part.Amount))
	}
	return strings.Join(parts, ", ")
}
