// Package intake remembers files on their way in: what their columns mean, how far they were
// read and what became of their rows. A job moves with the rows it brings in, in their
// transaction, so that every row counts once whatever stops in between.
package intake

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

// State says how far a job is.
type State string

// The states. Only a running job takes anything in; a stopped one met an error that no further
// attempt would mend.
const (
	Draft   State = "draft"   // its columns are not explained yet
	Checked State = "checked" // explained, and every row was tried
	Running State = "running"
	Done    State = "done"
	Stopped State = "stopped"
)

// Counts say what became of rows: while a job is Checked, what would.
type Counts struct{ Read, New, Unchanged, Faulty int }

// Job is one file.
type Job struct {
	ID         debt.ID
	MadeBy     string
	State      State
	Name       debt.Personal // as the sender called it
	Bytes      int
	HeaderHash string // SHA-256 of the names of its columns
	Mapping    string // JSON; "" while a draft
	Offset     int64  // where the next row begins, in bytes
	Line       int    // and as an editor counts
	Rows       int
	Counts     Counts
	Problems   debt.Personal // JSON; it repeats cells
	MadeAt     time.Time
	StartedAt  time.Time
	EndedAt    time.Time

	version int64
}

type jobRow struct {
	ID         debt.ID        `db:"id"`
	MadeBy     string         `db:"made_by"`
	State      State          `db:"state"`
	Key        string         `db:"person_key"`
	Name       string         `db:"name"`
	Bytes      int            `db:"size_bytes"`
	HeaderHash string         `db:"header_hash"`
	Mapping    string         `db:"mapping"`
	Offset     int64          `db:"cursor_bytes"`
	Line       int            `db:"cursor_line"`
	Rows       int            `db:"row_count"`
	Read       int            `db:"read_count"`
	New        int            `db:"new_count"`
	Unchanged  int            `db:"unchanged_count"`
	Faulty     int            `db:"faulty_count"`
	Problems   string         `db:"problems"`
	MadeAt     column.Instant `db:"made_at"`
	StartedAt  column.Instant `db:"started_at"`
	EndedAt    column.Instant `db:"ended_at"`
	Version    int64          `db:"version"`
}

const jobColumns = `id, made_by, state, person_key, name, size_bytes, header_hash, mapping, cursor_bytes, cursor_line, row_count,
	read_count, new_count, unchanged_count, faulty_count, problems, made_at, started_at, ended_at, version`

func owner(creditor, job debt.ID) string { return "intake_jobs/" + string(creditor+"/"+job) }

func (j jobRow) texts(r *store.Reader) (*person.Texts, error) {
	key, err := r.Safe().Open(owner(r.Creditor(), j.ID), j.Key)
	return key.Texts("intake_jobs", r.Creditor(), j.ID), err
}

func (j jobRow) job(r *store.Reader) (Job, error) {
	x, err := j.texts(r)
	if err != nil {
		return Job{}, err
	}
	out := Job{ID: j.ID, MadeBy: j.MadeBy, State: j.State, Name: x.Open("name", j.Name), Bytes: j.Bytes, HeaderHash: j.HeaderHash,
		Mapping: j.Mapping, Offset: j.Offset, Line: j.Line, Rows: j.Rows, Counts: Counts{j.Read, j.New, j.Unchanged, j.Faulty},
		Problems: x.Open("problems", j.Problems), MadeAt: j.MadeAt.Time, StartedAt: j.StartedAt.Time,
		EndedAt: j.EndedAt.Time, version: j.Version}
	return out, x.Err()
}

const (
	addSQL = `INSERT INTO intake_jobs (creditor_id, id, made_by, state, person_key, name, file, size_bytes, header_hash, mapping,
			cursor_bytes, cursor_line, row_count, read_count, new_count, unchanged_count, faulty_count, problems, made_at,
			started_at, ended_at, version)
		VALUES ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, '', 0, 0, 0, 0, 0, 0, 0, '', $9, NULL, NULL, 0)`
	loadSQL = `SELECT ` + jobColumns + ` FROM intake_jobs WHERE creditor_id = $1 AND id = $2`
	listSQL = `SELECT ` + jobColumns + ` FROM intake_jobs WHERE creditor_id = $1 ORDER BY made_at DESC, id DESC LIMIT $2`
	nextSQL = `SELECT ` + jobColumns + ` FROM intake_jobs WHERE creditor_id = $1 AND state = 'running' ORDER BY started_at, id LIMIT 1`
	fileSQL = `SELECT file FROM intake_jobs WHERE creditor_id = $1 AND id = $2`
	heldSQL = `SELECT COUNT(*) AS n FROM intake_jobs WHERE creditor_id = $1 AND file <> ''`
)

// MostHeld is how many files of a creditor wait at once.
const MostHeld = 20

// Add stores a file that has come, as a draft. Forbidden "intake_many" while too many wait.
func Add(t *store.Tx, j Job, file []byte) error {
	var held int
	if err := t.Get(&held, heldSQL, t.Creditor()); err != nil {
		return err
	}
	if held >= MostHeld {
		return debt.E(debt.Forbidden, "intake_many", debt.Args{"most": MostHeld})
	}
	key, sealed, err := t.Safe().New(owner(t.Creditor(), j.ID))
	if err != nil {
		return err
	}
	x := key.Texts("intake_jobs", t.Creditor(), j.ID)
	name, content := x.Seal("name", j.Name), x.Seal("file", debt.Personal(file))
	if err := x.Err(); err != nil {
		return err
	}
	_, err = t.Exec(addSQL, t.Creditor(), j.ID, j.MadeBy, sealed, name, content, len(file), j.HeaderHash, column.At(j.MadeAt))
	return err
}

// Load reads a job, or NotFound "intake_unknown".
func Load(r *store.Reader, id debt.ID) (Job, error) {
	var found jobRow
	if err := r.Get(&found, loadSQL, r.Creditor(), id); err != nil {
		return Job{}, store.Missing(err, "intake_unknown")
	}
	return found.job(r)
}

// File reads the file of a job; NotFound "intake_gone" when it is not kept any more.
func File(r *store.Reader, id debt.ID) ([]byte, error) {
	var found jobRow
	if err := r.Get(&found, loadSQL, r.Creditor(), id); err != nil {
		return nil, store.Missing(err, "intake_unknown")
	}
	var sealed string
	if err := r.Get(&sealed, fileSQL, r.Creditor(), id); err != nil {
		return nil, store.Missing(err, "intake_unknown")
	}
	if sealed == "" {
		return nil, debt.E(debt.NotFound, "intake_gone", nil)
	}
	x, err := found.texts(r)
	if err != nil {
		return nil, err
	}
	content := x.Open("file", sealed)
	return []byte(content.Reveal()), x.Err()
}

// List gives the newest jobs.
func List(r *store.Reader, most int) ([]Job, error) {
	var rows []jobRow
	if err := r.List(&rows, listSQL, r.Creditor(), most); err != nil {
		return nil, err
	}
	list := make([]Job, len(rows))
	for i, row := range rows {
		var err error
		if list[i], err = row.job(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Next gives the job that has been running longest.
func Next(r *store.Reader) (j Job, found bool, err error) {
	var rows []jobRow
	if err := r.List(&rows, nextSQL, r.Creditor()); err != nil || len(rows) == 0 {
		return Job{}, false, err
	}
	j, err = rows[0].job(r)
	return j, err == nil, err
}
