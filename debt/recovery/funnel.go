package recovery

import (
	"slices"

	"quitt/debt"
)

var acts = []debt.EventType{
	debt.PaymentStartedEvent, debt.PlanProposed, debt.PlanAgreed, debt.ObjectionFiled, debt.PromiseMade, debt.ProofFiled,
	debt.MessageReceived, debt.ContactChanged, debt.MandateCreated,
}

// letters follows each letter until the next one of its case: what happens later is that one's.
func (b *builder) letters() {
	var sent, direct bool
	var kind string
	var on debt.Date
	var reached int // the step in Steps; 0 is Sent
	tell := func() {
		if !sent {
			return
		}
		for _, step := range Steps()[:reached+1] {
			b.add(Line{on, Letter, kind + "/" + string(step), 1, 0})
		}
		if direct {
			b.add(Line{on, Letter, kind + "/" + string(Direct), 1, 0})
		}
	}
	for _, e := range b.story.Events {
		switch {
		case e.Type == debt.LetterSent:
			tell()
			sent, kind, on, reached, direct = true, e.Letter, e.On, 0, false
		case e.Type == debt.AccessOpened:
			reached = max(reached, 1)
		case e.Type == debt.AccessVerified:
			reached = max(reached, 2)
		case reached == 2 && (e.Actor == "debtor" || e.Actor == "representative") && slices.Contains(acts, e.Type):
			reached = 3
		case e.Type == debt.PaymentSucceededEvent && reached >= 2: // who has seen it may also transfer by himself
			reached = 4
		case e.Type == debt.PaymentSucceededEvent:
			direct = true
		}
	}
	tell()
}
