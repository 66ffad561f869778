package contact

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"quitt/cases/disclosure"
	"quitt/debt"
	"quitt/debt/letter"
	written "quitt/notifications/letter"
	"quitt/portal/page"
	"quitt/portal/text"
)

// Every page in every state in every language, or in English where there is none of it.
func TestEverySampleRenders(t *testing.T) {
	for _, s := range Samples() {
		for _, lang := range text.Languages() {
			html, err := s.HTML(text.For(lang))
			if err != nil || bytes.Count(html, []byte("<h1")) != 1 {
				t.Errorf("%s %s: %v", s.Name, lang, err)
			}
		}
	}
}

func TestAHostileMessageIsOnlyText(t *testing.T) {
	var found bool
	for _, s := range Samples() {
		if s.Name != "contact-inbox" {
			continue
		}
		found = true
		html, err := s.HTML(text.For(text.German))
		if err != nil || !strings.Contains(string(html), "<bdi>ich finde den Kostenplan nicht mehr.") {
			t.Errorf("%v", err)
		}
	}
	if !found {
		t.Error("no sample")
	}
}

// A person who writes with emoji, in Arabic or without a blank gets his copy too.
func TestTheReadableCopyPrintsWhatPeopleWrite(t *testing.T) {
	press, err := written.NewPress()
	if err != nil {
		t.Fatal(err)
	}
	desk := written.Desk{Letterhead: written.Letterhead{Press: press}}
	at := time.Date(2026, time.November, 20, 9, 0, 0, 0, time.UTC)
	c := disclosure.Copy{MadeAt: at, Creditor: disclosure.Creditor{Name: "Praxis"}, Person: disclosure.Person{FirstName: "Aylin", LastName: "Mustermann",
		Street: "Ahornweg 12", Postcode: "50825", City: "Köln"}}
	for _, words := range []string{"Danke 😀", "مرحبا", strings.Repeat("x", 4_000), strings.Repeat("Ein langer Satz. ", 300), "x\u0308\n\n\"'<b>"} {
		c.Messages = append(c.Messages, disclosure.Message{At: at, By: "debtor", Text: words})
		c.Requests = append(c.Requests, disclosure.Request{At: at, Kind: "other", Text: words})
	}
	c.Letters = []disclosure.Letter{{DatedOn: debt.MustDate("2026-11-20"), Kind: string(letter.Reminder), Says: letter.Document{Subject: "Betreff"}}}
	for _, lang := range []text.Language{text.German, text.English} {
		doc := readable(page.SampleBase(text.For(lang), insight), c)
		pdf, err := desk.PrintAny(doc)
		if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Errorf("%s: %v", lang, err)
		}
		if said := doc.Plain(); !strings.Contains(said, "Danke 😀") || !strings.Contains(said, "Ahornweg 12") || !strings.Contains(said, "Betreff") {
			t.Errorf("%s: %s", lang, said)
		}
	}
}
