package statements

import (
	"slices"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
	"quitt/store/person"
)

// State says where a line stands.
type State string

// The states of a line. Money of a Suspended one is in the books under nobody's name; where it
// went from there says its move.
const (
	Staged     State = "staged"  // of a statement that is being read
	Waiting    State = "waiting" // to be looked at
	Paid       State = "booked"  // to a case, or to several
	Suspended  State = "suspended"
	Returned   State = "returned"   // it took a payment back
	Unreturned State = "unreturned" // a return of a payment that is not known (yet)
	Fee        State = "fee"
	Listed     State = "listed"     // money out of which nothing is known; not booked
	Remitted   State = "remitted"   // money out to the creditor that is booked as such
	Foreign    State = "foreign"    // not in euro; not booked
	Batched    State = "batch"      // the sum of a batch whose parts are not known yet; not booked
	Resolved   State = "resolved"   // the sum of a batch, booked by its parts
	Detail     State = "detail"     // a part of a batch; money only if its batch is
	Previewed  State = "preview"    // seen before it was booked; never money
	NotOurs    State = "not_ours"   // a person: it stays with nobody
	GiveBack   State = "give_back"  // a person: it is to be sent back
	GivenBack  State = "given_back" // it was
)

var states = []State{Staged, Waiting, Paid, Suspended, Returned, Unreturned, Fee, Listed, Remitted, Foreign, Batched, Resolved, Detail, Previewed, NotOurs, GiveBack, GivenBack}

// Line is one payment of a statement.
type Line struct {
	ID, AccountID, StatementID debt.ID
	N                          int64
	Fingerprint                string
	Occurrence                 int64 // 1, 2 … of lines with the same fingerprint in one statement
	Occasion                   string
	State                      State
	Reason                     string     // a code
	Amount                     debt.Cents // signed
	Original                   debt.Cents // of a returned debit: what was collected; 0 where it is not said
	Fee                        debt.Cents // within Amount
	Currency                   string
	BookedOn, ValueOn          debt.Date
	EndToEnd, Mandate, Payer   string // hashes
	Batch                      string // hash of what a batch and its parts have in common
	CaseID, PaymentID, MoveID  debt.ID
	Remittance                 debt.ID
	Said                       Said
	Version                    int64
}

type lineRow struct {
	ID          debt.ID         `db:"id"`
	AccountID   debt.ID         `db:"account_id"`
	StatementID debt.ID         `db:"statement_id"`
	N           int64           `db:"n"`
	Fingerprint string          `db:"fingerprint"`
	Occurrence  int64           `db:"occurrence"`
	Occasion    string          `db:"occasion"`
	State       State           `db:"state"`
	Reason      string          `db:"reason"`
	Amount      debt.Cents      `db:"amount_cents"`
	Original    debt.Cents      `db:"original_cents"`
	Fee         debt.Cents      `db:"fee_cents"`
	Currency    string          `db:"currency"`
	BookedOn    column.Day      `db:"booked_on"`
	ValueOn     column.Day      `db:"value_on"`
	EndToEnd    string          `db:"end_to_end"`
	Mandate     string          `db:"mandate"`
	Payer       string          `db:"payer"`
	Batch       string          `db:"batch"`
	CaseID      column.Optional `db:"case_id"`
	PaymentID   column.Optional `db:"payment_id"`
	MoveID      column.Optional `db:"move_id"`
	Remittance  column.Optional `db:"remittance_id"`
	Sealed      string          `db:"sealed"`
	Version     int64           `db:"version"`
	Key         string          `db:"person_key"`
}

const lineColumns = `id, account_id, statement_id, n, fingerprint, occurrence, occasion, state, reason, amount_cents, original_cents, fee_cents, currency, booked_on, value_on, end_to_end, mandate, payer, batch, case_id, payment_id, move_id, remittance_id, sealed, version`

// lineWidth is how many values a row of lines has.
const lineWidth = 26

// AtOnce is how many lines are written or looked at together, a power of two.
const AtOnce = 256

const insertLinesSQL = `INSERT INTO bank_lines (creditor_id, ` + lineColumns + `) VALUES `

