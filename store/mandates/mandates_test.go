package mandates_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/mandate"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/mandates"
	"quitt/store/storetest"
)

var (
	ctx  = context.Background()
	days = cmp.Comparer(func(a, b debt.Date) bool { return a == b })
)

// tenant is a creditor with an account and a case.
func tenant(t *testing.T, s *store.Store, code, iban string) (creditor, account, caseID debt.ID) {
	t.Helper()
	creditor, account = storetest.Creditor(t, s, code).ID, store.NewID()
	f := storetest.File(creditor, "R")
	write(t, s, creditor, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO provider_accounts (creditor_id, id, provider, external_id, live, connected, key, methods, debit_only, created_at, missed_to, swept_to)
			VALUES ($1, $2, 'bank', $3, $4, $5, '', 'transfer', $5, $6, $6, $6)`, creditor, account, iban, true, false, column.At(storetest.Now))
		if err != nil {
			return err
		}
		return tx.AddFiles([]store.NewFile{f})
	})
	return creditor, account, f.File.Case.ID
}

func write(t *testing.T, s *store.Store, creditor debt.ID, do func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Write(ctx, creditor, do); err != nil {
		t.Fatal(err)
	}
}

func example(account, caseID debt.ID) mandate.Mandate {
	return mandate.Mandate{ID: store.NewID(), CaseID: caseID, AccountID: account, Reference: "QMAAA", Kind: mandate.OneOff, State: mandate.Pending,
		Holder: "Mara Muster", IBAN: "DE02120300000000202051", Amount: 10_00, Notice: 14, Payee: "Praxis", Identifier: "DE98ZZZ09999999999", Text: mandate.TextVersion,
		Language: "de", How: mandate.ByCode, CodeHash: "x", CodeAt: storetest.Now, MadeAt: storetest.Now}
}

func TestAMandateIsKeptSealedAndOnesOwn(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Options{URL: url})
		creditor, account, caseID := tenant(t, s, "a", "DE41500105170123456789")
		other, _, _ := tenant(t, s, "b", "DE89370400440532013000")
		m := example(account, caseID)
		write(t, s, creditor, func(tx *store.Tx) error { return mandates.Add(tx, m) })
		twin := example(account, caseID)
		err := s.Write(ctx, creditor, func(tx *store.Tx) error { return mandates.Add(tx, twin) })
		debttest.WantKey(t, err, debt.Conflict, "mandate_taken")
		for _, sealed := range storetest.Column(t, url, "SELECT sealed FROM mandates") {
			if len(sealed) < 20 || sealed[:3] != "~1:" {
				t.Errorf("in the clear: %.20s", sealed)
			}
		}
		if err := m.To(mandate.Active, "", storetest.Now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		write(t, s, creditor, func(tx *store.Tx) error { return mandates.Save(tx, m) })
		err = s.Read(ctx, creditor, func(r *store.Reader) error {
			got, err := mandates.ByReference(r, m.Reference)
			if diff := cmp.Diff(m, got, days); diff != "" {
				t.Error(diff)
			}
			list, err2 := mandates.Ending(r, mandates.Since{MadeAt: storetest.Now, UsedOn: debt.MustDate("2020-01-01")}, "00000000-0000-0000-0000-000000000000", 9)
			if len(list) != 1 || err2 != nil { // one-off and in force
				t.Errorf("%d may end %v", len(list), err2)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		err = s.Read(ctx, other, func(r *store.Reader) error { _, err := mandates.Load(r, m.ID); return err })
		debttest.WantKey(t, err, debt.NotFound, "mandate_unknown")
	})
}

func TestOneRunOfAnAccountIsPutTogetherAtATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor, account, caseID := tenant(t, s, "a", "DE41500105170123456789")
		m := example(account, caseID)
		run := mandates.Run{ID: store.NewID(), AccountID: account, Message: "Q1", UntilOn: debt.MustDate("2026-12-01"), MadeOn: debt.MustDate("2026-11-22"),
			MadeAt: storetest.Now, State: mandates.Gathering, IBAN: "DE41500105170123456789", Holder: "Praxis", Identifier: "DE98ZZZ09999999999"}
		line := func(n string) mandates.Debit {
			return mandates.Debit{RunID: run.ID, AttemptID: store.NewID(), OrderID: store.NewID(), CaseID: caseID, Mandate: m.ID, Batch: "B", EndToEnd: "E" + n,
				CollectOn: debt.MustDate("2026-12-01"), Sequence: "OOFF", Amount: 10_00, Purpose: "R"}
		}
		write(t, s, creditor, func(tx *store.Tx) error {
			if err := mandates.Add(tx, m); err != nil {
				return err
			}
			if err := mandates.AddRun(tx, run); err != nil {
				return err
			}
			for _, n := range []string{"1", "2"} {
				if err := mandates.HoldRun(tx, run.ID, 1, 10_00); err != nil {
					return err
				}
				if err := mandates.AddDebit(tx, line(n)); err != nil {
					return err
				}
			}
			return nil
		})
		second := run
		second.ID, second.Message = store.NewID(), "Q2"
		err := s.Write(ctx, creditor, func(tx *store.Tx) error { return mandates.AddRun(tx, second) })
		debttest.WantKey(t, err, debt.Conflict, "run_gathering")
		run.Debits, run.Sum = 2, 20_00
		run.State, run.SHA256, run.EndedAt = mandates.Closed, "abc", storetest.Now
		write(t, s, creditor, func(tx *store.Tx) error { return mandates.SaveRun(tx, run, mandates.Gathering) })
		err = s.Write(ctx, creditor, func(tx *store.Tx) error { return mandates.HoldRun(tx, run.ID, 1, 1) })
		debttest.WantKey(t, err, debt.Conflict, "changed_meanwhile")
		err = s.Read(ctx, creditor, func(r *store.Reader) error {
			got, err := mandates.LoadRun(r, "Q1")
			if diff := cmp.Diff(run, got, days); err != nil || diff != "" {
				t.Error(diff, err)
			}
			if list, err := mandates.Debits(r, run.ID); err != nil || len(list) != 2 || list[1].N != 2 {
				t.Errorf("%+v %v", list, err)
			}
			if d, ok, err := mandates.FindDebit(r, "E2"); err != nil || !ok || d.N != 2 {
				t.Errorf("%+v %v %v", d, ok, err)
			}
			names, err := mandates.OfSum(r, account, 20_00, 9)
			if len(names) != 1 || names[0] != "B" {
				t.Errorf("%v", names)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
