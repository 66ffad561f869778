package attachment

import (
	"fmt"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/debttest"
)

func TestAttachmentVectors(t *testing.T) {
	for _, v := range debttest.Vectors(t, "attachment") {
		on := debt.MustDate(v["table_valid_from"])
		for _, day := range []debt.Date{on, on.AddMonths(12).AddDays(-1)} {
			got := debttest.Must[debt.Cents](t)(Suggested(v.Cents(t, "net_income_cents"), v.Number(t, "dependants"), day))
			if want := v.Cents(t, "attachable_cents"); got != want {
				t.Errorf("%s on %s: %s, want %s", v["id"], day, got, want)
			}
		}
	}
}

func TestAttachmentMatchesEveryCellOfTheOfficialTables(t *testing.T) {
	cells := 0
	for _, v := range debttest.Vectors(t, "attachment_table") {
		on := debt.MustDate(v["valid_from"])
		for n := range 6 {
			column := fmt.Sprintf("attachable_dep%d_cents", n)
			if n == 5 {
				column = "attachable_dep5plus_cents"
			}
			for _, end := range []string{"net_income_from_cents", "net_income_to_cents"} {
				got := debttest.Must[debt.Cents](t)(Amount(v.Cents(t, end), n, on))
				if want := v.Cents(t, column); got != want {
					t.Errorf("%s, net %s, %d dependants: %s, want %s", on, v.Cents(t, end), n, got, want)
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
	_, err := Suggested(2000_00, 0, debt.MustDate("2021-06-30"))
	if args := debttest.WantKey(t, err, debt.Invalid, "attachment_table_too_early"); args["first_day"] != debt.MustDate("2021-07-01") {
		t.Errorf("args %v", args)
	}
	_, err = Suggested(2000_00, 0, debt.MustDate("2027-07-01"))
	if args := debttest.WantKey(t, err, debt.Invalid, "attachment_table_unknown"); args["last_day"] != debt.MustDate("2027-06-30") {
		t.Errorf("args %v", args)
	}
	if got := debttest.Must[debt.Cents](t)(Suggested(2000_00, 0, debt.MustDate("2021-07-01"))); got != 523_15 {
		t.Errorf("first table: %s", got) // (2,000.00 − 1,252.64) × 0.7 = 523.152
	}
}

func TestAttachmentRefusesImpossibleInput(t *testing.T) {
	on := debt.MustDate("2026-11-22")
	_, err := Amount(-1, 0, on)
	debttest.WantKey(t, err, debt.Invalid, "net_income_invalid")
	_, err = Amount(debt.MaxCents+1, 0, on)
	debttest.WantKey(t, err, debt.Invalid, "net_income_invalid")
	_, err = Amount(1000_00, -1, on)
	debttest.WantKey(t, err, debt.Invalid, "dependants_invalid")
}

// What rent leaves of an income counts in full tens (plan.Income gives the sums).
func TestAnIncomeLessItsRentFallsIntoItsRow(t *testing.T) {
	for net, want := range map[debt.Cents]debt.Cents{2_000_00: 288_82, 1_999_99: 281_82, 1_766_60: 120_82, 0: 0,
		debt.MaxCents: debt.MaxCents - 4_866_30 + 2_290_82} {
		if got := debttest.Must[debt.Cents](t)(Suggested(net, 0, debt.MustDate("2026-11-28"))); got != want {
			t.Errorf("%s: %s, want %s", net, got, want)
		}
	}
}

func TestTablesAreClosedYearsWithoutAGap(t *testing.T) {
	if all := Tables(); len(all) != 1 || all[0].ValidFrom != debt.MustDate("2021-07-01") || all[0].ValidTo != debt.MustDate("2027-06-30") {
		t.Errorf("%+v", all)
	}
	const head = "valid_from,valid_to,base_monthly_cents,first_dependant_cents,second_to_fifth_each_cents,fully_attachable_above_cents,source\n"
	for name, rows := range map[string]string{
		"open": "2026-07-01,,1,1,1,1,x\n",
		"gap":  "2026-07-01,2027-06-30,1,1,1,1,x\n2028-07-01,2029-06-30,1,1,1,1,x\n",
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			parse(debt.ReadTables(fstest.MapFS{"tables/x.csv": {Data: []byte(head + rows)}})[0])
		})
	}
}

func TestMoreIncomeOrFewerDependantsNeverAttachLess(t *testing.T) {
	net, first := rapid.Int64Range(0, 10_000_00), debt.MustDate("2021-07-01")
	days := rapid.IntRange(0, first.DaysUntil(debt.MustDate("2027-06-30")))
	rapid.Check(t, func(t *rapid.T) {
		on := first.AddDays(days.Draw(t, "on"))
		low, high := debt.Cents(net.Draw(t, "a")), debt.Cents(net.Draw(t, "b"))
		if low > high {
			low, high = high, low
		}
		n := rapid.IntRange(0, 8).Draw(t, "dependants")
		amount := func(net debt.Cents, n int) debt.Cents { return debttest.Must[debt.Cents](t)(Suggested(net, n, on)) }
		if a, b, more := amount(low, n), amount(high, n), amount(low, n+1); a > b || more > a || a > low {
			t.Fatalf("%s %s, %s %s, one dependant more %s", low, a, high, b, more)
		}
	})
}
