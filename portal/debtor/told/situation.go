// Package told puts a case into the words of its debtor's pages: in which situation it is,
// what is pending, what the amount consists of, what happened.
package told

import (
	"slices"

	"quitt/cases"
	"quitt/debt"
	"quitt/portal/text"
)

// Situation is which page the case needs; templates ask its methods, not the axes.
type Situation string

const (
	payable    Situation = "payable"
	checking   Situation = "checking" // not accepted yet: nothing is demanded
	settled    Situation = "settled"  // paid
	credit     Situation = "credit"   // paid too much
	ended      Situation = "ended"    // closed for another reason
	sold       Situation = "sold"
	silent     Situation = "silent" // deceased or identity misuse: nothing is told online
	minor      Situation = "minor"
	insolvency Situation = "insolvency"
)

// Of puts what forbids a demand before what would explain one.
func Of(v cases.View) Situation {
	c := v.Case
	switch {
	case c.CloseReason == "deceased" || c.CloseReason == "identity_theft":
		return silent
	case c.CloseReason == "insolvent" || active(v, debt.HoldInsolv):
		return insolvency
	case c.Payment == debt.StateOverpaid:
		return credit
	case c.Payment == debt.StatePaid || c.CloseReason == "paid":
		return settled
	case c.CloseReason == "sold":
		return sold
	case c.Stage == debt.StageClosed:
		return ended
	case c.Review != debt.ReviewAccepted:
		return checking
	case v.Minor:
		return minor
	}
	return payable
}

func active(v cases.View, kind debt.HoldKind) bool {
	return slices.ContainsFunc(v.Case.Holds, func(h debt.Hold) bool {
		return h.Kind == kind && h.Active(v.Statement.On)
	})
}

// Pay tells that something may be paid. A person under age neither pays nor agrees to anything
// without parents (BGB §§ 107, 108, 131), nobody does in insolvency (InsO § 81).
func (s Situation) Pay() bool { return s == payable }

// Plan offers instalments.
func (s Situation) Plan() bool { return s == payable }

// MayPlan tells that a plan may be proposed: none is proposed or runs.
func MayPlan(v cases.View) bool {
	running := []debt.PlanState{debt.PlanOpen, debt.PlanActive, debt.PlanAtRisk}
	return Of(v).Plan() && !slices.Contains(running, v.Case.Plan)
}

// Object is open as long as anything is demanded or being checked.
func (s Situation) Object() bool {
	return s == payable || s == checking || s == minor || s == insolvency
}

// Shows tells whether the page may show what the claim consists of.
func (s Situation) Shows() bool { return s != silent }

// Demands tells whether the amount is shown as one to pay.
func (s Situation) Demands() bool { return s == payable || s == minor }

// Done tells that all is paid, which can be certified.
func (s Situation) Done() bool { return s == settled || s == credit }

// Notice is something that is pending, said before everything else. Tone is a class of the
// style sheet; Sign makes it more than a colour.
type Notice struct {
	Tone, Sign, Title, Text string

	Link string // to the payment it is about
}

func waits(title, sentence string) Notice {
	return Notice{Tone: "wait", Sign: "…", Title: title, Text: sentence}
}
func good(title, sentence string) Notice {
	return Notice{Tone: "good", Sign: "✓", Title: title, Text: sentence}
}

// Notices says what is pending, the most urgent first.
func Notices(w *text.Catalogue, v cases.View, today debt.Date) []Notice {
	if n, whole := wholeNotice(w, v); whole {
		return []Notice{n}
	}
	var list []Notice
	for _, p := range v.InFlight() {
		list = append(list, flightNotice(w, p))
	}
	list = append(list, objectionNotice(w, v, today)...)
	list = append(list, planNotice(w, v)...)
	for _, h := range v.Case.Holds {
		if n, ok := holdNotice(w, h, today); ok {
			list = append(list, n)
		}
	}
	if v.Case.Stage == debt.StageCourt {
		list = append(list, waits(w.Text("notice_court", nil), w.Text("notice_court_text", nil)))
	}
	return list
}

