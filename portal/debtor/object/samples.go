package object

import (
	"strings"

	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/objection"
	"quitt/debt/situation"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	kept "quitt/store/objections"
)

func owed() *room.Sample {
	s := room.NewSample().Claim(room.SampleObject, 312_40, 120).Fees()
	s.Creditor.Settings.PromiseDays = 14
	return s
}

// shown is a page of a case of which something was said.
func shown(name, path string, build func() *room.Sample, render func(*room.Sample, Scene) ([]byte, error)) page.Sample {
	return page.Sample{Name: name, HTML: func(w *text.Catalogue) ([]byte, error) {
		s := build()
		sc, err := s.Scene(w, path)
		if err != nil {
			return nil, err
		}
		sc.Base = sc.Base.Whole()
		return render(s, Scene{Scene: sc})
	}}
}

// filed is an objection of five days ago against the first lines.
func filed(s *room.Sample, sc Scene, state debt.ObjectionState) kept.Objection {
	o := kept.Objection{ID: "o", Ground: objection.Faulty, State: state, FiledAt: s.At(-5), DueOn: s.Today.AddDays(9)}
	open := objection.Open(sc.View.Statement)
	o.Disputed.Lines = []objection.Line{{ID: open[0].ID, Account: open[0].Account, Amount: 100_00}}
	o.Total = 100_00
	if state != debt.ObjectionOpen {
		o.EndedAt, o.Reason = s.At(-1), "Der Termin hat stattgefunden. Die zweite Behandlung haben wir aber doppelt berechnet."
	}
	if state == debt.ObjectionPartly {
		o.Credited = 40_00
	}
	return o
}

// Samples shows every page of this room in every state.
func Samples() []page.Sample {
	list := append(startSamples(), formSamples()...)
	done := func(name string, open bool) page.Sample {
		return shown("said-"+name, thanks, owed, func(s *room.Sample, sc Scene) ([]byte, error) {
			if open {
				sc.Said.Objections = []kept.Objection{filed(s, sc, debt.ObjectionOpen)}
			}
			return doneHTML.HTML(sc.done())
		})
	}
	return append(list, done("objection", true), done("else", false))
}

func startSamples() []page.Sample {
	start := func(name string, say func(s *room.Sample, sc Scene) objections.Said) page.Sample {
		return shown("object-"+name, Home, owed, func(s *room.Sample, sc Scene) ([]byte, error) {
			sc.Said = say(s, sc)
			return startHTML.HTML(sc.start(""))
		})
	}
	of := func(states ...debt.ObjectionState) func(s *room.Sample, sc Scene) objections.Said {
		return func(s *room.Sample, sc Scene) (said objections.Said) {
			for _, state := range states {
				said.Objections = append(said.Objections, filed(s, sc, state))
			}
			return said
		}
	}
	return []page.Sample{
		start("choose", of()), start("open", of(debt.ObjectionOpen)), start("again", of(debt.ObjectionPartly, debt.ObjectionRejected)),
		start("late", func(s *room.Sample, sc Scene) objections.Said {
			o := filed(s, sc, debt.ObjectionOpen)
			o.DueOn = s.Today.AddDays(-1)
			o.Disputed, o.Total = objection.Disputed{Whole: true}, 355_28
			return objections.Said{Objections: []kept.Objection{o}}
		}),
		start("else", func(s *room.Sample, _ Scene) objections.Said {
			return objections.Said{
				Proofs: []kept.Proof{{State: kept.ProofOpen, Amount: 50_00, PaidOn: s.Today.AddDays(-9), FiledAt: s.At(-2)},
					{State: kept.ProofRejected, Amount: 20_00, PaidOn: s.Today.AddDays(-40), FiledAt: s.At(-20), Reason: "Auf dem Konto ist nichts eingegangen."}},
				Promises: []kept.Promise{{Promise: situation.Promise{Amount: 80_00, By: s.Today.AddDays(6)}, State: situation.PromiseOpen, MadeAt: s.At(-1)}},
				Situations: []kept.Situation{{Kind: situation.Hardship, State: kept.SituationOpen, ToldAt: s.At(-1)},
					{Kind: situation.Insolvency, State: kept.SituationUnconfirmed, ToldAt: s.At(-30), Reason: "Beim Gericht ist kein Verfahren bekannt."}},
			}
		}),
		shown("object-unsure", Home, owed, func(s *room.Sample, sc Scene) ([]byte, error) {
			sc.Said.Objections = []kept.Objection{filed(s, sc, debt.ObjectionOpen)}
			return startHTML.HTML(sc.start(sc.Base.Words.Text("withdraw_unsure", nil)))
		}),
	}
}

