package feed

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Scope is what a key may do.
type Scope string

// The scopes. Each stands for itself: who may write may not therefore read.
const (
	ScopeEvents Scope = "events" // the event feed
	ScopeRead   Scope = "read"   // cases with everything on them
	ScopeIntake Scope = "intake" // hand over, update, withdraw
	ScopeManage Scope = "manage" // holds, steps, answers, messages
	ScopeMoney  Scope = "money"  // direct payments, credit notes
	ScopeHooks  Scope = "hooks"  // webhook endpoints
)

// Scopes lists every Scope.
func Scopes() []Scope {
	return []Scope{ScopeEvents, ScopeRead, ScopeIntake, ScopeManage, ScopeMoney, ScopeHooks}
}

// ParseScopes reads a comma-separated list; "" is the feed alone, "all" every scope. Invalid
// "api_scope_unknown" otherwise.
func ParseScopes(list string) (out []Scope, err error) {
	switch list {
	case "":
		return []Scope{ScopeEvents}, nil
	case "all":
		return Scopes(), nil
	}
	for word := range strings.SplitSeq(list, ",") {
		s := Scope(strings.TrimSpace(word))
		if !slices.Contains(Scopes(), s) {
			return nil, debt.E(debt.Invalid, "api_scope_unknown", debt.Args{"allowed": Words(Scopes())})
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out, nil
}

// Words writes scopes as ParseScopes reads them.
func Words(list []Scope) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return strings.Join(words, ",")
}

// Key is what a program of one creditor shows. Its secret is nowhere, only its SHA-256.
type Key struct {
	ID         debt.ID
	CreditorID debt.ID
	Name       string
	Scopes     []Scope // none: the feed alone
	CreatedAt  time.Time
	RevokedAt  time.Time // zero while it is good
	LastUsedAt time.Time // to a minute; zero if never
}

// May reports whether the key has a scope.
func (k Key) May(s Scope) bool { return slices.Contains(k.Scopes, s) }

type keyRow struct {
	ID         debt.ID        `db:"id"`
	OwnerID    debt.ID        `db:"owner_id"`
	Name       string         `db:"name"`
	Scopes     string         `db:"scopes"`
	CreatedAt  column.Instant `db:"created_at"`
	RevokedAt  column.Instant `db:"revoked_at"`
	LastUsedAt column.Instant `db:"last_used_at"`
}

func (r keyRow) key() Key {
	k := Key{ID: r.ID, CreditorID: r.OwnerID, Name: r.Name, CreatedAt: r.CreatedAt.Time, RevokedAt: r.RevokedAt.Time, LastUsedAt: r.LastUsedAt.Time}
	for _, word := range strings.Split(r.Scopes, ",") {
		k.Scopes = append(k.Scopes, Scope(word))
	}
	return k
}

const (
	keyColumns = `id, owner_id, name, scopes, created_at, revoked_at, last_used_at`

	addKeySQL    = `INSERT INTO api_keys (key_hash, ` + keyColumns + `) VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL)`
	findKeySQL   = `SELECT ` + keyColumns + ` FROM api_keys WHERE key_hash = $1`
	keysSQL      = `SELECT ` + keyColumns + ` FROM api_keys ORDER BY owner_id, id`
	revokeKeySQL = `UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1`
	usedKeySQL   = `UPDATE api_keys SET last_used_at = $2 WHERE id = $1`
)

// AddKey stores a key of the transaction's creditor under the hash of its secret, in hex.
func AddKey(t *store.Tx, hash string, k Key) error {
	scopes := k.Scopes
	if len(scopes) == 0 {
		scopes = []Scope{ScopeEvents}
	}
	_, err := t.Exec(addKeySQL, hash, k.ID, t.Creditor(), k.Name, Words(scopes), column.At(k.CreatedAt))
	return err
}

// FindKey looks a key up by the hash of its secret, revoked ones too; without a tenant,
// because nobody knows yet whose it is.
func FindKey(r *store.Reader, hash string) (k Key, found bool, err error) {
	var row keyRow
	err = r.Get(&row, findKeySQL, hash)
	if errors.Is(err, sql.ErrNoRows) {
		return Key{}, false, nil
	}
	return row.key(), err == nil, err
}

// Keys lists the keys of all creditors, for the operator.
func Keys(r *store.Reader) ([]Key, error) {
	var rows []keyRow
	if err := r.List(&rows, keysSQL); err != nil {
		return nil, err
	}
	list := make([]Key, len(rows))
	for i, row := range rows {
		list[i] = row.key()
	}
	return list, nil
}

// RevokeKey ends a key for good, or gives NotFound "key_unknown". Once more does nothing.
func RevokeKey(t *store.Tx, id debt.ID, now time.Time) error {
	n, err := t.Exec(revokeKeySQL, id, column.At(now))
	if err == nil && n == 0 {
		err = debt.E(debt.NotFound, "key_unknown", nil)
	}
	return err
}

// usedEvery is how exactly the last use of a key is known: a row is written that often.
const usedEvery = time.Minute

// Unused reports that the stored last use of a key is too old to stand.
func (k Key) Unused(now time.Time) bool { return now.Sub(k.LastUsedAt) >= usedEvery }

// UseKey notes that a key was used.
func UseKey(t *store.Tx, id debt.ID, now time.Time) error {
	_, err := t.Exec(usedKeySQL, id, column.At(now))
	return err
}
