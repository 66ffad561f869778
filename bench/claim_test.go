package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/url"
	"strconv"
	"testing"
	"time"

	"quitt/cases"
	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/fees"
	"quitt/debt/operator"
	"quitt/payments"
	"quitt/portal"
	"quitt/portal/debtor"
	"quitt/portal/debtor/instalments"
	"quitt/portal/page"
	"quitt/store"
	"quitt/store/cache"
	"quitt/store/storetest"
)

// today is a day whose base rate is known; the clock of these measurements stands still,
// or visits would end while they are measured.
func today() time.Time { return storetest.Now }

const visitors = 200 // debtors who look at their claim

// BenchmarkClaimPage asks for the claim page of 200 debtors among QUITT_BENCH_SIZE cases
// (the record: 100,000) at 50 and 200 requests a second and without a pause, and compares
// with the yardstick in turns.
func BenchmarkClaimPage(b *testing.B) {
	dsn := storetest.Postgres(b)
	s := storetest.Open(b, store.Options{URL: dsn, MaxConns: 16})
	creditor := storetest.Creditor(b, s, "bench")
	keys := fill(b, s, creditor, setting(b, "QUITT_BENCH_SIZE", 2_000))
	ln, cookies := claimPortal(b, s, creditor)
	claim := newLoad(ln, "/akte", cookies)
	size, err := claim.get(0)
	if err != nil {
		b.Fatal(err)
	}
	stick := newLoad(yardstick(b, dsn, keys, size), "/", nil)
	if n, err := stick.get(0); err != nil || n < size*9/10 || n > size*11/10 {
		b.Fatalf("the yardstick's page has %d bytes, the claim page %d, %v", n, size, err)
	}
	seconds := time.Duration(setting(b, "QUITT_BENCH_SECONDS", 2)) * time.Second
	for b.Loop() {
		claim.flatOut(b, 16, seconds/2) // warm
		for _, rate := range []int{50, 200} {
			took := claim.atRate(b, rate, 2*seconds)
			b.ReportMetric(quantile(took, 0.5), fmt.Sprintf("ms-p50@%d/s", rate))
			b.ReportMetric(quantile(took, 0.99), fmt.Sprintf("ms-p99@%d/s", rate))
		}
		var pages, sticks float64
		const turns = 3
		for range turns {
			pages += claim.flatOut(b, 16, seconds) / turns
			sticks += stick.flatOut(b, 16, seconds) / turns
		}
		b.ReportMetric(pages, "pages/s")
		b.ReportMetric(sticks, "yardstick/s")
		b.ReportMetric(pages/sticks, "ratio")
		b.ReportMetric(float64(size), "bytes")
	}
}

// fill hands over so many plain cases and gives their keys.
func fill(b *testing.B, s *store.Store, creditor debt.Creditor, n int) [][2]string {
	b.Helper()
	var keys [][2]string
	for len(keys) < n {
		files := make([]store.NewFile, min(500, n-len(keys)))
		for i := range files {
			files[i] = storetest.File(creditor.ID, strconv.Itoa(len(keys)+i))
		}
		err := s.Write(context.Background(), creditor.ID, func(t *store.Tx) error { return errors.Join(t.AddFiles(files), t.Learn()) })
		if err != nil {
			b.Fatal(err)
		}
		for _, f := range files {
			keys = append(keys, [2]string{string(creditor.ID), string(f.File.Case.ID)})
		}
	}
	return keys
}

// claimPortal serves the real portal and signs the visitors in.
func claimPortal(b *testing.B, s *store.Store, creditor debt.Creditor) (net.Listener, []string) {
	b.Helper()
	peppers, err := signin.ParsePeppers(pepper())
	if err != nil {
		b.Fatal(err)
	}
	desk := signin.New(s, today, peppers)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	shared, err := cache.NewRedis(storetest.Redis(b), cache.Patience)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = shared.Close() })
	kit, files := &page.Kit{Operator: benchOperator}, cases.Desk{Store: s, Now: today, Views: cases.NewViews(2_000)}
	server, err := portal.New(portal.Options{
		Store: s, Now: today, AddressKey: peppers.Derive("bench"), Log: slog.New(slog.NewJSONHandler(io.Discard, nil)),
		Limits:    &cache.Guard{Shared: shared, Local: cache.NewMemory(today, 1000), Now: today},
		Pages:     &debtor.Pages{Kit: kit, Signin: desk, Cases: files, Instalments: &instalments.Pages{Kit: kit, Cases: files, Desk: planDesk(s)}},
		PublicURL: &url.URL{Scheme: "http", Host: ln.Addr().String()}, Loopback: true,
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, ln, portal.Stopping{}) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	return ln, signIn(b, s, desk, creditor)
}

var benchOperator = operator.Profile{
	Name: "Inkasso Muster GmbH", Street: "Weg 1", Postcode: "50667", City: "Köln", Phone: "0221 4710 123", Email: "a@example.org",
	RDGNumber: "1", Supervisor: operator.Authority{Name: "Amt", Address: "Ort", Contact: "amt@example.org"},
}

// signIn opens a case with two claims, costs and a payment for each visitor and gives the
// cookies.
func signIn(b *testing.B, s *store.Store, desk signin.Desk, creditor debt.Creditor) []string {
	b.Helper()
	file, money := cases.Desk{Store: s, Now: today}, payments.Desk{Store: s, Now: today}
	ctx := context.Background()
	cookies := make([]string, visitors)
	for i := range cookies {
		h := cases.Handover{Reference: fmt.Sprintf("V-%d", i), Debtor: debt.Debtor{
			Kind: debt.Person, FirstName: "Änne", LastName: "Muster", Street: "Weg 1", Postcode: "50667", City: "Köln", Country: "DE",
			BirthOn: "1980-02-29", AddressSource: "creditor"}}
		for k := range 2 {
			h.Claims = append(h.Claims, debt.Claim{Principal: debt.Cents(120_00 + 50_00*k), Ground: debt.Contract, Object: "Reparatur",
				ArisenOn: debt.MustDate("2025-11-10"), DueOn: debt.MustDate("2026-01-02"), DefaultFrom: debt.MustDate("2026-01-17"),
				InvoiceNumber: "R-1", Interest: debt.InterestRule{Kind: debt.Statutory, Surcharge: 500}, PaymentForServices: true})
		}
		id, err := file.Open(ctx, creditor, h)
		var costs []debt.Cost
		if err == nil {
			costs, err = cases.CollectionCosts(creditor, 290_00, fees.Simple, debt.MustDate("2026-09-01"))
		}
		if err == nil {
			err = file.AddCosts(ctx, debt.Case{ID: id, CreditorID: creditor.ID}, costs...)
		}
		if err == nil {
			_, err = money.Book(ctx, creditor.ID, debt.Payment{CaseID: id, Method: debt.MethodTransfer, Source: "bank",
				ExternalID: strconv.Itoa(i), Amount: 80_00, ReceivedOn: debt.MustDate("2026-10-05")})
		}
		var letter signin.Letter
		if err == nil {
			letter, err = desk.Issue(ctx, creditor.ID, id)
		}
		var visit signin.Opened
		if err == nil {
			visit, err = desk.Open(ctx, signin.Attempt{Token: letter.Token.Plain(), Check: signin.Check{Kind: access.CheckBirth, Value: "1980-02-29"}})
		}
		if err != nil {
			b.Fatal(err)
		}
		cookies[i] = "sid=" + visit.Cookie
	}
	rand.Shuffle(len(cookies), func(i, j int) { cookies[i], cookies[j] = cookies[j], cookies[i] })
	return cookies
}
