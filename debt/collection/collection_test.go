package collection_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/collection"
)

func order(due string) collection.Order {
	return collection.Order{Purpose: collection.Purpose("p", 3, 1), Amount: 50_00, DueOn: debt.MustDate(due)}.Planned()
}

func TestASumIsCollectedOnTheNextDayOnWhichBanksSettle(t *testing.T) {
	for due, want := range map[string]string{
		"2026-12-25": "2026-12-28", "2027-01-01": "2027-01-04", "2028-02-29": "2028-02-29", "2027-03-28": "2027-03-30",
		"2027-10-31": "2027-11-01", "2027-05-01": "2027-05-03", "2026-12-24": "2026-12-24",
	} {
		if got := collection.On(debt.MustDate(due)); got != debt.MustDate(want) {
			t.Errorf("due on %s is collected on %s, want %s", due, got, want)
		}
	}
}

// However late the debtor is told and whenever somebody looks: never before it is due, never
// less than the agreed days after the notice, always on a day on which banks settle, never at
// night.
func TestNothingIsCollectedBeforeItsNotice(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		due := debt.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 1500).Draw(r, "due"))
		o := collection.Order{DueOn: due}.Planned()
		now := due.AddDays(-10).Time().Add(time.Duration(rapid.IntRange(0, 60*24*40).Draw(r, "minutes")) * time.Minute)
		if o.Ripe(now) {
			r.Fatal("ripe and not told")
		}
		told := due.AddDays(rapid.IntRange(-10, 10).Draw(r, "told"))
		o.Tell(told)
		if !o.Ripe(now) {
			if at := o.Next(); !o.Ripe(at) {
				r.Fatalf("not ripe at its own hour %s", at)
			}
			return
		}
		today := debt.DateIn(now, debt.Berlin)
		switch {
		case today.Before(due), told.DaysUntil(today) < collection.NoticeDays, !debt.IsTargetDay(o.CollectOn), today.Before(o.CollectOn):
			r.Fatalf("due %s, told %s, collected %s on %s", due, told, o.CollectOn, today)
		case today == o.CollectOn && now.In(debt.Berlin).Hour() < 6:
			r.Fatalf("at night: %s", now)
		}
	})
}

func TestTheHourStaysTheSameWhenClocksChange(t *testing.T) {
	for due, want := range map[string]string{"2027-03-29": "2027-03-30T04:00:00Z", "2026-10-26": "2026-10-26T05:00:00Z", "2026-10-23": "2026-10-23T04:00:00Z"} {
		o := order(due)
		o.Tell(o.DueOn.AddDays(-5))
		if got := o.Next().UTC().Format(time.RFC3339); got != want {
			t.Errorf("due %s is called at %s, want %s", due, got, want)
		}
	}
}

func TestASoftRefusalIsTriedOnceMoreAndNoOtherIs(t *testing.T) {
	now := time.Date(2026, time.December, 7, 9, 0, 0, 0, time.UTC)
	for reason, want := range map[string]bool{"insufficient_funds": true, "AM04": true, "MS03": false, "refer_to_customer": false, "AC04": false,
		"MD06": false, "authentication_required": false, "generic_decline": false, "other": false, collection.Returned: false} {
		o := order("2026-12-05")
		o.End(collection.Failed, reason, now)
		next, again := o.Again("n", now)
		if again != want {
			t.Errorf("%s: again %v", reason, again)
		}
		if !again {
			continue
		}
		if i, ok := next.Instalment(); !ok || i.No != 3 || i.Try != 2 || next.CollectOn != debt.MustDate("2026-12-14") || next.ToldOn != debt.MustDate("2026-12-07") {
			t.Errorf("%+v", next)
		}
		next.End(collection.Failed, reason, now)
		if _, third := next.Again("n", now); third {
			t.Error("a third try")
		}
	}
	waiting := order("2026-12-05")
	waiting.Reason = "insufficient_funds"
	if _, again := waiting.Again("n", now); again {
		t.Error("a second try beside the first")
	}
}

func TestAPurposeIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		want := collection.Instalment{Plan: debt.ID(rapid.StringMatching(`[0-9a-f-]{1,36}`).Draw(r, "plan")),
			No: rapid.IntRange(1, 400).Draw(r, "no"), Try: rapid.IntRange(1, 9).Draw(r, "try")}
		got, ok := collection.Order{Purpose: collection.Purpose(want.Plan, want.No, want.Try)}.Instalment()
		if !ok || got != want {
			r.Fatalf("%+v", got)
		}
	})
	for _, purpose := range []string{"", "plan/p/3", "plan/p/3/0", "plan/p/0/1", "plan//1/1", "plan/p/+3/1", "plan/p/03/1", "bank/p/3/1", "plan/p/3/1/1"} {
		if i, ok := (collection.Order{Purpose: purpose}).Instalment(); ok {
			t.Errorf("%q: %+v", purpose, i)
		}
	}
}

func TestEveryCallHasANameOfItsOwn(t *testing.T) {
	o, seen := order("2026-12-05"), map[string]bool{}
	for range collection.MostCalls {
		if seen[o.Call()] {
			t.Errorf("%s twice", o.Call())
		}
		seen[o.Call()] = true
		o.Calls++
	}
	if !seen[o.Purpose] {
		t.Error("the first call is not named like the order")
	}
}
