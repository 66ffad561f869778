package stripe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/sandbox"
	"quitt/payments/sandbox/spec"
	"quitt/payments/sandbox/tee"
	"quitt/payments/sandbox/world"
	"quitt/payments/stripe"
)

// tuesday is before the hour at which the debits of a day are handed in.
var tuesday = time.Date(2026, time.November, 24, 8, 0, 0, 0, time.UTC)

// rehearsal is the adapter before the sandbox. Stripe's own judge listens to what is asked,
// its description reads what is answered, and the clock stands still.
type rehearsal struct {
	t       *testing.T
	s       *sandbox.Server
	c       *stripe.Client
	account rail.Account
}

func rehearse(t *testing.T) *rehearsal {
	t.Helper()
	described, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.New(sandbox.Options{Clock: time.Now, Mode: world.Manual, Start: tuesday, Seed: "contract",
		Keys: map[string]string{"sk_test_sandbox_1": "acct_1", "sk_test_sandbox_2": "acct_2"},
		Params: func(method, path string, form url.Values) *sandbox.ParamError {
			if p := described.CheckParams(method, path, form); p != nil {
				return &sandbox.ParamError{Code: p.Code, Param: p.Param, Message: p.Message}
			}
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	base, err := s.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	wire := tee.New(t, reviewed{t, described, http.DefaultTransport})
	return &rehearsal{t, s, stripe.New(stripe.Options{URL: base, HTTP: wire, Now: s.Now, Timeout: 5 * time.Second}),
		rail.Account{ID: "a1", Provider: "stripe", External: "acct_1", Key: "sk_test_sandbox_1"}}
}

// reviewed holds every answer against Stripe's description of it.
type reviewed struct {
	t    *testing.T
	spec *spec.Spec
	next http.RoundTripper
}

func (v reviewed) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := v.next.RoundTrip(r)
	if err != nil || res.Header.Get("Content-Type") != "application/json" {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if err := res.Body.Close(); err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	if !json.Valid(body) {
		return res, nil // a fault that was asked for
	}
	for _, fault := range v.spec.CheckResponse(r.Method, r.URL.Path, res.StatusCode, body) {
		v.t.Errorf("the sandbox answers %s %s: %s", r.Method, r.URL.Path, fault)
	}
	return res, nil
}

// order is one of 100.00; change may make another of it.
func (r *rehearsal) order(id debt.ID, method debt.Method, change ...func(*rail.Attempt)) payments.Order {
	now := r.s.Now()
	o := page()
	o.Attempt.ID, o.Attempt.Method, o.Attempt.StartedAt, o.Attempt.ExpiresAt = id, method, now, now.Add(rail.Page)
	for _, c := range change {
		c(&o.Attempt)
	}
	return o
}

func saving(t *rail.Attempt) { t.Save = true }

func settingUp(t *rail.Attempt) { t.Kind, t.Amount, t.Save = rail.Setup, 0, true }

// checkout opens a page and gives the attempt as it is known then.
func (r *rehearsal) checkout(o payments.Order) rail.Attempt {
	r.t.Helper()
	f, err := r.c.Checkout(ctx, r.account, o)
	if err != nil || f.State != rail.Waiting || f.URL == "" || f.Attempt != o.Attempt.ID {
		r.t.Fatalf("%+v, %v", f, err)
	}
	o.Attempt.Session, o.Attempt.URL = f.Session, f.URL
	return o.Attempt
}

// pay types a test number on the page of an attempt.
func (r *rehearsal) pay(t rail.Attempt, number string) world.Outcome {
	r.t.Helper()
	var (
		out world.Outcome
		err error
	)
	if t.Method == debt.MethodCard {
		out, err = r.s.PayCard(ctx, t.Session, world.Card{Number: number, Month: 12, Year: 2030, CVC: "123", Name: "Erika Muster", Email: "erika@example.com"})
	} else {
		out, err = r.s.PayDebit(ctx, t.Session, world.Debit{IBAN: number, Name: "Erika Muster", Email: "erika@example.com"})
	}
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

// look fetches an attempt and checks its state.
func (r *rehearsal) look(ref rail.Ref, want rail.State) rail.Facts {
	r.t.Helper()
	f, err := r.c.Fetch(ctx, r.account, ref)
	if err != nil || f.State != want || f.External != "acct_1" {
		r.t.Fatalf("%s is %s, not %s: %+v, %v", ref.Kind, f.State, want, f, err)
	}
	return f
}

func (r *rehearsal) advance(d time.Duration) {
	r.t.Helper()
	if err := r.s.Advance(d); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rehearsal) world(do func(*world.Account) *world.Error) {
	r.t.Helper()
	r.s.Do(func(w *world.World) {
		if err := do(w.Open("acct_1", "")); err != nil {
			r.t.Error(err)
		}
	})
}

func ofSession(t rail.Attempt) rail.Ref { return rail.Ref{Kind: rail.SessionRef, ID: t.Session} }

// sums adds up the movements of each kind.
func sums(f rail.Facts) map[rail.MoveKind]debt.Cents {
	out := map[rail.MoveKind]debt.Cents{}
	for _, m := range f.Moves {
		if !m.Pending {
			out[m.Kind] += m.Amount
		}
	}
	return out
}

func (r *rehearsal) moved(f rail.Facts, want map[rail.MoveKind]debt.Cents) {
	r.t.Helper()
	if d := diff(want, sums(f)); d != "" {
		r.t.Error(d)
	}
}

const (
	visa, debitCard, declined, secure = "4242424242424242", "4000056655665556", "4000000000009995", "4000002760003184"
	refundLate, refundFails           = "4000000000007726", "4000000000005126"
	good, returned, mistaken          = "DE89370400440532013000", "DE65370400440002222227", "DE35370400440532013002"
)

func TestContractACardPaymentIsSeenFromEverySide(t *testing.T) {
	r := rehearse(t)
	order := r.order("t1", debt.MethodCard)
	a := r.checkout(order)
	again, err := r.c.Checkout(ctx, r.account, order)
	if err != nil || again.Session != a.Session || again.URL != a.URL {
		t.Errorf("the same order gives another page: %+v, %v", again, err)
	}
	r.look(ofSession(a), rail.Waiting)
	if out := r.pay(a, declined); out.State != world.Declined {
		t.Fatalf("%+v", out)
	}
	if f := r.look(ofSession(a), rail.Waiting); f.Failure != "insufficient_funds" || f.Intent == "" {
		t.Errorf("%+v", f)
	}
	if out := r.pay(a, debitCard); out.State != world.Done {
		t.Fatalf("%+v", out)
	}
	f := r.look(ofSession(a), rail.Settled)
	if f.Amount != 100_00 || f.Currency != "EUR" || f.Funding != "debit" || f.Failure != "" || f.URL != "" || f.Live || f.Instrument != nil {
		t.Errorf("%+v", f)
	}
	r.moved(f, map[rail.MoveKind]debt.Cents{rail.Paid: 100_00, rail.Fee: 1_75})
	if m := f.Moves[0]; m.On != debt.MustDate("2026-11-24") || m.Transaction == "" || m.Object.Kind != rail.ChargeRef {
		t.Errorf("%+v", m)
	}
	for _, ref := range []rail.Ref{{Kind: rail.IntentRef, ID: f.Intent}, f.Moves[0].Object} {
		if d := diff(f, r.look(ref, rail.Settled)); d != "" {
			t.Error(ref.Kind, d)
		}
	}
	unknown := rail.Attempt{ID: "t1", Kind: rail.Checkout, StartedAt: a.StartedAt}
	if ref, err := r.c.Find(ctx, r.account, unknown); err != nil || ref != ofSession(a) {
		t.Error(ref, err)
	}
	unknown.ID = "t0"
	if _, err := r.c.Find(ctx, r.account, unknown); !errors.Is(err, payments.ErrNoObject) {
		t.Error(err)
	}
	if again, err := r.c.Checkout(ctx, r.account, order); err != nil || again.State != rail.Settled {
		t.Errorf("the repeated order tells what was: %+v, %v", again, err)
	}
	if err := r.c.Cancel(ctx, r.account, a); !errors.Is(err, payments.ErrRefused) {
		t.Errorf("a paid page was closed: %v", err)
	}
}

func TestContractPagesThatAreLeft(t *testing.T) {
	r := rehearse(t)
	left := r.checkout(r.order("t1", debt.MethodCard))
	refused := r.checkout(r.order("t2", debt.MethodCard))
	closed := r.checkout(r.order("t3", debt.MethodCard))
	if out := r.pay(refused, secure); out.State != world.Needs3DS {
		t.Fatalf("%+v", out)
	}
	r.look(ofSession(refused), rail.Waiting)
	if out, err := r.s.Authenticate(ctx, refused.Session, world.Deny); err != nil || out.State != world.Declined {
		t.Fatalf("%+v, %v", out, err)
	}
	if f := r.look(ofSession(refused), rail.Waiting); f.Failure != "payment_intent_authentication_failure" {
		t.Errorf("%+v", f)
	}
	if err := r.c.Cancel(ctx, r.account, closed); err != nil {
		t.Error(err)
	}
	r.look(ofSession(closed), rail.Expired)
	if err := r.c.Cancel(ctx, r.account, closed); !errors.Is(err, payments.ErrRefused) {
		t.Error(err)
	}
	r.advance(rail.Page + time.Minute)
	for _, a := range []rail.Attempt{left, refused} {
		if f := r.look(ofSession(a), rail.Expired); len(f.Moves) != 0 || f.URL != "" {
			t.Errorf("%+v", f)
		}
	}
}

// store leaves a mandate or a card with a payment and gives it.
func (r *rehearsal) store(method debt.Method, number string) rail.Facts {
	r.t.Helper()
	a := r.checkout(r.order("t1", method, saving))
	if out := r.pay(a, number); out.State != world.Done {
		r.t.Fatalf("%+v", out)
	}
	state := rail.InFlight
	if method == debt.MethodCard {
		state = rail.Settled
	}
	f := r.look(ofSession(a), state)
	if f.Instrument == nil || f.Instrument.State != rail.Usable || f.Instrument.Customer == "" || f.Instrument.Method != method {
		r.t.Fatalf("%+v", f.Instrument)
	}
	return f
}

func (r *rehearsal) chargeOf(id debt.ID, i rail.Instrument, amount debt.Cents) payments.Order {
	return payments.Order{Attempt: rail.Attempt{ID: id, Kind: rail.Charge, Method: i.Method, Amount: amount, StartedAt: r.s.Now(), Customer: i.Customer}, Instrument: i}
}

func TestContractADirectDebitFromMandateToReturn(t *testing.T) {
	r := rehearse(t)
	first := r.store(debt.MethodDirectDebit, good)
	if first.Expected != debt.MustDate("2026-12-02") || len(first.Moves) != 0 || first.Instrument.Mandate == "" || first.Instrument.Last4 != "3000" {
		t.Errorf("%+v %+v", first, first.Instrument)
	}
	page := rail.Ref{Kind: rail.SessionRef, ID: first.Session}
	r.advance(8*24*time.Hour - 9*time.Hour)
	r.look(page, rail.InFlight)
	r.advance(time.Hour)
	settled := r.look(page, rail.Settled)
	r.moved(settled, map[rail.MoveKind]debt.Cents{rail.Paid: 100_00, rail.Fee: 35})

	order := r.chargeOf("t2", *first.Instrument, 50_00)
	for range 2 { // asked for again with its key, it is the same one
		f, err := r.c.Charge(ctx, r.account, order)
		if err != nil || f.State != rail.InFlight || f.Attempt != "t2" || f.Expected.IsZero() {
			t.Fatalf("%+v, %v", f, err)
		}
		order.Attempt.Intent = f.Intent
	}
	if ref, err := r.c.Find(ctx, r.account, rail.Attempt{ID: "t2", Kind: rail.Charge, StartedAt: order.Attempt.StartedAt, Customer: order.Attempt.Customer}); err != nil || ref.ID != order.Attempt.Intent {
		t.Error(ref, err)
	}
	if err := r.c.Cancel(ctx, r.account, order.Attempt); payments.RefusalOf(err) != "payment_intent_unexpected_state" {
		t.Errorf("a debit the bank has was cancelled: %v", err)
	}
	r.advance(10 * 24 * time.Hour)
	second := r.look(rail.Ref{Kind: rail.IntentRef, ID: order.Attempt.Intent}, rail.Settled)
	r.moved(second, map[rail.MoveKind]debt.Cents{rail.Paid: 50_00, rail.Fee: 35})

	r.world(func(a *world.Account) *world.Error {
		_, err := a.Dispute(second.Moves[0].ID, world.Claim{Reason: "debit_not_authorized"})
		return err
	})
	gone := r.look(rail.Ref{Kind: rail.ChargeRef, ID: second.Moves[0].ID}, rail.Settled)
	r.moved(gone, map[rail.MoveKind]debt.Cents{rail.Paid: 50_00, rail.Withdrawn: 50_00, rail.Fee: 35 + 7_50})
	if gone.Instrument == nil || gone.Instrument.State != rail.Dead {
		t.Errorf("%+v", gone.Instrument)
	}
	withdrawn := gone.Moves[slices.IndexFunc(gone.Moves, func(m rail.Move) bool { return m.Kind == rail.Withdrawn })]
	if withdrawn.Reason != "debit_not_authorized" {
		t.Errorf("%+v", withdrawn)
	}
	if d := diff(gone, r.look(withdrawn.Object, rail.Settled)); d != "" {
		t.Error(d)
	}
	if f := r.look(rail.Ref{Kind: rail.MandateRef, ID: first.Instrument.Mandate}, rail.Settled); f.Attempt != "t1" || f.Instrument.State != rail.Dead {
		t.Errorf("%+v %+v", f, f.Instrument)
	}
	if _, err := r.c.Charge(ctx, r.account, r.chargeOf("t3", *first.Instrument, 50_00)); !errors.Is(err, payments.ErrRefused) {
		t.Errorf("a dead mandate was charged: %v", err)
	}
}

func TestContractADebitThatComesBackInTime(t *testing.T) {
	r := rehearse(t)
	a := r.checkout(r.order("t1", debt.MethodDirectDebit))
	r.pay(a, returned)
	r.look(ofSession(a), rail.InFlight)
	r.advance(7 * 24 * time.Hour)
	f := r.look(ofSession(a), rail.Failed)
	if f.Failure != "insufficient_funds" || sums(f)[rail.Paid] != 0 {
		t.Errorf("%+v", f)
	}
	if d := diff(f, r.look(rail.Ref{Kind: rail.IntentRef, ID: f.Intent}, rail.Failed)); d != "" {
		t.Error(d)
	}
	// What is left could be paid again elsewhere; it is closed.
	a.Session, a.Intent = "", f.Intent
	if err := r.c.Cancel(ctx, r.account, a); err != nil {
		t.Error(err)
	}
	r.look(rail.Ref{Kind: rail.IntentRef, ID: f.Intent}, rail.Cancelled)
}

func TestContractASetupAndAChargeTheDebtorMustSign(t *testing.T) {
	r := rehearse(t)
	a := r.checkout(r.order("t1", debt.MethodCard, settingUp))
	if out := r.pay(a, secure); out.State != world.Needs3DS {
		t.Fatalf("%+v", out)
	}
	if out, err := r.s.Authenticate(ctx, a.Session, world.Allow); err != nil || out.State != world.Done {
		t.Fatalf("%+v, %v", out, err)
	}
	f := r.look(ofSession(a), rail.Ready)
	if i := f.Instrument; i == nil || i.State != rail.Usable || i.Last4 != "3184" || i.Brand != "visa" || i.Customer == "" || len(f.Moves) != 0 {
		t.Fatalf("%+v %+v", f, i)
	}
	for _, ref := range []rail.Ref{{Kind: rail.SetupRef, ID: f.Intent}, {Kind: rail.InstrumentRef, ID: f.Instrument.External}} {
		if d := diff(f, r.look(ref, rail.Ready)); d != "" {
			t.Error(ref.Kind, d)
		}
	}
	order := r.chargeOf("t2", *f.Instrument, 50_00)
	got, err := r.c.Charge(ctx, r.account, order)
	if err != nil || got.State != rail.Failed || got.Failure != rail.NeedsDebtor || got.Intent == "" || got.Attempt != "t2" {
		t.Fatalf("%+v, %v", got, err)
	}
	ref := rail.Ref{Kind: rail.IntentRef, ID: got.Intent}
	if f := r.look(ref, rail.Failed); f.Failure != rail.NeedsDebtor {
		t.Errorf("%+v", f)
	}
	order.Attempt.Intent = got.Intent
	if err := r.c.Cancel(ctx, r.account, order.Attempt); err != nil {
		t.Error(err)
	}
	r.look(ref, rail.Cancelled)
	if again, err := r.c.Charge(ctx, r.account, order); err != nil || again.State != rail.Cancelled {
		t.Errorf("the repeated order tells what was: %+v, %v", again, err)
	}
}

func TestContractAMandateOfASetup(t *testing.T) {
	r := rehearse(t)
	a := r.checkout(r.order("t1", debt.MethodDirectDebit, settingUp))
	r.pay(a, good)
	f := r.look(ofSession(a), rail.Ready)
	if i := f.Instrument; i == nil || i.Mandate == "" || i.State != rail.Usable {
		t.Fatalf("%+v", i)
	}
	ref := rail.Ref{Kind: rail.MandateRef, ID: f.Instrument.Mandate}
	r.world(func(a *world.Account) *world.Error { return a.Deactivate(f.Instrument.Mandate) })
	if got := r.look(ref, rail.Ready); got.Attempt != "t1" || got.Instrument.State != rail.Dead {
		t.Errorf("%+v", got.Instrument)
	}
}

func TestContractRefunds(t *testing.T) {
	r := rehearse(t)
	paidBy := func(id debt.ID, number string) rail.Attempt {
		a := r.checkout(r.order(id, debt.MethodCard))
		r.pay(a, number)
		return a
	}
	plain, late, fails := paidBy("t1", visa), paidBy("t2", refundLate), paidBy("t3", refundFails)
	refund := func(id debt.ID, a rail.Attempt, amount debt.Cents) error {
		return r.c.Refund(ctx, r.account, payments.Refund{ID: id, Payment: a, Amount: amount})
	}
	for _, id := range []debt.ID{"r1", "r1", "r2"} { // r1 twice is one
		if err := refund(id, plain, 30_00); err != nil {
			t.Error(err)
		}
	}
	if err := refund("r3", plain, 50_00); !errors.Is(err, payments.ErrRefused) {
		t.Errorf("more than is left: %v", err)
	}
	r.moved(r.look(ofSession(plain), rail.Settled), map[rail.MoveKind]debt.Cents{rail.Paid: 100_00, rail.Refunded: 60_00, rail.Fee: 1_75})
	if err := errors.Join(refund("r4", late, 100_00), refund("r5", fails, 100_00)); err != nil {
		t.Error(err)
	}
	waits := r.look(ofSession(late), rail.Settled)
	r.moved(waits, map[rail.MoveKind]debt.Cents{rail.Paid: 100_00, rail.Fee: 1_75})
	if n := slices.IndexFunc(waits.Moves, func(m rail.Move) bool { return m.Pending }); n < 0 {
		t.Errorf("the refund under way is not shown: %+v", waits.Moves)
	}
	r.advance(10 * 24 * time.Hour)
	r.moved(r.look(ofSession(late), rail.Settled), map[rail.MoveKind]debt.Cents{rail.Paid: 100_00, rail.Refunded: 100_00, rail.Fee: 1_75})
	came := r.look(ofSession(fails), rail.Settled)
	r.moved(came, map[rail.MoveKind]debt.Cents{rail.Paid: 100_00, rail.Refunded: 100_00, rail.RefundFailed: 100_00, rail.Fee: 1_75})
	for _, m := range came.Moves {
		if m.Kind == rail.RefundFailed {
			if d := diff(came, r.look(m.Object, rail.Settled)); d != "" {
				t.Error(d)
			}
		}
	}
}

func TestContractADisputeOfACardIsWon(t *testing.T) {
	r := rehearse(t)
	asked, taken := r.checkout(r.order("t1", debt.MethodCard)), r.checkout(r.order("t2", debt.MethodCard))
	r.pay(asked, "4000000000001976")
	r.pay(taken, "4000000000000259")
	if f := r.look(ofSession(asked), rail.Settled); f.Inquiry == "" || sums(f)[rail.Withdrawn] != 0 {
		t.Errorf("%+v", f)
	}
	f := r.look(ofSession(taken), rail.Settled)
	r.moved(f, map[rail.MoveKind]debt.Cents{rail.Paid: 100_00, rail.Withdrawn: 100_00, rail.Fee: 1_75 + 20_00})
	var dispute rail.Ref
	for _, m := range f.Moves {
		if m.Kind == rail.Withdrawn {
			dispute = m.Object
		}
	}
	if err := r.c.Refund(ctx, r.account, payments.Refund{ID: "r1", Payment: taken, Amount: 1_00}); payments.RefusalOf(err) != "charge_disputed" {
		t.Error(err)
	}
	r.world(func(a *world.Account) *world.Error { return a.EndDispute(dispute.ID, true) })
	r.moved(r.look(dispute, rail.Settled), map[rail.MoveKind]debt.Cents{rail.Paid: 100_00, rail.Withdrawn: 100_00, rail.Reinstated: 100_00, rail.Fee: 1_75 + 20_00})
}

func TestContractPayoutsAddUp(t *testing.T) {
	r := rehearse(t)
	began := r.s.Now()
	for _, id := range []debt.ID{"t1", "t2"} {
		r.pay(r.checkout(r.order(id, debt.MethodCard)), visa)
	}
	r.advance(9 * 24 * time.Hour)
	read := func(in payments.Window) (out []rail.Movement) {
		t.Helper()
		if err := r.c.Movements(ctx, r.account, in, func(m rail.Movement) error { out = append(out, m); return nil }); err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(out, func(a, b rail.Movement) int { return a.At.Compare(b.At) }) {
			t.Errorf("not the oldest first: %+v", out)
		}
		return out
	}
	var payout rail.Ref
	for _, m := range read(payments.Window{From: began, To: r.s.Now()}) {
		if m.Object.Kind == rail.PayoutRef {
			payout = m.Object
		} else if f := r.look(m.Object, rail.Settled); f.Moves[0].Transaction != m.Transaction {
			t.Errorf("%+v does not belong to %+v", m, f.Moves)
		}
	}
	p, err := r.c.FetchPayout(ctx, r.account, payout.ID)
	if err != nil || p.State != rail.PayoutPaid || p.Amount != 200_00-2*1_75 || p.Transaction == "" || p.FailedBy != "" {
		t.Fatalf("%+v, %v", p, err)
	}
	sum := debt.Cents(0)
	for _, m := range read(payments.Window{Payout: payout.ID}) {
		if sum += m.Amount - m.Fee; m.Payout != payout.ID {
			t.Errorf("%+v", m)
		}
	}
	if sum != 0 {
		t.Errorf("its movements and the payout differ by %s", sum)
	}
	r.world(func(a *world.Account) *world.Error { return a.FailPayout(payout.ID, "account_closed") })
	if p, err := r.c.FetchPayout(ctx, r.account, payout.ID); err != nil || p.State != rail.PayoutFailed || p.FailedBy == "" {
		t.Errorf("%+v, %v", p, err)
	}
	if n := len(read(payments.Window{From: began, To: began})); n != 0 {
		t.Errorf("an empty window has %d", n)
	}
}

// inbox is our webhook: it keeps what came, as it came.
type inbox struct {
	*httptest.Server
	mu      sync.Mutex
	letters []payments.Signed
}

func newInbox(t *testing.T) *inbox {
	in := &inbox{}
	in.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		in.mu.Lock()
		defer in.mu.Unlock()
		in.letters = append(in.letters, payments.Signed{Body: body, Signature: r.Header.Get("Stripe-Signature"), Now: time.Now()})
	}))
	t.Cleanup(in.Close)
	return in
}

func TestContractNoticesAndWhatWasMissed(t *testing.T) {
	r, in := rehearse(t), newInbox(t)
	began := r.s.Now()
	id, secret, err := r.c.Register(ctx, r.account, in.URL, stripe.Events())
	if err != nil || id == "" {
		t.Fatal(err)
	}
	a := r.checkout(r.order("t1", debt.MethodCard))
	r.pay(a, visa)
	late, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := r.s.Flush(late); err != nil {
		t.Fatal(err)
	}
	var came, missed []string
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, letter := range in.letters {
		if letter.Secrets = []debt.Personal{"whsec_of_somebody_else"}; !errors.Is(second(r.c.Notice(letter)), payments.ErrForged) {
			t.Error("believed with another secret")
		}
		letter.Secrets = append(letter.Secrets, secret)
		n, err := r.c.Notice(letter)
		if err != nil {
			t.Fatal(err)
		}
		came = append(came, n.Event+" "+n.Type)
		if f := r.look(n.Object, rail.Settled); f.Attempt != "t1" {
			t.Errorf("%s leads to %q", n.Type, f.Attempt)
		}
	}
	err = r.c.Missed(ctx, r.account, began, func(n rail.Notice) error { missed = append(missed, n.Event+" "+n.Type); return nil })
	slices.Sort(came)
	slices.Sort(missed)
	if err != nil || len(came) != 3 || !slices.Equal(came, missed) {
		t.Errorf("came %v\nmissed %v, %v", came, missed, err)
	}
}

func second[T any](_ T, err error) error { return err }

// Whatever happens on the way, the same order asked for again has one page and one payment.
func TestContractABrokenLineNeverMakesTwo(t *testing.T) {
	for _, row := range []struct {
		kind string
		want error
		// left says that a second call with the key answers as the first did.
		left bool
	}{
		{sandbox.FaultResetBefore, payments.ErrOutcome, false}, {sandbox.FaultResetAfter, payments.ErrOutcome, false},
		{sandbox.Fault500, payments.ErrOutcome, true}, {sandbox.Fault500After, payments.ErrOutcome, true},
		{sandbox.Fault502, payments.ErrOutcome, false}, {sandbox.Fault503, payments.ErrOutcome, false},
		{sandbox.FaultGarbage, payments.ErrOutcome, false}, {sandbox.FaultKeyInUse, payments.ErrOutcome, false},
		{sandbox.FaultRateLimit, payments.ErrBusy, false}, {sandbox.FaultLockTimeout, payments.ErrBusy, false},
	} {
		t.Run(row.kind, func(t *testing.T) {
			r := rehearse(t)
			order := r.order("t1", debt.MethodCard)
			r.s.SetFaults([]sandbox.Fault{{Kind: row.kind, Method: "POST", Times: 1}})
			if _, err := r.c.Checkout(ctx, r.account, order); !errors.Is(err, row.want) {
				t.Fatal(err)
			}
			f, err := r.c.Checkout(ctx, r.account, order)
			if row.left {
				if !errors.Is(err, payments.ErrOutcome) {
					t.Fatalf("%+v, %v", f, err)
				}
			} else if err != nil || f.State != rail.Waiting {
				t.Fatalf("%+v, %v", f, err)
			}
			ref, err := r.c.Find(ctx, r.account, rail.Attempt{ID: "t1", Kind: rail.Checkout, StartedAt: order.Attempt.StartedAt})
			if row.kind == sandbox.Fault500 {
				if !errors.Is(err, payments.ErrNoObject) {
					t.Error(ref, err)
				}
				return
			}
			if err != nil || f.Session != "" && ref.ID != f.Session {
				t.Error(ref, err)
			}
			r.s.SetFaults([]sandbox.Fault{{Kind: row.kind, Method: "GET", Times: 1}})
			if _, err := r.c.Fetch(ctx, r.account, ref); err != nil && !errors.Is(err, payments.ErrBusy) {
				t.Error(err)
			}
			r.look(ref, rail.Waiting)
		})
	}
}

func TestContractTheSameKeyWithOtherParameters(t *testing.T) {
	r := rehearse(t)
	order := r.order("t1", debt.MethodCard)
	r.checkout(order)
	order.Attempt.Amount = 99_00
	if _, err := r.c.Checkout(ctx, r.account, order); !errors.Is(err, payments.ErrOutcome) {
		t.Error(err)
	}
}

func TestContractAccountsDoNotSeeEachOther(t *testing.T) {
	r := rehearse(t)
	a := r.checkout(r.order("t1", debt.MethodCard))
	r.pay(a, visa)
	f := r.look(ofSession(a), rail.Settled)
	other := rail.Account{ID: "a2", External: "acct_2", Key: "sk_test_sandbox_2"}
	platform := rail.Account{ID: "a3", External: "acct_3", Key: "sk_test_sandbox_1", Connected: true}
	for _, of := range []rail.Account{other, platform} {
		for _, ref := range []rail.Ref{ofSession(a), {Kind: rail.IntentRef, ID: f.Intent}, f.Moves[0].Object} {
			if got, err := r.c.Fetch(ctx, of, ref); !errors.Is(err, payments.ErrNoObject) {
				t.Errorf("%s: %+v, %v", of.External, got, err)
			}
		}
		if _, err := r.c.Checkout(ctx, of, r.order("t1", debt.MethodCard)); err != nil {
			t.Errorf("the same key in another account: %v", err)
		}
	}
	other.Key = "sk_test_of_nobody"
	if _, err := r.c.Fetch(ctx, other, ofSession(a)); !errors.Is(err, payments.ErrKey) {
		t.Error(err)
	}
}
