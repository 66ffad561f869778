// Package bulk words statements that write many rows at once on both engines.
package bulk

import (
	"strconv"
	"strings"
)

// Portion gives the largest power of two up to n and most, itself a power of two. Rows go
// in by such portions so that few texts need to be prepared.
func Portion(n, most int) int {
	size := most
	for size > n {
		size /= 2
	}
	return size
}

// Tuples gives "($1, $2), ($3, $4), …" for rows of so many columns.
func Tuples(rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteString("($1")
		case i%columns == 0:
			b.WriteString("), ($" + strconv.Itoa(i+1))
		default:
			b.WriteString(", $" + strconv.Itoa(i+1))
		}
	}
	return b.String() + ")"
}
