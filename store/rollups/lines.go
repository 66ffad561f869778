package rollups

import (
	"cmp"
	"slices"
	"strings"

	"quitt/debt"
	"quitt/debt/recovery"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

type lineRow struct {
	CaseID debt.ID         `db:"case_id"`
	Figure recovery.Figure `db:"figure"`
	Key    string          `db:"key"`
	DayOn  column.Day      `db:"day_on"`
	N      int64           `db:"n"`
	Amount int64           `db:"amount"`
	Cohort string          `db:"cohort"`
	Ground string          `db:"ground"`
	Age    string          `db:"age"`
}

func lineOf(id debt.ID, l recovery.Line, at recovery.Place) lineRow {
	return lineRow{id, l.Figure, l.Key, column.On(l.On), l.N, l.Amount, at.Cohort, at.Ground, at.Age}
}

// place is the primary key within a creditor.
func (r lineRow) place() lineRow {
	return lineRow{CaseID: r.CaseID, Figure: r.Figure, Key: r.Key, DayOn: r.DayOn}
}

func (r lineRow) month() debt.Date { return r.DayOn.AddDays(1 - r.DayOn.Time().Day()) }

const (
	lineColumns = `case_id, figure, key, day_on, n, amount, cohort, ground, age`

	linesSQL     = `SELECT ` + lineColumns + ` FROM rollup_lines WHERE creditor_id = $1 AND case_id IN (`
	forgetSQL    = `DELETE FROM rollup_lines WHERE creditor_id = $1 AND case_id IN (`
	removeSQL    = `DELETE FROM rollup_lines WHERE creditor_id = $1 AND case_id = $2 AND figure = $3 AND key = $4 AND day_on = $5`
	addLinesSQL  = `INSERT INTO rollup_lines (creditor_id, case_id, figure, key, day_on, month_on, n, amount, cohort, ground, age) VALUES `
	thenLinesSQL = ` ON CONFLICT (creditor_id, case_id, figure, key, day_on) DO UPDATE SET n = excluded.n, amount = excluded.amount,
		cohort = excluded.cohort, ground = excluded.ground, age = excluded.age`

	addSumsSQL  = `INSERT INTO rollups (creditor_id, span, slice, value, day_on, figure, key, n, amount) VALUES `
	thenSumsSQL = ` ON CONFLICT (creditor_id, span, slice, value, day_on, figure, key) DO UPDATE SET
		n = rollups.n + excluded.n, amount = rollups.amount + excluded.amount`
)

// rowsAtOnce bounds the rows of one statement.
const rowsAtOnce = 128

func forget(t *store.Tx, ids []debt.ID) error {
	query, args := bulk.In(forgetSQL, t.Creditor(), ids)
	_, err := t.Exec(query, args...)
	return err
}

// take makes the lines of cases anew and gives what that changes in the sums.
func take(t *store.Tx, ids []debt.ID) (sums, error) {
	stories, err := load(&t.Reader, ids)
	if err != nil {
		return nil, err
	}
	old, err := listed[lineRow](&t.Reader, linesSQL, ids)
	if err != nil {
		return nil, err
	}
	was := make(map[lineRow]lineRow, len(old))
	for _, r := range old {
		was[r.place()] = r
	}
	var fresh []lineRow
	change := sums{}
	for id, s := range stories {
		at := recovery.PlaceOf(s)
		for _, l := range recovery.Lines(s) {
			r := lineOf(id, l, at)
			if was[r.place()] != r {
				fresh = append(fresh, r)
				change.add(r, 1)
				change.add(was[r.place()], -1)
			}
			delete(was, r.place())
		}
	}
	for _, r := range was {
		change.add(r, -1)
		if _, err := t.Exec(removeSQL, t.Creditor(), r.CaseID, string(r.Figure), r.Key, r.DayOn); err != nil {
			return nil, err
		}
	}
	return change, addLines(t, fresh)
}

func addLines(t *store.Tx, rows []lineRow) error {
	slices.SortFunc(rows, func(x, y lineRow) int {
		return cmp.Or(cmp.Compare(x.CaseID, y.CaseID), cmp.Compare(x.Figure, y.Figure), cmp.Compare(x.Key, y.Key), x.DayOn.Compare(y.DayOn.Date))
	})
	for len(rows) > 0 {
		n := bulk.Portion(len(rows), rowsAtOnce)
		args := make([]any, 0, 11*n)
		for _, r := range rows[:n] {
			args = append(args, t.Creditor(), r.CaseID, string(r.Figure), r.Key, r.DayOn, column.On(r.month()), r.N, r.Amount, r.Cohort, r.Ground, r.Age)
		}
		if _, err := t.Exec(addLinesSQL+bulk.Tuples(n, 11)+thenLinesSQL, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

type cell struct {
	span, slice, value string
	on                 debt.Date
	figure, key        string
}

// sums is what to add to the sums.
type sums map[cell][2]int64

func (s sums) add(r lineRow, sign int64) {
	if r.CaseID == "" {
		return // there was no line
	}
	month := r.month()
	for slice, value := range map[By]string{All: "", ByCohort: r.Cohort, ByGround: r.Ground, ByAge: r.Age} {
		for span, on := range map[string]debt.Date{"day": r.DayOn.Date, "month": month} {
			c := cell{span, string(slice), value, on, string(r.Figure), r.Key}
			s[c] = [2]int64{s[c][0] + sign*r.N, s[c][1] + sign*r.Amount}
		}
	}
}

func (s sums) save(t *store.Tx) error {
	cells := make([]cell, 0, len(s))
	for c, sum := range s {
		if sum != [2]int64{} {
			cells = append(cells, c)
		}
	}
	slices.SortFunc(cells, func(x, y cell) int {
		return cmp.Or(strings.Compare(x.span, y.span), strings.Compare(x.slice, y.slice), strings.Compare(x.value, y.value),
			x.on.Compare(y.on), strings.Compare(x.figure, y.figure), strings.Compare(x.key, y.key))
	})
	for len(cells) > 0 {
		n := bulk.Portion(len(cells), rowsAtOnce)
		args := make([]any, 0, 9*n)
		for _, c := range cells[:n] {
			args = append(args, t.Creditor(), c.span, c.slice, c.value, column.On(c.on), c.figure, c.key, s[c][0], s[c][1])
		}
		if _, err := t.Exec(addSumsSQL+bulk.Tuples(n, 9)+thenSumsSQL, args...); err != nil {
			return err
		}
		cells = cells[n:]
	}
	return nil
}
