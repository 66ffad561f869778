package batches_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"quitt/cases"
	"quitt/cases/batches"
	"quitt/debt"
	"quitt/debt/batch"
	"quitt/store"
	kept "quitt/store/batches"
	"quitt/store/storetest"
)

var (
	ctx   = context.Background()
	today = debt.DateIn(storetest.Now, debt.Berlin)
	until = today.AddDays(14)
)

// office is a creditor with some cases, and somebody who acts.
type office struct {
	t     *testing.T
	s     *store.Store
	desk  batches.Desk
	who   batches.Who
	cases []debt.Case
}

func newOffice(t *testing.T, s *store.Store, n int) *office {
	t.Helper()
	o := &office{t: t, s: s, desk: batches.Desk{Store: s, Now: storetest.Clock}}
	o.who = batches.Who{Creditor: storetest.Creditor(t, s, fmt.Sprintf("praxis-%d", n)).ID, By: debt.Actor{Kind: "creditor", ID: store.NewID()}}
	var files []store.NewFile
	for i := range n {
		files = append(files, storetest.File(o.who.Creditor, fmt.Sprintf("%04d", i)))
		o.cases = append(o.cases, files[i].File.Case)
	}
	o.done(s.Write(ctx, o.who.Creditor, func(tx *store.Tx) error { return tx.AddFiles(files) }))
	return o
}

func (o *office) done(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) refuses(err error, key string) {
	o.t.Helper()
	if e := (*debt.Error)(nil); !errors.As(err, &e) || e.Key != key {
		o.t.Errorf("%v, want %s", err, key)
	}
}

func (o *office) change(c debt.Case, do func(c *debt.Case, on debt.Date) (debt.Event, error)) {
	o.t.Helper()
	o.done(cases.Desk{Store: o.s, Now: storetest.Clock}.Apply(ctx, c, debt.System, func(c *debt.Case, on debt.Date) ([]debt.Event, error) {
		e, err := do(c, on)
		return []debt.Event{e}, err
	}))
}

func (o *office) ids() (ids []debt.ID) {
	for _, c := range o.cases {
		ids = append(ids, c.ID)
	}
	return ids
}

func (o *office) choose(a batch.Action) debt.ID {
	o.t.Helper()
	id, err := o.desk.Choose(ctx, o.who, a, o.ids())
	o.done(err)
	return id
}

// work does everything there is to do.
func (o *office) work() {
	o.t.Helper()
	for {
		did, err := o.desk.Work(ctx, o.who.Creditor)
		o.done(err)
		if did == 0 {
			return
		}
	}
}

func (o *office) show(id debt.ID) batches.Report {
	o.t.Helper()
	r, err := o.desk.Show(ctx, o.who, id)
	o.done(err)
	return r
}

func (o *office) says(id debt.ID, want string) {
	o.t.Helper()
	r := o.show(id)
	if got := fmt.Sprint(r.State, r.Counts); got != want {
		o.t.Errorf("%s, want %s", got, want)
	}
}

func (o *office) load(id debt.ID) (c debt.Case, events []debt.Event) {
	o.t.Helper()
	o.done(o.s.Read(ctx, o.who.Creditor, func(r *store.Reader) error {
		f, err := r.LoadFile(id)
		if err != nil {
			return err
		}
		c = f.Case
		if err := r.LoadHolds(&c); err != nil {
			return err
		}
		events, err = r.Events(id)
		return err
	}))
	return c, events
}

func TestManyCasesAreHeldAndTheHoldIsUndone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s, 120) // more than two portions
		closed, disputed := o.cases[3], o.cases[7]
		o.change(closed, func(c *debt.Case, on debt.Date) (debt.Event, error) { return c.Close("uneconomical", on) })
		id := o.choose(batch.Exempt)
		o.says(id, "chosenmap[ready:119 refused:1]")
		o.refuses(o.desk.Start(ctx, o.who, id, batch.Order{Reason: "goodwill"}), "list_until_range")
		o.refuses(o.desk.Start(ctx, o.who, id, batch.Order{Reason: "weil Frau Meier das will", Until: until}), "list_reason_missing")
		if did, err := o.desk.Work(ctx, o.who.Creditor); did != 0 || err != nil {
			t.Error("it began by itself", did, err)
		}
		o.done(o.desk.Start(ctx, o.who, id, batch.Order{Reason: "goodwill", Until: until}))
		o.refuses(o.desk.Start(ctx, o.who, id, batch.Order{Reason: "goodwill", Until: until}), "list_batch_begun")
		// Between the look and the deed something has changed.
		o.change(disputed, func(c *debt.Case, on debt.Date) (debt.Event, error) { return c.Close("sold", on) })
		o.work()
		o.says(id, "donemap[done:118 refused:2]")
		c, events := o.load(o.cases[0].ID)
		if c.Processing != debt.Held || len(c.Holds) != 1 || c.Holds[0].Until != until || c.Holds[0].Reason != "goodwill" {
			t.Errorf("%+v", c)
		}
		if last := events[len(events)-1]; last.Type != debt.CaseHeld || last.Actor != o.who.By {
			t.Errorf("%+v", last)
		}
		// One hold is ended by somebody else before everything is undone.
		o.change(o.cases[5], func(c *debt.Case, on debt.Date) (debt.Event, error) { return c.ReleaseHold(c.Holds[0].ID, on) })
		o.done(o.desk.Undo(ctx, o.who, id))
		o.work()
		o.says(id, "undonemap[kept:1 refused:2 undone:117]")
		if c, _ := o.load(o.cases[0].ID); c.Processing != debt.Running {
			t.Errorf("%s", c.Processing)
		}
		o.refuses(o.desk.Undo(ctx, o.who, id), "list_batch_not_undone")
		if _, err := s.Sequence(ctx, o.who.Creditor); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Verify(ctx, func(f store.Finding) bool { t.Error(f); return true }); err != nil {
			t.Fatal(err)
		}
	})
}

