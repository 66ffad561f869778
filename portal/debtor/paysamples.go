package debtor

import (
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/letter"
	"quitt/debt/rail"
	written "quitt/notifications/letter"
	"quitt/payments"
	"quitt/portal/page"
)

const sampleAttempt debt.ID = "019aa9c0-7d3e-7c1a-9b52-3f6f2c1d8e40"

func owedSample() *sample { return newSample().claim(sampleObject, 312_40, 120).fees() }

func (s *sample) letterView() *sample {
	s.tier = access.LetterView
	return s
}

// begun is an order as the page shows it an hour before it closes.
func begun(s *sample, status debt.PaymentStatus, method debt.Method, amount debt.Cents) rail.Attempt {
	return rail.Attempt{ID: sampleAttempt, CaseID: "k", Kind: rail.Checkout, Method: method, Status: status, Amount: amount,
		StartedAt: s.at(0), ExpiresAt: s.at(0).Add(rail.Page), ExpectedOn: s.today.AddDays(8)}
}

// choiceSamples are the states of choosing and checking a payment.
func choiceSamples() []page.Sample {
	choose := func(name string, build func() *sample, f payForm, change func(*sample, *payments.Offer)) page.Sample {
		var s *sample
		return ofScene("choose-"+name, payPath, func() *sample { s = build(); return s }, func(sc scene) ([]byte, error) {
			o := payments.Offer{Methods: rail.Methods(), Payable: sc.view.Statement.Payable}
			if change != nil {
				change(s, &o)
			}
			view, err := sc.choose(o, f, s.at(0))
			if err != nil {
				return nil, err
			}
			return chooseHTML.HTML(view)
		})
	}
	planned := func() *sample {
		return owedSample().with(func(s *sample) {
			s.Case.Plan = debt.PlanActive
			s.event(-1, debt.PlanInstalmentDue)
			s.Events[len(s.Events)-1].Data = debt.Args{"amount_cents": 50_00, "due": s.today.AddDays(9).String()}
		})
	}
	dear := func() *sample { return newSample().claim("Dachsanierung, Schlussrechnung", 12_400_00, 60).fees() }
	flight := func(_ *sample, o *payments.Offer) { o.InFlight = 150_00 }
	running := func(status debt.PaymentStatus) func(*sample, *payments.Offer) {
		return func(s *sample, o *payments.Offer) { o.Running = begun(s, status, debt.MethodCard, 50_00) }
	}
	refusedRange := debt.E(debt.Invalid, "payment_amount_range", debt.Args{"least": debt.Cents(1_00), "most": debt.Cents(355_28)})
	return append([]page.Sample{
		choose("open", owedSample, payForm{}, nil),
		choose("letter", func() *sample { return owedSample().letterView() }, payForm{}, nil),
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
	demo := Outside{Checkout: []string{"http://127.0.0.1:8091"}, Demo: true}
	stripe := Outside{Checkout: []string{"https://checkout.stripe.com"}}
	check := func(name string, build func() *sample, to Outside, m debt.Method) page.Sample {
		return ofScene("checkout-"+name, payPath, build, func(sc scene) ([]byte, error) {
			view, err := sc.checkout(to, sc.view.Statement.Payable, payForm{Method: m})
			if err != nil {
				return nil, err
			}
			return checkoutHTML.HTML(view)
		})
	}
	return []page.Sample{check("card", owedSample, stripe, debt.MethodCard), check("debit", owedSample, stripe, debt.MethodDirectDebit),
		check("demo", owedSample, demo, debt.MethodCard), check("letter", func() *sample { return owedSample().letterView() }, stripe, debt.MethodCard)}
}

// paymentSamples are the states of a payment's page, and its receipt.
func paymentSamples() []page.Sample {
	show := func(name string, build func() *sample, a func(*sample) rail.Attempt, r returned) page.Sample {
		var s *sample
		return ofScene("payment-"+name, "/akte/zahlung", func() *sample { s = build(); return s }, func(sc scene) ([]byte, error) {
			r.now = s.at(0)
			return paymentHTML.HTML(sc.payment(a(s), r))
		})
	}
	in := func(status debt.PaymentStatus) func(*sample) rail.Attempt {
		return func(s *sample) rail.Attempt { return begun(s, status, debt.MethodCard, 120_00) }
	}
	// booked is the last payment of the history as its attempt.
	booked := func(s *sample) rail.Attempt {
		p := s.History.Payments[len(s.History.Payments)-1]
		a := begun(s, p.Status, p.Method, p.Amount)
		a.ID = p.ID
		return a
	}
	part := func() *sample { return owedSample().pay(0, 120_00, debt.MethodCard) }
	list := []page.Sample{
		show("paid", part, booked, returned{done: true}),
		show("paid-letter", func() *sample { return part().letterView() }, booked, returned{}),
		show("paid-quit", func() *sample { return owedSample().payAll(0, 0, debt.MethodCard) }, booked, returned{}),
		show("debit", owedSample, func(s *sample) rail.Attempt {
			return begun(s, debt.PaymentInFlight, debt.MethodDirectDebit, 120_00)
		}, returned{done: true}),
		show("returned", owedSample, in(debt.PaymentReversed), returned{}),
		show("failed", owedSample, in(debt.PaymentFailed), returned{}),
		show("cancelled", owedSample, in(debt.PaymentCancelled), returned{}),
		show("expired", owedSample, in(debt.PaymentExpired), returned{}),
		show("starting", owedSample, in(debt.PaymentCreated), returned{}),
		show("open", owedSample, in(debt.PaymentStarted), returned{}),
		show("open-late", owedSample, func(s *sample) rail.Attempt {
			a := in(debt.PaymentStarted)(s)
			a.ExpiresAt = s.at(0).Add(time.Minute)
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
			return paperHTML.HTML(PaperPage{Base: s.base.Whole(), Letter: doc, PDF: "/akte/beleg/pdf?nr=" + string(sampleAttempt)})
		}))
	}
	return list
}
