package debtor

import (
	"context"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/letter"
	"quitt/portal/debtor/told"
	"quitt/portal/page"
)

// Receipt is the receipt of one payment, as its letter would say it.
func (p *Pages) Receipt(c *fiber.Ctx) error {
	return p.online(c, p.receipt(c), "/akte/beleg/pdf?nr="+c.Query("nr"))
}

// ReceiptPDF is the same to keep.
func (p *Pages) ReceiptPDF(c *fiber.Ctx) error { return p.onlinePDF(c, p.receipt(c), "quittung.pdf") }

// Certificate says that nothing is open any more.
func (p *Pages) Certificate(c *fiber.Ctx) error {
	return p.online(c, p.Letters.PaidInFull, "/akte/quittung/pdf")
}

// CertificatePDF is the same to keep.
func (p *Pages) CertificatePDF(c *fiber.Ctx) error {
	return p.onlinePDF(c, p.Letters.PaidInFull, "alles-bezahlt.pdf")
}

// StandingOrder is the sheet for a standing order of a plan.
func (p *Pages) StandingOrder(c *fiber.Ctx) error {
	return p.online(c, p.standingOrder(c), "/akte/raten/dauerauftrag/pdf")
}

// StandingOrderPDF is the same to keep.
func (p *Pages) StandingOrderPDF(c *fiber.Ctx) error {
	return p.onlinePDF(c, p.standingOrder(c), "dauerauftrag.pdf")
}

func (p *Pages) standingOrder(c *fiber.Ctx) worded {
	return func(ctx context.Context, creditor, caseID debt.ID) (letter.Document, error) {
		return p.Instalments.StandingOrder(ctx, creditor, caseID, string(page.Of(c).Words.Whole().Language()))
	}
}

// StatementPDF is the statement of the claim as a debt adviser needs it; it is free. While the
// base rate of today is not announced there is only the page, which says up to when it is known.
func (p *Pages) StatementPDF(c *fiber.Ctx) error {
	return p.within(c, access.FullView, func(s scene) error {
		if !s.View.InterestTo.IsZero() {
			return c.Redirect("/akte/aufstellung", fiber.StatusSeeOther)
		}
		return p.onlinePDF(c, p.Letters.ForAdviser, "aufstellung.pdf")
	})
}

// worded gives a document about a case.
type worded func(ctx context.Context, creditor, caseID debt.ID) (letter.Document, error)

// receipt looks for the payment a page names among those of the visit's own case.
func (p *Pages) receipt(c *fiber.Ctx) worded {
	return func(ctx context.Context, creditor, caseID debt.ID) (letter.Document, error) {
		id, ok := numberOf(c)
		if !ok {
			return letter.Document{}, debt.E(debt.NotFound, "payment_unknown", nil)
		}
		return p.Letters.Receipt(ctx, creditor, caseID, id)
	}
}

func (p *Pages) online(c *fiber.Ctx, word worded, pdf string) error {
	return p.document(c, word, func(s scene, doc letter.Document) error {
		s.Base.Path = strings.Replace(pdf, "/pdf", "", 1)
		return paperHTML.Write(c, fiber.StatusOK, PaperPage{Base: s.Base.Whole(), Letter: doc, PDF: pdf})
	})
}

func (p *Pages) onlinePDF(c *fiber.Ctx, word worded, name string) error {
	return p.document(c, word, func(_ scene, doc letter.Document) error {
		pdf, err := p.Letters.Print(doc)
		if err != nil {
			return err
		}
		c.Attachment(name)
		return c.Send(pdf)
	})
}

// document answers with what is worded, and where there is nothing to word as any address
// without a page.
func (p *Pages) document(c *fiber.Ctx, word worded, show func(scene, letter.Document) error) error {
	return p.within(c, access.FullView, func(s scene) error {
		if !told.Of(s.View).Shows() {
			return c.Redirect("/akte", fiber.StatusSeeOther)
		}
		doc, err := word(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
		switch debt.KindOf(err) {
		case debt.NotFound, debt.Forbidden:
			return p.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		case debt.Invalid: // what is missing is ours to add, not the visitor's
			return fmt.Errorf("a receipt lacks something: %w", internal{err})
		}
		if err != nil {
			return err
		}
		return show(s, doc)
	})
}

// internal hides the kind of an error: it is a mistake of the installation.
type internal struct{ cause error }

func (e internal) Error() string { return e.cause.Error() }
