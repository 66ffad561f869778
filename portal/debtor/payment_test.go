package debtor

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/store"
	"quitt/store/storetest"
)

func TestAChoiceLeadsOverThePageThatNamesTheDestination(t *testing.T) {
	eachTill(t, func(t *till) {
		_, body := t.see("/akte/bezahlen")
		t.holds(body, []string{`value="card"`, `value="direct_debit"`, `value="transfer"`, `value="all" checked`, "So wird der Betrag verrechnet"},
			`viewBox="0 0`, checkoutOrigin)
		res, body := t.send("/akte/bezahlen/weiter", "amount", "other", "other", "100,00", "do", "show")
		if res.code != 200 {
			t.Errorf("the split is answered %d", res.code)
		}
		t.holds(body, []string{`value="100,00"`, `value="other" checked`}, checkoutOrigin)
		res, body = t.send("/akte/bezahlen/weiter", "amount", "other", "other", "100,00", "method", "card", "do", "go")
		if res.code != 200 {
			t.Errorf("the page before is answered %d", res.code)
		}
		t.holds(body, []string{"kasse.example", `action="/akte/bezahlen/start"`, `value="10000"`, "100,00\u00a0€", "Praxis praxis"})
		if t.calls != 0 {
			t.Errorf("%d orders before anybody has agreed", t.calls)
		}
		res, body = t.send("/akte/bezahlen/weiter", "amount", "other", "other", "100", "method", "transfer", "do", "go")
		t.holds(body, []string{"100,00\u00a0€", `data-copy="100,00"`, `viewBox="0 0`})
		if res.code != 200 {
			t.Errorf("the transfer is answered %d", res.code)
		}
		res, body = t.send("/akte/bezahlen/code", "cents", "10000")
		if got := read(t.T, []byte(body)); res.code != 200 || res.header.Get("Content-Type") != "image/png" || !strings.Contains(got, "\nEUR100.00\n") {
			t.Errorf("the picture of the code is answered %d, %s, and holds %q", res.code, res.header.Get("Content-Type"), got)
		}
		for _, cents := range []string{"", "0", "-1", "99999999", "viel"} {
			if res, _ := t.send("/akte/bezahlen/code", "cents", cents); res.code != 303 || res.header.Get("Location") != "/akte/bezahlen" {
				t.Errorf("a picture of %q is answered %d", cents, res.code)
			}
		}
	})
}

func TestWhatCannotBePaidIsSaidBesideTheField(t *testing.T) {
	eachTill(t, func(t *till) {
		for other, method := range map[string]string{"0,99": "card", "99999": "card", "viel": "card", "-5": "card", "50": "cash", "51": ""} {
			res, body := t.send("/akte/bezahlen/weiter", "amount", "other", "other", other, "method", method, "do", "go")
			if res.code != http.StatusUnprocessableEntity || !strings.Contains(body, `role="alert"`) {
				t.Errorf("%q by %q answers %d", other, method, res.code)
			}
		}
		for _, cents := range []string{"99", "99999999", "-1", "0"} {
			res, body := t.send("/akte/bezahlen/start", "cents", cents, "method", "card")
			if res.code != http.StatusUnprocessableEntity || !strings.Contains(body, "Geben Sie einen Betrag zwischen") {
				t.Errorf("%s cents answer %d", cents, res.code)
			}
		}
		if res, _ := t.send("/akte/bezahlen/start", "cents", "1e3", "method", "card"); res.header.Get("Location") != "/akte/bezahlen" {
			t.Errorf("no number answers %d", res.code)
		}
		if res, _ := t.send("/akte/bezahlen/start", "cents", "500", "method", "transfer"); res.code != http.StatusUnprocessableEntity {
			t.Errorf("a transfer cannot be started: %d", res.code)
		}
		if t.calls != 0 {
			t.Errorf("%d orders", t.calls)
		}
	})
}

