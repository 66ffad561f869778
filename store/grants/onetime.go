package grants

import (
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/column"
)

// OneTime is a one-time code as stored: what is remembered of it is an HMAC.
type OneTime struct {
	access.OneTime
	Hash   string
	Pepper int
}

type oneTimeRow struct {
	ID            debt.ID        `db:"id"`
	GrantID       debt.ID        `db:"grant_id"`
	CodeHash      string         `db:"code_hash"`
	PepperVersion int            `db:"pepper_version"`
	SentAt        column.Instant `db:"sent_at"`
	Tries         int            `db:"tries"`
}

const oneTimeColumns = `id, grant_id, code_hash, pepper_version, sent_at, tries`

const liveOneTimeSQL = `SELECT ` + oneTimeColumns + ` FROM one_time_codes WHERE creditor_id = $1 AND grant_id = $2 AND ended_at IS NULL`

// LoadOneTime reads the code that was sent last and not used, or NotFound
// "one_time_unknown". The grant must be locked.
func LoadOneTime(t *store.Tx, grant debt.ID) (OneTime, error) {
	var r oneTimeRow
	if err := t.Get(&r, liveOneTimeSQL, t.Creditor(), grant); err != nil {
		return OneTime{}, store.Missing(err, "one_time_unknown")
	}
	return OneTime{access.OneTime{ID: r.ID, GrantID: r.GrantID, SentAt: r.SentAt.Time, Tries: r.Tries}, r.CodeHash, r.PepperVersion}, nil
}

const sentSinceSQL = `SELECT CAST(COUNT(*) AS BIGINT) FROM one_time_codes WHERE creditor_id = $1 AND grant_id = $2 AND sent_at > $3`

// SentSince counts the one-time codes sent for a grant after an instant.
func SentSince(r *store.Reader, grant debt.ID, since time.Time) (n int, err error) {
	return n, r.Get(&n, sentSinceSQL, r.Creditor(), grant, column.At(since))
}

const (
	endOneTimeSQL = `UPDATE one_time_codes SET ended_at = $3 WHERE creditor_id = $1 AND grant_id = $2 AND ended_at IS NULL`
	addOneTimeSQL = `INSERT INTO one_time_codes (creditor_id, ` + oneTimeColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	triedSQL      = `UPDATE one_time_codes SET tries = $3 WHERE creditor_id = $1 AND id = $2`
)

// EndOneTime makes the live code of a grant void; there may be none.
func EndOneTime(t *store.Tx, grant debt.ID, now time.Time) error {
	_, err := t.Exec(endOneTimeSQL, t.Creditor(), grant, column.At(now))
	return err
}

// AddOneTime stores a new code, which makes the one before it void.
func AddOneTime(t *store.Tx, o OneTime) error {
	if err := EndOneTime(t, o.GrantID, o.SentAt); err != nil {
		return err
	}
	_, err := t.Exec(addOneTimeSQL, t.Creditor(), o.ID, o.GrantID, o.Hash, o.Pepper, column.At(o.SentAt), o.Tries)
	return err
}

// SaveTries stores the count of tries.
func SaveTries(t *store.Tx, o OneTime) error {
	_, err := t.Exec(triedSQL, t.Creditor(), o.ID, o.Tries)
	return err
}
