package store_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"quitt/debt"
	"quitt/store"
	"quitt/store/storetest"
)

func TestAnErrorBeforeACommitUndoesItAndOneAfterDoesNot(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		struck := errors.New("struck")
		var at bool
		armed := false
		s := storetest.Open(t, store.Options{URL: url, AtCommit: func(done bool) error {
			if armed && done == at {
				return struck
			}
			return nil
		}})
		for done, want := range map[bool]int{false: 0, true: 1} {
			at, armed = done, true
			id := store.NewID()
			c := debt.Creditor{ID: id, Code: "code-" + strconv.FormatBool(done), Name: "Köln", State: "NW"}
			err := s.Write(context.Background(), id, func(tx *store.Tx) error { return tx.AddCreditor(c, storetest.Now) })
			armed = false
			if !errors.Is(err, struck) {
				t.Errorf("%t: %v", done, err)
			}
			var n int
			if err := s.Read(context.Background(), "", func(r *store.Reader) error {
				all, err := r.Creditors()
				for _, k := range all {
					if k.ID == id {
						n++
					}
				}
				return err
			}); err != nil || n != want {
				t.Errorf("%t: %d rows, want %d, %v", done, n, want, err)
			}
		}
	})
}
