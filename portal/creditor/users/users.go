// Package users has the page on which administrators let people in, change what they may, and
// see what was done.
package users

import (
	"embed"
	"strings"

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

const home = "/verwaltung/zugaenge"

// Handlers are the pages of this room.
func (p Pages) Handlers() map[string]fiber.Handler {
	get, post := fiber.MethodGet, fiber.MethodPost
	return map[string]fiber.Handler{
		get + " " + home:             p.List,
		post + " " + home:            p.Invite,
		post + " " + home + "/rolle": p.SetRole,
		post + " " + home + "/neu":   p.Restart,
		post + " " + home + "/sso":   p.Demand,
	}
}

// Rights says what they need.
func (p Pages) Rights() map[string]staff.Right {
	rights := map[string]staff.Right{}
	for name := range p.Handlers() {
		rights[name] = staff.Users
	}
	return rights
}

// Ready parses the templates; a server calls it before it listens.
func Ready() { listHTML.Ready() }

// ListPage is who may come in.
type ListPage struct {
	room.Frame

	Colleagues []staffing.Colleague
	Log        []staffing.Line
	Roles      []staff.Role
	Name       string
	Email      string
	Mistake    string
	Done       string
	Demanded   bool // its people come by the identity provider alone
}

var listHTML = room.New[ListPage](files, "users.html")

// shown is what a page says beside the list.
type shown struct {
	name, email, done string
	mistake           error
}

func (p Pages) list(c *fiber.Ctx, s room.Scene, what shown) error {
	view := ListPage{Frame: s.Frame(home), Roles: staff.Roles(), Name: what.name, Email: what.email, Done: what.done}
	var err error
	if view.Colleagues, err = p.Desk.Colleagues(c.UserContext(), s.Creditor.ID); err != nil {
		return err
	}
	if view.Log, err = p.Desk.Log(c.UserContext(), s.Creditor.ID); err != nil {
		return err
	}
	if view.Demanded, err = p.Desk.Demanded(c.UserContext(), s.Creditor.ID); err != nil {
		return err
	}
	status := fiber.StatusOK
	if what.mistake != nil {
		view.Frame, view.Mistake, status = view.Fails(), view.Words.Error(what.mistake), fiber.StatusUnprocessableEntity
	}
	return listHTML.Write(c, status, view)
}

// within reads the form of an administrator, and shows the list again with what came of it.
func (p Pages) within(c *fiber.Ctx, do func(s room.Scene, f page.Values) (shown, error)) error {
	return p.Door.Within(c, staff.Users, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		what, err := do(s, f)
		switch debt.KindOf(err) {
		case debt.Invalid, debt.Conflict, debt.NotFound:
			what.mistake, err = err, nil
		}
		if err != nil {
			return err
		}
		return p.list(c, s, what)
	})
}

// List shows who may come in, and the log.
func (p Pages) List(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Users, func(s room.Scene) error { return p.list(c, s, shown{}) })
}

// Invite lets somebody come in.
func (p Pages) Invite(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene, f page.Values) (shown, error) {
		name, email := strings.TrimSpace(f.Get("name")), strings.TrimSpace(f.Get("email"))
		_, err := p.Desk.Invite(c.UserContext(), s.Member.ID, staffing.Wish{Name: debt.Personal(name), Email: debt.Personal(email),
			Language: s.Base.Lang(), Creditor: s.Creditor.ID, Role: staff.Role(f.Get("role"))})
		if err != nil {
			return shown{name: name, email: email}, err
		}
		return shown{done: s.Base.Words.Text("staff_users_invited", nil)}, nil
	})
}

func change(s room.Scene, f page.Values) staffing.Change {
	return staffing.Change{Creditor: s.Creditor.ID, By: s.Member.ID, Member: debt.ID(strings.TrimSpace(f.Get("member")))}
}

// SetRole gives another role, or with none takes it away.
func (p Pages) SetRole(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene, f page.Values) (shown, error) {
		var err error
		if role := f.Get("role"); role == "none" {
			err = p.Desk.EndRole(c.UserContext(), change(s, f))
		} else {
			err = p.Desk.SetRole(c.UserContext(), change(s, f), staff.Role(role))
		}
		return shown{done: s.Base.Words.Text("staff_users_changed", nil)}, err
	})
}

// Restart sends a new invitation to who has lost password or second factor.
func (p Pages) Restart(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene, f page.Values) (shown, error) {
		_, err := p.Desk.Restart(c.UserContext(), change(s, f))
		return shown{done: s.Base.Words.Text("staff_users_restarted", nil)}, err
	})
}

// Demand says whether everybody comes by the identity provider alone. Without one it can only
// be taken back.
func (p Pages) Demand(c *fiber.Ctx) error {
	return p.within(c, func(s room.Scene, f page.Values) (shown, error) {
		switch f.Get("demand") {
		case "off":
			return shown{done: s.Base.Words.Text("staff_sso_released", nil)}, p.Desk.SetDemand(c.UserContext(), change(s, f), false)
		case "on":
			if p.Door.Provider != "" {
				return shown{done: s.Base.Words.Text("staff_sso_demanded", nil)}, p.Desk.SetDemand(c.UserContext(), change(s, f), true)
			}
		}
		return shown{}, debt.E(debt.Invalid, "staff_sso_demand_how", nil)
	})
}
