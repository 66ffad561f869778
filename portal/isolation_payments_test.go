package portal

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/authority"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/store"
	"quitt/store/vault"
)

const checkoutOrigin = "https://kasse.example"

// cashier is a provider whose pages all stay open.
type cashier struct {
	payments.Provider // what nobody asks for is missing, and would be noticed

	now func() time.Time
}

func (c cashier) Checkout(_ context.Context, a rail.Account, o payments.Order) (rail.Facts, error) {
	return c.facts(a, string(o.Attempt.ID), o.Attempt.Amount), nil
}

func (c cashier) Fetch(_ context.Context, a rail.Account, ref rail.Ref) (rail.Facts, error) {
	return c.facts(a, strings.TrimPrefix(ref.ID, "cs_"), 0), nil
}

func (c cashier) facts(a rail.Account, attempt string, amount debt.Cents) rail.Facts {
	return rail.Facts{AskedAt: c.now(), External: a.External, Attempt: debt.ID(attempt), Session: "cs_" + attempt,
		URL: checkoutOrigin + "/cs_" + attempt, Expires: c.now().Add(rail.Page), State: rail.Waiting, Amount: amount, Currency: "EUR"}
}

func (w *world) openRail() {
	v, err := vault.New([][]byte{make([]byte, 32)})
	w.must(err)
	w.rail = payments.Open(payments.Rail{Desk: payments.Desk{Store: w.store, Now: w.clock.Now}, Vault: v,
		Providers: map[string]payments.Provider{"stripe": cashier{now: w.clock.Now}}})
}

// beginPayments opens a provider's page for every case that may be paid.
func (w *world) beginPayments() {
	w.openRail()
	for _, k := range w.tenants {
		_, err := w.rail.AddAccount(context.Background(), k.ID, payments.NewAccount{Account: rail.Account{Provider: "stripe", External: "acct_" + k.key}, Key: "sk_test"})
		w.must(err)
	}
	w.each(func(f *dossier) {
		if f.key == closedCase {
			return
		}
		amount := 507_03 + debt.Cents(f.n)*1_13
		a, err := w.rail.Start(context.Background(), payments.Wish{CreditorID: f.of.ID, CaseID: f.caseID, Amount: amount, Method: debt.MethodCard})
		w.must(err)
		f.attempt = a.ID
		w.zoo.word(f.of, f, onLetter, string(a.ID))
		w.zoo.feeds(string(a.ID))
		w.zoo.cents(f, onLetter, amount)
	})
}

// paymentsOfOthers asks for every payment as everybody: those of others are no different from
// ids nobody has, in every place and on every page.
func (st *watched) paymentsOfOthers(t *testing.T) {
	t.Helper()
	nobody := string(store.NewID())
	shown := 0
	for _, r := range st.roles {
		for _, path := range []string{"/akte/zahlung", "/akte/zahlung/stand", "/akte/beleg", "/akte/beleg/pdf"} {
			missing := st.byNumber(r, path, nobody)
			for _, odd := range []string{"x", "' or 1=1", "٣", strings.Repeat("0", 36), "{{.}}"} {
				if a := st.byNumber(r, path, odd); a.String() != missing.String() {
					st.fault("%s as %s: number %q: %s", path, r.name, odd, difference(missing.String(), a.String()))
				}
			}
			st.each(func(f *dossier) {
				for _, id := range []debt.ID{f.attempt, f.paid} {
					if st.payment(r, path, f, id, missing) {
						shown++
					}
				}
			})
		}
	}
	if shown < 20 {
		t.Errorf("only %d payments were shown to those whose they are", shown)
	}
}

// payment asks for one payment and reports whether it was shown.
func (st *watched) payment(r *role, path string, f *dossier, id debt.ID, missing told) bool {
	if id == "" {
		return false
	}
	receipt := strings.HasPrefix(path, "/akte/beleg")
	own := r.living() && r.file == f && receipt == (id == f.paid) && (!receipt || r.tier == access.FullView) &&
		(receipt || !r.helper || authority.Covers(r.scopes, authority.Settle))
	switch a := st.byNumber(r, path, string(id)); {
	case !own && a.String() != missing.String():
		st.fault("%s as %s: a payment that is not theirs: %s", path, r.name, difference(missing.String(), a.String()))
	case own && a.status != 200:
		st.fault("%s as %s: the own payment is answered %d", path, r.name, a.status)
	}
	return own
}

// A stream of another's payment is refused like any address without a page; one's own ends
// with the server, and takes no place among the requests at work.
func TestAStreamIsOnesOwnAndEndsWithTheServer(t *testing.T) {
	w := sqlWorld(t)
	st := watch(t, w, nil)
	full := w.role("full view")
	for _, id := range []debt.ID{w.tenants[0].files[otherCase].attempt, w.tenants[1].files[plainCase].attempt, store.NewID()} {
		if status, _ := st.listen(t, full, id); status != http.StatusNotFound {
			t.Errorf("a foreign stream answers %d", status)
		}
	}
	for range 3 {
		if status, line := st.listen(t, full, full.file.attempt); status != http.StatusOK || line != "data: started\n" {
			t.Fatalf("%d %q", status, line)
		}
	}
	if status, _ := st.listen(t, full, full.file.attempt); status != http.StatusTooManyRequests {
		t.Errorf("a fourth stream answers %d", status)
	}
	if n := len(st.busy); n != 0 {
		t.Errorf("streams take %d places", n)
	}
	ended := make(chan error, 1)
	go func() { ended <- st.stop() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("open streams keep the server from stopping")
	}
}

// listen opens a stream, reads its first line and leaves it open to the end of the test.
func (st *watched) listen(t *testing.T, r *role, id debt.ID) (status int, line string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, st.url+"/akte/zahlung/stand?"+url.Values{"nr": {string(id)}}.Encode(), nil)
	st.must(err)
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Cookie", "sid="+r.cookie)
	res, err := st.client.Do(req)
	st.must(err)
	t.Cleanup(func() { _ = res.Body.Close() })
	line, err = bufio.NewReader(res.Body).ReadString('\n')
	st.must(err)
	return res.StatusCode, line
}

// Going on with a payment leads to the page of one's own case, whatever ids a form carries, and
// the policy lets a browser follow there.
func TestAStartLeadsToOnesOwnPage(t *testing.T) {
	w := sqlWorld(t)
	st := watch(t, w, nil)
	other := w.tenants[0].files[otherCase]
	for _, name := range []string{"letter view", "full view", "full view elsewhere"} {
		r := w.role(name)
		p := probe{role: r, method: http.MethodPost, path: "/akte/bezahlen/start", form: url.Values{
			"cents": {strconv.FormatInt(int64(507_03+debt.Cents(r.file.n)*1_13), 10)}, "method": {"card"},
			"nr": {string(other.attempt)}, "case_id": {string(other.caseID)}, "creditor_id": {string(other.of.ID)}}}
		a, err := st.send(p)
		w.must(err)
		if want := checkoutOrigin + "/cs_" + string(r.file.attempt); a.status != http.StatusSeeOther || a.raw.Get("Location") != want {
			t.Errorf("%s: %d %s, want %s", name, a.status, a.raw.Get("Location"), want)
		}
		if !strings.Contains(a.raw.Get("Content-Security-Policy"), "form-action 'self' "+checkoutOrigin+";") {
			t.Errorf("%s: a browser would stop before the checkout", name)
		}
		p.form.Set("csrf", "of another visit")
		if a, err := st.send(p); err != nil || a.status != http.StatusForbidden {
			t.Errorf("%s: without the form's token: %d, %v", name, a.status, err)
		}
	}
}
