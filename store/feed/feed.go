// Package feed reads a creditor's event feed and remembers who may read it over the network
// and how far he has come. The feed itself is written by store.Sequence.
package feed

import (
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Event is an event as creditors get it, over the feed and by webhook alike. It has no name
// and no address of anybody: neither has an event's data.
type Event struct {
	ID           debt.ID         `json:"id"`
	Sequence     int64           `json:"sequence"` // 1, 2, 3 … within the creditor, without a gap
	Type         debt.EventType  `json:"type"`
	Timestamp    string          `json:"timestamp"` // RFC 3339 in UTC
	Creditor     string          `json:"creditor"`  // code
	Case         Case            `json:"case"`
	Actor        string          `json:"actor"` // the kind alone
	Data         json.RawMessage `json:"data"`
	DataOmitted  bool            `json:"data_omitted,omitempty"` // by a webhook, whose body has a bound
	Schema       int             `json:"schema_version"`
	PreviousHash string          `json:"previous_hash"` // "" of the first
	Hash         string          `json:"hash"`
}

// Case names the case of an event by the numbers that people know.
type Case struct {
	Reference         string `json:"reference"`
	CreditorReference string `json:"creditor_reference"`
}

// MostEvents is how many Page gives at most.
const MostEvents = 500

type row struct {
	Seq               int64          `db:"seq"`
	Hash              string         `db:"hash"`
	ID                debt.ID        `db:"id"`
	Type              debt.EventType `db:"type"`
	At                column.Instant `db:"at"`
	ActorKind         string         `db:"actor_kind"`
	Data              string         `db:"data"`
	Schema            int            `db:"schema"`
	Code              string         `db:"code"`
	FileReference     string         `db:"file_reference"`
	CreditorReference string         `db:"creditor_reference"`
}

const (
	// LEFT JOIN: an event whose case were missing must not become a gap.
	columns = `f.seq, f.hash, e.id, e.type, e.at, e.actor_kind, e.data, e.schema, k.code,
		       COALESCE(c.file_reference, '') AS file_reference, COALESCE(c.creditor_reference, '') AS creditor_reference
		  FROM feed f JOIN events e ON e.creditor_id = f.creditor_id AND e.id = f.event_id
		  JOIN creditors k ON k.id = f.creditor_id
		  LEFT JOIN cases c ON c.creditor_id = e.creditor_id AND c.id = e.case_id`

	pageSQL  = `SELECT ` + columns + ` WHERE f.creditor_id = $1 AND f.seq > $2 ORDER BY f.seq LIMIT $3`
	placeSQL = `SELECT seq FROM feed WHERE creditor_id = $1 AND event_id = $2`
	hashSQL  = `SELECT hash FROM feed WHERE creditor_id = $1 AND seq = $2`
	headSQL  = `SELECT seq FROM feed_heads WHERE creditor_id = $1`
)

// Page reads up to limit events behind a place of the feed, in order.
func Page(r *store.Reader, after int64, limit int) ([]Event, error) {
	var rows []row
	if err := r.List(&rows, pageSQL, r.Creditor(), after, min(limit, MostEvents)); err != nil || len(rows) == 0 {
		return nil, err
	}
	previous, err := hashOf(r, rows[0].Seq-1)
	if err != nil {
		return nil, err
	}
	list := make([]Event, len(rows))
	for i, row := range rows {
		list[i] = row.event(previous)
		previous = row.Hash
	}
	return list, nil
}

func (r row) event(previous string) Event {
	return Event{
		ID: r.ID, Sequence: r.Seq, Type: r.Type, Timestamp: Stamp(r.At.Time), Creditor: r.Code,
		Case: Case{r.FileReference, r.CreditorReference}, Actor: r.ActorKind,
		Data: json.RawMessage(r.Data), Schema: r.Schema, PreviousHash: previous, Hash: r.Hash,
	}
}

// Stamp writes an instant as events have it.
func Stamp(t time.Time) string { return column.At(t).String() }

func hashOf(r *store.Reader, seq int64) (hash string, err error) {
	if seq == 0 {
		return "", nil
	}
	err = r.Get(&hash, hashSQL, r.Creditor(), seq)
	return hash, err
}

// PlaceOf gives the place of an event in the feed, or NotFound "event_unknown".
func PlaceOf(r *store.Reader, id debt.ID) (seq int64, err error) {
	err = r.Get(&seq, placeSQL, r.Creditor(), id)
	return seq, store.Missing(err, "event_unknown")
}

// Head gives the place of the newest event, 0 while there is none.
func Head(r *store.Reader) (seq int64, err error) {
	err = r.Get(&seq, headSQL, r.Creditor())
	return seq, store.Missing(err, "creditor_unknown")
}

const (
	acknowledgedSQL = `SELECT seq FROM feed_acknowledgements WHERE creditor_id = $1 AND key_id = $2`

	acknowledgeSQL = `
		INSERT INTO feed_acknowledgements (creditor_id, key_id, seq, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (creditor_id, key_id) DO UPDATE SET seq = excluded.seq, at = excluded.at
		 WHERE excluded.seq > feed_acknowledgements.seq`
)

// Acknowledged tells how far the holder of a key has come, 0 if he never said.
func Acknowledged(r *store.Reader, key debt.ID) (seq int64, err error) {
	err = r.Get(&seq, acknowledgedSQL, r.Creditor(), key)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return seq, err
}

// Acknowledge moves that place forward, never back, and gives where it stands now. Beyond
// the feed's end is Invalid "feed_acknowledged_beyond".
func Acknowledge(t *store.Tx, key debt.ID, seq int64, now time.Time) (int64, error) {
	head, err := Head(&t.Reader)
	switch {
	case err != nil:
		return 0, err
	case seq < 0 || seq > head:
		return 0, debt.E(debt.Invalid, "feed_acknowledged_beyond", debt.Args{"head": head})
	}
	if _, err := t.Exec(acknowledgeSQL, t.Creditor(), key, seq, column.At(now)); err != nil {
		return 0, err
	}
	return Acknowledged(&t.Reader, key)
}
