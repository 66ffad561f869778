package objections

import (
	"context"

	"quitt/cases/credit"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/objection"
	"quitt/store"
	kept "quitt/store/objections"
	"quitt/store/tasks"
)

// Answer decides the open objection with this id: what is given up is credited from its
// first day, the costs of a smaller claim are recomputed, the case goes on or, when nothing
// was ever owed, ends.
func (d Desk) Answer(ctx context.Context, creditor, id debt.ID, by debt.Actor, a objection.Answer) error {
	at, err := d.caseOf(ctx, creditor, func(t *store.Reader) (debt.ID, error) {
		o, err := kept.Load(t, id)
		return o.CaseID, err
	})
	if err != nil {
		return err
	}
	return d.work(ctx, at, by, func(w *work) error {
		o, err := w.open()
		if err != nil {
			return err
		}
		if o.ID != id {
			return debt.E(debt.Conflict, "objection_ended", nil)
		}
		return w.answer(o, a)
	})
}

// caseOf finds the case something belongs to.
func (d Desk) caseOf(ctx context.Context, creditor debt.ID, find func(*store.Reader) (debt.ID, error)) (At, error) {
	at := At{Creditor: creditor}
	err := d.Store.Read(ctx, creditor, func(t *store.Reader) (err error) { at.Case, err = find(t); return err })
	return at, err
}

func (w *work) answer(o kept.Objection, a objection.Answer) error {
	h, err := w.LoadHistory(w.file)
	if err != nil {
		return err
	}
	disputed := o.Disputed
	if disputed.Whole {
		disputed.Lines = everything(h)
	}
	if a, err = a.Check(disputed); err != nil {
		return err
	}
	credits := fitting(h, a.Credits)
	credits, unknown, err := credit.Lessen(w.creditor, h, credits)
	if err != nil {
		return err
	}
	if unknown > 0 {
		if err := w.ask(TaskCosts, o.ID, "", unknown); err != nil {
			return err
		}
	}
	if err := w.credit(h, credits, o.ID); err != nil {
		return err
	}
	o.State, o.Reason = a.Outcome, a.Reason
	given := map[debt.ID]debt.Cents{}
	sum := debt.Cents(0)
	for _, c := range credits {
		given[c.Line] = c.Amount
		sum += c.Amount
	}
	if err := w.end(o, debt.Args{"credited_cents": sum}, given); err != nil {
		return err
	}
	if o.State != debt.ObjectionRejected && len(credits) == 0 {
		return w.ask(TaskInterest, o.ID, string(o.Ground), disputed.Total())
	}
	return w.afterwards(o)
}

// everything is all that was ever demanded: who upholds an objection to the whole claim
// gives back what was paid of it too.
func everything(h ledger.History) (list []objection.Line) {
	add := func(id debt.ID, account debt.AccountKind) {
		if amount := h.Demanded(id); amount > 0 {
			list = append(list, objection.Line{ID: id, Account: account, Amount: amount})
		}
	}
	for _, c := range h.Claims {
		add(c.ID, debt.PrincipalAccount)
	}
	for _, c := range h.Costs {
		add(c.ID, debt.CostsAccount)
	}
	return list
}

// fitting makes credits of what is given up, without what was given up since in another way.
func fitting(h ledger.History, given []objection.Given) (list []ledger.Credit) {
	for _, g := range given {
		if amount := min(g.Amount, h.Demanded(g.Line)); amount > 0 {
			list = append(list, ledger.Credit{Line: g.Line, Amount: amount})
		}
	}
	return list
}

// credit books what is given up.
func (w *work) credit(h ledger.History, credits []ledger.Credit, id debt.ID) error {
	if len(credits) == 0 {
		return nil
	}
	entries, account, err := h.Credit(credits, debt.Key{Source: "objection", ExternalID: string(id)}, w.stamp)
	if err != nil {
		return err
	}
	before := w.file.Account.Overpaid
	w.entries, w.file.Account = entries, account
	w.file.Case.Paid(account.Balance(), h.AnyPaid(""))
	if account.Overpaid == before {
		return nil
	}
	return tasks.Set(w.Tx, tasks.Task{ID: w.stamp.NewID(), Kind: TaskRefund, Subject: string(w.file.Case.ID), CaseID: w.file.Case.ID,
		Amount: account.Overpaid, OpenedAt: w.stamp.At})
}

// afterwards closes a case in which nothing was ever owed.
func (w *work) afterwards(o kept.Objection) error {
	if o.State != debt.ObjectionUpheld || !o.Disputed.Whole || w.file.Account.Balance().Total() > 0 || w.file.Case.Stage == debt.StageClosed {
		return nil
	}
	e, err := w.file.Case.Close("upheld_objection", w.today)
	if err == nil {
		w.tell(e)
	}
	return err
}
