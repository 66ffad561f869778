package scenarios_test

import (
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/payments/collecting"
	"quitt/store"
	"quitt/store/orders"
	"quitt/store/plans"
)

// BenchmarkCollections executes orders against the sandbox over HTTP, without waiting for the
// bucket: what the loop itself takes for an instalment, from the claim to the kept answer.
func BenchmarkCollections(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			r := newRun(b, newHouse(b, engine), scenario{id: "bench", owed: 1000_00}, way{kind: asListed, name: "measured"})
			defer func() { r.must(r.sandbox.Close()) }()
			agreed := r.street(collecting.CallsPerSecond, b.N/collecting.CallsPerSecond+1)
			r.at(20 * day) // nobody was told today
			b.ResetTimer()
			b.StopTimer()
			for done, no := 0, 1; done < b.N; done, no = done+len(agreed), no+1 {
				r.fallDue(agreed, no)
				desk := collecting.New(r.rail) // whose bucket is full
				b.StartTimer()
				n, err := desk.Work(ctx, r.creditor)
				b.StopTimer()
				if r.must(err); n != len(agreed) {
					b.Fatalf("%d of %d orders", n, len(agreed))
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
			if got := r.calls("POST", "/v1/payment_intents"); got < b.N {
				b.Errorf("%d charges of %d orders", got, b.N)
			}
		})
	}
}

// street has cases with a mandate and a plan of so many instalments, all of them due.
func (r *run) street(cases, instalments int) (list []plans.Kept) {
	days := make([]debt.Date, instalments)
	for n := range days {
		days[n] = inDays(1)
	}
	for range cases {
		r.caseID = r.addCase(string(store.NewID()), 1_000_000_00)
		r.agreed(r.saved(goodIBAN), days...)
		r.insist(func(t *store.Tx) error {
			_, err := orders.CancelCase(t, r.caseID, "other", r.now())
			if err != nil {
				return err
			}
			k, err := plans.Load(&t.Reader, r.plan)
			list = append(list, k)
			return err
		})
	}
	return list
}

// fallDue writes an instalment's order of every plan anew.
func (r *run) fallDue(list []plans.Kept, no int) {
	for _, k := range list {
		r.caseID = k.CaseID
		r.insist(func(t *store.Tx) error {
			_, err := orders.Write(t, collection.Order{ID: store.NewID(), CaseID: k.CaseID, InstrumentID: k.InstrumentID, Amount: instalment,
				Purpose: collection.Purpose(k.ID, no, 1), DueOn: inDays(1), ToldOn: inDays(0), MadeAt: r.now()})
			return err
		})
	}
	r.later(time.Minute)
}
