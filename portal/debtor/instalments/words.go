package instalments

import (
	"errors"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/portal/debtor/room"
	"quitt/portal/text"
)

// scene is a case's page with the words of plans.
type scene struct{ room.Scene }

func (s scene) words() *text.Catalogue { return s.Base.Words }

// terms is a schedule in words: what a debtor must see before agreeing to it. The last
// instalment stands apart because it is seldom like the others.
type terms struct {
	Count       int
	Each        debt.Cents
	First, Last plan.Instalment
	Total       debt.Cents
	Interest    debt.Cents // within the total
	Free        bool       // no interest while the plan is kept
	Tentative   bool       // beyond the last announced base rate
	Saves       debt.Cents // of a settlement
	Broken      plan.Broken
	Lines       []line
	Open        bool // short enough to be shown unfolded
}

// line is one instalment.
type line struct {
	No     int
	On     debt.Date
	Amount debt.Cents
	Rest   debt.Cents
	InTime debt.Date // the working day on which it is still in time, if that is another
}

const unfolded = 6

// termsOf describes a schedule. What is due on a day without banks is in time on the next
// working day (BGB § 193).
func (s scene) termsOf(x plan.Schedule, d plan.Deal, open debt.Cents) terms {
	t := terms{Count: len(x.Instalments), Total: x.Total(), Last: x.Last(), Free: x.Interest == plan.NoInterest, Tentative: x.Tentative,
		Open: len(x.Instalments) <= unfolded}
	if t.Count == 0 {
		return t
	}
	t.First = x.Instalments[0]
	t.Each = x.Instalments[min(1, t.Count-1)].Amount
	if t.Count <= 2 {
		t.Each = t.First.Amount
	}
	if d.Settlement != "" {
		t.Saves, t.Broken = max(0, open-d.Sum), d.Broken
	}
	for _, i := range x.Instalments {
		t.Interest += i.Accrued
		t.Lines = append(t.Lines, s.line(i))
	}
	return t
}

func (s scene) line(i plan.Instalment) line {
	l := line{No: i.No, On: i.DueOn, Amount: i.Amount, Rest: i.Rest}
	if last := debt.LastDayToAct(i.DueOn, s.View.Debtor.State); last != i.DueOn {
		l.InTime = last
	}
	return l
}

// breach is a rule that a wish breaks, in words.
func breach(w *text.Catalogue, b plan.Breach) string {
	switch b.Rule {
	case "plan_rule_balance":
		return w.Text("plan_rule_balance", b.Args)
	case "plan_rule_rhythm":
		return w.Text("plan_rule_rhythm", b.Args)
	case "plan_rule_day":
		return w.Text("plan_rule_day", b.Args)
	case "plan_rule_first":
		return w.Text("plan_rule_first", b.Args)
	case "plan_rule_down":
		return w.Text("plan_rule_down", b.Args)
	case "plan_rule_least":
		return w.Text("plan_rule_least", b.Args)
	case "plan_rule_count":
		return w.Text("plan_rule_count", b.Args)
	case "plan_rule_length":
		return w.Text("plan_rule_length", b.Args)
	case "plan_limit_move_days":
		return w.Text("plan_limit_move_days", b.Args)
	case "plan_limit_pause_months":
		return w.Text("plan_limit_pause_months", b.Args)
	case "plan_limit_lower":
		return w.Text("plan_limit_lower", b.Args)
	}
	return w.Text("plan_limit_often", b.Args)
}

func breaches(w *text.Catalogue, list []plan.Breach) (out []string) {
	for _, b := range list {
		out = append(out, breach(w, b))
	}
	return out
}

// answer is one thing the debtor has said, with the field in which it can be changed.
type answer struct{ Name, Value, At string }

// answers lists a wish as it was understood.
func (s scene) answers(w plan.Wish, t terms) (list []answer) {
	c := s.words()
	with := func(name, value, at string) { list = append(list, answer{name, value, at}) }
	switch {
	case t.Broken != "": // a longer plan is taken by name as well, and gives nothing up
		with(c.Text("answer_settlement", nil), c.Text("answer_settlement_value", debt.Args{"amount": t.Total, "n": t.Count}), "how")
	default:
		with(c.Text("answer_each", nil), c.Cents(w.Instalment), "how")
	}
	if w.Down > 0 {
		with(c.Text("answer_down", nil), c.Cents(w.Down), "more")
	}
	with(c.Text("answer_first", nil), c.Date(w.First), "when")
	if w.Settlement == "" {
		with(c.Text("answer_rhythm", nil), c.Word(w.Rhythm), "when")
	}
	if w.Rhythm == plan.Monthly && t.Count > 1 {
		day := w.Day
		if day == 0 {
			day = w.First.Time().Day()
		}
		with(c.Text("answer_day", nil), c.Text("answer_day_value", debt.Args{"n": day}), "when")
	}
	with(c.Text("answer_count", nil), c.Int(int64(t.Count)), "how")
	last := c.Text("answer_last_value", debt.Args{"amount": t.Last.Amount, "day": t.Last.DueOn})
	if t.Tentative {
		last = c.Text("terms_tentative", nil) + " " + last
	}
	with(c.Text("answer_last", nil), last, "how")
	return list
}

// at sets the page to come back to after a change of language.
func (s scene) at(path string) scene {
	s.Base = s.Base.Whole()
	s.Base.Path = path
	return s
}

// keyOf names the sentence of a refusal.
func keyOf(err error) string {
	var e *debt.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}
