package signin

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"quitt/debt"
)

// PepperSize is the least length of a pepper in bytes.
const PepperSize = 32

// Peppers are the keys kept outside the database, by version. Without them a stolen
// database does not let anybody try codes. The newest version is used for what is stored
// anew; old ones prove what is there until it is used.
type Peppers struct {
	keys    map[int][]byte
	current int
}

// ParsePeppers reads "1:base64,2:base64", or refuses with Invalid "pepper_invalid" and the
// number of the entry: the text itself is a secret.
func ParsePeppers(s string) (Peppers, error) {
	p := Peppers{keys: map[int][]byte{}}
	for i, entry := range strings.Split(s, ",") {
		number, encoded, _ := strings.Cut(strings.TrimSpace(entry), ":")
		version, err := strconv.Atoi(number)
		key, keyErr := base64.StdEncoding.DecodeString(encoded)
		if err != nil || keyErr != nil || version < 1 || version > 1<<30 || len(key) < PepperSize || p.keys[version] != nil {
			return Peppers{}, debt.E(debt.Invalid, "pepper_invalid", debt.Args{"entry": i + 1, "least": PepperSize})
		}
		p.keys[version], p.current = key, max(p.current, version)
	}
	return p, nil
}

// Missing reports whether there is no pepper at all.
func (p Peppers) Missing() bool { return p.current == 0 }

// Derive gives a key for another purpose of the same installation, equal in all its
// processes. It changes with the newest pepper.
func (p Peppers) Derive(purpose string) []byte {
	return p.derive(p.current, purpose)
}

func (p Peppers) derive(version int, purpose string) []byte {
	h := hmac.New(sha256.New, p.keys[version])
	_, _ = io.WriteString(h, "derived:"+purpose)
	return h.Sum(nil)
}

// DeriveAll gives the key of every version, the newest first: for what was signed and
// outlives a change of the pepper.
func (p Peppers) DeriveAll(purpose string) (keys [][]byte) {
	versions := slices.Sorted(maps.Keys(p.keys))
	for _, v := range slices.Backward(versions) {
		keys = append(keys, p.derive(v, purpose))
	}
	return keys
}

// Format shows which versions there are, under every verb, and no key.
func (p Peppers) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "%d peppers, newest version %d", len(p.keys), p.current)
}

// MarshalText is Format for JSON and logs.
func (p Peppers) MarshalText() ([]byte, error) { return fmt.Append(nil, p), nil }

// mac binds a digest to the row it belongs to: a hash copied to another row proves nothing.
func (p Peppers) mac(version int, row debt.ID, digest []byte) string {
	h := hmac.New(sha256.New, p.keys[version])
	_, _ = io.WriteString(h, string(row)+":")
	_, _ = h.Write(digest)
	return hex.EncodeToString(h.Sum(nil))
}

// proves compares in constant time; nothing is proved by a version that is not there.
func (p Peppers) proves(version int, want, got string) bool {
	same := subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 1
	return same && p.keys[version] != nil
}
