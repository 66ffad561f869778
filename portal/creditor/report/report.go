// Package report has the pages of the recovery reports: figures with their definitions, charts
// with the table behind each, and the cases behind every number.
package report

import (
	"context"
	"embed"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/recovery"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/text"
	"quitt/reports"
	"quitt/reports/files"
	"quitt/reports/mailing"
	"quitt/store/rollups"
)

//go:embed *.html
var pages embed.FS

// Home is where the reports begin; the lines behind a number and the files have addresses of
// their own.
const (
	Home  = room.Home + "/berichte"
	lines = Home + "/akten"
	file  = Home + "/datei"
)

// paths are the addresses of the reports.
var paths = map[reports.Kind]string{
	reports.Overview: Home, reports.Curve: Home + "/verlauf", reports.Ageing: Home + "/alter", reports.Money: Home + "/geld",
	reports.Plans: Home + "/raten", reports.Objections: Home + "/einwaende", reports.Letters: Home + "/briefe",
}

// Pages are the pages of this room.
type Pages struct {
	Door  room.Door
	Desk  reports.Desk
	Mails mailing.Desk
}

// Handlers are the pages.
func (p Pages) Handlers() map[string]fiber.Handler {
	list := map[string]fiber.Handler{fiber.MethodGet + " " + lines: p.Lines, fiber.MethodGet + " " + file: p.File,
		fiber.MethodGet + " " + payouts: p.Payouts, fiber.MethodGet + " " + payoutFile: p.PayoutFile,
		fiber.MethodGet + " " + payoutList: p.PayoutList,
		fiber.MethodGet + " " + Subs:       p.Subscribed, fiber.MethodPost + " " + Subs: p.Subscribe, fiber.MethodPost + " " + subsEnd: p.Unsubscribe}
	for kind, path := range paths {
		list[fiber.MethodGet+" "+path] = func(c *fiber.Ctx) error { return p.Report(c, kind) }
	}
	return list
}

// Rights says what they need: sums tell of nobody, and who may see cases may see them counted.
func (p Pages) Rights() map[string]staff.Right {
	list := map[string]staff.Right{}
	for name := range p.Handlers() {
		list[name] = staff.See
	}
	return list
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	reportHTML.Ready()
	linesHTML.Ready()
	payoutsHTML.Ready()
	subsHTML.Ready()
}

// scopeOf reads which days and cases are asked for: without any, the year up to today.
func scopeOf(c *fiber.Ctx, today debt.Date) (s rollups.Scope, err error) {
	s.By, s.Value = reports.ParseScope(c.Query("auswahl"))
	s.From, s.To = today.AddDays(1-today.Time().Day()).AddMonths(-11), today
	if v := c.Query("von"); v != "" {
		if s.From, err = debt.ParseDate(v); err != nil {
			return s, err
		}
	}
	if v := c.Query("bis"); v != "" {
		s.To, err = debt.ParseDate(v)
	}
	return s, err
}

func queryOf(c *fiber.Ctx, kind reports.Kind, today debt.Date) (reports.Query, error) {
	scope, err := scopeOf(c, today)
	q := reports.Query{Kind: kind, Scope: scope, Per: rollups.By(c.Query("nach")), Over: rollups.By(c.Query("dazu"))}
	if err == nil {
		err = q.Check()
	}
	return q, err
}

// address writes a scope into an address.
func address(path string, s rollups.Scope, more ...string) string {
	v := url.Values{"von": {s.From.String()}, "bis": {s.To.String()}}
	if s.By != rollups.All && s.By != "" {
		v.Set("auswahl", string(s.By)+":"+s.Value)
	}
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] != "" {
			v.Set(more[i], more[i+1])
		}
	}
	return path + "?" + v.Encode()
}

func behindAddress(b rollups.Behind) string {
	return address(lines, b.Scope, "zahl", string(b.Figure), "art", b.Key, "dazu", besideOf(b))
}

