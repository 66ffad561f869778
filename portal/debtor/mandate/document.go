package mandate

import (
	"strings"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/mandate"
	"quitt/portal/text"
)

// sentences are those of the SEPA core scheme's mandate, with the hint on the refund (BGB § 675x).
// The German ones bind; another language stands beside them.
func sentences(w *text.Catalogue, m mandate.Mandate) []string {
	if m.Text == mandate.OwnSheet {
		return []string{w.Text("mandate_text_sheet", debt.Args{"creditor": m.Payee}), w.Text("mandate_text_refund", nil), w.Text("mandate_text_told", debt.Args{"n": m.Notice})}
	}
	key := "mandate_text"
	if m.Kind == mandate.OneOff {
		key = "mandate_text_once"
	}
	list := []string{w.Text(key, debt.Args{"creditor": m.Payee, "amount": m.Amount}), w.Text("mandate_text_bank", debt.Args{"creditor": m.Payee}),
		w.Text("mandate_text_refund", nil)}
	if m.NamesNotice() {
		list = append(list, w.Text("mandate_text_notice", debt.Args{"n": m.Notice}))
	}
	return list
}

// Document is the mandate as a sheet: to keep, or to sign.
func Document(w *text.Catalogue, c debt.Creditor, d debt.Debtor, m mandate.Mandate) letter.Document {
	doc := letter.Document{Kind: letter.PlanConfirmation, Language: string(w.Language()), Accent: c.Settings.Accent,
		Sender:     []string{m.Payee, c.Address.Street, c.Address.Postcode + " " + c.Address.City},
		ReturnLine: strings.Join([]string{m.Payee, c.Address.Street, c.Address.Postcode + " " + c.Address.City}, ", "),
		Recipient:  []string{d.Name().Reveal(), d.Street.Reveal(), strings.TrimSpace(d.Postcode.Reveal() + " " + d.City.Reveal())},
		Subject:    w.Text("mandate_title", nil),
		Info: []letter.Pair{{Label: w.Text("mandate_reference", nil), Value: m.Reference}, {Label: w.Text("mandate_identifier_label", nil), Value: m.Identifier},
			{Label: w.Text("mandate_given", nil), Value: w.Date(debt.DateIn(m.MadeAt, debt.Berlin))}}}
	add := func(b letter.Block) { doc.Body = append(doc.Body, b) }
	for _, s := range sentences(w, m) {
		add(letter.Block{Kind: letter.Paragraph, Text: s})
	}
	add(letter.Block{Kind: letter.Box, Text: w.Text("mandate_payer", nil), Pairs: []letter.Pair{
		{Label: w.Text("mandate_holder_label", nil), Value: m.Holder.Reveal()}, {Label: "IBAN", Value: grouped(m.IBAN)},
		{Label: w.Text("mandate_kind", nil), Value: kind(w, m)}}})
	if m.State == mandate.Pending && m.How == mandate.ByPaper {
		add(letter.Block{Kind: letter.Paragraph, Text: w.Text("mandate_sign_here", nil)})
		add(letter.Block{Kind: letter.Paragraph, Text: "__________________________________________________"})
		add(letter.Block{Kind: letter.Small, Text: w.Text("mandate_sign_line", nil)})
	} else if !m.SignedOn.IsZero() {
		add(letter.Block{Kind: letter.Paragraph, Text: signed(w, m)})
	}
	add(letter.Block{Kind: letter.Small, Text: w.Text("mandate_free", nil)})
	return doc
}

func kind(w *text.Catalogue, m mandate.Mandate) string {
	if m.Kind == mandate.OneOff {
		return w.Text("mandate_once", debt.Args{"amount": m.Amount})
	}
	return w.Text("mandate_recurring", nil)
}

func signed(w *text.Catalogue, m mandate.Mandate) string {
	if m.How == mandate.ByCode {
		return w.Text("mandate_signed_code", debt.Args{"day": m.SignedOn})
	}
	return w.Text("mandate_signed_paper", debt.Args{"day": m.SignedOn})
}

// Kind words how often it may be used.
func (p MandatePage) Kind() string { return kind(p.Words, p.Mandate) }

// Signed words how it was given.
func (p MandatePage) Signed() string { return signed(p.Words, p.Mandate) }
