// Package bulk words statements about many rows at once on both engines.
package bulk

import (
	"strconv"
	"strings"

	"quitt/debt"
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
func Tuples(rows, columns int) string { return TuplesFrom(1, rows, columns) }

// TuplesFrom is Tuples whose first placeholder has a number.
func TuplesFrom(first, rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch number := "$" + strconv.Itoa(first+i); {
		case i == 0:
			b.WriteString("(" + number)
		case i%columns == 0:
			b.WriteString("), (" + number)
		default:
			b.WriteString(", " + number)
		}
	}
	return b.String() + ")"
}

// most is the longest list In takes.
const most = 256

var placeholders = func() []string {
	list := make([]string, most)
	for i := range list {
		list[i] = "$" + strconv.Itoa(i+2)
	}
	return list
}()

// In completes "… IN (" with up to 256 values. The list is filled up to a power of two
// by repeating its last value, so that few texts need to be prepared.
func In[T any](query string, creditor debt.ID, values []T) (string, []any) {
	size := 1
	for size < len(values) {
		size *= 2
	}
	args := make([]any, 0, size+1)
	args = append(args, creditor)
	for i := range size {
		args = append(args, values[min(i, len(values)-1)])
	}
	return query + strings.Join(placeholders[:size], ", ") + ")", args
}
