// Package debits has the pages about direct debits that go to the bank in files: which files there
// are, what came back of each, the file itself once more, and how one is made and taken back.
package debits

import (
	"embed"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/payments/directdebit"
	"quitt/portal/creditor/dossier"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/store/mandates"
)

//go:embed *.html
var files embed.FS

// The addresses of this room, below those of the bank.
const (
	here       = room.Home + "/bank/lastschriften"
	runPath    = here + "/lauf"
	filePath   = here + "/datei"
	makePath   = here + "/einziehen"
	cancelPath = here + "/zuruecknehmen"
	answerPath = here + "/antwort"
)

const get, post = fiber.MethodGet + " ", fiber.MethodPost + " "

// Pages are the pages of this room.
type Pages struct {
	Door room.Door
	Desk directdebit.Desk
}

// Handlers are the pages by their routes.
func (p Pages) Handlers() map[string]fiber.Handler {
	return map[string]fiber.Handler{get + here: p.List, get + runPath: p.Run, get + filePath: p.File, get + answerPath: p.AnswerForm,
		post + makePath: p.Make, post + cancelPath: p.Cancel, post + answerPath: p.Answer}
}

// Rights says what they need. A file has the accounts of everybody in it: it is taken out as data
// in bulk is. Whoever makes one has money taken from people's accounts.
func (p Pages) Rights() map[string]staff.Right {
	return map[string]staff.Right{get + here: staff.See, get + runPath: staff.See, get + filePath: staff.Export, get + answerPath: staff.Act,
		post + makePath: staff.Payouts, post + cancelPath: staff.Payouts, post + answerPath: staff.Act}
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	listHTML.Ready()
	runHTML.Ready()
	answerHTML.Ready()
}

// ListPage is the newest files.
type ListPage struct {
	room.Frame

	Runs     []run
	Late     string // "" where nothing should have been in a file by now
	Collects bool   // the creditor has an account it collects by
	Until    string // proposed for the next file, "" for whom may not make one
	MayHear  bool
	Mistake  string
	Done     string
}

type run struct {
	Name, Link, State string
	Made              string
	Until             debt.Date
	Debits            int
	Sum               debt.Cents
	Back              string // how many came back; "" for none
}

var listHTML = room.New[ListPage](files, "list.html")

// List shows them.
func (p Pages) List(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error { return p.list(c, s, "", nil) })
}

// list shows the page, with the day that was typed where something is wrong with it.
func (p Pages) list(c *fiber.Ctx, s room.Scene, until string, wrong error) error {
	ctx, id := c.UserContext(), s.Creditor.ID
	runs, err := p.Desk.Told(ctx, id, listed)
	if err != nil {
		return err
	}
	accounts, err := p.Desk.Accounts(ctx, id)
	if err != nil {
		return err
	}
	late, err := p.Desk.Late(ctx, id)
	if err != nil {
		return err
	}
	v, status := listPage(s, runs, len(accounts) > 0, late), fiber.StatusOK
	switch c.Query("getan") {
	case "nichts":
		v.Done = s.Base.Words.Text("debits_made_none", nil)
	case "neu":
		v.Done = s.Base.Words.Text("debits_made_done", nil)
	}
	if wrong != nil {
		v.Frame, v.Mistake, v.Until, status = v.Fails(), s.Base.Words.Error(wrong), until, fiber.StatusUnprocessableEntity
	}
	return listHTML.Write(c, status, v)
}

// Bounds of the day up to which a file collects: what lies further ahead may still change.
const soon, furthest = 7, 30

// Make puts what is to be collected up to a day into a file.
func (p Pages) Make(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Payouts, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		until, err := debt.ParseDate(f.Get("bis"))
		if last := s.Today.AddDays(furthest); err != nil || until.Before(s.Today) || until.After(last) {
			return p.list(c, s, f.Get("bis"), debt.E(debt.Invalid, "debits_day", debt.Args{"last": last}))
		}
		made, err := p.Desk.Collect(c.UserContext(), s.Creditor.ID, until)
		switch debt.KindOf(err) {
		case debt.Invalid, debt.Conflict, debt.Forbidden:
			return p.list(c, s, f.Get("bis"), err)
		}
		if err != nil {
			return err
		}
		done := "neu"
		if len(made) == 0 {
			done = "nichts"
		}
		return c.Redirect(here+"?getan="+done, fiber.StatusSeeOther)
	})
}

// listed is how many files the list shows.
const listed = 100

