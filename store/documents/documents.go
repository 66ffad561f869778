// Package documents remembers the files people handed in: to which case and to what in it they
// belong, where their sealed content lies, what the scan said, and how long they are kept. The
// content is not here; the row of a deleted document stays as the log of its deletion.
package documents

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

// The bounds of what a case may hold, in files and in bytes.
const (
	MostFiles = 10
	MostBytes = 50 << 20
	MostEach  = 10 << 20
)

// Kind is what a file is, found out from its content.
type Kind string

// The kinds that are taken.
const (
	PDF  Kind = "pdf"
	JPEG Kind = "jpeg"
	PNG  Kind = "png"
)

// Purpose is what a document of the creditor's side is.
type Purpose string

// The purposes. Documents of debtors have none.
const (
	Invoice  Purpose = "invoice"
	Contract Purpose = "contract"
	Reminder Purpose = "reminder"
	Title    Purpose = "title"
	Other    Purpose = "other"
)

// Kinds of subjects that this room tells apart from others.
const (
	Message  = "message"  // both sides see it
	Internal = "internal" // the creditor's side alone; the id is that of the case
)

// State says how far a document has come.
type State string

// The states. Nothing is shown to anybody before it leaves quarantine; infected ones never are.
const (
	Quarantine State = "quarantine"
	Clean      State = "clean"     // a scanner has found nothing
	Unscanned  State = "unscanned" // there is no scanner
	Infected   State = "infected"
	Deleted    State = "deleted"
)

// Subject is what a document belongs to: "objection" and its id. The zero one says that it is
// handed in and not attached yet.
type Subject struct{ Kind, ID string }

// Document is a file somebody handed in.
type Document struct {
	ID, CaseID  debt.ID
	Subject     Subject
	Name        debt.Personal // as the sender called it
	Kind        Kind
	Bytes       int64
	SHA256      string // of the file as it came, in hex
	Active      bool   // a PDF with scripts, attachments or links, which the preview lacks
	Blob        string // where its sealed content lies
	Preview     string // likewise of what staff look at; "" if there is none
	PreviewKind Kind
	KeyID       debt.ID // the creditor's key under which DataKey is sealed
	DataKey     string
	State       State
	By          debt.Actor
	UploadedAt  time.Time
	KeepUntil   time.Time // zero: until a decision sets it
	DeletedAt   time.Time
	Reason      string // of the deletion or of the finding, a code
	Purpose     Purpose
}

// FromCreditor reports whether the creditor's side has brought it. Each side has its own room in a
// case: what one brings keeps nothing of the other's out.
func (d Document) FromCreditor() bool { return d.By.Kind == "creditor" }

// ForDebtor reports whether the debtor may see it.
func (d Document) ForDebtor() bool { return d.Subject.Kind != Internal }

// Same reports whether another is the same file in the same place: waiting, or in the one or the
// other way shown.
func (d Document) Same(other Document) bool {
	return d.SHA256 == other.SHA256 && d.FromCreditor() == other.FromCreditor() && d.Subject.Kind == other.Subject.Kind &&
		(d.Subject.Kind == "" || d.FromCreditor())
}

// Shown reports whether its content may be looked at.
func (d Document) Shown() bool { return d.State == Clean || d.State == Unscanned }

type row struct {
	ID          debt.ID         `db:"id"`
	CaseID      debt.ID         `db:"case_id"`
	SubjectKind string          `db:"subject_kind"`
	SubjectID   string          `db:"subject_id"`
	Name        string          `db:"name"`
	Kind        Kind            `db:"kind"`
	Bytes       int64           `db:"size_bytes"`
	SHA256      string          `db:"sha256"`
	Active      bool            `db:"active"`
	Blob        string          `db:"blob"`
	Preview     string          `db:"preview"`
	PreviewKind Kind            `db:"preview_kind"`
	KeyID       debt.ID         `db:"key_id"`
	DataKey     string          `db:"data_key"`
	State       State           `db:"state"`
	ActorKind   string          `db:"actor_kind"`
	ActorID     column.Optional `db:"actor_id"`
	UploadedAt  column.Instant  `db:"uploaded_at"`
	KeepUntil   column.Instant  `db:"keep_until"`
	DeletedAt   column.Instant  `db:"deleted_at"`
	Reason      string          `db:"reason"`
	Purpose     Purpose         `db:"purpose"`
	Key         string          `db:"person_key"`
}

// document gives one. People name files after themselves: the name is sealed under the key of
// the person the case is about.
func (r row) document(by *store.Reader) (Document, error) {
	x := by.Safe().Texts(r.Key, "documents", by.Creditor(), r.ID)
	d := Document{ID: r.ID, CaseID: r.CaseID, Subject: Subject{r.SubjectKind, r.SubjectID}, Name: x.Open("name", r.Name), Kind: r.Kind,
		Bytes: r.Bytes, SHA256: r.SHA256, Active: r.Active, Blob: r.Blob, Preview: r.Preview, PreviewKind: r.PreviewKind, KeyID: r.KeyID,
		DataKey: r.DataKey, State: r.State, By: debt.Actor{Kind: r.ActorKind, ID: debt.ID(r.ActorID)}, UploadedAt: r.UploadedAt.Time,
		KeepUntil: r.KeepUntil.Time, DeletedAt: r.DeletedAt.Time, Reason: r.Reason, Purpose: r.Purpose}
	return d, x.Err()
}

