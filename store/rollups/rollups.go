// Package rollups keeps the sums that a creditor's reports are read from. A loop makes the lines
// of every case anew that the feed names and adds the difference to the sums, in one transaction
// with its place in the feed: a portion that is lost, done twice or done by two at once changes
// nothing, and events in any order come to the same.
package rollups

import (
	"database/sql"
	"errors"

	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

// Portion is how many cases, or events, one transaction takes in at most.
const Portion = 256

// firstID sorts before every UUID.
const firstID debt.ID = "00000000-0000-0000-0000-000000000000"

const (
	lockSQL  = `UPDATE rollup_marks SET seq = seq WHERE creditor_id = $1 RETURNING seq, built_to, step`
	addSQL   = `INSERT INTO rollup_marks (creditor_id, seq, built_to, step) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING`
	saveSQL  = `UPDATE rollup_marks SET seq = $2, built_to = $3, step = $4 WHERE creditor_id = $1`
	clearSQL = `DELETE FROM rollups WHERE creditor_id = $1`
	headSQL  = `SELECT seq FROM feed_heads WHERE creditor_id = $1`

	newsSQL = `
	SELECT f.seq AS place, e.case_id FROM feed f JOIN events e ON e.creditor_id = f.creditor_id AND e.id = f.event_id
	 WHERE f.creditor_id = $1 AND f.seq > $2 ORDER BY f.seq LIMIT $3`
	casesSQL = `SELECT id FROM cases WHERE creditor_id = $1 AND id > $2 ORDER BY id LIMIT $3`
)

type mark struct {
	Seq     int64           `db:"seq"`
	BuiltTo column.Optional `db:"built_to"`
	Step    int64           `db:"step"`
}

func (m mark) save(t *store.Tx) error {
	_, err := t.Exec(saveSQL, t.Creditor(), m.Seq, m.BuiltTo, m.Step)
	return err
}

// lock gives how far the sums have come and holds it until the end of the transaction. A
// creditor without any begins with all cases.
func lock(t *store.Tx) (m mark, err error) {
	err = t.Get(&m, lockSQL, t.Creditor())
	if !errors.Is(err, sql.ErrNoRows) {
		return m, err
	}
	head, err := head(&t.Reader)
	if err != nil {
		return m, err
	}
	if _, err := t.Exec(addSQL, t.Creditor(), head, column.Optional(firstID)); err != nil {
		return m, err
	}
	return m, t.Get(&m, lockSQL, t.Creditor())
}

func head(r *store.Reader) (seq int64, err error) {
	err = r.Get(&seq, headSQL, r.Creditor())
	return seq, store.Missing(err, "creditor_unknown")
}

// Again drops the sums; Advance makes them from the cases.
func Again(t *store.Tx) error {
	if _, err := lock(t); err != nil {
		return err
	}
	if _, err := t.Exec(clearSQL, t.Creditor()); err != nil {
		return err
	}
	head, err := head(&t.Reader)
	if err != nil {
		return err
	}
	return mark{head, column.Optional(firstID), 0}.save(t)
}

// Advance takes in a portion, of all cases while the sums are being made and then of the feed,
// and tells how many cases or events it took in: 0 when all are. most is at most Portion.
func Advance(t *store.Tx, most int) (did int, err error) {
	m, err := lock(t)
	if err != nil {
		return 0, err
	}
	switch {
	case m.BuiltTo != "":
		return build(t, m, most)
	case m.Step > 0:
		return 1, sumUp(t, m)
	}
	return follow(t, m, most)
}

// build makes the lines of cases, by id. Their old lines are of sums that are gone.
func build(t *store.Tx, m mark, most int) (int, error) {
	var ids []debt.ID
	if err := t.List(&ids, casesSQL, t.Creditor(), debt.ID(m.BuiltTo), most); err != nil {
		return 0, err
	}
	if len(ids) == 0 {
		return 1, mark{m.Seq, "", 1}.save(t)
	}
	if err := forget(t, ids); err != nil {
		return 0, err
	}
	if _, err := take(t, ids); err != nil {
		return 0, err
	}
	return len(ids), mark{m.Seq, column.Optional(ids[len(ids)-1]), 0}.save(t)
}

// sumUp adds up all lines for one span and one breakdown: a statement each, because a sum that is
// added to with every portion is written as often.
func sumUp(t *store.Tx, m mark) error {
	if _, err := t.Exec(sumUps[m.Step-1], t.Creditor()); err != nil {
		return err
	}
	if m.Step++; int(m.Step) > len(sumUps) {
		m.Step = 0 // the feed comes next
		if err := t.Learn(); err != nil {
			return err
		}
	}
	return m.save(t)
}

// sumUps is a statement for each span and breakdown.
var sumUps = func() (list []string) {
	for _, span := range [][2]string{{"day", "day_on"}, {"month", "month_on"}} {
		for _, slice := range [][2]string{{"all", "''"}, {"cohort", "cohort"}, {"ground", "ground"}, {"age", "age"}} {
			list = append(list, `INSERT INTO rollups (creditor_id, span, slice, value, day_on, figure, key, n, amount)
				SELECT creditor_id, '`+span[0]+`', '`+slice[0]+`', `+slice[1]+` AS value, `+span[1]+`, figure, key, CAST(SUM(n) AS BIGINT), CAST(SUM(amount) AS BIGINT)
				  FROM rollup_lines WHERE creditor_id = $1 GROUP BY creditor_id, value, `+span[1]+`, figure, key`)
		}
	}
	return list
}()

func follow(t *store.Tx, m mark, most int) (int, error) {
	var news []struct {
		Place  int64   `db:"place"`
		CaseID debt.ID `db:"case_id"`
	}
	if err := t.List(&news, newsSQL, t.Creditor(), m.Seq, most); err != nil || len(news) == 0 {
		return 0, err
	}
	var ids []debt.ID
	seen := map[debt.ID]bool{}
	for _, n := range news {
		if !seen[n.CaseID] {
			seen[n.CaseID], ids = true, append(ids, n.CaseID)
		}
	}
	change, err := take(t, ids)
	if err == nil {
		err = change.save(t)
	}
	if err != nil {
		return 0, err
	}
	return len(news), mark{news[len(news)-1].Place, "", 0}.save(t)
}

const standingSQL = `
	SELECT h.seq AS head, COALESCE(m.seq, -1) AS seq, m.built_to, COALESCE(m.step, 0) AS step,
	       (SELECT e.at FROM feed f JOIN events e ON e.creditor_id = f.creditor_id AND e.id = f.event_id
	         WHERE f.creditor_id = h.creditor_id AND f.seq = m.seq + 1) AS next_at,
	       (SELECT e.at FROM feed_pending p JOIN events e ON e.creditor_id = p.creditor_id AND e.id = p.event_id
	         WHERE p.creditor_id = h.creditor_id ORDER BY p.event_id LIMIT 1) AS waiting_at
	  FROM feed_heads h LEFT JOIN rollup_marks m ON m.creditor_id = h.creditor_id
	 WHERE h.creditor_id = $1`

// Standing is how current the sums are.
type Standing struct {
	Building bool           // they are being made and are not to be read yet
	Behind   int64          // events of the feed that are not in
	Missing  column.Instant // when the first event was that is not in; zero when all are
}

// StandingOf tells how current the sums are.
func StandingOf(r *store.Reader) (Standing, error) {
	var row struct {
		Head    int64           `db:"head"`
		Seq     int64           `db:"seq"`
		BuiltTo column.Optional `db:"built_to"`
		Step    int64           `db:"step"`
		Next    column.Instant  `db:"next_at"`
		Waiting column.Instant  `db:"waiting_at"`
	}
	if err := r.Get(&row, standingSQL, r.Creditor()); err != nil {
		return Standing{}, store.Missing(err, "creditor_unknown")
	}
	s := Standing{Building: row.Seq < 0 || row.BuiltTo != "" || row.Step > 0, Behind: row.Head - max(row.Seq, 0), Missing: row.Next}
	if s.Missing.IsZero() {
		s.Missing = row.Waiting
	}
	return s, nil
}

func listed[T any](t *store.Reader, query string, ids []debt.ID) (list []T, err error) {
	query, args := bulk.In(query, t.Creditor(), ids)
	return list, t.List(&list, query, args...)
}
