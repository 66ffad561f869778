package plans

import (
	"context"

	"quitt/debt"
	"quitt/store"
	"quitt/store/tasks"
)

// TaskWithdrawal is a declaration of withdrawal that came without signing in (BGB § 356a).
const TaskWithdrawal tasks.Kind = "plan_withdrawal"

// TakeWithdrawal brings a declaration of withdrawal to the creditors who have a case under the
// reference. It gives no sign whether there is one, and cancels nothing: who declared it has
// proved nothing, a person looks. Nothing of what was typed is kept.
func (d Desk) TakeWithdrawal(ctx context.Context, reference string) error {
	now := d.Now()
	var creditors []debt.Creditor
	err := d.Store.Read(ctx, "", func(r *store.Reader) (err error) {
		creditors, err = r.Creditors()
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range creditors {
		err := d.Store.Write(ctx, c.ID, func(t *store.Tx) error {
			id, err := t.FindCase(reference)
			if debt.KindOf(err) == debt.NotFound {
				return nil
			}
			if err != nil {
				return err
			}
			subject := string(id) + "/" + debt.DateIn(now, debt.Berlin).String()
			return tasks.Open(t, tasks.Task{ID: store.NewID(), Kind: TaskWithdrawal, Subject: subject, CaseID: id, OpenedAt: now})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
