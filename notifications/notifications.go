// Package notifications is all that leaves the house. What is to be said stands in the
// outbox; loops of this room read the feed, write what the debtor is to be told, and hand
// it to the channels, which are rooms of their own.
package notifications

import (
	"context"
	"fmt"
	"time"

	"quitt/debt"
	"quitt/store"
)

// Desk does what people ask for: no more mails, once more, this one came back.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	// OptOutKeys prove the links by which mails are declined, the newest first.
	OptOutKeys [][]byte
	// TextKey proves the reports about text messages; none are taken without.
	TextKey []byte
}

// Message is what a channel carries.
type Message struct {
	CreditorID debt.ID
	ID         debt.ID // stays the same when it is sent again
	At         time.Time
	To         debt.Personal
	Language   string
	Subject    string
	Paragraphs []string    // plain text
	Figures    [][2]string // name and number, behind the paragraphs
	Link       string      // the portal's start page; "" without
	Footer     []string    // lines
	// OptOut is the address that ends such mails; "" where none may: on a code the person
	// is waiting for.
	OptOut, OptOutText string
	Files              []File
}

// File is attached to a message.
type File struct {
	Name, Type string
	Body       []byte
}

// Format keeps address and content out of logs under every verb.
func (m Message) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "message %s", string(m.ID)) }

// Outcome is what became of a message.
type Outcome string

// The outcomes. Only Later is tried again by itself.
const (
	Accepted  Outcome = "accepted"
	Later     Outcome = "later"      // certainly not taken, and may be another time
	Refused   Outcome = "refused"    // certainly not taken, and never will be
	NoAddress Outcome = "no_address" // Refused because of the address, which is not used again
	Unsure    Outcome = "unsure"     // it may have gone out
)

// Delivery is how a channel answers.
type Delivery struct {
	Outcome    Outcome
	Code       string // for logs and lists: a status, never what a server wrote
	ProviderID string
	Down       bool // the next message need not be tried now
	Unheard    bool // Later: it never came to this message, and the try does not count
}

// Carrier is a channel to the outside: e-mail or text message. It is called outside of
// transactions; when ctx ends it comes back soon, with the truth.
type Carrier interface {
	Carry(ctx context.Context, m Message) Delivery
}

// Finder is a Carrier that can be asked what became of a message. Later says that the other
// side does not know it: it may be sent again.
type Finder interface {
	Find(ctx context.Context, m Message) Delivery
}

// Posted is a message as it arrived at the demo's own mail server.
type Posted struct {
	At                time.Time
	To, Subject, Text string
	Files             []string // names of what is attached
}
