package bench

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"slices"
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

// copies gives each case so many siblings with all that hangs on it but places in the feed.
func copies(b *testing.B, db *sql.DB, cases []debt.ID, times int) {
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
	from := func(table, set, of string) string {
		return `INSERT INTO ` + table + ` SELECT r.* FROM ` + table + ` x, generate_series(1, $2) g, jsonb_populate_record(x, ` + set + `) r WHERE ` + of
	}
	for _, one := range cases {
		for _, query := range []string{
			from("debtors", id("id"), `x.id = (SELECT debtor_id FROM cases WHERE id = $1)`),
			from("cases", id("id", "debtor_id")+named("file_reference", "creditor_reference"), `x.id = $1`),
			from("claims", id("id", "case_id"), `x.case_id = $1`),
			from("payments", id("id", "case_id")+named("external_id"), `x.case_id = $1`),
			from("postings", id("entry_id", "subject_id"), `x.entry_id IN (SELECT id FROM entries WHERE case_id = $1)`),
			from("entries", id("id", "case_id", "payment_id", "corrects")+named("external_id"), `x.case_id = $1`),
			from("events", id("id", "case_id"), `x.case_id = $1`),
		} {
			if _, err := db.Exec(query, string(one), times-1); err != nil {
				b.Fatalf("%s: %v", query, err)
			}
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

// BenchmarkReportsKeepUp books QUITT_BENCH_RATE payments a second (100) for QUITT_BENCH_SECONDS (20)
// on PostgreSQL while the loops run, and looks how old the oldest event is that is not in the sums.
func BenchmarkReportsKeepUp(b *testing.B) {
	rate, seconds := setting(b, "QUITT_BENCH_RATE", 100), setting(b, "QUITT_BENCH_SECONDS", 20)
	s, c := archive(b, setting(b, "QUITT_BENCH_CASES", 10_000))
	desk := reports.Desk{Store: s, Now: time.Now}
	must(b, desk.CatchUp(context.Background(), c.ID))
	var ids []debt.ID
	must(b, s.Read(context.Background(), c.ID, func(r *store.Reader) error {
		return r.List(&ids, `SELECT id FROM cases WHERE creditor_id = $1 LIMIT 2000`, c.ID)
	}))
	runner := notifications.NewRunner(s, time.Now, slog.New(slog.DiscardHandler), notifications.FeedLoop(s),
		notifications.Loop{Name: "reports", Every: time.Second, Work: desk.Work})
	for b.Loop() {
		ctx, stop := context.WithCancel(context.Background())
		var all sync.WaitGroup
		all.Go(func() { runner.Run(ctx) })
		worst := time.Duration(0)
		all.Go(func() {
			for ctx.Err() == nil {
				time.Sleep(100 * time.Millisecond)
				if _, oldest, err := desk.Queue(ctx, c.ID); err == nil && !oldest.IsZero() {
					worst = max(worst, time.Since(oldest))
				}
			}
		})
		tick := time.NewTicker(time.Second / time.Duration(rate))
		for i := range rate * seconds {
			<-tick.C
			now := time.Now()
			paid(b, s, ids[i%len(ids)], debt.Payment{ID: store.NewID(), CaseID: ids[i%len(ids)], Method: debt.MethodTransfer, Status: debt.PaymentSucceeded, Amount: 1_00,
				ReceivedOn: debt.DateIn(now, debt.Berlin), Source: "bench", BookedAt: now})
		}
		tick.Stop()
		stop()
		all.Wait()
		b.ReportMetric(worst.Seconds(), "s-lag-worst")
	}
}
