package situation_test

import (
	"testing"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/situation"
)

var today = debt.MustDate("2026-11-22")

// What a notice does at once, for every kind, to a case that could go to court.
func TestEveryNoticeRestsTheCaseAtOnce(t *testing.T) {
	for _, k := range situation.Kinds() {
		c := debt.NewCase("c", "k", today.Time())
		c.Review, c.Stage = debt.ReviewAccepted, debt.StageCollection
		if _, err := c.PlaceHold(k.Place(today, today.AddDays(14))); err != nil {
			t.Fatalf("%s: %v", k, err)
		}
		for _, s := range c.NextSteps(debt.Facts{On: today, AddressComplete: true}) {
			if s.Allowed != (s.Name == debt.StepClose) {
				t.Errorf("%s: %s allowed is %v", k, s.Name, s.Allowed)
			}
		}
		late := today.AddDays(400)
		if ends := !c.Holds[0].Active(late); ends != (k.Effect().Days > 0) {
			t.Errorf("%s ends by silence: %v", k, ends)
		}
		if closes := k.Effect().Close; closes != "" {
			if _, err := c.Close(closes, today); err != nil {
				t.Errorf("%s closes for %q: %v", k, closes, err)
			}
		}
	}
}

func TestANoticeReadsWhatItsPageAsks(t *testing.T) {
	for _, k := range situation.Kinds() {
		if got, err := k.Read(nil, today); err != nil || len(got) != 0 {
			t.Errorf("%s must be filled in: %v", k, err)
		}
		for _, f := range k.Fields() {
			good, bad := "AG Köln", string(make([]rune, situation.MostField+1))
			if f.IsDay() {
				good, bad = "2026-11-22", "2026-11-23"
			}
			if got, err := k.Read(map[string]string{string(f): good, "foreign": "x"}, today); err != nil || len(got) != 1 {
				t.Errorf("%s, %s: %v, %v", k, f, got, err)
			}
			if _, err := k.Read(map[string]string{string(f): bad}, today); debt.KindOf(err) != debt.Invalid {
				t.Errorf("%s, %s takes what it cannot: %v", k, f, err)
			}
		}
	}
}

func TestAPromiseStaysWithinTheCreditorsDays(t *testing.T) {
	rules := debt.Settings{PromiseDays: 14}
	good := situation.Promise{Amount: 50_00, By: today.AddDays(14)}
	if err := good.Check(100_00, today, rules); err != nil {
		t.Fatal(err)
	}
	late, past, much, none := good, good, good, good
	late.By, past.By, much.Amount, none.Amount = today.AddDays(15), today.AddDays(-1), 100_01, 0
	debttest.WantKey(t, late.Check(100_00, today, rules), debt.Invalid, "promise_day_range")
	debttest.WantKey(t, past.Check(100_00, today, rules), debt.Invalid, "promise_day_range")
	debttest.WantKey(t, much.Check(100_00, today, rules), debt.Invalid, "promise_amount_range")
	debttest.WantKey(t, none.Check(100_00, today, rules), debt.Invalid, "promise_amount_range")
	debttest.WantKey(t, good.Check(0, today, rules), debt.Forbidden, "promise_nothing_open")
	debttest.WantKey(t, good.Check(100_00, today, debt.Settings{}), debt.Forbidden, "promise_not_offered")
}

func TestAPromiseIsBrokenOnlyAfterItsGrace(t *testing.T) {
	p := situation.Promise{Amount: 50_00, By: today}
	for days, want := range map[int]situation.PromiseState{0: situation.PromiseOpen, situation.Grace: situation.PromiseOpen, situation.Grace + 1: situation.PromiseBroken} {
		if got := p.Judge(49_99, today.AddDays(days)); got != want {
			t.Errorf("%d days later %s", days, got)
		}
		if got := p.Judge(50_00, today.AddDays(days)); got != situation.PromiseKept {
			t.Errorf("paid, and %s", got)
		}
	}
}
