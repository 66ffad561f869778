package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"quitt/cases"
	"quitt/debt"
	"quitt/payments"
	"quitt/store"
	"quitt/store/storetest"
)

// benchSize reads how many rows or cases a benchmark works on. The figures in
// docs/benchmarks.md are for 100,000; the default keeps a first look short.
func benchSize(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("QUITT_BENCH_SIZE"))
	if err != nil {
		n = 5_000
	}
	b.Logf("QUITT_BENCH_SIZE=%d", n)
	return n
}

func engines(b *testing.B, run func(b *testing.B, s *store.Store)) {
	b.Run("sqlite", func(b *testing.B) { run(b, storetest.Open(b, store.Options{URL: storetest.SQLite(b)})) })
	b.Run("postgres", func(b *testing.B) { run(b, storetest.Open(b, store.Options{URL: storetest.Postgres(b), MaxConns: 32})) })
}

// handOverFile writes rows that are all different.
func handOverFile(b *testing.B, rows int) *os.File {
	f, err := os.Create(filepath.Join(b.TempDir(), "rows.csv"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.Close() })
	w := bufio.NewWriter(f)
	line := func(format string, args ...any) {
		if _, err := fmt.Fprintf(w, format+"\n", args...); err != nil {
			b.Fatal(err)
		}
	}
	line("Aktenzeichen;Vorname;Nachname;Straße;PLZ;Ort;Hauptforderung;Forderungsgrund;Gegenstand;Vertragsdatum;Rechnungsnummer;Rechnungsdatum;Fälligkeit;Verzug ab;Mahnauslagen;Mahndatum")
	for i := range rows {
		line("B-%07d;Änne;Löwe;Rosenallee %d;50825;Köln;%d,%02d;Vertrag;Lieferung %d;10.01.2026;R-%d;30.01.2026;02.03.2026;17.03.2026;1,20;16.03.2026",
			i, i%200+1, 40+i%900, i%100, i, i)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	return f
}

// peakHeap samples the heap in use while work runs and gives the highest value in MiB.
func peakHeap(work func()) float64 {
	var peak atomic.Uint64
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		var m runtime.MemStats
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
				runtime.ReadMemStats(&m)
				peak.Store(max(peak.Load(), m.HeapInuse))
			}
		}
	}()
	work()
	close(done)
	<-stopped
	return float64(peak.Load()) / (1 << 20)
}

func BenchmarkImport(b *testing.B) {
	rows := benchSize(b)
	engines(b, func(b *testing.B, s *store.Store) {
		desk := cases.Desk{Store: s, Now: storetest.Clock}
		for b.Loop() {
			b.StopTimer()
			c := storetest.Creditor(b, s, "c"+string(store.NewID())[:30])
			file := handOverFile(b, rows)
			b.StartTimer()
			peak := peakHeap(func() {
				report, err := desk.Import(context.Background(), file, cases.ImportOptions{Creditor: c})
				if err != nil || report.New != rows {
					b.Fatalf("%+v, %v", report, err)
				}
			})
			b.ReportMetric(peak, "peak-MiB")
		}
		b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

// BenchmarkStatement reads and computes the statement of a case with 50 postings.
func BenchmarkStatement(b *testing.B) {
	engines(b, func(b *testing.B, s *store.Store) {
		c := storetest.Creditor(b, s, "one")
		f := storetest.File(c.ID, "A")
		if err := s.Write(context.Background(), c.ID, func(t *store.Tx) error { return t.AddFiles([]store.NewFile{f}) }); err != nil {
			b.Fatal(err)
		}
		desk := payments.Desk{Store: s, Now: storetest.Clock}
		postings := 2
		for i := 0; postings < 50; i++ {
			_, err := desk.Book(context.Background(), c.ID, debt.Payment{CaseID: f.File.Case.ID, Method: debt.MethodTransfer, Source: "bank",
				ExternalID: strconv.Itoa(i), Amount: 40_00, ReceivedOn: debt.MustDate("2026-04-01").AddDays(20 * i)})
			if err != nil {
				b.Fatal(err)
			}
			postings += 5 // interest and payable, money, interest and principal
		}
		read := cases.Desk{Store: s, Now: storetest.Clock}
		for b.Loop() {
			if _, err := read.Statement(context.Background(), c.ID, f.File.Case.ID, debt.MustDate("2026-11-22")); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkVerify recomputes everything of cases with about ten postings each.
func BenchmarkVerify(b *testing.B) {
	size := benchSize(b)
	engines(b, func(b *testing.B, s *store.Store) {
		fill(b, s, size)
		b.ResetTimer()
		for b.Loop() {
			peak := peakHeap(func() {
				tally, err := s.Verify(context.Background(), func(f store.Finding) bool { b.Error(f); return false })
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(tally.Postings), "postings")
			})
			b.ReportMetric(peak, "peak-MiB")
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/verify")
	})
}

// fill stores cases of one creditor, each with two payments.
func fill(b *testing.B, s *store.Store, size int) {
	c := storetest.Creditor(b, s, "big")
	desk := payments.Desk{Store: s, Now: storetest.Clock}
	for at := 0; at < size; at += payments.MaxBatch {
		files := make([]store.NewFile, min(payments.MaxBatch, size-at))
		for i := range files {
			files[i] = storetest.File(c.ID, strconv.Itoa(at+i))
		}
		if err := s.Write(context.Background(), c.ID, func(t *store.Tx) error { return errors.Join(t.AddFiles(files), t.Learn()) }); err != nil {
			b.Fatal(err)
		}
		for k, day := range []string{"2026-05-04", "2026-08-03"} {
			batch := make([]debt.Payment, len(files))
			for i, f := range files {
				batch[i] = debt.Payment{CaseID: f.File.Case.ID, Method: debt.MethodTransfer, Source: "bank",
					ExternalID: fmt.Sprintf("%d/%d", at+i, k), Amount: 120_00, ReceivedOn: debt.MustDate(day)}
			}
			if _, err := desk.BookAll(context.Background(), c.ID, batch); err != nil {
				b.Fatal(err)
			}
		}
	}
	if _, err := s.Sequence(context.Background(), c.ID); err != nil {
		b.Fatal(err)
	}
}
