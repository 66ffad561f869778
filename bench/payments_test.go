package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/notifications"
	"quitt/payments"
	"quitt/payments/paytest"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/storetest"
	"quitt/store/vault"
)

// counted reads a number from the environment, for the long forms of what a test does shortly.
func counted(t testing.TB, name string, short int) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		if os.Getenv(name) != "" {
			t.Fatalf("%s: %v", name, err)
		}
		return short
	}
	return n
}

// street has creditors with cases of 1,000.00.
type street struct {
	store *store.Store
	cases []debt.Case
}

func newStreet(t testing.TB, s *store.Store, creditors, each int) street {
	t.Helper()
	st := street{store: s}
	for k := range creditors {
		c := storetest.Creditor(t, s, "c"+strconv.Itoa(k))
		for done := 0; done < each; done += 500 {
			files := make([]store.NewFile, min(500, each-done))
			for i := range files {
				files[i] = storetest.File(c.ID, fmt.Sprintf("%s-%06d", c.Code, done+i))
				st.cases = append(st.cases, files[i].File.Case)
			}
			err := s.Write(context.Background(), c.ID, func(tx *store.Tx) error {
				if err := tx.AddFiles(files); err != nil {
					return err
				}
				return tx.Learn()
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return st
}

// door is a small HTTP front over Fiber, set up as the portal's is.
func door(t testing.TB, method, path string, handler fiber.Handler) *fasthttp.HostClient {
	t.Helper()
	app := fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true, StrictRouting: true, CaseSensitive: true})
	app.Add(method, path, handler)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- app.Listener(ln) }()
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return &fasthttp.HostClient{Addr: ln.Addr().String(), MaxConns: 1024, ReadTimeout: time.Minute}
}

// post sends one body and gives the status.
func post(client *fasthttp.HostClient, path string, body []byte, head map[string]string) (int, error) {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.Header.SetMethod(fiber.MethodPost)
	req.SetRequestURI("http://" + client.Addr + path)
	req.SetBody(body)
	for name, value := range head {
		req.Header.Set(name, value)
	}
	err := client.Do(req, resp)
	return resp.StatusCode(), err
}

type order struct {
	Creditor, Case, Key string
	Cents               int64
}

// BenchmarkPaymentsOverHTTP books payments for clients that wait for the committed answer
// before they send the next one, spread over ten creditors and all on one.
func BenchmarkPaymentsOverHTTP(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, spread := range []int{10, 1} {
			b.Run(fmt.Sprintf("%s/creditors=%d", engine, spread), func(b *testing.B) {
				url := storetest.SQLite(b)
				if engine == "postgres" {
					url = storetest.Postgres(b)
				}
				s := storetest.Open(b, store.Options{URL: url, MaxConns: 32})
				st := newStreet(b, s, spread, 10_000/spread)
				shared := payments.NewShared(payments.Desk{Store: s, Now: time.Now})
				client := door(b, fiber.MethodPost, "/payments", func(c *fiber.Ctx) error {
					var o order
					if err := json.Unmarshal(c.Body(), &o); err != nil {
						return err
					}
					r, err := shared.Book(c.UserContext(), debt.ID(o.Creditor), debt.Payment{CaseID: debt.ID(o.Case), Method: debt.MethodTransfer,
						Source: "bank", ExternalID: o.Key, Amount: debt.Cents(o.Cents), ReceivedOn: debt.MustDate("2026-11-20")})
					if err != nil {
						return err
					}
					return c.JSON(r.Balance)
				})
				for _, clients := range []int{8, 64} {
					b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) { st.pay(b, client, clients) })
				}
			})
		}
	}
}

var keys atomic.Int64

func (st street) pay(b *testing.B, client *fasthttp.HostClient, clients int) {
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range clients {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				c := st.cases[int(i*7919)%len(st.cases)]
				body, _ := json.Marshal(order{string(c.CreditorID), string(c.ID), strconv.FormatInt(keys.Add(1), 36), 1_00})
				begin := time.Now()
				if status, err := post(client, "/payments", body, nil); err != nil || status != fiber.StatusOK {
					b.Errorf("%d %v", status, err)
					return
				}
				took[i] = time.Since(begin)
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "payments/s")
	percentiles(b, took)
}

func percentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	for _, p := range []int{50, 95, 99} {
		b.ReportMetric(float64(took[len(took)*p/100].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
	}
}

// market is a street whose debtors pay through a till.
type market struct {
	street

	till     *paytest.Till
	rail     *payments.Rail
	account  rail.Account
	creditor debt.ID
	name     string
}

const marketSecret = "secret of the market, 32 bytes ."

func newMarket(t testing.TB, s *store.Store, cases int) *market {
	t.Helper()
	m := &market{street: newStreet(t, s, 1, cases), till: paytest.NewTill(time.Now), name: strings.Repeat("ab", 16)}
	m.creditor = m.cases[0].CreditorID
	v, err := vault.New([][]byte{bytes.Repeat([]byte{7}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	m.rail = payments.Open(payments.Rail{Desk: payments.Desk{Store: s, Now: time.Now}, Providers: map[string]payments.Provider{"till": m.till},
		Vault: v, Log: slog.New(slog.DiscardHandler)})
	if m.account, err = m.rail.AddAccount(context.Background(), m.creditor, payments.NewAccount{Account: rail.Account{Provider: "till", External: "acct_1"}, Key: "key"}); err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal(m.name, []byte(marketSecret))
	if err == nil {
		err = s.Write(context.Background(), "", func(tx *store.Tx) error {
			return rails.AddEndpoint(tx, rails.Endpoint{Name: m.name, Provider: "till", External: "we_1", Owner: m.creditor, Account: m.account.ID, Secret: sealed, CreatedAt: time.Now()})
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// paid stores n started payments, lets all be paid and gives their notices.
func (m *market) paid(t testing.TB, n int) []string {
	t.Helper()
	notices := make([]string, 0, n)
	for done := 0; done < n; done += 512 {
		var attempts []rail.Attempt
		var list []debt.Payment
		now := time.Now()
		for i := range min(512, n-done) {
			c := m.cases[(done+i)%len(m.cases)]
			a := rail.Attempt{ID: store.NewID(), CaseID: c.ID, AccountID: m.account.ID, Kind: rail.Checkout, Method: debt.MethodCard,
				Status: debt.PaymentStarted, Amount: 5_00, StartedAt: now, ExpiresAt: now.Add(rail.Page)}
			attempts = append(attempts, a)
			list = append(list, debt.Payment{ID: a.ID, CaseID: c.ID, Method: a.Method, Status: a.Status, Amount: a.Amount,
				ReceivedOn: debt.DateIn(now, debt.Berlin), Source: m.account.Source(), ExternalID: string(a.ID), BookedAt: now})
		}
		attempts = m.till.Adopt(attempts)
		err := m.store.Write(context.Background(), m.creditor, func(tx *store.Tx) error {
			if err := tx.SavePayments(list); err != nil {
				return err
			}
			return rails.SaveAttempts(tx, attempts)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range attempts {
			notice, err := m.till.Pay(a.ID)
			if err != nil {
				t.Fatal(err)
			}
			notices = append(notices, notice)
		}
	}
	return notices
}

// front is the address for notices.
func (m *market) front(t testing.TB) *fasthttp.HostClient {
	return door(t, fiber.MethodPost, "/notices", func(c *fiber.Ctx) error {
		err := m.rail.Accept(c.UserContext(), m.name, bytes.Clone(c.Body()), c.Get("Signature"))
		switch debt.KindOf(err) {
		case debt.Forbidden:
			return c.SendStatus(fiber.StatusBadRequest)
		case "":
			return err
		}
		return c.SendStatus(fiber.StatusServiceUnavailable)
	})
}

// book lets the loop's work run until nothing waits.
func (m *market) book(t testing.TB) (n int) {
	t.Helper()
	for {
		did, err := m.rail.BookNotices(context.Background(), m.creditor)
		if err != nil {
			t.Fatal(err)
		}
		if did == 0 {
			return n
		}
		n += did
	}
}

// flood delivers each notice many times, shuffled, with forged ones among them, from many
// clients as fast as they can, while the loop books. It gives how many were taken and refused.
func (m *market) flood(t testing.TB, client *fasthttp.HostClient, notices []string, times int) (taken, refused int64) {
	t.Helper()
	list := make([]string, 0, len(notices)*times)
	for range times {
		list = append(list, notices...)
	}
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	var next, ok, no atomic.Int64
	var clients, loop sync.WaitGroup
	stop := make(chan struct{})
	loop.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				if m.book(t) == 0 {
					time.Sleep(5 * time.Millisecond)
				}
			}
		}
	})
	for range 64 {
		clients.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(list)); i = next.Add(1) - 1 {
				if i%100 == 99 {
					forged := "evt_forged_" + strconv.FormatInt(i, 10) + list[i][strings.IndexByte(list[i], ' '):]
					if status, err := post(client, "/notices", []byte(forged), map[string]string{"Signature": "guess"}); err == nil && status == fiber.StatusBadRequest {
						no.Add(1)
					}
				}
				if status, err := post(client, "/notices", []byte(list[i]), map[string]string{"Signature": marketSecret}); err != nil || status != fiber.StatusOK {
					t.Errorf("%d %v", status, err)
					return
				}
				ok.Add(1)
			}
		})
	}
	clients.Wait()
	close(stop)
	loop.Wait()
	m.book(t)
	return ok.Load(), no.Load()
}

// TestAFloodOfNoticesHasEachEffectOnce is the million in small: QUITT_NOTICES=100000 asks for
// all of it.
func TestAFloodOfNoticesHasEachEffectOnce(t *testing.T) {
	n := counted(t, "QUITT_NOTICES", 600)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const times = 10
		m := newMarket(t, s, max(n/5, 10))
		notices := m.paid(t, n)
		begin := time.Now()
		taken, refused := m.flood(t, m.front(t), notices, times)
		took := time.Since(begin)
		dirty, text := storetest.State(t, s, m.creditor)

		clean := newCleanMarket(t, n)
		want, wantText := storetest.State(t, clean.store, clean.creditor)
		if dirty != want {
			t.Errorf("another state than a clean run: %s, want %s\n%s", dirty, want, firstDifference(text, wantText))
		}
		if taken != int64(n*times) || refused != int64(n*times/100) {
			t.Errorf("%d taken, %d refused", taken, refused)
		}
		if got := strings.Count(text, "\nmove paid 500 EUR booked"); got != n {
			t.Errorf("%d effects of %d", got, n)
		}
		found := 0
		if _, err := s.Verify(context.Background(), func(f store.Finding) bool { t.Errorf("%+v", f); found++; return found < 10 }); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d notices %d times, %d forged: %d effects, state %s as in a clean run, %.0f requests/s, verify clean",
			n, times, refused, n, dirty, float64(taken+refused)/took.Seconds())
	})
}

