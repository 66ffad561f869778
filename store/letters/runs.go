package letters

import (
	"database/sql"
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/store"
	"quitt/store/column"
)

// Way is how a run leaves the house.
type Way string

// The ways.
const (
	Print    Way = "print"    // one combined file and a list, for a print house
	Provider Way = "provider" // each letter by hybrid mail
)

// Run is one making and handing over of letters.
type Run struct {
	ID           debt.ID
	Kind         letter.Kind
	Way          Way
	Directory    string
	StartedAt    time.Time
	SealedAt     time.Time // zero until the combined file is complete
	FinishedAt   time.Time
	Letters      int
	PDFHash      string
	ManifestHash string
}

// Sealed reports whether the combined file was complete.
func (r Run) Sealed() bool { return !r.SealedAt.IsZero() }

type runRow struct {
	ID           debt.ID        `db:"id"`
	Kind         letter.Kind    `db:"kind"`
	Way          Way            `db:"way"`
	Directory    string         `db:"directory"`
	StartedAt    column.Instant `db:"started_at"`
	SealedAt     column.Instant `db:"sealed_at"`
	FinishedAt   column.Instant `db:"finished_at"`
	Letters      int            `db:"letters"`
	PDFHash      string         `db:"pdf_sha256"`
	ManifestHash string         `db:"manifest_sha256"`
}

const runColumns = `id, kind, way, directory, started_at, sealed_at, finished_at, letters, pdf_sha256, manifest_sha256`

const openRunSQL = `SELECT ` + runColumns + ` FROM letter_runs WHERE creditor_id = $1 AND kind = $2 AND finished_at IS NULL`

// OpenRun gives the run of a kind that is not finished; false if there is none.
func OpenRun(r *store.Reader, k letter.Kind) (Run, bool, error) {
	var found runRow
	err := r.Get(&found, openRunSQL, r.Creditor(), k)
	if errors.Is(err, sql.ErrNoRows) {
		return Run{}, false, nil
	}
	return found.run(), err == nil, err
}

func (r runRow) run() Run {
	return Run{r.ID, r.Kind, r.Way, r.Directory, r.StartedAt.Time, r.SealedAt.Time, r.FinishedAt.Time, r.Letters, r.PDFHash, r.ManifestHash}
}

const beginSQL = `
	INSERT INTO letter_runs (creditor_id, ` + runColumns + `) VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL, 0, '', '')`

// Begin stores a new run; Conflict "letters_busy" if one of the kind is open.
func Begin(t *store.Tx, r Run) error {
	_, err := t.Exec(beginSQL, t.Creditor(), r.ID, r.Kind, r.Way, r.Directory, column.At(r.StartedAt))
	return store.Taken(err, "letters_busy")
}

const (
	countSQL  = `UPDATE letter_runs SET letters = letters + 1 WHERE creditor_id = $1 AND id = $2 AND sealed_at IS NULL AND finished_at IS NULL`
	holdSQL   = `UPDATE letter_runs SET letters = letters WHERE creditor_id = $1 AND id = $2 AND sealed_at IS NULL AND finished_at IS NULL`
	sealSQL   = `UPDATE letter_runs SET sealed_at = $3, letters = $4, pdf_sha256 = $5, manifest_sha256 = $6 WHERE creditor_id = $1 AND id = $2 AND sealed_at IS NULL AND finished_at IS NULL`
	finishSQL = `UPDATE letter_runs SET finished_at = $3, letters = $4 WHERE creditor_id = $1 AND id = $2 AND finished_at IS NULL`
)

// Count adds a letter to a run that is still open; Conflict "letters_run_over" tells a
// process whose run another one has ended.
func Count(t *store.Tx, run debt.ID) error { return open(t.Exec(countSQL, t.Creditor(), run)) }

// Hold keeps a run from being sealed or ended before this transaction is; Conflict
// "letters_run_over" if it is sealed or ended already.
func Hold(t *store.Tx, run debt.ID) error { return open(t.Exec(holdSQL, t.Creditor(), run)) }

// Seal fixes the letters of a run: the files with these hashes are complete. Conflict
// "letters_run_over" too if another process has made letters void that are in the files.
func Seal(t *store.Tx, r Run) error {
	if err := open(t.Exec(sealSQL, t.Creditor(), r.ID, column.At(r.SealedAt), r.Letters, r.PDFHash, r.ManifestHash)); err != nil {
		return err
	}
	n, err := CountOf(&t.Reader, r.ID)
	if err == nil && n != r.Letters {
		err = debt.E(debt.Conflict, "letters_run_over", nil)
	}
	return err
}

// Finish ends a run; Conflict "changed_meanwhile" if a letter of it has neither left the house
// nor is void: it would never be written again.
func Finish(t *store.Tx, r Run) error {
	if err := open(t.Exec(finishSQL, t.Creditor(), r.ID, column.At(r.FinishedAt), r.Letters)); err != nil {
		return err
	}
	left := 0
	err := t.Get(&left, leftSQL, t.Creditor(), r.ID)
	if err == nil && left > 0 {
		err = debt.E(debt.Conflict, "changed_meanwhile", nil)
	}
	return err
}

func open(n int64, err error) error {
	if err == nil && n != 1 {
		return debt.E(debt.Conflict, "letters_run_over", nil)
	}
	return err
}

const leftSQL = `SELECT CAST(COUNT(*) AS BIGINT) FROM letters WHERE creditor_id = $1 AND run_id = $2 AND state IN ('created', 'sending')`

const countOfRunSQL = `SELECT CAST(COUNT(*) AS BIGINT) FROM letters WHERE creditor_id = $1 AND run_id = $2 AND state <> 'void'`

// CountOf gives the letters of a run that are not void.
func CountOf(r *store.Reader, run debt.ID) (n int, err error) {
	return n, r.Get(&n, countOfRunSQL, r.Creditor(), run)
}

const runsOfCaseSQL = `SELECT ` + runColumns + ` FROM letter_runs WHERE creditor_id = $1 AND id IN (
	SELECT run_id FROM letters WHERE creditor_id = $1 AND case_id = $2) ORDER BY id`

// RunsOf lists the runs that made letters of a case.
func RunsOf(r *store.Reader, caseID debt.ID) ([]Run, error) {
	var rows []runRow
	if err := r.List(&rows, runsOfCaseSQL, r.Creditor(), caseID); err != nil {
		return nil, err
	}
	list := make([]Run, len(rows))
	for i, row := range rows {
		list[i] = row.run()
	}
	return list, nil
}
