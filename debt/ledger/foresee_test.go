package ledger

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
)

// What a schedule says is what will be booked: as long as the base rate is known, a forecast
// and the payments it foresees agree to the cent.
func TestAForecastIsWhatWillBeBooked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t)
		for range rapid.IntRange(0, 2).Draw(t, "more claims") {
			m.openClaim(t)
		}
		m.cost(costOf(m.id(), 55_62, m.morning.String()))
		var rests Rests
		if rapid.Bool().Draw(t, "resting") {
			from := m.morning.AddDays(rapid.IntRange(-30, 60).Draw(t, "rest from"))
			if rests = rests.Begin(from); rapid.Bool().Draw(t, "ending") {
				rests = rests.End(from.AddDays(rapid.IntRange(1, 100).Draw(t, "rest")))
			}
		}
		m.a.Rests, m.Rests = rests, rests
		m.a.Settings.ImpliedDesignation, m.Settings.ImpliedDesignation = false, false
		f := m.a.Forecast(rests)
		on := debt.Later(m.a.FirstDay(), m.morning)
		for n := range 6 {
			on = on.AddDays(rapid.IntRange(0, 70).Draw(t, "days"))
			if on.After(debt.LastBaseRateDay()) {
				break
			}
			seen, err := f.Pay(someAmount.Draw(t, "amount"), on)
			if err != nil {
				t.Fatal(err)
			}
			if seen.Paid == 0 {
				break
			}
			m.pay(t, paymentOf(debt.ID(fmt.Sprint("foreseen", n)), seen.Paid, on.String()))
			if got := m.a.Balance(); got != seen.Rest {
				t.Fatalf("payment %d on %s: booked leaves %+v, foreseen %+v", n, on, got, seen.Rest)
			}
		}
		if found := m.Check(m.a); len(found) > 0 {
			t.Fatal(found)
		}
	})
}

// The curve gives what the calculation gives, to the cent, for any days and any principal.
func TestACurveIsTheCalculation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := debt.InterestRule{Kind: rapid.SampledFrom([]debt.InterestKind{debt.Statutory, debt.FixedRate}).Draw(t, "kind"),
			Surcharge: debt.BasisPoints(rapid.IntRange(0, 900).Draw(t, "surcharge")), Fixed: debt.BasisPoints(rapid.IntRange(0, 10_000).Draw(t, "fixed")),
			Method: rapid.SampledFrom([]debt.InterestMethod{"", debt.ActAct, debt.Act365}).Draw(t, "method")}
		k, at := &curve{rule: rule}, day("2002-01-01").AddDays(rapid.IntRange(0, 11_000).Draw(t, "from"))
		for range 4 {
			to := at.AddDays(rapid.IntRange(0, 6_000).Draw(t, "days"))
			if rapid.Bool().Draw(t, "back") {
				at, to = day("2002-01-01").AddDays(rapid.IntRange(0, 300).Draw(t, "back to")), at
			}
			principal := someAmount.Draw(t, "principal")
			var got numerator
			if err := k.add(&got, principal, Rest{at, to}); err != nil {
				t.Fatal(err)
			}
			want, err := rule.Foresee(principal, at, to)
			if err != nil || got.amount() != want.Amount() {
				t.Fatalf("%s from %s to %s: %s by the curve, %s computed, %v", principal, at, to, got.amount(), want.Amount(), err)
			}
			at = debt.Later(at, to)
		}
	})
}

func TestAForecastGoesOnWithTheLastBaseRate(t *testing.T) {
	a := newBook().open(claimOf("claim", 1_000_00, "2026-12-01")).a
	f := a.Forecast(nil)
	open, err := f.Open(day("2028-03-01"))
	if err != nil {
		t.Fatal(err)
	}
	i, err := statutory.Accrue(1_000_00, day("2026-12-01"), day("2027-01-01"))
	if err != nil {
		t.Fatal(err)
	}
	rate := i.Segments[0].Rate
	later := debt.Interest{Segments: []debt.InterestSegment{
		{Days: 365, Principal: 1_000_00, Rate: rate, YearDays: 365}, {Days: 60, Principal: 1_000_00, Rate: rate, YearDays: 366}}}
	if want := i.Plus(later).Amount(); open.Interest != want {
		t.Errorf("interest is %s, want %s", open.Interest, want)
	}
	if again := a.Balance(); again.Interest != 0 {
		t.Errorf("the account itself changed: %+v", again)
	}
}

func TestDaysAtRestBearNoInterest(t *testing.T) {
	rests := Rests{}.Begin(day("2026-08-01")).End(day("2026-10-01"))
	k := newBook().open(claimOf("claim", 1_000_00, "2026-07-02"))
	k.a.Rests, k.Rests = rests, rests
	k.pay(t, paymentOf("one", 100_00, "2026-09-01"))
	k.pay(t, paymentOf("two", 100_00, "2026-11-01"))
	before, err := statutory.Accrue(1_000_00, day("2026-07-02"), day("2026-08-01"))
	if err != nil {
		t.Fatal(err)
	}
	after, err := statutory.Accrue(1_000_00-100_00+before.Amount(), day("2026-10-01"), day("2026-11-01"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := k.Statement(day("2026-11-01"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.Demanded.Interest, before.Amount()+after.Amount(); got != want {
		t.Errorf("interest is %s, want %s", got, want)
	}
	if found := k.Check(k.a); len(found) > 0 {
		t.Error(found)
	}
	if k.a.NeedsHistory(day("2026-11-02")) {
		t.Error("an account whose days at rest are over needs its history")
	}
}

func TestARestBeginsAndEndsOnce(t *testing.T) {
	r := Rests{}.Begin(day("2026-08-01"))
	for name, got := range map[string]Rests{
		"beginning twice": r.Begin(day("2026-09-01")),
		"one that began":  r,
	} {
		if len(got) != 1 || got[0] != (Rest{From: day("2026-08-01")}) {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := r.End(day("2026-08-01")); len(got) != 0 {
		t.Errorf("no day at rest: %v", got)
	}
	ended := r.End(day("2026-10-01"))
	if again := ended.End(day("2026-11-01")); len(again) != 1 || again[0] != (Rest{day("2026-08-01"), day("2026-10-01")}) {
		t.Errorf("ended twice: %v", again)
	}
	if next := ended.Begin(day("2026-09-01")); len(next) != 2 || next[1].From != day("2026-10-01") {
		t.Errorf("begun before the last one ended: %v", next)
	}
}

func BenchmarkForecast60(b *testing.B) {
	k := newBook().open(claimOf("claim", 4_800_00, "2026-03-17")).cost(costOf("cost", 55_62, "2026-04-01"))
	b.ReportAllocs()
	for b.Loop() {
		f := k.a.Forecast(nil)
		on := day("2026-12-01")
		for range 60 {
			if _, err := f.Pay(90_00, on); err != nil {
				b.Fatal(err)
			}
			on = on.AddDays(30)
		}
	}
}
