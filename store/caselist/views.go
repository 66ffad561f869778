package caselist

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/edge"
)

// View is a list under a name. Query says columns, filters and order, as an address has them:
// nothing about a person.
type View struct {
	ID     debt.ID
	Member debt.ID
	Shared bool // with everybody who works for the creditor
	Name   string
	Query  string
	MadeAt time.Time
}

type viewRow struct {
	ID     debt.ID        `db:"id"`
	Member debt.ID        `db:"member_id"`
	Shared bool           `db:"shared"`
	Name   string         `db:"name"`
	Query  string         `db:"query"`
	MadeAt column.Instant `db:"made_at"`
}

const (
	viewColumns = `id, member_id, shared, name, query, made_at`

	addViewSQL    = `INSERT INTO list_views (creditor_id, ` + viewColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	viewsSQL      = `SELECT ` + viewColumns + ` FROM list_views WHERE creditor_id = $1 AND (member_id = $2 OR shared) ORDER BY name, id LIMIT $3`
	removeViewSQL = `DELETE FROM list_views WHERE creditor_id = $1 AND id = $2 AND member_id = $3`
)

// MostViews is how many views a member sees.
const MostViews = 100

// AddView keeps a view.
func AddView(t *store.Tx, v View) error {
	_, err := t.Exec(addViewSQL, t.Creditor(), v.ID, v.Member, v.Shared, v.Name, v.Query, column.At(v.MadeAt))
	return err
}

// Views gives a member's own views and those shared with him, by name.
func Views(r *store.Reader, member debt.ID) ([]View, error) {
	var rows []viewRow
	err := r.List(&rows, viewsSQL, r.Creditor(), member, MostViews)
	list := make([]View, len(rows))
	for i, v := range rows {
		list[i] = View{v.ID, v.Member, v.Shared, v.Name, v.Query, v.MadeAt.Time}
	}
	return list, err
}

// RemoveView forgets a view of a member's own; NotFound "list_view_unknown" without.
func RemoveView(t *store.Tx, member, id debt.ID) error {
	if !edge.IsID(string(id)) {
		return debt.E(debt.NotFound, "list_view_unknown", nil)
	}
	n, err := t.Exec(removeViewSQL, t.Creditor(), id, member)
	if err == nil && n == 0 {
		return debt.E(debt.NotFound, "list_view_unknown", nil)
	}
	return err
}
