package debtor

import (
	"time"

	"quitt/debt"
	"quitt/portal/debtor/told"
	"quitt/portal/page"
)

// LetterPage is what a visit sees that knows the letter and a postcode: no more than the
// letter says. It has no field for a name, a line of the claim, an event or a document.
type LetterPage struct {
	page.Base

	Creditor   string
	Reference  string
	On         debt.Date
	Payable    debt.Cents
	DueOn      debt.Date
	Now        told.Situation
	Words      string
	LastAccess time.Time
}

var letterHTML = page.New[LetterPage](files, "letter.html")

func (s scene) letter() LetterPage {
	v := s.View
	l := LetterPage{Base: s.Base, Creditor: v.Creditor.Name, Reference: v.Case.FileReference, On: v.Statement.On,
		Payable: v.Statement.Payable, Now: told.Of(v), Words: s.Visit.Words, LastAccess: s.Visit.LastAccess}
	for _, c := range v.Statement.Claims {
		if l.DueOn.IsZero() || c.Claim.DueOn.Before(l.DueOn) {
			l.DueOn = c.Claim.DueOn
		}
	}
	return l
}
