package list

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/worklist"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/store/caselist"
)

// names are the piles in words, and what is done with what lies there.
var names = map[worklist.Group][2]sentence{
	worklist.Objections: {say("list_pile_objections"), say("list_pile_objections_do")},
	worklist.Proofs:     {say("list_pile_proofs"), say("list_pile_proofs_do")},
	worklist.Plans:      {say("list_pile_plans"), say("list_pile_plans_do")},
	worklist.Requests:   {say("list_pile_requests"), say("list_pile_requests_do")},
	worklist.Messages:   {say("list_pile_messages"), say("list_pile_messages_do")},
	worklist.Situations: {say("list_pile_situations"), say("list_pile_situations_do")},
	worklist.Money:      {say("list_pile_money"), say("list_pile_money_do")},
	worklist.Returns:    {say("list_pile_returns"), say("list_pile_returns_do")},
	worklist.Others:     {say("list_pile_others"), say("list_pile_others_do")},
}

// StartPage is what needs a person today.
type StartPage struct {
	room.Frame

	Piles []pile
	More  bool
	Hooks string // what is wrong with the programs that get events; "" if nothing is
	Views []way
	Month []room.Figure
}

type pile struct {
	Name, Do, Link string
	N              string
	Late           string // how much is over its day; "" for none
	Next           debt.Date
}

type way struct{ Name, Link string }

var startHTML = room.New[StartPage](files, "start.html", "search.html")

// Start is the first page.
func (p Pages) Start(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		today, err := p.Desk.Today(c.UserContext(), s.Creditor.ID)
		if err != nil {
			return err
		}
		views, err := p.Desk.Views(c.UserContext(), worklist.Who{Creditor: s.Creditor.ID, Member: s.Member.ID})
		if err != nil {
			return err
		}
		v := newStart(s, today, views)
		if v.Month, err = p.Month(c.UserContext(), s); err != nil {
			return err
		}
		return startHTML.Write(c, fiber.StatusOK, v)
	})
}

func newStart(s room.Scene, today worklist.Today, views []caselist.View) StartPage {
	w := s.Base.Words
	out := StartPage{Frame: s.Frame(room.Home), More: today.More}
	for _, x := range today.Piles {
		one := pile{Name: names[x.Group][0](w), Do: names[x.Group][1](w), N: w.Int(int64(x.N)), Next: x.Next,
			Link: pilePath + "?" + url.Values{"stapel": {string(x.Group)}}.Encode()}
		if x.Late > 0 {
			one.Late = w.Text("list_late", debt.Args{"n": x.Late})
		}
		out.Piles = append(out.Piles, one)
	}
	if today.Failing() {
		out.Hooks = w.Text("list_hooks", debt.Args{"disabled": int(today.Hooks.Disabled), "dead": int(today.Hooks.Dead)})
	}
	for _, v := range views {
		out.Views = append(out.Views, way{v.Name, listPath + "?" + v.Query})
	}
	return out
}

// PilePage is what waits of one kind.
type PilePage struct {
	room.Frame

	Name, Do string
	Rows     []waiting
}

type waiting struct {
	What, Reference, Name, Link string
	Amount                      debt.Cents
	Since                       string
	Due                         debt.Date
	Late                        bool
}

var pileHTML = room.New[PilePage](files, "pile.html")

// Pile lists what waits of one kind.
func (p Pages) Pile(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		g := worklist.Group(c.Query("stapel"))
		list, err := p.Desk.Pile(c.UserContext(), s.Creditor.ID, g)
		if debt.KindOf(err) == debt.NotFound {
			return p.Door.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		}
		if err != nil {
			return err
		}
		w := s.Base.Words
		out := PilePage{Frame: at(s, pilePath, url.Values{"stapel": {string(g)}}.Encode()), Name: names[g][0](w), Do: names[g][1](w)}
		for _, x := range list {
			out.Rows = append(out.Rows, p.row(s, x))
		}
		return pileHTML.Write(c, fiber.StatusOK, out)
	})
}

func (p Pages) row(s room.Scene, x worklist.Waiting) waiting {
	w := s.Base.Words
	out := waiting{What: task(w, x.Kind), Amount: x.Amount, Since: since(w, x.Days(s.Now)), Due: x.DueOn, Late: x.Late}
	if x.Case.ID != "" {
		out.Reference, out.Name, out.Link = x.Case.FileReference, called(w, x.Case), p.record(x.Case.FileReference)
	} else if at := bankPaths[x.Kind]; at != "" && p.Door.Ways[room.Home+"/bank"] {
		out.Reference, out.Link = w.Text("bank_place_go", nil), room.Home+at
	}
	return out
}
