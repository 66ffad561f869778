// Package claims is the API's cases: handed over, looked at, updated, withdrawn, held and
// moved on.
package claims

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"quitt/cases"
	"quitt/cases/taking"
	"quitt/debt"
	"quitt/portal/api/wire"
)

// Debtor is who owes.
type Debtor struct {
	Kind           string `json:"kind,omitempty" enum:"person,company" default:"person" example:"person" doc:"A company is never a consumer."`
	FirstName      string `json:"first_name,omitempty" maxLength:"100" example:"Erika" doc:"Of a person."`
	LastName       string `json:"last_name,omitempty" maxLength:"100" example:"Mustermann" doc:"Of a person, required there."`
	CompanyName    string `json:"company_name,omitempty" maxLength:"200" example:"" doc:"Of a company, required there."`
	Street         string `json:"street" maxLength:"200" example:"Heidestraße 17" doc:"Street and number."`
	Postcode       string `json:"postcode" maxLength:"12" example:"51147" doc:"In Germany five digits."`
	City           string `json:"city" maxLength:"100" example:"Köln" doc:"Town."`
	Country        string `json:"country,omitempty" maxLength:"60" default:"DE" example:"DE" doc:"ISO 3166-1 code or name."`
	State          string `json:"state,omitempty" maxLength:"60" example:"NW" doc:"Of Germany; decides which holidays count."`
	BirthDate      string `json:"birth_date,omitempty" maxLength:"40" example:"1985-03-07" doc:"YYYY-MM-DD. Lets the debtor sign in."`
	Email          string `json:"email,omitempty" maxLength:"254" example:"erika@example.de" doc:"For notices and one-time codes."`
	Phone          string `json:"phone,omitempty" maxLength:"40" example:"+49 221 5550123" doc:"For text messages."`
	CustomerNumber string `json:"customer_number,omitempty" maxLength:"64" example:"K-4711" doc:"As on your invoices. Lets the debtor sign in."`
	PayerIBAN      string `json:"payer_iban,omitempty" maxLength:"60" example:"DE75512108001245126199" doc:"The account the debtor is known to pay from."`
	AddressSource  string `json:"address_source,omitempty" enum:"creditor,researched" default:"creditor" example:"creditor" doc:"researched: looked up, which the letter must say (RDG § 13a I Nr. 7)."`
}

// Claim is one demand of a hand-over.
type Claim struct {
	PrincipalCents     int64  `json:"principal_cents" minimum:"1" maximum:"100000000000" example:"7999" doc:"Without costs and interest."`
	Ground             string `json:"ground" enum:"contract,tort,membership,public_law,other" example:"contract" doc:"Why it is owed (RDG § 13a I Nr. 2)."`
	Object             string `json:"object" maxLength:"200" example:"Zahnersatz vom 12.05.2026" doc:"One concrete phrase: what was bought, rented or damaged."`
	ContractDate       string `json:"contract_date,omitempty" maxLength:"40" example:"2026-05-12" doc:"Required for a contract; for tort the day of the act."`
	InvoiceNumber      string `json:"invoice_number,omitempty" maxLength:"64" example:"R-2026-118" doc:"As on your invoice."`
	InvoiceDate        string `json:"invoice_date,omitempty" maxLength:"40" example:"2026-05-14" doc:"YYYY-MM-DD."`
	DueDate            string `json:"due_date" maxLength:"40" example:"2026-06-14" doc:"YYYY-MM-DD."`
	DefaultFrom        string `json:"default_from,omitempty" maxLength:"40" example:"2026-07-15" doc:"First day of interest (BGB § 286); none: no interest."`
	Consumer           *bool  `json:"consumer,omitempty" example:"true" doc:"Without it a person is a consumer."`
	PaymentForServices *bool  `json:"payment_for_services,omitempty" example:"true" doc:"Entgeltforderung (BGB § 288 II); without it a contract is one."`
	ConsumerLoan       bool   `json:"consumer_loan,omitempty" example:"false" doc:"Payments settle principal before interest (BGB § 497 III)."`
	Interest           string `json:"interest,omitempty" enum:"statutory,none,fixed" default:"statutory" example:"statutory" doc:"fixed needs interest_rate_basis_points."`
	InterestRate       *int64 `json:"interest_rate_basis_points,omitempty" minimum:"0" maximum:"3000" example:"950" doc:"950 is 9.50 % a year."`
	InterestReason     string `json:"interest_reason,omitempty" maxLength:"200" example:"" doc:"Why the rate is above the statutory one (RDG § 13a I Nr. 4)."`
	DunningCostCents   int64  `json:"dunning_cost_cents,omitempty" minimum:"0" maximum:"100000" example:"95" doc:"Material cost of your own reminders."`
	DunningDate        string `json:"dunning_cost_date,omitempty" maxLength:"40" example:"2026-07-01" doc:"Day of that reminder."`
	Titled             bool   `json:"titled,omitempty" example:"false" doc:"There is an enforceable title."`
	Secured            bool   `json:"secured,omitempty" example:"false" doc:"You hold a security for it (BGB § 366 II)."`
}