// wholeNotice is the one thing to say where a situation leaves nothing else to do.
func wholeNotice(w *text.Catalogue, v cases.View) (Notice, bool) {
	switch Of(v) {
	case settled:
		return good(w.Text("closed_paid", nil), paidText(w, v)), true
	case credit:
		return good(w.Text("closed_credit", nil), w.Text("closed_credit_text", debt.Args{"amount": v.Statement.Open.Overpaid})), true
	case sold:
		return waits(w.Text("closed_sold", nil), w.Text("closed_sold_text", nil)), true
	case silent:
		return waits(w.Text("closed_silent", nil), w.Text("closed_silent_text", nil)), true
	case insolvency:
		return waits(w.Text("notice_insolvency", nil), w.Text("notice_insolvency_text", nil)), true
	case checking:
		return waits(w.Text("notice_checking", nil), w.Text("notice_checking_text", nil)), true
	case minor:
		return waits(w.Text("notice_minor", nil), w.Text("notice_minor_text", nil)), true
	case ended:
		return endedNotice(w, v.Case.CloseReason), true
	}
	return Notice{}, false
}

func endedNotice(w *text.Catalogue, reason debt.CloseReason) Notice {
	switch reason {
	case "settled":
		return good(w.Text("closed_settled", nil), w.Text("closed_settled_text", nil))
	case "upheld_objection":
		return good(w.Text("closed_upheld", nil), w.Text("closed_upheld_text", nil))
	case "withdrawn_by_creditor":
		return good(w.Text("closed_withdrawn", nil), w.Text("closed_withdrawn_text", nil))
	}
	return waits(w.Text("closed_other", nil), w.Text("closed_other_text", nil))
}

// refundWeeks is how long a debtor's bank takes a direct debit back without reasons (BGB
// § 675x II, IV); until then "paid" has a condition.
const refundWeeks = 8

func paidText(w *text.Catalogue, v cases.View) string {
	for _, p := range v.Payments {
		if p.Method == debt.MethodDirectDebit && p.Status == debt.PaymentSucceeded &&
			p.ReceivedOn.AddDays(7*refundWeeks).After(v.Statement.On) {
			return w.Text("closed_paid_debit", nil)
		}
	}
	return w.Text("closed_paid_text", nil)
}

func flightNotice(w *text.Catalogue, p debt.Payment) Notice {
	args := debt.Args{"amount": p.Amount, "day": begunOn(p)}
	n := waits(w.Text("notice_flight", nil), w.Text("notice_flight_text", args))
	if p.Status == debt.PaymentUnknown {
		n = waits(w.Text("notice_unknown", nil), w.Text("notice_unknown_text", args))
	}
	if p.ExternalID == string(p.ID) { // ordered here, so it has a page
		n.Link = PaymentPath(p.ID)
	}
	return n
}

// begunOn is the day a payment on its way was begun: its value day lies ahead.
func begunOn(p debt.Payment) debt.Date {
	if p.BookedAt.IsZero() {
		return p.ReceivedOn
	}
	return debt.DateIn(p.BookedAt, debt.Berlin)
}

// objectionNotice shows the creditor's clock. Silence never falls on the debtor.
func objectionNotice(w *text.Catalogue, v cases.View, today debt.Date) []Notice {
	args := debt.Args{"creditor": v.Creditor.Name}
	switch v.Case.Objection {
	case debt.ObjectionOpen:
		for _, h := range v.Case.Holds {
			if h.Kind == debt.HoldObjection && h.Active(today) && !h.Until.IsZero() {
				args["day"] = h.Until
				return []Notice{waits(w.Text("notice_objection", args), w.Text("notice_objection_text", args))}
			}
		}
		return []Notice{waits(w.Text("notice_objection", args), w.Text("notice_objection_open", nil))}
	case debt.ObjectionRejected:
		return []Notice{waits(w.Text("notice_rejected", args), w.Text("notice_rejected_text", nil))}
	case debt.ObjectionPartly:
		return []Notice{good(w.Text("notice_partly", args), w.Text("notice_partly_text", nil))}
	case debt.ObjectionUpheld:
		return []Notice{good(w.Text("notice_upheld", args), w.Text("notice_upheld_text", nil))}
	}
	return nil
}

