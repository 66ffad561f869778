package debtor

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/portal/text"
)

// A visit that knows the letter and a postcode may be a neighbour's. Whatever a case holds,
// its page says no more than the letter.
func TestLetterViewTellsNothingBeyondTheLetter(t *testing.T) {
	canaries := func(s *room.Sample) {
		s.Debtor.FirstName, s.Debtor.LastName, s.Debtor.Street = "KANARIEVORNAME", "KANARIENACHNAME", "KANARIESTRASSE 1"
		s.Debtor.City, s.Debtor.Email, s.Debtor.Phone = "KANARIESTADT", "KANARIEMAIL@example.org", "KANARIENUMMER"
		s.Debtor.CustomerNumber, s.Debtor.BirthOn = "KANARIEKUNDE", "1985-03-07"
	}
	for _, c := range claimSamples() {
		for _, lang := range text.Languages() {
			s := c.make().With(canaries)
			for i := range s.History.Claims {
				s.History.Claims[i].Object, s.Account.Claims[i].Object = "KANARIEGRUND", "KANARIEGRUND"
				s.History.Claims[i].InvoiceNumber = "KANARIERECHNUNG"
			}
			s.Tier = access.LetterView
			sc, err := s.Scene(text.For(lang), "/akte")
			if err != nil {
				t.Fatal(err)
			}
			pay, err := scene(sc).pay(sc.View.Statement.Payable)
			if err != nil {
				t.Fatal(err)
			}
			for what, html := range map[string][]byte{
				"letter": must(letterHTML.HTML(scene(sc).letter())), "pay": must(payHTML.HTML(pay)),
				"objection": must(objectionHTML.HTML(scene(sc).way())),
			} {
				for _, secret := range []string{"KANARIE", "1985", "07.03.", "Verzugszinsen", "Hauptforderung", "312,40", "30,85"} {
					if what != "letter" && secret != "KANARIE" && secret != "1985" {
						continue // these pages speak of interest in general
					}
					if strings.Contains(string(html), secret) {
						t.Errorf("%s %s %s tells %q", what, c.name, lang, secret)
					}
				}
			}
		}
	}
}

func must(html []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return html
}

// The struct is the wall: what has no field cannot be shown.
func TestLetterPageHasNoFieldForMore(t *testing.T) {
	want := []string{"Base", "Creditor", "Reference", "On", "Payable", "DueOn", "Now", "Words", "LastAccess"}
	typ := reflect.TypeFor[LetterPage]()
	for i := range typ.NumField() {
		if name := typ.Field(i).Name; !slices.Contains(want, name) {
			t.Errorf("LetterPage has the field %s: does the letter say that?", name)
		}
	}
}

func TestWaysAreOpenAsTheLawAllows(t *testing.T) {
	for name, want := range map[string]struct{ pay, plan, object, shows bool }{
		"open": {true, true, true, true}, "part-paid": {true, true, true, true}, "in-flight": {true, true, true, true},
		"objection": {true, true, true, true}, "plan": {true, false, true, true}, "plan-proposed": {true, false, true, true},
		"plan-lapsed": {true, true, true, true}, "promise": {true, true, true, true}, "court": {true, true, true, true},
		"minor": {false, false, true, true}, "insolvency": {false, false, true, true}, "checking": {false, false, true, true},
		"paid": {false, false, false, true}, "overpaid": {false, false, false, true}, "closed-settled": {false, false, false, true},
		"closed-sold": {false, false, false, true}, "closed-insolvent": {false, false, true, true},
		"closed-deceased": {false, false, false, false}, "closed-identity-theft": {false, false, false, false},
	} {
		i := slices.IndexFunc(claimSamples(), func(c claimSample) bool { return c.name == name })
		if i < 0 {
			t.Fatalf("no sample %s", name)
		}
		sc, err := claimSamples()[i].make().Scene(text.For(text.German), "/akte")
		if err != nil {
			t.Fatal(err)
		}
		html := string(must(claimHTML.HTML(scene(sc).claim())))
		for path, open := range map[string]bool{"/akte/bezahlen": want.pay, `href="/akte/raten">` + text.For(text.German).Text("act_plan", nil): want.plan,
			`class="button secondary" href="/akte/einwand`: want.object, `id="bill"`: want.shows} {
			if got := strings.Contains(html, path); got != open {
				t.Errorf("%s: %s is there: %v, want %v", name, path, got, open)
			}
		}
		if !want.shows && strings.Contains(html, "Mustermann") {
			t.Errorf("%s tells who it is about", name)
		}
	}
}

