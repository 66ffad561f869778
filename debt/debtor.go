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
	// AddressSource is "creditor", or "researched" when somebody looked the address up:
	// then the letter must say so (RDG § 13a I Nr. 7).
	AddressSource string
}

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
