package feed

import (
	"database/sql"
	"errors"
	"strings"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Token stands for a key for a while. It is found by the hash of its secret, as keys are.
type Token struct {
	KeyID     debt.ID
	Scopes    []Scope // of those of the key
	Carried   string  // what the key's remembered answers are sealed under, sealed under the token
	ExpiresAt time.Time
}

const (
	lendSQL = `INSERT INTO api_tokens (token_hash, owner_id, key_id, scopes, carried, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`
	overSQL = `DELETE FROM api_tokens WHERE key_id = $1 AND expires_at <= $2`
	lentSQL = `
		SELECT k.id, k.owner_id, k.name, t.scopes, k.created_at, k.revoked_at, k.last_used_at, t.carried, t.expires_at
		  FROM api_tokens t JOIN api_keys k ON k.owner_id = t.owner_id AND k.id = t.key_id WHERE t.token_hash = $1`
)

// AddToken stores a token of a key of the transaction's creditor, and forgets those of the key that
// are over.
func AddToken(t *store.Tx, hash string, k Token, now time.Time) error {
	if _, err := t.Exec(overSQL, k.KeyID, column.At(now)); err != nil {
		return err
	}
	_, err := t.Exec(lendSQL, hash, t.Creditor(), k.KeyID, Words(k.Scopes), k.Carried, column.At(k.ExpiresAt))
	return err
}

// FindToken looks a token up by the hash of its secret, those that are over too, and gives the key
// with the scopes of the token.
func FindToken(r *store.Reader, hash string) (k Key, token Token, found bool, err error) {
	var row struct {
		keyRow

		Carried   string         `db:"carried"`
		ExpiresAt column.Instant `db:"expires_at"`
	}
	err = r.Get(&row, lentSQL, hash)
	if errors.Is(err, sql.ErrNoRows) {
		return k, token, false, nil
	}
	k = row.key()
	return k, Token{k.ID, k.Scopes, row.Carried, row.ExpiresAt.Time}, err == nil, err
}

// Part gives those of the key's scopes that words name, with spaces between (RFC 6749, 3.3), all of
// them for "". ok is false where a word is none that the key has.
func (k Key) Part(words string) (part []Scope, ok bool) {
	if words == "" {
		return k.Scopes, true
	}
	for _, word := range strings.Split(words, " ") {
		if !k.May(Scope(word)) {
			return nil, false
		}
		part = append(part, Scope(word))
	}
	return part, true
}
