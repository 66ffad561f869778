package list

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/batches"
	"quitt/cases/worklist"
	"quitt/debt"
	"quitt/debt/batch"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	kept "quitt/store/batches"
)

func actor(s room.Scene) batches.Who { return batches.Who{Creditor: s.Creditor.ID, By: s.Actor()} }

// Choose keeps which cases something is to be done with: those that were ticked, or all of the
// list.
func (p Pages) Choose(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		q, err := worklist.ParseQuery(f.Get("liste"))
		if err != nil {
			return p.show(c, s, usual(), err)
		}
		a := batch.Action(f.Get("aktion"))
		if !s.Role.May(needs(a)) {
			return p.show(c, s, q, debt.E(debt.Forbidden, "list_withdraw_forbidden", nil))
		}
		ids := make([]debt.ID, len(f["akte"]))
		for i, id := range f["akte"] {
			ids[i] = debt.ID(id)
		}
		if f.Get("alle") != "" {
			var more bool
			if ids, more, err = p.Desk.IDs(c.UserContext(), who(s), q, batches.Most); err == nil && more {
				err = debt.E(debt.Invalid, "list_too_many", debt.Args{"most": batches.Most})
			}
		}
		var id debt.ID
		if err == nil {
			id, err = p.Batches.Choose(c.UserContext(), actor(s), a, ids)
		}
		switch debt.KindOf(err) {
		case debt.Invalid:
			return p.show(c, s, q, err)
		case debt.NotFound:
			return p.Door.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		}
		if err != nil {
			return err
		}
		return c.Redirect(batchAt(id), fiber.StatusSeeOther)
	})
}

func batchAt(id debt.ID) string { return batchPath + "?" + url.Values{"id": {string(id)}}.Encode() }

// BatchPage is an action on many cases: what would become of each, how far it has come, and
// what became of it.
type BatchPage struct {
	room.Frame

	ID        debt.ID
	Mistake   string
	Action    string
	Chosen    bool // nothing is done yet
	AtWork    bool
	Ended     bool
	Places    bool
	Undoable  bool
	Ready     int
	Total     int
	Figures   []figure
	Why       []figure // why something is not done, and how often
	Reasons   []option
	Until     string
	UntilMost string
	Rows      []batchRow
	Shown     string // that the list shows a part
	Warning   string
}

type figure struct {
	Name string
	N    int
}

type batchRow struct{ Reference, Name, Link, Mark, Why string }

var batchHTML = room.New[BatchPage](files, "batch.html")

// Batch shows an action, or without one all that a member did.
func (p Pages) Batch(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		if c.Query("id") == "" {
			return p.batches(c, s)
		}
		return p.showBatch(c, s, page.Values{"id": {c.Query("id")}}, nil)
	})
}

// showBatch shows the action a form or an address names, with what is wrong where something is.
func (p Pages) showBatch(c *fiber.Ctx, s room.Scene, f page.Values, mistake error) error {
	r, err := p.Batches.Show(c.UserContext(), actor(s), debt.ID(f.Get("id")))
	if debt.KindOf(err) == debt.NotFound {
		return p.Door.Kit.Problem(c, page.Problem{Kind: page.NotFound})
	}
	if err != nil {
		return err
	}
	out := newBatch(s, r, f)
	if out.Rows, err = p.batchRows(c, s, r); err != nil {
		return err
	}
	if len(out.Rows) < len(r.Items) {
		out.Shown = s.Base.Words.Text("list_batch_shown", debt.Args{"n": len(out.Rows), "all": len(r.Items)})
	}
	status := fiber.StatusOK
	if mistake != nil {
		out.Frame, out.Mistake, status = out.Fails(), s.Base.Words.Error(mistake), fiber.StatusUnprocessableEntity
	}
	return batchHTML.Write(c, status, out)
}

var markWords = map[kept.Mark]sentence{kept.Ready: say("list_mark_ready"), kept.Refused: say("list_mark_refused"), kept.Done: say("list_mark_done"),
	kept.Reverted: say("list_mark_undone"), kept.Kept: say("list_mark_kept")}

