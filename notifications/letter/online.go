package letter

import (
	"context"
	"encoding/json"
	"strings"

	"golang.org/x/text/unicode/norm"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/notifications/letter/wording"
	"quitt/store"
	"quitt/store/letters"
)

// Receipt words the receipt of one payment for its debtor to read online: the letter of that
// kind, of today and without a number, for nothing is sent or kept. NotFound
// "payment_unknown": the case has no such payment, or it does not count.
func (d Desk) Receipt(ctx context.Context, creditor, caseID, payment debt.ID) (letter.Document, error) {
	return d.online(ctx, creditor, letter.PaymentReceipt, letters.Candidate{CaseID: caseID}, func(found *dossier) error {
		for _, p := range found.history.Payments {
			if p.ID == payment && p.Status == debt.PaymentSucceeded {
				found.subject = string(p.ID)
				return nil
			}
		}
		return debt.E(debt.NotFound, "payment_unknown", nil)
	})
}

// PaidInFull words the certificate that nothing is open any more, likewise. Forbidden
// "letter_event_over" while something is.
func (d Desk) PaidInFull(ctx context.Context, creditor, caseID debt.ID) (letter.Document, error) {
	return d.online(ctx, creditor, letter.PaidInFull, letters.Candidate{CaseID: caseID}, (*dossier).paid)
}

// ForAdviser words the statement of a claim for a debt adviser, likewise (InsO § 305 II 2).
func (d Desk) ForAdviser(ctx context.Context, creditor, caseID debt.ID) (letter.Document, error) {
	return d.online(ctx, creditor, letter.StatementForAdviser, letters.Candidate{CaseID: caseID}, func(*dossier) error { return nil })
}

// online reads a case and words a letter about what find names.
func (d Desk) online(ctx context.Context, creditor debt.ID, k letter.Kind, c letters.Candidate, find func(*dossier) error) (letter.Document, error) {
	var found dossier
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		if found, err = gather(r, k, c, d.Now()); err != nil {
			return err
		}
		return find(&found)
	})
	if err != nil {
		return letter.Document{}, err
	}
	f, err := found.facts(d.Letterhead)
	if err != nil {
		return letter.Document{}, err
	}
	return wording.Compose(f)
}

// Print makes a PDF of what was read online.
func (d Desk) Print(doc letter.Document) ([]byte, error) {
	pdf, _, err := d.Letterhead.Press.Print(doc)
	return pdf, err
}

// PrintAny is Print for what people have written: a character the font has no sign for becomes
// a question mark, for a copy with one is better than none.
func (d Desk) PrintAny(doc letter.Document) ([]byte, error) {
	raw, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	plain := norm.NFC.String(string(raw))
	for _, char := range d.Letterhead.Press.Unprintable(plain) {
		plain = strings.ReplaceAll(plain, string(char), "?")
	}
	var printable letter.Document
	if err := json.Unmarshal([]byte(plain), &printable); err != nil {
		return nil, err
	}
	return d.Print(printable)
}