// newCleanMarket books the same payments from notices that came once and in order.
func newCleanMarket(t *testing.T, n int) *market {
	t.Helper()
	m := newMarket(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}), max(n/5, 10))
	for _, notice := range m.paid(t, n) {
		if err := m.rail.Accept(context.Background(), m.name, []byte(notice), marketSecret); err != nil {
			t.Fatal(err)
		}
	}
	m.book(t)
	return m
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + "\n" + y[i]
		}
	}
	return fmt.Sprintf("%d and %d lines", len(x), len(y))
}

// BenchmarkNotices measures how fast notices are accepted over HTTP, and how fast what was
// accepted is booked.
func BenchmarkNotices(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			url := storetest.SQLite(b)
			if engine == "postgres" {
				url = storetest.Postgres(b)
			}
			m := newMarket(b, storetest.Open(b, store.Options{URL: url, MaxConns: 32}), 10_000)
			client := m.front(b)
			notices := m.paid(b, b.N)
			var next atomic.Int64
			var all sync.WaitGroup
			b.ResetTimer()
			for range 64 {
				all.Go(func() {
					for i := next.Add(1) - 1; i < int64(len(notices)); i = next.Add(1) - 1 {
						if status, err := post(client, "/notices", []byte(notices[i]), map[string]string{"Signature": marketSecret}); err != nil || status != fiber.StatusOK {
							b.Errorf("%d %v", status, err)
							return
						}
					}
				})
			}
			all.Wait()
			accepted := b.Elapsed()
			b.ReportMetric(float64(b.N)/accepted.Seconds(), "accepted/s")
			m.book(b)
			b.ReportMetric(float64(b.N)/(b.Elapsed()-accepted).Seconds(), "booked/s")
		})
	}
}

// BenchmarkNoticeToBooked measures, at a constant rate, how long a notice takes from when it
// came in until its money is booked, the loops running as in the program.
func BenchmarkNoticeToBooked(b *testing.B) {
	rate, seconds := 50, counted(b, "QUITT_BENCH_SECONDS", 10)
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			url := storetest.SQLite(b)
			if engine == "postgres" {
				url = storetest.Postgres(b)
			}
			m := newMarket(b, storetest.Open(b, store.Options{URL: url, MaxConns: 32}), 1_000)
			notices := m.paid(b, rate*seconds)
			within, stop := context.WithCancel(context.Background())
			runner := notifications.NewRunner(m.store, time.Now, slog.New(slog.DiscardHandler),
				notifications.Loop{Name: "payment_notices", Work: m.rail.BookNotices}, notifications.FeedLoop(m.store))
			var loops sync.WaitGroup
			loops.Go(func() { runner.Run(within) })
			b.ResetTimer()
			begin := time.Now()
			for i, notice := range notices {
				time.Sleep(time.Until(begin.Add(time.Duration(i) * time.Second / time.Duration(rate))))
				if err := m.rail.Accept(context.Background(), m.name, []byte(notice), marketSecret); err != nil {
					b.Fatal(err)
				}
			}
			time.Sleep(3 * time.Second)
			stop()
			loops.Wait()
			percentiles(b, m.waits(b, len(notices)))
		})
	}
}

// waits reads how long each notice waited.
func (m *market) waits(b *testing.B, n int) []time.Duration {
	var rows []struct {
		Received string `db:"received_at"`
		Done     string `db:"done_at"`
	}
	err := m.store.Read(context.Background(), "", func(r *store.Reader) error {
		return r.List(&rows, `SELECT CAST(received_at AS TEXT) AS received_at, CAST(done_at AS TEXT) AS done_at FROM provider_notices WHERE state = 'done'`)
	})
	if err != nil || len(rows) != n {
		b.Fatalf("%d of %d booked: %v", len(rows), n, err)
	}
	took := make([]time.Duration, n)
	for i, row := range rows {
		took[i] = instant(b, row.Done).Sub(instant(b, row.Received))
	}
	return took
}

func instant(b *testing.B, s string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999-07"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	b.Fatalf("%q is no instant", s)
	return time.Time{}
}
