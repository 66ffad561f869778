package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"quitt/store"
)

// rows runs a query behind the store's back and gives its cells as text, row by row, with
// the names of the columns. Instants are written as SQLite has them.
func rows(t testing.TB, url, query string) (names []string, out [][]string) {
	t.Helper()
	db := Raw(t, url)
	defer func() { _ = db.Close() }() // at once: a look at every table would use up the server's connections
	found, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	if names, err = found.Columns(); err != nil {
		t.Fatal(err)
	}
	for found.Next() {
		cells, into := make([]any, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(names))
		for i, cell := range cells {
			row[i] = text(cell)
		}
		out = append(out, row)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return names, out
}

func text(cell any) string {
	switch v := cell.(type) {
	case []byte:
		return string(v)
	case time.Time:
		return v.UTC().Format("2006-01-02T15:04:05.000000Z")
	default:
		return fmt.Sprint(v)
	}
}

// Column gives the first cell of every row of a query, for tests of what is stored.
func Column(t testing.TB, url, query string) (out []string) {
	t.Helper()
	_, found := rows(t, url, query)
	for _, row := range found {
		out = append(out, row[0])
	}
	return out
}

// Dump gives every cell of every table as "table.column=value", one per line: what must
// not be stored is not in it.
func Dump(t testing.TB, url string) string {
	t.Helper()
	tables := "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
	columns := "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '%s'"
	if strings.HasPrefix(url, "sqlite:") {
		tables, columns = "SELECT name FROM sqlite_master WHERE type = 'table'", "SELECT name FROM pragma_table_info('%s')"
	}
	var out strings.Builder
	for _, table := range Column(t, url, tables) {
		all := strings.Join(Column(t, url, fmt.Sprintf(columns, table)), ", ")
		names, found := rows(t, url, "SELECT "+all+" FROM "+table)
		for _, row := range found {
			for i, cell := range row {
				_, _ = fmt.Fprintf(&out, "%s.%s=%s\n", table, names[i], cell)
			}
		}
	}
	return out.String()
}

// Plan says how a database means to answer a statement, a step per line.
func Plan(r *store.Reader, engine, query string, args ...any) (string, error) {
	var lines []string
	if engine == "postgres" {
		err := r.List(&lines, "EXPLAIN "+query, args...)
		return strings.Join(lines, "\n"), err
	}
	var steps []struct {
		ID, Parent, NotUsed int
		Detail              string
	}
	err := r.List(&steps, "EXPLAIN QUERY PLAN "+query, args...)
	for _, s := range steps {
		lines = append(lines, s.Detail)
	}
	return strings.Join(lines, "\n"), err
}