// besideOf writes the value of a second breakdown as an address has that of the first.
func besideOf(b rollups.Behind) string {
	if b.Over == "" {
		return ""
	}
	return string(b.Over) + ":" + b.Beside
}

// Page is a report on the screen.
type Page struct {
	room.Frame

	Title    string
	Tabs     []Tab
	Filter   Filter
	Mistake  string
	Of       string // the days and the cases
	CutOff   time.Time
	Building bool
	Cards    []Card
	Parts    []Part
	Files    []Tab
	Offer    Offer
}

// Tab leads to another report or to a file.
type Tab struct {
	Path, Name string
	Current    bool
}

// Filter is the form above a report.
type Filter struct {
	Path, From, To string
	Groups         []Group
	Per, Over      []Choice // the breakdowns, and what goes beside one; none where there is no choice
}

// Group is choices under a common name.
type Group struct {
	Name    string
	Choices []Choice
}

// Choice is one of a list.
type Choice struct {
	Value, Name string
	Chosen      bool
}

// Card is a figure at a glance.
type Card struct {
	Name  string
	Value Number
	Count Number // Text is "" for none
}

// Number is a number and where the cases behind it are.
type Number struct{ Text, Path, Column string }

// Part is a table with its chart.
type Part struct {
	ID, Title, Note, Head string
	Columns               []string
	Rows                  []Line
	Drawing               *reports.Drawing
	Nothing               string // where there are no rows
}

// Line is a row.
type Line struct {
	Head  string
	Cells []Number
}

var reportHTML = room.New[Page](pages, "report.html", "chart.html")

// Report shows a report.
func (p Pages) Report(c *fiber.Ctx, kind reports.Kind) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		q, err := queryOf(c, kind, s.Today)
		if err != nil {
			q.By, q.Value = rollups.All, ""
		}
		v := Page{Frame: s.Frame(paths[kind]), Title: kind.Title().Says(s.Base.Words), Filter: filterOf(s.Base.Words, q, s.Today)}
		for _, k := range reports.Kinds() {
			v.Tabs = append(v.Tabs, Tab{address(paths[k], q.Scope), k.Title().Says(s.Base.Words), k == kind})
		}
		if err != nil {
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(err)
			return reportHTML.Write(c, fiber.StatusUnprocessableEntity, v)
		}
		made, err := p.Desk.Make(c.UserContext(), s.Creditor, q)
		if err != nil {
			return err
		}
		v.show(s.Base.Words, made)
		v.Offer = offerOf(made.Query)
		return reportHTML.Write(c, fiber.StatusOK, v)
	})
}

// Month gives the key figures of the month so far for the start page; none while the sums are
// being made.
func (p Pages) Month(ctx context.Context, s room.Scene) (list []room.Figure, err error) {
	first := s.Today.AddDays(1 - s.Today.Time().Day())
	made, err := p.Desk.Make(ctx, s.Creditor, reports.Query{Kind: reports.Overview, Scope: rollups.Scope{By: rollups.All, From: first, To: s.Today}})
	if err != nil || made.Building {
		return nil, err
	}
	for _, c := range cards(s.Base.Words, made.Tables[0]) {
		list = append(list, room.Figure{Name: c.Name, Text: c.Value.Text, Path: c.Value.Path})
	}
	return list, nil
}

// cards are the key figures.
func cards(words *text.Catalogue, t reports.Table) (list []Card) {
	for _, row := range t.Rows {
		card := Card{Name: row.Head.Says(words), Value: number(words, row.Cells[1], "")}
		if !row.Cells[0].None {
			card.Count = number(words, row.Cells[0], "")
		}
		list = append(list, card)
	}
	return list
}

