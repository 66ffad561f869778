package debt

import "fmt"

// DebtorKind decides which rules protect the debtor.
type DebtorKind string

// A person is treated as a consumer unless the claim says otherwise.
const (
	Person  DebtorKind = "person"
	Company DebtorKind = "company"
)

// Debtor is the person or company a claim is directed against. Everything that tells
// who it is masks itself when printed or logged.
type Debtor struct {
	ID             ID
	Kind           DebtorKind
	FirstName      Personal
	LastName       Personal
	CompanyName    Personal
	Street         Personal
	Postcode       Personal
	City           Personal
	Country        string
	State          State    // for deadlines; "" when unknown
	BirthOn        Personal // ISO date; a second check
	Email          Personal
	Phone          Personal
	CustomerNumber Personal
	PayerIBAN      Personal
	// AddressSource is "creditor", "debtor", or "researched" when somebody looked the address up:
	// then the letter must say so (RDG § 13a I Nr. 7).
	AddressSource string
	// Why a way to reach the debtor is not used any more; Reachable while it is.
	AddressStopped, EmailStopped, PhoneStopped Stop
	// What the debtor prefers: "email", "sms" or "letter", and an ISO code; "" for nothing told.
	PreferredChannel, PreferredLanguage string
}

// Stop is why an address, an e-mail or a telephone number is not used any more.
type Stop string

// Reachable is the zero Stop. The next four come from a letter that came back, the others
// from an e-mail or a text message.
const (
	Reachable   Stop = ""
	StopUnknown Stop = "unknown" // nobody of this name there
	StopMoved   Stop = "moved"
	StopRefused Stop = "refused"
	StopDead    Stop = "deceased"
	StopBounced Stop = "bounced"
	StopOptOut  Stop = "opted_out" // the person's own wish
	StopOther   Stop = "other"
)

// ReturnReasons lists why a letter may come back.
func ReturnReasons() []Stop { return []Stop{StopUnknown, StopMoved, StopRefused, StopDead, StopOther} }

// Format prints the id alone, under every verb: for a pointer inside something else and a
// verb that does not fit it, fmt would look past the masks of the fields.
func (d Debtor) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "debtor %s", string(d.ID)) }

// Name joins what the debtor is called on a letter.
func (d Debtor) Name() Personal {
	switch {
	case d.Kind == Company:
		return d.CompanyName
	case d.FirstName == "":
		return d.LastName
	default:
		return d.FirstName + " " + d.LastName
	}
}
