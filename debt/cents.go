package debt

import (
	"math/bits"
	"strconv"
	"strings"
)

// Cents is an amount of euro cents. Quitt knows no other currency and no fraction of a
// cent outside an interest calculation.
type Cents int64

// MaxCents bounds a single amount (one thousand million euro): far above any claim, far
// below where a sum of amounts could overflow.
const MaxCents Cents = 100_000_000_000

// BasisPoints is a rate in hundredths of a percent: 652 is 6.52 %.
type BasisPoints int32

// String writes the amount as machines read it, "-1234.50".
func (c Cents) String() string {
	sign, u := "", uint64(c)
	if c < 0 {
		sign, u = "-", -u
	}
	return sign + strconv.FormatUint(u/100, 10) + "." + twoDigits(u%100)
}

func twoDigits(u uint64) string {
	return string([]byte{'0' + byte(u/10), '0' + byte(u%10)})
}

// ParseCents reads a positive or negative amount as Germans and machines write it:
// 1234 | 1234,5 | 1234,56 | 1.234,56 | 1234.56 | with or without a euro sign. Whatever
// could mean two things (1.234 or 1,234) is refused with key "amount_invalid".
func ParseCents(s string) (Cents, error) {
	bad := E(Invalid, "amount_invalid", Args{"value": clip(s)})
	t := strings.TrimSpace(s)
	t = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(t, "€"), "EUR"))
	negative := strings.HasPrefix(t, "-")
	t = strings.TrimPrefix(t, "-")
	euros, fraction, ok := splitAmount(t)
	if !ok {
		return 0, bad
	}
	for len(fraction) < 2 {
		fraction += "0"
	}
	n, err := strconv.ParseInt(euros+fraction, 10, 64)
	if err != nil || Cents(n) > MaxCents {
		return 0, bad
	}
	if negative {
		n = -n
	}
	return Cents(n), nil
}

// splitAmount separates whole euros from the decimals and drops thousands dots, but only
// where they stand correctly before a decimal comma.
func splitAmount(t string) (euros, fraction string, ok bool) {
	if i := strings.LastIndexByte(t, ','); i >= 0 {
		euros, fraction = t[:i], t[i+1:]
		if strings.ContainsRune(euros, '.') {
			if euros, ok = joinThousands(euros); !ok {
				return "", "", false
			}
		}
	} else if i := strings.LastIndexByte(t, '.'); i >= 0 {
		euros, fraction = t[:i], t[i+1:]
	} else {
		return t, "", isDigits(t)
	}
	return euros, fraction, isDigits(euros) && isDigits(fraction) && len(fraction) <= 2
}

func joinThousands(s string) (string, bool) {
	groups := strings.Split(s, ".")
	if len(groups[0]) == 0 || len(groups[0]) > 3 {
		return "", false
	}
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) > 0
}

// clip keeps what an error repeats short and printable.
func clip(s string) string {
	const most = 60
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '·'
		}
		return r
	}, strings.ToValidUTF8(s, "·"))
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// Share gives c × bp / 10,000, rounded half up to the cent as RVG § 2 II 2 and GKG § 34
// II 2 prescribe. It panics on a negative amount or rate: no fee is negative.
func (c Cents) Share(bp BasisPoints) Cents {
	if c < 0 || bp < 0 {
		panic("debt: share of a negative amount")
	}
	hi, lo := bits.Mul64(uint64(c), uint64(bp))
	lo, carry := bits.Add64(lo, 5000, 0)
	q, _ := bits.Div64(hi+carry, lo, 10000)
	return Cents(q)
}
