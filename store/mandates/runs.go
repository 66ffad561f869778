package mandates

import (
	"slices"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

// RunState says how far a file has come.
type RunState string

// The states of a run. Only a closed one has a file.
const (
	Gathering RunState = "gathering"
	Closed    RunState = "closed"
	Cancelled RunState = "cancelled" // before it was handed in, or nothing was in it
)

// Run is one file of direct debits. IBAN, Holder and Identifier are as they were when it was
// begun: written again, it is the same to the letter.
type Run struct {
	ID, AccountID            debt.ID
	Message                  string // its MsgId, unique for ever
	UntilOn, MadeOn          debt.Date
	MadeAt                   time.Time
	State                    RunState
	IBAN, Holder, Identifier string
	SHA256                   string
	Debits                   int
	Sum                      debt.Cents
	EndedAt                  time.Time
}

type runRow struct {
	ID         debt.ID        `db:"id"`
	AccountID  debt.ID        `db:"account_id"`
	Message    string         `db:"message_id"`
	UntilOn    column.Day     `db:"until_on"`
	MadeOn     column.Day     `db:"made_on"`
	MadeAt     column.Instant `db:"made_at"`
	State      RunState       `db:"state"`
	IBAN       string         `db:"iban"`
	Holder     string         `db:"holder"`
	Identifier string         `db:"identifier"`
	SHA256     string         `db:"sha256"`
	Debits     int64          `db:"debits"`
	Sum        debt.Cents     `db:"sum_cents"`
	EndedAt    column.Instant `db:"ended_at"`
}

const runColumns = `id, account_id, message_id, until_on, made_on, made_at, state, iban, holder, identifier, sha256, debits, sum_cents, ended_at`

func (r runRow) run() Run {
	return Run{r.ID, r.AccountID, r.Message, r.UntilOn.Date, r.MadeOn.Date, r.MadeAt.Time, r.State, r.IBAN, r.Holder, r.Identifier, r.SHA256,
		int(r.Debits), r.Sum, r.EndedAt.Time}
}

const (
	addRunSQL = `INSERT INTO debit_runs (creditor_id, ` + runColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'gathering', $8, $9, $10, '', 0, 0, NULL)`
	saveRunSQL   = `UPDATE debit_runs SET state = $3, sha256 = $4, debits = $5, sum_cents = $6, ended_at = $7 WHERE creditor_id = $1 AND id = $2 AND state = $8`
	runSQL       = `SELECT ` + runColumns + ` FROM debit_runs WHERE creditor_id = $1 AND message_id = $2`
	gatheringSQL = `SELECT ` + runColumns + ` FROM debit_runs WHERE creditor_id = $1 AND account_id = $2 AND state = 'gathering'`
	runsSQL      = `SELECT ` + runColumns + ` FROM debit_runs WHERE creditor_id = $1 ORDER BY made_at DESC, id DESC LIMIT $2`
)

// AddRun begins a file. Conflict "run_gathering": one of the account is being put together.
func AddRun(t *store.Tx, r Run) error {
	_, err := t.Exec(addRunSQL, t.Creditor(), r.ID, r.AccountID, r.Message, column.On(r.UntilOn), column.On(r.MadeOn), column.At(r.MadeAt),
		r.IBAN, r.Holder, r.Identifier)
	return store.Taken(err, "run_gathering")
}

// SaveRun keeps how far a run has come from a state. Conflict "changed_meanwhile" if it is not
// there any more.
func SaveRun(t *store.Tx, r Run, from RunState) error {
	n, err := t.Exec(saveRunSQL, t.Creditor(), r.ID, string(r.State), r.SHA256, int64(r.Debits), int64(r.Sum), column.At(r.EndedAt), string(from))
	if err == nil && n != 1 {
		err = debt.E(debt.Conflict, "changed_meanwhile", nil)
	}
	return err
}

// LoadRun reads the run of a message, or NotFound "run_unknown".
func LoadRun(r *store.Reader, message string) (Run, error) {
	var x runRow
	if err := r.Get(&x, runSQL, r.Creditor(), message); err != nil {
		return Run{}, store.Missing(err, "run_unknown")
	}
	return x.run(), nil
}

// FindGathering reads the run of an account that is being put together; ok is false without.
func FindGathering(r *store.Reader, account debt.ID) (run Run, ok bool, err error) {
	var rows []runRow
	if err := r.List(&rows, gatheringSQL, r.Creditor(), account); err != nil || len(rows) == 0 {
		return run, false, err
	}
	return rows[0].run(), true, nil
}

// Runs lists the newest first.
func Runs(r *store.Reader, most int) ([]Run, error) {
	var rows []runRow
	if err := r.List(&rows, runsSQL, r.Creditor(), most); err != nil {
		return nil, err
	}
	out := make([]Run, len(rows))
	for i, x := range rows {
		out[i] = x.run()
	}
	return out, nil
}

// Debit is one line of a run.
type Debit struct {
	RunID                               debt.ID
	N                                   int
	AttemptID, OrderID, CaseID, Mandate debt.ID
	Batch, EndToEnd                     string
	CollectOn                           debt.Date
	Sequence                            string
	Amount                              debt.Cents
	Purpose                             string // what the payer reads
}

type debitRow struct {
	RunID     debt.ID    `db:"run_id"`
	N         int64      `db:"n"`
	AttemptID debt.ID    `db:"attempt_id"`
	OrderID   debt.ID    `db:"order_id"`
	CaseID    debt.ID    `db:"case_id"`
	Mandate   debt.ID    `db:"mandate_id"`
	Batch     string     `db:"batch"`
	EndToEnd  string     `db:"end_to_end"`
	CollectOn column.Day `db:"collect_on"`
	Sequence  string     `db:"sequence"`
	Amount    debt.Cents `db:"amount_cents"`
	Purpose   string     `db:"purpose"`
}

const debitColumns = `run_id, n, attempt_id, order_id, case_id, mandate_id, batch, end_to_end, collect_on, sequence, amount_cents, purpose`

const (
	addDebitSQL = `INSERT INTO debits (creditor_id, ` + debitColumns + `) VALUES ($1, $2,
		(SELECT CAST(COUNT(*) AS BIGINT) + 1 FROM debits WHERE creditor_id = $1 AND run_id = $2),
		$3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	debitsSQL  = `SELECT ` + debitColumns + ` FROM debits WHERE creditor_id = $1 AND run_id = $2 ORDER BY n`
	byKeySQL   = `SELECT ` + debitColumns + ` FROM debits WHERE creditor_id = $1 AND end_to_end = $2`
	byBatchSQL = `SELECT ` + debitColumns + ` FROM debits WHERE creditor_id = $1 AND batch = $2 ORDER BY n`
	waitingSQL = `SELECT o.id, o.case_id, o.collect_on FROM collection_orders o
		JOIN instruments i ON i.creditor_id = o.creditor_id AND i.id = o.instrument_id
		WHERE o.creditor_id = $1 AND i.account_id = $2 AND o.state = 'waiting' AND o.collect_on <= $3
		  AND (o.collect_on > $4 OR o.collect_on = $4 AND o.id > $5)
		ORDER BY o.collect_on, o.id LIMIT $6`
	holdRunSQL = `UPDATE debit_runs SET debits = debits + $3, sum_cents = sum_cents + $4 WHERE creditor_id = $1 AND id = $2 AND state = 'gathering'`
)

// HoldRun locks a run that is being put together and counts what comes into it. Conflict
// "changed_meanwhile" if somebody has closed it.
func HoldRun(t *store.Tx, id debt.ID, debits int, sum debt.Cents) error {
	n, err := t.Exec(holdRunSQL, t.Creditor(), id, int64(debits), int64(sum))
	if err == nil && n != 1 {
		err = debt.E(debt.Conflict, "changed_meanwhile", nil)
	}
	return err
}

// AddDebit appends a line to a run, which must be held.
func AddDebit(t *store.Tx, d Debit) error {
	_, err := t.Exec(addDebitSQL, t.Creditor(), d.RunID, d.AttemptID, d.OrderID, d.CaseID, d.Mandate, d.Batch, d.EndToEnd, column.On(d.CollectOn),
		d.Sequence, int64(d.Amount), d.Purpose)
	return err
}

// Debits lists the lines of a run.
func Debits(r *store.Reader, run debt.ID) ([]Debit, error) { return debits(r, debitsSQL, run) }

// OfBatch lists the lines a bank may book as one sum.
func OfBatch(r *store.Reader, batch string) ([]Debit, error) { return debits(r, byBatchSQL, batch) }

// FindDebit reads the line the bank knows by a name; ok is false without.
func FindDebit(r *store.Reader, endToEnd string) (d Debit, ok bool, err error) {
	list, err := debits(r, byKeySQL, endToEnd)
	if err != nil || len(list) == 0 {
		return d, false, err
	}
	return list[0], true, nil
}

func debits(r *store.Reader, query string, key any) ([]Debit, error) {
	var rows []debitRow
	if err := r.List(&rows, query, r.Creditor(), key); err != nil {
		return nil, err
	}
	out := make([]Debit, len(rows))
	for i, x := range rows {
		out[i] = Debit{x.RunID, int(x.N), x.AttemptID, x.OrderID, x.CaseID, x.Mandate, x.Batch, x.EndToEnd, x.CollectOn.Date, x.Sequence, x.Amount, x.Purpose}
	}
	return out, nil
}

// Ripe is an order a file may take.
type Ripe struct {
	ID        debt.ID    `db:"id"`
	CaseID    debt.ID    `db:"case_id"`
	CollectOn column.Day `db:"collect_on"`
}

// Wanted are the orders of an account that are to be collected up to a day, behind one of them.
type Wanted struct {
	Account debt.ID
	Until   debt.Date
	After   Ripe
}

// Waiting lists up to n of them.
func Waiting(r *store.Reader, w Wanted, n int) ([]Ripe, error) {
	var list []Ripe
	after := w.After
	if after.ID == "" {
		after = Ripe{ID: "00000000-0000-0000-0000-000000000000", CollectOn: column.On(debt.MustDate("1990-01-01"))}
	}
	return list, r.List(&list, waitingSQL, r.Creditor(), w.Account, column.On(w.Until), after.CollectOn, after.ID, n)
}

// Told is a run with what came back of it, before or after money had moved.
type Told struct {
	Run

	Back    int
	BackSum debt.Cents
}

// Back is a debit that came back.
type Back struct {
	File   string     `db:"file_reference"`
	On     column.Day `db:"collect_on"`
	Amount debt.Cents `db:"amount_cents"`
	Reason string     `db:"reason"` // the bank's code
}

const (
	backsSQL = `SELECT d.run_id, CAST(COUNT(*) AS BIGINT) AS n, CAST(SUM(d.amount_cents) AS BIGINT) AS sum FROM debits d
		JOIN attempts a ON a.creditor_id = d.creditor_id AND a.id = d.attempt_id
		WHERE d.creditor_id = $1 AND a.status IN ('failed', 'reversed') AND d.run_id IN (`
	backSQL = `SELECT c.file_reference, d.collect_on, d.amount_cents, COALESCE((SELECT MAX(m.reason) FROM moves m
		WHERE m.creditor_id = d.creditor_id AND m.payment_id = d.attempt_id AND m.kind = 'withdrawn' AND m.reason <> ''), a.failure) AS reason
		FROM debits d JOIN attempts a ON a.creditor_id = d.creditor_id AND a.id = d.attempt_id
		JOIN cases c ON c.creditor_id = d.creditor_id AND c.id = d.case_id
		WHERE d.creditor_id = $1 AND d.run_id = $2 AND a.status IN ('failed', 'reversed') ORDER BY d.n`
)

// Tell says of some runs what came back.
func Tell(r *store.Reader, runs []Run) ([]Told, error) {
	out, ids := make([]Told, len(runs)), make([]debt.ID, len(runs))
	for i, run := range runs {
		out[i].Run, ids[i] = run, run.ID
	}
	if len(runs) == 0 {
		return out, nil
	}
	var rows []struct {
		Run debt.ID    `db:"run_id"`
		N   int64      `db:"n"`
		Sum debt.Cents `db:"sum"`
	}
	query, args := bulk.In(backsSQL, r.Creditor(), ids)
	if err := r.List(&rows, query+` GROUP BY d.run_id`, args...); err != nil {
		return nil, err
	}
	for _, x := range rows {
		i := slices.Index(ids, x.Run)
		out[i].Back, out[i].BackSum = int(x.N), x.Sum
	}
	return out, nil
}

// Backs lists what came back of a run.
func Backs(r *store.Reader, run debt.ID) (list []Back, err error) {
	return list, r.List(&list, backSQL, r.Creditor(), run)
}

// Late are the debits whose day has come without a file they are in.
type Late struct {
	N     int64
	Since debt.Date // the day of the first; none without
}

const lateSQL = `SELECT CAST(COUNT(*) AS BIGINT) AS n, MIN(o.collect_on) AS since FROM collection_orders o
	JOIN mandates m ON m.creditor_id = o.creditor_id AND m.id = o.instrument_id
	WHERE o.creditor_id = $1 AND o.state = 'waiting' AND o.collect_on <= $2 AND m.state = 'active'
	  AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.creditor_id = o.creditor_id AND h.case_id = o.case_id AND h.kind = 'data_check' AND h.released_on IS NULL)`

// FindLate counts those up to a day. What a person holds back is none of them.
func FindLate(r *store.Reader, by debt.Date) (Late, error) {
	var found struct {
		N     int64      `db:"n"`
		Since column.Day `db:"since"`
	}
	err := r.Get(&found, lateSQL, r.Creditor(), column.On(by))
	return Late{found.N, found.Since.Date}, err
}

const sumsSQL = `SELECT d.batch FROM debits d JOIN debit_runs r ON r.creditor_id = d.creditor_id AND r.id = d.run_id
	WHERE d.creditor_id = $1 AND r.account_id = $2 AND r.state = 'closed' GROUP BY d.batch HAVING SUM(d.amount_cents) = $3 ORDER BY d.batch DESC LIMIT $4`

// OfSum names the newest groups of an account that make up a sum.
func OfSum(r *store.Reader, account debt.ID, sum debt.Cents, most int) (batches []string, err error) {
	return batches, r.List(&batches, sumsSQL, r.Creditor(), account, int64(sum), most)
}
