package staffing

import (
	"context"

	"quitt/debt"
	"quitt/store"
	kept "quitt/store/staff"
)

// Names gives what members are called, for records that say who did something. One who is not
// known any more is left out.
func (d Desk) Names(ctx context.Context, ids []debt.ID) (names map[debt.ID]debt.Personal, err error) {
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		names = map[debt.ID]debt.Personal{}
		for _, id := range ids {
			found, err := kept.Load(r, id)
			if debt.KindOf(err) == debt.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			m, err := d.member(found)
			if err != nil {
				return err
			}
			names[id] = m.Name
		}
		return nil
	})
	return names, err
}
