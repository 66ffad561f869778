package instalments

import (
	"net/url"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/portal/text"
)

// fields are a form as a browser sends it.
func fields(pairs ...string) room.Fields {
	v := page.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v[pairs[i]] = []string{pairs[i+1]}
	}
	return room.Fields{Values: v}
}

func at(t testing.TB, s *sampled) (scene, *sampled) {
	t.Helper()
	rs, err := s.Scene(text.For(text.German), choosePath)
	if err != nil {
		t.Fatal(err)
	}
	return scene{rs}, s
}

// Whatever is typed has an answer at its field, in a sentence that says what to type instead.
func TestWhatCannotBeIsSaidAtItsField(t *testing.T) {
	s, known := at(t, owing()) // 355.28 euros are open on 22 November 2026
	for _, tc := range []struct{ name, typed, field, says string }{
		{"nothing", "", atAmount, "zum Beispiel 50,00"},
		{"zero", "0", atAmount, "ab 1,00\u00a0€"},
		{"negative", "-5", atAmount, "ab 1,00\u00a0€"},
		{"less than a cent", "0,001", atAmount, "„0,001“ ist kein Betrag"},
		{"a milliard", "1000000000", atAmount, "kleiner ist als der offene Betrag von 355,28\u00a0€"},
		{"beyond every number", "99999999999999999999", atAmount, "ist kein Betrag"},
		{"more than is owed", "355,29", atAmount, "kleiner ist als der offene Betrag"},
		{"all that is owed", "355,28", atAmount, "kleiner ist als der offene Betrag"},
		{"words", "viel", atAmount, "„viel“ ist kein Betrag"},
		{"day 0", "50&day=0", atDay, "von 1 bis 31"},
		{"day 32", "50&day=32", atDay, "von 1 bis 31"},
		{"day of words", "50&day=x", atDay, "von 1 bis 31"},
		{"no first day", "50&first-day=&first-month=&first-year=", atFirst, "Tag, Monat und Jahr"},
		{"31 February", "50&first-day=31&first-month=2", atFirst, "kein gültiges Datum"},
		{"the past", "50&first-year=2025", atFirst, "zwischen 23.11.2026 und 22.11.2029"},
		{"today", "50&first-day=22&first-month=11&first-year=2026", atFirst, "zwischen 23.11.2026"},
		{"in thirty years", "50&first-year=2056", atFirst, "und 22.11.2029"},
		{"an end before the beginning", "&mode=end&end-day=1&end-month=12&end-year=2026", atEnd, "Das Ende muss zwischen"},
		{"an end in a century", "&mode=end&end-day=1&end-month=12&end-year=2126", atEnd, "Das Ende muss zwischen"},
		{"a down payment of everything", "50&down=355,28", atDown, "höchstens 355,27\u00a0€"},
		{"a rhythm of our own", "50&rhythm=daily", atRhythm, "wie oft"},
		{"a settlement nobody offers", "&mode=offer-gratis", "how", "gilt nicht mehr"},
	} {
		q, err := url.ParseQuery("first-day=15&first-month=12&first-year=2026&instalment=" + tc.typed)
		if err != nil {
			t.Fatal(err)
		}
		view, _, err := s.choose(known.view, readForm(room.Fields{Values: last(q)}), true)
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		if got := view.Wrong(tc.field); !strings.Contains(got, tc.says) || !view.Failed || view.Answered {
			t.Errorf("%s: at %s stands %q, want %q; all: %v", tc.name, tc.field, got, tc.says, view.Mistakes)
		}
	}
}

// last takes the last of what was sent twice: the cases above change one field of a good form.
func last(q url.Values) page.Values {
	v := page.Values{}
	for name, all := range q {
		v[name] = all[len(all)-1:]
	}
	return v
}

