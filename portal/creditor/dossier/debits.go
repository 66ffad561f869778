package dossier

import (
	"quitt/bank/sepa"
	"quitt/debt/mandate"
	"quitt/portal/text"
)

// MandateState words where a mandate stands.
func (s Scene) MandateState(m mandate.State) string {
	w := s.Base.Words
	switch m {
	case mandate.Pending:
		return w.Text("debits_state_pending", nil)
	case mandate.Active:
		return w.Text("debits_state_active", nil)
	case mandate.Revoked:
		return w.Text("debits_state_revoked", nil)
	case mandate.Used:
		return w.Text("debits_state_used", nil)
	}
	return w.Text("debits_state_expired", nil)
}

// BankReason words why a bank did not carry out a debit, or sent it back.
func BankReason(w *text.Catalogue, code string) string {
	why, known := sepa.Reason(code)
	switch {
	case !known:
		return w.Text("debits_why_none", nil)
	case w.Language() == text.German:
		return why.Code + ": " + why.German
	}
	return why.Code + ": " + why.English
}
