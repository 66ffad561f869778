package store

import (
	"encoding/json"
	"strings"
	"time"

	"quitt/debt"
	"quitt/store/column"
)

type creditorRow struct {
	ID            debt.ID    `db:"id"`
	Code          string     `db:"code"`
	Name          string     `db:"name"`
	Street        string     `db:"street"`
	Postcode      string     `db:"postcode"`
	City          string     `db:"city"`
	Country       string     `db:"country"`
	State         debt.State `db:"state"`
	IBAN          string     `db:"iban"`
	AccountHolder string     `db:"account_holder"`
	VATDeductible bool       `db:"vat_deductible"`
	Settings      string     `db:"settings"`
}

const creditorColumns = `id, code, name, street, postcode, city, country, state, iban, account_holder, vat_deductible, settings` //nolint:gosec // column names, no credentials

const addCreditorSQL = `
	INSERT INTO creditors (` + creditorColumns + `, created_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

const addFeedHeadSQL = `INSERT INTO feed_heads (creditor_id, seq, hash) VALUES ($1, 0, '')`

// AddCreditor stores a new tenant; the transaction must be his. A code in use is Conflict
// "creditor_exists".
func (t *Tx) AddCreditor(c debt.Creditor, now time.Time) error {
	settings, err := json.Marshal(c.Settings)
	if err != nil {
		return err
	}
	_, err = t.Exec(addCreditorSQL, c.ID, c.Code, c.Name, c.Address.Street, c.Address.Postcode, c.Address.City,
		c.Address.Country, c.State, c.IBAN, c.AccountHolder, c.VATDeductible, string(settings), column.At(now))
	if err != nil {
		return Taken(err, "creditor_exists")
	}
	_, err = t.Exec(addFeedHeadSQL, c.ID)
	return err
}

const creditorByCodeSQL = `SELECT ` + creditorColumns + ` FROM creditors WHERE code = $1`

// LoadCreditor finds a creditor by code, or NotFound "creditor_unknown".
func (r *Reader) LoadCreditor(code string) (debt.Creditor, error) {
	var row creditorRow
	if err := r.Get(&row, creditorByCodeSQL, code); err != nil {
		return debt.Creditor{}, Missing(err, "creditor_unknown")
	}
	return row.creditor()
}

// Mark tells whether what was read of a case is still what stands there.
type Mark struct {
	Version  int64 // of the case: every booking and every event raises it
	Creditor debt.Creditor
}

var markSQL = `SELECT c.version, cr.` + strings.ReplaceAll(creditorColumns, ", ", ", cr.") + `
	  FROM cases c JOIN creditors cr ON cr.id = c.creditor_id
	 WHERE c.creditor_id = $1 AND c.id = $2`

// MarkOf reads the mark of a case, or NotFound "case_unknown".
func (r *Reader) MarkOf(id debt.ID) (Mark, error) {
	var row struct {
		creditorRow
		Version int64 `db:"version"`
	}
	if err := r.Get(&row, markSQL, r.creditor, id); err != nil {
		return Mark{}, Missing(err, "case_unknown")
	}
	c, err := row.creditor()
	return Mark{row.Version, c}, err
}

const creditorsSQL = `SELECT ` + creditorColumns + ` FROM creditors ORDER BY code`

// Creditors lists every tenant, for the operator.
func (r *Reader) Creditors() ([]debt.Creditor, error) {
	var rows []creditorRow
	if err := r.List(&rows, creditorsSQL); err != nil {
		return nil, err
	}
	list := make([]debt.Creditor, len(rows))
	for i, row := range rows {
		var err error
		if list[i], err = row.creditor(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (row creditorRow) creditor() (debt.Creditor, error) {
	c := debt.Creditor{
		ID: row.ID, Code: row.Code, Name: row.Name, State: row.State, IBAN: row.IBAN,
		Address:       debt.Address{Street: row.Street, Postcode: row.Postcode, City: row.City, Country: row.Country},
		AccountHolder: row.AccountHolder, VATDeductible: row.VATDeductible,
	}
	return c, json.Unmarshal([]byte(row.Settings), &c.Settings)
}

const bumpCounterSQL = `
	INSERT INTO counters (creditor_id, name, value) VALUES ($1, $2, $3)
	ON CONFLICT (creditor_id, name) DO UPDATE SET value = counters.value + excluded.value
	RETURNING value`

// Take reserves n numbers of a gap-free series of this creditor and gives the first. The
// series waits for this transaction: a rolled-back number is not lost.
func (t *Tx) Take(series string, n int) (int64, error) {
	var last int64
	if err := t.Get(&last, bumpCounterSQL, t.creditor, series, n); err != nil {
		return 0, err
	}
	return last - int64(n) + 1, nil
}
