package plans

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

// BatchMost is how many cases the reads and writes of this file take at once.
const BatchMost = 256

const agreedSQL = `SELECT ` + columns + ` FROM plans WHERE creditor_id = $1 AND state IN ('active', 'at_risk', 'lapsed', 'fulfilled')
	AND case_id IN (`

// Agreed gives the plan of each case that runs or, without one, the one agreed last that
// lapsed or was fulfilled: a payment may revive it, a return may open it again.
func Agreed(r *store.Reader, cases []debt.ID) (map[debt.ID]Kept, error) {
	found := map[debt.ID]Kept{}
	for chunk := range slices.Chunk(cases, BatchMost) {
		var rows []row
		query, args := bulk.In(agreedSQL, r.Creditor(), chunk)
		if err := r.List(&rows, query, args...); err != nil {
			return nil, err
		}
		list, err := kept(rows)
		if err != nil {
			return nil, err
		}
		for _, k := range list {
			old, ok := found[k.CaseID]
			if !ok || k.Running() || !old.Running() && k.AgreedAt.After(old.AgreedAt) {
				found[k.CaseID] = k
			}
		}
	}
	return found, nil
}

// SaveMarks keeps how far plans were told and when to look again, and nothing else of them.
// Their cases must be locked.
func SaveMarks(t *store.Tx, list []Kept) error {
	for len(list) > 0 {
		n := bulk.Portion(len(list), 64)
		args := []any{t.Creditor()}
		ids := make([]string, n)
		var announced, noted, next strings.Builder
		for i, k := range list[:n] {
			at := len(args) + 1
			when := func(b *strings.Builder, value int) {
				b.WriteString(" WHEN $" + strconv.Itoa(at) + " THEN $" + strconv.Itoa(value))
			}
			when(&announced, at+1)
			when(&noted, at+2)
			when(&next, at+3)
			ids[i] = "$" + strconv.Itoa(at)
			args = append(args, k.ID, int64(k.Announced), int64(k.Noted), column.On(k.NextOn))
		}
		changed, err := t.Exec(`UPDATE plans SET announced = CASE id`+announced.String()+` ELSE announced END,
			noted = CASE id`+noted.String()+` ELSE noted END, next_on = CASE id`+next.String()+` ELSE next_on END,
			version = version + 1 WHERE creditor_id = $1 AND id IN (`+strings.Join(ids, ", ")+`)`, args...)
		if err == nil && changed != int64(n) {
			err = debt.E(debt.Conflict, "changed_meanwhile", nil)
		}
		if err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

const paymentsSQL = `SELECT id, case_id, method, status, amount_cents, received_on, source, external_id, booked_at, returned_cents
	FROM payments WHERE creditor_id = $1 AND case_id IN (`

// PaymentsOf gives the payments of cases as far as plans are kept by them, in no order.
func PaymentsOf(r *store.Reader, cases []debt.ID) (map[debt.ID][]debt.Payment, error) {
	found := map[debt.ID][]debt.Payment{}
	for chunk := range slices.Chunk(cases, BatchMost) {
		var rows []struct {
			ID         debt.ID            `db:"id"`
			CaseID     debt.ID            `db:"case_id"`
			Method     debt.Method        `db:"method"`
			Status     debt.PaymentStatus `db:"status"`
			Amount     debt.Cents         `db:"amount_cents"`
			ReceivedOn column.Day         `db:"received_on"`
			Source     string             `db:"source"`
			ExternalID string             `db:"external_id"`
			BookedAt   column.Instant     `db:"booked_at"`
			Returned   debt.Cents         `db:"returned_cents"`
		}
		query, args := bulk.In(paymentsSQL, r.Creditor(), chunk)
		if err := r.List(&rows, query, args...); err != nil {
			return nil, err
		}
		for _, x := range rows {
			found[x.CaseID] = append(found[x.CaseID], debt.Payment{ID: x.ID, CaseID: x.CaseID, Method: x.Method, Status: x.Status,
				Amount: x.Amount, ReceivedOn: x.ReceivedOn.Date, Source: x.Source, ExternalID: x.ExternalID, BookedAt: x.BookedAt.Time,
				Returned: x.Returned})
		}
	}
	return found, nil
}

const seatsSQL = `SELECT c.id, COALESCE(NULLIF(d.state, ''), cr.state) AS state
	FROM cases c JOIN debtors d ON d.creditor_id = c.creditor_id AND d.id = c.debtor_id JOIN creditors cr ON cr.id = c.creditor_id
	WHERE c.creditor_id = $1 AND c.id IN (`

// Seats gives the Land whose holidays count for each case: the debtor's, the creditor's if that
// is not known (BGB §§ 193, 269).
func Seats(r *store.Reader, cases []debt.ID) (map[debt.ID]debt.State, error) {
	found := map[debt.ID]debt.State{}
	for chunk := range slices.Chunk(cases, BatchMost) {
		var rows []struct {
			ID    debt.ID    `db:"id"`
			State debt.State `db:"state"`
		}
		query, args := bulk.In(seatsSQL, r.Creditor(), chunk)
		if err := r.List(&rows, query, args...); err != nil {
			return nil, err
		}
		for _, x := range rows {
			found[x.ID] = x.State
		}
	}
	return found, nil
}

const (
	inStateSQL = `SELECT ` + columns + ` FROM plans WHERE creditor_id = $1 AND state = $2 ORDER BY made_at, id LIMIT $3`
	waitingSQL = `SELECT ` + columns + ` FROM plans WHERE creditor_id = $1 AND state IN ('proposed', 'active', 'at_risk')
		AND expires_at IS NOT NULL ORDER BY expires_at, id LIMIT $2`
	anyDueSQL = `SELECT CAST(COUNT(*) AS BIGINT) AS n, MIN(next_on) AS oldest FROM plans WHERE creditor_id = $1 AND next_on IS NOT NULL AND next_on <= $2`
)

// InState lists plans of a state, the oldest first.
func InState(r *store.Reader, state debt.PlanState, most int) ([]Kept, error) {
	var rows []row
	if err := r.List(&rows, inStateSQL, r.Creditor(), string(state), most); err != nil {
		return nil, err
	}
	return kept(rows)
}

// Waiting lists proposals, and plans one side wishes to change, by the end of their round.
func Waiting(r *store.Reader, most int) ([]Kept, error) {
	var rows []row
	if err := r.List(&rows, waitingSQL, r.Creditor(), most); err != nil {
		return nil, err
	}
	return kept(rows)
}

// Queue is what the nightly look has before it.
type Queue struct {
	Waiting int
	Oldest  debt.Date
}

// CountDue counts the plans to look at by a day.
func CountDue(r *store.Reader, by debt.Date) (Queue, error) {
	var found struct {
		N      int64      `db:"n"`
		Oldest column.Day `db:"oldest"`
	}
	err := r.Get(&found, anyDueSQL, r.Creditor(), column.On(by))
	return Queue{int(found.N), found.Oldest.Date}, err
}

const dueCasesSQL = `SELECT case_id FROM plans WHERE creditor_id = $1 AND state IN ('active', 'at_risk')
	AND next_on IS NOT NULL AND next_on <= $2 ORDER BY next_on, id LIMIT $3`

// DueCases gives the cases whose plans are to be looked at by a day, at most so many.
func DueCases(r *store.Reader, by debt.Date, most int) ([]debt.ID, error) {
	var ids []debt.ID
	return ids, r.List(&ids, dueCasesSQL, r.Creditor(), column.On(by), most)
}

// Expired reports whether what waits is over at an instant.
func (k Kept) Expired(now time.Time) bool { return !k.ExpiresAt.IsZero() && !now.Before(k.ExpiresAt) }
