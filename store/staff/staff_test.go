package staff_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	rules "quitt/debt/staff"
	"quitt/store"
	"quitt/store/staff"
	"quitt/store/storetest"
	"quitt/store/vault"
)

var ctx = context.Background()

func hash(c string) string { return strings.Repeat(c, 64) }

func record(c string) staff.Record {
	return staff.Record{ID: store.NewID(), EmailHash: hash(c), Sealed: "sealed " + c, State: rules.Invited, MadeAt: storetest.Now}
}

func write(t *testing.T, s *store.Store, do func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Write(ctx, "", do); err != nil {
		t.Fatal(err)
	}
}

func TestAMemberReadsBackAsHeWasSaved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		m := record("a")
		write(t, s, func(tx *store.Tx) error { return staff.Add(tx, m) })
		m.State, m.Operator, m.Password, m.TOTP, m.Step = rules.Active, true, "p", "t", 59
		m.Tries = rules.Tries{Failures: 3, LastAt: storetest.Now.Add(time.Minute)}
		write(t, s, func(tx *store.Tx) error { return staff.Save(tx, m) })
		write(t, s, func(tx *store.Tx) error {
			got, err := staff.Lock(tx, m.ID)
			if diff := cmp.Diff(m, got); diff != "" {
				t.Error(diff)
			}
			found, ok, ferr := staff.Find(&tx.Reader, []string{hash("b"), hash("a")})
			if !ok || found.ID != m.ID {
				t.Errorf("found %v", ok)
			}
			if _, ok, err := staff.Find(&tx.Reader, []string{hash("c")}); ok || err != nil {
				t.Errorf("nobody is found: %v, %v", ok, err)
			}
			return errors.Join(err, ferr)
		})
		twin := record("a")
		err := s.Write(ctx, "", func(tx *store.Tx) error { return staff.Add(tx, twin) })
		if !errors.Is(err, debt.E(debt.Conflict, "staff_exists", nil)) {
			t.Errorf("two have one address: %v", err)
		}
		half := record("d")
		half.State = rules.Active
		if err := s.Write(ctx, "", func(tx *store.Tx) error { return staff.Add(tx, half) }); err == nil {
			t.Error("somebody is active without a password")
		}
		if _, err := load(s, store.NewID()); !errors.Is(err, debt.E(debt.NotFound, "staff_unknown", nil)) {
			t.Error(err)
		}
	})
}

func load(s *store.Store, id debt.ID) (m staff.Record, err error) {
	err = s.Read(ctx, "", func(r *store.Reader) error {
		m, err = staff.Load(r, id)
		return err
	})
	return m, err
}

func TestRolesAreOnePerCreditor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b, m := storetest.Creditor(t, s, "a").ID, storetest.Creditor(t, s, "b").ID, record("a")
		write(t, s, func(tx *store.Tx) error {
			err := staff.Add(tx, m)
			for _, p := range []staff.Place{{Creditor: a, Member: m.ID, Role: rules.Clerk}, {Creditor: b, Member: m.ID, Role: rules.Viewer}, {Creditor: a, Member: m.ID, Role: rules.Admin}} {
				err = errors.Join(err, staff.SavePlace(tx, p))
			}
			return err
		})
		write(t, s, func(tx *store.Tx) error {
			list, err := staff.Places(&tx.Reader, m.ID)
			if len(list) != 2 {
				t.Errorf("%d roles", len(list))
			}
			of, oerr := staff.LockPlaces(tx, a)
			if diff := cmp.Diff([]staff.Place{{Creditor: a, Member: m.ID, Role: rules.Admin}}, of); diff != "" {
				t.Error(diff)
			}
			return errors.Join(err, oerr, staff.EndPlace(tx, staff.Place{Creditor: a, Member: m.ID}))
		})
		for name, p := range map[string]staff.Place{"creditor": {Creditor: store.NewID(), Member: m.ID, Role: rules.Clerk},
			"member": {Creditor: a, Member: store.NewID(), Role: rules.Clerk}, "role": {Creditor: a, Member: m.ID, Role: "root"}} {
			if err := s.Write(ctx, "", func(tx *store.Tx) error { return staff.SavePlace(tx, p) }); err == nil {
				t.Errorf("an unknown %s is stored", name)
			}
		}
	})
}

func TestSignInsReadBackAndEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, m := storetest.Creditor(t, s, "a").ID, record("a")
		at := func(minutes int) time.Time { return storetest.Now.Add(time.Duration(minutes) * time.Minute) }
		one := staff.Session{ID: store.NewID(), Device: "Firefox", Session: rules.Session{Member: m.ID, OpenedAt: at(0), SeenAt: at(1), ProvedAt: at(0)}}
		two := one
		two.ID, two.OpenedAt = store.NewID(), at(5)
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(staff.Add(tx, m), staff.AddSession(tx, hash("1"), one), staff.AddSession(tx, hash("2"), two))
		})
		one.Creditor, one.SeenAt, one.ProvedAt, one.Glass = a, at(7), at(6), at(60)
		write(t, s, func(tx *store.Tx) error {
			err := staff.SaveSession(tx, hash("1"), one)
			got, lerr := staff.LoadSession(&tx.Reader, hash("1"))
			if diff := cmp.Diff(one, got); diff != "" {
				t.Error(diff)
			}
			list, serr := staff.Sessions(&tx.Reader, m.ID)
			if len(list) != 2 || list[0].ID != two.ID {
				t.Errorf("%+v", list)
			}
			return errors.Join(err, lerr, serr)
		})
		gone := func(h string) bool {
			err := s.Read(ctx, "", func(r *store.Reader) error { _, err := staff.LoadSession(r, h); return err })
			return errors.Is(err, debt.E(debt.NotFound, "session_ended", nil))
		}
		write(t, s, func(tx *store.Tx) error { return staff.EndOne(tx, store.NewID(), one.ID) })
		if gone(hash("1")) {
			t.Error("another's sign-in ends")
		}
		write(t, s, func(tx *store.Tx) error { return staff.EndAll(tx, m.ID, hash("1")) })
		if gone(hash("1")) || !gone(hash("2")) {
			t.Error("the wrong one ended")
		}
		write(t, s, func(tx *store.Tx) error { return staff.EndOld(tx, at(0)) })
		if gone(hash("1")) {
			t.Error("it is not old")
		}
		write(t, s, func(tx *store.Tx) error { return staff.EndOne(tx, m.ID, one.ID) })
		err := s.Write(ctx, "", func(tx *store.Tx) error { return staff.SaveSession(tx, hash("1"), one) })
		if !gone(hash("1")) || !errors.Is(err, debt.E(debt.NotFound, "session_ended", nil)) {
			t.Errorf("what has ended is saved: %v", err)
		}
	})
}

func TestACodeIsUsedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		m := record("a")
		c := staff.Code{ID: store.NewID(), Member: m.ID, Kind: staff.Reset, MadeAt: storetest.Now, ExpiresAt: storetest.Now.Add(time.Hour)}
		r := staff.Code{ID: store.NewID(), Member: m.ID, Kind: staff.Recovery, MadeAt: storetest.Now}
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(staff.Add(tx, m), staff.AddCode(tx, c, hash("1")), staff.AddCode(tx, r, hash("2")))
		})
		find := func(kind staff.Kind, h string, after time.Duration) (found bool) {
			t.Helper()
			if err := s.Read(ctx, "", func(r *store.Reader) (err error) {
				_, found, err = staff.FindCode(r, kind, []string{hash("9"), h}, storetest.Now.Add(after))
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return found
		}
		for name, tc := range map[string]struct{ got, want bool }{
			"good": {find(staff.Reset, hash("1"), time.Minute), true}, "too late": {find(staff.Reset, hash("1"), time.Hour), false},
			"another kind": {find(staff.Invitation, hash("1"), 0), false}, "for ever": {find(staff.Recovery, hash("2"), 1e6*time.Hour), true},
		} {
			if tc.got != tc.want {
				t.Errorf("%s: %v", name, tc.got)
			}
		}
		write(t, s, func(tx *store.Tx) error {
			first, err := staff.UseCode(tx, c.ID, storetest.Now)
			again, aerr := staff.UseCode(tx, c.ID, storetest.Now)
			left, lerr := staff.CodesLeft(&tx.Reader, m.ID, staff.Reset)
			since, serr := staff.CodesSince(&tx.Reader, m.ID, staff.Reset, storetest.Now.Add(-time.Second))
			if !first || again || left != 0 || since != 1 {
				t.Errorf("used %v, again %v, left %d, since %d", first, again, left, since)
			}
			return errors.Join(err, aerr, lerr, serr, staff.EndCodes(tx, m.ID, staff.Recovery))
		})
		if find(staff.Reset, hash("1"), 0) || find(staff.Recovery, hash("2"), 0) {
			t.Error("it is found again")
		}
	})
}

