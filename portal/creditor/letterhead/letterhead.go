// Package letterhead has the page on which a creditor says how people reach it: what stands at the
// head of its own letters and with its address on the debtor's page.
package letterhead

import (
	"embed"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin/staffing"
	"quitt/cases/terms"
	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/staff"
	written "quitt/notifications/letter"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/store/expect"
)

//go:embed *.html
var files embed.FS

// Pages are the pages of this room.
type Pages struct {
	Door    room.Door
	Terms   terms.Desk
	Letters written.Desk
	Staff   staffing.Desk
}

const path = "/verwaltung/regeln/kontakt"

// Handlers lists the pages.
func (p Pages) Handlers() map[string]fiber.Handler {
	return map[string]fiber.Handler{fiber.MethodGet + " " + path: p.Show, fiber.MethodPost + " " + path: p.Save}
}

// Rights says what they need.
func (p Pages) Rights() map[string]staff.Right {
	return map[string]staff.Right{fiber.MethodGet + " " + path: staff.Rules, fiber.MethodPost + " " + path: staff.Rules}
}

// Ready parses the template; a server calls it before it listens.
func Ready() { contactHTML.Ready() }

// ContactPage shows what is in force, or what was typed and not taken.
type ContactPage struct {
	room.Frame

	Name      string
	Address   debt.Address
	Fields    []field
	Seen      int64
	Versions  []version
	Notice    string
	Mistake   string
	IsChanged bool
}

type field struct{ Name, Label, Hint, Type, Value string }

// version is a state of before.
type version struct {
	Number          int64
	When, Who, What string
}

var contactHTML = room.New[ContactPage](files, "letterhead.html")

// mostVersions is how far back the page looks.
const mostVersions = 20

// scene is what is in force when the page is made.
type scene struct {
	room.Scene

	states []terms.State
	names  map[debt.ID]debt.Personal
	form   page.Values
}

func (p Pages) within(c *fiber.Ctx, show func(scene) error) error {
	return p.Door.Within(c, staff.Rules, func(in room.Scene) error {
		s := scene{Scene: in}
		var err error
		if c.Method() == fiber.MethodPost {
			if s.form, err = page.Form(c); err != nil {
				return err
			}
		}
		if s.states, err = p.Terms.History(c.UserContext(), in.Creditor.ID, terms.Contact, mostVersions); err != nil {
			return err
		}
		var ids []debt.ID
		for _, x := range s.states {
			if x.By.ID != "" && !slices.Contains(ids, x.By.ID) {
				ids = append(ids, x.By.ID)
			}
		}
		if s.names, err = p.Staff.Names(c.UserContext(), ids); err != nil {
			return err
		}
		return show(s)
	})
}

// Show is the page.
func (p Pages) Show(c *fiber.Ctx) error {
	return p.within(c, func(s scene) error {
		view := s.view()
		if c.Query("getan") == "1" {
			view.Notice = s.Base.Words.Text("head_done", nil)
		}
		return contactHTML.Write(c, fiber.StatusOK, view)
	})
}

// view fills the page, with what was typed where a form was sent.
func (s scene) view() ContactPage {
	w, own := s.Base.Words, s.Creditor.Settings.Contact
	if s.form != nil {
		own = s.typed()
	}
	view := ContactPage{Frame: s.Frame(path), Name: s.Creditor.Name, Address: s.Creditor.Address, Fields: []field{
		{"phone", w.Text("contact_phone", nil), "", "tel", own.Phone},
		{"hours", w.Text("head_hours", nil), w.Text("head_hours_hint", nil), "text", own.Hours},
		{"email", w.Text("contact_email", nil), "", "email", own.Email},
		{"web", w.Text("head_web", nil), w.Text("head_web_hint", nil), "text", own.Web}}}
	if len(s.states) > 0 {
		view.Seen = s.states[0].Number
	}
	for _, x := range s.states {
		v := version{Number: x.Number, When: s.Base.Moment(x.At), Who: s.names[x.By.ID].Reveal(), What: strings.Join(x.Settings.Contact.Lines(), " · ")}
		if v.Who == "" {
			v.Who = w.Text("record_who_staff", nil)
		}
		if v.What == "" {
			v.What = w.Text("head_nothing", nil)
		}
		view.Versions = append(view.Versions, v)
	}
	return view
}

func (s scene) typed() debt.Contact {
	return debt.Contact{Phone: s.form.Get("phone"), Email: s.form.Get("email"), Web: s.form.Get("web"), Hours: s.form.Get("hours")}
}

// Save puts the lines in force, or shows a letter with them.
func (p Pages) Save(c *fiber.Ctx) error {
	return p.within(c, func(s scene) error {
		seen, err := strconv.ParseInt(s.form.Get("seen"), 10, 64)
		if err != nil || seen < 0 {
			return s.refuse(c, expect.Changed()) // made from no page of ours
		}
		pdf, err := p.print(s)
		if s.form.Get("do") == "preview" && err == nil {
			c.Set(fiber.HeaderContentType, "application/pdf")
			c.Set(fiber.HeaderContentDisposition, `inline; filename="muster.pdf"`)
			return c.Send(pdf)
		}
		if err == nil {
			err = p.Terms.SetContact(c.UserContext(), terms.Who{Creditor: s.Creditor.ID, By: s.Actor(), Seen: seen}, s.typed())
		}
		if err == nil {
			return c.Redirect(path+"?getan=1", fiber.StatusSeeOther)
		}
		return s.refuse(c, err)
	})
}

// refuse shows what was typed and why it is not in force.
func (s scene) refuse(c *fiber.Ctx, err error) error {
	view := s.view()
	view.Frame = view.Fails()
	switch {
	case errors.Is(err, expect.Changed()):
		view.IsChanged = true
		return contactHTML.Write(c, fiber.StatusConflict, view)
	case debt.KindOf(err) == debt.Invalid:
		view.Mistake = s.Base.Words.Error(err)
		return contactHTML.Write(c, fiber.StatusUnprocessableEntity, view)
	}
	return err
}

// print makes an invented reminder with what was typed: a head that has no room, or signs the
// letters have no letters for, would keep real ones from being printed.
func (p Pages) print(s scene) ([]byte, error) {
	own, err := debt.ParseContact(s.typed())
	if err != nil {
		return nil, err
	}
	creditor := s.Creditor
	creditor.Settings.Contact = own
	draft, err := p.Letters.Draft(letter.Reminder, creditor, nil)
	if err != nil {
		return nil, err
	}
	return p.Letters.PrintDraft(draft)
}
