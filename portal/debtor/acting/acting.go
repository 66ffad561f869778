// Package acting has the pages about who acts for a debtor: on the debtor's side who may and
// who no longer may, on the other a sign-in, a list of clients and a door to each. What an
// authority opens is decided in one place, where routes are admitted.
package acting

import (
	"embed"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin"
	"quitt/cases/signin/authority"
	"quitt/debt"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

//go:embed *.html
var files embed.FS

// Cookies writes the cookie of a session.
type Cookies struct {
	Set func(*fiber.Ctx, signin.Opened)
}

// Receive takes the files of a form and says what became of each.
type Receive func(*fiber.Ctx) (results []page.Received, fields page.Values, err error)

// Pages are the pages of this room. Make them with New.
type Pages struct {
	door    room.Door
	desk    authority.Desk
	cookies Cookies
	receive Receive
}

// New makes the pages from what those of the case have.
func New(door room.Door, letters signin.Desk, cookies Cookies, receive Receive) Pages {
	return Pages{door, authority.New(letters), cookies, receive}
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	for _, parsed := range []interface{ Ready() }{signInHTML, clientsHTML, listHTML, claimHTML} {
		parsed.Ready()
	}
}

// The addresses.
const (
	entry    = "/vertretung/anmelden"
	home     = "/vertretung"
	managing = "/akte/vertretung"
	claiming = "/akte/vertretung/anzeigen"
)

func at(s room.Scene) authority.At {
	return authority.At{Creditor: s.Visit.CreditorID, Case: s.Visit.CaseID}
}

// mistake words what somebody can repair; everything else goes on as an error.
func mistake(b page.Base, err error) (string, error) {
	switch debt.KindOf(err) {
	case debt.Invalid, debt.Forbidden, debt.Conflict, debt.NotFound:
		return b.Words.Error(err), nil
	}
	return "", err
}
