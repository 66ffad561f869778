package instalments

import (
	"strings"
	"time"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/debt/rail"
	"quitt/plans"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	kept "quitt/store/plans"
)

// sampled is a case of the review pages with its plans.
type sampled struct {
	*room.Sample

	view plans.View
}

const samplePlan debt.ID = "019aa9c0-7d3e-7c1a-9b52-3f6f2c1d8e41"

// owing is a case with an open claim and a creditor with the standard rules and one settlement.
func owing() *sampled {
	s := &sampled{Sample: room.NewSample().Claim(room.SampleObject, 312_40, 120).Fees()}
	s.view.Rules = plan.Standard()
	for i := range s.view.Rules.Brackets {
		s.view.Rules.Brackets[i].Settlements = []plan.Settlement{{ID: "sofort", Percent: 8_000, Instalments: 1,
			ValidUntil: s.Today.AddDays(40), Broken: plan.Revives}}
	}
	return s.look()
}

// alone is owing with what the creditor offers in this case alone.
func alone() *sampled {
	s := owing()
	s.view.Rules = s.view.Rules.With([]plan.Settlement{{ID: "parts", Percent: 7_000, Instalments: 3, ValidUntil: s.Today.AddDays(20), Broken: plan.Lasts},
		{ID: "longer", Instalments: 60, ValidUntil: s.Today.AddDays(20), Longer: true}})
	return s.look()
}

// look fills in what the use cases would have read.
func (s *sampled) look() *sampled {
	v := &s.view
	v.Case, v.Today, v.Position = s.Case, s.Today, plan.Position{Account: s.Account, Today: s.Today, Against: v.Position.Against}
	f := s.Account.Forecast(s.Account.Rests)
	open, err := f.Open(s.Today)
	if err == nil {
		v.Open = open.Total()
		v.Offers, err = v.Rules.Offers(v.Position)
	}
	if err != nil {
		s.Err = err
	}
	return s
}

func (s *sampled) continues() *sampled { s.view.Rules.Interest = plan.Continues; return s.look() }

func (s *sampled) against(b ...debt.Barrier) *sampled {
	s.view.Position.Against = b
	return s.look()
}

// laid is a plan by a wish.
func (s *sampled) laid(w plan.Wish, state debt.PlanState) kept.Kept {
	a, err := s.view.Rules.Evaluate(w, s.view.Position)
	if err != nil {
		s.Err = err
	}
	return kept.Kept{Plan: plan.Plan{ID: samplePlan, CaseID: "k", State: state, Wish: a.Wish, Schedule: a.Schedule, Deal: a.Deal},
		Method: debt.MethodTransfer, MadeBy: "debtor", MadeAt: s.At(0), ExpiresAt: s.At(1), Version: 3}
}

func (s *sampled) wish(amount debt.Cents, in int) plan.Wish {
	return plan.Wish{Instalment: amount, First: s.Today.AddDays(in), Rhythm: plan.Monthly}
}

func (s *sampled) draft() *sampled {
	k := s.laid(s.wish(50_00, 9), kept.Draft)
	s.view.Draft = &k
	s.view.Papers = []kept.Paper{{ID: samplePlan, PlanID: k.ID, Kind: kept.CostNotice, MadeAt: s.At(0)}}
	return s
}

// talk is a proposal with what was said about it.
func (s *sampled) talk(rounds ...kept.Round) *sampled {
	k := s.laid(s.wish(10_00, 9), debt.PlanOpen)
	k.ExpiresAt = s.At(8)
	s.view.Plan, s.view.Waits = &k, plan.Creditor
	told := debt.Cents(25_00)
	first := kept.Round{PlanID: k.ID, N: 1, By: debt.Actor{Kind: "debtor"}, Act: kept.Propose, Wish: k.Wish, Schedule: k.Schedule, Reason: "income",
		Note: "Im Februar bekomme ich wieder mehr Stunden.", Affordable: &told, At: s.At(-2), ExpiresAt: s.At(12)}
	s.view.Rounds = append([]kept.Round{first}, rounds...)
	return s
}

