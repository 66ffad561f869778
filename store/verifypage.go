package store

import (
	"cmp"

	"quitt/debt"
	"quitt/debt/ledger"
)

// verifyRows is one page of cases with everything that hangs on them.
type verifyRows struct {
	files    []*File
	payments map[debt.ID][]debt.Payment
	entries  map[debt.ID][]ledger.Entry
	events   map[debt.ID]eventSpan
}

// eventSpan is how many events a case has and their first and last number.
type eventSpan struct {
	CaseID debt.ID `db:"case_id"`
	Count  int64   `db:"n"`
	First  int64   `db:"first"`
	Last   int64   `db:"last"`
}

const (
	pageCasesSQL = `SELECT ` + fileColumns + ` FROM cases WHERE creditor_id = $1 AND id > $2 ORDER BY id LIMIT $3`

	pagePaymentsSQL = `SELECT ` + paymentColumns + ` FROM payments WHERE creditor_id = $1 AND case_id >= $2 AND case_id <= $3 ORDER BY booked_at, id`
	pageEntriesSQL  = `SELECT ` + entryColumns + ` FROM entries WHERE creditor_id = $1 AND case_id >= $2 AND case_id <= $3`
	pagePostingsSQL = `
		SELECT p.entry_id, p.line, p.account, p.subject_id, p.provider, p.amount_cents, p.from_on, p.to_on
		  FROM entries e JOIN postings p ON p.creditor_id = e.creditor_id AND p.entry_id = e.id
		 WHERE e.creditor_id = $1 AND e.case_id >= $2 AND e.case_id <= $3`
	pageEventsSQL = `
		SELECT case_id, CAST(COUNT(*) AS BIGINT) AS n, MIN(seq) AS first, MAX(seq) AS last
		  FROM events WHERE creditor_id = $1 AND case_id >= $2 AND case_id <= $3 GROUP BY case_id`
)

// firstID sorts before every UUID.
const firstID debt.ID = "00000000-0000-0000-0000-000000000000"

func (r *Reader) verifyPage(after debt.ID) (verifyRows, error) {
	page := verifyRows{payments: map[debt.ID][]debt.Payment{}, entries: map[debt.ID][]ledger.Entry{}, events: map[debt.ID]eventSpan{}}
	var cases []fileRow
	if err := r.List(&cases, pageCasesSQL, r.creditor, cmp.Or(after, firstID), verifyPage); err != nil || len(cases) == 0 {
		return page, err
	}
	for _, row := range cases {
		f, err := row.file(r.creditor)
		if err != nil {
			return page, err
		}
		page.files = append(page.files, f)
	}
	span := []any{r.creditor, cases[0].ID, cases[len(cases)-1].ID}
	if err := r.loadAccounts(page.files); err != nil {
		return page, err
	}
	return page, r.pageHistory(page, span)
}

func (r *Reader) pageHistory(page verifyRows, span []any) error {
	var paid []paymentRow
	if err := r.List(&paid, pagePaymentsSQL, span...); err != nil {
		return err
	}
	list, err := payments(paid)
	if err != nil {
		return err
	}
	for _, p := range list {
		page.payments[p.CaseID] = append(page.payments[p.CaseID], p)
	}
	var rows []entryRow
	if err := r.List(&rows, pageEntriesSQL, span...); err != nil {
		return err
	}
	var lines []postingRow
	if err := r.List(&lines, pagePostingsSQL, span...); err != nil {
		return err
	}
	for _, e := range assemble(rows, lines) {
		page.entries[e.CaseID] = append(page.entries[e.CaseID], e)
	}
	var spans []eventSpan
	if err := r.List(&spans, pageEventsSQL, span...); err != nil {
		return err
	}
	for _, s := range spans {
		page.events[s.CaseID] = s
	}
	return nil
}
