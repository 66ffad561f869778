package payments

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments/gather"
	"quitt/store"
	"quitt/store/rails"
)

const (
	noticesAtOnce = 256
	fetchers      = 8
	// askFor is how long a portion's questions may take in all: what is not answered by then is
	// put off, and the next creditor has its turn.
	askFor = 30 * time.Second
	// noObjectFor is how long a notice about an object the provider does not know is tried.
	noObjectFor = time.Hour
	// triedFor is how long a notice is tried at all before a person looks.
	triedFor = 72 * time.Hour
)

// BookNotices asks the provider for what the creditor's notices are about and books it. It
// gives how many notices it took; a loop calls it.
func (r *Rail) BookNotices(ctx context.Context, creditor debt.ID) (int, error) {
	now := r.Now()
	waits := false
	err := r.Store.Read(ctx, creditor, func(t *store.Reader) (err error) {
		waits, err = rails.AnyDue(t, now)
		return err
	})
	if err != nil || !waits {
		return 0, err
	}
	var list []rails.Notice
	err = r.Store.Write(ctx, creditor, func(t *store.Tx) (err error) {
		list, err = rails.Claim(t, noticesAtOnce, now, now.Add(lease))
		return err
	})
	if err != nil {
		return 0, err
	}
	if len(list) == noticesAtOnce { // many at once: a database that was empty plans for few
		if err := r.Store.Write(ctx, creditor, func(t *store.Tx) error { return t.Learn() }); err != nil {
			return len(list), err
		}
	}
	byAccount := map[debt.ID][]rails.Notice{}
	for _, n := range list {
		byAccount[n.Account] = append(byAccount[n.Account], n)
	}
	var errs []error
	for id, notices := range byAccount {
		acc, err := r.account(ctx, creditor, id)
		if err == nil {
			err = r.bookNotices(ctx, acc, notices)
		}
		errs = append(errs, err)
	}
	return len(list), errors.Join(errs...)
}

// answer is what asking about one object gave.
type answer struct {
	ref     rail.Ref
	facts   rail.Facts
	err     error
	notices []rails.Notice
}

func (r *Rail) bookNotices(ctx context.Context, acc rail.Account, notices []rails.Notice) error {
	answers := byObject(notices)
	r.ask(ctx, acc, answers)
	var list []heard
	var done []rails.Notice
	var errs []error
	seen := map[string]bool{}
	for _, a := range answers {
		if a.err == nil && a.ref.Kind == rail.PayoutRef {
			a.err = r.bookPayout(ctx, acc, a.ref.ID)
		} else if order := a.facts.Intent + "/" + a.facts.Session; a.err == nil && (order == "/" || !seen[order]) {
			seen[order] = true
			list = append(list, heard{Facts: a.facts, attempt: a.facts.Attempt})
		}
		if a.err == nil {
			done = append(done, a.notices...)
			continue
		}
		errs = append(errs, r.putOff(ctx, acc, a))
	}
	if err := r.learn(ctx, acc, list, done); err != nil {
		errs = append(errs, err, r.settleEach(ctx, acc, answers))
	}
	return errors.Join(errs...)
}

// byObject puts together the notices about one object: one question answers them all.
func byObject(notices []rails.Notice) (answers []*answer) {
	at := map[rail.Ref]*answer{}
	for _, n := range notices {
		a := at[n.Object]
		if a == nil {
			a = &answer{ref: n.Object}
			at[n.Object] = a
			answers = append(answers, a)
		}
		a.notices = append(a.notices, n)
	}
	return answers
}

// ask fetches all objects, some at a time.
func (r *Rail) ask(ctx context.Context, acc rail.Account, answers []*answer) {
	ctx, enough := context.WithTimeout(ctx, cmp.Or(r.Patience, askFor))
	defer enough()
	var wg sync.WaitGroup
	work := make(chan *answer)
	for range min(fetchers, len(answers)) {
		wg.Go(func() {
			for a := range work {
				if a.ref.Kind != rail.PayoutRef {
					a.facts, a.err = r.Providers[acc.Provider].Fetch(ctx, acc, a.ref)
				}
			}
		})
	}
	for _, a := range answers {
		work <- a
	}
	close(work)
	wg.Wait()
}

