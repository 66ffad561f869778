package decide

import (
	"context"
	"errors"

	"quitt/debt"
	"quitt/payments"
	"quitt/store/rails"
)

func showRefund(s scene) (FormPage, error) {
	overpaid, left := s.Record.Statement.Open.Overpaid, s.Refundable
	view := FormPage{Title: s.text("refund_title"), Facts: []fact{{s.text("record_overpaid"), s.Base.Cents(overpaid)}}}
	if left < overpaid {
		view.Facts = append(view.Facts, fact{s.text("refund_ordered"), s.Base.Cents(overpaid - left)})
	}
	switch {
	case overpaid <= 0:
		view.Lead = []string{s.text("refund_nothing")}
		return view, nil
	case left <= 0:
		view.Lead = []string{s.text("refund_all_ordered")}
		return view, nil
	}
	view.Lead, view.Button = []string{s.text("refund_lead"), s.text("refund_lead_way")}, s.text("refund_go")
	view.Fields = []field{s.money("amount", s.text("record_amount"), s.Base.Words.Text("refund_hint", debt.Args{"most": left})), {Kind: "check", Name: "sure", Label: s.text("refund_sure"), Checked: s.Form.Get("sure") != ""}}
	return view, nil
}

// refund sends money back on the way it came: by a file for the bank, or through the provider.
func (p Pages) refund(ctx context.Context, s scene) error {
	amount, given, err := s.amount("amount")
	switch {
	case err != nil:
		return err
	case s.Form.Get("sure") == "":
		return debt.E(debt.Invalid, "refund_unsure", nil)
	case !given:
		amount = s.Refundable
	case amount <= 0:
		return debt.E(debt.Invalid, "refund_none", nil)
	}
	desk := p.Door.Payouts
	desk.By = s.Actor()
	_, err = desk.Refund(ctx, s.Creditor.ID, s.Record.Case.ID, amount)
	if p.Rail == nil || !errors.Is(err, debt.E(debt.Forbidden, "bank_payer_unknown", nil)) {
		return err
	}
	f, err := p.Rail.RefundOverpaid(ctx, s.Creditor.ID, s.Record.Case.ID, payments.RefundOrder{ID: debt.ID(s.Form.Get("key")), Amount: amount})
	switch f.State {
	case "": // nothing was ordered
		return err
	case rails.RefundRefused:
		return debt.E(debt.Conflict, "refund_refused", nil)
	}
	return nil // it is kept: a loop calls again, or hears how it went
}
