// Package journal reads the ledger in the order of the days of its entries, as those who keep a
// creditor's own books need it.
package journal

import (
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store"
	"quitt/store/column"
)

// Entry is one that moved money. File is the reference of its case, "" without; Source and
// ExternalID are its business key.
type Entry struct {
	ID                 debt.ID
	Kind               ledger.EntryKind
	On                 debt.Date
	File               string
	Source, ExternalID string
	Postings           []ledger.Posting
}

type row struct {
	ID         debt.ID          `db:"id"`
	Kind       ledger.EntryKind `db:"kind"`
	On         column.Day       `db:"value_on"`
	File       string           `db:"file_reference"`
	Source     string           `db:"source"`
	ExternalID string           `db:"external_id"`
	Account    debt.AccountKind `db:"account"`
	Provider   string           `db:"provider"`
	Amount     debt.Cents       `db:"amount_cents"`
}

// What touches no account of a provider moved no money: claims, costs, interest, waivers, and what
// was paid to the creditor himself.
const moneySQL = `
	SELECT e.id, e.kind, e.value_on, COALESCE(c.file_reference, '') AS file_reference, e.source, e.external_id,
	       p.account, p.provider, p.amount_cents
	  FROM (SELECT id, case_id, kind, source, external_id, value_on FROM entries n
	         WHERE n.creditor_id = $1 AND n.value_on <= $3 AND (n.value_on > $2 OR n.value_on = $2 AND n.id > $4)
	           AND EXISTS (SELECT 1 FROM postings m WHERE m.creditor_id = n.creditor_id AND m.entry_id = n.id
	                          AND m.account IN ('clearing', 'fees', 'in_transit'))
	         ORDER BY value_on, id LIMIT $5) e
	  JOIN postings p ON p.creditor_id = $1 AND p.entry_id = e.id
	  LEFT JOIN cases c ON c.creditor_id = $1 AND c.id = e.case_id
	 ORDER BY e.value_on, e.id, p.line`

// first is before every id.
const first = debt.ID("00000000-0000-0000-0000-000000000000")

// Money gives up to most entries with value days up to one that moved money, after one of a day:
// "" begins with the day.
func Money(r *store.Reader, after Entry, to debt.Date, most int) ([]Entry, error) {
	if after.ID == "" {
		after.ID = first
	}
	var rows []row
	if err := r.List(&rows, moneySQL, r.Creditor(), column.On(after.On), column.On(to), after.ID, most); err != nil {
		return nil, err
	}
	var list []Entry
	for _, x := range rows {
		if n := len(list); n == 0 || list[n-1].ID != x.ID {
			list = append(list, Entry{ID: x.ID, Kind: x.Kind, On: x.On.Date, File: x.File, Source: x.Source, ExternalID: x.ExternalID})
		}
		e := &list[len(list)-1]
		e.Postings = append(e.Postings, ledger.Posting{Account: x.Account, Provider: x.Provider, Amount: x.Amount})
	}
	return list, nil
}