func TestTheLetterViewSeesNoPartOfTheClaim(t *testing.T) {
	eachTill(t, func(t *till) {
		t.visit.Tier = access.LetterView
		_, body := t.see("/akte/bezahlen")
		t.holds(body, []string{`value="card"`, "/akte/mehr"}, "Hauptforderung</dt>", "Aufteilung zeigen")
		_, body = t.send("/akte/bezahlen/weiter", "amount", "all", "method", "card", "do", "go")
		t.holds(body, []string{"kasse.example"}, "Hauptforderung</dt>")
		id := t.begin("5000")
		t.become(id, rail.Settled)
		t.watch.Move(3 * time.Second)
		_, body = t.see("/akte/zahlung?nr=" + string(id))
		t.holds(body, []string{"Ihre Zahlung ist da"}, "Hauptforderung</dt>", "/akte/beleg?")
	})
}

// However a payment goes, its page says it, and none says to pay again while nobody knows.
func TestThePageOfAPaymentSaysWhatHappened(t *testing.T) {
	for name, tc := range map[string]struct {
		state rail.State
		query string
		want  []string
		never []string
	}{
		"open":         {rail.Waiting, "", []string{"noch nicht abgeschlossen", "Weiter zur begonnenen Zahlung", `content="30"`}, nil},
		"just back":    {rail.Waiting, "&fertig=1", []string{"Wir prüfen Ihre Zahlung", `content="5"`}, []string{"/akte/bezahlen"}},
		"paid":         {rail.Settled, "&fertig=1", []string{"Ihre Zahlung ist da", "Hauptforderung", "/akte/beleg?nr="}, []string{`http-equiv="refresh"`}},
		"in flight":    {rail.InFlight, "", []string{"unterwegs", "30.11.2026", "nicht noch einmal"}, []string{"/akte/bezahlen"}},
		"failed":       {rail.Failed, "", []string{"Ihre Bank hat die Zahlung nicht ausgeführt", "Es wurde nichts abgebucht", `href="/akte/bezahlen"`}, nil},
		"cancelled":    {rail.Cancelled, "", []string{"nicht zu Ende geführt", "Es wurde nichts abgebucht"}, nil},
		"page expired": {rail.Expired, "", []string{"nicht mehr offen", `href="/akte/bezahlen"`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			eachTill(t, func(t *till) {
				id := t.begin("5000")
				t.become(id, tc.state)
				t.watch.Move(3 * time.Second)
				res, body := t.see("/akte/zahlung?nr=" + string(id) + tc.query)
				if res.code != http.StatusOK {
					t.Fatalf("%d", res.code)
				}
				t.holds(body, tc.want, tc.never...)
			})
		})
	}
}

func TestWhileNobodyKnowsNothingCanBePaid(t *testing.T) {
	eachTill(t, func(t *till) {
		t.fail = payments.ErrOutcome
		res, _ := t.send("/akte/bezahlen/start", "cents", "5000", "method", "card")
		status := res.header.Get("Location")
		if res.code != http.StatusSeeOther || !strings.HasPrefix(status, "/akte/zahlung?nr=") {
			t.Fatalf("an unknown outcome answers %d %s", res.code, status)
		}
		_, body := t.see(status)
		t.holds(body, []string{"Wir prüfen Ihre Zahlung"}, `href="/akte/bezahlen"`, `action="/akte/bezahlen`)
		_, body = t.see("/akte/bezahlen")
		t.holds(body, []string{"Wir prüfen Ihre letzte Zahlung", status}, `action="/akte/bezahlen`)
		_, body = t.send("/akte/bezahlen/weiter", "amount", "all", "method", "card", "do", "go", "anyway", "1")
		t.holds(body, []string{"Wir prüfen Ihre letzte Zahlung"}, `action="/akte/bezahlen`)
		res, _ = t.send("/akte/bezahlen/start", "cents", "5000", "method", "card", "anyway", "1")
		if res.header.Get("Location") != status {
			t.Errorf("a second start leads to %s", res.header.Get("Location"))
		}
	})
}

