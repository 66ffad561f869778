// Package grants remembers what letters open: grants with the hashes of their secrets,
// visits, one-time codes and what is to be sent. Whether something may be opened is for
// debt/access to say.
package grants

import (
	"database/sql"
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/column"
)

// Secret is how a typed code is proved: hex of a salt of 16 bytes, and of the HMAC-SHA-256
// of the slow hash under the pepper of a version.
type Secret struct {
	Salt, Hash string
	Pepper     int
}

// Record is a grant as stored.
type Record struct {
	access.Grant
	Secret Secret
}

type grantRow struct {
	ID            debt.ID        `db:"id"`
	CaseID        debt.ID        `db:"case_id"`
	Words         string         `db:"words"`
	CodeSalt      string         `db:"code_salt"`
	CodeHash      string         `db:"code_hash"`
	PepperVersion int            `db:"pepper_version"`
	IssuedAt      column.Instant `db:"issued_at"`
	ExpiresAt     column.Instant `db:"expires_at"`
	RevokedAt     column.Instant `db:"revoked_at"`
	RevokeReason  access.Reason  `db:"revoke_reason"`
	Wrong         int            `db:"wrong"`
	PausedAt      column.Instant `db:"paused_at"`
	LastAccessAt  column.Instant `db:"last_access_at"`
}

const columns = `id, case_id, words, code_salt, code_hash, pepper_version, issued_at, expires_at, revoked_at, revoke_reason, wrong, paused_at, last_access_at`

func (r grantRow) record() Record {
	return Record{
		Grant: access.Grant{ID: r.ID, CaseID: r.CaseID, Words: r.Words, IssuedAt: r.IssuedAt.Time, ExpiresAt: r.ExpiresAt.Time,
			RevokedAt: r.RevokedAt.Time, Reason: r.RevokeReason, Wrong: r.Wrong, PausedAt: r.PausedAt.Time, LastAccessAt: r.LastAccessAt.Time},
		Secret: Secret{Salt: r.CodeSalt, Hash: r.CodeHash, Pepper: r.PepperVersion},
	}
}

// Place is where a secret leads.
type Place struct {
	Creditor debt.ID `db:"owner_id"`
	Grant    debt.ID `db:"grant_id"`
}

const lookupSQL = `SELECT owner_id, grant_id FROM access_lookups WHERE key_hash = $1`

// FindPlace looks a secret's hash up; without a tenant, because nobody knows yet whose it
// is.
func FindPlace(r *store.Reader, keyHash string) (p Place, found bool, err error) {
	err = r.Get(&p, lookupSQL, keyHash)
	if errors.Is(err, sql.ErrNoRows) {
		return Place{}, false, nil
	}
	return p, err == nil, err
}

const addLookupSQL = `INSERT INTO access_lookups (key_hash, owner_id, grant_id) VALUES ($1, $2, $3) ON CONFLICT (key_hash) DO NOTHING`

// AddLookup lets a secret's hash lead to a grant; false if the hash is taken. Selectors
// have 30 bits, so that happens.
func AddLookup(t *store.Tx, keyHash string, grant debt.ID) (bool, error) {
	n, err := t.Exec(addLookupSQL, keyHash, t.Creditor(), grant)
	return n == 1, err
}

const addSQL = `
	INSERT INTO access_grants (creditor_id, ` + columns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

// Add stores a new grant. The case must be locked and have no other that is not revoked.
func Add(t *store.Tx, g Record) error {
	_, err := t.Exec(addSQL, t.Creditor(), g.ID, g.CaseID, g.Words, g.Secret.Salt, g.Secret.Hash, g.Secret.Pepper,
		column.At(g.IssuedAt), column.At(g.ExpiresAt), column.At(g.RevokedAt), g.Reason, g.Wrong, column.At(g.PausedAt), column.At(g.LastAccessAt))
	return err
}

const (
	loadSQL   = `SELECT ` + columns + ` FROM access_grants WHERE creditor_id = $1 AND id = $2`
	lockSQL   = `UPDATE access_grants SET wrong = wrong WHERE creditor_id = $1 AND id = $2 RETURNING ` + columns
	ofCaseSQL = `SELECT ` + columns + ` FROM access_grants WHERE creditor_id = $1 AND case_id = $2 ORDER BY id`
)

// Load reads a grant, or NotFound "access_unknown".
func Load(r *store.Reader, id debt.ID) (Record, error) {
	var row grantRow
	if err := r.Get(&row, loadSQL, r.Creditor(), id); err != nil {
		return Record{}, store.Missing(err, "access_unknown")
	}
	return row.record(), nil
}

// Lock locks a grant for the rest of the transaction and reads it; its case is locked
// before, by everybody.
func Lock(t *store.Tx, id debt.ID) (Record, error) {
	var row grantRow
	if err := t.Get(&row, lockSQL, t.Creditor(), id); err != nil {
		return Record{}, store.Missing(err, "access_unknown")
	}
	return row.record(), nil
}

// OfCase lists the grants of a case, old ones included.
func OfCase(r *store.Reader, caseID debt.ID) ([]Record, error) {
	var rows []grantRow
	if err := r.List(&rows, ofCaseSQL, r.Creditor(), caseID); err != nil {
		return nil, err
	}
	list := make([]Record, len(rows))
	for i, row := range rows {
		list[i] = row.record()
	}
	return list, nil
}

const liveCasesSQL = `
	SELECT case_id FROM access_grants WHERE creditor_id = $1 AND revoked_at IS NULL ORDER BY case_id LIMIT $2`

// LiveCases lists cases that a letter opens, at most n.
func LiveCases(r *store.Reader, n int) (ids []debt.ID, err error) {
	return ids, r.List(&ids, liveCasesSQL, r.Creditor(), n)
}

const saveSQL = `
	UPDATE access_grants SET revoked_at = $3, revoke_reason = $4, wrong = $5, paused_at = $6, last_access_at = $7,
	       code_hash = $8, pepper_version = $9
	 WHERE creditor_id = $1 AND id = $2`

// Save stores what changes in the life of a grant; it must be locked.
func Save(t *store.Tx, g Record) error {
	_, err := t.Exec(saveSQL, t.Creditor(), g.ID, column.At(g.RevokedAt), g.Reason, g.Wrong, column.At(g.PausedAt),
		column.At(g.LastAccessAt), g.Secret.Hash, g.Secret.Pepper)
	return err
}

const closedSQL = `SELECT at FROM events WHERE creditor_id = $1 AND case_id = $2 AND type = $3 ORDER BY seq DESC LIMIT 1`

// ClosedAt gives the instant a case was closed the last time, zero if it never was.
func ClosedAt(r *store.Reader, caseID debt.ID) (time.Time, error) {
	var at column.Instant
	err := r.Get(&at, closedSQL, r.Creditor(), caseID, debt.CaseClosed)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return at.Time, err
}
