package notifications

import (
	"context"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/operator"
	compose "quitt/notifications/letter"
	"quitt/store"
	"quitt/store/letters"
)

// Texts gives the blocks of a kind that a creditor words itself.
func (d Desk) Texts(ctx context.Context, creditor debt.ID, k letter.Kind) (texts compose.Texts, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		texts, err = letters.Texts(r, k)
		return err
	})
	return texts, err
}

// SaveTexts stores a creditor's own blocks of a kind if nothing is wrong with them, and
// gives what is. No blocks go back to Quitt's own words.
func (d Desk) SaveTexts(ctx context.Context, creditor debt.ID, k letter.Kind, texts compose.Texts) ([]compose.Problem, error) {
	if found := compose.CheckTexts(k, texts); len(found) > 0 {
		return found, nil
	}
	return nil, d.Store.Write(ctx, creditor, func(t *store.Tx) error { return letters.SaveTexts(t, k, texts, d.Now()) })
}

// Preview prints a sample letter of a kind, its debtor invented, as a creditor's would look.
// The zero creditor and an incomplete operator are invented too.
func (d Desk) Preview(ctx context.Context, k letter.Kind, c debt.Creditor) ([]byte, error) {
	f := compose.Sample(k)
	if o := d.Letterhead.Operator; len(o.Missing()) == 0 && o != (operator.Profile{}) {
		f.Operator = o
	}
	if c.ID != "" {
		texts, err := d.Texts(ctx, c.ID, k)
		if err != nil {
			return nil, err
		}
		f.Creditor, f.Texts = c, texts
	}
	doc, err := compose.Compose(f)
	if err != nil {
		return nil, err
	}
	pdf, _, err := d.Letterhead.Press.Print(doc)
	return pdf, err
}
