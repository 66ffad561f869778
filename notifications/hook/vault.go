package hook

import (
	"quitt/debt"
	"quitt/store/vault"
)

// Vault seals the secrets of endpoints.
type Vault struct{ sealed vault.Vault }

// NewVault takes keys of 32 bytes, the newest first.
func NewVault(keys [][]byte) (Vault, error) {
	v, err := vault.New(keys)
	return Vault{v}, err
}

// Seal makes a text that only opens for the same endpoint, or says Unavailable
// "pepper_missing" without a key.
func (v Vault) Seal(endpoint debt.ID, s Secret) (string, error) {
	return v.sealed.Seal(string(endpoint), s.key)
}

// Open gives the secret back, or Unavailable "hook_secret_sealed" if its key is not there.
func (v Vault) Open(endpoint debt.ID, sealed string) (Secret, error) {
	key, ok := v.sealed.Open(string(endpoint), sealed)
	if !ok {
		return Secret{}, debt.E(debt.Unavailable, "hook_secret_sealed", nil)
	}
	return Secret{key}, nil
}

// Stale reports that a text does not open with the newest key.
func (v Vault) Stale(endpoint debt.ID, sealed string) bool {
	return v.sealed.Stale(string(endpoint), sealed)
}
