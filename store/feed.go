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
)

// The feed is numbered and chained after the fact, in batches, so that no payment ever
// waits for a number that all payments share.

const (
	lockHeadSQL = `UPDATE feed_heads SET seq = seq WHERE creditor_id = $1 RETURNING seq, hash`
	saveHeadSQL = `UPDATE feed_heads SET seq = $2, hash = $3 WHERE creditor_id = $1`

	pendingSQL = `
		SELECT e.id, e.case_id, e.seq, e.type, e.at, e.actor_kind, e.actor_id, e.data, e.schema
		  FROM feed_pending p JOIN events e ON e.creditor_id = p.creditor_id AND e.id = p.event_id
		 WHERE p.creditor_id = $1
		 ORDER BY e.seq, e.id LIMIT $2`

	addFeedSQL       = `INSERT INTO feed (creditor_id, seq, event_id, hash) VALUES `
	removePendingSQL = `DELETE FROM feed_pending WHERE creditor_id = $1 AND event_id IN (`
)

// sequenceBatch bounds one transaction of the sequencer.
const sequenceBatch = 500

// Sequence gives every pending event of a creditor its place in the feed and reports how
// many it placed. Two at once do no harm: the head row makes one wait.
func (s *Store) Sequence(ctx context.Context, creditor debt.ID) (int, error) {
	total := 0
	for {
		n := 0
		err := s.Write(ctx, creditor, func(t *Tx) (err error) {
			n, err = t.sequence()
			return err
		})
		total += n
		if err != nil || n < sequenceBatch {
			return total, err
		}
	}
}

func (t *Tx) sequence() (int, error) {
	var head struct {
		Seq  int64  `db:"seq"`
		Hash string `db:"hash"`
	}
	if err := t.get(&head, lockHeadSQL, t.creditor); err != nil {
		return 0, missing(err, "creditor_unknown")
	}
	var rows []eventRow
	if err := t.list(&rows, pendingSQL, t.creditor, sequenceBatch); err != nil || len(rows) == 0 {
		return 0, err
	}
	ids, places := make([]debt.ID, len(rows)), make([]any, 0, 4*len(rows))
	for i, e := range inFeedOrder(rows) {
		head.Seq++
		head.Hash = chain(head.Hash, head.Seq, e)
		ids[i], places = e.ID, append(places, t.creditor, head.Seq, e.ID, head.Hash)
	}
	for len(places) > 0 {
		n := largestPowerOfTwo(len(places) / 4)
		if _, err := t.exec(addFeedSQL+tuples(n, 4), places[:4*n]...); err != nil {
			return 0, err
		}
		places = places[4*n:]
	}
	for chunk := range slices.Chunk(ids, knownPage) {
		query, args := inList(removePendingSQL, t.creditor, chunk)
		if _, err := t.exec(query, args...); err != nil {
			return 0, err
		}
	}
	_, err := t.exec(saveHeadSQL, t.creditor, head.Seq, head.Hash)
	return len(rows), err
}

// largestPowerOfTwo gives the largest power of two up to n, at most knownPage: rows go in by
// such portions so that few texts need to be prepared.
func largestPowerOfTwo(n int) int {
	size := knownPage
	for size > n {
		size /= 2
	}
	return size
}

// tuples gives "($1, $2), ($3, $4), …" for rows of so many columns.
func tuples(rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteString("($1")
		case i%columns == 0:
			b.WriteString("), ($" + strconv.Itoa(i+1))
		default:
			b.WriteString(", $" + strconv.Itoa(i+1))
		}
	}
	return b.String() + ")"
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
