package debtor

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/rail"
	"quitt/notifications/letter"
	"quitt/payments"
	"quitt/plans"
	"quitt/portal/debtor/instalments"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/store"
	"quitt/store/storetest"
	"quitt/store/vault"
)

// teller is a provider of a few lines: orders by session, each in the state a test wants.
type teller struct {
	payments.Provider // whatever no page asks for is missing, and would be noticed

	now   func() time.Time
	mu    sync.Mutex
	facts map[string]rail.Facts
	calls int   // checkouts that were asked for
	fail  error // of the next calls
	base  string
}

func (p *teller) Checkout(_ context.Context, a rail.Account, o payments.Order) (rail.Facts, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	if p.fail != nil {
		return rail.Facts{}, p.fail
	}
	session := "cs_" + string(o.Attempt.ID)
	if f, ok := p.facts[session]; ok {
		return f, nil
	}
	f := rail.Facts{AskedAt: p.now(), External: a.External, Attempt: o.Attempt.ID, Session: session, URL: p.base + "/" + session,
		Expires: p.now().Add(rail.Page), State: rail.Waiting, Amount: o.Attempt.Amount, Currency: "EUR"}
	p.facts[session] = f
	return f, nil
}

func (p *teller) Fetch(_ context.Context, _ rail.Account, ref rail.Ref) (rail.Facts, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f, ok := p.facts[ref.ID]
	switch {
	case p.fail != nil:
		return rail.Facts{}, p.fail
	case !ok:
		return rail.Facts{}, payments.ErrNoObject
	}
	f.AskedAt = p.now()
	return f, nil
}

func (p *teller) Find(_ context.Context, _ rail.Account, a rail.Attempt) (rail.Ref, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ref := rail.Ref{Kind: rail.SessionRef, ID: "cs_" + string(a.ID)}
	if _, ok := p.facts[ref.ID]; !ok {
		return rail.Ref{}, errors.Join(payments.ErrNoObject, p.fail)
	}
	return ref, p.fail
}

func (p *teller) Cancel(_ context.Context, _ rail.Account, a rail.Attempt) error {
	p.become(a.ID, rail.Cancelled)
	return nil
}

// become moves an order on; settled ones have their money.
func (p *teller) become(id debt.ID, to rail.State) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.facts["cs_"+string(id)]
	f.State = to
	if to != rail.Waiting {
		f.URL = ""
	}
	if to == rail.InFlight {
		f.Expected = debt.DateIn(p.now(), debt.Berlin).AddDays(8)
	}
	if to == rail.Settled {
		f.Intent = "pi_" + string(id)
		f.Moves = []rail.Move{{Kind: rail.Paid, ID: "ch_" + string(id), Amount: f.Amount, Currency: "EUR",
			On: debt.DateIn(p.now(), debt.Berlin), At: p.now(), Object: rail.Ref{Kind: rail.ChargeRef, ID: "ch_" + string(id)}}}
	}
	p.facts["cs_"+string(id)] = f
}

// till is a site whose creditor takes payments through the teller.
type till struct {
	*site
	*testing.T
	*teller
	watch *storetest.Watch
	rail  *payments.Rail
	store *store.Store
	pages *Pages
}

const checkoutOrigin = "https://kasse.example"

func eachTill(t *testing.T, test func(t *till)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(newTill(t, s)) })
}

func newTill(t *testing.T, s *store.Store) *till {
	t.Helper()
	w := storetest.NewWatch()
	p := &teller{now: w.Now, facts: map[string]rail.Facts{}, base: checkoutOrigin}
	v, err := vault.New([][]byte{make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	r := payments.Open(payments.Rail{Desk: payments.Desk{Store: s, Now: w.Now}, Providers: map[string]payments.Provider{"stripe": p}, Vault: v})
	var all *Pages
	st := newSite(t, s, func(pages *Pages) {
		all = pages
		press, err := letter.NewPress()
		if err != nil {
			t.Fatal(err)
		}
		pages.Rail, pages.Cases = r, cases.Desk{Store: s, Now: w.Now}
		pages.Letters = letter.Desk{Store: s, Now: w.Now, Letterhead: letter.Letterhead{Operator: page.SampleOperator(), Press: press, Portal: "https://portal.example"}}
		pages.Instalments = &instalments.Pages{Desk: plans.Desk{Store: s, Now: w.Now, Compose: pages.Letters.Letterhead.Paper}}
		pages.Outside = room.Outside{Origin: "https://portal.example", Checkout: []string{checkoutOrigin}}
	})
	st.now = w.Now
	account := payments.NewAccount{Account: rail.Account{Provider: "stripe", External: "acct_1"}, Key: "sk_test_1"}
	if _, err := r.AddAccount(context.Background(), st.visit.CreditorID, account); err != nil {
		t.Fatal(err)
	}
	st.visit.Tier = access.FullView
	return &till{st, t, p, w, r, s, all}
}

func (t *till) see(path string) (reply, string) {
	t.Helper()
	return t.get(t.T, t.visit.Tier, path)
}

func (t *till) send(path string, fields ...string) (reply, string) {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return t.post(t.T, path, form)
}

// begin starts a payment and gives its attempt.
func (t *till) begin(cents string, more ...string) debt.ID {
	t.Helper()
	res, body := t.send("/akte/bezahlen/start", append([]string{"cents", cents, "method", "card"}, more...)...)
	address := res.header.Get("Location")
	if res.code != http.StatusSeeOther || !strings.HasPrefix(address, checkoutOrigin+"/cs_") {
		t.Fatalf("start answers %d %s: %.200s", res.code, address, body)
	}
	return debt.ID(strings.TrimPrefix(address, checkoutOrigin+"/cs_"))
}

// holds checks what a page says and what it must not.
func (t *till) holds(body string, want []string, never ...string) {
	t.Helper()
	for _, s := range want {
		if !strings.Contains(body, s) {
			t.Errorf("the page lacks %q", s)
		}
	}
	for _, s := range never {
		if strings.Contains(body, s) {
			t.Errorf("the page has %q", s)
		}
	}
}
