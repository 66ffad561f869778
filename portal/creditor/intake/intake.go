// Package intake has the pages on which a creditor hands claims over: one by a form, many by a
// table, one by an electronic invoice.
package intake

import (
	"bytes"
	"embed"
	"errors"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/intake"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	kept "quitt/store/intake"
)

//go:embed *.html
var files embed.FS

// The addresses of this room.
const (
	here        = room.Home + "/uebergabe"
	formPath    = here + "/neu"
	filePath    = here + "/datei"
	tablePath   = here + "/tabelle"
	mapPath     = here + "/zuordnung"
	startPath   = here + "/start"
	discardPath = here + "/verwerfen"
	errorsPath  = here + "/fehler"
	billPath    = here + "/rechnung"
)

// Uploads are the forms of this room that may bring files.
var Uploads = []string{filePath, billPath}

// Pages are the pages of this room.
type Pages struct {
	Door room.Door
	Desk intake.Desk
}

// Handlers are the pages, keyed by method and address.
func (p Pages) Handlers() map[string]fiber.Handler {
	get, post := fiber.MethodGet+" ", fiber.MethodPost+" "
	return map[string]fiber.Handler{
		get + here: p.Overview, get + formPath: p.Form, post + formPath: p.HandOver,
		get + filePath: p.FileForm, post + filePath: p.Receive,
		get + tablePath: p.Table, post + mapPath: p.Explain, post + startPath: p.Start, post + discardPath: p.Discard, get + errorsPath: p.Errors,
		get + billPath: p.BillForm, post + billPath: p.Bill,
	}
}

// Rights says what they need: all of them lead to claims.
func (p Pages) Rights() map[string]staff.Right {
	rights := map[string]staff.Right{}
	for name := range p.Handlers() {
		rights[name] = staff.Act
	}
	return rights
}

// Ready parses the templates; a server calls it before it listens.
func Ready() {
	overviewHTML.Ready()
	formHTML.Ready()
	uploadHTML.Ready()
	tableHTML.Ready()
}

// OverviewPage leads to the three ways and lists the tables of late.
type OverviewPage struct {
	room.Frame

	Jobs []Job
	Gone bool // a table that was asked for is not there any more
}

// Job is one table in the list.
type Job struct {
	kept.Job

	On, Said string
}

var overviewHTML = room.New[OverviewPage](files, "overview.html")

// Overview is where a hand-over begins.
func (p Pages) Overview(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		list, err := p.Desk.Recent(c.UserContext(), s.Creditor.ID)
		if err != nil {
			return err
		}
		return overviewHTML.Write(c, fiber.StatusOK, overview(s, list))
	})
}

func overview(s room.Scene, list []kept.Job) OverviewPage {
	v := OverviewPage{Frame: s.Frame(here)}
	for _, j := range list {
		v.Jobs = append(v.Jobs, Job{j, s.Base.Moment(j.MadeAt), said(s.Base, j)})
	}
	return v
}

// said tells in one phrase how far a table is.
func said(b page.Base, j kept.Job) string {
	args := debt.Args{"rows": j.Rows, "read": j.Counts.Read, "new": j.Counts.New, "unchanged": j.Counts.Unchanged, "faulty": j.Counts.Faulty}
	switch j.State {
	case kept.Draft:
		return b.Words.Text("intake_state_draft", nil)
	case kept.Checked:
		return b.Words.Text("intake_state_checked", args)
	case kept.Running:
		return b.Words.Text("intake_state_running", args)
	case kept.Done:
		return b.Words.Text("intake_state_done", args)
	default:
		return b.Words.Text("intake_state_stopped", args)
	}
}

// UploadPage takes one file.
type UploadPage struct {
	room.Frame

	Bill    bool // an invoice, not a table
	Action  string
	Most    int // megabytes
	Mistake string
}

var uploadHTML = room.New[UploadPage](files, "upload.html")

func uploadPage(s room.Scene, bill bool) UploadPage {
	if bill {
		return UploadPage{Frame: s.Frame(billPath), Action: billPath, Bill: true, Most: intake.MostBill >> 20}
	}
	return UploadPage{Frame: s.Frame(filePath), Action: filePath, Most: intake.MostBytes >> 20}
}

func (p Pages) upload(c *fiber.Ctx, s room.Scene, bill bool, mistake error) error {
	v := uploadPage(s, bill)
	status := fiber.StatusOK
	if mistake != nil {
		if debt.KindOf(mistake) == "" {
			return mistake
		}
		v.Frame, v.Mistake, status = v.Fails(), s.Base.Words.Error(mistake), fiber.StatusUnprocessableEntity
	}
	return uploadHTML.Write(c, status, v)
}

// FileForm asks for a table.
func (p Pages) FileForm(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error { return p.upload(c, s, false, nil) })
}

// BillForm asks for an invoice.
func (p Pages) BillForm(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error { return p.upload(c, s, true, nil) })
}

// sent reads the one file of a form; Invalid "intake_no_file" without any.
func sent(c *fiber.Ctx) (name string, content []byte, err error) {
	missing := debt.E(debt.Invalid, "intake_no_file", nil)
	if !page.HasFiles(c) {
		return "", nil, missing
	}
	form, err := page.FilesOf(c)
	if err != nil {
		return "", nil, err
	}
	defer form.Close()
	var b bytes.Buffer
	name, big, err := form.Next(&b)
	switch {
	case errors.Is(err, page.ErrNoFile):
		return "", nil, missing
	case err != nil:
		return "", nil, err
	case big:
		return "", nil, debt.E(debt.Invalid, "intake_too_big", debt.Args{"most": intake.MostBytes >> 20})
	}
	return name, b.Bytes(), nil
}

// Receive takes a table and leads to what its columns mean.
func (p Pages) Receive(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		name, content, err := sent(c)
		var id debt.ID
		if err == nil {
			id, err = p.Desk.Receive(c.UserContext(), s.Creditor.ID, intake.File{By: s.Member.ID, Name: name, Content: content})
		}
		if err != nil {
			return p.upload(c, s, false, err)
		}
		return c.Redirect(tablePath+"?id="+string(id), fiber.StatusSeeOther)
	})
}
