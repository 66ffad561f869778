package grants_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/grants"
	"quitt/store/storetest"
)

var ctx = context.Background()

func hash(c string) string { return strings.Repeat(c, 64) }

// tenant is a creditor with a case and its grant.
type tenant struct {
	creditor, caseID debt.ID
	grant            grants.Record
}

func newTenant(t *testing.T, s *store.Store, code string) tenant {
	t.Helper()
	n := tenant{creditor: storetest.Creditor(t, s, code).ID}
	f := storetest.File(n.creditor, "A-1")
	n.caseID = f.File.Case.ID
	n.grant = grants.Record{Grant: access.NewGrant(store.NewID(), n.caseID, "Apfel Birne", storetest.Now),
		Secret: grants.Secret{Salt: strings.Repeat("0", 32), Hash: hash("a"), Pepper: 1}}
	n.write(t, s, func(tx *store.Tx) error {
		if err := tx.AddFiles([]store.NewFile{f}); err != nil {
			return err
		}
		return grants.Add(tx, n.grant)
	})
	return n
}

func (n tenant) write(t *testing.T, s *store.Store, do func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Write(ctx, n.creditor, do); err != nil {
		t.Fatal(err)
	}
}

func TestAGrantReadsBackAsItWasSaved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := newTenant(t, s, "koeln")
		g := n.grant
		g.Wrong, g.PausedAt, g.LastAccessAt = 5, storetest.Now.Add(time.Minute), storetest.Now.Add(time.Second)
		g.Secret.Hash, g.Secret.Pepper = hash("b"), 2
		g.Revoke(access.Replaced, storetest.Now.Add(time.Hour))
		n.write(t, s, func(tx *store.Tx) error {
			if _, err := grants.Lock(tx, g.ID); err != nil {
				return err
			}
			return grants.Save(tx, g)
		})
		err := s.Read(ctx, n.creditor, func(r *store.Reader) error {
			got, err := grants.Load(r, g.ID)
			if diff := cmp.Diff(g, got); diff != "" {
				t.Error(diff)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// Selectors have 30 bits, so two letters will meet one day: the transaction goes on, and
// the caller draws another code.
func TestATakenSelectorIsToldAndBreaksNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n, other := newTenant(t, s, "koeln"), newTenant(t, s, "bonn")
		for _, step := range []struct {
			tenant
			key  string
			free bool
		}{{n, hash("1"), true}, {other, hash("1"), false}, {n, hash("1"), false}, {other, hash("2"), true}} {
			step.write(t, s, func(tx *store.Tx) error {
				free, err := grants.AddLookup(tx, step.key, step.grant.ID)
				if free != step.free {
					t.Errorf("%.1s: free is %v", step.key, free)
				}
				if err != nil {
					return err
				}
				_, err = grants.Load(&tx.Reader, step.grant.ID)
				return err
			})
		}
		err := s.Read(ctx, "", func(r *store.Reader) error {
			p, found, err := grants.FindPlace(r, hash("1"))
			if !found || p.Creditor != n.creditor || p.Grant != n.grant.ID {
				t.Errorf("%+v", p)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestACaseHasOneLiveGrantAtMost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := newTenant(t, s, "koeln")
		second := n.grant
		second.ID = store.NewID()
		if err := s.Write(ctx, n.creditor, func(tx *store.Tx) error { return grants.Add(tx, second) }); err == nil {
			t.Error("two")
		}
	})
}

func TestNothingOfAGrantCanReferToAnotherTenant(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b := newTenant(t, s, "a"), newTenant(t, s, "b")
		session := access.Session{CreditorID: b.creditor, CaseID: a.caseID, GrantID: a.grant.ID, Tier: access.FullView,
			OpenedAt: storetest.Now, SeenAt: storetest.Now}
		foreign := b.grant
		foreign.ID, foreign.CaseID = store.NewID(), a.caseID
		for name, do := range map[string]func(tx *store.Tx) error{
			"grant → case":  func(tx *store.Tx) error { return grants.Add(tx, foreign) },
			"key → grant":   func(tx *store.Tx) error { _, err := grants.AddLookup(tx, hash("3"), a.grant.ID); return err },
			"visit → grant": func(tx *store.Tx) error { return grants.AddSession(tx, hash("4"), session) },
			"one-time code → grant": func(tx *store.Tx) error {
				return grants.AddOneTime(tx, grants.OneTime{OneTime: access.OneTime{ID: store.NewID(), GrantID: a.grant.ID, SentAt: storetest.Now}, Hash: hash("5"), Pepper: 1})
			},
		} {
			if err := s.Write(ctx, b.creditor, do); err == nil || !strings.Contains(strings.ToLower(err.Error()), "foreign key") {
				t.Errorf("%s: %v", name, err)
			}
		}
		err := s.Read(ctx, b.creditor, func(r *store.Reader) error {
			_, err := grants.Load(r, a.grant.ID)
			return err
		})
		if debt.KindOf(err) != debt.NotFound {
			t.Errorf("reading another tenant's grant: %v", err)
		}
	})
}
