package notifications

import (
	"quitt/debt"
	"quitt/debt/operator"
	"quitt/portal/text"
	"quitt/store/outbox"
)

// The sentences of a one-time code, which signin writes into the outbox.
const oneTimeCode = "mail_one_time_code"

// MailHead is what all messages say besides their own sentence.
type MailHead struct {
	Operator operator.Profile
	Portal   string // address of the start page, the only one a message leads to
	// OptOut gives the address that ends mails about a case; nil where there is none.
	OptOut func(creditor, caseID debt.ID) string
}

// word writes a message in its language. A mailbox is read by others too: no amount, no
// creditor, no reference; what there is to know is in the portal. An unknown template is
// reported as such, not sent.
func (h MailHead) word(creditor debt.ID, m outbox.Message) (Message, bool) {
	w := text.For(text.Language(m.Language)).Whole()
	out := Message{CreditorID: creditor, ID: m.ID, At: m.CreatedAt, To: m.Recipient, Language: string(w.Language())}
	if m.Channel == outbox.SMS {
		out.Paragraphs = []string{w.Text("sms_one_time_code", debt.Args{"code": m.Args["code"]})}
		return out, m.Template == oneTimeCode
	}
	if m.Template == oneTimeCode {
		out.Subject = w.Text("mail_one_time_code_subject", nil)
		out.Paragraphs = []string{w.Text("mail_one_time_code", debt.Args{"code": m.Args["code"]})}
		out.Footer = h.imprint()
		return out, true
	}
	if toHelper(m.Template) {
		subject, body := wordHelper(w, m)
		out.Subject, out.Paragraphs, out.Footer = subject, []string{w.Text("mail_greeting", nil), body}, h.imprint()
		if m.Template == helperInvitation {
			out.Link = h.Portal
		}
		return out, true
	}
	var body string
	if out.Subject, body = news(w, m); body == "" {
		return out, false
	}
	out.Paragraphs = []string{w.Text("mail_greeting", nil), body, w.Text("mail_genuine", nil), w.Text("mail_open", nil)}
	out.Link, out.Footer = h.Portal, h.imprint()
	if m.Args[helperArg] != "" { // his debtor's wish about mails is not his to change
		out.Paragraphs = []string{w.Text("mail_greeting", nil), body, w.Text("mail_represented", nil), w.Text("mail_genuine", nil), w.Text("mail_represented_open", nil)}
		return out, true
	}
	if h.OptOut != nil {
		out.OptOut, out.OptOutText = h.OptOut(creditor, m.CaseID), w.Text("mail_opt_out", nil)
	}
	return out, true
}

// imprint is what business mails must name (HGB § 37a, GmbHG § 35a).
func (h MailHead) imprint() []string {
	p := h.Operator
	var lines []string
	for _, line := range []string{p.Name, p.Street, p.Postcode + " " + p.City, p.Represented, p.CourtRegister, p.Phone} {
		if line != "" && line != " " {
			lines = append(lines, line)
		}
	}
	return lines
}

// news gives subject and sentence for a type of event, "" for one that is not told.
func news(w *text.Catalogue, m outbox.Message) (subject, body string) {
	if subject, body = newsOfPlan(w, m); body != "" {
		return subject, body
	}
	switch debt.EventType(m.Template) {
	case debt.PaymentSucceededEvent:
		return w.Text("mail_news_subject", nil), w.Text("mail_payment_succeeded", nil)
	case debt.PaymentFailedEvent:
		return w.Text("mail_news_subject", nil), w.Text("mail_payment_failed", nil)
	case debt.PaymentReversedEvent:
		return w.Text("mail_news_subject", nil), w.Text("mail_payment_reversed", nil)
	case debt.ObjectionFiled:
		return w.Text("mail_receipt_subject", nil), w.Text("mail_objection_filed", nil)
	case debt.ObjectionAnswered:
		return w.Text("mail_answer_subject", nil), w.Text("mail_objection_answered", nil)
	case debt.MessageSent:
		return w.Text("mail_message_subject", nil), w.Text("mail_message_sent", nil)
	case debt.CaseClosed:
		return w.Text("mail_news_subject", nil), w.Text("mail_case_closed", nil)
	}
	return "", ""
}

// newsOfPlan are those about instalments. A reminder names the day and no sum.
func newsOfPlan(w *text.Catalogue, m outbox.Message) (subject, body string) {
	switch debt.EventType(m.Template) {
	case debt.PlanPaperEvent:
		return w.Text("mail_news_subject", nil), w.Text("mail_plan_paper", nil)
	case debt.PlanCountered:
		return w.Text("mail_answer_subject", nil), w.Text("mail_plan_countered", nil)
	case debt.PlanDeclinedEvent:
		return w.Text("mail_answer_subject", nil), w.Text("mail_plan_declined", nil)
	case debt.PlanExpiredEvent:
		return w.Text("mail_news_subject", nil), w.Text("mail_plan_expired", nil)
	case debt.PlanAgreed:
		return w.Text("mail_news_subject", nil), w.Text("mail_plan_agreed", nil)
	case debt.PlanChanged:
		return w.Text("mail_news_subject", nil), w.Text("mail_plan_changed", nil)
	case debt.PlanInstalmentDue:
		day, err := debt.ParseDate(m.Args[dueArg])
		if err != nil {
			return "", ""
		}
		return w.Text("mail_reminder_subject", nil), w.Text("mail_plan_instalment_due", debt.Args{"day": day})
	case debt.PlanInstalmentMissed:
		return w.Text("mail_reminder_subject", nil), w.Text("mail_plan_instalment_missed", nil)
	case debt.PlanAtRiskEvent:
		return w.Text("mail_reminder_subject", nil), w.Text("mail_plan_at_risk", nil)
	case debt.PlanLapsedEvent:
		return w.Text("mail_news_subject", nil), w.Text("mail_plan_lapsed", nil)
	case debt.PlanFulfilledEvent:
		return w.Text("mail_news_subject", nil), w.Text("mail_plan_fulfilled", nil)
	case debt.PlanCancelledEvent:
		return w.Text("mail_news_subject", nil), w.Text("mail_plan_cancelled", nil)
	}
	return "", ""
}
