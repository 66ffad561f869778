// Package collection says how instalments are collected from a stored card or mandate: on
// which day, told how long before, and what follows when a bank says no. Plans write orders,
// payments executes them; this is what both keep to. Pure like its parent.
package collection

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"quitt/debt"
)

// State is where an order stands.
type State string

// The states. Charged is said from the moment the bank has it; a debit may come back for weeks
// and makes it Failed then. Only a waiting order is cancelled. Nothing leads out of Failed; out
// of Cancelled a plan that writes it anew.
const (
	Waiting   State = "waiting"
	Calling   State = "calling" // the charge is saved; what became of it is being found out
	Charged   State = "charged"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// States lists every State.
func States() []State { return []State{Waiting, Calling, Charged, Failed, Cancelled} }

// Order asks for one sum from one card or mandate, once.
type Order struct {
	ID, CaseID, InstrumentID debt.ID
	Purpose                  string     // see Purpose: unique per creditor
	Amount                   debt.Cents // at most; less if less is open or owed by then
	DueOn                    debt.Date  // as the plan has it
	CollectOn                debt.Date  // see On
	ToldOn                   debt.Date  // the debtor knows amount and day since; none: not told yet
	Notice                   int        // days agreed with the mandate between both; 0: NoticeDays
	State                    State
	AttemptID                debt.ID // the last charge, "" before the first
	Calls                    int     // charges that were asked for
	Tries                    int     // looks that came to nothing, in a row
	Reason                   string  // a code; why it failed or was cancelled
	LookAt                   time.Time
	MadeAt, EndedAt          time.Time
}

// Purpose names the collection of an instalment: "plan/ID/3/1" is the first try of the third.
func Purpose(plan debt.ID, no, try int) string { return fmt.Sprintf("plan/%s/%d/%d", plan, no, try) }

// Instalment is what a purpose names.
type Instalment struct {
	Plan    debt.ID
	No, Try int
}

// Instalment reads the purpose; ok is false for one that is no plan's.
func (o Order) Instalment() (i Instalment, ok bool) {
	parts := strings.Split(o.Purpose, "/")
	if len(parts) != 4 || parts[0] != "plan" || parts[1] == "" {
		return i, false
	}
	no, err := strconv.Atoi(parts[2])
	try, err2 := strconv.Atoi(parts[3])
	i = Instalment{debt.ID(parts[1]), no, try}
	return i, err == nil && err2 == nil && no > 0 && try > 0 && o.Purpose == Purpose(i.Plan, no, try)
}

// Once names the collection of a sum the debtor has asked for by a mandate that permits it alone.
func Once(mandate debt.ID) string { return "debit/" + string(mandate) }

// Call is the purpose of the charge that is asked for now. One that the provider never carried
// out is asked for again under another name: a name is charged once and never again.
func (o Order) Call() string {
	if o.Calls == 0 {
		return o.Purpose
	}
	return fmt.Sprintf("%s/call%d", o.Purpose, o.Calls+1)
}

// Open reports whether money may still come of the order without a further one.
func (o Order) Open() bool { return o.State == Waiting || o.State == Calling }

// End ends an order for a reason.
func (o *Order) End(s State, reason string, now time.Time) {
	o.State, o.Reason, o.EndedAt, o.LookAt = s, reason, now, time.Time{}
}

// Announcement is what plan.instalment_due says of an order: the pre-notification. A second try
// is due when it is collected; nothing else would be news.
func (o Order) Announcement() debt.Args {
	args := debt.Args{"amount_cents": o.Amount, "due": o.DueOn, "collect_on": o.CollectOn, "instrument": string(o.InstrumentID)}
	if i, ok := o.Instalment(); ok {
		args["plan_id"], args["no"], args["try"] = string(i.Plan), i.No, i.Try
		if i.Try > 1 {
			args["due"] = o.CollectOn
		}
	} else {
		args["due"] = o.CollectOn
	}
	return args
}

// Planned gives the order as it is written: with the day it is collected on and when to look.
func (o Order) Planned() Order {
	if o.CollectOn.IsZero() {
		o.CollectOn = On(o.DueOn)
	}
	o.CollectOn = o.Earliest()
	o.State, o.LookAt = Waiting, o.Next()
	return o
}
