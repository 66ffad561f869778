package plans_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/letter"
	"quitt/debt/plan"
	"quitt/store"
	"quitt/store/person"
	"quitt/store/plans"
	"quitt/store/storetest"
)

// room is a store with one case of one creditor.
type room struct {
	*testing.T
	s        *store.Store
	creditor debt.ID
	caseID   debt.ID
}

func each(t *testing.T, do func(room)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := room{t, s, storetest.Creditor(t, s, "koeln").ID, ""}
		f := storetest.File(r.creditor, "R")
		r.caseID = f.File.Case.ID
		r.must(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
		do(r)
	})
}

func (r room) write(do func(*store.Tx) error) error {
	return r.s.Write(context.Background(), r.creditor, do)
}

func (r room) must(do func(*store.Tx) error) {
	r.Helper()
	if err := r.write(do); err != nil {
		r.Fatal(err)
	}
}

func (r room) plan(state debt.PlanState) plans.Kept {
	day := debt.MustDate("2026-12-01")
	return plans.Kept{Plan: plan.Plan{ID: store.NewID(), CaseID: r.caseID, State: state,
		Wish:     plan.Wish{Instalment: 50_00, First: day, Rhythm: plan.Monthly},
		Schedule: plan.Schedule{Instalments: []plan.Instalment{{No: 1, DueOn: day, Amount: 50_00}}, Interest: plan.NoInterest},
		Changes:  []plan.Made{{Kind: plan.Skip, On: day}}},
		Method: debt.MethodTransfer, MadeBy: "debtor", MadeAt: storetest.Now}
}

func TestAPlanComesBackAsItWasKept(t *testing.T) {
	each(t, func(r room) {
		k := r.plan(debt.PlanActive)
		k.AgreedOn, k.AgreedAt, k.NextOn = debt.MustDate("2026-11-28"), storetest.Now, debt.MustDate("2026-12-02")
		r.must(func(tx *store.Tx) error { return plans.Add(tx, k) })
		k.Version, k.Announced, k.State = 1, 1, debt.PlanAtRisk
		r.must(func(tx *store.Tx) error { return plans.Save(tx, k) })
		debttest.WantKey(r, r.write(func(tx *store.Tx) error { return plans.Save(tx, k) }), debt.Conflict, "changed_meanwhile")
		k.Version = 2
		r.must(func(tx *store.Tx) error {
			got, err := plans.Load(&tx.Reader, k.ID)
			if err != nil {
				return err
			}
			if d := cmp.Diff(k, got, cmp.AllowUnexported(debt.Date{})); d != "" {
				r.Error(d)
			}
			due, err := plans.Due(&tx.Reader, k.NextOn, plans.Kept{}, 10)
			if err != nil || len(due) != 1 {
				r.Errorf("due: %v, %v", due, err)
			}
			due, err = plans.Due(&tx.Reader, k.NextOn, k, 10)
			if err != nil || len(due) != 0 {
				r.Errorf("after it: %v, %v", due, err)
			}
			return nil
		})
	})
}

func TestACaseHasOneOpenPlan(t *testing.T) {
	each(t, func(r room) {
		r.must(func(tx *store.Tx) error { return plans.Add(tx, r.plan(plans.Draft)) })
		r.must(func(tx *store.Tx) error { return plans.Add(tx, r.plan(plans.Draft)) })
		r.must(func(tx *store.Tx) error { return plans.Add(tx, r.plan(debt.PlanOpen)) })
		err := r.write(func(tx *store.Tx) error {
			k := r.plan(debt.PlanActive)
			k.AgreedOn, k.AgreedAt = debt.MustDate("2026-11-28"), storetest.Now
			return plans.Add(tx, k)
		})
		debttest.WantKey(r, err, debt.Conflict, "plan_open_already")
	})
}

