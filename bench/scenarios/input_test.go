package scenarios_test

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/sandbox"
	world "quitt/payments/sandbox/world"
	"quitt/store"
	"quitt/store/rails"
)

const (
	noCommit   = "the call is the story; the blows around one are those of A1"
	newSession = "/v1/checkout/sessions"
)

// input is what a provider, or somebody who says to be it, can do wrong.
func input() []scenario {
	paid := "open 0.00, fees 1.75, clearing 98.25; card 100.00 succeeded"
	broken := func(f sandbox.Fault) func(r *run) {
		return func(r *run) {
			f.Method, f.Path, f.Times = http.MethodPost, newSession, 1
			r.faults(f)
			r.refusedStart("payment_being_checked", r.wish(100_00, debt.MethodCard))
			r.faulty = false
			r.pass(2 * time.Minute)
			r.loops()
			r.payCard(r.card(100_00), goodCard)
			r.oneOpen()
		}
	}
	return []scenario{
		{id: "X1", says: "Another currency than the order's", ends: "open 100.00, fees 1.75, clearing -1.75; card 100.00 started, task unplaced_money 100.00", play: dollars},
		{id: "X2", says: "A notice of test money at an address for real money", ends: "open 100.00", live: true, play: rehearsal,
			not: map[kind]string{permuted: "one event has one order", dropped: nothingToDrop}},
		{id: "X3", says: "A payment that carries an order of somebody else's", ends: "open 100.00, fees 1.75, clearing 98.25, in_transit -100.00; task unplaced_money 100.00", play: borrowed},
		{id: "X4", says: "HTML instead of JSON, from a balancer", ends: paid, play: broken(sandbox.Fault{Kind: sandbox.Fault502})},
		{id: "X5", says: "200 and half an answer; all was done", ends: paid, play: broken(sandbox.Fault{Kind: sandbox.FaultGarbage})},
		{id: "X6", says: "An answer that takes 30 seconds; all was done", ends: paid, patience: 300 * time.Millisecond,
			play: broken(sandbox.Fault{Kind: sandbox.FaultDelay, DelayMS: 30_000})},
		{id: "X7", says: "The line breaks before the order arrives", ends: paid, play: broken(sandbox.Fault{Kind: sandbox.FaultResetBefore})},
		{id: "X8", says: "The key is said to be in use", ends: paid, play: broken(sandbox.Fault{Kind: sandbox.FaultKeyInUse})},
		{id: "X9", says: "429 to every call for ten minutes: nothing was done, and that is said at once",
			ends: "open 0.00, fees 1.75, clearing 98.25; card 100.00 cancelled, card 100.00 succeeded", not: map[kind]string{crashed: noCommit}, play: func(r *run) {
				r.faults(sandbox.Fault{Kind: sandbox.FaultRateLimit})
				r.refusedStart("provider_busy", r.wish(100_00, debt.MethodCard))
				r.later(10 * time.Minute)
				r.faults()
				r.payCard(r.card(100_00), goodCard)
			}},
		{id: "X10", says: "Our key is refused: nothing was done, a person must look",
			ends: "open 100.00; card 100.00 cancelled", not: silentInput, play: wrongKey},
		{id: "X11", says: "The key was used for another order: it is never sent under another one",
			ends: "open 100.00; card 100.00 expired", not: silentInput, play: usedKey},
		{id: "X12", says: "The provider is down for a day: then the debtor may start again",
			ends: "open 0.00, fees 1.75, clearing 98.25; card 100.00 expired, card 100.00 succeeded", not: map[kind]string{crashed: noCommit}, play: dayDown},
		{id: "X13", says: "A 500 that the provider keeps under the key: nobody knows until the key has ended",
			ends: "open 100.00; card 100.00 expired", not: silentInput, play: func(r *run) {
				r.faults(sandbox.Fault{Kind: sandbox.Fault500, Method: http.MethodPost, Path: newSession, Times: 1})
				r.refusedStart("payment_being_checked", r.wish(100_00, debt.MethodCard))
				r.hours(50)
			}},
		{id: "X14", says: "A body signed by us that is no event", ends: "open 100.00", play: nonsense,
			not: map[kind]string{permuted: nothingToOrder, doubled: nothingToDrop, dropped: nothingToDrop}},
	}
}

// silentInput are the ways of a call of which nothing is told.
var silentInput = map[kind]string{permuted: nothingToOrder, doubled: "nothing is told, so nothing can be told twice", crashed: noCommit}

// oneOpen checks that the debtor was given one page in all.
func (r *run) oneOpen() {
	r.t.Helper()
	if n := r.made("checkout.session"); n != 1 {
		r.errorf("%d pages", n)
	}
}

// hours lets our loops run once an hour.
func (r *run) hours(n int) {
	r.t.Helper()
	for range n {
		r.later(time.Hour)
		r.loops()
	}
	r.faulty = false
}

func dollars(r *run) {
	a := r.card(100_00)
	r.provider(func(acc *world.Account) *world.Error {
		cs := acc.Find(a.Session)
		cs["currency"] = "usd"
		cs.Sub("_intent")["currency"] = "usd"
		return nil
	})
	r.payCard(a, goodCard)
}

