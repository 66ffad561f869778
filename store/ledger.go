package store

import (
	"cmp"
	"errors"
	"slices"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store/bulk"
	"quitt/store/column"
	"quitt/store/edge"
)

type entryRow struct {
	ID         debt.ID          `db:"id" json:"id"`
	CaseID     column.Optional  `db:"case_id" json:"case_id"`
	PaymentID  column.Optional  `db:"payment_id" json:"payment_id"`
	Corrects   column.Optional  `db:"corrects" json:"corrects"`
	Kind       ledger.EntryKind `db:"kind" json:"kind"`
	Source     string           `db:"source" json:"source"`
	ExternalID string           `db:"external_id" json:"external_id"`
	ValueOn    column.Day       `db:"value_on" json:"value_on"`
	BookedAt   column.Instant   `db:"booked_at" json:"booked_at"`
}

const entryColumns = `id, case_id, payment_id, corrects, kind, source, external_id, value_on, booked_at`

func (r entryRow) entry() ledger.Entry {
	return ledger.Entry{ID: r.ID, CaseID: debt.ID(r.CaseID), PaymentID: debt.ID(r.PaymentID), Corrects: debt.ID(r.Corrects),
		Kind: r.Kind, Source: r.Source, ExternalID: r.ExternalID, ValueOn: r.ValueOn.Date, BookedAt: r.BookedAt.Time}
}

type postingRow struct {
	EntryID     debt.ID          `db:"entry_id" json:"entry_id"`
	Line        int64            `db:"line" json:"line"`
	Account     debt.AccountKind `db:"account" json:"account"`
	SubjectID   column.Optional  `db:"subject_id" json:"subject_id"`
	Provider    string           `db:"provider" json:"provider"`
	AmountCents debt.Cents       `db:"amount_cents" json:"amount_cents"`
	FromOn      column.Day       `db:"from_on" json:"from_on"`
	ToOn        column.Day       `db:"to_on" json:"to_on"`
}

const postingColumns = `entry_id, line, account, subject_id, provider, amount_cents, from_on, to_on`

func (r postingRow) posting() ledger.Posting {
	return ledger.Posting{Account: r.Account, Line: debt.ID(r.SubjectID), Provider: r.Provider, Amount: r.AmountCents,
		From: r.FromOn.Date, To: r.ToOn.Date}
}

func newEntryRows(e ledger.Entry) (entryRow, []postingRow) {
	row := entryRow{e.ID, column.Optional(e.CaseID), column.Optional(e.PaymentID), column.Optional(e.Corrects), e.Kind, e.Source, e.ExternalID,
		column.On(e.ValueOn), column.At(e.BookedAt)}
	lines := make([]postingRow, len(e.Postings))
	for i, p := range e.Postings {
		lines[i] = postingRow{e.ID, int64(i + 1), p.Account, column.Optional(p.Line), p.Provider, p.Amount, column.On(p.From), column.On(p.To)}
	}
	return row, lines
}

// Booking is what one use case adds to one locked case. File carries the case and the
// account as they are afterwards.
type Booking struct {
	File     *File
	Payments []debt.Payment
	Entries  []ledger.Entry
	Events   []debt.Event // ID, At and Actor set; the store numbers them
}

var errUnbalanced = errors.New("store: an entry does not sum to zero")

// Book appends the bookings and saves the balances after them, all with one round trip on
// PostgreSQL. A fact that was booked before is Conflict "booked_already"; the transaction
// is lost then.
func (t *Tx) Book(bookings ...Booking) error {
	b := newBatch()
	for _, k := range bookings {
		if err := b.add(k); err != nil {
			return err
		}
		b.update(k)
	}
	if err := t.append(b); err != nil {
		return Taken(err, "booked_already")
	}
	for _, k := range bookings {
		k.File.Case.Version++
	}
	return nil
}

