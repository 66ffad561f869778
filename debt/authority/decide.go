package authority

import (
	"slices"

	"quitt/debt"
)

// Refusal is why papers do not show an authority. It is a code and not words: the mail that says
// it goes to an address nobody has confirmed.
type Refusal string

// The refusals. Each names something the representative can repair, or that it cannot be repaired.
const (
	NoPapers    Refusal = "no_papers"
	Unreadable  Refusal = "unreadable"
	Unsigned    Refusal = "unsigned" // by the debtor (BGB § 167) or by the court
	OtherPerson Refusal = "other_person"
	TooNarrow   Refusal = "too_narrow" // it is about other matters
	Ended       Refusal = "ended"      // the papers say that it is over
)

// Refusals lists every Refusal.
func Refusals() []Refusal {
	return []Refusal{NoPapers, Unreadable, Unsigned, OtherPerson, TooNarrow, Ended}
}

// CheckRefusal refuses one there is not: Invalid "rules_refusal".
func CheckRefusal(r Refusal) error {
	if !slices.Contains(Refusals(), r) {
		return debt.E(debt.Invalid, "rules_refusal", nil)
	}
	return nil
}

// Limit is how far the papers reach, as a person has read them.
type Limit struct {
	Scopes []Scope
	Until  debt.Date // the last day
}

// Within puts an authority within what its papers say: less than was asked for, never more, for
// nobody can be given what he did not ask for. Invalid "rules_limit_scopes" or
// "rules_limit_until".
func (a *Authority) Within(l Limit, today debt.Date) error {
	switch {
	case len(l.Scopes) == 0 || slices.ContainsFunc(l.Scopes, func(s Scope) bool { return !slices.Contains(a.Scopes, s) }):
		return debt.E(debt.Invalid, "rules_limit_scopes", nil)
	case l.Until.Before(today) || l.Until.After(a.Until):
		return debt.E(debt.Invalid, "rules_limit_until", debt.Args{"first": today, "last": a.Until})
	}
	a.Scopes, a.Until = whole(l.Scopes), l.Until
	return nil
}
