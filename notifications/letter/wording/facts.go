// Package wording words the letters: it turns the facts of a case into a document, with the
// creditor's own texts where there are any.
package wording

import (
	"quitt/bank"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/debt/operator"
)

// Facts is what a letter is made of. Fields a kind does not need may be zero.
type Facts struct {
	Kind     letter.Kind
	Number   int64 // of the letter, gap-free per creditor; printed so that a returned one is found
	On       debt.Date
	Deadline debt.Date // last day to pay; zero for letters that demand nothing
	Operator operator.Profile
	Creditor debt.Creditor
	Case     debt.Case
	Debtor   debt.Debtor
	// Statement is as payable on the deadline's day, or on On without one.
	Statement ledger.Statement
	Reference bank.RF // of a transfer
	Portal    string  // "https://portal.example.de", no path
	Access    Access
	About     About
	Texts     Texts
}

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
	Instalments []Instalment            // plan_confirmation: all; plan_missed: the missed one
	Outcome     debt.ObjectionState     // objection_answer
	Reason      string                  // objection_answer: the creditor's words
	RequestedOn debt.Date               // statement_for_adviser, new_code; zero if nobody asked
	EarlierOn   debt.Date               // second_notice: the day of the first one
}

// Instalment is one sum of a plan and the day it is due.
type Instalment struct {
	Amount debt.Cents
	DueOn  debt.Date
}

// Texts are the blocks a creditor worded itself, by name; see Blocks and CheckTexts.
type Texts map[string]string