// BookApart appends entries of no case: a provider's payouts, money nobody can place yet.
func (t *Tx) BookApart(entries ...ledger.Entry) error {
	var rows []entryRow
	var postings []postingRow
	for _, e := range entries {
		if !e.Balanced() || e.CaseID != "" {
			return errUnbalanced
		}
		row, lines := newEntryRows(e)
		rows, postings = append(rows, row), append(postings, lines...)
	}
	return Taken(t.addEntries(rows, postings), "booked_already")
}

// append writes a batch in the form of the engine.
func (t *Tx) append(b batch) error {
	if err := edge.Rows(b); err != nil {
		return err
	}
	if len(b.Events) > 0 {
		t.News()
	}
	if t.store.portable {
		return t.bookEach(b)
	}
	n, err := t.Exec(book.postgres, t.creditor, jsonText(b.Payments), jsonText(b.Entries), jsonText(b.Postings),
		jsonText(b.Events), jsonText(b.Claims), jsonText(b.Costs), jsonText(b.Cases),
		uuids(b.Claims, func(r claimRow) debt.ID { return r.ID }),
		uuids(b.Costs, func(r costRow) debt.ID { return r.ID }),
		uuids(b.Cases, func(r caseRow) debt.ID { return r.ID }))
	return changedAll(n, len(b.Cases), err)
}

// batch is the rows of several bookings. Empty slices must marshal as [], not null.
type batch struct {
	Payments []paymentRow
	Entries  []entryRow
	Postings []postingRow
	Events   []eventRow
	Claims   []claimRow
	Costs    []costRow
	Cases    []caseRow
}

func newBatch() batch {
	return batch{[]paymentRow{}, []entryRow{}, []postingRow{}, []eventRow{}, []claimRow{}, []costRow{}, []caseRow{}}
}

// add puts what one booking appends into the batch and numbers its events.
func (b *batch) add(k Booking) error {
	for _, p := range k.Payments {
		if err := edge.Text(p.Designation); err != nil {
			return err
		}
		b.Payments = append(b.Payments, newPaymentRow(p))
	}
	for _, e := range k.Entries {
		if !e.Balanced() {
			return errUnbalanced
		}
		row, lines := newEntryRows(e)
		b.Entries = append(b.Entries, row)
		b.Postings = append(b.Postings, lines...)
	}
	for _, e := range k.Events {
		if err := edge.Text(e.Data); err != nil {
			return err
		}
		k.File.events++
		e.CaseID, e.Seq = k.File.Case.ID, k.File.events
		b.Events = append(b.Events, newEventRow(e))
	}
	return nil
}

// update adds the balances a booking leaves: of its case and of the lines it touched.
func (b *batch) update(k Booking) {
	touched := map[debt.ID]bool{}
	for _, e := range k.Entries {
		for _, p := range e.Postings {
			touched[p.Line] = true
		}
	}
	for _, c := range k.File.Account.Claims {
		if touched[c.ID] {
			b.Claims = append(b.Claims, newClaimRow(c))
		}
	}
	for _, c := range k.File.Account.Costs {
		if touched[c.ID] {
			b.Costs = append(b.Costs, newCostRow(c))
		}
	}
	b.Cases = append(b.Cases, k.File.row())
}

