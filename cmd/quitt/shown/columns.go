// Package shown is what commands print: tables for people, structs for machines.
package shown

import (
	"strings"

	"quitt/debt"
)

// Answer is what a command has to say.
type Answer struct {
	JSON   any        // nil: nothing
	Rows   [][]string // a table, its first row the heads
	Text   string
	Failed bool    // what was asked for did not work, or found something, as Text says
	News   debt.ID // creditor whose feed has new events, "" without
}

// Columns aligns cells of lines into a table; the last column is not padded.
func Columns(rows [][]string) string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-len([]rune(cell))+2))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}
