package dossier

import (
	"strings"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/debt/letter"
)

// Happening is one event as staff read it.
type Happening struct {
	Seq    int64
	When   string
	What   string
	Detail string
	Who    string
	Way    string // through which it came or went
}

// Happening words an event of the case.
func (s Scene) Happening(e debt.Event) Happening {
	key, known := sentences[e.Type]
	if !known {
		key = "record_happened"
	}
	what, details := s.Base.Words.Text(key, nil), s.details(e)
	if e.Type == debt.CaseUpdated && len(details) > 0 { // that it was updated says nothing
		what, details = details[0], details[1:]
	}
	return Happening{e.Seq, s.Base.Moment(e.At), what, strings.Join(details, " · "), s.Who(e.Actor), s.Way(e)}
}

// Since lists what happened after an event, the oldest first.
func (s Scene) Since(seq int64) (list []Happening) {
	for _, e := range s.Record.Events {
		if e.Seq > seq {
			list = append(list, s.Happening(e))
		}
	}
	return list
}

// Seq is the number of the last event.
func (s Scene) Seq() int64 {
	if n := len(s.Record.Events); n > 0 {
		return s.Record.Events[n-1].Seq
	}
	return 0
}

// Way names the channel.
func (s Scene) Way(e debt.Event) string {
	w := s.Base.Words
	switch {
	case strings.HasPrefix(string(e.Type), "letter."):
		return w.Text("record_way_post", nil)
	case e.Actor.Kind == "debtor" || e.Actor.Kind == "representative" || strings.HasPrefix(string(e.Type), "access."):
		return w.Text("record_way_portal", nil)
	case e.Actor.Kind == "creditor" || e.Actor.Kind == "operator":
		return w.Text("record_way_staff", nil)
	case e.Actor.Kind == "provider":
		return w.Text("record_way_provider", nil)
	}
	return w.Text("record_way_system", nil)
}

// details are what the data of an event say, as far as there are words for it.
func (s Scene) details(e debt.Event) (list []string) {
	add := func(text string) {
		if text != "" {
			list = append(list, text)
		}
	}
	text := func(name string) string { v, _ := e.Data[name].(string); return v }
	w := s.Base.Words
	switch {
	case e.Type == debt.CaseHeld || e.Type == debt.CaseReleased:
		add(w.Word(debt.HoldKind(text("kind"))))
		if until, err := debt.ParseDate(text("until")); err == nil {
			add(w.Text("record_until", debt.Args{"day": until}))
		}
	case e.Type == debt.CaseClosed:
		add(w.Word(debt.CloseReason(text("reason"))))
	case strings.HasPrefix(string(e.Type), "letter."):
		if k := letter.Kind(text("kind")); k.Known() {
			add(w.Word(k))
		}
	case text("cost") != "":
		add(w.Word(debt.CostKind(text("cost"))))
	case text("stage") != "":
		add(w.Word(debt.Stage(text("stage"))))
	case e.Data["note"] == true:
		add(w.Text("record_said_note", nil))
	case text("correction") != "":
		add(w.Text("record_said_correction", nil))
	case e.Type == debt.CaseUpdated && text("document") != "":
		add(w.Text("record_said_document", nil))
	case text("authority") == "proof":
		add(w.Text("rules_said_proof", nil))
	case text("authority") != "":
		add(w.Text("rules_said_authority", debt.Args{"state": authority.State(text("authority"))}))
		if reason := authority.Refusal(text("reason")); authority.CheckRefusal(reason) == nil {
			add(w.Word(reason))
		}
	case text("offer") == "made":
		add(w.Text("offer_said_made", nil))
	case text("offer") != "":
		add(w.Text("offer_said_withdrawn", nil))
	case text("access") == "issued":
		add(w.Text("record_said_code", nil))
	case text("access") == "wanted":
		add(w.Text("record_said_wanted", nil))
	}
	add(s.Reason(text("reason")))
	for _, name := range []string{"amount_cents", "credited_cents", "sum_cents"} {
		if cents, ok := e.Data[name].(float64); ok { // as JSON gives numbers
			add(w.Cents(debt.Cents(cents)))
		}
	}
	return list
}

