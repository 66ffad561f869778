package debtor

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/portal/debtor/room"
	"quitt/portal/debtor/told"
	"quitt/portal/page"
)

// CheckoutPage is the last one before a provider's: what is paid, to whom, and where the way
// leads.
type CheckoutPage struct {
	page.Base

	Creditor, Reference, Reason string
	Amount                      debt.Cents
	Method                      debt.Method
	Split                       []told.Fact
	Hosts                       []string
	Demo, Anyway, Debit         bool
}

// Sum writes the amount for the form.
func (p CheckoutPage) Sum() string { return strconv.FormatInt(int64(p.Amount), 10) }

// Way names a method as one chooses it.
func (p CheckoutPage) Way(m debt.Method) string { return way(p.Words, m) }

var checkoutHTML = page.New[CheckoutPage](files, "checkout.html")

// Continue answers a choice: with what it would settle, with what a transfer needs, or with
// the page before the provider's.
func (p *Pages) Continue(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.paying(c, func(s scene, o payments.Offer) error {
		f := readPay(sent)
		if stopOf(o, f) != freeToPay {
			return s.writeChoice(c, fiber.StatusOK, o, f)
		}
		amount, err := s.chosen(o, f)
		switch {
		case f.Which == "": // the debtor has just said to pay anyway
			return s.writeChoice(c, fiber.StatusOK, o, f)
		case err != nil && f.Go:
			f.err = err
			return s.writeChoice(c, fiber.StatusUnprocessableEntity, o, f)
		case !f.Go: // what cannot be split is said beside the field, and is no mistake yet
			f.err = err
			return s.writeChoice(c, fiber.StatusOK, o, f)
		case f.Method == debt.MethodTransfer:
			return s.writeTransfer(c, amount)
		case f.Method == debt.MethodDirectDebit && s.OwnDebit:
			return p.mandate().Once(c, amount)
		}
		view, err := s.checkout(p.Outside, amount, f)
		if err != nil {
			return err
		}
		return checkoutHTML.Write(c, fiber.StatusOK, view)
	})
}

// chosen checks a choice as far as a page can; the use case checks it again.
func (s scene) chosen(o payments.Offer, f payForm) (debt.Cents, error) {
	amount, err := s.amountOf(o, f)
	offered := slices.ContainsFunc(s.methods(o, ""), func(m methodChoice) bool { return m.Method == f.Method })
	switch {
	case err != nil || !f.Go:
		return amount, err
	case !offered:
		return 0, debt.E(debt.Invalid, "payment_method_not_offered", nil)
	case f.Method == debt.MethodDirectDebit && amount > payments.LargestDebit:
		return 0, debt.E(debt.Invalid, "debit_too_large", debt.Args{"most": payments.LargestDebit})
	}
	return amount, nil
}

func (s scene) checkout(to room.Outside, amount debt.Cents, f payForm) (CheckoutPage, error) {
	s.Base = s.Base.Whole()
	split, err := s.split(amount)
	return CheckoutPage{Base: s.Base, Creditor: s.View.Creditor.Name, Reference: s.View.Case.FileReference, Reason: s.reason(),
		Amount: amount, Method: f.Method, Split: split, Hosts: to.Hosts(), Demo: to.Demo, Anyway: f.Anyway,
		Debit: f.Method == debt.MethodDirectDebit}, err
}

// reason says what is paid for as the provider's page will show it. The object of a claim may
// say more about a person than a stranger is to know, such as which treatment it was; an
// invoice's number does not.
func (s scene) reason() string {
	claims := s.View.Statement.Claims
	if len(claims) == 1 && claims[0].Claim.InvoiceNumber != "" && s.Visit.Tier >= access.FullView {
		return s.Base.Words.Text("checkout_invoice", debt.Args{"number": claims[0].Claim.InvoiceNumber})
	}
	return s.Base.Words.Text("checkout_claim", nil)
}

// StartPayment opens the provider's page, or leads to the one that is open for the same wish.
func (p *Pages) StartPayment(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.paying(c, func(s scene, o payments.Offer) error {
		cents, err := strconv.ParseInt(sent.Text("cents"), 10, 64)
		if p.Rail == nil || err != nil {
			return c.Redirect(payPath, fiber.StatusSeeOther)
		}
		f := readPay(sent)
		a, err := p.Rail.Start(c.UserContext(), payments.Wish{CreditorID: s.Visit.CreditorID, CaseID: s.Visit.CaseID,
			Amount: debt.Cents(cents), Method: f.Method, Anyway: f.Anyway, Language: string(s.Base.Words.Language()),
			By: s.Visit.Acting.Actor(), Reason: s.reason(), Pages: p.pages, Designation: room.Scene(s).Designation(debt.Cents(cents))})
		if err != nil {
			return p.notStarted(c, s, payForm{Method: f.Method, Anyway: f.Anyway, Which: "other", Other: plainAmount(debt.Cents(cents)), err: err})
		}
		return p.lead(c, a)
	})
}

// lead sends the visitor to the provider's page and nowhere else.
func (p *Pages) lead(c *fiber.Ctx, a rail.Attempt) error {
	if a.Status != debt.PaymentStarted {
		return c.Redirect(told.PaymentPath(a.ID), fiber.StatusSeeOther)
	}
	if !p.Outside.MayLead(a.URL) {
		return fmt.Errorf("attempt %s: its page is on no origin that forms may lead to", a.ID)
	}
	return c.Redirect(a.URL, fiber.StatusSeeOther)
}

// pages are ours that a provider's page leads back to.
func (p *Pages) pages(attempt debt.ID) (done, back string) {
	back = p.Outside.Origin + told.PaymentPath(attempt)
	return back + "&fertig=1", back
}

// notStarted answers what came of a start that opened no page.
func (p *Pages) notStarted(c *fiber.Ctx, s scene, f payForm) error {
	o, err := p.Rail.Offer(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID, s.View.Statement.Payable)
	if err != nil {
		return err
	}
	waits := errors.Is(f.err, debt.E(debt.Conflict, "payment_starting", nil)) ||
		errors.Is(f.err, debt.E(debt.Conflict, "payment_being_checked", nil))
	switch {
	case waits && o.Running.ID != "":
		return c.Redirect(told.PaymentPath(o.Running.ID), fiber.StatusSeeOther)
	case waits || errors.Is(f.err, debt.E(debt.Conflict, "payment_in_flight", nil)):
		return c.Redirect(payPath, fiber.StatusSeeOther)
	case errors.Is(f.err, debt.E(debt.Forbidden, "case_not_payable", nil)):
		return c.Redirect("/akte", fiber.StatusSeeOther)
	case debt.KindOf(f.err) == "":
		return f.err
	case debt.KindOf(f.err) == debt.Invalid:
		return s.writeChoice(c, fiber.StatusUnprocessableEntity, o, f)
	}
	return s.writeChoice(c, fiber.StatusServiceUnavailable, o, f)
}
