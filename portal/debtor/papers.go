package debtor

import (
	"quitt/debt"
	"quitt/debt/letter"
	"quitt/portal/page"
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

// PaperPage is the twin of a letter: the same words in the same order, readable by
// whatever reads pages. It lacks what opens the portal, as the stored letter does.
type PaperPage struct {
	page.Base

	Number int64
	Letter letter.Document
}

var (
	papersHTML = page.New[PapersPage](files, "papers.html")
	paperHTML  = page.New[PaperPage](files, "paper.html")
)
