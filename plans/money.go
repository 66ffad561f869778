package plans

import (
	"strconv"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/ledger"
	"quitt/debt/plan"
	"quitt/debt/rail"
	"quitt/store/orders"
	kept "quitt/store/plans"
	"quitt/store/rails"
)

// orders keeps one order for the instalment that is next, lowers what was paid otherwise and
// takes back what is not owed any more. Payments tells the debtor and collects.
func (x *turn) orders(k *kept.Kept, g plan.Progress) error {
	if k.InstrumentID == "" || !k.Running() {
		return nil
	}
	list, err := orders.OfCase(x.r, k.CaseID)
	if err != nil {
		return err
	}
	owed := map[int]plan.Kept{}
	for _, i := range g.Instalments {
		owed[i.No] = i
	}
	next := g.Next
	for _, o := range list {
		i, ok := o.Instalment()
		if !ok || i.Plan != k.ID {
			continue
		}
		if i.No == next.No && o.State != collection.Cancelled {
			next = plan.Kept{} // it has its order, or had it
		}
		if o.State == collection.Waiting {
			if err := x.amend(*k, o, owed[i.No]); err != nil {
				return err
			}
		}
	}
	if next.No == 0 {
		return nil
	}
	_, err = orders.Write(x.tx, collection.Order{ID: x.stamp.NewID(), CaseID: k.CaseID, InstrumentID: k.InstrumentID,
		Purpose: collection.Purpose(k.ID, next.No, 1), Amount: toCollect(*k, next), DueOn: next.DueOn, MadeAt: x.stamp.At})
	if debt.KindOf(err) == debt.Conflict {
		return nil // it was called and came to nothing: the debtor is asked another way
	}
	return err
}

// toCollect is what an order asks for: where interest goes on until the day, more than is owed
// today. Payments never takes more than is open then.
func toCollect(k kept.Kept, i plan.Kept) debt.Cents {
	if k.Schedule.Interest == plan.Continues {
		return i.Amount - i.Covered
	}
	return i.Owed
}

// amend keeps a waiting order to what is owed of its instalment.
func (x *turn) amend(k kept.Kept, o collection.Order, i plan.Kept) error {
	first, amount := o.Purpose == collection.Purpose(k.ID, i.No, 1), toCollect(k, i)
	switch {
	case i.Owed == 0:
		_, err := orders.Cancel(x.tx, o.ID, collection.NotOwed, x.stamp.At)
		return err
	case o.Amount == amount && o.InstrumentID == k.InstrumentID && (!first || o.DueOn == i.DueOn):
		return nil
	}
	if amount > o.Amount || first && o.DueOn != i.DueOn {
		o.ToldOn = debt.Date{} // what the debtor was told is less, or another day
	}
	if first && o.DueOn != i.DueOn {
		o.DueOn, o.CollectOn = i.DueOn, debt.Date{}
	}
	o.Amount, o.InstrumentID = amount, k.InstrumentID
	_, err := orders.Amend(x.tx, o)
	return err
}

// awaited gives the day on which an instalment is collected as its payer was told: the notice that
// was agreed may be longer than the grace. None without, or once that day is over.
func (x *turn) awaited(k kept.Kept, no int) (on debt.Date, err error) {
	if k.InstrumentID == "" {
		return on, nil
	}
	list, err := orders.OfCase(x.r, k.CaseID)
	for _, o := range list {
		if i, ok := o.Instalment(); ok && i.Plan == k.ID && i.No == no && o.State == collection.Waiting && !o.CollectOn.Before(x.today) {
			on = o.CollectOn
		}
	}
	return on, err
}

// noOrders takes back what waits to be collected.
func (x *turn) noOrders(reason string) error {
	_, err := orders.CancelCase(x.tx, x.file.Case.ID, reason, x.stamp.At)
	return err
}

