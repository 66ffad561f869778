package reports

import (
	"slices"
	"strings"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/objection"
	"quitt/debt/recovery"
	"quitt/store/rollups"
)

// curveMonths are the months since hand-over of the cohorts' table.
var curveMonths = []int{0, 1, 2, 3, 6, 9, 12, 18, 24, 36}

// curve follows cohorts in whole months, the last one too.
func (m *maker) curve() ([]Table, error) {
	m.q.To = m.q.To.AddDays(1 - m.q.To.Time().Day()).AddMonths(1).AddDays(-1)
	sums, err := rollups.Cohorts(m.Reader, m.q.To)
	if err != nil {
		return nil, err
	}
	placed, recovered := map[string]int64{}, map[string]map[string]int64{}
	for _, s := range sums {
		if s.Figure == recovery.Placed {
			placed[s.Value] += s.Amount
			continue
		}
		if recovered[s.Value] == nil {
			recovered[s.Value] = map[string]int64{}
		}
		recovered[s.Value][recovery.Month(s.On.Date)] += s.Amount
	}
	curves := recovery.Curves(placed, recovered, recovery.Month(m.q.To))
	return []Table{m.joined(curves), m.cohorts(curves)}, nil
}

func sinceLabel(k int) Label { return Label{Key: "report_since", Args: debt.Args{"n": k}} }

func (m *maker) joined(curves []recovery.Curve) Table {
	t := Table{Title: say("report_curve"), Note: say("report_curve_note"), Head: say("report_since_head"), Chart: Lines}
	row := Row{Head: say("report_all_cohorts")}
	at := rollups.Behind{Scope: m.always(), Figure: recovery.Recovered}
	at.By, at.Value = rollups.All, ""
	for k, share := range recovery.Joined(curves) {
		t.Columns = append(t.Columns, sinceLabel(k))
		row.Cells = append(row.Cells, Cell{Unit: Rate, Value: int64(share), Behind: at})
	}
	if len(row.Cells) > 0 {
		t.Rows = []Row{row}
	}
	return t
}

