package cases_test

import (
	"context"
	"testing"
	"time"

	"quitt/cases"
	"quitt/debt"
	"quitt/store"
	"quitt/store/storetest"
)

// A kept view saves reading, never a change: neither one of this process nor of another,
// nor a new day.
func TestAKeptViewIsNeverOld(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, now := context.Background(), storetest.Now
		clock := func() time.Time { return now }
		c := storetest.Creditor(t, s, "praxis")
		files := []store.NewFile{storetest.File(c.ID, "1"), storetest.File(c.ID, "2"), storetest.File(c.ID, "3")}
		if err := s.Write(ctx, c.ID, func(tx *store.Tx) error { return tx.AddFiles(files) }); err != nil {
			t.Fatal(err)
		}
		desk := cases.Desk{Store: s, Now: clock, Views: cases.NewViews(2)}
		view := func(i int) cases.View {
			t.Helper()
			v, err := desk.View(ctx, c.ID, files[i].File.Case.ID)
			if err != nil {
				t.Fatal(err)
			}
			fresh, err := cases.Desk{Store: s, Now: clock}.View(ctx, c.ID, files[i].File.Case.ID)
			if err != nil {
				t.Fatal(err)
			}
			if v.Statement.Payable != fresh.Statement.Payable || len(v.Events) != len(fresh.Events) || v.Statement.On != fresh.Statement.On {
				t.Fatalf("kept %s with %d events on %s, fresh %s with %d events on %s", v.Statement.Payable, len(v.Events), v.Statement.On,
					fresh.Statement.Payable, len(fresh.Events), fresh.Statement.On)
			}
			return v
		}
		first := view(0).Statement.Payable
		elsewhere := cases.Desk{Store: s, Now: clock}
		err := elsewhere.AddCosts(ctx, files[0].File.Case, debt.Cost{Kind: debt.DunningFee, Amount: 250,
			IncurredOn: debt.MustDate("2026-11-20"), LegalGround: "BGB §§ 280 I, II, 286"})
		if err != nil {
			t.Fatal(err)
		}
		if got := view(0).Statement.Payable; got != first+250 {
			t.Errorf("%s after a cost of 2.50, %s before", got, first)
		}
		now = now.AddDate(0, 0, 10)
		if got := view(0).Statement.Payable; got <= first+250 {
			t.Errorf("%s ten days later: no interest", got)
		}
		for _, i := range []int{1, 2, 0, 1, 2} {
			view(i)
		}
	})
}
