// Package rails remembers payments through providers: the creditors' accounts there, orders
// to pay, notices as they came in, every movement of money and where it went.
package rails

import (
	"strings"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/column"
)

// Account is a provider account as stored: its key is sealed.
type Account struct {
	rail.Account

	SealedKey string    // "" where the key is a platform's
	MissedTo  time.Time // notices before that have been looked for
	SweptTo   time.Time // movements before that have been looked through
	SweepAt   time.Time // when it is looked through next; zero: now
}

type accountRow struct {
	CreditorID debt.ID        `db:"creditor_id"`
	ID         debt.ID        `db:"id"`
	Provider   string         `db:"provider"`
	External   string         `db:"external_id"`
	Live       bool           `db:"live"`
	Connected  bool           `db:"connected"`
	Key        string         `db:"key"`
	Methods    string         `db:"methods"`
	DebitOnly  bool           `db:"debit_only"`
	CreatedAt  column.Instant `db:"created_at"`
	ClosedAt   column.Instant `db:"closed_at"`
	MissedTo   column.Instant `db:"missed_to"`
	SweptTo    column.Instant `db:"swept_to"`
	SweepAt    column.Instant `db:"sweep_at"`
}

const accountColumns = `creditor_id, id, provider, external_id, live, connected, key, methods, debit_only, created_at, closed_at, missed_to, swept_to, sweep_at`

func (r accountRow) account() Account {
	a := Account{Account: rail.Account{ID: r.ID, CreditorID: r.CreditorID, Provider: r.Provider, External: r.External, Live: r.Live,
		Connected: r.Connected, DebitOnly: r.DebitOnly, CreatedAt: r.CreatedAt.Time, ClosedAt: r.ClosedAt.Time},
		SealedKey: r.Key, MissedTo: r.MissedTo.Time, SweptTo: r.SweptTo.Time, SweepAt: r.SweepAt.Time}
	for _, m := range strings.Fields(r.Methods) {
		a.Methods = append(a.Methods, debt.Method(m))
	}
	return a
}

func methods(list []debt.Method) string {
	words := make([]string, len(list))
	for i, m := range list {
		words[i] = string(m)
	}
	return strings.Join(words, " ")
}

const (
	addAccountSQL = `INSERT INTO provider_accounts (` + accountColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, $11, $11, NULL)`
	addLookupSQL  = `INSERT INTO provider_lookups (provider, external_id, owner_id, account_id) VALUES ($1, $2, $3, $4)`

	accountSQL  = `SELECT ` + accountColumns + ` FROM provider_accounts WHERE creditor_id = $1 AND id = $2`
	accountsSQL = `SELECT ` + accountColumns + ` FROM provider_accounts WHERE creditor_id = $1 AND provider <> 'bank' ORDER BY id`
	openSQL     = `SELECT ` + accountColumns + ` FROM provider_accounts WHERE creditor_id = $1 AND provider <> 'bank' AND closed_at IS NULL`
	bankSQL     = `SELECT ` + accountColumns + ` FROM provider_accounts WHERE creditor_id = $1 AND provider = 'bank' ORDER BY id`

	closeAccountSQL = `UPDATE provider_accounts SET closed_at = $3 WHERE creditor_id = $1 AND id = $2 AND closed_at IS NULL`
	changeSQL       = `UPDATE provider_accounts SET key = $3, methods = $4, debit_only = $5 WHERE creditor_id = $1 AND id = $2`
	lookupSQL       = `SELECT owner_id, account_id FROM provider_lookups WHERE provider = $1 AND external_id = $2`
)

// AddAccount opens a creditor's account. Conflict "provider_account_taken": the creditor has
// an open one at a provider, or somebody has this one.
func AddAccount(t *store.Tx, a Account) error {
	_, err := t.Exec(addAccountSQL, t.Creditor(), a.ID, a.Provider, a.External, a.Live, a.Connected, a.SealedKey, methods(a.Methods),
		a.DebitOnly, column.At(a.CreatedAt), column.At(a.CreatedAt))
	if err == nil {
		_, err = t.Exec(addLookupSQL, a.Provider, a.External, t.Creditor(), a.ID)
	}
	return store.Taken(err, "provider_account_taken")
}

// LoadAccount reads an account, or NotFound "provider_account_unknown".
func LoadAccount(r *store.Reader, id debt.ID) (Account, error) {
	var row accountRow
	if err := r.Get(&row, accountSQL, r.Creditor(), id); err != nil {
		return Account{}, store.Missing(err, "provider_account_unknown")
	}
	return row.account(), nil
}

// OpenAccount reads the account new payments go through, or NotFound
// "provider_account_unknown" for a creditor without one.
func OpenAccount(r *store.Reader) (Account, error) {
	var row accountRow
	if err := r.Get(&row, openSQL, r.Creditor()); err != nil {
		return Account{}, store.Missing(err, "provider_account_unknown")
	}
	return row.account(), nil
}

// Accounts lists a creditor's accounts at providers, the oldest first, closed ones too.
func Accounts(r *store.Reader) ([]Account, error) { return accounts(r, accountsSQL) }

// BankAccounts lists a creditor's accounts at banks, whose money is known from statements.
func BankAccounts(r *store.Reader) ([]Account, error) { return accounts(r, bankSQL) }

func accounts(r *store.Reader, query string) ([]Account, error) {
	var rows []accountRow
	if err := r.List(&rows, query, r.Creditor()); err != nil {
		return nil, err
	}
	list := make([]Account, len(rows))
	for i, row := range rows {
		list[i] = row.account()
	}
	return list, nil
}

// ChangeAccount keeps another key, methods or rule.
func ChangeAccount(t *store.Tx, a Account) error {
	_, err := t.Exec(changeSQL, t.Creditor(), a.ID, a.SealedKey, methods(a.Methods), a.DebitOnly)
	return err
}

// CloseAccount ends new payments through an account.
func CloseAccount(t *store.Tx, id debt.ID, now time.Time) error {
	_, err := t.Exec(closeAccountSQL, t.Creditor(), id, column.At(now))
	return err
}

// Owner tells whose account it is: a creditor and the account's row. NotFound
// "provider_account_unknown" for one nobody here has. The reader needs no creditor.
func Owner(r *store.Reader, provider, external string) (creditor, account debt.ID, err error) {
	var row struct {
		Owner   debt.ID `db:"owner_id"`
		Account debt.ID `db:"account_id"`
	}
	err = r.Get(&row, lookupSQL, provider, external)
	return row.Owner, row.Account, store.Missing(err, "provider_account_unknown")
}

const (
	leaseSweepSQL = `UPDATE provider_accounts SET sweep_at = $3
		WHERE creditor_id = $1 AND id = $2 AND (sweep_at IS NULL OR sweep_at <= $4) RETURNING ` + accountColumns
	advanceSQL = `UPDATE provider_accounts SET missed_to = $3, swept_to = $4 WHERE creditor_id = $1 AND id = $2`
)

// LeaseSweep takes the next look through an account, unless it is not due or another process
// has it; next is when it is due again.
func LeaseSweep(t *store.Tx, id debt.ID, now, next time.Time) (Account, bool, error) {
	var rows []accountRow
	err := t.List(&rows, leaseSweepSQL, t.Creditor(), id, column.At(next), column.At(now))
	if err != nil || len(rows) == 0 {
		return Account{}, false, err
	}
	return rows[0].account(), true, nil
}

// Advance keeps how far an account has been looked through.
func Advance(t *store.Tx, a Account) error {
	_, err := t.Exec(advanceSQL, t.Creditor(), a.ID, column.At(a.MissedTo), column.At(a.SweptTo))
	return err
}
