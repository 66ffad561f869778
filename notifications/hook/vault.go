package hook

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"

	"quitt/debt"
)

// Vault seals secrets for the database, under keys that the database does not have. The
// first one seals, the others still open.
type Vault struct{ keys []cipher.AEAD }

// NewVault takes keys of 32 bytes, the newest first.
func NewVault(keys [][]byte) (v Vault, err error) {
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

// Seal makes a text that only opens for the same endpoint: a sealed secret copied to
// another row is worth nothing.
func (v Vault) Seal(endpoint debt.ID, s Secret) (string, error) {
	if len(v.keys) == 0 {
		return "", debt.E(debt.Unavailable, "pepper_missing", nil)
	}
	nonce := make([]byte, v.keys[0].NonceSize())
	_, _ = rand.Read(nonce) // never fails: crypto/rand
	return base64.StdEncoding.EncodeToString(v.keys[0].Seal(nonce, nonce, s.key, []byte(endpoint))), nil
}

// Open gives the secret back, or Unavailable "hook_secret_sealed" if its key is not there.
func (v Vault) Open(endpoint debt.ID, sealed string) (Secret, error) {
	b, err := base64.StdEncoding.DecodeString(sealed)
	for _, aead := range v.keys {
		n := aead.NonceSize()
		if err != nil || len(b) <= n {
			break
		}
		if key, err := aead.Open(nil, b[:n], b[n:], []byte(endpoint)); err == nil {
			return Secret{key}, nil
		}
	}
	return Secret{}, debt.E(debt.Unavailable, "hook_secret_sealed", nil)
}

// Stale reports that a text does not open with the newest key.
func (v Vault) Stale(endpoint debt.ID, sealed string) bool {
	_, err := Vault{v.keys[:min(1, len(v.keys))]}.Open(endpoint, sealed)
	return sealed != "" && err != nil
}
