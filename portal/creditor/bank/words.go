package bank

import (
	"quitt/debt/matching"
	"quitt/payments/transfer"
	"quitt/payments/transfer/seen"
	"quitt/portal/text"
	"quitt/store/statements"
)

// sentence is one that has nothing to fill in.
type sentence func(*text.Catalogue) string

func say(key string) sentence {
	return func(w *text.Catalogue) string { return w.Text(key, nil) }
}

var headWords = map[statements.HeadState]sentence{
	statements.Booked: say("bank_state_booked"), statements.Preview: say("bank_state_preview"), statements.Detailing: say("bank_state_detail"),
	statements.Quarantine: say("bank_state_quarantined"), statements.Known: say("bank_state_known"), statements.HeadReading: say("bank_state_reading"),
}

func stateOf(w *text.Catalogue, s statements.HeadState) string { return headWords[s](w) }

// lineWords say where a line stands.
var lineWords = map[statements.State]sentence{
	statements.Waiting: say("bank_line_waiting"), statements.Paid: say("bank_line_booked"), statements.Suspended: say("bank_line_open"),
	statements.Returned: say("bank_line_returned"), statements.Unreturned: say("bank_line_unreturned"), statements.Fee: say("bank_line_fee"),
	statements.Listed: say("bank_line_listed"), statements.Remitted: say("bank_line_remitted"), statements.Foreign: say("bank_line_foreign"),
	statements.Batched: say("bank_line_batch"), statements.Resolved: say("bank_line_resolved"), statements.Detail: say("bank_line_detail"),
	statements.Previewed: say("bank_line_preview"), statements.NotOurs: say("bank_line_not_ours"), statements.GiveBack: say("bank_line_give_back"),
	statements.GivenBack: say("bank_line_given_back"),
}

func stands(w *text.Catalogue, s statements.State) string {
	if words := lineWords[s]; words != nil {
		return words(w)
	}
	return w.Text("bank_state_reading", nil)
}

type shownState struct {
	name  string
	state statements.State
}

// filters are the states a list can show, by their word in its address.
var filters = []shownState{
	{"offen", statements.Suspended}, {"sammler", statements.Batched}, {"rueckgaben", statements.Unreturned}, {"fremdwaehrung", statements.Foreign},
	{"fremd", statements.NotOurs}, {"rueckzahlung", statements.GiveBack}, {"vorschau", statements.Previewed},
}

// reasonWords say what speaks for a case.
var reasonWords = map[matching.Reason]sentence{
	matching.Reason(matching.ByRF): say("bank_reason_rf"), matching.Reason(matching.ByAnnounced): say("bank_reason_announced"),
	matching.Reason(matching.ByOrder): say("bank_reason_order"), matching.Reason(matching.ByMandate): say("bank_reason_mandate"),
	matching.Reason(matching.ByFile): say("bank_reason_file"), matching.Reason(matching.ByInvoice): say("bank_reason_invoice"),
	matching.Reason(matching.ByPayer): say("bank_reason_payer"), matching.Reason(matching.ByTypo): say("bank_reason_typo"),
	matching.Reason(matching.ByName): say("bank_reason_name"), matching.SameName: say("bank_reason_same_name"),
	matching.FamilyName: say("bank_reason_family"), matching.SameAmount: say("bank_reason_amount"),
}

// reasons are all that speak for a case. A name that is found is not said twice.
func reasons(w *text.Catalogue, s matching.Suggestion) (list []string) {
	for _, r := range s.Reasons {
		if words := reasonWords[r]; words != nil && (r != matching.Reason(matching.ByName) || len(s.Reasons) == 1) {
			list = append(list, words(w))
		}
	}
	return list
}

// sureness is a score in words.
func sureness(w *text.Catalogue, score int) string {
	const likely, thinkable = 70, 45
	switch {
	case score >= likely:
		return w.Text("bank_sure_high", nil)
	case score >= thinkable:
		return w.Text("bank_sure_middle", nil)
	}
	return w.Text("bank_sure_low", nil)
}

// faultWords say what is wrong with a statement.
var faultWords = map[string]sentence{
	"balance_missing": say("bank_fault_balance"), "sum_differs": say("bank_fault_sum"), "details_differ": say("bank_fault_details"),
	"currencies_mixed": say("bank_fault_currency"), "day_invalid": say("bank_fault_day"),
	"told_differently": say("bank_told_differently"),
}

func fault(w *text.Catalogue, code string) string {
	if words := faultWords[code]; words != nil {
		return words(w)
	}
	return w.Text("bank_fault_other", nil)
}

// whyWords say why somebody decided that nothing is to be done.
var whyWords = map[string]sentence{
	transfer.OtherBusiness: say("bank_why_business"), transfer.Misdirected: say("bank_why_misdirected"), transfer.OwnMoney: say("bank_why_own"),
	seen.Corrected: say("bank_why_corrected"), seen.Checked: say("bank_why_checked"), seen.NotNeeded: say("bank_why_early"),
}

// option is one of a choice.
type option struct {
	Value, Label string
	Chosen       bool
}

func whys(w *text.Catalogue, codes []string, chosen string) (list []option) {
	for _, c := range codes {
		list = append(list, option{c, whyWords[c](w), c == chosen})
	}
	return list
}
