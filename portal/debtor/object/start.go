package object

import (
	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/objection"
	"quitt/debt/situation"
	"quitt/portal/page"
	kept "quitt/store/objections"
)

// StartPage leads to every page of this room and shows what was said before.
type StartPage struct {
	page.Base

	Creditor   string
	Grounds    []way
	Situations []way
	MayProve   bool
	MayPromise bool
	Objections []objected // the newest first
	Proofs     []proved
	Promises   []promised
	Told       []told
	Open       bool
	Overdue    bool
	Undisputed debt.Cents
	Mistake    string
}

// way leads to the page of a ground or of a situation.
type way struct{ Path, Name, Hint string }

// objected is an objection as its debtor sees it.
type objected struct {
	Ground  objection.Ground
	State   debt.ObjectionState
	Whole   bool
	Amount  debt.Cents
	FiledOn debt.Date
	DueOn   debt.Date
	EndedOn debt.Date
	Reason  string
	Given   debt.Cents
}

// Open reports whether the answer is still to come.
func (o objected) Open() bool { return o.State == debt.ObjectionOpen }

type proved struct {
	State   kept.ProofState
	Amount  debt.Cents
	PaidOn  debt.Date
	FiledOn debt.Date
	Reason  string
}

type promised struct {
	State  situation.PromiseState
	Amount debt.Cents
	By     debt.Date
}

type told struct {
	Kind   situation.Kind
	State  kept.SituationState
	On     debt.Date
	Reason string
}

var startHTML = page.New[StartPage](files, "start.html")

// Start is the first page.
func (p Pages) Start(c *fiber.Ctx) error {
	return p.within(c, func(s Scene) error { return startHTML.Write(c, fiber.StatusOK, s.start("")) })
}

func (s Scene) start(mistake string) StartPage {
	s.Base.Path = Home
	out := StartPage{Base: s.Base, Creditor: s.View.Creditor.Name, Mistake: mistake, MayProve: s.View.Statement.Payable > 0}
	out.Failed = mistake != ""
	_, promises := s.Said.Promised()
	out.MayPromise = s.View.Creditor.Settings.PromiseDays > 0 && !promises && s.View.Statement.Payable > 0
	var open kept.Objection
	if open, out.Open = s.Said.Open(); out.Open {
		out.Overdue = s.Today.After(open.DueOn)
		u, _ := s.Said.Undisputed(s.View.Statement)
		out.Undisputed = u.Amount
	} else {
		for _, g := range objection.Grounds() {
			out.Grounds = append(out.Grounds, way{grounds[g], s.Base.Word(g), s.Base.Word(g.Hint())})
		}
	}
	for _, k := range situation.Kinds() {
		if _, told := s.Said.Told(k); !told {
			out.Situations = append(out.Situations, way{Path: situations[k], Name: s.Base.Word(k)})
		}
	}
	s.past(&out)
	return out
}

// past lists what was said, the newest first.
func (s Scene) past(out *StartPage) {
	for i := len(s.Said.Objections) - 1; i >= 0; i-- {
		o := s.Said.Objections[i]
		one := objected{Ground: o.Ground, State: o.State, Whole: o.Disputed.Whole, Amount: o.Total, FiledOn: debt.DateIn(o.FiledAt, debt.Berlin),
			DueOn: o.DueOn, Reason: o.Reason.Reveal(), Given: o.Credited}
		if !o.EndedAt.IsZero() {
			one.EndedOn = debt.DateIn(o.EndedAt, debt.Berlin)
		}
		out.Objections = append(out.Objections, one)
	}
	for i := len(s.Said.Proofs) - 1; i >= 0; i-- {
		p := s.Said.Proofs[i]
		out.Proofs = append(out.Proofs, proved{p.State, p.Amount, p.PaidOn, debt.DateIn(p.FiledAt, debt.Berlin), p.Reason.Reveal()})
	}
	for i := len(s.Said.Promises) - 1; i >= 0; i-- {
		p := s.Said.Promises[i]
		out.Promises = append(out.Promises, promised{p.State, p.Amount, p.By})
	}
	for i := len(s.Said.Situations) - 1; i >= 0; i-- {
		n := s.Said.Situations[i]
		out.Told = append(out.Told, told{n.Kind, n.State, debt.DateIn(n.ToldAt, debt.Berlin), n.Reason.Reveal()})
	}
}
