package wording

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/plan"
	"quitt/portal/text"
)

func dueOn(amount debt.Cents, days ...string) (list []Instalment) {
	for _, d := range days {
		list = append(list, Instalment{amount, debt.MustDate(d)})
	}
	return list
}

// A standing order pays equal sums at one rhythm; what is another sum is sent by itself.
func TestWhatAStandingOrderCanPay(t *testing.T) {
	for _, tc := range []struct {
		name   string
		rhythm plan.Rhythm
		list   []Instalment
		want   []int // lengths of the runs
		says   string
	}{
		{"one sum", plan.Monthly, dueOn(50_00, "2026-12-15"), []int{1}, "fällig am 15.12.2026"},
		{"months and a rest", plan.Monthly, append(dueOn(50_00, "2026-12-15", "2027-01-15", "2027-02-15"), dueOn(7_00, "2027-03-15")...), []int{3, 1}, "am 15."},
		{"a down payment first", plan.Monthly, append(dueOn(90_00, "2026-12-15"), dueOn(50_00, "2027-01-15", "2027-02-15")...), []int{1, 2}, "Einzeln überweisen, fällig am 15.12.2026"},
		{"ends of months", plan.Monthly, dueOn(50_00, "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"), []int{4}, "am letzten Tag"},
		{"the 30th", plan.Monthly, dueOn(50_00, "2027-01-30", "2027-02-28", "2027-03-30"), []int{3}, "am 30."},
		{"a pause", plan.Monthly, dueOn(50_00, "2026-12-15", "2027-01-15", "2027-04-15", "2027-05-15"), []int{2, 2}, "15.04.2027"},
		{"weeks", plan.Weekly, dueOn(50_00, "2026-12-28", "2027-01-04", "2027-01-11"), []int{3}, "jede Woche"},
		{"two weeks", plan.Fortnightly, dueOn(50_00, "2026-12-28", "2027-01-11", "2027-01-18"), []int{2, 1}, "alle zwei Wochen"},
	} {
		f := SampleStanding()
		f.About.Instalments, f.About.Plan.Wish.Rhythm = tc.list, tc.rhythm
		var got []int
		for _, run := range (standing{writer: newWriter(f)}).runs() {
			got = append(got, len(run))
		}
		d, err := StandingOrder("de", f)
		if len(got) != len(tc.want) || err != nil || !strings.Contains(d.Plain(), tc.says) {
			t.Errorf("%s: %v, want %v, %v\n%s", tc.name, got, tc.want, err, d.Plain())
			continue
		}
		for i := range got {
			if got[i] != tc.want[i] {
				t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
			}
		}
	}
}

// Whatever is left of a plan: every sum has a code a bank reads, and nothing is left out.
func TestEveryInstalmentHasACode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := SampleStanding()
		f.About.Plan.Wish.Rhythm = rapid.SampledFrom(plan.Rhythms()).Draw(t, "rhythm")
		day, list := sampleDay, []Instalment{}
		for range rapid.IntRange(1, 60).Draw(t, "count") {
			day = day.AddDays(rapid.SampledFrom([]int{1, 7, 14, 28, 30, 31}).Draw(t, "step"))
			list = append(list, Instalment{debt.Cents(rapid.Int64Range(1, 3).Draw(t, "amount")) * 50_00, day})
		}
		f.About.Instalments = list
		d, err := StandingOrder(rapid.SampledFrom([]string{"de", "en", "ar"}).Draw(t, "language"), f)
		if err != nil {
			t.Fatal(err)
		}
		codes := map[debt.Cents]bool{}
		for _, b := range d.Body {
			if b.Kind != letter.Box {
				continue
			}
			g, err := bank.ParseGiroCode(b.QR)
			if err != nil || g.Reference != f.Reference || g.IBAN.Plain() != f.Creditor.IBAN || g.Name != f.Creditor.AccountHolder {
				t.Fatalf("%v: %v", err, b)
			}
			codes[debt.Cents(g.AmountCents)] = true
		}
		count := 0
		for _, run := range (standing{writer: newWriter(f)}).runs() {
			count += len(run)
		}
		for _, i := range list {
			if !codes[i.Amount] {
				t.Fatalf("no code for %v", i.Amount)
			}
		}
		if plain := d.Plain(); count != len(list) || !strings.Contains(plain, text.For(text.Language(d.Language)).Cents(planTotal(list))) {
			t.Fatalf("%d of %d\n%s", count, len(list), plain)
		}
	})
}

func TestASheetThatNobodyCouldPayByIsNotGiven(t *testing.T) {
	for name, take := range map[string]func(*Facts){
		"nothing open": func(f *Facts) { f.About.Instalments = nil },
		"no account":   func(f *Facts) { f.Creditor.IBAN = "DE00" },
		"no holder":    func(f *Facts) { f.Creditor.AccountHolder = "" },
		"no reference": func(f *Facts) { f.Reference = "" },
	} {
		f := SampleStanding()
		take(&f)
		if d, err := StandingOrder("de", f); err == nil || len(d.Body) > 0 {
			t.Errorf("%s: %v", name, d)
		}
	}
}
