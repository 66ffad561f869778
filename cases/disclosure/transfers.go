package disclosure

import (
	"strings"

	"quitt/debt"
	"quitt/store"
	"quitt/store/statements"
)

// Transfer is a line of the creditor's bank statement that was booked to the case, as the bank
// told it. Of one that was split over several cases it gives no words: they may tell of others
// (GDPR Art. 15 IV).
type Transfer struct {
	BookedOn  debt.Date  `json:"booked_on,omitzero"`
	ValueOn   debt.Date  `json:"value_on,omitzero"`
	Amount    debt.Cents `json:"amount_cents"`
	State     string     `json:"state"`
	PaymentID string     `json:"payment_id"`
	Payer     string     `json:"payer"`
	Account   string     `json:"payer_account"` // its end: it may be somebody else's
	Purpose   string     `json:"purpose"`
	Reference string     `json:"reference"`
	Mandate   string     `json:"mandate"`
}

func (c *Copy) transferred(r *store.Reader, f *store.File) error {
	lines, err := statements.OfCase(r, f.Case.ID)
	for _, l := range lines {
		if err != nil {
			return err
		}
		var parts []statements.Part
		parts, err = statements.Parts(r, l.ID)
		t := Transfer{BookedOn: l.BookedOn, ValueOn: l.ValueOn, Amount: l.Amount, State: string(l.State), PaymentID: string(l.PaymentID)}
		for _, p := range parts {
			if p.CaseID == f.Case.ID {
				t.Amount, t.PaymentID = p.Amount, string(p.PaymentID)
			}
		}
		if len(parts) == 0 {
			number := statements.Number(l.Said.IBAN.Reveal())
			t.Payer, t.Account, t.Reference, t.Mandate = l.Said.Name.Reveal(), number[max(0, len(number)-4):], l.Said.Reference.Reveal(), l.Said.Mandate.Reveal()
			var words []string
			for _, w := range l.Said.Texts {
				words = append(words, w.Reveal())
			}
			t.Purpose = strings.Join(words, "")
		}
		c.Transfers = append(c.Transfers, t)
	}
	return err
}
