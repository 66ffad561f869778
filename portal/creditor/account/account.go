// Package account has what members do with their own account: sign-ins, recovery codes, and the
// second factor shown once more.
package account

import (
	"embed"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin/staffing"
	"quitt/cases/signin/staffing/sso"
	"quitt/debt"
	"quitt/debt/access"
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
	// Set writes the cookie of a sign-in, End deletes it.
	Set func(c *fiber.Ctx, o staffing.Opened)
	End func(c *fiber.Ctx)
	// ShowCodes shows new recovery codes.
	ShowCodes func(c *fiber.Ctx, codes []access.Code) error
	// ToProvider leads to the identity provider with a wish.
	ToProvider func(c *fiber.Ctx, w sso.Wish) error
}

const (
	home    = "/verwaltung/konto"
	proving = "/verwaltung/bestaetigen"
	making  = "/verwaltung/konto/passkey"
)

// Attempts are the addresses that try a secret.
var Attempts = []string{proving}

// Handlers are the pages of whoever has signed in.
func (p Pages) Handlers() map[string]fiber.Handler {
	get, post := fiber.MethodGet, fiber.MethodPost
	return map[string]fiber.Handler{
		get + " " + home:               p.Account,
		post + " " + home + "/sitzung": p.EndSession,
		post + " " + home + "/codes":   p.Renew,
		post + " " + home + "/notfall": p.Break,
		get + " " + making:             p.PasskeyForm,
		post + " " + making:            p.AddPasskey,
		post + " " + making + "/ende":  p.EndPasskey,
		post + " " + proving:           p.Prove,
		get + " " + proving + "/sso":   p.ProveByProvider,
		post + " /verwaltung/abmelden": p.Leave,
	}
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	accountHTML.Ready()
	passkeyHTML.Ready()
}

// AccountPage is one's own account.
type AccountPage struct {
	room.Frame
	staffing.Account

	Glass   bool // an emergency may be declared here
	Able    bool // passkeys can be made
	Reason  string
	Mistake string
}

var accountHTML = room.New[AccountPage](files, "account.html")

// Account shows sign-ins and what is left of the recovery codes.
func (p Pages) Account(c *fiber.Ctx) error { return p.account(c, "", "") }

func (p Pages) account(c *fiber.Ctx, reason, mistake string) error {
	v := *page.Of(c).Staff
	a, err := p.Desk.Account(c.UserContext(), v)
	if err != nil {
		return err
	}
	view := AccountPage{Frame: p.Door.Outside(c, home), Account: a, Reason: reason, Mistake: mistake, Able: p.Desk.Passkeys(),
		Glass: v.Who.Operator && v.Here.Role != "" && v.Here.Role != staff.Admin}
	status := fiber.StatusOK
	if mistake != "" {
		view.Frame, status = view.Fails(), fiber.StatusUnprocessableEntity
	}
	return accountHTML.Write(c, status, view)
}

// Break declares an emergency, right after the second factor was shown.
func (p Pages) Break(c *fiber.Ctx) error {
	f, err := page.Form(c)
	if err != nil {
		return err
	}
	if !page.Of(c).Staff.Fresh(page.Of(c).Now) {
		return p.Door.Prove(c, home, "")
	}
	err = p.Desk.Break(c.UserContext(), page.Of(c).Cookie, f.Get("reason"))
	switch debt.KindOf(err) {
	case debt.Invalid, debt.Forbidden:
		return p.account(c, f.Get("reason"), page.Of(c).Words.Whole().Error(err))
	}
	if err != nil {
		return err
	}
	return c.Redirect(room.Home, fiber.StatusSeeOther)
}

// EndSession ends one sign-in, or with "others" all but this one.
func (p Pages) EndSession(c *fiber.Ctx) error {
	f, err := page.Form(c)
	if err != nil {
		return err
	}
	v, id := *page.Of(c).Staff, strings.TrimSpace(f.Get("session"))
	if id == "others" {
		err = p.Desk.EndOthers(c.UserContext(), v, page.Of(c).Cookie)
	} else {
		err = p.Desk.EndSession(c.UserContext(), v, debt.ID(id))
	}
	if err != nil {
		return err
	}
	return c.Redirect(home, fiber.StatusSeeOther)
}

// Renew makes new recovery codes, right after the second factor was shown.
func (p Pages) Renew(c *fiber.Ctx) error {
	v := page.Of(c).Staff
	if !v.Fresh(page.Of(c).Now) {
		return p.Door.Prove(c, home, "")
	}
	codes, err := p.Desk.Renew(c.UserContext(), v.Member)
	if err != nil {
		return err
	}
	return p.ShowCodes(c, codes)
}

// Prove takes the second factor and leads on to where it was asked for.
func (p Pages) Prove(c *fiber.Ctx) error {
	f, err := page.Form(c)
	if err != nil {
		return err
	}
	back := backTo(f.Get("back"))
	o, err := p.Desk.Prove(c.UserContext(), page.Of(c).Cookie, strings.TrimSpace(f.Get("code")))
	if debt.KindOf(err) == debt.Forbidden {
		page.Failed(c)
		return p.Door.Prove(c, back, page.Of(c).Words.Whole().Error(err))
	}
	if err != nil {
		return err
	}
	p.Set(c, o)
	return c.Redirect(back, fiber.StatusSeeOther)
}

// backTo is an address of the window.
func backTo(said string) string {
	if back := page.Local(said); strings.HasPrefix(back, room.Home+"/") {
		return back
	}
	return room.Home
}

// ProveByProvider has the identity provider ask again who is there, and leads on from there.
func (p Pages) ProveByProvider(c *fiber.Ctx) error {
	return p.ToProvider(c, sso.Wish{Again: true, Back: backTo(c.Query("zu"))})
}

// Leave ends the sign-in.
func (p Pages) Leave(c *fiber.Ctx) error {
	if err := p.Desk.Leave(c.UserContext(), page.Of(c).Cookie); err != nil {
		return err
	}
	p.End(c)
	return c.Redirect(room.Entry, fiber.StatusSeeOther)
}
