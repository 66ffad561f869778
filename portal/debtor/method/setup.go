package method

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/portal/debtor/room"
	"quitt/portal/debtor/told"
	"quitt/portal/page"
)

// SetupPage is the last one before a provider's: what is saved, for what, what is agreed to by
// it, and where the way leads.
type SetupPage struct {
	page.Base

	Creditor, Reference string
	Method              debt.Method
	Next                plan.Kept
	Consent             []string
	Hosts               []string
	Demo                bool
}

// Debit tells a mandate from a card.
func (p SetupPage) Debit() bool { return p.Method == debt.MethodDirectDebit }

var setupHTML = page.New[SetupPage](files, "setup.html")

func (s scene) setup(to room.Outside, m debt.Method) SetupPage {
	return SetupPage{Base: s.Base, Creditor: s.View.Creditor.Name, Reference: s.View.Case.FileReference, Method: m,
		Next: s.plan.Progress.Next, Consent: s.consent(m), Hosts: to.Hosts(), Demo: to.Demo}
}

// Start opens the provider's page for a card or mandate, or leads to the one that is open for it.
func (p Pages) Start(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.within(c, func(s scene) error {
		o, err := p.offer(c, s)
		if err != nil {
			return err
		}
		m := debt.Method(sent.Text("method"))
		if !slices.ContainsFunc(s.ways(o), func(w way) bool { return w.New && w.Method == m }) {
			return c.Redirect(methodPath, fiber.StatusSeeOther)
		}
		a, err := p.Rail.Start(c.UserContext(), payments.Wish{CreditorID: s.Visit.CreditorID, CaseID: s.Visit.CaseID, Method: m, Setup: true,
			Language: string(s.words().Language()), Reason: s.words().Text("setup_reason", nil), Pages: p.pages})
		if err != nil {
			return p.notStarted(c, s, err)
		}
		return p.lead(c, a)
	})
}

// pages are ours that a provider's page leads back to.
func (p Pages) pages(attempt debt.ID) (done, back string) {
	back = p.Outside.Origin + PathOf(attempt)
	return back + "&fertig=1", back
}

// PathOf is where an attempt to save stands.
func PathOf(attempt debt.ID) string { return backPath + "?nr=" + string(attempt) }

// lead sends the visitor to the provider's page and nowhere else.
func (p Pages) lead(c *fiber.Ctx, a rail.Attempt) error {
	if a.Status != debt.PaymentStarted {
		return c.Redirect(PathOf(a.ID), fiber.StatusSeeOther)
	}
	if !p.Outside.MayLead(a.URL) {
		return fmt.Errorf("attempt %s: its page is on no origin that forms may lead to", a.ID)
	}
	return c.Redirect(a.URL, fiber.StatusSeeOther)
}

// notStarted answers what came of a start that opened no page: what is being found out has a
// page of its own, everything else is said.
func (p Pages) notStarted(c *fiber.Ctx, s scene, cause error) error {
	waits := errors.Is(cause, debt.E(debt.Conflict, "payment_starting", nil)) || errors.Is(cause, debt.E(debt.Conflict, "payment_being_checked", nil))
	if waits {
		o, err := p.Rail.Offer(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID, s.View.Statement.Payable)
		switch {
		case err != nil:
			return err
		case o.Running.ID != "" && o.Running.Kind == rail.Setup:
			return c.Redirect(PathOf(o.Running.ID), fiber.StatusSeeOther)
		case o.Running.ID != "":
			return c.Redirect(told.PaymentPath(o.Running.ID), fiber.StatusSeeOther)
		}
	}
	return p.refuse(c, s, cause)
}
