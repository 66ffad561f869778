package letter

import (
	"context"

	"quitt/debt"
	"quitt/notifications/letter/post"
	"quitt/store"
	"quitt/store/letters"
)

// Forget removes what is printed of a case from the folders of its runs, for its person is to
// be erased. The file of a whole run goes with it, whoever else is in it: it has been handed
// over, and each letter can be printed again from what is kept of it. Conflict
// "erase_letter_open" while a run with a letter of the case is not finished. Twice does no harm.
func (d Desk) Forget(ctx context.Context, creditor, caseID debt.ID) error {
	var mark store.Mark
	var list []letters.Kept
	var runs []letters.Run
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		if mark, err = r.MarkOf(caseID); err != nil {
			return err
		}
		if list, err = letters.OfCase(r, caseID); err != nil {
			return err
		}
		runs, err = letters.RunsOf(r, caseID)
		return err
	})
	if err != nil {
		return err
	}
	for _, run := range runs {
		if run.FinishedAt.IsZero() {
			return debt.E(debt.Conflict, "erase_letter_open", nil)
		}
		names := []string{runName(mark.Creditor, run)}
		for _, k := range list {
			names = append(names, letterKey(mark.Creditor, k))
		}
		if err := post.Remove(run.Directory, names...); err != nil {
			return err
		}
	}
	return nil
}
