package instalments

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/plans/revocation"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// WithdrawPage is "Vertrag widerrufen" (BGB § 356a), for everybody. It looks the same whether
// there is such a contract or not.
type WithdrawPage struct {
	page.Base

	Name, Reference, Contact string
	Mistakes                 []mistake
	Step                     string    // "" for the form, "check" before sending, "done" after
	At                       time.Time // when it arrived
}

// Wrong is what is wrong with a field.
func (p WithdrawPage) Wrong(field string) string {
	for _, m := range p.Mistakes {
		if m.Field == field {
			return m.Text
		}
	}
	return ""
}

var withdrawHTML = page.New[WithdrawPage](files, "withdraw.html", "plan.html")

const withdrawPath = "/widerruf"

// WithdrawForm asks for no more than the law names: who, which contract, where to confirm.
func (p *Pages) WithdrawForm(c *fiber.Ctx) error {
	f := room.Typed(c)
	return withdrawHTML.Write(c, fiber.StatusOK, WithdrawPage{Base: p.Kit.Base(c).Whole().Keep("revoke", "check"),
		Name: f.Text("name"), Reference: f.Text("reference"), Contact: f.Text("contact")})
}

// Withdraw shows what was typed once more, and with "Widerruf bestätigen" takes it.
func (p *Pages) Withdraw(c *fiber.Ctx) error {
	f, err := room.Form(c)
	if err != nil {
		return err
	}
	base := p.Kit.Base(c).Whole().Keep("revoke", "check")
	base.Path = withdrawPath
	view := WithdrawPage{Base: base, Name: f.Text("name"), Reference: f.Text("reference"), Contact: f.Text("contact"), Step: "check"}
	view.complete()
	switch {
	case len(view.Mistakes) > 0:
		view.Failed, view.Step = true, ""
		return withdrawHTML.Write(c, fiber.StatusUnprocessableEntity, view)
	case f.Text("do") != "send":
		return withdrawHTML.Write(c, fiber.StatusOK, view)
	}
	err = p.Revocations.Take(c.UserContext(), revocation.Declaration{Reference: view.Reference, Name: debt.Personal(view.Name), Contact: debt.Personal(view.Contact)})
	if err != nil {
		return err
	}
	view.Step, view.At, view.Keeps = "done", page.Of(c).Now, page.Keeps{}
	return withdrawHTML.Write(c, fiber.StatusOK, view)
}

// complete finds what is missing or cannot be.
func (p *WithdrawPage) complete() {
	w := p.Words
	const longest = 200
	for _, field := range []struct{ id, value, missing string }{
		{"name", p.Name, w.Text("revoke_name_missing", nil)},
		{"reference", p.Reference, w.Text("revoke_reference_missing", nil)},
		{"contact", p.Contact, w.Text("revoke_contact_missing", nil)},
	} {
		if field.value == "" || len(field.value) > longest || strings.ContainsAny(field.value, "\r\n\t") {
			p.Mistakes = append(p.Mistakes, mistake{field.id, field.missing})
		}
	}
}
