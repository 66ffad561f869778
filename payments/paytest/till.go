// Package paytest is a provider in memory for tests and load: orders, money and the
// provider's own account, moved by levers. What it says of an order is what a real provider
// would say through an adapter, so the rail runs unchanged; how a real provider says it is
// tested with the adapter.
package paytest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
)

// Till is the provider. Now is its clock.
type Till struct {
	Name, External string
	Now            func() time.Time
	// Answer, if set, may replace the answer of a call: done says that the call was carried
	// out all the same.
	Answer func(verb string, attempt debt.ID) (err error, done bool) //nolint:revive // the error is the answer
	Slow   func(ctx context.Context)                                 // what a question waits for; nil: nothing

	mu        sync.Mutex
	seq       int
	orders    map[debt.ID]*order
	objects   map[rail.Ref]*order
	movements []rail.Movement
	payouts   map[string]rail.Payout
	calls     map[string]int
}

// order is what the till knows of one attempt.
type order struct {
	attempt rail.Attempt
	facts   rail.Facts
	session bool // open
}

// NewTill makes a till named "till" whose account is acct_1.
func NewTill(now func() time.Time) *Till {
	return &Till{Name: "till", External: "acct_1", Now: now, orders: map[debt.ID]*order{}, objects: map[rail.Ref]*order{},
		payouts: map[string]rail.Payout{}, calls: map[string]int{}}
}

// Calls counts the calls of a verb that reached the till.
func (p *Till) Calls(verb string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[verb]
}

func (p *Till) id(prefix string) string {
	p.seq++
	return fmt.Sprintf("%s_%06d", prefix, p.seq)
}

