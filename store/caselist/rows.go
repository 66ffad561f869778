// Package caselist reads lists of cases: filtered by every axis, in several orders, a page at
// a time from a key on. Every statement is answered by an index and looks at a bounded number
// of cases, whether there are a thousand or a million.
package caselist

import (
	"slices"
	"strings"

	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
	"quitt/store/search"
)

// Case is what a list shows of a case.
type Case struct {
	debt.Case

	Debtor debt.Debtor
	Open   debt.Balance // as booked: interest that is not booked yet is not in it
	Claims []Claim
}

// Claim is what a list shows of a claim.
type Claim struct {
	Invoice  string
	Ground   debt.Ground
	Original debt.Cents
	DueOn    debt.Date
}

// Original is the principal as it was handed over.
func (c Case) Original() (sum debt.Cents) {
	for _, l := range c.Claims {
		sum += l.Original
	}
	return sum
}

// DueSince is the day from which the oldest claim was due.
func (c Case) DueSince() (first debt.Date) {
	for _, l := range c.Claims {
		if first.IsZero() || l.DueOn.Before(first) {
			first = l.DueOn
		}
	}
	return first
}

type caseRow struct {
	ID          debt.ID             `db:"id"`
	DebtorID    debt.ID             `db:"debtor_id"`
	Reference   string              `db:"file_reference"`
	Own         string              `db:"creditor_reference"`
	Review      debt.Review         `db:"review"`
	Stage       debt.Stage          `db:"stage"`
	Processing  debt.Processing     `db:"processing"`
	Payment     debt.PaymentState   `db:"payment"`
	Objection   debt.ObjectionState `db:"objection"`
	Plan        debt.PlanState      `db:"plan"`
	CloseReason debt.CloseReason    `db:"close_reason"`
	ReceivedAt  column.Instant      `db:"received_at"`
	Principal   debt.Cents          `db:"principal_cents"`
	Interest    debt.Cents          `db:"interest_cents"`
	Costs       debt.Cents          `db:"costs_cents"`
	Overpaid    debt.Cents          `db:"overpaid_cents"`
	Version     int64               `db:"version"`
}

const (
	casesSQL = `SELECT id, debtor_id, file_reference, creditor_reference, review, stage, processing, payment, objection, plan, close_reason,
		received_at, principal_cents, interest_cents, costs_cents, overpaid_cents, version FROM cases WHERE creditor_id = $1 AND id IN (`
	claimsSQL = `SELECT case_id, id, invoice_number, ground, principal_cents, due_on FROM claims WHERE creditor_id = $1 AND case_id IN (`
)

// Load reads cases in the order of their ids as given.
func Load(r *store.Reader, ids []debt.ID) (list []Case, err error) {
	for chunk := range slices.Chunk(ids, most) {
		some, err := load(r, chunk)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	return list, nil
}

func load(r *store.Reader, ids []debt.ID) ([]Case, error) {
	var rows []caseRow
	query, args := bulk.In(casesSQL, r.Creditor(), ids)
	if err := r.List(&rows, query, args...); err != nil {
		return nil, err
	}
	debtors, err := search.Debtors(r, ids)
	if err != nil {
		return nil, err
	}
	claims, err := claimsOf(r, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[debt.ID]Case, len(rows))
	for _, c := range rows {
		found[c.ID] = Case{
			Case: debt.Case{ID: c.ID, CreditorID: r.Creditor(), DebtorID: c.DebtorID, FileReference: c.Reference, CreditorReference: c.Own,
				Review: c.Review, Stage: c.Stage, Processing: c.Processing, Payment: c.Payment, Objection: c.Objection, Plan: c.Plan,
				CloseReason: c.CloseReason, ReceivedAt: c.ReceivedAt.Time, Version: c.Version},
			Debtor: debtors[c.ID], Claims: claims[c.ID],
			Open: debt.Balance{Principal: c.Principal, Interest: c.Interest, Costs: c.Costs, Overpaid: c.Overpaid},
		}
	}
	list := make([]Case, 0, len(ids))
	for _, id := range ids {
		if c, ok := found[id]; ok {
			list = append(list, c)
		}
	}
	return list, nil
}

type claimRow struct {
	CaseID   debt.ID     `db:"case_id"`
	ID       debt.ID     `db:"id"`
	Invoice  string      `db:"invoice_number"`
	Ground   debt.Ground `db:"ground"`
	Original debt.Cents  `db:"principal_cents"`
	DueOn    column.Day  `db:"due_on"`
}

func claimsOf(r *store.Reader, ids []debt.ID) (map[debt.ID][]Claim, error) {
	var rows []claimRow
	query, args := bulk.In(claimsSQL, r.Creditor(), ids)
	if err := r.List(&rows, query, args...); err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b claimRow) int { return strings.Compare(string(a.ID), string(b.ID)) })
	found := map[debt.ID][]Claim{}
	for _, l := range rows {
		found[l.CaseID] = append(found[l.CaseID], Claim{l.Invoice, l.Ground, l.Original, l.DueOn.Date})
	}
	return found, nil
}
