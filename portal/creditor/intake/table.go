package intake

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"quitt/cases"
	"quitt/cases/intake"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	kept "quitt/store/intake"
)

// listed is how many problems a page shows; the file of problems has all.
const listed = 100

// TablePage shows a table on its way in: what its columns mean, what its rows would do, how far
// it is, what became of it.
type TablePage struct {
	room.Frame

	Work     intake.Work
	Name, On string
	Said     string
	Mapping  bool // it asks what the columns mean
	Groups   []MapGroup
	Problems []Problem
	Hidden   int // problems that are not listed
	Mistake  string
	Percent  int
}

// MapGroup is a part of the question what the columns mean.
type MapGroup struct {
	Title  string
	Fields []MapField
}

// MapField asks where one field stands.
type MapField struct {
	Field

	Columns, And []Option // And is for a second column; nil where there can be none
	Styles       []Option // nil where there is one way to write it
	Fixed        bool     // every row may say the same
}

// Problem is one line of the list.
type Problem struct {
	Row                 int
	Column, Value, Said string
}

var tableHTML = room.New[TablePage](files, "table.html")

// Is reports a state, for the template.
func (v TablePage) Is(s kept.State) bool { return v.Work.State == s }

// Table shows how far a table is.
func (p Pages) Table(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		w, err := p.Desk.Load(c.UserContext(), s.Creditor.ID, debt.ID(c.Query("id")))
		if err != nil {
			return p.gone(c, s, err)
		}
		asks := w.State == kept.Draft || w.State == kept.Checked && c.Query("zuordnen") != ""
		return tableHTML.Write(c, fiber.StatusOK, newTable(s, w, asks))
	})
}

// gone says that a table is not there, on the page that lists those that are.
func (p Pages) gone(c *fiber.Ctx, s room.Scene, err error) error {
	if debt.KindOf(err) != debt.NotFound {
		return err
	}
	list, err := p.Desk.Recent(c.UserContext(), s.Creditor.ID)
	if err != nil {
		return err
	}
	v := overview(s, list)
	v.Frame, v.Gone = v.Fails(), true
	return overviewHTML.Write(c, fiber.StatusNotFound, v)
}

func newTable(s room.Scene, w intake.Work, asks bool) TablePage {
	v := TablePage{Frame: s.Frame(tablePath), Work: w, Name: w.Name.Reveal(), On: s.Base.Moment(w.MadeAt), Said: said(s.Base, w.Job), Mapping: asks}
	if asks {
		v.Groups = asked(s.Base, w)
		return v
	}
	for _, p := range w.List[:min(listed, len(w.List))] {
		v.Problems = append(v.Problems, Problem{p.Row, p.Column, p.Value, s.Base.Words.Error(p.Err)})
	}
	v.Hidden = len(w.List) + w.More - len(v.Problems)
	if w.Rows > 0 {
		v.Percent = 100 * w.Counts.Read / w.Rows
	}
	return v
}

// asked is the question what the columns mean, with what is known or guessed already.
func asked(b page.Base, w intake.Work) (list []MapGroup) {
	for _, g := range groups(b.Words) {
		group := MapGroup{Title: g.Title}
		for _, f := range g.Fields {
			from := w.Mapping.Fields[f.Name]
			m := MapField{Field: f, Columns: columns(w.Head, from.Column), Fixed: f.Options != nil || f.Name == "object" || f.Name == "country"}
			m.Value = w.Mapping.Fixed[f.Name]
			m.Options = slices.Clone(f.Options)
			for i := range m.Options {
				m.Options[i].Chosen = m.Options[i].Value == m.Value
			}
			if f.Name == "street" {
				m.And = columns(w.Head, from.And)
			}
			m.Styles = styles(b, f.Kind, from.Style)
			group.Fields = append(group.Fields, m)
		}
		list = append(list, group)
	}
	return list
}

// columns are those of the file, with the first row's cell to recognise them by.
func columns(h cases.Head, chosen int) (list []Option) {
	for i, name := range h.Names {
		if name == "" {
			name = strconv.Itoa(i + 1)
		}
		if len(h.Rows) > 0 && i < len(h.Rows[0]) && h.Rows[0][i] != "" {
			name += " (" + h.Rows[0][i] + ")"
		}
		list = append(list, Option{strconv.Itoa(i + 1), name, i+1 == chosen})
	}
	return list
}

