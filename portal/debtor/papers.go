package debtor

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/letter"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store/letters"
	"quitt/store/plans"
)

// PapersPage lists the letters of a case and the papers of its plans, the newest first.
type PapersPage struct {
	page.Base

	Reference string
	Papers    []paper
}

// paper is one letter or paper in the list.
type paper struct {
	Link, Title string
	Hint        string // its number, and whether it came back to us
	DatedOn     debt.Date
}

// PaperPage is the twin of a letter or paper: the same words in the same order, for whatever
// reads pages. It lacks what opens the portal, as the stored letter does.
type PaperPage struct {
	page.Base

	Number int64 // 0: nothing was sent, it is worded for whoever reads it
	Letter letter.Document
	PDF    string // where it can be had to keep, if not by its number
	// Hash of a paper, which lies here since a day and never changes.
	Hash  string
	Since debt.Date
}

var (
	papersHTML = page.New[PapersPage](files, "papers.html")
	paperHTML  = page.New[PaperPage](files, "paper.html")
)

// Papers is the list of letters and papers.
func (p *Pages) Papers(c *fiber.Ctx) error {
	return p.within(c, access.FullView, func(s scene) error {
		list, err := p.Letters.Out(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
		if err != nil {
			return err
		}
		given, err := p.Letters.Papers(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
		if err != nil {
			return err
		}
		return papersHTML.Write(c, fiber.StatusOK, s.papers(list, given))
	})
}

func (s scene) papers(list []letters.Kept, given []plans.Paper) PapersPage {
	out := PapersPage{Base: s.Base.Whole(), Reference: s.View.Case.FileReference}
	w := out.Words
	for _, x := range given {
		out.Papers = append(out.Papers, paper{planPaperPath + "?nr=" + string(x.ID), planPaperTitle(w, x.Kind), w.Text("inbox_hint", nil),
			debt.DateIn(x.MadeAt, debt.Berlin)})
	}
	for _, k := range list {
		hint := w.Text("letters_number", debt.Args{"n": k.Number})
		if k.State == letters.Returned {
			hint += " · " + w.Text("letters_back", nil)
		}
		out.Papers = append(out.Papers, paper{"/akte/brief?nr=" + strconv.FormatInt(k.Number, 10), w.Word(k.Kind), hint, k.On})
	}
	slices.SortStableFunc(out.Papers, func(a, b paper) int { return b.DatedOn.Compare(a.DatedOn) })
	return out
}

// planPaperPath is where a paper of a plan can be read.
const planPaperPath = "/akte/papier"

func planPaperTitle(w *text.Catalogue, k plans.PaperKind) string {
	switch k {
	case plans.CostNotice:
		return w.Text("inbox_cost_notice", nil)
	case plans.Agreement:
		return w.Text("inbox_agreement", nil)
	default:
		return w.Text("inbox_change", nil)
	}
}

// PlanPaper is the twin of one paper of a plan.
func (p *Pages) PlanPaper(c *fiber.Ctx) error {
	return p.planPaper(c, func(s scene, x plans.Paper) error {
		s.Base.Path = planPaperPath + "?nr=" + string(x.ID)
		return paperHTML.Write(c, fiber.StatusOK, s.planPaper(x))
	})
}

func (s scene) planPaper(x plans.Paper) PaperPage {
	return PaperPage{Base: s.Base.Whole(), Letter: x.Document, PDF: planPaperPath + "/pdf?nr=" + string(x.ID), Hash: x.SHA256,
		Since: debt.DateIn(x.MadeAt, debt.Berlin)}
}

// PlanPaperPDF is the same to keep.
func (p *Pages) PlanPaperPDF(c *fiber.Ctx) error {
	return p.planPaper(c, func(_ scene, x plans.Paper) error {
		pdf, err := p.Letters.Print(x.Document)
		if err != nil {
			return err
		}
		c.Attachment(planPaperFiles[x.Kind])
		return c.Send(pdf)
	})
}

var planPaperFiles = map[plans.PaperKind]string{plans.CostNotice: "raten-kosten.pdf", plans.Agreement: "ratenvereinbarung.pdf",
	plans.ChangePaper: "raten-aenderung.pdf"}

// planPaper opens a paper of the visit's own case.
func (p *Pages) planPaper(c *fiber.Ctx, show func(scene, plans.Paper) error) error {
	return p.within(c, access.FullView, func(s scene) error {
		id, ok := numberOf(c)
		if !ok {
			return p.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		}
		x, err := p.Letters.OpenPaper(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID, id)
		if debt.KindOf(err) == debt.NotFound {
			return p.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		}
		if err != nil {
			return err
		}
		return show(s, x)
	})
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
