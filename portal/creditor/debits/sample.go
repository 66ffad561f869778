package debits

import (
	"time"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/payments/directdebit"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store/column"
	"quitt/store/mandates"
)

func sampleRun(ago int, state mandates.RunState) mandates.Told {
	day := room.SampleDay.AddDays(-ago)
	return mandates.Told{Run: mandates.Run{ID: "r", Message: "QMFZWIZLTOQQHK3DFMUQHI33VNYA", UntilOn: day.AddDays(7), MadeOn: day,
		MadeAt: room.SampleNow.Add(-time.Duration(ago) * 24 * time.Hour), State: state, IBAN: "DE89370400440532013000", Debits: 12 * ago, Sum: debt.Cents(1_234_56 * ago)}}
}

// Samples shows every page of this room.
func Samples() []page.Sample {
	one := func(name string, role staff.Role, html func(s room.Scene) ([]byte, error)) page.Sample {
		return room.Sample("debits"+name, func(w *text.Catalogue) ([]byte, error) { return html(room.SampleScene(w, role)) })
	}
	returned := sampleRun(30, mandates.Closed)
	returned.Back, returned.BackSum = 3, 187_50
	runs := []mandates.Told{sampleRun(1, mandates.Gathering), sampleRun(2, mandates.Closed), sampleRun(9, mandates.Cancelled), returned}
	back := func(file, reason string, amount debt.Cents) mandates.Back {
		return mandates.Back{File: file, Reason: reason, On: column.On(room.SampleDay.AddDays(-20)), Amount: amount}
	}
	return []page.Sample{
		one("", staff.Clerk, func(s room.Scene) ([]byte, error) {
			return listHTML.HTML(listPage(s, runs, true, mandates.Late{N: 4, Since: room.SampleDay.AddDays(-1)}))
		}),
		one("-empty", staff.Viewer, func(s room.Scene) ([]byte, error) { return listHTML.HTML(listPage(s, nil, true, mandates.Late{})) }),
		one("-elsewhere", staff.Viewer, func(s room.Scene) ([]byte, error) { return listHTML.HTML(listPage(s, nil, false, mandates.Late{})) }),
		one("-run", staff.Manager, func(s room.Scene) ([]byte, error) {
			v := runPage(s, returned, []mandates.Back{back("2026-000417", "MS03", 75_00), back("2026-000421", "MD06", 62_50), back("2026-000433", "other", 50_00)})
			v.Hidden = 17
			return runHTML.HTML(v)
		}),
		one("-make", staff.Admin, func(s room.Scene) ([]byte, error) {
			v := listPage(s, runs, true, mandates.Late{})
			v.Done = s.Base.Words.Text("debits_made_done", nil)
			return listHTML.HTML(v)
		}),
		one("-make-wrong", staff.Admin, func(s room.Scene) ([]byte, error) {
			v := listPage(s, nil, true, mandates.Late{})
			v.Frame, v.Until = v.Fails(), "2027-11-22"
			v.Mistake = s.Base.Words.Error(debt.E(debt.Invalid, "debits_day", debt.Args{"last": room.SampleDay.AddDays(furthest)}))
			return listHTML.HTML(v)
		}),
		one("-run-cancel", staff.Admin, func(s room.Scene) ([]byte, error) {
			v := runPage(s, runs[1], nil)
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(debt.E(debt.Invalid, "transfers_unsure", nil))
			return runHTML.HTML(v)
		}),
		one("-run-cancelled", staff.Admin, func(s room.Scene) ([]byte, error) {
			v := runPage(s, runs[2], nil)
			v.Done = s.Base.Words.Text("transfers_done_cancelled", nil)
			return runHTML.HTML(v)
		}),
		one("-answer", staff.Clerk, func(s room.Scene) ([]byte, error) { return answerHTML.HTML(answerPage(s)) }),
		one("-answer-wrong", staff.Clerk, func(s room.Scene) ([]byte, error) {
			v := answerPage(s)
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(debt.E(debt.Invalid, "report_unreadable", nil))
			return answerHTML.HTML(v)
		}),
		one("-answer-heard", staff.Clerk, func(s room.Scene) ([]byte, error) {
			return answerHTML.HTML(answerPage(s).tell(s, directdebit.Answer{Run: runs[1].Run, Refused: 3, Repeated: 1}))
		}),
		one("-run-fresh", staff.Viewer, func(s room.Scene) ([]byte, error) { return runHTML.HTML(runPage(s, runs[1], nil)) }),
	}
}
