package rails_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
	"quitt/store/storetest"
)

var ctx = context.Background()

// book is a creditor with two cases and an account.
type book struct {
	t        testing.TB
	s        *store.Store
	creditor debt.ID
	cases    [2]debt.ID
	account  rails.Account
}

func newBook(t testing.TB, s *store.Store, code string) *book {
	t.Helper()
	b := &book{t: t, s: s, creditor: storetest.Creditor(t, s, code).ID}
	for i := range b.cases {
		f := storetest.File(b.creditor, code+string(rune('0'+i)))
		b.cases[i] = f.File.Case.ID
		b.write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
	}
	b.account = rails.Account{SealedKey: "sealed", Account: rail.Account{ID: store.NewID(), CreditorID: b.creditor, Provider: "till", External: "acct_" + code,
		Methods: rail.Methods(), CreatedAt: storetest.Now}}
	b.write(func(tx *store.Tx) error { return rails.AddAccount(tx, b.account) })
	return b
}

func (b *book) write(do func(*store.Tx) error) {
	b.t.Helper()
	if err := b.try(do); err != nil {
		b.t.Fatal(err)
	}
}

func (b *book) try(do func(*store.Tx) error) error { return b.s.Write(ctx, b.creditor, do) }

func (b *book) read(do func(*store.Reader) error) {
	b.t.Helper()
	if err := b.s.Read(ctx, b.creditor, do); err != nil {
		b.t.Fatal(err)
	}
}

func (b *book) attempt(i int) rail.Attempt {
	return rail.Attempt{ID: store.NewID(), CaseID: b.cases[i], AccountID: b.account.ID, Kind: rail.Checkout, Method: debt.MethodCard,
		Status: debt.PaymentCreated, Amount: 10_00, StartedAt: storetest.Now, DueAt: storetest.Now.Add(time.Minute), Open: true,
		Shown: rail.Shown{Creditor: "Praxis", Reference: "F-1", Language: "de"}}
}

func (b *book) refused(what string, err error, kind debt.Kind, key string) {
	b.t.Helper()
	if !errors.Is(err, debt.E(kind, key, nil)) {
		b.t.Errorf("%s: %v, want %s", what, err, key)
	}
}

func each(t *testing.T, test func(b, other *book)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(newBook(t, s, "koeln"), newBook(t, s, "bonn")) })
}

func TestAnAccountIsOneCreditorsAndOnlyOneIsOpen(t *testing.T) {
	each(t, func(b, other *book) {
		b.read(func(r *store.Reader) error {
			got, err := rails.OpenAccount(r)
			if err != nil || got.ID != b.account.ID || got.SealedKey != "sealed" || !slices.Equal(got.Methods, rail.Methods()) || !got.MissedTo.Equal(storetest.Now) {
				b.t.Errorf("%+v %v", got, err)
			}
			_, err = rails.LoadAccount(r, other.account.ID)
			b.refused("somebody else's", err, debt.NotFound, "provider_account_unknown")
			return nil
		})
		second := b.account
		second.ID, second.External = store.NewID(), "acct_2"
		b.refused("a second open one", b.try(func(tx *store.Tx) error { return rails.AddAccount(tx, second) }), debt.Conflict, "provider_account_taken")
		b.write(func(tx *store.Tx) error { return rails.CloseAccount(tx, b.account.ID, storetest.Now) })
		second.External = other.account.External
		b.refused("one that somebody has", b.try(func(tx *store.Tx) error { return rails.AddAccount(tx, second) }), debt.Conflict, "provider_account_taken")
		err := b.s.Read(ctx, "", func(r *store.Reader) error {
			creditor, account, err := rails.Owner(r, "till", "acct_bonn")
			if creditor != other.creditor || account != other.account.ID {
				b.t.Errorf("acct_bonn belongs to %s/%s", creditor, account)
			}
			_, _, unknown := rails.Owner(r, "till", "acct_3")
			b.refused("nobody's", unknown, debt.NotFound, "provider_account_unknown")
			return err
		})
		if err != nil {
			b.t.Error(err)
		}
	})
}

