package letter

import "quitt/debt"

// The least and the most a creditor may choose. Less than two weeks is no fair time to pay, and
// the fee of a second letter needs them (VV RVG 2300 Anm. II 2); three days more a transfer of the
// last day is under way. The most keeps a demand from being forgotten.
const (
	MostToPay   = 42
	LeastFirst  = 1
	LeastSecond = daysOfBank + 1
	MostBetween = 90
)

// LeastToPay is the shortest time to pay, in days from the arrival.
const LeastToPay = leastToPay

// Pace fills in what is not chosen, and lifts what is too short to the least.
func Pace(d debt.Dunning) debt.Dunning {
	d.PayDays = max(d.PayDays, LeastToPay)
	d.FirstAfter = max(d.FirstAfter, LeastFirst)
	d.SecondAfter = max(d.SecondAfter, LeastSecond)
	return d
}

// CheckPace refuses days outside the bounds with Invalid "channels_days"; 0 stands for the least.
func CheckPace(d debt.Dunning) error {
	for _, x := range []struct{ days, least, most int }{{d.PayDays, LeastToPay, MostToPay}, {d.FirstAfter, LeastFirst, MostBetween},
		{d.SecondAfter, LeastSecond, MostBetween}} {
		if x.days != 0 && (x.days < x.least || x.days > x.most) {
			return debt.E(debt.Invalid, "channels_days", debt.Args{"least": x.least, "most": x.most})
		}
	}
	return nil
}

// Stop is a demand in the course of a case in which nothing happens.
type Stop struct {
	Kind         Kind
	On, Deadline debt.Date
}

// Course tells the earliest days of the demands if a case is handed over on a day and nobody pays
// or says anything. It ends with the last deadline: what comes then a person decides.
func Course(d debt.Dunning, from debt.Date, seat debt.State) []Stop {
	pace, on := Pace(d), from
	stops := make([]Stop, 0, 3)
	for _, s := range []struct {
		kind  Kind
		after int
	}{{Reminder, pace.FirstAfter}, {FirstNotice, pace.SecondAfter}, {SecondNotice, 0}} {
		if s.kind == SecondNotice && pace.NoSecond {
			break
		}
		deadline := DeadlineOf(pace, s.kind, on, seat)
		stops = append(stops, Stop{s.kind, on, deadline})
		on = deadline.AddDays(s.after)
	}
	return stops
}
