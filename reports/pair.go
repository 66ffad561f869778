package reports

import (
	"quitt/debt"
	"quitt/debt/recovery"
	"quitt/store/rollups"
)

// paired tells what was placed and what came for each two values of two breakdowns of cases. It is
// added up from single lines, so of many there is none.
func (m *maker) paired() ([]Table, error) {
	scope := m.perScope()
	sums, many, err := rollups.Pairs(m.Reader, scope, m.q.Over)
	if err != nil {
		return nil, err
	}
	p := pairing{m, scope, values(sums), beside(sums), nil, sums}
	p.rest = p.shown[min(mostValues, len(p.shown)):]
	p.shown = p.shown[:len(p.shown)-len(p.rest)]
	list := []Table{p.table("report_twice_placed", recovery.Placed), p.table("report_twice_net", recovery.Collected)}
	if many {
		list = list[:1]
		list[0].Missing = Label{Key: "report_twice_many", Args: debt.Args{"most": rollups.MostPaired}}
	}
	return list, nil
}

// beside lists the values of the second breakdown.
func beside(sums []rollups.Sum) []string {
	seen := map[string]bool{}
	for _, s := range sums {
		seen[s.Beside] = true
	}
	return ordered(seen)
}

// pairing is what the tables of a pair are made from.
type pairing struct {
	*maker

	scope             rollups.Scope
	rows, shown, rest []string
	sums              book
}

func (p pairing) table(title string, f recovery.Figure) Table {
	t := Table{Title: Label{Key: title, Args: debt.Args{"per": PerLabel(p.scope.By), "over": PerLabel(p.q.Over)}}, Note: say("report_twice_note"),
		Head: PerLabel(p.scope.By)}
	for _, v := range p.shown {
		t.Columns = append(t.Columns, ValueLabel(p.q.Over, v))
	}
	if len(p.rest) > 0 {
		t.Columns = append(t.Columns, say("report_cross_rest"))
	}
	t.Columns = append(t.Columns, say("report_all_cases"))
	for _, v := range p.rows {
		t.Rows = append(t.Rows, Row{ValueLabel(p.scope.By, v), p.cells(v, f)})
	}
	return t
}

func (p pairing) cells(row string, f recovery.Figure) (cells []Cell) {
	own := p.sums.value(row)
	at := rollups.Behind{Scope: p.scope, Figure: f}
	at.Value = row
	for _, v := range p.shown {
		one := at
		one.Over, one.Beside = p.q.Over, v
		cells = append(cells, Cell{Unit: Euro, Value: net(own.beside(v), f), Behind: one})
	}
	if len(p.rest) > 0 {
		rest := int64(0)
		for _, v := range p.rest {
			rest += net(own.beside(v), f)
		}
		cells = append(cells, Cell{Unit: Euro, Value: rest})
	}
	return append(cells, Cell{Unit: Euro, Value: net(own, f), Behind: at})
}

func (b book) beside(v string) (out book) {
	for _, s := range b {
		if s.Beside == v {
			out = append(out, s)
		}
	}
	return out
}
