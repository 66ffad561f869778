// Code generated from docs/openapi.json; DO NOT EDIT.

package client

// Acknowledgement is Acknowledgement of the description.
type Acknowledgement struct {
	Sequence int64 `json:"sequence"` // Number of an event.
}

// Address is Address of the description.
type Address struct {
	City       string `json:"city"`                 // Town.
	Postcode   string `json:"postcode"`             // Five digits.
	Researched *bool  `json:"researched,omitempty"` // It was looked up, which letters must say (RDG § 13a I Nr. 7).
	Street     string `json:"street"`               // Street and number.
}

// Answer is Answer of the description.
type Answer struct {
	Credits []Given `json:"credits,omitempty"` // What is given up of each line.
	Outcome string  `json:"outcome"`           // upheld without credits gives up everything disputed.
	Reason  string  `json:"reason"`            // Shown to the debtor.
}

// Attempt is Attempt of the description.
type Attempt struct {
	At           string `json:"at"`           // When.
	Milliseconds int64  `json:"milliseconds"` // How long it took.
	Number       int64  `json:"number"`       // 1 is the first try of this event.
	Outcome      string `json:"outcome"`      // See docs/feed.md.
	Sequence     int64  `json:"sequence"`     // Of the event.
	Status       int64  `json:"status"`       // HTTP status; 0 without an answer.
}

// Attempts is Attempts of the description.
type Attempts struct {
	Attempts []Attempt `json:"attempts"` // The newest first, at most 100.
	GivenUp  []GivenUp `json:"given_up"` // Ask for a replay to have them sent again; at most 100.
}

// Axes is Axes of the description.
type Axes struct {
	CloseReason string `json:"close_reason"` // Why it was closed; empty while it is not.
	Objection   string `json:"objection"`    // Where a dispute stands.
	Payment     string `json:"payment"`      // What the ledger says.
	Plan        string `json:"plan"`         // Where an instalment plan stands.
	Processing  string `json:"processing"`   // Whether dunning runs.
	Review      string `json:"review"`       // Whether it was taken over.
	Stage       string `json:"stage"`        // How far it has gone.
}

// Booked is Booked of the description.
type Booked struct {
	Allocations           []LedgerAllocation `json:"allocations"`             // What it settled.
	LaterPaymentsRebooked bool               `json:"later_payments_rebooked"` // Later payments were allocated anew.
	Open                  DebtBalance        `json:"open"`                    // What is owed afterwards, interest to the value day.
	Payment               Payment            `json:"payment"`                 // As it is kept.
	Repeated              bool               `json:"repeated"`                // It had been booked before, and nothing was changed.
}

// Bulk is Bulk of the description.
type Bulk struct {
	Items   []Handover `json:"items"`             // At most 250, and at most 256 KiB altogether.
	Partial *bool      `json:"partial,omitempty"` // Store the good ones although others are refused. Without it nothing is stored then.
}

// BulkDone is BulkDone of the description.
type BulkDone struct {
	Created   int64  `json:"created"`   // New cases.
	Items     []Item `json:"items"`     // In the order of the request.
	Refused   int64  `json:"refused"`   // Not stored; only with partial.
	Unchanged int64  `json:"unchanged"` // Handed over before.
}

// Cases is Cases of the description.
type Cases struct {
	Cases     []Listed `json:"cases"`      // In the order in which they came.
	NextAfter string   `json:"next_after"` // For the next page; empty at the end.
}

// Claim is Claim of the description.
type Claim struct {
	Consumer                *bool   `json:"consumer,omitempty"`                   // Without it a person is a consumer.
	ConsumerLoan            *bool   `json:"consumer_loan,omitempty"`              // Payments settle principal before interest (BGB § 497 III).
	ContractDate            *string `json:"contract_date,omitempty"`              // Required for a contract; for tort the day of the act.
	DefaultFrom             *string `json:"default_from,omitempty"`               // First day of interest (BGB § 286); none: no interest.
	DueDate                 string  `json:"due_date"`                             // YYYY-MM-DD.
	DunningCostCents        *int64  `json:"dunning_cost_cents,omitempty"`         // Material cost of your own reminders.
	DunningCostDate         *string `json:"dunning_cost_date,omitempty"`          // Day of that reminder.
	Ground                  string  `json:"ground"`                               // Why it is owed (RDG § 13a I Nr. 2).
	Interest                *string `json:"interest,omitempty"`                   // fixed needs interest_rate_basis_points.
	InterestRateBasisPoints *int64  `json:"interest_rate_basis_points,omitempty"` // 950 is 9.50 % a year.
	InterestReason          *string `json:"interest_reason,omitempty"`            // Why the rate is above the statutory one (RDG § 13a I Nr. 4).
	InvoiceDate             *string `json:"invoice_date,omitempty"`               // YYYY-MM-DD.
	InvoiceNumber           *string `json:"invoice_number,omitempty"`             // As on your invoice.
	Object                  string  `json:"object"`                               // One concrete phrase: what was bought, rented or damaged.
	PaymentForServices      *bool   `json:"payment_for_services,omitempty"`       // Entgeltforderung (BGB § 288 II); without it a contract is one.
	PrincipalCents          int64   `json:"principal_cents"`                      // Without costs and interest.
	Secured                 *bool   `json:"secured,omitempty"`                    // You hold a security for it (BGB § 366 II).
	Titled                  *bool   `json:"titled,omitempty"`                     // There is an enforceable title.
}

