// Package money is the API's payments a creditor received himself, credit notes and payouts.
package money

import (
	"context"
	"net/http"
	"time"

	"quitt/cases"
	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/payments"
	"quitt/portal/api/wire"
	"quitt/store"
	"quitt/store/edge"
	"quitt/store/feed"
	"quitt/store/rails"
)

// Desk answers for money.
type Desk struct {
	Service    *wire.Service
	Cases      cases.Desk
	Payments   payments.Desk
	Objections objections.Desk
	Now        func() time.Time
}

// Add adds the operations.
func (d Desk) Add() {
	s := d.Service
	wire.Add(s, wire.Op{ID: "listPayments", Method: http.MethodGet, Path: "/cases/{case}/payments", Tag: "money", Scope: feed.ScopeRead, Summary: "Payments of a case",
		Description: "Every payment, also those that have not arrived or went back."}, d.list)
	wire.Add(s, wire.Op{ID: "bookPayment", Method: http.MethodPost, Path: "/cases/{case}/payments", Tag: "money", Scope: feed.ScopeMoney, Keyed: true, Status: 201, Again: "Booked before; nothing was changed", Summary: "Book a direct payment",
		Description: "Money you received yourself. It books once under your external_id: the same again is 200 and changes nothing, another payment under it is 409."}, d.book)
	wire.Add(s, wire.Op{ID: "reversePayment", Method: http.MethodPost, Path: "/payments/reversals", Tag: "money", Scope: feed.ScopeMoney, Keyed: true, Refuses: []int{404}, Summary: "Take a direct payment back",
		Description: "Undoes a payment that was booked with bookPayment, under an external_id of its own."}, d.reverse)
	wire.Add(s, wire.Op{ID: "bookCreditNote", Method: http.MethodPost, Path: "/cases/{case}/credit-notes", Tag: "money", Scope: feed.ScopeMoney, Keyed: true, Status: 201, Again: "Booked before; nothing was changed", Summary: "Book a credit note",
		Description: "A part of one line was never owed. It counts from the first day: interest on it vanishes and costs follow a smaller claim. It books once under your external_id in the case."}, d.credit)
	wire.Add(s, wire.Op{ID: "listPayouts", Method: http.MethodGet, Path: "/payouts", Tag: "money", Scope: feed.ScopeRead, Summary: "Payouts",
		Description: "What the payment provider paid out to your account, and payouts your bank sent back."}, d.payouts)
}

// source is in the business key of what a creditor books.
const source = "creditor"

// Payment is money on its way to, in, or back from a case.
type Payment struct {
	ID            debt.ID            `json:"id" example:"019a0000-0000-7000-8000-000000000001" doc:"Ours."`
	ExternalID    string             `json:"external_id" example:"ZE-2026-77" doc:"Of whoever booked it; yours for direct payments."`
	Source        string             `json:"source" example:"creditor" doc:"Whose external_id it is: creditor for yours."`
	Method        debt.Method        `json:"method" example:"direct" doc:"How the money came."`
	Status        debt.PaymentStatus `json:"status" example:"succeeded" doc:"Money counts for the case only when it is succeeded."`
	AmountCents   debt.Cents         `json:"amount_cents" example:"5000" doc:"What was paid."`
	ReturnedCents debt.Cents         `json:"returned_cents" example:"0" doc:"What of it went back."`
	ReceivedOn    debt.Date          `json:"received_on" doc:"Value day: interest stops here."`
}

func paid(p debt.Payment) Payment {
	return Payment{p.ID, p.ExternalID, p.Source, p.Method, p.Status, p.Amount, p.Returned, p.ReceivedOn}
}

// Payments are those of a case.
type Payments struct {
	Payments []Payment `json:"payments" nullable:"false" doc:"In the order in which they were booked."`
}

type caseIn struct{ wire.At }

