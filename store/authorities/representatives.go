package authorities

import (
	"database/sql"
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/column"
)

const (
	findSQL     = `SELECT id FROM representatives WHERE email_hash = $1`
	registerSQL = `INSERT INTO representatives (id, email_hash, made_at) VALUES ($1, $2, $3) ON CONFLICT (email_hash) DO NOTHING`
	lockSQL     = `UPDATE representatives SET made_at = made_at WHERE id = $1 RETURNING id`
)

// Find looks for a representative under any of the hashes of an address; "" for none.
func Find(r *store.Reader, hashes []string) (id debt.ID, err error) {
	for _, h := range hashes {
		err = r.Get(&id, findSQL, h)
		if !errors.Is(err, sql.ErrNoRows) {
			return id, err
		}
	}
	return "", nil
}

// Register finds a representative, or makes one under the first hash.
func Register(t *store.Tx, hashes []string, now time.Time) (debt.ID, error) {
	id, err := Find(&t.Reader, hashes)
	if err != nil || id != "" {
		return id, err
	}
	if _, err := t.Exec(registerSQL, store.NewID(), hashes[0], column.At(now)); err != nil {
		return "", err
	}
	return Find(&t.Reader, hashes)
}

// Lock keeps others from the codes of a representative for the rest of the transaction.
func Lock(t *store.Tx, representative debt.ID) error {
	var id debt.ID
	return store.Missing(t.Get(&id, lockSQL, representative), "authority_unknown")
}

// Place is an authority a representative has or may have.
type Place struct {
	Creditor  debt.ID `db:"owner_id"`
	Authority debt.ID `db:"authority_id"`
}

const (
	addPlaceSQL = `INSERT INTO representative_places (representative_id, owner_id, authority_id, code_hash) VALUES ($1, $2, $3, $4)`
	newCodeSQL  = `UPDATE representative_places SET code_hash = $4 WHERE representative_id = $1 AND owner_id = $2 AND authority_id = $3`
	placesSQL   = `SELECT owner_id, authority_id FROM representative_places WHERE representative_id = $1 ORDER BY authority_id DESC`
	byCodeSQL   = `SELECT owner_id, authority_id FROM representative_places WHERE representative_id = $1 AND code_hash = $2`
)

// AddPlace lets a representative come to an authority with a code.
func AddPlace(t *store.Tx, representative, id debt.ID, codeHash string) error {
	_, err := t.Exec(addPlaceSQL, representative, t.Creditor(), id, codeHash)
	return err
}

// NewCode puts another code in the place of the one before.
func NewCode(t *store.Tx, representative, id debt.ID, codeHash string) error {
	_, err := t.Exec(newCodeSQL, representative, t.Creditor(), id, codeHash)
	return err
}

// Places lists where a representative may be known, the newest first.
func Places(r *store.Reader, representative debt.ID) (list []Place, err error) {
	return list, r.List(&list, placesSQL, representative)
}

// ByCode finds the authority of a representative's code under any of its hashes.
func ByCode(r *store.Reader, representative debt.ID, hashes []string) (p Place, found bool, err error) {
	for _, h := range hashes {
		err = r.Get(&p, byCodeSQL, representative, h)
		if !errors.Is(err, sql.ErrNoRows) {
			return p, err == nil, err
		}
	}
	return Place{}, false, nil
}

// OneTime is a code of six digits; GrantID is empty, for it opens no letter.
type OneTime struct {
	access.OneTime
	Hash string
}

const (
	liveCodeSQL  = `SELECT id, code_hash, sent_at, tries FROM representative_codes WHERE representative_id = $1 AND ended_at IS NULL`
	endCodeSQL   = `UPDATE representative_codes SET ended_at = $2 WHERE representative_id = $1 AND ended_at IS NULL`
	addCodeSQL   = `INSERT INTO representative_codes (id, representative_id, code_hash, sent_at, tries) VALUES ($1, $2, $3, $4, 0)`
	triedSQL     = `UPDATE representative_codes SET tries = $2 WHERE id = $1`
	sentSinceSQL = `SELECT CAST(COUNT(*) AS BIGINT) FROM representative_codes WHERE representative_id = $1 AND sent_at > $2`
)

// LoadOneTime reads the code that was sent last and not used, false without one. The
// representative must be locked.
func LoadOneTime(t *store.Tx, representative debt.ID) (o OneTime, found bool, err error) {
	var x struct {
		ID       debt.ID        `db:"id"`
		CodeHash string         `db:"code_hash"`
		SentAt   column.Instant `db:"sent_at"`
		Tries    int            `db:"tries"`
	}
	err = t.Get(&x, liveCodeSQL, representative)
	if errors.Is(err, sql.ErrNoRows) {
		return o, false, nil
	}
	return OneTime{access.OneTime{ID: x.ID, SentAt: x.SentAt.Time, Tries: x.Tries}, x.CodeHash}, err == nil, err
}

// SentSince counts the codes sent to a representative after an instant.
func SentSince(r *store.Reader, representative debt.ID, since time.Time) (n int, err error) {
	return n, r.Get(&n, sentSinceSQL, representative, column.At(since))
}

// EndOneTime makes the live code void; there may be none.
func EndOneTime(t *store.Tx, representative debt.ID, now time.Time) error {
	_, err := t.Exec(endCodeSQL, representative, column.At(now))
	return err
}

// AddOneTime stores a new code, which makes the one before it void.
func AddOneTime(t *store.Tx, representative debt.ID, o OneTime) error {
	if err := EndOneTime(t, representative, o.SentAt); err != nil {
		return err
	}
	_, err := t.Exec(addCodeSQL, o.ID, representative, o.Hash, column.At(o.SentAt))
	return err
}

// SaveTries stores the count of tries.
func SaveTries(t *store.Tx, o OneTime) error {
	_, err := t.Exec(triedSQL, o.ID, o.Tries)
	return err
}