// Handover is one case as it is handed over.
type Handover struct {
	Reference string  `json:"reference" maxLength:"64" example:"RE-1001" doc:"Your own key of the case. The same again with the same content changes nothing."`
	ForReview bool    `json:"for_review,omitempty" example:"false" doc:"The case waits until a person accepts it."`
	Debtor    Debtor  `json:"debtor" doc:"Who owes."`
	Claims    []Claim `json:"claims" nullable:"false" minItems:"1" maxItems:"20" doc:"All with the same debtor."`
}

// Handed is what became of a hand-over.
type Handed struct {
	Case              string `json:"case" example:"2026-000123" doc:"Quitt's reference of the case, as on letters."`
	CreditorReference string `json:"creditor_reference" example:"RE-1001" doc:"Your own key."`
	Outcome           string `json:"outcome" enum:"created,unchanged" example:"created" doc:"unchanged: handed over before with the same content."`
}

// locations are the fields of a hand-over by the columns of a file.
var debtorFields = map[string]string{"debtor_kind": "kind"}

var claimFields = map[string]string{"principal": "principal_cents", "interest": "interest_rate_basis_points", "dunning_cost": "dunning_cost_cents"}

func (d Debtor) cells() map[string]string {
	return map[string]string{"debtor_kind": d.Kind, "first_name": d.FirstName, "last_name": d.LastName, "company_name": d.CompanyName, "street": d.Street,
		"postcode": d.Postcode, "city": d.City, "country": d.Country, "state": d.State, "birth_date": d.BirthDate, "email": d.Email, "phone": d.Phone,
		"customer_number": d.CustomerNumber, "payer_iban": d.PayerIBAN, "address_source": d.AddressSource}
}

func (c Claim) cells() map[string]string {
	cells := map[string]string{"principal": cents(c.PrincipalCents), "ground": c.Ground, "object": c.Object, "contract_date": c.ContractDate,
		"invoice_number": c.InvoiceNumber, "invoice_date": c.InvoiceDate, "due_date": c.DueDate, "default_from": c.DefaultFrom,
		"consumer": word(c.Consumer), "payment_for_services": word(c.PaymentForServices), "consumer_loan": word(&c.ConsumerLoan), "interest": c.Interest,
		"interest_reason": c.InterestReason, "dunning_cost_date": c.DunningDate, "titled": word(&c.Titled), "secured": word(&c.Secured)}
	if c.DunningCostCents > 0 {
		cells["dunning_cost"] = cents(c.DunningCostCents)
	}
	if c.Interest == "fixed" {
		cells["interest"] = ""
		if c.InterestRate != nil {
			cells["interest"] = cents(*c.InterestRate) // hundredths of a percent are written like cents
		}
	}
	return cells
}

func cents(n int64) string { return debt.Cents(n).String() }

func word(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "yes"
	}
	return "no"
}

// read checks a hand-over by the rules of a file, and adds every fault under the location.
func (h Handover) read(creditor debt.Creditor, today debt.Date, at string) (cases.Handover, []wire.Found) {
	out, found := cases.Handover{}, []wire.Found{}
	for i, c := range h.Claims {
		cells := h.Debtor.cells()
		maps.Copy(cells, c.cells())
		cells["reference"] = h.Reference
		row := cases.ReadCells(creditor, today, cells)
		for _, p := range row.Problems {
			if f, mine := located(p, i); mine {
				f.Location = at + f.Location
				found = append(found, f)
			}
		}
		if c.Interest == "fixed" && c.InterestRate == nil {
			found = append(found, wire.Found{Location: at + claimAt(i, "interest_rate_basis_points"), Err: debt.E(debt.Invalid, "api_rate_missing", nil)})
		}
		if i == 0 {
			out = row.Handover
			continue
		}
		out.Claims, out.Costs = append(out.Claims, row.Handover.Claims...), append(out.Costs, row.Handover.Costs...)
	}
	out.ForReview = h.ForReview
	return out, found
}

func claimAt(i int, field string) string { return fmt.Sprintf(".claims[%d].%s", i, field) }

// located says where a problem of claim i is; faults of the debtor are told with the first.
func located(p cases.Problem, i int) (f wire.Found, mine bool) {
	field := p.Column
	switch _, ofDebtor := (Debtor{}).cells()[field]; {
	case field == "":
		return wire.Found{Err: p.Err}, true
	case field == "reference":
		return wire.Found{Location: ".reference", Err: p.Err}, i == 0
	case ofDebtor:
		if name := debtorFields[field]; name != "" {
			field = name
		}
		return wire.Found{Location: ".debtor." + field, Err: p.Err}, i == 0
	}
	if name := claimFields[field]; name != "" {
		field = name
	}
	return wire.Found{Location: claimAt(i, field), Err: p.Err}, true
}

