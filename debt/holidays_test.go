package debt

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// holidayList reads the official list: day and Land to name, 2024 to 2030.
func holidayList(t *testing.T) map[Date]map[State]string {
	list := map[Date]map[State]string{}
	for _, v := range vectors(t, "holidays_de") {
		on := MustDate(v["date"])
		if list[on] == nil {
			list[on] = map[State]string{}
		}
		for _, s := range strings.Fields(v["states"]) {
			list[on][State(s)] = v["name"]
		}
	}
	return list
}

func TestHolidaysAreExactlyTheListed(t *testing.T) {
	list := holidayList(t)
	for d := MustDate("2024-01-01"); d.Year() <= 2030; d = d.AddDays(1) {
		for _, s := range States() {
			name, ok := IsHoliday(d, s)
			if want, listed := list[d][s]; ok != listed || name != want {
				t.Errorf("%s in %s: %q, want %q", d, s, name, want)
			}
		}
		if _, ok := IsHoliday(d, ""); ok != (len(list[d]) > 0) {
			t.Errorf("%s in an unknown Land: %v, listed for %d", d, ok, len(list[d]))
		}
	}
}

func TestHolidaysOfAYearAreListedOnceAndInOrder(t *testing.T) {
	list := holidayList(t)
	for year := 2024; year <= 2030; year++ {
		for _, s := range append(States(), "") {
			want := 0
			for d, states := range list {
				if _, ok := states[s]; d.Year() == year && (ok || s == "") {
					want++
				}
			}
			all := Holidays(year, s)
			if len(all) != want {
				t.Errorf("%d in %q: %d holidays, want %d", year, s, len(all), want)
			}
			for i, h := range all {
				if name, ok := IsHoliday(h.On, s); !ok || name != h.Name {
					t.Errorf("%s %s is no holiday in %q", h.On, h.Name, s)
				}
				if i > 0 && !all[i-1].On.Before(h.On) {
					t.Errorf("%s is not after %s", h.On, all[i-1].On)
				}
			}
		}
	}
}

func TestHolidayLawsChangedOverTheYears(t *testing.T) {
	for _, c := range []struct {
		on     string
		state  State
		wanted bool
	}{
		{"2016-10-31", "NW", false}, {"2017-10-31", "NW", true}, {"2018-10-31", "NW", false},
		{"2017-10-31", "SH", true}, {"2016-10-31", "SH", false}, {"2018-10-31", "SH", true},
		{"2010-10-31", "SN", true}, {"2017-10-31", "SN", true}, {"2017-10-31", "BE", true}, {"2018-10-31", "BE", false},
		{"2018-03-08", "BE", false}, {"2019-03-08", "BE", true}, {"2022-03-08", "MV", false}, {"2023-03-08", "MV", true},
		{"2018-09-20", "TH", false}, {"2019-09-20", "TH", true},
		{"2020-05-08", "BE", true}, {"2021-05-08", "BE", false}, {"2020-05-08", "BB", false},
		{"2028-06-17", "BE", true}, {"2028-06-17", "BB", false},
		{"2022-11-16", "SN", true}, {"2022-11-23", "SN", false}, // the Wednesday before 23 November
		{"2002-11-20", "SN", true}, {"2002-11-20", "BY", false},
	} {
		if _, got := IsHoliday(MustDate(c.on), c.state); got != c.wanted {
			t.Errorf("%s in %s: %v", c.on, c.state, got)
		}
	}
}

func TestEasterSunday(t *testing.T) {
	for year, want := range map[int]string{
		1961: "1961-04-02", 2000: "2000-04-23", 2008: "2008-03-23", 2019: "2019-04-21", 2024: "2024-03-31",
		2025: "2025-04-20", 2026: "2026-04-05", 2027: "2027-03-28", 2038: "2038-04-25", 2049: "2049-04-18",
	} {
		if got := easterSunday(year); got != MustDate(want) {
			t.Errorf("%d: %s, want %s", year, got, want)
		}
	}
}

func TestParseStateForgivesSpelling(t *testing.T) {
	for s, want := range map[string]State{
		"NW": "NW", "nw": "NW", "DE-NW": "NW", "nrw": "NW", "Nordrhein-Westfalen": "NW", "nordrhein westfalen": "NW",
		"Baden-Württemberg": "BW", "BADEN-WÜRTTEMBERG": "BW", "Baden Wuerttemberg": "BW", "baden-wurttemberg": "BW",
		"Thüringen": "TH", "Thueringen": "TH", " Thu\u0308ringen ": "TH", "sachsen": "SN", "Sachsen-Anhalt": "ST",
		"": "", "  ": "",
	} {
		if got, err := ParseState(s); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", s, got, err, want)
		}
	}
	for _, s := range []string{"-", "XX", "DE", "Österreich", "N W X", "Sachsen/Anhalt", "\x00", "NW;"} {
		_, err := ParseState(s)
		wantKey(t, err, Invalid, "state_unknown")
	}
}

func TestEveryStateIsKnownByCodeAndName(t *testing.T) {
	want := []State{"BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH"}
	if d := cmp.Diff(want, States()); d != "" {
		t.Error(d)
	}
	for _, s := range States() {
		for _, word := range []string{string(s), s.Name()} {
			if got, err := ParseState(word); err != nil || got != s {
				t.Errorf("%q: %q, %v", word, got, err)
			}
		}
	}
	if name := State("").Name(); name != "" {
		t.Errorf("the unknown state is called %q", name)
	}
}

func FuzzParseState(f *testing.F) {
	for _, s := range []string{"NW", "Baden-Württemberg", "thu\u0308ringen", "", "-", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseState(s)
		if err != nil {
			wantKey(t, err, Invalid, "state_unknown")
			return
		}
		for _, again := range []string{string(got), got.Name()} {
			if back, err := ParseState(again); err != nil || back != got {
				t.Errorf("%q → %q → %q, %v", s, got, back, err)
			}
		}
	})
}
