package wording

import (
	"slices"
	"strings"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/debt/plan"
)

// The papers of an instalment plan and the letters about one. The confirmation that goes by
// post knows what its event tells; the paper in the inbox says the same and more.

// Paper words a paper of a plan: its kind is letter.PlanCosts, letter.PlanConfirmation or
// letter.PlanChange, and About.Plan is set. It lies in the inbox, so it needs no address and no
// complete operator. Invalid "letter_incomplete" names what it lacks.
func Paper(f Facts) (letter.Document, error) {
	if f.About.Plan == nil || !slices.Contains([]letter.Kind{letter.PlanCosts, letter.PlanConfirmation, letter.PlanChange}, f.Kind) {
		return letter.Document{}, debt.E(debt.Invalid, "letter_kind_unknown", debt.Args{"allowed": letter.Kinds()})
	}
	f.About.Instalments = nil
	for _, i := range f.About.Plan.Schedule.Instalments {
		f.About.Instalments = append(f.About.Instalments, Instalment{i.Amount, i.DueOn})
	}
	if missing := f.paperGaps(); len(missing) > 0 {
		return letter.Document{}, debt.E(debt.Invalid, "letter_incomplete", debt.Args{"missing": missing})
	}
	return compose(f), nil
}

// paperGaps is what no paper can do without.
func (f Facts) paperGaps() (missing []letter.Gap) {
	need := func(there bool, g letter.Gap) {
		if !there {
			missing = append(missing, g)
		}
	}
	need(f.Creditor.Name != "", letter.GapCreditorName)
	need(f.Debtor.Name() != "", letter.GapDebtorName)
	need(f.Case.FileReference != "", letter.GapFile)
	need(!f.On.IsZero(), letter.GapDate)
	need(f.instalmentsKnown(), letter.GapInstalments)
	need(len(f.Statement.Claims) > 0, letter.GapClaims)
	return missing
}

// planCosts is the notice before the agreement (RDG § 13a III): there are no costs, and what
// would be agreed.
func (w *writer) planCosts() {
	p := w.f.About.Plan
	w.paragraph(w.fixed(w.oneOrMany("plan_costs_lead"), nil))
	w.add(letter.Block{Kind: letter.Amount, Pairs: []letter.Pair{{Label: w.fixed("plan_costs_none", nil), Value: w.w.Cents(0), Large: true}}})
	w.paragraph(w.fixed("plan_costs_free", nil))
	w.heading(w.oneOrMany("plan_title"))
	w.schedule()
	w.lastInstalment()
	w.heading("plan_costs_means") // all of it: a proposal that is accepted binds without another click
	w.list(w.terms()...)
	w.heading("plan_costs_next")
	switch {
	case p.Proposed:
		w.paragraph(w.fixed("plan_costs_proposed", nil))
	case p.Until.IsZero():
		w.paragraph(w.fixed("plan_costs_confirm", nil))
	default:
		w.paragraph(w.fixed("plan_costs_confirm", nil) + " " + w.fixed("plan_costs_until", values{"until": w.moment(p.Until)}))
	}
	w.sign()
	w.help()
}

// oneOrMany picks the words for a plan that is one sum.
func (w *writer) oneOrMany(name string) string {
	if len(w.f.About.Instalments) == 1 {
		return name + "_one"
	}
	return name
}

// planConfirmation is the agreement in text form (BGB § 126b) with all it must carry: costs,
// schedule, nature, end, and the claim it is about.
func (w *writer) planConfirmation() {
	f := w.f
	if f.About.Plan != nil && len(f.About.Instalments) == 1 {
		w.paragraph(w.fixed("plan_lead_one", nil))
	} else {
		w.paragraph(w.own("lead"))
	}
	w.heading(w.oneOrMany("plan_title"))
	w.schedule()
	w.lastInstalment()
	w.howToPay()
	w.heading("plan_terms_title")
	parties := "plan_parties"
	if f.itself() {
		parties = "plan_parties_own"
	}
	w.paragraph(w.fixed(parties, nil))
	w.list(w.terms()...)
	if p := f.About.Plan; p != nil && p.Notice.SHA256 != "" {
		w.costNotice(p.Notice)
	}
	w.sign()
	w.heading("plan_claims_title")
	w.creditorLine()
	if f.About.Plan != nil {
		w.paragraph(w.fixed("plan_split", values{"day": w.w.Date(f.Statement.On)}))
		w.splitTable()
		w.paragraph(w.fixed("plan_detail", nil))
	}
	w.statementTable()
	w.allocationNote()
	w.help()
}

