package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/cases/worklist"
	"quitt/debt"
	"quitt/reports/files/table"
	"quitt/store"
	"quitt/store/caselist"
	"quitt/store/storetest"
)

// BenchmarkExports takes out all of QUITT_BENCH_CASES cases (200,000) on PostgreSQL, as CSV and as a
// workbook. What it may take of memory does not depend on their number.
func BenchmarkExports(b *testing.B) {
	n := setting(b, "QUITT_BENCH_CASES", 200_000)
	url := storetest.Postgres(b)
	s := storetest.Open(b, store.Options{URL: url})
	c := storetest.Creditor(b, s, "dorf")
	const some = 200
	village(b, s, c.ID, some)
	var ids []debt.ID
	must(b, s.Read(context.Background(), c.ID, func(r *store.Reader) error {
		return r.List(&ids, `SELECT id FROM cases WHERE creditor_id = $1`, c.ID)
	}))
	copies(b, storetest.Raw(b, url), ids, n/some, "debtors", "payments", "postings", "entries", "events")
	q, err := worklist.ParseQuery("")
	must(b, err)
	desk, who := worklist.Desk{Store: s, Now: storetest.Clock}, worklist.Who{Creditor: c.ID, Member: store.NewID()}
	source := func(do func([]caselist.Case) error) error { return desk.Export(context.Background(), who, q, do) }
	for _, format := range []string{"csv", "xlsx"} {
		b.Run(format, func(b *testing.B) { takenOut{n / some * some, b.TempDir(), source}.run(b, format) })
	}
}

// takenOut is all cases of a village in the columns of the export.
type takenOut struct {
	n      int
	dir    string
	source func(do func([]caselist.Case) error) error
}

// BenchmarkWorkbook writes QUITT_BENCH_CASES rows (200,000) of the export without a database: what
// the writers alone take of time and memory.
func BenchmarkWorkbook(b *testing.B) {
	n := setting(b, "QUITT_BENCH_CASES", 200_000)
	for _, format := range []string{"csv", "xlsx"} {
		b.Run(format, func(b *testing.B) {
			takenOut{n: n, dir: b.TempDir(), source: func(do func([]caselist.Case) error) error {
				for i := range n {
					c := caselist.Case{Case: debt.Case{FileReference: fmt.Sprintf("F-%08d", i), CreditorReference: fmt.Sprintf("K-%08d", i), ReceivedAt: storetest.Now,
						Stage: debt.StageReminder, Processing: debt.Running}, Debtor: debt.Debtor{FirstName: "Wolfgang", LastName: debt.Personal(fmt.Sprintf("Schäferinger-%d", i%1000))},
						Claims: []caselist.Claim{{Original: debt.Cents(100_00 + i), DueOn: debt.DateIn(storetest.Now, debt.Berlin)}},
						Open:   debt.Balance{Principal: debt.Cents(100_00 + i), Interest: 1_23, Costs: 40_00}}
					if err := do([]caselist.Case{c}); err != nil {
						return err
					}
				}
				return nil
			}}.run(b, format)
		})
	}
}

// run writes the file to nowhere, and reports how many rows a second there are, when its first
// byte came, and the most memory in use: heap of Go, and what the process had of the machine.
func (x takenOut) run(b *testing.B, format string) {
	out := &counting{}
	end := watched(b, x.dir)
	began := time.Now()
	var w table.Writer
	if format == "xlsx" {
		book, err := table.NewBook(x.dir)
		must(b, err)
		book.Out = out
		must(b, book.Begin(table.Sheet{Name: "Akten", Heads: make([]string, 17), Widths: []int{18}, Keep: true}))
		w = book
	} else {
		csv, err := table.NewCSV(out)
		must(b, err)
		w = csv
	}
	rows := 0
	must(b, x.source(func(list []caselist.Case) error {
		for _, c := range list {
			rows++
			if err := w.Row(exported(c)); err != nil {
				return err
			}
		}
		return nil
	}))
	must(b, w.Close())
	took := time.Since(began)
	end()
	if rows != x.n {
		b.Fatalf("%d rows of %d", rows, x.n)
	}
	b.ReportMetric(float64(rows)/took.Seconds(), "rows/s")
	b.ReportMetric(took.Seconds(), "s")
	b.ReportMetric(out.first.Sub(began).Seconds(), "s-to-first-byte")
	b.ReportMetric(float64(out.n)/1e6, "file-MB")
	b.ReportMetric(0, "ns/op")
}

// exported is a row as the export writes it, in words of about the same length.
func exported(c caselist.Case) []table.Cell {
	return []table.Cell{table.Text(c.FileReference), table.Text(c.Debtor.LastName.Reveal() + ", " + c.Debtor.FirstName.Reveal()), table.Text(c.CreditorReference),
		table.Text("RE-" + c.FileReference), table.Money(c.Original()), table.Money(c.Open.Principal), table.Money(c.Open.Interest), table.Money(c.Open.Costs),
		table.Money(c.Open.Overpaid), table.Day(c.DueSince()), table.Day(debt.DateIn(c.ReceivedAt, debt.Berlin)), table.Text(string(c.Stage)),
		table.Text(string(c.Processing)), table.Text(string(c.Payment)), table.Text(string(c.Objection)), table.Text(string(c.Plan)), table.Text(string(c.Review))}
}

// counting is a reader who takes everything.
type counting struct {
	n     int
	first time.Time
}

// Write is io.Writer.
func (c *counting) Write(p []byte) (int, error) {
	// A mark for the order of bytes is no row yet.
	if c.n += len(p); c.first.IsZero() && c.n > 3 {
		c.first = time.Now()
	}
	return len(p), nil
}

var _ io.Writer = &counting{}

// watched looks at the memory and at the disk until its end, and reports the most.
func watched(b *testing.B, dir string) (end func()) {
	runtime.GC()
	ctx, cancel := context.WithCancel(context.Background())
	var heap uint64
	var resident, disk int64
	before := residentNow(b)
	var all sync.WaitGroup
	all.Go(func() {
		for ctx.Err() == nil {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			heap, resident, disk = max(heap, m.HeapAlloc), max(resident, residentNow(b)), max(disk, sizeOf(dir))
			time.Sleep(50 * time.Millisecond)
		}
	})
	return func() {
		cancel()
		all.Wait()
		b.ReportMetric(float64(heap)/1e6, "heap-MB-most")
		b.ReportMetric(float64(before)/1e6, "resident-MB-before")
		b.ReportMetric(float64(resident)/1e6, "resident-MB-most")
		b.ReportMetric(float64(disk)/1e6, "disk-MB-most")
	}
}

// residentNow is what the process has of the machine's memory, in bytes.
func residentNow(b *testing.B) int64 {
	pages, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Error(err)
		return 0
	}
	n, err := strconv.ParseInt(strings.Fields(string(pages))[1], 10, 64)
	if err != nil {
		b.Error(err)
	}
	return n * int64(os.Getpagesize())
}

func sizeOf(dir string) (sum int64) {
	list, _ := filepath.Glob(filepath.Join(dir, "*", "*")) // the pattern is one
	for _, name := range list {
		if info, err := os.Stat(name); err == nil {
			sum += info.Size()
		}
	}
	return sum
}
