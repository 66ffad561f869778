package debt

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Contact is how people reach a creditor, as his own letters and the debtor's page say it. Empty
// fields are left out.
type Contact struct {
	Phone string `json:"phone,omitempty"`
	Email string `json:"email,omitempty"`
	Web   string `json:"web,omitempty"`   // "www.praxis.example", as one types it
	Hours string `json:"hours,omitempty"` // "Mo–Fr 9–12 Uhr"
}

// MostContact is how many characters a line may have: a letterhead is narrow.
const MostContact = 60

// Lines gives what there is, in the order of a letterhead.
func (c Contact) Lines() (list []string) {
	for _, line := range []string{c.Phone, c.Hours, c.Email, c.Web} {
		if line != "" {
			list = append(list, line)
		}
	}
	return list
}

// ParseContact cleans what somebody typed, or refuses it: Invalid "contact_line" for one
// that is too long or no single line, "contact_line_phone", "contact_line_email" and
// "contact_line_web" for what is none.
func ParseContact(c Contact) (Contact, error) {
	for _, field := range []*string{&c.Phone, &c.Email, &c.Web, &c.Hours} {
		*field = strings.Join(strings.Fields(*field), " ")
		if utf8.RuneCountInString(*field) > MostContact || strings.ContainsFunc(*field, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return Contact{}, E(Invalid, "contact_line", Args{"most": MostContact})
		}
	}
	c.Web = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(c.Web, "https://"), "http://"), "/")
	at, domain, _ := strings.Cut(c.Email, "@")
	switch {
	case c.Phone != "" && !isPhone(c.Phone):
		return Contact{}, E(Invalid, "contact_line_phone", nil)
	case c.Email != "" && (at == "" || !isHost(domain) || strings.ContainsAny(c.Email, ` <>()[],;:"`)):
		return Contact{}, E(Invalid, "contact_line_email", nil)
	case c.Web != "" && !isHost(strings.SplitN(c.Web, "/", 2)[0]) || strings.Contains(c.Web, " "):
		return Contact{}, E(Invalid, "contact_line_web", nil)
	}
	return c, nil
}

// isPhone takes what people write: figures, and between them blanks, slashes, dashes, brackets.
func isPhone(s string) bool {
	digits := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0 || strings.ContainsRune(" /-()", r):
		default:
			return false
		}
	}
	return digits >= 3
}

// isHost takes names of two parts and more; letters may be those of any script.
func isHost(s string) bool {
	parts := strings.Split(s, ".")
	for _, p := range parts {
		if p == "" || strings.HasPrefix(p, "-") || strings.ContainsFunc(p, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			return false
		}
	}
	return len(parts) > 1
}
