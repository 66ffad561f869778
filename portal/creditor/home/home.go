// Package home has the first page of the creditor's window and the choice of a creditor.
package home

import (
	"embed"
	"errors"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/debt/staff"
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

// Handlers are the pages that need a creditor in view.
func (p Pages) Handlers() map[string]fiber.Handler {
	return map[string]fiber.Handler{fiber.MethodGet + " " + room.Home: p.Home}
}

// Rights says what they need.
func (p Pages) Rights() map[string]staff.Right {
	return map[string]staff.Right{fiber.MethodGet + " " + room.Home: staff.See}
}

// Choosing are the pages of whoever has signed in, whatever is in view.
func (p Pages) Choosing() map[string]fiber.Handler {
	return map[string]fiber.Handler{fiber.MethodGet + " " + room.Choose: p.ChooseForm, fiber.MethodPost + " " + room.Choose: p.Choose}
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	homeHTML.Ready()
	chooseHTML.Ready()
}

// HomePage leads to the parts of the window.
type HomePage struct{ room.Frame }

var homeHTML = room.New[HomePage](files, "home.html")

// Home is where one begins.
func (p Pages) Home(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		return homeHTML.Write(c, fiber.StatusOK, HomePage{s.Frame(room.Home)})
	})
}

// ChoosePage lists the creditors a member may open.
type ChoosePage struct {
	room.Frame

	Places  []staffing.Place
	Mistake string
}

var chooseHTML = room.New[ChoosePage](files, "choose.html")

func (p Pages) choose(c *fiber.Ctx, mistake error) error {
	view := ChoosePage{Frame: p.Door.Outside(c, room.Choose), Places: page.Of(c).Staff.Places}
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
