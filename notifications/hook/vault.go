package hook

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"strconv"
	"strings"

	"quitt/debt"
)

// Vault seals secrets for the database, under keys that the database does not have, by
// version. The newest one seals.
type Vault struct {
	keys   map[int]cipher.AEAD
	newest int
}

// NewVault takes keys of 32 bytes.
func NewVault(keys map[int][]byte) (Vault, error) {
	v := Vault{keys: map[int]cipher.AEAD{}}
	for version, key := range keys {
		block, err := aes.NewCipher(key)
		if err != nil {
			return Vault{}, err
		}
		if v.keys[version], err = cipher.NewGCM(block); err != nil {
			return Vault{}, err
		}
		v.newest = max(v.newest, version)
	}
	return v, nil
}

// Seal makes a text "version:base64" that only opens for the same endpoint: a sealed
// secret copied to another row is worth nothing.
func (v Vault) Seal(endpoint debt.ID, s Secret) (string, error) {
	aead := v.keys[v.newest]
	if aead == nil {
		return "", debt.E(debt.Unavailable, "pepper_missing", nil)
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails: crypto/rand
	sealed := aead.Seal(nonce, nonce, s.key, []byte(endpoint))
	return strconv.Itoa(v.newest) + ":" + base64.StdEncoding.EncodeToString(sealed), nil
}

// Open gives the secret back, or Unavailable "hook_secret_sealed" if its key is not there.
func (v Vault) Open(endpoint debt.ID, sealed string) (Secret, error) {
	version, encoded, _ := strings.Cut(sealed, ":")
	n, err := strconv.Atoi(version)
	b, decodeErr := base64.StdEncoding.DecodeString(encoded)
	aead := v.keys[n]
	if err == nil && decodeErr == nil && aead != nil && len(b) > aead.NonceSize() {
		key, err := aead.Open(nil, b[:aead.NonceSize()], b[aead.NonceSize():], []byte(endpoint))
		if err == nil {
			return Secret{key}, nil
		}
	}
	return Secret{}, debt.E(debt.Unavailable, "hook_secret_sealed", nil)
}

// Stale reports that a text was sealed under an older key than the newest.
func (v Vault) Stale(sealed string) bool {
	return sealed != "" && !strings.HasPrefix(sealed, strconv.Itoa(v.newest)+":")
}
