package blobs

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"

	"quitt/debt"
)

// KeySize is the length of a key in bytes: AES-256.
const KeySize = 32

// NewKey makes a key, for one file or for one creditor.
func NewKey() []byte {
	key := make([]byte, KeySize)
	_, _ = rand.Read(key) // never fails: crypto/rand
	return key
}

// form is the first byte of sealed content, for the day there is another.
const form = 1

// Overhead is what sealing adds: the form, a nonce and the tag.
const Overhead = 1 + 12 + 16

// Seal encrypts content with AES-GCM under the file's own key. It only opens under the same
// label: content put in the place of another does not.
func Seal(key []byte, label string, plain []byte) ([]byte, error) {
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 1+aead.NonceSize(), len(plain)+Overhead)
	out[0] = form
	_, _ = rand.Read(out[1:]) // never fails: crypto/rand
	return aead.Seal(out, out[1:], plain, []byte(label)), nil
}

// Open decrypts; NotFound "document_damaged" for what was changed or does not belong there.
// It uses the memory of what it is given.
func Open(key []byte, label string, sealed []byte) ([]byte, error) {
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	head := 1 + aead.NonceSize()
	if len(sealed) < Overhead || sealed[0] != form {
		return nil, debt.E(debt.NotFound, "document_damaged", nil)
	}
	plain, err := aead.Open(sealed[head:head], sealed[1:head], sealed[head:], []byte(label))
	if err != nil {
		return nil, debt.E(debt.NotFound, "document_damaged", nil)
	}
	return plain, nil
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
