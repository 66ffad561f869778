package signin

import (
	"context"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/grants"
)

// closed gives the instant the case was closed, zero while it is open.
func (w *work) closed() (time.Time, error) {
	if w.file.Case.Stage != debt.StageClosed {
		return time.Time{}, nil
	}
	return grants.ClosedAt(&w.Reader, w.file.Case.ID)
}

func ended() error { return debt.E(debt.NotFound, "session_ended", nil) }

// session finds the living session of a cookie, NotFound "session_ended" otherwise: never
// was, idle too long, too old, ended or of another installation.
func (d Desk) session(ctx context.Context, cookie string) (s access.Session, idHash string, err error) {
	idHash, ok := parseCookie(cookie)
	if !ok {
		return s, "", ended()
	}
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		s, err = grants.LoadSession(r, idHash)
		return err
	})
	if err == nil && !s.Alive(d.Now()) {
		err = ended()
	}
	return s, idHash, err
}

// Visit finds the session of a cookie and keeps it alive; NotFound "session_ended". One
// query answers it, because whatever ends a grant also ends its sessions.
func (d Desk) Visit(ctx context.Context, cookie string) (Visit, error) {
	s, idHash, err := d.session(ctx, cookie)
	if err != nil {
		return Visit{}, err
	}
	if !s.Seen(d.Now()) {
		return visit(s), nil
	}
	return visit(s), d.Store.Write(ctx, "", func(t *store.Tx) error { return grants.SaveSeen(t, idHash, s) })
}

// Raise checks a further datum in a session and opens a new one with a higher tier; the
// old one ends, its absolute end stays. Errors are those of Open and Visit.
func (d Desk) Raise(ctx context.Context, cookie string, c Check) (Opened, error) {
	if c.Kind == access.CheckNone {
		return Opened{}, debt.E(debt.Invalid, "check_missing", nil)
	}
	if err := access.Plausible(c.Kind, c.Value); err != nil {
		return Opened{}, err
	}
	return d.raise(ctx, cookie, func(w *work) (tier access.Tier, outcome, err error) {
		return w.second(c.Kind, func() (access.Tier, error) { return access.Matches(w.debtor, c.Kind, c.Value), nil })
	})
}

// raise replaces a session by one with the tier a check gave.
func (d Desk) raise(ctx context.Context, cookie string, check func(w *work) (tier access.Tier, outcome, err error)) (o Opened, err error) {
	s, oldHash, err := d.session(ctx, cookie)
	if err != nil {
		return Opened{}, err
	}
	var outcome error
	fresh, idHash := newCookie()
	err = d.at(ctx, place{s.CreditorID, s.CaseID, s.GrantID}, func(w *work) error {
		// A session that ended while this one waited for the lock must not check anything.
		if _, err := grants.LoadSession(&w.Reader, oldHash); err != nil {
			return err
		}
		var tier access.Tier
		var err error
		if tier, outcome, err = check(w); err != nil || outcome != nil {
			return err
		}
		if err := grants.Save(w.Tx, w.grant); err != nil {
			return err
		}
		if _, err := grants.EndSession(w.Tx, oldHash); err != nil {
			return err
		}
		next := s
		next.Tier, next.SeenAt = max(s.Tier, tier), w.stamp.At
		w.show(&next)
		o = Opened{fresh, visit(next)}
		return grants.AddSession(w.Tx, idHash, next)
	})
	if err != nil || outcome != nil {
		return Opened{}, firstOf(err, outcome)
	}
	return o, nil
}

// Leave ends the session; one that has ended already is no error.
func (d Desk) Leave(ctx context.Context, cookie string) error {
	idHash, ok := parseCookie(cookie)
	if !ok {
		return nil
	}
	return d.Store.Write(ctx, "", func(t *store.Tx) error {
		_, err := grants.EndSession(t, idHash)
		return err
	})
}
