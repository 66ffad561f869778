// Package contacts remembers how a debtor is reached, change by change: what was there before,
// who said what is there now, and since when it holds.
package contacts

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
	"quitt/store/search"
)

// Kind is what changes.
type Kind string

// The kinds. An address is kept as JSON.
const (
	Address  Kind = "address"
	Email    Kind = "email"
	Phone    Kind = "phone"
	Channel  Kind = "channel"
	Language Kind = "language"
)

// State is where a change stands.
type State string

// The states. A new e-mail or telephone number waits until its one-time code was typed.
const (
	Waiting State = "waiting"
	Applied State = "applied"
	Expired State = "expired" // another code was asked for
)

// Change is one change. What is remembered of its one-time code is an HMAC.
type Change struct {
	ID, CaseID, DebtorID debt.ID
	Kind                 Kind
	Old, New             debt.Personal
	Source               string // "debtor", or who else said so
	ValidFrom            debt.Date
	State                State
	CodeHash             string
	Pepper               int
	Tries                int
	At                   time.Time
	EndedAt              time.Time
}

type row struct {
	ID        debt.ID        `db:"id"`
	CaseID    debt.ID        `db:"case_id"`
	DebtorID  debt.ID        `db:"debtor_id"`
	Kind      Kind           `db:"kind"`
	Old       string         `db:"old_value"`
	New       string         `db:"new_value"`
	Source    string         `db:"source"`
	ValidFrom column.Day     `db:"valid_from"`
	State     State          `db:"state"`
	CodeHash  string         `db:"code_hash"`
	Pepper    int            `db:"pepper"`
	Tries     int            `db:"tries"`
	At        column.Instant `db:"at"`
	EndedAt   column.Instant `db:"ended_at"`
	Key       string         `db:"person_key"`
}

const columns = `id, case_id, debtor_id, kind, old_value, new_value, source, valid_from, state, code_hash, pepper, tries, at, ended_at`

// owner is what a sealed value belongs to.
func owner(column string, creditor, id debt.ID) string {
	return "contact_changes." + column + "/" + string(creditor+"/"+id)
}

func (r row) change(by *store.Reader) (c Change, err error) {
	c = Change{ID: r.ID, CaseID: r.CaseID, DebtorID: r.DebtorID, Kind: r.Kind, Source: r.Source, ValidFrom: r.ValidFrom.Date, State: r.State,
		CodeHash: r.CodeHash, Pepper: r.Pepper, Tries: r.Tries, At: r.At.Time, EndedAt: r.EndedAt.Time}
	key, err := by.Safe().Found(by.Creditor(), r.Key)
	if err != nil {
		return c, err
	}
	for column, v := range map[string]struct {
		sealed string
		to     *debt.Personal
	}{"old_value": {r.Old, &c.Old}, "new_value": {r.New, &c.New}} {
		text, err := key.Open(owner(column, by.Creditor(), r.ID), v.sealed)
		if err != nil {
			return c, err
		}
		*v.to = debt.Personal(text)
	}
	return c, nil
}

var (
	shown     = columns + `, ` + person.KeyColumn("contact_changes")
	loadSQL   = `SELECT ` + shown + ` FROM contact_changes WHERE creditor_id = $1 AND id = $2`
	ofCaseSQL = `SELECT ` + shown + ` FROM contact_changes WHERE creditor_id = $1 AND case_id = $2 ORDER BY at, id`
)

