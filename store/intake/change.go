package intake

import (
	"database/sql"
	"errors"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

const (
	saveSQL = `UPDATE intake_jobs SET state = $4, mapping = $5, cursor_bytes = $6, cursor_line = $7, row_count = $8, read_count = $9,
			new_count = $10, unchanged_count = $11, faulty_count = $12, problems = $13, started_at = $14, ended_at = $15,
			file = CASE WHEN $16 THEN '' ELSE file END, version = version + 1
		WHERE creditor_id = $1 AND id = $2 AND version = $3`
	keySQL     = `SELECT ` + jobColumns + ` FROM intake_jobs WHERE creditor_id = $1 AND id = $2 AND version = $3`
	lockSQL    = `UPDATE intake_jobs SET version = version + 1 WHERE creditor_id = $1 AND id = $2 AND version = $3`
	discardSQL = `DELETE FROM intake_jobs WHERE creditor_id = $1 AND id = $2 AND state <> 'running'`
	pruneSQL   = `DELETE FROM intake_jobs WHERE creditor_id = $1
		AND (state IN ('draft', 'checked') AND made_at < $2 OR state IN ('done', 'stopped') AND ended_at < $3)`
	staleSQL = `SELECT COUNT(*) AS n FROM intake_jobs WHERE creditor_id = $1
		AND (state IN ('draft', 'checked') AND made_at < $2 OR state IN ('done', 'stopped') AND ended_at < $3)`

	mappingSQL     = `SELECT mapping FROM intake_mappings WHERE creditor_id = $1 AND header_hash = $2`
	saveMappingSQL = `INSERT INTO intake_mappings (creditor_id, header_hash, mapping, saved_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (creditor_id, header_hash) DO UPDATE SET mapping = excluded.mapping, saved_at = excluded.saved_at`
)

func changed() error { return debt.E(debt.Conflict, "intake_changed", nil) }

// Lock makes sure that nobody else works on the job until the transaction ends: Conflict
// "intake_changed" for one that was read before somebody changed it.
func Lock(t *store.Tx, j *Job) error {
	n, err := t.Exec(lockSQL, t.Creditor(), j.ID, j.version)
	switch {
	case err != nil:
		return err
	case n == 0:
		return changed()
	}
	j.version++
	return nil
}

// Save stores how far a job is; one that has ended loses its file. Conflict "intake_changed"
// as with Lock.
func Save(t *store.Tx, j Job) error {
	var found jobRow
	if err := t.Get(&found, keySQL, t.Creditor(), j.ID, j.version); errors.Is(err, sql.ErrNoRows) {
		return changed()
	} else if err != nil {
		return err
	}
	x, err := found.texts(&t.Reader)
	if err != nil {
		return err
	}
	problems := x.Seal("problems", j.Problems)
	if err := x.Err(); err != nil {
		return err
	}
	ended := j.State == Done || j.State == Stopped
	n, err := t.Exec(saveSQL, t.Creditor(), j.ID, j.version, string(j.State), j.Mapping, j.Offset, j.Line, j.Rows, j.Counts.Read,
		j.Counts.New, j.Counts.Unchanged, j.Counts.Faulty, problems, column.At(j.StartedAt), column.At(j.EndedAt), ended)
	if err == nil && n == 0 {
		return changed()
	}
	if err == nil && j.State == Running {
		t.News()
	}
	return err
}

// Discard forgets a job that is not running; Conflict "intake_changed" if it is, or is gone.
func Discard(t *store.Tx, id debt.ID) error {
	n, err := t.Exec(discardSQL, t.Creditor(), id)
	if err == nil && n == 0 {
		return changed()
	}
	return err
}

// Prune forgets drafts made before one instant and jobs that ended before another.
func Prune(t *store.Tx, drafts, ended time.Time) error {
	_, err := t.Exec(pruneSQL, t.Creditor(), column.At(drafts), column.At(ended))
	return err
}

// Stale counts what Prune would forget, so that it writes only where there is something.
func Stale(r *store.Reader, drafts, ended time.Time) (n int, err error) {
	err = r.Get(&n, staleSQL, r.Creditor(), column.At(drafts), column.At(ended))
	return n, err
}

// Mapping gives what was said before about files with the same first line, as JSON; "" for
// nothing.
func Mapping(r *store.Reader, headerHash string) (mapping string, err error) {
	err = r.Get(&mapping, mappingSQL, r.Creditor(), headerHash)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return mapping, err
}

// SaveMapping keeps it.
func SaveMapping(t *store.Tx, headerHash, mapping string, now time.Time) error {
	_, err := t.Exec(saveMappingSQL, t.Creditor(), headerHash, mapping, column.At(now))
	return err
}

const caseSQL = `SELECT file_reference FROM cases WHERE creditor_id = $1 AND creditor_reference = $2`

// CaseReference gives the file reference of the case handed over under a reference of the
// creditor's own, or NotFound "case_unknown".
func CaseReference(r *store.Reader, reference string) (fileReference string, err error) {
	err = r.Get(&fileReference, caseSQL, r.Creditor(), reference)
	return fileReference, store.Missing(err, "case_unknown")
}
