package scenarios_test

import (
	"errors"
	"fmt"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/sandbox"
	world "quitt/payments/sandbox/world"
	"quitt/store"
	"quitt/store/rails"
)

// The test numbers of the stories.
const (
	goodCard     = "4242424242424242"
	badCard      = "4000000000000002"
	secureCard   = "4000002760003184"
	failingCard  = "4000000000000341"
	slowRefund   = "4000000000007726"
	failedRefund = "4000000000005126"
	goodIBAN     = "DE89370400440532013000"
	emptyIBAN    = "DE65370400440002222227"
	limitIBAN    = "DE27370400440000121212"
)

func (r *run) wish(amount debt.Cents, m debt.Method) payments.Wish {
	return payments.Wish{CreditorID: r.creditor, CaseID: r.caseID, Amount: amount, Method: m, Language: "de", Reason: "Reparatur",
		Pages: func(id debt.ID) (done, back string) {
			return "https://quitt.example/zahlung/" + string(id), "https://quitt.example/akte"
		}}
}

func (r *run) card(amount debt.Cents) rail.Attempt { return r.start(r.wish(amount, debt.MethodCard)) }
func (r *run) debit(amount debt.Cents) rail.Attempt {
	return r.start(r.wish(amount, debt.MethodDirectDebit))
}

// start is the debtor's button. Who was cut off presses it again.
func (r *run) start(w payments.Wish) rail.Attempt {
	r.t.Helper()
	for range 5 {
		a, err := r.rail.Start(ctx, w)
		fell := r.revive()
		if err == nil {
			r.news()
			return a
		}
		if !fell {
			r.must(err)
		}
	}
	r.t.Fatalf("%s: no page after five tries", r.way.name)
	return rail.Attempt{}
}

// refused is a button that must not work.
func (r *run) refused(key string, do func() error) {
	r.t.Helper()
	for range 5 {
		err := do()
		if r.revive() {
			continue
		}
		if err == nil && r.crashed { // done before the blow: asked again it is as it stands
			r.news()
			return
		}
		var de *debt.Error
		if !errors.As(err, &de) || de.Key != key {
			r.errorf("refused with %v, want %s", err, key)
		}
		r.news()
		return
	}
}

func (r *run) refusedStart(key string, w payments.Wish) {
	r.t.Helper()
	r.refused(key, func() error { _, err := r.rail.Start(ctx, w); return err })
}

// attempt reads an attempt as it stands.
func (r *run) attempt(a rail.Attempt) rail.Attempt {
	r.t.Helper()
	got, err := r.rail.Attempt(ctx, r.creditor, a.CaseID, a.ID)
	r.must(err)
	return got
}

// typed is what the debtor types on the provider's page.
func typed(number string) world.Card {
	return world.Card{Number: number, Month: 12, Year: 2032, CVC: "123", Name: "Erika Muster", Email: "erika@example.com"}
}

// payCard pays on the provider's page half a minute later.
func (r *run) payCard(a rail.Attempt, number string) world.Outcome {
	r.t.Helper()
	r.later(30 * time.Second)
	out, err := r.sandbox.PayCard(ctx, a.Session, typed(number))
	r.must(err)
	r.news()
	return out
}

func (r *run) payDebit(a rail.Attempt, iban string) world.Outcome {
	r.t.Helper()
	r.later(30 * time.Second)
	out, err := r.sandbox.PayDebit(ctx, a.Session, world.Debit{IBAN: iban, Name: "Erika Muster", Email: "erika@example.com"})
	r.must(err)
	r.news()
	return out
}

// bank is the answer of the debtor's bank to the question of 3-D Secure.
func (r *run) bank(id, verdict string) {
	r.t.Helper()
	r.later(30 * time.Second)
	_, err := r.sandbox.Authenticate(ctx, id, verdict)
	r.must(err)
	r.news()
}

// look is the debtor's return from the provider's page.
func (r *run) look(a rail.Attempt) rail.Attempt {
	r.t.Helper()
	r.later(5 * time.Second)
	r.pass(5 * time.Second)
	for range 5 {
		got, err := r.rail.Look(ctx, r.creditor, a.CaseID, a.ID)
		if !r.revive() {
			r.must(err)
			return got
		}
	}
	return a
}

// provider does something on the provider's side.
func (r *run) provider(do func(a *world.Account) *world.Error) {
	r.t.Helper()
	r.world(func(_ *world.World, a *world.Account) {
		if err := do(a); err != nil {
			r.must(err)
		}
	})
	r.news()
}

