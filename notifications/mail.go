package notifications

import (
	"quitt/debt"
	"quitt/debt/operator"
	"quitt/portal/text"
	"quitt/store/outbox"
)

// The sentences of one-time codes, which signin writes into the outbox and payments/directdebit for
// a mandate, and of a change of
// contact data, which contacts does: a code to the address that is to be confirmed, a notice to
// the one that was known before.
const (
	oneTimeCode   = "mail_one_time_code"
	mandateCode   = "mail_mandate_code"
	contactCode   = "mail_contact_code"
	contactNotice = "mail_contact_changed"
)

// coded reports whether somebody who is in waits for the code in it.
func coded(template string) bool { return template == oneTimeCode || template == mandateCode }

// addressed are those that go to the address they were written to, whatever the record says.
func addressed(template string) bool { return template == contactCode || template == contactNotice }

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
		return short(w, out, m)
	}
	switch m.Template {
	case oneTimeCode, mandateCode, contactCode:
		out.Subject, out.Paragraphs = codeWords(w, m)
		out.Footer = h.Imprint()
		return out, true
	case contactNotice:
		out.Subject = w.Text("mail_contact_changed_subject", nil)
		out.Paragraphs = []string{w.Text("mail_greeting", nil), w.Text("mail_contact_changed", nil), w.Text("mail_genuine", nil), w.Text("mail_open", nil)}
		out.Link, out.Footer = h.Portal, h.Imprint()
		return out, true
	}
	if toHelper(m.Template) {
		subject, body := wordHelper(w, m)
		out.Subject, out.Paragraphs, out.Footer = subject, []string{w.Text("mail_greeting", nil), body}, h.Imprint()
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
	out.Link, out.Footer = h.Portal, h.Imprint()
	if m.Args[helperArg] != "" { // his debtor's wish about mails is not his to change
		out.Paragraphs = []string{w.Text("mail_greeting", nil), body, w.Text("mail_represented", nil), w.Text("mail_genuine", nil), w.Text("mail_represented_open", nil)}
		return out, true
	}
	if h.OptOut != nil {
		out.OptOut, out.OptOutText = h.OptOut(creditor, m.CaseID), w.Text("mail_opt_out", nil)
	}
	return out, true
}

// codeWords are the subject and the sentence of a code, which names what it is for.
func codeWords(w *text.Catalogue, m outbox.Message) (subject string, body []string) {
	code := debt.Args{"code": m.Args["code"]}
	switch m.Template {
	case mandateCode:
		return w.Text("mail_mandate_code_subject", nil), []string{w.Text("mail_mandate_code", code)}
	case contactCode:
		return w.Text("mail_contact_code_subject", nil), []string{w.Text("mail_contact_code", code)}
	}
	return w.Text("mail_one_time_code_subject", nil), []string{w.Text("mail_one_time_code", code)}
}

// short words a text message: a code, or that there is news. It has no link, for links in text
// messages are what everybody is warned of.
func short(w *text.Catalogue, out Message, m outbox.Message) (Message, bool) {
	switch m.Template {
	case mandateCode:
		out.Paragraphs = []string{w.Text("sms_mandate_code", debt.Args{"code": m.Args["code"]})}
		return out, true
	case oneTimeCode, contactCode:
		out.Paragraphs = []string{w.Text("sms_one_time_code", debt.Args{"code": m.Args["code"]})}
		return out, true
	}
	out.Paragraphs = []string{w.Text("sms_news", nil)}
	_, known := news(w, m)
	return out, known != ""
}

// Imprint is what business mails must name (HGB § 37a, GmbHG § 35a).
func (h MailHead) Imprint() []string {
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
	case promiseReminder:
		day, err := debt.ParseDate(m.Args[dueArg])
		if err != nil {
			return "", ""
		}
		return w.Text("mail_reminder_subject", nil), w.Text("mail_promise_reminder", debt.Args{"day": day})
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
	case debt.MandateRevoked:
		return w.Text("mail_news_subject", nil), w.Text("mail_mandate_expired", nil)
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
		if day, err := debt.ParseDate(m.Args[collectArg]); err == nil {
			return w.Text("mail_reminder_subject", nil), w.Text("mail_plan_collected", debt.Args{"day": day})
		}
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
