// Package creditor is the creditor's window: it collects the rooms with its pages, and decides
// at the door who comes to which.
package creditor

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/cases"
	"quitt/cases/batches"
	tables "quitt/cases/intake"
	"quitt/cases/messages"
	"quitt/cases/objections"
	"quitt/cases/offers"
	desk "quitt/cases/record"
	"quitt/cases/signin/authority"
	"quitt/cases/signin/staffing"
	"quitt/cases/signin/staffing/sso"
	"quitt/cases/steps"
	"quitt/cases/terms"
	"quitt/cases/upload"
	"quitt/cases/worklist"
	"quitt/debt/staff"
	"quitt/notifications/letter"
	"quitt/payments"
	"quitt/payments/directdebit"
	"quitt/payments/journal"
	"quitt/payments/payout"
	"quitt/payments/transfer"
	"quitt/payments/transfer/seen"
	"quitt/plans"
	"quitt/portal/creditor/account"
	"quitt/portal/creditor/bank"
	"quitt/portal/creditor/books"
	"quitt/portal/creditor/course"
	"quitt/portal/creditor/debits"
	"quitt/portal/creditor/decide"
	"quitt/portal/creditor/dossier"
	"quitt/portal/creditor/home"
	"quitt/portal/creditor/intake"
	"quitt/portal/creditor/letterhead"
	"quitt/portal/creditor/letters"
	"quitt/portal/creditor/list"
	"quitt/portal/creditor/record"
	"quitt/portal/creditor/report"
	"quitt/portal/creditor/room"
	"quitt/portal/creditor/rules"
	"quitt/portal/creditor/signin"
	"quitt/portal/creditor/transfers"
	"quitt/portal/creditor/users"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/reports"
	"quitt/reports/mailing"
	"quitt/store"
)

// Base is what the window is made from. A room that needs a desk of its own adds it here.
type Base struct {
	Kit   *page.Kit
	Store *store.Store
	Now   func() time.Time
	Staff staffing.Desk
	SSO   *sso.Desk // nil: there is no identity provider

	// What the record of a case and its decisions need.
	Plans   plans.Desk
	Letters letter.Desk
	Papers  *upload.Desk
	Helpers authority.Desk

	Rail *payments.Rail // sends money back through providers; nil: there are none

	Exports string // folder of workbooks in the making

	Folder string // where statements of banks lie while they are read; "" for that of the system
}

// Room is a part of the window. Both maps are keyed "GET /verwaltung/…", and every handler has
// a right.
type Room interface {
	Handlers() map[string]fiber.Handler
	Rights() map[string]staff.Right
}

// Pages are the pages of the creditor's window. Make them with New.
type Pages struct {
	Staff staffing.Desk
	// SetSession and EndSession write and delete the cookie; the server fills them in.
	SetSession func(c *fiber.Ctx, o staffing.Opened)
	EndSession func(c *fiber.Ctx)
	Travel     signin.Travel // likewise

	door    room.Door
	rooms   []Room
	home    home.Pages
	signin  signin.Pages
	account account.Pages
}

// New makes the pages. A new room is one line in rooms.
func New(b Base) *Pages {
	door := room.Door{Kit: b.Kit, Store: b.Store, Now: b.Now, Ways: room.Ways{}, Provider: b.SSO.Label()}
	p := &Pages{Staff: b.Staff, door: door, home: home.Pages{Door: door, Desk: b.Staff}}
	set := func(c *fiber.Ctx, o staffing.Opened) { p.SetSession(c, o) }
	p.signin = signin.Pages{Door: door, Desk: b.Staff, Set: set, SSO: b.SSO, Travel: func() signin.Travel { return p.Travel }}
	p.account = account.Pages{Door: door, Desk: b.Staff, Set: set, End: func(c *fiber.Ctx) { p.EndSession(c) }, ShowCodes: p.signin.ShowCodes, ToProvider: p.signin.Leave}
	p.rooms = rooms(b, door)
	for name := range p.Within() { // the frame shows what exists
		if path, get := strings.CutPrefix(name, fiber.MethodGet+" "); get {
			door.Ways[path] = true
		}
	}
	return p
}

