package debtor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/portal/text"
)

// EntryPage is the code form. Nothing on it tells whether a code, a person or a claim
// exists.
type EntryPage struct {
	page.Base
	entryForm

	// Mistake is one of typing, which everybody can see: it needs no secrecy.
	Mistake string
}

// entryForm is what a visitor typed, kept while the language changes.
type entryForm struct {
	Token, Code      string
	Check            access.CheckKind
	Day, Month, Year string
	Number, Postcode string
}

var entryPage = page.New[EntryPage](files, "entry.html")

// Entry is the start page with the code form.
func (p *Pages) Entry(c *fiber.Ctx) error {
	return p.entry(c, fiber.StatusOK, EntryPage{Base: p.Kit.Base(c)})
}

func (p *Pages) entry(c *fiber.Ctx, status int, view EntryPage) error {
	if view.Check == access.CheckNone {
		view.Check = access.CheckBirth
	}
	return entryPage.Write(c, status, view)
}

// Enter answers the code form. A refusal keeps the code, which a paper shows anyway, and
// empties the check.
func (p *Pages) Enter(c *fiber.Ctx) error {
	f, err := room.Form(c)
	if err != nil {
		return err
	}
	typed := readEntry(f)
	opened, err := p.Signin.Open(c.UserContext(), signin.Attempt{Token: typed.Token, Code: typed.Code, Check: typed.check()})
	if kind := problemOf(err); kind != "" {
		return p.Kit.Problem(c, page.Problem{Kind: kind})
	}
	if refused(err) {
		countTry(c, err)
		view := EntryPage{Base: p.Kit.Base(c), entryForm: entryForm{Token: typed.Token, Code: typed.Code, Check: typed.Check}}
		view.Mistake = mistake(view.Words, err)
		view.Failed, view.Path = true, "/"
		return p.entry(c, fiber.StatusUnprocessableEntity, view)
	}
	if err != nil {
		return err
	}
	p.SetSession(c, opened)
	return c.Redirect("/akte", fiber.StatusSeeOther)
}

// Language changes the language and shows the page again. Everything typed so far into its
// form comes along.
func (p *Pages) Language(c *fiber.Ctx) error {
	f, err := room.Form(c)
	if err != nil {
		return err
	}
	lang := text.Language(f.Text("lang"))
	if !slices.Contains(text.Languages(), lang) {
		return p.Kit.Problem(c, page.Problem{Kind: page.BadRequest})
	}
	page.SetLanguage(c, lang)
	if f.Text("form") == "entry" {
		view := EntryPage{Base: p.Kit.Base(c), entryForm: readEntry(f)}
		view.Path = "/"
		return p.entry(c, fiber.StatusOK, view)
	}
	if f.Text("form") == page.Typed {
		return p.Kit.Again(c, f.Text("path"), page.Again{Values: f.Values})
	}
	return c.Redirect(page.Local(f.Text("path")), fiber.StatusSeeOther)
}

func readEntry(f room.Fields) entryForm {
	return entryForm{
		Token: f.Text("token"), Code: f.Text("code"), Check: access.CheckKind(f.Text("check")),
		Day: f.Text("day"), Month: f.Text("month"), Year: f.Text("year"),
		Number: f.Text("number"), Postcode: f.Text("postcode"),
	}
}

// check gives the second datum of the choice; a day that is none stays what was typed and
// fails like every other wrong one.
func (f entryForm) check() signin.Check {
	switch f.Check {
	case access.CheckBirth:
		return signin.Check{Kind: f.Check, Value: debt.Personal(birthDate(f.Year, f.Month, f.Day))}
	case access.CheckNumber:
		return signin.Check{Kind: f.Check, Value: debt.Personal(f.Number)}
	case access.CheckPostcode:
		return signin.Check{Kind: f.Check, Value: debt.Personal(strings.ReplaceAll(f.Postcode, " ", ""))}
	}
	return signin.Check{}
}

// birthDate joins three room.Fields to YYYY-MM-DD. Two digits of a year mean the past hundred
// years nobody has to count: only four are taken.
func birthDate(year, month, day string) string {
	y, errY := strconv.Atoi(year)
	m, errM := strconv.Atoi(month)
	d, errD := strconv.Atoi(day)
	if errY != nil || errM != nil || errD != nil {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", y, m, d)
}
