package rails

import (
	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/column"
)

type instrumentRow struct {
	ID       debt.ID              `db:"id"`
	CaseID   debt.ID              `db:"case_id"`
	Account  debt.ID              `db:"account_id"`
	External string               `db:"external_id"`
	Customer string               `db:"customer_id"`
	Mandate  string               `db:"mandate_id"`
	Method   debt.Method          `db:"method"`
	Last4    string               `db:"last4"`
	Brand    string               `db:"brand"`
	State    rail.InstrumentState `db:"state"`
	Declines int                  `db:"declines"`
	SavedBy  debt.ID              `db:"saved_by"`
	SavedAt  column.Instant       `db:"saved_at"`
}

const instrumentColumns = `id, case_id, account_id, external_id, customer_id, mandate_id, method, last4, brand, state, declines, saved_by, saved_at`

func (r instrumentRow) instrument() rail.Instrument {
	return rail.Instrument{ID: r.ID, CaseID: r.CaseID, Account: r.Account, External: r.External, Customer: r.Customer, Mandate: r.Mandate,
		Method: r.Method, Last4: r.Last4, Brand: r.Brand, State: r.State, Declines: r.Declines, SavedBy: r.SavedBy, SavedAt: r.SavedAt.Time}
}

const (
	saveInstrumentSQL = `INSERT INTO instruments (creditor_id, ` + instrumentColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (creditor_id, account_id, external_id) DO UPDATE SET state = excluded.state, declines = excluded.declines,
		       mandate_id = excluded.mandate_id
		RETURNING ` + instrumentColumns

	// A mandate given to the creditor is never in force when its instrument is not.
	endMandateSQL = `UPDATE mandates SET state = 'revoked', reason = 'instrument_dead', code_hash = ''
		WHERE creditor_id = $1 AND id = $2 AND state IN ('pending', 'active')`

	instrumentSQL      = `SELECT ` + instrumentColumns + ` FROM instruments WHERE creditor_id = $1 AND id = $2`
	instrumentsSQL     = `SELECT ` + instrumentColumns + ` FROM instruments WHERE creditor_id = $1 AND case_id = $2 ORDER BY saved_at, id`
	instrumentByKeySQL = `SELECT ` + instrumentColumns + ` FROM instruments WHERE creditor_id = $1 AND account_id = $2 AND external_id = $3`
)

// SaveInstrument keeps a card or mandate and gives it as it stands: one that is known keeps
// its id, case and consent.
func SaveInstrument(t *store.Tx, i rail.Instrument) (rail.Instrument, error) {
	var row instrumentRow
	err := t.Get(&row, saveInstrumentSQL, t.Creditor(), i.ID, i.CaseID, i.Account, i.External, i.Customer, i.Mandate, string(i.Method),
		i.Last4, i.Brand, string(i.State), i.Declines, i.SavedBy, column.At(i.SavedAt))
	if err == nil && i.State == rail.Dead {
		_, err = t.Exec(endMandateSQL, t.Creditor(), row.ID)
	}
	return row.instrument(), err
}

// LoadInstrument reads a card or mandate, or NotFound "instrument_unknown".
func LoadInstrument(r *store.Reader, id debt.ID) (rail.Instrument, error) {
	var row instrumentRow
	if err := r.Get(&row, instrumentSQL, r.Creditor(), id); err != nil {
		return rail.Instrument{}, store.Missing(err, "instrument_unknown")
	}
	return row.instrument(), nil
}

// FindInstrument reads one by the provider's id; ok is false without.
func FindInstrument(r *store.Reader, account debt.ID, external string) (rail.Instrument, bool, error) {
	var rows []instrumentRow
	if err := r.List(&rows, instrumentByKeySQL, r.Creditor(), account, external); err != nil || len(rows) == 0 {
		return rail.Instrument{}, false, err
	}
	return rows[0].instrument(), true, nil
}

// Instruments lists those of a case, the oldest first.
func Instruments(r *store.Reader, caseID debt.ID) ([]rail.Instrument, error) {
	var rows []instrumentRow
	if err := r.List(&rows, instrumentsSQL, r.Creditor(), caseID); err != nil {
		return nil, err
	}
	list := make([]rail.Instrument, len(rows))
	for i, row := range rows {
		list[i] = row.instrument()
	}
	return list, nil
}
