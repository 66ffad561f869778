package store

import (
	"quitt/debt"
	"quitt/store/column"
)

type holdRow struct {
	ID         debt.ID        `db:"id"`
	Kind       debt.HoldKind  `db:"kind"`
	Reason     string         `db:"reason"`
	SinceOn    column.Day     `db:"since_on"`
	UntilOn    column.Day     `db:"until_on"`
	UntilEvent debt.EventType `db:"until_event"`
	ReleasedOn column.Day     `db:"released_on"`
}

const holdColumns = `id, kind, reason, since_on, until_on, until_event, released_on`

const holdsSQL = `SELECT ` + holdColumns + ` FROM holds WHERE creditor_id = $1 AND case_id = $2 ORDER BY id`

// LoadHolds fills the case's holds, past ones included.
func (r *Reader) LoadHolds(c *debt.Case) error {
	var rows []holdRow
	if err := r.List(&rows, holdsSQL, r.creditor, c.ID); err != nil {
		return err
	}
	c.Holds = make([]debt.Hold, len(rows))
	for i, h := range rows {
		c.Holds[i] = debt.Hold{ID: h.ID, Kind: h.Kind, Reason: h.Reason, Since: h.SinceOn.Date, Until: h.UntilOn.Date,
			UntilEvent: h.UntilEvent, ReleasedOn: h.ReleasedOn.Date}
	}
	return nil
}

const saveHoldSQL = `
	INSERT INTO holds (creditor_id, case_id, ` + holdColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
	ON CONFLICT (creditor_id, id) DO UPDATE SET until_on = excluded.until_on, released_on = excluded.released_on`

// SaveHolds stores new holds and the ends of old ones; the case must be locked. A hold
// without an id gets one.
func (t *Tx) SaveHolds(c *debt.Case) error {
	for i := range c.Holds {
		h := &c.Holds[i]
		if h.ID == "" {
			h.ID = NewID()
		}
		if _, err := t.Exec(saveHoldSQL, t.creditor, c.ID, h.ID, h.Kind, h.Reason, column.On(h.Since), column.On(h.Until), h.UntilEvent, column.On(h.ReleasedOn)); err != nil {
			return err
		}
	}
	return nil
}
