package staff

import (
	"time"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/store"
	"quitt/store/column"
)

// Session is a sign-in as it is kept.
type Session struct {
	staff.Session
	ID     debt.ID // names it to its owner, and opens nothing
	Device string  // what kind of browser, in a word
}

type sessionRow struct {
	ID       debt.ID         `db:"id"`
	Member   debt.ID         `db:"member_id"`
	Owner    column.Optional `db:"owner_id"`
	Device   string          `db:"device"`
	OpenedAt column.Instant  `db:"opened_at"`
	SeenAt   column.Instant  `db:"seen_at"`
	ProvedAt column.Instant  `db:"proved_at"`
	GlassAt  column.Instant  `db:"glass_at"`
	Via      staff.Via       `db:"via"`
}

func (x sessionRow) session() Session {
	return Session{staff.Session{Member: x.Member, Creditor: debt.ID(x.Owner), OpenedAt: x.OpenedAt.Time, SeenAt: x.SeenAt.Time,
		ProvedAt: x.ProvedAt.Time, Glass: x.GlassAt.Time, Via: x.Via}, x.ID, x.Device}
}

const (
	sessionColumns = `id, member_id, owner_id, device, opened_at, seen_at, proved_at, glass_at, via`
	loadSessionSQL = `SELECT ` + sessionColumns + ` FROM staff_sessions WHERE id_hash = $1`
	sessionsSQL    = `SELECT ` + sessionColumns + ` FROM staff_sessions WHERE member_id = $1 ORDER BY opened_at DESC, id`
	addSessionSQL  = `INSERT INTO staff_sessions (id_hash, ` + sessionColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	saveSessionSQL = `UPDATE staff_sessions SET owner_id = $2, seen_at = $3, proved_at = $4, glass_at = $5 WHERE id_hash = $1`
	seenSQL        = `UPDATE staff_sessions SET seen_at = $2 WHERE id_hash = $1`
	endSQL         = `DELETE FROM staff_sessions WHERE id_hash = $1`
	endOneSQL      = `DELETE FROM staff_sessions WHERE member_id = $1 AND id = $2`
	endAllSQL      = `DELETE FROM staff_sessions WHERE member_id = $1 AND id_hash <> $2`
	endOldSQL      = `DELETE FROM staff_sessions WHERE opened_at < $1`
)

// LoadSession finds a sign-in, or NotFound "session_ended".
func LoadSession(r *store.Reader, idHash string) (Session, error) {
	var x sessionRow
	if err := r.Get(&x, loadSessionSQL, idHash); err != nil {
		return Session{}, store.Missing(err, "session_ended")
	}
	return x.session(), nil
}

// Sessions lists the sign-ins of a member, the newest first.
func Sessions(r *store.Reader, member debt.ID) ([]Session, error) {
	var rows []sessionRow
	err := r.List(&rows, sessionsSQL, member)
	list := make([]Session, len(rows))
	for i, x := range rows {
		list[i] = x.session()
	}
	return list, err
}

// AddSession stores a new sign-in.
func AddSession(t *store.Tx, idHash string, s Session) error {
	_, err := t.Exec(addSessionSQL, idHash, s.ID, s.Member, column.Optional(s.Creditor), s.Device, column.At(s.OpenedAt), column.At(s.SeenAt),
		column.At(s.ProvedAt), column.At(s.Glass), string(s.Via))
	return err
}

// SaveSession stores what has changed, or NotFound "session_ended" if it has ended meanwhile.
func SaveSession(t *store.Tx, idHash string, s Session) error {
	n, err := t.Exec(saveSessionSQL, idHash, column.Optional(s.Creditor), column.At(s.SeenAt), column.At(s.ProvedAt), column.At(s.Glass))
	if err == nil && n == 0 {
		return debt.E(debt.NotFound, "session_ended", nil)
	}
	return err
}

// SaveSeen stores a sign of life and nothing else: what another request has changed stays.
func SaveSeen(t *store.Tx, idHash string, at time.Time) error {
	_, err := t.Exec(seenSQL, idHash, column.At(at))
	return err
}

// EndSession ends a sign-in; there may be none.
func EndSession(t *store.Tx, idHash string) error {
	_, err := t.Exec(endSQL, idHash)
	return err
}

// EndOne ends a sign-in by its name.
func EndOne(t *store.Tx, member, id debt.ID) error {
	_, err := t.Exec(endOneSQL, member, id)
	return err
}

// EndAll ends the sign-ins of a member but for one; "" spares none.
func EndAll(t *store.Tx, member debt.ID, but string) error {
	_, err := t.Exec(endAllSQL, member, but)
	return err
}

// EndOld deletes sign-ins that opened before an instant.
func EndOld(t *store.Tx, before time.Time) error {
	_, err := t.Exec(endOldSQL, column.At(before))
	return err
}
