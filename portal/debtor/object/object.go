// Package object has the pages on which a debtor says something else than "I pay": that the
// claim is wrong, that it is paid, when it will be, or what must be known first. Each page
// says what will happen before it asks, and no reason is a condition.
package object

import (
	"context"
	"embed"
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/objection"
	"quitt/debt/situation"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/store"
	"quitt/store/documents"
)

//go:embed *.html
var files embed.FS

// Pages are the pages of this room.
type Pages struct {
	Door room.Door
	Desk objections.Desk
}

// New makes the pages from what those of the case have.
func New(door room.Door) Pages {
	return Pages{door, objections.Desk{Store: door.Cases.Store, Now: door.Cases.Now}}
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	for _, parsed := range []interface{ Ready() }{startHTML, disputeHTML, proofHTML, promiseHTML, noticeHTML, doneHTML} {
		parsed.Ready()
	}
}

// The addresses. Each ground and each situation has its own, so that one can come back to it.
const (
	Home        = "/akte/einwand"
	withdrawing = Home + "/zurueck"
	proving     = "/akte/bezahlt"
	promising   = "/akte/zusage"
	thanks      = "/akte/einwand/danke"
)

var grounds = map[objection.Ground]string{
	objection.AmountWrong: Home + "/betrag", objection.NotMine: Home + "/fremd", objection.NotDelivered: Home + "/nicht-geliefert",
	objection.Faulty: Home + "/mangel", objection.Returned: Home + "/retoure", objection.Cancelled: Home + "/gekuendigt",
	objection.TimeBarred: Home + "/verjaehrt", objection.Other: Home + "/anderes",
}

var situations = map[situation.Kind]string{
	situation.Hardship: "/akte/meldung/notlage", situation.Insolvency: "/akte/meldung/insolvenz", situation.Guardianship: "/akte/meldung/betreuung",
	situation.Minor: "/akte/meldung/minderjaehrig", situation.Deceased: "/akte/meldung/todesfall",
	situation.IdentityTheft: "/akte/meldung/identitaet", situation.NotThisPerson: "/akte/meldung/andere-person",
}

// Handlers lists the routes that need the full view, as "METHOD /path".
func (p Pages) Handlers() map[string]fiber.Handler {
	const get, post = fiber.MethodGet + " ", fiber.MethodPost + " "
	list := map[string]fiber.Handler{
		post + withdrawing: p.Withdraw, get + proving: p.ProofForm, post + proving: p.Prove,
		get + promising: p.PromiseForm, post + promising: p.Promise, get + thanks: p.Done,
	}
	for g, path := range grounds {
		list[get+path] = func(c *fiber.Ctx) error { return p.disputeForm(c, g) }
		list[post+path] = func(c *fiber.Ctx) error { return p.dispute(c, g) }
	}
	for k, path := range situations {
		list[get+path] = func(c *fiber.Ctx) error { return p.noticeForm(c, k) }
		list[post+path] = func(c *fiber.Ctx) error { return p.notify(c, k) }
	}
	return list
}

// Scene is the case of a visit with what was said of it.
type Scene struct {
	room.Scene

	Said  objections.Said
	Loose []documents.Document // handed in, and part of nothing yet
}

// within answers inside a visit that may see everything.
func (p Pages) within(c *fiber.Ctx, show func(Scene) error) error {
	return p.Door.Within(c, access.FullView, func(s room.Scene) error {
		out := Scene{Scene: s}
		var err error
		if out.Said, err = p.Desk.Of(c.UserContext(), at(s)); err != nil {
			return err
		}
		if out.Loose, err = p.loose(c.UserContext(), s); err != nil {
			return err
		}
		out.Base = out.Base.Whole()
		return show(out)
	})
}

func (p Pages) loose(ctx context.Context, s room.Scene) (list []documents.Document, err error) {
	err = p.Desk.Store.Read(ctx, s.Visit.CreditorID, func(t *store.Reader) error {
		list, err = documents.Loose(t, s.Visit.CaseID)
		return err
	})
	return list, err
}

func at(s room.Scene) objections.At {
	return objections.At{Creditor: s.Visit.CreditorID, Case: s.Visit.CaseID}
}

// attach ties the documents ticked in a form to what it says.
func attach(s Scene, f room.Fields) objections.Attach {
	chosen := f.Chosen()
	if len(chosen) == 0 {
		return nil
	}
	return func(t *store.Tx, subject string, id debt.ID) error {
		return documents.Attach(t, s.Visit.CaseID, documents.Subject{Kind: subject, ID: string(id)}, chosen...)
	}
}

// uploads is the field for documents of a page, ticked as they were sent.
func (s Scene) uploads(path string, f room.Fields) page.Uploads {
	return page.NewUploads(s.Base.Sent(f.Values), s.Loose, "say", path)
}

// mistake words what a debtor can repair; everything else goes on as an error.
func mistake(b page.Base, err error) (string, error) {
	switch debt.KindOf(err) {
	case debt.Invalid, debt.Forbidden, debt.Conflict, debt.NotFound:
		return b.Words.Error(err), nil
	}
	return "", err
}

// DonePage says what happens now.
type DonePage struct {
	page.Base

	Creditor string
	Due      debt.Date // of the answer to an objection; zero for something else
	Withdrew bool
	// Undisputed is what may be paid meanwhile.
	Undisputed debt.Cents
	Told       int // cases for which something was told at once; 0 for this one alone
}

// counted is the field of the address that says for how many.
const counted = "vorgaenge"

var doneHTML = page.New[DonePage](files, "done.html")

// Done follows every form of this room.
func (p Pages) Done(c *fiber.Ctx) error {
	return p.within(c, func(s Scene) error {
		view := s.done()
		if n, err := strconv.Atoi(c.Query(counted)); err == nil && n > 1 && n < 1000 { // anything may stand there
			view.Told = n
		}
		return doneHTML.Write(c, fiber.StatusOK, view)
	})
}

func (s Scene) done() DonePage {
	out := DonePage{Base: s.Base, Creditor: s.View.Creditor.Name}
	if o, open := s.Said.Open(); open {
		out.Due = o.DueOn
		u, _ := s.Said.Undisputed(s.View.Statement)
		out.Undisputed = u.Amount
	}
	return out
}

// Withdraw takes the open objection back.
func (p Pages) Withdraw(c *fiber.Ctx) error {
	return p.within(c, func(s Scene) error {
		f, err := room.Form(c)
		if err != nil {
			return err
		}
		if f.Text("sure") == "" {
			return startHTML.Write(c, fiber.StatusUnprocessableEntity, s.start(s.Base.Words.Text("withdraw_unsure", nil)))
		}
		err = p.Desk.Withdraw(c.UserContext(), at(s.Scene), s.Visit.Acting.Actor())
		if errors.Is(err, debt.E(debt.Conflict, "objection_ended", nil)) { // twice is once
			err = nil
		}
		if err != nil {
			return err
		}
		return c.Redirect(Home, fiber.StatusSeeOther)
	})
}
