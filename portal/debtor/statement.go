package debtor

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/ledger"
	"quitt/portal/debtor/told"
	"quitt/portal/page"
)

// StatementPage is the Forderungsaufstellung as a debtor prints it or hands it to a debt
// adviser; it is free (InsO § 305 II 2).
type StatementPage struct {
	page.Base

	Creditor  debt.Creditor
	Debtor    debt.Debtor
	Reference string
	Case      debt.Case
	Statement ledger.Statement
	Bill      told.Bill
}

var statementHTML = page.New[StatementPage](files, "statement.html")

// Statement is the Forderungsaufstellung for print.
func (p *Pages) Statement(c *fiber.Ctx) error {
	return p.within(c, access.FullView, func(s scene) error {
		if !told.Of(s.View).Shows() {
			return c.Redirect("/akte", fiber.StatusSeeOther)
		}
		return statementHTML.Write(c, fiber.StatusOK, s.statement())
	})
}

func (s scene) statement() StatementPage {
	s.Base = s.Base.Whole()
	v := s.View
	return StatementPage{Base: s.Base, Creditor: v.Creditor, Debtor: v.Debtor, Reference: v.Case.FileReference, Case: v.Case,
		Statement: v.Statement, Bill: told.NewBill(s.Base, v)}
}

// LastDay is the last day of a half-open period.
func (p StatementPage) LastDay(d debt.Date) string { return p.Date(d.AddDays(-1)) }

// Method says how days become parts of a year, without the colon of the heading it was
// written for.
func (p StatementPage) Method(m debt.InterestMethod) string {
	return strings.TrimSuffix(p.Word(m), ":")
}
