package record

import (
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/dossier"
	"quitt/store/tasks"
)

// mandateView is a permission to collect by file that was given for the case.
type mandateView struct {
	Reference, State, Payer, Account string
	Signed                           debt.Date
	Link                             string // where a person decides about it
}

func (v viewer) mandates() (list []mandateView) {
	for _, m := range v.Given.Mandates {
		x := mandateView{Reference: m.Reference, State: v.MandateState(m.State), Payer: m.Holder.Reveal(), Account: "… " + m.Last4(), Signed: m.SignedOn}
		if !m.Over() && v.Role.May(staff.Act) {
			x.Link = v.actPath("mandat", "id", string(m.ID))
		}
		list = append(list, x)
	}
	return list
}

// objected says what the bank said, and what to do: nothing is collected again by itself.
func (v viewer) objected(t tasks.Task) string {
	return v.Base.Words.Text("debits_objected", debt.Args{"amount": t.Amount, "reason": dossier.BankReason(v.Base.Words, t.Reason)})
}
