package debtor

import (
	"strings"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/letter"
	written "quitt/notifications/letter"
	"quitt/portal/debtor/acting"
	"quitt/portal/debtor/object"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store/letters"
	"quitt/store/plans"
)

// Samples shows every page of this room in every state.
func Samples() []page.Sample {
	list := entrySamples()
	for _, c := range claimSamples() {
		list = append(list, ofScene("claim-"+c.name, "/akte", c.make, func(s scene) ([]byte, error) { return claimHTML.HTML(s.claim()) }))
	}
	list = append(append(list, optOutSamples()...), paperSamples()...)
	list = append(append(list, actedSamples()...), acting.Samples()...)
	list = append(list, letterSamples()...)
	list = append(append(list, choiceSamples()...), paymentSamples()...)
	return append(append(append(list, caseSamples()...), openSamples()...), object.Samples()...)
}

func ofScene(name, path string, build func() *room.Sample, render func(scene) ([]byte, error)) page.Sample {
	return room.Shown(name, path, build, func(s room.Scene) ([]byte, error) { return render(scene(s)) })
}

func of[V any](name string, t page.Template[V], view func(*text.Catalogue) V) page.Sample {
	return page.Sample{Name: name, HTML: func(w *text.Catalogue) ([]byte, error) { return t.HTML(view(w)) }}
}

func optOutSamples() []page.Sample {
	shown := func(name string, done bool) page.Sample {
		return of("optout-"+name, optOutHTML, func(w *text.Catalogue) OptOutPage {
			return OptOutPage{Base: page.SampleBase(w, "/abbestellen").Whole(), Token: "invented", Done: done}
		})
	}
	return []page.Sample{shown("ask", false), shown("done", true)}
}

func entrySamples() []page.Sample {
	entry := func(name string, f entryForm, failed bool) page.Sample {
		return of("entry-"+name, entryPage, func(w *text.Catalogue) EntryPage {
			view := EntryPage{Base: page.SampleBase(w, "/"), entryForm: f}
			view.Failed = failed
			return view
		})
	}
	return []page.Sample{
		entry("empty", entryForm{Check: access.CheckBirth}, false),
		entry("refused", entryForm{Code: "ABCD EFGH JKMN PQRS", Check: access.CheckBirth}, true),
		entry("qr", entryForm{Token: "0123456789ABCDEFGHJKMNPQRS", Check: access.CheckBirth}, false),
		entry("qr-refused", entryForm{Token: "0123456789ABCDEFGHJKMNPQRS", Check: access.CheckBirth}, true),
		entry("typed", entryForm{Code: "abcd-efgh", Check: access.CheckPostcode, Postcode: "50825"}, false),
		entry("company", entryForm{Check: access.CheckNumber, Number: "K-10421"}, false),
	}
}

// actedSamples are a claim as who acts for its debtor sees it, and as the debtor does afterwards.
func actedSamples() []page.Sample {
	made := func() *room.Sample {
		return room.NewSample().Claim(room.SampleObject, 312_40, 120).Fees().Event(-2, debt.PlanProposed).With(func(s *room.Sample) {
			s.Case.Plan = debt.PlanOpen
			s.Events[len(s.Events)-1].Actor = acting.SampleActing().Actor()
		})
	}
	return []page.Sample{
		ofScene("acting-claim-page", "/akte", made, func(s scene) ([]byte, error) {
			s.Base.Acting = acting.SampleActing()
			return claimHTML.HTML(s.claim())
		}),
		ofScene("acting-claim-seen", "/akte", made, func(s scene) ([]byte, error) { return claimHTML.HTML(s.claim()) }),
	}
}

type claimSample struct {
	name string
	make func() *room.Sample
}

