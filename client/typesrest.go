// Code generated from docs/openapi.json; DO NOT EDIT.

package client

// LedgerAllocation is LedgerAllocation of the description.
type LedgerAllocation struct {
	Account     string  `json:"account"`
	AmountCents int64   `json:"amount_cents"`
	Line        *string `json:"line,omitempty"`
}

// LedgerClaimStatement is LedgerClaimStatement of the description.
type LedgerClaimStatement struct {
	ID                 string                 `json:"id"`
	Interest           []LedgerInterestPeriod `json:"interest"`
	Object             string                 `json:"object"`
	OpenInterestCents  int64                  `json:"open_interest_cents"`
	OpenPrincipalCents int64                  `json:"open_principal_cents"`
	PrincipalCents     int64                  `json:"principal_cents"`
}

// LedgerCostStatement is LedgerCostStatement of the description.
type LedgerCostStatement struct {
	AmountCents int64  `json:"amount_cents"`
	ID          string `json:"id"`
	IncurredOn  string `json:"incurred_on"`
	Kind        string `json:"kind"`
	LegalGround string `json:"legal_ground"`
	OpenCents   int64  `json:"open_cents"`
	VATCents    int64  `json:"vat_cents"`
}

// LedgerCreditStatement is LedgerCreditStatement of the description.
type LedgerCreditStatement struct {
	Account     string `json:"account"`
	AmountCents int64  `json:"amount_cents"`
	Line        string `json:"line"`
	On          string `json:"on"`
}

// LedgerInterestPeriod is LedgerInterestPeriod of the description.
type LedgerInterestPeriod struct {
	AmountCents int64                 `json:"amount_cents"`
	Booked      bool                  `json:"booked"`
	From        string                `json:"from"`
	Segments    []DebtInterestSegment `json:"segments"`
	To          string                `json:"to"`
}

// LedgerPaymentStatement is LedgerPaymentStatement of the description.
type LedgerPaymentStatement struct {
	Allocations   []LedgerAllocation `json:"allocations"`
	AmountCents   int64              `json:"amount_cents"`
	ID            string             `json:"id"`
	Method        string             `json:"method"`
	ReceivedOn    string             `json:"received_on"`
	ReturnedCents int64              `json:"returned_cents"`
	Status        string             `json:"status"`
}

// LedgerStatement is LedgerStatement of the description.
type LedgerStatement struct {
	Claims       []LedgerClaimStatement   `json:"claims"`
	Costs        []LedgerCostStatement    `json:"costs"`
	Credits      []LedgerCreditStatement  `json:"credits,omitempty"`
	Demanded     DebtBalance              `json:"demanded"`
	On           string                   `json:"on"`
	Open         DebtBalance              `json:"open"`
	PaidCents    int64                    `json:"paid_cents"`
	PayableCents int64                    `json:"payable_cents"`
	Payments     []LedgerPaymentStatement `json:"payments"`
}

// Line is Line of the description.
type Line struct {
	Account     string `json:"account"`      // principal, interest or costs.
	AmountCents int64  `json:"amount_cents"` // How much of it.
	ID          string `json:"id"`           // Of the claim or cost.
}

// Listed is Listed of the description.
type Listed struct {
	Axes              Axes   `json:"axes"`               // Where it stands.
	Case              string `json:"case"`               // Quitt's reference.
	CreditorReference string `json:"creditor_reference"` // Your own key.
	ReceivedAt        string `json:"received_at"`        // When it was handed over.
}

// Message is Message of the description.
type Message struct {
	At      string `json:"at"`      // When.
	From    string `json:"from"`    // Whose side wrote it.
	ID      string `json:"id"`      // Ours.
	Read    bool   `json:"read"`    // By the other side.
	Request string `json:"request"` // The request it answers; empty for none.
	Text    string `json:"text"`    // As it was written.
}

// NewDocument is NewDocument of the description.
type NewDocument struct {
	Content   []byte  `json:"content"`           // A PDF, JPEG or PNG of at most 10 MiB, in base64 (RFC 4648, section 4).
	ForDebtor bool    `json:"for_debtor"`        // true: the debtor is sent it with a message. false: your side alone sees it.
	Name      string  `json:"name"`              // With the ending that fits the content.
	Purpose   string  `json:"purpose"`           // What it is.
	Request   *string `json:"request,omitempty"` // The request of the debtor that it answers.
	Text      *string `json:"text,omitempty"`    // What the debtor reads with it.
}

// NewEndpoint is NewEndpoint of the description.
type NewEndpoint struct {
	Types []string `json:"types,omitempty"` // Which events; without it all.
	URL   string   `json:"url"`             // https, and not inside our own network.
}

// NewHold is NewHold of the description.
type NewHold struct {
	Kind   *string `json:"kind,omitempty"` // What it is for.
	Reason string  `json:"reason"`         // A code of your own, for the record.
	Until  string  `json:"until"`          // Last day of the hold, within a year.
}

