package told

import (
	"slices"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/portal/page"
)

// Happening is one event in plain words.
type Happening struct {
	On   string
	What string
}

// inner are events that are about our own work and tell a debtor nothing.
var inner = []debt.EventType{debt.CaseAccepted, debt.CaseRejected, debt.CaseUpdated, debt.CaseReleased, debt.LetterCreated,
	debt.AccessOpened, debt.AccessFailed, debt.PaymentUnmatched, debt.PaymentCorrectedEvent, debt.ContactBounced, debt.RemittancePaid,
	debt.PlanInstalmentDue, debt.PlanPaperEvent, debt.PaymentStartedEvent, debt.PersonErased}

// Happenings lists the events a debtor can follow, newest first.
func Happenings(b page.Base, events []debt.Event) []Happening {
	var list []Happening
	for _, e := range slices.Backward(events) {
		what := b.Word(e.Type)
		switch cost, _ := e.Data["cost"].(string); {
		case cost != "":
			what = b.Words.Text("happened_cost", debt.Args{"kind": b.Word(debt.CostKind(cost))})
		case slices.Contains(inner, e.Type):
			continue
		}
		if e.Actor.Kind == authority.Representing {
			what = b.Words.Text("happened_helped", debt.Args{"what": what})
		}
		h := Happening{b.Date(debt.DateIn(e.At, debt.Berlin)), what}
		if len(list) == 0 || list[len(list)-1] != h {
			list = append(list, h)
		}
	}
	return list
}

// shown is how many events stand open; the rest is folded.
const shown = 6

// Fold parts what stands open from the rest.
func Fold(list []Happening) (open, folded []Happening) {
	if len(list) <= shown+1 {
		return list, nil
	}
	return list[:shown], list[shown:]
}