// rehearsal is a creditor whose account takes real money, and an event that does not.
func rehearsal(r *run) {
	e := world.Object{"id": "evt_rehearsal", "object": "event", "type": "payment_intent.succeeded", "created": r.now().Unix(), "livemode": false,
		"data": world.Object{"object": world.Object{"id": "pi_rehearsal", "object": "payment_intent"}}}
	r.deliver(e)
	if r.way.kind == doubled {
		r.deliver(e)
	}
	if list := r.quarantined(); len(list) != 1 || list[0].Reason != "foreign_mode" {
		r.errorf("in quarantine: %+v", list)
	}
}

// borrowed is a payment whose label names an attempt nobody here has.
func borrowed(r *run) {
	label := world.Form{"attempt": string(store.NewID()), "kind": string(rail.Checkout)}
	session := ""
	r.provider(func(acc *world.Account) *world.Error {
		cs, err := acc.NewSession("", world.Form{"mode": "payment", "success_url": "https://shop.example/ok", "payment_method_types": world.Form{"0": "card"},
			"metadata": label, "payment_intent_data": world.Form{"metadata": label},
			"line_items": world.Form{"0": world.Form{"quantity": "1", "price_data": world.Form{"currency": "eur", "unit_amount": "10000",
				"product_data": world.Form{"name": "Tee"}}}}})
		if err == nil {
			session = cs.ID()
		}
		return err
	})
	r.later(time.Minute)
	_, err := r.sandbox.PayCard(ctx, session, typed(goodCard))
	r.must(err)
	r.news()
}

// rekey gives the creditor's account another key.
func (r *run) rekey(key debt.Personal) {
	r.t.Helper()
	sealed, err := r.house.vault.Seal(string(r.account.ID), []byte(key.Reveal()))
	r.must(err)
	r.write(r.creditor, func(t *store.Tx) error {
		kept, err := rails.LoadAccount(&t.Reader, r.account.ID)
		if err != nil {
			return err
		}
		kept.SealedKey = sealed
		return rails.ChangeAccount(t, kept)
	})
}

// wrongKey is a key that was withdrawn at the provider.
func wrongKey(r *run) {
	r.rekey("sk_test_withdrawn")
	r.refusedStart("provider_key_refused", r.wish(100_00, debt.MethodCard))
	r.rekey(r.account.Key)
}

// usedKey has another program use our attempt's key at the provider before our order has
// arrived there.
func usedKey(r *run) {
	r.faults(sandbox.Fault{Kind: sandbox.FaultResetBefore, Method: http.MethodPost, Path: newSession, Times: 1})
	r.refusedStart("payment_being_checked", r.wish(100_00, debt.MethodCard))
	form := url.Values{"mode": {"setup"}, "currency": {"eur"}, "success_url": {"https://shop.example/ok"}}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url+newSession, strings.NewReader(form.Encode()))
	r.must(err)
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Authorization", "Bearer "+r.account.Key.Reveal())
	q.Header.Set("Stripe-Version", "2023-10-16")
	q.Header.Set("Idempotency-Key", string(r.only().ID))
	res, err := http.DefaultClient.Do(q)
	r.must(err)
	r.must(res.Body.Close())
	if res.StatusCode != http.StatusOK {
		r.errorf("the other program was answered with %d", res.StatusCode)
	}
	r.hours(50)
	if n := r.made("checkout.session"); n != 1 {
		r.errorf("%d pages, one of them the other program's", n)
	}
}

// only gives the one attempt there is.
func (r *run) only() (a rail.Attempt) {
	r.t.Helper()
	r.must(r.house.store.Read(ctx, r.creditor, func(t *store.Reader) error {
		list, err := rails.AttemptsOf(t, r.caseID)
		if err == nil && len(list) == 1 {
			a = list[0]
		}
		return err
	}))
	return a
}

// dayDown ends before our key does; the order never arrived, and after the key's end nobody
// sends it any more.
func dayDown(r *run) {
	r.faults(sandbox.Fault{Kind: sandbox.Fault503})
	r.refusedStart("payment_being_checked", r.wish(100_00, debt.MethodCard))
	r.hours(24)
	r.faults()
	r.hours(26)
	r.payCard(r.card(100_00), goodCard)
}

func nonsense(r *run) {
	for _, body := range []string{"{}", `{"id":"","type":"payment_intent.succeeded"}`, "[]", "null", "7", `"evt"`,
		`{"id":"evt_1 OR 1=1","type":"x","data":{"object":{"id":"../../v1/account","object":"payment_intent"}}}`} {
		err := r.rail.Accept(ctx, r.endpoint, []byte(body), r.sign([]byte(body)))
		if r.revive() {
			continue
		}
		r.taken(body, err)
	}
	r.work()
}

// taken checks that what is signed and useless is either refused or put aside.
func (r *run) taken(body string, err error) {
	r.t.Helper()
	if err != nil && debt.KindOf(err) == "" {
		r.errorf("%s: %v", body, err)
	}
	depth, err := r.rail.QueueOf(ctx, r.creditor)
	r.must(err)
	if depth.Waiting != 0 {
		r.errorf("%s waits to be asked about", body)
	}
}
