// Package list is where one begins in the creditor's window, and the lists of cases: what needs
// a person today, the search, filters, views, what is taken out, and actions on many cases.
package list

import (
	"context"
	"embed"
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/batches"
	"quitt/cases/worklist"
	"quitt/debt"
	"quitt/debt/batch"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/store/caselist"
)

//go:embed *.html
var files embed.FS

// Pages are the pages of this room.
type Pages struct {
	Door    room.Door
	Desk    worklist.Desk
	Batches batches.Desk
	Month   func(ctx context.Context, s room.Scene) ([]room.Figure, error) // the key figures of the start page
	Exports string                                                         // folder of workbooks in the making
}

// The addresses of this room, and that of a case's record.
const (
	pilePath   = room.Home + "/aufgaben"
	listPath   = room.Home + "/akten"
	searchPath = listPath + "/suche"
	viewPath   = listPath + "/ansicht"
	dropPath   = viewPath + "/entfernen"
	exportPath = listPath + "/export"
	batchPath  = listPath + "/sammeln"
	beginPath  = batchPath + "/starten"
	undoPath   = batchPath + "/zurueck"
	recordPath = room.Home + "/akte"
)

// ways are the pages of this room with the rights they need.
func (p Pages) ways() map[string]struct {
	fiber.Handler
	staff.Right
} {
	type way = struct {
		fiber.Handler
		staff.Right
	}
	return map[string]way{
		"GET " + room.Home:   {p.Start, staff.See},
		"GET " + pilePath:    {p.Pile, staff.See},
		"GET " + listPath:    {p.List, staff.See},
		"POST " + searchPath: {p.Search, staff.See},
		"POST " + viewPath:   {p.KeepView, staff.See},
		"POST " + dropPath:   {p.DropView, staff.See},
		"GET " + exportPath:  {p.Export, staff.Export},
		"GET " + batchPath:   {p.Batch, staff.Act},
		"POST " + batchPath:  {p.Choose, staff.Act},
		"POST " + beginPath:  {p.Begin, staff.Act},
		"POST " + undoPath:   {p.Undo, staff.Act},
	}
}

// Handlers are the pages by their routes.
func (p Pages) Handlers() map[string]fiber.Handler {
	list := map[string]fiber.Handler{}
	for name, w := range p.ways() {
		list[name] = w.Handler
	}
	return list
}

// Rights says what they need.
func (p Pages) Rights() map[string]staff.Right {
	list := map[string]staff.Right{}
	for name, w := range p.ways() {
		list[name] = w.Right
	}
	return list
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	startHTML.Ready()
	pileHTML.Ready()
	listHTML.Ready()
	batchHTML.Ready()
	batchesHTML.Ready()
}

// record is the address of a case's record; "" while there is no such page.
func (p Pages) record(reference string) string {
	if !p.Door.Ways[recordPath] {
		return ""
	}
	return recordPath + "?" + url.Values{"nr": {reference}}.Encode()
}

func who(s room.Scene) worklist.Who {
	return worklist.Who{Creditor: s.Creditor.ID, Member: s.Member.ID}
}

// ListPage is a part of a list of cases.
type ListPage struct {
	room.Frame

	Mistake  string
	Asked    string // what was searched for
	More     bool
	Count    string
	Searched string // that the page ended early; "" if it did not
	Heads    []head
	Rows     []row
	Choices  []choice // filters with a choice
	Fields   []option
	Query    worklist.Query
	Least    string
	Most     string
	Same     string // the query of the list, for forms that lead back
	Filtered bool
	Views    []view
	Previous string
	Next     string
	CSV      string // where the list is taken out; "" without the right
	XLSX     string
	Actions  []option
	Batches  string
}

type head struct {
	Name, Sort string
	Sorted     string // "ascending" or "descending" for aria-sort
	Numeric    bool
}

type row struct {
	ID              debt.ID
	Reference, Link string
	Cells           []cell
}

type cell struct {
	Label, Text string
	Numeric     bool
}

type choice struct {
	Name, Label string
	Options     []option
}

type option struct {
	Value, Word string
	Selected    bool
}

type view struct {
	ID         debt.ID
	Name, Link string
	Current    bool
	Own        bool
}

var listHTML = room.New[ListPage](files, "list.html", "search.html")

// List shows a part of a list.
func (p Pages) List(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		q, err := worklist.ParseQuery(string(c.Request().URI().QueryString()))
		if err != nil {
			return p.show(c, s, usual(), err)
		}
		return p.show(c, s, q, nil)
	})
}

// usual is the list of an address that says nothing.
func usual() worklist.Query {
	q, err := worklist.ParseQuery("")
	if err != nil {
		panic(err) // tried by every test
	}
	return q
}

