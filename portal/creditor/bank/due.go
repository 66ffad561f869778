package bank

import (
	"github.com/gofiber/fiber/v2"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/payments/transfer/seen"
	"quitt/portal/creditor/room"
	"quitt/store/remittances"
)

// DuePage is what the next remittance is made of.
type DuePage struct {
	room.Frame

	UpTo     debt.Date
	Accounts []due
	Mistake  string
}

type due struct {
	seen.Due

	IBAN   string
	Rows   []dueRow
	Hidden int // payments that are not listed
}

type dueRow struct {
	remittances.Line

	Link string
}

// mostDue is how many payments of an account are listed.
const mostDue = 200

var dueHTML = room.New[DuePage](files, "due.html")

// Due shows it, with payments up to a day.
func (p Pages) Due(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		upTo, status := s.Today, fiber.StatusOK
		var wrong error
		if typed := c.Query("bis"); typed != "" {
			if upTo, wrong = debt.ParseDate(typed); wrong != nil {
				upTo, status = s.Today, fiber.StatusUnprocessableEntity
			}
		}
		list, err := p.Seen.Due(c.UserContext(), s.Creditor.ID, upTo)
		if err != nil {
			return err
		}
		v := duePage(s, upTo, list)
		if wrong != nil {
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(wrong)
		}
		return dueHTML.Write(c, status, v)
	})
}

func duePage(s room.Scene, upTo debt.Date, list []seen.Due) DuePage {
	v := DuePage{Frame: s.Frame(duePath), UpTo: upTo}
	for _, a := range list {
		one := due{Due: a, IBAN: bank.IBAN(a.External).Grouped()}
		for _, l := range a.Lines[:min(mostDue, len(a.Lines))] {
			one.Rows = append(one.Rows, dueRow{l, recordLink(l.FileReference)})
		}
		one.Hidden = len(a.Lines) - len(one.Rows)
		v.Accounts = append(v.Accounts, one)
	}
	return v
}
