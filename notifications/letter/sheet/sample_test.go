package sheet_test

import (
	"strings"

	"quitt/debt/letter"
)

const (
	portalURL = "https://zahlen.muster-inkasso.example/#3W9ZB2K7QH5XJ4T8N6RDVCYF0M"
	giroCode  = "BCD\n002\n1\nSCT\n\nMuster Inkasso GmbH\nDE89370400440532013000\nEUR405.47\n\n\nAz 4711-2026-0815, Brief 1027"
)

// firstNotice is a first letter as § 13a RDG wants it, on two pages.
func firstNotice() letter.Document {
	return letter.Document{
		Kind: letter.FirstNotice, Language: "de",
		Sender: []string{"Muster Inkasso GmbH", "Musterstraße 12, 12345 Musterstadt", "Telefon 0123 456789-0",
			"Mo–Fr 9–17 Uhr", "post@muster-inkasso.example"},
		OnBehalf:   "im Auftrag der Zahnarztpraxis Dr. Ärmel & Söhne, Beispielstadt",
		ReturnLine: "Muster Inkasso GmbH · Musterstraße 12 · 12345 Musterstadt",
		Recipient:  []string{"Frau", "Ğülşen Łukaszewska-Öztürk", "c/o Weiß", "Beispielweg 7 a", "54321 Großbeispielstadt"},
		Info: []letter.Pair{{Label: "Aktenzeichen", Value: "4711-2026-0815"}, {Label: "Brief", Value: "1027"},
			{Label: "Ihre Kundennummer", Value: "K-88213"}, {Label: "Datum", Value: "23.11.2026"},
			{Label: "Auskunft", Value: "Team Forderungen, 0123 456789-0"}},
		Subject: "Offene Rechnung der Zahnarztpraxis Dr. Ärmel & Söhne: 405,47 €",
		Body:    append(firstPage(), secondPage()...),
		Foot: []string{"Muster Inkasso GmbH\nMusterstraße 12\n12345 Musterstadt", "Amtsgericht Musterstadt\nHRB 12345\nGeschäftsführung: M. Muster",
			"Registrierter Inkassodienst (§ 10 RDG)\nRegister-Nr. 1234/56\nwww.rechtsdienstleistungsregister.de", "Musterbank\nDE89 3704 0044 0532 0130 00\nUSt-IdNr. DE123456789"},
	}
}

func firstPage() []letter.Block {
	return []letter.Block{
		{Kind: letter.Paragraph, Text: "Guten Tag Ğülşen Łukaszewska-Öztürk,"},
		{Kind: letter.Paragraph, Text: "die Zahnarztpraxis Dr. Ärmel & Söhne hat uns beauftragt, eine offene Rechnung einzuziehen. Sie haben am 2. Juni 2026 einen Behandlungsvertrag über eine Zahnreinigung und zwei Füllungen geschlossen. Die Rechnung 2026-1188 vom 30. Juni 2026 war am 30. Juli 2026 fällig und ist nach unseren Unterlagen nicht bezahlt."},
		{Kind: letter.Amount, Pairs: []letter.Pair{{Label: "Rechnung 2026-1188", Value: "338,20 €"}, {Label: "Zinsen bis 14.12.2026", Value: "9,17 €"},
			{Label: "Kosten", Value: "58,10 €"}, {Label: "Bitte zahlen Sie bis zum 14.12.2026", Value: "405,47 €"}}},
		{Kind: letter.Box, Text: "Ihr Zugang: bezahlen, Raten vorschlagen oder widersprechen", QR: portalURL, Sealed: true,
			Hint: "Mit der Kamera Ihres Telefons öffnen", Pairs: []letter.Pair{
				{Label: "Adresse im Browser", Value: "zahlen.muster-inkasso.example", Large: true},
				{Label: "Ihr Code", Value: "7KQ2 M9XA R4TB 0W3C", Large: true, Sealed: true},
				{Label: "Prüfwörter: Die Seite zeigt sie Ihnen nach dem Öffnen", Value: "Ahorn · Leuchtturm"},
			}},
		{Kind: letter.Paragraph, Text: "Können Sie nicht alles auf einmal zahlen, dann schlagen Sie dort Raten vor. Stimmt etwas nicht, dann schreiben Sie uns, was nicht stimmt. Solange wir das prüfen, schicken wir keine weitere Mahnung."},
		{Kind: letter.Paragraph, Text: "Freundliche Grüße"},
		{Kind: letter.Paragraph, Text: "Muster Inkasso GmbH"},
	}
}

