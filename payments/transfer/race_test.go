package transfer_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/store/statements"
)

// Whoever reads a file is told what became of it, also where a loop was faster with its lines.
func TestAReaderIsToldWhatALoopDidMeanwhile(t *testing.T) {
	each(t, 1, func(t *testing.T, w *world) {
		loop, reader, done := w.desk, w.desk, false
		reader.Now = func() time.Time {
			if !done && len(w.lines(statements.Waiting)) > 0 {
				done = true
				_, err := loop.Work(ctx, w.creditor)
				w.must(err)
			}
			return loop.Now()
		}
		r, err := reader.Import(ctx, w.creditor, w.of(daily("2026-11-16", "1", 0, entry("2026-11-16", 10_00, erika, w.rf(0)), entry("2026-11-16", 5_00, erika, "?"))))
		w.must(err)
		if !done || r.Work.Booked != 1 || r.Work.Suspended != 1 {
			t.Errorf("%t %+v", done, r.Work)
		}
	})
}

// Several processes that read the same and overlapping files at once book everything once.
func TestManyReadersAtOnceBookOnce(t *testing.T) {
	each(t, 4, func(t *testing.T, w *world) {
		day := daily("2026-11-16", "1", 0, entry("2026-11-16", 10_00, erika, w.rf(0)), entry("2026-11-16", 20_00, erika, w.rf(1)), entry("2026-11-16", 30_00, erika, w.rf(2)),
			entry("2026-11-16", 30_00, erika, w.rf(2)), entry("2026-11-16", 5_00, erika, "?"), debit("2026-11-16", 40_00, "E", w.rf(3)), returned("2026-11-16", 40_00, 3_00, "E"))
		long := day
		long.Head.ID, long.Head.From = "S9", "2026-11-15"
		var wg sync.WaitGroup
		for i := range 6 {
			wg.Go(func() {
				for range 20 {
					_, err := w.desk.Import(ctx, w.creditor, w.of([]sheet{day, long}[i%2]))
					if err == nil {
						return
					}
					if !errors.Is(err, debt.E(debt.Conflict, "bank_file_busy", nil)) {
						t.Error(err)
						return
					}
				}
				t.Error("it is busy for good")
			})
		}
		wg.Wait()
		_, err := w.desk.Work(ctx, w.creditor)
		w.must(err)
		if got := len(w.payments(0)) + len(w.payments(1)) + len(w.payments(2)) + len(w.payments(3)); got != 5 || w.holds(debt.ClearingAccount) != day.closing() {
			t.Errorf("%d payments, clearing %s, the bank has %s", got, w.holds(debt.ClearingAccount), day.closing())
		}
	})
}
