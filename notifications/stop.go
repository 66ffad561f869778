package notifications

import (
	"context"
	"strings"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/outbox"
)

// stopping is why a way to reach a debtor ends, and how the feed hears of it.
type stopping struct {
	channel outbox.Channel
	reason  debt.Stop
	event   debt.EventType
	data    debt.Args
	by      string // kind of actor; "debtor" is the debtor of the case
}

func bounce(c outbox.Channel, code string) stopping {
	return stopping{c, debt.StopBounced, debt.ContactBounced, debt.Args{"channel": string(c), "code": code}, "provider"}
}

// stop ends a way to reach the debtor of a case, unless it has ended already. It locks the
// case, so it comes before whatever else the transaction locks.
func stop(t *store.Tx, caseID debt.ID, why stopping, now time.Time) error {
	f, err := t.LockOne(caseID)
	if err != nil {
		return err
	}
	d, err := t.LoadDebtor(f.Case.DebtorID)
	if err != nil {
		return err
	}
	field := &d.EmailStopped
	if why.channel == outbox.SMS {
		field = &d.PhoneStopped
	}
	if !stoppable(*field, why.reason) {
		return nil
	}
	*field = why.reason
	if err := t.SaveStops(d); err != nil {
		return err
	}
	e := f.Case.EventOf(why.event, why.data)
	e.ID, e.At, e.Actor = store.NewID(), now, debt.Actor{Kind: why.by}
	if why.by == "debtor" {
		e.Actor.ID = d.ID
	}
	return t.Book(store.Booking{File: f, Events: []debt.Event{e}})
}

// stoppable: a code still goes to an address whose owner declined news, until it bounces.
func stoppable(before, why debt.Stop) bool {
	return before == debt.Reachable || before == debt.StopOptOut && why == debt.StopBounced
}

// Listed is a message with whose it is, for the operator.
type Listed struct {
	outbox.Message

	Creditor debt.Creditor
}

// creditors lists all tenants, or the one with a code.
func (d Desk) creditors(ctx context.Context, code string) (list []debt.Creditor, err error) {
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		if code == "" {
			list, err = r.Creditors()
			return err
		}
		c, err := r.LoadCreditor(code)
		list = []debt.Creditor{c}
		return err
	})
	return list, err
}

