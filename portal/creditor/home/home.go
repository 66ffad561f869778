// Package home has the choice of a creditor.
package home

import (
	"embed"
	"errors"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
)

//go:embed *.html
var files embed.FS

// Pages are the pages of this room.
type Pages struct {
	Door room.Door
	Desk staffing.Desk
}

// Choosing are the pages of whoever has signed in, whatever is in view.
func (p Pages) Choosing() map[string]fiber.Handler {
	return map[string]fiber.Handler{fiber.MethodGet + " " + room.Choose: p.ChooseForm, fiber.MethodPost + " " + room.Choose: p.Choose}
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	chooseHTML.Ready()
}

// ChoosePage lists the creditors a member may open.
type ChoosePage struct {
	room.Frame

	Places  []staffing.Place
	Shut    []staffing.Place // open only with the identity provider
	Mistake string
}

var chooseHTML = room.New[ChoosePage](files, "choose.html")

func (p Pages) choose(c *fiber.Ctx, mistake error) error {
	view := ChoosePage{Frame: p.Door.Outside(c, room.Choose), Places: page.Of(c).Staff.Places, Shut: page.Of(c).Staff.Shut}
	status := fiber.StatusOK
	if mistake != nil {
		view.Frame, view.Mistake, status = view.Fails(), view.Words.Error(mistake), fiber.StatusUnprocessableEntity
	}
	return chooseHTML.Write(c, status, view)
}

// ChooseForm is the list. Whoever has one creditor alone has nothing to choose.
func (p Pages) ChooseForm(c *fiber.Ctx) error {
	v := page.Of(c).Staff
	if len(v.Places) == 1 && v.Here.Role != "" {
		return c.Redirect(room.Home, fiber.StatusSeeOther)
	}
	return p.choose(c, nil)
}

// Choose puts a creditor in view.
func (p Pages) Choose(c *fiber.Ctx) error {
	f, err := page.Form(c)
	if err != nil {
		return err
	}
	err = p.Desk.Choose(c.UserContext(), page.Of(c).Cookie, debt.ID(f.Get("creditor")))
	if unknown := debt.E(debt.NotFound, "staff_creditor_unknown", nil); errors.Is(err, unknown) {
		return p.choose(c, unknown)
	}
	if err != nil {
		return err
	}
	return c.Redirect(room.Home, fiber.StatusSeeOther)
}
