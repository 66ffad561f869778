package store

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store/bulk"
	"quitt/store/column"
	"quitt/store/edge"
	"quitt/store/expect"
)

// File is a case with what is open on it, as a transaction locked or read it.
type File struct {
	Case    debt.Case
	Account ledger.Account
	// ContentHash identifies what was handed over, so that a repeated hand-over is told
	// from a different one under the same reference.
	ContentHash string
	balance     debt.Balance // as stored on the case row
	events      int64
}

// Balance is what is open by the case row, interest only as far as it is booked.
func (f *File) Balance() debt.Balance { return f.balance }

type caseRow struct {
	ID                debt.ID             `db:"id" json:"id"`
	DebtorID          debt.ID             `db:"debtor_id" json:"debtor_id"`
	FileReference     string              `db:"file_reference" json:"file_reference"`
	CreditorReference string              `db:"creditor_reference" json:"creditor_reference"`
	ContentHash       string              `db:"content_hash" json:"content_hash"`
	Review            debt.Review         `db:"review" json:"review"`
	Stage             debt.Stage          `db:"stage" json:"stage"`
	Processing        debt.Processing     `db:"processing" json:"processing"`
	Payment           debt.PaymentState   `db:"payment" json:"payment"`
	Objection         debt.ObjectionState `db:"objection" json:"objection"`
	Plan              debt.PlanState      `db:"plan" json:"plan"`
	CloseReason       debt.CloseReason    `db:"close_reason" json:"close_reason"`
	ReceivedAt        column.Instant      `db:"received_at" json:"received_at"`
	PrincipalCents    debt.Cents          `db:"principal_cents" json:"principal_cents"`
	InterestCents     debt.Cents          `db:"interest_cents" json:"interest_cents"`
	CostsCents        debt.Cents          `db:"costs_cents" json:"costs_cents"`
	OverpaidCents     debt.Cents          `db:"overpaid_cents" json:"overpaid_cents"`
	LastValueOn       column.Day          `db:"last_value_on" json:"last_value_on"`
	EventCount        int64               `db:"event_count" json:"event_count"`
	Version           int64               `db:"version" json:"version"`
}

const caseColumns = `id, debtor_id, file_reference, creditor_reference, content_hash, review, stage, processing, payment, objection, plan, close_reason, received_at, principal_cents, interest_cents, costs_cents, overpaid_cents, last_value_on, event_count, version`

// fileColumns reads a case together with its creditor's settings and its days at rest.
const fileColumns = caseColumns + `, COALESCE(NULLIF(rests, ''), 'null') AS rests, (SELECT cr.settings FROM creditors cr WHERE cr.id = cases.creditor_id) AS settings`

type fileRow struct {
	caseRow
	Rests    string `db:"rests"`
	Settings string `db:"settings"`
}

func (f *File) row() caseRow {
	c, b := f.Case, f.Account.Balance()
	return caseRow{c.ID, c.DebtorID, c.FileReference, c.CreditorReference, f.ContentHash, c.Review, c.Stage,
		c.Processing, c.Payment, c.Objection, c.Plan, c.CloseReason, column.At(c.ReceivedAt), b.Principal, b.Interest,
		b.Costs, b.Overpaid, column.On(f.Account.LastOn), f.events, c.Version}
}

func (r fileRow) file(creditor debt.ID) (*File, error) {
	f := &File{
		Case: debt.Case{ID: r.ID, CreditorID: creditor, DebtorID: r.DebtorID, FileReference: r.FileReference,
			CreditorReference: r.CreditorReference, Review: r.Review, Stage: r.Stage, Processing: r.Processing,
			Payment: r.Payment, Objection: r.Objection, Plan: r.Plan, CloseReason: r.CloseReason,
			ReceivedAt: r.ReceivedAt.Time, Version: r.Version},
		Account:     ledger.Account{CaseID: r.ID, LastOn: r.LastValueOn.Date, Overpaid: r.OverpaidCents},
		ContentHash: r.ContentHash,
		balance:     debt.Balance{Principal: r.PrincipalCents, Interest: r.InterestCents, Costs: r.CostsCents, Overpaid: r.OverpaidCents},
		events:      r.EventCount,
	}
	return f, errors.Join(json.Unmarshal([]byte(r.Rests), &f.Account.Rests), json.Unmarshal([]byte(r.Settings), &f.Account.Settings))
}

// Lock locks cases for the rest of the transaction, in key order, and reads them with
// their accounts. An unknown id is NotFound "case_unknown".
func (t *Tx) Lock(ids ...debt.ID) ([]*File, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	var rows []fileRow
	if edge.IDs(ids) != nil {
		return nil, debt.E(debt.NotFound, "case_unknown", nil)
	}
	if t.store.portable {
		for _, id := range ids {
			var row fileRow
			if err := t.Get(&row, lockCases.portable, t.creditor, id); err != nil {
				return nil, Missing(err, "case_unknown")
			}
			rows = append(rows, row)
		}
	} else if err := t.List(&rows, lockCases.postgres, t.creditor, uuids(ids, func(id debt.ID) debt.ID { return id })); err != nil {
		return nil, err
	}
	if len(rows) != len(ids) {
		return nil, debt.E(debt.NotFound, "case_unknown", nil)
	}
	files := make([]*File, len(rows))
	for i, row := range rows {
		f, err := row.file(t.creditor)
		if err = cmp.Or(err, expect.Check(t.ctx, row.ID, row.Version)); err != nil {
			return nil, err
		}
		files[i] = f
	}
	slices.SortFunc(files, func(a, b *File) int { return strings.Compare(string(a.Case.ID), string(b.Case.ID)) })
	return files, t.loadAccounts(files)
}

