// Package authorities remembers who may act for debtors, and the sign-ins of those who do:
// hashes of their addresses, codes and visits. Whether something is open is for
// debt/authority to say.
package authorities

import (
	"encoding/json"
	"fmt"
	"time"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

// Who is the person or office an authority is given to. It is sealed under the key of the
// debtor: it tells who helps whom.
type Who struct {
	Name     debt.Personal
	Email    debt.Personal
	Language string
}

// Format keeps name and address out of logs under every verb.
func (w Who) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, "representative") }

// Record is an authority as stored.
type Record struct {
	authority.Authority
	Who Who
}

type row struct {
	ID             debt.ID         `db:"id"`
	CaseID         debt.ID         `db:"case_id"`
	Representative debt.ID         `db:"representative_id"`
	Kind           authority.Kind  `db:"kind"`
	Scopes         string          `db:"scopes"`
	State          authority.State `db:"state"`
	Proof          authority.Proof `db:"proof"`
	Until          column.Day      `db:"until_on"`
	MadeAt         column.Instant  `db:"made_at"`
	InvitedAt      column.Instant  `db:"invited_at"`
	ActiveAt       column.Instant  `db:"active_at"`
	EndedAt        column.Instant  `db:"ended_at"`
	EndedBy        string          `db:"ended_by"`
	LastAccessAt   column.Instant  `db:"last_access_at"`
	Sealed         string          `db:"sealed"`
	Key            string          `db:"person_key"`
}

const columns = `id, case_id, representative_id, kind, scopes, state, proof, until_on, made_at, invited_at, active_at, ended_at, ended_by, last_access_at, sealed`

var shown = columns + `, ` + person.KeyColumn("authorities")

const addSQL = `
	INSERT INTO authorities (creditor_id, ` + columns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

var (
	loadSQL   = `SELECT ` + shown + ` FROM authorities WHERE creditor_id = $1 AND id = $2`
	ofCaseSQL = `SELECT ` + shown + ` FROM authorities WHERE creditor_id = $1 AND case_id = $2 ORDER BY made_at, id`
	openSQL   = `SELECT ` + shown + ` FROM authorities WHERE creditor_id = $1 AND state = 'claimed' ORDER BY made_at, id LIMIT $2`
)

const saveSQL = `
	UPDATE authorities SET state = $3, invited_at = $4, active_at = $5, ended_at = $6, ended_by = $7, last_access_at = $8
	 WHERE creditor_id = $1 AND id = $2`

// owner is what a sealed name belongs to.
func owner(creditor, id debt.ID) string { return "authorities.sealed/" + string(creditor+"/"+id) }

// said is Who as it is sealed.
type said struct {
	Name     string `json:"n"`
	Email    string `json:"e"`
	Language string `json:"l,omitempty"`
}

// Add keeps a new authority; its case must be locked.
func Add(t *store.Tx, a Record) error {
	text, err := json.Marshal(said{a.Who.Name.Reveal(), a.Who.Email.Reveal(), a.Who.Language})
	if err != nil {
		return err
	}
	key, err := t.KeyOf(a.CaseID)
	if err != nil {
		return err
	}
	sealed, err := key.Seal(owner(t.Creditor(), a.ID), string(text))
	if err != nil {
		return err
	}
	_, err = t.Exec(addSQL, t.Creditor(), a.ID, a.CaseID, a.Representative, string(a.Kind), authority.Written(a.Scopes), string(a.State),
		string(a.Proof), column.On(a.Until), column.At(a.MadeAt), column.At(a.InvitedAt), column.At(a.ActiveAt), column.At(a.EndedAt),
		a.EndedBy, column.At(a.LastAccessAt), sealed)
	return err
}

// Save stores what changes in the life of an authority; its case must be locked.
func Save(t *store.Tx, a authority.Authority) error {
	_, err := t.Exec(saveSQL, t.Creditor(), a.ID, string(a.State), column.At(a.InvitedAt), column.At(a.ActiveAt), column.At(a.EndedAt),
		a.EndedBy, column.At(a.LastAccessAt))
	return err
}

// Load reads an authority, or NotFound "authority_unknown".
func Load(r *store.Reader, id debt.ID) (Record, error) {
	var found row
	if err := r.Get(&found, loadSQL, r.Creditor(), id); err != nil {
		return Record{}, store.Missing(err, "authority_unknown")
	}
	return found.record(r)
}

// OfCase lists those of a case, the oldest first.
func OfCase(r *store.Reader, caseID debt.ID) ([]Record, error) {
	return list(r, ofCaseSQL, r.Creditor(), caseID)
}

// Claimed lists those a person has to look at, at most n.
func Claimed(r *store.Reader, n int) ([]Record, error) { return list(r, openSQL, r.Creditor(), n) }

func list(r *store.Reader, query string, args ...any) ([]Record, error) {
	var rows []row
	if err := r.List(&rows, query, args...); err != nil {
		return nil, err
	}
	out := make([]Record, len(rows))
	for i, x := range rows {
		var err error
		if out[i], err = x.record(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// InForce gives the newest authority of a case that is active, false without one.
func InForce(r *store.Reader, caseID debt.ID, now time.Time) (found Record, ok bool, err error) {
	all, err := OfCase(r, caseID)
	for _, a := range all {
		if a.On(now) == authority.Active {
			found, ok = a, true
		}
	}
	return found, ok, err
}

// record opens who it is. Of a person who was erased there is nothing left.
func (x row) record(r *store.Reader) (Record, error) {
	out := Record{Authority: authority.Authority{ID: x.ID, CaseID: x.CaseID, Representative: x.Representative, Kind: x.Kind,
		Scopes: authority.Scoped(x.Scopes), State: x.State, Proof: x.Proof, Until: x.Until.Date, MadeAt: x.MadeAt.Time,
		InvitedAt: x.InvitedAt.Time, ActiveAt: x.ActiveAt.Time, EndedAt: x.EndedAt.Time, EndedBy: x.EndedBy, LastAccessAt: x.LastAccessAt.Time}}
	if x.Sealed == "" {
		return out, nil
	}
	key, err := r.Safe().Found(r.Creditor(), x.Key)
	if err != nil {
		return out, err
	}
	text, err := key.Open(owner(r.Creditor(), x.ID), x.Sealed)
	if err != nil {
		return out, err
	}
	var s said
	err = json.Unmarshal([]byte(text), &s)
	out.Who = Who{debt.Personal(s.Name), debt.Personal(s.Email), s.Language}
	return out, err
}
