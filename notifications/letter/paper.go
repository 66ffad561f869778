package letter

import (
	"context"
	"slices"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/plan"
	"quitt/notifications/letter/wording"
	"quitt/store"
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

// Papers lists the papers of plans in the inbox of a case, the newest first.
func (d Desk) Papers(ctx context.Context, creditor, caseID debt.ID) (list []plans.Paper, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		list, err = plans.Papers(r, caseID)
		return err
	})
	slices.Reverse(list)
	return list, err
}

// OpenPaper gives a paper of a case to its debtor and notes the first time: that it was opened
// belongs to the proof of how it was given. NotFound "paper_unknown" also for one of another case.
func (d Desk) OpenPaper(ctx context.Context, creditor, caseID, id debt.ID) (p plans.Paper, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		p, err = plans.LoadPaper(r, id)
		return err
	})
	if err == nil && p.CaseID != caseID {
		return plans.Paper{}, debt.E(debt.NotFound, "paper_unknown", nil)
	}
	if err != nil || !p.ReadAt.IsZero() {
		return p, err
	}
	return p, d.Store.Write(ctx, creditor, func(t *store.Tx) error { return plans.ReadPaper(t, id, d.Now()) })
}

// PaperSamples names the invented papers of plans, for pages that are looked at without a case.
func PaperSamples() []string { return wording.PaperSamples() }

// SamplePaper is one of PaperSamples.
func SamplePaper(name string) (letter.Document, error) {
	return wording.Paper(wording.SamplePaper(name))
}

// SampleStandingOrder is an invented sheet.
func SampleStandingOrder(language string) (letter.Document, error) {
	return wording.StandingOrder(language, wording.SampleStanding())
}
