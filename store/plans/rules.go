package plans

import (
	"encoding/json"
	"strconv"
	"time"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

const (
	rulesSQL   = `SELECT version, rules FROM plan_rules WHERE creditor_id = $1 ORDER BY version DESC LIMIT 1`
	setRuleSQL = `INSERT INTO plan_rules (creditor_id, version, rules, set_by, set_at) VALUES ($1, $2, $3, $4, $5)`
)

// Rules reads what a creditor allows and which version that is; 0 for one who has set none,
// for whom plan.Standard holds.
func Rules(r *store.Reader) (plan.Rules, int64, error) {
	var rows []struct {
		Version int64  `db:"version"`
		Rules   string `db:"rules"`
	}
	if err := r.List(&rows, rulesSQL, r.Creditor()); err != nil || len(rows) == 0 {
		return plan.Standard(), 0, err
	}
	var rules plan.Rules
	err := json.Unmarshal([]byte(rows[0].Rules), &rules)
	return rules, rows[0].Version, err
}

// SetRules adds the next version. Of two at once, one is Conflict "changed_meanwhile".
func SetRules(t *store.Tx, rules plan.Rules, by string, now time.Time) (version int64, err error) {
	_, last, err := Rules(&t.Reader)
	if err != nil {
		return 0, err
	}
	text, err := json.Marshal(rules)
	if err != nil {
		return 0, err
	}
	_, err = t.Exec(setRuleSQL, t.Creditor(), last+1, string(text), by, column.At(now))
	return last + 1, store.Taken(err, "changed_meanwhile")
}

// Round is one thing that was said.
type Round struct {
	PlanID, CaseID debt.ID
	N              int
	By             debt.Actor
	Act            Act
	Wish           plan.Wish
	Schedule       plan.Schedule
	Reason         string        // a code
	Note           debt.Personal // what a person wrote
	// Wished is the change itself where Act is Change.
	Wished *plan.Change
	// Affordable is the instalment the debtor chose to tell of a suggestion by income; nil if
	// none was told.
	Affordable *debt.Cents
	Suggested  plan.Side // the referee's, "" without one
	At         time.Time
	ExpiresAt  time.Time
}

// Act is what a round does.
type Act string

// The acts.
const (
	Propose  Act = "propose"
	Counter  Act = "counter"
	Accept   Act = "accept"
	Decline  Act = "decline"
	Withdraw Act = "withdraw"
	Expire   Act = "expire"
	Change   Act = "change" // a wish to change a running plan beyond the limits
)

type roundRow struct {
	PlanID     debt.ID         `db:"plan_id"`
	CaseID     debt.ID         `db:"case_id"`
	N          int64           `db:"n"`
	ByKind     string          `db:"by_kind"`
	ByID       column.Optional `db:"by_id"`
	Act        Act             `db:"act"`
	Wish       string          `db:"wish"`
	Schedule   string          `db:"schedule"`
	Reason     string          `db:"reason"`
	Note       string          `db:"note"`
	Affordable *debt.Cents     `db:"affordable_cents"`
	Suggested  plan.Side       `db:"suggested"`
	At         column.Instant  `db:"at"`
	ExpiresAt  column.Instant  `db:"expires_at"`
	Key        string          `db:"person_key"`
}

// noteOf is the row a sealed note belongs to.
func noteOf(planID debt.ID, n int64) debt.ID {
	return planID + debt.ID("/"+strconv.FormatInt(n, 10))
}

// roundWish is a wish as it is kept, with the change it came of.
type roundWish struct {
	plan.Wish

	Change *plan.Change `json:"change,omitempty"`
}

const (
	roundColumns = `plan_id, case_id, n, by_kind, by_id, act, wish, schedule, reason, note, affordable_cents, suggested, at, expires_at`

	addRoundSQL = `INSERT INTO plan_rounds (creditor_id, ` + roundColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`
)

var roundsSQL = `SELECT ` + roundColumns + `, ` + person.KeyColumn("plan_rounds") + ` FROM plan_rounds WHERE creditor_id = $1 AND plan_id = $2 ORDER BY n`

// AddRound keeps what was said; N counts up from 1, and of two with one number one is Conflict
// "changed_meanwhile".
func AddRound(t *store.Tx, r Round) error {
	wish, err := json.Marshal(roundWish{r.Wish, r.Wished})
	if err != nil {
		return err
	}
	schedule, err := json.Marshal(r.Schedule)
	if err != nil {
		return err
	}
	var affordable any
	if r.Affordable != nil {
		affordable = int64(*r.Affordable)
	}
	note, err := sealNote(t, r)
	if err != nil {
		return err
	}
	_, err = t.Exec(addRoundSQL, t.Creditor(), r.PlanID, r.CaseID, int64(r.N), r.By.Kind, column.Optional(r.By.ID), string(r.Act),
		string(wish), string(schedule), r.Reason, note, affordable, string(r.Suggested), column.At(r.At), column.At(r.ExpiresAt))
	return store.Taken(err, "changed_meanwhile")
}

// sealNote seals what a person wrote under the key of whom it is about.
func sealNote(t *store.Tx, r Round) (string, error) {
	if r.Note == "" {
		return "", nil
	}
	key, err := t.KeyOf(r.CaseID)
	if err != nil {
		return "", err
	}
	x := key.Texts("plan_rounds", t.Creditor(), noteOf(r.PlanID, int64(r.N)))
	return x.Seal("note", r.Note), x.Err()
}

// Rounds lists what was said about a plan.
func Rounds(r *store.Reader, planID debt.ID) ([]Round, error) {
	var rows []roundRow
	if err := r.List(&rows, roundsSQL, r.Creditor(), planID); err != nil {
		return nil, err
	}
	list := make([]Round, len(rows))
	for i, x := range rows {
		texts := r.Safe().Texts(x.Key, "plan_rounds", r.Creditor(), noteOf(x.PlanID, x.N))
		list[i] = Round{PlanID: x.PlanID, CaseID: x.CaseID, N: int(x.N), By: debt.Actor{Kind: x.ByKind, ID: debt.ID(x.ByID)}, Act: x.Act,
			Reason: x.Reason, Note: texts.Open("note", x.Note), Affordable: x.Affordable, Suggested: x.Suggested, At: x.At.Time, ExpiresAt: x.ExpiresAt.Time}
		if texts.Err() != nil {
			return nil, texts.Err()
		}
		var w roundWish
		if err := json.Unmarshal([]byte(x.Wish), &w); err != nil {
			return nil, err
		}
		list[i].Wish, list[i].Wished = w.Wish, w.Change
		if err := json.Unmarshal([]byte(x.Schedule), &list[i].Schedule); err != nil {
			return nil, err
		}
	}
	return list, nil
}
