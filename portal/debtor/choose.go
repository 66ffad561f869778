package debtor

import (
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/portal/debtor/room"
	"quitt/portal/debtor/told"
	"quitt/portal/page"
	"quitt/portal/text"
)

// ChoosePage asks how much to pay and how. Below the full view it has no field for what the
// claim consists of: Splits stays empty.
type ChoosePage struct {
	page.Base

	Creditor, Reference string
	On                  debt.Date
	Payable, InFlight   debt.Cents
	State               payStop
	Running             rail.Attempt // with Resume: its page can be gone on with
	Resume              bool
	Amounts             []amountChoice
	Least, Most         debt.Cents // of another amount
	Other               string     // as typed
	OtherChosen         bool
	OtherSplit          []told.Fact
	Methods             []methodChoice
	Anyway, Full, Grows bool
	Off                 bool // what is under way is taken off the first amount
	Mistake             string
}

// payStop says what comes before a choice.
type payStop string

const (
	freeToPay payStop = ""
	inFlight  payStop = "in_flight" // a debit is under way: the debtor is warned
	beingSeen payStop = "checking"  // nobody knows yet: there is nothing to press
)

// amountChoice is one amount with what it would settle.
type amountChoice struct {
	Value, Label string
	Split        []told.Fact
	Chosen       bool
	amount       debt.Cents
}

type methodChoice struct {
	Method debt.Method
	Hints  []string
	Chosen bool
}

// Plain and Begun are the payment to be gone on with, as a form sends it.
func (p ChoosePage) Plain() string { return plainAmount(p.Running.Amount) }

// Begun is its method.
func (p ChoosePage) Begun() debt.Method { return p.Running.Method }

// Way names a method as one chooses it.
func (p ChoosePage) Way(m debt.Method) string { return way(p.Words, m) }

func way(w *text.Catalogue, m debt.Method) string {
	switch m {
	case debt.MethodCard:
		return w.Text("way_card", nil)
	case debt.MethodDirectDebit:
		return w.Text("way_debit", nil)
	}
	return w.Text("way_transfer", nil)
}

// payForm is what the page sends.
type payForm struct {
	Which  string // "all", "next" or "other"
	Other  string // as typed
	Method debt.Method
	Anyway bool
	Go     bool // further, not only the split
	err    error
}

func readPay(f room.Fields) payForm {
	return payForm{Which: f.Text("amount"), Other: f.Text("other"), Method: debt.Method(f.Text("method")),
		Anyway: f.Text("anyway") != "", Go: f.Text("do") == "go"}
}

var chooseHTML = page.New[ChoosePage](files, "choose.html")

// enoughTime is how long an open page must stay open to be gone on with.
const enoughTime = 5 * time.Minute

func (s scene) writeChoice(c *fiber.Ctx, status int, o payments.Offer, f payForm) error {
	view, err := s.choose(o, f, page.Of(c).Now)
	if err != nil {
		return err
	}
	return chooseHTML.Write(c, status, view)
}

func (s scene) choose(o payments.Offer, f payForm, now time.Time) (ChoosePage, error) {
	s.Base = s.Base.Whole()
	out := ChoosePage{Base: s.Base, Creditor: s.View.Creditor.Name, Reference: s.View.Case.FileReference, On: s.View.Statement.On,
		Payable: o.Payable, InFlight: o.InFlight, State: stopOf(o, f), Running: o.Running, Other: f.Other, OtherChosen: f.Which == "other",
		Anyway: f.Anyway, Full: s.Visit.Tier >= access.FullView, Grows: told.Bears(s.View)}
	out.Resume = o.Running.Kind != rail.Setup && o.Running.Status == debt.PaymentStarted && o.Running.ExpiresAt.After(now.Add(enoughTime))
	out.Least, out.Most = min(payments.Smallest, o.Payable), o.Payable
	out.Off = o.InFlight > 0 && o.Rest() > 0
	if f.err != nil {
		out.Failed, out.Mistake = true, s.Base.Words.Error(f.err)
	}
	for _, a := range s.amounts(o) {
		var err error
		if a.Split, err = s.split(a.amount); err != nil {
			return out, err
		}
		a.Chosen = a.Value == f.Which || f.Which == "" && len(out.Amounts) == 0
		out.Amounts = append(out.Amounts, a)
	}
	if amount, err := s.amountOf(o, f); err == nil && out.OtherChosen {
		if out.OtherSplit, err = s.split(amount); err != nil {
			return out, err
		}
	}
	out.Methods = s.methods(o, f.Method)
	return out, nil
}