func (s *sampled) counter() *sampled {
	s.talk()
	k := s.laid(s.wish(30_00, 20), debt.PlanOpen)
	k.ExpiresAt = s.At(10)
	r := kept.Round{PlanID: k.ID, N: 2, By: debt.Actor{Kind: "creditor"}, Act: kept.Counter, Wish: k.Wish, Schedule: k.Schedule,
		Note: "Mit 30 Euro wären wir einverstanden. Fangen Sie gern erst im Dezember an.", Suggested: plan.Affordable, At: s.At(-1), ExpiresAt: s.At(10)}
	s.view.Ends = plan.Ends{Debtor: s.view.Plan.Schedule.Last().DueOn, Creditor: k.Schedule.Last().DueOn, Affordable: k.Schedule.Last().DueOn.AddMonths(3)}
	s.view.Plan, s.view.Waits, s.view.Round = &k, plan.Debtor, r
	s.view.Rounds = append(s.view.Rounds, r)
	return s
}

// ended is a talk or plan that is over.
func (s *sampled) ended(state debt.PlanState, because string, rounds ...kept.Round) *sampled {
	s.talk(rounds...)
	s.view.Plan.State, s.view.Waits, s.view.Plan.EndedBecause = state, "", because
	return s
}

// agreed is a plan that was agreed some days ago, kept as the payments of the case say.
func (s *sampled) agreed(daysAgo int, w plan.Wish, pay ...int) *sampled {
	before := s.view.Position
	before.Today = s.Today.AddDays(-daysAgo)
	a, err := s.view.Rules.Evaluate(w, before)
	if err != nil {
		s.Err = err
		return s
	}
	k := kept.Kept{Plan: plan.Plan{ID: samplePlan, CaseID: "k", State: debt.PlanActive, Wish: a.Wish, Schedule: a.Schedule, Deal: a.Deal,
		AgreedOn: before.Today}, Method: debt.MethodTransfer, AgreedAt: s.At(-daysAgo), Version: 5}
	s.Case.Plan = debt.PlanActive
	s.Account.Rests = s.Account.Rests.Begin(before.Today)
	for _, days := range pay {
		s.Pay(days, w.Instalment, debt.MethodTransfer)
	}
	s.look()
	s.view.Plan = &k
	return s.kept()
}

// kept derives how the plan is kept.
func (s *sampled) kept() *sampled {
	v := &s.view
	v.Progress = v.Plan.Progress(plan.Books{Payments: s.History.Payments, Open: v.Open, Today: s.Today, State: s.Debtor.State, Grace: v.Rules.GraceDays})
	v.Next = v.Progress.Next
	ahead, err := v.Plan.Ahead(v.Progress, plan.Position{Account: s.Account, Today: s.Today})
	if err != nil {
		s.Err = err
	}
	v.Ahead = ahead
	return s
}

func (s *sampled) state(to debt.PlanState) *sampled {
	s.view.Plan.State, s.Case.Plan = to, to
	s.view.Plan.NoticeOn = s.Today.AddDays(-3)
	s.view.PayBy = plan.PayBy(s.view.Plan.NoticeOn)
	if to == debt.PlanLapsed {
		s.view.Plan.LapsedOn = s.Today.AddDays(-2)
	}
	return s
}

// missed is a plan of which the last two instalments did not come.
func missed() *sampled {
	s := owing()
	return s.agreed(100, s.wish(50_00, -92), 90)
}

func healthy() *sampled {
	s := owing()
	return s.agreed(70, s.wish(50_00, -60), 59, 31)
}

// shown makes a page of a case with plans.
func shown(name, path string, build func() *sampled, render func(scene, plans.View) ([]byte, error)) page.Sample {
	return page.Sample{Name: name, HTML: func(w *text.Catalogue) ([]byte, error) {
		s := build()
		rs, err := s.Scene(w, path)
		if err != nil {
			return nil, err
		}
		sc := scene{rs}
		return render(sc.at(path), s.view)
	}}
}

// Samples shows every page of this room in every state.
func Samples() []page.Sample {
	list := append(chooseSamples(), checkSamples()...)
	list = append(append(list, talkSamples()...), runningSamples()...)
	list = append(append(list, changeSamples()...), saidSamples()...)
	return append(append(list, meansSamples()...), withdrawSamples()...)
}

