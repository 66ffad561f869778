package bank

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/worklist"
	"quitt/debt"
	"quitt/debt/matching"
	"quitt/debt/staff"
	"quitt/payments/transfer"
	"quitt/payments/transfer/seen"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
)

// form is what was sent about a line.
type form struct {
	page.Values
	choice transfer.Choice
}

// decide carries out what was chosen about a line and leads back to it. Who was slower is told
// and sees how it stands now, with what he typed.
func (p Pages) decide(c *fiber.Ctx, right staff.Right, do func(s room.Scene, f form) (done string, a about, err error)) error {
	return p.Door.Within(c, right, func(s room.Scene) error {
		sent, err := page.Form(c)
		if err != nil {
			return err
		}
		f := form{sent, transfer.Choice{Line: debt.ID(sent.Get("id"))}}
		if f.choice.Version, err = strconv.ParseInt(sent.Get("version"), 10, 64); err != nil {
			f.choice.Version = -1 // that of no line
		}
		done, a, err := do(s, f)
		switch debt.KindOf(err) {
		case debt.NotFound:
			return p.Door.Missing(c, err)
		case debt.Conflict:
			a.faster = true
			return p.show(c, s, f.choice.Line, a)
		case debt.Invalid, debt.Forbidden, debt.Expired:
			a.mistake = err
			return p.show(c, s, f.choice.Line, a)
		}
		if err != nil {
			return err
		}
		if done == "" {
			return p.show(c, s, f.choice.Line, a)
		}
		return c.Redirect(lineLink(f.choice.Line, "getan", done), fiber.StatusSeeOther)
	})
}

// Book books all of a line to one case.
func (p Pages) Book(c *fiber.Ctx) error {
	return p.decide(c, staff.Act, func(s room.Scene, f form) (string, about, error) {
		x, err := p.Desk.Show(c.UserContext(), s.Creditor.ID, f.choice.Line)
		if err == nil {
			err = p.desk(s).Book(c.UserContext(), s.Creditor.ID, f.choice, matching.Part{CaseID: debt.ID(f.Get("akte")), Amount: x.Amount})
		}
		return "gebucht", about{}, err
	})
}

// Split books a line to several cases, or says what the shares leave over.
func (p Pages) Split(c *fiber.Ctx) error {
	return p.decide(c, staff.Act, func(s room.Scene, f form) (string, about, error) {
		x, err := p.Desk.Show(c.UserContext(), s.Creditor.ID, f.choice.Line)
		if err != nil {
			return "", about{}, err
		}
		var a about
		var parts []matching.Part
		if a.shares, parts, err = p.shares(c, s, f); err != nil {
			return "", a, err
		}
		rest := seen.Left(x.Line, parts)
		a.rest = &rest
		if f.Get("do") == "rest" {
			return "", a, nil
		}
		return "geteilt", a, p.desk(s).Book(c.UserContext(), s.Creditor.ID, f.choice, parts...)
	})
}

// shares reads the rows of a split. Of several mistakes each stands at its row.
func (p Pages) shares(c *fiber.Ctx, s room.Scene, f form) (rows []share, parts []matching.Part, wrong error) {
	for n := 1; n <= mostShares; n++ {
		one := share{N: n, Reference: strings.TrimSpace(f.Get("nr-" + strconv.Itoa(n))), Amount: strings.TrimSpace(f.Get("betrag-" + strconv.Itoa(n)))}
		part, err := p.share(c, s, one)
		switch debt.KindOf(err) {
		case debt.Invalid, debt.NotFound:
			one.Mistake = s.Base.Words.Error(err)
			wrong = debt.E(debt.Invalid, "bank_shares_wrong", nil)
		default:
			if err != nil {
				return nil, nil, err
			}
		}
		if err == nil && part.CaseID != "" {
			parts = append(parts, part)
		}
		rows = append(rows, one)
	}
	if wrong == nil && len(parts) == 0 {
		wrong = debt.E(debt.Invalid, "bank_shares_none", nil)
	}
	return rows, parts, wrong
}

// share reads one row; an empty one, or one without an amount, has no case.
func (p Pages) share(c *fiber.Ctx, s room.Scene, one share) (part matching.Part, err error) {
	if one.Amount == "" {
		return part, nil
	}
	if part.Amount, err = debt.ParseCents(one.Amount); err != nil {
		return part, err
	}
	if part.Amount <= 0 {
		return part, debt.E(debt.Invalid, "bank_share_amount", nil)
	}
	part.CaseID, err = p.Record.Find(c.UserContext(), s.Creditor.ID, one.Reference)
	if debt.KindOf(err) == debt.NotFound {
		err = debt.E(debt.Invalid, "bank_share_case", nil)
	}
	return part, err
}

// NotOurs notes that money is for no case.
func (p Pages) NotOurs(c *fiber.Ctx) error {
	return p.decide(c, staff.Act, func(s room.Scene, f form) (string, about, error) {
		if f.choice.Why = f.Get("grund"); f.choice.Why == "" {
			return "", about{}, debt.E(debt.Invalid, "bank_why_missing", nil)
		}
		return "fremd", about{why: f.choice.Why}, p.desk(s).NotOurs(c.UserContext(), s.Creditor.ID, f.choice)
	})
}

// GiveBack orders that money goes back.
func (p Pages) GiveBack(c *fiber.Ctx) error {
	return p.decide(c, staff.Decide, func(s room.Scene, f form) (string, about, error) {
		return "zurueck", about{}, p.desk(s).GiveBack(c.UserContext(), s.Creditor.ID, f.choice)
	})
}

// Reopen takes that back.
func (p Pages) Reopen(c *fiber.Ctx) error {
	return p.decide(c, staff.Act, func(s room.Scene, f form) (string, about, error) {
		return "offen", about{}, p.desk(s).Reopen(c.UserContext(), s.Creditor.ID, f.choice)
	})
}

// Search keeps what was typed and leads to its hits: an address says nothing of it.
func (p Pages) Search(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		line := debt.ID(f.Get("id"))
		if _, err := p.Desk.Show(c.UserContext(), s.Creditor.ID, line); err != nil {
			return p.Door.Missing(c, err)
		}
		id, err := p.Cases.Search(c.UserContext(), worklist.Who{Creditor: s.Creditor.ID, Member: s.Member.ID}, f.Get("q"))
		if debt.KindOf(err) == debt.Invalid {
			return p.show(c, s, line, about{mistake: err})
		}
		if err != nil {
			return err
		}
		return c.Redirect(lineLink(line, "suche", string(id))+"#hits", fiber.StatusSeeOther)
	})
}
