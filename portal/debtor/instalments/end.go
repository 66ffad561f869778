package instalments

import (
	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/plans"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// SurePage asks once more before something is done that counts.
type SurePage struct {
	page.Base

	Title  string
	Texts  []string
	To     string // where the button sends
	Button string
	Note   string // the label of a field for words; "" without one
	Typed  string
	Plan   debt.ID
	Wrong  string
}

var sureHTML = page.New[SurePage](files, "sure.html", "plan.html")

const (
	endPath    = home + "/beenden"
	excusePath = home + "/verzug"
	methodPath = home + "/zahlweise" // in the room method
	// The two files of a running plan.
	orderPath    = home + "/dauerauftrag"
	calendarPath = home + "/kalender"
)

// EndForm says what ending a plan means.
func (p *Pages) EndForm(c *fiber.Ctx) error {
	return p.running(c, func(s scene, v plans.View) error {
		return sureHTML.Write(c, fiber.StatusOK, s.at(endPath).ending(v))
	})
}

func (s scene) ending(v plans.View) SurePage {
	w := s.words()
	texts := []string{w.Text("end_free", nil), w.Text("end_paid", debt.Args{"amount": v.Progress.Paid}), w.Text("end_rest", debt.Args{"amount": v.Open})}
	if v.Plan.Deal.Settlement != "" {
		texts = append(texts, w.Text("end_settlement", nil))
	}
	return SurePage{Base: s.Base, Title: w.Text("end_title", nil), Texts: append(texts, w.Text("end_instead", nil)), To: endPath,
		Button: w.Text("end_go", nil), Plan: v.Plan.ID}
}

// End ends a plan: the debtor may at any time.
func (p *Pages) End(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.running(c, func(s scene, _ plans.View) error {
		if err := p.Desk.Cancel(c.UserContext(), s.who(), debt.ID(sent.Text("plan"))); err != nil {
			return p.refused(c, s, err)
		}
		return saidHTML.Write(c, fiber.StatusOK, s.ended())
	})
}

func (s scene) ended() SaidPage {
	w := s.words()
	return SaidPage{Base: s.Base, Good: true, Title: w.Text("over_ended_you", nil), Texts: []string{w.Text("over_ended_text", nil)},
		Links: []link{{"/akte", w.Text("back_to_claim", nil), true}, {choosePath, w.Text("over_again", nil), false}}}
}

// ExcuseForm lets the debtor say that a delay is not his fault.
func (p *Pages) ExcuseForm(c *fiber.Ctx) error {
	return p.running(c, func(s scene, _ plans.View) error {
		view := s.at(excusePath).excusing()
		view.Typed = room.Typed(c).Text("note")
		return sureHTML.Write(c, fiber.StatusOK, view)
	})
}

func (s scene) excusing() SurePage {
	w := s.words()
	return SurePage{Base: s.Base.Keep("sure", ""), Title: w.Text("excuse_title", nil), Texts: []string{w.Text("excuse_text", nil), w.Text("excuse_effect", nil)},
		To: excusePath, Button: w.Text("excuse_go", nil), Note: w.Text("excuse_note", nil)}
}

// Excuse takes it: no lapse until a person has looked.
func (p *Pages) Excuse(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.running(c, func(s scene, _ plans.View) error {
		text, s := sent.Text("note"), s.at(excusePath)
		if n := len([]rune(text)); n == 0 || n > mostNote {
			view := s.excusing()
			view.Failed, view.Typed, view.Wrong = true, text, s.words().Text("excuse_missing", debt.Args{"most": mostNote})
			return sureHTML.Write(c, fiber.StatusUnprocessableEntity, view)
		}
		if err := p.Desk.Excuse(c.UserContext(), s.who(), debt.Personal(text)); err != nil {
			return p.refused(c, s, err)
		}
		return saidHTML.Write(c, fiber.StatusOK, s.excused())
	})
}

func (s scene) excused() SaidPage {
	w := s.words()
	return SaidPage{Base: s.Base, Good: true, Title: w.Text("excused_title", nil), Texts: []string{w.Text("excused_text", nil)},
		Links: []link{{home, w.Text("done_to_plan", nil), true}}}
}
