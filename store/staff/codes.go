package staff

import (
	"database/sql"
	"errors"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Kind says what a code is for.
type Kind string

// The kinds. An invitation sets password and second factor, a reset the password alone, a
// recovery code stands in for the second factor once.
const (
	Invitation Kind = "invitation"
	Reset      Kind = "reset"
	Recovery   Kind = "recovery"
)

// Code is one that was given out, without the code.
type Code struct {
	ID        debt.ID
	Member    debt.ID
	Kind      Kind
	MadeAt    time.Time
	ExpiresAt time.Time // zero for never
}

const (
	addCodeSQL  = `INSERT INTO staff_codes (id, member_id, kind, code_hash, made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`
	findCodeSQL = `SELECT id, member_id, kind, made_at, expires_at FROM staff_codes WHERE code_hash = $1 AND kind = $2 AND used_at IS NULL`
	useCodeSQL  = `UPDATE staff_codes SET used_at = $2 WHERE id = $1 AND used_at IS NULL`
	endCodesSQL = `DELETE FROM staff_codes WHERE member_id = $1 AND kind = $2`
	leftSQL     = `SELECT CAST(COUNT(*) AS BIGINT) FROM staff_codes WHERE member_id = $1 AND kind = $2 AND used_at IS NULL`
	sentSQL     = `SELECT CAST(COUNT(*) AS BIGINT) FROM staff_codes WHERE member_id = $1 AND kind = $2 AND made_at > $3`
)

// AddCode stores a code by its hash.
func AddCode(t *store.Tx, c Code, hash string) error {
	_, err := t.Exec(addCodeSQL, c.ID, c.Member, string(c.Kind), hash, column.At(c.MadeAt), column.At(c.ExpiresAt))
	return err
}

// FindCode looks for an unused code under any of its hashes; false for none and for one whose
// time is over.
func FindCode(r *store.Reader, kind Kind, hashes []string, now time.Time) (c Code, found bool, err error) {
	for _, h := range hashes {
		var x struct {
			ID        debt.ID        `db:"id"`
			Member    debt.ID        `db:"member_id"`
			Kind      Kind           `db:"kind"`
			MadeAt    column.Instant `db:"made_at"`
			ExpiresAt column.Instant `db:"expires_at"`
		}
		err = r.Get(&x, findCodeSQL, h, string(kind))
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		c = Code{x.ID, x.Member, x.Kind, x.MadeAt.Time, x.ExpiresAt.Time}
		return c, err == nil && (c.ExpiresAt.IsZero() || now.Before(c.ExpiresAt)), err
	}
	return Code{}, false, nil
}

// UseCode takes a code and reports whether nobody had before.
func UseCode(t *store.Tx, id debt.ID, now time.Time) (bool, error) {
	n, err := t.Exec(useCodeSQL, id, column.At(now))
	return n > 0, err
}

// EndCodes forgets all codes of a kind.
func EndCodes(t *store.Tx, member debt.ID, kind Kind) error {
	_, err := t.Exec(endCodesSQL, member, string(kind))
	return err
}

// CodesLeft counts the unused codes of a kind.
func CodesLeft(r *store.Reader, member debt.ID, kind Kind) (n int, err error) {
	return n, r.Get(&n, leftSQL, member, string(kind))
}

// CodesSince counts the codes of a kind made after an instant.
func CodesSince(r *store.Reader, member debt.ID, kind Kind, since time.Time) (n int, err error) {
	return n, r.Get(&n, sentSQL, member, string(kind), column.At(since))
}