// formSamples are the forms: empty, and with something that was not right.
func formSamples() (list []page.Sample) {
	for _, g := range objection.Grounds() {
		list = append(list, shown("object-"+strings.ReplaceAll(string(g), "_", "-"), grounds[g], owed, func(_ *room.Sample, sc Scene) ([]byte, error) {
			return disputeHTML.HTML(sc.dispute(g, room.Fields{}, ""))
		}))
	}
	for _, k := range situation.Kinds() {
		list = append(list, shown("situation-"+strings.ReplaceAll(string(k), "_", "-"), situations[k], owed, func(_ *room.Sample, sc Scene) ([]byte, error) {
			return noticeHTML.HTML(sc.notice(k, room.Fields{}, ""))
		}))
	}
	fields := func(pairs ...string) room.Fields {
		v := page.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v[pairs[i]] = append(v[pairs[i]], pairs[i+1])
		}
		return room.Fields{Values: v}
	}
	planned := func() *room.Sample { return owed().With(func(s *room.Sample) { s.Case.Plan = debt.PlanActive }) }
	return append(list,
		shown("object-refused", grounds[objection.Faulty], planned, func(_ *room.Sample, sc Scene) ([]byte, error) {
			line := sc.line(objection.Open(sc.View.Statement)[0], room.Fields{}).Value
			f := fields("what", "some", "line", line, "part-"+line, "9.000", "complained_on-day", "3", "complained_on-month", "10", "complained_on-year", "2026",
				"words", "Das Gerät war nach zwei Tagen kaputt.", "pause", "1")
			err := debt.E(debt.Invalid, "objection_line_range", debt.Args{"most": debt.Cents(312_40)})
			return disputeHTML.HTML(sc.dispute(objection.Faulty, f, sc.Base.Words.Error(err)))
		}),
		shown("object-many", grounds[objection.Other], func() *room.Sample {
			s := owed()
			for i := range 22 {
				s.Claim("Abschlag Fernwärme", debt.Cents(45_00+i), 90+i)
			}
			return s
		}, func(_ *room.Sample, sc Scene) ([]byte, error) {
			return disputeHTML.HTML(sc.dispute(objection.Other, room.Fields{}, ""))
		}),
		shown("situation-refused", situations[situation.Insolvency], owed, func(_ *room.Sample, sc Scene) ([]byte, error) {
			err := debt.E(debt.Invalid, "objection_day", debt.Args{"field": "opened_on"})
			return noticeHTML.HTML(sc.notice(situation.Insolvency, fields("court", "Amtsgericht Köln", "opened_on-day", "31", "opened_on-month", "2", "opened_on-year", "2026"), sc.Base.Words.Error(err)))
		}),
		shown("proof", proving, owed, func(_ *room.Sample, sc Scene) ([]byte, error) { return proofHTML.HTML(sc.proof(room.Fields{}, "")) }),
		shown("proof-refused", proving, owed, func(_ *room.Sample, sc Scene) ([]byte, error) {
			err := debt.E(debt.Invalid, "proof_day", debt.Args{"today": sc.Today})
			return proofHTML.HTML(sc.proof(fields("amount", "50"), sc.Base.Words.Error(err)))
		}),
		shown("promise", promising, owed, func(_ *room.Sample, sc Scene) ([]byte, error) { return promiseHTML.HTML(sc.promise(room.Fields{}, "")) }),
		shown("promise-refused", promising, owed, func(_ *room.Sample, sc Scene) ([]byte, error) {
			err := debt.E(debt.Invalid, "promise_day_range", debt.Args{"first": sc.Today, "last": sc.Today.AddDays(14)})
			return promiseHTML.HTML(sc.promise(fields("by-day", "1", "by-month", "1", "by-year", "2030"), sc.Base.Words.Error(err)))
		}),
	)
}