func chooseSamples() []page.Sample {
	choose := func(name string, build func() *sampled, loud bool, fill func(*form)) page.Sample {
		return shown("plan-"+name, choosePath, build, func(s scene, v plans.View) ([]byte, error) {
			f := s.blank(v)
			fill(&f)
			view, _, err := s.choose(v, f, loud)
			if err != nil {
				return nil, err
			}
			if name == "choose" {
				view.Mistakes = nil
			}
			return chooseHTML.HTML(view)
		})
	}
	amount := func(x string) func(*form) { return func(f *form) { f.Amount = x } }
	rich := func() *sampled {
		return (&sampled{Sample: room.NewSample().Claim("Dachsanierung, Schlussrechnung", 12_400_00, 60).Fees(), view: plans.View{Rules: plan.Standard()}}).look()
	}
	return []page.Sample{
		choose("choose", owing, false, func(*form) {}),
		choose("choose-at-once", owing, true, amount("50,00")),
		choose("choose-asks", owing, true, func(f *form) {
			f.Amount, f.Rhythm, f.Down = "7,50", plan.Fortnightly, "20"
			f.First = typed(room.SampleDay.AddDays(70))
		}),
		choose("choose-wrong", owing, true, func(f *form) { f.Amount, f.Day, f.First = "0,001", "32", typedDay{"31", "2", "2027"} }),
		choose("choose-range", owing, true, amount("1000000000")),
		choose("choose-end", owing, true, func(f *form) {
			f.Mode, f.End = byEnd, typed(room.SampleDay.AddMonths(9))
		}),
		choose("choose-offer", owing, true, func(f *form) { f.Mode, f.Rhythm = offerMode+"sofort", "" }),
		choose("choose-own", alone, false, func(f *form) { f.Mode, f.Rhythm = offerMode+"longer", "" }),
		choose("choose-own-answered", alone, true, func(f *form) { f.Mode, f.Rhythm = offerMode+"longer", "" }),
		choose("choose-interest", func() *sampled { return owing().continues() }, true, amount("20")),
		choose("choose-holiday", owing, true, func(f *form) { f.Amount, f.First = "50", typedDay{"25", "12", "2026"} }),
		choose("choose-many", rich, true, amount("260")),
	}
}

func checkSamples() []page.Sample {
	check := func(name string, fill func(*form), change func(scene, *reasons, *CheckPage)) page.Sample {
		return shown("plan-"+name, choosePath, owing, func(s scene, v plans.View) ([]byte, error) {
			f := s.blank(v)
			fill(&f)
			_, a, err := s.choose(v, f, true)
			if err != nil {
				return nil, err
			}
			r := reasons{form: f}
			view := s.check(v, a, r)
			change(s, &r, &view)
			return checkHTML.HTML(view)
		})
	}
	none := func(scene, *reasons, *CheckPage) {}
	notice := func(name string, changed bool, build func() *sampled) page.Sample {
		return shown("plan-"+name, home, build, func(s scene, v plans.View) ([]byte, error) { return noticeHTML.HTML(s.notice(v, changed)) })
	}
	return []page.Sample{
		check("check", func(f *form) { f.Amount = "50,00" }, none),
		check("check-ask", func(f *form) { f.Amount, f.Affordable = "12,00", 18_50 }, none),
		check("check-missing", func(f *form) { f.Amount = "12,00" }, func(s scene, r *reasons, v *CheckPage) {
			v.Mistakes, v.Failed = s.missing(*r), true
		}),
		notice("notice", false, func() *sampled { return owing().draft() }),
		notice("notice-changed", true, func() *sampled { return owing().draft() }),
		notice("notice-counter", false, func() *sampled {
			s := owing().counter()
			s.view.Papers = []kept.Paper{{ID: samplePlan, PlanID: samplePlan, Kind: kept.CostNotice, MadeAt: s.At(0)}}
			return s
		}),
	}
}

