package instalments

import (
	"quitt/debt"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/portal/page"
	kept "quitt/store/plans"
)

// RunningPage is a plan that runs, is at risk, or has lapsed and can still be caught up.
type RunningPage struct {
	page.Base

	Creditor       string
	Plan           kept.Kept
	Progress       plan.Progress
	Whole          debt.Cents // paid and open together
	Next           plan.Kept
	InTime         debt.Date // of the next one
	Lines          []standing
	Last           plan.Instalment
	Tentative      bool
	Free           bool
	Missed         []standing
	AtRisk, Lapsed bool
	PayBy          debt.Date
	ReviveBy       debt.Date // until when paying what is missing revives a lapsed plan
	CaughtUp       bool      // it is paid, and the plan has yet to notice
	Excused        debt.Date
	Paying         string // how the instalments are paid
	ByTransfer     bool
	Asked          string // a change waits for the creditor's answer
}

// standing is one instalment and what became of it.
type standing struct {
	line

	Standing plan.Standing
	Owed     debt.Cents
}

// Word is the standing in words.
func (p RunningPage) Word(x standing) string {
	w := p.Words
	switch x.Standing {
	case plan.Paid:
		return w.Text("standing_paid", nil)
	case plan.Part:
		return w.Text("standing_part", debt.Args{"amount": x.Owed})
	case plan.Overdue:
		return w.Text("standing_overdue", nil)
	case plan.Spared:
		return w.Text("standing_spared", nil)
	}
	if p.Lapsed {
		return w.Text("standing_suspended", nil)
	}
	return w.Text("standing_upcoming", nil)
}

var runningHTML = page.New[RunningPage](files, "running.html", "plan.html")

func (s scene) running(v plans.View) RunningPage {
	k := *v.Plan
	out := RunningPage{Base: s.Base, Creditor: s.View.Creditor.Name, Plan: k, Progress: v.Progress, Next: v.Progress.Next,
		Whole: v.Progress.Paid + v.Progress.Open, Tentative: k.Schedule.Tentative, Free: k.Schedule.Interest == plan.NoInterest,
		AtRisk: k.State == debt.PlanAtRisk, Lapsed: k.State == debt.PlanLapsed, PayBy: v.PayBy, Excused: k.ExcusedOn}
	out.InTime = s.line(out.Next.Instalment).InTime
	for _, x := range v.Progress.Instalments {
		l := standing{s.line(x.Instalment), x.Standing, x.Owed}
		out.Lines = append(out.Lines, l)
		if x.Standing == plan.Overdue {
			out.Missed = append(out.Missed, l)
		}
	}
	out.Last = k.Schedule.Last()
	if n := len(v.Ahead.Instalments); n > 0 {
		out.Last = v.Ahead.Last()
	}
	if by := plan.ReviveBy(k.LapsedOn); out.Lapsed && !s.Today.After(by) {
		out.ReviveBy = by
	}
	out.CaughtUp = v.Progress.Arrears == 0 && (out.AtRisk || !out.ReviveBy.IsZero())
	out.ByTransfer = k.Method == debt.MethodTransfer || k.Method == ""
	out.Paying = s.paying(v)
	if v.Waits == plan.Creditor {
		out.Asked = s.words().Text("running_asked", debt.Args{"creditor": s.View.Creditor.Name})
	}
	return out
}

// paying words how the instalments are paid.
func (s scene) paying(v plans.View) string {
	w := s.words()
	for _, i := range v.Instruments {
		if i.ID == v.Plan.InstrumentID && i.ID != "" {
			return s.instrument(i.Method, i.Last4)
		}
	}
	return w.Text("paying_transfer", nil)
}

func (s scene) instrument(m debt.Method, last4 string) string {
	if m == debt.MethodCard {
		return s.words().Text("paying_saved", debt.Args{"last4": last4})
	}
	return s.words().Text("paying_mandate", debt.Args{"last4": last4})
}