// claimSamples are the states of the claim page.
func claimSamples() []claimSample {
	owed := func() *room.Sample { return room.NewSample().Claim(room.SampleObject, 312_40, 120).Fees() }
	return append([]claimSample{
		{"open", owed},
		{"one-line", func() *room.Sample { return room.NewSample().Claim(room.SampleObject, 89_90, 10) }},
		{"part-paid", func() *room.Sample { return owed().Pay(12, 150_00, debt.MethodTransfer) }},
		{"many-lines", manyLines},
		{"long-name", func() *room.Sample {
			return room.NewSample().With(func(s *room.Sample) {
				s.Creditor.Name = "Gemeinnützige Wohnungsbaugenossenschaft Köln-Ehrenfeld e. G."
			}).Claim("Betriebskostenabrechnung, Nachzahlung", 1_250_00, 200).Fees()
		}},
		{"long-words", func() *room.Sample {
			return room.NewSample().Claim("Rindfleischetikettierungsüberwachungsaufgabenübertragungsgebühr", 480_00, 90).Fees()
		}},
		{"no-interest", func() *room.Sample {
			return room.NewSample().Open(debt.Claim{Principal: 120_00, Ground: debt.Tort, Object: "Beschädigter Gartenzaun",
				ArisenOn: room.SampleDay.AddDays(-60), DueOn: room.SampleDay.AddDays(-20), Interest: debt.InterestRule{Kind: debt.NoInterest}})
		}},
		{"fixed-rate", func() *room.Sample {
			return room.NewSample().Open(debt.Claim{Principal: 2_380_00, Ground: debt.Contract, Object: "Werkvertrag Dachsanierung",
				ArisenOn: room.SampleDay.AddDays(-300), DueOn: room.SampleDay.AddDays(-200), DefaultFrom: room.SampleDay.AddDays(-180),
				Interest:       debt.InterestRule{Kind: debt.FixedRate, Fixed: 950, Method: debt.Act365},
				InterestReason: "Im Vertrag vom 26.01.2026 vereinbart, Nummer 7"})
		}},
		{"rate-unknown", func() *room.Sample {
			s := room.NewSample()
			s.Today = debt.LastBaseRateDay().AddDays(41)
			return s.Claim(room.SampleObject, 312_40, 120).Fees()
		}},
		{"researched", func() *room.Sample {
			return owed().With(func(s *room.Sample) { s.Debtor.AddressSource = "researched" })
		}},
	}, pendingSamples(owed)...)
}

func manyLines() *room.Sample {
	s := room.NewSample()
	for i, object := range []string{"Stromlieferung, Abschlag", "Gaslieferung, Abschlag", "Trinkwasser und Abwasser", "Fernwärme"} {
		for month := range 5 {
			s.Claim(object, debt.Cents(45_00+1_250*i+310*month), 60+30*month)
		}
	}
	return s.Fees().Pay(15, 80_00, debt.MethodTransfer).Pay(9, 20_00, debt.MethodCash)
}

// pendingSamples are the claims about which something must be said first.
func pendingSamples(owed func() *room.Sample) []claimSample {
	axis := func(change func(*room.Sample)) func() *room.Sample {
		return func() *room.Sample { return owed().With(change) }
	}
	return append([]claimSample{
		{"in-flight", func() *room.Sample { return owed().Sending(debt.PaymentInFlight, 312_40) }},
		{"unknown", func() *room.Sample { return owed().Sending(debt.PaymentUnknown, 100_00) }},
		{"objection", axis(func(s *room.Sample) {
			s.Hold(debt.HoldObjection, 12, debt.ObjectionAnswered).Event(-5, debt.ObjectionFiled)
			s.Case.Objection = debt.ObjectionOpen
		})},
		{"objection-rejected", axis(func(s *room.Sample) { s.Case.Objection = debt.ObjectionRejected })},
		{"objection-partly", axis(func(s *room.Sample) { s.Case.Objection = debt.ObjectionPartly })},
		{"plan", axis(func(s *room.Sample) {
			s.Hold(debt.HoldPlan, 0, debt.PlanLapsedEvent).Planned(50_00, 9)
		})},
		{"plan-proposed", axis(func(s *room.Sample) { s.Case.Plan = debt.PlanOpen; s.Hold(debt.HoldPlan, 0, debt.PlanLapsedEvent) })},
		{"plan-at-risk", axis(func(s *room.Sample) { s.Case.Plan = debt.PlanAtRisk })},
		{"plan-lapsed", axis(func(s *room.Sample) { s.Case.Plan = debt.PlanLapsed })},
		{"promise", axis(func(s *room.Sample) { s.Hold(debt.HoldPromise, 8, debt.PromiseKept).Event(-5, debt.PromiseMade) })},
		{"held", axis(func(s *room.Sample) { s.Hold(debt.HoldHardship, 30, "") })},
		{"held-proof", axis(func(s *room.Sample) { s.Hold(debt.HoldProof, 0, debt.ProofAccepted) })},
		{"court", axis(func(s *room.Sample) { s.Case.Stage = debt.StageCourt })},
		{"minor", axis(func(s *room.Sample) { s.Debtor.BirthOn = "2010-06-01" })},
		{"insolvency", axis(func(s *room.Sample) { s.Hold(debt.HoldInsolv, 0, debt.CaseClosed) })},
		{"checking", axis(func(s *room.Sample) { s.Case.Review = debt.ReviewReceived })},
	}, closedSamples(owed)...)
}

