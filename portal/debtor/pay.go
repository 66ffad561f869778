package debtor

import (
	"github.com/gofiber/fiber/v2"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/portal/page"
)

// PayPage has what a bank transfer needs. It shows no more than the letter does, so that a
// visit of the letter view may see it.
type PayPage struct {
	page.Base

	Creditor  string
	Amount    debt.Cents
	On        debt.Date
	Holder    string // exactly as the bank knows it (Regulation (EU) 2024/886)
	IBAN      string // in groups of four
	IBANPlain string
	Reference string
	Plain     string // the amount as banking apps take it
	Code      giroSVG
	Grows     bool // interest goes on
	Full      bool
}

var payHTML = page.New[PayPage](files, "pay.html")

// Pay shows how to pay.
func (p *Pages) Pay(c *fiber.Ctx) error {
	return p.within(c, access.LetterView, func(s scene) error {
		if !situationOf(s.view).Pay() {
			return c.Redirect("/akte", fiber.StatusSeeOther)
		}
		view, err := s.pay()
		if err != nil {
			return err
		}
		return payHTML.Write(c, fiber.StatusOK, view)
	})
}

func (s scene) pay() (PayPage, error) {
	v := s.view
	iban, err := bank.ParseIBAN(v.Creditor.IBAN)
	if err != nil {
		return PayPage{}, err
	}
	out := PayPage{Base: s.base, Creditor: v.Creditor.Name, Amount: v.Statement.Payable, On: v.Statement.On,
		Holder: v.Creditor.AccountHolder, IBAN: iban.Grouped(), IBANPlain: iban.Plain(), Reference: v.Case.FileReference,
		Plain: plainAmount(v.Statement.Payable), Grows: bears(v), Full: s.visit.Tier >= access.FullView}
	giro := bank.GiroCode{Name: out.Holder, IBAN: iban, AmountCents: int64(out.Amount)}
	if giro.Reference, err = bank.RFOf(v.Case.FileReference); err == nil {
		out.Reference = string(giro.Reference) // as letters print it
	} else {
		giro.Text = out.Reference
	}
	payload, err := giro.Payload()
	if err != nil { // a name the code cannot carry: the fields beside it still work
		return out, nil //nolint:nilerr // see above
	}
	out.Code, err = newGiroSVG(payload)
	return out, err
}

// plainAmount writes 1234,56 as German banking apps take it, without dots and sign.
func plainAmount(c debt.Cents) string {
	s := c.String()
	return s[:len(s)-3] + "," + s[len(s)-2:]
}
