// Package letters remembers the letters: which run made them, what they said and where they
// are. What a letter said is written once; there is no statement that changes it.
package letters

import (
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

// State is where a letter is.
type State string

// The states. Sending means that a provider was asked to take the letter and has not been
// heard of: it may or may not have it.
const (
	Created  State = "created"
	Sending  State = "sending"
	Sent     State = "sent"
	Returned State = "returned"
	Void     State = "void" // never left the house
)

// Why a letter is void.
const (
	VoidLost    = "file_lost" // the only file with its secrets is gone
	VoidStale   = "stale"     // made on another day, not sent
	VoidRefused = "refused"   // by the provider
	VoidAnew    = "anew"      // the operator gave the run up
	VoidNotDue  = "not_due"   // paid, objected or changed before it was handed over
)

// Kept is a letter as it is kept. Document is without secrets.
type Kept struct {
	ID         debt.ID
	CaseID     debt.ID
	RunID      debt.ID
	Authority  debt.ID // of the representative it is written to; "" for the debtor
	Number     int64
	Kind       letter.Kind
	Subject    string // what it is about: an event's or a payment's id, a day, or ""
	Document   letter.Document
	Hash       string // of Document
	Country    string
	PDFHash    string
	Pages      int
	On         debt.Date
	Deadline   debt.Date
	State      State
	VoidReason string
	CreatedAt  time.Time
	SentAt     time.Time
	ProviderID string
	ReturnedAt time.Time
	Reason     debt.Stop // why it came back
}

type row struct {
	ID         debt.ID         `db:"id"`
	CaseID     debt.ID         `db:"case_id"`
	RunID      debt.ID         `db:"run_id"`
	Authority  column.Optional `db:"authority_id"`
	Number     int64           `db:"number"`
	Kind       letter.Kind     `db:"kind"`
	Subject    string          `db:"subject"`
	Document   string          `db:"document"`
	Hash       string          `db:"document_sha256"`
	Country    string          `db:"country"`
	PDFHash    string          `db:"pdf_sha256"`
	Pages      int             `db:"pages"`
	DatedOn    column.Day      `db:"dated_on"`
	DeadlineOn column.Day      `db:"deadline_on"`
	State      State           `db:"state"`
	VoidReason string          `db:"void_reason"`
	CreatedAt  column.Instant  `db:"created_at"`
	SentAt     column.Instant  `db:"sent_at"`
	ProviderID string          `db:"provider_id"`
	ReturnedAt column.Instant  `db:"returned_at"`
	Reason     string          `db:"return_reason"`
	Key        string          `db:"person_key"`
}

// columns leaves out text: it is empty, for it follows from the document, and that is sealed
// under the key of the person it was written to.
const columns = `id, case_id, run_id, number, kind, subject, document, document_sha256, country, pdf_sha256, pages, dated_on, deadline_on, state, void_reason, created_at, sent_at, provider_id, returned_at, return_reason, authority_id`

// shown are the columns of a letter that is read.
var shown = columns + `, ` + person.KeyColumn("letters")

// owner is what a sealed document belongs to.
func owner(creditor, id debt.ID) string { return "letters.document/" + string(creditor+"/"+id) }

// kept gives a letter. That of a person who was erased says nothing any more.
func (r row) kept(by *store.Reader) (Kept, error) {
	k := Kept{ID: r.ID, CaseID: r.CaseID, RunID: r.RunID, Authority: debt.ID(r.Authority), Number: r.Number, Kind: r.Kind, Subject: r.Subject, Hash: r.Hash,
		Country: r.Country, PDFHash: r.PDFHash, Pages: r.Pages, On: r.DatedOn.Date, Deadline: r.DeadlineOn.Date, State: r.State,
		VoidReason: r.VoidReason, CreatedAt: r.CreatedAt.Time, SentAt: r.SentAt.Time, ProviderID: r.ProviderID,
		ReturnedAt: r.ReturnedAt.Time, Reason: debt.Stop(r.Reason)}
	key, err := by.Safe().Found(by.Creditor(), r.Key)
	if err != nil {
		return k, err
	}
	document, err := key.Open(owner(by.Creditor(), r.ID), r.Document)
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal([]byte(document), &k.Document)
}

func kept(by *store.Reader, rows []row) ([]Kept, error) {
	list := make([]Kept, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = r.kept(by); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// series is the name of the counter of letters.
const series = "letter"

const lastNumberSQL = `SELECT value FROM counters WHERE creditor_id = $1 AND name = $2`

// NextNumber tells which number the next letter will have if nobody else writes one before:
// Add refuses the letter otherwise, and it is printed anew.
func NextNumber(r *store.Reader) (int64, error) {
	var last int64
	err := r.Get(&last, lastNumberSQL, r.Creditor(), series)
	if errors.Is(err, sql.ErrNoRows) {
		return 1, nil
	}
	return last + 1, err
}

const addSQL = `
	INSERT INTO letters (creditor_id, ` + columns + `, text)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'created', '', $15, NULL, '', NULL, '', $16, '')`

// Add stores a new letter; its case must be locked. The document is sealed first, so that
// no secret can be stored. Conflict "letter_number_taken" if another letter got its number
// meanwhile, "letter_exists" if there is one about the same; the transaction is lost then.
func Add(t *store.Tx, k Kept) error {
	number, err := t.Take(series, 1)
	if err != nil {
		return err
	}
	if number != k.Number {
		return debt.E(debt.Conflict, "letter_number_taken", nil)
	}
	sealed := k.Document.Sealed()
	document, err := json.Marshal(sealed)
	if err != nil {
		return err
	}
	key, err := t.KeyOf(k.CaseID)
	if err != nil {
		return err
	}
	closed, err := key.Seal(owner(t.Creditor(), k.ID), string(document))
	if err != nil {
		return err
	}
	_, err = t.Exec(addSQL, t.Creditor(), k.ID, k.CaseID, k.RunID, k.Number, k.Kind, k.Subject, closed, sealed.Hash(),
		k.Country, k.PDFHash, k.Pages, column.On(k.On), column.On(k.Deadline), column.At(k.CreatedAt), column.Optional(k.Authority))
	return store.Taken(err, "letter_exists")
}

var (
	loadSQL     = `SELECT ` + shown + ` FROM letters WHERE creditor_id = $1 AND id = $2`
	byNumberSQL = `SELECT ` + shown + ` FROM letters WHERE creditor_id = $1 AND number = $2`
	ofCaseSQL   = `SELECT ` + shown + ` FROM letters WHERE creditor_id = $1 AND case_id = $2 ORDER BY number DESC`
	newestSQL   = `SELECT ` + shown + ` FROM letters WHERE creditor_id = $1 ORDER BY number DESC LIMIT $2`
	ofRunSQL    = `SELECT ` + shown + ` FROM letters WHERE creditor_id = $1 AND run_id = $2 AND number > $3 AND state <> 'void' ORDER BY number LIMIT $4`
)

// Load reads a letter, or NotFound "letter_unknown".
func Load(r *store.Reader, id debt.ID) (Kept, error) { return one(r, loadSQL, id) }

// ByNumber reads a letter by the number printed on it, or NotFound "letter_unknown".
func ByNumber(r *store.Reader, number int64) (Kept, error) { return one(r, byNumberSQL, number) }

func one(r *store.Reader, query string, key any) (Kept, error) {
	var found row
	if err := r.Get(&found, query, r.Creditor(), key); err != nil {
		return Kept{}, store.Missing(err, "letter_unknown")
	}
	return found.kept(r)
}

// OfCase lists the letters of a case, void ones included, newest first.
func OfCase(r *store.Reader, caseID debt.ID) ([]Kept, error) { return many(r, ofCaseSQL, caseID) }

// Newest lists the last letters of a creditor.
func Newest(r *store.Reader, most int) ([]Kept, error) { return many(r, newestSQL, most) }

// OfRun lists letters of a run that are not void, by number, at most so many after one.
func OfRun(r *store.Reader, run debt.ID, after int64, most int) ([]Kept, error) {
	return many(r, ofRunSQL, run, after, most)
}

func many(r *store.Reader, query string, args ...any) ([]Kept, error) {
	var rows []row
	if err := r.List(&rows, query, append([]any{r.Creditor()}, args...)...); err != nil {
		return nil, err
	}
	return kept(r, rows)
}

const (
	moveSQL = `UPDATE letters SET state = $3, void_reason = $4 WHERE creditor_id = $1 AND id = $2 AND state = $5`

	sentSQL = `UPDATE letters SET state = 'sent', sent_at = $3, provider_id = $4 WHERE creditor_id = $1 AND id = $2 AND state IN ('created', 'sending')`

	returnedSQL = `UPDATE letters SET state = 'returned', returned_at = $3, return_reason = $4 WHERE creditor_id = $1 AND id = $2 AND state = 'sent'`
)

// MarkSending notes, before a provider is asked, that he may have the letter.
func MarkSending(t *store.Tx, id debt.ID) error {
	return changed(t.Exec(moveSQL, t.Creditor(), id, Sending, "", Created))
}

// MarkCreated takes MarkSending back: the provider has certainly not taken the letter.
func MarkCreated(t *store.Tx, id debt.ID) error {
	return changed(t.Exec(moveSQL, t.Creditor(), id, Created, "", Sending))
}

// MarkVoid says that a letter in this state never left the house, and why.
func MarkVoid(t *store.Tx, k Kept, why string) error {
	return changed(t.Exec(moveSQL, t.Creditor(), k.ID, Void, why, k.State))
}

// MarkSent notes that a letter was handed over; the case must be locked.
func MarkSent(t *store.Tx, k Kept, at time.Time) error {
	return changed(t.Exec(sentSQL, t.Creditor(), k.ID, column.At(at), k.ProviderID))
}

// MarkReturned notes that a sent letter came back; the case must be locked.
func MarkReturned(t *store.Tx, id debt.ID, at time.Time, why debt.Stop) error {
	return changed(t.Exec(returnedSQL, t.Creditor(), id, column.At(at), string(why)))
}

// changed turns "no such row in this state" into Conflict "changed_meanwhile".
func changed(n int64, err error) error {
	if err == nil && n != 1 {
		return debt.E(debt.Conflict, "changed_meanwhile", nil)
	}
	return err
}
