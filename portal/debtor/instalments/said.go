package instalments

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/portal/page"
	kept "quitt/store/plans"
)

// SaidPage says one thing: what happened, what it means, what can be done now.
type SaidPage struct {
	page.Base

	Good  bool
	Title string
	Texts []string
	Notes []note
	Links []link
	Help  bool // debt advice and the operator's address
}

type note struct{ Title, Text string }

type link struct {
	To, Text string
	First    bool
}

var saidHTML = page.New[SaidPage](files, "said.html", "plan.html")

// done is the page after agreeing.
func (s scene) done(v plans.View) SaidPage {
	w, next := s.words(), v.Progress.Next
	out := SaidPage{Base: s.Base, Good: true, Title: w.Text("done_title", nil), Texts: []string{w.Text("done_text", nil)}}
	if next.No > 0 {
		out.Texts = append(out.Texts, w.Text("done_next", debt.Args{"amount": next.Owed, "day": next.DueOn}))
	}
	out.Texts = append(out.Texts, w.Text("done_quiet", nil))
	out.Links = []link{{home, w.Text("done_to_plan", nil), true}, {methodPath, w.Text("done_save", nil), false}, {orderPath, w.Text("running_order", nil), false},
		{calendarPath, w.Text("running_calendar", nil), false}, {"/akte/briefe", w.Text("running_papers", nil), false}}
	out.Notes = []note{{w.Text("done_end", nil), w.Text("done_end_text", nil)}}
	return out
}

// refused says why something did not happen. What changed meanwhile is no fault of the debtor.
func (p *Pages) refused(c *fiber.Ctx, s scene, err error) error {
	status := map[debt.Kind]int{debt.Invalid: fiber.StatusUnprocessableEntity, debt.Conflict: fiber.StatusConflict,
		debt.Forbidden: fiber.StatusForbidden, debt.Expired: fiber.StatusGone, debt.NotFound: fiber.StatusNotFound}[debt.KindOf(err)]
	if status == 0 {
		return err
	}
	return saidHTML.Write(c, status, s.refusal(err))
}

func (s scene) refusal(err error) SaidPage {
	w := s.words()
	out := SaidPage{Base: s.Base, Title: w.Text("refused_title", nil), Texts: []string{w.Error(err), w.Text("refused_nothing", nil)},
		Links: []link{{home, w.Text("refused_back", nil), true}}}
	if errors.Is(err, debt.E(debt.NotFound, "plan_unknown", nil)) {
		out.Texts = []string{w.Text("refused_gone", nil), w.Text("refused_nothing", nil)}
	}
	out.Failed = true
	return out
}

// over reports whether something has ended that is worth saying: a plan, or a talk by the other
// side. What the debtor took back needs no words.
func over(v plans.View) bool {
	if v.Plan == nil {
		return false
	}
	switch v.Plan.State {
	case debt.PlanFulfilled, kept.Declined, kept.Expired:
		return true
	}
	return v.Plan.State == debt.PlanCancelled && !v.Plan.AgreedOn.IsZero()
}

// over is the page of what has ended, with the way on.
func (s scene) over(v plans.View) SaidPage {
	w, k := s.words(), v.Plan
	out := SaidPage{Base: s.Base}
	again := link{choosePath, w.Text("over_again", nil), true}
	switch k.State {
	case debt.PlanFulfilled:
		out.Good, out.Title = true, w.Text("over_fulfilled", nil)
		out.Texts, out.Links = []string{w.Text("over_fulfilled_text", nil)}, []link{{"/akte", w.Text("back_to_claim", nil), true}}
		return out
	case kept.Declined:
		out.Title = w.Text("over_declined", debt.Args{"creditor": s.View.Creditor.Name})
		out.Texts, out.Notes, out.Help = s.declined(v.Rounds), []note{{w.Text("over_declined_do", nil), w.Text("over_declined_do_text", nil)}}, true
	case kept.Expired:
		out.Title, out.Texts = w.Text("over_expired", nil), []string{w.Text("over_expired_text", nil)}
	default:
		out.Title, out.Texts = w.Text("over_ended", nil), []string{w.Text("over_ended_text", nil)}
		if k.EndedBecause == plan.BecauseDebtor {
			out.Title = w.Text("over_ended_you", nil)
		}
	}
	if len(v.Position.Against) > 0 {
		barred := s.barred(v)
		out.Texts, out.Notes, out.Help = append(out.Texts, barred.Texts...), append(out.Notes, barred.Notes...), true
		out.Links = []link{{"/akte", w.Text("back_to_claim", nil), true}}
		return out
	}
	out.Links = []link{again, {"/akte/bezahlen", w.Text("act_pay", nil), false}}
	return out
}

