package debtor

import (
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/letter"
	"quitt/portal/page"
	"quitt/store/letters"
)

// PapersPage lists the letters of a case, the newest first.
type PapersPage struct {
	page.Base

	Reference string
	Papers    []paper
}

// paper is one letter in the list.
type paper struct {
	Number  int64
	Kind    letter.Kind
	DatedOn debt.Date
	Back    bool // it came back to us
}

// PaperPage is the twin of a letter: the same words in the same order, for whatever reads
// pages. It lacks what opens the portal, as the stored letter does.
type PaperPage struct {
	page.Base

	Number int64 // 0: nothing was sent, it is worded for whoever reads it
	Letter letter.Document
	PDF    string // where it can be had to keep, if not by its number
}

var (
	papersHTML = page.New[PapersPage](files, "papers.html")
	paperHTML  = page.New[PaperPage](files, "paper.html")
)

// Papers is the list of letters.
func (p *Pages) Papers(c *fiber.Ctx) error {
	return p.within(c, access.FullView, func(s scene) error {
		list, err := p.Letters.Out(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
		if err != nil {
			return err
		}
		return papersHTML.Write(c, fiber.StatusOK, s.papers(list))
	})
}

func (s scene) papers(list []letters.Kept) PapersPage {
	out := PapersPage{Base: s.Base.Whole(), Reference: s.View.Case.FileReference}
	for _, k := range list {
		out.Papers = append(out.Papers, paper{k.Number, k.Kind, k.On, k.State == letters.Returned})
	}
	return out
}

// Paper is the twin of one letter.
func (p *Pages) Paper(c *fiber.Ctx) error {
	return p.letter(c, func(s scene, k letters.Kept) error {
		s.Base.Path = "/akte/brief?nr=" + strconv.FormatInt(k.Number, 10)
		return paperHTML.Write(c, fiber.StatusOK, PaperPage{Base: s.Base.Whole(), Number: k.Number, Letter: k.Document})
	})
}

// PaperPDF is a copy of one letter.
func (p *Pages) PaperPDF(c *fiber.Ctx) error {
	return p.letter(c, func(s scene, k letters.Kept) error {
		pdf, err := p.Letters.Copy(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID, k.ID)
		if err != nil {
			return err
		}
		c.Attachment(fmt.Sprintf("brief-%d.pdf", k.Number))
		return c.Send(pdf)
	})
}

// letter finds the letter a page is about among those of the visit's own case: a number
// says nothing about whose it is.
func (p *Pages) letter(c *fiber.Ctx, show func(scene, letters.Kept) error) error {
	return p.within(c, access.FullView, func(s scene) error {
		number, err := strconv.ParseInt(c.Query("nr"), 10, 64)
		if err != nil {
			return p.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		}
		list, err := p.Letters.Out(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
		if err != nil {
			return err
		}
		for _, k := range list {
			if k.Number == number {
				return show(s, k)
			}
		}
		return p.Kit.Problem(c, page.Problem{Kind: page.NotFound})
	})
}
