package object

import (
	"github.com/gofiber/fiber/v2"

	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/situation"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// ProofPage takes "I have paid that already".
type ProofPage struct {
	page.Base

	Creditor              string
	PaidOn                page.Day
	Amount, Target, Words string
	Uploads               page.Uploads
	Mistake               string
}

// PromisePage takes "I can pay on …".
type PromisePage struct {
	page.Base

	Creditor string
	Payable  debt.Cents
	Last     debt.Date
	By       page.Day
	Amount   string
	Mistake  string
}

var (
	proofHTML   = page.New[ProofPage](files, "proof.html")
	promiseHTML = page.New[PromisePage](files, "promise.html")
)

// ProofForm asks for a payment that was made.
func (p Pages) ProofForm(c *fiber.Ctx) error {
	return p.within(c, func(s Scene) error { return proofHTML.Write(c, fiber.StatusOK, s.proof(room.Typed(c), "")) })
}

// Prove answers it.
func (p Pages) Prove(c *fiber.Ctx) error {
	return p.within(c, func(s Scene) error {
		f, err := room.Form(c)
		if err != nil {
			return err
		}
		say := objections.Payment{Target: debt.Personal(f.Text("target")), Words: debt.Personal(f.Text("words")), Attach: attach(s, f)}
		if say.On, say.Amount, err = dayAndAmount(f, "paid_on"); err == nil {
			err = f.Unsent()
		}
		if err == nil {
			_, err = p.Desk.FileProof(c.UserContext(), at(s.Scene), s.Visit.Acting.Actor(), say)
		}
		if err == nil {
			return c.Redirect(thanks, fiber.StatusSeeOther)
		}
		said, err := mistake(s.Base, err)
		if err != nil {
			return err
		}
		return proofHTML.Write(c, fiber.StatusUnprocessableEntity, s.proof(f, said))
	})
}

// dayAndAmount reads two fields; what was left empty is refused later, where it is missed.
func dayAndAmount(f room.Fields, name string) (on debt.Date, amount debt.Cents, err error) {
	if typed := f.Date(name); typed != "" {
		if on, err = debt.ParseDate(typed); err != nil {
			return on, 0, debt.E(debt.Invalid, "objection_day", debt.Args{"field": name})
		}
	}
	if typed := f.Text("amount"); typed != "" {
		if amount, err = debt.ParseCents(typed); err != nil {
			return on, 0, debt.E(debt.Invalid, "objection_amount", debt.Args{"field": "amount"})
		}
	}
	return on, amount, nil
}

func (s Scene) proof(f room.Fields, mistake string) ProofPage {
	s.Base.Path = proving
	s.Base = s.Base.Keep("say", "")
	out := ProofPage{Base: s.Base, Creditor: s.View.Creditor.Name, PaidOn: s.day("paid_on", s.Base.Words.Text("proof_on", nil), f),
		Amount: f.Text("amount"), Target: f.Text("target"), Words: f.Text("words"), Uploads: s.uploads(proving, f), Mistake: mistake}
	out.Failed = out.Failed || mistake != ""
	return out
}

// PromiseForm asks when how much can be paid.
func (p Pages) PromiseForm(c *fiber.Ctx) error {
	return p.within(c, func(s Scene) error {
		if _, open := s.Said.Promised(); open || s.View.Creditor.Settings.PromiseDays == 0 {
			return c.Redirect(Home, fiber.StatusSeeOther)
		}
		return promiseHTML.Write(c, fiber.StatusOK, s.promise(room.Typed(c), ""))
	})
}

// Promise answers it.
func (p Pages) Promise(c *fiber.Ctx) error {
	return p.within(c, func(s Scene) error {
		f, err := room.Form(c)
		if err != nil {
			return err
		}
		by, amount, err := dayAndAmount(f, "by")
		if f.Text("amount") == "" {
			amount = s.View.Statement.Payable
		}
		if err == nil {
			err = p.Desk.Promise(c.UserContext(), at(s.Scene), s.Visit.Acting.Actor(), situation.Promise{Amount: amount, By: by})
		}
		if err == nil {
			return c.Redirect(thanks, fiber.StatusSeeOther)
		}
		said, err := mistake(s.Base, err)
		if err != nil {
			return err
		}
		return promiseHTML.Write(c, fiber.StatusUnprocessableEntity, s.promise(f, said))
	})
}

func (s Scene) promise(f room.Fields, mistake string) PromisePage {
	s.Base.Path = promising
	s.Base = s.Base.Keep("say", "")
	out := PromisePage{Base: s.Base, Creditor: s.View.Creditor.Name, Payable: s.View.Statement.Payable,
		Last: s.Today.AddDays(s.View.Creditor.Settings.PromiseDays), By: s.day("by", s.Base.Words.Text("promise_by", nil), f),
		Amount: f.Text("amount"), Mistake: mistake}
	out.Failed = out.Failed || mistake != ""
	return out
}
