package reports

import (
	"maps"
	"slices"
	"strings"

	"quitt/debt"
	"quitt/debt/recovery"
	"quitt/store/rollups"
)

func (m *maker) overview() ([]Table, error) {
	stock, err := rollups.Flows(m.Reader, m.always())
	if err != nil {
		return nil, err
	}
	months, err := m.months()
	if err != nil {
		return nil, err
	}
	per, err := m.breakdown()
	list := []Table{m.keyFigures(stock), months, per}
	if err != nil || m.q.Over == "" {
		return list, err
	}
	second := m.paired
	if m.q.Over == rollups.ByMonth {
		second = m.crossed
	}
	beside, err := second()
	return append(list, beside...), err
}

// keyFigures are the figures of a report's first lines. What stands at the end counts all that
// came until then.
func (m *maker) keyFigures(stock book) Table {
	open, running := m.behind(recovery.Open, ""), m.behind(recovery.Running, "")
	open.From, running.From = m.always().From, m.always().From
	row := func(key string, cells ...Cell) Row { return Row{say(key), cells} }
	none := Cell{Unit: Count, None: true}
	_, collected := m.flows.of(recovery.Collected, "")
	_, returned := m.flows.of(recovery.Returned, "")
	_, closed := m.flows.of(recovery.Closed, "")
	_, kept := m.flows.of(recovery.ClosedPaid, "")
	_, placed := stock.of(recovery.Placed, "")
	_, recovered := stock.of(recovery.Recovered, "")
	self, _ := m.flows.of(recovery.Resolved, string(recovery.BySelf))
	resolved, _ := m.flows.of(recovery.Resolved, "")
	all := m.behind(recovery.Recovered, "")
	all.From = m.always().From
	return Table{
		Title: say("report_figures"), Note: say("report_figures_note"), Head: say("report_figure"), Columns: []Label{say("report_cases"), say("report_value")},
		Rows: []Row{
			row("report_placed", counted(m.flows, m.behind(recovery.Placed, "")), summed(m.flows, m.behind(recovery.Placed, ""))),
			row("report_collected", counted(m.flows, m.behind(recovery.Collected, "")), summed(m.flows, m.behind(recovery.Collected, ""))),
			row("report_returned", counted(m.flows, m.behind(recovery.Returned, "")), summed(m.flows, m.behind(recovery.Returned, ""))),
			row("report_net", none, Cell{Unit: Euro, Value: collected - returned, Behind: m.behind(recovery.Collected, "")}),
			row("report_given_up", counted(m.flows, m.behind(recovery.GivenUp, "")), summed(m.flows, m.behind(recovery.GivenUp, ""))),
			row("report_open", counted(stock, running), summed(stock, open)),
			row("report_closed", counted(m.flows, m.behind(recovery.Closed, "")), summed(m.flows, m.behind(recovery.Closed, ""))),
			row("report_rate_closed", none, rated(kept, closed, m.behind(recovery.ClosedPaid, ""))),
			row("report_rate_all", none, rated(recovered, placed, all)),
			row("report_first_payment", counted(m.flows, m.behind(recovery.FirstPayment, "")), mean(m.flows, m.behind(recovery.FirstPayment, ""))),
			row("report_resolved", counted(m.flows, m.behind(recovery.Resolved, string(recovery.BySelf))),
				rated(self, resolved, m.behind(recovery.Resolved, string(recovery.BySelf)))),
		},
	}
}

func monthLabel(month string) Label {
	return Label{Key: "report_month", Args: debt.Args{"month": month[5:] + "/" + month[:4]}}
}

// months follows what was placed and what came, in whole months.
func (m *maker) months() (Table, error) {
	sums, err := rollups.Months(m.Reader, m.q.Scope)
	t := Table{Title: say("report_months"), Note: say("report_months_note"), Head: say("report_month_head"), Chart: Bars, Drawn: 4,
		Columns: []Label{say("report_placed_n"), say("report_placed"), say("report_collected"), say("report_returned"), say("report_net")}}
	by := map[string]book{}
	for _, s := range sums {
		month := recovery.Month(s.On.Date)
		by[month] = append(by[month], s)
	}
	first := m.q.From.AddDays(1 - m.q.From.Time().Day())
	for on := first; !on.After(m.q.To) && len(by) > 0; on = on.AddMonths(1) {
		b := by[recovery.Month(on)]
		at := func(f recovery.Figure) rollups.Behind {
			behind := m.behind(f, "")
			behind.From, behind.To = on, on.AddMonths(1).AddDays(-1)
			return behind
		}
		_, collected := b.of(recovery.Collected, "")
		_, returned := b.of(recovery.Returned, "")
		t.Rows = append(t.Rows, Row{monthLabel(recovery.Month(on)), []Cell{counted(b, at(recovery.Placed)), summed(b, at(recovery.Placed)),
			summed(b, at(recovery.Collected)), summed(b, at(recovery.Returned)), {Unit: Euro, Value: collected - returned, Behind: at(recovery.Collected)}}})
	}
	return t, err
}