// answer runs a call under the lock, with what a test wants to go wrong.
func (p *Till) answer(verb string, attempt debt.ID, do func() error) error {
	var err error
	done := true
	if p.Answer != nil {
		err, done = p.Answer(verb, attempt)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[verb]++
	if err != nil && !done {
		return err
	}
	if failed := do(); failed != nil {
		return failed
	}
	return err
}

// Checkout opens a page; the same attempt again gives the same one.
func (p *Till) Checkout(_ context.Context, a rail.Account, o payments.Order) (f rail.Facts, err error) {
	err = p.answer("checkout", o.Attempt.ID, func() error {
		k := p.orders[o.Attempt.ID]
		if k == nil {
			k = p.open(o.Attempt)
			k.facts.Session, k.facts.State, k.session = p.id("cs"), rail.Waiting, true
			k.facts.URL, k.facts.Expires = "https://pay.example/"+k.facts.Session, o.Attempt.ExpiresAt
			p.objects[rail.Ref{Kind: rail.SessionRef, ID: k.facts.Session}] = k
		}
		f = p.facts(k)
		return nil
	})
	return f, err
}

func (p *Till) open(a rail.Attempt) *order {
	k := &order{attempt: a, facts: rail.Facts{External: p.External, Attempt: a.ID, Intent: p.id("pi"), Amount: a.Amount, Currency: "EUR"}}
	p.orders[a.ID] = k
	p.objects[rail.Ref{Kind: rail.IntentRef, ID: k.facts.Intent}] = k
	return k
}

func (p *Till) facts(k *order) rail.Facts {
	f := k.facts
	f.AskedAt = p.Now()
	f.Moves = slices.Clone(f.Moves)
	if !k.session {
		f.URL = ""
	}
	return f
}

// Charge charges at once: a card settles, a debit is in flight.
func (p *Till) Charge(_ context.Context, _ rail.Account, o payments.Order) (f rail.Facts, err error) {
	err = p.answer("charge", o.Attempt.ID, func() error {
		k := p.orders[o.Attempt.ID]
		if k == nil {
			k = p.open(o.Attempt)
			if o.Attempt.Method == debt.MethodCard {
				p.settle(k)
			} else {
				k.facts.State = rail.InFlight
			}
		}
		f = p.facts(k)
		return nil
	})
	return f, err
}

// Cancel closes the page of an order nothing was paid on.
func (p *Till) Cancel(_ context.Context, _ rail.Account, t rail.Attempt) error {
	return p.answer("cancel", t.ID, func() error {
		k := p.orders[t.ID]
		switch {
		case k == nil:
			return payments.ErrNoObject
		case k.facts.State != rail.Waiting && k.facts.State != rail.Failed:
			return payments.Refused("payment_intent_unexpected_state")
		}
		k.facts.State, k.session = rail.Cancelled, false
		return nil
	})
}

// Refund sends money back at once.
func (p *Till) Refund(_ context.Context, _ rail.Account, r payments.Refund) error {
	return p.answer("refund", r.Payment.ID, func() error {
		k := p.orders[r.Payment.ID]
		if k == nil {
			return payments.ErrNoObject
		}
		id := "re_" + string(r.ID)
		if !slices.ContainsFunc(k.facts.Moves, func(m rail.Move) bool { return m.ID == id }) {
			p.move(k, rail.Move{Kind: rail.Refunded, ID: id, Amount: r.Amount})
		}
		return nil
	})
}

// Fetch tells everything about the order of an object.
func (p *Till) Fetch(ctx context.Context, _ rail.Account, ref rail.Ref) (f rail.Facts, err error) {
	if p.Slow != nil {
		if p.Slow(ctx); ctx.Err() != nil {
			return f, payments.ErrBusy
		}
	}
	err = p.answer("fetch", "", func() error {
		k := p.objects[ref]
		if k == nil {
			return payments.ErrNoObject
		}
		f = p.facts(k)
		return nil
	})
	return f, err
}

// Find looks for an attempt by its own id.
func (p *Till) Find(_ context.Context, _ rail.Account, t rail.Attempt) (ref rail.Ref, err error) {
	err = p.answer("find", t.ID, func() error {
		k := p.orders[t.ID]
		if k == nil {
			return payments.ErrNoObject
		}
		ref = rail.Ref{Kind: rail.IntentRef, ID: k.facts.Intent}
		return nil
	})
	return ref, err
}

// FetchPayout tells of a payout.
func (p *Till) FetchPayout(_ context.Context, _ rail.Account, id string) (out rail.Payout, err error) {
	err = p.answer("payout", "", func() error {
		var ok bool
		if out, ok = p.payouts[id]; !ok {
			return payments.ErrNoObject
		}
		return nil
	})
	return out, err
}

// Movements gives the lines of the account.
func (p *Till) Movements(_ context.Context, _ rail.Account, in payments.Window, yield func(rail.Movement) error) error {
	var list []rail.Movement
	err := p.answer("movements", "", func() error {
		for _, m := range p.movements {
			if !m.At.Before(in.From) && m.At.Before(in.To) {
				list = append(list, m)
			}
		}
		return nil
	})
	for _, m := range list {
		if err == nil {
			err = yield(m)
		}
	}
	return err
}

// Missed gives nothing: the levers give the notices.
func (p *Till) Missed(context.Context, rail.Account, time.Time, func(rail.Notice) error) error {
	return p.answer("missed", "", func() error { return nil })
}

// Notice takes what Sign made: "event type kind id".
func (p *Till) Notice(s payments.Signed) (n rail.Notice, err error) {
	if !slices.Contains(s.Secrets, debt.Personal(s.Signature)) {
		return n, payments.ErrForged
	}
	_, err = fmt.Sscanf(string(s.Body), "%s %s %s %s", &n.Event, &n.Type, &n.Object.Kind, &n.Object.ID)
	return n, err
}

// move adds a movement to an order and to the account.
func (p *Till) move(k *order, m rail.Move) {
	m.Currency, m.At = cmp.Or(m.Currency, "EUR"), p.Now()
	m.On = debt.DateIn(m.At, debt.Berlin)
	m.Transaction = p.id("txn")
	m.Object = cmp.Or(m.Object, rail.Ref{Kind: rail.IntentRef, ID: k.facts.Intent})
	k.facts.Moves = append(k.facts.Moves, m)
	p.movements = append(p.movements, rail.Movement{Transaction: m.Transaction, Kind: string(m.Kind), Amount: m.Kind.Sign() * m.Amount,
		Currency: m.Currency, At: m.At, Object: m.Object})
}

func (p *Till) settle(k *order) {
	k.facts.State, k.session = rail.Settled, false
	p.move(k, rail.Move{Kind: rail.Paid, ID: p.id("ch"), Amount: k.attempt.Amount})
}
