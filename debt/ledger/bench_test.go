package ledger

import (
	"fmt"
	"testing"

	"quitt/debt"
)

func BenchmarkSettle(b *testing.B) {
	k := newBook().open(claimOf("claim", 480_00, "2026-03-17")).cost(costOf("cost", 55_62, "2026-04-01"))
	p, s := paymentOf("p", 100_00, "2026-11-22"), k.stamp()
	s.NewID = func() (id debt.ID) { return "id" }
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := k.a.Settle(p, s); err != nil {
			b.Fatal(err)
		}
	}
}

// A case of some years: fifty postings.
func BenchmarkStatement(b *testing.B) {
	k := newBook().open(claimOf("claim", 4_800_00, "2025-01-17")).cost(costOf("cost", 55_62, "2025-02-01"))
	for n := 0; postings(k.Entries) < 50; n++ {
		p := paymentOf("p", 50_00, day("2025-03-01").AddDays(30*n).String())
		p.ID, p.ExternalID = debt.ID(fmt.Sprint("p", n)), fmt.Sprint(n)
		k.pay(b, p)
	}
	on := day("2026-11-22")
	b.ReportMetric(float64(postings(k.Entries)), "postings")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.Statement(on); err != nil {
			b.Fatal(err)
		}
	}
}

func postings(entries []Entry) (n int) {
	for _, e := range entries {
		n += len(e.Postings)
	}
	return n
}