func talkSamples() []page.Sample {
	talk := func(name string, build func() *sampled) page.Sample {
		return shown("plan-"+name, home, build, func(s scene, v plans.View) ([]byte, error) { return waitingHTML.HTML(s.waiting(v)) })
	}
	return []page.Sample{
		talk("waiting", func() *sampled { return owing().talk() }),
		talk("counter", func() *sampled { return owing().counter() }),
		talk("counter-untold", func() *sampled {
			s := owing().counter()
			s.view.Ends.Affordable, s.view.Rounds[len(s.view.Rounds)-1].Suggested = debt.Date{}, ""
			return s
		}),
		talk("counter-never", func() *sampled {
			s := owing().counter()
			s.view.Ends.Affordable, s.view.Rounds[len(s.view.Rounds)-1].Suggested = plans.Never, plan.Debtor
			return s
		}),
	}
}

func runningSamples() []page.Sample {
	run := func(name string, build func() *sampled) page.Sample {
		return shown("plan-"+name, home, build, func(s scene, v plans.View) ([]byte, error) { return runningHTML.HTML(s.running(v)) })
	}
	card := func() *sampled {
		s := healthy()
		s.view.Instruments = []rail.Instrument{{ID: samplePlan, Method: debt.MethodCard, Last4: "4242", State: rail.Usable}}
		s.view.Plan.Method, s.view.Plan.InstrumentID = debt.MethodCard, samplePlan
		return s
	}
	return []page.Sample{
		run("running", healthy), run("running-card", card),
		run("running-asked", func() *sampled { s := healthy(); s.view.Waits = plan.Creditor; return s }),
		run("running-missed", func() *sampled { s := owing(); return s.agreed(70, s.wish(50_00, -40), 39) }),
		run("at-risk", func() *sampled { return missed().state(debt.PlanAtRisk) }),
		run("at-risk-excused", func() *sampled {
			s := missed().state(debt.PlanAtRisk)
			s.view.Plan.ExcusedOn = s.Today.AddDays(-1)
			return s
		}),
		run("lapsed", func() *sampled { return missed().state(debt.PlanLapsed) }),
		run("caught-up", func() *sampled { return healthy().state(debt.PlanLapsed) }),
		shown("plan-end", endPath, healthy, func(s scene, v plans.View) ([]byte, error) { return sureHTML.HTML(s.ending(v)) }),
		shown("plan-excuse", excusePath, missed, func(s scene, _ plans.View) ([]byte, error) { return sureHTML.HTML(s.excusing()) }),
	}
}

func changeSamples() []page.Sample {
	change := func(name string, build func() *sampled, f changeForm) page.Sample {
		return shown("plan-"+name, changePath, build, func(s scene, v plans.View) ([]byte, error) {
			view := s.change(v, f)
			if f.Kind == "" {
				return changeHTML.HTML(view)
			}
			wish, field, err := f.change()
			if err == nil {
				var x plan.Changed
				if x, err = v.Plan.Change(wish, v.Progress, v.Rules, v.Position); err == nil {
					view.Answered, view.Broken = true, breaches(s.words(), x.Breaches)
					view.Terms = s.termsOf(x.Plan.Schedule, x.Plan.Deal, v.Open)
				}
			}
			if err != nil {
				view.Failed, view.Mistakes = true, []mistake{{field, s.words().Error(err)}}
			}
			return changeHTML.HTML(view)
		})
	}
	return []page.Sample{
		change("change", healthy, changeForm{}),
		change("change-pause", healthy, changeForm{Kind: plan.Pause, Months: "2"}),
		change("change-asks", healthy, changeForm{Kind: plan.Lower, Lower: "10,00"}),
		change("change-wrong", healthy, changeForm{Kind: plan.Raise, Raise: "3"}),
		change("change-arrears", missed, changeForm{}),
	}
}

