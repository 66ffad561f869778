package debtor

import (
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/portal/debtor/told"
	"quitt/portal/page"
	"quitt/portal/text"
)

// ClaimPage is the heart: who wants what and why, what can be done, and everything a
// debtor must be told (RDG § 13a I).
type ClaimPage struct {
	page.Base

	Creditor   debt.Creditor
	Debtor     debt.Debtor
	Reference  string
	Lead       string
	On         debt.Date
	Payable    debt.Cents
	Now        told.Situation
	MayPlan    bool // a plan that is proposed or runs is not offered again
	Notices    []told.Notice
	Bill       told.Bill
	Deadlines  []deadline
	Happened   []told.Happening
	Earlier    []told.Happening // what is folded away
	Next       []string
	Words      string // the letter's check words
	LastAccess time.Time
	Unread     int // messages the debtor has not opened
}

var claimHTML = page.New[ClaimPage](files, "claim.html")

// Claim is the claim page: everything, or for a visit that knows no more than the letter,
// what the letter says.
func (p *Pages) Claim(c *fiber.Ctx) error {
	return p.within(c, access.LetterView, func(s scene) error {
		if s.Visit.Tier < access.FullView {
			return letterHTML.Write(c, fiber.StatusOK, s.letter())
		}
		view := s.claim()
		if answered(s.View) { // most cases have no messages: then nothing is read
			n, err := p.Contact.Messages.Unread(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
			if err != nil {
				return err
			}
			view.Unread = n
		}
		return claimHTML.Write(c, fiber.StatusOK, view)
	})
}

// answered reports whether the other side has ever written a message.
func answered(v cases.View) bool {
	return slices.ContainsFunc(v.Events, func(e debt.Event) bool { return e.Type == debt.MessageSent })
}

func (s scene) claim() ClaimPage {
	v, w := s.View, s.Base.Words
	happened, earlier := told.Fold(told.Happenings(s.Base, v.Events))
	return ClaimPage{
		Base: s.Base, Creditor: v.Creditor, Debtor: v.Debtor, Reference: v.Case.FileReference, Lead: s.lead(),
		On: v.Statement.On, Payable: v.Statement.Payable, Now: told.Of(v), MayPlan: told.MayPlan(v), Notices: told.Notices(w, v, s.Today),
		Bill: told.NewBill(s.Base, v), Deadlines: deadlines(w, v, s.Today), Happened: happened, Earlier: earlier,
		Next: told.NextUp(w, v, s.Today), Words: s.Visit.Words, LastAccess: s.Visit.LastAccess,
	}
}

// lead says in one sentence who wants what and why.
func (s scene) lead() string {
	w, claims := s.Base.Words, s.View.Statement.Claims
	args := debt.Args{"creditor": s.View.Creditor.Name, "n": len(claims)}
	if len(claims) == 1 {
		args["object"] = claims[0].Object
	}
	switch {
	case len(claims) == 1 && s.Base.Itself():
		return w.Text("lead_own", args)
	case s.Base.Itself():
		return w.Text("lead_own_many", args)
	case len(claims) != 1:
		return w.Text("lead_many", args)
	}
	switch claims[0].Claim.Ground {
	case debt.Contract:
		return w.Text("lead_contract", args)
	case debt.Tort:
		return w.Text("lead_tort", args)
	case debt.Membership:
		return w.Text("lead_membership", args)
	case debt.PublicLaw:
		return w.Text("lead_public", args)
	default:
		return w.Text("lead_other", args)
	}
}

// deadline is a day and what it means.
type deadline struct {
	On   debt.Date
	What string
}

// deadlines lists the days a debtor may have to know, none of them a threat.
func deadlines(w *text.Catalogue, v cases.View, today debt.Date) []deadline {
	var list []deadline
	for _, c := range v.Statement.Claims {
		what := w.Text("deadline_due", debt.Args{"object": c.Object})
		list = append(list, deadline{c.Claim.DueOn, what})
	}
	if !v.Next.DueOn.IsZero() {
		list = append(list, deadline{v.Next.DueOn, w.Text("deadline_instalment", debt.Args{"amount": v.Next.Amount})})
	}
	for _, h := range v.Case.Holds {
		if !h.Active(today) || h.Until.IsZero() {
			continue
		}
		switch h.Kind {
		case debt.HoldObjection:
			list = append(list, deadline{h.Until, w.Text("deadline_objection", debt.Args{"creditor": v.Creditor.Name})})
		case debt.HoldPromise:
			list = append(list, deadline{h.Until, w.Text("deadline_promise", nil)})
		default:
			list = append(list, deadline{h.Until, w.Text("deadline_hold", nil)})
		}
	}
	return list
}
