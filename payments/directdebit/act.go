package directdebit

import (
	"context"
	"time"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/mandate"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/collecting"
	"quitt/store"
	"quitt/store/mandates"
	"quitt/store/orders"
	"quitt/store/tasks"
)

// act is a change of a mandate under the lock of its case.
type act struct {
	*store.Tx

	file *store.File
	m    mandate.Mandate
	who  Who
	now  time.Time
}

// on changes a mandate as it stands then.
func (d Desk) on(ctx context.Context, w Who, id debt.ID, do func(a *act) error) error {
	return d.Store.Write(ctx, w.Creditor, func(t *store.Tx) error {
		f, err := t.LockOne(w.Case)
		if err != nil {
			return err
		}
		m, err := mandates.Load(&t.Reader, id)
		if err != nil {
			return err
		}
		if m.CaseID != w.Case {
			return errUnknown
		}
		return do(&act{t, f, m, w, d.Now()})
	})
}

// activate puts it into force. A sum that was asked for is ordered at once, with its day: whoever
// gives the mandate reads both before and after, which is the notice.
func (a *act) activate(signed debt.Date) error {
	if err := a.m.To(mandate.Active, "", a.now); err != nil {
		return err
	}
	a.m.SignedOn = signed
	if err := mandates.Save(a.Tx, a.m); err != nil {
		return err
	}
	if err := keepInstrument(a.Tx, a.m, rail.Usable); err != nil {
		return err
	}
	if a.m.Kind == mandate.OneOff {
		if err := a.order(); err != nil {
			return err
		}
	}
	return a.tell(debt.MandateCreated, debt.Args{"instrument": string(a.m.ID), "method": string(debt.MethodDirectDebit), "last4": a.m.Last4()})
}

func (a *act) order() error {
	list, err := mandates.Accounts(&a.Reader)
	if err != nil {
		return err
	}
	today := debt.DateIn(a.now, debt.Berlin)
	o := collection.Order{ID: store.NewID(), CaseID: a.m.CaseID, InstrumentID: a.m.ID, Purpose: collection.Once(a.m.ID), Amount: a.m.Amount,
		DueOn: today, CollectOn: collection.On(today.AddDays(a.m.Notice)), MadeAt: a.now}
	for _, acc := range list {
		if acc.ID == a.m.AccountID {
			o.CollectOn = debt.Later(o.CollectOn, mandate.First(today, acc.CutOff))
		}
	}
	if a.m.How == mandate.ByCode { // of paper that comes in days later nobody remembers the day
		o.ToldOn = today
	}
	_, err = orders.Write(a.Tx, o)
	return err
}

func (a *act) tell(typ debt.EventType, data debt.Args) error {
	e := a.file.Case.EventOf(typ, data)
	e.ID, e.At, e.Actor = store.NewID(), a.now, a.who.actor()
	return a.Book(store.Booking{File: a.file, Events: []debt.Event{e}})
}

// Revoke ends a mandate because its giver says so; what is with the bank already goes on (BGB
// § 675j II). A sum that waits for its day is not collected. One that is over stays as it is.
func (d Desk) Revoke(ctx context.Context, w Who, id debt.ID) error {
	return d.on(ctx, w, id, func(a *act) error {
		if a.m.Over() {
			return nil
		}
		o, found, err := orders.Find(&a.Reader, collection.Once(a.m.ID))
		if err == nil && found {
			_, err = orders.Cancel(a.Tx, o.ID, collecting.ByDebtor, a.now)
		}
		if err != nil {
			return err
		}
		was := a.m.State
		if err := a.end(mandate.Revoked, collecting.ByDebtor); err != nil || was == mandate.Pending {
			return err
		}
		return a.tell(debt.MandateRevoked, debt.Args{"instrument": string(a.m.ID), "method": string(debt.MethodDirectDebit), "reason": collecting.ByDebtor})
	})
}

// end moves it and its instrument.
func (a *act) end(s mandate.State, reason string) error {
	if err := a.m.To(s, reason, a.now); err != nil {
		return err
	}
	if err := mandates.Save(a.Tx, a.m); err != nil {
		return err
	}
	return keepInstrument(a.Tx, a.m, rail.Dead)
}

// portion is how many rows are worked on at a time.
const portion = 64

// Expire ends mandates whose time is over: unconfirmed ones, those nobody has used for three
// years, and one-off ones once their debit is over. It gives how many.
func (d Desk) Expire(ctx context.Context, creditor debt.ID) (n int, err error) {
	now := d.Now()
	since := mandates.Since{MadeAt: now, UsedOn: debt.DateIn(now, debt.Berlin).AddMonths(-mandate.Idle).AddDays(monthEnds)}
	for after := debt.ID("00000000-0000-0000-0000-000000000000"); ; {
		var list []mandate.Mandate
		err := d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
			list, err = mandates.Ending(r, since, after, portion)
			return err
		})
		if err != nil || len(list) == 0 {
			return n, err
		}
		for _, m := range list {
			ended, err := d.expire(ctx, creditor, m)
			if err != nil {
				return n, err
			}
			if ended {
				n++
			}
		}
		after = list[len(list)-1].ID
	}
}

func (d Desk) expire(ctx context.Context, creditor debt.ID, m mandate.Mandate) (ended bool, err error) {
	if _, due := m.Due(d.Now()); !due && m.Kind != mandate.OneOff {
		return false, nil
	}
	err = d.on(ctx, Who{Creditor: creditor, Case: m.CaseID, By: debt.System}, m.ID, func(a *act) error {
		ended = false
		if s, due := a.m.Due(a.now); due {
			ended = true
			was := a.m.State
			if err := a.end(s, mandate.Lapsed); err != nil || was == mandate.Pending {
				return err
			}
			return a.lapsed()
		}
		if a.m.Kind != mandate.OneOff || a.m.State != mandate.Active {
			return nil
		}
		o, found, err := orders.Find(&a.Reader, collection.Once(a.m.ID))
		if err != nil || found && o.Open() || o.State == collection.Charged && a.m.LastOn.AddDays(settled).After(debt.DateIn(a.now, debt.Berlin)) {
			return err
		}
		ended = true
		return a.end(mandate.Used, "collected")
	})
	return ended, err
}

// lapsed tells whose mandate it was and asks a person whether a new one is wanted.
func (a *act) lapsed() error {
	err := tasks.Open(a.Tx, tasks.Task{ID: store.NewID(), Kind: payments.TaskMandate, Subject: string(a.m.ID), CaseID: a.m.CaseID, Reason: mandate.Lapsed,
		OpenedAt: a.now})
	if err != nil {
		return err
	}
	return a.tell(debt.MandateRevoked, debt.Args{"instrument": string(a.m.ID), "method": string(debt.MethodDirectDebit), "reason": mandate.Lapsed})
}

// monthEnds is by how many days three years may be more than 36 months: a mandate of 29 February
// ends on the 28th.
const monthEnds = 3

// settled is how many days after its day a one-off debit has certainly been answered; only then
// its mandate is used up. A file that is taken back before needs it again.
const settled = 14
