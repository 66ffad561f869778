package instalments

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/debt/plan"
	"quitt/plans"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	kept "quitt/store/plans"
)

// WaitingPage is a talk about a plan: the debtor's proposal waits for an answer, or the
// creditor's waits for the debtor's.
type WaitingPage struct {
	page.Base

	Creditor string
	Plan     kept.Kept
	Counter  bool // the creditor has proposed something else
	Until    time.Time
	Answers  []answer
	Terms    terms
	Note     string // what the creditor wrote
	Ends     []end  // the days on which the plans would be done
	Advice   string // what the comparison suggests
	Paper    debt.ID
	Rounds   []round
}

// round is one thing that was said before.
type round struct {
	On          debt.Date
	Mine        bool
	Title, Text string
	Note        string
}

var waitingHTML = page.New[WaitingPage](files, "waiting.html", "plan.html")

func (s scene) waiting(v plans.View) WaitingPage {
	k := *v.Plan
	out := WaitingPage{Base: s.Base, Creditor: s.View.Creditor.Name, Plan: k, Counter: v.Waits == plan.Debtor, Until: k.ExpiresAt}
	w, x, d := k.Wish, k.Schedule, k.Deal
	if n := len(v.Rounds); n > 0 {
		last := v.Rounds[n-1]
		if len(last.Schedule.Instalments) > 0 {
			w, x = last.Wish, last.Schedule
		}
		if !last.ExpiresAt.IsZero() {
			out.Until = last.ExpiresAt
		}
		if out.Counter {
			out.Note = last.Note.Reveal()
			if out.Ends = s.ends(v.Ends); len(out.Ends) > 0 {
				out.Advice = s.advice(last.Suggested)
			}
		}
	}
	out.Terms = s.termsOf(x, d, v.Open)
	out.Answers = s.answers(w, out.Terms)
	for _, r := range v.Rounds {
		out.Rounds = append(out.Rounds, s.round(r))
	}
	for _, paper := range v.Papers {
		if paper.PlanID == k.ID && paper.Kind == kept.CostNotice {
			out.Paper = paper.ID
		}
	}
	return out
}

// advice words the referee's calculation, which decides nothing.
func (s scene) advice(side plan.Side) string {
	switch side {
	case plan.Creditor:
		return s.words().Text("advice_creditor", nil)
	case plan.Debtor:
		return s.words().Text("advice_debtor", nil)
	case plan.Affordable:
		return s.words().Text("advice_affordable", nil)
	}
	return s.words().Text("advice_none", nil)
}

// end is the day on which one of the plans would be done.
type end struct{ Name, Day string }

// ends sets the plans beside each other.
func (s scene) ends(e plan.Ends) []end {
	if e.Creditor.IsZero() {
		return nil
	}
	w := s.words()
	list := []end{{w.Text("ends_debtor", nil), w.Date(e.Debtor)},
		{w.Text("ends_creditor", debt.Args{"creditor": s.View.Creditor.Name}), w.Date(e.Creditor)}}
	switch {
	case e.Affordable.IsZero():
		return list
	case e.Affordable == plans.Never:
		return append(list, end{w.Text("ends_affordable", nil), w.Text("ends_never", nil)})
	}
	return append(list, end{w.Text("ends_affordable", nil), w.Date(e.Affordable)})
}

// round words what was said.
func (s scene) round(r kept.Round) round {
	w := s.words()
	out := round{On: debt.DateIn(r.At, debt.Berlin), Mine: r.By.Kind == "debtor" || r.By.Kind == authority.Representing, Note: r.Note.Reveal()}
	if r.Act == kept.Decline {
		_, out.Note, _ = strings.Cut(out.Note, "\n")
	}
	args := debt.Args{"creditor": s.View.Creditor.Name}
	switch r.Act {
	case kept.Propose:
		out.Title = w.Text("round_propose", nil)
	case kept.Counter:
		out.Title = w.Text("round_counter", args)
	case kept.Accept:
		out.Title = w.Text("round_accept", args)
		if out.Mine {
			out.Title = w.Text("round_accept_you", nil)
		}
	case kept.Decline:
		out.Title, out.Text = w.Text("round_decline", args), s.declineReason(r.Reason)
	case kept.Withdraw:
		out.Title = w.Text("round_withdraw", nil)
	case kept.Expire:
		out.Title = w.Text("round_expire", nil)
	case kept.Change:
		out.Title = w.Text("round_change", nil)
	}
	if r.By.Kind == authority.Representing {
		out.Title = w.Text("happened_helped", debt.Args{"what": out.Title})
	}
	if n := len(r.Schedule.Instalments); n > 0 && (r.Act == kept.Propose || r.Act == kept.Counter || r.Act == kept.Change) {
		out.Text = w.Text("round_terms", debt.Args{"amount": r.Wish.Instalment, "n": n, "day": r.Schedule.Last().DueOn})
		if out.Mine && r.Act == kept.Propose {
			out.Text += " " + w.Text("round_reason", debt.Args{"reason": s.reason(r.Reason)})
		}
	}
	return out
}

// Answer takes the creditor's counter, or takes the own proposal back.
func (p *Pages) Answer(c *fiber.Ctx) error {
	sent, err := room.Form(c)
	if err != nil {
		return err
	}
	return p.within(c, func(s scene, v plans.View) error {
		id := debt.ID(sent.Text("plan"))
		if sent.Text("do") == "withdraw" {
			if err := p.Desk.Withdraw(c.UserContext(), s.who(), id); err != nil {
				return p.refused(c, s, err)
			}
			return saidHTML.Write(c, fiber.StatusOK, s.withdrawn())
		}
		if _, err := p.Desk.TakeCounter(c.UserContext(), s.who(), id); err != nil {
			return p.refused(c, s, err)
		}
		return c.Redirect(home, fiber.StatusSeeOther)
	})
}

func (s scene) withdrawn() SaidPage {
	w := s.words()
	return SaidPage{Base: s.Base, Good: true, Title: w.Text("withdrawn_title", nil), Texts: []string{w.Text("withdrawn_text", nil)},
		Links: []link{{choosePath, w.Text("over_again", nil), true}, {"/akte", w.Text("back_to_claim", nil), false}}}
}
