// Package disclosure gives a person everything that is kept about him on a case (GDPR Art. 15),
// for machines and for readers. The names of the fields stand in docs/export.md and stay.
package disclosure

import (
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/debt/plan"
	"quitt/debt/rail"
	"quitt/debt/retention"
	"quitt/store/documents"
)

// Format names the form; another number stands for fields that mean something else.
const Format = "quitt.my-data/1"

// Copy is everything that is kept. Amounts are cents, days ISO dates, instants UTC.
type Copy struct {
	Format     string      `json:"format"`
	MadeAt     time.Time   `json:"made_at,omitzero"`
	Creditor   Creditor    `json:"creditor"`
	Person     Person      `json:"person"`
	Case       Case        `json:"case"`
	Claims     []Claim     `json:"claims"`
	Costs      []Cost      `json:"costs"`
	Payments   []Payment   `json:"payments"`
	Postings   []Posting   `json:"postings"`
	Plans      []Plan      `json:"plans"`
	Said       []Said      `json:"objections"`
	Letters    []Letter    `json:"letters"`
	Messages   []Message   `json:"messages"`
	Requests   []Request   `json:"requests"`
	Notes      []Note      `json:"notes"`
	Transfers  []Transfer  `json:"transfers"`
	Documents  []Document  `json:"documents"`
	Changes    []Change    `json:"contact_changes"`
	Sent       []Sent      `json:"notifications"`
	Orders     []Order     `json:"payment_orders"`
	Ways       []Way       `json:"payment_instruments"`
	Mandates   []Mandate   `json:"mandates"`
	Accesses   []Access    `json:"accesses"`
	Acting     []Acting    `json:"representatives"`
	Events     []Event     `json:"events"`
	Recipients []Recipient `json:"recipients"`
	Retention  []Kept      `json:"retention"`
	// The codes of GDPR Art. 15 I a, d to g; docs/export.md has their sentences.
	Purposes []string `json:"purposes"`
	Rights   []string `json:"rights"`
	Sources  []string `json:"sources"`
}

// Creditor is whose claim it is.
type Creditor struct {
	Name     string `json:"name"`
	Street   string `json:"street"`
	Postcode string `json:"postcode"`
	City     string `json:"city"`
	Country  string `json:"country"`
}

// Person is who the case is about. It is text in the clear: this is the one place that gives it
// to the person it is about.
type Person struct {
	Kind              string `json:"kind"`
	FirstName         string `json:"first_name"`
	LastName          string `json:"last_name"`
	CompanyName       string `json:"company_name"`
	Street            string `json:"street"`
	Postcode          string `json:"postcode"`
	City              string `json:"city"`
	Country           string `json:"country"`
	State             string `json:"state"`
	BirthOn           string `json:"birth_on"`
	Email             string `json:"email"`
	Phone             string `json:"phone"`
	CustomerNumber    string `json:"customer_number"`
	PayerIBAN         string `json:"payer_iban"`
	AddressSource     string `json:"address_source"`
	AddressStopped    string `json:"address_stopped"`
	EmailStopped      string `json:"email_stopped"`
	PhoneStopped      string `json:"phone_stopped"`
	PreferredChannel  string `json:"preferred_channel"`
	PreferredLanguage string `json:"preferred_language"`
}

func personOf(d debt.Debtor) Person {
	return Person{string(d.Kind), d.FirstName.Reveal(), d.LastName.Reveal(), d.CompanyName.Reveal(), d.Street.Reveal(), d.Postcode.Reveal(),
		d.City.Reveal(), d.Country, string(d.State), d.BirthOn.Reveal(), d.Email.Reveal(), d.Phone.Reveal(), d.CustomerNumber.Reveal(),
		d.PayerIBAN.Reveal(), d.AddressSource, string(d.AddressStopped), string(d.EmailStopped), string(d.PhoneStopped),
		d.PreferredChannel, d.PreferredLanguage}
}

// Case is where the case stands.
type Case struct {
	FileReference     string    `json:"file_reference"`
	CreditorReference string    `json:"creditor_reference"`
	ReceivedAt        time.Time `json:"received_at,omitzero"`
	Review            string    `json:"review"`
	Stage             string    `json:"stage"`
	Processing        string    `json:"processing"`
	Payment           string    `json:"payment"`
	Objection         string    `json:"objection"`
	Plan              string    `json:"plan"`
	CloseReason       string    `json:"close_reason"`
	Holds             []Hold    `json:"holds"`
}

// Hold is why a case waited.
type Hold struct {
	Kind       string    `json:"kind"`
	Reason     string    `json:"reason"`
	Since      debt.Date `json:"since,omitzero"`
	Until      debt.Date `json:"until,omitzero"`
	UntilEvent string    `json:"until_event"`
	ReleasedOn debt.Date `json:"released_on,omitzero"`
}

