package paytest

import (
	"errors"
	"fmt"

	"quitt/debt"
	"quitt/debt/rail"
)

// ErrLever says that a lever has nothing to move: the order is not there or not so far.
var ErrLever = errors.New("paytest: nothing to move")

// with runs a lever on the order of an attempt and gives the body of the notice about it.
func (p *Till) with(attempt debt.ID, typ string, do func(k *order) bool) (notice string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := p.orders[attempt]
	if k == nil {
		return "", ErrLever
	}
	intent := k.facts.Intent // a lever may change what the order says of itself
	if !do(k) {
		return "", ErrLever
	}
	return fmt.Sprintf("%s %s %s %s", p.id("evt"), typ, rail.IntentRef, intent), nil
}

// Pay is a debtor who pays: a card settles, a debit is handed to the bank.
func (p *Till) Pay(attempt debt.ID) (string, error) {
	return p.with(attempt, "paid", func(k *order) bool {
		if !k.session {
			return false
		}
		if k.session = false; k.attempt.Method == debt.MethodCard {
			p.settle(k)
		} else {
			k.facts.State = rail.InFlight
		}
		return true
	})
}

// Settle lets a debit arrive.
func (p *Till) Settle(attempt debt.ID) (string, error) {
	return p.with(attempt, "settled", func(k *order) bool {
		if k.facts.State != rail.InFlight {
			return false
		}
		p.settle(k)
		return true
	})
}

// Bounce lets a debit fail.
func (p *Till) Bounce(attempt debt.ID, code string) (string, error) {
	return p.with(attempt, "bounced", func(k *order) bool {
		if k.facts.State != rail.InFlight {
			return false
		}
		k.facts.State, k.facts.Failure = rail.Failed, code
		return true
	})
}

// Expire closes an unpaid page.
func (p *Till) Expire(attempt debt.ID) (string, error) {
	return p.with(attempt, "expired", func(k *order) bool {
		if !k.session {
			return false
		}
		k.facts.State, k.session = rail.Expired, false
		return true
	})
}

// Back moves money of a settled order back or in again: Refunded, RefundFailed, Withdrawn,
// Reinstated.
func (p *Till) Back(attempt debt.ID, kind rail.MoveKind, amount debt.Cents) (string, error) {
	return p.with(attempt, string(kind), func(k *order) bool {
		if k.facts.State != rail.Settled {
			return false
		}
		p.move(k, rail.Move{Kind: kind, ID: p.id(string(kind)), Amount: amount})
		return true
	})
}

// Change lets a test change what is said of an order.
func (p *Till) Change(attempt debt.ID, change func(f *rail.Facts)) (string, error) {
	return p.with(attempt, "changed", func(k *order) bool { change(&k.facts); return true })
}

// Credited is what the provider has of an order: in, less out.
func (p *Till) Credited(attempt debt.ID) (sum debt.Cents) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if k := p.orders[attempt]; k != nil {
		for _, m := range k.facts.Moves {
			sum += m.Kind.Sign() * m.Amount
		}
	}
	return sum
}

// Adopt takes attempts that a test stored without asking, as if their pages were open, and
// gives them with their ids at the provider.
func (p *Till) Adopt(list []rail.Attempt) []rail.Attempt {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range list {
		k := p.open(list[i])
		k.facts.State, k.session = rail.Waiting, true
		list[i].Intent = k.facts.Intent
	}
	return list
}
