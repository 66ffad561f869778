package staff

import (
	"time"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/store"
	"quitt/store/column"
)

// Entry is a line of the log. By is who did it, "" for the member or the command line; Creditor
// is whose window it is about, "" for none.
type Entry struct {
	ID       debt.ID
	Member   debt.ID
	Creditor debt.ID
	By       debt.ID
	What     staff.What
	Sealed   string // a reason that was given
	At       time.Time
}

const (
	addEntrySQL = `INSERT INTO staff_log (id, member_id, owner_id, by_id, what, sealed, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	entriesSQL  = `SELECT id, member_id, owner_id, by_id, what, sealed, at FROM staff_log WHERE owner_id = $1 ORDER BY at DESC, id DESC LIMIT $2`
)

// Note adds a line to the log.
func Note(t *store.Tx, e Entry) error {
	_, err := t.Exec(addEntrySQL, e.ID, e.Member, column.Optional(e.Creditor), column.Optional(e.By), string(e.What), e.Sealed, column.At(e.At))
	return err
}

// Entries lists the newest lines about a creditor's window.
func Entries(r *store.Reader, creditor debt.ID, most int) ([]Entry, error) {
	var rows []struct {
		ID     debt.ID         `db:"id"`
		Member debt.ID         `db:"member_id"`
		Owner  column.Optional `db:"owner_id"`
		By     column.Optional `db:"by_id"`
		What   staff.What      `db:"what"`
		Sealed string          `db:"sealed"`
		At     column.Instant  `db:"at"`
	}
	err := r.List(&rows, entriesSQL, creditor, most)
	list := make([]Entry, len(rows))
	for i, x := range rows {
		list[i] = Entry{x.ID, x.Member, debt.ID(x.Owner), debt.ID(x.By), x.What, x.Sealed, x.At.Time}
	}
	return list, err
}