func TestEveryVersionOfTheRulesStays(t *testing.T) {
	each(t, func(r room) {
		r.must(func(tx *store.Tx) error {
			rules, version, err := plans.Rules(&tx.Reader)
			if err != nil || version != 0 || cmp.Diff(plan.Standard(), rules, cmp.AllowUnexported(debt.Date{})) != "" {
				r.Errorf("without any: %d, %v", version, err)
			}
			rules.GraceDays = 9
			if version, err = plans.SetRules(tx, rules, "operator", storetest.Now); err != nil || version != 1 {
				r.Errorf("set: %d, %v", version, err)
			}
			again, version, err := plans.Rules(&tx.Reader)
			if err != nil || version != 1 || again.GraceDays != 9 {
				r.Errorf("read: %d, %v", version, err)
			}
			return nil
		})
	})
}

func TestWhatWasSaidAndGivenStays(t *testing.T) {
	each(t, func(r room) {
		k, told := r.plan(debt.PlanOpen), debt.Cents(25_00)
		round := plans.Round{PlanID: k.ID, CaseID: r.caseID, N: 1, By: debt.Actor{Kind: "debtor"}, Act: plans.Propose, Wish: k.Wish,
			Schedule: k.Schedule, Reason: "income", Note: "Kurzarbeit", Affordable: &told, At: storetest.Now, ExpiresAt: storetest.Now.Add(time.Hour)}
		paper := plans.Paper{ID: store.NewID(), PlanID: k.ID, CaseID: r.caseID, Kind: plans.CostNotice, Document: letter.Document{}, MadeAt: storetest.Now}
		r.must(func(tx *store.Tx) (err error) {
			if err = plans.Add(tx, k); err != nil {
				return err
			}
			if err = plans.AddRound(tx, round); err != nil {
				return err
			}
			paper.SHA256, err = plans.AddPaper(tx, paper)
			return err
		})
		debttest.WantKey(r, r.write(func(tx *store.Tx) error { return plans.AddRound(tx, round) }), debt.Conflict, "changed_meanwhile")
		r.must(func(tx *store.Tx) error {
			if err := plans.ReadPaper(tx, paper.ID, storetest.Now); err != nil {
				return err
			}
			rounds, err := plans.Rounds(&tx.Reader, k.ID)
			if d := cmp.Diff([]plans.Round{round}, rounds, cmp.AllowUnexported(debt.Date{})); d != "" || err != nil {
				r.Error(d, err)
			}
			papers, err := plans.Papers(&tx.Reader, r.caseID)
			if err != nil || len(papers) != 1 || papers[0].SHA256 != paper.SHA256 || !papers[0].ReadAt.Equal(storetest.Now) {
				r.Errorf("papers: %+v, %v", papers, err)
			}
			return nil
		})
	})
}

// Whoever reads the database alone learns nothing from a paper, and a paper of another row or of
// nobody opens for nobody.
func TestAPaperIsSealedUnderTheKeyOfItsPerson(t *testing.T) {
	each(t, func(r room) {
		k := r.plan(debt.PlanOpen)
		paper := plans.Paper{ID: store.NewID(), PlanID: k.ID, CaseID: r.caseID, Kind: plans.Agreement, MadeAt: storetest.Now,
			Document: letter.Document{Subject: "Aylin Mustermann"}}
		r.must(func(tx *store.Tx) (err error) {
			if err = plans.Add(tx, k); err == nil {
				_, err = plans.AddPaper(tx, paper)
			}
			return err
		})
		var kept string
		r.must(func(tx *store.Tx) error {
			return tx.Get(&kept, `SELECT document FROM plan_papers WHERE creditor_id = $1 AND id = $2`, tx.Creditor(), paper.ID)
		})
		if !person.Sealed(kept) || strings.Contains(kept, "Mustermann") {
			r.Errorf("kept as %q", kept)
		}
		read := func() (got plans.Paper, err error) {
			err = r.write(func(tx *store.Tx) (err error) { got, err = plans.LoadPaper(&tx.Reader, paper.ID); return err })
			return got, err
		}
		if got, err := read(); err != nil || got.Document.Subject != paper.Document.Subject {
			r.Errorf("%+v, %v", got, err)
		}
	})
}
