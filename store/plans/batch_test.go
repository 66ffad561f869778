package plans_test

import (
	"testing"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/store"
	"quitt/store/plans"
	"quitt/store/storetest"
)

func TestMarksOfManyPlansAreSavedAtOnceAndNothingElse(t *testing.T) {
	each(t, func(r room) {
		list := make([]plans.Kept, 70)
		for i := range list {
			f := storetest.File(r.creditor, "M"+string(rune('A'+i)))
			r.must(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
			k := r.plan(debt.PlanActive)
			k.CaseID, k.AgreedOn, k.AgreedAt, k.NextOn = f.File.Case.ID, debt.MustDate("2026-11-28"), storetest.Now, debt.MustDate("2026-12-02")
			r.must(func(tx *store.Tx) error { return plans.Add(tx, k) })
			k.Announced, k.Noted, k.NextOn = i, i+1, debt.MustDate("2026-12-03").AddDays(i)
			list[i] = k
		}
		list[3].NextOn = debt.Date{}
		r.must(func(tx *store.Tx) error { return plans.SaveMarks(tx, list) })
		r.must(func(tx *store.Tx) error {
			due, err := plans.DueCases(&tx.Reader, debt.MustDate("2026-12-05"), 10)
			if err != nil || len(due) != 3 || due[0] != list[0].CaseID {
				r.Errorf("due: %v, %v", due, err)
			}
			found, err := plans.Agreed(&tx.Reader, []debt.ID{list[3].CaseID, list[69].CaseID, r.caseID})
			if err != nil || len(found) != 2 || found[list[69].CaseID].Noted != 70 || !found[list[3].CaseID].NextOn.IsZero() {
				r.Errorf("agreed: %+v, %v", found, err)
			}
			seats, err := plans.Seats(&tx.Reader, []debt.ID{r.caseID})
			if err != nil || seats[r.caseID] != "NW" {
				r.Errorf("without a Land of the debtor the creditor's counts: %v, %v", seats, err)
			}
			return err
		})
		stranger := r.plan(debt.PlanActive)
		err := r.write(func(tx *store.Tx) error { return plans.SaveMarks(tx, []plans.Kept{stranger}) })
		debttest.WantKey(r, err, debt.Conflict, "changed_meanwhile")
	})
}
