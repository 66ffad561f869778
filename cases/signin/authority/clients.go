package authority

import (
	"context"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/authority"
	"quitt/store"
	"quitt/store/authorities"
)

// Client is a case a representative may open.
type Client struct {
	Authority debt.ID
	Name      debt.Personal
	Creditor  string
	Reference string
	Scopes    []authority.Scope
	Until     debt.Date
}

// Clients lists whose cases are open to who has a visit, the newest authority first.
func (d Desk) Clients(ctx context.Context, representative debt.ID) (list []Client, err error) {
	var places []authorities.Place
	names := map[debt.ID]string{}
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		creditors, err := r.Creditors()
		if err != nil {
			return err
		}
		for _, c := range creditors {
			names[c.ID] = c.Name
		}
		places, err = authorities.Places(r, representative)
		return err
	})
	for _, p := range places {
		if err != nil {
			return nil, err
		}
		err = d.Store.Read(ctx, p.Creditor, func(r *store.Reader) error {
			a, err := authorities.Load(r, p.Authority)
			if err != nil {
				return err
			}
			open, debtor, err := d.open(r, a)
			if err != nil || !open || a.Representative != representative {
				return err
			}
			f, err := r.LoadFile(a.CaseID)
			list = append(list, Client{a.ID, debtor.Name(), names[p.Creditor], f.Case.FileReference, a.Opens(), a.Until})
			return err
		})
	}
	return list, err
}

// Redeem puts an authority in force with its code, typed in a visit of the representative it
// was given to. What is no code is Invalid as at the entry; NotFound "authority_code_unknown"
// for every other failure: it does not tell whose codes exist.
func (d Desk) Redeem(ctx context.Context, cookie, typed string) error {
	if err := d.ready(); err != nil {
		return err
	}
	s, _, err := d.session(ctx, cookie)
	if err != nil {
		return err
	}
	code, err := access.ParseCode(typed)
	if err != nil {
		return err
	}
	unknown := debt.E(debt.NotFound, "authority_code_unknown", nil)
	var at authorities.Place
	var found bool
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		at, found, err = authorities.ByCode(r, s.Representative, d.hashes("code", string(code)))
		return err
	})
	if err != nil {
		return err
	}
	if !found {
		return unknown
	}
	err = d.on(ctx, at.Creditor, at.Authority, debt.Actor{Kind: authority.Representing, ID: at.Authority},
		func(x *work, a *authorities.Record) (bool, error) {
			if a.Representative != s.Representative {
				return false, unknown
			}
			return true, a.Redeem(x.at)
		})
	if debt.KindOf(err) == debt.Conflict {
		return unknown
	}
	return err
}

// Choose opens a client. The session gets a new secret: a form of another client that is open
// in another window must not speak for this one. NotFound "authority_unknown" for what is not
// open to this representative.
func (d Desk) Choose(ctx context.Context, cookie string, id debt.ID) (o signin.Opened, err error) {
	s, old, err := d.session(ctx, cookie)
	if err != nil {
		return o, err
	}
	at, err := d.placeOf(ctx, s.Representative, id)
	if err != nil {
		return o, err
	}
	fresh, idHash := newCookie()
	var v signin.Visit
	err = d.on(ctx, at.Creditor, id, debt.Actor{Kind: authority.Representing, ID: id}, func(x *work, a *authorities.Record) (bool, error) {
		next := s
		next.At, next.PreviousAt, next.SeenAt = at, a.LastAccessAt, x.at
		if v, err = d.within(&x.Reader, next); err != nil {
			return false, err
		}
		if v.CaseID == "" {
			return false, debt.E(debt.NotFound, "authority_unknown", nil)
		}
		had, err := authorities.EndSession(x.Tx, old)
		if err == nil && !had {
			err = ended()
		}
		if err != nil {
			return false, err
		}
		if err := authorities.AddSession(x.Tx, idHash, next); err != nil {
			return false, err
		}
		a.LastAccessAt = x.at
		if err := authorities.Save(x.Tx, a.Authority); err != nil {
			return false, err
		}
		return false, x.tell(debt.AccessVerified, debt.Args{"check": "authority", "tier": access.FullView.String()})
	})
	if err != nil {
		return signin.Opened{}, err
	}
	return signin.Opened{Cookie: fresh, Visit: v}, nil
}

// Resign gives an authority back. NotFound "authority_unknown" for what is not this
// representative's.
func (d Desk) Resign(ctx context.Context, representative, id debt.ID) error {
	at, err := d.placeOf(ctx, representative, id)
	if err != nil {
		return err
	}
	return d.Revoke(ctx, At{Creditor: at.Creditor}, debt.Actor{Kind: authority.Representing, ID: id}, id)
}

// placeOf finds an authority among those of a representative, and no other.
func (d Desk) placeOf(ctx context.Context, representative, id debt.ID) (at authorities.Place, err error) {
	var places []authorities.Place
	err = d.Store.Read(ctx, "", func(r *store.Reader) error {
		places, err = authorities.Places(r, representative)
		return err
	})
	for _, p := range places {
		if p.Authority == id {
			return p, err
		}
	}
	if err == nil {
		err = debt.E(debt.NotFound, "authority_unknown", nil)
	}
	return at, err
}
