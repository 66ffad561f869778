package list

import (
	"quitt/portal/text"
	"quitt/store/tasks"
)

// taskWords says what a task is about.
var taskWords = map[tasks.Kind]sentence{
	"objection":                 say("list_task_objection"),
	"plan_pause":                say("list_task_plan_pause"),
	"proof_of_payment":          say("list_task_proof"),
	"plan_proposed":             say("list_task_plan_proposed"),
	"plan_change":               say("list_task_plan_change"),
	"plan_revoked":              say("list_task_plan_revoked"),
	"request_open":              say("list_task_request"),
	"message_unread":            say("list_task_message"),
	"situation_hardship":        say("list_task_hardship"),
	"situation_insolvency":      say("list_task_insolvency"),
	"situation_guardianship":    say("list_task_guardianship"),
	"situation_minor":           say("list_task_minor"),
	"situation_deceased":        say("list_task_deceased"),
	"situation_not_this_person": say("list_task_not_this_person"),
	"situation_identity_theft":  say("list_task_identity_theft"),
	"unplaced_money":            say("list_task_unplaced"),
	"statement_quarantined":     say("list_task_statement"),
	"statement_gap":             say("list_task_gap"),
	"return_unmatched":          say("list_task_unreturned"),
	"batch_unresolved":          say("list_task_batch"),
	"foreign_money":             say("list_task_foreign"),
	"transfer_returned":         say("list_task_bounced"),
	"double_credit":             say("list_task_double"),
	"refund_overpayment":        say("list_task_overpaid"),
	"refund_failed":             say("list_task_refund_failed"),
	"credit_card_used":          say("list_task_credit_card"),
	"reconciliation_difference": say("list_task_difference"),
	"payment_returned":          say("list_task_returned"),
	"mandate_lost":              say("list_task_mandate"),
	"debit_objected":            say("list_task_objected"),
	"dispute_inquiry":           say("list_task_inquiry"),
	"case_reopened":             say("list_task_reopened"),
	"provider_refused":          say("list_task_provider"),
	"address_changed":           say("list_task_address"),
	"authority":                 say("list_task_authority"),
	"interest_correct":          say("list_task_interest"),
	"costs_recompute":           say("list_task_costs"),
	"debtor_deceased":           say("list_task_deceased"),
}

// bankPaths are where what has no case is decided: money that nobody could place, and statements.
var bankPaths = map[tasks.Kind]string{"unplaced_money": "/bank/zahlungen", "return_unmatched": "/bank/zahlungen?stand=rueckgaben",
	"batch_unresolved": "/bank/zahlungen?stand=sammler", "foreign_money": "/bank/zahlungen?stand=fremdwaehrung",
	"statement_quarantined": "/bank", "statement_gap": "/bank"}

// task says what something that waits is about, also where nobody has named its kind yet.
func task(w *text.Catalogue, k tasks.Kind) string {
	if words := taskWords[k]; words != nil {
		return words(w)
	}
	return w.Text("list_task_other", nil)
}
