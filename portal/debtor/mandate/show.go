package mandate

import (
	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/mandate"
	"quitt/payments/directdebit"
	"quitt/plans"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// MandatePage is one mandate, word for word, and what is to be done with it.
type MandatePage struct {
	page.Base

	Mandate  mandate.Mandate
	Creditor debt.Creditor
	Account  string    // in groups of four; only its end once it was confirmed
	Day      debt.Date // of a sum that waits for it
	Notice   int
	Mistake  string
	Sure     bool // it is asked once more before it is revoked
	Printed  string
}

// Is tells states apart.
func (p MandatePage) Is(state string) bool { return string(p.Mandate.State) == state }

// ByCode tells a mandate that is confirmed by code.
func (p MandatePage) ByCode() bool { return p.Mandate.How == mandate.ByCode }

// Once tells one sum from instalments.
func (p MandatePage) Once() bool { return p.Mandate.Kind == mandate.OneOff }

// Sentences are those of the mandate.
func (p MandatePage) Sentences() []string { return sentences(p.Words, p.Mandate) }

var mandateHTML = page.New[MandatePage](files, "mandate.html")

// one answers about the mandate of a number; one of others is that of nobody.
func (p Pages) one(c *fiber.Ctx, id debt.ID, show func(room.Scene, mandate.Mandate) error) error {
	return p.Door.Within(c, access.FullView, func(rs room.Scene) error {
		rs.Base = rs.Base.Whole()
		rs.Base.Path = pathOf(id)
		if p.Desk == nil {
			return p.Door.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		}
		m, err := p.Desk.Mandate(c.UserContext(), rs.Visit.CreditorID, rs.Visit.CaseID, id)
		if debt.KindOf(err) == debt.NotFound {
			return p.Door.Kit.Problem(c, page.Problem{Kind: page.NotFound})
		}
		if err != nil {
			return err
		}
		rs.Base.Path = pathOf(m.ID)
		return show(rs, m)
	})
}

func view(s room.Scene, m mandate.Mandate) MandatePage {
	out := MandatePage{Base: s.Base, Mandate: m, Creditor: s.View.Creditor, Account: grouped(m.IBAN), Notice: m.Notice, Printed: pdfPath + "?nr=" + string(m.ID)}
	if m.State != mandate.Pending {
		out.Account = "… " + m.Last4()
	}
	return out
}

// write shows a mandate as it stands now.
func (p Pages) write(c *fiber.Ctx, s room.Scene, m mandate.Mandate, refused error) error {
	out, status := view(s, m), fiber.StatusOK
	x, _, err := p.Open(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
	if err != nil {
		return err
	}
	if x.Waiting.ID == m.ID {
		out.Day = x.WaitsFor
	}
	if refused != nil {
		if status = statusOf(refused); status == 0 {
			return refused
		}
		out.Failed, out.Mistake = true, s.Base.Words.Error(refused)
	}
	return mandateHTML.Write(c, status, out)
}

// Show shows it.
func (p Pages) Show(c *fiber.Ctx) error {
	return p.one(c, debt.ID(c.Query("nr")), func(s room.Scene, m mandate.Mandate) error { return p.write(c, s, m, nil) })
}

// PDF gives the mandate to keep, or to sign.
func (p Pages) PDF(c *fiber.Ctx) error {
	return p.one(c, debt.ID(c.Query("nr")), func(s room.Scene, m mandate.Mandate) error {
		pdf, err := p.Print(Document(s.Base.Words, s.View.Creditor, s.View.Debtor, m))
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "application/pdf")
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="lastschriftmandat.pdf"`)
		return c.Send(pdf)
	})
}

// act changes the mandate a form names and leads back to it; a refusal is shown beside it.
func (p Pages) act(c *fiber.Ctx, do func(room.Scene, mandate.Mandate, room.Fields) error) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.one(c, debt.ID(sent.Text("nr")), func(s room.Scene, m mandate.Mandate) error {
		if err := do(s, m, sent); err != nil {
			return p.write(c, s, m, err)
		}
		return c.Redirect(pathOf(m.ID), fiber.StatusSeeOther)
	})
}

func who(s room.Scene) directdebit.Who {
	return directdebit.Who{Creditor: s.Visit.CreditorID, Case: s.Visit.CaseID, Language: string(s.Base.Words.Language())}
}

var errUnticked = debt.E(debt.Invalid, "mandate_unticked", nil)

// Confirm puts it into force, and for a plan lets it be paid from it. A plan that is none any more
// leaves the mandate unused.
func (p Pages) Confirm(c *fiber.Ctx) error {
	return p.act(c, func(s room.Scene, m mandate.Mandate, sent room.Fields) error {
		if sent.Text("agree") == "" {
			return errUnticked
		}
		if err := p.Desk.Confirm(c.UserContext(), who(s), m.ID, sent.Text("code")); err != nil || m.Kind == mandate.OneOff {
			return err
		}
		err := p.Plans.SetMethod(c.UserContext(), p.planner(s), plans.Paying{Instrument: m.ID})
		if debt.KindOf(err) != "" {
			return nil //nolint:nilerr // see above
		}
		return err
	})
}

func (p Pages) planner(s room.Scene) plans.Who {
	return plans.Who{Creditor: s.Visit.CreditorID, Case: s.Visit.CaseID, By: debt.Actor{Kind: "debtor"}}
}

// Resend sends another code.
func (p Pages) Resend(c *fiber.Ctx) error {
	return p.act(c, func(s room.Scene, m mandate.Mandate, _ room.Fields) error {
		return p.Desk.Resend(c.UserContext(), who(s), m.ID)
	})
}

// Paper lets it be signed on paper.
func (p Pages) Paper(c *fiber.Ctx) error {
	return p.act(c, func(s room.Scene, m mandate.Mandate, _ room.Fields) error {
		return p.Desk.OnPaper(c.UserContext(), who(s), m.ID)
	})
}

// Revoke asks once more, and on the second press ends it. A plan that was paid from it goes on by
// transfer.
func (p Pages) Revoke(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.one(c, debt.ID(sent.Text("nr")), func(s room.Scene, m mandate.Mandate) error {
		if sent.Text("do") != "go" && !m.Over() {
			out := view(s, m)
			out.Sure = true
			return mandateHTML.Write(c, fiber.StatusOK, out)
		}
		ctx := c.UserContext()
		if err := p.Desk.Revoke(ctx, who(s), m.ID); err != nil {
			return p.write(c, s, m, err)
		}
		v, err := p.Plans.View(ctx, s.Visit.CreditorID, s.Visit.CaseID)
		if err == nil && v.Plan != nil && v.Plan.Running() && v.Plan.InstrumentID == m.ID {
			err = p.Plans.SetMethod(ctx, p.planner(s), plans.Paying{})
		}
		return redirect(c, err, pathOf(m.ID))
	})
}

// Dated reports whether it was signed.
func (p MandatePage) Dated() bool { return !p.Mandate.SignedOn.IsZero() }

// Waits reports whether its sum waits for its day.
func (p MandatePage) Waits() bool { return !p.Day.IsZero() }
