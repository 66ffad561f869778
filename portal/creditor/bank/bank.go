// Package bank has the pages of the bank rail: a creditor's accounts, the statements that are
// read, what of them does not add up, and money that nobody could place.
package bank

import (
	"embed"

	"github.com/gofiber/fiber/v2"

	"quitt/bank"
	"quitt/cases/record"
	"quitt/cases/worklist"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/payments/transfer"
	"quitt/payments/transfer/seen"
	"quitt/portal/creditor/dossier"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/store/statements"
)

//go:embed *.html
var files embed.FS

// The addresses of this room.
const (
	here        = room.Home + "/bank"
	uploadPath  = here + "/auszug"
	accountPath = here + "/konto"
	duePath     = here + "/auszahlbar"
	checkPath   = here + "/pruefen"
	donePath    = checkPath + "/erledigt"
	listPath    = here + "/zahlungen"
	linePath    = here + "/zahlung"
	searchPath  = linePath + "/suche"
	bookPath    = linePath + "/buchen"
	splitPath   = linePath + "/teilen"
	othersPath  = linePath + "/fremd"
	backPath    = linePath + "/zurueck"
	reopenPath  = linePath + "/oeffnen"
)

// mostFile bounds a file that is sent by a page; larger ones are read by the command line.
const mostFile = 64 << 20

// Uploads are the forms of this room that bring a file, with how many bytes it may have.
var Uploads = map[string]int64{uploadPath: mostFile}

// Pages are the pages of this room.
type Pages struct {
	Door   room.Door
	Desk   transfer.Desk
	Seen   seen.Desk
	Cases  worklist.Desk
	Record record.Desk
}

// ways are the pages with the rights they need. Where money of creditors comes in and that it
// goes back is more than a clerk's everyday work.
func (p Pages) ways() map[string]struct {
	fiber.Handler
	staff.Right
} {
	type way = struct {
		fiber.Handler
		staff.Right
	}
	return map[string]way{
		"GET " + here:         {p.Overview, staff.See},
		"GET " + uploadPath:   {p.UploadForm, staff.Act},
		"POST " + uploadPath:  {p.Upload, staff.Act},
		"GET " + accountPath:  {p.AccountForm, staff.Payouts},
		"POST " + accountPath: {p.AddAccount, staff.Payouts},
		"GET " + duePath:      {p.Due, staff.See},
		"GET " + checkPath:    {p.Check, staff.See},
		"POST " + donePath:    {p.Dismiss, staff.Act},
		"GET " + listPath:     {p.List, staff.See},
		"GET " + linePath:     {p.Line, staff.See},
		"POST " + searchPath:  {p.Search, staff.Act},
		"POST " + bookPath:    {p.Book, staff.Act},
		"POST " + splitPath:   {p.Split, staff.Act},
		"POST " + othersPath:  {p.NotOurs, staff.Act},
		"POST " + backPath:    {p.GiveBack, staff.Decide},
		"POST " + reopenPath:  {p.Reopen, staff.Act},
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
	overviewHTML.Ready()
	uploadHTML.Ready()
	accountHTML.Ready()
	checkHTML.Ready()
	dueHTML.Ready()
	listHTML.Ready()
	lineHTML.Ready()
}

// desk says who decides.
func (p Pages) desk(s room.Scene) transfer.Desk {
	d := p.Desk
	d.By = s.Actor()
	return d
}

// OverviewPage is a creditor's accounts and the statements of late.
type OverviewPage struct {
	room.Frame

	Accounts   []account
	Statements []statement
	Alarms     []alarm
	Waiting    string // "" for nothing that waits
	MayRead    bool
	MayAdd     bool
}

type account struct {
	IBAN, Holder string
	Last         string // "" before the first statement
	On           debt.Date
	Balance      *debt.Cents
}

type statement struct {
	Link, Name, State string
	From, To          debt.Date
	Closing           *debt.Cents
	Fresh, Known      int64
	Read              string
}

type alarm struct {
	Link, Text, Go string
}

var overviewHTML = room.New[OverviewPage](files, "overview.html")

// listed is how many statements and alarms the first page shows, counted how many lines it counts.
const listed, counted = 30, 50

// Overview is the first page.
func (p Pages) Overview(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		ctx, id := c.UserContext(), s.Creditor.ID
		accounts, err := p.Seen.Holdings(ctx, id)
		if err != nil {
			return err
		}
		heads, err := p.Seen.Statements(ctx, id, listed)
		if err != nil {
			return err
		}
		alarms, err := p.Seen.Alarms(ctx, id, listed)
		if err != nil {
			return err
		}
		waiting, err := p.Seen.List(ctx, id, statements.Suspended, "", counted)
		if err != nil {
			return err
		}
		return overviewHTML.Write(c, fiber.StatusOK, overview(s, state{accounts, heads, alarms, len(waiting)}))
	})
}

// state is how the accounts of a creditor stand.
type state struct {
	accounts []seen.Holding
	heads    []statements.Head
	alarms   []seen.Alarm
	waiting  int // money of nobody, up to counted
}

func overview(s room.Scene, now state) OverviewPage {
	w := s.Base.Words
	v := OverviewPage{Frame: s.Frame(here), MayRead: s.Role.May(staff.Act), MayAdd: s.Role.May(staff.Payouts)}
	for _, a := range now.accounts {
		one := account{IBAN: bank.IBAN(a.External).Grouped()}
		if a.External == s.Creditor.IBAN {
			one.Holder = s.Creditor.AccountHolder
		}
		if a.Last != nil {
			one.Last, one.On, one.Balance = said(s.Base, *a.Last), a.Last.To, a.Last.Closing
		}
		v.Accounts = append(v.Accounts, one)
	}
	for _, h := range now.heads {
		v.Statements = append(v.Statements, statementOf(s.Base, h))
	}
	for _, a := range now.alarms {
		v.Alarms = append(v.Alarms, alarmOf(s.Base, a))
	}
	switch {
	case now.waiting >= counted:
		v.Waiting = w.Text("bank_waiting_many", debt.Args{"n": counted})
	case now.waiting == 1:
		v.Waiting = w.Text("bank_waiting_one", nil)
	case now.waiting > 0:
		v.Waiting = w.Text("bank_waiting", debt.Args{"n": now.waiting})
	}
	return v
}

func statementOf(b page.Base, h statements.Head) statement {
	return statement{Link: checkLink(h.ID), Name: said(b, h), State: stateOf(b.Words, h.State), From: h.From, To: h.To, Closing: h.Closing,
		Fresh: h.Fresh, Known: h.Known, Read: b.Moment(h.ReadAt)}
}

func alarmOf(b page.Base, a seen.Alarm) alarm {
	out := alarm{Link: checkLink(a.ID), Go: b.Words.Text("bank_alarm_go", nil)}
	switch {
	case a.Kind == transfer.TaskQuarantine && a.Difference != 0:
		out.Text = b.Words.Text("bank_alarm_aside", debt.Args{"name": said(b, a.Head), "difference": a.Difference})
	case a.Kind == transfer.TaskQuarantine:
		out.Text = b.Words.Text("bank_alarm_unusable", debt.Args{"name": said(b, a.Head)})
	default:
		out.Text = b.Words.Text("bank_alarm_gap", debt.Args{"name": said(b, a.Head)})
	}
	return out
}

func checkLink(id debt.ID) string { return checkPath + "?id=" + string(id) }

// said is what people call a statement.
func said(b page.Base, h statements.Head) string { return dossier.StatementOf(b, h) }
