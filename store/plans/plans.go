// Package plans remembers instalment plans, what was said about them and the papers that were
// given. What they mean is debt/plan's.
package plans

import (
	"encoding/json"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/plan"
	"quitt/store"
	"quitt/store/column"
)

// The states of a plan beside those of the case's axis. Dropped is a draft nobody confirmed.
const (
	Draft    debt.PlanState = "draft"
	Declined debt.PlanState = "declined"
	Expired  debt.PlanState = "expired"
	Dropped  debt.PlanState = "dropped"
)

// Kept is a plan as it is kept.
type Kept struct {
	plan.Plan

	RulesVersion int64
	// CaseVersion is the case's when the schedule was laid out: another one means that
	// something was booked since.
	CaseVersion  int64
	Method       debt.Method // transfer, card, direct_debit
	InstrumentID debt.ID     // of a card or mandate
	MadeBy       string      // kind of actor
	MadeAt       time.Time
	ExpiresAt    time.Time // of a draft, or of the round that waits
	AgreedAt     time.Time
	NextOn       debt.Date
	EndedAt      time.Time
	EndedBecause string
	Version      int64
}

type row struct {
	ID           debt.ID         `db:"id"`
	CaseID       debt.ID         `db:"case_id"`
	State        debt.PlanState  `db:"state"`
	Wish         string          `db:"wish"`
	Schedule     string          `db:"schedule"`
	Deal         string          `db:"deal"`
	Changes      string          `db:"changes"`
	RulesVersion int64           `db:"rules_version"`
	CaseVersion  int64           `db:"case_version"`
	Method       debt.Method     `db:"method"`
	Instrument   column.Optional `db:"instrument_id"`
	MadeBy       string          `db:"made_by"`
	MadeAt       column.Instant  `db:"made_at"`
	ExpiresAt    column.Instant  `db:"expires_at"`
	AgreedOn     column.Day      `db:"agreed_on"`
	AgreedAt     column.Instant  `db:"agreed_at"`
	NoticeOn     column.Day      `db:"notice_on"`
	LapsedOn     column.Day      `db:"lapsed_on"`
	ExcusedOn    column.Day      `db:"excused_on"`
	Announced    int64           `db:"announced"`
	Noted        int64           `db:"noted"`
	NextOn       column.Day      `db:"next_on"`
	EndedAt      column.Instant  `db:"ended_at"`
	EndedBecause string          `db:"ended_because"`
	Version      int64           `db:"version"`
}

const columns = `id, case_id, state, wish, schedule, deal, changes, rules_version, case_version, method, instrument_id, made_by, made_at, expires_at, agreed_on, agreed_at, notice_on, lapsed_on, excused_on, announced, noted, next_on, ended_at, ended_because, version`

func (r row) kept() (Kept, error) {
	k := Kept{Plan: plan.Plan{ID: r.ID, CaseID: r.CaseID, State: r.State, AgreedOn: r.AgreedOn.Date, NoticeOn: r.NoticeOn.Date,
		LapsedOn: r.LapsedOn.Date, ExcusedOn: r.ExcusedOn.Date, Announced: int(r.Announced), Noted: int(r.Noted)},
		RulesVersion: r.RulesVersion, CaseVersion: r.CaseVersion, Method: r.Method, InstrumentID: debt.ID(r.Instrument),
		MadeBy: r.MadeBy, MadeAt: r.MadeAt.Time, ExpiresAt: r.ExpiresAt.Time, AgreedAt: r.AgreedAt.Time, NextOn: r.NextOn.Date,
		EndedAt: r.EndedAt.Time, EndedBecause: r.EndedBecause, Version: r.Version}
	for text, to := range map[*string]any{&r.Wish: &k.Wish, &r.Schedule: &k.Schedule, &r.Deal: &k.Deal, &r.Changes: &k.Changes} {
		if err := json.Unmarshal([]byte(*text), to); err != nil {
			return k, err
		}
	}
	return k, nil
}

