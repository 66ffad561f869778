package object

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/objection"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// DisputePage takes an objection on one ground.
type DisputePage struct {
	page.Base

	Creditor string
	Ground   objection.Ground
	Due      debt.Date // when an answer would be due
	Lines    []line
	Parts    bool // a part of a line can be disputed
	Whole    bool
	Some     bool
	Asked    []asked
	Helps    []objection.Paper
	Words    string
	MayPause bool
	Pause    bool
	Uploads  page.Uploads
	Mistake  string
}

// line is one component that may be disputed.
type line struct {
	Value, Label, Detail string
	Open                 debt.Cents
	Chosen               bool
	Part                 string // as typed
}

// asked is one question; only one of its forms is set.
type asked struct {
	Name    objection.Asked
	Kind    objection.QuestionKind
	Day     page.Day
	Value   string
	Options []option
}

type option struct {
	Value  objection.Option
	Chosen bool
}

var disputeHTML = page.New[DisputePage](files, "dispute.html")

// mostParts is how many lines take a part each: a form has no more fields than it can send.
const mostParts = 20

func (p Pages) disputeForm(c *fiber.Ctx, g objection.Ground) error {
	return p.within(c, func(s Scene) error {
		if _, open := s.Said.Open(); open {
			return c.Redirect(Home, fiber.StatusSeeOther)
		}
		return disputeHTML.Write(c, fiber.StatusOK, s.dispute(g, room.Typed(c), ""))
	})
}

// dispute files an objection.
func (p Pages) dispute(c *fiber.Ctx, g objection.Ground) error {
	return p.within(c, func(s Scene) error {
		f, err := room.Form(c)
		if err != nil {
			return err
		}
		filing, err := filing(g, f)
		if err == nil {
			err = f.Unsent()
		}
		if err == nil {
			filing.Attach = attach(s, f)
			_, err = p.Desk.File(c.UserContext(), at(s.Scene), s.Visit.Acting.Actor(), filing)
		}
		if err == nil || errors.Is(err, debt.E(debt.Conflict, "objection_open_already", nil)) { // a form sent twice
			return c.Redirect(thanks, fiber.StatusSeeOther)
		}
		said, err := mistake(s.Base, err)
		if err != nil {
			return err
		}
		return disputeHTML.Write(c, fiber.StatusUnprocessableEntity, s.dispute(g, f, said))
	})
}

// filing reads the form.
func filing(g objection.Ground, f room.Fields) (objections.Filing, error) {
	out := objections.Filing{Ground: g, Words: debt.Personal(f.Text("words")), PausePlan: f.Text("pause") != "", Answers: objection.Answers{}}
	for _, q := range g.Questions() {
		v := f.Text(string(q.Name))
		if q.Kind == objection.Day {
			v = f.Date(string(q.Name))
		}
		out.Answers[q.Name] = v
	}
	if out.Disputed.Whole = f.Text("what") == "all"; out.Disputed.Whole {
		return out, nil
	}
	for _, value := range f.Values["line"] {
		id, account, _ := strings.Cut(value, ".")
		l := objection.Line{ID: debt.ID(id), Account: debt.AccountKind(account)}
		if part := f.Text("part-" + value); part != "" {
			amount, err := debt.ParseCents(part)
			if err != nil || amount <= 0 {
				return out, debt.E(debt.Invalid, "objection_amount", debt.Args{"field": "part"})
			}
			l.Amount = amount
		}
		out.Disputed.Lines = append(out.Disputed.Lines, l)
	}
	return out, nil
}

func (s Scene) dispute(g objection.Ground, f room.Fields, mistake string) DisputePage {
	s.Base.Path = grounds[g]
	s.Base = s.Base.Keep("say", "")
	out := DisputePage{Base: s.Base, Creditor: s.View.Creditor.Name, Ground: g, Helps: g.Papers(), Words: f.Text("words"),
		Due: s.View.Creditor.Settings.ObjectionDue(s.Today, s.View.Debtor.State), Uploads: s.uploads(grounds[g], f), Mistake: mistake, Pause: f.Text("pause") != ""}
	out.Failed = out.Failed || mistake != ""
	out.MayPause = s.View.Case.Plan == debt.PlanActive || s.View.Case.Plan == debt.PlanAtRisk
	out.Some = f.Text("what") == "some"
	out.Whole = f.Text("what") == "all"
	for _, l := range objection.Open(s.View.Statement) {
		out.Lines = append(out.Lines, s.line(l, f))
	}
	out.Parts = len(out.Lines) <= mostParts
	for _, q := range g.Questions() {
		out.Asked = append(out.Asked, s.asked(q, f))
	}
	return out
}

func (s Scene) line(l objection.Line, f room.Fields) line {
	value := string(l.ID) + "." + string(l.Account)
	out := line{Value: value, Label: s.Base.Word(l.Account), Open: l.Amount, Part: f.Text("part-" + value)}
	for _, v := range f.Values["line"] {
		out.Chosen = out.Chosen || v == value
	}
	for _, c := range s.View.Statement.Claims {
		switch {
		case c.ID == l.ID && l.Account == debt.PrincipalAccount:
			out.Label = c.Object
		case c.ID == l.ID:
			out.Detail = c.Object
		}
	}
	for _, k := range s.View.Statement.Costs {
		if k.ID == l.ID {
			out.Label, out.Detail = s.Base.Word(k.Kind), s.Base.Date(k.IncurredOn)
		}
	}
	return out
}

func (s Scene) asked(q objection.Question, f room.Fields) asked {
	name := string(q.Name)
	out := asked{Name: q.Name, Kind: q.Kind, Value: f.Text(name)}
	for _, o := range q.Options {
		out.Options = append(out.Options, option{o, out.Value == string(o)})
	}
	if q.Kind == objection.Day {
		out.Day = s.day(name, s.Base.Word(q.Name), f)
	}
	return out
}

// day is the field for a day with what was typed.
func (s Scene) day(name, label string, f room.Fields) page.Day {
	d, m, y := f.Day(name)
	return page.Day{Base: s.Base, Name: name, Label: label, D: d, M: m, Y: y}
}