func TestADebitUnderWayBlocksUntilTheDebtorInsists(t *testing.T) {
	eachTill(t, func(t *till) {
		id := t.begin("40000")
		t.become(id, rail.InFlight)
		t.watch.Move(3 * time.Second)
		t.see("/akte/zahlung?nr=" + string(id))
		_, body := t.see("/akte/bezahlen")
		t.holds(body, []string{"400,00\u00a0€ sind schon unterwegs", `name="anyway"`}, `name="method"`)
		_, body = t.send("/akte/bezahlen/weiter", "amount", "all", "method", "card", "do", "go")
		t.holds(body, []string{`name="anyway"`}, `action="/akte/bezahlen/start"`)
		res, _ := t.send("/akte/bezahlen/start", "cents", "5000", "method", "card")
		if res.header.Get("Location") != "/akte/bezahlen" || t.calls != 1 {
			t.Errorf("a start without insisting leads to %s", res.header.Get("Location"))
		}
		_, body = t.send("/akte/bezahlen/weiter", "anyway", "1", "do", "show")
		t.holds(body, []string{`name="method"`, "Was noch nicht unterwegs ist"})
		_, body = t.send("/akte/bezahlen/weiter", "anyway", "1", "amount", "all", "method", "card", "do", "go")
		t.holds(body, []string{`action="/akte/bezahlen/start"`, `name="anyway" value="1"`})
		if again := t.begin("5000", "anyway", "1"); again == id {
			t.Error("insisting begins nothing")
		}
	})
}

func TestHowManyStartsThereAreOnePageOpens(t *testing.T) {
	eachTill(t, func(t *till) {
		var group sync.WaitGroup
		locations := make([]string, 20)
		for i := range locations {
			group.Go(func() {
				res, _ := t.send("/akte/bezahlen/start", "cents", "5000", "method", "card")
				locations[i] = res.header.Get("Location")
			})
		}
		group.Wait()
		for _, to := range locations {
			if !strings.HasPrefix(to, checkoutOrigin) && !strings.HasPrefix(to, "/akte/zahlung?nr=") && to != "/akte/bezahlen" {
				t.Errorf("a start leads to %q", to)
			}
		}
		if t.calls != 1 || len(t.facts) != 1 {
			t.Errorf("%d orders, %d pages", t.calls, len(t.facts))
		}
	})
}

