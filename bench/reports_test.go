package bench

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/recovery"
	"quitt/notifications"
	"quitt/reports"
	"quitt/store"
	"quitt/store/rollups"
	"quitt/store/storetest"
)

// patterns is how many different cases are copied: one a week over the last three years.
const patterns = 156

// BenchmarkReports makes the sums of QUITT_BENCH_CASES cases (10,000; the aim is for 1,000,000) on
// PostgreSQL and then reads every report, over different days and breakdowns.
func BenchmarkReports(b *testing.B) {
	s, creditor := archive(b, setting(b, "QUITT_BENCH_CASES", 10_000))
	desk := reports.Desk{Store: s, Now: storetest.Clock}
	for b.Loop() {
		begin := time.Now()
		must(b, desk.Rebuild(context.Background(), creditor.ID))
		b.ReportMetric(float64(setting(b, "QUITT_BENCH_CASES", 10_000))/time.Since(begin).Seconds(), "cases/s")
		today := debt.DateIn(storetest.Now, debt.Berlin)
		scopes := []rollups.Scope{{By: rollups.All, From: today.AddDays(-1100), To: today}, {By: rollups.All, From: today.AddDays(-200), To: today.AddDays(-3)},
			{By: rollups.ByGround, Value: string(debt.Contract), From: today.AddDays(-777), To: today}, {By: rollups.ByAge, Value: recovery.Ages()[2], From: today.AddDays(-400), To: today},
			{By: rollups.ByCohort, Value: recovery.Month(today.AddDays(-300)), From: today.AddDays(-300), To: today}}
		for _, kind := range reports.Kinds() {
			var took []time.Duration
			for i := range 200 {
				q := reports.Query{Kind: kind, Scope: scopes[i%len(scopes)], Per: []rollups.By{rollups.ByGround, rollups.ByAge, rollups.ByCohort}[i%3]}
				at := time.Now()
				made, err := desk.Make(context.Background(), creditor, q)
				took = append(took, time.Since(at))
				if err != nil || made.Building || len(made.Tables) == 0 {
					b.Fatalf("%s: %v", kind, err)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99-"+string(kind))
		}
	}
}

// archive makes cases of three years, each paid, paid back, closed or left, and multiplies them.
func archive(b *testing.B, n int) (*store.Store, debt.Creditor) {
	b.Helper()
	url := storetest.Postgres(b)
	s := storetest.Open(b, store.Options{URL: url})
	c := storetest.Creditor(b, s, "archive")
	cases := make([]debt.ID, patterns)
	for i := range cases {
		cases[i] = lived(b, s, c.ID, i)
	}
	copies(b, storetest.Raw(b, url), cases, n/patterns)
	return s, c
}

// lived is a case that came some weeks ago and what became of it.
func lived(b *testing.B, s *store.Store, creditor debt.ID, weeks int) debt.ID {
	b.Helper()
	at := storetest.Now.AddDate(0, 0, -7*weeks-7)
	stamp := ledger.Stamp{At: at, NewID: store.NewID}
	f := storetest.FileBy(stamp, creditor, fmt.Sprint(weeks))
	f.File.Case.ReceivedAt = at
	due := debt.DateIn(at, debt.Berlin).AddDays(-10 * (weeks % 50))
	claim := f.File.Account.Claims[0].Claim
	claim.Ground, claim.DueOn, claim.ArisenOn, claim.DefaultFrom = debt.Grounds()[weeks%3], due, due.AddDays(-30), due.AddDays(30)
	f.File.Account = ledger.Account{CaseID: f.File.Case.ID}
	f.Entries = []ledger.Entry{f.File.Account.OpenClaim(claim, stamp)}
	f.Events[0].At = at
	must(b, s.Write(context.Background(), creditor, func(t *store.Tx) error { return t.AddFiles([]store.NewFile{f}) }))
	for k := range weeks % 4 {
		at = at.AddDate(0, 0, 5*k+weeks%9)
		if at.After(storetest.Now) {
			break
		}
		paid(b, s, f.File.Case.ID, debt.Payment{ID: store.NewID(), CaseID: f.File.Case.ID, Method: debt.Methods()[(weeks+k)%5], Status: debt.PaymentSucceeded,
			Amount: debt.Cents(4_000 + 3_000*k), ReceivedOn: debt.DateIn(at, debt.Berlin), Source: "bench", BookedAt: at})
	}
	return f.File.Case.ID
}

func paid(b *testing.B, s *store.Store, id debt.ID, p debt.Payment) {
	b.Helper()
	p.ExternalID = string(p.ID)
	c, err := owner(s)
	must(b, err)
	must(b, s.Write(context.Background(), c, func(t *store.Tx) error {
		f, err := t.LockOne(id)
		if err != nil {
			return err
		}
		h, err := t.LoadHistory(f)
		if err != nil {
			return err
		}
		entries, account, err := h.Insert(p, ledger.Stamp{At: p.BookedAt, NewID: store.NewID})
		if err != nil {
			return err
		}
		f.Account = account
		f.Case.Paid(account.Balance(), true)
		e := storetest.Event(f.Case, debt.PaymentSucceededEvent)
		e.At = p.BookedAt
		return t.Book(store.Booking{File: f, Payments: []debt.Payment{p}, Entries: entries, Events: []debt.Event{e}})
	}))
}

func owner(s *store.Store) (id debt.ID, err error) {
	err = s.Read(context.Background(), "", func(r *store.Reader) error {
		list, err := r.Creditors()
		if err == nil {
			id = list[0].ID
		}
		return err
	})
	return id, err
}

// copies gives each case so many siblings with all that hangs on it but places in the feed: a
// statement a table, for all cases at once. Tables that are named are left out.
func copies(b *testing.B, db *sql.DB, cases []debt.ID, times int, without ...string) {
	b.Helper()
	id := func(columns ...string) (set string) {
		for _, c := range columns {
			set += fmt.Sprintf(` || CASE WHEN x.%s IS NULL THEN '{}' ELSE jsonb_build_object('%s', CAST(md5(CAST(x.%s AS TEXT) || g) AS UUID)) END`, c, c, c)
		}
		return `CAST('{}' AS JSONB)` + set
	}
	named := func(columns ...string) (set string) {
		for _, c := range columns {
			set += fmt.Sprintf(` || jsonb_build_object('%s', x.%s || '/' || g)`, c, c)
		}
		return set
	}
	owned := []string{"id", "debtor_id"}
	if slices.Contains(without, "debtors") { // they stay those of the first: what is sealed of a person is bound to its id
		owned = owned[:1]
	}
	of := "('" + strings.Join(texts(cases), "', '") + "')"
	for _, t := range []struct{ table, set, where string }{
		{"debtors", id("id"), `x.id IN (SELECT debtor_id FROM cases WHERE id IN ` + of + `)`},
		{"cases", id(owned...) + named("file_reference", "creditor_reference"), `x.id IN ` + of},
		{"claims", id("id", "case_id"), `x.case_id IN ` + of},
		{"payments", id("id", "case_id") + named("external_id"), `x.case_id IN ` + of},
		{"postings", id("entry_id", "subject_id"), `x.entry_id IN (SELECT id FROM entries WHERE case_id IN ` + of + `)`},
		{"entries", id("id", "case_id", "payment_id", "corrects") + named("external_id"), `x.case_id IN ` + of},
		{"events", id("id", "case_id"), `x.case_id IN ` + of},
	} {
		if slices.Contains(without, t.table) {
			continue
		}
		query := `INSERT INTO ` + t.table + ` SELECT r.* FROM ` + t.table + ` x, generate_series(1, $1) g, jsonb_populate_record(x, ` + t.set + `) r WHERE ` + t.where
		if _, err := db.Exec(query, times-1); err != nil {
			b.Fatalf("%s: %v", query, err)
		}
	}
	if _, err := db.Exec("ANALYZE"); err != nil {
		b.Fatal(err)
	}
	for _, table := range []string{"cases", "postings", "payments"} {
		var n int
		must(b, db.QueryRow(`SELECT COUNT(*) FROM `+table).Scan(&n))
		b.Logf("%s: %d", table, n)
	}
}

func texts(ids []debt.ID) (list []string) {
	for _, id := range ids {
		list = append(list, string(id))
	}
	return list
}

// bookers book payments at once; one alone would not come to the rate on a machine at work.
const bookers = 16

// BenchmarkReportsKeepUp books QUITT_BENCH_RATE payments a second (100) for QUITT_BENCH_SECONDS (20)
// on PostgreSQL while the loops run, and looks how old the oldest event is that is not in the sums.
// They are of QUITT_BENCH_CASES cases (2,000): how many there are makes no difference to a portion.
func BenchmarkReportsKeepUp(b *testing.B) {
	rate, seconds := setting(b, "QUITT_BENCH_RATE", 100), setting(b, "QUITT_BENCH_SECONDS", 20)
	ctx := context.Background()
	began := time.Now()
	s, c := archive(b, setting(b, "QUITT_BENCH_CASES", 2_000))
	desk := reports.Desk{Store: s, Now: time.Now}
	settle(b, s, desk, c.ID)
	b.Logf("set up in %s", time.Since(began).Round(time.Second))
	var ids []debt.ID
	must(b, s.Read(ctx, c.ID, func(r *store.Reader) error {
		return r.List(&ids, `SELECT id FROM cases WHERE creditor_id = $1 AND stage <> 'closed' LIMIT 2000`, c.ID)
	}))
	runner := notifications.NewRunner(s, time.Now, slog.New(slog.DiscardHandler), notifications.FeedLoop(s),
		notifications.Loop{Name: "reports", Every: time.Second, Work: desk.Work})
	for b.Loop() {
		ctx, stop := context.WithCancel(ctx)
		var all sync.WaitGroup
		all.Go(func() { runner.Run(ctx) })
		var lags []time.Duration
		all.Go(func() {
			for ctx.Err() == nil {
				time.Sleep(100 * time.Millisecond)
				if _, oldest, err := desk.Queue(ctx, c.ID); err == nil {
					lags = append(lags, lag(oldest))
				}
			}
		})
		took := booked(b, s, ids, rate, seconds)
		stop()
		all.Wait()
		slices.Sort(lags)
		b.ReportMetric(float64(rate*seconds)/took.Seconds(), "payments/s")
		b.ReportMetric(lags[len(lags)/2].Seconds(), "s-lag-p50")
		b.ReportMetric(lags[len(lags)*99/100].Seconds(), "s-lag-p99")
		b.ReportMetric(lags[len(lags)-1].Seconds(), "s-lag-worst")
		b.ReportMetric(0, "ns/op")
	}
	settle(b, s, desk, c.ID)
	must(b, desk.Verify(ctx, c, func(f store.Finding) bool { b.Errorf("%+v", f); return false }))
}

// settle gives every event its place and takes it into the sums.
func settle(b *testing.B, s *store.Store, desk reports.Desk, creditor debt.ID) {
	b.Helper()
	_, err := s.Sequence(context.Background(), creditor)
	must(b, err)
	must(b, desk.CatchUp(context.Background(), creditor))
}

func lag(oldest time.Time) time.Duration {
	if oldest.IsZero() {
		return 0
	}
	return time.Since(oldest)
}

// booked books payments at a rate, a case each in turn, and tells how long it took.
func booked(b *testing.B, s *store.Store, ids []debt.ID, rate, seconds int) time.Duration {
	began := time.Now()
	turns := make(chan debt.ID, rate)
	var all sync.WaitGroup
	for range bookers {
		all.Go(func() {
			for id := range turns {
				now := time.Now()
				paid(b, s, id, debt.Payment{ID: store.NewID(), CaseID: id, Method: debt.MethodTransfer, Status: debt.PaymentSucceeded, Amount: 1_00,
					ReceivedOn: debt.DateIn(now, debt.Berlin), Source: "bench", BookedAt: now})
			}
		})
	}
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for i := range rate * seconds {
		<-tick.C
		turns <- ids[i%len(ids)]
	}
	close(turns)
	all.Wait()
	return time.Since(began)
}
