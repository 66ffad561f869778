package list

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/worklist"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/reports/files/table"
	"quitt/store/caselist"
)

// exportMost is how long an export may take as a whole: a million cases take minutes.
const exportMost = 30 * time.Minute

// Export gives a list as a file, in all columns, while it is read: it is never there as a whole.
func (p Pages) Export(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Export, func(s room.Scene) error {
		q, err := worklist.ParseQuery(string(c.Request().URI().QueryString()))
		format := c.Query("format")
		if err != nil || format != "csv" && format != "xlsx" {
			return p.Door.Kit.Problem(c, page.Problem{Kind: page.BadRequest})
		}
		// Whether the search is still there is known before the first byte.
		if _, err := p.Desk.Look(c.UserContext(), who(s), q, caselist.At{}); err != nil {
			if debt.KindOf(err) == debt.NotFound {
				return p.Door.Kit.Problem(c, page.Problem{Kind: page.NotFound})
			}
			return err
		}
		e := export{pages: p, scene: s, query: q}
		if format == "xlsx" {
			if err := table.Sweep(p.Exports, s.Now.Add(-2*exportMost)); err != nil {
				return err
			}
			if e.book, err = table.NewBook(p.Exports); err != nil {
				return err
			}
		}
		c.Attachment("akten-" + s.Today.String() + "." + format)
		page.Stream(c, exportMost, e.write)
		return nil
	})
}

// export is one that is being written.
type export struct {
	pages Pages
	scene room.Scene
	query worklist.Query
	to    *page.Reader
	book  *table.Book // nil for CSV
}

func (e export) write(ctx context.Context, to *page.Reader) {
	e.to = to
	if e.book == nil {
		_ = e.csv(ctx)
		return
	}
	e.book.Out = to
	defer func() { _ = e.book.Drop() }()
	_ = e.xlsx(ctx)
}

// step lets the reader see that rows are being read, of a workbook too, which is written when they
// all are.
func (e export) step() error {
	if e.book != nil {
		if err := e.book.Alive(); err != nil {
			return err
		}
	}
	return e.to.Flush()
}

func (e export) csv(ctx context.Context) error {
	t, err := table.NewCSV(e.to)
	if err != nil {
		return err
	}
	heads := []table.Cell{}
	for _, h := range exportHeads(e.scene.Base.Words) {
		heads = append(heads, table.Heading(h))
	}
	if err := t.Row(heads); err != nil {
		return err
	}
	if err := e.rows(ctx, t); err != nil {
		// A file that breaks off must not look like one that ended there.
		_ = t.Row([]table.Cell{table.Text(e.scene.Base.Words.Text("list_export_broken", nil))})
		_ = t.Close()
		return err
	}
	return t.Close()
}

// xlsx leaves a workbook that breaks off without its end: no program opens it.
func (e export) xlsx(ctx context.Context) error {
	words := e.scene.Base.Words
	err := e.book.Begin(table.Sheet{Name: words.Text("staff_nav_cases", nil), Heads: exportHeads(words), Widths: []int{18}, Keep: true})
	if err == nil {
		err = e.rows(ctx, e.book)
	}
	if err != nil {
		return err
	}
	return e.book.Close()
}

func (e export) rows(ctx context.Context, t table.Writer) error {
	return e.pages.Desk.Export(ctx, who(e.scene), e.query, func(cases []caselist.Case) error {
		if err := e.step(); err != nil {
			return err
		}
		for _, c := range cases {
			if err := t.Row(exportRow(e.scene.Base.Words, c)); err != nil {
				return err
			}
		}
		return nil
	})
}

func exportHeads(w *text.Catalogue) (list []string) {
	for _, head := range []sentence{say("list_col_reference"), say("list_col_name"), say("list_col_own"), say("list_col_invoice"), say("list_col_original"), say("list_col_open"), say("list_col_interest"), say("list_col_costs"), say("list_col_overpaid"), say("list_col_due"), say("list_col_received"), say("list_col_stage"), say("list_col_processing"), say("list_col_payment"), say("list_col_objection"), say("list_col_plan"), say("list_col_review")} {
		list = append(list, head(w))
	}
	return list
}

func exportRow(w *text.Catalogue, c caselist.Case) []table.Cell {
	return []table.Cell{table.Text(c.FileReference), table.Text(called(w, c)), table.Text(c.CreditorReference), table.Text(invoices(c)),
		table.Money(c.Original()), table.Money(c.Open.Principal), table.Money(c.Open.Interest), table.Money(c.Open.Costs), table.Money(c.Open.Overpaid),
		table.Day(c.DueSince()), table.Day(debt.DateIn(c.ReceivedAt, debt.Berlin)), table.Text(w.Word(c.Stage)), table.Text(w.Word(c.Processing)),
		table.Text(w.Word(c.Payment)), table.Text(w.Word(c.Objection)), table.Text(w.Word(c.Plan)), table.Text(w.Word(c.Review))}
}
