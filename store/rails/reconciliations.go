package rails

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Reconciliation is the comparison of one day of the provider's account with ours.
type Reconciliation struct {
	AccountID   debt.ID
	On          debt.Date
	At          time.Time
	Movements   int64
	Provider    debt.Cents // sum by the provider
	Ledger      debt.Cents // sum by our postings
	Unexplained debt.Cents // sum of the amounts of all differences; 0 is what is wanted
	Report      string     // JSON: every difference
}

type reconciliationRow struct {
	AccountID   debt.ID        `db:"account_id"`
	On          column.Day     `db:"day_on"`
	At          column.Instant `db:"at"`
	Movements   int64          `db:"movements"`
	Provider    debt.Cents     `db:"provider_cents"`
	Ledger      debt.Cents     `db:"ledger_cents"`
	Unexplained debt.Cents     `db:"unexplained_cents"`
	Report      string         `db:"report"`
}

const reconciliationColumns = `account_id, day_on, at, movements, provider_cents, ledger_cents, unexplained_cents, report`

const (
	saveReconciliationSQL = `INSERT INTO reconciliations (creditor_id, ` + reconciliationColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (creditor_id, account_id, day_on) DO UPDATE SET at = excluded.at, movements = excluded.movements,
		       provider_cents = excluded.provider_cents, ledger_cents = excluded.ledger_cents,
		       unexplained_cents = excluded.unexplained_cents, report = excluded.report`

	reconciliationsSQL = `SELECT ` + reconciliationColumns + ` FROM reconciliations WHERE creditor_id = $1 ORDER BY day_on DESC, account_id LIMIT $2`
)

// SaveReconciliation keeps how a day came out; a later look at the same day replaces it.
func SaveReconciliation(t *store.Tx, c Reconciliation) error {
	_, err := t.Exec(saveReconciliationSQL, t.Creditor(), c.AccountID, column.On(c.On), column.At(c.At), c.Movements, int64(c.Provider),
		int64(c.Ledger), int64(c.Unexplained), c.Report)
	return err
}

// Reconciliations lists a creditor's days, the newest first.
func Reconciliations(r *store.Reader, most int) ([]Reconciliation, error) {
	var rows []reconciliationRow
	if err := r.List(&rows, reconciliationsSQL, r.Creditor(), most); err != nil {
		return nil, err
	}
	list := make([]Reconciliation, len(rows))
	for i, w := range rows {
		list[i] = Reconciliation{w.AccountID, w.On.Date, w.At.Time, w.Movements, w.Provider, w.Ledger, w.Unexplained, w.Report}
	}
	return list, nil
}

// Note is what an operator wrote beside a payment.
type Note struct {
	ID        debt.ID
	PaymentID debt.ID
	Author    string
	Text      debt.Personal
	At        time.Time
}

const (
	addNoteSQL = `INSERT INTO payment_notes (creditor_id, id, payment_id, author, text, at) VALUES ($1, $2, $3, $4, $5, $6)`
	notesSQL   = `SELECT id, payment_id, author, text, at FROM payment_notes WHERE creditor_id = $1 AND payment_id = $2 ORDER BY at, id`
)

// AddNote keeps a note; they are never changed.
func AddNote(t *store.Tx, n Note) error {
	_, err := t.Exec(addNoteSQL, t.Creditor(), n.ID, n.PaymentID, n.Author, n.Text.Reveal(), column.At(n.At))
	return err
}

// Notes lists what was written beside a payment, the oldest first.
func Notes(r *store.Reader, payment debt.ID) ([]Note, error) {
	var rows []struct {
		ID        debt.ID        `db:"id"`
		PaymentID debt.ID        `db:"payment_id"`
		Author    string         `db:"author"`
		Text      string         `db:"text"`
		At        column.Instant `db:"at"`
	}
	if err := r.List(&rows, notesSQL, r.Creditor(), payment); err != nil {
		return nil, err
	}
	list := make([]Note, len(rows))
	for i, w := range rows {
		list[i] = Note{w.ID, w.PaymentID, w.Author, debt.Personal(w.Text), w.At.Time}
	}
	return list, nil
}