func caseOf(c debt.Case) Case {
	out := Case{c.FileReference, c.CreditorReference, c.ReceivedAt, string(c.Review), string(c.Stage), string(c.Processing),
		string(c.Payment), string(c.Objection), string(c.Plan), string(c.CloseReason), []Hold{}}
	for _, h := range c.Holds {
		out.Holds = append(out.Holds, Hold{string(h.Kind), h.Reason, h.Since, h.Until, string(h.UntilEvent), h.ReleasedOn})
	}
	return out
}

// Claim is what was demanded.
type Claim struct {
	ID             string            `json:"id"`
	Principal      debt.Cents        `json:"principal_cents"`
	Ground         string            `json:"ground"`
	Object         string            `json:"object"`
	ArisenOn       debt.Date         `json:"arisen_on,omitzero"`
	InvoiceNumber  string            `json:"invoice_number"`
	InvoicedOn     debt.Date         `json:"invoiced_on,omitzero"`
	DueOn          debt.Date         `json:"due_on,omitzero"`
	DefaultFrom    debt.Date         `json:"default_from,omitzero"`
	Interest       debt.InterestRule `json:"interest"`
	InterestReason string            `json:"interest_reason"`
	Order          string            `json:"order"`
	Business       bool              `json:"business"`
	Secured        bool              `json:"secured"`
	Titled         bool              `json:"titled"`
}

// Cost is a cost that was demanded.
type Cost struct {
	ID          string     `json:"id"`
	ClaimID     string     `json:"claim_id"`
	Kind        string     `json:"kind"`
	Amount      debt.Cents `json:"amount_cents"`
	VAT         debt.Cents `json:"vat_cents"`
	IncurredOn  debt.Date  `json:"incurred_on,omitzero"`
	LegalGround string     `json:"legal_ground"`
	Note        string     `json:"note"`
}

// Payment is money that came, or was to come.
type Payment struct {
	ID         string     `json:"id"`
	Method     string     `json:"method"`
	Status     string     `json:"status"`
	Amount     debt.Cents `json:"amount_cents"`
	Returned   debt.Cents `json:"returned_cents"`
	ReceivedOn debt.Date  `json:"received_on,omitzero"`
	Source     string     `json:"source"`
	ExternalID string     `json:"external_id"`
	BookedAt   time.Time  `json:"booked_at,omitzero"`
	Note       string     `json:"note"`
	Notes      []Note     `json:"notes"`
}

// Note is what a clerk wrote about a payment.
type Note struct {
	At     time.Time `json:"at,omitzero"`
	Author string    `json:"author"`
	Text   string    `json:"text"`
}

// Posting is one line of the books.
type Posting struct {
	Kind     string     `json:"kind"`
	ValueOn  debt.Date  `json:"value_on,omitzero"`
	BookedAt time.Time  `json:"booked_at,omitzero"`
	Account  string     `json:"account"`
	Line     string     `json:"line"`
	Payment  string     `json:"payment_id"`
	Amount   debt.Cents `json:"amount_cents"`
	From     debt.Date  `json:"from,omitzero"`
	To       debt.Date  `json:"to,omitzero"`
}

// book puts claims, costs and postings into their form.
func (c *Copy) book(h ledger.History) {
	for _, x := range h.Claims {
		c.Claims = append(c.Claims, Claim{string(x.ID), x.Principal, string(x.Ground), x.Object, x.ArisenOn, x.InvoiceNumber, x.InvoicedOn, x.DueOn,
			x.DefaultFrom, x.Interest, x.InterestReason, string(x.Order), x.Business, x.Secured, x.Titled})
	}
	for _, x := range h.Costs {
		c.Costs = append(c.Costs, Cost{string(x.ID), string(x.ClaimID), string(x.Kind), x.Amount, x.VAT, x.IncurredOn, x.LegalGround, x.Note})
	}
	for _, e := range h.Entries {
		for _, p := range e.Postings {
			c.Postings = append(c.Postings, Posting{string(e.Kind), e.ValueOn, e.BookedAt, string(p.Account), string(p.Line), string(e.PaymentID),
				p.Amount, p.From, p.To})
		}
	}
}

// Plan is an instalment plan with everything that was said about it.
type Plan struct {
	ID       string        `json:"id"`
	State    string        `json:"state"`
	Method   string        `json:"method"`
	MadeBy   string        `json:"made_by"`
	MadeAt   time.Time     `json:"made_at,omitzero"`
	AgreedOn debt.Date     `json:"agreed_on,omitzero"`
	EndedAt  time.Time     `json:"ended_at,omitzero"`
	Because  string        `json:"ended_because"`
	Wish     plan.Wish     `json:"wish"`
	Schedule plan.Schedule `json:"schedule"`
	Deal     plan.Deal     `json:"deal"`
	Changes  []plan.Made   `json:"changes"`
	Rounds   []Round       `json:"rounds"`
	Papers   []Paper       `json:"papers"`
}