// chargeOf gives the id of an attempt's newest charge.
func (r *run) chargeOf(a rail.Attempt) (id string) {
	r.t.Helper()
	r.world(func(_ *world.World, acc *world.Account) {
		for _, pi := range acc.All("payment_intent") {
			if pi.Sub("metadata").Str("attempt") == string(a.ID) {
				id = pi.Str("latest_charge")
			}
		}
	})
	if id == "" {
		r.t.Fatalf("%s: the attempt has no charge", r.way.name)
	}
	return id
}

// dispute is the debtor's bank taking money back.
func (r *run) dispute(a rail.Attempt, c world.Claim) (id string) {
	r.t.Helper()
	charge := r.chargeOf(a)
	r.provider(func(acc *world.Account) *world.Error {
		dp, err := acc.Dispute(charge, c)
		if err == nil {
			id = dp.ID()
		}
		return err
	})
	return id
}

func (r *run) endDispute(id string, won bool) {
	r.t.Helper()
	r.provider(func(acc *world.Account) *world.Error { return acc.EndDispute(id, won) })
}

func (r *run) failLate(a rail.Attempt, code string) {
	r.t.Helper()
	charge := r.chargeOf(a)
	r.provider(func(acc *world.Account) *world.Error { return acc.FailLate(charge, code) })
}

// refund is the operator's button; n tells two of one payment apart.
func (r *run) refund(a rail.Attempt, amount debt.Cents, n int) (rails.Refund, error) {
	r.t.Helper()
	r.later(time.Minute)
	o := payments.RefundOrder{CreditorID: r.creditor, PaymentID: a.ID, ID: orderID(a.ID, n), Amount: amount}
	for range 5 {
		f, err := r.rail.Refund(ctx, o)
		if !r.revive() {
			r.news()
			return f, err
		}
	}
	r.t.Fatalf("%s: no refund after five tries", r.way.name)
	return rails.Refund{}, nil
}

func (r *run) refunded(a rail.Attempt, amount debt.Cents, n int) {
	r.t.Helper()
	_, err := r.refund(a, amount, n)
	r.must(err)
}

// orderID makes the id of the nth order about something: whoever repeats it means the same.
func orderID(of debt.ID, n int) debt.ID {
	return debt.ID(fmt.Sprintf("%s%012d", string(of)[:24], n))
}

// transfer is money that came by the bank's own way.
func (r *run) transfer(amount debt.Cents, key string) {
	r.t.Helper()
	p := debt.Payment{CaseID: r.caseID, Method: debt.MethodTransfer, Source: "bank", ExternalID: key, Amount: amount,
		ReceivedOn: debt.DateIn(r.last, debt.Berlin)}
	for range 5 {
		_, err := r.desk.Book(ctx, r.creditor, p)
		if !r.revive() {
			r.must(err)
			return
		}
	}
}

// saved stores a card or mandate by a setup and gives it.
func (r *run) saved(number string) rail.Instrument {
	r.t.Helper()
	w := r.wish(0, debt.MethodDirectDebit)
	w.Setup = true
	if len(number) == len(goodCard) && number[0] == '4' {
		w.Method = debt.MethodCard
		a := r.start(w)
		if out := r.payCard(a, number); out.State == world.Needs3DS {
			r.bank(a.Session, world.Allow)
		}
	} else {
		r.payDebit(r.start(w), number)
	}
	r.know()
	return r.instrument()
}

// instrument gives the one the case has.
func (r *run) instrument() (i rail.Instrument) {
	r.t.Helper()
	r.must(r.house.store.Read(ctx, r.creditor, func(t *store.Reader) error {
		list, err := rails.Instruments(t, r.caseID)
		if err == nil && len(list) != 1 {
			err = fmt.Errorf("%d instruments", len(list))
		}
		if err == nil {
			i = list[0]
		}
		return err
	}))
	return i
}

func (r *run) collection(i rail.Instrument, purpose string, amount debt.Cents) payments.Collection {
	return payments.Collection{CreditorID: r.creditor, CaseID: r.caseID, InstrumentID: i.ID, Purpose: purpose, Amount: amount, Language: "de", Reason: "Rate"}
}

// faults disturbs the provider's answers from here on.
func (r *run) faults(list ...sandbox.Fault) {
	r.faulty = len(list) > 0
	r.sandbox.SetFaults(list)
}

// calls counts the requests of a kind that reached the provider.
func (r *run) calls(method, path string) (n int) {
	for _, c := range r.sandbox.Calls() {
		if c.Method == method && c.Path == path {
			n++
		}
	}
	return n
}