func newBatch(s room.Scene, r batches.Report, f page.Values) BatchPage {
	w := s.Base.Words
	out := BatchPage{Frame: s.Frame(batchAt(r.ID)), ID: r.ID, Action: w.Word(r.Action), Chosen: r.State == kept.Chosen,
		AtWork: r.State == kept.Running || r.State == kept.Undoing, Places: r.Action.Places(), Ready: r.Counts[kept.Ready], Total: r.Total(),
		Until: f.Get("bis"), UntilMost: s.Today.AddDays(365).String(), Undoable: r.State == kept.Finished && r.Action.Places() && r.Counts[kept.Done] > 0}
	out.Ended = !out.Chosen && !out.AtWork
	for _, m := range []kept.Mark{kept.Ready, kept.Done, kept.Reverted, kept.Refused, kept.Kept} {
		if n := r.Counts[m]; n > 0 {
			out.Figures = append(out.Figures, figure{markWords[m](w), n})
		}
	}
	reasons := map[string]int{}
	for _, x := range r.Items {
		if x.Why != "" {
			if reasons[x.Why]++; reasons[x.Why] == 1 {
				out.Why = append(out.Why, figure{Name: x.Why})
			}
		}
	}
	for i, x := range out.Why {
		out.Why[i] = figure{w.Word(debt.Barrier(x.Name)), reasons[x.Name]}
	}
	for _, code := range r.Action.Reasons() {
		out.Reasons = append(out.Reasons, option{string(code), w.Word(code), string(code) == f.Get("grund")})
	}
	if r.Action == batch.Withdraw {
		out.Warning = w.Text("list_withdraw_warning", nil)
	}
	return out
}

// shownMost is how many cases of an action are listed; the figures count all.
const shownMost = 200

// batchRows lists the cases, those that are refused first: they want to be looked at.
func (p Pages) batchRows(c *fiber.Ctx, s room.Scene, r batches.Report) ([]batchRow, error) {
	var ids []debt.ID
	items := map[debt.ID]kept.Item{}
	for _, refused := range []bool{true, false} {
		for _, x := range r.Items {
			if (x.Why != "") == refused && len(ids) < shownMost {
				ids, items[x.CaseID] = append(ids, x.CaseID), x
			}
		}
	}
	cases, err := p.Desk.Cases(c.UserContext(), s.Creditor.ID, ids)
	if err != nil {
		return nil, err
	}
	w, rows := s.Base.Words, make([]batchRow, len(cases))
	for i, f := range cases {
		x := items[f.ID]
		rows[i] = batchRow{f.FileReference, called(w, f), p.record(f.FileReference), markWords[x.Mark](w), ""}
		if x.Why != "" {
			rows[i].Why = w.Word(debt.Barrier(x.Why))
		}
	}
	return rows, nil
}

// Begin lets an action be done as ordered.
func (p Pages) Begin(c *fiber.Ctx) error {
	return p.act(c, func(s room.Scene, id debt.ID, f page.Values) error {
		r, err := p.Batches.Show(c.UserContext(), actor(s), id)
		if err != nil {
			return err
		}
		if !s.Role.May(needs(r.Action)) {
			return debt.E(debt.Forbidden, "list_withdraw_forbidden", nil)
		}
		o := batch.Order{Reason: batch.Reason(f.Get("grund"))}
		if typed := f.Get("bis"); typed != "" {
			if o.Until, err = debt.ParseDate(typed); err != nil {
				return debt.E(debt.Invalid, "list_until_range", debt.Args{"first": s.Today, "last": s.Today.AddDays(365)})
			}
		}
		return p.Batches.Start(c.UserContext(), actor(s), id, o)
	})
}

// Undo lets what an action has placed be taken back.
func (p Pages) Undo(c *fiber.Ctx) error {
	return p.act(c, func(s room.Scene, id debt.ID, _ page.Values) error {
		return p.Batches.Undo(c.UserContext(), actor(s), id)
	})
}

// act does something with an action and shows it again.
func (p Pages) act(c *fiber.Ctx, do func(s room.Scene, id debt.ID, f page.Values) error) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		id := debt.ID(f.Get("id"))
		switch err := do(s, id, f); debt.KindOf(err) {
		case debt.NotFound:
			return p.Door.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		case debt.Invalid, debt.Conflict, debt.Forbidden:
			return p.showBatch(c, s, f, err)
		default:
			if err != nil {
				return err
			}
		}
		return c.Redirect(batchAt(id), fiber.StatusSeeOther)
	})
}

// BatchesPage is what a member did with many cases.
type BatchesPage struct {
	room.Frame

	Rows []batchesRow
}

type batchesRow struct{ Action, Link, At, State string }

var batchesHTML = room.New[BatchesPage](files, "batches.html")

var stateWords = map[kept.State]sentence{kept.Running: say("list_state_running"), kept.Finished: say("list_state_done"), kept.Undoing: say("list_state_undoing"),
	kept.Undone: say("list_state_undone")}

func (p Pages) batches(c *fiber.Ctx, s room.Scene) error {
	list, err := p.Batches.Lately(c.UserContext(), actor(s))
	if err != nil {
		return err
	}
	out := BatchesPage{Frame: s.Frame(batchPath)}
	for _, b := range list {
		out.Rows = append(out.Rows, batchesRow{s.Base.Words.Word(b.Action), batchAt(b.ID), s.Base.Moment(b.MadeAt), stateWords[b.State](s.Base.Words)})
	}
	return batchesHTML.Write(c, fiber.StatusOK, out)
}
