package letter

import (
	"context"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/operator"
	"quitt/notifications/letter/sheet"
	"quitt/notifications/letter/wording"
	"quitt/store"
)

// NewPress loads the fonts, for a Letterhead.
func NewPress() (*sheet.Press, error) { return sheet.NewPress() }

// Sample is an invented letter of a kind as it would be kept, for pages that are
// looked at without a case.
func Sample(k letter.Kind) (letter.Document, error) {
	doc, err := wording.Compose(wording.Sample(k))
	return doc.Sealed(), err
}

// Preview is how a creditor's letter of a kind is worded now.
type Preview struct {
	Document letter.Document // of invented facts
	Blocks   []PreviewBlock
	Problems []wording.Problem // of the creditor's own blocks: a run would refuse them
}

// PreviewBlock is one block that a creditor may word itself.
type PreviewBlock struct {
	wording.Block

	Own  bool
	Text string // in force
}

// Look shows how a letter of a kind looks for a creditor, its debtor invented. The zero
// creditor and an incomplete operator are invented too.
func (d Desk) Look(ctx context.Context, k letter.Kind, c debt.Creditor) (Preview, error) {
	var texts wording.Texts
	if c.ID != "" {
		var err error
		if texts, err = d.Texts(ctx, c.ID, k); err != nil {
			return Preview{}, err
		}
	}
	return d.Draft(k, c, texts)
}

// Draft is Look with other blocks than those in force.
func (d Desk) Draft(k letter.Kind, c debt.Creditor, texts wording.Texts) (Preview, error) {
	f := wording.Sample(k)
	if o := d.Letterhead.Operator; len(o.Missing()) == 0 && o != (operator.Profile{}) {
		f.Operator = o
	}
	if c.ID != "" {
		f.Creditor, f.Texts = c, texts
	}
	p := Preview{Problems: wording.CheckTexts(k, f.Texts)}
	for _, b := range wording.Blocks(k) {
		text, own := f.Texts[b.Name]
		if !own {
			text = b.Default
		}
		p.Blocks = append(p.Blocks, PreviewBlock{b, own, text})
	}
	var err error
	p.Document, err = wording.Compose(f)
	return p, err
}

// Preview prints what Look shows.
func (d Desk) Preview(ctx context.Context, k letter.Kind, c debt.Creditor) ([]byte, error) {
	p, err := d.Look(ctx, k, c)
	if err != nil {
		return nil, err
	}
	return d.PrintDraft(p)
}

// PrintDraft prints what Draft shows.
func (d Desk) PrintDraft(p Preview) ([]byte, error) {
	pdf, _, err := d.Letterhead.Press.Print(p.Document)
	return pdf, err
}

// Creditors lists the tenants whose letters can be looked at.
func (d Desk) Creditors(ctx context.Context) (list []debt.Creditor, err error) {
	err = d.Store.Read(ctx, "", func(r *store.Reader) (err error) {
		list, err = r.Creditors()
		return err
	})
	return list, err
}
