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

// ChangePage asks what is to change of a running plan and shows the new schedule before anything
// does.
type ChangePage struct {
	page.Base
	changeForm

	Creditor string
	Version  int64 // of the plan as it was shown
	Monthly  bool
	Fixed    bool // a settlement's sums cannot be changed
	Arrears  debt.Cents
	Now      debt.Cents // the instalment as it is
	Mistakes []mistake
	Answered bool
	Broken   []string // limits it goes beyond: then the creditor is asked
	Before   terms
	Terms    terms
}

// changeForm is what the page sends, as typed.
type changeForm struct {
	Kind                              plan.ChangeKind
	Day, Months, Lower, Raise, Reason string
}

// Wrong is what is wrong with a field.
func (p ChangePage) Wrong(field string) string {
	for _, m := range p.Mistakes {
		if m.Field == field {
			return m.Text
		}
	}
	return ""
}

// Which reports whether a change is the chosen one.
func (p ChangePage) Which(kind string) bool { return string(p.Kind) == kind }

var changeHTML = page.New[ChangePage](files, "change.html", "plan.html")

const changePath = home + "/aendern"

func readChange(f room.Fields) changeForm {
	out := changeForm{Kind: plan.ChangeKind(f.Text("kind")), Reason: f.Text("note")}
	switch out.Kind { // what was typed for another change is forgotten
	case plan.Move:
		out.Day = f.Text("day")
	case plan.Pause:
		out.Months = f.Text("months")
	case plan.Lower:
		out.Lower = f.Text("lower")
	case plan.Raise:
		out.Raise = f.Text("raise")
	}
	return out
}

// change reads what was typed.
func (f changeForm) change() (c plan.Change, field string, err error) {
	c.Kind = f.Kind
	switch f.Kind {
	case plan.Move:
		field = "day"
		if c.Day, err = strconv.Atoi(f.Day); err != nil {
			err = debt.E(debt.Invalid, "plan_day_range", nil)
		}
	case plan.Pause:
		field = "months"
		if c.Months, err = strconv.Atoi(f.Months); err != nil {
			err = debt.E(debt.Invalid, "plan_pause_range", nil)
		}
	case plan.Lower:
		field = "lower"
		c.Amount, err = amount(f.Lower)
	case plan.Raise:
		field = "raise"
		c.Amount, err = amount(f.Raise)
	case plan.Skip:
		field = "kind-skip"
	default:
		return c, "kind-move", debt.E(debt.Invalid, "plan_change_unknown", nil)
	}
	return c, field, err
}

// ChangeForm asks.
func (p *Pages) ChangeForm(c *fiber.Ctx) error {
	return p.running(c, func(s scene, v plans.View) error {
		sent := room.Typed(c)
		if sent.Text("at") == "check" {
			return p.weighChange(c, s, v, sent)
		}
		return changeHTML.Write(c, fiber.StatusOK, s.change(v, readChange(sent)))
	})
}

// Change shows the new schedule, and on the second press makes the change: at once inside the
// limits, as a wish to the creditor beyond them.
func (p *Pages) Change(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.running(c, func(s scene, v plans.View) error { return p.weighChange(c, s, v, sent) })
}

// weighChange answers a change. Only a form that was sent makes it: a page shown once more
// decides nothing.
func (p *Pages) weighChange(c *fiber.Ctx, s scene, v plans.View, sent room.Fields) error {
	f := readChange(sent)
	view := s.change(v, f)
	wish, field, err := f.change()
	var looked plan.Changed
	if err == nil {
		looked, err = p.Desk.LookChange(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID, wish)
	}
	if err != nil {
		return s.notChanged(c, view, mistake{Field: field}, err)
	}
	version, _ := strconv.ParseInt(sent.Text("version"), 10, 64)
	if page.Of(c).Again == nil && sent.Text("do") == "go" && version == view.Version {
		return p.makeChange(c, s, plans.ChangeWish{Change: wish, Version: version, Note: debt.Personal(f.Reason)})
	}
	view.Answered, view.Broken = true, breaches(s.words(), looked.Breaches)
	view.Terms = s.termsOf(looked.Plan.Schedule, looked.Plan.Deal, v.Open)
	view.Keeps.Form = "again"
	return changeHTML.Write(c, fiber.StatusOK, view)
}

func (s scene) notChanged(c *fiber.Ctx, view ChangePage, at mistake, err error) error {
	if debt.KindOf(err) == "" {
		return err
	}
	at.Text = s.words().Error(err)
	view.Failed, view.Mistakes = true, []mistake{at}
	return changeHTML.Write(c, fiber.StatusUnprocessableEntity, view)
}

func (p *Pages) makeChange(c *fiber.Ctx, s scene, w plans.ChangeWish) error {
	changed, atOnce, err := p.Desk.Change(c.UserContext(), s.who(), w)
	if err != nil {
		return p.refused(c, s, err)
	}
	return saidHTML.Write(c, fiber.StatusOK, s.changed(changed, atOnce))
}

func (s scene) change(v plans.View, f changeForm) ChangePage {
	s = s.at(changePath)
	k := v.Plan
	return ChangePage{Base: s.Base.Keep("other", "show"), changeForm: f, Creditor: s.View.Creditor.Name, Version: k.Version, Monthly: k.Wish.Rhythm == plan.Monthly,
		Fixed: k.Deal.Settlement != "", Arrears: v.Progress.Arrears, Now: k.Wish.Instalment, Before: s.termsOf(k.Schedule, k.Deal, v.Open)}
}

// changed says what became of a change.
func (s scene) changed(x plan.Changed, atOnce bool) SaidPage {
	w, last := s.words(), x.Plan.Schedule.Last()
	out := SaidPage{Base: s.Base, Good: true, Title: w.Text("changed_title", nil), Links: []link{{home, w.Text("done_to_plan", nil), true},
		{calendarPath, w.Text("running_calendar", nil), false}}}
	out.Texts = []string{w.Text("changed_text", debt.Args{"day": last.DueOn, "amount": last.Amount}), w.Text("changed_paper", nil)}
	if !atOnce {
		args := debt.Args{"creditor": s.View.Creditor.Name}
		out.Title, out.Texts = w.Text("change_sent", nil), []string{w.Text("change_sent_text", args)}
		out.Links = out.Links[:1]
	}
	return out
}
