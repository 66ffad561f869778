package acting

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin/authority"
	"quitt/debt"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// SignInPage asks for an address, then for the code that went there. It is the same for every
// address: it does not tell who helps anybody.
type SignInPage struct {
	page.Base

	Email   string
	Sent    bool
	Mistake string
}

var signInHTML = page.New[SignInPage](files, "signin.html")

func (p Pages) signIn(c *fiber.Ctx, email string, sent bool, mistake string) error {
	view := SignInPage{Base: p.door.Kit.Base(c).Whole(), Email: email, Sent: sent, Mistake: mistake}
	view.Path, view.Failed = entry, mistake != ""
	status := fiber.StatusOK
	if view.Failed {
		status = fiber.StatusUnprocessableEntity
	}
	return signInHTML.Write(c, status, view)
}

// SignInForm asks for the address.
func (p Pages) SignInForm(c *fiber.Ctx) error { return p.signIn(c, "", false, "") }

// SendCode sends a code, if the address is anybody's, and asks for it.
func (p Pages) SendCode(c *fiber.Ctx) error {
	f, err := room.Form(c)
	if err != nil {
		return err
	}
	base := p.door.Kit.Base(c).Whole()
	email := f.Text("email")
	err = p.desk.SendCode(c.UserContext(), debt.Personal(email), string(base.Words.Language()))
	if debt.KindOf(err) == debt.Invalid {
		return p.signIn(c, email, false, base.Words.Error(err))
	}
	if err != nil {
		return err
	}
	return p.signIn(c, email, true, "")
}

// SignIn opens the list of clients.
func (p Pages) SignIn(c *fiber.Ctx) error {
	f, err := room.Form(c)
	if err != nil {
		return err
	}
	o, err := p.desk.Open(c.UserContext(), debt.Personal(f.Text("email")), f.Text("code"))
	if debt.KindOf(err) == debt.Forbidden {
		page.Failed(c)
		base := p.door.Kit.Base(c).Whole()
		return p.signIn(c, f.Text("email"), true, base.Words.Error(err))
	}
	if err != nil {
		return err
	}
	p.cookies.Set(c, o)
	return c.Redirect(home, fiber.StatusSeeOther)
}

// ClientsPage lists whose cases are open to a representative.
type ClientsPage struct {
	page.Base

	Clients []Client
	Code    string
	Mistake string
}

// Client is one of them, worded.
type Client struct {
	ID                        debt.ID
	Name, Creditor, Reference string
	Scopes                    []string
	Until                     debt.Date
}

var clientsHTML = page.New[ClientsPage](files, "clients.html")

func (p Pages) clients(c *fiber.Ctx, code, said string) error {
	base := p.door.Kit.Base(c).Whole()
	list, err := p.desk.Clients(c.UserContext(), page.Of(c).Visit.Acting.Representative)
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if said != "" {
		status = fiber.StatusUnprocessableEntity
	}
	return clientsHTML.Write(c, status, newClients(base, list, code, said))
}

func newClients(b page.Base, list []authority.Client, code, said string) ClientsPage {
	b.Path, b.Failed = home, said != ""
	b.Acting.Authority = "" // on the list he acts for nobody
	out := ClientsPage{Base: b, Code: code, Mistake: said}
	for _, x := range list {
		one := Client{ID: x.Authority, Name: x.Name.Reveal(), Creditor: x.Creditor, Reference: x.Reference, Until: x.Until}
		for _, s := range x.Scopes {
			one.Scopes = append(one.Scopes, b.Word(s))
		}
		out.Clients = append(out.Clients, one)
	}
	return out
}

// Clients is the list.
func (p Pages) Clients(c *fiber.Ctx) error { return p.clients(c, "", "") }

// Redeem adds a client with the code of an invitation.
func (p Pages) Redeem(c *fiber.Ctx) error {
	f, err := room.Form(c)
	if err != nil {
		return err
	}
	err = p.desk.Redeem(c.UserContext(), page.Of(c).Cookie, f.Text("code"))
	if k := debt.KindOf(err); (k == debt.Invalid || k == debt.NotFound) && !errors.Is(err, debt.E(debt.NotFound, "session_ended", nil)) {
		if k == debt.NotFound {
			page.Failed(c)
		}
		return p.clients(c, f.Text("code"), p.door.Kit.Base(c).Whole().Words.Error(err))
	}
	if err != nil {
		return err
	}
	return c.Redirect(home, fiber.StatusSeeOther)
}

// Choose opens a client.
func (p Pages) Choose(c *fiber.Ctx) error {
	f, err := room.Form(c)
	if err != nil {
		return err
	}
	o, err := p.desk.Choose(c.UserContext(), page.Of(c).Cookie, debt.ID(f.Text("client")))
	if errors.Is(err, debt.E(debt.NotFound, "authority_unknown", nil)) {
		return p.clients(c, "", p.door.Kit.Base(c).Whole().Words.Error(err))
	}
	if err != nil {
		return err
	}
	p.cookies.Set(c, o)
	return c.Redirect("/akte", fiber.StatusSeeOther)
}

// Resign gives an authority back.
func (p Pages) Resign(c *fiber.Ctx) error {
	f, err := room.Form(c)
	if err != nil {
		return err
	}
	err = p.desk.Resign(c.UserContext(), page.Of(c).Visit.Acting.Representative, debt.ID(f.Text("client")))
	if errors.Is(err, debt.E(debt.NotFound, "authority_unknown", nil)) { // twice is once
		err = nil
	}
	if err != nil {
		return err
	}
	return c.Redirect(home, fiber.StatusSeeOther)
}
