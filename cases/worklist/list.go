// Package worklist is what a person sees of many cases: what waits for a decision today, lists
// with filters, the search, and what is taken out of them.
package worklist

import (
	"context"
	"strings"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/caselist"
	"quitt/store/search"
)

// Desk reads lists. Now is the clock; every use case reads it once.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
}

// Who looks at a creditor's cases.
type Who struct{ Creditor, Member debt.ID }

// PageSize is how many cases a page of a list has.
const PageSize = 50

// Page is a part of a list with its cases.
type Page struct {
	caselist.Page

	Cases []caselist.Case
	Count caselist.Count
	Asked search.Query // what was searched for; empty without
	More  bool         // there are more hits than a search gives
}

// Look gives a page of a list. NotFound "list_search_gone" if what was searched for is
// forgotten, "case_unknown" if the case a page begins behind is not there.
func (d Desk) Look(ctx context.Context, w Who, q Query, at caselist.At) (p Page, err error) {
	now := d.Now()
	err = d.Store.Read(ctx, w.Creditor, func(r *store.Reader) (err error) {
		p = Page{}
		if p.More, err = find(r, w, &q, now); err != nil {
			return err
		}
		if q.Search != "" {
			if p.Asked, err = search.Asked(r, w.Member, q.Search, now); err != nil {
				return err
			}
		}
		if p.Page, err = q.Read(r, at, PageSize); err != nil {
			return err
		}
		if p.Count, err = q.Count(r); err != nil {
			return err
		}
		p.Cases, err = caselist.Load(r, p.Page.Cases)
		return err
	})
	return p, err
}

// find narrows a list to what its search finds.
func find(r *store.Reader, w Who, q *Query, now time.Time) (more bool, err error) {
	if q.Search == "" {
		return false, nil
	}
	asked, err := search.Asked(r, w.Member, q.Search, now)
	if err != nil {
		return false, err
	}
	found, err := search.Find(r, asked)
	q.Only = append([]debt.ID{}, found.Cases...) // nothing found is not everything
	return found.More, err
}

// mostTyped bounds what is searched for.
const mostTyped = 120

// Search keeps what a member typed and gives the id of it for an address. Invalid
// "list_search_short" if it can mean neither a name nor a reference.
func (d Desk) Search(ctx context.Context, w Who, typed string) (id debt.ID, err error) {
	typed = strings.Join(strings.Fields(typed), " ")
	q := search.Query{Text: typed}
	if c, err := debt.ParseCents(typed); err == nil && c > 0 {
		q.Amount = c
	}
	switch {
	case len([]rune(typed)) > mostTyped:
		return "", debt.E(debt.Invalid, "list_search_long", debt.Args{"most": mostTyped})
	case q.Amount == 0 && !search.Enough(typed):
		return "", debt.E(debt.Invalid, "list_search_short", nil)
	}
	now := d.Now()
	err = d.Store.Write(ctx, w.Creditor, func(t *store.Tx) error {
		id, err = search.Keep(t, w.Member, q, now)
		return err
	})
	return id, err
}

// IDs gives up to most cases of a list, and whether there are more.
func (d Desk) IDs(ctx context.Context, w Who, q Query, most int) (ids []debt.ID, more bool, err error) {
	now := d.Now()
	err = d.Store.Read(ctx, w.Creditor, func(r *store.Reader) error {
		ids, more = nil, false
		if _, err := find(r, w, &q, now); err != nil {
			return err
		}
		for at := (caselist.At{}); ; {
			p, err := q.Read(r, at, most+1-len(ids))
			if err != nil {
				return err
			}
			ids = append(ids, p.Cases...)
			if len(ids) > most {
				ids, more = ids[:most], true
				return nil
			}
			if at.Case = p.Next; p.Next == "" {
				return nil
			}
		}
	})
	return ids, more, err
}

// exportPage is how many cases an export reads at a time.
const exportPage = 500

// Export gives all cases of a list to fn, some at a time. No transaction is open meanwhile, so
// that a slow reader keeps nobody from working; what is booked in between is seen from then on.
func (d Desk) Export(ctx context.Context, w Who, q Query, fn func([]caselist.Case) error) error {
	now := d.Now()
	if err := d.Store.Read(ctx, w.Creditor, func(r *store.Reader) (err error) {
		_, err = find(r, w, &q, now)
		return err
	}); err != nil {
		return err
	}
	for at := (caselist.At{}); ; {
		var cases []caselist.Case
		var next debt.ID
		err := d.Store.Read(ctx, w.Creditor, func(r *store.Reader) error {
			p, err := q.Read(r, at, exportPage)
			if err != nil {
				return err
			}
			next = p.Next
			cases, err = caselist.Load(r, p.Cases)
			return err
		})
		if err != nil {
			return err
		}
		if err := fn(cases); err != nil {
			return err
		}
		if at.Case = next; next == "" {
			return nil
		}
	}
}

// mostNamed bounds the name of a view.
const mostNamed = 60

// Views gives the views a member sees.
func (d Desk) Views(ctx context.Context, w Who) (list []caselist.View, err error) {
	err = d.Store.Read(ctx, w.Creditor, func(r *store.Reader) (err error) {
		list, err = caselist.Views(r, w.Member)
		return err
	})
	return list, err
}

// Keep gives a list a name. What was searched for is not part of it: it is forgotten after a
// day. Invalid "list_view_name" without a name or with one that is too long, Conflict
// "list_views_many" if there are enough.
func (d Desk) Keep(ctx context.Context, w Who, name string, q Query, shared bool) (debt.ID, error) {
	name = strings.Join(strings.Fields(name), " ")
	if n := len([]rune(name)); n == 0 || n > mostNamed {
		return "", debt.E(debt.Invalid, "list_view_name", debt.Args{"most": mostNamed})
	}
	q.Search = ""
	v := caselist.View{ID: store.NewID(), Member: w.Member, Shared: shared, Name: name, Query: q.String(), MadeAt: d.Now()}
	return v.ID, d.Store.Write(ctx, w.Creditor, func(t *store.Tx) error {
		known, err := caselist.Views(&t.Reader, w.Member)
		if err != nil {
			return err
		}
		if len(known) >= caselist.MostViews {
			return debt.E(debt.Conflict, "list_views_many", debt.Args{"most": caselist.MostViews})
		}
		return caselist.AddView(t, v)
	})
}

// Remove forgets a view of a member's own.
func (d Desk) Remove(ctx context.Context, w Who, id debt.ID) error {
	return d.Store.Write(ctx, w.Creditor, func(t *store.Tx) error { return caselist.RemoveView(t, w.Member, id) })
}

// Cases gives what lists show of some cases, in the order of their ids as given.
func (d Desk) Cases(ctx context.Context, creditor debt.ID, ids []debt.ID) (list []caselist.Case, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		list, err = caselist.Load(r, ids)
		return err
	})
	return list, err
}
