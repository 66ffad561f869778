package store

import (
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store/edge"
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
	debtors, cases := make([]debtorRow, len(files)), make([]caseRow, len(files))
	claims, costs := []claimRow{}, []costRow{}
	bookings := make([]Booking, len(files))
	for i, f := range files {
		debtors[i], cases[i] = newDebtorRow(f.Debtor), f.File.row()
		for _, c := range f.File.Account.Claims {
			claims = append(claims, newClaimRow(c))
		}
		for _, c := range f.File.Account.Costs {
			costs = append(costs, newCostRow(c))
		}
		bookings[i] = Booking{File: f.File, Entries: f.Entries, Events: f.Events}
	}
	if err := edge.Rows([]any{debtors, cases, claims, costs}); err != nil {
		return err
	}
	err := func() error {
		if !t.store.portable {
			_, err := t.exec(addFiles.postgres, t.creditor, jsonText(debtors), jsonText(cases), jsonText(claims), jsonText(costs))
			return err
		}
		if err := eachRow(debtors, t.addDebtor); err != nil {
			return err
		}
		if err := eachRow(cases, t.addCase); err != nil {
			return err
		}
		if err := eachRow(claims, t.addClaim); err != nil {
			return err
		}
		return eachRow(costs, t.addCost)
	}()
	if err != nil {
		return taken(err, "reference_taken")
	}
	return t.Book(bookings...)
}

// AddCost stores a cost of a locked case; its entry goes through Book.
func (t *Tx) AddCost(b ledger.CostBalance) error { return t.addCost(newCostRow(b)) }

// AddClaim stores a further claim of a locked case; its entry goes through Book.
func (t *Tx) AddClaim(b ledger.ClaimBalance) error { return t.addClaim(newClaimRow(b)) }