func planNotice(w *text.Catalogue, v cases.View) []Notice {
	switch v.Case.Plan {
	case debt.PlanOpen:
		return []Notice{waits(w.Text("notice_plan_open", nil), w.Text("notice_plan_open_text", nil))}
	case debt.PlanActive:
		if v.Next.DueOn.IsZero() {
			return []Notice{good(w.Text("notice_plan", nil), w.Text("notice_plan_text", nil))}
		}
		args := debt.Args{"amount": v.Next.Amount, "day": v.Next.DueOn}
		return []Notice{good(w.Text("notice_plan", nil), w.Text("notice_plan_next", args))}
	case debt.PlanAtRisk:
		return []Notice{waits(w.Text("notice_plan_risk", nil), w.Text("notice_plan_risk_text", nil))}
	case debt.PlanLapsed, debt.PlanCancelled:
		return []Notice{waits(w.Text("notice_plan_over", nil), w.Text("notice_plan_over_text", nil))}
	}
	return nil
}

// holdNotice words the holds that no axis has worded before.
func holdNotice(w *text.Catalogue, h debt.Hold, today debt.Date) (Notice, bool) {
	if !h.Active(today) {
		return Notice{}, false
	}
	title := w.Text("notice_hold", nil)
	if !h.Until.IsZero() {
		title = w.Text("notice_hold_until", debt.Args{"day": h.Until})
	}
	switch h.Kind {
	case debt.HoldPromise:
		return good(title, w.Text("notice_promise", nil)), true
	case debt.HoldProof:
		return waits(title, w.Text("notice_proof", nil)), true
	case debt.HoldHardship:
		return waits(title, w.Text("notice_hardship", nil)), true
	case debt.HoldAdviser:
		return waits(title, w.Text("notice_adviser", nil)), true
	case debt.HoldRequest:
		return waits(title, w.Text("notice_request", nil)), true
	case debt.HoldDataCheck:
		return waits(title, w.Text("notice_data", nil)), true
	}
	return Notice{}, false
}

// NextUp says what happens next and when, in words that press nobody (RDG § 13h).
func NextUp(w *text.Catalogue, v cases.View, today debt.Date) []string {
	s := Of(v)
	if s != payable {
		return []string{w.Text("next_nothing", nil)}
	}
	list := []string{w.Text("next_quiet", nil)}
	if noticeAllowed(v.Steps) {
		list = []string{w.Text("next_choose", nil), w.Text("next_letter", nil)}
	}
	if v.Case.Objection == debt.ObjectionOpen {
		list = append(list, w.Text("next_objection", debt.Args{"creditor": v.Creditor.Name}))
	}
	if Bears(v) {
		list = append(list, w.Text("next_interest", nil))
	}
	return list
}

func noticeAllowed(steps []debt.Step) bool {
	return slices.ContainsFunc(steps, func(s debt.Step) bool { return s.Name == debt.StepNotice && s.Allowed })
}

// Bears reports whether interest goes on until the money arrives.
func Bears(v cases.View) bool {
	for _, c := range v.Statement.Claims {
		k := c.Claim.Interest.Kind
		if c.Open > 0 && !c.Claim.DefaultFrom.IsZero() && (k == debt.Statutory || k == debt.FixedRate) {
			return true
		}
	}
	return false
}

// PaymentPath is the page of a payment ordered here.
func PaymentPath(attempt debt.ID) string { return "/akte/zahlung?nr=" + string(attempt) }
