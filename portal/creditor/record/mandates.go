package record

import (
	"quitt/bank/sepa"
	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/debt/staff"
	"quitt/portal/text"
	"quitt/store/tasks"
)

// mandateView is a permission to collect by file that was given for the case.
type mandateView struct {
	Reference, State, Payer, Account string
	Signed                           debt.Date
	Link                             string // where a person decides about it
}

var mandateStates = map[mandate.State]string{mandate.Pending: "debits_state_pending", mandate.Active: "debits_state_active",
	mandate.Revoked: "debits_state_revoked", mandate.Expired: "debits_state_expired", mandate.Used: "debits_state_used"}

func (v viewer) mandates() (list []mandateView) {
	for _, m := range v.Given.Mandates {
		x := mandateView{Reference: m.Reference, State: v.text(mandateStates[m.State]), Payer: m.Holder.Reveal(), Account: "… " + m.Last4(), Signed: m.SignedOn}
		if !m.Over() && v.Role.May(staff.Act) {
			x.Link = v.actPath("mandat", "id", string(m.ID))
		}
		list = append(list, x)
	}
	return list
}

// objected says what the bank said, and what to do: nothing is collected again by itself.
func (v viewer) objected(t tasks.Task) string {
	return v.Base.Words.Text("debits_objected", debt.Args{"amount": t.Amount, "code": t.Reason, "meaning": meaning(v.Base.Words, t.Reason)})
}

// meaning words a bank's reason.
func meaning(w *text.Catalogue, code string) string {
	if why, known := sepa.Reason(code); known {
		if w.Language() == text.German {
			return why.German
		}
		return why.English
	}
	return code
}
