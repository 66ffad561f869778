package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"quitt/debt"
	"quitt/store/bulk"
)

// The feed is numbered and chained after the fact, in batches, so that no payment ever
// waits for a number that all payments share.

const (
	lockHeadSQL = `UPDATE feed_heads SET seq = seq WHERE creditor_id = $1 RETURNING seq, hash`
	saveHeadSQL = `UPDATE feed_heads SET seq = $2, hash = $3 WHERE creditor_id = $1`

	// The cases of the oldest pending events, and then all that is pending of these cases:
	// sorting everything that waits would make a large import quadratic.
	pendingCasesSQL = `
		SELECT e.case_id
		  FROM feed_pending p JOIN events e ON e.creditor_id = p.creditor_id AND e.id = p.event_id
		 WHERE p.creditor_id = $1
		 ORDER BY p.event_id LIMIT $2`

	pendingSQL = `
		SELECT e.id, e.case_id, e.seq, e.type, e.at, e.actor_kind, e.actor_id, e.data, e.schema
		  FROM events e JOIN feed_pending p ON p.creditor_id = e.creditor_id AND p.event_id = e.id
		 WHERE e.creditor_id = $1 AND e.case_id IN (`

	addFeedSQL       = `INSERT INTO feed (creditor_id, seq, event_id, hash) VALUES `
	removePendingSQL = `DELETE FROM feed_pending WHERE creditor_id = $1 AND event_id IN (`
)

// sequenceBatch bounds the cases one transaction of the sequencer looks at.
const sequenceBatch = knownPage

const anyPendingSQL = `SELECT CAST(COUNT(*) AS BIGINT) AS n FROM (SELECT 1 FROM feed_pending WHERE creditor_id = $1 LIMIT 1) p`

// Sequence gives every pending event of a creditor its place in the feed and reports how
// many it placed.
func (s *Store) Sequence(ctx context.Context, creditor debt.ID) (int, error) {
	for total := 0; ; {
		n, err := s.SequencePortion(ctx, creditor)
		if total += n; err != nil || n == 0 {
			return total, err
		}
	}
}

// SequencePortion gives a bounded number of pending events their places, for a loop in which
// other creditors wait for theirs. Two at once do no harm: the head row makes one wait.
func (s *Store) SequencePortion(ctx context.Context, creditor debt.ID) (placed int, err error) {
	// It is called every second for each creditor: looking costs no commit.
	var waiting int64
	err = s.Read(ctx, creditor, func(r *Reader) error { return r.Get(&waiting, anyPendingSQL, creditor) })
	if err != nil || waiting == 0 {
		return 0, err
	}
	err = s.Write(ctx, creditor, func(t *Tx) (err error) {
		placed, err = t.sequence()
		return err
	})
	if err != nil {
		return 0, err
	}
	return placed, nil
}

func (t *Tx) sequence() (int, error) {
	var head struct {
		Seq  int64  `db:"seq"`
		Hash string `db:"hash"`
	}
	if err := t.Get(&head, lockHeadSQL, t.creditor); err != nil {
		return 0, Missing(err, "creditor_unknown")
	}
	rows, err := t.pending()
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	ids, places := make([]debt.ID, len(rows)), make([]any, 0, 4*len(rows))
	for i, e := range inFeedOrder(rows) {
		head.Seq++
		head.Hash = chain(head.Hash, head.Seq, e)
		ids[i], places = e.ID, append(places, t.creditor, head.Seq, e.ID, head.Hash)
	}
	for len(places) > 0 {
		n := bulk.Portion(len(places)/4, knownPage)
		if _, err := t.Exec(addFeedSQL+bulk.Tuples(n, 4), places[:4*n]...); err != nil {
			return 0, err
		}
		places = places[4*n:]
	}
	for chunk := range slices.Chunk(ids, knownPage) {
		query, args := bulk.In(removePendingSQL, t.creditor, chunk)
		if _, err := t.Exec(query, args...); err != nil {
			return 0, err
		}
	}
	_, err = t.Exec(saveHeadSQL, t.creditor, head.Seq, head.Hash)
	return len(rows), err
}

func (t *Tx) pending() ([]eventRow, error) {
	var cases []debt.ID
	if err := t.List(&cases, pendingCasesSQL, t.creditor, sequenceBatch); err != nil || len(cases) == 0 {
		return nil, err
	}
	slices.Sort(cases)
	var rows []eventRow
	query, args := bulk.In(pendingSQL, t.creditor, slices.Compact(cases))
	return rows, t.List(&rows, query, args...)
}

// inFeedOrder sorts by id, that is by time, and then makes sure that events of one case
// stand in the order of their numbers even if two clocks disagreed.
func inFeedOrder(rows []eventRow) []eventRow {
	slices.SortFunc(rows, func(x, y eventRow) int { return cmp.Compare(x.ID, y.ID) })
	places := map[debt.ID][]int{}
	for i, r := range rows {
		places[r.CaseID] = append(places[r.CaseID], i)
	}
	ordered := slices.Clone(rows)
	for _, at := range places {
		events := make([]eventRow, len(at))
		for k, i := range at {
			events[k] = rows[i]
		}
		slices.SortFunc(events, func(x, y eventRow) int { return cmp.Compare(x.Seq, y.Seq) })
		for k, i := range at {
			ordered[i] = events[k]
		}
	}
	return ordered
}

// chain is the hash of a feed position: SHA-256 over the hash before it, the number and
// every field of the event, each on a line of its own so that nothing can shift.
func chain(previous string, seq int64, e eventRow) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{
		previous, strconv.FormatInt(seq, 10), string(e.ID), string(e.CaseID), strconv.FormatInt(e.Seq, 10),
		string(e.Type), e.At.String(), e.ActorKind, e.ActorID, strconv.Itoa(e.Schema), e.Data,
	}, "\n")))
	return hex.EncodeToString(sum[:])
}