// subject calls an agreement by its name; every other letter has its own.
func (w *writer) subject() string {
	switch p := w.f.About.Plan; {
	case p == nil || w.f.Kind != letter.PlanConfirmation:
		return w.own("subject")
	case p.Deal.Settlement != "":
		return w.fixed("plan_subject_settlement", nil)
	default:
		return w.fixed("plan_subject", nil)
	}
}

// terms are what both sides hold to.
func (w *writer) terms() []string {
	list := append(w.deal(), w.fixed(w.oneOrMany("plan_free"), values{"zero": w.w.Cents(0)}))
	list = append(list, w.interest()...)
	list = append(list, w.fixed("plan_promise", nil), w.fixed("plan_early", nil), w.fixed("plan_end", nil), w.fixed(w.oneOrMany("plan_lapse"), nil))
	if w.f.About.Plan != nil {
		list = append(list, w.afterLapse())
	}
	return append(list, w.fixed("plan_nature", nil), w.fixed("plan_limitation", nil))
}

// deal says what a plan pays that does not pay everything: a settlement, or what an objection
// leaves undisputed.
func (w *writer) deal() []string {
	p := w.f.About.Plan
	if p == nil || p.Deal.Sum == 0 {
		return nil
	}
	v := values{"saves": w.w.Cents(max(0, w.f.Statement.Payable-p.Deal.Sum))}
	if p.Deal.Settlement == "" {
		return []string{w.fixed("plan_part", v)}
	}
	return []string{w.fixed("plan_settlement", v)}
}

// afterLapse is what a plan that ended early leaves: a settlement says it itself.
func (w *writer) afterLapse() string {
	switch p := w.f.About.Plan; p.Deal.Broken {
	case plan.Revives:
		return w.fixed("plan_settlement_revives", nil)
	case plan.Lasts:
		return w.fixed("plan_settlement_lasts", nil)
	}
	return w.fixed("plan_lapsed_then", nil)
}

// planTotal is what a plan adds up to.
func planTotal(list []Instalment) (sum debt.Cents) {
	for _, i := range list {
		sum += i.Amount
	}
	return sum
}

// interest is what becomes of interest while a plan is kept. A letter compares the instalments
// with what is open: the difference is statutory interest that goes on, or a part of the claim
// that the plan leaves out. A paper knows.
func (w *writer) interest() []string {
	p, total, open := w.f.About.Plan, planTotal(w.f.About.Instalments), w.f.Statement.Payable
	more := values{"day": w.w.Date(w.f.Statement.On), "extra": w.w.Cents(total - open)}
	switch {
	case p == nil && total > open:
		return []string{w.fixed("plan_with_interest", more)}
	case p == nil && total < open:
		return []string{w.fixed("plan_less", more)}
	case p != nil && p.Schedule.Interest == plan.Continues:
		return w.interestGoesOn(more)
	case p != nil && bearing(w.f.Statement.Claims):
		return []string{w.fixed("plan_interest_waived", nil)}
	}
	return []string{w.fixed("plan_without_interest", more)}
}

// interestGoesOn says how much and why the last instalment may vary, and never fixes a sum
// beyond the last announced base rate (BGB § 247).
func (w *writer) interestGoesOn(more values) []string {
	list := []string{w.fixed("plan_interest_goes_on", more)}
	if w.f.About.Plan.Schedule.Tentative {
		list = append(list, w.fixed("plan_tentative", values{"day": w.w.Date(debt.LastBaseRateDay())}))
	}
	return list
}

// bearing reports whether interest would run on what is open.
func bearing(claims []ledger.ClaimStatement) bool {
	return slices.ContainsFunc(claims, func(c ledger.ClaimStatement) bool {
		k := c.Claim.Interest.Kind
		return c.Open > 0 && (k == debt.Statutory || k == debt.FixedRate)
	})
}

