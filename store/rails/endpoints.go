package rails

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Endpoint is an address of ours that a provider sends notices to.
type Endpoint struct {
	Name      string // 32 hexadecimal digits, a part of the address
	Provider  string
	External  string  // the provider's id of it
	Owner     debt.ID // creditor; "" for a platform's, which gets those of all its accounts
	Account   debt.ID
	Secret    string // sealed
	OldSecret string // sealed; "" unless one is being replaced
	OldUntil  time.Time
	Live      bool
	CreatedAt time.Time
}

type endpointRow struct {
	Name      string          `db:"name"`
	Provider  string          `db:"provider"`
	External  string          `db:"external_id"`
	Owner     column.Optional `db:"owner_id"`
	Account   column.Optional `db:"account_id"`
	Secret    string          `db:"secret"`
	OldSecret string          `db:"old_secret"`
	OldUntil  column.Instant  `db:"old_until"`
	Live      bool            `db:"live"`
	CreatedAt column.Instant  `db:"created_at"`
}

const endpointColumns = `name, provider, external_id, owner_id, account_id, secret, old_secret, old_until, live, created_at`

func (r endpointRow) endpoint() Endpoint {
	return Endpoint{Name: r.Name, Provider: r.Provider, External: r.External, Owner: debt.ID(r.Owner), Account: debt.ID(r.Account),
		Secret: r.Secret, OldSecret: r.OldSecret, OldUntil: r.OldUntil.Time, Live: r.Live, CreatedAt: r.CreatedAt.Time}
}

const (
	addEndpointSQL = `INSERT INTO provider_endpoints (` + endpointColumns + `) VALUES ($1, $2, $3, $4, $5, $6, '', NULL, $7, $8)`
	endpointSQL    = `SELECT ` + endpointColumns + ` FROM provider_endpoints WHERE name = $1`
	endpointsSQL   = `SELECT ` + endpointColumns + ` FROM provider_endpoints ORDER BY created_at, name`
	rotateSQL      = `UPDATE provider_endpoints SET old_secret = secret, old_until = $3, secret = $2 WHERE name = $1` //nolint:gosec // names of columns
)

// AddEndpoint keeps a new address for notices.
func AddEndpoint(t *store.Tx, e Endpoint) error {
	_, err := t.Exec(addEndpointSQL, e.Name, e.Provider, e.External, column.Optional(e.Owner), column.Optional(e.Account), e.Secret,
		e.Live, column.At(e.CreatedAt))
	return err
}

// LoadEndpoint finds an address by its name, or NotFound "endpoint_unknown". The reader needs
// no creditor.
func LoadEndpoint(r *store.Reader, name string) (Endpoint, error) {
	var row endpointRow
	if err := r.Get(&row, endpointSQL, name); err != nil {
		return Endpoint{}, store.Missing(err, "endpoint_unknown")
	}
	return row.endpoint(), nil
}

// Endpoints lists all addresses, the oldest first.
func Endpoints(r *store.Reader) ([]Endpoint, error) {
	var rows []endpointRow
	if err := r.List(&rows, endpointsSQL); err != nil {
		return nil, err
	}
	list := make([]Endpoint, len(rows))
	for i, row := range rows {
		list[i] = row.endpoint()
	}
	return list, nil
}

// Rotate puts a new sealed secret beside the old one, which stays good until an instant.
func Rotate(t *store.Tx, name, secret string, oldUntil time.Time) error {
	_, err := t.Exec(rotateSQL, name, secret, column.At(oldUntil))
	return err
}
