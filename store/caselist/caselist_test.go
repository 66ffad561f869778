package caselist

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/store"
	"quitt/store/storetest"
)

// means is what a filter says, without a database.
func (f Filter) means(c Case) bool {
	on := debt.DateIn(c.ReceivedAt, debt.Berlin)
	same := func(want, got string) bool { return want == "" || want == got }
	return same(string(f.Review), string(c.Review)) && same(string(f.Stage), string(c.Stage)) && same(string(f.Processing), string(c.Processing)) &&
		same(string(f.Payment), string(c.Payment)) && same(string(f.Objection), string(c.Objection)) && same(string(f.Plan), string(c.Plan)) &&
		(f.Ground == "" || slices.ContainsFunc(c.Claims, func(l Claim) bool { return l.Ground == f.Ground })) &&
		(!f.Live || c.Stage != debt.StageClosed) && (f.From.IsZero() || !on.Before(f.From)) && (f.Until.IsZero() || !on.After(f.Until)) &&
		c.Open.Principal >= f.Least && (f.Most == 0 || c.Open.Principal <= f.Most) && (f.Only == nil || slices.Contains(f.Only, c.ID))
}

// wanted is the whole list, without a database.
func (l List) wanted(all []Case) []debt.ID {
	var keys []key
	for _, c := range all {
		if l.means(c) {
			k := key{ID: c.ID, Open: c.Open.Principal, Reference: c.FileReference}
			k.Received.Time = c.ReceivedAt
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, l.Order.compare)
	ids := []debt.ID{}
	for _, k := range keys {
		ids = append(ids, k.ID)
	}
	return ids
}

const crowd = 300

// each gives a test a crowd and what is known of it.
func each(t *testing.T, test func(t *testing.T, r *store.Reader, all []Case)) {
	t.Helper()
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		c, other := storetest.Creditor(t, s, "viele"), storetest.Creditor(t, s, "andere")
		storetest.Crowd(t, url, c.ID, crowd)
		f := storetest.File(other.ID, "fremd")
		if err := s.Write(context.Background(), other.ID, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) }); err != nil {
			t.Fatal(err)
		}
		err := s.Read(context.Background(), c.ID, func(r *store.Reader) error {
			ids := make([]debt.ID, crowd)
			for i := range ids {
				ids[i] = storetest.CrowdCase(i)
			}
			all, err := Load(r, ids)
			if err == nil {
				test(t, r, all)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestEveryFilterInEveryOrderPageByPage(t *testing.T) {
	each(t, func(t *testing.T, r *store.Reader, all []Case) {
		filters := map[string]Filter{"only": {Only: []debt.ID{all[7].ID, all[2].ID, all[200].ID, all[2].ID}}, "only and live": {Live: true, Only: []debt.ID{all[10].ID, all[3].ID}},
			"nothing": {Stage: debt.StageCourt}, "few": {Objection: debt.ObjectionOpen, Plan: debt.PlanActive}}
		for name, f := range shapes {
			filters[name] = f
		}
		for name, f := range filters {
			for _, by := range Columns() {
				for _, down := range []bool{false, true} {
					l := List{f, Order{by, down}}
					name, want := fmt.Sprint(name, " ", by, " ", down), l.wanted(all)
					pages, starts := l.pages(t, r)
					if diff := cmp.Diff(want, pages); diff != "" {
						t.Fatalf("%s, page by page (-want +got):\n%s", name, diff)
					}
					if got, further, err := l.walk(r, scan{}, "", crowd+1); err != nil || further != "" || f.Only == nil && !slices.Equal(got, want) {
						t.Errorf("%s, walked: %d of %d, %v", name, len(got), len(want), err)
					}
					if n, err := l.Count(r); err != nil || n.N != len(want) || n.More {
						t.Errorf("%s: counted %+v of %d, %v", name, n, len(want), err)
					}
					l.back(t, r, starts)
				}
			}
		}
	})
}

const pageSize = 23

// pages reads a list to its end and remembers where the pages began.
func (l List) pages(t *testing.T, r *store.Reader) (ids []debt.ID, pages []Page) {
	t.Helper()
	ids = []debt.ID{}
	for at := (At{}); ; {
		p, err := l.Read(r, at, pageSize)
		if err != nil {
			t.Fatal(err)
		}
		ids, pages = append(ids, p.Cases...), append(pages, p)
		if p.Next == "" {
			return ids, pages
		}
		if at.Case = p.Next; len(pages) > crowd {
			t.Fatal("a list without an end")
		}
	}
}

// back reads the pages in the other direction.
func (l List) back(t *testing.T, r *store.Reader, pages []Page) {
	t.Helper()
	for i := len(pages) - 1; i > 0; i-- {
		p, err := l.Read(r, At{Case: pages[i].Previous, Back: true}, pageSize)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(p.Cases, pages[i-1].Cases) || (p.Previous == "") != (i == 1) || p.Next == "" {
			t.Errorf("back from page %d of %d: %+v, want %+v", i, len(pages), p, pages[i-1])
		}
	}
}

// Where little is found for long, a page says how far it looked, and the next goes on there.
func TestAWalkIsBounded(t *testing.T) {
	url := storetest.SQLite(t)
	s := storetest.Open(t, store.Options{URL: url})
	c := storetest.Creditor(t, s, "viele")
	storetest.Crowd(t, url, c.ID, walkMost+gatherMost+step)
	// Every tenth is closed and every tenth is not paid; none is both.
	l := List{Filter{Stage: debt.StageReminder, Payment: debt.StatePaid}, Order{By: Reference}}
	l.Only = nil
	err := s.Read(context.Background(), c.ID, func(r *store.Reader) error {
		ids, further, err := l.walk(r, scan{}, "", 1)
		if len(ids) != 0 || further == "" {
			t.Errorf("%v, further %q", ids, further)
		}
		rest, end, restErr := l.walk(r, scan{}, further, 1)
		if len(rest) != 0 || end != "" {
			t.Errorf("then %v, further %q", rest, end)
		}
		return errors.Join(err, restErr)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPageBehindACaseThatIsNotThereIsRefused(t *testing.T) {
	each(t, func(t *testing.T, r *store.Reader, _ []Case) {
		for _, l := range []List{{}, {Filter: Filter{Objection: debt.ObjectionOpen}}} {
			if _, err := l.Read(r, At{Case: store.NewID()}, 5); debt.KindOf(err) != debt.NotFound {
				t.Error(err)
			}
		}
	})
}

func TestViewsAreOnesOwnOrShared(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := storetest.Creditor(t, s, "praxis")
		me, other := store.NewID(), store.NewID()
		views := []View{{store.NewID(), me, false, "B meine", "sort=open", storetest.Now}, {store.NewID(), other, false, "A fremde", "", storetest.Now},
			{store.NewID(), other, true, "C geteilte", "plan=active", storetest.Now}}
		err := s.Write(context.Background(), c.ID, func(tx *store.Tx) error {
			for _, v := range views {
				if err := AddView(tx, v); err != nil {
					return err
				}
			}
			list, err := Views(&tx.Reader, me)
			if diff := cmp.Diff([]View{views[0], views[2]}, list); diff != "" {
				t.Error(diff)
			}
			if err := RemoveView(tx, me, views[2].ID); debt.KindOf(err) != debt.NotFound {
				t.Error("another's view is removed", err)
			}
			return errors.Join(err, RemoveView(tx, me, views[0].ID))
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
