// Package statement is what a bank tells of an account, whatever the file was written in:
// camt.052, .053 and .054, MT940 and MT942 are all read into these values. Readers hand them on
// one by one, so that a file of any size takes the memory of one entry. Pure like its parent.
package statement

import "time"

// Kind says what a report is for.
type Kind string

// The kinds of report. Money is booked from Booked alone: the same money may come in all three.
const (
	Booked   Kind = "booked"   // camt.053, MT940: the account's statement of a day
	Intraday Kind = "intraday" // camt.052, MT942: a preview of the day
	Detail   Kind = "detail"   // camt.054: what a batch in a statement was made of
)

// Date is a day as the bank wrote it, "2026-11-29"; "" where it wrote none.
type Date string

// Money is a sum in the smallest unit of its currency; negative left the account.
type Money struct {
	Cents    int64
	Currency string // ISO 4217, upper case
}

// Head is what stands above the entries of a report. Balances that a file writes below its
// entries (MT940) come in Foot instead.
type Head struct {
	Kind Kind
	// ID is of the report, unique at this bank for this account only. MT940 has none, since :20:
	// is the same every day at many banks; there it is :20:, :28C: and the day of :60F:.
	ID       string
	Sequence string    // electronic number, else the legal one, else that of :28C:
	IBAN     string    // "" where the bank names the account in another way
	Other    string    // account in another way: bank code/account number; see Head.Of
	Currency string    // of the account
	Created  time.Time // zero where it is not said
	From, To Date
}

// Foot is what ends a report. Opening and Closing are nil where the bank gives none.
type Foot struct {
	Opening, Closing     *Money
	OpeningOn, ClosingOn Date
	// Previous says that Opening is the closing balance of the report before (PRCD, :60F:), not
	// one in between (:60M:).
	Previous bool
	// Interim says that Closing is one in between (ITBD, :62M:): the day goes on in another report.
	Interim bool
}

// Status is how firm an entry is.
type Status string

// The statuses. Only Done is money.
const (
	Done    Status = "done"    // BOOK, and every entry of MT940
	Pending Status = "pending" // PDNG, FUTR
	Info    Status = "info"
)

// Entry is one line of the account: what the balance moved by. Details say what it is made of;
// there is always at least one unless Batch is set, and then they may be missing.
type Entry struct {
	Status   Status
	Amount   Money // signed: what it does to the balance
	BookedOn Date
	ValueOn  Date
	Reversal bool   // the bank corrects a booking of its own; the sign is already right
	Ref      string // the bank's reference of the entry, "" for NONREF: not unique
	Code     Code
	Batch    *Batch
	Details  []Transaction
	Text     string // what the bank adds about the entry (AddtlNtryInf, :86: without fields)
}

// Code says what kind of transaction it was. Fields are "" where the bank does not say.
type Code struct {
	Domain, Family, Sub string // ISO 20022: PMNT, RCDT, ESCT
	GVC                 string // of Die Deutsche Kreditwirtschaft: three digits
	Prima               string // Primanota
	TextKey             string // Textschluesselergaenzung, in MT940 ?34
}

// Batch names the collective order an entry settles.
type Batch struct {
	Count     int    // 0 where it is not said
	MessageID string // of our file
	PaymentID string // PmtInfId
}

// Transaction is one payment within an entry.
type Transaction struct {
	Amount      Money  // signed like the entry; a detail's own sign wins
	Original    *Money // what was ordered, signed like Amount and only where it differs: a returned debit without its fee
	Charges     int64  // cents taken by the bank within Amount, not negative
	EndToEnd    string // "" for NOTPROVIDED
	Mandate     string
	CreditorID  string // of the direct debit scheme
	Instruction string
	PaymentID   string
	Ref         string // the bank's of this transaction, "" for NONREF
	Code        Code   // the entry's where the transaction has none of its own
	// Payer is who sent the money or, of money that left, who was to get it.
	Payer      Party
	Ultimate   string   // the name behind Payer
	Remittance []string // unstructured, in the pieces the bank cut it into
	Reference  string   // structured (RF, ISO 11649), or a national one
	Return     *Return  // present on what came back
	Purpose    string   // code: SALA …
}

// Party is the other side of a transaction.
type Party struct {
	Name string
	IBAN string // or another number where there is no IBAN
	BIC  string
}

// Return says why something came back.
type Return struct {
	Code string // ISO: AC01, MS03 …; "" where the bank gives only words
	Text string
}

// Visitor is handed what a file holds, in its order. An error of a method ends the reading and
// is given back. Readers cannot know what comes behind: whoever keeps what he is handed has to
// let go of it if the reading ends with an error.
type Visitor interface {
	Begin(h Head) error
	Entry(e Entry) error
	End(f Foot) error
}
