package outbox

import (
	"encoding/json"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// The way of a message: claimed under a lease, sent outside of any transaction, saved. At
// most one process holds a message; what it held when it died is Unknown after the lease.

// rowsToDo is the condition of the index on rows that are not finished.
const rowsToDo = `creditor_id = $1 AND channel = $2 AND state IN ('waiting', 'sending', 'unknown')`

// codeLife is how long a code of before expires_at was written down could be used.
const codeLife = 10 * time.Minute

// expired: $3 is now, $4 the moment before which rows without an end of their own are old.
// Rows without key and end were written before there were any: one-time codes.
const expired = `state IN ('waiting', 'unknown')
	   AND (expires_at <= $3 OR expires_at IS NULL AND business_key = '' AND created_at <= $4)`

// $5 is 1 where what is unknown can be asked for, $6 where only codes are looked for.
const anyToDoSQL = `
	SELECT CAST(COUNT(*) AS BIGINT) FROM (
	SELECT id FROM outbox WHERE ` + rowsToDo + `
	   AND (state IN ('waiting', CASE WHEN $5 = 1 THEN 'unknown' ELSE 'waiting' END) AND (next_at IS NULL OR next_at <= $3)
	        OR state = 'sending' AND leased_until <= $3 OR ` + expired + `)
	   AND ($6 = 0 OR business_key = '')
	 LIMIT 1) found`

// Look says what is looked for beside what waits or is to be tidied.
type Look struct {
	Unknown bool // also what may have gone out and can be asked for
	Codes   bool // nothing but one-time codes
}

// AnyToDo reports whether there is anything to tidy or to send on a channel: a look that
// costs less than a transaction that writes.
func AnyToDo(r *store.Reader, c Channel, now time.Time, what Look) (bool, error) {
	var n int64
	err := r.Get(&n, anyToDoSQL, r.Creditor(), string(c), column.At(now), column.At(now.Add(-codeLife)), flag(what.Unknown), flag(what.Codes))
	return n > 0, err
}

// flag is a truth as both databases compare it with a number.
func flag(is bool) int {
	if is {
		return 1
	}
	return 0
}

const lostSQL = `
	UPDATE outbox SET state = 'unknown', last_error = 'lease_ran_out', leased_until = NULL
	 WHERE ` + rowsToDo + ` AND state = 'sending' AND leased_until <= $3`

const expireSQL = `
	UPDATE outbox SET state = 'stopped', last_error = 'expired', recipient = '', args = '{}', next_at = NULL
	 WHERE ` + rowsToDo + ` AND ` + expired

// Tidy notes what became of messages without anybody: held by a process that died, and not
// wanted after their time.
func Tidy(t *store.Tx, c Channel, now time.Time) error {
	if _, err := t.Exec(lostSQL, t.Creditor(), string(c), column.At(now)); err != nil {
		return err
	}
	_, err := t.Exec(expireSQL, t.Creditor(), string(c), column.At(now), column.At(now.Add(-codeLife)))
	return err
}

// In the order of the index, so that a claim costs the same however many rows wait; codes
// are claimed beside. The condition on state stands twice because PostgreSQL judges only the
// outer one anew after a wait for the row.
var claimSQL = `
	UPDATE outbox SET state = 'sending', attempts = attempts + 1, leased_until = $4
	 WHERE creditor_id = $1 AND state = 'waiting' AND id IN (
	       SELECT id FROM outbox WHERE ` + rowsToDo + `
	          AND state = 'waiting' AND (next_at IS NULL OR next_at <= $3) AND ($6 = 0 OR business_key = '')
	        ORDER BY id LIMIT $5)
	RETURNING ` + shown

// Lease says which messages are taken and until when they are saved.
type Lease struct {
	Now, Until time.Time
	Most       int
	Codes      bool // nothing but one-time codes
}

// Claim takes messages that are due.
func Claim(t *store.Tx, c Channel, l Lease) ([]Message, error) {
	return list(&t.Reader, claimSQL, t.Creditor(), string(c), column.At(l.Now), column.At(l.Until), l.Most, flag(l.Codes))
}

var claimUnknownSQL = `
	UPDATE outbox SET state = 'sending', leased_until = $4
	 WHERE creditor_id = $1 AND state = 'unknown' AND id IN (
	       SELECT id FROM outbox WHERE ` + rowsToDo + `
	          AND state = 'unknown' AND (next_at IS NULL OR next_at <= $3) ORDER BY id LIMIT $5)
	RETURNING ` + shown

// ClaimUnknown is Claim for messages whose outcome the other side can be asked for.
func ClaimUnknown(t *store.Tx, c Channel, l Lease) ([]Message, error) {
	return list(&t.Reader, claimUnknownSQL, t.Creditor(), string(c), column.At(l.Now), column.At(l.Until), l.Most)
}

func list(r *store.Reader, query string, args ...any) ([]Message, error) {
	var rows []messageRow
	if err := r.List(&rows, query, args...); err != nil {
		return nil, err
	}
	out := make([]Message, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.message(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

const saveSQL = `
	UPDATE outbox SET state = $3, attempts = $4, next_at = $5, leased_until = $6, sent_at = $7, provider_id = $8, last_error = $9,
	       recipient = $10, args = $11, expires_at = $12, recipient_mark = $13
	 WHERE creditor_id = $1 AND id = $2 AND state = $14 AND attempts = $15`

// Save stores what became of a message; was is how it was read. Conflict
// "changed_meanwhile" if it is not so any more.
func Save(t *store.Tx, m, was Message) error {
	if m.Args == nil {
		m.Args = map[string]string{}
	}
	args, err := json.Marshal(m.Args)
	if err != nil {
		return err
	}
	said, err := seal(t, m.CaseID, m.ID, body{m.Recipient.Reveal(), string(args)})
	if err != nil {
		return err
	}
	n, err := t.Exec(saveSQL, t.Creditor(), m.ID, string(m.State), m.Attempts, column.At(m.NextAt), column.At(m.LeasedTo), column.At(m.SentAt),
		m.ProviderID, m.LastError, said.recipient, said.args, column.At(m.ExpiresAt), m.mark, string(was.State), was.Attempts)
	if err == nil && n != 1 {
		return debt.E(debt.Conflict, "changed_meanwhile", nil)
	}
	return err
}

var messageSQL = `SELECT ` + shown + ` FROM outbox WHERE creditor_id = $1 AND id = $2`

// Load finds a message, or NotFound "message_unknown".
func Load(r *store.Reader, id debt.ID) (Message, error) {
	var row messageRow
	if err := r.Get(&row, messageSQL, r.Creditor(), id); err != nil {
		return Message{}, store.Missing(err, "message_unknown")
	}
	return row.message(r)
}

var lastToSQL = `
	SELECT ` + shown + ` FROM outbox
	 WHERE creditor_id = $1 AND channel = $2 AND recipient_mark = $3 AND state IN ('sent', 'unknown') ORDER BY id DESC LIMIT 1`

// LoadLastTo finds the newest message that went to an address, or NotFound
// "message_unknown".
func LoadLastTo(r *store.Reader, c Channel, address debt.Personal) (Message, error) {
	for _, mark := range marks(r, address) {
		var row messageRow
		err := r.Get(&row, lastToSQL, r.Creditor(), string(c), mark)
		if err == nil {
			return row.message(r)
		}
		if err := store.Missing(err, "message_unknown"); debt.KindOf(err) != debt.NotFound {
			return Message{}, err
		}
	}
	return Message{}, debt.E(debt.NotFound, "message_unknown", nil)
}

var messagesSQL = `
	SELECT ` + shown + ` FROM outbox
	 WHERE creditor_id = $1 AND ($2 = '' OR state = $2) ORDER BY id DESC LIMIT $3`

// List gives the newest messages of a creditor; state "" is all of them.
func List(r *store.Reader, state State, most int) ([]Message, error) {
	return list(r, messagesSQL, r.Creditor(), string(state), most)
}

var ofCaseSQL = `SELECT ` + shown + ` FROM outbox WHERE creditor_id = $1 AND case_id = $2 ORDER BY id`

// OfCase gives the messages of a case, the oldest first.
func OfCase(r *store.Reader, caseID debt.ID) ([]Message, error) {
	return list(r, ofCaseSQL, r.Creditor(), caseID)
}

const queueSQL = `
	SELECT CAST(COUNT(CASE WHEN state <> 'unknown' THEN 1 END) AS BIGINT) AS waiting,
	       CAST(COUNT(CASE WHEN state = 'unknown' THEN 1 END) AS BIGINT) AS unknown,
	       MIN(CASE WHEN state <> 'unknown' THEN created_at END) AS oldest
	  FROM outbox WHERE ` + rowsToDo

// Queue counts what is not finished on a channel.
type Queue struct {
	Waiting int            `db:"waiting"`
	Unknown int            `db:"unknown"`
	Oldest  column.Instant `db:"oldest"`
}

// LoadQueue counts.
func LoadQueue(r *store.Reader, c Channel) (q Queue, err error) {
	return q, r.Get(&q, queueSQL, r.Creditor(), string(c))
}
