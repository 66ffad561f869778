package report

import (
	"quitt/debt"
	"quitt/debt/recovery"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/reports"
	"quitt/store/remittances"
	"quitt/store/rollups"
)

// sampleYear is what the samples are about.
var sampleYear = rollups.Scope{By: rollups.All, From: debt.MustDate("2025-12-01"), To: room.SampleDay}

// Samples shows the pages of this room.
func Samples() []page.Sample {
	return append(append(reportSamples(), lineSamples()...), append(payoutSamples(), subsSamples()...)...)
}

func reportSamples() []page.Sample {
	show := func(name string, q reports.Query, fill func(*Page, *text.Catalogue)) page.Sample {
		return room.Sample("report"+name, func(w *text.Catalogue) ([]byte, error) {
			s := room.SampleScene(w, staff.Viewer)
			v := Page{Frame: s.Frame(paths[q.Kind]), Title: q.Kind.Title().Says(w), Filter: filterOf(w, q, s.Today)}
			for _, k := range reports.Kinds() {
				v.Tabs = append(v.Tabs, Tab{address(paths[k], q.Scope), k.Title().Says(w), k == q.Kind})
			}
			fill(&v, w)
			return reportHTML.HTML(v)
		})
	}
	overview := reports.Query{Kind: reports.Overview, Scope: sampleYear, Per: rollups.ByGround}
	pair := overview
	pair.Over = rollups.ByAge
	full := func(q reports.Query, tables ...reports.Table) func(*Page, *text.Catalogue) {
		return func(v *Page, w *text.Catalogue) {
			v.show(w, reports.Report{Query: q, CutOff: room.SampleNow, Tables: tables})
		}
	}
	of := func(kind reports.Kind) reports.Query {
		return reports.Query{Kind: kind, Scope: sampleYear}
	}
	return []page.Sample{
		show("", overview, full(overview, sampleFigures(), sampleMonths(), sampleGrounds())),
		show("-pair", pair, full(pair, sampleFigures(), sampleMonths(), samplePair())),
		show("-pair-many", pair, full(pair, sampleFigures(), sampleMonths(), reports.Table{Title: samplePair().Title, Note: label("report_twice_note"),
			Missing: reports.Label{Key: "report_twice_many", Args: debt.Args{"most": rollups.MostPaired}}})),
		show("-curve", of(reports.Curve), full(of(reports.Curve), sampleCurve())),
		show("-ageing", of(reports.Ageing), full(of(reports.Ageing), sampleAges())),
		show("-empty", of(reports.Ageing), full(of(reports.Ageing), reports.Table{Title: label("report_ageing"), Note: label("report_ageing_note"), Head: label("report_due_head")})),
		show("-building", overview, func(v *Page, w *text.Catalogue) { v.show(w, reports.Report{Query: overview, Building: true}) }),
		show("-wrong", overview, func(v *Page, w *text.Catalogue) {
			v.Frame, v.Mistake = v.Fails(), w.Error(debt.E(debt.NotFound, "report_unknown", nil))
		}),
	}
}

func label(key string) reports.Label { return reports.Label{Key: key} }

func euro(c debt.Cents) reports.Cell {
	return reports.Cell{Unit: reports.Euro, Value: int64(c), Behind: rollups.Behind{Scope: sampleYear, Figure: recovery.Collected}}
}

func n(count int64) reports.Cell {
	return reports.Cell{Unit: reports.Count, Value: count, Behind: rollups.Behind{Scope: sampleYear, Figure: recovery.Placed}}
}

func rate(r debt.BasisPoints) reports.Cell { return reports.Cell{Unit: reports.Rate, Value: int64(r)} }

var none = reports.Cell{Unit: reports.Count, None: true}

func sampleFigures() reports.Table {
	return reports.Table{Rows: []reports.Row{
		{Head: label("report_placed"), Cells: []reports.Cell{n(1_482), euro(1_234_567_89)}},
		{Head: label("report_collected"), Cells: []reports.Cell{n(611), euro(402_118_07)}},
		{Head: label("report_net"), Cells: []reports.Cell{none, euro(-1_250_00)}},
		{Head: label("report_given_up"), Cells: []reports.Cell{n(0), euro(0)}},
		{Head: label("report_rate_all"), Cells: []reports.Cell{none, rate(3257)}},
		{Head: label("report_first_payment"), Cells: []reports.Cell{n(12), {Unit: reports.Days, Value: 10}}},
		{Head: label("report_resolved"), Cells: []reports.Cell{n(0), {Unit: reports.Rate, None: true}}},
	}}
}

