// Package staff remembers who works for creditors, what they are there, their sign-ins and
// what was done with them. These tables have no tenant; what tells who somebody is comes here
// sealed, and e-mail addresses and codes come as hashes.
package staff

import (
	"database/sql"
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/store"
	"quitt/store/column"
)

// Record is a member as it is kept.
type Record struct {
	ID        debt.ID
	EmailHash string
	Sealed    string // address, name and language
	State     staff.State
	Operator  bool
	Password  string // argon2id hash; "" before there is one
	TOTP      string // the sealed secret
	Step      int64  // of the last code that was taken: none is taken twice
	Tries     staff.Tries
	MadeAt    time.Time
}

type memberRow struct {
	ID        debt.ID        `db:"id"`
	EmailHash string         `db:"email_hash"`
	Sealed    string         `db:"sealed"`
	State     staff.State    `db:"state"`
	Operator  bool           `db:"operator"`
	Password  string         `db:"password"`
	TOTP      string         `db:"totp"`
	Step      int64          `db:"totp_step"`
	Failures  int            `db:"failures"`
	FailedAt  column.Instant `db:"failed_at"`
	MadeAt    column.Instant `db:"made_at"`
}

func (x memberRow) record() Record {
	return Record{x.ID, x.EmailHash, x.Sealed, x.State, x.Operator, x.Password, x.TOTP, x.Step, staff.Tries{Failures: x.Failures, LastAt: x.FailedAt.Time}, x.MadeAt.Time}
}

const (
	memberColumns = `id, email_hash, sealed, state, operator, password, totp, totp_step, failures, failed_at, made_at`
	loadSQL       = `SELECT ` + memberColumns + ` FROM staff_members WHERE id = $1`
	findSQL       = `SELECT ` + memberColumns + ` FROM staff_members WHERE email_hash = $1`
	allSQL        = `SELECT ` + memberColumns + ` FROM staff_members ORDER BY id`
	addSQL        = `INSERT INTO staff_members (` + memberColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`
	saveSQL       = `UPDATE staff_members SET email_hash = $2, sealed = $3, state = $4, operator = $5, password = $6, totp = $7, totp_step = $8, failures = $9, failed_at = $10 WHERE id = $1`
	lockSQL       = `UPDATE staff_members SET failures = failures WHERE id = $1`
)

// Load reads a member, or NotFound "staff_unknown".
func Load(r *store.Reader, id debt.ID) (Record, error) {
	var x memberRow
	if err := r.Get(&x, loadSQL, id); err != nil {
		return Record{}, store.Missing(err, "staff_unknown")
	}
	return x.record(), nil
}

// Lock keeps others from a member for the rest of the transaction and reads it.
func Lock(t *store.Tx, id debt.ID) (Record, error) {
	if _, err := t.Exec(lockSQL, id); err != nil {
		return Record{}, err
	}
	return Load(&t.Reader, id)
}

// Find looks for a member under any of the hashes of an address; false for none.
func Find(r *store.Reader, hashes []string) (rec Record, found bool, err error) {
	for _, h := range hashes {
		var x memberRow
		err = r.Get(&x, findSQL, h)
		if !errors.Is(err, sql.ErrNoRows) {
			return x.record(), err == nil, err
		}
	}
	return Record{}, false, nil
}

// All lists every member.
func All(r *store.Reader) ([]Record, error) {
	var rows []memberRow
	err := r.List(&rows, allSQL)
	list := make([]Record, len(rows))
	for i, x := range rows {
		list[i] = x.record()
	}
	return list, err
}

// Add stores a new member; Conflict "staff_exists" if somebody has the address.
func Add(t *store.Tx, m Record) error {
	n, err := t.Exec(addSQL, m.ID, m.EmailHash, m.Sealed, string(m.State), m.Operator, m.Password, m.TOTP, m.Step, m.Tries.Failures, column.At(m.Tries.LastAt), column.At(m.MadeAt))
	if err == nil && n == 0 {
		return debt.E(debt.Conflict, "staff_exists", nil)
	}
	return err
}

// Save stores what has changed of a member who was locked.
func Save(t *store.Tx, m Record) error {
	_, err := t.Exec(saveSQL, m.ID, m.EmailHash, m.Sealed, string(m.State), m.Operator, m.Password, m.TOTP, m.Step, m.Tries.Failures, column.At(m.Tries.LastAt))
	return err
}

// Place is what a member is at a creditor.
type Place struct {
	Creditor debt.ID    `db:"owner_id"`
	Member   debt.ID    `db:"member_id"`
	Role     staff.Role `db:"role"`
}

const (
	placesSQL     = `SELECT owner_id, member_id, role FROM staff_roles WHERE member_id = $1 ORDER BY owner_id`
	placesOfSQL   = `SELECT owner_id, member_id, role FROM staff_roles WHERE owner_id = $1 ORDER BY member_id`
	savePlaceSQL  = `INSERT INTO staff_roles (owner_id, member_id, role) VALUES ($1, $2, $3) ON CONFLICT (owner_id, member_id) DO UPDATE SET role = $3`
	endPlaceSQL   = `DELETE FROM staff_roles WHERE owner_id = $1 AND member_id = $2`
	lockOwnersSQL = `UPDATE staff_roles SET role = role WHERE owner_id = $1`
)

// Places lists what a member is and where.
func Places(r *store.Reader, member debt.ID) (list []Place, err error) {
	return list, r.List(&list, placesSQL, member)
}

// PlacesOf lists who is what at a creditor.
func PlacesOf(r *store.Reader, creditor debt.ID) (list []Place, err error) {
	return list, r.List(&list, placesOfSQL, creditor)
}

// LockPlaces keeps others from the roles at a creditor and lists them.
func LockPlaces(t *store.Tx, creditor debt.ID) ([]Place, error) {
	if _, err := t.Exec(lockOwnersSQL, creditor); err != nil {
		return nil, err
	}
	return PlacesOf(&t.Reader, creditor)
}

// SavePlace gives a role in the place of the one before.
func SavePlace(t *store.Tx, p Place) error {
	_, err := t.Exec(savePlaceSQL, p.Creditor, p.Member, string(p.Role))
	return err
}

// EndPlace takes a role away; there may be none.
func EndPlace(t *store.Tx, p Place) error {
	_, err := t.Exec(endPlaceSQL, p.Creditor, p.Member)
	return err
}
