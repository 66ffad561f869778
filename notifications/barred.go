package notifications

import (
	"slices"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store/outbox"
)

// nobody are the reasons of closing after which nobody is written to: the person is dead,
// cannot be found, or never was the debtor, and then the address may be somebody else's.
var nobody = []debt.CloseReason{"deceased", "untraceable", "identity_theft"}

// asking are the news that ask for money. After the opening of insolvency proceedings
// nobody may do that (InsO § 87).
var asking = []debt.EventType{debt.PaymentFailedEvent, debt.PaymentReversedEvent, debt.PlanInstalmentDue,
	debt.PlanInstalmentMissed, debt.PlanAtRiskEvent, debt.PlanLapsedEvent, promiseReminder}

// barred reports whether a message must not go, to whatever address: the matter is nobody
// else's business, and a mailbox outlives its owner.
func barred(to outbox.Reach, template string, today debt.Date) bool {
	c, d := to.Case, to.Debtor
	switch {
	case d.AddressStopped == debt.StopDead, slices.Contains(nobody, c.CloseReason):
		return true
	case holds(c, today, debt.HoldDataCheck, string(access.NotThisPerson)), holds(c, today, debt.HoldDataCheck, string(debt.StopDead)):
		return true
	case coded(template), addressed(template): // somebody who is in asks for it, or did something
		return false
	case c.Review != debt.ReviewAccepted, access.Minor(d, today): // what is declared reaches the parents alone (BGB § 131 II)
		return true
	case template == string(debt.CaseClosed) && c.CloseReason == "sold": // for the debtor it goes on elsewhere
		return true
	}
	return slices.Contains(asking, debt.EventType(template)) && holds(c, today, debt.HoldInsolv, "")
}

// holds reports whether a hold of a kind works; reason "" is any.
func holds(c debt.Case, today debt.Date, kind debt.HoldKind, reason string) bool {
	return slices.ContainsFunc(c.Holds, func(h debt.Hold) bool {
		return h.Kind == kind && (reason == "" || h.Reason == reason) && h.Active(today)
	})
}
