package letter_test

import (
	"strings"
	"testing"

	"quitt/debt"
	"quitt/store"
	"quitt/store/storetest"
)

// A receipt read online is the letter of its kind, and leaves no trace: no letter, no number,
// no event.
func TestAReceiptIsReadOnlineWithoutALetter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		mine, other := o.addCase(1), o.addCase(2)
		payment := o.pay(mine, 100_00)
		before := len(o.events(mine, debt.LetterCreated))
		doc, err := o.Receipt(ctx, o.creditor.ID, mine, payment)
		if err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		for _, b := range doc.Body {
			said.WriteString(b.Text + "\n")
		}
		if !strings.Contains(said.String(), "100,00\u00a0€") || !strings.Contains(said.String(), "Hauptforderung") {
			t.Errorf("the receipt says %q", said.String())
		}
		for _, p := range doc.Info {
			if p.Value == "0" {
				t.Errorf("%s is 0", p.Label)
			}
		}
		pdf, err := o.Print(doc)
		if err != nil || !strings.HasPrefix(string(pdf), "%PDF-") {
			t.Errorf("no PDF: %v", err)
		}
		for what, id := range map[string]debt.ID{"another case's payment": payment, "nobody's": store.NewID(), "": ""} {
			if _, err := o.Receipt(ctx, o.creditor.ID, other, id); !isKey(err, "payment_unknown") {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := o.PaidInFull(ctx, o.creditor.ID, mine); !isKey(err, "letter_event_over") {
			t.Errorf("a certificate while something is open: %v", err)
		}
		o.pay(mine, 5000_00)
		if _, err := o.PaidInFull(ctx, o.creditor.ID, mine); err != nil {
			t.Errorf("no certificate although all is paid: %v", err)
		}
		if n := len(o.events(mine, debt.LetterCreated)); n != before || len(o.kept(mine)) != 0 {
			t.Errorf("%d events, %d letters", n, len(o.kept(mine)))
		}
	})
}