// Round is one thing said about a plan. The income somebody told of is not kept, what follows
// from it is.
type Round struct {
	At         time.Time     `json:"at,omitzero"`
	By         string        `json:"by"`
	Act        string        `json:"act"`
	Reason     string        `json:"reason"`
	Note       string        `json:"note"`
	Affordable *debt.Cents   `json:"affordable_cents"`
	Wish       plan.Wish     `json:"wish"`
	Schedule   plan.Schedule `json:"schedule"`
	Suggested  string        `json:"suggested"`
}

// Paper is a document about a plan.
type Paper struct {
	Kind   string          `json:"kind"`
	MadeAt time.Time       `json:"made_at,omitzero"`
	ReadAt time.Time       `json:"read_at,omitzero"`
	Says   letter.Document `json:"document"`
}

// Letter is a letter as it was written, without the code that opens the portal.
type Letter struct {
	Number       int64           `json:"number"`
	Kind         string          `json:"kind"`
	DatedOn      debt.Date       `json:"dated_on,omitzero"`
	DeadlineOn   debt.Date       `json:"deadline_on,omitzero"`
	State        string          `json:"state"`
	SentAt       time.Time       `json:"sent_at,omitzero"`
	ReturnedAt   time.Time       `json:"returned_at,omitzero"`
	ReturnReason string          `json:"return_reason"`
	Country      string          `json:"country"`
	Says         letter.Document `json:"document"`
}

// Message is what one side wrote.
type Message struct {
	ID      string    `json:"id"`
	By      string    `json:"by"`
	At      time.Time `json:"at,omitzero"`
	ReadAt  time.Time `json:"read_at,omitzero"`
	Request string    `json:"request_id"`
	Text    string    `json:"text"`
}

// Request is what was asked for.
type Request struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind"`
	By      string    `json:"by"`
	At      time.Time `json:"at,omitzero"`
	DueOn   debt.Date `json:"due_on,omitzero"`
	State   string    `json:"state"`
	EndedAt time.Time `json:"ended_at,omitzero"`
	Text    string    `json:"text"`
}

// Document is a file of the case. Content says what becomes of the file itself.
type Document struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Kind       string    `json:"kind"`
	Bytes      int64     `json:"bytes"`
	By         string    `json:"by"`
	UploadedAt time.Time `json:"uploaded_at,omitzero"`
	State      string    `json:"state"`
	KeepUntil  time.Time `json:"keep_until,omitzero"`
	Purpose    string    `json:"purpose"` // what it is, of one of the creditor's side
	Content    Content   `json:"content"`
}

// Content says whether a file is part of the copy.
type Content string

// What becomes of a file. A copy of data is one of the documents they stand in, where without these
// they would not be understood (ECJ, C-487/21, GDPR Art. 15 III). What a creditor keeps for himself
// about a claim, its invoice, contract, reminders and titles, is about the person and given. Anything
// else of his may tell of others or hold the advice of a lawyer, which no program can black out
// (Art. 15 IV, BDSG § 29 I 2): a person looks at it when asked.
const (
	Enclosed  Content = "enclosed"  // in the archive
	HeldBack  Content = "held_back" // not before a person has looked
	Unchecked Content = "unchecked" // not looked at by the scanner
	Dangerous Content = "dangerous" // a scanner has found something
)

func contentOf(x documents.Document) Content {
	switch {
	case x.State == documents.Infected:
		return Dangerous
	case !x.Shown():
		return Unchecked
	case !x.ForDebtor() && x.Purpose == documents.Other, !x.ForDebtor() && x.Purpose == "":
		return HeldBack
	}
	return Enclosed
}

// Change is a change of how the person is reached. An address is JSON.
type Change struct {
	Kind      string    `json:"kind"`
	Old       string    `json:"old_value"`
	New       string    `json:"new_value"`
	Source    string    `json:"source"`
	ValidFrom debt.Date `json:"valid_from,omitzero"`
	State     string    `json:"state"`
	At        time.Time `json:"at,omitzero"`
}

// Sent is a mail or text message. What it said is a sentence all get; the address goes once it
// is sent.
type Sent struct {
	Channel  string    `json:"channel"`
	Template string    `json:"template"`
	Language string    `json:"language"`
	To       string    `json:"recipient"`
	At       time.Time `json:"created_at,omitzero"`
	SentAt   time.Time `json:"sent_at,omitzero"`
	State    string    `json:"state"`
}

