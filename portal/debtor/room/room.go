// Package room is what the rooms of the debtor's pages share: what a page of a case is made
// from, the door that lets only a visit of its tier in, the fields of a form, and the
// invented cases of the review pages.
package room

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/cases"
	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/objection"
	"quitt/portal/page"
)

// Scene is what the pages of a case are made from.
type Scene struct {
	Base  page.Base
	View  cases.View
	Visit signin.Visit
	Today debt.Date
	// Undisputed is what may be paid while an objection is open; zero without one.
	Undisputed objection.Undisputed
	OwnDebit   bool   // the creditor collects himself, and no provider does
	Announced  string // the reference of a transfer of it; "" for that of the case
	Promises   bool   // the debtor may say when money will come
}

// Designation is what a payment of an amount made here is for: while an objection is open,
// what is not disputed comes first.
func (s Scene) Designation(amount debt.Cents) []debt.Target {
	if amount > s.Undisputed.Amount {
		return nil
	}
	return s.Undisputed.Designation
}

// Door lets visits in.
type Door struct {
	Kit   *page.Kit
	Cases cases.Desk
}

// Within answers only inside a visit of at least a tier; below it, the page that raises
// the tier is the answer.
func (d Door) Within(c *fiber.Ctx, least access.Tier, show func(Scene) error) error {
	r := page.Of(c)
	switch {
	case r.Visit == nil:
		return d.Kit.Problem(c, page.Problem{Kind: page.SessionEnded})
	case r.Visit.Tier < least:
		return c.Redirect("/akte/mehr", fiber.StatusSeeOther)
	}
	view, err := d.Cases.View(c.UserContext(), r.Visit.CreditorID, r.Visit.CaseID)
	if err != nil {
		return err
	}
	return show(Scene{Base: d.Kit.Base(c), View: view, Visit: *r.Visit, Today: debt.DateIn(r.Now, debt.Berlin)})
}

// Form reads a form; its fields come without the blanks around them.
func Form(c *fiber.Ctx) (Fields, error) {
	v, err := page.Form(c)
	return Fields{v}, err
}

// Typed gives the fields of a form that is shown once more, none the first time.
func Typed(c *fiber.Ctx) Fields {
	if again := page.Of(c).Again; again != nil {
		return Fields{again.Values}
	}
	return Fields{}
}

// Unsent is Invalid "seven_unsent" for a form without files that chose some: whoever sends it
// without a script would believe that they have arrived.
func (f Fields) Unsent() error {
	if name := f.Text("files"); name != "" {
		return debt.E(debt.Invalid, "seven_unsent", nil)
	}
	return nil
}

// Fields are the fields of a form.
type Fields struct{ page.Values }

// Text is the value of a field.
func (f Fields) Text(name string) string { return strings.TrimSpace(f.Get(name)) }
