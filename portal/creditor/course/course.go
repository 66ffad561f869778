// Package course has the page on which a creditor lays down how debtors are told: the ways of news,
// the order and distance of demands, and how both were before.
package course

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
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/store/expect"
)

//go:embed *.html
var files embed.FS

// Pages are the pages of this room.
type Pages struct {
	Door  room.Door
	Terms terms.Desk
	Staff staffing.Desk
}

// The addresses.
const (
	home         = "/verwaltung/regeln/ablauf"
	channelsPath = "/verwaltung/regeln/wege"
	dunningPath  = "/verwaltung/regeln/mahnen"
)

// Handlers lists the pages.
func (p Pages) Handlers() map[string]fiber.Handler {
	return map[string]fiber.Handler{fiber.MethodGet + " " + home: p.Show, fiber.MethodPost + " " + channelsPath: p.SetChannels,
		fiber.MethodPost + " " + dunningPath: p.SetDunning}
}

// Rights says what they need.
func (p Pages) Rights() map[string]staff.Right {
	list := map[string]staff.Right{}
	for name := range p.Handlers() {
		list[name] = staff.Rules
	}
	return list
}

// Ready parses the template; a server calls it before it listens.
func Ready() { courseHTML.Ready() }

// CoursePage shows what is in force, or what was typed and not taken.
type CoursePage struct {
	room.Frame

	Email, Text, Letter bool // ticked
	Seen                int64
	Channels            []version
	Days                []field
	RemindFirst, Second bool
	SeenDunning         int64
	Dunning             []version
	Stops               []stop
	Picture             picture
	Notice              string
	Mistake             string
	IsChanged           bool
}

// version is a state of before.
type version struct {
	Number          int64
	When, Who, What string
}

var courseHTML = room.New[CoursePage](files, "course.html")

// mostVersions is how far back the page looks.
const mostVersions = 20

// scene is what is in force when the page is made.
type scene struct {
	room.Scene

	channels []terms.State
	dunning  []terms.State
	names    map[debt.ID]debt.Personal
	form     page.Values
}

func (p Pages) within(c *fiber.Ctx, show func(scene) error) error {
	return p.Door.Within(c, staff.Rules, func(in room.Scene) error {
		s := scene{Scene: in, form: page.Values{}}
		var err error
		if c.Method() == fiber.MethodPost {
			if s.form, err = page.Form(c); err != nil {
				return err
			}
		}
		if s.channels, err = p.Terms.History(c.UserContext(), in.Creditor.ID, terms.Channels, mostVersions); err != nil {
			return err
		}
		if s.dunning, err = p.Terms.History(c.UserContext(), in.Creditor.ID, terms.Dunning, mostVersions); err != nil {
			return err
		}
		if s.names, err = p.Staff.Names(c.UserContext(), authors(append(slices.Clone(s.channels), s.dunning...))); err != nil {
			return err
		}
		return show(s)
	})
}

// authors are the members who laid something down.
func authors(list []terms.State) (ids []debt.ID) {
	for _, x := range list {
		if x.By.ID != "" && !slices.Contains(ids, x.By.ID) {
			ids = append(ids, x.By.ID)
		}
	}
	return ids
}

// Show is the page.
func (p Pages) Show(c *fiber.Ctx) error {
	return p.within(c, func(s scene) error {
		view := s.view(home)
		if c.Query("getan") == "1" {
			view.Notice = s.Base.Words.Text("record_rules_done", nil)
		}
		return courseHTML.Write(c, fiber.StatusOK, view)
	})
}

// view fills the page: the form that was sent with what was typed, the others with what counts.
func (s scene) view(sent string) CoursePage {
	own := s.Creditor.Settings.Channels
	if sent == channelsPath {
		own = s.chosen()
	}
	view := CoursePage{Frame: s.Frame(home), Email: !own.NoEmail, Text: !own.NoText, Letter: !own.NoLetter, Seen: number(s.channels)}
	for _, x := range s.channels {
		view.Channels = append(view.Channels, s.version(x, s.named(x.Settings.Channels)))
	}
	s.pace(&view, sent)
	return view
}

// number is that of the version in force.
func number(list []terms.State) int64 {
	if len(list) == 0 {
		return 0
	}
	return list[0].Number
}

func (s scene) version(x terms.State, what string) version {
	v := version{Number: x.Number, When: s.Base.Moment(x.At), Who: s.names[x.By.ID].Reveal(), What: what}
	if v.Who == "" {
		v.Who = s.Base.Words.Text("record_who_staff", nil)
	}
	return v
}

// named lists the ways that are used.
func (s scene) named(c debt.Channels) string {
	w := s.Base.Words
	var list []string
	for _, way := range []struct {
		off  bool
		name string
	}{{c.NoEmail, w.Text("channels_email", nil)}, {c.NoText, w.Text("channels_text", nil)}, {c.NoLetter, w.Text("channels_letter", nil)}} {
		if !way.off {
			list = append(list, way.name)
		}
	}
	return strings.Join(list, " · ")
}

// chosen reads the ticks.
func (s scene) chosen() debt.Channels {
	off := func(name string) bool { return s.form.Get(name) == "" }
	return debt.Channels{NoEmail: off("email"), NoText: off("sms"), NoLetter: off("letter")}
}

// who lays down, having seen the version the form was made from.
func (s scene) who() (terms.Who, error) {
	seen, err := strconv.ParseInt(s.form.Get("seen"), 10, 64)
	if err != nil || seen < 0 {
		err = expect.Changed() // made from no page of ours
	}
	return terms.Who{Creditor: s.Creditor.ID, By: s.Actor(), Seen: seen}, err
}

// SetChannels says which ways news leave out.
func (p Pages) SetChannels(c *fiber.Ctx) error {
	return p.within(c, func(s scene) error {
		who, err := s.who()
		if err == nil {
			err = p.Terms.SetChannels(c.UserContext(), who, s.chosen())
		}
		return s.answer(c, channelsPath, err)
	})
}

// answer leads back, or shows why nothing was changed.
func (s scene) answer(c *fiber.Ctx, path string, err error) error {
	if err == nil {
		return c.Redirect(home+"?getan=1", fiber.StatusSeeOther)
	}
	view := s.view(path)
	view.Frame = view.Fails()
	switch {
	case errors.Is(err, expect.Changed()):
		view.IsChanged = true
		return courseHTML.Write(c, fiber.StatusConflict, view)
	case debt.KindOf(err) == debt.Invalid:
		view.Mistake = s.Base.Words.Error(err)
		return courseHTML.Write(c, fiber.StatusUnprocessableEntity, view)
	}
	return err
}
