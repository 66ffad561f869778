package rails

import (
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

// Notice is a notice as it is kept: whose it is and how far it has come.
type Notice struct {
	rail.Notice

	Provider   string
	Owner      debt.ID // creditor and account it is about; "" while unknown
	Account    debt.ID
	State      NoticeState
	Reason     string // a code; why it is ignored, in quarantine, or still waiting
	ReceivedAt time.Time
	DueAt      time.Time // when a loop takes it; zero unless it waits
	Tries      int
}

// NoticeState says how far a notice has come.
type NoticeState string

// The states of a notice. A quarantined one is about something we cannot ask for or that is
// not ours; a person looks.
const (
	Waiting     NoticeState = "waiting"
	Done        NoticeState = "done"
	Ignored     NoticeState = "ignored"
	Quarantined NoticeState = "quarantined"
)

type noticeRow struct {
	Provider   string          `db:"provider"`
	External   string          `db:"external_id"`
	Event      string          `db:"event"`
	Type       string          `db:"type"`
	Live       bool            `db:"live"`
	Owner      column.Optional `db:"owner_id"`
	Account    column.Optional `db:"account_id"`
	RefKind    rail.RefKind    `db:"ref_kind"`
	RefID      string          `db:"ref_id"`
	State      NoticeState     `db:"state"`
	Reason     string          `db:"reason"`
	ReceivedAt column.Instant  `db:"received_at"`
	DueAt      column.Instant  `db:"due_at"`
	Tries      int             `db:"tries"`
}

const noticeColumns = `provider, external_id, event, type, live, owner_id, account_id, ref_kind, ref_id, state, reason, received_at, due_at, tries`

func (r noticeRow) notice() Notice {
	return Notice{Notice: rail.Notice{Event: r.Event, Type: r.Type, External: r.External, Live: r.Live, Object: rail.Ref{Kind: r.RefKind, ID: r.RefID}},
		Provider: r.Provider, Owner: debt.ID(r.Owner), Account: debt.ID(r.Account), State: r.State, Reason: r.Reason,
		ReceivedAt: r.ReceivedAt.Time, DueAt: r.DueAt.Time, Tries: r.Tries}
}

// atOnce bounds the rows of one statement.
const atOnce = 64

const (
	acceptSQL = `INSERT INTO provider_notices (` + noticeColumns + `) VALUES `
	againSQL  = ` ON CONFLICT DO NOTHING`
)

// Accept keeps notices; those that came before are left as they are. It gives how many are
// new.
func Accept(t *store.Tx, list []Notice) (added int, err error) {
	for len(list) > 0 {
		n := bulk.Portion(len(list), atOnce)
		args := make([]any, 0, 14*n)
		for _, k := range list[:n] {
			args = append(args, k.Provider, k.External, k.Event, k.Type, k.Live, column.Optional(k.Owner), column.Optional(k.Account),
				string(k.Object.Kind), k.Object.ID, string(k.State), k.Reason, column.At(k.ReceivedAt), column.At(k.DueAt), k.Tries)
		}
		rows, err := t.Exec(acceptSQL+bulk.Tuples(n, 14)+againSQL, args...)
		if err != nil {
			return added, err
		}
		added, list = added+int(rows), list[n:]
	}
	t.News()
	return added, nil
}

const claimSQL = `
	UPDATE provider_notices SET due_at = $3, tries = tries + 1
	 WHERE owner_id = $1 AND due_at <= $2 AND (provider, external_id, event) IN (
	       SELECT provider, external_id, event FROM provider_notices WHERE owner_id = $1 AND due_at <= $2 ORDER BY due_at LIMIT $4)
	RETURNING ` + noticeColumns

// Claim takes up to n notices of the creditor that are due. Who does not say before an instant what became of
// them loses them to the next who asks.
func Claim(t *store.Tx, n int, now, until time.Time) ([]Notice, error) {
	var rows []noticeRow
	if err := t.List(&rows, claimSQL, t.Creditor(), column.At(now), column.At(until), n); err != nil {
		return nil, err
	}
	list := make([]Notice, len(rows))
	for i, r := range rows {
		list[i] = r.notice()
	}
	return list, nil
}

const settleSQL = `
	UPDATE provider_notices SET state = $4, reason = $5, due_at = $6, done_at = $7
	 WHERE provider = $1 AND external_id = $2 AND event = $3 AND due_at IS NOT NULL`

// Settle keeps what became of a notice.
func Settle(t *store.Tx, k Notice, now time.Time) error {
	done := column.At(now)
	if k.State == Waiting {
		done = column.Instant{}
	}
	_, err := t.Exec(settleSQL, k.Provider, k.External, k.Event, string(k.State), k.Reason, column.At(k.DueAt), done)
	return err
}

const doneHeadSQL = `UPDATE provider_notices SET state = 'done', reason = '', due_at = NULL, done_at = $1
		WHERE due_at IS NOT NULL AND (provider, external_id, event) IN (VALUES `

// SettleDone marks many notices of one provider as done.
func SettleDone(t *store.Tx, list []Notice, now time.Time) error {
	for len(list) > 0 {
		n := bulk.Portion(len(list), atOnce)
		args := []any{column.At(now)}
		for _, k := range list[:n] {
			args = append(args, k.Provider, k.External, k.Event)
		}
		if _, err := t.Exec(doneHeadSQL+bulk.TuplesFrom(2, n, 3)+")", args...); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

const noticeCountsSQL = `
	SELECT CAST(COUNT(*) AS BIGINT) AS n, MIN(due_at) AS oldest FROM provider_notices
	 WHERE owner_id = $1 AND due_at IS NOT NULL GROUP BY state`

const lostSQL = `SELECT CAST(COUNT(*) AS BIGINT) AS n FROM provider_notices WHERE state = 'quarantined'`

// CountQuarantined counts the notices nobody could make sense of, of all creditors.
func CountQuarantined(r *store.Reader) (n int64, err error) { return n, r.Get(&n, lostSQL) }

const anyDueSQL = `SELECT CAST(COUNT(*) AS BIGINT) AS n FROM (SELECT 1 FROM provider_notices WHERE owner_id = $1 AND due_at <= $2 LIMIT 1) d`

// AnyDue reports whether a notice of the creditor is due: looking costs no commit.
func AnyDue(r *store.Reader, now time.Time) (bool, error) {
	var n int64
	err := r.Get(&n, anyDueSQL, r.Creditor(), column.At(now))
	return n > 0, err
}

// Depth is how many notices wait, and since when the oldest is due.
type Depth struct {
	Waiting int64
	Oldest  time.Time
}

// CountNotices measures the creditor's queue of notices.
func CountNotices(r *store.Reader) (Depth, error) {
	var rows []struct {
		N      int64          `db:"n"`
		Oldest column.Instant `db:"oldest"`
	}
	if err := r.List(&rows, noticeCountsSQL, r.Creditor()); err != nil || len(rows) == 0 {
		return Depth{}, err
	}
	return Depth{rows[0].N, rows[0].Oldest.Time}, nil
}

const quarantineSQL = `SELECT ` + noticeColumns + ` FROM provider_notices WHERE state = 'quarantined' ORDER BY received_at DESC LIMIT $1`

// Quarantine lists the notices nobody could make sense of, the newest first.
func Quarantine(r *store.Reader, most int) ([]Notice, error) {
	var rows []noticeRow
	if err := r.List(&rows, quarantineSQL, most); err != nil {
		return nil, err
	}
	list := make([]Notice, len(rows))
	for i, row := range rows {
		list[i] = row.notice()
	}
	return list, nil
}
