package files

import (
	"bytes"
	"strconv"

	"quitt/portal/text"
	"quitt/reports"
	"quitt/reports/files/table"
)

// kinds are how a spreadsheet shows a unit.
var kinds = map[reports.Unit]table.Kind{reports.Count: table.Number, reports.Euro: table.Euro, reports.Rate: table.Rate, reports.Days: table.Number}

// writeXLSX gives each table a sheet of its own, named by number: names may be short only.
func writeXLSX(words *text.Catalogue, r reports.Report) ([]byte, error) {
	var out bytes.Buffer
	b, err := table.NewBook("")
	if err != nil {
		return nil, err
	}
	b.Out = &out
	defer func() { _ = b.Drop() }()
	for i, t := range r.Tables {
		one := r
		one.Tables = []reports.Table{t}
		if err := fill(b, strconv.Itoa(i+1), words, one); err != nil {
			return nil, err
		}
	}
	err = b.Close()
	return out.Bytes(), err
}

// fill writes what the report is, the definition, the heads and the rows of its one table.
func fill(b *table.Book, name string, words *text.Catalogue, r reports.Report) error {
	t := r.Tables[0]
	s := table.Sheet{Name: name, Widths: []int{34, 18}, Above: []table.Cell{table.Heading(title(words, r) + ": " + t.Title.Says(words))}}
	for _, line := range append(about(words, r), t.Note.Says(words)) {
		s.Above = append(s.Above, table.Cell{Kind: table.Note, Text: line})
	}
	for _, h := range append([]reports.Label{t.Head}, t.Columns...) {
		s.Heads = append(s.Heads, h.Says(words))
	}
	if err := b.Begin(s); err != nil {
		return err
	}
	for _, row := range t.Rows {
		cells := []table.Cell{table.Text(row.Head.Says(words))}
		for _, c := range row.Cells {
			if c.None {
				cells = append(cells, table.Cell{})
			} else {
				cells = append(cells, table.Cell{Kind: kinds[c.Unit], N: c.Value})
			}
		}
		if err := b.Row(cells); err != nil {
			return err
		}
	}
	return nil
}
