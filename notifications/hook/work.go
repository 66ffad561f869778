package hook

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/url"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/feed"
	"quitt/store/hooks"
)

// schedule is how long an event waits after each failed try (Standard Webhooks 1.0.0); the
// tenth failure is the last.
var schedule = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

const (
	// leaseTime is much longer than a request may take, so that two processes whose clocks
	// differ by half a minute still never send to one endpoint at once.
	leaseTime = time.Minute
	leaseLeft = 40 * time.Second // a request is begun only with so much left

	portionSize = 64                     // events read at once, and done before the cursor is stored
	portionTime = 200 * time.Millisecond // or delivered within so long
	turnTime    = 10 * time.Second       // then another endpoint may have the worker
)

// worker sends to one endpoint while it holds the lease.
type worker struct {
	*Sender
	creditor debt.ID
	endpoint hooks.Endpoint
	lease    hooks.Lease
	to       *url.URL
	secrets  []Secret
	unsaved  int // events that are done and not stored as done
	savedAt  time.Time
	began    time.Time
}

// work takes an endpoint and sends what it waits for. more says that its turn was over
// before it was done.
func (h *Sender) work(creditor, id debt.ID) (more bool) {
	w := &worker{Sender: h, creditor: creditor, lease: hooks.Lease{Endpoint: id, Holder: store.NewID()}}
	claimed, err := w.claim()
	if err == nil && claimed {
		more, err = w.turn()
		if w.unsaved > 0 {
			err = errors.Join(err, w.save(nil))
		}
	}
	if err != nil {
		h.failed(err)
	}
	if claimed {
		if err := w.write(func(t *store.Tx) error { return hooks.Release(t, w.lease) }); err != nil {
			h.failed(err)
		}
	}
	return more && err == nil
}

func (w *worker) claim() (claimed bool, err error) {
	now := w.o.Now()
	w.lease.Until, w.savedAt, w.began = now.Add(leaseTime), now, now
	err = w.write(func(t *store.Tx) error {
		w.endpoint, claimed, err = hooks.Claim(t, w.lease, now)
		return err
	})
	if err != nil || !claimed {
		return false, err
	}
	if w.to, w.secrets, err = unlocked(w.o.Vault, w.endpoint, now); err != nil {
		err = errors.Join(err, w.postpone(now.Add(schedule[1]))) // only a person can help
	}
	return true, err
}

// postpone leaves an endpoint alone until a moment, with what was asked for again.
func (w *worker) postpone(until time.Time) error {
	w.endpoint.NextAt = until
	return w.save(func(t *store.Tx) error {
		p, found, err := hooks.NextReplay(&t.Reader, w.endpoint.ID, w.o.Now())
		if err != nil || !found {
			return err
		}
		p.NextAt = until
		return hooks.SaveReplay(t, p)
	})
}

// unlocked reads what is needed to send to an endpoint.
func unlocked(v Vault, e hooks.Endpoint, now time.Time) (to *url.URL, secrets []Secret, err error) {
	sealed := []string{e.Secret}
	if e.OldSecret != "" && now.Before(e.OldUntil) {
		sealed = append(sealed, e.OldSecret)
	}
	for _, s := range sealed {
		secret, err := v.Open(e.ID, s)
		if err != nil {
			return nil, nil, err
		}
		secrets = append(secrets, secret)
	}
	to, err = url.Parse(e.URL)
	return to, secrets, err
}

