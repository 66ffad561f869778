package revocation_test

import (
	"context"
	"testing"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/plans/revocation"
	"quitt/store"
	"quitt/store/plans"
	"quitt/store/storetest"
	"quitt/store/tasks"
)

// A declaration reaches a person with who sent it, whether or not a plan is found; an unknown
// reference leaves nothing and is no error, and repeating it adds no second task.
func TestADeclarationReachesAPerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, desk := context.Background(), revocation.Desk{Store: s, Now: storetest.Clock}
		creditor := storetest.Creditor(t, s, "koeln")
		planned, bare := storetest.File(creditor.ID, "PLANNED"), storetest.File(creditor.ID, "BARE")
		day := debt.DateIn(storetest.Now, debt.Berlin)
		k := plans.Kept{Plan: plan.Plan{ID: store.NewID(), CaseID: planned.File.Case.ID, State: debt.PlanActive, AgreedOn: day,
			Wish: plan.Wish{Instalment: 50_00, First: day.AddDays(9), Rhythm: plan.Monthly}},
			Method: debt.MethodTransfer, MadeBy: "debtor", MadeAt: storetest.Now, AgreedAt: storetest.Now}
		err := s.Write(ctx, creditor.ID, func(tx *store.Tx) error {
			if err := tx.AddFiles([]store.NewFile{planned, bare}); err != nil {
				return err
			}
			return plans.Add(tx, k)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, reference := range []string{"PLANNED", "BARE", "NOBODY", "", "' OR 1=1", " PLANNED ", "PLANNED", "PLANNED", "PLANNED", "PLANNED", "PLANNED"} {
			if err := desk.Take(ctx, revocation.Declaration{Reference: reference, Name: "Änne Muster", Contact: "a@example.org"}); err != nil {
				t.Errorf("%q: %v", reference, err)
			}
		}
		err = s.Read(ctx, creditor.ID, func(r *store.Reader) error {
			for caseID, subject := range map[debt.ID]debt.ID{planned.File.Case.ID: k.ID, bare.File.Case.ID: bare.File.Case.ID} {
				open, err := tasks.OfCase(r, caseID)
				if err != nil || len(open) != 1 || open[0].Kind != revocation.Task || open[0].Subject != string(subject) {
					t.Errorf("tasks of %s: %+v, %v", caseID, open, err)
				}
			}
			rounds, err := plans.Rounds(r, k.ID)
			if err != nil || len(rounds) != 5 || rounds[0].Act != plans.Withdraw || rounds[0].Note.Reveal() != "Änne Muster · a@example.org" {
				t.Errorf("%d rounds, %v", len(rounds), err)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
