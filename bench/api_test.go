package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/portal"
	"quitt/portal/api"
	"quitt/portal/debtor"
	"quitt/portal/page"
	"quitt/store"
	"quitt/store/cache"
	"quitt/store/feed"
	"quitt/store/storetest"
)

// handing is a program that hands cases over to a running portal.
type handing struct {
	b    *testing.B
	url  string
	key  string
	http *http.Client
}

// newHanding starts a portal over an empty database of the engine.
func newHanding(b *testing.B, url string) *handing {
	b.Helper()
	s := storetest.Open(b, store.Options{URL: url})
	creditor, secret := storetest.Creditor(b, s, "praxis"), api.NewSecret()
	key := feed.Key{ID: store.NewID(), Name: "bench", Scopes: feed.Scopes(), CreatedAt: today()}
	if err := s.Write(context.Background(), creditor.ID, func(t *store.Tx) error { return feed.AddKey(t, api.Hash(secret), key) }); err != nil {
		b.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	u, err := portal.ParsePublicURL("http://" + ln.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	// No limit is measured here: each request counts for a key that asks far more than it may.
	server, err := portal.New(portal.Options{Store: s, Now: today, Pages: &debtor.Pages{Kit: &page.Kit{Operator: page.SampleOperator()}},
		Limits: &cache.Guard{Local: cache.NewMemory(time.Now, 1000), Now: time.Now}, AddressKey: []byte("0123456789abcdef"), PublicURL: u, Loopback: true,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, ln, portal.Stopping{}) }()
	h := &handing{b: b, url: u.String(), key: secret, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	b.Cleanup(func() {
		h.http.CloseIdleConnections()
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	return h
}

// one is a hand-over as an ERP sends it.
func one(n int) string {
	return fmt.Sprintf(`{"reference":"RE-%d","debtor":{"first_name":"Erika","last_name":"Mustermann","street":"Heidestraße 17","postcode":"51147","city":"Köln",`+
		`"birth_date":"1985-03-07","email":"erika%d@example.de"},"claims":[{"principal_cents":7999,"ground":"contract","object":"Zahnersatz",`+
		`"contract_date":"2026-05-12","due_date":"2026-06-14","default_from":"2026-07-15","dunning_cost_cents":95,"dunning_cost_date":"2026-07-01"}]}`, n, n)
}

func (h *handing) post(path, body, once string) {
	r, err := http.NewRequest(http.MethodPost, h.url+path, bytes.NewBufferString(body))
	if err != nil {
		h.b.Error(err)
		return
	}
	r.Header.Set("Authorization", "Bearer "+h.key)
	r.Header.Set("Content-Type", "application/json")
	if once != "" {
		r.Header.Set("Idempotency-Key", once)
	}
	res, err := h.http.Do(r)
	if err != nil {
		h.b.Error(err)
		return
	}
	b, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if res.StatusCode > http.StatusCreated {
		h.b.Errorf("%d %.200s", res.StatusCode, b)
	}
}

// BenchmarkHandOver measures hand-overs over HTTP: many in a request, and one at a time with an
// Idempotency-Key, no faster than a key may ask without Redis.
func BenchmarkHandOver(b *testing.B) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name+"/bulk", func(b *testing.B) {
			h, n := newHanding(b, url(b)), 0
			const each, clients = 250, 2
			for b.Loop() {
				var all sync.WaitGroup
				for c := range clients {
					bodies := make([]string, each)
					for i := range bodies {
						bodies[i] = one(n + c*each + i)
					}
					all.Go(func() { h.post("/api/v1/cases/bulk", `{"items":[`+strings.Join(bodies, ",")+`]}`, "") })
				}
				all.Wait()
				n += each * clients
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "cases/s")
		})
		b.Run(name+"/single", func(b *testing.B) {
			h := newHanding(b, url(b))
			var took []time.Duration
			for n := 0; b.Loop(); n++ {
				begin := time.Now()
				h.post("/api/v1/cases", one(n), fmt.Sprint("k", n))
				if n >= 20 { // statements are prepared the second time
					took = append(took, time.Since(begin))
				}
				time.Sleep(105 * time.Millisecond) // ten a second is what a key may ask without Redis
			}
			if slices.Sort(took); len(took) == 0 {
				return // the first round of one
			}
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms/p99")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/p50")
		})
	}
}
