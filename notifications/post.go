package notifications

import (
	"context"
	"errors"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/outbox"
)

// Post takes the messages of one channel out of the outbox and hands them to its carrier.
// A row says 'sending', and that is committed, before the carrier is called: whoever finds
// it so after the lease knows that it may have gone out, and never sends it by itself.
type Post struct {
	Store   *store.Store
	Now     func() time.Time
	Channel outbox.Channel
	Carrier Carrier
	Head    MailHead
	// Codes makes it a post for one-time codes alone, beside the one for everything: a
	// person waits for a code while the other is busy with what thousands are told.
	Codes bool
}

// lease is how long a message is held: longer than a carrier may take.
const lease = 10 * time.Minute

// postPortion bounds what is sent for one creditor before the next one's turn.
const postPortion = 20

// waits lie between tries; after the last one the message has failed.
var waits = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 24 * time.Hour}

// errDown makes the loop rest: the server does not take anything now.
var errDown = errors.New("notifications: the server of the channel takes nothing now")

// Loop gives the post to a Runner.
func (p Post) Loop() Loop {
	l := Loop{Name: string(p.Channel), Work: p.work, Queue: p.queue}
	if p.Carrier == nil { // not set up: messages wait, and old ones go
		l.Work = func(ctx context.Context, creditor debt.ID) (int, error) { return 0, p.tidy(ctx, creditor) }
	}
	if p.Codes {
		l.Name, l.Work, l.Queue = l.Name+"_codes", p.send, nil // the other counts and tidies
	}
	return l
}

func (p Post) queue(ctx context.Context, creditor debt.ID) (q Queue, err error) {
	err = p.Store.Read(ctx, creditor, func(r *store.Reader) error {
		found, err := outbox.LoadQueue(r, p.Channel)
		q = Queue{Waiting: found.Waiting, Oldest: found.Oldest.Time, Unknown: found.Unknown}
		return err
	})
	return q, err
}

// work looks first: it is asked every two seconds and mostly finds nothing.
func (p Post) work(ctx context.Context, creditor debt.ID) (did int, err error) {
	f, finds := p.Carrier.(Finder)
	if found, err := p.any(ctx, creditor, outbox.Look{Unknown: finds}); err != nil || !found {
		return 0, err
	}
	if err := p.tidy(ctx, creditor); err != nil {
		return 0, err
	}
	if finds {
		if err := p.find(ctx, creditor, f); err != nil {
			return 0, err
		}
	}
	return p.send(ctx, creditor)
}

func (p Post) any(ctx context.Context, creditor debt.ID, what outbox.Look) (found bool, err error) {
	err = p.Store.Read(ctx, creditor, func(r *store.Reader) error {
		found, err = outbox.AnyToDo(r, p.Channel, p.Now(), what)
		return err
	})
	return found, err
}

func (p Post) send(ctx context.Context, creditor debt.ID) (did int, err error) {
	for did < postPortion && ctx.Err() == nil {
		m, word, err := p.take(ctx, creditor)
		if err != nil || m.ID == "" {
			return did, err
		}
		did++
		if m.State != outbox.Sending {
			continue // it is not wanted any more
		}
		d := p.Carrier.Carry(ctx, word)
		// Also when the program is told to stop: what happened is noted.
		if err := p.note(context.WithoutCancel(ctx), creditor, m, d); err != nil {
			return did, err
		}
		if d.Down {
			return did, errDown
		}
	}
	return did, nil
}

// tidy writes only if there is anything to do.
func (p Post) tidy(ctx context.Context, creditor debt.ID) error {
	if found, err := p.any(ctx, creditor, outbox.Look{}); err != nil || !found {
		return err
	}
	return p.Store.Write(ctx, creditor, func(t *store.Tx) error { return outbox.Tidy(t, p.Channel, p.Now()) })
}

// take claims one message, words it and looks whether it is still wanted. One that is not
// comes back closed; none has no id.
func (p Post) take(ctx context.Context, creditor debt.ID) (m outbox.Message, word Message, err error) {
	now := p.Now()
	if due, err := p.any(ctx, creditor, outbox.Look{Codes: p.Codes}); err != nil || !due {
		return m, word, err
	}
	err = p.Store.Write(ctx, creditor, func(t *store.Tx) error {
		m = outbox.Message{}
		claimed, err := outbox.Claim(t, p.Channel, outbox.Lease{Now: now, Until: now.Add(lease), Most: 1, Codes: p.Codes})
		if err != nil || len(claimed) == 0 {
			return err
		}
		m = claimed[0]
		was := m
		to, err := outbox.ReachOf(&t.Reader, m.CaseID)
		if err != nil {
			return err
		}
		helper, err := readdressHelper(&t.Reader, &m, now)
		if err != nil {
			return err
		}
		if !toHelper(m.Template) {
			readdress(&t.Reader, &m, recipients{to, helper}, now)
		}
		known := false
		if word, known = p.Head.word(creditor, m); !known && m.State == outbox.Sending {
			m.Close(outbox.Failed, "template_unknown")
		}
		return outbox.Save(t, m, was)
	})
	return m, word, err
}

