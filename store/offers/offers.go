// Package offers remembers what creditors offer in single cases.
package offers

import (
	"time"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/store"
	"quitt/store/column"
)

// Offer is one offer for one case. Its id is the name by which a wish takes it.
type Offer struct {
	plan.Settlement

	CaseID      debt.ID
	By          debt.Actor
	At          time.Time
	WithdrawnBy debt.Actor
	WithdrawnAt time.Time // zero while it stands
}

// The kinds of offers.
const (
	Settlement = "settlement"
	LongerPlan = "longer_plan"
)

// Kind names the kind of an offer.
func (o Offer) Kind() string {
	if o.Longer {
		return LongerPlan
	}
	return Settlement
}

type row struct {
	ID            debt.ID          `db:"id"`
	CaseID        debt.ID          `db:"case_id"`
	Kind          string           `db:"kind"`
	Sum           debt.Cents       `db:"sum_cents"`
	Percent       debt.BasisPoints `db:"percent"`
	Instalments   int              `db:"instalments"`
	Broken        string           `db:"broken"`
	LastOn        column.Day       `db:"last_on"`
	MadeKind      string           `db:"made_kind"`
	MadeBy        column.Optional  `db:"made_by"`
	MadeAt        column.Instant   `db:"made_at"`
	WithdrawnKind string           `db:"withdrawn_kind"`
	WithdrawnBy   column.Optional  `db:"withdrawn_by"`
	WithdrawnAt   column.Instant   `db:"withdrawn_at"`
}

func (x row) offer() Offer {
	o := Offer{CaseID: x.CaseID, By: debt.Actor{Kind: x.MadeKind, ID: debt.ID(x.MadeBy)}, At: x.MadeAt.Time,
		WithdrawnBy: debt.Actor{Kind: x.WithdrawnKind, ID: debt.ID(x.WithdrawnBy)}, WithdrawnAt: x.WithdrawnAt.Time}
	o.Settlement = plan.Settlement{ID: string(x.ID), Percent: x.Percent, Amount: x.Sum, Instalments: x.Instalments, ValidUntil: x.LastOn.Date,
		Broken: plan.Broken(x.Broken), Longer: x.Kind == LongerPlan}
	return o
}

const columns = `id, case_id, kind, sum_cents, percent, instalments, broken, last_on, made_kind, made_by, made_at, withdrawn_kind, withdrawn_by, withdrawn_at`

const (
	addSQL = `INSERT INTO case_offers (creditor_id, id, case_id, kind, sum_cents, percent, instalments, broken, last_on, made_kind, made_by, made_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	ofCaseSQL   = `SELECT ` + columns + ` FROM case_offers WHERE creditor_id = $1 AND case_id = $2 ORDER BY made_at, id`
	liveSQL     = `SELECT ` + columns + ` FROM case_offers WHERE creditor_id = $1 AND case_id = $2 AND withdrawn_at IS NULL ORDER BY made_at, id`
	withdrawSQL = `UPDATE case_offers SET withdrawn_kind = $4, withdrawn_by = $5, withdrawn_at = $6
	WHERE creditor_id = $1 AND case_id = $2 AND id = $3 AND withdrawn_at IS NULL`
)

// Add keeps an offer; the case must be locked. The same id again is Conflict "changed_meanwhile".
func Add(t *store.Tx, o Offer) error {
	_, err := t.Exec(addSQL, t.Creditor(), o.ID, o.CaseID, o.Kind(), o.Amount, o.Percent, o.Instalments, string(o.Broken), column.On(o.ValidUntil),
		o.By.Kind, column.Optional(o.By.ID), column.At(o.At))
	return store.Taken(err, "changed_meanwhile")
}

// Withdraw ends an offer that stands; ended is false where none does.
func Withdraw(t *store.Tx, o Offer) (ended bool, err error) {
	n, err := t.Exec(withdrawSQL, t.Creditor(), o.CaseID, o.ID, o.WithdrawnBy.Kind, column.Optional(o.WithdrawnBy.ID), column.At(o.WithdrawnAt))
	return n > 0, err
}

// OfCase lists all offers of a case, the oldest first.
func OfCase(r *store.Reader, caseID debt.ID) ([]Offer, error) { return list(r, ofCaseSQL, caseID) }

// Live lists those that are not withdrawn. Their last day may be over: a proposal that was made in
// time is still looked at by them.
func Live(r *store.Reader, caseID debt.ID) ([]Offer, error) { return list(r, liveSQL, caseID) }

func list(r *store.Reader, query string, caseID debt.ID) ([]Offer, error) {
	var rows []row
	if err := r.List(&rows, query, r.Creditor(), caseID); err != nil {
		return nil, err
	}
	out := make([]Offer, len(rows))
	for i, x := range rows {
		out[i] = x.offer()
	}
	return out, nil
}

// Settlements are offers as the rules of plans take them.
func Settlements(list []Offer) []plan.Settlement {
	out := make([]plan.Settlement, len(list))
	for i, o := range list {
		out[i] = o.Settlement
	}
	return out
}