func (d Desk) list(ctx context.Context, c wire.Caller, in *caseIn) (*wire.Out[Payments], error) {
	id, err := d.Service.Case(ctx, c, in.Case)
	if err != nil {
		return nil, err
	}
	v, err := d.Cases.View(ctx, c.Creditor(), id)
	if err != nil {
		return nil, err
	}
	out := Payments{[]Payment{}}
	for _, p := range v.Payments {
		out.Payments = append(out.Payments, paid(p))
	}
	return wire.Said(out), nil
}

// NewPayment is one to be booked.
type NewPayment struct {
	ExternalID  string    `json:"external_id" minLength:"1" maxLength:"120" example:"ZE-2026-77" doc:"Your own number of the payment. It books once."`
	AmountCents int64     `json:"amount_cents" minimum:"1" maximum:"100000000000" example:"5000" doc:"What was paid."`
	ReceivedOn  debt.Date `json:"received_on" doc:"The day you had the money, not after today."`
	Method      string    `json:"method,omitempty" enum:"direct,cash" default:"direct" example:"direct" doc:"How it came."`
	Designation string    `json:"designation,omitempty" enum:"principal,interest,costs," example:"" doc:"What the debtor said it is for (BGB § 367 II); empty: as the law says."`
}

type bookIn struct {
	wire.At
	Body NewPayment
}

// Booked is what a booking did.
type Booked struct {
	Payment     Payment             `json:"payment" doc:"As it is kept."`
	Allocations []ledger.Allocation `json:"allocations" nullable:"false" doc:"What it settled."`
	Open        debt.Balance        `json:"open" doc:"What is owed afterwards, interest to the value day."`
	Rebooked    bool                `json:"later_payments_rebooked" example:"false" doc:"Later payments were allocated anew."`
	Repeated    bool                `json:"repeated" example:"false" doc:"It had been booked before, and nothing was changed."`
}

type bookedOut struct {
	Status int
	Body   Booked
}

func booked(r payments.Receipt, fresh int) *bookedOut {
	out := &bookedOut{fresh, Booked{paid(r.Payment), append([]ledger.Allocation{}, r.Allocations...), r.Balance, r.Rerun, r.Repeated}}
	if r.Repeated {
		out.Status = http.StatusOK
	}
	return out
}

func (d Desk) book(ctx context.Context, c wire.Caller, in *bookIn) (*bookedOut, error) {
	b := in.Body
	if today := debt.DateIn(d.Now(), debt.Berlin); b.ReceivedOn.After(today) {
		return nil, wire.Invalid("body.received_on", debt.E(debt.Invalid, "payment_in_future", debt.Args{"received": b.ReceivedOn}))
	}
	id, err := d.Service.Case(ctx, c, in.Case)
	if err != nil {
		return nil, err
	}
	p := debt.Payment{CaseID: id, Method: debt.Method(b.Method), Amount: debt.Cents(b.AmountCents), ReceivedOn: b.ReceivedOn, Source: source, ExternalID: b.ExternalID}
	if b.Designation != "" {
		p.Designation = []debt.Target{{Account: debt.AccountKind(b.Designation)}}
	}
	r, err := d.Payments.Book(ctx, c.Creditor(), p)
	if err != nil {
		return nil, err
	}
	return booked(r, http.StatusCreated), nil
}

// Reversal is why a payment is taken back.
type Reversal struct {
	Payment    string `json:"payment" minLength:"1" maxLength:"120" example:"ZE-2026-77" doc:"external_id of the payment."`
	ExternalID string `json:"external_id" minLength:"1" maxLength:"120" example:"ST-2026-3" doc:"Your own number of the reversal."`
	Reason     string `json:"reason" pattern:"^([a-z0-9_]{1,40}|[A-Z]{2}[0-9]{2})$" example:"wrong_case" doc:"A code of your own, or the bank's."`
}

type reverseIn struct {
	Body Reversal
}

func (d Desk) reverse(ctx context.Context, c wire.Caller, in *reverseIn) (*bookedOut, error) {
	r, err := d.Payments.Reverse(ctx, c.Creditor(), payments.Reversal{Payment: debt.Key{Source: source, ExternalID: in.Body.Payment},
		Key: debt.Key{Source: source, ExternalID: in.Body.ExternalID}, Reason: in.Body.Reason})
	if err != nil {
		return nil, err
	}
	return booked(r, http.StatusOK), nil
}

