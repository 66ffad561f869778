package worklist_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quitt/cases/worklist"
	"quitt/debt"
	"quitt/store"
	"quitt/store/caselist"
	"quitt/store/search"
	"quitt/store/storetest"
	"quitt/store/tasks"
)

var ctx = context.Background()

type office struct {
	t     *testing.T
	s     *store.Store
	watch *storetest.Watch
	desk  worklist.Desk
	who   worklist.Who
	cases []debt.Case
}

func newOffice(t *testing.T, s *store.Store, names ...string) *office {
	t.Helper()
	o := &office{t: t, s: s, watch: storetest.NewWatch()}
	o.desk = worklist.Desk{Store: s, Now: o.watch.Now}
	o.who = worklist.Who{Creditor: storetest.Creditor(t, s, fmt.Sprintf("praxis-%d", len(names))).ID, Member: store.NewID()}
	for i, name := range names {
		f := storetest.File(o.who.Creditor, fmt.Sprintf("%04d", i))
		f.Debtor.FirstName, f.Debtor.LastName = "", debt.Personal(name)
		o.cases = append(o.cases, f.File.Case)
		o.write(func(tx *store.Tx) error {
			return errors.Join(tx.AddFiles([]store.NewFile{f}), search.Add(tx, search.NewSubject(f)))
		})
	}
	return o
}

func (o *office) write(do func(tx *store.Tx) error) {
	o.t.Helper()
	if err := o.s.Write(ctx, o.who.Creditor, do); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) refuses(err error, key string) {
	o.t.Helper()
	if e := (*debt.Error)(nil); !errors.As(err, &e) || e.Key != key {
		o.t.Errorf("%v, want %s", err, key)
	}
}

func (o *office) search(typed string) debt.ID {
	o.t.Helper()
	id, err := o.desk.Search(ctx, o.who, typed)
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}

func parse(t *testing.T, text string) worklist.Query {
	t.Helper()
	q, err := worklist.ParseQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestASearchIsAnIdOfOnesOwnThatLastsADay(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, base string) {
		s := storetest.Open(t, store.Options{URL: base})
		o := newOffice(t, s, "Quakernackel", "Andersen", "Quaker")
		id := o.search("  quaker ")
		q := parse(t, "suche="+string(id))
		p, err := o.desk.Look(ctx, o.who, q, caselist.At{})
		if err != nil || len(p.Cases) != 2 || p.Count.N != 2 || p.Asked.Text != "quaker" || p.More {
			t.Errorf("%+v %v", p, err)
		}
		if dump := storetest.Dump(t, base); strings.Contains(strings.ToLower(dump), "quaker") {
			t.Error("what was typed is in the clear")
		}
		if strings.Contains(q.String(), "quaker") {
			t.Error(q)
		}
		other := o.who
		other.Member = store.NewID()
		_, err = o.desk.Look(ctx, other, q, caselist.At{})
		o.refuses(err, "list_search_gone")
		q = parse(t, "suche="+string(o.search("gibt es nicht")))
		if p, err := o.desk.Look(ctx, o.who, q, caselist.At{}); err != nil || len(p.Cases) != 0 {
			t.Errorf("nothing found is %d cases, %v", len(p.Cases), err)
		}
		q = parse(t, "suche="+string(o.search("1000,00")))
		if p, err := o.desk.Look(ctx, o.who, q, caselist.At{}); err != nil || len(p.Cases) != 3 {
			t.Errorf("by amount %d cases, %v", len(p.Cases), err)
		}
		for typed, key := range map[string]string{"Li": "list_search_short", "": "list_search_short", "-": "list_search_short", strings.Repeat("x", 121): "list_search_long"} {
			_, err := o.desk.Search(ctx, o.who, typed)
			o.refuses(err, key)
		}
		o.watch.Move(search.Kept + time.Second)
		_, err = o.desk.Look(ctx, o.who, parse(t, "suche="+string(id)), caselist.At{})
		o.refuses(err, "list_search_gone")
		o.search("andersen")
		if n := storetest.Column(t, base, "SELECT COUNT(*) FROM list_searches")[0]; n != "1" {
			t.Errorf("%s searches are kept", n)
		}
	})
}

func TestAnExportHasEveryCaseOfAListOnce(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, base string) {
		s := storetest.Open(t, store.Options{URL: base})
		o := newOffice(t, s, "eine")
		crowd := storetest.Creditor(t, s, "viele")
		storetest.Crowd(t, base, crowd.ID, 1200)
		for text, want := range map[string]int{"": 1200, "laufend=1": 1080, "einwendung=open&sort=offen": 12, "zahlung=paid": 120} {
			seen := map[debt.ID]bool{}
			err := o.desk.Export(ctx, worklist.Who{Creditor: crowd.ID}, parse(t, text), func(list []caselist.Case) error {
				for _, c := range list {
					seen[c.ID] = true
				}
				if len(list) > 500 {
					t.Errorf("%d at a time", len(list))
				}
				return nil
			})
			if err != nil || len(seen) != want {
				t.Errorf("%q: %d, want %d, %v", text, len(seen), want, err)
			}
			ids, more, err := o.desk.IDs(ctx, worklist.Who{Creditor: crowd.ID}, parse(t, text), 1000)
			if err != nil || len(ids) != min(want, 1000) || more != (want > 1000) {
				t.Errorf("%q: %d ids, %v, %v", text, len(ids), more, err)
			}
		}
	})
}

func TestWhatWaitsIsPiledUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s, "Anna", "Berta")
		if d, err := o.desk.Today(ctx, o.who.Creditor); err != nil || len(d.Piles) != 0 || d.More || d.Failing() {
			t.Errorf("%+v %v", d, err)
		}
		o.write(func(tx *store.Tx) error {
			for i, kind := range []tasks.Kind{"objection", "objection_overdue", "proof_of_payment", "proof_of_payment", "unplaced_money", "something_new", "situation_hardship"} {
				k := tasks.Task{ID: store.NewID(), Kind: kind, Subject: fmt.Sprint(i / 2), CaseID: o.cases[0].ID, Amount: 5, OpenedAt: storetest.Now}
				if kind == "unplaced_money" {
					k.CaseID = ""
				}
				if kind == "proof_of_payment" {
					k.Subject += fmt.Sprint(i)
				}
				if err := tasks.Open(tx, k); err != nil {
					return err
				}
			}
			return nil
		})
		d, err := o.desk.Today(ctx, o.who.Creditor)
		var got []string
		for _, p := range d.Piles {
			got = append(got, fmt.Sprintf("%s=%d", p.Group, p.N))
			list, err := o.desk.Pile(ctx, o.who.Creditor, p.Group)
			if err != nil || len(list) != p.N {
				t.Errorf("%s has %d, counted %d, %v", p.Group, len(list), p.N, err)
			}
			if noCase := p.Group == worklist.Money; len(list) > 0 && noCase != (list[0].Case.ID == "") {
				t.Errorf("%+v", list[0])
			}
		}
		if want := "einwendungen=1 nachweise=2 lagen=1 zahlungen=1 sonstiges=1"; strings.Join(got, " ") != want || err != nil {
			t.Errorf("%v, want %s, %v", got, want, err)
		}
		_, err = o.desk.Pile(ctx, o.who.Creditor, "xyz")
		o.refuses(err, "list_group_unknown")
	})
}

func TestAViewKeepsNothingOfASearch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s, "Anna")
		q := parse(t, "plan=active&sort=offen&suche="+string(o.search("anna")))
		if _, err := o.desk.Keep(ctx, o.who, " Meine   Raten ", q, false); err != nil {
			t.Fatal(err)
		}
		views, err := o.desk.Views(ctx, o.who)
		if err != nil || len(views) != 1 || views[0].Name != "Meine Raten" || views[0].Query != "plan=active&sort=offen" {
			t.Errorf("%+v %v", views, err)
		}
		_, err = o.desk.Keep(ctx, o.who, " ", q, false)
		o.refuses(err, "list_view_name")
		if err := o.desk.Remove(ctx, o.who, views[0].ID); err != nil {
			t.Error(err)
		}
	})
}

func TestFiltersThatNobodyKnowsAreRefused(t *testing.T) {
	for text, key := range map[string]string{"plan=xyz": "list_filter_unknown", "sort=name": "list_filter_unknown", "richtung=x": "list_filter_unknown", "%zz": "list_filter_unknown",
		"von=gestern": "list_day_invalid", "bis=2026-02-30": "list_day_invalid", "ab=1.234": "list_amount_invalid", "hoechstens=-1": "list_amount_invalid"} {
		_, err := worklist.ParseQuery(text)
		if e := (*debt.Error)(nil); !errors.As(err, &e) || e.Key != key {
			t.Errorf("%s: %v, want %s", text, err, key)
		}
	}
}

// A list comes out of its own address as it went in.
func TestAnAddressIsAList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := url.Values{}
		put := func(name string, values ...string) {
			if x := rapid.SampledFrom(append(values, "")).Draw(t, name); x != "" {
				v.Set(name, x)
			}
		}
		put("pruefung", "received", "accepted", "rejected")
		put("stufe", "closed", "court")
		put("plan", "none", "active")
		put("laufend", "1")
		put("von", "2026-01-02")
		put("bis", "2026-12-31")
		put("ab", "12,50", "100")
		put("hoechstens", "1.000,00")
		put("sort", "eingang", "offen", "aktenzeichen")
		put("richtung", "auf", "ab")
		put("spalten", "name,offen", "plan", "name,offen,faellig,eingang,stufe,bearbeitung,einwendung,plan")
		put("suche", "019ab000-0000-7000-8000-000000000001")
		q, err := worklist.ParseQuery(v.Encode())
		if err != nil {
			t.Fatal(err)
		}
		again, err := worklist.ParseQuery(q.String())
		if err != nil || again.String() != q.String() || again.Filter.From != q.Filter.From || again.Least != q.Least || again.Order != q.Order || !slices.Equal(again.Fields, q.Fields) {
			t.Fatalf("%s became %s, %v", q, again, err)
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{"", "plan=active&ab=1", "von=2026-01-01&bis=x", "spalten=name&spalten=plan", "%%%", "suche=a;b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := worklist.ParseQuery(text)
		if err != nil {
			if debt.KindOf(err) != debt.Invalid {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if again, err := worklist.ParseQuery(q.String()); err != nil || again.String() != q.String() {
			t.Errorf("%q: %s, then %s, %v", text, q, again, err)
		}
	})
}