func styles(b page.Base, k kind, chosen cases.Style) []Option {
	s := sayer{b.Words, nil}
	var list []Option
	switch k {
	case amount:
		list = []Option{s.option("", "intake_style_clear"), s.option(string(cases.StyleGerman), "intake_style_german"), s.option(string(cases.StyleEnglish), "intake_style_english")}
	case day:
		list = []Option{s.option("", "intake_style_clear"), s.option(string(cases.StyleDayWise), "intake_style_day"), s.option(string(cases.StyleMonths), "intake_style_month")}
	}
	for i := range list {
		list[i].Chosen = list[i].Value == string(chosen)
	}
	return list
}

// mappingOf reads what a person says about the columns.
func mappingOf(f page.Values, h cases.Head) cases.Mapping {
	m := cases.Mapping{Delimiter: h.Delimiter, Headers: h.Names, Fields: map[string]cases.Origin{}, Fixed: map[string]string{}}
	number := func(name string) int {
		n, err := strconv.Atoi(f.Get(name))
		if err != nil {
			return 0
		}
		return n
	}
	for _, field := range cases.Fields() {
		from := cases.Origin{Column: number("c_" + field.Name), And: number("a_" + field.Name)}
		if style := cases.Style(f.Get("s_" + field.Name)); slices.Contains(cases.Styles(), style) {
			from.Style = style
		}
		if from.Column > 0 {
			m.Fields[field.Name] = from
		}
		if text := f.Get("v_" + field.Name); text != "" {
			m.Fixed[field.Name] = text
		}
	}
	return m
}

// Explain keeps what the columns mean, tries every row and leads to what they would do.
func (p Pages) Explain(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		id := debt.ID(f.Get("id"))
		w, err := p.Desk.Load(c.UserContext(), s.Creditor.ID, id)
		if err != nil {
			return p.gone(c, s, err)
		}
		m := mappingOf(f, w.Head)
		err = p.Desk.Explain(c.UserContext(), s.Creditor, id, m)
		if debt.KindOf(err) == debt.Invalid {
			w.Mapping = m
			v := newTable(s, w, true)
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(err)
			return tableHTML.Write(c, fiber.StatusUnprocessableEntity, v)
		}
		return p.onward(c, s, id, err)
	})
}

// onward leads back to the table, or says there what has got in the way.
func (p Pages) onward(c *fiber.Ctx, s room.Scene, id debt.ID, err error) error {
	switch debt.KindOf(err) {
	case debt.NotFound:
		return p.gone(c, s, err)
	case debt.Conflict, debt.Forbidden:
		w, again := p.Desk.Load(c.UserContext(), s.Creditor.ID, id)
		if again != nil {
			return p.gone(c, s, again)
		}
		v := newTable(s, w, w.State == kept.Draft)
		v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(err)
		return tableHTML.Write(c, fiber.StatusConflict, v)
	}
	if err != nil {
		return err
	}
	return c.Redirect(tablePath+"?id="+string(id), fiber.StatusSeeOther)
}

// Start begins to take a table in.
func (p Pages) Start(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		id := debt.ID(f.Get("id"))
		return p.onward(c, s, id, p.Desk.Start(c.UserContext(), s.Creditor.ID, id, f.Get("without") == "yes"))
	})
}

// Discard forgets a table.
func (p Pages) Discard(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		id := debt.ID(f.Get("id"))
		if err := p.Desk.Discard(c.UserContext(), s.Creditor.ID, id); err != nil {
			return p.onward(c, s, id, err)
		}
		return c.Redirect(here, fiber.StatusSeeOther)
	})
}

// Errors gives the problems of a table as a table.
func (p Pages) Errors(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		w, err := p.Desk.Load(c.UserContext(), s.Creditor.ID, debt.ID(c.Query("id")))
		if err != nil {
			return p.gone(c, s, err)
		}
		t := s.Base.Words
		header := []string{t.Text("intake_row", nil), t.Text("intake_column", nil), t.Text("intake_value", nil), t.Text("intake_problem", nil)}
		content, err := intake.Table(header, w.List, t.Error)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+t.Text("intake_errors_file", nil)+`.csv"`)
		return c.Send(content)
	})
}