func closedSamples(owed func() *room.Sample) []claimSample {
	list := []claimSample{
		{"paid", func() *room.Sample { return owed().PayAll(10, 0, debt.MethodTransfer) }},
		{"paid-debit", func() *room.Sample { return owed().PayAll(10, 0, debt.MethodDirectDebit) }},
		{"overpaid", func() *room.Sample { return owed().PayAll(10, 18_30, debt.MethodTransfer) }},
	}
	for _, reason := range debt.CloseReasons() {
		if reason == "paid" {
			continue
		}
		list = append(list, claimSample{"closed-" + strings.ReplaceAll(string(reason), "_", "-"), func() *room.Sample {
			return owed().With(func(s *room.Sample) {
				if _, err := s.Case.Close(reason, s.Today); err != nil {
					s.Err = err
				}
				s.Event(0, debt.CaseClosed)
			})
		}})
	}
	return list
}

// letterSamples are what a visit of the first tier sees.
func letterSamples() []page.Sample {
	render := func(s scene) ([]byte, error) { return letterHTML.HTML(s.letter()) }
	letter := func(change func(*room.Sample)) func() *room.Sample {
		return func() *room.Sample {
			s := room.NewSample().Claim(room.SampleObject, 312_40, 120).Fees().With(change)
			s.Tier = access.LetterView
			return s
		}
	}
	return []page.Sample{
		ofScene("letter-open", "/akte", letter(func(*room.Sample) {}), render),
		ofScene("letter-nothing", "/akte", letter(func(s *room.Sample) { s.PayAll(10, 0, debt.MethodTransfer) }), render),
		ofScene("letter-minor", "/akte", letter(func(s *room.Sample) { s.Debtor.BirthOn = "2010-06-01" }), render),
	}
}

// caseSamples are the other pages of a case.
func caseSamples() []page.Sample {
	owed := func() *room.Sample {
		return room.NewSample().Claim(room.SampleObject, 312_40, 120).Fees().Pay(12, 150_00, debt.MethodTransfer)
	}
	statement := func(s scene) ([]byte, error) { return statementHTML.HTML(s.statement()) }
	list := []page.Sample{
		ofScene("statement", "/akte/aufstellung", owed, statement),
		ofScene("statement-rate-unknown", "/akte/aufstellung", func() *room.Sample {
			s := room.NewSample()
			s.Today = debt.LastBaseRateDay().AddDays(41)
			return s.Claim(room.SampleObject, 312_40, 120)
		}, statement),
		ofScene("statement-many", "/akte/aufstellung", manyLines, statement),
		ofScene("pay", "/akte/bezahlen", owed, func(s scene) ([]byte, error) {
			s.Promises = true
			view, err := s.pay(s.View.Statement.Payable)
			if err != nil {
				return nil, err
			}
			return payHTML.HTML(view)
		}),
		ofScene("objection", "/akte/einwand", owed, func(s scene) ([]byte, error) { return objectionHTML.HTML(s.way()) }),
	}
	raise := func(name string, change func(*RaisePage)) {
		list = append(list, of("raise-"+name, raiseHTML, func(w *text.Catalogue) RaisePage {
			view := RaisePage{Base: page.SampleBase(w, "/akte/mehr").Whole()}
			view.SignedIn, view.CSRF = true, "sample"
			change(&view)
			return view
		}))
	}
	raise("birth", func(v *RaisePage) { v.Checks = []access.CheckKind{access.CheckBirth, access.CheckOneTime} })
	raise("number", func(v *RaisePage) { v.Checks = []access.CheckKind{access.CheckNumber} })
	raise("refused", func(v *RaisePage) {
		v.Checks, v.Refused, v.Failed = []access.CheckKind{access.CheckBirth}, true, true
	})
	raise("sent", func(v *RaisePage) { v.SentTo = "a•••@e•••.org" })
	raise("no-mail", func(v *RaisePage) { v.NoMail = true })
	return list
}

