package bank

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
)

// AccountPage sets up an account at a bank.
type AccountPage struct {
	room.Frame

	IBAN    string
	Mistake string
	Added   string // the account that was set up just now
}

var accountHTML = room.New[AccountPage](files, "account.html")

// AccountForm asks for the account.
func (p Pages) AccountForm(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Payouts, func(s room.Scene) error {
		return accountHTML.Write(c, fiber.StatusOK, AccountPage{Frame: s.Frame(accountPath)})
	})
}

// AddAccount sets it up.
func (p Pages) AddAccount(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Payouts, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		v := AccountPage{Frame: s.Frame(accountPath)}
		typed := strings.TrimSpace(f.Get("iban"))
		a, err := p.desk(s).AddAccount(c.UserContext(), s.Creditor.ID, typed)
		switch debt.KindOf(err) {
		case debt.Invalid, debt.Conflict:
			v.Frame, v.IBAN, v.Mistake = v.Fails(), typed, s.Base.Words.Error(err)
			return accountHTML.Write(c, fiber.StatusUnprocessableEntity, v)
		}
		if err != nil {
			return err
		}
		v.Added = bank.IBAN(a.External).Grouped()
		return accountHTML.Write(c, fiber.StatusOK, v)
	})
}
