// Package notifications is all that leaves the house. What is to be said stands in the
// outbox; this room shows it and, with the channels to come, sends it.
package notifications

import (
	"context"
	"slices"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/outbox"
)

// Desk works on the outbox and on letters; Now and Letterhead are for letters only.
type Desk struct {
	Store      *store.Store
	Now        func() time.Time
	Letterhead Letterhead
}

// Waiting lists up to most unsent e-mails per creditor, the newest first. It is for the
// operator of a demo: an e-mail may hold a one-time code.
func (d Desk) Waiting(ctx context.Context, most int) ([]outbox.Mail, error) {
	var all []outbox.Mail
	var tenants []debt.Creditor
	err := d.Store.Read(ctx, "", func(r *store.Reader) (err error) {
		tenants, err = r.Creditors()
		return err
	})
	for _, c := range tenants {
		var mails []outbox.Mail
		if err == nil {
			err = d.Store.Read(ctx, c.ID, func(r *store.Reader) (err error) {
				mails, err = outbox.Waiting(r, most)
				return err
			})
		}
		all = append(all, mails...)
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b outbox.Mail) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return all, nil
}