func TestASweepIsLeasedToOne(t *testing.T) {
	each(t, func(b, _ *book) {
		now, got := storetest.Now, 0
		take := func(at time.Time) {
			b.write(func(tx *store.Tx) error {
				a, mine, err := rails.LeaseSweep(tx, b.account.ID, at, at.Add(15*time.Minute))
				if mine {
					got++
					a.SweptTo = at
					return errors.Join(err, rails.Advance(tx, a))
				}
				return err
			})
		}
		take(now)
		take(now.Add(time.Minute))
		if got != 1 {
			b.t.Errorf("%d leases", got)
		}
		take(now.Add(15 * time.Minute))
		b.read(func(r *store.Reader) error {
			a, err := rails.LoadAccount(r, b.account.ID)
			if got != 2 || !a.SweptTo.Equal(now.Add(15*time.Minute)) {
				b.t.Errorf("%d leases, swept to %s", got, a.SweptTo)
			}
			return err
		})
	})
}

func TestACaseHasOneOpenAttempt(t *testing.T) {
	each(t, func(b, other *book) {
		a := b.attempt(0)
		b.write(func(tx *store.Tx) error { return rails.AddAttempt(tx, a) })
		b.refused("a second", b.try(func(tx *store.Tx) error { return rails.AddAttempt(tx, b.attempt(0)) }), debt.Conflict, "attempt_open")
		b.write(func(tx *store.Tx) error { return rails.AddAttempt(tx, b.attempt(1)) })
		a.Status, a.Open, a.URL, a.Session, a.Intent, a.Funding, a.Looks = debt.PaymentSucceeded, false, "u", "cs", "pi", "debit", 3
		a.AskedAt, a.ExpectedOn, a.DueAt = storetest.Now, debt.MustDate("2026-12-01"), time.Time{}
		b.write(func(tx *store.Tx) error { return rails.SaveAttempts(tx, []rail.Attempt{a}) })
		b.write(func(tx *store.Tx) error { return rails.AddAttempt(tx, b.attempt(0)) })
		b.read(func(r *store.Reader) error {
			got, err := rails.LoadAttempt(r, a.ID)
			if err == nil && (got != a) {
				b.t.Errorf("%+v\n%+v", got, a)
			}
			found, ok, err2 := rails.FindIntent(r, b.account.ID, "pi")
			list, err3 := rails.AttemptsOf(r, b.cases[0])
			if !ok || found.ID != a.ID || len(list) != 2 {
				b.t.Errorf("%v %+v %d", ok, found, len(list))
			}
			return errors.Join(err, err2, err3)
		})
		other.read(func(r *store.Reader) error {
			_, err := rails.LoadAttempt(r, a.ID)
			b.refused("somebody else's", err, debt.NotFound, "attempt_unknown")
			return nil
		})
	})
}

func TestAPurposeIsServedOnce(t *testing.T) {
	each(t, func(b, other *book) {
		for i, who := range []*book{b, other} {
			a := who.attempt(0)
			a.Purpose, a.Open = "plan/1/1", false
			who.write(func(tx *store.Tx) error { return rails.AddAttempt(tx, a) })
			again := who.attempt(1)
			again.Purpose = "plan/1/1"
			b.refused("again", who.try(func(tx *store.Tx) error { return rails.AddAttempt(tx, again) }), debt.Conflict, "attempt_open")
			who.read(func(r *store.Reader) error {
				got, ok, err := rails.FindPurpose(r, "plan/1/1")
				if !ok || got.ID != a.ID {
					b.t.Errorf("%d: %v %+v", i, ok, got)
				}
				return err
			})
		}
	})
}

func TestDueAttemptsAreClaimedByOne(t *testing.T) {
	each(t, func(b, _ *book) {
		b.write(func(tx *store.Tx) error { return rails.AddAttempt(tx, b.attempt(0)) })
		b.write(func(tx *store.Tx) error { return rails.AddAttempt(tx, b.attempt(1)) })
		at := storetest.Now.Add(2 * time.Minute)
		var mu sync.Mutex
		var all sync.WaitGroup
		seen := map[debt.ID]int{}
		for range 8 {
			all.Go(func() {
				var mine []rail.Attempt
				err := b.try(func(tx *store.Tx) (err error) { mine, err = rails.ClaimDue(tx, 5, at, at.Add(time.Minute)); return err })
				mu.Lock()
				defer mu.Unlock()
				for _, a := range mine {
					seen[a.ID]++
				}
				if err != nil {
					b.t.Error(err)
				}
			})
		}
		all.Wait()
		if len(seen) != 2 || slices.Max([]int{seen[keyOf(seen, 0)], seen[keyOf(seen, 1)]}) != 1 {
			b.t.Errorf("claimed: %v", seen)
		}
		b.read(func(r *store.Reader) error {
			due, err := rails.AnyAttemptDue(r, at)
			later, err2 := rails.AnyAttemptDue(r, at.Add(time.Minute))
			if due || !later {
				b.t.Errorf("due %v, after the lease %v", due, later)
			}
			return errors.Join(err, err2)
		})
	})
}

