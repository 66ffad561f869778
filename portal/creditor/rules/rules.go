// Package rules has the page on which a creditor says what is decided without a person: the plans
// that are taken at once, the offers to take less, and the days people have.
package rules

import (
	"embed"
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/debt/staff"
	"quitt/plans"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store"
	"quitt/store/expect"
	"quitt/store/terms"
)

//go:embed *.html
var files embed.FS

// Pages are the pages of this room.
type Pages struct {
	Door  room.Door
	Plans plans.Desk
}

// The addresses.
const (
	home      = "/verwaltung/regeln"
	plansPath = home + "/raten"
	termsPath = home + "/fristen"
	offerPath = home + "/vergleich"
)

// Handlers lists the pages.
func (p Pages) Handlers() map[string]fiber.Handler {
	return map[string]fiber.Handler{fiber.MethodGet + " " + home: p.Show, fiber.MethodPost + " " + plansPath: p.SetPlans,
		fiber.MethodPost + " " + termsPath: p.SetTerms, fiber.MethodPost + " " + offerPath: p.Offer}
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
func Ready() { rulesHTML.Ready() }

// RulesPage shows what is in force, or what was typed and not taken.
type RulesPage struct {
	room.Frame

	Version   int64
	Brackets  []bracket
	Numbers   []number // of plans in general
	Interest  bool     // rests while a plan is kept
	Offers    []offer
	Terms     []number
	PayOnly   bool
	Seen      string // the settings the form was made from
	Notice    string
	Mistake   string
	IsChanged bool
	Percent   string
	Parts     string
	Valid     page.Day
	Revives   bool
	Of        string
}

type bracket struct {
	Index                                       int
	Label, From, Least, Instalments, Months, In string
	AtOnce                                      bool
}

type number struct{ Name, Label, Hint, Value string }

type offer struct {
	ID, Text string
	Bracket  int
}

var rulesHTML = room.New[RulesPage](files, "rules.html")

// scene is what is in force when the page is made.
type scene struct {
	room.Scene

	rules   plan.Rules
	version int64
	form    page.Values
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
		if s.rules, s.version, err = p.Plans.Rules(c.UserContext(), in.Creditor.ID); err != nil {
			return err
		}
		return show(s)
	})
}

// Show is the page.
func (p Pages) Show(c *fiber.Ctx) error {
	return p.within(c, func(s scene) error {
		view := s.view(home)
		if c.Query("getan") == "1" {
			view.Notice = s.Base.Words.Text("record_rules_done", nil)
		}
		return rulesHTML.Write(c, fiber.StatusOK, view)
	})
}

// answer leads back, or shows why nothing was changed.
func (s scene) answer(c *fiber.Ctx, path string, err error) error {
	if err == nil {
		return c.Redirect(home+"?getan=1", fiber.StatusSeeOther)
	}
	view := s.view(path)
	view.Frame = view.Fails()
	switch kind := debt.KindOf(err); {
	case errors.Is(err, expect.Changed()) || errors.Is(err, debt.E(debt.Conflict, "changed_meanwhile", nil)):
		view.IsChanged = true
		return rulesHTML.Write(c, fiber.StatusConflict, view)
	case kind == debt.Invalid || kind == debt.Forbidden:
		view.Mistake = s.Base.Words.Error(err)
		return rulesHTML.Write(c, fiber.StatusUnprocessableEntity, view)
	}
	return err
}

func (s scene) seen() int64 {
	n, err := strconv.ParseInt(s.form.Get("version"), 10, 64)
	if err != nil {
		return 1 << 62 // that of no rules
	}
	return n
}

func (p Pages) who(s scene) plans.Who { return plans.Who{Creditor: s.Creditor.ID, By: s.Actor()} }

// SetPlans puts new rules for plans in force.
func (p Pages) SetPlans(c *fiber.Ctx) error {
	return p.within(c, func(s scene) error {
		rules, err := s.read()
		if err == nil {
			err = p.Plans.ReplaceRules(c.UserContext(), p.who(s), rules, s.seen())
		}
		return s.answer(c, plansPath, err)
	})
}

// Offer adds a standing offer to take less, or takes one back.
func (p Pages) Offer(c *fiber.Ctx) error {
	return p.within(c, func(s scene) error {
		rules, err := s.offered()
		if err == nil {
			err = p.Plans.ReplaceRules(c.UserContext(), p.who(s), rules, s.seen())
		}
		return s.answer(c, offerPath, err)
	})
}

// SetTerms changes the days people have.
func (p Pages) SetTerms(c *fiber.Ctx) error {
	return p.within(c, func(s scene) error {
		wanted, err := s.terms()
		if err == nil && s.form.Get("seen") != fingerprint(s.Creditor.Settings) {
			err = expect.Changed()
		}
		if err == nil {
			err = p.Door.Store.Write(c.UserContext(), s.Creditor.ID, func(t *store.Tx) error { return terms.Save(t, s.Creditor.Settings, wanted) })
		}
		return s.answer(c, termsPath, err)
	})
}

// plain writes an amount as one types it.
func plain(w *text.Catalogue, c debt.Cents) string {
	if w.Language() == text.English {
		return c.String()
	}
	return german(c.String())
}
