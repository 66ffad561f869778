package browser

import (
	"testing"
)

// record opens the record of a case.
func (b *tab) record(s *shop, reference string) {
	b.Helper()
	b.status(b.visit(s.url+"/verwaltung/akte?nr="+reference), 200)
	b.shows(reference)
}

// saves presses the first button of a form and reads what comes of it.
func (b *tab) saves(action string, status int64, says string) {
	b.Helper()
	b.tabTo(`form[action="` + action + `"] button.primary`)
	b.status(b.follow(enter), status)
	b.shows(says)
}

// rewrites types over what stands in a field of several lines, which Tab does not select.
func (b *tab) rewrites(id, text string) {
	b.Helper()
	b.reach(id)
	b.eval(`document.activeElement.select()`)
	b.write(text)
}

// A manager lays down with the keyboard what debtors get: the lines of contact, the words of a
// letter, the ways of news and the distance of demands. What is wrong stays in its field.
func TestAManagerShapesWhatDebtorsGet(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	b := open(t, s.url)
	b.works(s, s.colleagues(t)["leitung"].now(t), "Lindner")
	const rules = "/verwaltung/regeln"
	b.keyed(`nav.side a[href="`+rules+`"]`, rules)

	b.opens(rules+"/kontakt", rules+"/kontakt")
	b.eval(`document.getElementById("form").noValidate = true`) // as a browser that checks nothing
	b.types("email", "rechnung")
	b.saves(rules+"/kontakt", 422, "Bitte geben Sie eine E-Mail-Adresse ein")
	if typed := ask[string](b, `document.getElementById("email").value`); typed != "rechnung" {
		t.Errorf("what was typed is gone: %q", typed)
	}
	b.types("email", "post@lindner.example")
	b.types("hours", "Mo–Fr 9–12 Uhr")
	b.looks("kontakt")
	b.saves(rules+"/kontakt", 200, "Die neuen Kontaktangaben sind gespeichert")
	b.shows("post@lindner.example")

	b.visit(s.url + rules)
	b.opens(rules+"/briefe", rules+"/briefe")
	first := ask[string](b, `document.querySelector("textarea").id`)
	b.rewrites(first, "Ihre Behandlung in unserer Praxis {unbekannt}")
	b.saves(rules+"/briefe", 422, "Im Textbaustein „Betreff“ steht das Feld „unbekannt“.")
	own := "Ihre Behandlung in unserer Praxis, Zeichen {file}"
	b.rewrites(first, own)
	b.looks("briefe")
	b.saves(rules+"/briefe", 200, "Die Texte sind gespeichert")
	if typed := ask[string](b, `document.getElementById(`+quoted(first)+`).value`); typed != own {
		t.Errorf("the letter says %q", typed)
	}

	b.visit(s.url + rules)
	b.opens(rules+"/ablauf", rules+"/ablauf")
	b.reach("sms")
	ticked := ask[bool](b, `document.getElementById("sms").checked`)
	b.press(" ")
	b.saves(rules+"/wege", 200, "Die neuen Regeln gelten ab sofort")
	if ask[bool](b, `document.getElementById("sms").checked`) == ticked {
		t.Error("the way of news is as it was")
	}
	b.types("pay", "1")
	b.saves(rules+"/mahnen", 422, "Bitte prüfen Sie Ihre Angaben")
	b.types("pay", "21")
	b.saves(rules+"/mahnen", 200, "Die neuen Regeln gelten ab sofort")
	b.looks("ablauf")
	b.size(360, 740) // one column
	for _, path := range []string{"/kontakt", "/briefe", "/ablauf"} {
		for _, finding := range b.all(s.url + rules + path) {
			t.Errorf("%s: %s", path, finding)
		}
	}
	b.quiet()
}

// A clerk offers to settle for less, sees before what the debtor will see, and the debtor sees
// it; taken back, it is gone. A step that does not fit any more says so.
func TestAnOfferIsMadeSeenAndTakenBack(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	l := s.handedOver(t)
	b, d := open(t, s.url), open(t, s.url)
	b.works(s, s.colleagues(t)["leitung"].now(t), "Lindner")
	b.record(s, l.reference)
	b.opens("/akte/angebot", "/verwaltung/akte/angebot")
	b.reach("kind-settlement")
	b.press(" ")
	b.types("percent", "70")
	b.types("count", "1")
	b.day("until", 40)
	b.reach("broken-revives")
	b.press(" ")
	b.tabTo("#form button.primary")
	b.status(b.follow(enter), 200)
	b.shows("Ja, so soll das Angebot gemacht werden")
	b.looks("angebot")
	b.reach("sure")
	b.press(" ")
	b.sends("Das Angebot ist gemacht")
	b.looks("akte-angebot")

	d.typed(s.url, l)
	d.visit(s.url + "/akte/raten")
	d.shows("Weniger zahlen")
	b.tabTo(`main a[href*="/akte/angebot"][href*="id="]`)
	b.status(b.follow(enter), 200)
	b.sends("Das Angebot ist zurückgenommen")
	d.visit(s.url + "/akte/raten")
	d.hides("Weniger zahlen")
	d.quiet()

	b.status(b.visit(s.url+"/verwaltung/akte/annehmen?nr="+l.reference), 200)
	b.shows("passt nicht mehr zum Stand der Akte")
	b.looks("annehmen")
	run(t, command(t, s.env, "verify"))
}
