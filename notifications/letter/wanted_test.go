package letter_test

import (
	"testing"

	"quitt/debt/letter"
	"quitt/store"
	"quitt/store/storetest"
	"quitt/store/tasks"
)

// Whoever works on a case wants a new code for its debtor: the next run writes it and the wish is
// fulfilled.
func TestANewCodeThatIsWantedIsWrittenByTheNextRun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		id := o.addCase(1)
		o.addCase(2)
		wish := tasks.Task{ID: store.NewID(), Kind: letter.Wanted, Subject: string(id), CaseID: id, Reason: string(letter.NewCode), OpenedAt: o.at}
		if err := s.Write(ctx, o.creditor.ID, func(tx *store.Tx) error { return tasks.Open(tx, wish) }); err != nil {
			t.Fatal(err)
		}
		for _, sent := range []int{1, 0} {
			if r := o.run(o.order(letter.NewCode)); r.Sent != sent {
				t.Errorf("%+v, want %d sent", r, sent)
			}
		}
		err := s.Read(ctx, o.creditor.ID, func(r *store.Reader) error {
			list, err := tasks.OfCase(r, id)
			if len(list) != 1 || list[0].Outcome != "written" {
				t.Errorf("%+v", list)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