// show fills in what was made. The first table of the overview is cards.
func (v *Page) show(words *text.Catalogue, made reports.Report) {
	v.Of, v.CutOff, v.Building = made.Of(words), made.CutOff, made.Building
	if made.Building {
		return
	}
	tables := made.Tables
	if made.Kind == reports.Overview {
		v.Cards, tables = cards(words, tables[0]), tables[1:]
	}
	for i, t := range tables {
		v.Parts = append(v.Parts, partOf(words, t, i))
	}
	v.Files = fileTabs(words, func(kind files.Kind) string {
		return address(file, made.Scope, "bericht", string(made.Kind), "art", string(kind), "nach", string(made.Per), "dazu", string(made.Over))
	})
}

// fileTabs lead to the kinds of files.
func fileTabs(words *text.Catalogue, path func(files.Kind) string) []Tab {
	return []Tab{{Path: path(files.PDF), Name: words.Text("report_as_pdf", nil)}, {Path: path(files.XLSX), Name: words.Text("report_as_xlsx", nil)},
		{Path: path(files.CSV), Name: words.Text("report_as_csv", nil)}}
}

func number(words *text.Catalogue, c reports.Cell, column string) Number {
	n := Number{Text: c.Says(words), Column: column}
	if c.Value != 0 && c.Behind.Figure != "" {
		n.Path = behindAddress(c.Behind)
	}
	return n
}

func partOf(words *text.Catalogue, t reports.Table, i int) Part {
	part := Part{ID: "t" + string(rune('1'+i)), Title: t.Title.Says(words), Note: t.Note.Says(words), Head: t.Head.Says(words)}
	for _, c := range t.Columns {
		part.Columns = append(part.Columns, c.Says(words))
	}
	for _, row := range t.Rows {
		line := Line{Head: row.Head.Says(words)}
		for k, cell := range row.Cells {
			line.Cells = append(line.Cells, number(words, cell, part.Columns[k]))
		}
		part.Rows = append(part.Rows, line)
	}
	part.Drawing, part.Nothing = reports.Draw(words, t), t.Nothing().Says(words)
	return part
}

// cohortsOffered is how many months of hand-over the form offers.
const cohortsOffered = 36

func filterOf(words *text.Catalogue, q reports.Query, today debt.Date) Filter {
	f := Filter{Path: paths[q.Kind], From: q.From.String(), To: q.To.String()}
	if q.Kind == reports.Curve { // it compares the months of hand-over, all of them
		return f
	}
	choice := func(by rollups.By, value string) Choice {
		return Choice{string(by) + ":" + value, reports.ValueLabel(by, value).Says(words), q.By == by && q.Value == value}
	}
	grounds, ages, cohorts := Group{Name: reports.PerLabel(rollups.ByGround).Says(words)}, Group{Name: reports.PerLabel(rollups.ByAge).Says(words)}, Group{Name: reports.PerLabel(rollups.ByCohort).Says(words)}
	for _, g := range debt.Grounds() {
		grounds.Choices = append(grounds.Choices, choice(rollups.ByGround, string(g)))
	}
	for _, a := range recovery.Ages() {
		ages.Choices = append(ages.Choices, choice(rollups.ByAge, a))
	}
	first := today.AddDays(1 - today.Time().Day())
	for i := range cohortsOffered {
		cohorts.Choices = append(cohorts.Choices, choice(rollups.ByCohort, recovery.Month(first.AddMonths(-i))))
	}
	f.Groups = []Group{grounds, ages, cohorts}
	if q.Kind == reports.Overview {
		f.Over = []Choice{{"", words.Text("report_over_none", nil), q.Over == ""}, {string(rollups.ByMonth), words.Text("report_month_head", nil), q.Over == rollups.ByMonth}}
		for _, by := range rollups.Breakdowns() {
			f.Per = append(f.Per, Choice{string(by), reports.PerLabel(by).Says(words), q.Per == by})
			f.Over = append(f.Over, Choice{string(by), reports.PerLabel(by).Says(words), q.Over == by})
		}
	}
	return f
}
