package sepa

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTheTableIsWhole(t *testing.T) {
	if len(reasons) != strings.Count(table, "\n")-1 || len(reasons) < 25 {
		t.Fatalf("%d reasons", len(reasons))
	}
	for code, r := range reasons {
		if len(code) != 4 || r.German == "" || r.English == "" || !slices.Contains([]Retry{Never, Once, Asked, Corrected}, r.Retry) {
			t.Errorf("%+v", r)
		}
		if r.EndsMandate && r.Retry != Never {
			t.Errorf("%s ends the mandate and is tried again", code)
		}
	}
}

func TestWhatMayBePresentedAgain(t *testing.T) {
	for code, want := range map[string]Return{
		"MS03": {Retry: Asked}, "AM04": {Retry: Once}, "AG02": {Retry: Corrected}, "AM05": {Retry: Never},
		"AC01": {Retry: Never, EndsMandate: true}, "AC04": {Retry: Never, EndsMandate: true}, "MD07": {Retry: Never, EndsMandate: true},
		"MD01": {Retry: Never, EndsMandate: true, MayBeObjected: true}, "MD06": {Retry: Never, EndsMandate: true, MayBeObjected: true},
		"MS02": {Retry: Never, EndsMandate: true, MayBeObjected: true}, " ms03 ": {Retry: Asked},
	} {
		got, known := Reason(code)
		if !known || got.Retry != want.Retry || got.EndsMandate != want.EndsMandate || got.MayBeObjected != want.MayBeObjected {
			t.Errorf("%s: %+v", code, got)
		}
	}
	if got, known := Reason("ZZ99"); known || got.Retry != Never || got.EndsMandate {
		t.Errorf("an unknown one: %+v", got)
	}
}

func TestTextsOfSEPA(t *testing.T) {
	for s, want := range map[string]string{
		"Müller & Söhne GmbH": "Mueller + Soehne GmbH", "Weiß": "Weiss", "Ümit": "Uemit", "François Łukasz": "Francois Lukasz",
		"Novák  Dvořák": "Novak Dvorak", "a\nb": "a b", "u\u0308ber": "ueber", "Az 1/2 – Rate": "Az 1/2 - Rate", "": "",
	} {
		if got, whole := Text(s); got != want || !whole {
			t.Errorf("%q: %q %v", s, got, whole)
		}
	}
	for s, want := range map[string]string{"Max 🙂": "Max", "Иван": "", "a\x00b": "ab", "\xff": ""} {
		if got, whole := Text(s); got != want || whole {
			t.Errorf("%q: %q %v", s, got, whole)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		once, _ := Text(s)
		twice, whole := Text(once)
		if !Fits(once) || twice != once || !whole {
			t.Fatalf("%q, %q", once, twice)
		}
	})
}
