package decide

import (
	"context"
	"strconv"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/plans"
	kept "quitt/store/plans"
)

// What may be answered to a plan.
const (
	accept, counter, decline = "accept", "counter", "decline"
	revive                   = "revive"
	excused, notExcused      = "excused", "not_excused"
)

// declines are the reasons for a no that the debtor's page has sentences for.
func (s scene) declines() []option {
	return []option{{Label: s.text("record_choose")}, {Value: "too_little", Label: s.text("decline_too_little")}, {Value: "too_slow", Label: s.text("decline_too_slow")},
		{Value: "broken_before", Label: s.text("decline_broken_before")}, {Value: "payment_possible", Label: s.text("decline_payment_possible")},
		{Value: "other", Label: s.text("decline_other")}}
}

func showPlan(s scene) (FormPage, error) {
	k, err := s.Record.Plan(s.id)
	if err != nil {
		return FormPage{}, err
	}
	last, waits := k.Waits()
	view := FormPage{Title: s.text("record_plan_title"), Button: s.text("record_plan_go")}
	switch {
	case waits:
		view.Lead = []string{s.text("record_plan_lead")}
		view.Quote, view.Facts = last.Note.Reveal(), s.proposal(k.Kept, last)
		view.Fields = s.answers(last)
	case k.State == debt.PlanLapsed:
		view.Lead = []string{s.text("record_plan_lapsed_lead")}
		view.Fields = []field{s.choose("radio", "do", "record_plan_question", option{Value: revive, Label: s.text("record_plan_revive")})}
	case k.Running() && !k.ExcusedOn.IsZero():
		view.Lead = []string{s.text("record_plan_excuse")}
		view.Fields = []field{s.choose("radio", "do", "record_plan_question", option{Value: excused, Label: s.text("record_plan_excused")},
			option{Value: notExcused, Label: s.text("record_plan_not_excused")})}
	default:
		view.Fields = s.answers(last)
		view = s.over(view)
	}
	return view, nil
}

// proposal is what the debtor asks for.
func (s scene) proposal(k kept.Kept, r kept.Round) []fact {
	w, list := s.Base.Words, r.Schedule.Instalments
	facts := []fact{{s.text("record_plan_count"), strconv.Itoa(len(list))}, {s.text("record_plan_total"), w.Cents(r.Schedule.Total())}}
	if len(list) > 0 {
		facts = append(facts, fact{s.text("record_plan_each"), w.Cents(list[0].Amount)}, fact{s.text("record_plan_first"), w.Date(list[0].DueOn)},
			fact{s.text("record_plan_last"), w.Date(list[len(list)-1].DueOn)})
	}
	if r.Affordable != nil {
		facts = append(facts, fact{s.text("record_plan_affordable"), w.Cents(*r.Affordable)})
	}
	return append(facts, fact{s.text("record_open"), w.Cents(s.Record.Statement.Payable)}, fact{s.text("record_due_by"), w.Date(debt.DateIn(k.ExpiresAt, debt.Berlin))})
}

// answers are the fields for all that may be answered. What belongs to another answer than the
// chosen one is left out when it is read.
func (s scene) answers(last kept.Round) []field {
	options := []option{{Value: accept, Label: s.text("record_plan_accept"), Hint: s.text("record_plan_accept_hint")},
		{Value: counter, Label: s.text("record_plan_counter"), Hint: s.text("record_plan_counter_hint")},
		{Value: decline, Label: s.text("record_plan_decline"), Hint: s.text("record_plan_decline_hint")}}
	if last.Act == kept.Change {
		options = append(options[:1:1], options[2])
	}
	list := []field{s.choose("radio", "do", "record_plan_question", options...)}
	if last.Act != kept.Change {
		rhythms := make([]option, len(plan.Rhythms()))
		for i, r := range plan.Rhythms() {
			rhythms[i] = option{Value: string(r), Label: s.Base.Word(r)}
		}
		first := last.Wish.First
		if !first.After(s.Today) {
			first = s.Today.AddDays(14)
		}
		list = append(list, s.money("instalment", s.text("record_plan_instalment"), s.text("record_plan_instalment_hint")),
			s.day("first", "record_plan_first", "record_plan_only_counter", first), s.choose("select", "rhythm", "record_plan_rhythm", rhythms...))
	}
	return append(list, s.choose("select", "reason", "record_plan_reason", s.declines()...),
		s.area("note", "record_plan_note", "record_plan_note_hint"))
}

func (p Pages) answerPlan(ctx context.Context, s scene) error {
	who := plans.Who{Creditor: s.Creditor.ID, Case: s.Record.Case.ID, By: s.Actor()}
	switch s.Form.Get("do") {
	case accept:
		_, err := p.Plans.Accept(ctx, who, s.id)
		return err
	case counter:
		return p.counterPlan(ctx, s, who)
	case decline:
		return p.Plans.Decline(ctx, who, plans.Refusal{Plan: s.id, Reason: s.Form.Get("reason"), Person: s.Member.Name, Note: s.words("note")})
	case revive:
		return p.Plans.Revive(ctx, who, s.id)
	case excused, notExcused:
		return p.Plans.AnswerExcuse(ctx, who, s.id, s.Form.Get("do") == excused)
	}
	return debt.E(debt.Invalid, "record_verdict_missing", nil)
}

func (p Pages) counterPlan(ctx context.Context, s scene, who plans.Who) error {
	amount, ok, err := s.amount("instalment")
	if err != nil {
		return err
	}
	if !ok {
		return debt.E(debt.Invalid, "record_instalment_missing", nil)
	}
	first, err := s.readDay("first")
	if err != nil {
		return err
	}
	_, err = p.Plans.Counter(ctx, who, plans.Counter{Plan: s.id, Wish: plan.Wish{Instalment: amount, First: first, Rhythm: plan.Rhythm(s.Form.Get("rhythm"))},
		Note: s.words("note")})
	return err
}