func TestManyCasesAreWithdrawnForGood(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s, 4)
		moving := debt.Payment{ID: store.NewID(), CaseID: o.cases[2].ID, Method: debt.MethodCard, Status: debt.PaymentInFlight, Amount: 1, Source: "x", ExternalID: "1",
			ReceivedOn: today, BookedAt: storetest.Now}
		o.done(s.Write(ctx, o.who.Creditor, func(tx *store.Tx) error { return tx.AddPayment(moving) }))
		id := o.choose(batch.Withdraw)
		o.done(o.desk.Start(ctx, o.who, id, batch.Order{}))
		o.work()
		o.says(id, "donemap[done:3 refused:1]")
		for _, x := range o.show(id).Items {
			if (x.CaseID == moving.CaseID) != (x.Why == string(debt.BarrierUnderWay)) {
				t.Errorf("%+v", x)
			}
		}
		if c, _ := o.load(o.cases[0].ID); c.Stage != debt.StageClosed || c.CloseReason != "withdrawn_by_creditor" {
			t.Errorf("%+v", c)
		}
		o.refuses(o.desk.Undo(ctx, o.who, id), "list_batch_not_undone")
		again := o.choose(batch.Hold)
		o.refuses(o.desk.Start(ctx, o.who, o.choose(batch.Release), batch.Order{}), "list_nothing_to_do")
		o.says(again, "chosenmap[ready:1 refused:3]")
	})
}

func TestReleasingEndsTheCreditorsHoldsAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s, 2)
		for _, kind := range []debt.HoldKind{debt.HoldHardship, debt.HoldRequest} {
			o.change(o.cases[0], func(c *debt.Case, on debt.Date) (debt.Event, error) {
				return c.PlaceHold(debt.Hold{Kind: kind, Reason: "x", Since: on, Until: until})
			})
		}
		id := o.choose(batch.Release)
		o.done(o.desk.Start(ctx, o.who, id, batch.Order{}))
		o.work()
		o.says(id, "donemap[done:1 refused:1]")
		c, _ := o.load(o.cases[0].ID)
		for _, h := range c.Holds {
			if h.Active(today) != (h.Kind == debt.HoldHardship) {
				t.Errorf("%+v", h)
			}
		}
	})
}

func TestABatchBelongsToWhoChoseIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o, other := newOffice(t, s, 1), newOffice(t, s, 2)
		id := o.choose(batch.Hold)
		for name, who := range map[string]batches.Who{"another member": {Creditor: o.who.Creditor, By: debt.Actor{Kind: "creditor", ID: store.NewID()}}, "another creditor": other.who} {
			t.Log(name)
			_, err := o.desk.Show(ctx, who, id)
			o.refuses(err, "list_batch_unknown")
			o.refuses(o.desk.Start(ctx, who, id, batch.Order{Reason: "clarification", Until: until}), "list_batch_unknown")
			o.refuses(o.desk.Undo(ctx, who, id), "list_batch_unknown")
		}
		_, err := o.desk.Choose(ctx, other.who, batch.Hold, o.ids())
		if err == nil {
			t.Error("cases of another creditor are chosen")
		}
		_, err = o.desk.Choose(ctx, o.who, batch.Hold, nil)
		o.refuses(err, "list_nothing_chosen")
		_, err = o.desk.Choose(ctx, o.who, batch.Hold, make([]debt.ID, batches.Most+1))
		if err == nil {
			t.Error("an id that is none is chosen")
		}
		var many []debt.ID
		for range batches.Most + 1 {
			many = append(many, store.NewID())
		}
		_, err = o.desk.Choose(ctx, o.who, batch.Hold, many)
		o.refuses(err, "list_too_many")
		_, err = o.desk.Choose(ctx, o.who, "burn", o.ids())
		o.refuses(err, "list_action_missing")
	})
}

// Two processes that work at once do no case twice.
func TestTwoWorkersDoEachCaseOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s, 130)
		id := o.choose(batch.Hold)
		o.done(o.desk.Start(ctx, o.who, id, batch.Order{Reason: "clarification", Until: until}))
		errs := make(chan error, 2)
		for range 2 {
			go func() {
				for {
					did, err := o.desk.Work(ctx, o.who.Creditor)
					if did == 0 || err != nil {
						errs <- err
						return
					}
				}
			}()
		}
		o.done(errors.Join(<-errs, <-errs))
		o.says(id, "donemap["+string(kept.Done)+":130]")
		for _, c := range o.cases {
			if c, _ := o.load(c.ID); len(c.Holds) != 1 {
				t.Fatalf("%d holds", len(c.Holds))
			}
		}
	})
}