// putOff keeps notices whose object could not be asked for: they are tried again, and go into
// quarantine when that has been for too long. The error is nil for what is expected to pass.
func (r *Rail) putOff(ctx context.Context, acc rail.Account, a *answer) error {
	now := r.Now()
	reason := "provider_unavailable"
	var de *debt.Error
	if errors.As(a.err, &de) {
		reason = de.Key
	}
	err := r.Store.Write(ctx, acc.CreditorID, func(t *store.Tx) error {
		for _, n := range a.notices {
			n.Reason, n.State, n.DueAt = reason, rails.Waiting, now.Add(backOff(n.Tries))
			age := now.Sub(n.ReceivedAt)
			if errors.Is(a.err, ErrNoObject) && age > noObjectFor || age > triedFor {
				n.State, n.DueAt = rails.Quarantined, time.Time{}
			}
			if err := rails.Settle(t, n, now); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(a.err, ErrNoObject) || errors.Is(a.err, ErrBusy) || errors.Is(a.err, context.DeadlineExceeded) {
		return err
	}
	return errors.Join(a.err, err)
}

// backOff is 5 s, 10 s, 20 s … an hour.
func backOff(tries int) time.Duration {
	return min(5*time.Second<<min(max(tries-1, 0), 10), time.Hour)
}

// settleEach settles the notices of orders that could be booked when not all could, and puts
// off the others.
func (r *Rail) settleEach(ctx context.Context, acc rail.Account, answers []*answer) error {
	var errs []error
	for _, a := range answers {
		if a.err != nil || a.ref.Kind == rail.PayoutRef {
			continue
		}
		if a.err = r.learn(ctx, acc, []heard{{Facts: a.facts, attempt: a.facts.Attempt}}, a.notices); a.err != nil {
			errs = append(errs, r.putOff(ctx, acc, a))
		}
	}
	return errors.Join(errs...)
}

// QueueOf measures the creditor's queue of notices.
func (r *Rail) QueueOf(ctx context.Context, creditor debt.ID) (d rails.Depth, err error) {
	err = r.Store.Read(ctx, creditor, func(t *store.Reader) error {
		d, err = rails.CountNotices(t)
		return err
	})
	return d, err
}

// Accept takes a notice as it came in at one of our addresses: on the bytes as they are, and
// before anything else is done with them. It keeps which object it is about and answers; what
// follows is a loop's. NotFound "endpoint_unknown": there is no such address. Forbidden
// "notice_forged": nobody we know signed it. Anything else that is signed is taken, also what
// is not for us: the sender would only send it again.
func (r *Rail) Accept(ctx context.Context, name string, body []byte, signature string) error {
	e, err := r.door.endpoint(ctx, name, false)
	if err != nil {
		return err
	}
	signed := Signed{Body: body, Signature: signature, Secrets: e.secrets, Now: r.Now()}
	n, err := r.Providers[e.Provider].Notice(signed)
	if errors.Is(err, ErrForged) { // its secret may have changed since we looked
		if e, err = r.door.endpoint(ctx, name, true); err != nil {
			return err
		}
		signed.Secrets = e.secrets
		n, err = r.Providers[e.Provider].Notice(signed)
	}
	if err != nil {
		return err
	}
	kept, err := r.door.address(ctx, e, n)
	if err != nil {
		return err
	}
	return r.door.gather.Do(ctx, kept.Owner, kept)
}

// address finds out whose a notice is. One that names a foreign account, or real money at an
// address for tests, is kept and looked at by a person.
func (d *door) address(ctx context.Context, e known, n rail.Notice) (rails.Notice, error) {
	now := d.rail.Now()
	kept := rails.Notice{Notice: n, Provider: e.Provider, Owner: e.Owner, Account: e.Account, State: rails.Waiting, ReceivedAt: now, DueAt: now}
	quarantine := func(reason string) {
		kept.State, kept.Reason, kept.DueAt = rails.Quarantined, reason, time.Time{}
	}
	if kept.External == "" {
		kept.External = e.external
	}
	switch {
	case e.Owner == "":
		var err error
		if kept.Owner, kept.Account, err = d.owner(ctx, e.Provider, kept.External); debt.KindOf(err) == debt.NotFound {
			quarantine("foreign_account")
		} else if err != nil {
			return kept, err
		}
	case kept.External != e.external:
		quarantine("foreign_account")
	}
	if n.Live != e.Live {
		quarantine("foreign_mode")
	}
	if kept.State == rails.Waiting && n.Object.ID == "" {
		kept.State, kept.Reason, kept.DueAt = rails.Ignored, "not_needed", time.Time{}
	}
	return kept, nil
}

// door is where notices come in: it remembers endpoints for a moment and writes what comes at
// the same time in one transaction.
type door struct {
	rail   *Rail
	gather *gather.Gather[debt.ID, rails.Notice]

	mu     sync.Mutex
	known  map[string]known
	owners map[string]owned
}

// known is an endpoint with its secrets open.
type known struct {
	rails.Endpoint

	external string // of its account
	secrets  []debt.Personal
	readAt   time.Time
}

type owned struct {
	creditor, account debt.ID
	readAt            time.Time
}

// knownFor is how long an endpoint is not looked up again. A rotated secret is noticed at
// once, by the first notice it signs.
const knownFor = time.Minute

func newDoor(r *Rail) *door {
	d := &door{rail: r, known: map[string]known{}, owners: map[string]owned{}}
	d.gather = gather.New(MaxBatch, func(ctx context.Context, owner debt.ID, list []rails.Notice) error {
		return r.Store.Write(ctx, owner, func(t *store.Tx) error {
			_, err := rails.Accept(t, list)
			return err
		})
	})
	return d
}

// endpoint gives an address of ours with the secrets that may sign what comes to it.
func (d *door) endpoint(ctx context.Context, name string, anew bool) (known, error) {
	now := d.rail.Now()
	d.mu.Lock()
	k, ok := d.known[name]
	d.mu.Unlock()
	if ok && !anew && now.Sub(k.readAt) < knownFor {
		return k, nil
	}
	k = known{readAt: now}
	err := d.rail.Store.Read(ctx, "", func(t *store.Reader) (err error) {
		k.Endpoint, err = rails.LoadEndpoint(t, name)
		return err
	})
	if err == nil && k.Owner != "" {
		var acc rail.Account
		acc, err = d.rail.bare(ctx, k.Owner, k.Account)
		k.external = acc.External
	}
	if err != nil {
		return k, err
	}
	sealed := []string{k.Secret}
	if k.OldSecret != "" && now.Before(k.OldUntil) {
		sealed = append(sealed, k.OldSecret)
	}
	for _, s := range sealed {
		if secret, ok := d.rail.Vault.Open(k.Name, s); ok && len(secret) > 0 {
			k.secrets = append(k.secrets, debt.Personal(secret))
		}
	}
	if len(k.secrets) == 0 || d.rail.Providers[k.Provider] == nil {
		return k, ErrKey
	}
	d.mu.Lock()
	d.known[name] = k
	d.mu.Unlock()
	return k, nil
}

// owner tells whose a connected account is.
func (d *door) owner(ctx context.Context, provider, external string) (creditor, account debt.ID, err error) {
	now := d.rail.Now()
	d.mu.Lock()
	o, ok := d.owners[provider+":"+external]
	d.mu.Unlock()
	if ok && now.Sub(o.readAt) < knownFor {
		return o.creditor, o.account, nil
	}
	o.readAt = now
	err = d.rail.Store.Read(ctx, "", func(t *store.Reader) (err error) {
		o.creditor, o.account, err = rails.Owner(t, provider, external)
		return err
	})
	if err == nil {
		d.mu.Lock()
		d.owners[provider+":"+external] = o
		d.mu.Unlock()
	}
	return o.creditor, o.account, err
}

// bare gives an account without its key.
func (r *Rail) bare(ctx context.Context, creditor, id debt.ID) (a rail.Account, err error) {
	err = r.Store.Read(ctx, creditor, func(t *store.Reader) error {
		kept, err := rails.LoadAccount(t, id)
		a = kept.Account
		return err
	})
	return a, err
}
