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
	codeSymbols   = 16 // 75 random bits and a check symbol
	randomSymbols = codeSymbols - 1
	selectorEnd   = 6
	codeGroup     = 4
)

// Code is the secret of a letter for people who type: 15 random symbols and one that
// catches typing mistakes. Like Token it masks itself.
type Code string

// NewCode makes a code of the first 75 of 80 random bits.
func NewCode(random [10]byte) Code {
	digits := expand(random[:], randomSymbols)
	return Code(spell(append(digits, check(digits))))
}

// ParseCode reads a code as people type it. It refuses, in this order: "code_characters",
// "code_incomplete" with the number of symbols there are, "code_mistyped". None of them
// tells anything about codes that exist: anybody can compute the check symbol.
func ParseCode(s string) (Code, error) {
	if len(s) > maxTyped {
		return "", debt.E(debt.Invalid, "code_characters", nil)
	}
	digits, ok := symbols(s)
	switch {
	case !ok:
		return "", debt.E(debt.Invalid, "code_characters", nil)
	case len(digits) != codeSymbols:
		return "", debt.E(debt.Invalid, "code_incomplete", debt.Args{"got": len(digits)})
	case check(digits[:randomSymbols]) != digits[randomSymbols]:
		return "", debt.E(debt.Invalid, "code_mistyped", nil)
	}
	return Code(spell(digits)), nil
}

// Grouped gives the code itself as it is printed, 4x4.
func (c Code) Grouped() string {
	var out []byte
	for i := range len(c) {
		if i > 0 && i%codeGroup == 0 {
			out = append(out, '-')
		}
		out = append(out, c[i])
	}
	return string(out)
}

// Selector hashes the part that finds the row: 30 bits.
func (c Code) Selector() string {
	sum := sha256.Sum256([]byte("code:" + string(c[:selectorEnd])))
	return hex.EncodeToString(sum[:])
}

// Verifier gives the part that proves the code, 45 bits, to be hashed slowly.
func (c Code) Verifier() []byte { return []byte(c[selectorEnd:randomSymbols]) }

// String gives the masked form; see Grouped.
func (c Code) String() string { return masked(string(c)) }

// Format masks under every verb.
func (c Code) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue masks the code in structured logs.
func (c Code) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText masks the code in JSON.
func (c Code) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// check gives the symbol that makes the weighted sum over GF(32) zero. The weights are the
// powers of a generator, so they differ pairwise: one wrong symbol, any two swapped and any
// two twins changed alike leave a sum that is not zero.
func check(digits []int8) int8 {
	sum, weight := int8(0), int8(1)
	for _, d := range digits {
		sum ^= times(weight, d)
		weight = times(weight, 2)
	}
	// The check symbol bears the next weight: divide by it.
	for d := range int8(32) {
		if times(weight, d) == sum {
			return d
		}
	}
	panic("access: GF(32) has no zero divisors")
}

// times multiplies in GF(32) modulo x⁵+x²+1, in which 2 generates all 31 units.
func times(a, b int8) (product int8) {
	x := int(a)
	for y := b; y > 0; y >>= 1 {
		if y&1 == 1 {
			product ^= int8(x)
		}
		if x <<= 1; x&32 != 0 {
			x ^= 0b100101
		}
	}
	return product
}
