package hooks

import (
	"database/sql"
	"errors"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Replay is a part of the feed that is sent to an endpoint again: what lies behind Done up
// to To.
type Replay struct {
	ID       debt.ID
	Endpoint debt.ID
	Cursor
	To int64
}

const (
	addReplaySQL = `
		INSERT INTO hook_replays (creditor_id, id, endpoint_id, done_seq, to_seq, attempts, next_at, asked_at)
		VALUES ($1, $2, $3, $4, $5, 0, NULL, $6)`

	// The oldest comes first and the others wait for it: order within what was asked for.
	nextReplaySQL = `
		SELECT id, endpoint_id, done_seq, to_seq, attempts, next_at FROM hook_replays
		 WHERE creditor_id = $1 AND endpoint_id = $2 ORDER BY id LIMIT 1`

	saveReplaySQL = `UPDATE hook_replays SET done_seq = $3, attempts = $4, next_at = $5 WHERE creditor_id = $1 AND id = $2`
	endReplaySQL  = `DELETE FROM hook_replays WHERE creditor_id = $1 AND id = $2`
)

// AddReplay asks for events again.
func AddReplay(t *store.Tx, p Replay, now time.Time) error {
	_, err := t.Exec(addReplaySQL, t.Creditor(), p.ID, p.Endpoint, p.Done, p.To, column.At(now))
	return err
}

// NextReplay gives the replay an endpoint is to work on, if there is one that does not wait.
func NextReplay(r *store.Reader, endpoint debt.ID, now time.Time) (Replay, bool, error) {
	var row struct {
		ID       debt.ID        `db:"id"`
		Endpoint debt.ID        `db:"endpoint_id"`
		Done     int64          `db:"done_seq"`
		To       int64          `db:"to_seq"`
		Attempts int            `db:"attempts"`
		NextAt   column.Instant `db:"next_at"`
	}
	err := r.Get(&row, nextReplaySQL, r.Creditor(), endpoint)
	if errors.Is(err, sql.ErrNoRows) {
		return Replay{}, false, nil
	}
	return Replay{row.ID, row.Endpoint, Cursor{row.Done, row.Attempts, row.NextAt.Time}, row.To}, err == nil && !row.NextAt.After(now), err
}

// SaveReplay stores how far a replay has come; one that is done is removed.
func SaveReplay(t *store.Tx, p Replay) error {
	if p.Done >= p.To {
		_, err := t.Exec(endReplaySQL, t.Creditor(), p.ID)
		return err
	}
	_, err := t.Exec(saveReplaySQL, t.Creditor(), p.ID, p.Done, p.Attempts, column.At(p.NextAt))
	return err
}

// Figures tell how the endpoints of a creditor are.
type Figures struct {
	Endpoints int64
	Disabled  int64
	Depth     int64     // events in the feed that enabled endpoints have not worked off, summed
	Oldest    time.Time // of the oldest of them; zero if there is none
	Dead      int64
	Replays   int64 // asked for and not done
}

const figuresSQL = `
	SELECT CAST(COUNT(*) AS BIGINT) AS endpoints,
	       CAST(COALESCE(SUM(CASE WHEN e.disabled <> '' THEN 1 ELSE 0 END), 0) AS BIGINT) AS disabled,
	       CAST(COALESCE(SUM(CASE WHEN e.disabled = '' THEN h.seq - e.done_seq ELSE 0 END), 0) AS BIGINT) AS depth,
	       MIN(CASE WHEN e.disabled = '' THEN v.at END) AS oldest,
	       (SELECT CAST(COUNT(*) AS BIGINT) FROM hook_dead d WHERE d.creditor_id = $1) AS dead,
	       (SELECT CAST(COUNT(*) AS BIGINT) FROM hook_replays p WHERE p.creditor_id = $1) AS replays
	  FROM hook_endpoints e
	  JOIN feed_heads h ON h.creditor_id = e.creditor_id
	  LEFT JOIN feed f ON f.creditor_id = e.creditor_id AND f.seq = e.done_seq + 1
	  LEFT JOIN events v ON v.creditor_id = f.creditor_id AND v.id = f.event_id
	 WHERE e.creditor_id = $1`

// FiguresOf counts for the transaction's creditor.
func FiguresOf(r *store.Reader) (Figures, error) {
	var row struct {
		Endpoints int64          `db:"endpoints"`
		Disabled  int64          `db:"disabled"`
		Depth     int64          `db:"depth"`
		Oldest    column.Instant `db:"oldest"`
		Dead      int64          `db:"dead"`
		Replays   int64          `db:"replays"`
	}
	err := r.Get(&row, figuresSQL, r.Creditor())
	return Figures{row.Endpoints, row.Disabled, row.Depth, row.Oldest.Time, row.Dead, row.Replays}, err
}
