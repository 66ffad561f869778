// Package paperwork has the pages on which a debtor hands in documents and gets them back. The
// field for documents on other pages is page.Uploads; what it sends arrives here.
package paperwork

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"regexp"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/upload"
	"quitt/debt"
	"quitt/portal/page"
	"quitt/store/documents"
)

//go:embed *.html
var files embed.FS

// Pages are the pages of this room. Make them with New.
type Pages struct {
	kit  *page.Kit
	desk *upload.Desk
	// busy has a token for each form with files being read: each may hold a file in memory.
	busy chan struct{}
}

// mostAtOnce bounds the memory of all forms together, at some twenty-five megabytes each.
const mostAtOnce = 16

// New makes the pages.
func New(kit *page.Kit, desk *upload.Desk) *Pages {
	return &Pages{kit: kit, desk: desk, busy: make(chan struct{}, mostAtOnce)}
}

// View is the list of documents, and what became of those just sent.
type View struct {
	page.Base

	Uploads page.Uploads
	Results []Result
	Onward  string // the page to go on with; "" without one
}

// Result is what became of one file.
type Result = page.Received

var listHTML = page.New[View](files, "paperwork.html")

// Ready parses the template; a server calls it before it listens.
func Ready() { listHTML.Ready() }

const here = "/akte/anlagen"

// List shows what a case holds, and the field to add to it.
func (p *Pages) List(c *fiber.Ctx) error { return p.answer(c, fiber.StatusOK, nil, "") }

func (p *Pages) answer(c *fiber.Ctx, status int, results []Result, back string) error {
	visit := page.Of(c).Visit
	ctx, cancel := patience(c)
	defer cancel()
	list, err := p.desk.List(ctx, visit.CreditorID, visit.CaseID)
	if err != nil {
		return err
	}
	// What the creditor sent stands with his message; the rest of his is not for the debtor.
	list = slices.DeleteFunc(list, documents.Document.FromCreditor)
	b := p.kit.Base(c)
	b.Path = here
	return listHTML.Write(c, status, newView(b, list, results, back))
}

func newView(b page.Base, list []documents.Document, results []Result, back string) View {
	b = b.Whole()
	for _, r := range results {
		b.Failed = b.Failed || r.Refusal != ""
	}
	if !isPage.MatchString(back) || back == here {
		back = ""
	}
	way := back
	if way == "" {
		way = here
	}
	return View{Base: b, Uploads: page.NewUploads(b, list, "", way), Results: results, Onward: back}
}

// isPage accepts the pages of a case to come back to, and nothing that leads elsewhere.
var isPage = regexp.MustCompile(`^/akte(/[a-z-]{1,40}){0,3}$`)

// Hand takes files, each by itself: one that is refused keeps no other out. Where they came with
// the form of a page, that page is the answer.
func (p *Pages) Hand(c *fiber.Ctx) error {
	results, form, err := p.Receive(c)
	if err != nil {
		return err
	}
	back := form.Get("back")
	if form.Get("form") == page.Typed {
		return p.kit.Again(c, back, page.Again{Values: form, Received: results})
	}
	status := fiber.StatusOK
	for _, r := range results {
		if r.Refusal != "" {
			status = fiber.StatusUnprocessableEntity
		}
	}
	return p.answer(c, status, results, back)
}

// Receive takes the files of a form and says what became of each; where none came, that. Other
// rooms answer in their own way. fields is all else the form brought.
func (p *Pages) Receive(c *fiber.Ctx) (results []Result, fields page.Values, err error) {
	if !page.HasFiles(c) { // a form without any, as no page of ours sends it
		return []Result{p.refused(c, "", errNone)}, nil, nil
	}
	select {
	case p.busy <- struct{}{}:
		defer func() { <-p.busy }()
	default:
		return nil, nil, fiber.ErrServiceUnavailable
	}
	form, err := page.FilesOf(c)
	if err != nil {
		return nil, nil, err
	}
	if results, err = p.take(c, form); err == nil && len(results) == 0 {
		results = []Result{p.refused(c, "", errNone)}
	}
	return results, form.Fields(), err
}

var errNone = debt.E(debt.Invalid, "upload_none", nil)

// take goes through the files with one buffer for all of them.
func (p *Pages) take(c *fiber.Ctx, form *page.Files) (results []Result, err error) {
	var buffer bytes.Buffer
	for {
		name, big, err := form.Next(&buffer)
		if errors.Is(err, page.ErrNoFile) {
			return results, nil
		}
		if err != nil {
			return nil, err
		}
		if len(results) == documents.MostFiles {
			results = append(results, p.refused(c, name, debt.E(debt.Forbidden, "documents_many", debt.Args{"most": documents.MostFiles})))
			return results, form.Rest()
		}
		results = append(results, p.one(c, name, big, buffer.Bytes()))
	}
}

func (p *Pages) one(c *fiber.Ctx, name string, big bool, content []byte) Result {
	visit := page.Of(c).Visit
	from := upload.Sender{Creditor: visit.CreditorID, Case: visit.CaseID, By: visit.Acting.Actor()}
	if big {
		return p.refused(c, name, upload.TooBig(name))
	}
	ctx, cancel := patience(c)
	defer cancel()
	doc, err := p.desk.Take(ctx, from, name, content)
	if err != nil {
		return p.refused(c, name, err)
	}
	return Result{ID: doc.ID, Name: doc.Name.Reveal()}
}

// patience is the time for one file's work. That of the request began with its first byte,
// which on a slow line is long ago.
func patience(c *fiber.Ctx) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(c.UserContext()), 30*time.Second)
}

// refused says why a file is not taken. What went wrong here says no more than that.
func (p *Pages) refused(c *fiber.Ctx, name string, err error) Result {
	if debt.KindOf(err) == "" {
		p.desk.Log.ErrorContext(c.UserContext(), "documents: internal error", "id", page.Of(c).ID, "error", err.Error())
		err = debt.E(debt.Unavailable, "documents_unreachable", nil)
	}
	return Result{Name: upload.Clean(name), Refusal: p.kit.Base(c).Whole().Words.Error(err)}
}