func listPage(s room.Scene, runs []mandates.Told, collects bool, late mandates.Late) ListPage {
	v := ListPage{Frame: s.Frame(here), Collects: collects, MayHear: collects && s.Role.May(staff.Act)}
	if collects && s.Role.May(staff.Payouts) {
		v.Until = s.Today.AddDays(soon).String()
	}
	for _, r := range runs {
		v.Runs = append(v.Runs, runOf(s, r))
	}
	if late.N > 0 {
		v.Late = s.Base.Words.Text("debits_late", debt.Args{"n": late.N, "day": late.Since})
	}
	return v
}

// stateOf words how far a file has come.
func stateOf(b page.Base, s mandates.RunState) string {
	switch s {
	case mandates.Gathering:
		return b.Words.Text("debits_run_gathering", nil)
	case mandates.Cancelled:
		return b.Words.Text("debits_run_cancelled", nil)
	}
	return b.Words.Text("debits_run_closed", nil)
}

func runOf(s room.Scene, r mandates.Told) run {
	w := s.Base.Words
	x := run{Name: r.Message, Link: runPath + "?" + url.Values{"name": {r.Message}}.Encode(), State: stateOf(s.Base, r.State), Made: s.Base.Moment(r.MadeAt),
		Until: r.UntilOn, Debits: r.Debits, Sum: r.Sum}
	if r.Back > 0 {
		x.Back = w.Text("debits_back", debt.Args{"n": r.Back, "amount": r.BackSum})
	}
	return x
}

// RunPage is one file, with what came back of it.
type RunPage struct {
	room.Frame

	Run       run
	Account   string
	File      string // where it is to be had again; "" where there is none
	MayCancel bool
	Mistake   string
	Done      string
	Back      []back
	Hidden    int // debits that came back and are not listed
}

type back struct {
	Reference, Link, Why string
	On                   debt.Date
	Amount               debt.Cents
}

var runHTML = room.New[RunPage](files, "run.html")

// mostBack is how many debits that came back a page lists.
const mostBack = 200

// Run shows it.
func (p Pages) Run(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error { return p.run(c, s, c.Query("name"), nil) })
}

func (p Pages) run(c *fiber.Ctx, s room.Scene, message string, wrong error) error {
	r, list, err := p.Desk.Returned(c.UserContext(), s.Creditor.ID, message)
	if err != nil {
		return p.Door.Missing(c, err)
	}
	v, status := runPage(s, r, list), fiber.StatusOK
	if c.Query("getan") == "zurueck" {
		v.Done = s.Base.Words.Text("transfers_done_cancelled", nil)
	}
	if wrong != nil {
		v.Frame, v.Mistake, status = v.Fails(), s.Base.Words.Error(wrong), fiber.StatusUnprocessableEntity
	}
	return runHTML.Write(c, status, v)
}

// Cancel takes a file back that was not handed in.
func (p Pages) Cancel(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Payouts, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		message := f.Get("name")
		if f.Get("sicher") == "" {
			return p.run(c, s, message, debt.E(debt.Invalid, "transfers_unsure", nil))
		}
		err = p.Desk.Cancel(c.UserContext(), s.Creditor.ID, message)
		if debt.KindOf(err) == debt.Conflict {
			return p.run(c, s, message, err)
		}
		if err != nil {
			return p.Door.Missing(c, err)
		}
		return c.Redirect(runPath+"?"+url.Values{"name": {message}, "getan": {"zurueck"}}.Encode(), fiber.StatusSeeOther)
	})
}

func runPage(s room.Scene, r mandates.Told, list []mandates.Back) RunPage {
	at := url.Values{"name": {r.Message}}.Encode()
	v := RunPage{Frame: s.Frame(runPath + "?" + at), Run: runOf(s, r), Account: bank.IBAN(r.IBAN).Grouped()}
	if r.State == mandates.Closed && s.Role.May(staff.Export) {
		v.File = filePath + "?" + at
	}
	v.MayCancel = r.State == mandates.Closed && s.Role.May(staff.Payouts)
	for _, b := range list[:min(mostBack, len(list))] {
		one := dossier.Scene{Scene: s}
		one.Record.Case.FileReference = b.File
		v.Back = append(v.Back, back{b.File, one.Link(dossier.Home), dossier.BankReason(s.Base.Words, b.Reason), b.On.Date, b.Amount})
	}
	v.Hidden = len(list) - len(v.Back)
	return v
}

// File gives the file again, the same to the letter.
func (p Pages) File(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Export, func(s room.Scene) error {
		f, err := p.Desk.File(c.UserContext(), s.Creditor.ID, c.Query("name"))
		if debt.KindOf(err) == debt.Conflict {
			return p.Door.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		}
		if err != nil {
			return p.Door.Missing(c, err)
		}
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationXML)
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+f.Run.Message+`.xml"`)
		return c.Send(f.Content)
	})
}