// schedule lists every instalment with its day: a plan without dates is none.
func (w *writer) schedule() {
	t := &letter.Table{Columns: []letter.Column{{Title: w.fixed("col_number", nil)}, {Title: w.fixed("col_due", nil)},
		{Title: w.fixed("col_amount", nil), Right: true}}}
	list := w.f.About.Instalments
	for i, rate := range list {
		row := letter.Row{Cells: []string{number(int64(i + 1)), w.w.Date(rate.DueOn), w.w.Cents(rate.Amount)}}
		if p := w.f.About.Plan; p != nil && p.Schedule.Interest == plan.Continues && i == len(list)-1 {
			row.Note = w.fixed("plan_last_varies", nil)
		}
		t.Rows = append(t.Rows, row)
	}
	t.Rows = append(t.Rows, letter.Row{Cells: []string{w.fixed("row_sum", nil), "", w.w.Cents(planTotal(list))}, Total: true})
	w.add(letter.Block{Kind: letter.TableKind, Table: t})
}

// lastInstalment names the one that is another: people plan with the round sum.
func (w *writer) lastInstalment() {
	if w.f.About.Plan != nil && len(w.f.About.Instalments) > 1 {
		w.paragraph(w.fixed("plan_last", nil))
	}
}

// howToPay gives a transfer's data, or says that nothing is to be done.
func (w *writer) howToPay() {
	method := debt.MethodTransfer
	if p := w.f.About.Plan; p != nil && p.Method != "" {
		method = p.Method
	}
	switch method {
	case debt.MethodCard:
		w.paragraph(w.fixed("plan_by_card", nil))
	case debt.MethodDirectDebit:
		w.paragraph(w.fixed("plan_by_debit", nil))
	default:
		w.transferBox(w.f.About.Instalments[0].Amount)
		w.small(w.fixed(w.oneOrMany("plan_next_transfer"), nil))
	}
}

// costNotice refers to the notice of the costs and says how and when it was given (RDG § 13a III).
func (w *writer) costNotice(n Notice) {
	given := w.fixed("plan_notice_given", values{"made": w.moment(n.MadeAt)})
	if !n.ReadAt.IsZero() {
		given += " " + w.fixed("plan_notice_read", values{"read": w.moment(n.ReadAt)})
	}
	w.small(given + " " + w.fixed("plan_notice_hash", values{"hash": n.SHA256}))
}

// moment is a time in Germany: 28.11.2026, 14:05 Uhr.
func (w *writer) moment(at time.Time) string {
	return w.fixed("moment", values{"date": w.w.Date(debt.DateIn(at, debt.Berlin)), "time": at.In(debt.Berlin).Format("15:04")})
}

// help ends what a plan's reader may want to ask about: advice, privacy, questions.
func (w *writer) help() {
	if w.f.consumer() {
		w.small(w.fixed("advice", nil))
	}
	w.questions()
}

// planChange puts the old and the new schedule beside each other.
func (w *writer) planChange() {
	w.paragraph(w.fixed("plan_change_lead", nil) + " " + w.whatChanged())
	w.heading("plan_change_title")
	w.beforeAndAfter()
	w.lastInstalment()
	if w.f.About.Plan.Method == debt.MethodTransfer || w.f.About.Plan.Method == "" {
		w.paragraph(w.fixed("plan_change_order", nil))
	}
	w.heading("plan_change_rest")
	list := append(w.deal(), w.fixed("plan_free", values{"zero": w.w.Cents(0)}))
	if w.f.About.Plan.Schedule.Interest == plan.Continues {
		list = append(list, w.fixed("plan_change_interest", nil))
	}
	w.list(append(list, w.fixed("plan_change_same", nil), w.fixed("plan_early", nil), w.fixed("plan_end", nil))...)
	w.sign()
	w.help()
}

// whatChanged says what was wished, or what happened.
func (w *writer) whatChanged() string {
	p := w.f.About.Plan
	v := values{"new_day": number(int64(p.Change.Day)), "months": number(int64(p.Change.Months)), "new_amount": w.w.Cents(p.Change.Amount)}
	switch {
	case p.Change.Kind == plan.Pause && p.Change.Months == 1:
		return w.fixed("plan_change_pause_one", v)
	case p.Change.Kind != "":
		return w.fixed("plan_change_"+string(p.Change.Kind), v)
	case p.Because == plan.BecausePaidMore, p.Because == plan.BecauseBaseRate, p.Because == plan.BecauseReturned:
		return w.fixed("plan_change_"+p.Because, v)
	}
	return w.fixed("plan_change_other", v)
}

