// Package objections keeps what debtors say against a claim, with the proofs, promises and
// situations they tell of, and what became of each.
package objections

import (
	"encoding/json"
	"time"

	"quitt/debt"
	"quitt/debt/objection"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

// Objection is one dispute of a case.
type Objection struct {
	ID          debt.ID
	CaseID      debt.ID
	Ground      objection.Ground
	Disputed    objection.Disputed
	Total       debt.Cents // in dispute, on the day it was filed
	Credited    debt.Cents // what the answer gave up of the disputed lines
	State       debt.ObjectionState
	PausePlan   bool
	FiledBy     string // the kind of actor
	FiledAt     time.Time
	DueOn       debt.Date
	OverdueAt   time.Time
	EscalatedAt time.Time
	EndedAt     time.Time
	Answers     debt.Personal // JSON of objection.Answers
	Words       debt.Personal
	Reason      debt.Personal // of the answer
}

// Said reads the answers to the questions of the ground.
func (o Objection) Said() (objection.Answers, error) {
	said := objection.Answers{}
	if o.Answers == "" {
		return said, nil
	}
	err := json.Unmarshal([]byte(o.Answers.Reveal()), &said)
	return said, err
}

type objectionRow struct {
	ID          debt.ID             `db:"id"`
	CaseID      debt.ID             `db:"case_id"`
	Ground      objection.Ground    `db:"ground"`
	Whole       bool                `db:"whole"`
	Total       debt.Cents          `db:"disputed_cents"`
	State       debt.ObjectionState `db:"state"`
	PausePlan   bool                `db:"plan_pause"`
	FiledBy     string              `db:"filed_by"`
	FiledAt     column.Instant      `db:"filed_at"`
	DueOn       column.Day          `db:"due_on"`
	OverdueAt   column.Instant      `db:"overdue_at"`
	EscalatedAt column.Instant      `db:"escalated_at"`
	EndedAt     column.Instant      `db:"ended_at"`
	Answers     string              `db:"answers"`
	Words       string              `db:"words"`
	Reason      string              `db:"reason"`
	Key         string              `db:"person_key"`
}

func (r objectionRow) objection(by *store.Reader) (Objection, error) {
	x := by.Safe().Texts(r.Key, "objections", by.Creditor(), r.ID)
	o := Objection{ID: r.ID, CaseID: r.CaseID, Ground: r.Ground, Disputed: objection.Disputed{Whole: r.Whole}, Total: r.Total, State: r.State,
		PausePlan: r.PausePlan, FiledBy: r.FiledBy, FiledAt: r.FiledAt.Time, DueOn: r.DueOn.Date, OverdueAt: r.OverdueAt.Time,
		EscalatedAt: r.EscalatedAt.Time, EndedAt: r.EndedAt.Time, Answers: x.Open("answers", r.Answers), Words: x.Open("words", r.Words),
		Reason: x.Open("reason", r.Reason)}
	return o, x.Err()
}

type lineRow struct {
	Objection debt.ID          `db:"objection_id"`
	Line      debt.ID          `db:"line_id"`
	Account   debt.AccountKind `db:"account"`
	Disputed  debt.Cents       `db:"disputed_cents"`
	Credited  debt.Cents       `db:"credited_cents"`
}

const objectionColumns = `id, case_id, ground, whole, disputed_cents, state, plan_pause, filed_by, filed_at, due_on, overdue_at, escalated_at, ended_at, answers, words, reason`

// What is read comes with the key its texts are sealed under.
var (
	shown = objectionColumns + `, ` + person.KeyColumn("objections")

	byIDSQL   = `SELECT ` + shown + ` FROM objections WHERE creditor_id = $1 AND id = $2`
	byCaseSQL = `SELECT ` + shown + ` FROM objections WHERE creditor_id = $1 AND case_id = $2 ORDER BY filed_at, id`
	openSQL   = `SELECT ` + shown + ` FROM objections WHERE creditor_id = $1 AND ended_at IS NULL ORDER BY due_on, id LIMIT $2`
	lateSQL   = `SELECT ` + shown + ` FROM objections WHERE creditor_id = $1 AND ended_at IS NULL
		AND ((overdue_at IS NULL AND due_on < $2) OR (escalated_at IS NULL AND due_on < $3)) ORDER BY due_on, id LIMIT $4`
)

const (
	addSQL = `INSERT INTO objections (creditor_id, ` + objectionColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10, NULL, NULL, NULL, $11, $12, '')`
	addLineSQL = `INSERT INTO objection_lines (creditor_id, objection_id, line_id, account, disputed_cents, credited_cents)
		VALUES ($1, $2, $3, $4, $5, 0)`

	endSQL = `UPDATE objections SET state = $3, ended_at = $4, reason = $5 WHERE creditor_id = $1 AND id = $2 AND ended_at IS NULL`
	// A cost that is not among the disputed lines may fall with them: it has no row here.
	creditSQL = `UPDATE objection_lines SET credited_cents = $4 WHERE creditor_id = $1 AND objection_id = $2 AND line_id = $3
		AND account = $5`

	overdueSQL   = `UPDATE objections SET overdue_at = $3 WHERE creditor_id = $1 AND id = $2 AND ended_at IS NULL AND overdue_at IS NULL`
	escalatedSQL = `UPDATE objections SET escalated_at = $3 WHERE creditor_id = $1 AND id = $2 AND ended_at IS NULL AND escalated_at IS NULL`

	linesSQL = `SELECT objection_id, line_id, account, disputed_cents, credited_cents FROM objection_lines
		WHERE creditor_id = $1 AND objection_id = $2 ORDER BY line_id, account`
)

// Add keeps a new objection with its lines; Conflict "objection_open_already" if one of the
// case is open.
func Add(t *store.Tx, o Objection) error {
	x, err := texts(t, "objections", o.CaseID, o.ID)
	if err != nil {
		return err
	}
	answers, words := x.Seal("answers", o.Answers), x.Seal("words", o.Words)
	if x.Err() != nil {
		return x.Err()
	}
	_, err = t.Exec(addSQL, t.Creditor(), o.ID, o.CaseID, string(o.Ground), o.Disputed.Whole, int64(o.Total), o.PausePlan, o.FiledBy,
		column.At(o.FiledAt), column.On(o.DueOn), answers, words)
	if err != nil {
		return store.Taken(err, "objection_open_already")
	}
	for _, l := range o.Disputed.Lines {
		if _, err := t.Exec(addLineSQL, t.Creditor(), o.ID, l.ID, string(l.Account), int64(l.Amount)); err != nil {
			return err
		}
	}
	return nil
}

// Load reads an objection with its lines, or NotFound "objection_unknown".
func Load(r *store.Reader, id debt.ID) (Objection, error) {
	var row objectionRow
	if err := r.Get(&row, byIDSQL, r.Creditor(), id); err != nil {
		return Objection{}, store.Missing(err, "objection_unknown")
	}
	list, err := withLines(r, []objectionRow{row})
	if err != nil {
		return Objection{}, err
	}
	return list[0], nil
}

// OfCase lists those of a case, the oldest first.
func OfCase(r *store.Reader, caseID debt.ID) ([]Objection, error) {
	return list(r, byCaseSQL, r.Creditor(), caseID)
}

// Open lists the open ones of a creditor, those that are due first.
func Open(r *store.Reader, most int) ([]Objection, error) {
	return list(r, openSQL, r.Creditor(), most)
}

// Late lists open ones whose clock ran out before a day and was not told of, or ran out
// before another and was not escalated.
func Late(r *store.Reader, before, long debt.Date, most int) ([]Objection, error) {
	return list(r, lateSQL, r.Creditor(), column.On(before), column.On(long), most)
}

func list(r *store.Reader, query string, args ...any) ([]Objection, error) {
	var rows []objectionRow
	if err := r.List(&rows, query, args...); err != nil {
		return nil, err
	}
	return withLines(r, rows)
}

func withLines(r *store.Reader, rows []objectionRow) ([]Objection, error) {
	out := make([]Objection, len(rows))
	for i, row := range rows {
		o, err := row.objection(r)
		if err != nil {
			return nil, err
		}
		var lines []lineRow
		if err := r.List(&lines, linesSQL, r.Creditor(), o.ID); err != nil {
			return nil, err
		}
		for _, l := range lines {
			o.Disputed.Lines = append(o.Disputed.Lines, objection.Line{ID: l.Line, Account: l.Account, Amount: l.Disputed})
			o.Credited += l.Credited
		}
		out[i] = o
	}
	return out, nil
}

// End keeps how an objection ended, with what of its lines was given up; Conflict
// "objection_ended" if it has ended already.
func End(t *store.Tx, o Objection, credited []objection.Given) error {
	reason, err := ending{"objections", o.CaseID, o.ID}.last(t, o.Reason)
	if err != nil {
		return err
	}
	n, err := t.Exec(endSQL, t.Creditor(), o.ID, string(o.State), column.At(o.EndedAt), reason)
	if err == nil && n == 0 {
		return debt.E(debt.Conflict, "objection_ended", nil)
	}
	for _, g := range credited {
		if err == nil {
			_, err = t.Exec(creditSQL, t.Creditor(), o.ID, g.Line, int64(g.Amount), string(g.Account))
		}
	}
	return err
}

// MarkOverdue remembers that the clock ran out and was told of; done is false if it was
// known.
func MarkOverdue(t *store.Tx, id debt.ID, now time.Time) (done bool, err error) {
	n, err := t.Exec(overdueSQL, t.Creditor(), id, column.At(now))
	return n > 0, err
}

// MarkEscalated remembers that somebody above was asked; done is false if it was known.
func MarkEscalated(t *store.Tx, id debt.ID, now time.Time) (done bool, err error) {
	n, err := t.Exec(escalatedSQL, t.Creditor(), id, column.At(now))
	return n > 0, err
}
