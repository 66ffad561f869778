package seed

import (
	"quitt/cases"
	"quitt/debt"
	"quitt/debt/fees"
	"quitt/debt/plan"
)

// story is what happens to a demo case after its hand-over. Together the stories reach
// every value of every status axis; a test counts them.
type story struct {
	name string
	tell func(f *demoFile)
}

func demoStories() []story {
	return append(moneyStories(), append(disputeStories(), courtStories()...)...)
}

// letter demands the fee of the first letter, raise that of the second one.
func letter(f *demoFile) { f.charge(1, fees.Simple) }

func raise(f *demoFile) { f.charge(25, fees.Full) }

func collected(f *demoFile) {
	letter(f)
	f.change(2, stage(debt.StageCollection))
}

func moneyStories() []story {
	return []story{
		{"first letter is out", letter},
		{"pays at once by transfer", func(f *demoFile) {
			letter(f)
			f.pay(8, 100, debt.MethodTransfer)
			f.change(9, closed("paid"))
		}},
		{"pays a part, then silence", func(f *demoFile) { collected(f); f.pay(20, 40, debt.MethodTransfer); raise(f) }},
		{"pays too much", func(f *demoFile) { letter(f); f.pay(12, 110, debt.MethodTransfer) }},
		{"direct debit comes back", func(f *demoFile) {
			collected(f)
			f.pay(14, 100, debt.MethodDirectDebit)
			f.bounce(20, "debit")
			raise(f)
		}},
		{"pays the creditor directly in two parts", func(f *demoFile) {
			letter(f)
			f.pay(10, 50, debt.MethodDirect)
			f.pay(30, 100, debt.MethodCash)
		}},
		{"promises to pay", func(f *demoFile) {
			collected(f)
			f.change(50, hold(debt.HoldPromise, 14, debt.PromiseKept))
		}},
		{"plan proposed", func(f *demoFile) { collected(f); f.propose(3) }},
		{"plan runs", func(f *demoFile) {
			collected(f)
			f.agree(50, plan.Monthly)
			for _, daysAgo := range []int{47, 17} {
				f.pay(f.received-daysAgo, 20, debt.MethodTransfer)
			}
			f.keep(10)
		}},
		{"plan at risk", func(f *demoFile) {
			collected(f)
			f.agree(50, plan.Fortnightly)
			f.keep(10)
		}},
		{"plan lapsed", func(f *demoFile) {
			collected(f)
			f.agree(56, plan.Weekly)
			f.keep(35)
			f.keep(8)
		}},
		{"plan fulfilled", func(f *demoFile) {
			collected(f)
			f.agree(50, plan.Monthly)
			f.pay(f.received-47, 50, debt.MethodCard)
			f.pay(f.received-20, 100, debt.MethodCard)
			f.keep(5)
			f.change(f.received-4, closed("paid"))
		}},
		{"plan cancelled", func(f *demoFile) {
			collected(f)
			f.agree(40, plan.Monthly)
			f.cancel(20)
		}},
	}
}

func disputeStories() []story {
	return []story{
		{"objection open", func(f *demoFile) { letter(f); f.change(f.received-5, objection(debt.ObjectionOpen)) }},
		{"objection upheld", func(f *demoFile) { dispute(f, debt.ObjectionUpheld); f.change(21, closed("upheld_objection")) }},
		{"objection partly", func(f *demoFile) { dispute(f, debt.ObjectionPartly) }},
		{"objection rejected", func(f *demoFile) { dispute(f, debt.ObjectionRejected); raise(f) }},
		{"objection withdrawn", func(f *demoFile) {
			dispute(f, debt.ObjectionWithdrawn)
			f.pay(40, 100, debt.MethodTransfer)
		}},
		{"says it is paid already", func(f *demoFile) { letter(f); f.change(30, hold(debt.HoldProof, 0, debt.ProofAccepted)) }},
		{"exempt on the creditor's wish", func(f *demoFile) { letter(f); f.change(12, hold(debt.HoldRequest, 90, "")) }},
		{"debt adviser has written", func(f *demoFile) { collected(f); f.change(33, hold(debt.HoldAdviser, 0, debt.CaseReleased)) }},
		{"awaits review", func(*demoFile) {}},
		{"rejected", func(f *demoFile) {
			f.change(1, func(c *debt.Case, _ debt.Date) ([]debt.Event, error) {
				e, err := c.Decide(debt.ReviewRejected, "address_incomplete")
				return []debt.Event{e}, err
			})
		}},
	}
}

func dispute(f *demoFile, outcome debt.ObjectionState) {
	letter(f)
	f.change(6, objection(debt.ObjectionOpen))
	f.change(18, objection(outcome))
}

func courtStories() []story {
	toCourt := func(f *demoFile) {
		collected(f)
		raise(f)
		f.change(40, stage(debt.StageCourtPrepared))
	}
	return []story{
		{"court step prepared", toCourt},
		{"in court", func(f *demoFile) { toCourt(f); f.change(45, stage(debt.StageCourt)) }},
		{"titled", func(f *demoFile) {
			toCourt(f)
			f.change(45, stage(debt.StageCourt))
			f.change(58, stage(debt.StageTitled))
		}},
		{"long term", func(f *demoFile) { collected(f); raise(f); f.change(59, stage(debt.StageLongTerm)) }},
		{"insolvent", func(f *demoFile) { collected(f); f.change(35, closed("insolvent")) }},
		{"withdrawn by the creditor", func(f *demoFile) { letter(f); f.change(5, closed("withdrawn_by_creditor")) }},
	}
}

func stage(to debt.Stage) cases.Change {
	return func(c *debt.Case, today debt.Date) ([]debt.Event, error) {
		e, err := c.Advance(to, c.NextSteps(debt.Facts{On: today, AddressComplete: true}))
		return []debt.Event{e}, err
	}
}

func closed(reason debt.CloseReason) cases.Change {
	return func(c *debt.Case, today debt.Date) ([]debt.Event, error) {
		e, err := c.Close(reason, today)
		return []debt.Event{e}, err
	}
}

func objection(to debt.ObjectionState) cases.Change {
	return func(c *debt.Case, today debt.Date) ([]debt.Event, error) {
		return c.SetObjection(to, debt.Hold{Reason: "amount_wrong", Since: today, Until: debt.Settings{}.ObjectionDue(today, "")})
	}
}

func hold(kind debt.HoldKind, days int, until debt.EventType) cases.Change {
	return func(c *debt.Case, today debt.Date) ([]debt.Event, error) {
		h := debt.Hold{Kind: kind, Reason: string(kind), Since: today, UntilEvent: until}
		if days > 0 {
			h.Until = today.AddDays(days)
		}
		e, err := c.PlaceHold(h)
		return []debt.Event{e}, err
	}
}
