// Package givebacks keeps which money goes back to whom it came from, and the files with which a
// bank is told so. It keeps no account and no name: they stand with the line the money came with.
package givebacks

import (
	"encoding/hex"
	"strings"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/column"
)

// State says how far a transfer back has come.
type State string

// The states of a transfer.
const (
	Asked   State = "asked"   // it waits for a file
	Ordered State = "ordered" // it stands in one
	Gone    State = "gone"    // a statement shows it
)

// Back is money of a line that goes back. All of a line has its id; of what refunds a payment
// there may be more than one, each with an id of its own.
type Back struct {
	ID, AccountID     debt.ID
	LineID            debt.ID // that it came with
	CaseID, PaymentID debt.ID // "" where it was nobody's
	Amount            debt.Cents
	State             State
	FileID            debt.ID
	AskedAt           time.Time
	By                debt.Actor
}

// EndToEnd is the id under which money is sent back: a statement tells it again.
func EndToEnd(id debt.ID) string { return strings.ReplaceAll(string(id), "-", "") }

// IDOf is the id an end-to-end id was made of; ok is false where it is none of ours.
func IDOf(endToEnd string) (id debt.ID, ok bool) {
	raw := strings.ToLower(strings.TrimSpace(endToEnd))
	if b, err := hex.DecodeString(raw); err != nil || len(b) != 16 {
		return "", false
	}
	return debt.ID(raw[:8] + "-" + raw[8:12] + "-" + raw[12:16] + "-" + raw[16:20] + "-" + raw[20:]), true
}

type row struct {
	ID        debt.ID         `db:"id"`
	AccountID debt.ID         `db:"account_id"`
	LineID    debt.ID         `db:"line_id"`
	CaseID    column.Optional `db:"case_id"`
	PaymentID column.Optional `db:"payment_id"`
	Amount    debt.Cents      `db:"amount_cents"`
	State     State           `db:"state"`
	FileID    column.Optional `db:"file_id"`
	AskedAt   column.Instant  `db:"asked_at"`
	ByKind    string          `db:"by_kind"`
	ByID      column.Optional `db:"by_id"`
}

func backs(rows []row, err error) ([]Back, error) {
	list := make([]Back, len(rows))
	for i, r := range rows {
		list[i] = Back{r.ID, r.AccountID, r.LineID, debt.ID(r.CaseID), debt.ID(r.PaymentID), r.Amount, r.State, debt.ID(r.FileID), r.AskedAt.Time,
			debt.Actor{Kind: r.ByKind, ID: debt.ID(r.ByID)}}
	}
	return list, err
}

const columns = `id, account_id, line_id, case_id, payment_id, amount_cents, state, file_id, asked_at, by_kind, by_id`

const (
	addSQL   = `INSERT INTO give_backs (creditor_id, ` + columns + `) VALUES `
	orderSQL = ` ON CONFLICT (creditor_id, id) DO UPDATE SET state = excluded.state, file_id = excluded.file_id, asked_at = excluded.asked_at,
		by_kind = excluded.by_kind, by_id = excluded.by_id, amount_cents = excluded.amount_cents WHERE give_backs.state = 'asked'`
	byIDSQL    = `SELECT ` + columns + ` FROM give_backs WHERE creditor_id = $1 AND id IN (`
	askedSQL   = `SELECT ` + columns + ` FROM give_backs WHERE creditor_id = $1 AND account_id = $2 AND state = 'asked' AND payment_id IS NOT NULL ORDER BY id LIMIT $3`
	ofCaseSQL  = `SELECT ` + columns + ` FROM give_backs WHERE creditor_id = $1 AND case_id = $2 AND payment_id IS NOT NULL ORDER BY id`
	ofFileSQL  = `SELECT ` + columns + ` FROM give_backs WHERE creditor_id = $1 AND file_id = $2 ORDER BY id`
	goneSQL    = `UPDATE give_backs SET state = 'gone' WHERE creditor_id = $1 AND id = $2 AND state = 'ordered'`
	freeSQL    = `UPDATE give_backs SET state = 'asked', file_id = NULL WHERE creditor_id = $1 AND file_id = $2 AND state = 'ordered'`
	forgetSQL  = `DELETE FROM give_backs WHERE creditor_id = $1 AND case_id = $2 AND state = 'asked' AND payment_id IS NOT NULL`
	settledSQL = `UPDATE give_back_files SET state = 'paid' WHERE creditor_id = $1 AND id IN (SELECT b.file_id FROM give_backs b WHERE b.creditor_id = $1 AND b.id = $2)
		AND NOT EXISTS (SELECT 1 FROM give_backs o WHERE o.creditor_id = $1 AND o.file_id = give_back_files.id AND o.state = 'ordered')`
	backsAtOnce = 64
)