// Order is what a payment provider was asked to do.
type Order struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	Method    string     `json:"method"`
	Status    string     `json:"status"`
	Amount    debt.Cents `json:"amount_cents"`
	Purpose   string     `json:"purpose"`
	Shown     rail.Shown `json:"shown"`
	Customer  string     `json:"customer_id"`
	Intent    string     `json:"intent_id"`
	StartedAt time.Time  `json:"started_at,omitzero"`
	Failure   string     `json:"failure"`
}

// Way is a card or mandate that was kept.
type Way struct {
	Method   string    `json:"method"`
	Last4    string    `json:"last4"`
	Brand    string    `json:"brand"`
	Mandate  string    `json:"mandate_id"`
	Customer string    `json:"customer_id"`
	External string    `json:"external_id"`
	State    string    `json:"state"`
	SavedAt  time.Time `json:"saved_at,omitzero"`
}

// Mandate is one given to the creditor himself. SignedOn and LastOn are missing without a day.
type Mandate struct {
	Reference  string     `json:"reference"`
	Kind       string     `json:"kind"`
	State      string     `json:"state"`
	Holder     string     `json:"holder"`
	IBAN       string     `json:"iban"`
	OtherPayer bool       `json:"other_payer"`
	Amount     debt.Cents `json:"amount_cents"`
	Payee      string     `json:"payee"`
	Identifier string     `json:"creditor_identifier"`
	How        string     `json:"how"`
	SignedOn   debt.Date  `json:"signed_on,omitzero"`
	LastOn     debt.Date  `json:"last_on,omitzero"`
	Reason     string     `json:"reason"`
	GivenAt    time.Time  `json:"given_at,omitzero"`
	NoticeDays int        `json:"notice_days"`
}

// Access is a letter's code and how it was used. The code itself nobody has.
type Access struct {
	Words        string    `json:"words"`
	IssuedAt     time.Time `json:"issued_at,omitzero"`
	ExpiresAt    time.Time `json:"expires_at,omitzero"`
	RevokedAt    time.Time `json:"revoked_at,omitzero"`
	Reason       string    `json:"reason"`
	Wrong        int       `json:"wrong_checks"`
	LastAccessAt time.Time `json:"last_access_at,omitzero"`
}

func accessOf(g access.Grant) Access {
	return Access{g.Words, g.IssuedAt, g.ExpiresAt, g.RevokedAt, string(g.Reason), g.Wrong, g.LastAccessAt}
}

// Event is one line of the record.
type Event struct {
	Seq  int64     `json:"seq"`
	Type string    `json:"type"`
	At   time.Time `json:"at,omitzero"`
	By   string    `json:"by"`
	Data debt.Args `json:"data"`
}

// Recipient is who gets data, and why (Art. 15 I c): a code, and a name where there is one.
type Recipient struct {
	Role string `json:"role"`
	Name string `json:"name"`
}

// Kept is how long a kind of thing is kept (Art. 15 I d).
type Kept struct {
	Class string `json:"class"`
	Days  int    `json:"days"`
	Years int    `json:"years"`
	From  string `json:"from"`
	Law   string `json:"law"`
}

func retained() (list []Kept) {
	for _, r := range retention.Rules() {
		list = append(list, Kept{string(r.Class), r.Days, r.Years, r.From, r.Law})
	}
	return list
}

// Said is what the person said about the claim: an objection, a proof of payment, a promise, a
// situation. Answers and details are JSON.
type Said struct {
	Kind    string     `json:"kind"` // "objection", "proof", "promise", "situation"
	What    string     `json:"what"` // the ground, or the situation
	State   string     `json:"state"`
	By      string     `json:"by"`
	At      time.Time  `json:"at,omitzero"`
	On      debt.Date  `json:"on,omitzero"` // the day of a payment, or to which one is promised
	DueOn   debt.Date  `json:"due_on,omitzero"`
	EndedAt time.Time  `json:"ended_at,omitzero"`
	Amount  debt.Cents `json:"amount_cents"`
	Details string     `json:"details"`
	Words   string     `json:"words"`
	Reason  string     `json:"reason"`
}

// Acting is somebody who acts, acted or wants to act for the person. The address that was given
// for him is his own and left out.
type Acting struct {
	ID           string    `json:"id"`
	Name         string    `json:"name"`
	Kind         string    `json:"kind"`
	Scopes       []string  `json:"scopes"`
	State        string    `json:"state"`
	Until        debt.Date `json:"until,omitzero"`
	MadeAt       time.Time `json:"made_at,omitzero"`
	EndedAt      time.Time `json:"ended_at,omitzero"`
	EndedBy      string    `json:"ended_by,omitempty"`
	LastAccessAt time.Time `json:"last_access_at,omitzero"`
	Areas        string    `json:"areas,omitempty"` // of a guardian
	Street       string    `json:"street,omitempty"`
	Postcode     string    `json:"postcode,omitempty"`
	City         string    `json:"city,omitempty"`
}