// sampleMonths has a month in which more went back than came.
func sampleMonths() reports.Table {
	t := reports.Table{Title: label("report_months"), Note: label("report_months_note"), Head: label("report_month_head"), Chart: reports.Bars, Drawn: 4,
		Columns: []reports.Label{label("report_placed_n"), label("report_placed"), label("report_collected"), label("report_returned"), label("report_net")}}
	for i, net := range []debt.Cents{0, 1_204_10, 8_790_11, 23_400_00, 31_250_50, 18_000_00, -2_300_00, 12_480_00, 40_112_33, 9_120_75} {
		on := sampleYear.From.AddMonths(i)
		t.Rows = append(t.Rows, reports.Row{Head: reports.Label{Key: "report_month", Args: debt.Args{"month": recovery.Month(on)[5:] + "/" + recovery.Month(on)[:4]}},
			Cells: []reports.Cell{n(int64(i * 17)), euro(debt.Cents(i) * 12_345_67), euro(max(net, 0)), euro(max(-net, 0)), euro(net)}})
	}
	return t
}

func sampleGrounds() reports.Table {
	t := reports.Table{Title: label("report_breakdown"), Note: label("report_breakdown_note"), Head: reports.PerLabel(rollups.ByGround),
		Columns: []reports.Label{label("report_placed_n"), label("report_placed"), label("report_collected"), label("report_rate_all")}}
	for i, g := range debt.Grounds()[:3] {
		t.Rows = append(t.Rows, reports.Row{Head: reports.Label{Word: g}, Cells: []reports.Cell{n(int64(900 / (i + 1))), euro(700_000_00), euro(21_500_10), rate(debt.BasisPoints(900 * i))}})
	}
	return t
}

