package bank

import "testing"

func TestCreditorIDs(t *testing.T) {
	for s, want := range map[string]string{
		"DE98ZZZ09999999999":      "", // the Bundesbank's example
		"de98 zzz 09999999999":    "",
		"DE98ABC09999999999":      "", // the business code is free
		"AT61ZZZ01234567890":      "",
		"DE00ZZZ0":                "creditorid_form",
		"DE00ZZZ09999999999":      "creditorid_checksum",
		"DE97ZZZ09999999999":      "creditorid_checksum",
		"DE98ZZZ09999999998":      "creditorid_checksum",
		"DE98ZZZ0999999999":       "creditorid_form",
		"DE98ZZZ0999999999A":      "creditorid_form",
		"DEA8ZZZ09999999999":      "creditorid_form",
		"US98ZZZ09999999999":      "creditorid_form",
		"DE98ZZZ09999999999DE98Z": "creditorid_form",
		"DE98-ZZ09999999999":      "creditorid_form",
		"D":                       "creditorid_form",
		"":                        "creditorid_form",
	} {
		got, err := ParseCreditorID(s)
		if key := keyOf(t, err); key != want || want == "" && got == "" {
			t.Errorf("%q: %q %q, want %q", s, got, key, want)
		}
	}
}