// Contact is Contact of the description.
type Contact struct {
	Address *Address `json:"address,omitempty"` // In Germany.
	Email   *string  `json:"email,omitempty"`   // Empty takes it away.
	Phone   *string  `json:"phone,omitempty"`   // Empty takes it away.
}

// Counter is Counter of the description.
type Counter struct {
	Day             *int64  `json:"day,omitempty"`              // Of the month, of the second and all after; 0: as the first.
	DownCents       *int64  `json:"down_cents,omitempty"`       // Paid on the first day in place of an instalment.
	EndBy           *string `json:"end_by,omitempty"`           // The last instalment is due by this day.
	First           string  `json:"first"`                      // Day of the first instalment.
	InstalmentCents *int64  `json:"instalment_cents,omitempty"` // Or end_by says how fast.
	Note            *string `json:"note,omitempty"`             // Shown to the debtor.
	Rhythm          *string `json:"rhythm,omitempty"`           // How often, as your rules allow.
}

// CreditNote is CreditNote of the description.
type CreditNote struct {
	AmountCents int64   `json:"amount_cents"`   // At most what is demanded of the line.
	ExternalID  string  `json:"external_id"`    // Your own number of the credit note. In a case it books once.
	Line        *string `json:"line,omitempty"` // Id of a claim or cost from the statement; empty for the only claim there is.
}

// Credited is Credited of the description.
type Credited struct {
	CreditedCents int64       `json:"credited_cents"` // With the costs that a smaller claim does not bear.
	Line          string      `json:"line"`           // The line it is about.
	Open          DebtBalance `json:"open"`           // What is owed afterwards, interest as far as it is booked.
	Repeated      bool        `json:"repeated"`       // It had been booked before, and nothing was changed.
}

// DebtBalance is DebtBalance of the description.
type DebtBalance struct {
	CostsCents     int64 `json:"costs_cents"`
	InterestCents  int64 `json:"interest_cents"`
	OverpaidCents  int64 `json:"overpaid_cents"`
	PrincipalCents int64 `json:"principal_cents"`
}

// DebtInterestSegment is DebtInterestSegment of the description.
type DebtInterestSegment struct {
	Base      int64  `json:"base"`
	Days      int64  `json:"days"`
	From      string `json:"from"`
	Principal int64  `json:"principal"`
	Rate      int64  `json:"rate"`
	To        string `json:"to"`
	YearDays  int64  `json:"year_days"`
}

// DebtStep is DebtStep of the description.
type DebtStep struct {
	Allowed bool     `json:"allowed"`
	Because []string `json:"because,omitempty"`
	Name    string   `json:"name"`
}

// Debtor is Debtor of the description.
type Debtor struct {
	AddressSource  *string `json:"address_source,omitempty"`  // researched: looked up, which the letter must say (RDG § 13a I Nr. 7).
	BirthDate      *string `json:"birth_date,omitempty"`      // YYYY-MM-DD. Lets the debtor sign in.
	City           string  `json:"city"`                      // Town.
	CompanyName    *string `json:"company_name,omitempty"`    // Of a company, required there.
	Country        *string `json:"country,omitempty"`         // ISO 3166-1 code or name.
	CustomerNumber *string `json:"customer_number,omitempty"` // As on your invoices. Lets the debtor sign in.
	Email          *string `json:"email,omitempty"`           // For notices and one-time codes.
	FirstName      *string `json:"first_name,omitempty"`      // Of a person.
	Kind           *string `json:"kind,omitempty"`            // A company is never a consumer.
	LastName       *string `json:"last_name,omitempty"`       // Of a person, required there.
	PayerIBAN      *string `json:"payer_iban,omitempty"`      // The account the debtor is known to pay from.
	Phone          *string `json:"phone,omitempty"`           // For text messages.
	Postcode       string  `json:"postcode"`                  // In Germany five digits.
	State          *string `json:"state,omitempty"`           // Of Germany; decides which holidays count.
	Street         string  `json:"street"`                    // Street and number.
}

// Decision is Decision of the description.
type Decision struct {
	Accepted bool    `json:"accepted"`         // The payment is booked or will be.
	Reason   *string `json:"reason,omitempty"` // Required where the debtor is told no; he reads it.
}

// Document is Document of the description.
type Document struct {
	About      string `json:"about"`       // What it belongs to; empty while it is not attached.
	AboutID    string `json:"about_id"`    // Id of that.
	Active     bool   `json:"active"`      // A PDF with scripts, attachments or links.
	Bytes      int64  `json:"bytes"`       // How long it is.
	ForDebtor  bool   `json:"for_debtor"`  // The debtor may see it.
	From       string `json:"from"`        // Whose side brought it.
	ID         string `json:"id"`          // For its content.
	Kind       string `json:"kind"`        // Found out from its content.
	Name       string `json:"name"`        // As the sender called it.
	Purpose    string `json:"purpose"`     // What it is; empty for what the debtor's side brought.
	SHA256     string `json:"sha256"`      // Of the file as it came, in hex.
	State      string `json:"state"`       // clean or unscanned have content.
	UploadedAt string `json:"uploaded_at"` // When.
}

