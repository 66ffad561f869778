package documents

import (
	"slices"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

const (
	attachSQL = `UPDATE documents SET subject_kind = $4, subject_id = $5 WHERE creditor_id = $1 AND id = $2 AND case_id = $3
		AND subject_kind = '' AND deleted_at IS NULL`
	keepSQL = `UPDATE documents SET keep_until = $4 WHERE creditor_id = $1 AND subject_kind = $2 AND subject_id = $3 AND deleted_at IS NULL`
)

// Attach makes documents that were handed in to a case part of a subject, within the
// transaction that makes the subject. Doing so again changes nothing; a file the subject has
// already is left out and its copy deleted. One of another case, deleted or found infected is
// NotFound "document_unknown"; one that belongs to something else is Conflict "document_attached".
func Attach(t *store.Tx, caseID debt.ID, to Subject, ids ...debt.ID) error {
	has, err := Of(&t.Reader, to)
	if err != nil {
		return err
	}
	for _, id := range ids {
		d, err := Load(&t.Reader, id)
		switch {
		case err != nil:
			return err
		case d.CaseID != caseID || d.State == Deleted || d.State == Infected:
			return debt.E(debt.NotFound, "document_unknown", nil)
		case d.Subject == to:
			continue
		case d.Subject != (Subject{}):
			return debt.E(debt.Conflict, "document_attached", nil)
		}
		if slices.ContainsFunc(has, func(old Document) bool { return old.SHA256 == d.SHA256 }) {
			if err := Delete(t, d, "duplicate", d.UploadedAt); err != nil {
				return err
			}
			continue
		}
		n, err := t.Exec(attachSQL, t.Creditor(), id, caseID, to.Kind, to.ID)
		switch {
		case err != nil:
			return err
		case n == 0: // somebody was faster
			return debt.E(debt.Conflict, "document_attached", nil)
		}
		has = append(has, d)
	}
	return nil
}

// Keep sets until when the documents of a subject are kept: who decides about the subject
// decides about that. The zero time keeps them until somebody sets another.
func Keep(t *store.Tx, of Subject, until time.Time) error {
	_, err := t.Exec(keepSQL, t.Creditor(), of.Kind, of.ID, column.At(until))
	return err
}