// rooms lists the parts of the window.
func rooms(b Base, door room.Door) []Room {
	now := b.Now
	file := dossier.Door{Door: door, Desk: desk.Desk{Store: b.Store, Now: now}, Staff: b.Staff, Bank: seen.Desk{Store: b.Store, Now: now},
		Debits: directdebit.Desk{Store: b.Store, Now: now}, Payouts: payout.Desk{Store: b.Store, Now: now}}
	sums := report.Pages{Door: door, Desk: reports.Desk{Store: b.Store, Now: now},
		Mails: mailing.Desk{Reports: reports.Desk{Store: b.Store, Now: now}, Member: b.Staff.At}}
	return []Room{
		list.Pages{Door: door, Month: sums.Month, Desk: worklist.Desk{Store: b.Store, Now: now}, Batches: batches.Desk{Store: b.Store, Now: now},
			Exports: b.Exports},
		record.Pages{Door: file, Letters: b.Letters, Papers: b.Papers},
		decide.Pages{Door: file, Objections: objections.Desk{Store: b.Store, Now: now}, Plans: b.Plans, Payments: payments.Desk{Store: b.Store, Now: now},
			Messages: messages.Desk{Store: b.Store, Now: now}, Helpers: b.Helpers, Steps: steps.Desk{Store: b.Store, Now: now},
			Offers: offers.Desk{Store: b.Store, Now: now}, Debits: file.Debits, Rail: b.Rail},
		intake.Pages{Door: door, Desk: tables.Desk{Cases: cases.Desk{Store: b.Store, Now: now}}},
		bank.Pages{Door: door, Desk: transfer.Desk{Store: b.Store, Now: now}, Seen: file.Bank, Cases: worklist.Desk{Store: b.Store, Now: now}, Record: file.Desk},
		debits.Pages{Door: door, Desk: file.Debits},
		books.Pages{Door: door, Desk: journal.Desk{Store: b.Store}},
		transfers.Pages{Door: door, Desk: file.Payouts, Seen: file.Bank},
		sums,
		rules.Pages{Door: door, Plans: b.Plans},
		course.Pages{Door: door, Terms: terms.Desk{Store: b.Store, Now: now}, Staff: b.Staff},
		letters.Pages{Door: door, Letters: b.Letters, Staff: b.Staff},
		letterhead.Pages{Door: door, Terms: terms.Desk{Store: b.Store, Now: now}, Letters: b.Letters, Staff: b.Staff},
		users.Pages{Door: door, Desk: b.Staff},
	}
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	room.Ready()
	home.Ready()
	report.Ready()
	list.Ready()
	intake.Ready()
	signin.Ready()
	account.Ready()
	users.Ready()
	record.Ready()
	decide.Ready()
	rules.Ready()
	letters.Ready()
	letterhead.Ready()
	bank.Ready()
	debits.Ready()
	transfers.Ready()
	books.Ready()
	course.Ready()
}

// Way is one way in. Right is "" where no creditor needs to be in view.
type Way struct {
	Handler fiber.Handler
	Right   staff.Right
}

// Within lists the ways that need a creditor in view and a right there. A handler without a
// right keeps "", with which nobody comes in.
func (p *Pages) Within() map[string]Way {
	ways := map[string]Way{}
	for _, r := range p.rooms {
		rights := r.Rights()
		for name, h := range r.Handlers() {
			ways[name] = Way{h, rights[name]}
		}
	}
	return ways
}

// Signed lists the handlers that need a sign-in and no creditor.
func (p *Pages) Signed() map[string]fiber.Handler {
	list := p.home.Choosing()
	maps.Copy(list, p.account.Handlers())
	return list
}

// Open lists the handlers that anybody may ask.
func (p *Pages) Open() map[string]fiber.Handler {
	list := p.signin.Handlers()
	list[fiber.MethodPost+" /verwaltung/sprache"] = p.language
	return list
}

// Tries reports whether a request of an address tries a secret, and whether its answer leaves open
// if that was right.
func Tries(method, path string) (tries, untold bool) {
	if method != fiber.MethodPost && path != signin.ProviderBack {
		return false, false
	}
	return slices.Contains(signin.Attempts, path) || slices.Contains(account.Attempts, path), slices.Contains(signin.Untold, path)
}

// Admit lets a member through who has the right of a route.
func (p *Pages) Admit(right staff.Right, h fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		return p.door.Within(c, right, func(room.Scene) error { return h(c) })
	}
}

// AdmitSigned lets every member through.
func (p *Pages) AdmitSigned(h fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if page.Of(c).Staff == nil {
			return c.Redirect(room.Entry, fiber.StatusSeeOther)
		}
		return h(c)
	}
}

// language keeps a language and leads back.
func (p *Pages) language(c *fiber.Ctx) error {
	f, err := page.Form(c)
	if err != nil {
		return err
	}
	lang := text.Language(f.Get("lang"))
	if !slices.Contains(text.Languages(), lang) {
		return p.door.Kit.Problem(c, page.Problem{Kind: page.BadRequest})
	}
	page.SetLanguage(c, lang)
	return c.Redirect(page.Local(f.Get("path")), fiber.StatusSeeOther)
}

// Samples shows every page of the window; a new room is one name more.
func Samples() []page.Sample {
	return slices.Concat(room.Samples(), home.Samples(), signin.Samples(), account.Samples(), users.Samples(), intake.Samples(),
		list.Samples(), record.Samples(), decide.Samples(), report.Samples(), rules.Samples(), letters.Samples(), letterhead.Samples(), bank.Samples(),
		debits.Samples(), transfers.Samples(), books.Samples(), course.Samples())
}