// Documents is Documents of the description.
type Documents struct {
	Documents []Document `json:"documents"` // The oldest first.
}

// Done is Done of the description.
type Done struct {
	ID string `json:"id"` // Of what it was done to.
}

// Endpoint is Endpoint of the description.
type Endpoint struct {
	CreatedAt string   `json:"created_at"` // When it was added.
	Disabled  string   `json:"disabled"`   // Why nothing is sent; empty while something is.
	DoneTo    int64    `json:"done_to"`    // Place in the feed up to which all was delivered or given up.
	ID        string   `json:"id"`         // Ours.
	Types     []string `json:"types"`      // Which events; empty for all.
	URL       string   `json:"url"`        // Where.
}

// Endpoints is Endpoints of the description.
type Endpoints struct {
	Endpoints []Endpoint `json:"endpoints"` // The oldest first.
}

// Event is Event of the description.
type Event struct {
	Actor    string         `json:"actor"`    // Whose side did it.
	At       string         `json:"at"`       // When it happened.
	Data     map[string]any `json:"data"`     // By type.
	ID       string         `json:"id"`       // The same as in the feed.
	Sequence int64          `json:"sequence"` // 1, 2, 3 … within the case.
	Type     string         `json:"type"`     // See docs/feed.md.
}

// Fault is Fault of the description.
type Fault struct {
	Code     string `json:"code"`     // Stable name of the rule, for programs.
	Detail   string `json:"detail"`   // What to do about it, in the language of Accept-Language.
	Location string `json:"location"` // Where: a path into the request, empty for the request as a whole.
}

// FeedCase is FeedCase of the description.
type FeedCase struct {
	CreditorReference string `json:"creditor_reference"`
	Reference         string `json:"reference"`
}

// FeedEvent is FeedEvent of the description.
type FeedEvent struct {
	Actor         string         `json:"actor"`
	Case          FeedCase       `json:"case"`
	Creditor      string         `json:"creditor"`
	Data          map[string]any `json:"data"` // By type of event, see docs/feed.md.
	DataOmitted   *bool          `json:"data_omitted,omitempty"`
	Hash          string         `json:"hash"`
	ID            string         `json:"id"`
	PreviousHash  string         `json:"previous_hash"`
	SchemaVersion int64          `json:"schema_version"`
	Sequence      int64          `json:"sequence"`
	Timestamp     string         `json:"timestamp"`
	Type          string         `json:"type"`
}

// Given is Given of the description.
type Given struct {
	AmountCents int64  `json:"amount_cents"` // How much of it.
	Line        string `json:"line"`         // Id of a disputed claim or cost.
}

// GivenUp is GivenUp of the description.
type GivenUp struct {
	At       string `json:"at"`       // When it was given up.
	Attempts int64  `json:"attempts"` // How often it was tried.
	Outcome  string `json:"outcome"`  // Of the last try.
	Sequence int64  `json:"sequence"` // Of the event.
}

// Handed is Handed of the description.
type Handed struct {
	Case              string `json:"case"`               // Quitt's reference of the case, as on letters.
	CreditorReference string `json:"creditor_reference"` // Your own key.
	Outcome           string `json:"outcome"`            // unchanged: handed over before with the same content.
}

// Handover is Handover of the description.
type Handover struct {
	Claims    []Claim `json:"claims"`               // All with the same debtor.
	Debtor    Debtor  `json:"debtor"`               // Who owes.
	ForReview *bool   `json:"for_review,omitempty"` // The case waits until a person accepts it.
	Reference string  `json:"reference"`            // Your own key of the case. The same again with the same content changes nothing.
}

// Hold is Hold of the description.
type Hold struct {
	Active     bool   `json:"active"`      // Whether it works today.
	ID         string `json:"id"`          // For its release.
	Kind       string `json:"kind"`        // What it is for.
	ReleasedOn string `json:"released_on"` // Empty while it was not released.
	Since      string `json:"since"`       // First day.
	Until      string `json:"until"`       // Last day; empty if an event ends it.
	UntilEvent string `json:"until_event"` // The event that ends it; empty if a day does.
}

// Instalment is Instalment of the description.
type Instalment struct {
	AmountCents int64  `json:"amount_cents"` // The sum.
	DueOn       string `json:"due_on"`       // Its day.
	No          int64  `json:"no"`           // 1, 2, 3 …
}

// Item is Item of the description.
type Item struct {
	Case              string  `json:"case"`               // Empty if it was refused.
	CreditorReference string  `json:"creditor_reference"` // Your own key.
	Errors            []Fault `json:"errors,omitempty"`   // Why it was refused.
	Outcome           string  `json:"outcome"`            // What became of it.
}