func TestTheLogIsOnlyAddedTo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b, m := storetest.Creditor(t, s, "a").ID, storetest.Creditor(t, s, "b").ID, record("a")
		e := staff.Entry{ID: store.NewID(), Member: m.ID, Creditor: a, By: m.ID, What: rules.GotRole, Sealed: "why", At: storetest.Now}
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(staff.Add(tx, m), staff.Note(tx, e), staff.Note(tx, staff.Entry{ID: store.NewID(), Member: m.ID, Creditor: b, What: rules.WasInvited, At: storetest.Now}),
				staff.Note(tx, staff.Entry{ID: store.NewID(), Member: m.ID, What: rules.HasSignedIn, At: storetest.Now}))
		})
		write(t, s, func(tx *store.Tx) error {
			list, err := staff.Entries(&tx.Reader, a, 10)
			if diff := cmp.Diff([]staff.Entry{e}, list); diff != "" {
				t.Error(diff)
			}
			return err
		})
		for _, q := range []string{`UPDATE staff_log SET what = 'x'`, `DELETE FROM staff_log`} {
			if err := s.Write(ctx, "", func(tx *store.Tx) error { _, err := tx.Exec(q); return err }); err == nil {
				t.Errorf("%s is allowed", q)
			}
		}
	})
}

func TestAMailIsTakenByOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		v, err := vault.New([][]byte{[]byte("the key of an installation: 32 b")})
		if err != nil {
			t.Fatal(err)
		}
		l := staff.Letter{To: "anna@example.org", Template: "x", Language: "de", Code: "1234"}
		m := staff.Mail{ID: store.NewID(), MadeAt: storetest.Now, ExpiresAt: storetest.Now.Add(time.Hour)}
		write(t, s, func(tx *store.Tx) error { return staff.AddMail(tx, v, l, m) })
		claim := func(at time.Time) (got staff.Mail, found bool) {
			t.Helper()
			write(t, s, func(tx *store.Tx) (err error) {
				got, found, err = staff.ClaimMail(tx, at, at.Add(10*time.Minute))
				return err
			})
			return got, found
		}
		got, found := claim(storetest.Now)
		if opened, ok := staff.OpenLetter(v, got); !found || !ok || opened != l || strings.Contains(got.Sealed, "anna") {
			t.Errorf("%v %v %+v", found, ok, opened)
		}
		if _, ok := staff.OpenLetter(vault.Vault{}, got); ok {
			t.Error("it opens without a key")
		}
		if _, again := claim(storetest.Now); again {
			t.Error("two take it")
		}
		got.State, got.NextAt = staff.MailWaiting, storetest.Now.Add(time.Minute)
		write(t, s, func(tx *store.Tx) error { return staff.SaveMail(tx, got) })
		if _, early := claim(storetest.Now.Add(59 * time.Second)); early {
			t.Error("it is taken too early")
		}
		if _, due := claim(storetest.Now.Add(time.Minute)); !due {
			t.Error("it is not taken when it is due")
		}
		// Who took it never came back: it may have gone out, and is not sent again.
		if _, lost := claim(storetest.Now.Add(time.Hour)); lost {
			t.Error("it is sent again")
		}
		var waits bool
		if err := s.Read(ctx, "", func(r *store.Reader) error { waits, err = staff.AnyMail(r); return err }); err != nil || waits {
			t.Errorf("something waits: %v", err)
		}
	})
}

func TestPasskeysAreTheirOwners(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		m, other := record("a"), record("b")
		p := staff.Passkey{ID: store.NewID(), IDHash: hash("1"), Member: m.ID, Sealed: "sealed", Device: "Safari", MadeAt: storetest.Now}
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(staff.Add(tx, m), staff.Add(tx, other), staff.AddPasskey(tx, p))
		})
		twice := p
		twice.ID, twice.Member = store.NewID(), other.ID
		if err := s.Write(ctx, "", func(tx *store.Tx) error { return staff.AddPasskey(tx, twice) }); err == nil {
			t.Error("two have the same one")
		}
		p.Sealed, p.UsedAt = "newer", storetest.Now.Add(time.Minute)
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(staff.SavePasskey(tx, p), staff.EndPasskey(tx, other.ID, p.ID), staff.EndPasskeys(tx, other.ID))
		})
		write(t, s, func(tx *store.Tx) error {
			got, err := staff.LoadPasskey(&tx.Reader, hash("1"))
			if diff := cmp.Diff(p, got); diff != "" {
				t.Error(diff)
			}
			list, lerr := staff.Passkeys(&tx.Reader, m.ID)
			if len(list) != 1 {
				t.Errorf("%d passkeys", len(list))
			}
			return errors.Join(err, lerr, staff.EndPasskey(tx, m.ID, p.ID))
		})
		err := s.Read(ctx, "", func(r *store.Reader) error { _, err := staff.LoadPasskey(r, hash("1")); return err })
		if !errors.Is(err, debt.E(debt.NotFound, "staff_passkey_unknown", nil)) {
			t.Error(err)
		}
	})
}

func TestAChallengeIsAnsweredOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for i, want := range []bool{true, false, false} {
			var first bool
			write(t, s, func(tx *store.Tx) (err error) {
				first, err = staff.UseChallenge(tx, hash("1"), storetest.Now.Add(time.Duration(i)*11*time.Hour))
				return err
			})
			if first != want {
				t.Errorf("answer %d: %v", i+1, first)
			}
		}
	})
}

func TestAnAccountAtAProviderIsOnes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		m, other := record("a"), record("b")
		i := staff.Identity{ID: store.NewID(), KeyHash: hash("1"), Member: m.ID, Issuer: "https://login.example.org", MadeAt: storetest.Now, UsedAt: storetest.Now}
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(staff.Add(tx, m), staff.Add(tx, other), staff.AddIdentity(tx, i))
		})
		taken, second := i, i
		taken.ID, taken.Member = store.NewID(), other.ID
		second.ID, second.KeyHash = store.NewID(), hash("2")
		for name, wrong := range map[string]staff.Identity{"of two": taken, "a second of one issuer": second} {
			if err := s.Write(ctx, "", func(tx *store.Tx) error { return staff.AddIdentity(tx, wrong) }); err == nil {
				t.Errorf("%s is stored", name)
			}
		}
		old := i.KeyHash
		i.KeyHash, i.UsedAt = hash("3"), storetest.Now.Add(time.Minute)
		write(t, s, func(tx *store.Tx) error {
			gone := i
			gone.ID = store.NewID()
			there, err := staff.SaveIdentity(tx, i)
			ghost, gerr := staff.SaveIdentity(tx, gone)
			if !there || ghost {
				t.Errorf("saved %v, of none %v", there, ghost)
			}
			return errors.Join(err, gerr)
		})
		write(t, s, func(tx *store.Tx) error {
			got, found, err := staff.FindIdentity(&tx.Reader, []string{hash("4"), hash("3")})
			if diff := cmp.Diff(i, got); diff != "" || !found {
				t.Errorf("%v %s", found, diff)
			}
			_, stale, serr := staff.FindIdentity(&tx.Reader, []string{old})
			list, lerr := staff.Identities(&tx.Reader, m.ID)
			if stale || len(list) != 1 {
				t.Errorf("%v, %d of the member", stale, len(list))
			}
			return errors.Join(err, serr, lerr, staff.EndIdentities(tx, other.ID), staff.EndIdentities(tx, m.ID))
		})
		write(t, s, func(tx *store.Tx) error {
			list, err := staff.Identities(&tx.Reader, m.ID)
			if len(list) != 0 {
				t.Errorf("%d are left", len(list))
			}
			return err
		})
	})
}

func TestACreditorDemandsTheProviderOrNot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a := storetest.Creditor(t, s, "a").ID
		for i, want := range []bool{true, false} {
			write(t, s, func(tx *store.Tx) error {
				fresh, err := staff.Demand(tx, a, storetest.Now)
				list, lerr := staff.Demands(&tx.Reader)
				if fresh != want || len(list) != 1 || list[0] != a {
					t.Errorf("%d: %v %v", i, fresh, list)
				}
				return errors.Join(err, lerr)
			})
		}
		for i, want := range []bool{true, false} {
			write(t, s, func(tx *store.Tx) error {
				ended, err := staff.EndDemand(tx, a)
				list, lerr := staff.Demands(&tx.Reader)
				if ended != want || len(list) != 0 {
					t.Errorf("%d: %v %v", i, ended, list)
				}
				return errors.Join(err, lerr)
			})
		}
	})
}
