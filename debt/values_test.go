package debt

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

func TestParseCentsReadsGermanAndMachineAmounts(t *testing.T) {
	for s, want := range map[string]Cents{
		"1234": 1234_00, "1234,5": 1234_50, "1234,56": 1234_56, "1.234,56": 1234_56, "1234.56": 1234_56, "1234.5": 1234_50,
		"0": 0, "0,01": 1, "007": 7_00, "-12,30": -12_30, "-1.234.567,89": -1_234_567_89, "12,30 €": 12_30, "12.30 EUR": 12_30,
		" 12 ": 12_00, "1000000000": MaxCents, "-1.000.000.000,00": -MaxCents, "-0": 0,
	} {
		if got, err := ParseCents(s); err != nil || got != want {
			t.Errorf("%q: %s, %v, want %s", s, got, err, want)
		}
	}
}

func TestParseCentsRefusesWhatCouldMeanTwoThings(t *testing.T) {
	for _, s := range []string{
		"", "-", "€", "1.234", "1,234", "1.23.456,00", "1234.567,00", "12.34,5", "1,2,3", "1,", ",5", ".5", "1.", "--1", "+1",
		"1e3", "0x10", "1 234", "١٢", "12,345", "1000000000,01", "99999999999999999999", "1_000", "12,30 $", "\x00",
	} {
		got, err := ParseCents(s)
		wantKey(t, err, Invalid, "amount_invalid")
		if got != 0 {
			t.Errorf("%q: %s with an error", s, got)
		}
	}
}

func TestCentsReadAsMachinesWriteThem(t *testing.T) {
	for c, want := range map[Cents]string{
		0: "0.00", 1: "0.01", -1: "-0.01", 10: "0.10", 1234_50: "1234.50", -1234_50: "-1234.50",
		MaxCents: "1000000000.00", math.MinInt64: "-92233720368547758.08", math.MaxInt64: "92233720368547758.07",
	} {
		if got := c.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestShareRoundsHalfUp(t *testing.T) {
	for _, c := range []struct {
		amount Cents
		rate   BasisPoints
		want   Cents
	}{
		{1, 5000, 1}, {1, 4999, 0}, {3, 5000, 2}, {28_35, 5000, 14_18}, {46_35, 5000, 23_18}, {0, 9000, 0}, {100_00, 0, 0},
		{292_40, 1900, 55_56}, {MaxCents, 10_000, MaxCents},
	} {
		if got := c.amount.Share(c.rate); got != c.want {
			t.Errorf("%s × %d: %s, want %s", c.amount, c.rate, got, c.want)
		}
	}
	for _, f := range []func(){func() { Cents(-1).Share(1) }, func() { Cents(1).Share(-1) }} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a share of a negative amount")
				}
			}()
			f()
		}()
	}
}

func TestParseDateReadsISOAndGermanDays(t *testing.T) {
	for s, want := range map[string]Date{
		"2026-11-22": NewDate(2026, 11, 22), "22.11.2026": NewDate(2026, 11, 22), "2.1.2026": NewDate(2026, 1, 2),
		"02.01.2026": NewDate(2026, 1, 2), "29.2.2024": NewDate(2024, 2, 29), "1900-01-01": NewDate(1900, 1, 1),
		"2199-12-31": NewDate(2199, 12, 31),
	} {
		if got, err := ParseDate(s); err != nil || got != want {
			t.Errorf("%q: %s, %v", s, got, err)
		}
	}
	for _, s := range []string{
		"", "22.11.26", "2026-2-1", "29.02.2026", "2026-02-29", "31.04.2026", "0.1.2026", "2026-00-01", "22/11/2026", "1899-12-31",
		"2200-01-01", "2026-11-22T00:00:00Z", " 2026-11-22", "22.11.2026 ", "20261122", "22.11.", "\xff",
	} {
		got, err := ParseDate(s)
		wantKey(t, err, Invalid, "date_invalid")
		if !got.IsZero() {
			t.Errorf("%q: %s with an error", s, got)
		}
	}
}

