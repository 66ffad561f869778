package hooks

import (
	"database/sql"
	"errors"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Lease is the right to send to an endpoint for a while.
type Lease struct {
	Endpoint debt.ID
	Holder   debt.ID // new for each claim: an old holder is told apart also in one process
	Until    time.Time
}

const (
	// What waits: a first event behind the cursor, or the oldest replay, for which the others
	// wait. Those served longest ago come first, or a few busy endpoints would keep all places.
	dueSQL = `
		SELECT e.id FROM hook_endpoints e JOIN feed_heads h ON h.creditor_id = e.creditor_id
		 WHERE e.creditor_id = $1 AND e.disabled = '' AND (e.leased_until IS NULL OR e.leased_until <= $2)
		   AND (e.done_seq < h.seq AND (e.next_at IS NULL OR e.next_at <= $2)
		        OR EXISTS (SELECT 1 FROM hook_replays r WHERE r.creditor_id = e.creditor_id AND r.endpoint_id = e.id
		                     AND (r.next_at IS NULL OR r.next_at <= $2)
		                     AND NOT EXISTS (SELECT 1 FROM hook_replays o
		                                      WHERE o.creditor_id = r.creditor_id AND o.endpoint_id = r.endpoint_id AND o.id < r.id)))
		 ORDER BY e.claimed_at NULLS FIRST, e.id LIMIT $3`

	claimSQL = `
		UPDATE hook_endpoints SET lease = $3, leased_until = $4, claimed_at = $5
		 WHERE creditor_id = $1 AND id = $2 AND disabled = '' AND (leased_until IS NULL OR leased_until <= $5)
		RETURNING ` + columns

	saveSQL = `
		UPDATE hook_endpoints SET done_seq = $4, attempts = $5, next_at = $6, disabled = $7, leased_until = $8
		 WHERE creditor_id = $1 AND id = $2 AND lease = $3`

	releaseSQL = `UPDATE hook_endpoints SET lease = NULL, leased_until = NULL WHERE creditor_id = $1 AND id = $2 AND lease = $3`
)

// Due lists endpoints of the creditor that nobody works for and that have something to do
// now, at most so many.
func Due(r *store.Reader, now time.Time, most int) (ids []debt.ID, err error) {
	return ids, r.List(&ids, dueSQL, r.Creditor(), column.At(now), most)
}

// Claim takes an endpoint unless somebody else holds it or it is disabled.
func Claim(t *store.Tx, l Lease, now time.Time) (e Endpoint, claimed bool, err error) {
	var row endpointRow
	err = t.Get(&row, claimSQL, t.Creditor(), l.Endpoint, l.Holder, column.At(l.Until), column.At(now))
	if errors.Is(err, sql.ErrNoRows) {
		return Endpoint{}, false, nil
	}
	return row.endpoint(), err == nil, err
}

// Save stores how far the holder of a lease has come and extends it, or gives Conflict
// "hook_lease_lost": then somebody else works for the endpoint, or it is gone.
func Save(t *store.Tx, l Lease, e Endpoint) error {
	n, err := t.Exec(saveSQL, t.Creditor(), l.Endpoint, l.Holder, e.Done, e.Attempts, column.At(e.NextAt), e.Disabled, column.At(l.Until))
	if err == nil && n == 0 {
		err = debt.E(debt.Conflict, "hook_lease_lost", nil)
	}
	return err
}

// Release gives an endpoint back; one that is held by somebody else stays his.
func Release(t *store.Tx, l Lease) error {
	_, err := t.Exec(releaseSQL, t.Creditor(), l.Endpoint, l.Holder)
	return err
}