// paperSamples are the list of letters and the twin of a letter of each kind.
func paperSamples() []page.Sample {
	owed := func() *room.Sample { return room.NewSample().Claim(room.SampleObject, 312_40, 120).Fees() }
	listed := func(name string, kept []letters.Kept, given ...plans.Paper) page.Sample {
		return ofScene(name, "/akte/briefe", owed, func(s scene) ([]byte, error) {
			return papersHTML.HTML(s.papers(kept, given))
		})
	}
	given := func(kind plans.PaperKind, daysAgo int) plans.Paper {
		return plans.Paper{ID: sampleAttempt, Kind: kind, MadeAt: room.SampleDay.AddDays(-daysAgo).Time(), SHA256: strings.Repeat("3f9a2c71", 8)}
	}
	list := []page.Sample{listed("papers-none", nil), listed("papers",
		[]letters.Kept{{Number: 1061, Kind: letter.PaymentReceipt, On: room.SampleDay.AddDays(-3)},
			{Number: 1042, Kind: letter.FirstNotice, On: room.SampleDay.AddDays(-19)},
			{Number: 987, Kind: letter.Reminder, On: room.SampleDay.AddDays(-50), State: letters.Returned}},
		given(plans.ChangePaper, 1), given(plans.Agreement, 10), given(plans.CostNotice, 10))}
	for _, name := range []string{"costs", "agreement-interest", "settlement", "change-lower"} {
		list = append(list, ofScene("plan-paper-"+name, planPaperPath, owed, func(s scene) ([]byte, error) {
			x := given(plans.Agreement, 10)
			var err error
			if x.Document, err = written.SamplePaper(name); err != nil {
				return nil, err
			}
			return paperHTML.HTML(s.planPaper(x))
		}))
	}
	for _, kind := range letter.Kinds() {
		list = append(list, ofScene("paper-"+strings.ReplaceAll(string(kind), "_", "-"), "/akte/brief", owed, func(s scene) ([]byte, error) {
			doc, err := written.Sample(kind)
			if err != nil {
				return nil, err
			}
			return paperHTML.HTML(PaperPage{Base: s.Base.Whole(), Number: 1042, Letter: doc})
		}))
	}
	return list
}

// openSamples are the pages anybody may see.
func openSamples() []page.Sample {
	info := func(name string, t page.Template[InfoPage], path string) page.Sample {
		return of(name, t, func(w *text.Catalogue) InfoPage { return InfoPage{page.SampleBase(w, path).Whole()} })
	}
	payees := []cases.Payee{{Name: "Elektro Brandl GmbH", AccountHolder: "Elektro Brandl GmbH", Last4: "2051"},
		{Name: "Stadtwerke Auental", AccountHolder: "Stadtwerke Auental", Last4: "5030"},
		{Name: "Zahnarztpraxis Dr. Miriam Lindner", AccountHolder: "Dr. Miriam Lindner", Last4: "3000"}}
	disown := func(name string, done bool) page.Sample {
		return of(name, disownHTML, func(w *text.Catalogue) DisownPage {
			return DisownPage{Base: page.SampleBase(w, "/nicht-ich").Whole(), Done: done}
		})
	}
	genuine := func(name string, list []cases.Payee) page.Sample {
		return of(name, genuineHTML, func(w *text.Catalogue) GenuinePage {
			return GenuinePage{page.SampleBase(w, "/echt").Whole(), list}
		})
	}
	return []page.Sample{
		genuine("genuine", payees), genuine("genuine-empty", nil), disown("disown", false), disown("disown-done", true),
		info("imprint", imprintHTML, "/impressum"), info("privacy", privacyHTML, "/datenschutz"),
		info("accessibility", accessibilityHTML, "/barrierefreiheit"), info("help", helpHTML, "/hilfe"), info("left", leftHTML, "/"),
	}
}
