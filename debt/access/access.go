// Package access is what a letter opens: the secrets printed on it, how far each check
// leads, and when a grant pauses, locks or ends. Pure rules; randomness and hashes are
// arguments.
package access

// Tier is how much a visit may see.
type Tier int

// Holding the letter must never reveal more than the letter says: everything beyond needs
// a datum that is not printed on it.
const (
	// CodeOnly has shown the secret alone: it may only say "I am not this person".
	CodeOnly Tier = iota
	// LetterView sees what the letter says, may pay and ask.
	LetterView
	// FullView sees everything.
	FullView
)

// CheckKind names the second datum of a sign-in.
type CheckKind string

// The second checks. A postcode stands on the letter and opens the letter view; a date of
// birth, or a company's register or customer number, opens everything. A one-time code to
// a known address takes their place where neither is known.
const (
	CheckNone     CheckKind = ""
	CheckPostcode CheckKind = "postcode"
	CheckBirth    CheckKind = "birth_date"
	CheckNumber   CheckKind = "number"
	CheckOneTime  CheckKind = "one_time_code"
)
