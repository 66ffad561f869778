package reports

import (
	"quitt/debt"
	"quitt/debt/recovery"
	"quitt/store/rollups"
)

// mostValues is how many values of a breakdown stand beside each other; the rest is one column.
const mostValues = 12

// crossed tells month by month what was placed and what came, for each value of a breakdown: the
// two that the sums carry at once. They are of all cases, as the breakdown is.
func (m *maker) crossed() ([]Table, error) {
	scope := m.perScope()
	sums, err := rollups.MonthsBy(m.Reader, scope)
	if err != nil || len(sums) == 0 {
		return nil, err
	}
	by := map[debt.Date]book{}
	for _, s := range sums {
		by[s.On.Date] = append(by[s.On.Date], s)
	}
	list := values(sums)
	c := crossing{m, scope, list[:min(mostValues, len(list))], list[min(mostValues, len(list)):], by}
	return []Table{c.table("report_cross_placed", recovery.Placed), c.table("report_cross_net", recovery.Collected)}, nil
}

// crossing is what the tables of two breakdowns are made from.
type crossing struct {
	*maker

	scope       rollups.Scope
	shown, rest []string
	months      map[debt.Date]book
}

func (c crossing) table(title string, f recovery.Figure) Table {
	t := Table{Title: Label{Key: title, Args: debt.Args{"per": PerLabel(c.scope.By)}}, Note: say("report_cross_note"), Head: say("report_month_head")}
	for _, v := range c.shown {
		t.Columns = append(t.Columns, ValueLabel(c.scope.By, v))
	}
	if len(c.rest) > 0 {
		t.Columns = append(t.Columns, say("report_cross_rest"))
	}
	t.Columns = append(t.Columns, say("report_all_cases"))
	for on := c.q.From.AddDays(1 - c.q.From.Time().Day()); !on.After(c.q.To); on = on.AddMonths(1) {
		t.Rows = append(t.Rows, Row{monthLabel(recovery.Month(on)), c.cells(on, f)})
	}
	return t
}

func (c crossing) cells(on debt.Date, f recovery.Figure) (cells []Cell) {
	month := c.months[on]
	at := rollups.Behind{Scope: rollups.Scope{By: c.scope.By, From: on, To: on.AddMonths(1).AddDays(-1)}, Figure: f}
	for _, v := range c.shown {
		at.Value = v
		cells = append(cells, Cell{Unit: Euro, Value: net(month.value(v), f), Behind: at})
	}
	rest := int64(0)
	for _, v := range c.rest {
		rest += net(month.value(v), f)
	}
	if len(c.rest) > 0 {
		cells = append(cells, Cell{Unit: Euro, Value: rest})
	}
	at.By, at.Value = rollups.All, ""
	return append(cells, Cell{Unit: Euro, Value: net(month, f), Behind: at})
}

// net is the amount of a figure; of what was collected, less what went back.
func net(b book, f recovery.Figure) int64 {
	_, amount := b.of(f, "")
	if f == recovery.Collected {
		_, returned := b.of(recovery.Returned, "")
		amount -= returned
	}
	return amount
}
