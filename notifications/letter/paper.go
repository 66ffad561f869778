package letter

import (
	"slices"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/plan"
	"quitt/notifications/letter/wording"
	"quitt/store/plans"
)

// papers are the documents of an instalment plan: notice, agreement, change.
var papers = map[plans.PaperKind]letter.Kind{plans.CostNotice: letter.PlanCosts, plans.Agreement: letter.PlanConfirmation,
	plans.ChangePaper: letter.PlanChange}

// Paper words a paper of a plan. It is what plans has its papers composed by; Invalid
// "letter_incomplete" names what a case lacks for one.
func (h Letterhead) Paper(kind plans.PaperKind, f plans.Facts) (letter.Document, error) {
	facts := h.planFacts(f)
	facts.Kind = papers[kind]
	return wording.Paper(facts)
}

// planFacts gives the facts of a plan to whoever words them.
func (h Letterhead) planFacts(f plans.Facts) wording.Facts {
	return wording.Facts{On: f.On, Operator: h.Operator, Creditor: f.Creditor, Case: f.Case, Debtor: f.Debtor, Statement: f.Statement,
		Reference: reference(f.Case), Portal: h.Portal, About: wording.About{Plan: &wording.Plan{Plan: f.Plan, Method: f.Method, Until: f.Until,
			Proposed: f.Proposed, Before: f.Before, Change: f.Change, Because: f.Because,
			Notice: wording.Notice{SHA256: f.Notice.SHA256, MadeAt: f.Notice.MadeAt, ReadAt: f.Notice.ReadAt}}}}
}

// StandingOrder words the sheet for a standing order: what is still to be paid of a plan, in
// the language of whoever reads it, as debt/plan derived it from what is booked.
func (h Letterhead) StandingOrder(language string, f plans.Facts, g plan.Progress) (letter.Document, error) {
	facts := h.planFacts(f)
	for _, i := range g.Instalments {
		if i.Owed > 0 {
			facts.About.Instalments = append(facts.About.Instalments, wording.Instalment{Amount: i.Owed, DueOn: debt.Later(i.DueOn, f.On)})
		}
	}
	facts.About.Instalments = slices.Clip(facts.About.Instalments)
	return wording.StandingOrder(language, facts)
}

// PaperSamples names the invented papers of plans, for pages that are looked at without a case.
func PaperSamples() []string { return wording.PaperSamples() }

// SamplePaper is one of PaperSamples.
func SamplePaper(name string) (letter.Document, error) { return wording.Paper(wording.SamplePaper(name)) }

// SampleStandingOrder is an invented sheet.
func SampleStandingOrder(language string) (letter.Document, error) {
	return wording.StandingOrder(language, wording.SampleStanding())
}
