package store

import (
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store/edge"
	"quitt/store/person"
)

// NewFile is what an intake adds: a case that does not exist yet, with its debtor.
type NewFile struct {
	File    *File // case, account with the opened claims and costs, content hash
	Debtor  debt.Debtor
	Entries []ledger.Entry
	Events  []debt.Event
}

// AddFiles stores new cases, two round trips for all of them on PostgreSQL. A reference
// in use is Conflict "reference_taken"; the transaction is lost then.
func (t *Tx) AddFiles(files []NewFile) error {
	entries := newBatch()
	for _, f := range files {
		if err := entries.add(Booking{File: f.File, Entries: f.Entries, Events: f.Events}); err != nil {
			return err
		}
	}
	debtors, keys, cases := make([]person.Row, len(files)), make([]person.KeyRow, len(files)), make([]caseRow, len(files))
	claims, costs := []claimRow{}, []costRow{}
	for i, f := range files {
		err := edge.Text(f.Debtor) // before it is sealed
		if err != nil {
			return err
		}
		if debtors[i], keys[i], err = t.store.safe.NewRow(t.creditor, f.Debtor); err != nil {
			return err
		}
		cases[i] = f.File.row()
		for _, c := range f.File.Account.Claims {
			claims = append(claims, newClaimRow(c))
		}
		for _, c := range f.File.Account.Costs {
			costs = append(costs, newCostRow(c))
		}
	}
	if err := edge.Rows([]any{debtors, keys, cases, claims, costs}); err != nil {
		return err
	}
	if !t.store.portable {
		_, err := t.Exec(addFiles.postgres, t.creditor, jsonText(debtors), jsonText(cases), jsonText(claims), jsonText(costs), jsonText(keys))
		if err != nil {
			return Taken(err, "reference_taken")
		}
		return t.append(entries)
	}
	for _, write := range []func() error{
		func() error { return eachRow(debtors, t.addDebtor) },
		func() error { return eachRow(keys, t.addKey) },
		func() error { return eachRow(cases, t.addCase) },
		func() error { return eachRow(claims, t.addClaim) },
		func() error { return eachRow(costs, t.addCost) },
		func() error { return t.append(entries) },
	} {
		if err := write(); err != nil {
			return Taken(err, "reference_taken")
		}
	}
	return nil
}

// AddCost stores a cost of a locked case; its entry goes through Book.
func (t *Tx) AddCost(b ledger.CostBalance) error { return t.addCost(newCostRow(b)) }
