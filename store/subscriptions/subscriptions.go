// Package subscriptions remembers which reports are sent to whom, and what is to be sent next.
package subscriptions

import (
	"time"

	"quitt/debt"
	"quitt/debt/recovery"
	"quitt/store"
	"quitt/store/column"
)

// Subscription is a report that is sent to a member again and again.
type Subscription struct {
	ID     debt.ID
	Member debt.ID
	Rhythm recovery.Rhythm
	Choice Choice
	Paper  bool      // with the report as a PDF
	Period debt.Date // first day of the period that is sent next
	DueAt  time.Time // when it is looked at
	// Attempts counts the looks at this period.
	Attempts int
	MadeAt   time.Time
}

// Choice is what a report is about, without its days.
type Choice struct {
	Kind  string
	By    string
	Value string
	Per   string
	Over  string
}

type row struct {
	ID       debt.ID         `db:"id"`
	Member   debt.ID         `db:"member_id"`
	Rhythm   recovery.Rhythm `db:"rhythm"`
	Kind     string          `db:"kind"`
	Slice    string          `db:"slice"`
	Value    string          `db:"value"`
	Per      string          `db:"per"`
	Over     string          `db:"over"`
	Paper    bool            `db:"paper"`
	Period   column.Day      `db:"period_on"`
	DueAt    column.Instant  `db:"due_at"`
	Attempts int             `db:"attempts"`
	MadeAt   column.Instant  `db:"made_at"`
}

func (x row) subscription() Subscription {
	return Subscription{x.ID, x.Member, x.Rhythm, Choice{x.Kind, x.Slice, x.Value, x.Per, x.Over}, x.Paper, x.Period.Date, x.DueAt.Time, x.Attempts, x.MadeAt.Time}
}

const (
	columns = `id, member_id, rhythm, kind, slice, value, per, over, paper, period_on, due_at, attempts, made_at`

	addSQL = `INSERT INTO report_subscriptions (creditor_id, ` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13)`
	ofSQL  = `SELECT ` + columns + ` FROM report_subscriptions WHERE creditor_id = $1 AND member_id = $2 ORDER BY made_at, id`
	endSQL = `DELETE FROM report_subscriptions WHERE creditor_id = $1 AND member_id = $2 AND id = $3`

	dueSQL   = `SELECT CAST(COUNT(*) AS BIGINT) AS n, MIN(due_at) AS oldest FROM report_subscriptions WHERE creditor_id = $1 AND due_at <= $2`
	claimSQL = `
	UPDATE report_subscriptions SET attempts = attempts + 1, due_at = $3
	 WHERE creditor_id = $1 AND due_at <= $2 AND id IN
	       (SELECT id FROM report_subscriptions WHERE creditor_id = $1 AND due_at <= $2 ORDER BY due_at, id LIMIT 1)
	RETURNING ` + columns
	putOffSQL = `UPDATE report_subscriptions SET due_at = $4 WHERE creditor_id = $1 AND id = $2 AND period_on = $3`
	moveSQL   = `UPDATE report_subscriptions SET period_on = $4, due_at = $5, attempts = 0 WHERE creditor_id = $1 AND id = $2 AND period_on = $3`
)

// Add keeps a subscription; Conflict "report_sub_exists" for the same once more.
func Add(t *store.Tx, s Subscription) error {
	c := s.Choice
	_, err := t.Exec(addSQL, t.Creditor(), s.ID, s.Member, string(s.Rhythm), c.Kind, c.By, c.Value, c.Per, c.Over, s.Paper,
		column.On(s.Period), column.At(s.DueAt), column.At(s.MadeAt))
	return store.Taken(err, "report_sub_exists")
}

// Of lists a member's, the oldest first.
func Of(r *store.Reader, member debt.ID) ([]Subscription, error) {
	var rows []row
	err := r.List(&rows, ofSQL, r.Creditor(), member)
	list := make([]Subscription, len(rows))
	for i, x := range rows {
		list[i] = x.subscription()
	}
	return list, err
}

// End forgets a member's subscription; there may be none.
func End(t *store.Tx, member, id debt.ID) error {
	_, err := t.Exec(endSQL, t.Creditor(), member, id)
	return err
}

// Due tells how many are to be looked at, and since when the first.
func Due(r *store.Reader, now time.Time) (n int, oldest time.Time, err error) {
	var x struct {
		N      int            `db:"n"`
		Oldest column.Instant `db:"oldest"`
	}
	err = r.Get(&x, dueSQL, r.Creditor(), column.At(now))
	return x.N, x.Oldest.Time, err
}

// Claim takes one that is due, so that others do not look at it until an instant; false for none.
func Claim(t *store.Tx, now, until time.Time) (s Subscription, found bool, err error) {
	var rows []row
	if err := t.List(&rows, claimSQL, t.Creditor(), column.At(now), column.At(until)); err != nil || len(rows) == 0 {
		return s, false, err
	}
	return rows[0].subscription(), true, nil
}

// PutOff lets a claimed one be looked at at another time, unless somebody else has moved it on.
func PutOff(t *store.Tx, s Subscription, to time.Time) error {
	_, err := t.Exec(putOffSQL, t.Creditor(), s.ID, column.On(s.Period), column.At(to))
	return err
}

// Move makes the next period of a subscription the one that is sent; false if somebody else has done
// so, or ended it.
func Move(t *store.Tx, s Subscription) (bool, error) {
	next := s.Rhythm.Next(s.Period)
	n, err := t.Exec(moveSQL, t.Creditor(), s.ID, column.On(s.Period), column.On(next), column.At(s.Rhythm.DueAt(next)))
	return n == 1, err
}