// turn works until nothing has come for a while, or others shall have the place.
func (w *worker) turn() (more bool, err error) {
	for quiet := false; !w.ending(); {
		n, on, err := w.portion()
		if err != nil || !on {
			return false, err
		}
		again, on, err := w.replay()
		switch {
		case err != nil || !on || n+again == 0 && quiet:
			return false, err
		case w.over():
			return true, nil
		}
		if quiet = n+again == 0; n+again < portionSize {
			if err := w.rest(); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

// over reports that another endpoint shall have the place.
func (w *worker) over() bool { return w.o.Now().Sub(w.began) > turnTime }

// rest waits for more to come: what comes within that time is sent without a new claim.
func (w *worker) rest() error {
	if w.unsaved > 0 && w.o.Now().Sub(w.savedAt)+w.o.Linger >= portionTime {
		if err := w.save(nil); err != nil {
			return err
		}
	}
	select {
	case <-w.base.Done():
	case <-time.After(w.o.Linger):
	}
	return nil
}

// portion sends the events behind the endpoint's cursor and counts them. on is false when
// the endpoint is to wait or is disabled, which is stored then.
func (w *worker) portion() (n int, on bool, err error) {
	if w.endpoint.NextAt.After(w.o.Now()) {
		return 0, true, nil // a replay may go on
	}
	events, err := w.page(w.endpoint.Done)
	if err != nil {
		return 0, false, err
	}
	for _, e := range events {
		switch {
		case w.ending():
			return n, false, nil
		case n > 0 && w.over():
			return n, true, nil
		}
		if w.endpoint.Wants(e.Type) {
			if on, err := w.deliver(e); err != nil || !on {
				return n, on, err
			}
		}
		w.endpoint.Cursor = hooks.Cursor{Done: e.Sequence}
		n, w.unsaved = n+1, w.unsaved+1
		if w.unsaved >= portionSize || w.o.Now().Sub(w.savedAt) >= portionTime {
			if err := w.save(nil); err != nil {
				return n, false, err
			}
		}
	}
	return n, true, nil
}

// deliver sends an event of the feed. on is false when the endpoint has to wait for it.
func (w *worker) deliver(e feed.Event) (on bool, err error) {
	res, err := w.send(e)
	switch {
	case err != nil || res.Outcome == Delivered:
		return err == nil, err
	case res.Outcome == Stopped:
		return false, nil
	}
	a := w.attempt(e, w.endpoint.Attempts, res)
	dead := w.missed(&w.endpoint.Cursor, a, res)
	return dead, w.save(func(t *store.Tx) error { return w.note(t, a, dead) })
}

// replay sends what an operator asked for again, beside the endpoint's cursor.
func (w *worker) replay() (n int, on bool, err error) {
	var p hooks.Replay
	var found bool
	err = w.o.Store.Read(w.base, w.creditor, func(r *store.Reader) error {
		p, found, err = hooks.NextReplay(r, w.endpoint.ID, w.o.Now())
		return err
	})
	if err != nil || !found {
		return 0, err == nil, err
	}
	events, err := w.page(p.Done)
	if err != nil {
		return 0, false, err
	}
	sent, failure, stopped, err := w.again(&p, events)
	if err != nil {
		return 0, false, err
	}
	err = w.save(func(t *store.Tx) error {
		for _, seq := range sent {
			if err := hooks.Revive(t, w.endpoint.ID, seq); err != nil {
				return err
			}
		}
		if failure.Seq > 0 {
			if err := w.note(t, failure, p.Attempts == 0); err != nil {
				return err
			}
		}
		return hooks.SaveReplay(t, p)
	})
	return len(sent) + 1, !stopped && w.endpoint.Disabled == "", err
}

// again sends the events of a replay until one fails, or current ones have waited enough.
func (w *worker) again(p *hooks.Replay, events []feed.Event) (sent []int64, failure hooks.Attempt, stopped bool, err error) {
	began := w.o.Now()
	for _, e := range events {
		if e.Sequence > p.To || w.ending() || len(sent) > 0 && w.o.Now().Sub(began) >= portionTime {
			break
		}
		if w.endpoint.Wants(e.Type) {
			res, err := w.send(e)
			switch {
			case err != nil:
				return nil, failure, false, err
			case res.Outcome == Stopped:
				return sent, failure, true, nil
			case res.Outcome != Delivered:
				failure = w.attempt(e, p.Attempts, res)
				w.missed(&p.Cursor, failure, res)
				return sent, failure, false, nil
			}
		}
		p.Cursor, sent = hooks.Cursor{Done: e.Sequence}, append(sent, e.Sequence)
	}
	return sent, failure, false, nil
}

func (w *worker) page(after int64) (events []feed.Event, err error) {
	err = w.o.Store.Read(w.base, w.creditor, func(r *store.Reader) error {
		events, err = feed.Page(r, after, portionSize)
		return err
	})
	return events, err
}

// ending reports that the program is about to end.
func (w *worker) ending() bool { return w.base.Err() != nil }

// send makes one request, with enough of the lease left for it.
func (w *worker) send(e feed.Event) (Result, error) {
	if w.lease.Until.Sub(w.o.Now()) < leaseLeft {
		if err := w.save(nil); err != nil {
			return Result{}, err
		}
	}
	body, err := Body(e)
	if err != nil {
		return Result{}, err
	}
	return w.o.Client.Post(w.sends, w.to, Message{ID: e.ID, Body: body}, w.secrets...), nil
}

// maxBody is what the specification wants a body to stay below.
const maxBody = 20_000

// Body writes an event as it is sent. Data that makes it too long are left out: the feed
// has them.
func Body(e feed.Event) ([]byte, error) {
	b, err := json.Marshal(e)
	if err == nil && len(b) > maxBody {
		e.Data, e.DataOmitted = json.RawMessage("{}"), true
		b, err = json.Marshal(e)
	}
	return b, err
}

func (w *worker) attempt(e feed.Event, before int, res Result) hooks.Attempt {
	return hooks.Attempt{Seq: e.Sequence, Number: before + 1, At: w.o.Now(),
		Result: hooks.Result{Status: res.Status, Outcome: res.Outcome, Milliseconds: res.Took.Milliseconds()}}
}

// missed moves a cursor after a failed try: the event waits, or is given up. The answer 410
// disables the endpoint.
func (w *worker) missed(c *hooks.Cursor, a hooks.Attempt, res Result) (dead bool) {
	if res.Outcome == GoneAway {
		w.endpoint.Disabled = hooks.Gone
	} else if a.Number > len(schedule) {
		*c = hooks.Cursor{Done: a.Seq}
		return true
	}
	*c = hooks.Cursor{Done: c.Done, Attempts: a.Number, NextAt: a.At.Add(wait(a.Number, res.RetryAfter))}
	return false
}

// wait is how long an event waits after its nth failed try: by the schedule, a tenth more or
// less so that many do not come back at once, and longer if the receiver asked for it, up
// to the schedule's longest.
func wait(n int, asked time.Duration) time.Duration {
	d := schedule[min(n, len(schedule))-1]
	d += rand.N(d/5) - d/10 //nolint:gosec // jitter needs no secrecy
	return max(d, min(asked, schedule[len(schedule)-1]))
}

func (w *worker) note(t *store.Tx, a hooks.Attempt, dead bool) error {
	if err := hooks.AddAttempt(t, w.endpoint.ID, a); err != nil || !dead {
		return err
	}
	return hooks.AddDead(t, w.endpoint.ID, hooks.Dead{Seq: a.Seq, Attempts: a.Number, At: a.At, Status: a.Status, Outcome: a.Outcome})
}

// save stores how far the endpoint has come, and whatever belongs to it, while the lease is
// ours, and extends it.
func (w *worker) save(more func(t *store.Tx) error) error {
	now := w.o.Now()
	lease := w.lease
	lease.Until = now.Add(leaseTime)
	err := w.write(func(t *store.Tx) error {
		if err := hooks.Save(t, lease, w.endpoint); err != nil || more == nil {
			return err
		}
		return more(t)
	})
	if err == nil {
		w.lease, w.unsaved, w.savedAt = lease, 0, now
	}
	return err
}

// write goes through also when the program ends: what was delivered should be known.
func (w *worker) write(fn func(t *store.Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.base), 10*time.Second)
	defer cancel()
	return w.o.Store.Write(ctx, w.creditor, fn)
}
