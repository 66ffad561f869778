// Package vault seals secrets for the database, under keys that the database does not have.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"

	"quitt/debt"
)

// Vault seals with its first key; the others still open.
type Vault struct{ keys []cipher.AEAD }

// New takes keys of 32 bytes, the newest first.
func New(keys [][]byte) (v Vault, err error) {
	for _, key := range keys {
		block, err := aes.NewCipher(key)
		if err != nil {
			return Vault{}, err
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return Vault{}, err
		}
		v.keys = append(v.keys, aead)
	}
	return v, nil
}

// Seal makes a text that only opens for the same owner: a sealed secret copied to another row
// is worth nothing. Without a key it is Unavailable "pepper_missing".
func (v Vault) Seal(owner string, secret []byte) (string, error) {
	if len(v.keys) == 0 {
		return "", debt.E(debt.Unavailable, "pepper_missing", nil)
	}
	nonce := make([]byte, v.keys[0].NonceSize())
	_, _ = rand.Read(nonce) // never fails: crypto/rand
	return base64.StdEncoding.EncodeToString(v.keys[0].Seal(nonce, nonce, secret, []byte(owner))), nil
}

// Open gives the secret back; ok is false if its key is not there or it belongs to another
// owner.
func (v Vault) Open(owner, sealed string) (secret []byte, ok bool) {
	b, err := base64.StdEncoding.DecodeString(sealed)
	for _, aead := range v.keys {
		n := aead.NonceSize()
		if err != nil || len(b) <= n {
			return nil, false
		}
		if secret, err := aead.Open(nil, b[:n], b[n:], []byte(owner)); err == nil {
			return secret, true
		}
	}
	return nil, false
}

// Stale reports that a text does not open with the newest key.
func (v Vault) Stale(owner, sealed string) bool {
	_, ok := Vault{v.keys[:min(1, len(v.keys))]}.Open(owner, sealed)
	return sealed != "" && !ok
}