// Stage keeps lines of a statement that is being read, sealed under the creditor's key.
func Stage(t *store.Tx, k Keys, list []Line) error {
	for len(list) > 0 {
		n := bulk.Portion(len(list), AtOnce)
		args := make([]any, 0, n*lineWidth)
		for _, l := range list[:n] {
			sealed, err := k.seal(l.ID, l.Said)
			if err != nil {
				return err
			}
			args = append(args, t.Creditor(), l.ID, l.AccountID, l.StatementID, l.N, l.Fingerprint, l.Occurrence, l.Occasion, string(Staged), l.Reason,
				int64(l.Amount), int64(l.Original), int64(l.Fee), l.Currency, column.On(l.BookedOn), column.On(l.ValueOn), l.EndToEnd, l.Mandate, l.Payer, l.Batch,
				column.Optional(""), column.Optional(""), column.Optional(""), column.Optional(""), sealed, int64(0))
		}
		if _, err := t.Exec(insertLinesSQL+bulk.Tuples(n, lineWidth), args...); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

const (
	// On further sheets of one day the same payment is another one: it is counted on.
	countOnSQL = `UPDATE bank_lines SET occurrence = occurrence + COALESCE((SELECT MAX(o.occurrence) FROM bank_lines o
		  WHERE o.creditor_id = bank_lines.creditor_id AND o.account_id = bank_lines.account_id AND o.fingerprint = bank_lines.fingerprint AND o.state <> 'staged'), 0)
		WHERE creditor_id = $1 AND statement_id = $2 AND state = 'staged'`
	takeSQL = `UPDATE bank_lines SET state = CASE WHEN occasion = 'batch' AND $4 = 'waiting' THEN 'batch' ELSE $4 END WHERE creditor_id = $1 AND statement_id = $2 AND state = 'staged' AND NOT EXISTS (
		SELECT 1 FROM bank_lines o WHERE o.creditor_id = $1 AND o.account_id = $3 AND o.fingerprint = bank_lines.fingerprint
		   AND o.occurrence = bank_lines.occurrence AND o.state <> 'staged')`
	stagedSQL    = `SELECT CAST(COUNT(*) AS BIGINT) FROM bank_lines WHERE creditor_id = $1 AND statement_id = $2 AND state = 'staged'`
	oldSightSQL  = `DELETE FROM bank_lines WHERE creditor_id = $1 AND account_id = $2 AND state = 'preview' AND booked_on <= $3`
	lateSightSQL = `DELETE FROM bank_lines WHERE creditor_id = $1 AND statement_id = $2 AND state = 'staged' AND booked_on <= (
		SELECT MAX(to_on) FROM bank_statements WHERE creditor_id = $1 AND account_id = $3 AND state = 'booked')`
)

// Take takes over the staged lines of a statement that were not known before, and counts both.
func Take(t *store.Tx, h *Head, as State) (err error) {
	if h.Interim {
		if _, err := t.Exec(countOnSQL, t.Creditor(), h.ID); err != nil {
			return err
		}
	}
	if as == Previewed { // what is booked already needs no preview
		if _, err := t.Exec(lateSightSQL, t.Creditor(), h.ID, h.AccountID); err != nil {
			return err
		}
	}
	if h.Fresh, err = t.Exec(takeSQL, t.Creditor(), h.ID, h.AccountID, string(as)); err != nil {
		return err
	}
	if err := t.Get(&h.Known, stagedSQL, t.Creditor(), h.ID); err != nil || as != Waiting || h.To.IsZero() {
		return err
	}
	_, err = t.Exec(oldSightSQL, t.Creditor(), h.AccountID, column.On(h.To))
	return err
}

var (
	shownLine = lineColumns + `, ` + person.KeyColumn("bank_lines")

	lineSQL   = `SELECT ` + shownLine + ` FROM bank_lines WHERE creditor_id = $1 AND id = $2`
	ofHeadSQL = `SELECT ` + shownLine + ` FROM bank_lines WHERE creditor_id = $1 AND statement_id = $2 AND n > $3 ORDER BY n LIMIT $4`
	ofCaseSQL = `SELECT ` + shownLine + ` FROM bank_lines WHERE creditor_id = $1 AND (case_id = $2
		OR id IN (SELECT line_id FROM bank_parts WHERE creditor_id = $1 AND case_id = $2)) ORDER BY booked_on, id`
	ofBatchSQL   = `SELECT ` + shownLine + ` FROM bank_lines WHERE creditor_id = $1 AND account_id = $2 AND batch = $3 AND state = 'detail' ORDER BY n LIMIT $4`
	ofOrderSQL   = `SELECT ` + shownLine + ` FROM bank_lines WHERE creditor_id = $1 AND end_to_end = $2 AND state IN ('booked', 'suspended') AND amount_cents > 0 ORDER BY id LIMIT $3`
	byAmountSQL  = `SELECT ` + shownLine + ` FROM bank_lines WHERE creditor_id = $1 AND state = 'suspended' AND amount_cents = $2 ORDER BY id LIMIT $3`
	byCaseSQL    = `SELECT ` + shownLine + ` FROM bank_lines WHERE creditor_id = $1 AND case_id = $2 AND state = 'booked' AND amount_cents = $3 ORDER BY id LIMIT $4`
	beginningIDs = debt.ID("00000000-0000-0000-0000-000000000000")
)

// inState names the state in the text: a planner that sees a placeholder there does not use the
// index of what is open.
func inState(s State) string {
	return `SELECT ` + shownLine + ` FROM bank_lines WHERE creditor_id = $1 AND state = '` + string(s) + `' AND id > $2 ORDER BY id LIMIT $3`
}

func opened(r *store.Reader, rows []lineRow, err error) ([]Line, error) {
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	k, err := KeysOf(r)
	if err != nil {
		return nil, err
	}
	list := make([]Line, len(rows))
	for i, row := range rows {
		if list[i], err = row.line(r, k); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (r lineRow) line(by *store.Reader, k Keys) (Line, error) {
	l := Line{ID: r.ID, AccountID: r.AccountID, StatementID: r.StatementID, N: r.N, Fingerprint: r.Fingerprint, Occurrence: r.Occurrence, Occasion: r.Occasion,
		State: r.State, Reason: r.Reason, Amount: r.Amount, Original: r.Original, Fee: r.Fee, Currency: r.Currency, BookedOn: r.BookedOn.Date, ValueOn: r.ValueOn.Date,
		EndToEnd: r.EndToEnd, Mandate: r.Mandate, Payer: r.Payer, Batch: r.Batch, CaseID: debt.ID(r.CaseID), PaymentID: debt.ID(r.PaymentID),
		MoveID: debt.ID(r.MoveID), Remittance: debt.ID(r.Remittance), Version: r.Version}
	if r.Sealed == "" {
		return l, nil
	}
	var err error
	if r.CaseID == "" {
		l.Said, err = k.open(r.ID, r.Sealed)
		return l, err
	}
	x := by.Safe().Texts(r.Key, "bank_lines", by.Creditor(), r.ID)
	text := x.Open("sealed", r.Sealed)
	if x.Err() != nil {
		return l, x.Err()
	}
	l.Said, err = saidOf(text.Reveal())
	return l, err
}

// Load reads a line, or NotFound "bank_line_unknown".
func Load(r *store.Reader, id debt.ID) (Line, error) {
	var rows []lineRow
	err := r.List(&rows, lineSQL, r.Creditor(), id)
	list, err := opened(r, rows, err)
	if err == nil && len(list) == 0 {
		return Line{}, debt.E(debt.NotFound, "bank_line_unknown", nil)
	}
	if err != nil {
		return Line{}, err
	}
	return list[0], nil
}

// Lines lists those in a state behind an id, "" for the first.
func Lines(r *store.Reader, s State, after debt.ID, most int) ([]Line, error) {
	if after == "" {
		after = beginningIDs
	}
	if !slices.Contains(states, s) { // it comes from a page's address, perhaps
		return nil, nil
	}
	var rows []lineRow
	err := r.List(&rows, inState(s), r.Creditor(), after, most)
	return opened(r, rows, err)
}

// LinesOf lists the lines of a statement behind a number.
func LinesOf(r *store.Reader, head debt.ID, after int64, most int) ([]Line, error) {
	var rows []lineRow
	err := r.List(&rows, ofHeadSQL, r.Creditor(), head, after, most)
	return opened(r, rows, err)
}

var placedSQL = `SELECT ` + shownLine + ` FROM bank_lines WHERE creditor_id = $1 AND state = 'suspended' AND move_id IN (
	SELECT m.id FROM moves m WHERE m.creditor_id = $1 AND m.id = bank_lines.move_id AND m.state = 'placed') ORDER BY id LIMIT $2`

// Placed lists lines that lie with nobody although their money was given to a case: by whoever
// works on movements of all accounts alike.
func Placed(r *store.Reader, most int) ([]Line, error) {
	var rows []lineRow
	err := r.List(&rows, placedSQL, r.Creditor(), most)
	return opened(r, rows, err)
}

// OfCase lists what was booked to a case, the oldest first.
func OfCase(r *store.Reader, caseID debt.ID) ([]Line, error) {
	var rows []lineRow
	err := r.List(&rows, ofCaseSQL, r.Creditor(), caseID)
	return opened(r, rows, err)
}

// OfBatch lists the known parts of a batch.
func OfBatch(r *store.Reader, l Line, most int) ([]Line, error) {
	var rows []lineRow
	err := r.List(&rows, ofBatchSQL, r.Creditor(), l.AccountID, l.Batch, most)
	return opened(r, rows, err)
}

// OfOrder lists the money that came in under an end-to-end id, by its hash.
func OfOrder(r *store.Reader, endToEnd string, most int) ([]Line, error) {
	var rows []lineRow
	err := r.List(&rows, ofOrderSQL, r.Creditor(), endToEnd, most)
	return opened(r, rows, err)
}

// OfAmount lists the money of an amount that belongs to no case.
func OfAmount(r *store.Reader, amount debt.Cents, most int) ([]Line, error) {
	var rows []lineRow
	err := r.List(&rows, byAmountSQL, r.Creditor(), int64(amount), most)
	return opened(r, rows, err)
}

// OfCaseAmount lists the lines of an amount that were booked to a case.
func OfCaseAmount(r *store.Reader, caseID debt.ID, amount debt.Cents, most int) ([]Line, error) {
	var rows []lineRow
	err := r.List(&rows, byCaseSQL, r.Creditor(), caseID, int64(amount), most)
	return opened(r, rows, err)
}

const moveLinesSQL = ` ON CONFLICT (creditor_id, id) DO UPDATE SET state = excluded.state, reason = excluded.reason, case_id = excluded.case_id,
	payment_id = excluded.payment_id, move_id = excluded.move_id, remittance_id = excluded.remittance_id, sealed = excluded.sealed, fee_cents = excluded.fee_cents,
	version = bank_lines.version + 1 WHERE bank_lines.version = excluded.version`

// Save keeps what became of lines. Who has a line that changed meanwhile gets Conflict
// "bank_line_changed", and nothing is kept. What is said is sealed anew under the key of its case.
func Save(t *store.Tx, k Keys, list ...Line) error {
	var ids []debt.ID
	for _, l := range list {
		if l.CaseID != "" {
			ids = append(ids, l.CaseID)
		}
	}
	people, err := k.of(t, ids)
	if err != nil {
		return err
	}
	for len(list) > 0 {
		n := bulk.Portion(len(list), AtOnce)
		args := make([]any, 0, n*lineWidth)
		for _, l := range list[:n] {
			sealed, err := l.seal(t, k, people)
			if err != nil {
				return err
			}
			args = append(args, t.Creditor(), l.ID, l.AccountID, l.StatementID, l.N, l.Fingerprint, l.Occurrence, l.Occasion, string(l.State), l.Reason,
				int64(l.Amount), int64(l.Original), int64(l.Fee), l.Currency, column.On(l.BookedOn), column.On(l.ValueOn), l.EndToEnd, l.Mandate, l.Payer, l.Batch,
				column.Optional(l.CaseID), column.Optional(l.PaymentID), column.Optional(l.MoveID), column.Optional(l.Remittance), sealed, l.Version)
		}
		changed, err := t.Exec(insertLinesSQL+bulk.Tuples(n, lineWidth)+moveLinesSQL, args...)
		if err != nil {
			return err
		}
		if changed != int64(n) {
			return debt.E(debt.Conflict, "bank_line_changed", nil)
		}
		list = list[n:]
	}
	return nil
}

const decideSQL = `UPDATE bank_lines SET by_kind = $3, by_id = $4, decided_at = $5 WHERE creditor_id = $1 AND id = $2`

// Decided keeps who decided on a line, and when.
func Decided(t *store.Tx, line debt.ID, by debt.Actor, now time.Time) error {
	_, err := t.Exec(decideSQL, t.Creditor(), line, by.Kind, column.Optional(by.ID), column.At(now))
	return err
}

func (l Line) seal(t *store.Tx, k Keys, people map[debt.ID]person.Key) (string, error) {
	if l.CaseID == "" {
		return k.seal(l.ID, l.Said)
	}
	text, err := l.Said.text()
	if err != nil {
		return "", err
	}
	x := people[l.CaseID].Texts("bank_lines", t.Creditor(), l.ID)
	return x.Last("sealed", debt.Personal(text)), x.Err()
}
