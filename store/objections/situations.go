package objections

import (
	"encoding/json"
	"time"

	"quitt/debt"
	"quitt/debt/situation"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

// SituationState is what a person found.
type SituationState string

// The states.
const (
	SituationOpen        SituationState = "open"
	SituationConfirmed   SituationState = "confirmed"
	SituationUnconfirmed SituationState = "unconfirmed"
)

// Situation is a situation somebody told of.
type Situation struct {
	ID      debt.ID
	CaseID  debt.ID
	Kind    situation.Kind
	State   SituationState
	ToldBy  string
	ToldAt  time.Time
	EndedAt time.Time
	HoldID  debt.ID
	Details debt.Personal // JSON of fields by name
	Words   debt.Personal
	Reason  debt.Personal // of the decision
}

// Said reads the fields that were filled in.
func (s Situation) Said() (map[situation.Field]string, error) {
	said := map[situation.Field]string{}
	if s.Details == "" {
		return said, nil
	}
	err := json.Unmarshal([]byte(s.Details.Reveal()), &said)
	return said, err
}

type situationRow struct {
	ID      debt.ID        `db:"id"`
	CaseID  debt.ID        `db:"case_id"`
	Kind    situation.Kind `db:"kind"`
	State   SituationState `db:"state"`
	ToldBy  string         `db:"told_by"`
	ToldAt  column.Instant `db:"told_at"`
	EndedAt column.Instant `db:"ended_at"`
	HoldID  debt.ID        `db:"hold_id"`
	Details string         `db:"details"`
	Words   string         `db:"words"`
	Reason  string         `db:"reason"`
	Key     string         `db:"person_key"`
}

func (r situationRow) situation(by *store.Reader) (Situation, error) {
	x := by.Safe().Texts(r.Key, "situations", by.Creditor(), r.ID)
	s := Situation{r.ID, r.CaseID, r.Kind, r.State, r.ToldBy, r.ToldAt.Time, r.EndedAt.Time, r.HoldID, x.Open("details", r.Details),
		x.Open("words", r.Words), x.Open("reason", r.Reason)}
	return s, x.Err()
}

const situationColumns = `id, case_id, kind, state, told_by, told_at, ended_at, hold_id, details, words, reason`

const (
	addSituationSQL = `INSERT INTO situations (creditor_id, ` + situationColumns + `) VALUES ($1, $2, $3, $4, 'open', $5, $6, NULL, $7, $8, $9, '')`
	endSituationSQL = `UPDATE situations SET state = $3, ended_at = $4, reason = $5 WHERE creditor_id = $1 AND id = $2 AND ended_at IS NULL`
)

var (
	shownSituation = situationColumns + `, ` + person.KeyColumn("situations")

	situationSQL        = `SELECT ` + shownSituation + ` FROM situations WHERE creditor_id = $1 AND id = $2`
	situationsByCaseSQL = `SELECT ` + shownSituation + ` FROM situations WHERE creditor_id = $1 AND case_id = $2 ORDER BY told_at, id`
	openSituationsSQL   = `SELECT ` + shownSituation + ` FROM situations WHERE creditor_id = $1 AND ended_at IS NULL ORDER BY told_at, id LIMIT $2`
)

// AddSituation keeps a new one; Conflict "situation_open_already" if the same is open.
func AddSituation(t *store.Tx, s Situation) error {
	x, err := texts(t, "situations", s.CaseID, s.ID)
	if err != nil {
		return err
	}
	details, words := x.Seal("details", s.Details), x.Seal("words", s.Words)
	if x.Err() != nil {
		return x.Err()
	}
	_, err = t.Exec(addSituationSQL, t.Creditor(), s.ID, s.CaseID, string(s.Kind), s.ToldBy, column.At(s.ToldAt), s.HoldID, details, words)
	return store.Taken(err, "situation_open_already")
}

// LoadSituation reads one, or NotFound "situation_unknown".
func LoadSituation(r *store.Reader, id debt.ID) (Situation, error) {
	var row situationRow
	if err := r.Get(&row, situationSQL, r.Creditor(), id); err != nil {
		return Situation{}, store.Missing(err, "situation_unknown")
	}
	return row.situation(r)
}

// Situations lists those of a case, the oldest first.
func Situations(r *store.Reader, caseID debt.ID) ([]Situation, error) {
	return situations(r, situationsByCaseSQL, r.Creditor(), caseID)
}

// OpenSituations lists those nobody has looked at, the oldest first.
func OpenSituations(r *store.Reader, most int) ([]Situation, error) {
	return situations(r, openSituationsSQL, r.Creditor(), most)
}

func situations(r *store.Reader, query string, args ...any) ([]Situation, error) {
	var rows []situationRow
	if err := r.List(&rows, query, args...); err != nil {
		return nil, err
	}
	out := make([]Situation, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.situation(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// EndSituation keeps a decision; Conflict "situation_ended" if there is one already.
func EndSituation(t *store.Tx, s Situation) error {
	reason, err := ending{"situations", s.CaseID, s.ID}.last(t, s.Reason)
	if err != nil {
		return err
	}
	n, err := t.Exec(endSituationSQL, t.Creditor(), s.ID, string(s.State), column.At(s.EndedAt), reason)
	if err == nil && n == 0 {
		return debt.E(debt.Conflict, "situation_ended", nil)
	}
	return err
}
