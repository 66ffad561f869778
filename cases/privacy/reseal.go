package privacy

import (
	"context"

	"quitt/debt"
	"quitt/store"
	"quitt/store/expired"
	"quitt/store/letters"
	"quitt/store/outbox"
	"quitt/store/reseal"
	"quitt/store/search"
)

// portionOf does a portion behind an id and gives the last id it looked at, "" at the end.
type portionOf func(t *store.Tx, after debt.ID) (last debt.ID, did int, err error)

// Reseal seals what was stored in the clear before persons had keys, and keys that an older
// key of the installation sealed, for all creditors, and says how many rows that were. It
// works in small transactions beside everything else, may be interrupted anywhere and finds
// nothing to do the second time; what is not sealed yet stays readable. Cases from before
// there was a search become findable on the way.
func (d Desk) Reseal(ctx context.Context) (total int, err error) {
	total, err = d.everywhere(ctx, reseal.Debtors, letters.Reseal, outbox.Reseal, reseal.Texts, reseal.Keys, search.Reseal)
	if err == nil {
		_, err = d.everywhere(ctx, search.Missing)
	}
	return total, err
}

// Findable makes all cases of all creditors findable anew, and says how many those are.
func (d Desk) Findable(ctx context.Context) (int, error) { return d.everywhere(ctx, search.Rebuild) }

// everywhere does all portions for all creditors.
func (d Desk) everywhere(ctx context.Context, portions ...portionOf) (total int, err error) {
	var creditors []debt.Creditor
	err = d.Store.Read(ctx, "", func(r *store.Reader) (err error) {
		creditors, err = r.Creditors()
		return err
	})
	for _, c := range creditors {
		for _, do := range portions {
			if err != nil {
				return total, err
			}
			var n int
			n, err = d.reseal(ctx, c.ID, do)
			total += n
		}
	}
	return total, err
}

func (d Desk) reseal(ctx context.Context, creditor debt.ID, do portionOf) (total int, err error) {
	for after := expired.First; after != ""; {
		var last debt.ID
		var did int
		err := d.Store.Write(ctx, creditor, func(t *store.Tx) (err error) {
			last, did, err = do(t, after)
			return err
		})
		if err != nil {
			return total, err
		}
		after, total = last, total+did
	}
	return total, nil
}
