// Package contact has the pages on which a debtor writes to the creditor's side and asks for
// something, says where and how he is reached, and gets a copy of everything that is kept.
package contact

import (
	"embed"
	"errors"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/contacts"
	"quitt/cases/disclosure"
	"quitt/cases/messages"
	"quitt/cases/upload"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/notifications/letter"
	"quitt/portal/debtor/room"
	"quitt/portal/debtor/told"
	"quitt/portal/page"
)

//go:embed *.html
var files embed.FS

// Pages are the pages of this room.
type Pages struct {
	Door     room.Door
	Messages messages.Desk
	Contacts contacts.Desk
	Copies   disclosure.Desk
	Letters  letter.Desk // prints the copy
	Papers   *upload.Desk
}

// The addresses.
const (
	inbox     = "/akte/nachrichten"
	asking    = "/akte/anfragen"
	reached   = "/akte/daten"
	insight   = "/akte/auskunft"
	reading   = inbox + "/gelesen"
	taking    = asking + "/zurueck"
	moving    = reached + "/anschrift"
	mailing   = reached + "/email"
	calling   = reached + "/telefon"
	proving   = reached + "/code"
	wishing   = reached + "/wunsch"
	declining = reached + "/abbestellen"
)

// Handlers lists the routes of this room, all for the full view, as "METHOD /path".
func (p *Pages) Handlers() map[string]fiber.Handler {
	const get, post = fiber.MethodGet + " ", fiber.MethodPost + " "
	return map[string]fiber.Handler{
		get + inbox: p.Inbox, post + inbox: p.Write, post + reading: p.Read,
		get + asking: p.Requests, post + asking: p.Ask, post + taking: p.TakeBack,
		get + reached: p.Data, post + moving: p.Move, post + mailing: p.NewEmail, post + calling: p.NewPhone,
		post + proving: p.Prove, post + wishing: p.Wish, post + declining: p.Decline,
		get + insight: p.Copy, get + insight + "/json": p.CopyJSON, get + insight + "/pdf": p.CopyPDF,
		get + insight + "/zip": p.CopyZIP,
	}
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	for _, parsed := range []interface{ Ready() }{inboxHTML, requestsHTML, dataHTML, copyHTML} {
		parsed.Ready()
	}
}

// within answers inside a visit that may see everything, where anything may be told online.
func (p *Pages) within(c *fiber.Ctx, show func(room.Scene) error) error {
	return p.Door.Within(c, access.FullView, func(s room.Scene) error {
		if !told.Of(s.View).Shows() {
			return c.Redirect("/akte", fiber.StatusSeeOther)
		}
		s.Base = s.Base.Whole()
		return show(s)
	})
}

// speaks is who speaks on these pages: the debtor, or who acts for the debtor.
func speaks(s room.Scene) debt.Actor {
	if !s.Visit.Acting.Himself() {
		return s.Visit.Acting.Actor()
	}
	return debt.Actor{Kind: "debtor", ID: s.View.Debtor.ID}
}

// refusal words what the visitor can repair, "" for everything else.
func refusal(s room.Scene, err error) string {
	var e *debt.Error
	if errors.As(err, &e) && e.Kind != "" && e.Key != "pepper_missing" {
		return s.Base.Words.Error(err)
	}
	return ""
}

// done leads back to a page, which says what was done: a reload then does nothing again.
func done(c *fiber.Ctx, path, what string) error {
	return c.Redirect(path+"?getan="+what, fiber.StatusSeeOther)
}

// doneOf says what the address names; anything may stand there.
func doneOf(c *fiber.Ctx, b page.Base) string {
	switch c.Query("getan") {
	case "gesendet":
		return b.Words.Text("inbox_sent", nil)
	case "gelesen":
		return b.Words.Text("inbox_read", nil)
	case "gefragt":
		return b.Words.Text("requests_sent", nil)
	case "zurueck":
		return b.Words.Text("requests_taken", nil)
	case "anschrift":
		return b.Words.Text("data_moved", nil)
	case "code":
		return b.Words.Text("data_code_sent", nil)
	case "bestaetigt":
		return b.Words.Text("data_confirmed", nil)
	case "wunsch":
		return b.Words.Text("data_wished", nil)
	case "abbestellt":
		return b.Words.Text("data_declined", nil)
	}
	return ""
}