func samplePair() reports.Table {
	t := reports.Table{Title: reports.Label{Key: "report_twice_placed", Args: debt.Args{"per": reports.PerLabel(rollups.ByGround), "over": reports.PerLabel(rollups.ByAge)}},
		Note: label("report_twice_note"), Head: reports.PerLabel(rollups.ByGround)}
	for _, age := range recovery.Ages() {
		t.Columns = append(t.Columns, reports.ValueLabel(rollups.ByAge, age))
	}
	t.Columns = append(t.Columns, label("report_all_cases"))
	for i, g := range debt.Grounds()[:3] {
		row := reports.Row{Head: reports.Label{Word: g}}
		for k := range t.Columns {
			row.Cells = append(row.Cells, euro(debt.Cents(1_234_500*(i+1)/(k+1))))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// sampleCurve is the share that has come so many months after the hand-over.
func sampleCurve() reports.Table {
	t := reports.Table{Title: label("report_curve"), Note: label("report_curve_note"), Head: label("report_since_head"), Chart: reports.Lines}
	row := reports.Row{Head: label("report_rate_all")}
	for i := range 13 {
		t.Columns = append(t.Columns, reports.Label{Key: "report_since", Args: debt.Args{"n": i}})
		row.Cells = append(row.Cells, rate(debt.BasisPoints(4200-4200/(i+1))))
	}
	t.Rows = []reports.Row{row}
	return t
}

func sampleAges() reports.Table {
	t := reports.Table{Title: label("report_ageing"), Note: label("report_ageing_note"), Head: label("report_due_head"), Chart: reports.Bars,
		Columns: []reports.Label{label("report_open"), label("report_share")}}
	for i, age := range recovery.Ages() {
		t.Rows = append(t.Rows, reports.Row{Head: reports.ValueLabel(rollups.ByAge, age), Cells: []reports.Cell{euro(debt.Cents(1_000_000_00 / (3*i + 1))), rate(debt.BasisPoints(5000 / (i + 1)))}})
	}
	return t
}

func lineSamples() []page.Sample {
	show := func(name string, change func(*LinesPage)) page.Sample {
		return room.Sample("report-lines"+name, func(w *text.Catalogue) ([]byte, error) {
			v := LinesPage{Frame: room.SampleScene(w, staff.Viewer).Frame(lines), Figure: w.Word(recovery.Collected), From: sampleYear.From, To: sampleYear.To}
			change(&v)
			return linesHTML.HTML(v)
		})
	}
	some := func(v *LinesPage) {
		for i := range 4 {
			v.Lines = append(v.Lines, CaseLine{File: "2026-000417", Path: casePath + "?nr=2026-000417", On: room.SampleDay.AddDays(-i), N: 1, Amount: debt.Cents(31_240 * (1 + 300*i)), Days: 9 + i})
		}
		v.Next = lines
	}
	return []page.Sample{
		show("", func(v *LinesPage) { some(v); v.Amounts = true }),
		show("-days", func(v *LinesPage) { some(v); v.Days, v.Figure = true, v.Words.Word(recovery.FirstPayment) }),
		show("-empty", func(*LinesPage) {}),
		show("-wrong", func(v *LinesPage) {
			v.Frame, v.Mistake = v.Fails(), v.Words.Error(debt.E(debt.Invalid, "report_figure_unknown", nil))
		}),
	}
}

func subsSamples() []page.Sample {
	show := func(name string, fill func(*SubsPage)) page.Sample {
		return room.Sample("report-subs"+name, func(w *text.Catalogue) ([]byte, error) {
			v := SubsPage{Frame: room.SampleScene(w, staff.Manager).Frame(Subs)}
			fill(&v)
			return subsHTML.HTML(v)
		})
	}
	list := func(w *text.Catalogue) []Sub {
		return []Sub{
			{ID: "sub1", Report: reports.Overview.Title().Says(w), Path: paths[reports.Overview], Cases: "Zahnarztleistungen der Praxis in Köln-Ehrenfeld", Rhythm: w.Word(recovery.Rhythms()[0]),
				Paper: true, Next: room.SampleNow.AddDate(0, 0, 4)},
			{ID: "sub2", Report: reports.Overview.Title().Says(w), Path: paths[reports.Overview], Rhythm: w.Word(recovery.Rhythms()[1]), Next: room.SampleNow.AddDate(0, 0, 9)}}
	}
	return []page.Sample{
		show("", func(v *SubsPage) { v.List, v.Done = list(v.Words), v.Words.Text("report_sub_added", nil) }),
		show("-none", func(*SubsPage) {}),
		show("-wrong", func(v *SubsPage) {
			v.Frame, v.List, v.Mistake = v.Fails(), list(v.Words), v.Words.Error(debt.E(debt.Invalid, "report_figure_unknown", nil))
		}),
	}
}

func payoutSamples() []page.Sample {
	show := func(name string, change func(*PayoutsPage)) page.Sample {
		return room.Sample("payouts"+name, func(w *text.Catalogue) ([]byte, error) {
			v := PayoutsPage{Frame: room.SampleScene(w, staff.Manager).Frame(payouts), MayBooks: true, Payouts: reports.Payouts{From: sampleYear.From, To: sampleYear.To, Came: 402_118_07, Direct: 1_204_10}}
			change(&v)
			return payoutsHTML.HTML(v)
		})
	}
	return []page.Sample{
		show("", func(v *PayoutsPage) {
			v.Paid, v.More = 380_000_00, true
			v.List = []remittances.Remittance{
				{Number: 12, PaidOn: room.SampleDay.AddDays(-2), Amount: 123_456_78, Reference: "AUSZAHLUNG-12-ZAHNARZTPRAXIS-LINDNER", Source: "treuhand-sparkasse-koelnbonn"},
				{PaidOn: room.SampleDay.AddDays(-9), Amount: 1_250_00, Reference: "po_1SAMPLE", Source: "stripe"}}
		}),
		show("-none", func(*PayoutsPage) {}),
		show("-building", func(v *PayoutsPage) { v.Building = true }),
		show("-wrong", func(v *PayoutsPage) {
			v.Frame, v.Mistake = v.Fails(), v.Words.Error(debt.E(debt.Invalid, "report_figure_unknown", nil))
		}),
	}
}
