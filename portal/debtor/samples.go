package debtor

import (
	"strings"

	"quitt/cases"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/letter"
	written "quitt/notifications/letter"
	"quitt/portal/page"
	"quitt/portal/text"
)

// Samples shows every page of this room in every state.
func Samples() []page.Sample {
	list := entrySamples()
	for _, c := range claimSamples() {
		list = append(list, ofScene("claim-"+c.name, "/akte", c.make, func(s scene) ([]byte, error) { return claimHTML.HTML(s.claim()) }))
	}
	list = append(append(list, optOutSamples()...), paperSamples()...)
	list = append(list, letterSamples()...)
	list = append(append(list, choiceSamples()...), paymentSamples()...)
	return append(append(list, caseSamples()...), openSamples()...)
}

func ofScene(name, path string, build func() *sample, render func(scene) ([]byte, error)) page.Sample {
	return page.Sample{Name: name, HTML: func(w *text.Catalogue) ([]byte, error) {
		s, err := build().scene(w, path)
		if err != nil {
			return nil, err
		}
		return render(s)
	}}
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

type claimSample struct {
	name string
	make func() *sample
}

// claimSamples are the states of the claim page.
func claimSamples() []claimSample {
	owed := func() *sample { return newSample().claim(sampleObject, 312_40, 120).fees() }
	return append([]claimSample{
		{"open", owed},
		{"one-line", func() *sample { return newSample().claim(sampleObject, 89_90, 10) }},
		{"part-paid", func() *sample { return owed().pay(12, 150_00, debt.MethodTransfer) }},
		{"many-lines", manyLines},
		{"long-name", func() *sample {
			return newSample().with(func(s *sample) {
				s.Creditor.Name = "Gemeinnützige Wohnungsbaugenossenschaft Köln-Ehrenfeld e. G."
			}).claim("Betriebskostenabrechnung, Nachzahlung", 1_250_00, 200).fees()
		}},
		{"long-words", func() *sample {
			return newSample().claim("Rindfleischetikettierungsüberwachungsaufgabenübertragungsgebühr", 480_00, 90).fees()
		}},
		{"no-interest", func() *sample {
			return newSample().open(debt.Claim{Principal: 120_00, Ground: debt.Tort, Object: "Beschädigter Gartenzaun",
				ArisenOn: sampleDay.AddDays(-60), DueOn: sampleDay.AddDays(-20), Interest: debt.InterestRule{Kind: debt.NoInterest}})
		}},
		{"fixed-rate", func() *sample {
			return newSample().open(debt.Claim{Principal: 2_380_00, Ground: debt.Contract, Object: "Werkvertrag Dachsanierung",
				ArisenOn: sampleDay.AddDays(-300), DueOn: sampleDay.AddDays(-200), DefaultFrom: sampleDay.AddDays(-180),
				Interest:       debt.InterestRule{Kind: debt.FixedRate, Fixed: 950, Method: debt.Act365},
				InterestReason: "Im Vertrag vom 26.01.2026 vereinbart, Nummer 7"})
		}},
		{"rate-unknown", func() *sample {
			s := newSample()
			s.today = debt.LastBaseRateDay().AddDays(41)
			return s.claim(sampleObject, 312_40, 120).fees()
		}},
		{"researched", func() *sample { return owed().with(func(s *sample) { s.Debtor.AddressSource = "researched" }) }},
	}, pendingSamples(owed)...)
}

func manyLines() *sample {
	s := newSample()
	for i, object := range []string{"Stromlieferung, Abschlag", "Gaslieferung, Abschlag", "Trinkwasser und Abwasser", "Fernwärme"} {
		for month := range 5 {
			s.claim(object, debt.Cents(45_00+1_250*i+310*month), 60+30*month)
		}
	}
	return s.fees().pay(15, 80_00, debt.MethodTransfer).pay(9, 20_00, debt.MethodCash)
}

// pendingSamples are the claims about which something must be said first.
func pendingSamples(owed func() *sample) []claimSample {
	axis := func(change func(*sample)) func() *sample {
		return func() *sample { return owed().with(change) }
	}
	return append([]claimSample{
		{"in-flight", func() *sample { return owed().sending(debt.PaymentInFlight, 312_40) }},
		{"unknown", func() *sample { return owed().sending(debt.PaymentUnknown, 100_00) }},
		{"objection", axis(func(s *sample) {
			s.hold(debt.HoldObjection, 12, debt.ObjectionAnswered).event(-5, debt.ObjectionFiled)
			s.Case.Objection = debt.ObjectionOpen
		})},
		{"objection-rejected", axis(func(s *sample) { s.Case.Objection = debt.ObjectionRejected })},
		{"objection-partly", axis(func(s *sample) { s.Case.Objection = debt.ObjectionPartly })},
		{"plan", axis(func(s *sample) {
			s.Case.Plan = debt.PlanActive
			s.hold(debt.HoldPlan, 0, debt.PlanLapsedEvent).event(-5, debt.PlanAgreed).event(-1, debt.PlanInstalmentDue)
			s.Events[len(s.Events)-1].Data = debt.Args{"amount_cents": 50_00, "due": s.today.AddDays(9).String()}
		})},
		{"plan-proposed", axis(func(s *sample) { s.Case.Plan = debt.PlanOpen; s.hold(debt.HoldPlan, 0, debt.PlanLapsedEvent) })},
		{"plan-at-risk", axis(func(s *sample) { s.Case.Plan = debt.PlanAtRisk })},
		{"plan-lapsed", axis(func(s *sample) { s.Case.Plan = debt.PlanLapsed })},
		{"promise", axis(func(s *sample) { s.hold(debt.HoldPromise, 8, debt.PromiseKept).event(-5, debt.PromiseMade) })},
		{"held", axis(func(s *sample) { s.hold(debt.HoldHardship, 30, "") })},
		{"held-proof", axis(func(s *sample) { s.hold(debt.HoldProof, 0, debt.ProofAccepted) })},
		{"court", axis(func(s *sample) { s.Case.Stage = debt.StageCourt })},
		{"minor", axis(func(s *sample) { s.Debtor.BirthOn = "2010-06-01" })},
		{"insolvency", axis(func(s *sample) { s.hold(debt.HoldInsolv, 0, debt.CaseClosed) })},
		{"checking", axis(func(s *sample) { s.Case.Review = debt.ReviewReceived })},
	}, closedSamples(owed)...)
}

func closedSamples(owed func() *sample) []claimSample {
	list := []claimSample{
		{"paid", func() *sample { return owed().payAll(10, 0, debt.MethodTransfer) }},
		{"paid-debit", func() *sample { return owed().payAll(10, 0, debt.MethodDirectDebit) }},
		{"overpaid", func() *sample { return owed().payAll(10, 18_30, debt.MethodTransfer) }},
	}
	for _, reason := range debt.CloseReasons() {
		if reason == "paid" {
			continue
		}
		list = append(list, claimSample{"closed-" + strings.ReplaceAll(string(reason), "_", "-"), func() *sample {
			return owed().with(func(s *sample) {
				if _, err := s.Case.Close(reason, s.today); err != nil {
					s.err = err
				}
				s.event(0, debt.CaseClosed)
			})
		}})
	}
	return list
}

// letterSamples are what a visit of the first tier sees.
func letterSamples() []page.Sample {
	render := func(s scene) ([]byte, error) { return letterHTML.HTML(s.letter()) }
	letter := func(change func(*sample)) func() *sample {
		return func() *sample {
			s := newSample().claim(sampleObject, 312_40, 120).fees().with(change)
			s.tier = access.LetterView
			return s
		}
	}
	return []page.Sample{
		ofScene("letter-open", "/akte", letter(func(*sample) {}), render),
		ofScene("letter-nothing", "/akte", letter(func(s *sample) { s.payAll(10, 0, debt.MethodTransfer) }), render),
		ofScene("letter-minor", "/akte", letter(func(s *sample) { s.Debtor.BirthOn = "2010-06-01" }), render),
	}
}

// caseSamples are the other pages of a case.
func caseSamples() []page.Sample {
	owed := func() *sample {
		return newSample().claim(sampleObject, 312_40, 120).fees().pay(12, 150_00, debt.MethodTransfer)
	}
	statement := func(s scene) ([]byte, error) { return statementHTML.HTML(s.statement()) }
	list := []page.Sample{
		ofScene("statement", "/akte/aufstellung", owed, statement),
		ofScene("statement-rate-unknown", "/akte/aufstellung", func() *sample {
			s := newSample()
			s.today = debt.LastBaseRateDay().AddDays(41)
			return s.claim(sampleObject, 312_40, 120)
		}, statement),
		ofScene("statement-many", "/akte/aufstellung", manyLines, statement),
		ofScene("pay", "/akte/bezahlen", owed, func(s scene) ([]byte, error) {
			view, err := s.pay(s.view.Statement.Payable)
			if err != nil {
				return nil, err
			}
			return payHTML.HTML(view)
		}),
		ofScene("instalments", "/akte/raten", owed, func(s scene) ([]byte, error) { return instalmentsHTML.HTML(s.way()) }),
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
	owed := func() *sample { return newSample().claim(sampleObject, 312_40, 120).fees() }
	listed := func(name string, papers ...paper) page.Sample {
		return ofScene(name, "/akte/briefe", owed, func(s scene) ([]byte, error) {
			view := s.papers(nil)
			view.Papers = papers
			return papersHTML.HTML(view)
		})
	}
	list := []page.Sample{listed("papers-none"), listed("papers",
		paper{1061, letter.PaymentReceipt, sampleDay.AddDays(-3), false},
		paper{1042, letter.FirstNotice, sampleDay.AddDays(-19), false},
		paper{987, letter.Reminder, sampleDay.AddDays(-50), true})}
	for _, kind := range letter.Kinds() {
		list = append(list, ofScene("paper-"+strings.ReplaceAll(string(kind), "_", "-"), "/akte/brief", owed, func(s scene) ([]byte, error) {
			doc, err := written.Sample(kind)
			if err != nil {
				return nil, err
			}
			return paperHTML.HTML(PaperPage{Base: s.base.Whole(), Number: 1042, Letter: doc})
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