// declined gives a person's reason (GDPR Art. 22: nobody is declined by a program).
func (s scene) declined(rounds []kept.Round) []string {
	w := s.words()
	for i := len(rounds) - 1; i >= 0; i-- {
		r := rounds[i]
		if r.Act != kept.Decline {
			continue
		}
		person, said, _ := strings.Cut(r.Note.Reveal(), "\n") // as plans.Decline keeps them
		if person == "" {
			person = s.View.Creditor.Name
		}
		list := []string{w.Text("over_declined_person", debt.Args{"person": person, "day": debt.DateIn(r.At, debt.Berlin)}), s.declineReason(r.Reason)}
		if said = strings.TrimSpace(said); said != "" {
			list = append(list, w.Text("round_note", debt.Args{"note": said}))
		}
		return list
	}
	return nil
}

func (s scene) declineReason(code string) string {
	w := s.words()
	switch code {
	case "too_slow":
		return w.Text("decline_too_slow", nil)
	case "too_little":
		return w.Text("decline_too_little", nil)
	case "broken_before":
		return w.Text("decline_broken_before", nil)
	case "payment_possible":
		return w.Text("decline_payment_possible", nil)
	}
	return w.Text("decline_other", nil)
}

// barred says for every reason against a plan what it means and what helps.
func (s scene) barred(v plans.View) SaidPage {
	w := s.words()
	out := SaidPage{Base: s.Base, Title: w.Text("barred_title", nil), Texts: []string{w.Text("barred_lead", nil)}, Help: true}
	for _, b := range v.Position.Against {
		out.Notes = append(out.Notes, s.barrier(b))
	}
	out.Links = []link{{"/akte", w.Text("back_to_claim", nil), true}}
	return out
}

func (s scene) barrier(b debt.Barrier) note {
	w := s.words()
	said := func(title, sentence string) note { return note{title, sentence} }
	switch b {
	case debt.BarrierNotAccepted:
		return said(w.Text("barred_checking", nil), w.Text("barred_checking_text", nil))
	case debt.BarrierClosed:
		return said(w.Text("barred_closed", nil), w.Text("barred_closed_text", nil))
	case debt.BarrierPaid:
		return said(w.Text("barred_paid", nil), w.Text("barred_paid_text", nil))
	case debt.BarrierPlanRunning:
		return said(w.Text("barred_running", nil), w.Text("barred_running_text", nil))
	case debt.BarrierObjection:
		return said(w.Text("barred_objection", nil), w.Text("barred_objection_text", debt.Args{"creditor": s.View.Creditor.Name}))
	case debt.BarrierTimeBarred:
		return said(w.Text("barred_time", nil), w.Text("barred_time_text", nil))
	case debt.Barrier("hold_" + debt.HoldInsolv):
		return said(w.Text("barred_insolvency", nil), w.Text("barred_insolvency_text", nil))
	case debt.BarrierMinor:
		return said(w.Text("barred_minor", nil), w.Text("barred_minor_text", nil))
	case plan.BarrierReserved:
		return said(w.Text("barred_guardian", nil), w.Text("barred_guardian_text", nil))
	}
	return said(w.Text("barred_other", nil), w.Text("barred_other_text", nil))
}