func TestAddMonthsClipsToTheLastDay(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"}, {"2026-08-31", 6, "2027-02-28"}, {"2026-12-31", 2, "2027-02-28"},
		{"2026-03-31", -1, "2026-02-28"}, {"2026-01-15", -13, "2024-12-15"}, {"2026-11-30", 1, "2026-12-30"},
		{"2100-01-29", 1, "2100-02-28"}, {"2000-01-29", 1, "2000-02-29"}, {"2026-11-22", 0, "2026-11-22"},
	} {
		if got := MustDate(c.from).AddMonths(c.n); got.String() != c.want {
			t.Errorf("%s %+d months: %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestDaysAreCountedThroughLeapYears(t *testing.T) {
	for _, c := range []struct {
		from, to string
		days     int
	}{
		{"2024-02-28", "2024-03-01", 2}, {"2026-02-28", "2026-03-01", 1}, {"2024-01-01", "2025-01-01", 366},
		{"2100-01-01", "2101-01-01", 365}, {"2000-01-01", "2001-01-01", 366}, {"2026-03-02", "2026-03-01", -1},
		{"1900-01-01", "2199-12-31", 109572},
	} {
		from, to := MustDate(c.from), MustDate(c.to)
		if got := from.DaysUntil(to); got != c.days || from.AddDays(c.days) != to {
			t.Errorf("%s to %s: %d days, and back to %s", from, to, got, from.AddDays(c.days))
		}
	}
}

func TestDateKnowsItsYearWeekdayAndOrder(t *testing.T) {
	d := MustDate("2026-11-22")
	if d.Year() != 2026 || d.Weekday() != time.Sunday || d.YearEnd() != MustDate("2026-12-31") {
		t.Errorf("%d %s %s", d.Year(), d.Weekday(), d.YearEnd())
	}
	next := d.AddDays(1)
	if !d.Before(next) || !next.After(d) || d.Before(d) || d.After(d) || d.Compare(next) >= 0 || next.Compare(d) <= 0 {
		t.Error("order of two days")
	}
	if Later(d, next) != next || Later(next, d) != next || Earlier(d, next) != d || Earlier(next, d) != d {
		t.Error("later and earlier")
	}
}

func TestTheDayTurnsAtMidnightInBerlin(t *testing.T) {
	for at, want := range map[string]string{
		"2026-11-22T22:59:59Z": "2026-11-22", "2026-11-22T23:00:00Z": "2026-11-23",
		"2026-07-01T21:59:59Z": "2026-07-01", "2026-07-01T22:00:00Z": "2026-07-02",
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := DateIn(instant, Berlin); got.String() != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
}

func TestDateTravelsAsText(t *testing.T) {
	for _, d := range []Date{{}, MustDate("2026-11-22")} {
		b, err := d.MarshalText()
		if err != nil || string(b) != d.String() {
			t.Errorf("%q, %v", b, err)
		}
		back := MustDate("1999-09-09")
		if err := back.UnmarshalText(b); err != nil || back != d {
			t.Errorf("%q reads as %s, %v", b, back, err)
		}
	}
	var d Date
	wantKey(t, d.UnmarshalText([]byte("soon")), Invalid, "date_invalid")
}

func TestMustDatePanicsOnABadConstant(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	MustDate("2026-02-30")
}

func TestErrorsMatchOnKindAndKey(t *testing.T) {
	err := E(Invalid, "fee_table_exceeded", Args{"limit": Cents(50_000_00), "a": 1})
	if got := err.Error(); got != "invalid: fee_table_exceeded a=1 limit=50000.00" {
		t.Error(got)
	}
	wrapped := errors.Join(errors.New("outer"), err)
	if !errors.Is(wrapped, E(Invalid, "fee_table_exceeded", nil)) || errors.Is(wrapped, E(NotFound, "fee_table_exceeded", nil)) ||
		errors.Is(wrapped, E(Invalid, "other", nil)) || errors.Is(wrapped, errors.New("outer")) {
		t.Error("errors.Is looks at more or less than kind and key")
	}
	if KindOf(wrapped) != Invalid || KindOf(errors.New("x")) != "" || KindOf(nil) != "" {
		t.Error("KindOf")
	}
	if len(Kinds()) != 6 {
		t.Error(Kinds())
	}
}

func TestErrorsRepeatInputShortAndPrintable(t *testing.T) {
	_, err := ParseCents("a\x00\n\xff" + strings.Repeat("ä", 100))
	value, _ := wantKey(t, err, Invalid, "amount_invalid")["value"].(string)
	if value != "a···"+strings.Repeat("ä", 56)+"…" {
		t.Errorf("%q", value)
	}
}

func FuzzParseCents(f *testing.F) {
	for _, s := range []string{"1.234,56 €", "-12.30", "1,234", "", "0001,5 EUR", "1.000.000.000,00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseCents(s)
		if err != nil {
			wantKey(t, err, Invalid, "amount_invalid")
			return
		}
		if back, err := ParseCents(got.String()); err != nil || back != got {
			t.Errorf("%q → %s → %s, %v", s, got, back, err)
		}
		if german := strings.Replace(got.String(), ".", ",", 1); s != german {
			if back, err := ParseCents(german); err != nil || back != got {
				t.Errorf("%q → %s → %s, %v", s, german, back, err)
			}
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-11-22", "2.1.2026", "29.02.2025", "1900-01-01", "2199-12-31", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseDate(s)
		if err != nil {
			wantKey(t, err, Invalid, "date_invalid")
			return
		}
		if back, err := ParseDate(got.String()); err != nil || back != got {
			t.Errorf("%q → %s → %s, %v", s, got, back, err)
		}
		if german := got.Time().Format("2.1.2006"); must[Date](t)(ParseDate(german)) != got {
			t.Errorf("%q → %s", s, german)
		}
	})
}
