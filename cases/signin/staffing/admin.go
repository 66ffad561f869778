package staffing

import (
	"context"
	"errors"
	"time"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/store"
	kept "quitt/store/staff"
)

// Colleague is a member as an administrator sees him.
type Colleague struct {
	staff.Member
	Role staff.Role
}

// Colleagues lists who may come to a creditor, but for the operator's people without a role.
func (d Desk) Colleagues(ctx context.Context, creditor debt.ID) (list []Colleague, err error) {
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		given, err := kept.PlacesOf(r, creditor)
		if err != nil {
			return err
		}
		list = nil
		for _, p := range given {
			m, err := d.load(r, p.Member)
			if err != nil {
				return err
			}
			list = append(list, Colleague{m, p.Role})
		}
		return nil
	})
	return list, err
}

func (d Desk) load(r *store.Reader, id debt.ID) (staff.Member, error) {
	m, err := kept.Load(r, id)
	if err != nil {
		return staff.Member{}, err
	}
	return d.member(m)
}

// Members lists everybody, for the operator.
func (d Desk) Members(ctx context.Context) (list []staff.Member, err error) {
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		all, err := kept.All(r)
		list = nil
		for _, x := range all {
			if err != nil {
				return err
			}
			var m staff.Member
			m, err = d.member(x)
			list = append(list, m)
		}
		return err
	})
	return list, err
}

// ByEmail finds a member, or NotFound "staff_unknown".
func (d Desk) ByEmail(ctx context.Context, email debt.Personal) (m staff.Member, err error) {
	if err := d.ready(); err != nil {
		return m, err
	}
	to, err := address(email)
	if err != nil {
		return m, err
	}
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		x, found, err := kept.Find(r, d.addressHashes(to))
		if err == nil && !found {
			err = debt.E(debt.NotFound, "staff_unknown", nil)
		}
		if err != nil {
			return err
		}
		m, err = d.member(x)
		return err
	})
	return m, err
}

// Change is what an administrator does with a colleague.
type Change struct {
	Creditor debt.ID
	By       debt.ID // "" on the command line
	Member   debt.ID
}

// SetRole gives another role. NotFound "staff_unknown" for who is nobody's colleague; Conflict
// "staff_last_admin" if nobody would be left to let people in.
func (d Desk) SetRole(ctx context.Context, c Change, role staff.Role) error {
	if !role.Known() {
		return debt.E(debt.Invalid, "staff_role", nil)
	}
	return d.change(ctx, c, role, func(t *store.Tx) error {
		return kept.SavePlace(t, kept.Place{Creditor: c.Creditor, Member: c.Member, Role: role})
	})
}

// EndRole takes the role away: what is open of the creditor is closed with the next page.
func (d Desk) EndRole(ctx context.Context, c Change) error {
	return d.change(ctx, c, "", func(t *store.Tx) error { return kept.EndPlace(t, kept.Place{Creditor: c.Creditor, Member: c.Member}) })
}

func (d Desk) change(ctx context.Context, c Change, to staff.Role, do func(*store.Tx) error) error {
	return d.Store.Write(ctx, "", func(t *store.Tx) error {
		list, err := kept.LockPlaces(t, c.Creditor)
		if err != nil {
			return err
		}
		known, others := false, false
		for _, p := range list {
			known = known || p.Member == c.Member
			others = others || p.Member != c.Member && p.Role == staff.Admin
		}
		switch {
		case !known:
			return debt.E(debt.NotFound, "staff_unknown", nil)
		case to != staff.Admin && !others && c.By != "":
			return debt.E(debt.Conflict, "staff_last_admin", nil)
		}
		if err := do(t); err != nil {
			return err
		}
		what := staff.GotRole
		if to == "" {
			what = staff.LostRole
		}
		return kept.Note(t, kept.Entry{ID: store.NewID(), Member: c.Member, Creditor: c.Creditor, By: c.By, What: what, At: d.Now()})
	})
}

// Restart takes password and second factor away and sends a new invitation: for who lost them.
// An administrator restarts his own colleagues, and never the operator's people.
func (d Desk) Restart(ctx context.Context, c Change) (i Invitation, err error) {
	if err := d.ready(); err != nil {
		return i, err
	}
	fresh := Invitation{ID: c.Member, Code: newCode()}
	err = d.Store.Write(ctx, "", func(t *store.Tx) error {
		i = fresh
		m, err := d.inReach(t, c)
		if err != nil {
			return err
		}
		who, err := d.member(m)
		if err != nil {
			return err
		}
		m.State, m.Password, m.TOTP, m.Step, m.Tries = staff.Invited, "", "", 0, staff.Tries{}
		if err := kept.Save(t, m); err != nil {
			return err
		}
		if err := errors.Join(kept.EndPasskeys(t, m.ID), kept.EndIdentities(t, m.ID)); err != nil {
			return err
		}
		for _, kind := range []kept.Kind{kept.Recovery, kept.Reset} {
			if err := kept.EndCodes(t, m.ID, kind); err != nil {
				return err
			}
		}
		if err := kept.EndAll(t, m.ID, ""); err != nil {
			return err
		}
		if err := d.invite(t, i, who.Email, who.Language); err != nil {
			return err
		}
		return kept.Note(t, kept.Entry{ID: store.NewID(), Member: m.ID, Creditor: c.Creditor, By: c.By, What: staff.FactorReset, At: d.Now()})
	})
	if err != nil {
		return Invitation{}, err
	}
	return i, nil
}

