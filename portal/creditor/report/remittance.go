package report

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/reports"
	"quitt/reports/files"
	"quitt/store/remittances"
)

// The addresses of remittances.
const (
	payouts    = room.Home + "/auszahlungen"
	payoutFile = payouts + "/abrechnung"
	payoutList = payouts + "/datei"
)

// PayoutsPage lists what was paid out.
type PayoutsPage struct {
	room.Frame
	reports.Payouts

	Mistake  string
	Files    []Tab
	MayBooks bool // it may take out bookings
}

// Advice is the address of a remittance's advice.
func (PayoutsPage) Advice(m remittances.Remittance, kind string) string {
	return payoutFile + "?nr=" + strconv.FormatInt(m.Number, 10) + "&art=" + kind
}

var payoutsHTML = room.New[PayoutsPage](pages, "payouts.html")

// Payouts shows what was collected and paid out.
func (p Pages) Payouts(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		v := PayoutsPage{Frame: s.Frame(payouts), MayBooks: s.Role.May(staff.Export)}
		scope, err := scopeOf(c, s.Today)
		if err == nil {
			v.Payouts, err = p.Desk.Payouts(c.UserContext(), s.Creditor.ID, scope.From, scope.To)
		}
		if debt.KindOf(err) == debt.Invalid {
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(err)
			v.From, v.To = scope.From, scope.To
			return payoutsHTML.Write(c, fiber.StatusUnprocessableEntity, v)
		}
		if err != nil {
			return err
		}
		v.Files = fileTabs(s.Base.Words, func(kind files.Kind) string { return address(payoutList, scope, "art", string(kind)) })
		return payoutsHTML.Write(c, fiber.StatusOK, v)
	})
}

// PayoutList gives the list as a file, the payouts of providers in it.
func (p Pages) PayoutList(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		kind := files.Kind(c.Query("art", string(files.CSV)))
		scope, err := scopeOf(c, s.Today)
		var made reports.Report
		if err == nil && files.Types[kind] != "" {
			made, err = p.Desk.PayoutList(c.UserContext(), s.Creditor, scope.From, scope.To)
		}
		if debt.KindOf(err) == debt.Invalid || files.Types[kind] == "" {
			return p.Door.Kit.Problem(c, page.Problem{Kind: page.BadRequest})
		}
		if err != nil {
			return err
		}
		return sendFile(c, kind, s.Base.Words, made)
	})
}

// PayoutFile gives the advice of a remittance as a file.
func (p Pages) PayoutFile(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		kind := files.Kind(c.Query("art", string(files.PDF)))
		number, err := strconv.ParseInt(c.Query("nr"), 10, 64)
		if err != nil || files.Types[kind] == "" {
			return p.Door.Kit.Problem(c, page.Problem{Kind: page.BadRequest})
		}
		made, err := p.Desk.Advice(c.UserContext(), s.Creditor, number)
		if debt.KindOf(err) == debt.NotFound {
			return p.Door.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		}
		if err != nil {
			return err
		}
		return sendFile(c, kind, s.Base.Words, made)
	})
}
