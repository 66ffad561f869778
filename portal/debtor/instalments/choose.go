package instalments

import (
	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// The paths of the choice and of what follows from it.
const (
	home       = "/akte/raten"
	choosePath = home + "/neu"
	answerAt   = "#answer" // where the page answers
)

// ChoosePage asks how much and when, and answers with the schedule.
type ChoosePage struct {
	page.Base
	form

	Creditor string
	Payable  debt.Cents
	On       debt.Date
	Least    debt.Cents // from which instalment on nobody needs to be asked; 0 for none
	Offers   []offer
	Mistakes []mistake
	Summary  bool // the mistakes are told at the top
	Answered bool
	AtOnce   bool
	Broken   []string
	Nearest  *plan.Wish
	Terms    terms
	Moved    debt.Date // the first day is none on which banks work: still in time until then
}

// offer is a settlement as a choice.
type offer struct {
	plan.Offer

	Chosen bool
}

// Mode is the value of its field.
func (o offer) Mode() string { return offerMode + o.ID }

// Wrong is what is wrong with a field.
func (p ChoosePage) Wrong(field string) string {
	for _, m := range p.Mistakes {
		if m.Field == field {
			return m.Text
		}
	}
	return ""
}

// Rhythms are the ones to choose from.
func (p ChoosePage) Rhythms() []plan.Rhythm { return plan.Rhythms() }

// Sum writes cents for a hidden field.
func (f form) Sum() int64 { return int64(f.Affordable) }

var chooseHTML = page.New[ChoosePage](files, "choose.html", "plan.html")

// Choose shows the choice: empty, or with what was laid out last.
func (p *Pages) Choose(c *fiber.Ctx) error {
	return p.open(c, func(s scene, v plans.View) error {
		if page.Of(c).Again != nil {
			return s.typed(c, v)
		}
		return s.begin(c, v)
	})
}

// typed shows the choice, or the page with all answers, as it was when the language changed.
func (s scene) typed(c *fiber.Ctx, v plans.View) error {
	r := readReasons(room.Typed(c))
	view, a, err := s.choose(v, r.form, false)
	if err != nil {
		return err
	}
	if room.Typed(c).Text("at") == "check" && view.Answered {
		return checkHTML.Write(c, fiber.StatusOK, s.check(v, a, r))
	}
	view.Mistakes = nil // nobody has asked for an answer
	return chooseHTML.Write(c, fiber.StatusOK, view)
}

func (s scene) begin(c *fiber.Ctx, v plans.View) error {
	f := s.blank(v)
	if v.Draft != nil {
		f = formOf(s.words(), v.Draft.Wish)
	}
	view, _, err := s.choose(v, f, false)
	if err != nil {
		return err
	}
	view.Mistakes = nil // nobody has typed anything yet
	return chooseHTML.Write(c, fiber.StatusOK, view)
}

// blank is the choice before anybody has typed: the first day is one that is allowed.
func (s scene) blank(v plans.View) form {
	first := s.Today.AddMonths(1)
	first = first.AddDays(1 - first.Time().Day())
	if s.Today.DaysUntil(first) < 7 {
		first = first.AddMonths(1)
	}
	wish := plan.Wish{Instalment: tiny(v), First: first, Rhythm: plan.Monthly}
	if a, err := v.Rules.Evaluate(wish, v.Position); err == nil && a.Nearest != nil {
		wish.First, wish.Day, wish.Down = a.Nearest.First, a.Nearest.Day, a.Nearest.Down
	}
	f := formOf(s.words(), wish)
	f.Amount = ""
	return f
}

// Weigh answers a choice: with its schedule, with the nearest one that keeps the rules, or with
// the page that shows all answers.
func (p *Pages) Weigh(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.open(c, func(s scene, v plans.View) error {
		f := readForm(sent)
		do := sent.Text("do")
		view, a, err := s.choose(v, f, do == "show" || do == "go")
		if err == nil && do == "nearest" && a.Nearest != nil {
			near := formOf(s.words(), *a.Nearest)
			near.Affordable = f.Affordable
			view, _, err = s.choose(v, near, false)
		}
		if err != nil {
			return err
		}
		if do == "go" && view.Answered {
			return checkHTML.Write(c, fiber.StatusOK, s.check(v, a, reasons{form: view.form}))
		}
		status := fiber.StatusOK
		if view.Summary {
			status = fiber.StatusUnprocessableEntity
		}
		return chooseHTML.Write(c, status, view)
	})
}

// choose looks at a form by the creditor's rules. loud tells mistakes at the top, else they
// stand at their fields alone: somebody is still typing.
func (s scene) choose(v plans.View, f form, loud bool) (ChoosePage, plan.Answer, error) {
	s = s.at(choosePath)
	out := ChoosePage{Base: s.Base.Keep("wish", "show"), form: f, Creditor: s.View.Creditor.Name, Payable: v.Open, On: s.Today, Least: s.least(v)}
	for _, o := range v.Offers {
		out.Offers = append(out.Offers, offer{o, f.settlement() == o.ID})
	}
	wish, wrong := f.wish(s.words())
	var a plan.Answer
	if len(wrong) == 0 {
		var err error
		switch a, err = v.Rules.Evaluate(wish, v.Position); {
		case debt.KindOf(err) != "":
			wrong = append(wrong, s.mistake(err))
		case err != nil:
			return out, a, err
		}
	}
	out.Mistakes, out.Answered = wrong, len(wrong) == 0
	out.Summary = loud && len(wrong) > 0
	out.Failed = out.Summary
	if out.Answered {
		out.AtOnce, out.Broken, out.Nearest = a.AtOnce, breaches(s.words(), a.Breaches), a.Nearest
		out.Terms = s.termsOf(a.Schedule, a.Deal, v.Open)
		out.Moved = s.line(out.Terms.First).InTime
	}
	return out, a, nil
}

// mistake puts a refusal to the field it is about.
func (s scene) mistake(err error) mistake {
	at := fieldOf[keyOf(err)]
	if at == "" {
		at = "how"
	}
	return mistake{at, s.words().Error(err)}
}

// tiny is an instalment so small that rules have something to say about it, and not so small that
// nobody could write the plan down.
func tiny(v plans.View) debt.Cents {
	const euro = 1_00
	return max(euro, (2*v.Open/plan.MostInstalments+euro-1)/euro*euro)
}

// least is the smallest instalment that needs nobody's leave.
func (s scene) least(v plans.View) debt.Cents {
	wish := plan.Wish{Instalment: tiny(v), First: s.Today.AddDays(14), Rhythm: plan.Monthly}
	a, err := v.Rules.Evaluate(wish, v.Position)
	switch {
	case err != nil:
		return 0
	case len(a.Breaches) == 0 && a.AtOnce:
		return wish.Instalment
	case a.Nearest == nil:
		return 0
	}
	if near, err := v.Rules.Evaluate(*a.Nearest, v.Position); err != nil || !near.AtOnce {
		return 0
	}
	return a.Nearest.Instalment
}
