package debtor

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// RaisePage asks for the datum that opens everything.
type RaisePage struct {
	page.Base

	Checks  []access.CheckKind // what would open everything
	SentTo  string             // masked address of a one-time code that is on its way
	NoMail  bool               // a code was asked for and no address is known
	Day     string
	Month   string
	Year    string
	Refused bool
	Mistake string // why, where that is no secret
}

var raiseHTML = page.New[RaisePage](files, "raise.html")

// Has reports whether a check would open everything.
func (r RaisePage) Has(kind access.CheckKind) bool { return slices.Contains(r.Checks, kind) }

// RaiseForm asks for the datum that opens everything.
func (p *Pages) RaiseForm(c *fiber.Ctx) error {
	r := page.Of(c)
	if r.Visit == nil {
		return p.Kit.Problem(c, page.Problem{Kind: page.SessionEnded})
	}
	if r.Visit.Tier >= access.FullView {
		return c.Redirect("/akte", fiber.StatusSeeOther)
	}
	return raiseHTML.Write(c, fiber.StatusOK, p.raisePage(c))
}

// raisePage is shown after a POST too; a change of language then leads to its GET.
func (p *Pages) raisePage(c *fiber.Ctx) RaisePage {
	view := RaisePage{Base: p.Kit.Base(c).Whole()}
	view.Path = "/akte/mehr"
	if v := page.Of(c).Visit; v != nil {
		view.Checks = v.Raises
	}
	return view
}

// Raise answers it.
func (p *Pages) Raise(c *fiber.Ctx) error {
	f, err := room.Form(c)
	if err != nil {
		return err
	}
	opened, err := p.Signin.Raise(c.UserContext(), page.Of(c).Cookie, readEntry(f).check())
	return p.raised(c, opened, err, "")
}

// SendCode sends a one-time code.
func (p *Pages) SendCode(c *fiber.Ctx) error {
	to, err := p.Signin.SendOneTimeCode(c.UserContext(), page.Of(c).Cookie, string(page.Of(c).Words.Language()))
	view := p.raisePage(c)
	switch {
	case errors.Is(err, debt.E(debt.NotFound, "one_time_address_missing", nil)):
		view.NoMail = true
	case problemOf(err) != "":
		return p.Kit.Problem(c, page.Problem{Kind: problemOf(err)})
	case refused(err):
		view.Failed, view.Refused, view.Mistake = true, true, mistake(view.Words, err)
	case err != nil:
		return err
	}
	view.SentTo = to
	return raiseHTML.Write(c, fiber.StatusOK, view)
}

// ConfirmCode checks it.
func (p *Pages) ConfirmCode(c *fiber.Ctx) error {
	f, err := room.Form(c)
	if err != nil {
		return err
	}
	opened, err := p.Signin.RaiseByOneTimeCode(c.UserContext(), page.Of(c).Cookie, f.Text("code"))
	return p.raised(c, opened, err, f.Text("sent_to"))
}

// raised answers a further check; sentTo keeps the form of a code that was sent.
func (p *Pages) raised(c *fiber.Ctx, opened signin.Opened, err error, sentTo string) error {
	if kind := problemOf(err); kind != "" {
		return p.Kit.Problem(c, page.Problem{Kind: kind})
	}
	if refused(err) {
		countTry(c, err)
		view := p.raisePage(c)
		view.Failed, view.Refused, view.SentTo, view.Mistake = true, true, sentTo, mistake(view.Words, err)
		return raiseHTML.Write(c, fiber.StatusUnprocessableEntity, view)
	}
	if err != nil {
		return err
	}
	p.SetSession(c, opened)
	return c.Redirect("/akte", fiber.StatusSeeOther)
}