// Reason words the code of why a person decided something, "" for none of these.
func (s Scene) Reason(code string) string {
	key, known := reasons[code]
	if !known {
		return ""
	}
	return s.Base.Words.Text(key, nil)
}

var reasons = map[string]string{
	"goodwill": "record_reason_goodwill", "talks": "record_reason_talks", "documents_awaited": "record_reason_documents",
	"amount_checked": "record_reason_amount", "illness": "record_reason_illness", "death": "record_reason_death", "other": "record_reason_other",
	"invoice_corrected": "record_reason_invoice", "goods_returned": "record_reason_returned", "counted_twice": "record_reason_twice",
	"cost_waived": "record_reason_waived",
}

// sentences say each event for those who work on the case; those of the debtor's pages speak to
// the debtor.
var sentences = map[debt.EventType]string{
	debt.CaseReceived: "record_case_received", debt.CaseAccepted: "record_case_accepted", debt.CaseRejected: "record_case_rejected",
	debt.CaseUpdated: "record_case_updated", debt.CaseHeld: "record_case_held", debt.CaseReleased: "record_case_released", debt.CaseClosed: "record_case_closed",
	debt.LetterCreated: "record_letter_created", debt.LetterSent: "record_letter_sent", debt.LetterReturned: "record_letter_returned",
	debt.AccessOpened: "record_access_opened", debt.AccessVerified: "record_access_verified", debt.AccessFailed: "record_access_failed",
	debt.AccessLocked: "record_access_locked", debt.PaymentStartedEvent: "record_payment_started", debt.PaymentInFlightEvent: "record_payment_in_flight",
	debt.PaymentSucceededEvent: "record_payment_succeeded", debt.PaymentFailedEvent: "record_payment_failed",
	debt.PaymentReversedEvent: "record_payment_reversed", debt.PaymentRefundedEvent: "record_payment_refunded",
	debt.PaymentUnmatched: "record_payment_unmatched", debt.PaymentCorrectedEvent: "record_payment_corrected",
	debt.PlanProposed: "record_plan_proposed", debt.PlanCountered: "record_plan_countered", debt.PlanAgreed: "record_plan_agreed",
	debt.PlanChanged: "record_plan_changed", debt.PlanInstalmentDue: "record_plan_due", debt.PlanInstalmentMissed: "record_plan_missed",
	debt.PlanAtRiskEvent: "record_plan_at_risk", debt.PlanLapsedEvent: "record_plan_lapsed", debt.PlanFulfilledEvent: "record_plan_fulfilled",
	debt.PlanCancelledEvent: "record_plan_cancelled", debt.PlanDeclinedEvent: "record_plan_declined", debt.PlanExpiredEvent: "record_plan_expired",
	debt.PlanPaperEvent: "record_plan_paper", debt.ObjectionFiled: "record_objection_filed", debt.ObjectionAnswered: "record_objection_answered",
	debt.ObjectionWithdrawnEv: "record_objection_withdrawn", debt.ObjectionOverdue: "record_objection_overdue",
	debt.PromiseMade: "record_promise_made", debt.PromiseKept: "record_promise_kept", debt.PromiseBroken: "record_promise_broken",
	debt.ProofFiled: "record_proof_filed", debt.ProofAccepted: "record_proof_accepted", debt.ProofRejected: "record_proof_rejected",
	debt.MessageReceived: "record_message_received", debt.MessageSent: "record_message_sent", debt.ContactChanged: "record_contact_changed",
	debt.ContactBounced: "record_contact_bounced", debt.MandateCreated: "record_mandate_created", debt.MandateRevoked: "record_mandate_revoked",
	debt.RemittancePaid: "record_remittance_paid", debt.PersonErased: "record_person_erased",
}
