// Package mandates remembers mandates given to creditors themselves, the accounts they are
// collected to, and the files in which that is done. What decides is debt/mandate's.
package mandates

import (
	"encoding/json"
	"time"

	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

type row struct {
	ID         debt.ID        `db:"id"`
	CaseID     debt.ID        `db:"case_id"`
	AccountID  debt.ID        `db:"account_id"`
	Reference  string         `db:"reference"`
	Kind       mandate.Kind   `db:"kind"`
	State      mandate.State  `db:"state"`
	Sealed     string         `db:"sealed"`
	Other      bool           `db:"other_payer"`
	Amount     debt.Cents     `db:"amount_cents"`
	Payee      string         `db:"payee"`
	Identifier string         `db:"identifier"`
	Text       string         `db:"text_version"`
	Language   string         `db:"language"`
	How        mandate.How    `db:"how"`
	SignedOn   column.Day     `db:"signed_on"`
	LastOn     column.Day     `db:"last_on"`
	Reason     string         `db:"reason"`
	CodeHash   string         `db:"code_hash"`
	CodeAt     column.Instant `db:"code_at"`
	Tries      int64          `db:"tries"`
	MadeAt     column.Instant `db:"made_at"`
	EndedAt    column.Instant `db:"ended_at"`
	Notice     int64          `db:"notice_days"`
	Key        string         `db:"person_key"`
}

const columns = `id, case_id, account_id, reference, kind, state, sealed, other_payer, amount_cents, payee, identifier, text_version, language, how,
	signed_on, last_on, reason, code_hash, code_at, tries, made_at, ended_at, notice_days`

// payer is what is sealed of a mandate.
type payer struct {
	Holder string `json:"holder"`
	IBAN   string `json:"iban"`
}

// The table and column whose texts are sealed.
const (
	table        = "mandates"
	sealedColumn = "sealed"
)

func (r row) mandate(by *store.Reader) (mandate.Mandate, error) {
	m := mandate.Mandate{ID: r.ID, CaseID: r.CaseID, AccountID: r.AccountID, Reference: r.Reference, Kind: r.Kind, State: r.State, Other: r.Other,
		Amount: r.Amount, Payee: r.Payee, Identifier: r.Identifier, Text: r.Text, Language: r.Language, How: r.How, SignedOn: r.SignedOn.Date,
		LastOn: r.LastOn.Date, Reason: r.Reason, CodeHash: r.CodeHash, CodeAt: r.CodeAt.Time, Tries: int(r.Tries), MadeAt: r.MadeAt.Time,
		EndedAt: r.EndedAt.Time, Notice: int(r.Notice)}
	if r.Sealed == "" { // of somebody erased
		return m, nil
	}
	texts := by.Safe().Texts(r.Key, table, by.Creditor(), r.ID)
	text := texts.Open(sealedColumn, r.Sealed)
	if err := texts.Err(); err != nil {
		return m, err
	}
	var p payer
	err := json.Unmarshal([]byte(text.Reveal()), &p)
	m.Holder, m.IBAN = debt.Personal(p.Holder), debt.Personal(p.IBAN)
	return m, err
}

const (
	addSQL = `INSERT INTO mandates (creditor_id, ` + columns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`
	saveSQL = `UPDATE mandates SET state = $3, how = $4, signed_on = $5, last_on = $6, reason = $7, code_hash = $8, code_at = $9, tries = $10, ended_at = $11
		WHERE creditor_id = $1 AND id = $2`
)

var (
	shown          = columns + `, ` + person.KeyColumn(table)
	loadSQL        = `SELECT ` + shown + ` FROM mandates WHERE creditor_id = $1 AND id = $2`
	byReferenceSQL = `SELECT ` + shown + ` FROM mandates WHERE creditor_id = $1 AND reference = $2`
	ofCaseSQL      = `SELECT ` + shown + ` FROM mandates WHERE creditor_id = $1 AND case_id = $2 ORDER BY made_at, id`
	endingSQL      = `SELECT ` + shown + ` FROM mandates WHERE creditor_id = $1 AND id > $2 AND (state = 'pending' AND made_at < $3
		OR state = 'active' AND (kind = 'one_off' OR signed_on < $4 AND (last_on IS NULL OR last_on < $4))) ORDER BY id LIMIT $5`
)

// Add keeps a new mandate; its case must be locked. Conflict "mandate_taken": the reference is
// another one's.
func Add(t *store.Tx, m mandate.Mandate) error {
	text, err := json.Marshal(payer{m.Holder.Reveal(), m.IBAN.Reveal()})
	if err != nil {
		return err
	}
	key, err := t.KeyOf(m.CaseID)
	if err != nil {
		return err
	}
	texts := key.Texts(table, t.Creditor(), m.ID)
	sealed := texts.Seal(sealedColumn, debt.Personal(text))
	if err := texts.Err(); err != nil {
		return err
	}
	_, err = t.Exec(addSQL, t.Creditor(), m.ID, m.CaseID, m.AccountID, m.Reference, string(m.Kind), string(m.State), sealed, m.Other, int64(m.Amount),
		m.Payee, m.Identifier, m.Text, m.Language, string(m.How), column.On(m.SignedOn), column.On(m.LastOn), m.Reason, m.CodeHash, column.At(m.CodeAt),
		int64(m.Tries), column.At(m.MadeAt), column.At(m.EndedAt), int64(m.Notice))
	return store.Taken(err, "mandate_taken")
}

// Save keeps where a mandate stands; what it says never changes. Its case must be locked.
func Save(t *store.Tx, m mandate.Mandate) error {
	_, err := t.Exec(saveSQL, t.Creditor(), m.ID, string(m.State), string(m.How), column.On(m.SignedOn), column.On(m.LastOn), m.Reason, m.CodeHash,
		column.At(m.CodeAt), int64(m.Tries), column.At(m.EndedAt))
	return err
}

// Load reads a mandate, or NotFound "mandate_unknown".
func Load(r *store.Reader, id debt.ID) (mandate.Mandate, error) {
	return one(r, loadSQL, id)
}

// ByReference reads the one of a reference, or NotFound "mandate_unknown".
func ByReference(r *store.Reader, reference string) (mandate.Mandate, error) {
	return one(r, byReferenceSQL, reference)
}

func one(r *store.Reader, query string, key any) (mandate.Mandate, error) {
	var found row
	if err := r.Get(&found, query, r.Creditor(), key); err != nil {
		return mandate.Mandate{}, store.Missing(err, "mandate_unknown")
	}
	return found.mandate(r)
}

// OfCase lists those of a case, the oldest first.
func OfCase(r *store.Reader, caseID debt.ID) ([]mandate.Mandate, error) {
	return list(r, ofCaseSQL, caseID)
}

// Since bounds what may have to end by itself: pending ones made before an instant, and those in
// force that were neither signed nor used since a day.
type Since struct {
	MadeAt time.Time
	UsedOn debt.Date
}

// Ending lists up to n that may have to, behind an id; every one-off one in force is among them.
func Ending(r *store.Reader, s Since, after debt.ID, n int) ([]mandate.Mandate, error) {
	return list(r, endingSQL, after, column.At(s.MadeAt), column.On(s.UsedOn), n)
}

func list(r *store.Reader, query string, args ...any) ([]mandate.Mandate, error) {
	var rows []row
	if err := r.List(&rows, query, append([]any{r.Creditor()}, args...)...); err != nil {
		return nil, err
	}
	out := make([]mandate.Mandate, len(rows))
	for i, x := range rows {
		var err error
		if out[i], err = x.mandate(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

const (
	accountsSQL = `SELECT d.account_id, p.external_id, d.identifier, d.holder, d.cut_off, d.notice_days FROM debit_accounts d
		JOIN provider_accounts p ON p.creditor_id = d.creditor_id AND p.id = d.account_id
		WHERE d.creditor_id = $1 AND p.closed_at IS NULL ORDER BY d.account_id`
	setAccountSQL = `INSERT INTO debit_accounts (creditor_id, account_id, identifier, holder, cut_off, notice_days) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (creditor_id, account_id) DO UPDATE SET identifier = excluded.identifier, holder = excluded.holder, cut_off = excluded.cut_off,
		       notice_days = excluded.notice_days`
)

// Accounts lists the open accounts a creditor collects by.
func Accounts(r *store.Reader) ([]mandate.Account, error) {
	var rows []struct {
		ID         debt.ID `db:"account_id"`
		IBAN       string  `db:"external_id"`
		Identifier string  `db:"identifier"`
		Holder     string  `db:"holder"`
		CutOff     int64   `db:"cut_off"`
		Notice     int64   `db:"notice_days"`
	}
	if err := r.List(&rows, accountsSQL, r.Creditor()); err != nil {
		return nil, err
	}
	out := make([]mandate.Account, len(rows))
	for i, x := range rows {
		out[i] = mandate.Account{ID: x.ID, IBAN: x.IBAN, Identifier: x.Identifier, Holder: x.Holder, CutOff: int(x.CutOff), Notice: int(x.Notice)}
	}
	return out, nil
}

// SetAccount keeps by what an account collects.
func SetAccount(t *store.Tx, a mandate.Account) error {
	_, err := t.Exec(setAccountSQL, t.Creditor(), a.ID, a.Identifier, a.Holder, int64(a.CutOff), int64(a.Notice))
	return err
}
