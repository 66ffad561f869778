// Package hooks remembers where events are sent, how far each endpoint has come, which
// requests failed, what was given up, and what is to be sent again.
package hooks

import (
	"strings"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Endpoint is an address that gets a creditor's events.
type Endpoint struct {
	ID        debt.ID
	URL       string
	Types     []debt.EventType // none: all
	Secret    string           // sealed
	OldSecret string           // sealed; "" unless one is being replaced
	OldUntil  time.Time        // when it stops signing
	Disabled  string           // why nothing is sent, "" while something is
	CreatedAt time.Time
	Cursor
	Lease       debt.ID // of whoever works for it
	LeasedUntil time.Time
}

// Gone is why an endpoint is disabled that answered 410.
const Gone = "gone"

// Cursor is how far something has come in the feed: all up to Done is delivered or given
// up, and the next event was tried Attempts times and waits until NextAt.
type Cursor struct {
	Done     int64
	Attempts int
	NextAt   time.Time
}

// Wants reports whether an endpoint gets events of a type.
func (e Endpoint) Wants(t debt.EventType) bool {
	for _, wanted := range e.Types {
		if wanted == t {
			return true
		}
	}
	return len(e.Types) == 0
}

type endpointRow struct {
	ID          debt.ID         `db:"id"`
	URL         string          `db:"url"`
	Types       string          `db:"types"`
	Secret      string          `db:"secret"`
	OldSecret   string          `db:"old_secret"`
	OldUntil    column.Instant  `db:"old_until"`
	Disabled    string          `db:"disabled"`
	CreatedAt   column.Instant  `db:"created_at"`
	Done        int64           `db:"done_seq"`
	Attempts    int             `db:"attempts"`
	NextAt      column.Instant  `db:"next_at"`
	Lease       column.Optional `db:"lease"`
	LeasedUntil column.Instant  `db:"leased_until"`
}

const columns = `id, url, types, secret, old_secret, old_until, disabled, created_at, done_seq, attempts, next_at, lease, leased_until`

func (r endpointRow) endpoint() Endpoint {
	e := Endpoint{ID: r.ID, URL: r.URL, Secret: r.Secret, OldSecret: r.OldSecret, OldUntil: r.OldUntil.Time, Disabled: r.Disabled,
		CreatedAt: r.CreatedAt.Time, Cursor: Cursor{r.Done, r.Attempts, r.NextAt.Time}, Lease: debt.ID(r.Lease), LeasedUntil: r.LeasedUntil.Time}
	for _, t := range strings.Fields(r.Types) {
		e.Types = append(e.Types, debt.EventType(t))
	}
	return e
}

const (
	addSQL = `
		INSERT INTO hook_endpoints (creditor_id, ` + columns + `)
		VALUES ($1, $2, $3, $4, $5, '', NULL, '', $6, $7, 0, NULL, NULL, NULL)`

	loadSQL   = `SELECT ` + columns + ` FROM hook_endpoints WHERE creditor_id = $1 AND id = $2`
	listSQL   = `SELECT ` + columns + ` FROM hook_endpoints WHERE creditor_id = $1 ORDER BY id`
	lockSQL   = `UPDATE hook_endpoints SET url = url WHERE creditor_id = $1 AND id = $2 RETURNING ` + columns
	enableSQL = `UPDATE hook_endpoints SET disabled = '', attempts = 0, next_at = NULL WHERE creditor_id = $1 AND id = $2`
	secretSQL = `UPDATE hook_endpoints SET secret = $3, old_secret = $4, old_until = $5 WHERE creditor_id = $1 AND id = $2` //nolint:gosec // names of columns
)

// Add stores a new endpoint.
func Add(t *store.Tx, e Endpoint) error {
	types := make([]string, len(e.Types))
	for i, typ := range e.Types {
		types[i] = string(typ)
	}
	_, err := t.Exec(addSQL, t.Creditor(), e.ID, e.URL, strings.Join(types, " "), e.Secret, column.At(e.CreatedAt), e.Done)
	return err
}

// Load reads an endpoint, or NotFound "hook_unknown".
func Load(r *store.Reader, id debt.ID) (Endpoint, error) {
	var row endpointRow
	if err := r.Get(&row, loadSQL, r.Creditor(), id); err != nil {
		return Endpoint{}, store.Missing(err, "hook_unknown")
	}
	return row.endpoint(), nil
}

// Lock reads an endpoint whose secrets are about to change; nobody else changes it meanwhile.
func Lock(t *store.Tx, id debt.ID) (Endpoint, error) {
	var row endpointRow
	if err := t.Get(&row, lockSQL, t.Creditor(), id); err != nil {
		return Endpoint{}, store.Missing(err, "hook_unknown")
	}
	return row.endpoint(), nil
}

// List gives the endpoints of a creditor, the oldest first.
func List(r *store.Reader) ([]Endpoint, error) {
	var rows []endpointRow
	if err := r.List(&rows, listSQL, r.Creditor()); err != nil {
		return nil, err
	}
	list := make([]Endpoint, len(rows))
	for i, row := range rows {
		list[i] = row.endpoint()
	}
	return list, nil
}

// Enable lets an endpoint be tried again at once, from where it stood.
func Enable(t *store.Tx, id debt.ID) error { return one(t.Exec(enableSQL, t.Creditor(), id)) }

// SaveSecret stores the sealed secrets of an endpoint.
func SaveSecret(t *store.Tx, e Endpoint) error {
	return one(t.Exec(secretSQL, t.Creditor(), e.ID, e.Secret, e.OldSecret, column.At(e.OldUntil)))
}

func one(n int64, err error) error {
	if err == nil && n == 0 {
		return debt.E(debt.NotFound, "hook_unknown", nil)
	}
	return err
}

// Everything of an endpoint, children first.
var removeSQL = []string{
	`DELETE FROM hook_attempts WHERE creditor_id = $1 AND endpoint_id = $2`,
	`DELETE FROM hook_dead WHERE creditor_id = $1 AND endpoint_id = $2`,
	`DELETE FROM hook_replays WHERE creditor_id = $1 AND endpoint_id = $2`,
	`DELETE FROM hook_endpoints WHERE creditor_id = $1 AND id = $2`,
}

const takeSQL = `UPDATE hook_endpoints SET lease = NULL, leased_until = NULL WHERE creditor_id = $1 AND id = $2`

// Remove forgets an endpoint with all that belongs to it. The row is taken from whoever
// works for it first, so that nobody adds to what is being removed.
func Remove(t *store.Tx, id debt.ID) error {
	if err := one(t.Exec(takeSQL, t.Creditor(), id)); err != nil {
		return err
	}
	for _, query := range removeSQL {
		if _, err := t.Exec(query, t.Creditor(), id); err != nil {
			return err
		}
	}
	return nil
}