func saidSamples() []page.Sample {
	said := func(name string, build func() *sampled, say func(scene, plans.View) SaidPage) page.Sample {
		return shown("plan-"+name, home, build, func(s scene, v plans.View) ([]byte, error) { return saidHTML.HTML(say(s, v)) })
	}
	over := func(s scene, v plans.View) SaidPage { return s.over(v) }
	list := []page.Sample{
		said("done", func() *sampled { s := owing(); return s.agreed(0, s.wish(50_00, 9)) }, func(s scene, v plans.View) SaidPage { return s.done(v) }),
		said("withdrawn", owing, func(s scene, _ plans.View) SaidPage { return s.withdrawn() }),
		said("excused", missed, func(s scene, _ plans.View) SaidPage { return s.excused() }),
		said("ended", healthy, func(s scene, _ plans.View) SaidPage { return s.ended() }),
		said("changed", healthy, func(s scene, v plans.View) SaidPage { return s.changed(plan.Changed{Plan: v.Plan.Plan}, true) }),
		said("change-sent", healthy, func(s scene, v plans.View) SaidPage { return s.changed(plan.Changed{Plan: v.Plan.Plan}, false) }),
		said("refused", owing, func(s scene, _ plans.View) SaidPage {
			return s.refusal(debt.E(debt.Conflict, "plan_open_already", nil))
		}),
		said("declined", func() *sampled {
			return owing().ended(kept.Declined, "declined", kept.Round{N: 2, By: debt.Actor{Kind: "creditor"}, Act: kept.Decline, Reason: "too_slow",
				Note: "Jana Beispiel\nAb 20 Euro im Monat sind wir einverstanden.", At: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)})
		}, over),
		said("expired", func() *sampled { return owing().ended(kept.Expired, "expired") }, over),
		said("fulfilled", func() *sampled { return owing().ended(debt.PlanFulfilled, plan.BecausePaid) }, over),
		said("cancelled", func() *sampled {
			return owing().ended(debt.PlanCancelled, plan.BecauseObjection).against(debt.BarrierObjection)
		}, over),
	}
	for _, b := range []debt.Barrier{debt.BarrierNotAccepted, debt.BarrierClosed, debt.BarrierPaid, debt.BarrierPlanRunning, debt.BarrierObjection,
		debt.BarrierTimeBarred, debt.Barrier("hold_" + debt.HoldInsolv), debt.BarrierMinor, plan.BarrierReserved} {
		list = append(list, said("barred-"+strings.ReplaceAll(string(b), "_", "-"), func() *sampled { return owing().against(b) }, func(s scene, v plans.View) SaidPage { return s.barred(v) }))
	}
	return list
}

func meansSamples() []page.Sample {
	means := func(name string, fill func(scene, *MeansPage)) page.Sample {
		return shown("plan-"+name, meansPath, owing, func(s scene, v plans.View) ([]byte, error) {
			view := MeansPage{Base: s.Base, Payable: v.Open}
			fill(s, &view)
			return meansHTML.HTML(view)
		})
	}
	answered := func(c debt.Cents) func(scene, *MeansPage) {
		return func(s scene, v *MeansPage) { v.Answered, v.Affordable, v.Typed = true, c, plain(s.words(), c) }
	}
	return []page.Sample{
		means("means", func(scene, *MeansPage) {}), means("means-result", answered(28_50)), means("means-nothing", answered(0)),
		means("means-enough", answered(500_00)),
		means("means-wrong", func(s scene, v *MeansPage) {
			_, err := income("-3")
			v.Net, v.Failed, v.Mistakes = "-3", true, []mistake{{"net", s.words().Error(err)}}
		}),
	}
}

func withdrawSamples() []page.Sample {
	show := func(name, step string, fill bool) page.Sample {
		return page.Sample{Name: "withdraw-" + name, HTML: func(w *text.Catalogue) ([]byte, error) {
			view := WithdrawPage{Base: page.SampleBase(w, withdrawPath).Whole(), Step: step, At: room.NewSample().At(0)}
			if fill {
				view.Name, view.Reference, view.Contact = "Aylin Mustermann", "ZA-2107", "aylin@example.org"
			}
			if name == "wrong" {
				view.complete()
				view.Failed = true
			}
			return withdrawHTML.HTML(view)
		}}
	}
	return []page.Sample{show("form", "", false), show("wrong", "", false), show("check", "check", true), show("done", "done", true)}
}