func TestAPageOnAnotherOriginIsNeverLedTo(t *testing.T) {
	for _, base := range []string{"https://evil.example", "http://kasse.example", "https://kasse.example.evil.example", "https://x@kasse.example", "//kasse.example"} {
		t := newTill(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
		t.base = base
		res, _ := t.send("/akte/bezahlen/start", "cents", "5000", "method", "card")
		if res.code < 500 || res.header.Get("Location") != "" {
			t.Errorf("%s: %d %s", base, res.code, res.header.Get("Location"))
		}
	}
}

func TestAProviderThatRefusesLeavesTheTransfer(t *testing.T) {
	eachTill(t, func(t *till) {
		for _, err := range []error{payments.ErrBusy, payments.ErrKey, payments.Refused("card_not_allowed")} {
			t.fail = err
			res, body := t.send("/akte/bezahlen/start", "cents", "5000", "method", "card")
			if res.code != http.StatusServiceUnavailable {
				t.Errorf("%v: %d", err, res.code)
			}
			t.holds(body, []string{"Es wurde nichts abgebucht", `value="transfer"`}, "card_not_allowed")
		}
	})
}

func TestAPaymentOfNobodyIsNoPage(t *testing.T) {
	eachTill(t, func(t *till) {
		for _, nr := range []string{"", "x", string(store.NewID()), "' or 1=1", "%00", strings.ToUpper(string(store.NewID()))} {
			for _, path := range []string{"/akte/zahlung", "/akte/zahlung/stand", "/akte/beleg", "/akte/beleg/pdf"} {
				if res, _ := t.see(path + "?nr=" + strings.NewReplacer("'", "%27", " ", "%20").Replace(nr)); res.code != http.StatusNotFound {
					t.Errorf("%s of %q: %d", path, nr, res.code)
				}
			}
		}
		for _, path := range []string{"/akte/quittung", "/akte/quittung/pdf"} {
			if res, _ := t.see(path); res.code != http.StatusNotFound {
				t.Errorf("%s while something is open: %d", path, res.code)
			}
		}
	})
}

func TestAReceiptSaysHowThePaymentWasUsed(t *testing.T) {
	eachTill(t, func(t *till) {
		id := t.begin("5000")
		t.become(id, rail.Settled)
		t.watch.Move(3 * time.Second)
		t.see("/akte/zahlung?nr=" + string(id))
		res, body := t.see("/akte/beleg?nr=" + string(id))
		if res.code != http.StatusOK {
			t.Fatalf("%d %.300s", res.code, body)
		}
		t.holds(body, []string{"50,00\u00a0€", "Karte", "Praxis praxis", "/akte/beleg/pdf?nr=" + string(id)})
		res, body = t.see("/akte/beleg/pdf?nr=" + string(id))
		if res.code != http.StatusOK || !strings.HasPrefix(body, "%PDF-") {
			t.Errorf("%d %.20q", res.code, body)
		}
		_, body = t.see("/akte")
		t.holds(body, []string{"/akte/beleg?nr=" + string(id)})
	})
}

func TestAtZeroThereIsACertificate(t *testing.T) {
	eachTill(t, func(t *till) {
		_, body := t.send("/akte/bezahlen/weiter", "amount", "all", "method", "card", "do", "go")
		_, rest, _ := strings.Cut(body, `name="cents" value="`)
		cents, _, _ := strings.Cut(rest, `"`)
		id := t.begin(cents)
		t.become(id, rail.Settled)
		t.watch.Move(3 * time.Second)
		_, body = t.see("/akte/zahlung?nr=" + string(id))
		t.holds(body, []string{"Sie sind quitt", "/akte/quittung"})
		res, body := t.see("/akte/quittung")
		if res.code != http.StatusOK {
			t.Fatalf("%d", res.code)
		}
		t.holds(body, []string{"vollständig bezahlt"})
		if res, body := t.see("/akte/quittung/pdf"); res.code != http.StatusOK || !strings.HasPrefix(body, "%PDF-") {
			t.Errorf("%d", res.code)
		}
	})
}

func TestTheStateIsToldToThoseWhoAskAgain(t *testing.T) {
	eachTill(t, func(t *till) {
		id := t.begin("5000")
		for _, state := range []rail.State{rail.Waiting, rail.InFlight} {
			t.become(id, state)
			t.watch.Move(3 * time.Second)
			t.see("/akte/zahlung?nr=" + string(id))
			res, body := t.see("/akte/zahlung/stand?nr=" + string(id))
			if want := `{"state":"` + string(rail.StatusOf(state)) + `"}`; res.code != http.StatusOK || body != want {
				t.Errorf("%d %s, want %s", res.code, body, want)
			}
		}
	})
}

func TestAStreamTellsChangesAndEnds(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	answers := []debt.PaymentStatus{debt.PaymentStarted, debt.PaymentSucceeded}
	var out bytes.Buffer
	stream(ctx, bufio.NewWriter(&out), debt.PaymentStarted, func() (debt.PaymentStatus, error) {
		if len(answers) == 0 {
			return "", errors.New("the database is gone")
		}
		a := answers[0]
		answers = answers[1:]
		return a, nil
	})
	if want := "data: started\n\n:\n\ndata: succeeded\n\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	cancel()
	stream(ctx, bufio.NewWriter(&out), debt.PaymentStarted, func() (debt.PaymentStatus, error) {
		t.Error("a stream goes on after its end")
		return "", nil
	})
}

func TestAVisitListensOnAFewPagesOnly(t *testing.T) {
	var s streams
	var ends []func()
	for range streamsOfVisit {
		end, ok := s.begin("a")
		if !ok {
			t.Fatal("no place")
		}
		ends = append(ends, end)
	}
	if _, ok := s.begin("a"); ok {
		t.Error("one more than a visit may")
	}
	if _, ok := s.begin("b"); !ok {
		t.Error("another visit has no place")
	}
	ends[0]()
	if _, ok := s.begin("a"); !ok {
		t.Error("a place that was left is not free")
	}
	for i := range 2 * streamsAll {
		s.begin(string(rune('A' + i)))
	}
	if s.all != streamsAll {
		t.Errorf("%d listen", s.all)
	}
}