// LockOne is Lock for a single case.
func (t *Tx) LockOne(id debt.ID) (*File, error) {
	files, err := t.Lock(id)
	if err != nil {
		return nil, err
	}
	return files[0], nil
}

const caseSQL = `SELECT ` + fileColumns + ` FROM cases WHERE creditor_id = $1 AND id = $2`

// LoadFile reads a case with its account, or NotFound "case_unknown".
func (r *Reader) LoadFile(id debt.ID) (*File, error) {
	var row fileRow
	if err := r.Get(&row, caseSQL, r.creditor, id); err != nil {
		return nil, Missing(err, "case_unknown")
	}
	f, err := row.file(r.creditor)
	if err != nil {
		return nil, err
	}
	return f, r.loadAccounts([]*File{f})
}

const caseByReferenceSQL = `
	SELECT id FROM cases WHERE creditor_id = $1 AND file_reference = $2
	UNION ALL
	SELECT id FROM cases WHERE creditor_id = $1 AND creditor_reference = $2 AND file_reference <> $2`

// FindCase gives the id of the case with this file reference or, failing that, this
// reference of the creditor; NotFound "case_unknown" if neither exists.
func (r *Reader) FindCase(reference string) (debt.ID, error) {
	var ids []debt.ID
	if err := r.List(&ids, caseByReferenceSQL, r.creditor, reference); err != nil {
		return "", err
	}
	if len(ids) == 0 {
		return "", debt.E(debt.NotFound, "case_unknown", nil)
	}
	return ids[0], nil
}

// knownPage is how many references HandedOver asks for at once.
const knownPage = 256

const knownSQL = `SELECT creditor_reference, content_hash FROM cases WHERE creditor_id = $1 AND creditor_reference IN (`

// HandedOver gives the content hash of each reference that exists already.
func (r *Reader) HandedOver(references []string) (map[string]string, error) {
	known := map[string]string{}
	for chunk := range slices.Chunk(references, knownPage) {
		var rows []struct {
			Reference string `db:"creditor_reference"`
			Hash      string `db:"content_hash"`
		}
		query, args := bulk.In(knownSQL, r.creditor, chunk)
		if err := r.List(&rows, query, args...); err != nil {
			return nil, err
		}
		for _, row := range rows {
			known[row.Reference] = row.Hash
		}
	}
	return known, nil
}

const updateCaseSQL = `
	UPDATE cases SET review = $3, stage = $4, processing = $5, payment = $6, objection = $7, plan = $8,
	       close_reason = $9, principal_cents = $10, interest_cents = $11, costs_cents = $12, overpaid_cents = $13, last_value_on = $14, event_count = $15, version = version + 1
	 WHERE creditor_id = $1 AND id = $2 AND version = $16`

func (t *Tx) updateCase(r caseRow) error {
	n, err := t.Exec(updateCaseSQL, t.creditor, r.ID, r.Review, r.Stage, r.Processing, r.Payment, r.Objection,
		r.Plan, r.CloseReason, r.PrincipalCents, r.InterestCents, r.CostsCents, r.OverpaidCents, r.LastValueOn,
		r.EventCount, r.Version)
	return changedAll(n, 1, err)
}

// changedAll turns "not every row was updated" into Conflict "changed_meanwhile".
func changedAll(changed int64, want int, err error) error {
	if err == nil && changed != int64(want) {
		return debt.E(debt.Conflict, "changed_meanwhile", nil)
	}
	return err
}

const addCaseSQL = `
	INSERT INTO cases (creditor_id, ` + caseColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`

func (t *Tx) addCase(r caseRow) error {
	_, err := t.Exec(addCaseSQL, t.creditor, r.ID, r.DebtorID, r.FileReference, r.CreditorReference, r.ContentHash,
		r.Review, r.Stage, r.Processing, r.Payment, r.Objection, r.Plan, r.CloseReason, r.ReceivedAt,
		r.PrincipalCents, r.InterestCents, r.CostsCents, r.OverpaidCents, r.LastValueOn, r.EventCount, r.Version)
	return err
}

// uuids is the ids of rows as a PostgreSQL array.
func uuids[T any](rows []T, id func(T) debt.ID) string {
	list := make([]string, len(rows))
	for i, r := range rows {
		list[i] = string(id(r))
	}
	return "{" + strings.Join(list, ",") + "}"
}

// jsonText is a bulk parameter; what it is given always marshals.
func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}