const columns = `id, case_id, subject_kind, subject_id, name, kind, size_bytes, sha256, active, blob, preview, preview_kind, key_id,
	data_key, state, actor_kind, actor_id, uploaded_at, keep_until, deleted_at, reason, purpose`

const (
	addSQL = `INSERT INTO documents (creditor_id, ` + columns + `)
		VALUES ($1, $2, $3, $15, $16, $4, $5, $6, $7, $8, $9, '', '', $10, $11, 'quarantine', $12, $13, $14, NULL, NULL, '', $17)`
	heldSQL = `SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) AS n FROM documents WHERE creditor_id = $1 AND deleted_at IS NULL`
)

// selectSQL reads documents with the key their names are sealed under.
var selectSQL = `SELECT ` + columns + `, ` + person.KeyColumn("documents") + ` FROM documents WHERE creditor_id = $1 `

var (
	loadSQL   = selectSQL + `AND id = $2`
	ofCaseSQL = selectSQL + `AND case_id = $2 AND deleted_at IS NULL ORDER BY uploaded_at, id`
	leftSQL   = selectSQL + `AND case_id = $2 AND (deleted_at IS NULL OR blob <> '') ORDER BY uploaded_at, id`
	looseSQL  = selectSQL + `AND case_id = $2 AND subject_kind = '' AND deleted_at IS NULL AND state <> 'infected' ORDER BY uploaded_at, id`
	ofSQL     = selectSQL + `AND subject_kind = $2 AND subject_id = $3 AND deleted_at IS NULL ORDER BY uploaded_at, id`
	logSQL    = selectSQL + `AND deleted_at IS NOT NULL ORDER BY deleted_at, id LIMIT $2`
)

// Add stores a document that has come in. A file that is there already (Same) is that document,
// and added is false. Refusals: Forbidden "documents_many" and "documents_large" beyond what a case
// may hold of a side, Unavailable "documents_full" beyond quota bytes of the creditor.
func Add(t *store.Tx, d Document, quota int64) (kept Document, added bool, err error) {
	if _, err := t.LockOne(d.CaseID); err != nil { // two at once must not both be the tenth
		return Document{}, false, err
	}
	list, err := OfCase(&t.Reader, d.CaseID)
	if err != nil {
		return Document{}, false, err
	}
	files, bytes := 0, d.Bytes
	for _, old := range list {
		switch {
		case old.Same(d):
			return old, false, nil
		case old.FromCreditor() == d.FromCreditor():
			files, bytes = files+1, bytes+old.Bytes
		}
	}
	var held int64
	if err := t.Get(&held, heldSQL, t.Creditor()); err != nil {
		return Document{}, false, err
	}
	switch {
	case files >= MostFiles:
		return Document{}, false, debt.E(debt.Forbidden, "documents_many", debt.Args{"most": MostFiles})
	case bytes > MostBytes:
		return Document{}, false, debt.E(debt.Forbidden, "documents_large", debt.Args{"most": MostBytes >> 20})
	case held+d.Bytes > quota:
		return Document{}, false, debt.E(debt.Unavailable, "documents_full", nil)
	}
	name, err := seal(t, d)
	if err != nil {
		return Document{}, false, err
	}
	t.News()
	_, err = t.Exec(addSQL, t.Creditor(), d.ID, d.CaseID, name, string(d.Kind), d.Bytes, d.SHA256, d.Active, d.Blob, d.KeyID,
		d.DataKey, d.By.Kind, column.Optional(d.By.ID), column.At(d.UploadedAt), d.Subject.Kind, d.Subject.ID, string(d.Purpose))
	d.State = Quarantine
	return d, err == nil, err
}

func seal(t *store.Tx, d Document) (string, error) {
	key, err := t.KeyOf(d.CaseID)
	if err != nil {
		return "", err
	}
	x := key.Texts("documents", t.Creditor(), d.ID)
	return x.Seal("name", d.Name), x.Err()
}

// Load reads a document, deleted ones too, or NotFound "document_unknown".
func Load(r *store.Reader, id debt.ID) (Document, error) {
	var found row
	if err := r.Get(&found, loadSQL, r.Creditor(), id); err != nil {
		return Document{}, store.Missing(err, "document_unknown")
	}
	return found.document(r)
}

// OfCase gives what a case holds, the oldest first.
func OfCase(r *store.Reader, caseID debt.ID) ([]Document, error) {
	return list(r, ofCaseSQL, r.Creditor(), caseID)
}

// Left gives what is left of the documents of a case: those there are, and deleted ones whose
// content has not been removed yet.
func Left(r *store.Reader, caseID debt.ID) ([]Document, error) {
	return list(r, leftSQL, r.Creditor(), caseID)
}

// Loose gives what was handed in to a case and is not attached to anything yet.
func Loose(r *store.Reader, caseID debt.ID) ([]Document, error) {
	return list(r, looseSQL, r.Creditor(), caseID)
}

// Of gives the documents of a subject, the oldest first.
func Of(r *store.Reader, to Subject) ([]Document, error) {
	return list(r, ofSQL, r.Creditor(), to.Kind, to.ID)
}

// Log gives what was deleted, when and why.
func Log(r *store.Reader, most int) ([]Document, error) {
	return list(r, logSQL, r.Creditor(), most)
}

func list(r *store.Reader, query string, args ...any) ([]Document, error) {
	var rows []row
	if err := r.List(&rows, query, args...); err != nil {
		return nil, err
	}
	out := make([]Document, len(rows))
	for i, found := range rows {
		var err error
		if out[i], err = found.document(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}
