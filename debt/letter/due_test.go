package letter

import (
	"slices"
	"testing"

	"quitt/debt"
)

func day(s string) debt.Date { return debt.MustDate(s) }

// facts is a case for which the first demand is due.
func facts() DueFacts {
	c := debt.NewCase("creditor", "case", day("2026-11-01").Time())
	c.Review = debt.ReviewAccepted
	return DueFacts{On: day("2026-11-23"), Case: c, Open: 100_00,
		Debtor: debt.Debtor{Kind: debt.Person, LastName: "Mustermann", Street: "Ahornweg 12", Postcode: "50825", City: "Köln"}}
}

func wrote(kind Kind, dated, deadline string) func(*DueFacts) {
	return func(f *DueFacts) {
		f.History = append(f.History, Written{Kind: kind, Dated: day(dated), Deadline: day(deadline), Sent: day(dated)})
	}
}

func TestWhatBarsALetter(t *testing.T) {
	hold := func(kind debt.HoldKind) func(*DueFacts) {
		return func(f *DueFacts) {
			f.Case.Holds = append(f.Case.Holds, debt.Hold{Kind: kind, Reason: "x", Since: day("2026-11-20"), UntilEvent: debt.ProofAccepted})
		}
	}
	about := func(kind Kind, subject string) func(*DueFacts) {
		return func(f *DueFacts) { f.History = append(f.History, Written{Kind: kind, Subject: subject}) }
	}
	for _, tc := range []struct {
		name   string
		kind   Kind
		change []func(*DueFacts)
		want   []debt.Barrier
	}{
		{"a first notice needs no reminder", FirstNotice, nil, nil},
		{"nor does a reminder need anything", Reminder, nil, nil},
		{"a second notice needs the first", SecondNotice, nil, []debt.Barrier{debt.BarrierLetterMissing}},
		{"not accepted", FirstNotice, []func(*DueFacts){func(f *DueFacts) { f.Case.Review = debt.ReviewReceived }}, []debt.Barrier{debt.BarrierNotAccepted}},
		{"objection", FirstNotice, []func(*DueFacts){func(f *DueFacts) { f.Case.Objection = debt.ObjectionOpen }, hold(debt.HoldObjection)},
			[]debt.Barrier{debt.BarrierObjection, "hold_objection"}},
		{"adviser", SecondNotice, []func(*DueFacts){wrote(FirstNotice, "2026-10-01", "2026-10-19"), hold(debt.HoldAdviser)}, []debt.Barrier{"hold_adviser"}},
		{"plan", Reminder, []func(*DueFacts){func(f *DueFacts) { f.Case.Plan = debt.PlanActive }}, []debt.Barrier{debt.BarrierPlan}},
		{"paid", Reminder, []func(*DueFacts){func(f *DueFacts) { f.Case.Payment, f.Open = debt.StatePaid, 0 }},
			[]debt.Barrier{debt.BarrierPaid, debt.BarrierNothingOpen}},
		{"closed", FirstNotice, []func(*DueFacts){func(f *DueFacts) { f.Case.Stage = debt.StageClosed }}, []debt.Barrier{debt.BarrierClosed}},
		{"time-barred", FirstNotice, []func(*DueFacts){func(f *DueFacts) { f.Limitation = day("2025-12-31") }}, []debt.Barrier{debt.BarrierTimeBarred}},
		{"minor", FirstNotice, []func(*DueFacts){func(f *DueFacts) { f.Minor = true }}, []debt.Barrier{debt.BarrierMinor}},
		{"no street", FirstNotice, []func(*DueFacts){func(f *DueFacts) { f.Debtor.Street = "" }}, []debt.Barrier{debt.BarrierAddress}},
		{"moved away", FirstNotice, []func(*DueFacts){func(f *DueFacts) { f.Debtor.AddressStopped = debt.StopMoved }}, []debt.Barrier{debt.BarrierAddressStopped}},
		{"every reason at once", FirstNotice, []func(*DueFacts){func(f *DueFacts) {
			f.Case.Review, f.Minor, f.Debtor.City, f.Debtor.AddressStopped, f.Open = debt.ReviewReceived, true, "", debt.StopDead, 0
		}}, []debt.Barrier{debt.BarrierNotAccepted, debt.BarrierMinor, debt.BarrierNothingOpen, debt.BarrierAddress, debt.BarrierAddressStopped}},

		{"written already", FirstNotice, []func(*DueFacts){wrote(FirstNotice, "2026-11-02", "2026-11-20")}, []debt.Barrier{debt.BarrierLetterWritten}},
		{"no reminder after a notice", Reminder, []func(*DueFacts){wrote(FirstNotice, "2026-11-02", "2026-11-20")}, []debt.Barrier{debt.BarrierLetterWritten}},
		{"a void letter does not count", FirstNotice, []func(*DueFacts){func(f *DueFacts) {
			f.History = History{{Kind: FirstNotice, Dated: day("2026-11-02"), Void: true}}
		}}, nil},
		{"a returned letter does not count", SecondNotice, []func(*DueFacts){func(f *DueFacts) {
			f.History = History{{Kind: FirstNotice, Dated: day("2026-10-02"), Deadline: day("2026-10-20"), Returned: true}}
		}}, []debt.Barrier{debt.BarrierLetterMissing}},
		{"the reminder's last day", FirstNotice, []func(*DueFacts){wrote(Reminder, "2026-11-05", "2026-11-23")}, []debt.Barrier{debt.BarrierLetterWaits}},
		{"the day after it", FirstNotice, []func(*DueFacts){wrote(Reminder, "2026-11-04", "2026-11-22")}, nil},
		{"three days for the bank", SecondNotice, []func(*DueFacts){wrote(FirstNotice, "2026-11-02", "2026-11-20")}, []debt.Barrier{debt.BarrierLetterWaits}},
		{"the fourth day", SecondNotice, []func(*DueFacts){wrote(FirstNotice, "2026-11-01", "2026-11-19")}, nil},
		{"two weeks after the first, whatever its deadline", SecondNotice, []func(*DueFacts){wrote(FirstNotice, "2026-11-10", "2026-11-12")},
			[]debt.Barrier{debt.BarrierLetterWaits}},
		{"the newest of two first notices counts", SecondNotice, []func(*DueFacts){wrote(FirstNotice, "2026-11-20", "2026-12-08"), wrote(FirstNotice, "2026-10-01", "2026-10-19")},
			[]debt.Barrier{debt.BarrierLetterWaits}},

		{"a first notice that has not left the house", SecondNotice, []func(*DueFacts){wrote(FirstNotice, "2026-10-01", "2026-10-19"),
			func(f *DueFacts) { f.History[0].Sent = debt.Date{} }}, []debt.Barrier{debt.BarrierLetterWaits}},
		{"nor has the reminder", FirstNotice, []func(*DueFacts){wrote(Reminder, "2026-10-01", "2026-10-19"),
			func(f *DueFacts) { f.History[0].Sent = debt.Date{} }}, []debt.Barrier{debt.BarrierLetterWaits}},
		{"a first notice that left weeks after its date", SecondNotice, []func(*DueFacts){wrote(FirstNotice, "2026-10-01", "2026-10-19"),
			func(f *DueFacts) { f.History[0].Sent = day("2026-11-02") }}, []debt.Barrier{debt.BarrierLetterWaits}},
		{"money under way", SecondNotice, []func(*DueFacts){wrote(FirstNotice, "2026-10-01", "2026-10-19"),
			func(f *DueFacts) { f.UnderWay = true }}, []debt.Barrier{debt.BarrierUnderWay}},
		{"a receipt while the next money is under way", PaymentReceipt, []func(*DueFacts){func(f *DueFacts) { f.UnderWay = true }}, nil},

		{"a receipt in a held, paid case", PaymentReceipt, []func(*DueFacts){hold(debt.HoldPlan), func(f *DueFacts) {
			f.Case.Payment, f.Open, f.Subject, f.Minor = debt.StatePaid, 0, "payment-1", true
		}}, nil},
		{"one receipt per payment", PaymentReceipt, []func(*DueFacts){func(f *DueFacts) { f.Subject = "payment-1" }, about(PaymentReceipt, "payment-1")},
			[]debt.Barrier{debt.BarrierLetterWritten}},
		{"the next payment has its own", PaymentReceipt, []func(*DueFacts){func(f *DueFacts) { f.Subject = "payment-2" }, about(PaymentReceipt, "payment-1")}, nil},
		{"another letter about the same", PlanMissed, []func(*DueFacts){func(f *DueFacts) { f.Subject = "plan-1" }, about(PlanConfirmation, "plan-1")}, nil},
		{"a second new code on request", NewCode, []func(*DueFacts){about(NewCode, "")}, nil},
		{"no code to a stopped address", NewCode, []func(*DueFacts){func(f *DueFacts) { f.Debtor.AddressStopped = debt.StopUnknown }},
			[]debt.Barrier{debt.BarrierAddressStopped}},
		{"no statement before the case is accepted", StatementForAdviser, []func(*DueFacts){func(f *DueFacts) { f.Case.Review = debt.ReviewRejected }},
			[]debt.Barrier{debt.BarrierNotAccepted}},
	} {
		f := facts()
		for _, change := range tc.change {
			change(&f)
		}
		if got := Due(tc.kind, f); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

// A barrier without words would reach the clerk as a code.
func TestEveryBarrierOfALetterIsListed(t *testing.T) {
	for _, b := range []debt.Barrier{debt.BarrierAddressStopped, debt.BarrierNothingOpen, debt.BarrierLetterWritten,
		debt.BarrierLetterWaits, debt.BarrierLetterMissing, debt.BarrierLetterUnwanted, debt.BarrierUnderWay} {
		if !slices.Contains(debt.Barriers(), b) {
			t.Errorf("%s is not in debt.Barriers", b)
		}
	}
}

func TestDeadlineIsFourDaysOfPostAndTwoWeeks(t *testing.T) {
	for _, tc := range []struct {
		kind     Kind
		on       string
		seat     debt.State
		deadline string
	}{
		{FirstNotice, "2026-11-23", "NW", "2026-12-11"},
		{Reminder, "2026-11-24", "NW", "2026-12-14"},     // Saturday
		{SecondNotice, "2026-12-07", "NW", "2026-12-28"}, // 25 December, a Friday
		{FirstNotice, "2026-05-18", "NI", "2026-06-05"},  // a Friday
		{FirstNotice, "2026-05-17", "NW", "2026-06-05"},  // Corpus Christi
		{FirstNotice, "2026-05-17", "NI", "2026-06-04"},  // not there
		{FirstNotice, "2026-05-17", "", "2026-06-05"},    // unknown: as if everywhere
		{FirstNotice, "2026-03-16", "BY", "2026-04-07"},  // Good Friday to Easter Monday
		{PaymentReceipt, "2026-11-23", "NW", ""},
		{NewCode, "2026-11-23", "NW", ""},
	} {
		if got := Deadline(tc.kind, day(tc.on), tc.seat).String(); got != tc.deadline {
			t.Errorf("%s of %s in %q: %s, want %s", tc.kind, tc.on, tc.seat, got, tc.deadline)
		}
	}
	if !Deadline(FirstNotice, debt.Date{}, "NW").IsZero() {
		t.Error("a letter without a date has no deadline")
	}
}
