package statements

import (
	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
)

// Candidate is what matching has to know of a case that money may be for.
type Candidate struct {
	ID                debt.ID     `db:"id"`
	FileReference     string      `db:"file_reference"`
	CreditorReference string      `db:"creditor_reference"`
	Review            debt.Review `db:"review"`
	Principal         debt.Cents  `db:"principal_cents"`
	Interest          debt.Cents  `db:"interest_cents"`
	Costs             debt.Cents  `db:"costs_cents"`
	Mark              string      `db:"who_mark"` // the same for the same person
}

// Open is what is owed by the case row, interest only as far as it is booked.
func (c Candidate) Open() debt.Cents { return c.Principal + c.Interest + c.Costs }

const candidateSQL = `SELECT c.id, c.file_reference, c.creditor_reference, c.review, c.principal_cents, c.interest_cents, c.costs_cents, d.who_mark
	FROM cases c JOIN debtors d ON d.creditor_id = c.creditor_id AND d.id = c.debtor_id WHERE c.creditor_id = $1 AND `

const (
	candidatesSQL = candidateSQL + `c.id IN (`
	alikeSQL      = candidateSQL + `d.who_mark <> '' AND d.who_mark IN (`
)

// candidatesAtOnce bounds the cases of one statement.
const candidatesAtOnce = 256

// Candidates reads cases.
func Candidates(r *store.Reader, ids []debt.ID) (map[debt.ID]Candidate, error) {
	found := make(map[debt.ID]Candidate, len(ids))
	for len(ids) > 0 {
		n := min(len(ids), candidatesAtOnce)
		var rows []Candidate
		query, args := bulk.In(candidatesSQL, r.Creditor(), ids[:n])
		if err := r.List(&rows, query, args...); err != nil {
			return nil, err
		}
		for _, c := range rows {
			found[c.ID] = c
		}
		ids = ids[n:]
	}
	return found, nil
}

// SamePeople reads all cases about the people that marks stand for.
func SamePeople(r *store.Reader, marks []string) (list []Candidate, err error) {
	for len(marks) > 0 {
		n := min(len(marks), candidatesAtOnce)
		var rows []Candidate
		query, args := bulk.In(alikeSQL, r.Creditor(), marks[:n])
		if err := r.List(&rows, query, args...); err != nil {
			return nil, err
		}
		list, marks = append(list, rows...), marks[n:]
	}
	return list, nil
}