// show writes a list, with what is wrong with a form where something is.
func (p Pages) show(c *fiber.Ctx, s room.Scene, q worklist.Query, mistake error) error {
	at := caselist.At{Case: debt.ID(c.Query("nach"))}
	if before := c.Query("vor"); before != "" {
		at = caselist.At{Case: debt.ID(before), Back: true}
	}
	if c.Method() == fiber.MethodPost {
		at = caselist.At{}
	}
	found, err := p.Desk.Look(c.UserContext(), who(s), q, at)
	switch {
	case gone(err) && q.Search != "":
		q.Search = ""
		return p.show(c, s, q, err)
	case debt.KindOf(err) == debt.NotFound:
		return p.Door.Kit.Problem(c, page.Problem{Kind: page.NotFound})
	case err != nil:
		return err
	}
	views, err := p.Desk.Views(c.UserContext(), who(s))
	if err != nil {
		return err
	}
	out := p.newList(s, q, found)
	out.addViews(s, q, views)
	status := fiber.StatusOK
	if mistake != nil {
		out.Frame, out.Mistake, status = out.Fails(), s.Base.Words.Error(mistake), fiber.StatusUnprocessableEntity
	}
	return listHTML.Write(c, status, out)
}

// Search keeps what was typed and leads to its hits: an address says nothing of it.
func (p Pages) Search(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		id, err := p.Desk.Search(c.UserContext(), who(s), f.Get("q"))
		if debt.KindOf(err) == debt.Invalid {
			return p.show(c, s, usual(), err)
		}
		if err != nil {
			return err
		}
		q := usual()
		q.Search = id
		return c.Redirect(listPath+"?"+q.String(), fiber.StatusSeeOther)
	})
}

// KeepView gives a list a name.
func (p Pages) KeepView(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		q, err := worklist.ParseQuery(f.Get("liste"))
		if err != nil {
			return p.show(c, s, usual(), err)
		}
		_, err = p.Desk.Keep(c.UserContext(), who(s), f.Get("name"), q, f.Get("geteilt") != "")
		if k := debt.KindOf(err); k == debt.Invalid || k == debt.Conflict {
			return p.show(c, s, q, err)
		}
		if err != nil {
			return err
		}
		q.Search = ""
		return c.Redirect(listPath+"?"+q.String(), fiber.StatusSeeOther)
	})
}

// DropView forgets a view of one's own.
func (p Pages) DropView(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		err = p.Desk.Remove(c.UserContext(), who(s), debt.ID(f.Get("ansicht")))
		if debt.KindOf(err) == debt.NotFound {
			return p.Door.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		}
		if err != nil {
			return err
		}
		return c.Redirect(listPath, fiber.StatusSeeOther)
	})
}

// newList words a page of a list.
func (p Pages) newList(s room.Scene, q worklist.Query, found worklist.Page) ListPage {
	w, same := s.Base.Words, q.String()
	out := ListPage{Frame: at(s, listPath, same), Query: q, Same: same, Asked: found.Asked.Text, More: found.More, Batches: batchPath}
	out.Count = count(w, found.Count)
	if found.Searched > 0 {
		out.Searched = w.Text("list_searched", debt.Args{"n": found.Searched})
	}
	for _, x := range []struct {
		id   debt.ID
		name string
		to   *string
	}{{found.Previous, "vor", &out.Previous}, {found.Next, "nach", &out.Next}} {
		if x.id != "" {
			*x.to = listPath + "?" + joined(same, x.name+"="+string(x.id))
		}
	}
	out.addFilters(w, q)
	out.Heads = heads(w, q)
	for _, c := range found.Cases {
		out.Rows = append(out.Rows, row{c.ID, c.FileReference, p.record(c.FileReference), cells(w, q, c)})
	}
	if s.Role.May(staff.Export) {
		out.CSV, out.XLSX = exportPath+"?"+joined("format=csv", same), exportPath+"?"+joined("format=xlsx", same)
	}
	for _, a := range batch.Actions() {
		if s.Role.May(needs(a)) {
			out.Actions = append(out.Actions, option{Value: string(a), Word: w.Word(a)})
		}
	}
	return out
}

// at is the frame of a page whose address has a query: the switch of the language leads back to it.
func at(s room.Scene, path, query string) room.Frame {
	f := s.Frame(path)
	f.Path = path + "?" + query
	return f
}

func joined(parts ...string) string {
	text := ""
	for _, x := range parts {
		if text != "" && x != "" {
			text += "&"
		}
		text += x
	}
	return text
}

// addViews lists the views, and says which one is shown.
func (out *ListPage) addViews(s room.Scene, q worklist.Query, views []caselist.View) {
	q.Search = ""
	for _, v := range views {
		out.Views = append(out.Views, view{v.ID, v.Name, listPath + "?" + v.Query, v.Query == q.String(), v.Member == s.Member.ID})
	}
}

// gone reports that what was searched for is not kept any more.
func gone(err error) bool { return errors.Is(err, debt.E(debt.NotFound, "list_search_gone", nil)) }