// What is merely beyond the rules is no mistake: it is answered with each broken rule.
func TestWhatIsBeyondTheRulesIsAnsweredWithEachRule(t *testing.T) {
	s, known := at(t, owing())
	for amount, rules := range map[string]int{"1": 3, "12": 3, "20": 0, "50": 0} {
		view, a, err := s.choose(known.view, readForm(fields("instalment", amount, "first-day", "15", "first-month", "12", "first-year", "2026")), true)
		if err != nil || !view.Answered || len(view.Broken) != rules || view.AtOnce != (rules == 0) {
			t.Errorf("%s: %d rules, at once %v, %v", amount, len(view.Broken), view.AtOnce, err)
		}
		if rules > 0 && (a.Nearest == nil || a.Nearest.Instalment < 20_00) {
			t.Errorf("%s: the nearest is %+v", amount, a.Nearest)
		}
	}
}

// A day without banks is no mistake: the page says until when the money is in time (BGB § 193).
func TestAHolidayIsInTimeOnTheNextWorkingDay(t *testing.T) {
	s, known := at(t, owing())
	view, _, err := s.choose(known.view, readForm(fields("instalment", "50", "first-day", "25", "first-month", "12", "first-year", "2026")), true)
	if want := debt.MustDate("2026-12-28"); err != nil || view.Moved != want {
		t.Errorf("25 December is in time until %s, want %s; %v", view.Moved, want, err)
	}
}

// What was typed for one way of answering must not come back with another.
func TestAnotherWayOfAnsweringErasesWhatWasTyped(t *testing.T) {
	all := []string{"instalment", "50", "end-day", "1", "end-month", "6", "end-year", "2027", "first-day", "1", "first-month", "1", "first-year", "2027",
		"rhythm", "weekly", "down", "20", "day", "15"}
	amount := readForm(fields(append(all, "mode", "amount")...))
	end := readForm(fields(append(all, "mode", "end")...))
	offer := readForm(fields(append(all, "mode", "offer-sofort")...))
	if amount.End != (typedDay{}) || amount.Amount != "50" || amount.Day != "" {
		t.Errorf("by amount: %+v", amount)
	}
	if end.Amount != "" || end.End.Year != "2027" {
		t.Errorf("by end: %+v", end)
	}
	if offer.Amount != "" || offer.End != (typedDay{}) || offer.Down != "" || offer.Rhythm != "" || offer.First.Year != "2027" {
		t.Errorf("a settlement: %+v", offer)
	}
}

// What a page shows of a wish is read back as the same wish: the check page sends nothing else.
func TestAFormSaysTheSameWishAgain(t *testing.T) {
	w := text.For(text.German)
	for _, wish := range []plan.Wish{
		{Instalment: 50_00, First: debt.MustDate("2027-01-31"), Rhythm: plan.Monthly, Day: 31},
		{Instalment: 1_234_56, First: debt.MustDate("2027-01-31"), Rhythm: plan.Weekly, Down: 10_01},
		{EndBy: debt.MustDate("2028-02-29"), First: debt.MustDate("2027-01-01"), Rhythm: plan.Fortnightly},
		{Settlement: "sofort", First: debt.MustDate("2027-01-01"), Rhythm: plan.Monthly},
	} {
		var sent []string
		for _, h := range formOf(w, wish).Hidden() {
			sent = append(sent, h.Name, h.Value)
		}
		if got, wrong := readForm(fields(sent...)).wish(w); got != wish || len(wrong) > 0 {
			t.Errorf("%+v comes back as %+v, %v", wish, got, wrong)
		}
	}
}

func FuzzForm(f *testing.F) {
	for _, seed := range []string{"mode=amount&instalment=50&first-day=1&first-month=1&first-year=2027", "mode=end&end-day=31&end-month=2&end-year=2027", "mode=offer-sofort", "day=99999999999999999999"} {
		f.Add(seed)
	}
	s, known := at(f, owing())
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		view, a, err := s.choose(known.view, readForm(room.Fields{Values: page.Values(q)}), true)
		if err != nil {
			t.Fatal(err)
		}
		if view.Answered == (len(view.Mistakes) > 0) || view.Answered && len(a.Schedule.Instalments) == 0 {
			t.Errorf("%q: answered %v, mistakes %v", query, view.Answered, view.Mistakes)
		}
	})
}