// stopOf puts not knowing before knowing of a debit: nobody is to pay twice.
func stopOf(o payments.Offer, f payForm) payStop {
	switch {
	case o.Running.Status == debt.PaymentUnknown || o.Running.Status == debt.PaymentCreated:
		return beingSeen
	case o.InFlight > 0 && !f.Anyway:
		return inFlight
	}
	return freeToPay
}

// amounts lists the sums one need not type.
func (s scene) amounts(o payments.Offer) []amountChoice {
	w, next := s.Base.Words, s.View.Next
	all := amountChoice{Value: "all", amount: o.Payable, Label: w.Text("choose_all", debt.Args{"amount": o.Payable})}
	if rest := o.Rest(); o.InFlight > 0 && rest > 0 {
		all.amount, all.Label = rest, w.Text("choose_rest", debt.Args{"amount": rest})
	}
	list := []amountChoice{all}
	if part := s.Undisputed.Amount; part > 0 && part < all.amount {
		list = slices.Insert(list, 0, amountChoice{Value: "undisputed", amount: part, Label: w.Text("choose_undisputed", debt.Args{"amount": part})})
	}
	if next.Amount > 0 && next.Amount < all.amount {
		label := w.Text("choose_next", debt.Args{"amount": next.Amount, "day": next.DueOn})
		list = append(list, amountChoice{Value: "next", amount: next.Amount, Label: label})
	}
	return list
}

// amountOf gives the sum a form means, or Invalid "payment_amount_range".
func (s scene) amountOf(o payments.Offer, f payForm) (debt.Cents, error) {
	for _, a := range s.amounts(o) {
		if a.Value == f.Which {
			return a.amount, nil
		}
	}
	least := min(payments.Smallest, o.Payable)
	amount, err := debt.ParseCents(f.Other)
	if err != nil || amount < least || amount > o.Payable {
		return 0, debt.E(debt.Invalid, "payment_amount_range", debt.Args{"least": least, "most": o.Payable})
	}
	return amount, nil
}

// split words what an amount would settle, for those who may see what the claim consists of.
func (s scene) split(amount debt.Cents) (list []told.Fact, err error) {
	if s.Visit.Tier < access.FullView {
		return nil, nil
	}
	parts, err := s.View.Split(amount, room.Scene(s).Designation(amount)...)
	for _, part := range parts {
		list = append(list, told.Fact{Name: s.Base.Word(part.Account), Value: s.Base.Cents(part.Amount)})
	}
	return list, err
}

// methods lists the ways to pay; a bank transfer is always one.
func (s scene) methods(o payments.Offer, chosen debt.Method) (list []methodChoice) {
	w := s.Base.Words
	add := func(m debt.Method, hints ...string) {
		list = append(list, methodChoice{m, hints, m == chosen})
	}
	if slices.Contains(o.Methods, debt.MethodCard) {
		add(debt.MethodCard, w.Text("choose_card_hint", nil))
	}
	if slices.Contains(o.Methods, debt.MethodDirectDebit) {
		hints := []string{w.Text("choose_debit_hint", nil)}
		if s.OwnDebit {
			hints = []string{w.Text("mandate_own_hint", nil)}
		}
		if o.Payable > payments.LargestDebit {
			hints = append(hints, w.Text("choose_debit_most", debt.Args{"most": payments.LargestDebit}))
		}
		add(debt.MethodDirectDebit, hints...)
	}
	add(debt.MethodTransfer, w.Text("choose_transfer_hint", nil))
	return list
}