// inReach locks a member whom somebody may change: without a creditor everybody.
func (d Desk) inReach(t *store.Tx, c Change) (kept.Record, error) {
	m, err := kept.Lock(t, c.Member)
	if err != nil || c.Creditor == "" {
		return m, err
	}
	list, err := kept.Places(&t.Reader, m.ID)
	if err != nil {
		return m, err
	}
	for _, p := range list {
		if p.Creditor == c.Creditor && !m.Operator {
			return m, nil
		}
	}
	return m, debt.E(debt.NotFound, "staff_unknown", nil)
}

// End lets a member come in no more; the account stays, because the log names it.
func (d Desk) End(ctx context.Context, c Change) error {
	return d.Store.Write(ctx, "", func(t *store.Tx) error {
		m, err := kept.Lock(t, c.Member)
		if err != nil {
			return err
		}
		list, err := kept.Places(&t.Reader, m.ID)
		for _, p := range list {
			if err == nil {
				err = kept.EndPlace(t, p)
			}
		}
		if err != nil {
			return err
		}
		m.State, m.Operator = staff.Ended, false
		if err := kept.Save(t, m); err != nil {
			return err
		}
		if err := errors.Join(kept.EndAll(t, m.ID, ""), kept.EndIdentities(t, m.ID)); err != nil {
			return err
		}
		return kept.Note(t, kept.Entry{ID: store.NewID(), Member: m.ID, By: c.By, What: staff.WasEnded, At: d.Now()})
	})
}

// Shown is a sign-in as its owner sees it.
type Shown struct {
	ID               debt.ID
	Device           string
	OpenedAt, SeenAt time.Time
	Here             bool // the one that is looking
}

// Account is what a member sees of his own account.
type Account struct {
	Sessions []Shown
	Passkeys []kept.Passkey
	Linked   []kept.Identity
	Recovery int // codes that are left
}

// Account lists the living sign-ins of a visit's member.
func (d Desk) Account(ctx context.Context, v Visit) (a Account, err error) {
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		list, err := kept.Sessions(r, v.Member)
		if err != nil {
			return err
		}
		a = Account{}
		for _, s := range list {
			if s.Alive(d.Now()) {
				a.Sessions = append(a.Sessions, Shown{s.ID, s.Device, s.OpenedAt, s.SeenAt, s.ID == v.id})
			}
		}
		if a.Passkeys, err = kept.Passkeys(r, v.Member); err != nil {
			return err
		}
		if a.Linked, err = kept.Identities(r, v.Member); err != nil {
			return err
		}
		a.Recovery, err = kept.CodesLeft(r, v.Member, kept.Recovery)
		return err
	})
	return a, err
}

// EndSession ends one of the member's own sign-ins; there may be none.
func (d Desk) EndSession(ctx context.Context, v Visit, id debt.ID) error {
	return d.Store.Write(ctx, "", func(t *store.Tx) error {
		if err := kept.EndOne(t, v.Member, id); err != nil {
			return err
		}
		return d.note(t, v.Member, staff.SessionsEnded)
	})
}

// EndOthers ends all of them but the one of the cookie.
func (d Desk) EndOthers(ctx context.Context, v Visit, cookie string) error {
	idHash, ok := parseCookie(cookie)
	if !ok {
		return ended()
	}
	return d.Store.Write(ctx, "", func(t *store.Tx) error {
		if err := kept.EndAll(t, v.Member, idHash); err != nil {
			return err
		}
		return d.note(t, v.Member, staff.SessionsEnded)
	})
}

// Line is an entry of the log with names.
type Line struct {
	What   staff.What
	Member debt.Personal
	By     debt.Personal // "" for the member, or the command line
	Reason string
	At     time.Time
}

// mostLines is how much of the log is shown.
const mostLines = 50

// Log lists what was done with the ways into a creditor's window, the newest first.
func (d Desk) Log(ctx context.Context, creditor debt.ID) (list []Line, err error) {
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		entries, err := kept.Entries(r, creditor, mostLines)
		if err != nil {
			return err
		}
		list = nil
		for _, e := range entries {
			l := Line{What: e.What, At: e.At}
			m, err := d.load(r, e.Member)
			if err != nil {
				return err
			}
			l.Member = m.Name
			if e.By != "" {
				by, err := d.load(r, e.By)
				if err != nil {
					return err
				}
				l.By = by.Name
			}
			reason, _ := d.vault.Open(reasonOwner(e.ID), e.Sealed)
			l.Reason = string(reason)
			list = append(list, l)
		}
		return nil
	})
	return list, err
}
