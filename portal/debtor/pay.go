package debtor

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"quitt/bank"
	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/authority"
	"quitt/payments"
	"quitt/portal/debtor/room"
	"quitt/portal/debtor/told"
	"quitt/portal/page"
)

// PayPage has what a bank transfer of an amount needs. It shows no more than the letter does, so that a
// visit of the letter view may see it.
type PayPage struct {
	page.Base

	Creditor  string
	Amount    debt.Cents
	On        debt.Date
	Holder    string // exactly as the bank knows it (Regulation (EU) 2024/886)
	IBAN      string // in groups of four
	IBANPlain string
	Reference string
	Plain     string // the amount as banking apps take it
	Code      page.QR
	payload   string // of the code
	Grows     bool   // interest goes on
	Full      bool
	Part      bool // it is what is not disputed
	Says      bool // the reference says so

	Least, Most debt.Cents // of another amount
	Announce    bool       // the debtor may say when the money will come
}

// CodeOf is the amount as the picture of the code is asked for.
func (p PayPage) CodeOf() string { return strconv.FormatInt(int64(p.Amount), 10) }

var payHTML = page.New[PayPage](files, "pay.html")

// Pay shows how to pay: the ways the creditor offers, or where there is only the bank's, that.
func (p *Pages) Pay(c *fiber.Ctx) error {
	return p.paying(c, func(s scene, o payments.Offer) error {
		if len(o.Methods) == 0 && o.InFlight == 0 && o.Running.ID == "" {
			if part := s.Undisputed.Amount; part > 0 {
				return s.writeTransfer(c, part)
			}
			return s.writeTransfer(c, o.Payable)
		}
		return s.writeChoice(c, fiber.StatusOK, o, payForm{})
	})
}

// paying answers where something may be paid at all, with what the debtor may do.
func (p *Pages) paying(c *fiber.Ctx, show func(scene, payments.Offer) error) error {
	return p.within(c, access.LetterView, func(s scene) error {
		if !told.Of(s.View).Pay() {
			return c.Redirect("/akte", fiber.StatusSeeOther)
		}
		o := payments.Offer{Payable: s.View.Statement.Payable}
		if p.Rail != nil {
			var err error
			if o, err = p.Rail.Offer(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID, o.Payable); err != nil {
				return err
			}
		}
		said, err := p.object().Desk.Of(c.UserContext(), objections.At{Creditor: s.Visit.CreditorID, Case: s.Visit.CaseID})
		if err != nil {
			return err
		}
		if s.Visit.Tier >= access.FullView {
			s.Undisputed, _ = said.Undisputed(s.View.Statement)
			s.Announced = said.Reference()
			_, open := said.Promised()
			s.Promises = !open && s.View.Creditor.Settings.PromiseDays > 0 && s.Visit.Acting.May(authority.Contest)
		}
		if err := p.ownDebit(c, &s, &o); err != nil {
			return err
		}
		s.Base.Path = payPath // also after a form was sent
		return show(s, o)
	})
}

const payPath = "/akte/bezahlen"

// ownDebit offers the creditor's own direct debit, where there is one, in the place of a provider's.
// A sum that waits for its day is on its way.
func (p *Pages) ownDebit(c *fiber.Ctx, s *scene, o *payments.Offer) error {
	if s.Visit.Tier < access.FullView || !s.Visit.Acting.Himself() {
		return nil
	}
	x, ok, err := p.mandate().Open(c.UserContext(), s.Visit.CreditorID, s.Visit.CaseID)
	if err != nil || !ok {
		return err
	}
	s.OwnDebit, o.InFlight = true, o.InFlight+x.Waiting.Amount
	if !slices.Contains(o.Methods, debt.MethodDirectDebit) {
		o.Methods = append(slices.Clone(o.Methods), debt.MethodDirectDebit)
	}
	return nil
}

func (s scene) writeTransfer(c *fiber.Ctx, amount debt.Cents) error {
	view, err := s.pay(amount)
	if err != nil {
		return err
	}
	return payHTML.Write(c, fiber.StatusOK, view)
}

// PayCode gives the payment code as a picture: on a telephone nobody can point its camera at its own
// screen, but banking apps read a code out of a picture.
func (p *Pages) PayCode(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.paying(c, func(s scene, o payments.Offer) error {
		amount, err := strconv.ParseInt(sent.Text("cents"), 10, 64)
		if err != nil || amount <= 0 || debt.Cents(amount) > o.Payable {
			return c.Redirect(payPath, fiber.StatusSeeOther)
		}
		view, err := s.pay(debt.Cents(amount))
		if err != nil {
			return err
		}
		if view.payload == "" {
			return c.Redirect(payPath, fiber.StatusSeeOther)
		}
		picture, err := page.QRPicture(view.payload)
		if err != nil {
			return err
		}
		c.Attachment("giro-code.png")
		c.Set(fiber.HeaderContentType, "image/png")
		return c.Send(picture)
	})
}

func (s scene) pay(amount debt.Cents) (PayPage, error) {
	v := s.View
	iban, err := bank.ParseIBAN(v.Creditor.IBAN)
	if err != nil {
		return PayPage{}, err
	}
	out := PayPage{Base: s.Base, Creditor: v.Creditor.Name, Amount: amount, On: v.Statement.On,
		Holder: v.Creditor.AccountHolder, IBAN: iban.Grouped(), IBANPlain: iban.Plain(), Reference: v.Case.FileReference,
		Plain: plainAmount(amount), Grows: told.Bears(v), Full: s.Visit.Tier >= access.FullView,
		Part: s.Undisputed.Amount > 0 && amount <= s.Undisputed.Amount, Most: v.Statement.Payable,
		Least: min(payments.Smallest, v.Statement.Payable), Announce: s.Promises}
	giro := bank.GiroCode{Name: out.Holder, IBAN: iban, AmountCents: int64(out.Amount)}
	if giro.Reference, err = bank.RFOf(v.Case.FileReference); out.Part && s.Announced != "" {
		giro.Reference, err = bank.ParseRF(s.Announced)
		out.Says = err == nil
	}
	if err == nil {
		out.Reference = string(giro.Reference) // as letters print it
	} else {
		giro.Text = out.Reference
	}
	if out.payload, err = giro.Payload(); err != nil { // a name the code cannot carry: the fields beside it still work
		return out, nil //nolint:nilerr // see above
	}
	out.Code, err = page.NewQR(out.payload)
	return out, err
}

// plainAmount writes 1234,56 as German banking apps take it, without dots and sign.
func plainAmount(c debt.Cents) string {
	s := c.String()
	return s[:len(s)-3] + "," + s[len(s)-2:]
}
