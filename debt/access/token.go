package access

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"

	"quitt/debt"
)

const (
	tokenBytes   = 16
	tokenSymbols = 26 // 130 bits: the first symbol carries three
	maxTyped     = 256
	secretMask   = "•••"
)

// Token is the secret of a letter's QR code, 128 bits in 26 symbols. Whoever needs it
// itself says so with Plain; printing, logging and marshalling it shows a mask.
type Token string

// NewToken makes a token of 128 random bits.
func NewToken(random [tokenBytes]byte) Token {
	// Two zero bits in front fill 128 bits up to 26 symbols.
	shifted := make([]byte, tokenBytes+1)
	for i, b := range random {
		shifted[i] |= b >> 2
		shifted[i+1] = b << 6
	}
	return Token(spell(expand(shifted, tokenSymbols)))
}

// ParseToken reads a scanned token or refuses with Invalid "link_incomplete": a link that
// lost its end is what happens to tokens.
func ParseToken(s string) (Token, error) {
	if len(s) <= maxTyped {
		if digits, ok := symbols(s); ok && len(digits) == tokenSymbols && digits[0] < 8 {
			return Token(spell(digits)), nil
		}
	}
	return "", debt.E(debt.Invalid, "link_incomplete", nil)
}

// Plain gives the token itself, for the link on a letter.
func (t Token) Plain() string { return string(t) }

// Hash is what is stored instead of the token. 128 random bits need neither salt nor a
// slow hash.
func (t Token) Hash() string {
	sum := sha256.Sum256([]byte("token:" + string(t)))
	return hex.EncodeToString(sum[:])
}

// String gives the masked form; see Plain.
func (t Token) String() string { return masked(string(t)) }

// Format masks under every verb.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, t.String()) }

// LogValue masks the token in structured logs.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText masks the token in JSON.
func (t Token) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

func masked(s string) string {
	if s == "" {
		return ""
	}
	return secretMask
}
