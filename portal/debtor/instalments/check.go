package instalments

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// Reasons a proposal may give. The debtor chooses one; what it says beyond is a note.
var proposalReasons = []string{"income", "job_loss", "illness", "family", "other_debts", "payday", "other"}

// reasons are what a proposal says beside the wish.
type reasons struct {
	form

	Reason, Note string
	Tell         bool // the affordable instalment goes along
}

func readReasons(f room.Fields) reasons {
	return reasons{readForm(f), f.Text("reason"), f.Text("note"), f.Text("tell") != ""}
}

// CheckPage shows all answers before anything is bound or sent.
type CheckPage struct {
	page.Base
	reasons

	Creditor string
	Answers  []answer
	Terms    terms
	AtOnce   bool
	Broken   []string
	Until    int // days a proposal stands
	Mistakes []mistake
	Choices  []reasonChoice
}

type reasonChoice struct {
	Code, Label string
	Chosen      bool
}

var checkHTML = page.New[CheckPage](files, "check.html", "plan.html")

func (s scene) check(v plans.View, a plan.Answer, r reasons) CheckPage {
	s = s.at(choosePath)
	t := s.termsOf(a.Schedule, a.Deal, v.Open)
	out := CheckPage{Base: s.Base.Keep("agree", ""), reasons: r, Creditor: s.View.Creditor.Name, Answers: s.answers(a.Wish, t), Terms: t,
		AtOnce: a.AtOnce && len(a.Breaches) == 0, Broken: breaches(s.words(), a.Breaches), Until: v.Rules.RoundDays}
	for _, code := range proposalReasons {
		out.Choices = append(out.Choices, reasonChoice{code, s.reason(code), code == r.Reason})
	}
	return out
}

// reason words a code of a proposal's reasons.
func (s scene) reason(code string) string {
	w := s.words()
	switch code {
	case "income":
		return w.Text("reason_income", nil)
	case "job_loss":
		return w.Text("reason_job_loss", nil)
	case "illness":
		return w.Text("reason_illness", nil)
	case "family":
		return w.Text("reason_family", nil)
	case "other_debts":
		return w.Text("reason_other_debts", nil)
	case "payday":
		return w.Text("reason_payday", nil)
	}
	return w.Text("reason_other", nil)
}

// mostNote is how long a note may be, in characters.
const mostNote = 1000

// weighed reads a choice again: what a page showed is never trusted.
func (s scene) weighed(v plans.View, f form) (ChoosePage, plan.Answer, bool, error) {
	view, a, err := s.choose(v, f, true)
	return view, a, view.Answered, err
}

// Prepare lays a choice within the rules out: its costs are told next.
func (p *Pages) Prepare(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.open(c, func(s scene, v plans.View) error {
		view, a, ok, err := s.weighed(v, readForm(sent))
		switch {
		case err != nil:
			return err
		case !ok:
			return chooseHTML.Write(c, fiber.StatusUnprocessableEntity, view)
		case !a.AtOnce || len(a.Breaches) > 0: // the rules are others by now
			return checkHTML.Write(c, fiber.StatusConflict, s.check(v, a, reasons{form: view.form}))
		}
		if _, err := p.Desk.Prepare(c.UserContext(), s.who(), a.Wish); err != nil {
			return p.refused(c, s, err)
		}
		return c.Redirect(home, fiber.StatusSeeOther)
	})
}

// Propose sends a choice beyond the rules to the creditor.
func (p *Pages) Propose(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.open(c, func(s scene, v plans.View) error {
		r := readReasons(sent)
		view, a, ok, err := s.weighed(v, r.form)
		switch {
		case err != nil:
			return err
		case !ok:
			return chooseHTML.Write(c, fiber.StatusUnprocessableEntity, view)
		}
		out := s.check(v, a, r)
		if out.Mistakes = s.missing(r); len(out.Mistakes) > 0 {
			out.Failed = true
			return checkHTML.Write(c, fiber.StatusUnprocessableEntity, out)
		}
		w := plans.Proposal{Wish: a.Wish, Reason: r.Reason, Note: debt.Personal(r.Note)}
		if r.Tell && r.Affordable > 0 {
			w.Affordable = &r.Affordable
		}
		if _, err := p.Desk.Propose(c.UserContext(), s.who(), w); err != nil {
			return p.refused(c, s, err)
		}
		return c.Redirect(home, fiber.StatusSeeOther)
	})
}

func (s scene) missing(r reasons) (wrong []mistake) {
	known := false
	for _, code := range proposalReasons {
		known = known || code == r.Reason
	}
	if !known {
		wrong = append(wrong, mistake{"reason-" + proposalReasons[0], s.words().Text("reason_missing", nil)})
	}
	if n := len([]rune(r.Note)); n > mostNote {
		wrong = append(wrong, mistake{"note", s.words().Text("note_too_long", debt.Args{"most": mostNote, "n": n})})
	}
	return wrong
}

// Hidden are the answers as a form sends them again.
func (f form) Hidden() (list []Hidden) {
	with := func(name, value string) {
		if value != "" {
			list = append(list, Hidden{name, value})
		}
	}
	with("mode", f.Mode)
	with("instalment", f.Amount)
	with("end-day", f.End.Day)
	with("end-month", f.End.Month)
	with("end-year", f.End.Year)
	with("first-day", f.First.Day)
	with("first-month", f.First.Month)
	with("first-year", f.First.Year)
	with("day", f.Day)
	with("rhythm", string(f.Rhythm))
	with("down", f.Down)
	if f.Affordable > 0 {
		with("affordable", strconv.FormatInt(int64(f.Affordable), 10))
	}
	return list
}

// Hidden is a field nobody sees.
type Hidden struct{ Name, Value string }