// PerLabel names a breakdown.
func PerLabel(by rollups.By) Label {
	switch by {
	case rollups.ByCohort:
		return say("report_per_cohort")
	case rollups.ByAge:
		return say("report_per_age")
	}
	return say("report_per_ground")
}

// perScope is all cases in the breakdown that is asked for, without one by the kind of claim.
func (m *maker) perScope() rollups.Scope {
	scope := m.q.Scope
	scope.By, scope.Value = m.q.per(), ""
	return scope
}

// breakdown compares the values of a breakdown: what came in the period, and what has been
// recovered of all that was ever placed.
func (m *maker) breakdown() (Table, error) {
	scope := m.perScope()
	t := Table{Title: say("report_breakdown"), Note: say("report_breakdown_note"), Head: PerLabel(scope.By),
		Columns: []Label{say("report_placed_n"), say("report_placed"), say("report_collected"), say("report_returned"), say("report_rate_all"), say("report_rate_closed")}}
	flows, err := rollups.Breakdown(m.Reader, scope)
	if err != nil {
		return t, err
	}
	ever := scope
	ever.From = m.always().From
	stock, err := rollups.Breakdown(m.Reader, ever)
	for _, value := range values(stock) {
		b, all := book(flows).value(value), book(stock).value(value)
		at := func(f recovery.Figure, since debt.Date) rollups.Behind {
			behind := rollups.Behind{Scope: scope, Figure: f}
			behind.Value, behind.From = value, since
			return behind
		}
		_, placed := all.of(recovery.Placed, "")
		_, recovered := all.of(recovery.Recovered, "")
		_, closed := b.of(recovery.Closed, "")
		_, kept := b.of(recovery.ClosedPaid, "")
		t.Rows = append(t.Rows, Row{ValueLabel(scope.By, value), []Cell{
			counted(b, at(recovery.Placed, scope.From)), summed(b, at(recovery.Placed, scope.From)), summed(b, at(recovery.Collected, scope.From)),
			summed(b, at(recovery.Returned, scope.From)), rated(recovered, placed, at(recovery.Recovered, ever.From)),
			rated(kept, closed, at(recovery.ClosedPaid, scope.From))}})
	}
	return t, err
}

// values lists what there is of a breakdown, ages in their order, months with the newest first.
func values(sums []rollups.Sum) []string {
	seen := map[string]bool{}
	for _, s := range sums {
		seen[s.Value] = true
	}
	return ordered(seen)
}

func ordered(seen map[string]bool) []string {
	list := slices.Sorted(maps.Keys(seen))
	switch {
	case len(list) > 0 && recovery.KnownMonth(list[0]):
		slices.Reverse(list)
	default:
		slices.SortStableFunc(list, func(x, y string) int { return slices.Index(recovery.Ages(), x) - slices.Index(recovery.Ages(), y) })
	}
	return list
}

// ValueLabel names a value of a breakdown.
func ValueLabel(by rollups.By, value string) Label {
	switch by {
	case rollups.ByCohort:
		return monthLabel(value)
	case rollups.ByAge:
		return daysLabel(value)
	}
	return word(debt.Ground(value))
}

// daysLabel writes a band of days.
func daysLabel(band string) Label {
	return bandLabel(band, "report_days", "report_days_over")
}

func bandLabel(band, within, over string) Label {
	from, to, _ := strings.Cut(band, "-")
	switch {
	case band == recovery.NotDue:
		return say("report_not_due")
	case to == from: // a single month, the one that runs
		return say("report_this_month")
	case to == "":
		return Label{Key: over, Args: debt.Args{"from": from}}
	}
	return Label{Key: within, Args: debt.Args{"from": from, "to": to}}
}
