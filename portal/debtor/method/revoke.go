package method

import (
	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/plans"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// RevokePage asks once more before a card or mandate is revoked, and then says that it is.
type RevokePage struct {
	page.Base

	ID      debt.ID
	Label   string
	Mandate bool
	InUse   bool // the instalments are paid from it
	Done    bool
}

var revokeHTML = page.New[RevokePage](files, "revoke.html")

// Revoke asks, and on the second press revokes. A plan that was paid from it goes on by transfer.
func (p Pages) Revoke(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.within(c, func(s scene) error {
		o, err := p.offer(c, s)
		if err != nil {
			return err
		}
		for _, i := range o.stored {
			if i.ID != debt.ID(sent.Text("id")) {
				continue
			}
			view := s.revocation(i)
			if sent.Text("do") != "go" {
				return revokeHTML.Write(c, fiber.StatusOK, view)
			}
			if err := p.revoke(c, s, i); err != nil {
				return p.refuse(c, s, err)
			}
			view.Done = true
			return revokeHTML.Write(c, fiber.StatusOK, view)
		}
		return p.refuse(c, s, debt.E(debt.NotFound, "instrument_unknown", nil))
	})
}

// revoke ends it first: that is the declaration. Should the plan not follow now, its keeper lets
// it follow.
func (p Pages) revoke(c *fiber.Ctx, s scene, i rail.Instrument) error {
	ctx := c.UserContext()
	if err := p.saved().Revoke(ctx, s.Visit.CreditorID, s.Visit.CaseID, i.ID); err != nil || s.plan.Plan.InstrumentID != i.ID {
		return err
	}
	return p.Desk.SetMethod(ctx, s.who(), plans.Paying{})
}

func (s scene) revocation(i rail.Instrument) RevokePage {
	return RevokePage{Base: s.Base, ID: i.ID, Label: s.instrument(i), Mandate: i.Method == debt.MethodDirectDebit,
		InUse: s.plan.Plan.InstrumentID == i.ID}
}
