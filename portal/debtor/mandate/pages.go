// Package mandate is the pages on which a debtor permits the creditor himself to collect from an
// account, once or for the instalments of a plan, reads what was permitted, and takes it back. No
// provider has a part in it.
package mandate

import (
	"context"
	"embed"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/letter"
	"quitt/debt/mandate"
	"quitt/payments/directdebit"
	"quitt/plans"
	"quitt/portal/debtor/room"
	"quitt/portal/debtor/told"
	"quitt/portal/page"
	"quitt/portal/text"
)

//go:embed *.html
var files embed.FS

// Pages are the pages of this room.
type Pages struct {
	Door  room.Door
	Desk  *directdebit.Desk // nil: nobody collects
	Plans plans.Desk
	Print func(letter.Document) ([]byte, error)
}

const (
	// Path is where a mandate for the instalments of a plan begins.
	Path        = "/akte/lastschrift"
	mandatePath = Path + "/mandat"
	pdfPath     = Path + "/pdf"
	confirmPath = Path + "/bestaetigen"
	codePath    = Path + "/code"
	paperPath   = Path + "/papier"
	revokePath  = Path + "/widerrufen"
	plansHome   = "/akte/raten"
	payPath     = "/akte/bezahlen"
)

// Handlers lists the routes. All of them need the full view, and the debtor in person.
func Handlers(of func() Pages) map[string]fiber.Handler {
	to := func(h func(Pages, *fiber.Ctx) error) fiber.Handler {
		return func(c *fiber.Ctx) error { return h(of(), c) }
	}
	get, post := fiber.MethodGet+" ", fiber.MethodPost+" "
	return map[string]fiber.Handler{
		get + Path: to(Pages.ForPlan), post + Path: to(Pages.Give), get + mandatePath: to(Pages.Show), get + pdfPath: to(Pages.PDF),
		post + confirmPath: to(Pages.Confirm), post + codePath: to(Pages.Resend), post + paperPath: to(Pages.Paper), post + revokePath: to(Pages.Revoke),
	}
}

// Ready parses every template.
func Ready() {
	formHTML.Ready()
	mandateHTML.Ready()
}

// Open reports whether the creditor collects of a case himself, and what waits for its day.
func (p Pages) Open(ctx context.Context, creditor, caseID debt.ID) (x directdebit.Terms, ok bool, err error) {
	if p.Desk == nil {
		return x, false, nil
	}
	return p.Desk.Terms(ctx, directdebit.Who{Creditor: creditor, Case: caseID})
}

type scene struct {
	room.Scene

	terms directdebit.Terms
}

func (s scene) words() *text.Catalogue { return s.Base.Words }

func (s scene) who() directdebit.Who {
	return directdebit.Who{Creditor: s.Visit.CreditorID, Case: s.Visit.CaseID, Language: string(s.words().Language())}
}

// within answers where something may be collected at all; elsewhere the case is the answer.
func (p Pages) within(c *fiber.Ctx, show func(scene) error) error {
	return p.Door.Within(c, access.FullView, func(rs room.Scene) error {
		rs.Base = rs.Base.Whole()
		rs.Base.Path = Path
		x, ok, err := p.Open(c.UserContext(), rs.Visit.CreditorID, rs.Visit.CaseID)
		if err != nil {
			return err
		}
		if !ok || !told.Of(rs.View).Pay() {
			return c.Redirect("/akte", fiber.StatusSeeOther)
		}
		return show(scene{rs, x})
	})
}

// FormPage asks for the account.
type FormPage struct {
	page.Base

	Reference string
	Terms     directdebit.Terms
	Amount    debt.Cents // 0: for the instalments of a plan
	Holder    string
	IBAN      string // as typed
	Other     bool
	Mistake   string
}

// Sum writes the amount for the form.
func (p FormPage) Sum() string { return strconv.FormatInt(int64(p.Amount), 10) }

// Recurring tells instalments from one sum.
func (p FormPage) Recurring() bool { return p.Amount == 0 }

var formHTML = page.New[FormPage](files, "form.html")

func (s scene) form(amount debt.Cents) FormPage {
	return FormPage{Base: s.Base, Reference: s.View.Case.FileReference, Terms: s.terms, Amount: amount, Holder: s.View.Debtor.Name().Reveal()}
}

// ForPlan begins a mandate for the instalments of the plan that runs.
func (p Pages) ForPlan(c *fiber.Ctx) error {
	return p.within(c, func(s scene) error {
		if runs, err := p.planned(c, s); err != nil || !runs {
			return redirect(c, err, plansHome)
		}
		return formHTML.Write(c, fiber.StatusOK, s.form(0))
	})
}

func redirect(c *fiber.Ctx, err error, to string) error {
	if err != nil {
		return err
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

func (p Pages) planned(c *fiber.Ctx, s scene) (bool, error) {
	v, err := p.Plans.View(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
	return err == nil && v.Plan != nil && v.Plan.Running(), err
}

// Once answers a choice of the page of ways to pay: one sum, by direct debit.
func (p Pages) Once(c *fiber.Ctx, amount debt.Cents) error {
	return p.within(c, func(s scene) error { return formHTML.Write(c, fiber.StatusOK, s.form(amount)) })
}

// Give takes the account and words the mandate.
func (p Pages) Give(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.within(c, func(s scene) error {
		cents, err := strconv.ParseInt(sent.Text("cents"), 10, 64)
		if err != nil || cents < 0 {
			return c.Redirect(payPath, fiber.StatusSeeOther)
		}
		wish := directdebit.Wish{Holder: debt.Personal(sent.Text("holder")), IBAN: debt.Personal(sent.Text("iban")), Other: sent.Text("whose") == "other",
			Kind: mandate.OneOff, Amount: debt.Cents(cents)}
		if cents == 0 {
			wish.Kind = mandate.Recurring
			if runs, err := p.planned(c, s); err != nil || !runs {
				return redirect(c, err, plansHome)
			}
		}
		m, err := p.Desk.Give(c.UserContext(), s.who(), wish)
		if err == nil {
			return c.Redirect(pathOf(m.ID), fiber.StatusSeeOther)
		}
		status := statusOf(err)
		if status == 0 {
			return err
		}
		view := s.form(wish.Amount)
		view.Holder, view.Other = wish.Holder.Reveal(), wish.Other
		view.IBAN = strings.Join(strings.Fields(wish.IBAN.Reveal()), "") // all of it is seen on a telephone
		view.Failed, view.Mistake = true, s.words().Error(err)
		return formHTML.Write(c, status, view)
	})
}

func pathOf(id debt.ID) string { return mandatePath + "?nr=" + string(id) }

// statusOf gives the status of a page that tells a refusal; 0 for an error of ours.
func statusOf(err error) int {
	return map[debt.Kind]int{debt.Invalid: fiber.StatusUnprocessableEntity, debt.Conflict: fiber.StatusConflict, debt.Forbidden: fiber.StatusForbidden,
		debt.Expired: fiber.StatusGone, debt.NotFound: fiber.StatusNotFound, debt.Unavailable: fiber.StatusServiceUnavailable}[debt.KindOf(err)]
}

// grouped writes an account number as it stands on forms.
func grouped(iban debt.Personal) string { return bank.IBAN(iban.Reveal()).Grouped() }
