package bank

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRFVectors(t *testing.T) {
	for _, v := range readVectors(t, "rf.csv") {
		rf, err := ParseRF(v["rf_reference"])
		if (keyOf(t, err) == "") != (v["validity"] == "valid") {
			t.Errorf("%s is %s (%s), but err = %v", v["rf_reference"], v["validity"], v["note"], err)
		}
		if err == nil && string(rf) != clean(v["rf_reference"]) {
			t.Errorf("%s reads as %s", v["rf_reference"], rf)
		}
		base := v["base_reference"]
		if base == "" {
			continue
		}
		if made, err := NewRF(base); err != nil || string(made) != v["rf_reference"] || made.Base() != base {
			t.Errorf("NewRF(%s) = %s, %v, want %s", base, made, err, v["rf_reference"])
		}
	}
}

func TestAFileReferenceBecomesAReference(t *testing.T) {
	for in, want := range map[string]RF{"69694201028": "RF0569694201028", "MF-2026/000123": "RF68MF2026000123", "2026-730011 ä": "RF752026730011"} {
		got, err := RFOf(in)
		if err != nil || got != want {
			t.Errorf("RFOf(%q) = %s, %v, want %s", in, got, err, want)
		}
		if _, err := ParseRF(string(got)); err != nil {
			t.Errorf("%s: %v", got, err)
		}
	}
	for _, in := range []string{"", "–/ä", "1234567890123456789012"} {
		if got, err := RFOf(in); err == nil {
			t.Errorf("RFOf(%q) = %s, want a refusal", in, got)
		}
	}
}

func TestRFRefusals(t *testing.T) {
	for in, key := range map[string]string{
		"": "rf_length", "RF18": "rf_length", "RF18539007547034000000000000": "rf_length",
		"XX18539007547034": "rf_prefix", "RFA8539007547034": "rf_characters",
		"RF18-539007547034": "rf_characters", "RF18539007547034Ä": "rf_characters",
		"RF17539007547034": "rf_checksum",
	} {
		if _, err := ParseRF(in); keyOf(t, err) != key {
			t.Errorf("ParseRF(%q): %v, want %s", in, err, key)
		}
	}
	for in, key := range map[string]string{
		"": "rf_length", " ": "rf_length", strings.Repeat("1", 22): "rf_length", "AZ-17": "rf_characters", "Ä": "rf_characters",
	} {
		if _, err := NewRF(in); keyOf(t, err) != key {
			t.Errorf("NewRF(%q): %v, want %s", in, err, key)
		}
	}
}

func TestRFPrintsInGroupsOfFour(t *testing.T) {
	if got, want := RF("RF18539007547034").Grouped(), "RF18 5390 0754 7034"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if RF("RF").Base() != "" || RF("").Grouped() != "" {
		t.Error("a reference that was never read must be harmless")
	}
}

// See TestAnySingleChangeOfAnIBANIsDetected for why the change stays within its class.
func TestAnySingleChangeOfAnRFIsDetected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.StringMatching(`[0-9A-Z]{1,21}`).Draw(t, "base")
		rf, err := NewRF(base)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ParseRF(rf.Grouped()); err != nil || again != rf || again.Base() != base {
			t.Fatalf("%s reads back as %s, %v", rf, again, err)
		}
		if wrong := change(t, string(rf), 0); parsesRF(wrong) {
			t.Fatalf("%s and %s both pass", rf, wrong)
		}
	})
}

func parsesRF(s string) bool {
	_, err := ParseRF(s)
	return err == nil
}

func FuzzParseRF(f *testing.F) {
	for _, s := range []string{"RF18539007547034", "rf18 5390 0754 7034", "RF08P", "RF", "RFÜÜ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		rf, err := ParseRF(s)
		if keyOf(t, err) != "" {
			return
		}
		if again, err := ParseRF(rf.Grouped()); err != nil || again != rf {
			t.Fatalf("%q reads as %q, then as %q (%v)", s, rf, again, err)
		}
		if twin, err := NewRF(rf.Base()); err != nil || twin != rf {
			t.Fatalf("%q has base %q, which makes %q (%v)", rf, rf.Base(), twin, err)
		}
	})
}
