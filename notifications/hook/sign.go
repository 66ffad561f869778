// Package hook is one webhook request: its signature, whom it may reach, and how it went.
// It follows the Standard Webhooks specification 1.0.0 (standardwebhooks.com); when and in
// which order requests are sent is decided in notifications.
package hook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"quitt/debt"
)

// Secret signs requests to one endpoint. It masks itself.
type Secret struct{ key []byte }

const (
	secretPrefix = "whsec_"
	secretSize   = 32 // bytes; the specification wants 24 to 64
)

// NewSecret makes a secret.
func NewSecret() Secret {
	key := make([]byte, secretSize)
	_, _ = rand.Read(key) // never fails: crypto/rand
	return Secret{key}
}

// Reveal writes the secret as its owner gets to see it once.
func (s Secret) Reveal() string { return secretPrefix + base64.StdEncoding.EncodeToString(s.key) }

// String hides the secret.
func (s Secret) String() string { return secretPrefix + "•••" }

// GoString hides it from %#v too.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides it in JSON and logs.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Message is what is sent. ID stays the same however often it is sent: receivers tell
// repeats by it.
type Message struct {
	ID   debt.ID
	Body []byte
}

// Sign gives the value of webhook-signature at a moment: one signature per secret, so that
// a receiver may change his at any time while two are valid.
func Sign(m Message, at time.Time, secrets ...Secret) string {
	list := make([]string, len(secrets))
	for i, s := range secrets {
		mac := hmac.New(sha256.New, s.key)
		mac.Write([]byte(string(m.ID) + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		mac.Write(m.Body)
		list[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return strings.Join(list, " ")
}