func (m *maker) cohorts(curves []recovery.Curve) Table {
	t := Table{Title: say("report_cohorts"), Note: say("report_cohorts_note"), Head: say("report_per_cohort"), Columns: []Label{say("report_placed")}}
	most := 0
	for _, c := range curves {
		most = max(most, len(c.Recovered))
	}
	for _, k := range curveMonths {
		if k < most {
			t.Columns = append(t.Columns, sinceLabel(k))
		}
	}
	for _, c := range curves {
		at := rollups.Behind{Figure: recovery.Placed, Scope: rollups.Scope{By: rollups.ByCohort, Value: c.Cohort, From: m.always().From, To: m.q.To}}
		row := Row{monthLabel(c.Cohort), []Cell{{Unit: Euro, Value: c.Placed, Behind: at}}}
		for _, k := range curveMonths {
			if k >= most {
				continue
			}
			cell := Cell{Unit: Rate, None: true}
			if k < len(c.Recovered) {
				at := at
				at.Figure, at.To = recovery.Recovered, debt.Earlier(m.q.To, debt.MustDate(c.Cohort+"-01").AddMonths(k+1).AddDays(-1))
				cell = rated(c.Recovered[k], c.Placed, at)
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// ageing tells what is open on the last day, by the months since principal was due.
func (m *maker) ageing() ([]Table, error) {
	stock, err := rollups.Flows(m.Reader, m.always())
	t := Table{Title: say("report_ageing"), Note: say("report_ageing_note"), Head: say("report_due_head"), Columns: []Label{say("report_open"), say("report_share")}, Chart: Bars}
	open := book{}
	for _, s := range stock {
		if s.Figure != recovery.Open {
			continue
		}
		if recovery.KnownMonth(s.Key) {
			s.Key = recovery.DueBand(s.Key, m.q.To)
		}
		open = append(open, s)
	}
	_, whole := open.of(recovery.Open, "")
	row := func(key string, head Label) {
		_, amount := open.of(recovery.Open, key)
		at := rollups.Behind{Scope: m.always(), Figure: recovery.Open, Key: key}
		if head.Key != "" {
			at.Key = recovery.DueKey(key, m.q.To)
		}
		t.Rows = append(t.Rows, Row{head, []Cell{{Unit: Euro, Value: amount, Behind: at}, rated(amount, whole, at)}})
	}
	for _, band := range recovery.DueBands() {
		row(band, bandLabel(band, "report_due", "report_due_over"))
	}
	row(string(recovery.Interest), word(recovery.Interest))
	row(string(recovery.Costs), word(recovery.Costs))
	return []Table{t}, err
}

func (m *maker) money() []Table {
	in := Table{Title: say("report_in"), Note: say("report_in_note"), Head: say("report_in_head"), Columns: []Label{say("report_payments"), say("report_collected"), say("report_share")}, Chart: Bars, Drawn: 1}
	back := Table{Title: say("report_back"), Note: say("report_back_note"), Head: say("report_back_head"), Columns: []Label{say("report_times"), say("report_value"), say("report_back_rate")}}
	_, whole := m.flows.of(recovery.Collected, "")
	for _, method := range debt.Methods() {
		_, came := m.flows.of(recovery.Collected, string(method)+"/*")
		for _, channel := range recovery.Channels() {
			at := m.behind(recovery.Collected, string(method)+"/"+string(channel))
			if n, amount := m.flows.of(at.Figure, at.Key); n != 0 || amount != 0 {
				in.Rows = append(in.Rows, Row{pair(method, channel), []Cell{counted(m.flows, at), summed(m.flows, at), rated(amount, whole, at)}})
			}
		}
		for _, kind := range recovery.Backs() {
			at := m.behind(recovery.Returned, string(method)+"/"+string(kind))
			if n, amount := m.flows.of(at.Figure, at.Key); n != 0 || amount != 0 {
				back.Rows = append(back.Rows, Row{pair(method, kind), []Cell{counted(m.flows, at), summed(m.flows, at), rated(amount, came, at)}})
			}
		}
	}
	given := Table{Title: say("report_given"), Note: say("report_given_note"), Head: say("report_given_head"), Columns: []Label{say("report_times"), say("report_value")}}
	for _, what := range []recovery.Code{recovery.Waiver, recovery.Credit} {
		at := m.behind(recovery.GivenUp, string(what))
		given.Rows = append(given.Rows, Row{word(what), []Cell{counted(m.flows, at), summed(m.flows, at)}})
	}
	first := Table{Title: say("report_first"), Note: say("report_first_note"), Head: say("report_first_head"), Columns: []Label{say("report_cases"), say("report_share")}, Chart: Bars}
	all, _ := m.flows.of(recovery.FirstPayment, "")
	for _, band := range recovery.DayBands() {
		at := m.behind(recovery.FirstPayment, band)
		n, _ := m.flows.of(at.Figure, at.Key)
		first.Rows = append(first.Rows, Row{daysLabel(band), []Cell{counted(m.flows, at), rated(n, all, at)}})
	}
	return []Table{in, back, given, first}
}

// pair writes two codes side by side.
func pair(first, second any) Label {
	return Label{Key: "report_pair", Args: debt.Args{"first": first, "second": second}}
}

// planStates are the states of agreed plans, those that hold first.
var planStates = []debt.PlanState{debt.PlanFulfilled, debt.PlanActive, debt.PlanAtRisk, debt.PlanLapsed, debt.PlanCancelled}

func (m *maker) plans() []Table {
	state := Table{Title: say("report_plans"), Note: say("report_plans_note"), Head: say("report_plan_state"), Columns: []Label{say("report_count"), say("report_value"), say("report_share")}, Chart: Bars}
	all, _ := m.flows.of(recovery.Planned, "")
	for _, s := range planStates {
		at := m.behind(recovery.Planned, string(s)+"/*/*")
		n, _ := m.flows.of(at.Figure, at.Key)
		state.Rows = append(state.Rows, Row{word(s), []Cell{counted(m.flows, at), summed(m.flows, at), rated(n, all, at)}})
	}
	band := m.planTable("report_plans_sum", "report_plan_sum")
	for _, b := range recovery.SumBands() {
		band.Rows = append(band.Rows, m.planRow(bandLabel(b, "report_sum", "report_sum_over"), "*/"+b))
	}
	who := m.planTable("report_plans_who", "report_plan_who")
	for _, by := range recovery.Makers() {
		if n, _ := m.flows.of(recovery.Planned, "*/"+string(by)+"/*"); n > 0 {
			who.Rows = append(who.Rows, m.planRow(word(by), string(by)+"/*"))
		}
	}
	return []Table{state, band, who}
}

func (m *maker) planTable(title, head string) Table {
	t := Table{Title: say(title), Note: say("report_plans_kept_note"), Head: say(head)}
	for _, s := range planStates {
		t.Columns = append(t.Columns, word(s))
	}
	t.Columns = append(t.Columns, say("report_plan_kept"))
	return t
}

// planRow counts plans whose key ends so by their state, and the share that holds.
func (m *maker) planRow(head Label, end string) Row {
	r := Row{Head: head}
	var all, holds int64
	for i, s := range planStates {
		c := counted(m.flows, m.behind(recovery.Planned, string(s)+"/"+end))
		if all += c.Value; i < 2 {
			holds += c.Value
		}
		r.Cells = append(r.Cells, c)
	}
	r.Cells = append(r.Cells, rated(holds, all, m.behind(recovery.Planned, "*/"+end)))
	return r
}

var outcomes = []debt.ObjectionState{debt.ObjectionOpen, debt.ObjectionUpheld, debt.ObjectionPartly, debt.ObjectionRejected, debt.ObjectionWithdrawn}

func (m *maker) objections() []Table {
	t := Table{Title: say("report_objections"), Note: say("report_objections_note"), Head: say("report_ground"), Columns: []Label{say("report_count")}}
	for _, o := range outcomes {
		t.Columns = append(t.Columns, word(o))
	}
	t.Columns = append(t.Columns, say("report_decided_in"))
	for _, g := range objection.Grounds() {
		row := Row{word(g), []Cell{counted(m.flows, m.behind(recovery.Objected, string(g)+"/*"))}}
		if row.Cells[0].Value == 0 {
			continue
		}
		for _, o := range outcomes {
			row.Cells = append(row.Cells, counted(m.flows, m.behind(recovery.Objected, string(g)+"/"+string(o))))
		}
		row.Cells = append(row.Cells, mean(m.flows, m.behind(recovery.Decided, string(g)+"/*")))
		t.Rows = append(t.Rows, row)
	}
	return []Table{t}
}

func (m *maker) letters() []Table {
	steps := Table{Title: say("report_funnel"), Note: say("report_funnel_note"), Head: say("report_step"), Columns: []Label{say("report_count"), say("report_share")}, Chart: Bars}
	sent, _ := m.flows.of(recovery.Letter, "*/"+string(recovery.Sent))
	for _, s := range append(recovery.Steps(), recovery.Direct) {
		at := m.behind(recovery.Letter, "*/"+string(s))
		n, _ := m.flows.of(at.Figure, at.Key)
		steps.Rows = append(steps.Rows, Row{word(s), []Cell{counted(m.flows, at), rated(n, sent, at)}})
	}
	kinds := Table{Title: say("report_letters"), Note: say("report_funnel_note"), Head: say("report_letter_kind")}
	for _, s := range append(recovery.Steps(), recovery.Direct) {
		kinds.Columns = append(kinds.Columns, word(s))
	}
	for _, k := range letter.Kinds() {
		row := Row{Head: word(k)}
		for _, s := range append(recovery.Steps(), recovery.Direct) {
			row.Cells = append(row.Cells, counted(m.flows, m.behind(recovery.Letter, string(k)+"/"+string(s))))
		}
		if slices.ContainsFunc(row.Cells, func(c Cell) bool { return c.Value != 0 }) {
			kinds.Rows = append(kinds.Rows, row)
		}
	}
	return []Table{steps, kinds}
}

// ParseScope reads "ground:contract" and the like; "" is all cases.
func ParseScope(s string) (rollups.By, string) {
	by, value, found := strings.Cut(s, ":")
	if !found {
		return rollups.All, by
	}
	return rollups.By(by), value
}
