// Package wording words the letters: it turns the facts of a case into a document, with the
// creditor's own texts where there are any.
package wording

import (
	"time"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/debt/operator"
	"quitt/debt/plan"
)

// Facts is what a letter is made of. Fields a kind does not need may be zero.
type Facts struct {
	Kind   letter.Kind
	Number int64 // of the letter, gap-free per creditor; printed so that a returned one is found
	On     debt.Date
	// Deadline is the last day to pay, or to keep or revive a plan by paying; zero for letters
	// that ask for nothing.
	Deadline debt.Date
	Operator operator.Profile
	Creditor debt.Creditor
	Case     debt.Case
	Debtor   debt.Debtor
	// Helper gets the letter in the place of the debtor; nil: the debtor does.
	Helper *Helper
	// Statement is as payable on the deadline's day, or on On without one.
	Statement ledger.Statement
	Reference bank.RF // of a transfer
	Portal    string  // "https://portal.example.de", no path
	Access    Access
	About     About
	Texts     Texts
}

// Helper is who acts for the debtor, with an address in Germany.
type Helper struct{ Name, Street, Postcode, City debt.Personal }

// Access is what opens the portal; zero for a letter without a code.
type Access struct {
	Link  string // with the token behind #
	Code  string // in groups of four
	Words string
	Until debt.Date
}

// About is what a letter about one event needs.
type About struct {
	Payment     ledger.PaymentStatement // payment_receipt
	Instalments []Instalment            // plan_confirmation: all; other letters about plans: the missed ones
	LapsedOn    debt.Date               // plan_lapsed
	Plan        *Plan                   // papers of a plan, which know more than an event tells
	Outcome     debt.ObjectionState     // objection_answer
	Reason      string                  // objection_answer: the creditor's words
	RequestedOn debt.Date               // statement_for_adviser, new_code; zero if nobody asked
	EarlierOn   debt.Date               // second_notice: the day of the first one
}

// Plan is what the papers of a plan tell beside its instalments.
type Plan struct {
	plan.Plan

	Method   debt.Method
	Until    time.Time // the last moment to agree on it; zero without
	Proposed bool      // the creditor answers first
	Notice   Notice    // agreement
	Before   plan.Schedule
	Change   plan.Change
	Because  string // one of plan.Because… for a change nobody wished
}

// Notice is the cost notice that went before an agreement, and how it was given.
type Notice struct {
	SHA256         string
	MadeAt, ReadAt time.Time
}

// Instalment is one sum of a plan and the day it is due.
type Instalment struct {
	Amount debt.Cents
	DueOn  debt.Date
}

// Texts are the blocks a creditor worded itself, by name; see Blocks and CheckTexts.
type Texts map[string]string
