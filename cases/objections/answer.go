package objections

import (
	"context"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/fees"
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
	if credits, err = w.withCosts(h, credits, o.ID); err != nil {
		return err
	}
	if err := w.credit(h, credits, debt.Key{Source: "objection", ExternalID: string(o.ID)}); err != nil {
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

// withCosts adds what a smaller claim costs less: fee and flat follow the principal (RVG
// §§ 2 I, 13; RDG § 13e I), and with no principal left nothing could be collected for it.
func (w *work) withCosts(h ledger.History, credits []ledger.Credit, id debt.ID) ([]ledger.Credit, error) {
	var before, after debt.Cents
	for _, c := range h.Claims {
		before += h.Demanded(c.ID)
	}
	after = before
	for _, c := range credits {
		if isClaim(h, c.Line) {
			after -= c.Amount
		}
	}
	if after == before {
		return credits, nil
	}
	target, err := w.costsOf(h, before, after)
	if err != nil {
		return nil, err
	}
	if target == nil {
		return credits, w.ask(TaskCosts, id, "", before-after)
	}
	for kind, amount := range target {
		credits = lower(h, credits, kind, amount)
	}
	return credits, nil
}

func isClaim(h ledger.History, line debt.ID) bool {
	for _, c := range h.Claims {
		if c.ID == line {
			return true
		}
	}
	return false
}

// costsOf gives what fee and flat are for the smaller claim, at the rate at which they were
// demanded for the larger one; nil if that is none we know.
func (w *work) costsOf(h ledger.History, before, after debt.Cents) (map[debt.CostKind]debt.Cents, error) {
	demanded := map[debt.CostKind]debt.Cents{}
	var on debt.Date
	for _, c := range h.Costs {
		demanded[c.Kind] += h.Demanded(c.ID)
		if c.Kind == debt.CollectionFee && (on.IsZero() || c.IncurredOn.Before(on)) {
			on = c.IncurredOn
		}
	}
	none := map[debt.CostKind]debt.Cents{}
	switch {
	case after == 0: // every cost falls
		for kind := range demanded {
			none[kind] = 0
		}
		return none, nil
	case demanded[debt.CollectionFee] == 0:
		return none, nil
	}
	for _, rate := range []fees.Rate{fees.Simple, fees.Full} {
		old, err := sums(w.creditor, before, rate, on)
		if err != nil {
			return nil, err
		}
		if old[debt.CollectionFee] == demanded[debt.CollectionFee] {
			return sums(w.creditor, after, rate, on)
		}
	}
	return nil, nil
}

func sums(c debt.Creditor, value debt.Cents, rate fees.Rate, on debt.Date) (map[debt.CostKind]debt.Cents, error) {
	costs, err := cases.CollectionCosts(c, value, rate, on)
	sum := map[debt.CostKind]debt.Cents{}
	for _, k := range costs {
		sum[k.Kind] += k.Amount
	}
	return sum, err
}

// lower adds credits until no more than an amount of a kind of cost is demanded, the newest
// first.
func lower(h ledger.History, credits []ledger.Credit, kind debt.CostKind, to debt.Cents) []ledger.Credit {
	left := map[debt.ID]debt.Cents{}
	over := -to
	for _, c := range h.Costs {
		if c.Kind == kind {
			left[c.ID] = h.Demanded(c.ID)
			over += left[c.ID]
		}
	}
	for _, c := range credits {
		if _, ok := left[c.Line]; ok {
			left[c.Line] -= c.Amount
			over -= c.Amount
		}
	}
	for i := len(h.Costs) - 1; i >= 0 && over > 0; i-- {
		line := h.Costs[i].ID
		amount := min(over, left[line])
		if amount <= 0 {
			continue
		}
		over -= amount
		credits = more(credits, ledger.Credit{Line: line, Amount: amount})
	}
	return credits
}

// more adds to the credit of a line: one line has one credit.
func more(credits []ledger.Credit, c ledger.Credit) []ledger.Credit {
	for i := range credits {
		if credits[i].Line == c.Line {
			credits[i].Amount += c.Amount
			return credits
		}
	}
	return append(credits, c)
}
