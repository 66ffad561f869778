package messages

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

// RequestKind is what a debtor asks for.
type RequestKind string

// The kinds. Details are those of RDG § 13a II: the original creditor and how the contract came
// about. Deletion and Rectification are rights of GDPR Art. 16 and 17.
const (
	Details       RequestKind = "details"
	Documents     RequestKind = "documents"
	InvoiceCopy   RequestKind = "invoice_copy"
	Callback      RequestKind = "callback"
	Deletion      RequestKind = "deletion"
	Rectification RequestKind = "rectification"
	Other         RequestKind = "other"
)

// RequestKinds lists every RequestKind.
func RequestKinds() []RequestKind {
	return []RequestKind{Details, Documents, InvoiceCopy, Callback, Rectification, Deletion, Other}
}

// RequestState is where a request stands.
type RequestState string

// The states.
const (
	Open      RequestState = "open"
	Answered  RequestState = "answered"
	Withdrawn RequestState = "withdrawn"
)

// Request is what was asked for and by when it is owed.
type Request struct {
	ID, CaseID debt.ID
	Kind       RequestKind
	By         debt.Actor
	Text       debt.Personal
	State      RequestState
	At         time.Time
	DueOn      debt.Date
	OverdueAt  time.Time // when the creditor was warned
	EndedAt    time.Time
}

type requestRow struct {
	ID        debt.ID         `db:"id"`
	CaseID    debt.ID         `db:"case_id"`
	Kind      RequestKind     `db:"kind"`
	ByKind    string          `db:"by_kind"`
	ByID      column.Optional `db:"by_id"`
	Text      string          `db:"text"`
	State     RequestState    `db:"state"`
	At        column.Instant  `db:"at"`
	DueOn     column.Day      `db:"due_on"`
	OverdueAt column.Instant  `db:"overdue_at"`
	EndedAt   column.Instant  `db:"ended_at"`
	Key       string          `db:"person_key"`
}

const requestColumns = `id, case_id, kind, by_kind, by_id, text, state, at, due_on, overdue_at, ended_at`

func (r requestRow) request(by *store.Reader) (Request, error) {
	text, err := open(by, r.Key, owner("requests", by.Creditor(), r.ID), r.Text)
	return Request{r.ID, r.CaseID, r.Kind, debt.Actor{Kind: r.ByKind, ID: debt.ID(r.ByID)}, text, r.State, r.At.Time,
		r.DueOn.Date, r.OverdueAt.Time, r.EndedAt.Time}, err
}

var (
	shown       = requestColumns + `, ` + person.KeyColumn("requests")
	requestSQL  = `SELECT ` + shown + ` FROM requests WHERE creditor_id = $1 AND id = $2`
	requestsSQL = `SELECT ` + shown + ` FROM requests WHERE creditor_id = $1 AND case_id = $2 ORDER BY at, id`
	openSQL     = `SELECT ` + shown + ` FROM requests WHERE creditor_id = $1 AND state = 'open' ORDER BY due_on, id LIMIT $2`
	overdueSQL  = `SELECT ` + shown + ` FROM requests WHERE creditor_id = $1 AND state = 'open' AND overdue_at IS NULL AND due_on < $2
		ORDER BY due_on, id LIMIT $3`
)

const (
	addRequestSQL = `INSERT INTO requests (creditor_id, ` + requestColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, NULL)`
	endRequestSQL = `UPDATE requests SET state = $4, ended_at = $5 WHERE creditor_id = $1 AND id = $2 AND case_id = $3 AND state = 'open'`
	warnedSQL     = `UPDATE requests SET overdue_at = $3 WHERE creditor_id = $1 AND id = $2 AND overdue_at IS NULL AND state = 'open'`
)

// AddRequest keeps a request; the case must be locked.
func AddRequest(t *store.Tx, r Request) error {
	text, err := seal(t, r.CaseID, owner("requests", t.Creditor(), r.ID), r.Text)
	if err == nil {
		_, err = t.Exec(addRequestSQL, t.Creditor(), r.ID, r.CaseID, string(r.Kind), r.By.Kind, column.Optional(r.By.ID), text,
			string(r.State), column.At(r.At), column.On(r.DueOn))
	}
	return err
}

// EndRequest answers or withdraws an open request; Conflict "request_ended" if it is not open.
func EndRequest(t *store.Tx, r Request, to RequestState, now time.Time) error {
	n, err := t.Exec(endRequestSQL, t.Creditor(), r.ID, r.CaseID, string(to), column.At(now))
	if err == nil && n == 0 {
		return debt.E(debt.Conflict, "request_ended", nil)
	}
	return err
}

// LoadRequest reads one, or NotFound "request_unknown".
func LoadRequest(r *store.Reader, id debt.ID) (Request, error) {
	var found requestRow
	if err := r.Get(&found, requestSQL, r.Creditor(), id); err != nil {
		return Request{}, store.Missing(err, "request_unknown")
	}
	return found.request(r)
}

// Requests lists those of a case, the oldest first.
func Requests(r *store.Reader, caseID debt.ID) ([]Request, error) {
	return requests(r, requestsSQL, r.Creditor(), caseID)
}

// Overdue lists open requests that are late on a day and nobody was warned of.
func Overdue(r *store.Reader, today debt.Date, most int) ([]Request, error) {
	return requests(r, overdueSQL, r.Creditor(), column.On(today), most)
}

// Warned notes the warning; done is false if it was given before or the request has ended.
func Warned(t *store.Tx, id debt.ID, now time.Time) (done bool, err error) {
	n, err := t.Exec(warnedSQL, t.Creditor(), id, column.At(now))
	return n == 1, err
}

// OpenRequests lists those that nobody has answered, the most urgent first.
func OpenRequests(r *store.Reader, most int) ([]Request, error) {
	return requests(r, openSQL, r.Creditor(), most)
}

func requests(r *store.Reader, query string, args ...any) ([]Request, error) {
	var rows []requestRow
	if err := r.List(&rows, query, args...); err != nil {
		return nil, err
	}
	list := make([]Request, len(rows))
	for i, x := range rows {
		var err error
		if list[i], err = x.request(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}