const (
	addSQL = `INSERT INTO contact_changes (creditor_id, ` + columns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`
	saveSQL = `UPDATE contact_changes SET state = $3, code_hash = $4, tries = $5, ended_at = $6, old_value = $7
		WHERE creditor_id = $1 AND id = $2 AND state = 'waiting'`
	sentSQL = `SELECT CAST(COUNT(*) AS BIGINT) FROM contact_changes WHERE creditor_id = $1 AND case_id = $2
		AND kind IN ('email', 'phone') AND pepper > 0 AND at > $3`
	casesSQL = `SELECT id FROM cases WHERE creditor_id = $1
		AND debtor_id = (SELECT c.debtor_id FROM cases c WHERE c.creditor_id = $1 AND c.id = $2) ORDER BY id`
)

// Add keeps a change; the case must be locked.
func Add(t *store.Tx, c Change) error {
	before, err := seal(t, c, "old_value", c.Old)
	if err != nil {
		return err
	}
	after, err := seal(t, c, "new_value", c.New)
	if err != nil {
		return err
	}
	_, err = t.Exec(addSQL, t.Creditor(), c.ID, c.CaseID, c.DebtorID, string(c.Kind), before, after, c.Source, column.On(c.ValidFrom),
		string(c.State), c.CodeHash, c.Pepper, c.Tries, column.At(c.At), column.At(c.EndedAt))
	return err
}

// seal leaves alone what is empty: nobody could be told from it.
func seal(t *store.Tx, c Change, column string, value debt.Personal) (string, error) {
	if value == "" {
		return "", nil
	}
	key, err := t.KeyOf(c.CaseID)
	if err != nil {
		return "", err
	}
	return key.Seal(owner(column, t.Creditor(), c.ID), value.Reveal())
}

// Save stores what became of a change that waits, and what it replaced. Conflict
// "changed_meanwhile" if it does not wait any more.
func Save(t *store.Tx, c Change) error {
	before, err := seal(t, c, "old_value", c.Old)
	if err != nil {
		return err
	}
	n, err := t.Exec(saveSQL, t.Creditor(), c.ID, string(c.State), c.CodeHash, c.Tries, column.At(c.EndedAt), before)
	if err == nil && n != 1 {
		return debt.E(debt.Conflict, "changed_meanwhile", nil)
	}
	return err
}

// Load reads one, or NotFound "contact_change_unknown".
func Load(r *store.Reader, id debt.ID) (Change, error) {
	var found row
	if err := r.Get(&found, loadSQL, r.Creditor(), id); err != nil {
		return Change{}, store.Missing(err, "contact_change_unknown")
	}
	return found.change(r)
}

// OfCase lists the changes of a case, the oldest first.
func OfCase(r *store.Reader, caseID debt.ID) ([]Change, error) {
	var rows []row
	if err := r.List(&rows, ofCaseSQL, r.Creditor(), caseID); err != nil {
		return nil, err
	}
	list := make([]Change, len(rows))
	for i, x := range rows {
		var err error
		if list[i], err = x.change(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// SentSince counts the one-time codes sent for a case after an instant.
func SentSince(r *store.Reader, caseID debt.ID, since time.Time) (n int, err error) {
	return n, r.Get(&n, sentSQL, r.Creditor(), caseID, column.At(since))
}

// Cases lists all cases about the person a case is about.
func Cases(r *store.Reader, caseID debt.ID) (ids []debt.ID, err error) {
	return ids, r.List(&ids, casesSQL, r.Creditor(), caseID)
}

const alikeSQL = `SELECT c.id, c.debtor_id FROM cases c JOIN debtors d ON d.creditor_id = c.creditor_id AND d.id = c.debtor_id
	WHERE c.creditor_id = $1 AND c.id <> $2 AND c.stage <> 'closed' AND (d.id = $3 OR d.who_mark <> '' AND d.who_mark IN ($4, $5)) ORDER BY c.id LIMIT $6`

// mostAlike bounds how many cases one statement reaches.
const mostAlike = 100

// Alike lists the other cases of the creditor that are not closed and about the same person: of the
// same record, or of another one with the same name and address, and no other day of birth.
func Alike(r *store.Reader, caseID debt.ID) (ids []debt.ID, err error) {
	f, err := r.LoadFile(caseID)
	if err != nil {
		return nil, err
	}
	me, err := r.LoadDebtor(f.Case.DebtorID)
	if err != nil {
		return nil, err
	}
	marks := append(r.Safe().Marks(person.Place(me)), "", "") // the newest key and the one before
	var rows []struct {
		ID     debt.ID `db:"id"`
		Debtor debt.ID `db:"debtor_id"`
	}
	if err := r.List(&rows, alikeSQL, r.Creditor(), caseID, me.ID, marks[0], marks[1], mostAlike); err != nil {
		return nil, err
	}
	for _, x := range rows {
		d, err := r.LoadDebtor(x.Debtor)
		if err != nil {
			return nil, err
		}
		other := me.BirthOn != "" && d.BirthOn != "" && me.BirthOn != d.BirthOn
		if x.Debtor == me.ID || !other && me.Name() != "" && me.Street != "" && d.Kind == me.Kind && person.Place(d) == person.Place(me) {
			ids = append(ids, x.ID)
		}
	}
	return ids, nil
}

const forgetSQL = `UPDATE contact_changes SET old_value = '', new_value = '' WHERE creditor_id = $1 AND case_id = $2`

// Forget empties what changes of a case remember: it was somebody else's.
func Forget(t *store.Tx, caseID debt.ID) error {
	_, err := t.Exec(forgetSQL, t.Creditor(), caseID)
	return err
}

const saveDebtorSQL = `
	UPDATE debtors SET (` + person.Columns + `) = (` + person.NoOne + `), sealed = $3, country = $4, state = $5, address_source = $6,
	       address_stopped = $7, email_stopped = $8, phone_stopped = $9, preferred_channel = $10, preferred_language = $11,
	       who_mark = $12
	 WHERE creditor_id = $1 AND id = $2 AND erased_at IS NULL`

// SaveDebtor stores where and how a debtor is reached. All cases about him must be locked and get
// an event: pages of a case are kept until its version changes. Conflict "person_erased" if there
// is nobody any more.
func SaveDebtor(t *store.Tx, caseID debt.ID, d debt.Debtor) error {
	key, err := t.KeyOf(caseID)
	if err != nil {
		return err
	}
	sealed, err := key.SealDebtor(t.Creditor(), d)
	if err != nil {
		return err
	}
	n, err := t.Exec(saveDebtorSQL, t.Creditor(), d.ID, sealed, d.Country, string(d.State), person.Source(d), string(d.AddressStopped),
		string(d.EmailStopped), string(d.PhoneStopped), d.PreferredChannel, d.PreferredLanguage, t.Safe().Mark(d))
	if err == nil && n != 1 {
		return debt.E(debt.Conflict, "person_erased", nil)
	}
	if err != nil {
		return err
	}
	return search.Rename(t, d)
}
