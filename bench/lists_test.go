package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"quitt/cases/worklist"
	"quitt/debt"
	"quitt/store"
	"quitt/store/caselist"
	"quitt/store/search"
	"quitt/store/storetest"
)

// Names as they are spread: some that thousands have, and parts that make many.
var (
	firstNames = []string{"Anna", "Peter", "Michael", "Sabine", "Thomas", "Ayşe", "Jürgen", "Monika", "Łukasz", "Olena", "Wolfgang", "Ute", "Änne", "Mehmet", "Klaus"}
	lastParts  = []string{"Schmidt", "Müller", "Meier", "Fischer", "Weber", "Becker", "Schäfer", "Koch", "Bauer", "Klein", "Wolf", "Neumann", "Zimmer", "Braun", "Krüger", "Hof", "Lange", "Winter", "Stein", "Brand"}
	lastEnds   = []string{"", "", "", "mann", "er", "bach", "berg", "inger", "hoff", "sen"}
)

// village fills a database with cases about people, of whom one in a hundred has a name with a
// part of his own.
func village(b *testing.B, s *store.Store, creditor debt.ID, n int) {
	b.Helper()
	const portion = 250
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same village each time
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	for at := 0; at < n; at += portion {
		files := make([]store.NewFile, min(portion, n-at))
		subjects := make([]search.Subject, len(files))
		for i := range files {
			f := storetest.FileBy(storetest.Stamp, creditor, fmt.Sprintf("%08d", at+i))
			f.Debtor.FirstName, f.Debtor.LastName = debt.Personal(pick(firstNames)), debt.Personal(pick(lastParts)+pick(lastEnds))
			if random.IntN(100) == 0 {
				f.Debtor.LastName += debt.Personal(fmt.Sprintf("-Quappe%d", random.IntN(1000)))
			}
			c := &f.File.Case
			c.ReceivedAt = storetest.Now.Add(-time.Duration(random.IntN(900*24)) * time.Hour)
			if random.IntN(100) == 0 {
				c.Objection = debt.ObjectionOpen
			}
			if random.IntN(12) == 0 {
				c.Plan = debt.PlanActive
			}
			if random.IntN(3) == 0 {
				c.Stage, c.Processing = debt.StageClosed, debt.Stopped
			}
			f.File.Account.Claims[0].InvoiceNumber = fmt.Sprintf("RE-%07d", at+i)
			files[i], subjects[i] = f, search.NewSubject(f)
		}
		err := s.Write(context.Background(), creditor, func(tx *store.Tx) error {
			if err := tx.AddFiles(files); err != nil {
				return err
			}
			if err := search.Add(tx, subjects...); err != nil || at > 0 {
				return err
			}
			return tx.Learn()
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLists looks at lists of QUITT_BENCH_CASES cases (200,000 if not set).
func BenchmarkLists(b *testing.B) {
	n := setting(b, "QUITT_BENCH_CASES", 200_000)
	for _, engine := range []struct {
		name string
		url  func(testing.TB) string
	}{{"postgres", storetest.Postgres}, {"sqlite", storetest.SQLite}} {
		b.Run(engine.name, func(b *testing.B) {
			url := engine.url(b)
			s := storetest.Open(b, store.Options{URL: url})
			c := storetest.Creditor(b, s, "dorf")
			began := time.Now()
			village(b, s, c.ID, n)
			b.Logf("%d cases in %s", n, time.Since(began).Round(time.Second))
			if engine.name == "postgres" {
				if _, err := storetest.Raw(b, url).Exec("VACUUM ANALYZE"); err != nil {
					b.Fatal(err)
				}
			}
			v := viewer{b, worklist.Desk{Store: s, Now: storetest.Clock}, worklist.Who{Creditor: c.ID, Member: store.NewID()}}
			v.lists()
			v.searches()
		})
	}
}

type viewer struct {
	b    *testing.B
	desk worklist.Desk
	who  worklist.Who
}

// timed measures something often and reports its middle and its slowest hundredth.
func (v viewer) timed(name string, do func(b *testing.B)) {
	v.b.Run(name, func(b *testing.B) {
		var all []time.Duration
		for range 20 { // statements are prepared the second time
			do(b)
		}
		for range max(b.N, 200) {
			at := time.Now()
			do(b)
			all = append(all, time.Since(at))
		}
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
		b.ReportMetric(0, "ns/op")
	})
}

func (v viewer) lists() {
	for name, text := range map[string]string{"all": "", "by open": "sort=offen", "by reference": "sort=aktenzeichen&richtung=auf", "objections": "einwendung=open",
		"plans by open": "plan=active&sort=offen", "two axes": "einwendung=open&plan=active", "nothing": "stufe=court", "live old": "laufend=1&bis=2025-01-31&zahlung=open",
		"rare by open": "einwendung=open&stufe=closed&plan=active&sort=offen", "ground": "grund=tort"} {
		q, err := worklist.ParseQuery(text)
		if err != nil {
			v.b.Fatal(err)
		}
		v.timed("list "+name, func(b *testing.B) {
			if _, err := v.desk.Look(context.Background(), v.who, q, caselist.At{}); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func (v viewer) searches() {
	for name, typed := range map[string]string{"common name": "schmidt", "two words": "anna schmidtberg", "fragment": "mann", "rare": "quappe777", "nobody": "xyzzy",
		"reference": "F-00004711", "invoice": "RE-0004711", "amount": "1000,00", "nobody of common parts": "mannschmidt"} {
		id, err := v.desk.Search(context.Background(), v.who, typed)
		if err != nil {
			v.b.Fatal(err)
		}
		q, err := worklist.ParseQuery("suche=" + string(id))
		if err != nil {
			v.b.Fatal(err)
		}
		v.timed("search "+name, func(b *testing.B) {
			if _, err := v.desk.Look(context.Background(), v.who, q, caselist.At{}); err != nil {
				b.Fatal(err)
			}
		})
	}
}