// RDG § 13a I: what the first page about a claim must say.
func TestClaimPageSaysWhatTheLawAsksFor(t *testing.T) {
	sc, err := claimSamples()[slices.IndexFunc(claimSamples(), func(c claimSample) bool { return c.name == "researched" })].
		make().Scene(text.For(text.German), "/akte")
	if err != nil {
		t.Fatal(err)
	}
	html := string(must(claimHTML.HTML(scene(sc).claim())))
	for nr, want := range map[string]string{
		"1 client": "Venloer Straße 214", "2 object": "Professionelle Zahnreinigung", "2 date of conclusion": "10.06.2026",
		"3 amount": "aus 312,40\u00a0€", "3 rate": "6,52\u00a0% im Jahr", "3 period": "09.08.2026 bis 21.11.2026",
		"5 kind": "Vergütung für das Inkasso", "5 ground": "RVG § 13, VV 2300", "6 VAT": "nicht als Vorsteuer abziehen",
		"7 address": "Wir haben sie ermittelt", "8 authority": "rdg@bfj.bund.de",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("Nr. %s: %q is missing", nr, want)
		}
	}
}

// A rate above the statutory one needs its reason (RDG § 13a I Nr. 4).
func TestFixedRateGivesItsReason(t *testing.T) {
	i := slices.IndexFunc(claimSamples(), func(c claimSample) bool { return c.name == "fixed-rate" })
	sc, err := claimSamples()[i].make().Scene(text.For(text.German), "/akte")
	if err != nil {
		t.Fatal(err)
	}
	if html := string(must(claimHTML.HTML(scene(sc).claim()))); !strings.Contains(html, "Im Vertrag vom 26.01.2026 vereinbart") {
		t.Error("the reason is missing")
	}
}

// Where the base rate is unknown, no page may say that interest was computed to the day.
func TestUnknownInterestIsNotCalledComplete(t *testing.T) {
	w, last := text.For(text.German), debt.LastBaseRateDay()
	s := room.NewSample()
	s.Today = last.AddDays(41)
	sc, err := s.Claim(room.SampleObject, 312_40, 120).Scene(w, "/akte")
	if err != nil {
		t.Fatal(err)
	}
	for what, html := range map[string]string{"claim": string(must(claimHTML.HTML(scene(sc).claim()))), "statement": string(must(statementHTML.HTML(scene(sc).statement())))} {
		if !strings.Contains(html, "bis zum "+w.Date(last)+" berechnet") || strings.Contains(html, w.Date(s.Today.AddDays(-1))) {
			t.Errorf("the %s page says interest is known to %s", what, w.Date(s.Today.AddDays(-1)))
		}
		if !strings.Contains(html, "312,40") || !strings.Contains(html, w.Cents(sc.View.Statement.Payable)) {
			t.Errorf("the %s page hides what is known", what)
		}
	}
}

func TestTheEntryPageKnowsNothingOfClaims(t *testing.T) {
	for _, s := range entrySamples() {
		html := string(must(s.HTML(text.For(text.German))))
		for _, word := range []string{"Forderung", "Schuld", "Gläubiger", "Inkassokosten", "€"} {
			if strings.Contains(html, word) {
				t.Errorf("%s says %q before anybody has signed in", s.Name, word)
			}
		}
	}
}

// After a refusal the code may stay, the second datum is gone.
func TestARefusedEntryForgetsTheCheck(t *testing.T) {
	html := string(must(entryPage.HTML(EntryPage{Base: page.SampleBase(text.For(text.German), "/"),
		entryForm: entryForm{Code: "ABCD", Check: access.CheckBirth}})))
	if !strings.Contains(html, `value="ABCD"`) || !strings.Contains(html, `name="year" value=""`) {
		t.Error("the code should stay, the year should be empty")
	}
}

func TestBirthDateJoinsThreeFields(t *testing.T) {
	for _, tc := range []struct{ day, month, year, want string }{
		{"7", "3", "1985", "1985-03-07"}, {"07", "03", "1985", "1985-03-07"}, {"31", "12", "2001", "2001-12-31"},
		{"", "3", "1985", ""}, {"x", "3", "1985", ""}, {"7", "3", "85", "0085-03-07"},
	} {
		if got := birthDate(tc.year, tc.month, tc.day); got != tc.want {
			t.Errorf("%s %s %s: %q, want %q", tc.day, tc.month, tc.year, got, tc.want)
		}
	}
}

func TestPlainAmountIsWhatBankingAppsTake(t *testing.T) {
	for c, want := range map[debt.Cents]string{5: "0,05", 355_28: "355,28", 1_234_567_89: "1234567,89"} {
		if got := plainAmount(c); got != want {
			t.Errorf("%d: %q, want %q", c, got, want)
		}
	}
}
