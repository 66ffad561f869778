// Package authorities remembers who may act for debtors, and the sign-ins of those who do:
// hashes of their addresses, codes and visits. Whether something is open is for
// debt/authority to say.
package authorities

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
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
	// Where letters reach him, in Germany; empty if nobody has said.
	Street, Postcode, City debt.Personal
}

// Addressed reports whether there is a postal address.
func (w Who) Addressed() bool { return w.Street != "" && w.Postcode != "" && w.City != "" }

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
	Areas          string          `db:"areas"`
	State          authority.State `db:"state"`
	Proof          authority.Proof `db:"proof"`
	Until          column.Day      `db:"until_on"`
	MadeAt         column.Instant  `db:"made_at"`
	InvitedAt      column.Instant  `db:"invited_at"`
	ActiveAt       column.Instant  `db:"active_at"`
	EndedAt        column.Instant  `db:"ended_at"`
	EndedBy        string          `db:"ended_by"`
	LastAccessAt   column.Instant  `db:"last_access_at"`
	EmailStopped   debt.Stop       `db:"email_stopped"`
	PostStopped    debt.Stop       `db:"post_stopped"`
	Sealed         string          `db:"sealed"`
	Key            string          `db:"person_key"`
}

const columns = `id, case_id, representative_id, kind, scopes, areas, state, proof, until_on, made_at, invited_at, active_at, ended_at, ended_by, last_access_at, email_stopped, post_stopped, sealed`

var shown = columns + `, ` + person.KeyColumn("authorities")

const addSQL = `
	INSERT INTO authorities (creditor_id, ` + columns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`

var (
	loadSQL   = `SELECT ` + shown + ` FROM authorities WHERE creditor_id = $1 AND id = $2`
	ofCaseSQL = `SELECT ` + shown + ` FROM authorities WHERE creditor_id = $1 AND case_id = $2 ORDER BY made_at, id`
	openSQL   = `SELECT ` + shown + ` FROM authorities WHERE creditor_id = $1 AND state = 'claimed' ORDER BY made_at, id LIMIT $2`
)

const saveSQL = `
	UPDATE authorities SET state = $3, invited_at = $4, active_at = $5, ended_at = $6, ended_by = $7, last_access_at = $8,
	       areas = $9, email_stopped = $10, post_stopped = $11, scopes = $12, until_on = $13
	 WHERE creditor_id = $1 AND id = $2`

// owner is what a sealed name belongs to.
func owner(creditor, id debt.ID) string { return "authorities.sealed/" + string(creditor+"/"+id) }

// said is Who as it is sealed.
type said struct {
	Name     string `json:"n"`
	Email    string `json:"e"`
	Language string `json:"l,omitempty"`
	Street   string `json:"s,omitempty"`
	Postcode string `json:"p,omitempty"`
	City     string `json:"c,omitempty"`
}

// Add keeps a new authority; its case must be locked.
func Add(t *store.Tx, a Record) error {
	text, err := json.Marshal(said{a.Who.Name.Reveal(), a.Who.Email.Reveal(), a.Who.Language,
		a.Who.Street.Reveal(), a.Who.Postcode.Reveal(), a.Who.City.Reveal()})
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
	_, err = t.Exec(addSQL, t.Creditor(), a.ID, a.CaseID, a.Representative, string(a.Kind), authority.Written(a.Scopes), authority.Written(a.Areas),
		string(a.State), string(a.Proof), column.On(a.Until), column.At(a.MadeAt), column.At(a.InvitedAt), column.At(a.ActiveAt), column.At(a.EndedAt),
		a.EndedBy, column.At(a.LastAccessAt), string(a.EmailStopped), string(a.PostStopped), sealed)
	return err
}

// Save stores what changes in the life of an authority; its case must be locked.
func Save(t *store.Tx, a authority.Authority) error {
	_, err := t.Exec(saveSQL, t.Creditor(), a.ID, string(a.State), column.At(a.InvitedAt), column.At(a.ActiveAt), column.At(a.EndedAt),
		a.EndedBy, column.At(a.LastAccessAt), authority.Written(a.Areas), string(a.EmailStopped), string(a.PostStopped),
		authority.Written(a.Scopes), column.On(a.Until))
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

// InForce lists the authorities of a case that are active, whom contact goes to first at the
// front: a guardian before all others, whom declarations must reach (BGB §§ 131, 1823), then the
// newest.
func InForce(r *store.Reader, caseID debt.ID, now time.Time) (list []Record, err error) {
	all, err := OfCase(r, caseID)
	for _, a := range slices.Backward(all) {
		if a.On(now) == authority.Active {
			list = append(list, a)
		}
	}
	slices.SortStableFunc(list, func(a, b Record) int { return cmp.Compare(rank(a), rank(b)) })
	return list, err
}

func rank(a Record) int {
	if a.Kind == authority.Guardian {
		return 0
	}
	return 1
}

// Mailbox gives the authority whose representative gets the letters about a case, false for the
// debtor: without a postal address that still holds, nothing is sent to it.
func Mailbox(r *store.Reader, caseID debt.ID, now time.Time) (Record, bool, error) {
	list, err := InForce(r, caseID, now)
	for _, a := range list {
		if a.Who.Addressed() && a.PostStopped == debt.Reachable {
			return a, true, err
		}
	}
	return Record{}, false, err
}

// record opens who it is. Of a person who was erased there is nothing left.
func (x row) record(r *store.Reader) (Record, error) {
	out := Record{Authority: authority.Authority{ID: x.ID, CaseID: x.CaseID, Representative: x.Representative, Kind: x.Kind,
		Scopes: authority.Scoped(x.Scopes), Areas: authority.Within(x.Areas), EmailStopped: x.EmailStopped, PostStopped: x.PostStopped, State: x.State, Proof: x.Proof, Until: x.Until.Date, MadeAt: x.MadeAt.Time,
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
	out.Who = Who{debt.Personal(s.Name), debt.Personal(s.Email), s.Language,
		debt.Personal(s.Street), debt.Personal(s.Postcode), debt.Personal(s.City)}
	return out, err
}
