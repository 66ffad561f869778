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

// form is the last byte of sealed content, for the day there is another.
const form = 1

// Overhead is what sealing adds: the tag, a nonce and the form.
const Overhead = 16 + 12 + 1

// Seal encrypts content with AES-GCM under the file's own key. It only opens under the same
// label: content put in the place of another does not. It uses the memory of what it is given,
// so that a file of ten megabytes is not in memory twice; with room for Overhead more it takes
// none of its own.
func Seal(key []byte, label string, plain []byte) ([]byte, error) {
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails: crypto/rand
	return append(append(aead.Seal(plain[:0], nonce, plain, []byte(label)), nonce...), form), nil
}

// Open decrypts; NotFound "document_damaged" for what was changed or does not belong there.
// It uses the memory of what it is given.
func Open(key []byte, label string, sealed []byte) ([]byte, error) {
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	last := len(sealed) - 1
	if len(sealed) < Overhead || sealed[last] != form {
		return nil, debt.E(debt.NotFound, "document_damaged", nil)
	}
	end := last - aead.NonceSize()
	plain, err := aead.Open(sealed[:0], sealed[end:last], sealed[:end], []byte(label))
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
