package acting

import (
	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/store"
	"quitt/store/documents"
)

// ClaimPage is for somebody who has a letter and papers that show that he acts for its
// debtor. It shows nothing of the case.
type ClaimPage struct {
	page.Base
	wishForm

	Told    bool // now the papers
	Proven  bool // they are here
	Results []page.Received
}

var claimHTML = page.New[ClaimPage](files, "represent.html", "wish.html")

// ClaimForm asks who acts.
func (p Pages) ClaimForm(c *fiber.Ctx) error {
	return p.within(c, access.LetterView, func(s room.Scene) error { return claimHTML.Write(c, fiber.StatusOK, newClaim(s, room.Fields{}, "")) })
}

func newClaim(s room.Scene, f room.Fields, mistake string) ClaimPage {
	s.Base.Path = claiming
	out := ClaimPage{Base: s.Base, wishForm: newWish(s, f, mistake)}
	out.Failed = mistake != ""
	return out
}

// Claim keeps it and asks for the papers.
func (p Pages) Claim(c *fiber.Ctx) error {
	return p.within(c, access.LetterView, func(s room.Scene) error {
		f, err := room.Form(c)
		if err != nil {
			return err
		}
		if _, err := p.desk.Claim(c.UserContext(), at(s), wish(s, f), nil); err != nil {
			said, err := mistake(s.Base, err)
			if err != nil {
				return err
			}
			return claimHTML.Write(c, fiber.StatusUnprocessableEntity, newClaim(s, f, said))
		}
		out := newClaim(s, room.Fields{}, "")
		out.Told = true
		return claimHTML.Write(c, fiber.StatusOK, out)
	})
}

// Proof takes the papers of the newest claim of the case.
func (p Pages) Proof(c *fiber.Ctx) error {
	return p.within(c, access.LetterView, func(s room.Scene) error {
		results, _, err := p.receive(c)
		if err != nil {
			return err
		}
		out := newClaim(s, room.Fields{}, "")
		out.Told, out.Results = true, results
		var ids []debt.ID
		for _, r := range results {
			if r.Refusal != "" {
				out.Failed = true
			} else {
				ids = append(ids, r.ID)
			}
		}
		if len(ids) > 0 {
			err = p.desk.Prove(c.UserContext(), at(s), func(t *store.Tx, id debt.ID) error {
				return documents.Attach(t, s.Visit.CaseID, documents.Subject{Kind: "authority", ID: string(id)}, ids...)
			})
		}
		if err != nil {
			if out.Mistake, err = mistake(s.Base, err); err != nil {
				return err
			}
			out.Failed = true
		}
		out.Proven = len(ids) > 0 && out.Mistake == ""
		status := fiber.StatusOK
		if out.Failed {
			status = fiber.StatusUnprocessableEntity
		}
		return claimHTML.Write(c, status, out)
	})
}
