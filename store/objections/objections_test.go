package objections_test

import (
	"context"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/debt/objection"
	"quitt/debt/situation"
	"quitt/store"
	"quitt/store/objections"
	"quitt/store/storetest"
)

// shelf is a creditor with one case.
type shelf struct {
	t        *testing.T
	s        *store.Store
	creditor debt.ID
	file     store.NewFile
}

func newShelf(t *testing.T, s *store.Store) shelf {
	c := storetest.Creditor(t, s, "koeln").ID
	k := shelf{t, s, c, storetest.File(c, "R")}
	k.must(func(t *store.Tx) error { return t.AddFiles([]store.NewFile{k.file}) })
	return k
}

func (k shelf) write(do func(*store.Tx) error) error {
	return k.s.Write(context.Background(), k.creditor, do)
}

func (k shelf) must(do func(*store.Tx) error) {
	k.t.Helper()
	if err := k.write(do); err != nil {
		k.t.Fatal(err)
	}
}

func (k shelf) read(do func(*store.Reader) error) {
	k.t.Helper()
	if err := k.s.Read(context.Background(), k.creditor, do); err != nil {
		k.t.Fatal(err)
	}
}

var day = debt.MustDate("2026-12-06")

func (k shelf) objection() objections.Objection {
	claim := k.file.File.Account.Claims[0].ID
	return objections.Objection{ID: store.NewID(), CaseID: k.file.File.Case.ID, Ground: objection.Faulty, Total: 403_00, FiledBy: "debtor",
		FiledAt: storetest.Now, DueOn: day, State: debt.ObjectionOpen, PausePlan: true, Answers: `{"complained_on":"2026-10-01"}`, Words: "Der Schlauch ist undicht",
		Disputed: objection.Disputed{Lines: []objection.Line{{ID: claim, Account: debt.InterestAccount, Amount: 3_00},
			{ID: claim, Account: debt.PrincipalAccount, Amount: 400_00}}}}
}

func TestAnObjectionIsReadAsItWasFiledAndEndsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		k := newShelf(t, s)
		o := k.objection()
		k.must(func(t *store.Tx) error { return objections.Add(t, o) })
		second := k.objection()
		debttest.WantKey(t, k.write(func(t *store.Tx) error { return objections.Add(t, second) }), debt.Conflict, "objection_open_already")
		k.read(func(r *store.Reader) error {
			got, err := objections.Load(r, o.ID)
			if err != nil || got.Words != o.Words || got.DueOn != day || !got.FiledAt.Equal(o.FiledAt) || !got.PausePlan ||
				len(got.Disputed.Lines) != 2 || got.Disputed.Total() != got.Total {
				t.Errorf("%+v, %v", got, err)
			}
			if said, err := got.Said(); err != nil || said["complained_on"] != "2026-10-01" {
				t.Errorf("%v, %v", said, err)
			}
			return nil
		})
		o.State, o.EndedAt, o.Reason = debt.ObjectionPartly, storetest.Now.Add(time.Hour), "Die Hälfte"
		given := []objection.Given{{Line: k.file.File.Account.Claims[0].ID, Account: debt.PrincipalAccount, Amount: 198_00},
			{Line: k.file.File.Account.Claims[0].ID, Account: debt.InterestAccount, Amount: 2_00}}
		k.must(func(t *store.Tx) error { return objections.End(t, o, given) })
		debttest.WantKey(t, k.write(func(t *store.Tx) error { return objections.End(t, o, given) }), debt.Conflict, "objection_ended")
		k.read(func(r *store.Reader) error {
			got, err := objections.OfCase(r, o.CaseID)
			if err != nil || len(got) != 1 || got[0].Reason != o.Reason || got[0].State != o.State || got[0].Credited != 200_00 {
				t.Errorf("%+v, %v", got, err)
			}
			_, err = objections.Load(r, store.NewID())
			debttest.WantKey(t, err, debt.NotFound, "objection_unknown")
			return nil
		})
		k.must(func(t *store.Tx) error { return objections.Add(t, second) })
	})
}

