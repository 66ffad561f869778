// Package outbox keeps what is to leave the house, written in the transaction that decides
// it, so that nothing is announced that did not happen and nothing that happened is
// forgotten; and how far loops have read the feed that tells them.
package outbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

// Channel is a way out.
type Channel string

// The channels with a loop that sends.
const (
	Email Channel = "email"
	SMS   Channel = "sms"
)

// Mail is a message to be written: a sentence of the catalogue and what fills it.
type Mail struct {
	CaseID    debt.ID
	Channel   Channel // "" is Email
	Key       string  // the same one is never written twice on a channel; "" is none
	Recipient debt.Personal
	Template  string
	Args      map[string]string
	Language  string    // "" is German
	ExpiresAt time.Time // after that it is not sent any more; zero for never
}

// Format keeps address and values, which may be a code, out of logs under every verb.
func (m Mail) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "message %s", m.Template) }

const addMailSQL = `
	INSERT INTO outbox (creditor_id, id, case_id, channel, recipient, template, args, created_at,
	       business_key, expires_at, language, recipient_mark)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
	ON CONFLICT DO NOTHING`

// Add puts a message into the outbox; one whose key is there already is left out.
func Add(t *store.Tx, m Mail, now time.Time) error {
	if m.Args == nil {
		m.Args = map[string]string{}
	}
	args, err := json.Marshal(m.Args)
	if err != nil {
		return err
	}
	if m.Channel == "" {
		m.Channel = Email
	}
	if m.Language == "" {
		m.Language = "de"
	}
	t.News()
	id := store.NewID()
	body, err := seal(t, m.CaseID, id, body{m.Recipient.Reveal(), string(args)})
	if err != nil {
		return err
	}
	_, err = t.Exec(addMailSQL, t.Creditor(), id, m.CaseID, string(m.Channel), body.recipient, m.Template, body.args,
		column.At(now), m.Key, column.At(m.ExpiresAt), m.Language, mark(&t.Reader, m.Recipient))
	return err
}

// body is what a message says and to whom: sealed under the key of the debtor it is for.
type body struct{ recipient, args string }

// nothing are the values of a message without any.
const nothing = "{}"

func owner(column string, creditor, id debt.ID) string {
	return "outbox." + column + "/" + string(creditor+"/"+id)
}

// seal leaves alone what is empty: nobody could be told from it.
func seal(t *store.Tx, caseID, id debt.ID, b body) (body, error) {
	if b.recipient == "" && b.args == nothing {
		return b, nil
	}
	key, err := t.KeyOf(caseID)
	if err != nil {
		return b, err
	}
	for column, text := range map[string]*string{"recipient": &b.recipient, "args": &b.args} {
		if *text == "" || *text == nothing {
			continue
		}
		if *text, err = key.Seal(owner(column, t.Creditor(), id), *text); err != nil {
			return b, err
		}
	}
	return b, nil
}

func open(r *store.Reader, row messageRow) (b body, err error) {
	key, err := r.Safe().Found(r.Creditor(), row.Key)
	if err != nil {
		return b, err
	}
	if b.recipient, err = key.Open(owner("recipient", r.Creditor(), row.ID), row.Recipient); err != nil {
		return b, err
	}
	b.args, err = key.Open(owner("args", r.Creditor(), row.ID), row.Args)
	return b, err
}

// mark tells whether an address is still the same one, and not what it is.
func mark(r *store.Reader, address debt.Personal) string {
	if list := marks(r, address); len(list) > 0 {
		return list[0]
	}
	return ""
}

// marks are all that a row may have for an address: under each key of the installation, and
// the plain sum of rows from before there were keys.
func marks(r *store.Reader, address debt.Personal) []string {
	if address == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(address.Reveal()))))
	return append(r.Safe().Marks(address.Reveal()), hex.EncodeToString(sum[:4]))
}

// State is how far a message has come.
type State string

// The states. Sent, Failed and Stopped are final, and their rows hold no address and no
// values any more. Unknown is final for the program: a person may send it again.
const (
	Waiting State = "waiting"
	Sending State = "sending"
	Sent    State = "sent"
	Failed  State = "failed"
	Unknown State = "unknown" // it may have gone out
	Stopped State = "stopped" // it is not wanted any more
)

// States lists every State.
func States() []State { return []State{Waiting, Sending, Sent, Failed, Unknown, Stopped} }

// Message is a row of the outbox.
type Message struct {
	Mail

	ID         debt.ID
	CreatedAt  time.Time
	State      State
	Attempts   int
	NextAt     time.Time // when it may be tried; zero for at once
	LeasedTo   time.Time
	SentAt     time.Time
	ProviderID string // what the other side calls it
	LastError  string // a code, never an address

	mark string
}

// Close ends a message for good and forgets what nobody needs any more: an address and
// values that may be a one-time code.
func (m *Message) Close(state State, code string) {
	m.State, m.LastError, m.Recipient, m.Args, m.NextAt = state, code, "", nil, time.Time{}
}

// Readdress sends a message to another address: a report that comes later is about that one.
func (m *Message) Readdress(r *store.Reader, to debt.Personal) { m.Recipient, m.mark = to, mark(r, to) }

// WentTo reports whether the message was written to this address.
func (m Message) WentTo(r *store.Reader, address debt.Personal) bool {
	return m.mark != "" && slices.Contains(marks(r, address), m.mark)
}

type messageRow struct {
	ID          debt.ID        `db:"id"`
	CaseID      debt.ID        `db:"case_id"`
	Channel     Channel        `db:"channel"`
	Recipient   string         `db:"recipient"`
	Template    string         `db:"template"`
	Args        string         `db:"args"`
	CreatedAt   column.Instant `db:"created_at"`
	SentAt      column.Instant `db:"sent_at"`
	BusinessKey string         `db:"business_key"`
	State       State          `db:"state"`
	Attempts    int            `db:"attempts"`
	NextAt      column.Instant `db:"next_at"`
	LeasedUntil column.Instant `db:"leased_until"`
	ExpiresAt   column.Instant `db:"expires_at"`
	ProviderID  string         `db:"provider_id"`
	LastError   string         `db:"last_error"`
	Language    string         `db:"language"`
	Mark        string         `db:"recipient_mark"`
	Key         string         `db:"person_key"`
}

const messageColumns = `id, case_id, channel, recipient, template, args, created_at, sent_at, business_key, state, attempts,
	       next_at, leased_until, expires_at, provider_id, last_error, language, recipient_mark, `

// shown are the columns of a message that is read.
var shown = messageColumns + person.KeyColumn("outbox")

func (r messageRow) message(by *store.Reader) (Message, error) {
	said, err := open(by, r)
	if err != nil {
		return Message{}, err
	}
	m := Message{
		Mail: Mail{CaseID: r.CaseID, Channel: r.Channel, Key: r.BusinessKey, Recipient: debt.Personal(said.recipient), Template: r.Template,
			Language: r.Language, ExpiresAt: r.ExpiresAt.Time},
		ID: r.ID, CreatedAt: r.CreatedAt.Time, State: r.State, Attempts: r.Attempts, NextAt: r.NextAt.Time, LeasedTo: r.LeasedUntil.Time,
		SentAt: r.SentAt.Time, ProviderID: r.ProviderID, LastError: r.LastError, mark: r.Mark,
	}
	return m, json.Unmarshal([]byte(said.args), &m.Args)
}
