package staffing

import (
	"context"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/store"
	kept "quitt/store/staff"
)

// At is who a member is and what he is at a creditor today; "" for nothing, or for one who comes in
// no more.
func (d Desk) At(r *store.Reader, member, creditor debt.ID) (staff.Member, staff.Role, error) {
	record, err := kept.Load(r, member)
	if err != nil {
		return staff.Member{}, "", err
	}
	m, err := d.member(record)
	if err != nil || m.State != staff.Active {
		return m, "", err
	}
	list, shut, err := places(r, record, staff.Session{})
	here, _ := creditorOf(append(list, shut...), creditor)
	return m, here.Role, err
}

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
