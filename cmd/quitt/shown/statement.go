package shown

import (
	"fmt"
	"strconv"
	"strings"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/portal/text"
)

// Statement is a case and its claim, for machines.
type Statement struct {
	Creditor          string           `json:"creditor"`
	FileReference     string           `json:"file_reference"`
	CreditorReference string           `json:"creditor_reference"`
	Status            map[string]any   `json:"status"`
	Statement         ledger.Statement `json:"statement"`
}

// Stated gives a Forderungsaufstellung as a person and as a program reads it.
func Stated(words *text.Catalogue, creditor debt.Creditor, record cases.Record) Answer {
	p := &printer{w: words}
	p.statement(creditor, record)
	c := record.Case
	return Answer{Text: p.String(), JSON: Statement{creditor.Name, c.FileReference, c.CreditorReference, map[string]any{
		"review": c.Review, "stage": c.Stage, "processing": c.Processing, "payment": c.Payment,
		"objection": c.Objection, "plan": c.Plan, "close_reason": c.CloseReason,
	}, record.Statement}}
}

// printer writes a statement line by line.
type printer struct {
	strings.Builder

	w *text.Catalogue
}

func (p *printer) printf(format string, args ...any) { _, _ = fmt.Fprintf(p, format, args...) }

func (p *printer) statement(creditor debt.Creditor, record cases.Record) {
	w, s, c := p.w, record.Statement, record.Case
	p.printf("%s\n", w.Text("st_title", debt.Args{"day": s.On}))
	p.printf("%s", Columns([][]string{
		{w.Text("st_file", nil), c.FileReference + " (" + c.CreditorReference + ")"},
		{w.Text("st_creditor", nil), creditor.Name + ", " + creditor.Address.Street + ", " + creditor.Address.Postcode + " " + creditor.Address.City},
		{w.Text("st_debtor", nil), record.Debtor.Name().Reveal()},
		{w.Text("st_status", nil), Status(w, c)},
	}))
	for _, claim := range s.Claims {
		p.claim(claim)
	}
	if len(s.Costs) > 0 {
		p.printf("\n%s\n", w.Text("st_costs", nil))
		rows := [][]string{}
		for _, k := range s.Costs {
			rows = append(rows, []string{"  " + w.Date(k.IncurredOn), w.Word(k.Kind), w.Cents(k.Amount), k.LegalGround})
		}
		p.printf("%s", Columns(rows))
	}
	p.paid(s)
	p.printf("\n")
	open := s.Open
	p.printf("%s", Columns([][]string{
		{w.Text("st_open_principal", nil), w.Cents(open.Principal)},
		{w.Text("st_open_interest", nil), w.Cents(open.Interest)},
		{w.Text("st_open_costs", nil), w.Cents(open.Costs)},
		{w.Text("st_payable", debt.Args{"day": s.On}), w.Cents(s.Payable)},
	}))
	if !record.InterestTo.IsZero() {
		p.printf("%s\n", w.Text("interest_missing", debt.Args{"day": record.InterestTo}))
	}
	if open.Overpaid > 0 {
		p.printf("%s\n", w.Text("cli_overpaid", debt.Args{"amount": open.Overpaid}))
	}
}

// Status names every axis that is not at rest.
func Status(w *text.Catalogue, c debt.Case) string {
	parts := []string{w.Word(c.Stage), w.Word(c.Payment)}
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
			parts = append(parts, w.Word(axis.state))
		}
	}
	if c.CloseReason != "" {
		parts = append(parts, w.Word(c.CloseReason))
	}
	return strings.Join(parts, " · ")
}

// claim prints one claim and how its interest came about.
func (p *printer) claim(c ledger.ClaimStatement) {
	w := p.w
	p.printf("\n%s\n", w.Text("st_claim", debt.Args{"amount": c.Principal, "object": c.Object}))
	if c.Claim.InvoiceNumber != "" {
		p.printf("  %s\n", w.Text("st_invoice", debt.Args{"number": c.Claim.InvoiceNumber, "due": c.Claim.DueOn}))
	}
	rows := [][]string{}
	for _, run := range c.Periods {
		for i, s := range run.Segments {
			sum := ""
			if i == len(run.Segments)-1 {
				sum = w.Cents(run.Amount)
			}
			rows = append(rows, []string{"  " + w.Date(s.From) + "–" + w.Date(s.To.AddDays(-1)),
				w.Text("st_days", debt.Args{"n": s.Days}), w.Percent(s.Rate), w.Text("st_of", debt.Args{"amount": s.Principal}),
				"/" + strconv.Itoa(s.YearDays), sum})
		}
	}
	if len(rows) > 0 {
		p.printf("  %s\n%s", w.Word(c.Claim.Interest.Method), Columns(rows))
	}
}

// paid prints every payment and what it settled.
func (p *printer) paid(s ledger.Statement) {
	if len(s.Payments) == 0 {
		return
	}
	w := p.w
	p.printf("\n%s\n", w.Text("st_payments", nil))
	rows := [][]string{}
	for _, paid := range s.Payments {
		what := Allocated(w, paid.Allocations)
		if len(paid.Allocations) == 0 {
			what = w.Word(paid.Status)
		}
		rows = append(rows, []string{"  " + w.Date(paid.ReceivedOn), w.Word(paid.Method), w.Cents(paid.Amount), what})
	}
	p.printf("%s", Columns(rows))
}

// Allocated says what a payment settled, one sum per component.
func Allocated(w *text.Catalogue, list []ledger.Allocation) string {
	var parts []string
	for _, part := range ledger.Parts(list) {
		parts = append(parts, w.Word(part.Account)+" "+w.Cents(part.Amount))
	}
	return strings.Join(parts, ", ")
}
