package bank

// CreditorID names who collects by direct debit (EPC262-08), in canonical form. It is public,
// and stands on every mandate.
type CreditorID string

// germanCreditorID is DE, two check digits, three characters of one's own and eleven digits.
const (
	germanCreditorID = 18
	maxCreditorID    = 35
	businessCode     = 4 // where the three characters begin; the check digits leave them out
	nationalPart     = 7
)

// ParseCreditorID reads an identifier as the Bundesbank or its sisters have given it. It refuses
// with "creditorid_form" or "creditorid_checksum".
func ParseCreditorID(s string) (CreditorID, error) {
	t := clean(s)
	country := countries[t[:min(2, len(t))]]
	german := len(t) >= 2 && t[:2] == "DE"
	switch {
	case len(t) <= nationalPart || len(t) > maxCreditorID || country.zone == world,
		!every(t, isAlnum) || !every(t[2:4], isDigit),
		german && (len(t) != germanCreditorID || !every(t[nationalPart:], isDigit)):
		return "", bad("creditorid_form")
	case !checksumHolds(t[:businessCode] + t[nationalPart:]):
		return "", bad("creditorid_checksum")
	}
	return CreditorID(t), nil
}
