package wording

import (
	"strings"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/debt/plan"
)

// PaperSamples names the invented papers of plans: one of each kind in every variant.
func PaperSamples() []string {
	return []string{"costs", "costs-proposed", "costs-interest", "agreement", "agreement-interest", "agreement-card", "agreement-debit",
		"agreement-part", "settlement", "settlement-lasts", "settlement-one", "change-move", "change-pause", "change-skip", "change-lower",
		"change-raise", "change-paid-more", "change-base-rate", "change-returned"}
}

// SamplePaper gives believable facts of one of PaperSamples, laid out by the real rules.
func SamplePaper(name string) Facts {
	kind, variant, _ := strings.Cut(name, "-")
	f := Sample(letter.PlanConfirmation)
	f.Number = 0
	p := samplePlan(sampleRules(variant, kind), sampleWish(kind), f.On)
	switch kind {
	case "costs":
		f.Kind = letter.PlanCosts
		p.Until, p.Proposed = f.On.AddDays(14).Time().Add(22*time.Hour), variant == "proposed"
	case "change":
		f.Kind = letter.PlanChange
		p = p.sampleChange(variant)
	default:
		p.Notice = Notice{SHA256: strings.Repeat("3f9a2c71", 8), MadeAt: f.On.Time().Add(13 * time.Hour), ReadAt: f.On.Time().Add(13*time.Hour + 5*time.Minute)}
	}
	switch variant {
	case "card":
		p.Method = debt.MethodCard
	case "debit":
		p.Method = debt.MethodDirectDebit
	case "part":
		p.Deal.Sum = 300_00
		p.Schedule.Instalments = p.Schedule.Instalments[:3]
	case "lasts":
		p.Deal.Broken = plan.Lasts
	}
	f.About.Plan = p
	return f
}

// sampleRules are those of a creditor that offers a settlement, and in some variants lets
// interest go on.
func sampleRules(variant, kind string) plan.Rules {
	r := plan.Standard()
	if variant == "interest" || variant == "base-rate" {
		r.Interest = plan.Continues
	}
	offer := plan.Settlement{ID: "settlement", Percent: 7000, Instalments: 3, ValidUntil: sampleDay.AddDays(30), Broken: plan.Revives}
	if kind == "settlement" && variant == "one" {
		offer.Instalments = 1
	}
	for i := range r.Brackets {
		r.Brackets[i].Settlements = []plan.Settlement{offer}
	}
	return r
}

func sampleWish(kind string) plan.Wish {
	w := plan.Wish{Instalment: 100_00, First: debt.MustDate("2026-12-15"), Rhythm: plan.Monthly}
	if kind == "settlement" {
		w.Instalment, w.Settlement = 0, "settlement"
	}
	return w
}

// samplePlan asks the rules. Rules that refuse their own sample are broken.
func samplePlan(r plan.Rules, w plan.Wish, on debt.Date) *Plan {
	a, err := r.Evaluate(w, plan.Position{Account: sampleAccount(), Today: on})
	if err != nil {
		panic(err)
	}
	return &Plan{Plan: plan.Plan{ID: "3f2a91c0-0000-7000-8000-00000000a1c0", CaseID: "case", State: debt.PlanActive, Wish: a.Wish,
		Schedule: a.Schedule, Deal: a.Deal, AgreedOn: on}, Method: debt.MethodTransfer}
}

func sampleAccount() ledger.Account {
	return newSampleBook().fees(sampleDay.AddDays(-28)).pay(100_00, sampleDay.AddDays(-18)).account
}

// sampleChange changes a plan the way its variant says, by the rules.
func (p *Plan) sampleChange(variant string) *Plan {
	pos := plan.Position{Account: sampleAccount(), Today: sampleDay}
	g := p.Progress(plan.Books{Open: p.Schedule.Total(), Today: sampleDay, State: "NW", Grace: 5})
	out := *p
	out.Before = p.Schedule
	out.AgreedOn = sampleDay.AddDays(-20)
	change := map[string]plan.Change{"move": {Kind: plan.Move, Day: 28}, "pause": {Kind: plan.Pause, Months: 2}, "skip": {Kind: plan.Skip},
		"lower": {Kind: plan.Lower, Amount: 60_00}, "raise": {Kind: plan.Raise, Amount: 150_00}}[variant]
	if change.Kind == "" {
		out.Because = map[string]string{"paid-more": plan.BecausePaidMore, "base-rate": plan.BecauseBaseRate, "returned": plan.BecauseReturned}[variant]
		list := p.Schedule.Instalments
		out.Schedule.Instalments = append([]plan.Instalment{}, list[:len(list)-1]...)
		return &out
	}
	changed, err := p.Plan.Change(change, g, plan.Standard(), pos)
	if err != nil {
		panic(err)
	}
	out.Change, out.Schedule, out.Wish = change, changed.Plan.Schedule, changed.Plan.Wish
	return &out
}

// SampleStanding gives believable facts of a sheet for a standing order.
func SampleStanding() Facts {
	f := SamplePaper("agreement")
	f.About.Instalments = nil
	for _, i := range f.About.Plan.Schedule.Instalments {
		f.About.Instalments = append(f.About.Instalments, Instalment{i.Amount, i.DueOn})
	}
	return f
}