func keyOf(m map[debt.ID]int, i int) debt.ID {
	var list []debt.ID
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list[min(i, len(list)-1)]
}

func TestAMovementNeverChangesSides(t *testing.T) {
	each(t, func(b, other *book) {
		x, y := b.attempt(0), b.attempt(1)
		move := func(of rail.Attempt, id string) rails.Move {
			return rails.Move{Move: rail.Move{Kind: rail.Paid, ID: id, Amount: 10_00, Currency: "EUR", On: debt.MustDate("2026-11-22"), At: storetest.Now},
				RowID: store.NewID(), AccountID: b.account.ID, PaymentID: of.ID, CaseID: of.CaseID, State: rails.MoveBooked, HeardAt: storetest.Now}
		}
		b.write(func(tx *store.Tx) error { return rails.SaveMoves(tx, []rails.Move{move(x, "ch_1")}) })
		again := move(x, "ch_1")
		again.Transaction = "txn_1"
		b.write(func(tx *store.Tx) error { return rails.SaveMoves(tx, []rails.Move{again}) })
		b.refused("for another payment", b.try(func(tx *store.Tx) error {
			return rails.SaveMoves(tx, []rails.Move{move(y, "ch_2"), move(y, "ch_1")})
		}), debt.Conflict, "move_taken")
		b.read(func(r *store.Reader) error {
			of, err := rails.MovesOf(r, []debt.ID{x.ID, y.ID})
			if len(of[x.ID]) != 1 || of[x.ID][0].Transaction != "txn_1" || len(of[y.ID]) != 0 {
				b.t.Errorf("%+v", of)
			}
			by, err2 := rails.MovesOfTransaction(r, b.account.ID, "txn_1")
			if len(by) != 1 {
				b.t.Errorf("%+v", by)
			}
			return errors.Join(err, err2)
		})
		nobody := move(rail.Attempt{}, "ch_3")
		nobody.State, nobody.Why = rails.Suspended, rail.WhyNobody
		b.write(func(tx *store.Tx) error { return rails.SaveMoves(tx, []rails.Move{nobody}) })
		placed := move(y, "ch_3")
		b.write(func(tx *store.Tx) error { return rails.SaveMoves(tx, []rails.Move{placed}) })
		b.read(func(r *store.Reader) error {
			got, ok, err := rails.FindMove(r, b.account.ID, rail.Paid, "ch_3")
			if !ok || got.PaymentID != y.ID || got.State != rails.MoveBooked {
				b.t.Errorf("money that was nobody's is placed: %+v", got)
			}
			return err
		})
	})
}

func TestANoticeIsKeptOnceAndClaimedByItsOwner(t *testing.T) {
	each(t, func(b, other *book) {
		n := rails.Notice{Notice: rail.Notice{Event: "evt_1", Type: "paid", External: b.account.External, Object: rail.Ref{Kind: rail.IntentRef, ID: "pi_1"}},
			Provider: "till", Owner: b.creditor, Account: b.account.ID, State: rails.Waiting, ReceivedAt: storetest.Now, DueAt: storetest.Now}
		added := 0
		for range 2 {
			b.write(func(tx *store.Tx) error {
				k, err := rails.Accept(tx, []rails.Notice{n, n})
				added += k
				return err
			})
		}
		same := n
		same.External, same.Owner, same.Account = other.account.External, other.creditor, other.account.ID
		other.write(func(tx *store.Tx) error { _, err := rails.Accept(tx, []rails.Notice{same}); return err })
		if added != 1 {
			b.t.Errorf("%d notices", added)
		}
		for _, who := range []*book{b, other} {
			var got []rails.Notice
			who.write(func(tx *store.Tx) (err error) {
				got, err = rails.Claim(tx, 10, storetest.Now, storetest.Now.Add(time.Minute))
				return err
			})
			if len(got) != 1 || got[0].Owner != who.creditor || got[0].Tries != 1 || got[0].Object.ID != "pi_1" {
				b.t.Errorf("%+v", got)
			}
			who.write(func(tx *store.Tx) error { return rails.SettleDone(tx, got, storetest.Now) })
			who.read(func(r *store.Reader) error {
				due, err := rails.AnyDue(r, storetest.Now.Add(time.Hour))
				d, err2 := rails.CountNotices(r)
				if due || d.Waiting != 0 {
					b.t.Errorf("%v %+v", due, d)
				}
				return errors.Join(err, err2)
			})
		}
	})
}