// List gives the newest messages of one creditor, or of all with the code "".
func (d Desk) List(ctx context.Context, code string, state outbox.State, most int) (all []Listed, err error) {
	tenants, err := d.creditors(ctx, code)
	if err != nil {
		return nil, err
	}
	for _, c := range tenants {
		var found []outbox.Message
		err := d.Store.Read(ctx, c.ID, func(r *store.Reader) error {
			found, err = outbox.List(r, state, most)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			all = append(all, Listed{m, c})
		}
	}
	return all, nil
}

// find looks for a message among all creditors, or NotFound "message_unknown".
func (d Desk) find(ctx context.Context, look func(*store.Reader) (outbox.Message, error)) (Listed, error) {
	tenants, err := d.creditors(ctx, "")
	if err != nil {
		return Listed{}, err
	}
	for _, c := range tenants {
		l := Listed{Creditor: c}
		err := d.Store.Read(ctx, c.ID, func(r *store.Reader) error {
			l.Message, err = look(r)
			return err
		})
		if debt.KindOf(err) != debt.NotFound {
			return l, err
		}
	}
	return Listed{}, debt.E(debt.NotFound, "message_unknown", nil)
}

// Resend puts a message back that has not gone out, or may not have: a person has looked
// and decided. Forbidden "message_under_way" while it waits anyway, "message_sent" when it
// went out, "message_code" for a one-time code, which is asked for anew.
func (d Desk) Resend(ctx context.Context, id debt.ID) error {
	l, err := d.find(ctx, func(r *store.Reader) (outbox.Message, error) { return outbox.Load(r, id) })
	if err != nil {
		return err
	}
	return d.Store.Write(ctx, l.Creditor.ID, func(t *store.Tx) error {
		m, err := outbox.Load(&t.Reader, id)
		if err != nil {
			return err
		}
		switch {
		case m.State == outbox.Sent:
			return debt.E(debt.Forbidden, "message_sent", nil)
		case m.State == outbox.Waiting || m.State == outbox.Sending:
			return debt.E(debt.Forbidden, "message_under_way", nil)
		case coded(m.Template), m.Template == contactCode, m.Template == helperCode:
			return debt.E(debt.Forbidden, "message_code", nil)
		}
		was := m
		m.State, m.Attempts, m.LastError, m.NextAt, m.ExpiresAt = outbox.Waiting, 0, "", time.Time{}, d.Now().Add(newsLife)
		t.News()
		return outbox.Save(t, m, was)
	})
}

// Bounce is a report that a message could not be delivered after all.
type Bounce struct {
	MessageID debt.ID       // ours; "" if the report does not repeat it
	To        debt.Personal // counts where there is no MessageID
	Code      string        // "5.1.1"
}

// Bounced notes that a message did not arrive, stops the address it was sent to if the
// address is at fault, and gives whose message it was, or NotFound "message_unknown".
// stopped is false if the debtor has another address by now, or it is stopped already.
func (d Desk) Bounced(ctx context.Context, b Bounce) (l Listed, stopped bool, err error) {
	look := func(r *store.Reader) (outbox.Message, error) { return outbox.Load(r, b.MessageID) }
	if b.MessageID == "" {
		look = func(r *store.Reader) (outbox.Message, error) { return outbox.LoadLastTo(r, outbox.Email, b.To) }
	}
	if l, err = d.find(ctx, look); err != nil {
		return l, false, err
	}
	err = d.Store.Write(ctx, l.Creditor.ID, func(t *store.Tx) (err error) {
		if stopped = false; aboutAddress(b.Code) {
			if stopped, err = bounced(t, l.Message, b.Code, d.Now()); err != nil {
				return err
			}
		}
		return returned(t, l.ID, b.Code)
	})
	return l, stopped, err
}

// returned notes that a message which was taken did not arrive.
func returned(t *store.Tx, id debt.ID, code string) error {
	m, err := outbox.Load(&t.Reader, id)
	if err != nil || m.State != outbox.Sent && m.State != outbox.Unknown {
		return err
	}
	was := m
	m.Close(outbox.Failed, code)
	return outbox.Save(t, m, was)
}

// aboutAddress: 5.1.x is about the address, 5.2.x about the mailbox, 5.4.4 about a domain
// that does not exist, 5.0.0 about nothing in particular (RFC 3463). A mailbox that is full,
// a message too long, a refusal of us (5.7.x) or a delivery that took too long (5.4.7) say
// nothing about the address.
func aboutAddress(code string) bool {
	switch code {
	case "5.2.2", "5.2.3":
		return false
	case "5.0.0", "5.4.4":
		return true
	}
	return strings.HasPrefix(code, "5.1.") || strings.HasPrefix(code, "5.2.")
}

// way is where a channel reaches a debtor, and why not any more.
func way(d debt.Debtor, c outbox.Channel) (address debt.Personal, stopped debt.Stop) {
	if c == outbox.SMS {
		return d.Phone, d.PhoneStopped
	}
	return d.Email, d.EmailStopped
}

// bounced looks at the address under the lock of the case.
func bounced(t *store.Tx, m outbox.Message, code string, now time.Time) (bool, error) {
	theirs, stopped, err := helperBounced(t, m, code, now)
	if err != nil || theirs {
		return stopped, err
	}
	to, err := outbox.ReachOf(&t.Reader, m.CaseID)
	if err != nil {
		return false, err
	}
	if address, before := way(to.Debtor, m.Channel); !stoppable(before, debt.StopBounced) || !m.WentTo(&t.Reader, address) {
		return false, nil
	}
	return true, stop(t, m.CaseID, bounce(m.Channel, code), now)
}
