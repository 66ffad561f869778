package page

import (
	"fmt"
	"strconv"
	"strings"
)

// Day is the field for a day, {{template "day" .}}: three inputs, as people write a date.
type Day struct {
	Base

	Name, Label, Hint string
	D, M, Y           string // as typed
}

// Day gives what was typed into the field for a day.
func (v Values) Day(name string) (d, m, y string) {
	get := func(part string) string { return strings.TrimSpace(v.Get(name + "-" + part)) }
	return get("day"), get("month"), get("year")
}

// Date joins the field to YYYY-MM-DD; "" if it was left empty. What is no day at all stays
// as it was typed and fails where a day is read.
func (v Values) Date(name string) string {
	d, m, y := v.Day(name)
	if d+m+y == "" {
		return ""
	}
	day, errD := strconv.Atoi(d)
	month, errM := strconv.Atoi(m)
	year, errY := strconv.Atoi(y)
	if errD != nil || errM != nil || errY != nil || year < 1000 || year > 9999 || day < 1 || day > 31 || month < 1 || month > 12 {
		return y + "-" + m + "-" + d
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}
