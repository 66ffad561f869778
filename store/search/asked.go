package search

import (
	"encoding/json"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Kept is how long what was searched for can be called up again.
const Kept = 24 * time.Hour

const (
	forgetSQL = `DELETE FROM list_searches WHERE creditor_id = $1 AND made_at < $2`
	keepSQL   = `INSERT INTO list_searches (creditor_id, id, member_id, sealed, made_at) VALUES ($1, $2, $3, $4, $5)`
	askedSQL  = `SELECT sealed FROM list_searches WHERE creditor_id = $1 AND id = $2 AND member_id = $3 AND made_at >= $4`
)

func askedOwner(creditor, id debt.ID) string { return "list_searches/" + string(creditor+"/"+id) }

// Keep remembers what a member searches for under an id that says nothing, and forgets what
// was searched for more than a day ago.
func Keep(t *store.Tx, member debt.ID, q Query, now time.Time) (debt.ID, error) {
	key, err := MakeKey(t)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(q)
	if err != nil {
		return "", err
	}
	id := store.NewID()
	sealed, err := key.texts.Seal(askedOwner(t.Creditor(), id), string(text))
	if err != nil {
		return "", err
	}
	if _, err := t.Exec(forgetSQL, t.Creditor(), column.At(now.Add(-Kept))); err != nil {
		return "", err
	}
	_, err = t.Exec(keepSQL, t.Creditor(), id, member, sealed, column.At(now))
	return id, err
}

// Asked gives what a member has searched for, or NotFound "list_search_gone".
func Asked(r *store.Reader, member, id debt.ID, now time.Time) (q Query, err error) {
	var sealed string
	if err := r.Get(&sealed, askedSQL, r.Creditor(), id, member, column.At(now.Add(-Kept))); err != nil {
		return q, store.Missing(err, "list_search_gone")
	}
	key, found, err := KeyOf(r)
	if err != nil || !found {
		return q, err
	}
	text, err := key.texts.Open(askedOwner(r.Creditor(), id), sealed)
	if err != nil {
		return q, err
	}
	return q, json.Unmarshal([]byte(text), &q)
}