func TestAClockThatRanOutIsToldOnceAndEscalatedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		k := newShelf(t, s)
		o := k.objection()
		k.must(func(t *store.Tx) error { return objections.Add(t, o) })
		late := func(today debt.Date) (n int) {
			k.read(func(r *store.Reader) error {
				list, err := objections.Late(r, today, today.AddDays(-7), 10)
				n = len(list)
				return err
			})
			return n
		}
		if late(day) != 0 || late(day.AddDays(1)) != 1 {
			t.Error("the last day belongs to the creditor, the next does not")
		}
		for i, want := range []bool{true, false} {
			k.must(func(tx *store.Tx) error {
				done, err := objections.MarkOverdue(tx, o.ID, storetest.Now)
				if done != want {
					t.Errorf("time %d: %v", i, done)
				}
				return err
			})
		}
		if late(day.AddDays(7)) != 0 || late(day.AddDays(8)) != 1 {
			t.Error("a week later it is for somebody above")
		}
		k.must(func(tx *store.Tx) error { _, err := objections.MarkEscalated(tx, o.ID, storetest.Now); return err })
		if late(day.AddDays(99)) != 0 {
			t.Error("it is escalated again and again")
		}
	})
}

func TestProofsPromisesAndSituationsEndOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		k := newShelf(t, s)
		id, now := k.file.File.Case.ID, storetest.Now
		proof := objections.Proof{ID: store.NewID(), CaseID: id, PaidOn: day, Amount: 5, FiledBy: "debtor", FiledAt: now, DueOn: day, HoldID: store.NewID(),
			Target: "Sparkasse", Words: "bar"}
		promise := objections.Promise{Promise: situation.Promise{Amount: 7, By: day}, ID: store.NewID(), CaseID: id, Paid: 1, MadeBy: "debtor", MadeAt: now, HoldID: store.NewID()}
		told := objections.Situation{ID: store.NewID(), CaseID: id, Kind: situation.Insolvency, ToldBy: "debtor", ToldAt: now, HoldID: store.NewID(),
			Details: `{"court":"Köln"}`, Words: "seit Mai"}
		k.must(func(t *store.Tx) error { return objections.AddProof(t, proof) })
		k.must(func(t *store.Tx) error { return objections.AddPromise(t, promise) })
		k.must(func(t *store.Tx) error { return objections.AddSituation(t, told) })
		again, twice := promise, told
		again.ID, twice.ID = store.NewID(), store.NewID()
		debttest.WantKey(t, k.write(func(t *store.Tx) error { return objections.AddPromise(t, again) }), debt.Conflict, "promise_open_already")
		debttest.WantKey(t, k.write(func(t *store.Tx) error { return objections.AddSituation(t, twice) }), debt.Conflict, "situation_open_already")
		k.read(func(r *store.Reader) error {
			if list, err := objections.OpenProofs(r, 9); err != nil || len(list) != 1 || list[0].Target != "Sparkasse" || list[0].PaidOn != day {
				t.Errorf("%+v, %v", list, err)
			}
			if list, err := objections.OpenPromises(r, "", 9); err != nil || len(list) != 1 || list[0].By != day || list[0].Paid != 1 {
				t.Errorf("%+v, %v", list, err)
			}
			if list, err := objections.OpenPromises(r, promise.ID, 9); err != nil || len(list) != 0 {
				t.Errorf("%+v, %v", list, err)
			}
			list, err := objections.OpenSituations(r, 9)
			if err != nil || len(list) != 1 {
				t.Fatalf("%+v, %v", list, err)
			}
			said, err := list[0].Said()
			if said[situation.Court] != "Köln" {
				t.Errorf("%v", said)
			}
			return err
		})
		proof.State, proof.EndedAt = objections.ProofAccepted, now
		promise.State, promise.EndedAt = situation.PromiseKept, now
		told.State, told.EndedAt, told.Reason = objections.SituationConfirmed, now, "Bekanntmachung gesehen"
		k.must(func(t *store.Tx) error { return objections.EndProof(t, proof) })
		k.must(func(t *store.Tx) error { return objections.EndSituation(t, told) })
		debttest.WantKey(t, k.write(func(t *store.Tx) error { return objections.EndProof(t, proof) }), debt.Conflict, "proof_ended")
		debttest.WantKey(t, k.write(func(t *store.Tx) error { return objections.EndSituation(t, told) }), debt.Conflict, "situation_ended")
		for _, want := range []bool{true, false} {
			k.must(func(tx *store.Tx) error {
				done, err := objections.EndPromise(tx, promise)
				if done != want {
					t.Errorf("ended: %v", done)
				}
				return err
			})
		}
		k.must(func(t *store.Tx) error { return objections.AddPromise(t, again) })
	})
}
