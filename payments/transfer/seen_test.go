package transfer_test

import (
	"testing"

	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/matching"
	"quitt/payments/transfer"
	"quitt/payments/transfer/seen"
	"quitt/store/statements"
)

// What a case got of a transfer is its share, with the statement it stands in; and a proof of
// payment means the one transfer of its sum about its day.
func TestACaseShowsItsShareOfATransfer(t *testing.T) {
	each(t, 2, func(t *testing.T, w *world) {
		l := w.nobodys(70_00, erika, "zwei Sachen")
		w.must(w.desk.Book(ctx, w.creditor, choice(l), matching.Part{CaseID: w.cases[0], Amount: 45_00}, matching.Part{CaseID: w.cases[1], Amount: 25_00}))
		for i, want := range []debt.Cents{45_00, 25_00} {
			list, err := w.seen().OfCase(ctx, w.creditor, w.cases[i])
			w.must(err)
			if len(list) != 1 || list[0].Share != want || list[0].Payer != "DE02 … 2051" || list[0].Head.Sequence == "" {
				t.Fatalf("case %d: %+v", i, list)
			}
			on := list[0].BookedOn
			if _, ok := seen.ClaimedAs(list, want, on.AddDays(3)); !ok {
				t.Error("the transfer of a proof is not found")
			}
			for _, proof := range []struct {
				amount debt.Cents
				on     debt.Date
			}{{want + 1, on}, {want, on.AddDays(30)}} {
				if _, ok := seen.ClaimedAs(list, proof.amount, proof.on); ok {
					t.Errorf("%s on %s is taken for another transfer", proof.amount, proof.on)
				}
			}
			if _, ok := seen.ClaimedAs(append(list, list...), want, on); ok {
				t.Error("one of two is chosen")
			}
		}
		due, err := w.seen().Due(ctx, w.creditor, debt.MustDate("2026-12-31"))
		w.must(err)
		if len(due) != 1 || due[0].Came != 70_00 || due[0].Back != 0 || due[0].Sum != 70_00 || len(due[0].Lines) != 2 {
			t.Errorf("%+v", due)
		}
	})
}

func TestWhatIsLeftOfASplitIsSaid(t *testing.T) {
	l := statements.Line{Amount: 100_00}
	for want, parts := range map[debt.Cents][]matching.Part{100_00: nil, 0: {{Amount: 60_00}, {Amount: 40_00}}, -1: {{Amount: 100_01}}} {
		if got := seen.Left(l, parts); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// A statement that opens with what no other closes with is listed until somebody has looked, with
// what the account was left with; one without a code of why stays.
func TestAGapIsShownWithWhatWasBefore(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		first := daily("2026-11-16", "1", 0, entry("2026-11-16", 10_00, statement.Party{Name: "Jemand"}, "?"))
		w.load(first)
		third := w.load(daily("2026-11-18", "3", 50_00))
		list, err := w.seen().Alarms(ctx, w.creditor, 10)
		w.must(err)
		if len(list) != 1 || list[0].Kind != transfer.TaskGap || list[0].Before == nil || *list[0].Before != first.closing() {
			t.Fatalf("%+v", list)
		}
		id := third.Statements[0].ID
		w.refused(w.seen().Dismiss(ctx, w.creditor, id, "because"), debt.Invalid, "bank_why_missing")
		w.must(w.seen().Dismiss(ctx, w.creditor, id, seen.NotNeeded))
		a, err := w.seen().Alarm(ctx, w.creditor, id)
		w.must(err)
		if list, err = w.seen().Alarms(ctx, w.creditor, 10); err != nil || len(list) != 0 || !a.Over {
			t.Errorf("%v %+v %v", err, list, a.Over)
		}
		l := w.lines(statements.Suspended)[0]
		w.refused(w.desk.NotOurs(ctx, w.creditor, transfer.Choice{Line: l.ID, Version: l.Version, Why: "because"}), debt.Invalid, "bank_why_missing")
	})
}