// CreditNote is what was never owed.
type CreditNote struct {
	ExternalID  string `json:"external_id" minLength:"1" maxLength:"120" example:"GS-2026-5" doc:"Your own number of the credit note. In a case it books once."`
	Line        string `json:"line,omitempty" maxLength:"64" example:"" doc:"Id of a claim or cost from the statement; empty for the only claim there is."`
	AmountCents int64  `json:"amount_cents" minimum:"1" maximum:"100000000000" example:"1000" doc:"At most what is demanded of the line."`
}

type creditIn struct {
	wire.At
	Body CreditNote
}

// Credited is what a credit note did.
type Credited struct {
	Line          debt.ID      `json:"line" example:"019a0000-0000-7000-8000-000000000001" doc:"The line it is about."`
	CreditedCents debt.Cents   `json:"credited_cents" example:"1000" doc:"With the costs that a smaller claim does not bear."`
	Open          debt.Balance `json:"open" doc:"What is owed afterwards, interest as far as it is booked."`
	Repeated      bool         `json:"repeated" example:"false" doc:"It had been booked before, and nothing was changed."`
}

type creditedOut struct {
	Status int
	Body   Credited
}

func (d Desk) credit(ctx context.Context, c wire.Caller, in *creditIn) (*creditedOut, error) {
	if in.Body.Line != "" && !edge.IsID(in.Body.Line) {
		return nil, wire.Invalid("body.line", debt.E(debt.Invalid, "credit_line_unknown", debt.Args{"line": in.Body.Line}))
	}
	id, err := d.Service.Case(ctx, c, in.Case)
	if err != nil {
		return nil, err
	}
	n, err := d.Objections.Credit(ctx, objections.At{Creditor: c.Creditor(), Case: id}, c.By(),
		objections.Note{Key: in.Body.ExternalID, Line: debt.ID(in.Body.Line), Amount: debt.Cents(in.Body.AmountCents)})
	if err != nil {
		return nil, err
	}
	out := &creditedOut{http.StatusCreated, Credited{n.Line, n.Credited, n.Open, n.Repeated}}
	if n.Repeated {
		out.Status = http.StatusOK
	}
	return out, nil
}

// Payout is money that left the provider for your account, or came back.
type Payout struct {
	ID          string     `json:"id" example:"po_1" doc:"The provider's."`
	Kind        string     `json:"kind" enum:"payout,payout_failed" example:"payout" doc:"payout_failed: your bank sent it back."`
	AmountCents debt.Cents `json:"amount_cents" example:"125000" doc:"The sum of it."`
	On          debt.Date  `json:"on" doc:"Value day."`
	State       string     `json:"state" example:"booked" doc:"booked, or pending while it is announced."`
}

// Payouts is a page of them.
type Payouts struct {
	Payouts   []Payout `json:"payouts" nullable:"false" doc:"In the order in which we heard of them."`
	NextAfter string   `json:"next_after" example:"" doc:"For the next page; empty at the end."`
}

type payoutsIn struct{ wire.Paging }

func (d Desk) payouts(ctx context.Context, c wire.Caller, in *payoutsIn) (*wire.Out[Payouts], error) {
	after, err := in.ID()
	if err != nil {
		return nil, err
	}
	out := Payouts{Payouts: []Payout{}}
	err = d.Service.Store.Read(ctx, c.Creditor(), func(r *store.Reader) error {
		list, err := rails.Payouts(r, after, in.Limit+1)
		if err != nil {
			return err
		}
		if len(list) > in.Limit {
			list = list[:in.Limit]
			out.NextAfter = wire.Cursor(string(list[in.Limit-1].RowID))
		}
		for _, m := range list {
			out.Payouts = append(out.Payouts, Payout{m.ID, string(m.Kind), m.Amount, m.On, string(m.State)})
		}
		return nil
	})
	return wire.Said(out), err
}
