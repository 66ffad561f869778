package cases

import "quitt/debt"

// ReadCells reads one hand-over from cells by the English names of docs/import.md: what comes
// over the API goes by the rules of a file, and like there every fault is told at once. A
// problem's Column is one of these names. Names that are no columns are not read.
func ReadCells(creditor debt.Creditor, today debt.Date, cells map[string]string) Row {
	r := &reading{sheet: &Sheet{creditor: creditor, today: today, english: true}}
	for c, info := range columnInfos {
		if cell, ok := cells[info.english]; ok {
			r.take(column(c), cell)
		}
	}
	h := r.handover()
	r.validate(h)
	return Row{Handover: h, Problems: r.problems}
}
