package objections

import (
	"context"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/situation"
	kept "quitt/store/objections"
)

// Promise keeps "I can pay so much by then": the case rests until then, within the
// creditor's days. Conflict "promise_open_already" while one is open.
func (d Desk) Promise(ctx context.Context, at At, by debt.Actor, p situation.Promise) error {
	return d.work(ctx, at, by, func(w *work) error {
		if err := w.running(); err != nil {
			return err
		}
		h, s, err := w.statement()
		if err != nil {
			return err
		}
		if err := p.Check(s.Payable, w.today, w.file.Account.Settings); err != nil {
			return err
		}
		w.event(debt.PromiseMade, debt.Args{"amount_cents": p.Amount, "due": p.By})
		hold, err := w.hold(debt.Hold{Kind: debt.HoldPromise, Reason: "promise", Since: w.today, Until: p.By, UntilEvent: debt.PromiseKept})
		if err != nil {
			return err
		}
		return kept.AddPromise(w.Tx, kept.Promise{Promise: p, ID: w.stamp.NewID(), CaseID: w.file.Case.ID, Paid: paid(h), MadeBy: w.by.Kind,
			MadeAt: w.stamp.At, HoldID: hold})
	})
}

// paid is all money that counts.
func paid(h ledger.History) (sum debt.Cents) {
	for _, p := range h.Payments {
		if p.Counts() {
			sum += p.Net()
		}
	}
	return sum
}

// judge says what became of an open promise and ends it with an event. Money under way
// keeps it open: whoever has ordered a debit in time has kept word.
func (w *work) judge(id debt.ID) (ended bool, err error) {
	list, err := kept.Promises(&w.Reader, w.file.Case.ID)
	if err != nil {
		return false, err
	}
	for _, p := range list {
		if p.ID != id || p.State != situation.PromiseOpen {
			continue
		}
		h, err := w.LoadHistory(w.file)
		if err != nil {
			return false, err
		}
		p.State = p.Judge(paid(h)-p.Paid, w.today)
		if w.file.Case.Stage == debt.StageClosed || w.file.Case.Payment == debt.StatePaid {
			p.State = situation.PromiseKept
		}
		if p.State == situation.PromiseOpen || p.State == situation.PromiseBroken && underWay(h) {
			return false, nil
		}
		return true, w.endPromise(p)
	}
	return false, nil
}

func (w *work) endPromise(p kept.Promise) error {
	p.EndedAt = w.stamp.At
	if done, err := kept.EndPromise(w.Tx, p); err != nil || !done {
		return err
	}
	event := debt.PromiseKept
	if p.State == situation.PromiseBroken {
		event = debt.PromiseBroken
	}
	w.event(event, debt.Args{"amount_cents": p.Amount, "due": p.By})
	return w.release(p.HoldID)
}

func underWay(h ledger.History) bool {
	for _, p := range h.Payments {
		if p.Status == debt.PaymentInFlight || p.Status == debt.PaymentUnknown {
			return true
		}
	}
	return false
}
