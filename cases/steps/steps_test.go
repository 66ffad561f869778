package steps_test

import (
	"context"
	"slices"
	"testing"

	"quitt/cases"
	"quitt/cases/steps"
	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/store"
	"quitt/store/expect"
	"quitt/store/storetest"
)

var (
	ctx   = context.Background()
	clerk = debt.Actor{Kind: "creditor", ID: "019aa9c0-7d3e-7c1a-9b52-3f6f2c1d8e41"}
)

type office struct {
	*testing.T
	steps.Desk
	watch *storetest.Watch
	files cases.Desk
	at    steps.At
}

// each opens a case that is due since a day and has the review of one just handed over or accepted.
func each(t *testing.T, due string, review debt.Review, test func(o *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := &office{T: t, watch: storetest.NewWatch()}
		o.Desk, o.files = steps.Desk{Store: s, Now: o.watch.Now}, cases.Desk{Store: s, Now: o.watch.Now}
		creditor := storetest.Creditor(t, s, "koeln").ID
		f := storetest.File(creditor, "R")
		f.File.Case.Review = review
		f.File.Account.Claims[0].DueOn = debt.MustDate(due)
		o.must(s.Write(ctx, creditor, func(t *store.Tx) error { return t.AddFiles([]store.NewFile{f}) }))
		o.at = steps.At{Creditor: creditor, Case: f.File.Case.ID, By: clerk}
		test(o)
	})
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) view() cases.View {
	o.Helper()
	v, err := o.files.View(ctx, o.at.Creditor, o.at.Case)
	o.must(err)
	return v
}

func (o *office) options() (names []steps.Name) {
	v := o.view()
	for _, x := range steps.Options(v.Case, v.Steps) {
		if x.Allowed() {
			names = append(names, x.Name)
		}
	}
	return names
}

func TestACaseIsTakenOverAndPursued(t *testing.T) {
	each(t, "2026-06-01", debt.ReviewReceived, func(o *office) {
		if got := o.options(); !slices.Equal(got, []steps.Name{steps.Accept, steps.Reject}) {
			o.Fatalf("handed over: %v", got)
		}
		debttest.WantKey(o, o.Take(ctx, o.at, steps.Collection), debt.Forbidden, "rules_step_barred")
		debttest.WantKey(o, o.Take(ctx, o.at, steps.Court), debt.Forbidden, "court_step_forbidden")
		debttest.WantKey(o, o.Take(ctx, o.at, "sell"), debt.Invalid, "rules_step_unknown")
		o.must(o.Take(ctx, o.at, steps.Accept))
		debttest.WantKey(o, o.Take(ctx, o.at, steps.Accept), debt.Forbidden, "transition_forbidden")
		if got := o.options(); !slices.Equal(got, []steps.Name{steps.Collection, steps.Court}) {
			o.Fatalf("accepted: %v", got)
		}
		seen := expect.Version(ctx, o.at.Case, o.view().Case.Version)
		o.must(o.Take(seen, o.at, steps.Collection))
		debttest.WantKey(o, o.Take(seen, o.at, steps.Court), debt.Conflict, "record_changed")
		o.must(o.Take(ctx, o.at, steps.Court))
		v := o.view()
		if e := v.Events[len(v.Events)-1]; v.Case.Stage != debt.StageCourtPrepared || e.Actor != clerk || e.Data["stage"] != "court_prepared" {
			o.Errorf("%s: %+v", v.Case.Stage, e)
		}
		if got := o.options(); len(got) != 0 {
			o.Errorf("marked for the court: %v", got)
		}
		o.must(o.Take(ctx, o.at, steps.Close))
		if v := o.view(); v.Case.Stage != debt.StageClosed || v.Case.CloseReason != "other" {
			o.Errorf("%+v", v.Case)
		}
	})
}

// What stands against a step is told before it is tried, and refuses it when it is.
func TestNobodyIsPursuedWhoMayNotBe(t *testing.T) {
	each(t, "2026-06-01", debt.ReviewAccepted, func(o *office) {
		o.must(o.files.Apply(ctx, o.view().Case, debt.System, func(c *debt.Case, today debt.Date) ([]debt.Event, error) {
			return c.SetObjection(debt.ObjectionOpen, debt.Hold{Reason: "amount_wrong", Since: today, Until: today.AddDays(14)})
		}))
		v := o.view()
		for _, x := range steps.Options(v.Case, v.Steps) {
			if x.Allowed() || !slices.Contains(x.Because, debt.BarrierObjection) {
				o.Errorf("%+v", x)
			}
		}
		debttest.WantKey(o, o.Take(ctx, o.at, steps.Collection), debt.Forbidden, "rules_step_barred")
		debttest.WantKey(o, o.Take(ctx, o.at, steps.Court), debt.Forbidden, "court_step_forbidden")
	})
}

// A claim of 2020 is barred since the end of 2023 (BGB §§ 195, 199 I).
func TestNobodyIsSuedForWhatIsTimeBarred(t *testing.T) {
	each(t, "2020-06-01", debt.ReviewAccepted, func(o *office) {
		v := o.view()
		for _, x := range steps.Options(v.Case, v.Steps) {
			if !slices.Contains(x.Because, debt.BarrierTimeBarred) {
				o.Errorf("%+v", x)
			}
		}
		debttest.WantKey(o, o.Take(ctx, o.at, steps.Court), debt.Forbidden, "court_step_forbidden")
	})
}

func TestARejectedCaseIsNotPursued(t *testing.T) {
	each(t, "2026-06-01", debt.ReviewReceived, func(o *office) {
		o.must(o.Take(ctx, o.at, steps.Reject))
		if got := o.options(); len(got) != 0 || o.view().Case.Processing != debt.Stopped {
			o.Errorf("%v", got)
		}
	})
}
