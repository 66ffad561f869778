package debtor

import (
	"time"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/rail"
	written "quitt/notifications/letter"
	"quitt/payments"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

const sampleAttempt debt.ID = "019aa9c0-7d3e-7c1a-9b52-3f6f2c1d8e40"

func owedSample() *room.Sample { return room.NewSample().Claim(room.SampleObject, 312_40, 120).Fees() }

// begun is an order as the page shows it an hour before it closes.
func begun(s *room.Sample, status debt.PaymentStatus, method debt.Method, amount debt.Cents) rail.Attempt {
	return rail.Attempt{ID: sampleAttempt, CaseID: "k", Kind: rail.Checkout, Method: method, Status: status, Amount: amount,
		StartedAt: s.At(0), ExpiresAt: s.At(0).Add(rail.Page), ExpectedOn: s.Today.AddDays(8)}
}

// choiceSamples are the states of choosing and checking a payment.
func choiceSamples() []page.Sample {
	choose := func(name string, build func() *room.Sample, f payForm, change func(*room.Sample, *payments.Offer)) page.Sample {
		var s *room.Sample
		return ofScene("choose-"+name, payPath, func() *room.Sample { s = build(); return s }, func(sc scene) ([]byte, error) {
			o := payments.Offer{Methods: rail.Methods(), Payable: sc.View.Statement.Payable}
			if change != nil {
				change(s, &o)
			}
			view, err := sc.choose(o, f, s.At(0))
			if err != nil {
				return nil, err
			}
			return chooseHTML.HTML(view)
		})
	}
	planned := func() *room.Sample { return owedSample().Planned(50_00, 9) }
	dear := func() *room.Sample {
		return room.NewSample().Claim("Dachsanierung, Schlussrechnung", 12_400_00, 60).Fees()
	}
	flight := func(_ *room.Sample, o *payments.Offer) { o.InFlight = 150_00 }
	running := func(status debt.PaymentStatus) func(*room.Sample, *payments.Offer) {
		return func(s *room.Sample, o *payments.Offer) { o.Running = begun(s, status, debt.MethodCard, 50_00) }
	}
	refusedRange := debt.E(debt.Invalid, "payment_amount_range", debt.Args{"least": debt.Cents(1_00), "most": debt.Cents(355_28)})
	return append([]page.Sample{
		choose("open", owedSample, payForm{}, nil),
		choose("letter", func() *room.Sample { return owedSample().LetterView() }, payForm{}, nil),
		choose("plan", planned, payForm{Which: "next", Method: debt.MethodDirectDebit}, nil),
		choose("other", owedSample, payForm{Which: "other", Other: "50,00", Method: debt.MethodCard}, nil),
		choose("refused", owedSample, payForm{Which: "other", Other: "9.000", Method: debt.MethodCard, err: refusedRange}, nil),
		choose("large", dear, payForm{Which: "all", Method: debt.MethodDirectDebit,
			err: debt.E(debt.Invalid, "debit_too_large", debt.Args{"most": payments.LargestDebit})}, nil),
		choose("busy", owedSample, payForm{Which: "all", Method: debt.MethodCard, err: payments.ErrBusy}, nil),
		choose("in-flight", owedSample, payForm{}, flight),
		choose("anyway", owedSample, payForm{Anyway: true}, flight),
		choose("checking", owedSample, payForm{}, running(debt.PaymentUnknown)),
		choose("begun", owedSample, payForm{}, running(debt.PaymentStarted)),
	}, checkoutSamples()...)
}

func checkoutSamples() []page.Sample {
	demo := room.Outside{Checkout: []string{"http://127.0.0.1:8091"}, Demo: true}
	stripe := room.Outside{Checkout: []string{"https://checkout.stripe.com"}}
	check := func(name string, build func() *room.Sample, to room.Outside, m debt.Method) page.Sample {
		return ofScene("checkout-"+name, payPath, build, func(sc scene) ([]byte, error) {
			view, err := sc.checkout(to, sc.View.Statement.Payable, payForm{Method: m})
			if err != nil {
				return nil, err
			}
			return checkoutHTML.HTML(view)
		})
	}
	return []page.Sample{check("card", owedSample, stripe, debt.MethodCard), check("debit", owedSample, stripe, debt.MethodDirectDebit),
		check("demo", owedSample, demo, debt.MethodCard), check("letter", func() *room.Sample { return owedSample().LetterView() }, stripe, debt.MethodCard)}
}

// paymentSamples are the states of a payment's page, and its receipt.
func paymentSamples() []page.Sample {
	show := func(name string, build func() *room.Sample, a func(*room.Sample) rail.Attempt, r returned) page.Sample {
		var s *room.Sample
		return ofScene("payment-"+name, "/akte/zahlung", func() *room.Sample { s = build(); return s }, func(sc scene) ([]byte, error) {
			r.now = s.At(0)
			return paymentHTML.HTML(sc.payment(a(s), r))
		})
	}
	in := func(status debt.PaymentStatus) func(*room.Sample) rail.Attempt {
		return func(s *room.Sample) rail.Attempt { return begun(s, status, debt.MethodCard, 120_00) }
	}
	// booked is the last payment of the history as its attempt.
	booked := func(s *room.Sample) rail.Attempt {
		p := s.History.Payments[len(s.History.Payments)-1]
		a := begun(s, p.Status, p.Method, p.Amount)
		a.ID = p.ID
		return a
	}
	part := func() *room.Sample { return owedSample().Pay(0, 120_00, debt.MethodCard) }
	list := []page.Sample{
		show("paid", part, booked, returned{done: true}),
		show("paid-letter", func() *room.Sample { return part().LetterView() }, booked, returned{}),
		show("paid-quit", func() *room.Sample { return owedSample().PayAll(0, 0, debt.MethodCard) }, booked, returned{}),
		show("debit", owedSample, func(s *room.Sample) rail.Attempt {
			return begun(s, debt.PaymentInFlight, debt.MethodDirectDebit, 120_00)
		}, returned{done: true}),
		show("returned", owedSample, in(debt.PaymentReversed), returned{}),
		show("failed", owedSample, in(debt.PaymentFailed), returned{}),
		show("cancelled", owedSample, in(debt.PaymentCancelled), returned{}),
		show("expired", owedSample, in(debt.PaymentExpired), returned{}),
		show("starting", owedSample, in(debt.PaymentCreated), returned{}),
		show("open", owedSample, in(debt.PaymentStarted), returned{}),
		show("open-late", owedSample, func(s *room.Sample) rail.Attempt {
			a := in(debt.PaymentStarted)(s)
			a.ExpiresAt = s.At(0).Add(time.Minute)
			return a
		}, returned{}),
		show("checking", owedSample, in(debt.PaymentStarted), returned{done: true}),
		show("unknown", owedSample, in(debt.PaymentUnknown), returned{}),
	}
	for _, kind := range []letter.Kind{letter.PaymentReceipt, letter.PaidInFull} {
		list = append(list, ofScene("receipt-"+string(kind), "/akte/beleg", owedSample, func(s scene) ([]byte, error) {
			doc, err := written.Sample(kind)
			if err != nil {
				return nil, err
			}
			return paperHTML.HTML(PaperPage{Base: s.Base.Whole(), Letter: doc, PDF: "/akte/beleg/pdf?nr=" + string(sampleAttempt)})
		}))
	}
	return list
}
