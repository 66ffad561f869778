package bench

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
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

// Plans that the night finds in different places, and how many of a hundred are such: nearly
// every plan has something to be done for, which no real night has.
var night = []struct {
	name  string
	share int
	first func(tonight debt.Date) debt.Date // day of the first instalment
}{
	{"reminded", 62, func(d debt.Date) debt.Date { return d.AddDays(plan.Standard().RemindDays) }},
	{"missed", 30, func(d debt.Date) debt.Date { return overdueOn(d, 0) }},
	{"at risk", 5, func(d debt.Date) debt.Date { return overdueOn(d, 1) }},
	{"lapsing", 3, func(d debt.Date) debt.Date { return overdueOn(d.AddDays(-19), 1) }}, // the notice was 19 days ago
}

// BenchmarkPlansOfANight looks at QUITT_BENCH_PLANS plans (10,000; the record is of 1,000,000) on
// PostgreSQL, all of which have their day on one night: reminders, missed instalments, notices
// and lapses.
func BenchmarkPlansOfANight(b *testing.B) {
	n := setting(b, "QUITT_BENCH_PLANS", 10_000)
	for b.Loop() {
		b.StopTimer()
		s, clock, creditor := settled(b, n)
		keeper := plans.Keeper{Desk: plans.Desk{Store: s, Now: clock.Now, Compose: noPaper}}
		peak := watchHeap(b)
		b.StartTimer()
		begin, looked := time.Now(), 0
		for {
			did, err := keeper.Due(context.Background(), creditor)
			if err != nil {
				b.Fatal(err)
			}
			if looked += did; did == 0 {
				break
			}
		}
		took := time.Since(begin)
		b.StopTimer()
		if looked != n {
			b.Fatalf("looked at %d of %d plans", looked, n)
		}
		for name, number := range states(b, s, creditor) {
			b.Logf("%s: %d", name, number)
		}
		b.ReportMetric(float64(n)/took.Seconds(), "plans/s")
		b.ReportMetric(took.Seconds(), "s/night")
		b.ReportMetric(float64(peak())/(1<<20), "MiB-heap")
		b.StartTimer()
	}
}

func noPaper(kept.PaperKind, kept.Facts) (letter.Document, error) { return letter.Document{}, nil }

func states(b *testing.B, s *store.Store, creditor debt.ID) map[string]int {
	b.Helper()
	found := map[string]int{}
	err := s.Read(context.Background(), creditor, func(r *store.Reader) error {
		var rows []struct {
			State string `db:"state"`
			N     int    `db:"n"`
		}
		err := r.List(&rows, `SELECT type AS state, COUNT(*) AS n FROM events WHERE creditor_id = $1 AND type LIKE 'plan.%' GROUP BY type`, creditor)
		for _, x := range rows {
			found[x.State] = x.N
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return found
}

// settled makes one plan of each kind as it is on the eve, by living through the weeks before,
// and multiplies their rows.
func settled(b *testing.B, n int) (*store.Store, *storetest.Watch, debt.ID) {
	b.Helper()
	url := storetest.Postgres(b)
	s := storetest.Open(b, store.Options{URL: url})
	clock, creditor := storetest.NewWatch(), storetest.Creditor(b, s, "night")
	ctx, tonight := context.Background(), debt.MustDate("2027-03-23")
	keeper := plans.Keeper{Desk: plans.Desk{Store: s, Now: clock.Now, Compose: noPaper}}
	cases := make([]debt.ID, len(night))
	for day := tonight.AddDays(-120); day.Before(tonight); day = day.AddDays(1) {
		clock.Set(day.Time().Add(3 * time.Hour))
		for i, kind := range night {
			first := kind.first(tonight)
			if day != first.AddDays(-20) {
				continue
			}
			f := storetest.File(creditor.ID, kind.name)
			must(b, s.Write(ctx, creditor.ID, func(t *store.Tx) error { return t.AddFiles([]store.NewFile{f}) }))
			cases[i] = f.File.Case.ID
			who := plans.Who{Creditor: creditor.ID, Case: cases[i], By: debt.Actor{Kind: "debtor"}}
			o, err := keeper.Prepare(ctx, who, plan.Wish{Instalment: 100_00, First: first, Rhythm: plan.Monthly})
			must(b, err)
			_, err = keeper.Confirm(ctx, who, o.Plan.ID)
			must(b, err)
		}
		_, err := keeper.Due(ctx, creditor.ID)
		must(b, err)
	}
	multiply(b, storetest.Raw(b, url), cases, n)
	clock.Set(tonight.Time().Add(3 * time.Hour))
	return s, clock, creditor.ID
}

// overdueOn is a first day whose instalment some months later is overdue from a day on.
func overdueOn(day debt.Date, months int) debt.Date {
	grace := plan.Standard().GraceDays
	for first := day.AddMonths(-months).AddDays(-20); ; first = first.AddDays(1) {
		if debt.LastDayToAct(first.AddMonths(months), "NW").AddDays(grace+1) == day {
			return first
		}
	}
}

// multiply copies the rows of each case until there are n in all.
func multiply(b *testing.B, db *sql.DB, cases []debt.ID, n int) {
	b.Helper()
	id := func(kind, column string) string {
		return fmt.Sprintf(`jsonb_build_object('%s', CAST('%s-0000-7000-8%%03d-' || lpad(to_hex(g), 12, '0') AS UUID))`, column, kind)
	}
	copies := []string{
		`INSERT INTO debtors SELECT r.* FROM debtors x, generate_series(1, $2) g, jsonb_populate_record(x, ` + id("0d000000", "id") + `) r
		  WHERE x.id = (SELECT debtor_id FROM cases WHERE id = $1)`,
		`INSERT INTO cases SELECT r.* FROM cases x, generate_series(1, $2) g, jsonb_populate_record(x, ` + id("0c000000", "id") + ` || ` + id("0d000000", "debtor_id") + `
		  || jsonb_build_object('file_reference', x.file_reference || g, 'creditor_reference', x.creditor_reference || g)) r WHERE x.id = $1`,
		`INSERT INTO claims SELECT r.* FROM claims x, generate_series(1, $2) g, jsonb_populate_record(x, ` + id("0a000000", "id") + ` || ` + id("0c000000", "case_id") + `) r WHERE x.case_id = $1`,
		`INSERT INTO holds SELECT r.* FROM holds x, generate_series(1, $2) g, jsonb_populate_record(x, ` + id("0b000000", "id") + ` || ` + id("0c000000", "case_id") + `) r WHERE x.case_id = $1`,
		`INSERT INTO plans SELECT r.* FROM plans x, generate_series(1, $2) g, jsonb_populate_record(x, ` + id("0e000000", "id") + ` || ` + id("0c000000", "case_id") + `) r WHERE x.case_id = $1`,
	}
	left := n
	for i, kind := range night {
		many := n * kind.share / 100
		if i == len(night)-1 {
			many = left
		}
		left -= many
		for _, query := range copies {
			query = strings.ReplaceAll(query, "8%03d", fmt.Sprintf("8%03d", i))
			if _, err := db.Exec(query, string(cases[i]), many-1); err != nil {
				b.Fatal(err)
			}
		}
	}
	if _, err := db.Exec("ANALYZE"); err != nil {
		b.Fatal(err)
	}
}

func must(b testing.TB, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
