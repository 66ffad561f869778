package debt

import "testing"

func TestDeadlineVectors(t *testing.T) {
	for _, v := range vectors(t, "deadlines") {
		s := must[State](t)(ParseState(v["state"]))
		raw := Period{v.number(t, "amount"), Unit(v["unit"])}.End(MustDate(v["event_date"]))
		if raw.String() != v["raw_end"] {
			t.Errorf("%s ends %s, want %s", v["id"], raw, v["raw_end"])
		}
		last := LastDayToAct(raw, s)
		if last.String() != v["last_day_to_act"] {
			t.Errorf("%s: last day %s, want %s", v["id"], last, v["last_day_to_act"])
		}
		if late := last.AddDays(1); late.String() != v["first_day_late"] {
			t.Errorf("%s: late from %s, want %s", v["id"], late, v["first_day_late"])
		}
	}
}

func TestPeriodEndsOnTheSameDayOrTheLastOfTheMonth(t *testing.T) {
	for _, c := range []struct {
		p           Period
		event, want string
	}{
		{Period{1, Months}, "2026-01-31", "2026-02-28"},
		{Period{1, Months}, "2024-01-31", "2024-02-29"},
		{Period{3, Years}, "2024-02-29", "2027-02-28"},
		{Period{30, Years}, "2026-03-24", "2056-03-24"},
		{Period{2, Weeks}, "2026-12-24", "2027-01-07"},
		{Period{0, Days}, "2026-05-02", "2026-05-02"},
	} {
		if got := c.p.End(MustDate(c.event)); got.String() != c.want {
			t.Errorf("%v after %s: %s, want %s", c.p, c.event, got, c.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a period without a unit has an end")
		}
	}()
	Period{Amount: 1}.End(MustDate("2026-01-01"))
}

func TestUnknownStateShiftsPastEveryLandsHoliday(t *testing.T) {
	for raw, want := range map[string]string{
		"2026-01-06": "2026-01-07", // Heilige Drei Könige, three Länder
		"2026-06-04": "2026-06-05", // Fronleichnam
		"2025-08-15": "2025-08-18", // Mariä Himmelfahrt on a Friday
		"2026-10-31": "2026-11-02",
		"2026-12-24": "2026-12-24",
		"2026-12-31": "2026-12-31",
	} {
		if got := LastDayToAct(MustDate(raw), ""); got.String() != want {
			t.Errorf("%s: %s, want %s", raw, got, want)
		}
	}
}

func TestAddBusinessDaysSkipsWeekendsAndHolidays(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-04-02", 1, "2026-04-07"}, // Maundy Thursday over Easter
		{"2026-04-04", 0, "2026-04-07"},
		{"2026-04-04", 1, "2026-04-07"},
		{"2026-04-07", -1, "2026-04-02"},
		{"2026-04-05", -1, "2026-04-02"},
		{"2026-11-22", 5, "2026-11-27"},
		{"2026-12-23", 3, "2026-12-29"},
	} {
		if got := AddBusinessDays(MustDate(c.from), c.n, "NW"); got.String() != c.want {
			t.Errorf("%s %+d: %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestTargetClosesOnSixHolidaysOnly(t *testing.T) {
	for on, want := range map[string]bool{
		"2026-01-01": false, "2026-04-03": false, "2026-04-06": false, "2026-05-01": false,
		"2025-12-25": false, "2025-12-26": false, "2026-11-21": false, "2026-11-22": false,
		"2026-11-23": true, "2026-05-14": true, "2026-05-25": true, "2025-10-03": true, // German holidays
		"2026-12-24": true, "2026-12-31": true, "2026-04-02": true, "2026-04-07": true, "2026-01-02": true,
	} {
		if got := IsTargetDay(MustDate(on)); got != want {
			t.Errorf("%s: %v", on, got)
		}
	}
}
