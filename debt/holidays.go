package debt

import (
	"slices"
	"strings"
	"time"
)

// State is the ISO 3166-2:DE code of a Land without "DE-", such as "NW". The zero value
// is "unknown" and keeps the holidays of all Länder: a period that runs against the
// debtor must not end on a day that may be a holiday where the debtor lives.
type State string

// stateNames lists the Länder with the names ParseState accepts beside the code.
var stateNames = []struct {
	code State
	name string
}{
	{"BW", "Baden-Württemberg"}, {"BY", "Bayern"}, {"BE", "Berlin"}, {"BB", "Brandenburg"},
	{"HB", "Bremen"}, {"HH", "Hamburg"}, {"HE", "Hessen"}, {"MV", "Mecklenburg-Vorpommern"},
	{"NI", "Niedersachsen"}, {"NW", "Nordrhein-Westfalen"}, {"RP", "Rheinland-Pfalz"},
	{"SL", "Saarland"}, {"SN", "Sachsen"}, {"ST", "Sachsen-Anhalt"}, {"SH", "Schleswig-Holstein"},
	{"TH", "Thüringen"},
}

// States lists the 16 codes in the order of their German names.
func States() []State {
	var all []State
	for _, s := range stateNames {
		all = append(all, s.code)
	}
	return all
}

// Name is the German name of the Land, "" when unknown.
func (s State) Name() string {
	for _, n := range stateNames {
		if n.code == s {
			return n.name
		}
	}
	return ""
}

// ParseState reads a code or a German name in any case, with or without umlauts, blanks
// and hyphens ("nw", "DE-NW", "NRW", "Baden Wuerttemberg"). Blank is the unknown State;
// anything else is refused with key "state_unknown".
func ParseState(s string) (State, error) {
	word := plainLetters(s)
	if word == "" && strings.TrimSpace(s) == "" {
		return "", nil
	}
	for _, n := range stateNames {
		code, name := plainLetters(string(n.code)), plainLetters(n.name)
		bare := plainLetters(strings.ReplaceAll(n.name, "ü", "u"))
		if word == code || word == "de"+code || word == name || word == bare {
			return n.code, nil
		}
	}
	if word == "nrw" {
		return "NW", nil
	}
	return "", E(Invalid, "state_unknown", Args{"value": clip(s)})
}

var spellings = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "u\u0308", "ue",
	" ", "", "-", "", "–", "", "\t", "")

func plainLetters(s string) string { return spellings.Replace(strings.ToLower(s)) }

// Holiday is a public holiday by its German name.
type Holiday struct {
	On   Date
	Name string
}

// holidayRule is one line of the holiday laws of the Länder. Rules are right from 1995
// on; no date Quitt handles is older.
type holidayRule struct {
	name     string
	on       func(year int) Date
	states   string // codes; "" is all
	from, to int    // years, inclusive; 0 is open
}

// Holidays of single municipalities (Augsburg on 8 August, Mariä Himmelfahrt in parts of
// Bavaria, Fronleichnam in parts of Saxony and Thuringia) are not a Land's holidays; the
// last two still count for the unknown State, because some Land has them.
var holidayRules = []holidayRule{
	{name: "Neujahr", on: onDay(time.January, 1)},
	{name: "Heilige Drei Könige", on: onDay(time.January, 6), states: "BW BY ST"},
	{name: "Internationaler Frauentag", on: onDay(time.March, 8), states: "BE", from: 2019},
	{name: "Internationaler Frauentag", on: onDay(time.March, 8), states: "MV", from: 2023},
	{name: "Karfreitag", on: onEaster(-2)},
	{name: "Ostersonntag", on: onEaster(0), states: "BB"},
	{name: "Ostermontag", on: onEaster(1)},
	{name: "Tag der Arbeit", on: onDay(time.May, 1)},
	{name: "Tag der Befreiung (75. Jahrestag)", on: onDay(time.May, 8), states: "BE", from: 2020, to: 2020},
	{name: "Tag der Befreiung (80. Jahrestag)", on: onDay(time.May, 8), states: "BE", from: 2025, to: 2025},
	{name: "Christi Himmelfahrt", on: onEaster(39)},
	{name: "Pfingstsonntag", on: onEaster(49), states: "BB"},
	{name: "Pfingstmontag", on: onEaster(50)},
	{name: "Fronleichnam", on: onEaster(60), states: "BW BY HE NW RP SL"},
	{name: "75. Jahrestag Volksaufstand DDR", on: onDay(time.June, 17), states: "BE", from: 2028, to: 2028},
	{name: "Mariä Himmelfahrt", on: onDay(time.August, 15), states: "SL"},
	{name: "Weltkindertag", on: onDay(time.September, 20), states: "TH", from: 2019},
	{name: "Tag der Deutschen Einheit", on: onDay(time.October, 3)},
	{name: "Reformationstag", on: onDay(time.October, 31), states: "BB MV SN ST TH"},
	{name: "Reformationstag", on: onDay(time.October, 31), states: "BW BY BE HB HE HH NI NW RP SH SL", from: 2017, to: 2017},
	{name: "Reformationstag", on: onDay(time.October, 31), states: "HB HH NI SH", from: 2018},
	{name: "Allerheiligen", on: onDay(time.November, 1), states: "BW BY NW RP SL"},
	{name: "Buß- und Bettag", on: repentanceDay, states: "SN"},
	{name: "1. Weihnachtstag", on: onDay(time.December, 25)},
	{name: "2. Weihnachtstag", on: onDay(time.December, 26)},
}

func onDay(m time.Month, day int) func(int) Date {
	return func(year int) Date { return NewDate(year, m, day) }
}

func onEaster(offset int) func(int) Date {
	return func(year int) Date { return easterSunday(year).AddDays(offset) }
}

// repentanceDay is the Wednesday before 23 November.
func repentanceDay(year int) Date {
	d := NewDate(year, time.November, 22)
	for d.Weekday() != time.Wednesday {
		d = d.AddDays(-1)
	}
	return d
}

// easterSunday follows the Gregorian computus as Meeus, Jones and Butcher wrote it.
func easterSunday(year int) Date {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return NewDate(year, time.Month(n/31), n%31+1)
}

func (r holidayRule) holdsIn(year int, s State) bool {
	return year >= r.from && (r.to == 0 || year <= r.to) &&
		(s == "" || r.states == "" || strings.Contains(r.states, string(s)))
}

// Holidays lists the public holidays of the Land, all of them for the unknown State, in
// the order of the calendar and each day once.
func Holidays(year int, s State) []Holiday {
	var all []Holiday
	for _, r := range holidayRules {
		if r.holdsIn(year, s) {
			all = append(all, Holiday{r.on(year), r.name})
		}
	}
	slices.SortStableFunc(all, func(a, b Holiday) int { return a.On.Compare(b.On) })
	return slices.CompactFunc(all, func(a, b Holiday) bool { return a.On == b.On })
}

// IsHoliday names the holiday that d is in the Land. Ordinary Sundays are none.
func IsHoliday(d Date, s State) (string, bool) {
	year := d.Year()
	for _, r := range holidayRules {
		if r.holdsIn(year, s) && r.on(year) == d {
			return r.name, true
		}
	}
	return "", false
}
