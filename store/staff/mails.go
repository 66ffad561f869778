package staff

import (
	"encoding/json"
	"fmt"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/vault"
)

// MailState is how far a mail has come. Sent, Failed and Unknown are final and hold nothing.
type MailState string

// The states.
const (
	MailWaiting MailState = "waiting"
	MailSending MailState = "sending"
	MailSent    MailState = "sent"
	MailFailed  MailState = "failed"
	MailUnknown MailState = "unknown" // it may have gone out; its reader can ask for another
)

// Mail is a message to a member: sealed is address, sentence and values.
type Mail struct {
	ID        debt.ID
	Sealed    string
	State     MailState
	Attempts  int
	MadeAt    time.Time
	NextAt    time.Time // when it may be tried again; zero for at once
	ExpiresAt time.Time
	LeasedTo  time.Time
	LastError string // a code, never an address
}

type mailRow struct {
	ID        debt.ID        `db:"id"`
	Sealed    string         `db:"sealed"`
	State     MailState      `db:"state"`
	Attempts  int            `db:"attempts"`
	MadeAt    column.Instant `db:"made_at"`
	NextAt    column.Instant `db:"next_at"`
	ExpiresAt column.Instant `db:"expires_at"`
	LeasedTo  column.Instant `db:"leased_until"`
	LastError string         `db:"last_error"`
}

const (
	mailColumns = `id, sealed, state, attempts, made_at, next_at, expires_at, leased_until, last_error`
	addMailSQL  = `INSERT INTO staff_mails (` + mailColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	saveMailSQL = `UPDATE staff_mails SET sealed = $2, state = $3, attempts = $4, next_at = $5, leased_until = $6, last_error = $7 WHERE id = $1`
	claimSQL    = `
	UPDATE staff_mails SET state = 'sending', attempts = attempts + 1, leased_until = $2
	 WHERE state = 'waiting' AND id IN (SELECT id FROM staff_mails WHERE state = 'waiting' AND (next_at IS NULL OR next_at <= $1) ORDER BY id LIMIT 1)
	RETURNING ` + mailColumns
	lostSQL    = `UPDATE staff_mails SET state = 'unknown', sealed = '', leased_until = NULL WHERE state = 'sending' AND leased_until < $1`
	oldSQL     = `DELETE FROM staff_mails WHERE state NOT IN ('waiting', 'sending') AND made_at < $1`
	waitingSQL = `SELECT CAST(COUNT(*) AS BIGINT) FROM staff_mails WHERE state IN ('waiting', 'sending')`
)

// Letter is what a message says and to whom.
type Letter struct {
	To       debt.Personal
	Template string // a sentence of the catalogue
	Language string
	Code     string
	Report   *Report // nil in a mail without one
}

// Report is what a mail carries that tells of a creditor's figures. Its addresses are of the portal.
type Report struct {
	Member, Creditor debt.ID // who must still have the right to see them when the mail goes out
	Of, From, To     string  // the creditor's name, and the first and the last day
	Title            string
	Lines            [][2]string // name and number
	Link, Stop       string      // the report, and where it is ended
	File             string      // name of what is attached
	Body             []byte      // a PDF; nil without
}

// Format keeps address and code out of logs under every verb.
func (l Letter) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "mail %s", l.Template) }

// sealed is how a Letter is written: debt.Personal masks itself.
type sealed struct {
	To, Template, Language, Code string
	Report                       *Report `json:",omitempty"`
}

func mailOwner(id debt.ID) string { return "staff mail/" + string(id) }

// OpenLetter opens a message; false if its key is gone.
func OpenLetter(v vault.Vault, m Mail) (l Letter, ok bool) {
	b, ok := v.Open(mailOwner(m.ID), m.Sealed)
	var w sealed
	if !ok || json.Unmarshal(b, &w) != nil {
		return l, false
	}
	return Letter{debt.Personal(w.To), w.Template, w.Language, w.Code, w.Report}, true
}

// AddMail stores a message that waits.
func AddMail(t *store.Tx, v vault.Vault, l Letter, m Mail) error {
	b, err := json.Marshal(sealed{l.To.Reveal(), l.Template, l.Language, l.Code, l.Report})
	if err != nil {
		return err
	}
	if m.Sealed, err = v.Seal(mailOwner(m.ID), b); err != nil {
		return err
	}
	_, err = t.Exec(addMailSQL, m.ID, m.Sealed, string(MailWaiting), 0, column.At(m.MadeAt), column.At(m.NextAt), column.At(m.ExpiresAt), column.At(time.Time{}), "")
	return err
}

// keptMails is how long a mail that has left is still listed.
const keptMails = 30 * 24 * time.Hour

// AnyMail reports whether there is anything to do.
func AnyMail(r *store.Reader) (bool, error) {
	var n int
	err := r.Get(&n, waitingSQL)
	return n > 0, err
}

// ClaimMail takes a message that is due; false for none. What somebody else took and never
// came back with may have gone out.
func ClaimMail(t *store.Tx, now, until time.Time) (m Mail, found bool, err error) {
	if _, err := t.Exec(lostSQL, column.At(now)); err != nil {
		return m, false, err
	}
	if _, err := t.Exec(oldSQL, column.At(now.Add(-keptMails))); err != nil {
		return m, false, err
	}
	var rows []mailRow
	if err := t.List(&rows, claimSQL, column.At(now), column.At(until)); err != nil || len(rows) == 0 {
		return m, false, err
	}
	x := rows[0]
	return Mail{x.ID, x.Sealed, x.State, x.Attempts, x.MadeAt.Time, x.NextAt.Time, x.ExpiresAt.Time, x.LeasedTo.Time, x.LastError}, true, nil
}

// SaveMail stores what became of a message.
func SaveMail(t *store.Tx, m Mail) error {
	_, err := t.Exec(saveMailSQL, m.ID, m.Sealed, string(m.State), m.Attempts, column.At(m.NextAt), column.At(m.LeasedTo), m.LastError)
	return err
}
