package room

import (
	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/page"
)

// RefusedPage says that a role does not open a page.
type RefusedPage struct{ Frame }

var refusedHTML = New[RefusedPage](files, "refused.html")

func (d Door) refuse(c *fiber.Ctx) error {
	return refusedHTML.Write(c, fiber.StatusForbidden, RefusedPage{d.scene(c).Frame(page.Of(c).Page).Fails()})
}

// Missing shows that something does not exist; any other error goes on.
func (d Door) Missing(c *fiber.Ctx, err error) error {
	if debt.KindOf(err) == debt.NotFound {
		return d.Kit.Problem(c, page.Problem{Kind: page.NotFound})
	}
	return err
}

// ProvePage asks for the second factor again and leads on from there.
type ProvePage struct {
	Frame

	Back    string // where it leads, an address of ours
	Mistake string
	ByIt    bool // the identity provider has let him in, and may ask again
	Factor  bool // he has a second factor here
}

var proveHTML = New[ProvePage](files, "prove.html")

// Prove answers with that page.
func (d Door) Prove(c *fiber.Ctx, back, mistake string) error {
	v := page.Of(c).Staff
	view := ProvePage{Frame: d.scene(c).Frame(back), Back: back, Mistake: mistake, Factor: v.Factor, ByIt: d.Provider != "" && v.Via == staff.ViaProvider}
	status := fiber.StatusForbidden
	if mistake != "" {
		view.Frame, status = view.Fails(), fiber.StatusUnprocessableEntity
	}
	return proveHTML.Write(c, status, view)
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	refusedHTML.Ready()
	proveHTML.Ready()
}