// NewMessage is NewMessage of the description.
type NewMessage struct {
	Request *string `json:"request,omitempty"` // The request it answers.
	Text    string  `json:"text"`              // What the debtor reads.
}

// NewPayment is NewPayment of the description.
type NewPayment struct {
	AmountCents int64   `json:"amount_cents"`          // What was paid.
	Designation *string `json:"designation,omitempty"` // What the debtor said it is for (BGB § 367 II); empty: as the law says.
	ExternalID  string  `json:"external_id"`           // Your own number of the payment. It books once.
	Method      *string `json:"method,omitempty"`      // How it came.
	ReceivedOn  string  `json:"received_on"`           // The day you had the money, not after today.
}

// NextInstalment is NextInstalment of the description.
type NextInstalment struct {
	AmountCents int64  `json:"amount_cents"` // What is still owed of it.
	DueOn       string `json:"due_on"`       // Its day.
}

// Objection is Objection of the description.
type Objection struct {
	DisputedCents int64  `json:"disputed_cents"` // The sum of it.
	DueOn         string `json:"due_on"`         // The day by which you should answer.
	FiledAt       string `json:"filed_at"`       // When.
	Ground        string `json:"ground"`         // What it is about.
	ID            string `json:"id"`             // For its answer.
	Lines         []Line `json:"lines"`          // What is disputed, as of the day it was filed.
	Reason        string `json:"reason"`         // Of the answer.
	State         string `json:"state"`          // Where it stands.
	Whole         bool   `json:"whole"`          // Everything is disputed.
	Words         string `json:"words"`          // What the debtor wrote.
}

// Page is Page of the description.
type Page struct {
	Acknowledged int64       `json:"acknowledged"` // How far you said you are.
	Events       []FeedEvent `json:"events"`       // In order, without a gap.
	More         bool        `json:"more"`         // There are more already.
	NextAfter    int64       `json:"next_after"`   // For the next request.
}

// Payment is Payment of the description.
type Payment struct {
	AmountCents   int64  `json:"amount_cents"`   // What was paid.
	ExternalID    string `json:"external_id"`    // Of whoever booked it; yours for direct payments.
	ID            string `json:"id"`             // Ours.
	Method        string `json:"method"`         // How the money came.
	ReceivedOn    string `json:"received_on"`    // Value day: interest stops here.
	ReturnedCents int64  `json:"returned_cents"` // What of it went back.
	Source        string `json:"source"`         // Whose external_id it is: creditor for yours.
	Status        string `json:"status"`         // Money counts for the case only when it is succeeded.
}

// Payments is Payments of the description.
type Payments struct {
	Payments []Payment `json:"payments"` // In the order in which they were booked.
}

// Payout is Payout of the description.
type Payout struct {
	AmountCents int64  `json:"amount_cents"` // The sum of it.
	ID          string `json:"id"`           // The provider's.
	Kind        string `json:"kind"`         // payout_failed: your bank sent it back.
	On          string `json:"on"`           // Value day.
	State       string `json:"state"`        // booked, or pending while it is announced.
}

// Payouts is Payouts of the description.
type Payouts struct {
	NextAfter string   `json:"next_after"` // For the next page; empty at the end.
	Payouts   []Payout `json:"payouts"`    // In the order in which we heard of them.
}

// Plan is Plan of the description.
type Plan struct {
	ArrearsCents int64        `json:"arrears_cents"` // Of overdue instalments.
	ID           string       `json:"id"`            // For its answer.
	Instalments  []Instalment `json:"instalments"`   // As agreed, or as they are proposed.
	Missed       int64        `json:"missed"`        // Consecutive overdue instalments of which nothing was paid.
	PaidCents    int64        `json:"paid_cents"`    // Since the agreement.
	State        string       `json:"state"`         // Where it stands.
	WaitsFor     string       `json:"waits_for"`     // Whose answer it waits for: creditor, debtor, or empty.
}

// Planned is Planned of the description.
type Planned struct {
	Plan *Plan `json:"plan,omitempty"` // Missing where there never was one.
}

// Problem is Problem of the description.
type Problem struct {
	Detail  string  `json:"detail"`            // What to do about it, in the language of Accept-Language.
	Errors  []Fault `json:"errors,omitempty"`  // Every single thing to correct.
	Request *string `json:"request,omitempty"` // The number of the request in the log.
	Status  int64   `json:"status"`            // The HTTP status.
	Title   string  `json:"title"`             // What happened, in the language of Accept-Language.
	Type    string  `json:"type"`              // Stable name of the kind of problem, for programs.
}

// Promise is Promise of the description.
type Promise struct {
	AmountCents int64  `json:"amount_cents"` // What was promised.
	ByOn        string `json:"by_on"`        // By when.
	ID          string `json:"id"`           // Ours.
	State       string `json:"state"`        // Where it stands.
}

