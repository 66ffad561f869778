package grants

import (
	"strings"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/column"
)

type sessionRow struct {
	OwnerID    debt.ID        `db:"owner_id"`
	CaseID     debt.ID        `db:"case_id"`
	GrantID    debt.ID        `db:"grant_id"`
	Tier       string         `db:"tier"`
	OpenedAt   column.Instant `db:"opened_at"`
	SeenAt     column.Instant `db:"seen_at"`
	PreviousAt column.Instant `db:"previous_at"`
	Words      string         `db:"words"`
	Raises     string         `db:"raises"`
	Minor      bool           `db:"minor"`
}

func (r sessionRow) session() access.Session {
	tier := access.LetterView
	if r.Tier == access.FullView.String() {
		tier = access.FullView
	}
	s := access.Session{CreditorID: r.OwnerID, CaseID: r.CaseID, GrantID: r.GrantID, Tier: tier,
		OpenedAt: r.OpenedAt.Time, SeenAt: r.SeenAt.Time, PreviousAt: r.PreviousAt.Time, Words: r.Words, Minor: r.Minor}
	for kind := range strings.FieldsSeq(r.Raises) {
		s.Raises = append(s.Raises, access.CheckKind(kind))
	}
	return s
}

const sessionColumns = `owner_id, case_id, grant_id, tier, opened_at, seen_at, previous_at, words, raises, minor`

const sessionSQL = `SELECT ` + sessionColumns + ` FROM sessions WHERE id_hash = $1`

// LoadSession finds a visit, or NotFound "session_ended".
func LoadSession(r *store.Reader, idHash string) (access.Session, error) {
	var row sessionRow
	if err := r.Get(&row, sessionSQL, idHash); err != nil {
		return access.Session{}, store.Missing(err, "session_ended")
	}
	return row.session(), nil
}

const (
	sweepSessionsSQL = `DELETE FROM sessions WHERE owner_id = $1 AND case_id = $2 AND opened_at < $3`
	addSessionSQL    = `INSERT INTO sessions (id_hash, ` + sessionColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
)

// AddSession stores a new visit and drops those of the case that are older than a day.
func AddSession(t *store.Tx, idHash string, s access.Session) error {
	if _, err := t.Exec(sweepSessionsSQL, s.CreditorID, s.CaseID, column.At(s.SeenAt.Add(-24*time.Hour))); err != nil {
		return err
	}
	var raises []string
	for _, kind := range s.Raises {
		raises = append(raises, string(kind))
	}
	_, err := t.Exec(addSessionSQL, idHash, s.CreditorID, s.CaseID, s.GrantID, s.Tier.String(),
		column.At(s.OpenedAt), column.At(s.SeenAt), column.At(s.PreviousAt), s.Words, strings.Join(raises, " "), s.Minor)
	return err
}

const seenSQL = `UPDATE sessions SET opened_at = $2, seen_at = $3 WHERE id_hash = $1`

// SaveSeen stores a sign of life; a visit that has ended meanwhile stays ended.
func SaveSeen(t *store.Tx, idHash string, s access.Session) error {
	_, err := t.Exec(seenSQL, idHash, column.At(s.OpenedAt), column.At(s.SeenAt))
	return err
}

const (
	endSessionSQL  = `DELETE FROM sessions WHERE id_hash = $1`
	endSessionsSQL = `DELETE FROM sessions WHERE owner_id = $1 AND case_id = $2`
)

// EndSession ends a visit and reports whether there was one.
func EndSession(t *store.Tx, idHash string) (bool, error) {
	n, err := t.Exec(endSessionSQL, idHash)
	return n == 1, err
}

// EndSessions ends every visit to a case of the transaction's creditor.
func EndSessions(t *store.Tx, caseID debt.ID) error {
	_, err := t.Exec(endSessionsSQL, t.Creditor(), caseID)
	return err
}