func secondPage() []letter.Block {
	return []letter.Block{
		{Kind: letter.NewPage},
		{Kind: letter.Heading, Text: "Woraus sich der Betrag zusammensetzt"},
		{Kind: letter.TableKind, Table: &letter.Table{
			Columns: []letter.Column{{Title: "Posten"}, {Title: "Datum"}, {Title: "Betrag", Right: true}},
			Rows: []letter.Row{
				{Cells: []string{"Rechnung 2026-1188", "30.06.2026", "338,20 €"}, Note: "Behandlungsvertrag vom 02.06.2026: Zahnreinigung, zwei Füllungen"},
				{Cells: []string{"Verzugszinsen", "14.12.2026", "9,17 €"}, Note: "338,20 € × 6,27 % (fünf Prozentpunkte über dem Basiszinssatz, § 288 Abs. 1 BGB) vom 31.07.2026 bis 14.12.2026"},
				{Cells: []string{"Mahnkosten der Praxis", "31.08.2026", "2,50 €"}, Note: "Porto und Papier für eine Mahnung (§ 280 Abs. 1 und 2, § 286 BGB)"},
				{Cells: []string{"Geschäftsgebühr", "23.11.2026", "55,60 €"}, Note: "0,9 Gebühr nach Nr. 2300 VV RVG aus 338,20 € und Auslagen nach Nr. 7002, mit Umsatzsteuer"},
				{Cells: []string{"Zusammen", "", "405,47 €"}, Total: true},
			}}},
		{Kind: letter.Heading, Text: "Überweisen"},
		{Kind: letter.Box, Text: "Mit Ihrer Banking-App", QR: giroCode, Hint: "GiroCode: Empfänger, Betrag und Verwendungszweck sind ausgefüllt", Pairs: []letter.Pair{
			{Label: "Empfänger", Value: "Muster Inkasso GmbH"},
			{Label: "IBAN", Value: "DE89 3704 0044 0532 0130 00", Large: true},
			{Label: "Betrag", Value: "405,47 €"},
			{Label: "Verwendungszweck", Value: "Az 4711-2026-0815, Brief 1027"},
		}},
		{Kind: letter.Heading, Text: "Was Sie außerdem wissen sollten"},
		{Kind: letter.List, Items: []string{
			"Die Umsatzsteuer auf unsere Kosten kann die Praxis nicht als Vorsteuer abziehen.",
			"Ihre Adresse haben wir von der Praxis. Stimmt sie nicht, schreiben Sie uns bitte.",
			"Kostenlose Hilfe bieten die Schuldnerberatungen der Wohlfahrtsverbände und der Verbraucherzentralen."}},
		{Kind: letter.Small, Text: "Gläubigerin: Zahnarztpraxis Dr. Ärmel & Söhne, Zahnweg 3, 54321 Großbeispielstadt. Aufsichtsbehörde: Bundesamt für Justiz, Adenauerallee 99–103, 53113 Bonn, rdg@bfj.bund.de. Über den Vertragsschluss und die ursprüngliche Gläubigerin geben wir auf Anfrage weitere Auskunft (§ 13a Abs. 2 RDG)."},
	}
}

// statement is a long one: rows enough for many pages.
func statement(rows int) letter.Document {
	d := firstNotice()
	d.Subject = "Kontoauszug für die Schuldnerberatung"
	t := &letter.Table{Columns: []letter.Column{{Title: "Tag"}, {Title: "Vorgang"}, {Title: "Betrag", Right: true}, {Title: "Offen", Right: true}}}
	for i := range rows {
		r := letter.Row{Cells: []string{"01.02.2026", "Zahlung, Überweisung, auf Kosten, Zinsen und Hauptforderung verrechnet", "−10,00 €", "1.234,56 €"}}
		if i%3 == 0 {
			r.Note = strings.Repeat("Anmerkung zu diesem Vorgang mit Rechtsgrund. ", 3)
		}
		t.Rows = append(t.Rows, r)
	}
	t.Rows = append(t.Rows, letter.Row{Cells: []string{"", "Stand", "", "1.234,56 €"}, Total: true})
	d.Body = []letter.Block{{Kind: letter.Paragraph, Text: "Guten Tag,"}, {Kind: letter.Heading, Text: "Alle Buchungen"}, {Kind: letter.TableKind, Table: t},
		{Kind: letter.Paragraph, Text: "Freundliche Grüße"}}
	return d
}