// Proof is Proof of the description.
type Proof struct {
	AmountCents int64  `json:"amount_cents"` // What was paid, as he says.
	DueOn       string `json:"due_on"`       // The day by which you should decide.
	FiledAt     string `json:"filed_at"`     // When.
	ID          string `json:"id"`           // For its decision.
	PaidOn      string `json:"paid_on"`      // When, as he says.
	State       string `json:"state"`        // open, accepted or rejected.
	Words       string `json:"words"`        // What the debtor wrote.
}

// Refusal is Refusal of the description.
type Refusal struct {
	Note   *string `json:"note,omitempty"` // Shown to the debtor.
	Person string  `json:"person"`         // Who has decided.
	Reason string  `json:"reason"`         // A code.
}

// Replay is Replay of the description.
type Replay struct {
	From int64 `json:"from"` // Sequence of the first.
	To   int64 `json:"to"`   // Sequence of the last; not beyond done_to.
}

// Request is Request of the description.
type Request struct {
	DueOn string `json:"due_on"` // The day an answer is owed (RDG § 13a II).
	ID    string `json:"id"`     // For its answer.
	Kind  string `json:"kind"`   // What for.
	State string `json:"state"`  // Where it stands.
	Text  string `json:"text"`   // What he wrote with it.
}

// Reversal is Reversal of the description.
type Reversal struct {
	ExternalID string `json:"external_id"` // Your own number of the reversal.
	Payment    string `json:"payment"`     // external_id of the payment.
	Reason     string `json:"reason"`      // A code of your own, or the bank's.
}

// Said is Said of the description.
type Said struct {
	Objections []Objection `json:"objections"` // The oldest first.
	Promises   []Promise   `json:"promises"`   // The oldest first.
	Proofs     []Proof     `json:"proofs"`     // The oldest first.
	Situations []Situation `json:"situations"` // The oldest first.
}

// Secret is Secret of the description.
type Secret struct {
	ID     string `json:"id"`     // Of the endpoint.
	Secret string `json:"secret"` // For checking signatures (Standard Webhooks). It is not shown again.
}

// Situation is Situation of the description.
type Situation struct {
	ID     string `json:"id"`      // Ours.
	Kind   string `json:"kind"`    // What it is.
	State  string `json:"state"`   // Where it stands.
	ToldAt string `json:"told_at"` // When.
}

// Statement is Statement of the description.
type Statement struct {
	Case              string          `json:"case"`               // Quitt's reference.
	CreditorReference string          `json:"creditor_reference"` // Your own key.
	InterestTo        string          `json:"interest_to"`        // Last day interest could be computed for: after it no base rate is announced. Empty when the statement is complete.
	Statement         LedgerStatement `json:"statement"`          // What it consists of.
}

// Status is Status of the description.
type Status struct {
	Axes              Axes            `json:"axes"`                      // Where it stands.
	Case              string          `json:"case"`                      // Quitt's reference.
	CreditorReference string          `json:"creditor_reference"`        // Your own key.
	Holds             []Hold          `json:"holds"`                     // Past ones too.
	NextInstalment    *NextInstalment `json:"next_instalment,omitempty"` // Of a running plan.
	On                string          `json:"on"`                        // The day of the amounts.
	Open              DebtBalance     `json:"open"`                      // What is owed, interest to the day included.
	PaidCents         int64           `json:"paid_cents"`                // What was paid altogether.
	PayableCents      int64           `json:"payable_cents"`             // What settles it today.
	ReceivedAt        string          `json:"received_at"`               // When it was handed over.
	Steps             []DebtStep      `json:"steps"`                     // What may be done next.
	UnderWayCents     int64           `json:"under_way_cents"`           // Payments that have been started and have not arrived. Never part of paid.
}

// Step is Step of the description.
type Step struct {
	Name string `json:"name"` // accept and reject decide the review; collection and court move the stage on; close ends the case as paid outside.
}

// Steps is Steps of the description.
type Steps struct {
	Steps []DebtStep `json:"steps"` // Each allowed, or with every reason why not.
}

// Thread is Thread of the description.
type Thread struct {
	Messages []Message `json:"messages"` // The oldest first.
	Requests []Request `json:"requests"` // The oldest first.
}

// Timeline is Timeline of the description.
type Timeline struct {
	Events    []Event `json:"events"`     // The oldest first.
	NextAfter int64   `json:"next_after"` // For the next page; 0 at the end.
}

// Updated is Updated of the description.
type Updated struct {
	Changed []string `json:"changed"` // Of address, email and phone; empty if nothing did.
}

// Withdrawal is Withdrawal of the description.
type Withdrawal struct {
	Reason *string `json:"reason,omitempty"` // Why.
}
