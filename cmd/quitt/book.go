package main

import (
	"context"
	"slices"

	"quitt/cases"
	"quitt/cmd/quitt/seed"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/payments"
	"quitt/payments/announced"
	"quitt/store"
)

const directSource = seed.Direct

type bookInput struct {
	code, amount, received, key, method, note, designate string
}

// book books a payment the creditor received directly: quitt book payment REFERENCE.
func book(ctx context.Context, r *run) error {
	in := bookInput{}
	for name, to := range map[string]*string{"creditor": &in.code, "amount": &in.amount, "received": &in.received,
		"key": &in.key, "note": &in.note, "designate": &in.designate} {
		r.flags.StringVar(to, name, "", "")
	}
	r.flags.StringVar(&in.method, "method", string(debt.MethodDirect), "")
	r.jsonFlag()
	if err := r.parse(2, 2); err != nil {
		return err
	}
	if r.args[0] != "payment" {
		return usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": r.name})}
	}
	p, err := in.payment(r)
	if err != nil {
		return err
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	creditor, id, err := r.owner(ctx, s, in.code, r.args[1])
	if err != nil {
		return err
	}
	p.CaseID = id
	receipt, err := announced.Book(ctx, payments.Desk{Store: s, Now: r.main.Now}, announced.Named{Creditor: creditor.ID, Reference: r.args[1]}, p)
	if err != nil {
		return err
	}
	r.sequence(ctx, s, creditor.ID)
	return r.receipt(ctx, s, booked{creditor.ID, receipt, "cli_booked"})
}

// payment reads the flags; the case is known only to the database.
func (in bookInput) payment(r *run) (debt.Payment, error) {
	p := debt.Payment{Method: debt.Method(in.method), Source: directSource, ExternalID: in.key, Note: in.note}
	if err := r.need(map[string]string{"amount": in.amount, "key": in.key}); err != nil {
		return p, err
	}
	var err error
	if p.Amount, err = debt.ParseCents(in.amount); err != nil {
		return p, usageError{err}
	}
	if p.ReceivedOn, err = r.day("received", in.received); err != nil {
		return p, err
	}
	if p.ReceivedOn.After(r.today()) {
		return p, debt.E(debt.Invalid, "payment_in_future", debt.Args{"received": p.ReceivedOn})
	}
	allowed := []debt.Method{debt.MethodDirect, debt.MethodCash}
	if !slices.Contains(allowed, p.Method) {
		return p, usageError{debt.E(debt.Invalid, "method_unknown", debt.Args{"allowed": []string{"direct", "cash"}})}
	}
	switch account := debt.AccountKind(in.designate); account {
	case "":
	case debt.PrincipalAccount, debt.InterestAccount, debt.CostsAccount:
		p.Designation = []debt.Target{{Account: account}}
	default:
		p.Designation = []debt.Target{{Line: debt.ID(in.designate)}}
	}
	return p, p.Validate()
}

// reverse takes back a payment booked with quitt book: quitt reverse KEY.
func reverse(ctx context.Context, r *run) error {
	var code, key, reason string
	r.flags.StringVar(&code, "creditor", "", "")
	r.flags.StringVar(&key, "key", "", "")
	r.flags.StringVar(&reason, "reason", "", "")
	r.jsonFlag()
	if err := r.parse(1, 1); err != nil {
		return err
	}
	if err := r.need(map[string]string{"creditor": code, "key": key, "reason": reason}); err != nil {
		return err
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	creditor, err := r.creditor(ctx, s, code)
	if err != nil {
		return err
	}
	receipt, err := payments.Desk{Store: s, Now: r.main.Now}.Reverse(ctx, creditor.ID, payments.Reversal{
		Payment: debt.Key{Source: directSource, ExternalID: r.args[0]},
		Key:     debt.Key{Source: directSource, ExternalID: key}, Reason: reason,
	})
	if err != nil {
		return err
	}
	r.sequence(ctx, s, creditor.ID)
	return r.receipt(ctx, s, booked{creditor.ID, receipt, "cli_reversed"})
}

type receiptJSON struct {
	Payment     debt.ID      `json:"payment"`
	Amount      debt.Cents   `json:"amount_cents"`
	ReceivedOn  debt.Date    `json:"received_on"`
	Allocations any          `json:"allocations"`
	Balance     debt.Balance `json:"balance"`
	Rerun       bool         `json:"later_payments_rebooked"`
	Repeated    bool         `json:"repeated"`
}

// booked is what to print about a booking.
type booked struct {
	creditor debt.ID
	payments.Receipt
	key string
}

// receipt prints what a booking did and what is open today, running interest included.
func (r *run) receipt(ctx context.Context, s *store.Store, c booked) error {
	if r.asJSON {
		return r.json(receiptJSON{c.Payment.ID, c.Payment.Amount, c.Payment.ReceivedOn, c.Allocations, c.Balance, c.Rerun, c.Repeated})
	}
	if c.Repeated {
		r.line("booked_already", nil)
	} else {
		r.line(c.key, debt.Args{"amount": c.Payment.Amount, "received": c.Payment.ReceivedOn})
	}
	if len(c.Allocations) > 0 {
		r.printf("  %s\n", shown.Allocated(r.main.words, c.Allocations))
	}
	if c.Rerun {
		r.line("cli_rerun", nil)
	}
	// The booking is stored: whatever happens now must not read as if it were not.
	record, err := cases.Desk{Store: s, Now: r.main.Now}.Statement(ctx, c.creditor, c.Payment.CaseID, r.today())
	if err == nil && record.InterestTo.IsZero() {
		r.line("cli_open", debt.Args{"amount": record.Statement.Payable, "day": r.today()})
	} else {
		r.line("cli_open_booked", debt.Args{"amount": c.Balance.Total()})
	}
	if c.Balance.Overpaid > 0 {
		r.line("cli_overpaid", debt.Args{"amount": c.Balance.Overpaid})
	}
	return nil
}
