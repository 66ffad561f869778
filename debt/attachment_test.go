package debt

import (
	"fmt"
	"testing"
)

func TestAttachmentVectors(t *testing.T) {
	for _, v := range vectors(t, "attachment") {
		on := MustDate(v["table_valid_from"])
		for _, day := range []Date{on, on.AddMonths(12).AddDays(-1)} {
			got := must[Cents](t)(SuggestedInstalment(v.cents(t, "net_income_cents"), v.number(t, "dependants"), day))
			if want := v.cents(t, "attachable_cents"); got != want {
				t.Errorf("%s on %s: %s, want %s", v["id"], day, got, want)
			}
		}
	}
}

func TestAttachmentMatchesEveryCellOfTheOfficialTables(t *testing.T) {
	cells := 0
	for _, v := range vectors(t, "attachment_table") {
		on := MustDate(v["valid_from"])
		for n := range 6 {
			column := fmt.Sprintf("attachable_dep%d_cents", n)
			if n == 5 {
				column = "attachable_dep5plus_cents"
			}
			for _, end := range []string{"net_income_from_cents", "net_income_to_cents"} {
				got := must[Cents](t)(AttachableAmount(v.cents(t, end), n, on))
				if want := v.cents(t, column); got != want {
					t.Errorf("%s, net %s, %d dependants: %s, want %s", on, v.cents(t, end), n, got, want)
				}
			}
			cells++
		}
	}
	if cells != 651*6 {
		t.Errorf("%d cells compared", cells)
	}
}

func TestAttachmentRefusesDaysWithoutAnAnnouncement(t *testing.T) {
	_, err := SuggestedInstalment(2000_00, 0, MustDate("2021-06-30"))
	if args := wantKey(t, err, Invalid, "attachment_table_too_early"); args["first_day"] != MustDate("2021-07-01") {
		t.Errorf("args %v", args)
	}
	_, err = SuggestedInstalment(2000_00, 0, MustDate("2027-07-01"))
	if args := wantKey(t, err, Invalid, "attachment_table_unknown"); args["last_day"] != MustDate("2027-06-30") {
		t.Errorf("args %v", args)
	}
	if got := must[Cents](t)(SuggestedInstalment(2000_00, 0, MustDate("2021-07-01"))); got != 523_15 {
		t.Errorf("first table: %s", got) // (2,000.00 − 1,252.64) × 0.7 = 523.152
	}
}

func TestAttachmentRefusesImpossibleInput(t *testing.T) {
	on := MustDate("2026-11-22")
	_, err := AttachableAmount(-1, 0, on)
	wantKey(t, err, Invalid, "net_income_invalid")
	_, err = AttachableAmount(MaxCents+1, 0, on)
	wantKey(t, err, Invalid, "net_income_invalid")
	_, err = AttachableAmount(1000_00, -1, on)
	wantKey(t, err, Invalid, "dependants_invalid")
}
