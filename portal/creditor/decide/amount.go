package decide

import (
	"context"
	"errors"
	"slices"

	"quitt/cases/record"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/store/edge"
	"quitt/store/expect"
)

// direct is the source of payments the creditor received on an account of his own, as the
// command line books them.
const direct = "direct"

func showPayment(s scene) (FormPage, error) {
	view := FormPage{Title: s.text("record_payment_title"), Lead: []string{s.text("record_payment_lead")}, Button: s.text("record_payment_go"),
		Facts: []fact{{s.text("record_open"), s.Base.Cents(s.Record.Statement.Payable)}}}
	view.Fields = []field{s.money("amount", s.text("record_payment_amount"), s.text("record_payment_amount_hint")),
		s.day("received", "record_payment_received", "record_payment_received_hint", s.Today),
		s.choose("radio", "method", "record_payment_method", option{Value: string(debt.MethodDirect), Label: s.text("record_payment_direct")},
			option{Value: string(debt.MethodCash), Label: s.text("record_payment_cash")})}
	return view, nil
}

// book books money the creditor received. The form's own id is the business key: a form sent
// twice has booked once, and that is no news of somebody else.
func (p Pages) book(ctx context.Context, s scene) error {
	pay, err := s.payment()
	if err != nil {
		return err
	}
	desk := p.Payments
	desk.By = s.Actor()
	_, err = desk.Book(ctx, s.Creditor.ID, pay)
	if errors.Is(err, expect.Changed()) {
		first, known, lookErr := p.Door.Desk.Booked(ctx, s.Creditor.ID, debt.Key{Source: pay.Source, ExternalID: pay.ExternalID})
		if lookErr != nil || known && first.CaseID == pay.CaseID {
			return lookErr
		}
	}
	return err
}

func (s scene) payment() (pay debt.Payment, err error) {
	pay = debt.Payment{CaseID: s.Record.Case.ID, Method: debt.Method(s.Form.Get("method")), Source: direct, ExternalID: s.Form.Get("key")}
	amount, ok, err := s.amount("amount")
	switch {
	case err != nil:
		return pay, err
	case !ok || amount <= 0:
		return pay, debt.E(debt.Invalid, "record_payment_amount_missing", nil)
	case !edge.IsID(pay.ExternalID):
		return pay, debt.E(debt.Invalid, "payment_key_missing", nil)
	case !slices.Contains([]debt.Method{debt.MethodDirect, debt.MethodCash}, pay.Method):
		return pay, debt.E(debt.Invalid, "record_method_missing", nil)
	}
	if pay.ReceivedOn, err = s.readDay("received"); err != nil {
		return pay, err
	}
	if pay.ReceivedOn.After(s.Today) {
		return pay, debt.E(debt.Invalid, "payment_in_future", debt.Args{"received": pay.ReceivedOn})
	}
	pay.Amount = amount
	return pay, nil
}

// lines are what may be corrected: every claim and cost of which something is demanded.
func (s scene) lines() (list []ledger.Credit) {
	given := map[debt.ID]debt.Cents{}
	for _, c := range s.Record.Statement.Credits {
		given[c.Line] += c.Amount
	}
	add := func(id debt.ID, demanded debt.Cents) {
		if left := demanded - given[id]; left > 0 {
			list = append(list, ledger.Credit{Line: id, Amount: left})
		}
	}
	for _, c := range s.Record.Statement.Claims {
		add(c.ID, c.Principal)
	}
	for _, c := range s.Record.Statement.Costs {
		add(c.ID, c.Amount)
	}
	return list
}

func showCorrection(s scene) (FormPage, error) {
	view := FormPage{Title: s.text("record_correct_title"), Lead: []string{s.text("record_correct_lead"), s.text("record_correct_costs")},
		Button: s.text("record_correct_go")}
	for _, l := range s.lines() {
		view.Fields = append(view.Fields, s.money("less-"+string(l.Line), s.Base.Words.Text("record_less", debt.Args{"line": s.line(l.Line)}),
			s.Base.Words.Text("record_less_hint", debt.Args{"most": l.Amount})))
	}
	view.Fields = append(view.Fields, s.reasons(record.CorrectionReasons()), s.area("note", "record_note", "record_note_hint"))
	return view, nil
}

// reasons is the choice of why.
func (s scene) reasons(codes []string) field {
	options := []option{{Label: s.text("record_choose")}}
	for _, code := range codes {
		options = append(options, option{Value: code, Label: s.Reason(code)})
	}
	return s.choose("select", "reason", "record_reason", options...)
}

func (p Pages) correct(ctx context.Context, s scene) error {
	c := record.Correction{Reason: s.Form.Get("reason"), Note: s.words("note")}
	if edge.IsID(s.Form.Get("key")) {
		c.Key = s.Form.Get("key")
	}
	for _, l := range s.lines() {
		amount, ok, err := s.amount("less-" + string(l.Line))
		if err != nil {
			return err
		}
		if ok {
			c.Lines = append(c.Lines, ledger.Credit{Line: l.Line, Amount: amount})
		}
	}
	return p.Door.Desk.Correct(ctx, s.At(), c)
}
