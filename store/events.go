package store

import (
	"encoding/json"

	"quitt/debt"
	"quitt/store/column"
)

type eventRow struct {
	ID        debt.ID        `db:"id" json:"id"`
	CaseID    debt.ID        `db:"case_id" json:"case_id"`
	Seq       int64          `db:"seq" json:"seq"`
	Type      debt.EventType `db:"type" json:"type"`
	At        column.Instant `db:"at" json:"at"`
	ActorKind string         `db:"actor_kind" json:"actor_kind"`
	ActorID   string         `db:"actor_id" json:"actor_id"`
	Data      string         `db:"data" json:"data"`
	Schema    int            `db:"schema" json:"schema"`
}

const eventColumns = `id, case_id, seq, type, at, actor_kind, actor_id, data, schema`

func newEventRow(e debt.Event) eventRow {
	if e.Data == nil {
		e.Data = debt.Args{}
	}
	return eventRow{e.ID, e.CaseID, e.Seq, e.Type, column.At(e.At), e.Actor.Kind, string(e.Actor.ID), jsonText(e.Data), e.Schema}
}

func (r eventRow) event() (debt.Event, error) {
	e := debt.Event{ID: r.ID, CaseID: r.CaseID, Seq: r.Seq, Type: r.Type, At: r.At.Time,
		Actor: debt.Actor{Kind: r.ActorKind, ID: debt.ID(r.ActorID)}, Schema: r.Schema}
	return e, json.Unmarshal([]byte(r.Data), &e.Data)
}

const (
	addEventsSQL  = `INSERT INTO events (creditor_id, ` + eventColumns + `) VALUES `
	addPendingSQL = `INSERT INTO feed_pending (creditor_id, event_id) VALUES `
)

func (t *Tx) addEvents(rows []eventRow) error {
	err := insertAll(t, addEventsSQL, rows, func(r eventRow) []any {
		return []any{t.creditor, r.ID, r.CaseID, r.Seq, r.Type, r.At, r.ActorKind, r.ActorID, r.Data, r.Schema}
	})
	if err != nil {
		return err
	}
	return insertAll(t, addPendingSQL, rows, func(r eventRow) []any { return []any{t.creditor, r.ID} })
}

const eventsByCaseSQL = `SELECT ` + eventColumns + ` FROM events WHERE creditor_id = $1 AND case_id = $2 ORDER BY seq`

// Events lists a case's events in order.
func (r *Reader) Events(caseID debt.ID) ([]debt.Event, error) {
	var rows []eventRow
	if err := r.List(&rows, eventsByCaseSQL, r.creditor, caseID); err != nil {
		return nil, err
	}
	list := make([]debt.Event, len(rows))
	for i, row := range rows {
		var err error
		if list[i], err = row.event(); err != nil {
			return nil, err
		}
	}
	return list, nil
}