type handIn struct {
	Body Handover
}

// handOver takes one case in.
func (d Desk) handOver(ctx context.Context, c wire.Caller, in *handIn) (*created, error) {
	creditor, err := d.Service.CreditorOf(ctx, c)
	if err != nil {
		return nil, err
	}
	h, found := in.Body.read(creditor, d.today(), "body")
	if len(found) > 0 {
		return nil, &wire.Refusal{Status: 422, Faults: found}
	}
	taken, err := d.Taking.Take(ctx, creditor, []cases.Handover{h}, false)
	if err != nil {
		return nil, err
	}
	if taken[0].Err != nil {
		return nil, taken[0].Err
	}
	out := &created{Status: 200, Body: handed(h, taken[0])}
	if taken[0].New {
		out.Status = 201
	}
	return out, nil
}

type created struct {
	Status int
	Body   Handed
}

func handed(h cases.Handover, t taking.Taken) Handed {
	out := Handed{t.FileReference, h.Reference, "unchanged"}
	if t.New {
		out.Outcome = "created"
	}
	return out
}

// MostAtOnce is how many hand-overs a request may have.
const MostAtOnce = 250

// Bulk is many hand-overs.
type Bulk struct {
	Partial bool       `json:"partial,omitempty" example:"false" doc:"Store the good ones although others are refused. Without it nothing is stored then."`
	Items   []Handover `json:"items" nullable:"false" minItems:"1" maxItems:"250" doc:"At most 250, and at most 256 KiB altogether."`
}

// Item is what became of one of them.
type Item struct {
	Case              string       `json:"case" example:"2026-000123" doc:"Empty if it was refused."`
	CreditorReference string       `json:"creditor_reference" example:"RE-1001" doc:"Your own key."`
	Outcome           string       `json:"outcome" enum:"created,unchanged,refused" example:"created" doc:"What became of it."`
	Errors            []wire.Fault `json:"errors,omitempty" nullable:"false" doc:"Why it was refused."`
}

// BulkDone is what became of all.
type BulkDone struct {
	Created   int    `json:"created" example:"2" doc:"New cases."`
	Unchanged int    `json:"unchanged" example:"0" doc:"Handed over before."`
	Refused   int    `json:"refused" example:"0" doc:"Not stored; only with partial."`
	Items     []Item `json:"items" nullable:"false" doc:"In the order of the request."`
}

type bulkIn struct {
	Body Bulk
}

// bulk takes many cases in, all in one transaction.
func (d Desk) bulk(ctx context.Context, c wire.Caller, in *bulkIn) (*wire.Out[BulkDone], error) {
	creditor, err := d.Service.CreditorOf(ctx, c)
	if err != nil {
		return nil, err
	}
	list, faults := make([]cases.Handover, len(in.Body.Items)), make([][]wire.Found, len(in.Body.Items))
	good := []cases.Handover{}
	places := []int{}
	for i, h := range in.Body.Items {
		if list[i], faults[i] = h.read(creditor, d.today(), "body.items["+strconv.Itoa(i)+"]"); len(faults[i]) == 0 {
			good, places = append(good, list[i]), append(places, i)
		}
	}
	if !in.Body.Partial && len(good) < len(list) {
		return nil, &wire.Refusal{Status: 422, Faults: slices.Concat(faults...)}
	}
	taken, err := d.Taking.Take(ctx, creditor, good, in.Body.Partial)
	if err != nil {
		return nil, err
	}
	outcome := make([]taking.Taken, len(list))
	for k, t := range taken {
		i := places[k]
		if outcome[i] = t; t.Err != nil {
			faults[i] = []wire.Found{{Location: "body.items[" + strconv.Itoa(i) + "].reference", Err: t.Err}}
		}
	}
	if refused := slices.Concat(faults...); len(refused) > 0 && !in.Body.Partial {
		return nil, &wire.Refusal{Status: 409, Faults: refused}
	}
	return wire.Said(done(c, list, outcome, faults)), nil
}

func done(c wire.Caller, list []cases.Handover, taken []taking.Taken, faults [][]wire.Found) BulkDone {
	out := BulkDone{Items: make([]Item, len(list))}
	for i, h := range list {
		one := handed(h, taken[i])
		item := Item{one.Case, one.CreditorReference, one.Outcome, nil}
		switch {
		case len(faults[i]) > 0:
			out.Refused++
			item.Case, item.Outcome = "", "refused"
			for _, f := range faults[i] {
				item.Errors = append(item.Errors, wire.Fault{Location: f.Location, Code: f.Err.Key, Detail: c.Words.Error(f.Err)})
			}
		case taken[i].New:
			out.Created++
		default:
			out.Unchanged++
		}
		out.Items[i] = item
	}
	return out
}
