package staffing

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pquerna/otp/hotp"

	"quitt/debt"
	"quitt/debt/access"
)

// The bounds of a password (NIST SP 800-63B-4, 3.1.1.2): long, and no rules about symbols.
const (
	leastPassword = 12
	mostPassword  = 128 // characters
	leastSymbols  = 5   // different ones
)

// CheckPassword refuses what would be guessed first.
func CheckPassword(password string, email debt.Personal) error {
	n := utf8.RuneCountInString(password)
	if n < leastPassword || n > mostPassword || !utf8.ValidString(password) {
		return debt.E(debt.Invalid, "staff_password_length", debt.Args{"least": leastPassword, "most": mostPassword})
	}
	different := map[rune]bool{}
	for _, r := range password {
		different[r] = true
	}
	local, _, _ := strings.Cut(email.Reveal(), "@")
	if len(different) < leastSymbols || len(local) > 2 && strings.Contains(strings.ToLower(password), strings.ToLower(local)) {
		return debt.E(debt.Invalid, "staff_password_easy", nil)
	}
	return nil
}

// checkPassword refuses also what became known elsewhere.
func (d Desk) checkPassword(password string, email debt.Personal) error {
	if err := CheckPassword(password, email); err != nil {
		return err
	}
	known, err := d.Breached.Has(password)
	if err == nil && known {
		err = debt.E(debt.Invalid, "staff_password_breached", nil)
	}
	return err
}

const saltBytes = 16

// dummySalt is hashed with where there is no account, so that both take as long.
var dummySalt = make([]byte, saltBytes)

// newPassword hashes a password for storing: the salt, and an HMAC of the slow hash, so that a
// database alone lets nobody try passwords. Outside of any transaction.
func (d Desk) newPassword(ctx context.Context, member debt.ID, password string) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails: crypto/rand
	macs, err := d.macs(ctx, member, password, salt)
	if err != nil {
		return "", err
	}
	return base64.RawStdEncoding.EncodeToString(salt) + "$" + macs[0], nil
}

func (d Desk) macs(ctx context.Context, member debt.ID, password string, salt []byte) ([]string, error) {
	digest, err := d.hasher.Derive(ctx, []byte(password), salt)
	if err != nil {
		return nil, err
	}
	return d.hashes("password:"+string(member), hex.EncodeToString(digest)), nil
}

// fits compares a password with what is stored; without anything stored it takes as long.
func (d Desk) fits(ctx context.Context, member debt.ID, password, stored string) (bool, error) {
	encoded, want, found := strings.Cut(stored, "$")
	salt, err := base64.RawStdEncoding.DecodeString(encoded)
	if err != nil || !found || len(salt) != saltBytes {
		salt, found = dummySalt, false
	}
	if len(password) > 4*mostPassword {
		password, found = "", false
	}
	macs, err := d.macs(ctx, member, password, salt)
	return err == nil && found && containsSecret(macs, want), err
}

func containsSecret(list []string, want string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return subtle.ConstantTimeCompare([]byte(s), []byte(want)) == 1 })
}

// The second factor is TOTP as every authenticator has it (RFC 6238).
const (
	secretBytes = 20
	period      = 30 // seconds
	drift       = 1  // steps a clock may be wrong, each way
)

func newSecret() string {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

// CodeAt is the code of a secret at a moment, for those who have it.
func CodeAt(secret string, at time.Time) (string, error) {
	return hotp.GenerateCode(secret, uint64(max(at.Unix(), 0)/period))
}

// stepOf gives the step whose code was typed; false for none after the last one taken.
func stepOf(secret, typed string, now time.Time, last int64) (step int64, ok bool) {
	code, ok := access.ReadOneTime(typed)
	if !ok || secret == "" { // a code of no secret anybody can compute
		return 0, false
	}
	here, found := now.Unix()/period, false
	for s := max(here-drift, 0); s <= here+drift; s++ {
		want, err := hotp.GenerateCode(secret, uint64(s))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && s > last {
			step, found = s, true
		}
	}
	return step, found
}

// address of a secret for an authenticator (Key URI Format).
func (d Desk) keyURI(email, secret string) string {
	issuer := d.Issuer
	if issuer == "" {
		issuer = "Quitt"
	}
	q := url.Values{"secret": {secret}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+email) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

func (d Desk) sealSecret(member debt.ID, secret string) (string, error) {
	return d.vault.Seal("staff totp/"+string(member), []byte(secret))
}

func (d Desk) openSecret(member debt.ID, sealed string) string {
	b, _ := d.vault.Open("staff totp/"+string(member), sealed)
	return string(b)
}

// NewPassword draws a password nobody needs to remember, for demos.
func NewPassword() string { return newCode().Grouped() }
