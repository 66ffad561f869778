package plans

import (
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/plan"
)

// Facts is what a paper of a plan is made of, read in the transaction that keeps the paper.
// Who words it adds the operator and the address of the portal.
type Facts struct {
	On       debt.Date
	Creditor debt.Creditor
	Case     debt.Case
	Debtor   debt.Debtor
	// Statement is as payable on On, before the plan began for a cost notice and an agreement.
	Statement ledger.Statement
	Plan      plan.Plan // with its schedule as it is told, agreed or changed
	Method    debt.Method
	// Until is the last moment at which a cost notice's plan can be agreed; zero without.
	Until time.Time
	// Proposed: the costs of a proposal, which the creditor's answer alone makes an agreement.
	Proposed bool
	// Notice is the cost notice that went before; an agreement names it.
	Notice Paper
	// Before is the schedule that a change replaces, Change what was wished and Because one of
	// plan.Because… where nobody wished it.
	Before  plan.Schedule
	Change  plan.Change
	Because string
}