// lostInstrument turns a plan whose card or mandate is worth nothing any more to transfers.
func (x *turn) lostInstrument(k *kept.Kept) error {
	if k.InstrumentID == "" {
		return nil
	}
	i, err := rails.LoadInstrument(x.r, k.InstrumentID)
	if err != nil && debt.KindOf(err) != debt.NotFound {
		return err
	}
	if err == nil && i.State != rail.Dead {
		return nil
	}
	if err := x.byTransfer(k, collection.Unusable); err != nil {
		return err
	}
	x.tell(*k, debt.PlanChanged, debt.Args{"plan": string(k.State), "because": becauseInstrument, "method": string(k.Method)})
	return nil
}

// byTransfer lets the debtor pay himself; what only an order told is told by the plan now.
func (x *turn) byTransfer(k *kept.Kept, reason string) error {
	k.Method, k.InstrumentID, x.whole = debt.MethodTransfer, "", true
	return x.noOrders(reason)
}

// sourceWaiver is the source of what settlements give up.
const sourceWaiver = "settlement"

// waiveBut gives up everything open but a rest: it is booked as a payment without money, in its
// place among the others, so that returns and late payments come out right.
func (x *turn) waiveBut(k kept.Kept, rest debt.Cents) (debt.Cents, error) {
	forecast := x.file.Account.Forecast(x.file.Account.Rests)
	open, err := forecast.Open(x.today)
	if err != nil {
		return 0, err
	}
	amount := open.Total() - rest
	if amount <= 0 {
		return 0, nil
	}
	n := 1
	for _, p := range x.payments {
		if p.Method == debt.MethodWaiver {
			n++
		}
	}
	p := debt.Payment{ID: x.stamp.NewID(), CaseID: k.CaseID, Method: debt.MethodWaiver, Status: debt.PaymentSucceeded, Amount: amount,
		ReceivedOn: x.today, Source: sourceWaiver, ExternalID: string(k.ID) + "/" + strconv.Itoa(n), BookedAt: x.stamp.At}
	entries, err := x.settle(p)
	if err != nil {
		return 0, err
	}
	x.entries, x.waived = append(x.entries, entries...), append(x.waived, p)
	x.file.Case.Paid(x.file.Account.Balance(), true)
	return amount, nil
}

func (x *turn) settle(p debt.Payment) (entries []ledger.Entry, err error) {
	if !x.file.Account.NeedsHistory(p.ReceivedOn) {
		entries, x.file.Account, err = x.file.Account.Settle(p, x.stamp)
		return entries, err
	}
	h, err := x.r.LoadHistory(x.file)
	if err != nil {
		return nil, err
	}
	entries, x.file.Account, err = h.Insert(p, x.stamp)
	return entries, err
}

// broken does what was agreed for a settlement that is not kept: it lasts and leaves the lower
// sum, or the whole claim is owed again, less what was paid.
func (x *turn) broken(k kept.Kept) error {
	switch {
	case k.Deal.Settlement == "":
		return nil
	case k.Deal.Broken == plan.Lasts:
		g, err := x.progress(k)
		if err != nil {
			return err
		}
		_, err = x.waiveBut(k, g.Open)
		return err
	}
	return x.unwaive()
}

// unwaive takes back all that a settlement gave up when it seemed to be paid.
func (x *turn) unwaive() error {
	h, err := x.r.LoadHistory(x.file)
	if err != nil {
		return err
	}
	for i, p := range h.Payments {
		if p.Method != debt.MethodWaiver || p.Source != sourceWaiver || !p.Counts() {
			continue
		}
		entries, account, err := h.Reverse(p.ID, debt.Key{Source: sourceWaiver, ExternalID: string(p.ID) + "/broken"}, x.stamp)
		if err != nil {
			return err
		}
		p.Status, p.Returned = debt.PaymentReversed, p.Amount
		h.Entries, h.Payments[i] = append(h.Entries, entries...), p
		x.file.Account, x.entries = account, append(x.entries, entries...)
		x.file.Case.Paid(account.Balance(), h.AnyPaid(p.ID))
		if err := x.tx.SavePayment(p); err != nil {
			return err
		}
	}
	return nil
}
