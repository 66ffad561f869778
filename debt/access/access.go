// Package access is what a letter opens: the secrets printed on it, how far each check
// leads, and when a grant pauses, locks or ends. Pure rules; randomness and hashes are
// arguments.
package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"strings"
	"time"

	"quitt/debt"
)

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

// String names the tier in events and rows.
func (t Tier) String() string {
	switch t {
	case LetterView:
		return "letter"
	case FullView:
		return "full"
	default:
		return "code"
	}
}

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

// maxValue bounds a typed datum in bytes: a longer one is no datum.
const maxValue = 200

// Plausible refuses, without looking anything up, what cannot be right whatever is known:
// Invalid "check_missing" or "check_invalid". It tells nothing about a code.
func Plausible(kind CheckKind, typed debt.Personal) error {
	value := typed.Reveal()
	if len(value) > maxValue || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == '\uFFFD' }) {
		return debt.E(debt.Invalid, "check_invalid", nil)
	}
	empty := strings.TrimSpace(value) == ""
	switch kind {
	case CheckNone:
		return nil
	case CheckPostcode, CheckNumber:
	case CheckBirth:
		if _, err := debt.ParseDate(strings.TrimSpace(value)); err != nil && !empty {
			return debt.E(debt.Invalid, "check_invalid", nil)
		}
	default:
		return debt.E(debt.Invalid, "check_invalid", nil)
	}
	if empty {
		return debt.E(debt.Invalid, "check_missing", nil)
	}
	return nil
}

// Opens gives the tier a check leads to. A kind that does not suit the debtor leads
// nowhere: a person's customer number stands on invoices, and a company has no birth date.
func Opens(d debt.Debtor, kind CheckKind) Tier {
	switch {
	case kind == CheckPostcode:
		return LetterView
	case kind == CheckBirth && d.Kind == debt.Person, kind == CheckNumber && d.Kind == debt.Company, kind == CheckOneTime:
		return FullView
	default:
		return CodeOnly
	}
}

// known gives what the record says about a check.
func known(d debt.Debtor, kind CheckKind) string {
	switch kind {
	case CheckPostcode:
		return normal(kind, d.Postcode)
	case CheckBirth:
		return normal(kind, d.BirthOn)
	case CheckNumber:
		return normal(kind, d.CustomerNumber)
	default:
		return ""
	}
}

// normal is how a datum is compared: people add blanks, change case and write dates in two
// ways.
func normal(kind CheckKind, p debt.Personal) string {
	plain := strings.ToUpper(strings.Join(strings.Fields(p.Reveal()), ""))
	if day, err := debt.ParseDate(plain); kind == CheckBirth && err == nil {
		return day.String()
	}
	return plain
}

// Matches compares a typed datum with the record and gives the tier it opens, CodeOnly if
// it is wrong. Where nothing is known nothing is right. The time does not depend on where
// the two differ.
func Matches(d debt.Debtor, kind CheckKind, typed debt.Personal) Tier {
	want := known(d, kind)
	a, b := sha256.Sum256([]byte(want)), sha256.Sum256([]byte(normal(kind, typed)))
	if subtle.ConstantTimeCompare(a[:], b[:]) != 1 || want == "" {
		return CodeOnly
	}
	return Opens(d, kind)
}

// Raises lists the checks that would open everything. A one-time code takes part only
// where no datum of the record can.
func Raises(d debt.Debtor) []CheckKind {
	for _, kind := range []CheckKind{CheckBirth, CheckNumber} {
		if Opens(d, kind) == FullView && known(d, kind) != "" {
			return []CheckKind{kind}
		}
	}
	if Mailable(d) {
		return []CheckKind{CheckOneTime}
	}
	return nil
}

// Mailable reports whether a code can go to the debtor's e-mail. Who declined mails has not
// declined a code he asks for; an address that bounced gets none.
func Mailable(d debt.Debtor) bool {
	return strings.Contains(d.Email.Reveal(), "@") && (d.EmailStopped == debt.Reachable || d.EmailStopped == debt.StopOptOut)
}

// Textable reports whether a code can go to the debtor's telephone.
func Textable(d debt.Debtor) bool {
	return strings.ContainsAny(d.Phone.Reveal(), "0123456789") && (d.PhoneStopped == debt.Reachable || d.PhoneStopped == debt.StopOptOut)
}

const majority = 18 // years, BGB § 2

// Minor reports whether a person is under age on a day. Somebody born on 29 February comes
// of age with 1 March (BGB §§ 187 II, 188 II). Without a birth date nobody is a minor.
func Minor(d debt.Debtor, on debt.Date) bool {
	born, err := debt.ParseDate(d.BirthOn.Reveal())
	if err != nil || d.Kind != debt.Person {
		return false
	}
	at := born.Time()
	return on.Before(debt.NewDate(at.Year()+majority, at.Month(), at.Day()))
}

// age is the time since an instant. A clock that was set back makes it zero, never
// negative: nothing then lasts longer than from the first look after the jump.
func age(since, now time.Time) time.Duration { return max(0, now.Sub(since)) }
