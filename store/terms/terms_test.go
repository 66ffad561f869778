package terms_test

import (
	"context"
	"testing"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/store"
	"quitt/store/storetest"
	"quitt/store/terms"
)

func TestOnlyWhoSawWhatStandsThereChangesIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		c, other := storetest.Creditor(t, s, "a"), storetest.Creditor(t, s, "b")
		save := func(saw, wanted debt.Settings) error {
			return s.Write(ctx, c.ID, func(tx *store.Tx) error { return terms.Save(tx, saw, wanted) })
		}
		wanted := debt.Settings{ObjectionDays: 21, PromiseDays: 10, PayOnly: true}
		if err := save(c.Settings, wanted); err != nil {
			t.Fatal(err)
		}
		debttest.WantKey(t, save(c.Settings, debt.Settings{}), debt.Conflict, "record_changed")
		err := s.Read(ctx, "", func(r *store.Reader) error {
			got, err := r.LoadCreditor("a")
			if err != nil {
				return err
			}
			untouched, err := r.LoadCreditor("b")
			if got.Settings != wanted || untouched.Settings != other.Settings {
				t.Errorf("%+v, %+v", got.Settings, untouched.Settings)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