func kept(rows []row) ([]Kept, error) {
	list := make([]Kept, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = r.kept(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// values are those of a row from state on; they all may change but made_by and made_at.
func (k Kept) values() ([]any, error) {
	texts := make([]string, 4)
	for i, v := range []any{k.Wish, k.Schedule, k.Deal, k.Changes} {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		texts[i] = string(b)
	}
	return []any{string(k.State), texts[0], texts[1], texts[2], texts[3], k.RulesVersion, k.CaseVersion, string(k.Method),
		column.Optional(k.InstrumentID), k.MadeBy, column.At(k.MadeAt), column.At(k.ExpiresAt), column.On(k.AgreedOn), column.At(k.AgreedAt),
		column.On(k.NoticeOn), column.On(k.LapsedOn), column.On(k.ExcusedOn), int64(k.Announced), int64(k.Noted), column.On(k.NextOn),
		column.At(k.EndedAt), k.EndedBecause}, nil
}

const (
	addSQL = `INSERT INTO plans (creditor_id, ` + columns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, 1)`

	saveSQL = `UPDATE plans SET state = $4, wish = $5, schedule = $6, deal = $7, changes = $8, rules_version = $9, case_version = $10,
		method = $11, instrument_id = $12, made_by = $13, made_at = $14, expires_at = $15, agreed_on = $16, agreed_at = $17, notice_on = $18,
		lapsed_on = $19, excused_on = $20, announced = $21, noted = $22, next_on = $23, ended_at = $24, ended_because = $25, version = version + 1
		WHERE creditor_id = $1 AND id = $2 AND case_id = $3 AND version = $26`

	loadSQL   = `SELECT ` + columns + ` FROM plans WHERE creditor_id = $1 AND id = $2`
	ofCaseSQL = `SELECT ` + columns + ` FROM plans WHERE creditor_id = $1 AND case_id = $2 ORDER BY made_at, id`
)

// Add keeps a new plan. A case that has a proposed or running one already is Conflict
// "plan_open_already".
func Add(t *store.Tx, k Kept) error {
	values, err := k.values()
	if err == nil {
		_, err = t.Exec(addSQL, append([]any{t.Creditor(), k.ID, k.CaseID}, values...)...)
	}
	return store.Taken(err, "plan_open_already")
}

// Save replaces a plan as it was loaded; Conflict "changed_meanwhile" if it is another by now,
// "plan_open_already" if another plan of the case is proposed or runs.
func Save(t *store.Tx, k Kept) error {
	values, err := k.values()
	if err != nil {
		return err
	}
	n, err := t.Exec(saveSQL, append(append([]any{t.Creditor(), k.ID, k.CaseID}, values...), k.Version)...)
	err = store.Taken(err, "plan_open_already")
	if err == nil && n != 1 {
		return debt.E(debt.Conflict, "changed_meanwhile", nil)
	}
	return err
}

// Load reads a plan, or NotFound "plan_unknown".
func Load(r *store.Reader, id debt.ID) (Kept, error) {
	var found row
	if err := r.Get(&found, loadSQL, r.Creditor(), id); err != nil {
		return Kept{}, store.Missing(err, "plan_unknown")
	}
	return found.kept()
}

// OfCase lists the plans of a case, the oldest first, drafts too.
func OfCase(r *store.Reader, caseID debt.ID) ([]Kept, error) {
	var rows []row
	if err := r.List(&rows, ofCaseSQL, r.Creditor(), caseID); err != nil {
		return nil, err
	}
	return kept(rows)
}

const (
	dueSQL = `SELECT ` + columns + ` FROM plans WHERE creditor_id = $1 AND next_on IS NOT NULL AND (next_on, id) > ($2, $3)
		AND next_on <= $4 ORDER BY next_on, id LIMIT $5`

	expiringSQL = `SELECT ` + columns + ` FROM plans WHERE creditor_id = $1 AND expires_at IS NOT NULL AND expires_at <= $2
		ORDER BY expires_at, id LIMIT $3`
)

// Due lists running plans to look at by a day, after the one given (its NextOn and ID; zero to
// begin): a loop pages through them by key.
func Due(r *store.Reader, by debt.Date, after Kept, most int) ([]Kept, error) {
	if after.ID == "" {
		after.ID, after.NextOn = "00000000-0000-0000-0000-000000000000", debt.MustDate("1900-01-01")
	}
	var rows []row
	if err := r.List(&rows, dueSQL, r.Creditor(), column.On(after.NextOn), after.ID, column.On(by), most); err != nil {
		return nil, err
	}
	return kept(rows)
}

// Expiring lists drafts and proposals whose time is over.
func Expiring(r *store.Reader, by time.Time, most int) ([]Kept, error) {
	var rows []row
	if err := r.List(&rows, expiringSQL, r.Creditor(), column.At(by), most); err != nil {
		return nil, err
	}
	return kept(rows)
}

const setRestsSQL = `UPDATE cases SET rests = $3 WHERE creditor_id = $1 AND id = $2`

// SetRests saves in which days a locked case bears no interest. What was booked before must
// not change by it: none begins or ends before the last payment.
func SetRests(t *store.Tx, f *store.File, rests ledger.Rests) error {
	text, err := json.Marshal(rests)
	if err != nil {
		return err
	}
	f.Account.Rests = rests
	_, err = t.Exec(setRestsSQL, t.Creditor(), f.Case.ID, string(text))
	return err
}
