package documents

import (
	"database/sql"
	"errors"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Key is a creditor's key for documents, sealed under the installation's.
type Key struct {
	ID        debt.ID
	Sealed    string
	CreatedAt time.Time
}

type keyRow struct {
	ID        debt.ID        `db:"id"`
	Sealed    string         `db:"sealed"`
	CreatedAt column.Instant `db:"created_at"`
}

const (
	addKeySQL  = `INSERT INTO document_keys (creditor_id, id, sealed, created_at) VALUES ($1, $2, $3, $4)`
	keySQL     = `SELECT id, sealed, created_at FROM document_keys WHERE creditor_id = $1 AND id = $2`
	newestSQL  = `SELECT id, sealed, created_at FROM document_keys WHERE creditor_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1`
	keysSQL    = `SELECT id, sealed, created_at FROM document_keys WHERE creditor_id = $1 ORDER BY created_at, id`
	resealSQL  = `UPDATE document_keys SET sealed = $4 WHERE creditor_id = $1 AND id = $2 AND sealed = $3`
	dataKeySQL = `UPDATE documents SET key_id = $3, data_key = $4 WHERE creditor_id = $1 AND id = $2 AND data_key = $5`
)

var underSQL = selectSQL + `AND deleted_at IS NULL AND key_id <> $2 ORDER BY id LIMIT $3`

func (r keyRow) key() Key { return Key{r.ID, r.Sealed, r.CreatedAt.Time} }

// AddKey stores a further key, which new documents are sealed under.
func AddKey(t *store.Tx, k Key) error {
	_, err := t.Exec(addKeySQL, t.Creditor(), k.ID, k.Sealed, column.At(k.CreatedAt))
	return err
}

// NewestKey gives the key for new documents; found is false for a creditor without any.
func NewestKey(r *store.Reader) (k Key, found bool, err error) {
	var got keyRow
	err = r.Get(&got, newestSQL, r.Creditor())
	if errors.Is(err, sql.ErrNoRows) {
		return Key{}, false, nil
	}
	return got.key(), err == nil, err
}

// LoadKey reads one key, or NotFound "document_key_unknown".
func LoadKey(r *store.Reader, id debt.ID) (Key, error) {
	var got keyRow
	if err := r.Get(&got, keySQL, r.Creditor(), id); err != nil {
		return Key{}, store.Missing(err, "document_key_unknown")
	}
	return got.key(), nil
}

// Keys gives all keys of a creditor, the oldest first.
func Keys(r *store.Reader) ([]Key, error) {
	var rows []keyRow
	if err := r.List(&rows, keysSQL, r.Creditor()); err != nil {
		return nil, err
	}
	out := make([]Key, len(rows))
	for i, got := range rows {
		out[i] = got.key()
	}
	return out, nil
}

// Reseal stores a key sealed anew, unless somebody was faster.
func Reseal(t *store.Tx, k Key, sealed string) error {
	_, err := t.Exec(resealSQL, t.Creditor(), k.ID, k.Sealed, sealed)
	return err
}

// NotUnder gives documents whose own key is sealed under another key than this one.
func NotUnder(r *store.Reader, key debt.ID, most int) ([]Document, error) {
	return list(r, underSQL, r.Creditor(), key, most)
}

// Rekey stores a document's own key sealed under another of the creditor's keys.
func Rekey(t *store.Tx, d Document, key debt.ID, sealed string) error {
	_, err := t.Exec(dataKeySQL, t.Creditor(), d.ID, key, sealed, d.DataKey)
	return err
}
