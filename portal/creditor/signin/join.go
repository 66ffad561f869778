package signin

import (
	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
)

// JoinPage asks for the code of an invitation, then for a password and the first code of an
// authenticator. The code travels in the form, never in an address.
type JoinPage struct {
	room.Frame

	Code    string
	Email   string // "" while the code is not known
	Secret  string // as people type it, in groups
	URI     string
	QR      page.QR
	Mistake string
	At      string // the field that is wrong
}

var joinHTML = room.New[JoinPage](files, "join.html")

// JoinForm asks for the code.
func (p Pages) JoinForm(c *fiber.Ctx) error { return p.join(c, JoinPage{At: "invitation"}) }

func (p Pages) join(c *fiber.Ctx, view JoinPage) error {
	view.Frame = p.Door.Outside(c, joining)
	status := fiber.StatusOK
	if view.Mistake != "" {
		view.Frame, status = view.Fails(), fiber.StatusUnprocessableEntity
	}
	return joinHTML.Write(c, status, view)
}

// Look shows what the code opens.
func (p Pages) Look(c *fiber.Ctx) error {
	f, err := page.Form(c)
	if err != nil {
		return err
	}
	return p.look(c, trim(f, "invitation"), "")
}

// look shows the second step, with what was wrong there.
func (p Pages) look(c *fiber.Ctx, code, wrong string) error {
	i, err := p.Desk.Look(c.UserContext(), code)
	if err != nil {
		said, err := p.mistake(c, err)
		if err != nil {
			return err
		}
		return p.join(c, JoinPage{Code: code, Mistake: said, At: "invitation"})
	}
	view := JoinPage{Code: code, Email: i.Email.Reveal(), Secret: inGroups(i.Secret), URI: i.URI, Mistake: wrong, At: "password"}
	if view.QR, err = page.NewQR(i.URI); err != nil {
		return err
	}
	return p.join(c, view)
}

// inGroups writes a secret as it is typed: four at a time.
func inGroups(s string) (out string) {
	for i := 0; i < len(s); i += 4 {
		if i > 0 {
			out += " "
		}
		out += s[i:min(i+4, len(s))]
	}
	return out
}

// CodesPage shows recovery codes, this once.
type CodesPage struct {
	room.Frame

	Codes []string
}

var codesHTML = room.New[CodesPage](files, "codes.html")

// Join uses the invitation.
func (p Pages) Join(c *fiber.Ctx) error {
	f, err := page.Form(c)
	if err != nil {
		return err
	}
	code := trim(f, "invitation")
	o, codes, err := p.Desk.Join(c.UserContext(), staffing.Joining{Code: code, Password: f.Get("password"), Second: trim(f, "code"), Device: room.Device(c)})
	if err != nil {
		said, err := p.mistake(c, err)
		if err != nil {
			return err
		}
		return p.look(c, code, said)
	}
	p.Set(c, o)
	return p.ShowCodes(c, codes)
}

// ShowCodes shows recovery codes that were just made.
func (p Pages) ShowCodes(c *fiber.Ctx, codes []access.Code) error {
	view := CodesPage{Frame: p.Door.Outside(c, room.Home)}
	for _, code := range codes {
		view.Codes = append(view.Codes, code.Grouped())
	}
	return codesHTML.Write(c, fiber.StatusOK, view)
}

// ResetPage asks for an address, then for the code that went there, a new password and the
// second factor.
type ResetPage struct {
	room.Frame

	Email   string
	Code    string
	Sent    bool
	Mistake string
}

var resetHTML = room.New[ResetPage](files, "reset.html")

func (p Pages) reset(c *fiber.Ctx, view ResetPage) error {
	view.Frame = p.Door.Outside(c, forgotten)
	status := fiber.StatusOK
	if view.Mistake != "" {
		view.Frame, status = view.Fails(), fiber.StatusUnprocessableEntity
	}
	return resetHTML.Write(c, status, view)
}

// ForgotForm asks for the address.
func (p Pages) ForgotForm(c *fiber.Ctx) error { return p.reset(c, ResetPage{}) }

// SendReset sends a code, if the address has an account, and asks for it.
func (p Pages) SendReset(c *fiber.Ctx) error {
	f, err := page.Form(c)
	if err != nil {
		return err
	}
	view := ResetPage{Email: trim(f, "email"), Sent: true}
	if err := p.Desk.SendReset(c.UserContext(), debt.Personal(view.Email)); err != nil {
		if view.Mistake, err = p.mistake(c, err); err != nil {
			return err
		}
		view.Sent = false
	}
	return p.reset(c, view)
}

// Reset sets the new password and leads to the sign-in.
func (p Pages) Reset(c *fiber.Ctx) error {
	f, err := page.Form(c)
	if err != nil {
		return err
	}
	view := ResetPage{Code: trim(f, "reset"), Sent: true}
	err = p.Desk.Reset(c.UserContext(), staffing.Joining{Code: view.Code, Password: f.Get("password"), Second: trim(f, "code")})
	if err != nil {
		if view.Mistake, err = p.mistake(c, err); err != nil {
			return err
		}
		return p.reset(c, view)
	}
	return p.signIn(c, SignInPage{Changed: true})
}
