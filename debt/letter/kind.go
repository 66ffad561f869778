package letter

import "slices"

// Kind is why a letter is written.
type Kind string

// The kinds of letter.
const (
	Reminder            Kind = "reminder" // before collection, friendly
	FirstNotice         Kind = "first_notice"
	SecondNotice        Kind = "second_notice"
	PlanConfirmation    Kind = "plan_confirmation"
	PlanMissed          Kind = "plan_missed"
	PlanAtRisk          Kind = "plan_at_risk" // the notice before a lapse
	PlanLapsed          Kind = "plan_lapsed"
	ObjectionAnswer     Kind = "objection_answer"
	PaymentReceipt      Kind = "payment_receipt"
	PaidInFull          Kind = "paid_in_full"
	NewCode             Kind = "new_code"
	StatementForAdviser Kind = "statement_for_adviser" // InsO § 305 II 2: free of charge
)

var kinds = []Kind{Reminder, FirstNotice, SecondNotice, PlanConfirmation, PlanMissed,
	PlanAtRisk, PlanLapsed, ObjectionAnswer, PaymentReceipt, PaidInFull, NewCode, StatementForAdviser}

// The papers of a plan beside its confirmation. They lie in the inbox and are no letters: no
// run writes them and no count has them.
const (
	PlanCosts  Kind = "plan_costs" // before the agreement (RDG § 13a III)
	PlanChange Kind = "plan_change"
)

// Wanted is the kind of task that asks for a letter nothing but a person's wish makes due; its
// reason is the letter's Kind, its subject the case. The run that writes the letter ends it.
const Wanted = "letter_wanted"

// Kinds lists every Kind of letter.
func Kinds() []Kind { return slices.Clone(kinds) }

// Known reports whether k is one of Kinds.
func (k Kind) Known() bool { return slices.Contains(kinds, k) }

// Coded reports whether the letter carries a new code. A new code voids the one before.
func (k Kind) Coded() bool {
	return k == Reminder || k == FirstNotice || k == SecondNotice || k == NewCode
}

// Personal reports whether the letter is for the debtor alone, whoever acts for him: it opens
// the portal in his name.
func (k Kind) Personal() bool { return k == NewCode }

// Repeats reports whether nothing depends on the letter and an e-mail says the same, so that a
// creditor may spare it. Never so are demands, agreements, notices a right depends on, answers,
// certificates and codes; and whoever asks for a receipt has a right to it (BGB § 368).
func (k Kind) Repeats() bool { return k == PaymentReceipt || k == PlanMissed }

// Demands reports whether the letter asks for money, so that whatever forbids a demand
// forbids the letter.
func (k Kind) Demands() bool { return k == Reminder || k == FirstNotice || k == SecondNotice }
