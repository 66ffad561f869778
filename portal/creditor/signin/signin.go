// Package signin has the pages of the creditor's window that need no sign-in: coming in,
// joining with an invitation, and a new password.
package signin

import (
	"embed"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin/staffing"
	"quitt/cases/signin/staffing/sso"
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
	// Set writes the cookie of a sign-in.
	Set func(c *fiber.Ctx, o staffing.Opened)
	// SSO asks the identity provider; nil where there is none. Travel is known once there is a
	// server.
	SSO    *sso.Desk
	Travel func() Travel
}

// The addresses beside room.Entry.
const (
	byPasskey = "/verwaltung/anmelden/passkey" //nolint:gosec // an address, no credential
	joining   = "/verwaltung/einladung"
	joined    = "/verwaltung/einladung/fertig"
	forgotten = "/verwaltung/passwort"
	renewing  = "/verwaltung/passwort/neu"
)

// Handlers are the pages that anybody may ask.
func (p Pages) Handlers() map[string]fiber.Handler {
	get, post := fiber.MethodGet, fiber.MethodPost
	return map[string]fiber.Handler{
		get + " " + room.Entry:   p.SignInForm,
		post + " " + room.Entry:  p.SignIn,
		post + " " + byPasskey:   p.Passkey,
		get + " " + byProvider:   p.ToProvider,
		get + " " + ProviderBack: p.FromProvider,
		get + " " + joining:      p.JoinForm,
		post + " " + joining:     p.Look,
		post + " " + joined:      p.Join,
		get + " " + forgotten:    p.ForgotForm,
		post + " " + forgotten:   p.SendReset,
		post + " " + renewing:    p.Reset,
	}
}

// Attempts are the addresses that try a secret, Untold those of them whose answer does not tell
// whether it was right.
var (
	Attempts = []string{room.Entry, byPasskey, ProviderBack, joining, joined, forgotten, renewing}
	Untold   = []string{forgotten}
)

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	for _, parsed := range []interface{ Ready() }{signInHTML, joinHTML, codesHTML, resetHTML} {
		parsed.Ready()
	}
}

// SignInPage asks for address, password and second factor at once: which of them was wrong is
// told to nobody.
type SignInPage struct {
	room.Frame

	Email   string
	Mistake string
	Changed bool              // a password was just set anew
	Passkey staffing.Ceremony // zero where there are none

	down bool // the identity provider does not answer
}

var signInHTML = room.New[SignInPage](files, "signin.html")

func (p Pages) signIn(c *fiber.Ctx, view SignInPage) error {
	view.Frame = p.Door.Outside(c, room.Entry)
	status := fiber.StatusOK
	if view.Mistake != "" {
		view.Frame, status = view.Fails(), fiber.StatusUnprocessableEntity
	}
	if view.down {
		status = fiber.StatusServiceUnavailable
	}
	if p.Desk.Passkeys() {
		var err error
		if view.Passkey, err = p.Desk.BeginSignIn(); err != nil {
			return err
		}
	}
	return signInHTML.Write(c, status, view)
}

// SignInForm asks.
func (p Pages) SignInForm(c *fiber.Ctx) error { return p.signIn(c, SignInPage{}) }

// SignIn opens a sign-in.
func (p Pages) SignIn(c *fiber.Ctx) error {
	f, err := page.Form(c)
	if err != nil {
		return err
	}
	email := debt.Personal(trim(f, "email"))
	o, err := p.Desk.SignIn(c.UserContext(), staffing.Attempt{Email: email, Password: f.Get("password"), Second: trim(f, "code"), Device: room.Device(c)})
	if debt.KindOf(err) == debt.Forbidden {
		page.Failed(c)
		return p.signIn(c, SignInPage{Email: email.Reveal(), Mistake: p.said(c, err)})
	}
	if err != nil {
		return err
	}
	p.Set(c, o)
	return c.Redirect(room.Home, fiber.StatusSeeOther)
}

// Passkey opens a sign-in with a passkey.
func (p Pages) Passkey(c *fiber.Ctx) error {
	f, err := page.Form(c)
	if err != nil {
		return err
	}
	o, err := p.Desk.SignInByPasskey(c.UserContext(), staffing.Answer{Said: f.Get("answer"), Sealed: f.Get("sealed"), Device: room.Device(c)})
	if debt.KindOf(err) == debt.Forbidden {
		page.Failed(c)
		return p.signIn(c, SignInPage{Mistake: p.said(c, err)})
	}
	if err != nil {
		return err
	}
	p.Set(c, o)
	return c.Redirect(room.Home, fiber.StatusSeeOther)
}

func (p Pages) said(c *fiber.Ctx, err error) string { return page.Of(c).Words.Whole().Error(err) }

// mistake words what somebody can repair, and counts it; everything else goes on as an error.
func (p Pages) mistake(c *fiber.Ctx, err error) (string, error) {
	switch debt.KindOf(err) {
	case debt.Forbidden:
		page.Failed(c)
		return p.said(c, err), nil
	case debt.Invalid:
		return p.said(c, err), nil
	}
	return "", err
}

func trim(f page.Values, name string) string { return strings.TrimSpace(f.Get(name)) }
