package letter

import (
	"context"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/notifications/letter/wording"
	"quitt/store"
	"quitt/store/letters"
)

// Texts gives the blocks of a kind that a creditor words itself.
func (d Desk) Texts(ctx context.Context, creditor debt.ID, k letter.Kind) (texts wording.Texts, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		texts, err = letters.Texts(r, k)
		return err
	})
	return texts, err
}

// SaveTexts stores a creditor's own blocks of a kind if nothing is wrong with them, and
// gives what is. No blocks go back to Quitt's own words.
func (d Desk) SaveTexts(ctx context.Context, creditor debt.ID, k letter.Kind, texts wording.Texts) ([]wording.Problem, error) {
	if found := wording.CheckTexts(k, texts); len(found) > 0 {
		return found, nil
	}
	return nil, d.Store.Write(ctx, creditor, func(t *store.Tx) error { return letters.SaveTexts(t, k, texts, d.Now()) })
}
