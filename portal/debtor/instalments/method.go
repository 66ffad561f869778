package instalments

import (
	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/plans"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// MethodPage asks how the instalments are to be paid.
type MethodPage struct {
	page.Base

	Ways []way
}

// way is one way to pay instalments.
type way struct {
	ID     debt.ID // of a saved card or mandate; "" for a transfer
	Method debt.Method
	Label  string
	Hint   string
	Chosen bool
}

// Value is what the form sends.
func (w way) Value() string {
	if w.ID == "" {
		return string(debt.MethodTransfer)
	}
	return string(w.ID)
}

var methodHTML = page.New[MethodPage](files, "method.html", "plan.html")

const methodPath = home + "/zahlweise"

// MethodForm asks.
func (p *Pages) MethodForm(c *fiber.Ctx) error {
	return p.running(c, func(s scene, v plans.View) error {
		s = s.at(methodPath)
		return methodHTML.Write(c, fiber.StatusOK, MethodPage{s.Base, s.ways(v)})
	})
}

func (s scene) ways(v plans.View) []way {
	w, now := s.words(), v.Plan.InstrumentID
	list := []way{{Method: debt.MethodTransfer, Label: w.Text("paying_transfer", nil), Hint: w.Text("method_transfer_hint", nil), Chosen: now == ""}}
	for _, i := range v.Instruments {
		hint := w.Text("method_card_hint", nil)
		if i.Method == debt.MethodDirectDebit {
			hint = w.Text("method_debit_hint", nil)
		}
		list = append(list, way{i.ID, i.Method, s.instrument(i.Method, i.Last4), hint, i.ID == now})
	}
	return list
}

// Method takes the answer.
func (p *Pages) Method(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.running(c, func(s scene, v plans.View) error {
		for _, x := range s.ways(v) {
			if x.Value() != sent.Text("way") {
				continue
			}
			if err := p.Desk.SetMethod(c.UserContext(), s.who(), plans.Paying{Instrument: x.ID}); err != nil {
				return p.refused(c, s, err)
			}
			break
		}
		return c.Redirect(home, fiber.StatusSeeOther)
	})
}
