package plan

import (
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/debttest"
)

func TestAnOfferForOneCaseIsAChoiceBesideTheRules(t *testing.T) {
	own := []Settlement{{ID: "less", Amount: 250_00, Instalments: 2, ValidUntil: day("2026-12-31"), Broken: Lasts},
		{ID: "longer", Instalments: 60, ValidUntil: day("2026-12-31"), Longer: true},
		{ID: "over", Instalments: 60, ValidUntil: day("2026-11-27"), Longer: true}}
	plain := strict()
	r := plain.With(own)
	if offers, err := plain.Offers(usual()); err != nil || len(offers) > 0 {
		t.Fatalf("the rules themselves changed: %v, %v", offers, err)
	}
	offers, err := r.Offers(usual())
	if err != nil || len(offers) != 2 || offers[0].Sum != 250_00 || offers[1].Sum != 600_00 || offers[1].Saves != 0 {
		t.Fatalf("%v %+v", err, offers)
	}
	a, err := r.Evaluate(Wish{Settlement: "longer", First: day("2026-12-20"), Rhythm: Monthly}, usual())
	if err != nil || !a.AtOnce || a.Deal != (Deal{}) || a.Schedule.Total() != 600_00 || len(a.Schedule.Instalments) != 60 {
		t.Errorf("%v %+v", err, a)
	}
	a, err = r.Evaluate(Wish{Settlement: "less", First: day("2026-12-20"), Rhythm: Monthly}, usual())
	if err != nil || !a.AtOnce || a.Deal != (Deal{250_00, "less", Lasts}) || a.Schedule.Total() != 250_00 {
		t.Errorf("%v %+v", err, a)
	}
	_, err = r.Evaluate(Wish{Settlement: "over", First: day("2026-12-20"), Rhythm: Monthly}, usual())
	debttest.WantKey(t, err, debt.Expired, "plan_settlement_over")
	r.Brackets = nil // what is owed may be less than every bracket
	if a, err = r.Evaluate(Wish{Settlement: "less", First: day("2026-12-20"), Rhythm: Monthly}, usual()); err != nil || !a.AtOnce {
		t.Errorf("below every bracket: %v %+v", err, a)
	}
}

func TestAnOfferIsForLessOrForLonger(t *testing.T) {
	today, open := day("2026-11-28"), debt.Cents(600_00)
	good := Settlement{Amount: 250_00, Instalments: 2, ValidUntil: day("2026-12-31"), Broken: Lasts}
	longer := Settlement{Instalments: 60, ValidUntil: day("2026-12-31"), Longer: true}
	for _, s := range []Settlement{good, longer} {
		if err := CheckOffer(s, open, today); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	}
	for _, x := range []struct {
		key    string
		of     Settlement
		change func(*Settlement)
	}{
		{"offer_until_range", good, func(s *Settlement) { s.ValidUntil = today }},
		{"offer_until_range", good, func(s *Settlement) { s.ValidUntil = today.AddDays(367) }},
		{"offer_sum_range", good, func(s *Settlement) { s.Amount = open }},
		{"offer_sum_missing", good, func(s *Settlement) { s.Amount = 0 }},
		{"offer_sum_missing", good, func(s *Settlement) { s.Percent = 5_000 }},
		{"offer_sum_missing", good, func(s *Settlement) { s.Amount = -1 }},
		{"offer_sum_missing", good, func(s *Settlement) { s.Percent = 10_000 }},
		{"offer_count_range", good, func(s *Settlement) { s.Instalments = 13 }},
		{"offer_broken_missing", good, func(s *Settlement) { s.Broken = "" }},
		{"offer_longer_sum", longer, func(s *Settlement) { s.Percent = 1 }},
		{"offer_count_range", longer, func(s *Settlement) { s.Instalments = 1 }},
		{"offer_count_range", longer, func(s *Settlement) { s.Instalments = 121 }},
	} {
		s := x.of
		x.change(&s)
		debttest.WantKey(t, CheckOffer(s, open, today), debt.Invalid, x.key)
	}
	debttest.WantKey(t, CheckOffer(longer, 59_00, today), debt.Invalid, "offer_count_small")
}

// Whatever is offered and passes, is taken as it was offered: nobody pays more than is open, and
// no more often than was said.
func TestEveryOfferThatPassesCanBeTaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Settlement{ID: "own", Amount: debt.Cents(rapid.IntRange(0, 700_00).Draw(t, "sum")), Instalments: rapid.IntRange(0, 121).Draw(t, "parts"),
			ValidUntil: day("2026-12-31"), Longer: rapid.Bool().Draw(t, "longer")}
		if s.Longer {
			s.Amount = 0
		} else {
			s.Broken = rapid.SampledFrom([]Broken{Revives, Lasts}).Draw(t, "broken")
		}
		p := usual()
		open, err := p.open()
		if err != nil {
			t.Fatal(err)
		}
		if CheckOffer(s, open, p.Today) != nil {
			return
		}
		r := someRules(t).With([]Settlement{s})
		a, err := r.Evaluate(Wish{Settlement: "own", First: p.Today.AddDays(1), Rhythm: Monthly}, p)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(a.Schedule.Instalments); !a.AtOnce || n == 0 || n > s.Instalments {
			t.Fatalf("%d instalments of %d", n, s.Instalments)
		}
		if total := a.Schedule.Total(); !s.Longer && total != s.Amount || r.Interest == NoInterest && total > open {
			t.Fatalf("%s of %s", total, open)
		}
	})
}
