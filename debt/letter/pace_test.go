package letter

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/debttest"
)

// Whatever stands in the settings, no demand comes sooner than it would for who has chosen nothing.
func TestNoChoiceMakesADemandComeSooner(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		days := rapid.IntRange(-100, 100)
		chosen := debt.Dunning{PayDays: days.Draw(r, "pay"), FirstAfter: days.Draw(r, "first"), SecondAfter: days.Draw(r, "second"),
			RemindFirst: rapid.Bool().Draw(r, "remind"), NoSecond: rapid.Bool().Draw(r, "none")}
		f := facts()
		f.On = day("2026-11-01").AddDays(rapid.IntRange(0, 200).Draw(r, "on"))
		wrote(Reminder, "2026-10-01", "2026-10-19")(&f)
		kind := FirstNotice
		if rapid.Bool().Draw(r, "of the second") {
			wrote(FirstNotice, "2026-11-01", "2026-11-19")(&f)
			kind = SecondNotice
		}
		plain := f
		f.Dunning = chosen
		for _, b := range Due(kind, plain) {
			if !slices.Contains(Due(kind, f), b) {
				r.Fatalf("%+v lifts %s", chosen, b)
			}
		}
		if DeadlineOf(chosen, kind, f.On, "NW").Before(Deadline(kind, f.On, "NW")) {
			r.Fatalf("%+v shortens the deadline", chosen)
		}
		if CheckPace(chosen) == nil && chosen.PayDays != 0 && chosen.PayDays < LeastToPay {
			r.Fatalf("%+v is taken", chosen)
		}
	})
}

func TestACreditorsOrderOfLetters(t *testing.T) {
	late := debt.Dunning{PayDays: 21, FirstAfter: 7, SecondAfter: 10}
	for _, tc := range []struct {
		name    string
		kind    Kind
		dunning debt.Dunning
		on      string
		change  func(*DueFacts)
		want    []debt.Barrier
	}{
		{"the sixth day after the deadline", FirstNotice, late, "2026-11-25", wrote(Reminder, "2026-11-01", "2026-11-19"), []debt.Barrier{debt.BarrierLetterWaits}},
		{"the seventh", FirstNotice, late, "2026-11-26", wrote(Reminder, "2026-11-01", "2026-11-19"), nil},
		{"the ninth", SecondNotice, late, "2026-11-28", wrote(FirstNotice, "2026-11-01", "2026-11-19"), []debt.Barrier{debt.BarrierLetterWaits}},
		{"the tenth", SecondNotice, late, "2026-11-29", wrote(FirstNotice, "2026-11-01", "2026-11-19"), nil},
		{"no reminder before", FirstNotice, debt.Dunning{RemindFirst: true}, "2026-11-29", func(f *DueFacts) { f.Case.Stage = debt.StageReminder }, []debt.Barrier{debt.BarrierLetterMissing}},
		{"in collection none is needed", FirstNotice, debt.Dunning{RemindFirst: true}, "2026-11-29", func(f *DueFacts) { f.Case.Stage = debt.StageCollection }, nil},
		{"no second notice", SecondNotice, debt.Dunning{NoSecond: true}, "2026-11-29", wrote(FirstNotice, "2026-11-01", "2026-11-19"), []debt.Barrier{debt.BarrierLetterUnwanted}},
		{"what was written gives the time it says", FirstNotice, debt.Dunning{PayDays: 42}, "2026-11-24", wrote(Reminder, "2026-11-01", "2026-11-19"), nil},
		{"what left late gives the time of today", FirstNotice, debt.Dunning{PayDays: 42}, "2026-11-24", func(f *DueFacts) {
			wrote(Reminder, "2026-10-01", "2026-10-19")(f)
			f.History[0].Sent = day("2026-10-20")
		}, []debt.Barrier{debt.BarrierLetterWaits}},
	} {
		f := facts()
		f.On, f.Dunning = day(tc.on), tc.dunning
		tc.change(&f)
		if got := Due(tc.kind, f); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestDaysOutsideTheBoundsAreRefused(t *testing.T) {
	for _, d := range []debt.Dunning{{PayDays: 13}, {PayDays: 43}, {FirstAfter: 91}, {FirstAfter: -1}, {SecondAfter: 3}, {SecondAfter: 91}} {
		debttest.WantKey(t, CheckPace(d), debt.Invalid, "channels_days")
	}
	for _, d := range []debt.Dunning{{}, {PayDays: 14, FirstAfter: 1, SecondAfter: 4}, {PayDays: 42, FirstAfter: 90, SecondAfter: 90}} {
		if err := CheckPace(d); err != nil {
			t.Errorf("%+v: %v", d, err)
		}
	}
}

// The course shows the first days on which Due lets the letters go.
func TestTheCourseIsWhatHappens(t *testing.T) {
	for _, d := range []debt.Dunning{{}, {PayDays: 21, FirstAfter: 7, SecondAfter: 30}, {NoSecond: true}} {
		f := facts()
		f.Dunning, f.Debtor.State = d, "NW"
		stops := Course(d, day("2026-11-23"), "NW")
		if want := 3; len(stops) != want && !d.NoSecond || d.NoSecond && len(stops) != 2 {
			t.Fatalf("%+v: %d stops", d, len(stops))
		}
		for _, s := range stops {
			f.On = s.On.AddDays(-1)
			if s.Kind != Reminder && len(Due(s.Kind, f)) == 0 {
				t.Errorf("%+v: %s goes before %s", d, s.Kind, s.On)
			}
			f.On = s.On
			if got := Due(s.Kind, f); len(got) > 0 {
				t.Errorf("%+v: %s on %s: %v", d, s.Kind, s.On, got)
			}
			wrote(s.Kind, s.On.String(), s.Deadline.String())(&f)
		}
	}
}
