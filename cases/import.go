package cases

import (
	"context"
	"errors"
	"fmt"
	"io"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store"
	"quitt/store/search"
)

// ImportOptions say how a hand-over file is taken in.
type ImportOptions struct {
	Creditor debt.Creditor
	DryRun   bool     // report everything, store nothing
	Partial  bool     // store the good rows although others have problems
	Mapping  *Mapping // of a file whose columns have names of its own; nil for one of ours
}

// ImportReport says what an import did, or with DryRun would do.
type ImportReport struct {
	Rows      int // rows with content
	New       int
	Unchanged int // handed over before with the same content
	Faulty    int // rows with a problem
	Stored    bool
	Problems  []Problem
	// More counts the problems beyond the first MaxProblems, which are not kept.
	More int
}

// MaxProblems bounds the report of a file that is wrong on every line.
const MaxProblems = 10_000

const importChunk = 250 // rows per round trip

var errRollback = errors.New("cases: nothing is to be stored")

// Import takes in a hand-over file: all rows in one transaction, so that whatever happens
// nothing is half stored. Unless Partial is set one faulty row stops the whole file. A
// row whose reference is known with the same content changes nothing; with other content
// it is a problem. The file is read twice: once to learn how it is written, once to
// import, in constant memory.
func (d Desk) Import(ctx context.Context, file io.ReadSeeker, o ImportOptions) (ImportReport, error) {
	stamp := d.stamp()
	sheet, err := (&Sheet{in: file, creditor: o.Creditor, today: debt.DateIn(stamp.At, debt.Berlin), mapping: o.Mapping}).open()
	if err != nil {
		return ImportReport{}, err
	}
	var run *importRun
	err = d.Store.Write(ctx, o.Creditor.ID, func(t *store.Tx) error {
		if err := sheet.Rewind(); err != nil {
			return err
		}
		run = &importRun{tx: t, options: o, stamp: stamp}
		if err := run.all(sheet); err != nil {
			return err
		}
		if o.DryRun || run.report.Faulty > 0 && !o.Partial {
			return errRollback
		}
		return nil
	})
	if run == nil {
		return ImportReport{}, err
	}
	if errors.Is(err, errRollback) {
		return run.report, nil
	}
	run.report.Stored = err == nil && run.report.New > 0
	return run.report, err
}

// importRun is one attempt to import a file inside one transaction.
type importRun struct {
	tx      *store.Tx
	options ImportOptions
	stamp   ledger.Stamp
	report  ImportReport
	chunk   []Row
}

func (r *importRun) all(sheet *Sheet) error {
	for {
		row, err := sheet.Next()
		if errors.Is(err, io.EOF) {
			return r.flush()
		}
		if err != nil {
			return err
		}
		if err := r.take(row); err != nil {
			return err
		}
	}
}

// take counts a row and puts it into the chunk, unless it has problems or is there already.
func (r *importRun) take(row Row) error {
	r.report.Rows++
	switch {
	case len(row.Problems) > 0:
		r.problems(row.Problems...)
		return nil
	case r.known(row, r.inChunk(row)):
		return nil
	}
	if r.chunk = append(r.chunk, row); len(r.chunk) == importChunk {
		return r.flush()
	}
	return nil
}

// inChunk gives the hash of an earlier row of the chunk with the same reference, or "".
func (r *importRun) inChunk(row Row) string {
	for _, other := range r.chunk {
		if other.Handover.Reference == row.Handover.Reference {
			return other.Handover.Hash()
		}
	}
	return ""
}

// known reports a row whose reference exists already: unchanged or in conflict.
func (r *importRun) known(row Row, hash string) bool {
	switch hash {
	case "":
		return false
	case row.Handover.Hash():
		r.report.Unchanged++
	default:
		r.problems(Problem{Row: row.Number, Column: "reference", Value: row.Handover.Reference,
			Err: debt.E(debt.Conflict, "reference_other_content", nil)})
	}
	return true
}

func (r *importRun) problems(list ...Problem) {
	r.report.Faulty++
	room := min(MaxProblems-len(r.report.Problems), len(list))
	r.report.Problems = append(r.report.Problems, list[:room]...)
	r.report.More += len(list) - room
}

// flush stores the chunk: what is new gets a file reference and its opening entries.
func (r *importRun) flush() error {
	if len(r.chunk) == 0 {
		return nil
	}
	references := make([]string, len(r.chunk))
	for i, row := range r.chunk {
		references[i] = row.Handover.Reference
	}
	known, err := r.tx.HandedOver(references)
	if err != nil {
		return err
	}
	var fresh []Handover
	for _, row := range r.chunk {
		if !r.known(row, known[row.Handover.Reference]) {
			fresh = append(fresh, row.Handover)
		}
	}
	r.chunk = r.chunk[:0]
	first := r.report.New == 0
	r.report.New += len(fresh)
	if _, err = Keep(r.tx, r.options.Creditor, fresh, r.stamp); err != nil || !first {
		return err
	}
	return r.tx.Learn()
}

// Keep stores new cases and gives them in the order of the hand-overs, for use cases that
// take in more than one.
func Keep(t *store.Tx, creditor debt.Creditor, handovers []Handover, s ledger.Stamp) ([]debt.Case, error) {
	if len(handovers) == 0 {
		return nil, nil
	}
	year := debt.DateIn(s.At, debt.Berlin).Year()
	first, err := t.Take(fmt.Sprintf("file-%d", year), len(handovers))
	if err != nil {
		return nil, err
	}
	files, opened := make([]store.NewFile, len(handovers)), make([]debt.Case, len(handovers))
	for i, h := range handovers {
		reference := fmt.Sprintf("%d-%06d", year, first+int64(i))
		if files[i], err = h.newFile(creditor, reference, s); err != nil {
			return nil, err
		}
		opened[i] = files[i].File.Case
	}
	if err := t.AddFiles(files); err != nil {
		return nil, err
	}
	findable := make([]search.Subject, len(files))
	for i, f := range files {
		findable[i] = search.NewSubject(f)
	}
	return opened, search.Add(t, findable...)
}

// Open takes in a single hand-over. A reference that is known is Conflict
// "reference_taken".
func (d Desk) Open(ctx context.Context, creditor debt.Creditor, h Handover) (debt.ID, error) {
	if err := h.Validate(); err != nil {
		return "", err
	}
	stamp := d.stamp()
	var opened []debt.Case
	err := d.Store.Write(ctx, creditor.ID, func(t *store.Tx) (err error) {
		opened, err = Keep(t, creditor, []Handover{h}, stamp)
		return err
	})
	if err != nil {
		return "", err
	}
	return opened[0].ID, nil
}
