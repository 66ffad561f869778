package authorities_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/authority"
	"quitt/debt/debttest"
	"quitt/store"
	"quitt/store/authorities"
	"quitt/store/storetest"
)

var ctx = context.Background()

// days are compared as such: a date keeps its fields to itself.
var days = cmp.Comparer(func(a, b debt.Date) bool { return a == b })

func hash(c string) string { return strings.Repeat(c, 64) }

// tenant is a creditor with a case and an authority in it.
type tenant struct {
	*testing.T
	s        *store.Store
	creditor debt.ID
	record   authorities.Record
}

func newTenant(t *testing.T, s *store.Store, code string) tenant {
	t.Helper()
	n := tenant{t, s, storetest.Creditor(t, s, code).ID, authorities.Record{}}
	f := storetest.File(n.creditor, "A-1")
	n.must(func(tx *store.Tx) error {
		if err := tx.AddFiles([]store.NewFile{f}); err != nil {
			return err
		}
		who, err := authorities.Register(tx, []string{hash("a"), hash("b")}, storetest.Now)
		a := authority.Authority{ID: store.NewID(), CaseID: f.File.Case.ID, Representative: who}
		n.record = authorities.Record{Authority: authority.Invite(a, authority.Wish{Kind: authority.Guardian, Scopes: authority.Scopes(),
			Until: debt.MustDate("2027-01-31")}, storetest.Now), Who: authorities.Who{Name: "Frau Helferin", Email: "hilfe@example.org", Language: "en"}}
		if err != nil {
			return err
		}
		return authorities.Add(tx, n.record)
	})
	return n
}

func (n tenant) must(do func(tx *store.Tx) error) {
	n.Helper()
	if err := n.s.Write(ctx, n.creditor, do); err != nil {
		n.Fatal(err)
	}
}

func TestAnAuthorityReadsBackAsItWasSaved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := newTenant(t, s, "koeln")
		a := n.record
		if err := a.Redeem(storetest.Now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		a.Revoke("creditor", storetest.Now.Add(2*time.Hour))
		a.LastAccessAt = storetest.Now.Add(time.Minute)
		n.must(func(tx *store.Tx) error { return authorities.Save(tx, a.Authority) })
		n.must(func(tx *store.Tx) error {
			got, err := authorities.Load(&tx.Reader, a.ID)
			if diff := cmp.Diff(a, got, days); diff != "" {
				t.Error(diff)
			}
			return err
		})
	})
}

func TestAnAddressIsOneRepresentativeUnderEveryKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := newTenant(t, s, "koeln")
		n.must(func(tx *store.Tx) error {
			for _, hashes := range [][]string{{hash("a")}, {hash("c"), hash("a")}} {
				if id, err := authorities.Register(tx, hashes, storetest.Now); err != nil || id != n.record.Representative {
					t.Errorf("%s, %v", id, err)
				}
			}
			if id, err := authorities.Find(&tx.Reader, []string{hash("d")}); err != nil || id != "" {
				t.Errorf("%s, %v", id, err)
			}
			return nil
		})
	})
}

func TestNothingOfARepresentativeCanReferToAnotherTenant(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b := newTenant(t, s, "a"), newTenant(t, s, "b")
		foreign := b.record
		foreign.ID, foreign.CaseID = store.NewID(), a.record.CaseID
		session := authorities.Session{Session: access.Session{OpenedAt: storetest.Now, SeenAt: storetest.Now},
			Representative: b.record.Representative, At: authorities.Place{Creditor: b.creditor, Authority: a.record.ID}}
		for name, do := range map[string]func(tx *store.Tx) error{
			"authority → case": func(tx *store.Tx) error { return authorities.Add(tx, foreign) },
			"place → authority": func(tx *store.Tx) error {
				return authorities.AddPlace(tx, b.record.Representative, a.record.ID, hash("1"))
			},
			"visit → authority": func(tx *store.Tx) error { return authorities.AddSession(tx, hash("2"), session) },
		} {
			if err := s.Write(ctx, b.creditor, do); err == nil {
				t.Errorf("%s: stored", name)
			}
		}
		err := s.Read(ctx, b.creditor, func(r *store.Reader) error {
			_, err := authorities.Load(r, a.record.ID)
			return err
		})
		debttest.WantKey(t, err, debt.NotFound, "authority_unknown")
		_ = s.Read(ctx, b.creditor, func(r *store.Reader) error {
			if list, err := authorities.OfCase(r, a.record.CaseID); err != nil || len(list) != 0 {
				t.Errorf("%v, %v", list, err)
			}
			return nil
		})
	})
}

func TestAVisitReadsBackWithAndWithoutAClient(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := newTenant(t, s, "koeln")
		plain := authorities.Session{Session: access.Session{OpenedAt: storetest.Now, SeenAt: storetest.Now}, Representative: n.record.Representative}
		with := plain
		with.At, with.PreviousAt = authorities.Place{Creditor: n.creditor, Authority: n.record.ID}, storetest.Now.Add(-time.Hour)
		n.must(func(tx *store.Tx) error {
			for key, want := range map[string]authorities.Session{hash("1"): plain, hash("2"): with} {
				if err := authorities.AddSession(tx, key, want); err != nil {
					return err
				}
				got, err := authorities.LoadSession(&tx.Reader, key)
				if diff := cmp.Diff(want, got, days); err != nil || diff != "" {
					t.Error(err, diff)
				}
			}
			if err := authorities.EndOld(tx, storetest.Now.Add(time.Second)); err != nil {
				return err
			}
			_, err := authorities.LoadSession(&tx.Reader, hash("1"))
			debttest.WantKey(t, err, debt.NotFound, "session_ended")
			return nil
		})
	})
}
