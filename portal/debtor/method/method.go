package method

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/collection"
	"quitt/debt/plan"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/directdebit"
	"quitt/plans"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// way is one way to pay instalments.
type way struct {
	ID     debt.ID // of a saved card or mandate; "" for a transfer or a new one
	Method debt.Method
	New    bool
	Label  string
	Hint   string
	Chosen bool
}

// Value is what the form sends.
func (w way) Value() string {
	switch {
	case w.ID != "":
		return string(w.ID)
	case w.New:
		return newOne + string(w.Method)
	}
	return string(w.Method)
}

const newOne = "new_"

// ownPath is where a mandate is given to the creditor himself.
const ownPath = "/akte/lastschrift"

// saved is a card or mandate that can be revoked.
type saved struct {
	ID      debt.ID
	Label   string
	Pending bool
	Mandate bool
}

var methodHTML = page.New[MethodPage](files, "method.html")

// offer is what a debtor can choose from.
type offer struct {
	methods []debt.Method
	stored  []rail.Instrument
	own     bool // direct debits are the creditor's own
}

func (p Pages) offer(c *fiber.Ctx, s scene) (o offer, err error) {
	if p.Rail == nil {
		return o, nil
	}
	ctx, creditor, caseID := c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID
	pay, err := p.Rail.Offer(ctx, creditor, caseID, s.View.Statement.Payable)
	if err != nil {
		return o, err
	}
	o.methods = pay.Methods
	if p.Debits != nil {
		if _, o.own, err = p.Debits.Terms(ctx, directdebit.Who{Creditor: creditor, Case: caseID}); err != nil {
			return o, err
		}
	}
	if o.own && !slices.Contains(o.methods, debt.MethodDirectDebit) {
		o.methods = append(slices.Clone(o.methods), debt.MethodDirectDebit)
	}
	o.stored, err = p.saved().Stored(ctx, creditor, caseID)
	o.stored = slices.DeleteFunc(o.stored, rail.Instrument.Once) // it is for one sum, not for a plan
	return o, err
}

// Form asks.
func (p Pages) Form(c *fiber.Ctx) error {
	return p.within(c, func(s scene) error {
		o, err := p.offer(c, s)
		if err != nil {
			return err
		}
		return methodHTML.Write(c, fiber.StatusOK, s.choice(o))
	})
}

func (s scene) choice(o offer) MethodPage {
	out := MethodPage{Base: s.Base, Ways: s.ways(o), None: len(o.methods) == 0}
	if s.tooLarge() && slices.Contains(o.methods, debt.MethodDirectDebit) {
		out.Large = payments.LargestDebit
	}
	for _, i := range o.stored {
		if i.State != rail.Dead {
			out.Saved = append(out.Saved, saved{i.ID, s.instrument(i), i.State == rail.Pending, i.Method == debt.MethodDirectDebit})
		}
	}
	return out
}

// tooLarge reports whether an instalment is more than one debit may take.
func (s scene) tooLarge() bool {
	return slices.ContainsFunc(s.plan.Progress.Instalments, func(k plan.Kept) bool { return k.Owed > payments.LargestDebit })
}

func (s scene) ways(o offer) []way {
	w, now := s.words(), s.plan.Plan.InstrumentID
	list := []way{{Method: debt.MethodTransfer, Label: w.Text("paying_transfer", nil), Hint: w.Text("method_transfer_hint", nil), Chosen: now == ""}}
	for _, i := range o.stored {
		if i.State == rail.Usable {
			list = append(list, way{ID: i.ID, Method: i.Method, Label: s.instrument(i), Hint: s.hint(i.Method), Chosen: i.ID == now})
		}
	}
	for _, m := range o.methods {
		switch {
		case m == debt.MethodCard:
			list = append(list, way{Method: m, New: true, Label: w.Text("method_new_card", nil), Hint: w.Text("method_new_card_hint", nil)})
		case m == debt.MethodDirectDebit && !s.tooLarge():
			list = append(list, way{Method: m, New: true, Label: w.Text("method_new_debit", nil), Hint: w.Text("method_new_debit_hint", nil)})
		}
	}
	return list
}

func (s scene) hint(m debt.Method) string {
	if m == debt.MethodDirectDebit {
		return s.words().Text("method_debit_hint", nil)
	}
	return s.words().Text("method_card_hint", nil)
}

func (s scene) instrument(i rail.Instrument) string {
	if i.Method == debt.MethodCard {
		return s.words().Text("paying_saved", debt.Args{"last4": i.Last4})
	}
	return s.words().Text("paying_mandate", debt.Args{"last4": i.Last4})
}

// Choose takes the answer. What is to be saved leads to the page before the provider's.
func (p Pages) Choose(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.within(c, func(s scene) error {
		o, err := p.offer(c, s)
		if err != nil {
			return err
		}
		for _, x := range s.ways(o) {
			switch {
			case x.Value() != sent.Text("way"):
			case x.New && o.own && x.Method == debt.MethodDirectDebit:
				return c.Redirect(ownPath, fiber.StatusSeeOther)
			case x.New:
				return setupHTML.Write(c, fiber.StatusOK, s.setup(p.Outside, x.Method))
			default:
				if err := p.Desk.SetMethod(c.UserContext(), s.who(), plans.Paying{Instrument: x.ID}); err != nil {
					return p.refuse(c, s, err)
				}
				return c.Redirect(home, fiber.StatusSeeOther)
			}
		}
		return c.Redirect(home, fiber.StatusSeeOther)
	})
}

// consent words what is agreed to by saving: that later instalments are collected without being
// asked again, that they are announced, and that it can be revoked.
func (s scene) consent(m debt.Method) []string {
	w := s.words()
	if m == debt.MethodCard {
		return []string{w.Text("setup_consent_card", debt.Args{"creditor": s.View.Creditor.Name}), w.Text("setup_card_told", nil), w.Text("setup_revoke", nil)}
	}
	return []string{w.Text("setup_consent_debit", debt.Args{"creditor": s.View.Creditor.Name}), w.Text("setup_debit_told", debt.Args{"n": collection.NoticeDays}),
		w.Text("setup_debit_back", nil), w.Text("setup_revoke", nil)}
}
