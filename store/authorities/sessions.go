package authorities

import (
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/column"
)

// Session is a visit of a representative. Of access.Session only the times count; what he
// looks at is At, empty while he looks at his list.
type Session struct {
	access.Session
	Representative debt.ID
	At             Place
}

type sessionRow struct {
	Representative debt.ID         `db:"representative_id"`
	Owner          column.Optional `db:"owner_id"`
	Authority      column.Optional `db:"authority_id"`
	OpenedAt       column.Instant  `db:"opened_at"`
	SeenAt         column.Instant  `db:"seen_at"`
	PreviousAt     column.Instant  `db:"previous_at"`
}

const (
	sessionColumns = `representative_id, owner_id, authority_id, opened_at, seen_at, previous_at`
	loadSessionSQL = `SELECT ` + sessionColumns + ` FROM representative_sessions WHERE id_hash = $1`
	addSessionSQL  = `INSERT INTO representative_sessions (id_hash, ` + sessionColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	seenSQL        = `UPDATE representative_sessions SET opened_at = $2, seen_at = $3 WHERE id_hash = $1`
	endSessionSQL  = `DELETE FROM representative_sessions WHERE id_hash = $1`
	oldSessionsSQL = `DELETE FROM representative_sessions WHERE opened_at < $1`
)

// LoadSession finds a visit, or NotFound "session_ended".
func LoadSession(r *store.Reader, idHash string) (Session, error) {
	var x sessionRow
	if err := r.Get(&x, loadSessionSQL, idHash); err != nil {
		return Session{}, store.Missing(err, "session_ended")
	}
	return Session{access.Session{OpenedAt: x.OpenedAt.Time, SeenAt: x.SeenAt.Time, PreviousAt: x.PreviousAt.Time}, x.Representative,
		Place{debt.ID(x.Owner), debt.ID(x.Authority)}}, nil
}

// AddSession stores a new visit.
func AddSession(t *store.Tx, idHash string, s Session) error {
	_, err := t.Exec(addSessionSQL, idHash, s.Representative, column.Optional(s.At.Creditor), column.Optional(s.At.Authority),
		column.At(s.OpenedAt), column.At(s.SeenAt), column.At(s.PreviousAt))
	return err
}

// SaveSeen stores a sign of life.
func SaveSeen(t *store.Tx, idHash string, s Session) error {
	_, err := t.Exec(seenSQL, idHash, column.At(s.OpenedAt), column.At(s.SeenAt))
	return err
}

// EndSession ends a visit and reports whether there was one.
func EndSession(t *store.Tx, idHash string) (bool, error) {
	n, err := t.Exec(endSessionSQL, idHash)
	return n > 0, err
}

// EndOld deletes visits that opened before an instant.
func EndOld(t *store.Tx, before time.Time) error {
	_, err := t.Exec(oldSessionsSQL, column.At(before))
	return err
}
