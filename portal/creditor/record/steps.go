package record

import (
	"slices"

	"quitt/cases/steps"
	"quitt/debt"
	"quitt/debt/staff"
)

// step is something that could be done next.
type step struct {
	Name    string
	Allowed bool
	Because []string
	Link    string // where it is taken; "" where it is nobody's here, or not this member's
	Note    string // who does it instead
}

// The steps that a person takes: what they are called, where, and with which right.
var (
	takenKeys = map[steps.Name]string{steps.Accept: "rules_step_accept", steps.Reject: "rules_step_reject",
		steps.Collection: "rules_step_collection", steps.Court: "rules_step_court"}
	takenPaths = map[steps.Name]string{steps.Accept: "annehmen", steps.Reject: "ablehnen", steps.Collection: "inkasso", steps.Court: "mahnverfahren"}
	takenNeeds = map[steps.Name]staff.Right{steps.Accept: staff.Act, steps.Reject: staff.Decide, steps.Collection: staff.Act, steps.Court: staff.Decide}
)

var stepKeys = map[debt.StepName]string{debt.StepNotice: "record_step_notice", debt.StepPlan: "record_step_plan", debt.StepCourt: "record_step_court",
	debt.StepBureau: "record_step_bureau", debt.StepClose: "record_step_close"}

// noteKeys say of an allowed step who takes it: a run, the debtor, nobody here.
var noteKeys = map[debt.StepName]string{debt.StepNotice: "rules_step_notice_by", debt.StepPlan: "rules_step_plan_by", debt.StepBureau: "rules_step_bureau_by"}

// steps lists those that a person takes, then the others. Where a step is refused, every reason.
func (v viewer) steps() (list []step) {
	options := steps.Options(v.Record.Case, v.Record.Steps)
	for _, o := range options {
		x := step{Name: v.text(takenKeys[o.Name]), Allowed: o.Allowed(), Because: v.because(o.Because)}
		if x.Allowed && v.Role.May(takenNeeds[o.Name]) {
			x.Link = v.actPath(takenPaths[o.Name])
		}
		list = append(list, x)
	}
	atCourt := slices.ContainsFunc(options, func(o steps.Option) bool { return o.Name == steps.Court })
	for _, s := range v.Record.Steps {
		if s.Name == debt.StepCourt && atCourt {
			continue
		}
		x := step{Name: v.text(stepKeys[s.Name]), Allowed: s.Allowed, Because: v.because(s.Because)}
		if key := noteKeys[s.Name]; key != "" && s.Allowed {
			x.Note = v.text(key)
		}
		if s.Name == debt.StepClose && s.Allowed && v.Role.May(staff.Decide) {
			x.Link = v.actPath("ende")
		}
		list = append(list, x)
	}
	return list
}

func (v viewer) because(reasons []debt.Barrier) (list []string) {
	for _, b := range reasons {
		list = append(list, v.Base.Word(b))
	}
	return list
}
