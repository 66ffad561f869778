package cases

import (
	"context"
	"errors"
	"io"

	"quitt/store"
	"quitt/store/intake"
)

// ImportSome takes in the next rows of a sheet, at most so many, within a transaction of the
// caller, who keeps the sheet's Place in the same transaction: so a long import can rest and go
// on, also in another process, and takes in every row once. Faulty rows are reported and left
// out. done says that the sheet has ended.
func (d Desk) ImportSome(t *store.Tx, sheet *Sheet, most int) (report ImportReport, done bool, err error) {
	run := &importRun{reader: &t.Reader, tx: t, options: ImportOptions{Creditor: sheet.creditor, Partial: true}, stamp: d.stamp()}
	for range most {
		row, err := sheet.Next()
		if errors.Is(err, io.EOF) {
			done = true
			break
		}
		if err != nil {
			return ImportReport{}, false, err
		}
		if err := run.take(row); err != nil {
			return ImportReport{}, false, err
		}
	}
	err = run.flush()
	run.report.Stored = err == nil && run.report.New > 0
	return run.report, done, err
}

// Try says what importing a whole sheet would do, without writing and so without keeping
// anybody waiting. It remembers every reference of the sheet: Import with DryRun is for files
// that are too long for that.
func (d Desk) Try(ctx context.Context, sheet *Sheet) (report ImportReport, err error) {
	err = d.Store.Read(ctx, sheet.creditor.ID, func(r *store.Reader) error {
		if err := sheet.Rewind(); err != nil {
			return err
		}
		run := &importRun{reader: r, seen: map[string]string{}}
		err := run.all(sheet)
		report = run.report
		return err
	})
	return report, err
}

// HandOver takes in one row, and says what became of it and under which file reference: New, or
// Unchanged if it was handed over before. With problems, or as a dry run, nothing is stored.
func (d Desk) HandOver(ctx context.Context, row Row, o ImportOptions) (report ImportReport, fileReference string, err error) {
	stamp := d.stamp()
	err = d.Store.Write(ctx, o.Creditor.ID, func(t *store.Tx) error {
		run := &importRun{reader: &t.Reader, tx: t, options: o, stamp: stamp}
		defer func() { report = run.report }()
		if err := run.take(row); err != nil {
			return err
		}
		if err := run.flush(); err != nil {
			return err
		}
		if o.DryRun || run.report.Faulty > 0 {
			return errRollback
		}
		var err error
		fileReference, err = intake.CaseReference(&t.Reader, row.Handover.Reference)
		return err
	})
	if errors.Is(err, errRollback) {
		return report, "", nil
	}
	report.Stored = err == nil && report.New > 0
	return report, fileReference, err
}
