package letter

import (
	"strings"
	"testing"
)

func document() Document {
	return Document{Kind: FirstNotice, Language: "de", Sender: []string{"Muster Inkasso GmbH"}, Recipient: []string{"Aylin Mustermann"},
		Info: []Pair{{Label: "Datum", Value: "23.11.2026"}}, Subject: "Betreff",
		Body: []Block{
			{Kind: Paragraph, Text: "Guten Tag"}, {Kind: List, Items: []string{"eins", "zwei"}},
			{Kind: Box, Text: "Portal", QR: "https://portal.example.de/#TOKEN", Hint: "scannen", Sealed: true,
				Pairs: []Pair{{Label: "Code", Value: "ABCD EFGH", Sealed: true}, {Label: "Adresse", Value: "portal.example.de"}}},
			{Kind: Box, Text: "Konto", QR: "BCD", Pairs: []Pair{{Label: "IBAN", Value: "DE89"}}},
			{Kind: TableKind, Table: &Table{Columns: []Column{{Title: "a"}, {Title: "b"}}, Rows: []Row{{Cells: []string{"x", "y"}, Note: "warum"}}}},
		}, Foot: []string{"links\nunten"}}
}

func TestASealedLetterKeepsAllButWhatOpensThePortal(t *testing.T) {
	whole := document()
	sealed := whole.Sealed()
	plain := sealed.Plain()
	if strings.Contains(plain, "ABCD") || sealed.Body[2].QR != "" {
		t.Errorf("a secret is left: %s", plain)
	}
	if sealed.Body[3].QR != "BCD" || !strings.Contains(plain, "portal.example.de") || !strings.Contains(plain, seal) {
		t.Errorf("too much is gone: %s", plain)
	}
	if whole.Hash() != document().Hash() || whole.Body[2].QR == "" || whole.Body[2].Pairs[0].Value != "ABCD EFGH" {
		t.Error("sealing changed the letter that is printed")
	}
	if sealed.Hash() == whole.Hash() || sealed.Hash() != sealed.Sealed().Hash() {
		t.Error("the hash tells a sealed letter from an open one, and sealing twice changes nothing")
	}
}

func TestPlainReadsInOrder(t *testing.T) {
	want := "Muster Inkasso GmbH\nAylin Mustermann\nDatum 23.11.2026\nBetreff\nGuten Tag\n- eins\n- zwei\nPortal\nCode ABCD EFGH\n" +
		"Adresse portal.example.de\nscannen\nKonto\nIBAN DE89\nx y warum\nlinks\nunten\n"
	if got := document().Plain(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestKindsAreKnown(t *testing.T) {
	coded, demands := 0, 0
	for _, k := range Kinds() {
		if !k.Known() {
			t.Errorf("%s is not known", k)
		}
		if k.Coded() {
			coded++
		}
		if k.Demands() {
			demands++
		}
	}
	if Kind("poem").Known() || coded != 4 || demands != 3 {
		t.Errorf("%d coded, %d demand", coded, demands)
	}
}