// Ask keeps that money is to go back.
func Ask(t *store.Tx, list ...Back) error {
	_, err := save(t, list, Asked, "")
	return err
}

// Order puts money into a file; a row that is there must wait for one. Forbidden
// "payout_line_ordered" where some of it stands in a file already.
func Order(t *store.Tx, file debt.ID, list []Back) error {
	n, err := save(t, list, Ordered, file)
	if err == nil && n != int64(len(list)) {
		err = ordered()
	}
	return err
}

func ordered() error { return debt.E(debt.Forbidden, "payout_line_ordered", nil) }

func save(t *store.Tx, list []Back, s State, file debt.ID) (saved int64, err error) {
	for len(list) > 0 {
		n := bulk.Portion(len(list), backsAtOnce)
		args := make([]any, 0, 12*n)
		for _, b := range list[:n] {
			args = append(args, t.Creditor(), b.ID, b.AccountID, b.LineID, column.Optional(b.CaseID), column.Optional(b.PaymentID), int64(b.Amount), string(s),
				column.Optional(file), column.At(b.AskedAt), b.By.Kind, column.Optional(b.By.ID))
		}
		changed, err := t.Exec(addSQL+bulk.Tuples(n, 12)+orderSQL, args...)
		if err != nil {
			return saved, err
		}
		list, saved = list[n:], saved+changed
	}
	return saved, nil
}

// Of finds what goes back by ids of lines or of their own.
func Of(r *store.Reader, ids []debt.ID) (map[debt.ID]Back, error) {
	found := map[debt.ID]Back{}
	for at := 0; at < len(ids); at += backsAtOnce {
		var rows []row
		query, args := bulk.In(byIDSQL, r.Creditor(), ids[at:min(at+backsAtOnce, len(ids))])
		err := r.List(&rows, query, args...)
		list, err := backs(rows, err)
		if err != nil {
			return nil, err
		}
		for _, b := range list {
			found[b.ID] = b
		}
	}
	return found, nil
}

// Free says of a line that its money stands in no file. Forbidden "payout_line_ordered" if it does.
func Free(r *store.Reader, line debt.ID) error {
	found, err := Of(r, []debt.ID{line})
	if b, ok := found[line]; err == nil && ok && b.State != Asked {
		return ordered()
	}
	return err
}

// Waiting lists refunds that wait for a file of an account.
func Waiting(r *store.Reader, account debt.ID, most int) ([]Back, error) {
	var rows []row
	err := r.List(&rows, askedSQL, r.Creditor(), account, most)
	return backs(rows, err)
}

// OfCase lists the refunds of a case's payments.
func OfCase(r *store.Reader, caseID debt.ID) ([]Back, error) {
	var rows []row
	err := r.List(&rows, ofCaseSQL, r.Creditor(), caseID)
	return backs(rows, err)
}

// Forget takes back the refunds of a case that stand in no file, and counts them.
func Forget(t *store.Tx, caseID debt.ID) (int64, error) {
	return t.Exec(forgetSQL, t.Creditor(), caseID)
}

// Leave says that a statement shows it. What stands in no file any more is left as it is.
func Leave(t *store.Tx, id debt.ID) error {
	if _, err := t.Exec(goneSQL, t.Creditor(), id); err != nil {
		return err
	}
	_, err := t.Exec(settledSQL, t.Creditor(), id)
	return err
}
