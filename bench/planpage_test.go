package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/store"
	kept "quitt/store/plans"
	"quitt/store/storetest"
)

// planDesk words no papers: the pages measured here show none.
func planDesk(s *store.Store) plans.Desk {
	return plans.Desk{Store: s, Now: today, Compose: func(kept.PaperKind, kept.Facts) (letter.Document, error) { return letter.Document{}, nil }}
}

// BenchmarkPlanPage asks for the page of instalments of 200 debtors among QUITT_BENCH_SIZE cases
// (the record: 100,000) at 50 requests a second: the choice of half of them, and the plan
// that runs of the others.
func BenchmarkPlanPage(b *testing.B) {
	s := storetest.Open(b, store.Options{URL: storetest.Postgres(b), MaxConns: 16})
	creditor := storetest.Creditor(b, s, "bench")
	fill(b, s, creditor, setting(b, "QUITT_BENCH_SIZE", 2_000))
	ln, cookies := claimPortal(b, s, creditor)
	for i := range visitors / 2 {
		agree(b, s, creditor, fmt.Sprintf("V-%d", i))
	}
	page := newLoad(ln, "/akte/raten", cookies)
	seconds := time.Duration(setting(b, "QUITT_BENCH_SECONDS", 2)) * time.Second
	for b.Loop() {
		page.flatOut(b, 4, seconds/2) // warm
		const rate = 50
		took := page.atRate(b, rate, 4*seconds)
		b.ReportMetric(quantile(took, 0.5), fmt.Sprintf("ms-p50@%d/s", rate))
		b.ReportMetric(quantile(took, 0.99), fmt.Sprintf("ms-p99@%d/s", rate))
		b.ReportMetric(page.flatOut(b, 4, seconds), "pages/s")
	}
}

// agree lets a plan run on a case.
func agree(b *testing.B, s *store.Store, creditor debt.Creditor, reference string) {
	b.Helper()
	ctx, desk := context.Background(), planDesk(s)
	var id debt.ID
	err := s.Read(ctx, creditor.ID, func(t *store.Reader) (err error) {
		id, err = t.FindCase(reference)
		return err
	})
	who := plans.Who{Creditor: creditor.ID, Case: id, By: debt.Actor{Kind: "debtor"}}
	var o plans.Offer
	if err == nil {
		o, err = desk.Prepare(ctx, who, plan.Wish{Instalment: 60_00, First: debt.DateIn(today(), debt.Berlin).AddDays(9), Rhythm: plan.Monthly})
	}
	if err == nil {
		_, err = desk.Confirm(ctx, who, o.Plan.ID)
	}
	if err != nil {
		b.Fatal(err)
	}
}