// bookEach is the portable form of book: what is appended in a few statements, what changes
// row by row.
func (t *Tx) bookEach(b batch) error {
	steps := []func() error{
		func() error { return eachRow(b.Payments, t.addPayment) },
		func() error { return t.addEntries(b.Entries, b.Postings) },
		func() error { return t.addEvents(b.Events) },
		func() error { return eachRow(b.Claims, t.updateClaim) },
		func() error { return eachRow(b.Costs, t.updateCost) },
		func() error { return eachRow(b.Cases, t.updateCase) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func eachRow[T any](rows []T, do func(T) error) error {
	for _, r := range rows {
		if err := do(r); err != nil {
			return err
		}
	}
	return nil
}

// insertAll appends rows, as many at once as one statement takes.
func insertAll[T any](t *Tx, head string, rows []T, values func(T) []any) error {
	for len(rows) > 0 {
		n := bulk.Portion(len(rows), savedAtOnce)
		var args []any
		for _, r := range rows[:n] {
			args = append(args, values(r)...)
		}
		if _, err := t.Exec(head+bulk.Tuples(n, len(args)/n), args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

const (
	addEntriesSQL  = `INSERT INTO entries (creditor_id, ` + entryColumns + `) VALUES `
	addPostingsSQL = `INSERT INTO postings (creditor_id, ` + postingColumns + `) VALUES `
)

func (t *Tx) addEntries(entries []entryRow, lines []postingRow) error {
	err := insertAll(t, addEntriesSQL, entries, func(r entryRow) []any {
		return []any{t.creditor, r.ID, r.CaseID, r.PaymentID, r.Corrects, r.Kind, r.Source, r.ExternalID, r.ValueOn, r.BookedAt}
	})
	if err != nil {
		return err
	}
	return insertAll(t, addPostingsSQL, lines, func(r postingRow) []any {
		return []any{t.creditor, r.EntryID, r.Line, r.Account, r.SubjectID, r.Provider, r.AmountCents, r.FromOn, r.ToOn}
	})
}

func (t *Tx) updateClaim(r claimRow) error {
	n, err := t.Exec(updateClaimSQL, t.creditor, r.ID, r.OpenCents, r.OpenInterest, r.AccruedTo)
	return changedAll(n, 1, err)
}

func (t *Tx) updateCost(r costRow) error {
	n, err := t.Exec(updateCostSQL, t.creditor, r.ID, r.OpenCents)
	return changedAll(n, 1, err)
}

const (
	entriesByCaseSQL = `SELECT ` + entryColumns + ` FROM entries WHERE creditor_id = $1 AND case_id = $2`

	postingsByCaseSQL = `
		SELECT p.entry_id, p.line, p.account, p.subject_id, p.provider, p.amount_cents, p.from_on, p.to_on
		  FROM entries e JOIN postings p ON p.creditor_id = e.creditor_id AND p.entry_id = e.id
		 WHERE e.creditor_id = $1 AND e.case_id = $2`
)

// LoadHistory reads everything booked on a case.
func (r *Reader) LoadHistory(f *File) (ledger.History, error) {
	h := ledger.History{CaseID: f.Case.ID, Settings: f.Account.Settings, Rests: f.Account.Rests}
	for _, c := range f.Account.Claims {
		h.Claims = append(h.Claims, c.Claim)
	}
	for _, c := range f.Account.Costs {
		h.Costs = append(h.Costs, c.Cost)
	}
	var err error
	if h.Payments, err = r.Payments(f.Case.ID); err != nil {
		return h, err
	}
	var rows []entryRow
	if err := r.List(&rows, entriesByCaseSQL, r.creditor, f.Case.ID); err != nil {
		return h, err
	}
	var lines []postingRow
	if err := r.List(&lines, postingsByCaseSQL, r.creditor, f.Case.ID); err != nil {
		return h, err
	}
	h.Entries = assemble(rows, lines)
	return h, nil
}

// assemble puts entries in booking order, which their ids carry, with their lines.
func assemble(rows []entryRow, lines []postingRow) []ledger.Entry {
	slices.SortFunc(rows, func(x, y entryRow) int {
		return cmp.Or(x.BookedAt.Compare(y.BookedAt.Time), cmp.Compare(x.ID, y.ID))
	})
	slices.SortFunc(lines, func(x, y postingRow) int {
		return cmp.Or(cmp.Compare(x.EntryID, y.EntryID), cmp.Compare(x.Line, y.Line))
	})
	entries := make([]ledger.Entry, len(rows))
	for i, r := range rows {
		entries[i] = r.entry()
		at, _ := slices.BinarySearchFunc(lines, r.ID, func(l postingRow, id debt.ID) int { return cmp.Compare(l.EntryID, id) })
		for ; at < len(lines) && lines[at].EntryID == r.ID; at++ {
			entries[i].Postings = append(entries[i].Postings, lines[at].posting())
		}
	}
	return entries
}
