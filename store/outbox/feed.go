package outbox

import (
	"database/sql"
	"encoding/json"
	"errors"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

const placeSQL = `
	SELECT h.seq AS head, COALESCE((SELECT f.seq FROM feed_readers f WHERE f.creditor_id = h.creditor_id AND f.name = $2), -1) AS place
	  FROM feed_heads h WHERE h.creditor_id = $1`

// Behind counts the events a reader of the feed has not read. begun is false before its
// first Follow.
func Behind(r *store.Reader, reader string) (n int64, begun bool, err error) {
	var row struct {
		Head  int64 `db:"head"`
		Place int64 `db:"place"`
	}
	if err := r.Get(&row, placeSQL, r.Creditor(), reader); err != nil {
		return 0, false, store.Missing(err, "creditor_unknown")
	}
	return row.Head - row.Place, row.Place >= 0, nil
}

const (
	lockReaderSQL = `UPDATE feed_readers SET seq = seq WHERE creditor_id = $1 AND name = $2 RETURNING seq`
	addReaderSQL  = `
	INSERT INTO feed_readers (creditor_id, name, seq)
	SELECT creditor_id, $2, seq FROM feed_heads WHERE creditor_id = $1
	ON CONFLICT DO NOTHING`
	saveReaderSQL = `UPDATE feed_readers SET seq = $3 WHERE creditor_id = $1 AND name = $2`
	followSQL     = `
	SELECT f.seq AS place, e.id, e.case_id, e.seq, e.type, e.at, e.actor_kind, e.data
	  FROM feed f JOIN events e ON e.creditor_id = f.creditor_id AND e.id = f.event_id
	 WHERE f.creditor_id = $1 AND f.seq > $2 ORDER BY f.seq LIMIT $3`
)

// Follow gives the next events of a reader, at most most, and moves it behind them in the
// same transaction: what the caller writes for them is written exactly once. Of who acted it
// tells the kind. A reader that
// is new begins at the head: what happened before it existed is not told.
func Follow(t *store.Tx, reader string, most int) ([]debt.Event, error) {
	seq, err := lockReader(t, reader)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Place  int64          `db:"place"`
		ID     debt.ID        `db:"id"`
		CaseID debt.ID        `db:"case_id"`
		Seq    int64          `db:"seq"`
		Type   debt.EventType `db:"type"`
		At     column.Instant `db:"at"`
		Actor  string         `db:"actor_kind"`
		Data   string         `db:"data"`
	}
	if err := t.List(&rows, followSQL, t.Creditor(), seq, most); err != nil || len(rows) == 0 {
		return nil, err
	}
	events := make([]debt.Event, len(rows))
	for i, r := range rows {
		events[i] = debt.Event{ID: r.ID, CaseID: r.CaseID, Seq: r.Seq, Type: r.Type, At: r.At.Time, Actor: debt.Actor{Kind: r.Actor}}
		if err := json.Unmarshal([]byte(r.Data), &events[i].Data); err != nil {
			return nil, err
		}
	}
	_, err = t.Exec(saveReaderSQL, t.Creditor(), reader, rows[len(rows)-1].Place)
	return events, err
}

// lockReader gives the reader's place and holds it until the end of the transaction.
func lockReader(t *store.Tx, reader string) (seq int64, err error) {
	err = t.Get(&seq, lockReaderSQL, t.Creditor(), reader)
	if !errors.Is(err, sql.ErrNoRows) {
		return seq, err
	}
	if _, err := t.Exec(addReaderSQL, t.Creditor(), reader); err != nil {
		return 0, err
	}
	err = t.Get(&seq, lockReaderSQL, t.Creditor(), reader)
	return seq, store.Missing(err, "creditor_unknown")
}

// Reach is how the debtor of a case is reached, and what may forbid it.
type Reach struct {
	Case   debt.Case   // id, review, reason of closing and holds alone
	Debtor debt.Debtor // id, kind, day of birth, and the ways to reach him
	// Channels are the ways the creditor leaves out.
	Channels debt.Channels
}

const reachSQL = `
	SELECT c.review, c.close_reason, c.debtor_id, cr.settings
	  FROM cases c JOIN creditors cr ON cr.id = c.creditor_id
	 WHERE c.creditor_id = $1 AND c.id = $2`

// ReachOf tells how the debtor of a case is reached, or NotFound "case_unknown".
func ReachOf(r *store.Reader, caseID debt.ID) (Reach, error) {
	var row struct {
		Review      debt.Review      `db:"review"`
		CloseReason debt.CloseReason `db:"close_reason"`
		DebtorID    debt.ID          `db:"debtor_id"`
		Settings    string           `db:"settings"`
	}
	if err := r.Get(&row, reachSQL, r.Creditor(), caseID); err != nil {
		return Reach{}, store.Missing(err, "case_unknown")
	}
	var settings debt.Settings
	if err := json.Unmarshal([]byte(row.Settings), &settings); err != nil {
		return Reach{}, err
	}
	d, err := r.LoadDebtor(row.DebtorID)
	if err != nil {
		return Reach{}, err
	}
	to := Reach{
		Channels: settings.Channels,
		Case:     debt.Case{ID: caseID, Review: row.Review, CloseReason: row.CloseReason},
		Debtor: debt.Debtor{ID: d.ID, Kind: d.Kind, BirthOn: d.BirthOn, Email: d.Email, Phone: d.Phone,
			AddressStopped: d.AddressStopped, EmailStopped: d.EmailStopped, PhoneStopped: d.PhoneStopped,
			PreferredChannel: d.PreferredChannel, PreferredLanguage: d.PreferredLanguage},
	}
	return to, r.LoadHolds(&to.Case)
}
