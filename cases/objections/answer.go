package objections

import (
	"context"
	"slices"

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
	credits, interest := fitting(h, a.Credits)
	if credits, err = w.withCosts(h, credits, o.ID); err != nil {
		return err
	}
	if err := w.credit(h, credits, debt.Key{Source: "objection", ExternalID: string(o.ID)}); err != nil {
		return err
	}
	given, err := w.waive(h, interest, o.ID)
	if err != nil {
		return err
	}
	for _, c := range credits {
		account := debt.CostsAccount
		if slices.ContainsFunc(h.Claims, func(k debt.Claim) bool { return k.ID == c.Line }) {
			account = debt.PrincipalAccount
		}
		given = append(given, objection.Given{Line: c.Line, Account: account, Amount: c.Amount})
	}
	o.State, o.Reason = a.Outcome, a.Reason
	sum := debt.Cents(0)
	for _, g := range given {
		sum += g.Amount
	}
	if err := w.end(o, debt.Args{"credited_cents": sum}, given); err != nil {
		return err
	}
	if len(interest) > 0 || o.State != debt.ObjectionRejected && len(given) == 0 { // what was given up ends today; by its rule the claim goes on bearing interest
		if err := w.ask(TaskInterest, o.ID, string(o.Ground), disputed.Total()); err != nil {
			return err
		}
	}
	return w.afterwards(o)
}

// waive books interest that is given up. Its entry is that of a waiver designated to the interest
// of one claim (as of a settlement): the run before it says for which days, and whatever is
// booked anew later keeps it. What has been paid meanwhile is not open and stays.
func (w *work) waive(h ledger.History, list []objection.Given, id debt.ID) (given []objection.Given, err error) {
	h.Entries = append(slices.Clone(h.Entries), w.entries...)
	paid := h.AnyPaid("")
	for _, g := range list {
		s, err := statementOn(h, w.today)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(s.Claims, func(c ledger.ClaimStatement) bool { return c.ID == g.Line })
		if at < 0 || min(g.Amount, s.Claims[at].OpenInterest) <= 0 {
			continue
		}
		g.Amount = min(g.Amount, s.Claims[at].OpenInterest)
		p := debt.Payment{ID: w.stamp.NewID(), CaseID: w.file.Case.ID, Method: debt.MethodWaiver, Status: debt.PaymentSucceeded, Amount: g.Amount,
			ReceivedOn: w.today, Source: "objection", ExternalID: string(id) + "/" + string(g.Line) + "/interest", BookedAt: w.stamp.At,
			Designation: []debt.Target{{Line: g.Line, Account: debt.InterestAccount}}}
		entries, account, err := h.Insert(p, w.stamp)
		if err != nil {
			return nil, err
		}
		h.Entries, h.Payments = append(h.Entries, entries...), append(slices.Clone(h.Payments), p)
		w.entries, w.waived, w.file.Account = append(w.entries, entries...), append(w.waived, p), account
		w.file.Case.Paid(account.Balance(), paid)
		given = append(given, g)
	}
	return given, nil
}

// withCosts adds what a smaller claim costs less, or leaves the question to a person.
func (w *work) withCosts(h ledger.History, credits []ledger.Credit, id debt.ID) ([]ledger.Credit, error) {
	all, unknown, err := credit.Lessen(w.creditor, h, credits)
	if err == nil && unknown > 0 {
		err = w.ask(TaskCosts, id, "", unknown)
	}
	return all, err
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

// fitting makes credits of what is given up, without what was given up since in another way;
// interest has none of its own.
func fitting(h ledger.History, given []objection.Given) (list []ledger.Credit, interest []objection.Given) {
	for _, g := range given {
		if g.Account == debt.InterestAccount {
			interest = append(interest, g)
		} else if amount := min(g.Amount, h.Demanded(g.Line)); amount > 0 {
			list = append(list, ledger.Credit{Line: g.Line, Amount: amount})
		}
	}
	return list, interest
}

// credit books what is given up.
func (w *work) credit(h ledger.History, credits []ledger.Credit, key debt.Key) error {
	if len(credits) == 0 {
		return nil
	}
	entries, account, err := h.Credit(credits, key, w.stamp)
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