// recipients are how a debtor is reached, and whether a message goes to who acts for him.
type recipients struct {
	outbox.Reach
	helper bool
}

// readdress sends news to where the debtor is reached today, and stops what must not go:
// after its time, by a way the creditor leaves out by now, to whom nobody may write, to an address that is stopped, a code to an
// address that has changed. A wish not to get mails does not hold back a code its owner has just asked for.
func readdress(r *store.Reader, m *outbox.Message, to recipients, now time.Time) {
	address, stopped := way(to.Debtor, m.Channel)
	if to.helper {
		address, stopped = m.Recipient, debt.Reachable
	}
	once := coded(m.Template)
	if addressed(m.Template) {
		address, stopped = m.Recipient, debt.Reachable
	}
	switch {
	case !m.ExpiresAt.IsZero() && !now.Before(m.ExpiresAt):
		m.Close(outbox.Stopped, "expired")
	case !once && !addressed(m.Template) && leftOut(to.Channels, m.Channel):
		m.Close(outbox.Stopped, "channel_off")
	case barred(to.Reach, m.Template, debt.DateIn(now, debt.Berlin)):
		m.Close(outbox.Stopped, "barred")
	case stopped != debt.Reachable && (stopped != debt.StopOptOut || !once):
		m.Close(outbox.Stopped, "address_stopped")
	case once && address != m.Recipient, address == "":
		m.Close(outbox.Stopped, "address_changed")
	}
	if m.State == outbox.Sending {
		m.Readdress(r, address)
	} else {
		m.LeasedTo = time.Time{}
	}
}

// leftOut reports whether a creditor's news do not go by a channel.
func leftOut(by debt.Channels, c outbox.Channel) bool {
	return c == outbox.Email && by.NoEmail || c == outbox.SMS && by.NoText
}

// note stores what became of a message, and stops an address that does not exist.
func (p Post) note(ctx context.Context, creditor debt.ID, m outbox.Message, d Delivery) error {
	now := p.Now()
	was := m
	m.LeasedTo, m.NextAt = time.Time{}, time.Time{}
	switch d.Outcome {
	case Accepted:
		m.Close(outbox.Sent, "")
		m.SentAt, m.ProviderID = now, d.ProviderID
	case Refused, NoAddress:
		m.Close(outbox.Failed, d.Code)
	case Later:
		if d.Unheard {
			m.Attempts--
			m.State, m.LastError, m.NextAt = outbox.Waiting, d.Code, now.Add(waits[0])
			break
		}
		if m.Attempts > len(waits) {
			m.Close(outbox.Failed, d.Code)
			break
		}
		m.State, m.LastError, m.NextAt = outbox.Waiting, d.Code, now.Add(waits[max(1, m.Attempts)-1])
	default:
		// Asked again, if it can be, after as long as it is old: after a minute, two, four …
		age := min(max(now.Sub(m.CreatedAt), time.Minute), 24*time.Hour)
		m.State, m.LastError, m.NextAt = outbox.Unknown, d.Code, now.Add(age)
	}
	return p.Store.Write(ctx, creditor, func(t *store.Tx) error {
		if d.Outcome == NoAddress { // the case is locked before its rows, as everywhere
			if _, err := bounced(t, m, d.Code, now); err != nil {
				return err
			}
		}
		err := outbox.Save(t, m, was)
		if errors.Is(err, debt.E(debt.Conflict, "changed_meanwhile", nil)) {
			// The lease ran out while the server took its time: now the outcome is known.
			was.State = outbox.Unknown
			err = outbox.Save(t, m, was)
		}
		return err
	})
}

// find asks what became of messages whose outcome is unknown. What the other side does not
// know was not sent.
func (p Post) find(ctx context.Context, creditor debt.ID, f Finder) error {
	now := p.Now()
	var list []outbox.Message
	err := p.Store.Write(ctx, creditor, func(t *store.Tx) (err error) {
		list, err = outbox.ClaimUnknown(t, p.Channel, outbox.Lease{Now: now, Until: now.Add(lease), Most: postPortion})
		return err
	})
	if err != nil {
		return err
	}
	for _, m := range list {
		word, _ := p.Head.word(creditor, m)
		if err := p.note(context.WithoutCancel(ctx), creditor, m, f.Find(ctx, word)); err != nil {
			return err
		}
	}
	return nil
}