func (w *writer) beforeAndAfter() {
	right := func(title string) letter.Column { return letter.Column{Title: w.fixed(title, nil), Right: true} }
	t := &letter.Table{Columns: []letter.Column{{Title: w.fixed("col_number", nil)}, {Title: w.fixed("col_due_before", nil)}, right("col_amount_before"),
		{Title: w.fixed("col_due_after", nil)}, right("col_amount_after")}}
	old, now := w.f.About.Plan.Before, w.f.About.Plan.Schedule
	cells := func(list []plan.Instalment, i int) (due, amount string) {
		if i >= len(list) {
			return "–", "–"
		}
		return w.w.Date(list[i].DueOn), w.w.Cents(list[i].Amount)
	}
	for i := range max(len(old.Instalments), len(now.Instalments)) {
		due, amount := cells(old.Instalments, i)
		newDue, newAmount := cells(now.Instalments, i)
		t.Rows = append(t.Rows, letter.Row{Cells: []string{number(int64(i + 1)), due, amount, newDue, newAmount}})
	}
	t.Rows = append(t.Rows, letter.Row{Cells: []string{w.fixed("row_sum", nil), "", w.w.Cents(old.Total()), "", w.w.Cents(now.Total())}, Total: true})
	w.add(letter.Block{Kind: letter.TableKind, Table: t})
}

// planMissed is a friendly note: the first missing instalment changes nothing and costs
// nothing.
func (w *writer) planMissed() {
	w.paragraph(w.own("lead"))
	w.paragraph(w.own("ask"))
	w.paragraph(w.fixed("missed_free", nil))
	w.transferBox(w.f.About.Instalments[0].Amount)
	w.sign()
	w.questions()
}

// planAtRisk is the notice before a lapse: what is missing, until when it can be paid, and
// that nothing ends if the delay is not the reader's fault (law.md 6.4).
func (w *writer) planAtRisk() {
	w.paragraph(w.own("lead"))
	w.missed()
	w.paragraph(w.own("ask"))
	w.transferBox(planTotal(w.f.About.Instalments))
	w.heading("at_risk_else_title")
	w.paragraph(w.fixed("at_risk_else", nil))
	w.heading("at_risk_excuse_title")
	w.paragraph(w.fixed("at_risk_excuse", nil))
	w.paragraph(w.fixed("at_risk_change", nil))
	w.sign()
	w.help()
}

// planLapsed says what has ended, what is open and what can be done.
func (w *writer) planLapsed() {
	w.paragraph(w.own("lead"))
	w.paragraph(w.own("open"))
	w.heading("lapsed_choices_title")
	w.list(w.fixed("lapsed_revive", nil), w.fixed("lapsed_new_plan", nil), w.fixed("lapsed_excuse", nil))
	w.transferBox(planTotal(w.f.About.Instalments))
	w.small(w.fixed("lapsed_transfer", nil))
	w.sign()
	w.heading("plan_claims_title")
	w.statementTable()
	w.help()
}

// missed lists what is missing, by its day: its number in the plan tells a reader nothing.
func (w *writer) missed() {
	t := &letter.Table{Columns: []letter.Column{{Title: w.fixed("col_due", nil)}, {Title: w.fixed("col_amount", nil), Right: true}}}
	for _, i := range w.f.About.Instalments {
		t.Rows = append(t.Rows, letter.Row{Cells: []string{w.w.Date(i.DueOn), w.w.Cents(i.Amount)}})
	}
	t.Rows = append(t.Rows, letter.Row{Cells: []string{w.fixed("row_sum", nil), w.w.Cents(planTotal(w.f.About.Instalments))}, Total: true})
	w.add(letter.Block{Kind: letter.TableKind, Table: t})
}

// missedList names the days of what is missing: 15.11.2026 und 15.12.2026.
func (w *writer) missedList() string {
	var days []string
	for _, i := range w.f.About.Instalments {
		days = append(days, w.w.Date(i.DueOn))
	}
	if len(days) < 2 {
		return strings.Join(days, "")
	}
	last := len(days) - 1
	return w.fixed("and", values{"list": strings.Join(days[:last], ", "), "last": days[last]})
}
