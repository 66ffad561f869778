package tasks_test

import (
	"context"
	"errors"
	"testing"

	"quitt/debt"
	"quitt/store"
	"quitt/store/storetest"
	"quitt/store/tasks"
)

func TestATaskOpensOnceAndFollowsItsAmount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		creditor := storetest.Creditor(t, s, "koeln").ID
		f := storetest.File(creditor, "R")
		write := func(do func(*store.Tx) error) {
			t.Helper()
			if err := s.Write(context.Background(), creditor, do); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
		k := tasks.Task{Kind: "refund_overpayment", Subject: "case", CaseID: f.File.Case.ID, Amount: 5, OpenedAt: storetest.Now}
		set := func(cents debt.Cents) {
			k.ID, k.Amount = store.NewID(), cents
			write(func(tx *store.Tx) error { return tasks.Set(tx, k) })
		}
		open := func() (list []tasks.Task) {
			err := s.Read(context.Background(), creditor, func(r *store.Reader) (err error) { list, err = tasks.List(r, 10); return err })
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		set(5)
		set(7)
		if list := open(); len(list) != 1 || list[0].Amount != 7 {
			t.Errorf("%+v", list)
		}
		set(0)
		if list := open(); len(list) != 0 {
			t.Errorf("%+v", list)
		}
		set(3)
		list := open()
		if len(list) != 1 || list[0].Amount != 3 {
			t.Fatalf("%+v", list)
		}
		write(func(tx *store.Tx) error { return tasks.Done(tx, list[0].ID, "paid_back", storetest.Now) })
		err := s.Write(context.Background(), creditor, func(tx *store.Tx) error { return tasks.Done(tx, list[0].ID, "paid_back", storetest.Now) })
		if !errors.Is(err, debt.E(debt.NotFound, "task_unknown", nil)) {
			t.Errorf("twice: %v", err)
		}
		set(3)
		if list := open(); len(list) != 0 {
			t.Errorf("a loop opens again what a person has ended: %+v", list)
		}
		set(0)
		set(3)
		if list := open(); len(list) != 1 {
			t.Errorf("it was settled and is there again: %+v", list)
		}
	})
}
