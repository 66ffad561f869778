// Package person seals what tells who somebody is under a key of that person's own, and that
// key under one the database does not have. Without the person's key nothing opens any more,
// in no copy of the rows: deleting it erases the person (GDPR Art. 17), and ledger, events and
// their hash chain, which hold ids and amounts alone, stay as they are.
package person

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"

	"quitt/debt"
	"quitt/store/edge"
	"quitt/store/vault"
)

// keySize is that of AES-256.
const keySize = 32

// Safe makes and opens the keys of persons. The zero Safe opens nothing.
type Safe struct {
	vault vault.Vault
	marks [][]byte
}

// NewSafe takes the installation's keys of 32 bytes, the newest first: it seals with that
// one, and the others still open.
func NewSafe(keys [][]byte) (s Safe, err error) {
	for _, key := range keys {
		h := hmac.New(sha256.New, key)
		_, _ = io.WriteString(h, "marks")
		s.marks = append(s.marks, h.Sum(nil))
	}
	s.vault, err = vault.New(keys)
	return s, err
}

// Key is one person's. The zero Key is that of nobody, or of somebody erased: it opens and
// seals nothing.
type Key struct{ aead cipher.AEAD }

// New draws a key and gives its sealed form, which only opens for the same owner.
// Unavailable "pepper_missing" without a key of the installation.
func (s Safe) New(owner string) (Key, string, error) {
	raw, sealed, err := s.Secret(owner)
	if err != nil {
		return Key{}, "", err
	}
	k, err := KeyFrom(raw)
	return k, sealed, err
}

// Secret draws 32 bytes that are no person's key, such as that of a creditor's marks, and
// gives their sealed form. Renew and OpenSecret take it; errors are those of New and Open.
func (s Safe) Secret(owner string) (raw []byte, sealed string, err error) {
	raw = make([]byte, keySize)
	_, _ = rand.Read(raw) // never fails: crypto/rand
	sealed, err = s.vault.Seal(owner, raw)
	return raw, sealed, err
}

// OpenSecret gives back what Secret drew.
func (s Safe) OpenSecret(owner, sealed string) ([]byte, error) {
	raw, ok := s.vault.Open(owner, sealed)
	if !ok || len(raw) != keySize {
		return nil, broken()
	}
	return raw, nil
}

// Open opens a sealed key; "" gives the zero Key. Unavailable "person_key_broken" if it is
// another owner's, or was sealed under a key the installation does not have any more.
func (s Safe) Open(owner, sealed string) (Key, error) {
	if sealed == "" {
		return Key{}, nil
	}
	raw, err := s.OpenSecret(owner, sealed)
	if err != nil {
		return Key{}, err
	}
	return KeyFrom(raw)
}

// Renew seals a key that an older key of the installation sealed with the newest one; "" if
// there is no need.
func (s Safe) Renew(owner, sealed string) (string, error) {
	if !s.vault.Stale(owner, sealed) {
		return "", nil
	}
	raw, ok := s.vault.Open(owner, sealed)
	if !ok {
		return "", broken()
	}
	return s.vault.Seal(owner, raw)
}

func broken() error { return debt.E(debt.Unavailable, "person_key_broken", nil) }

// KeyFrom makes a key of 32 bytes.
func KeyFrom(raw []byte) (Key, error) {
	block, err := aes.NewCipher(raw)
	if err != nil {
		return Key{}, err
	}
	aead, err := cipher.NewGCM(block)
	return Key{aead}, err
}

// None reports that there is no key.
func (k Key) None() bool { return k.aead == nil }

// mark begins every sealed text; nothing that is stored in the clear begins so.
const mark = "~1:"

// Sealed reports whether a text is sealed; one that is not was stored before there were keys.
func Sealed(text string) bool { return strings.HasPrefix(text, mark) }

// Seal makes a text that only opens for the same owner, the name of its row and column: moved
// to another one it is worth nothing. Conflict "person_erased" without a key.
func (k Key) Seal(owner, text string) (string, error) {
	if k.None() {
		return "", debt.E(debt.Conflict, "person_erased", nil)
	}
	if err := edge.Text(text); err != nil { // as if it were stored in the clear
		return "", err
	}
	size := k.aead.NonceSize()
	b := make([]byte, size, size+len(text)+k.aead.Overhead())
	_, _ = rand.Read(b) // never fails: crypto/rand
	return mark + base64.RawStdEncoding.EncodeToString(k.aead.Seal(b, b, []byte(text), []byte(owner))), nil
}

// Open gives the text back, and one that is not sealed as it is. Unavailable
// "person_key_broken" if it does not open.
func (k Key) Open(owner, text string) (string, error) {
	if !Sealed(text) {
		return text, nil
	}
	b, err := base64.RawStdEncoding.DecodeString(text[len(mark):])
	if err != nil || k.None() || len(b) < k.aead.NonceSize() {
		return "", broken()
	}
	n := k.aead.NonceSize()
	plain, err := k.aead.Open(nil, b[:n], b[n:], []byte(owner))
	if err != nil {
		return "", broken()
	}
	return string(plain), nil
}

// markBytes is how much of a mark is kept: enough to tell one person's addresses apart, too
// little to tell who it was.
const markBytes = 4

// Marks tells whether two texts are the same without saying which: one for each key of the
// installation, the newest first. Without a key there are none.
func (s Safe) Marks(text string) (list []string) {
	for _, key := range s.marks {
		h := hmac.New(sha256.New, key)
		_, _ = io.WriteString(h, strings.ToLower(strings.TrimSpace(text)))
		list = append(list, hex.EncodeToString(h.Sum(nil)[:markBytes]))
	}
	return list
}
