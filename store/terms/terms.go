// Package terms changes what a creditor has chosen for all of his cases.
package terms

import (
	"encoding/json"

	"quitt/debt"
	"quitt/store"
	"quitt/store/expect"
)

const (
	readSQL = `SELECT settings FROM creditors WHERE id = $1`
	saveSQL = `UPDATE creditors SET settings = $3 WHERE id = $1 AND settings = $2`
)

// Load reads the settings that are in force.
func Load(r *store.Reader) (s debt.Settings, err error) {
	var text string
	if err := r.Get(&text, readSQL, r.Creditor()); err != nil {
		return s, store.Missing(err, "creditor_unknown")
	}
	return s, json.Unmarshal([]byte(text), &s)
}

// Save puts new settings in place of those somebody saw; Conflict "record_changed" if they are
// others by now. Numbers were checked before.
func Save(t *store.Tx, saw, settings debt.Settings) error {
	var text string
	if err := t.Get(&text, readSQL, t.Creditor()); err != nil {
		return store.Missing(err, "creditor_unknown")
	}
	var now debt.Settings
	if err := json.Unmarshal([]byte(text), &now); err != nil {
		return err
	}
	if now != saw {
		return expect.Changed()
	}
	wanted, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	n, err := t.Exec(saveSQL, t.Creditor(), text, string(wanted))
	if err == nil && n == 0 {
		return expect.Changed()
	}
	return err
}
