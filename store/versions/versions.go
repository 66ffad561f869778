// Package versions remembers what a creditor has laid down, each time anew, so that it can be said
// what was in force on a day and who wanted it so.
package versions

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/expect"
)

// Version is one state of something, as it was laid down.
type Version struct {
	Name    string // what it is about
	Number  int64  // 1 and on, per name
	Content string // JSON
	By      debt.Actor
	At      time.Time
}

type row struct {
	Number  int64           `db:"number"`
	Content string          `db:"content"`
	ByKind  string          `db:"by_kind"`
	ByID    column.Optional `db:"by_id"`
	At      column.Instant  `db:"at"`
}

const (
	addSQL = `INSERT INTO rule_versions (creditor_id, name, number, content, by_kind, by_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
	ofSQL   = `SELECT number, content, by_kind, by_id, at FROM rule_versions WHERE creditor_id = $1 AND name = $2 ORDER BY number DESC LIMIT $3`
	lastSQL = `SELECT CAST(COALESCE(MAX(number), 0) AS BIGINT) FROM rule_versions WHERE creditor_id = $1 AND name = $2`
)

// Add keeps the version that follows the one somebody has seen, whose number it bears plus one;
// Conflict "record_changed" if somebody else was faster.
func Add(t *store.Tx, v Version) error {
	last, err := Last(&t.Reader, v.Name)
	if err != nil {
		return err
	}
	if v.Number != last+1 {
		return expect.Changed()
	}
	n, err := t.Exec(addSQL, t.Creditor(), v.Name, v.Number, v.Content, v.By.Kind, column.Optional(v.By.ID), column.At(v.At))
	if err == nil && n == 0 {
		return expect.Changed()
	}
	return err
}

// Last gives the number of the newest, 0 without one.
func Last(r *store.Reader, name string) (n int64, err error) {
	return n, r.Get(&n, lastSQL, r.Creditor(), name)
}

// Of lists the versions of something, the newest first.
func Of(r *store.Reader, name string, most int) ([]Version, error) {
	var rows []row
	if err := r.List(&rows, ofSQL, r.Creditor(), name, most); err != nil {
		return nil, err
	}
	list := make([]Version, len(rows))
	for i, x := range rows {
		list[i] = Version{name, x.Number, x.Content, debt.Actor{Kind: x.ByKind, ID: debt.ID(x.ByID)}, x.At.Time}
	}
	return list, nil
}
