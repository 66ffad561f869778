package decide

import (
	"context"
	"slices"

	"quitt/cases/steps"
	"quitt/debt"
)

// stepWords are the sentences of a step: what the page is called, what happens, and what the debtor
// gets of it.
func (s scene) stepWords(name steps.Name) (title, happens, debtor string) {
	switch name {
	case steps.Accept:
		return s.text("rules_step_accept"), s.text("rules_step_accept_happens"), s.text("rules_step_accept_debtor")
	case steps.Reject:
		return s.text("rules_step_reject"), s.text("rules_step_reject_happens"), s.text("rules_step_reject_debtor")
	case steps.Collection:
		return s.text("rules_step_collection"), s.text("rules_step_collection_happens"), s.text("rules_step_collection_debtor")
	}
	return s.text("rules_step_court"), s.text("rules_step_court_happens"), s.text("rules_step_court_debtor")
}

func showStep(name steps.Name) func(scene) (FormPage, error) {
	return func(s scene) (FormPage, error) { return s.step(name), nil }
}

// step says what a step does before it is done, and of one that is not allowed why.
func (s scene) step(name steps.Name) FormPage {
	title, happens, debtor := s.stepWords(name)
	view := FormPage{Title: title, Button: title, Facts: []fact{{s.text("rules_step_happens"), happens}, {s.text("rules_step_debtor"), debtor}}}
	list := steps.Options(s.Record.Case, s.Record.Steps)
	i := slices.IndexFunc(list, func(o steps.Option) bool { return o.Name == name })
	switch {
	case i < 0:
		view.Lead, view.Button = []string{s.text("rules_step_past")}, ""
	case !list[i].Allowed():
		view.Lead, view.Button = []string{s.Base.Words.Text("rules_step_barred", debt.Args{"reasons": list[i].Because})}, ""
	}
	return view
}

func takeStep(name steps.Name) func(Pages, context.Context, scene) error {
	return func(p Pages, ctx context.Context, s scene) error {
		return p.Steps.Take(ctx, steps.At{Creditor: s.Creditor.ID, Case: s.Record.Case.ID, By: s.Actor()}, name)
	}
}
