package statement

import "testing"

func TestAmountsAreReadExactly(t *testing.T) {
	for _, c := range []struct {
		text, currency string
		point          byte
		want           int64
		fault          Fault
	}{
		{"1277.40", "EUR", '.', 127740, Fine},
		{"1277,4", "EUR", ',', 127740, Fine},
		{"300,", "EUR", ',', 30000, Fine},
		{"7", "EUR", '.', 700, Fine},
		{"8.850", "EUR", '.', 885, Fine},
		{"18.15000", "EUR", '.', 1815, Fine},
		{"25.505", "EUR", '.', 0, TooFine},
		{"25.5", "JPY", '.', 0, TooFine},
		{"25.0", "JPY", '.', 25, Fine},
		{"1.234", "TND", '.', 1234, Fine},
		{"0.00", "EUR", '.', 0, Fine},
		{"9999999999999999.99", "EUR", '.', 999999999999999999, Fine},
		{"99999999999999999.99", "EUR", '.', 0, NoNumber},
		{"999999999999999999", "EUR", '.', 0, NoNumber}, // more than an int64 of cents
		{"-1.00", "EUR", '.', 0, NoNumber},
		{"+1.00", "EUR", '.', 0, NoNumber},
		{"1.000,00", "EUR", ',', 0, NoNumber},
		{"1e3", "EUR", '.', 0, NoNumber},
		{".50", "EUR", '.', 0, NoNumber},
		{"", "EUR", '.', 0, NoNumber},
		{"1.2.3", "EUR", '.', 0, NoNumber},
		{"١", "EUR", '.', 0, NoNumber},
	} {
		if got, fault := Units(c.text, c.currency, c.point); got != c.want || fault != c.fault {
			t.Errorf("%q %s: %d, %d; want %d, %d", c.text, c.currency, got, fault, c.want, c.fault)
		}
	}
}

func TestDays(t *testing.T) {
	for text, want := range map[string]Date{
		"2026-11-20": "2026-11-20", "2026-11-20+01:00": "2026-11-20", "2026-11-20Z": "2026-11-20",
		"2026-11-20T00:00:00+01:00": "2026-11-20", "2024-02-29": "2024-02-29",
		"2026-02-30": "", "2026-02-29": "", "2026-13-01": "", "20261120": "", "": "", "2026-11-201": "", "0000-00-00": "",
	} {
		if got, ok := Day(text); got != want || ok != (want != "") {
			t.Errorf("%q: %q %v", text, got, ok)
		}
	}
}

func TestAnAccountIsKnownByItsNumberToo(t *testing.T) {
	const iban = "DE89370400440532013000"
	for _, c := range []struct {
		head Head
		want bool
	}{
		{Head{IBAN: iban}, true},
		{Head{IBAN: "DE02120300000000202051"}, false},
		{Head{Other: "37040044/0532013000"}, true},
		{Head{Other: "37040044/532013000"}, true},
		{Head{Other: "37040044/532013001"}, false},
		{Head{Other: "37040045/532013000"}, false},
		{Head{Other: "37040044/"}, false},
		{Head{Other: "37040044"}, false},
		{Head{}, false},
	} {
		if got := c.head.Of(iban); got != c.want {
			t.Errorf("%+v: %v", c.head, got)
		}
	}
}
