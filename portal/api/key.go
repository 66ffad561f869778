package api

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

const (
	keyPrefix   = "qk_"
	tokenPrefix = "qt_"
	keySize     = 32 // bytes, so that nobody needs to slow guessing down
)

// NewSecret makes the secret of a key. Only its Hash is stored.
func NewSecret() string { return newSecret(keyPrefix) }

func newSecret(prefix string) string {
	b := make([]byte, keySize)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return prefix + hex.EncodeToString(b)
}

// Hash is how a secret is found: its SHA-256 in hex. 256 random bits need no slow hash.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Bearer takes the secret of a key or a token out of "Bearer qk_…" (RFC 6750); false for what is none.
func Bearer(header string) (secret string, ok bool) {
	scheme, secret, ok := strings.Cut(header, " ")
	digits, prefixed := strings.CutPrefix(secret, keyPrefix)
	if !prefixed {
		digits, prefixed = strings.CutPrefix(secret, tokenPrefix)
	}
	if !ok || !prefixed || !strings.EqualFold(scheme, "Bearer") || len(digits) != 2*keySize || strings.Trim(digits, "0123456789abcdef") != "" {
		return "", false
	}
	return secret, true
}
