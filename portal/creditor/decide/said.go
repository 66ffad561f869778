package decide

import (
	"context"
	"slices"
	"strings"

	"quitt/cases/messages"
	"quitt/cases/objections"
	"quitt/debt"
	"quitt/debt/objection"
	"quitt/payments/transfer/seen"
	"quitt/portal/creditor/dossier"
	kept "quitt/store/objections"
)

// yes and no are the answers to a question of fact.
const yes, no = "yes", "no"

// over says that somebody has decided already: what is typed stays, and nothing can be sent.
func (s scene) over(view FormPage) FormPage {
	view.Lead, view.Button = append(view.Lead, s.text("record_over")), ""
	return view
}

func showObjection(s scene) (FormPage, error) {
	o, err := s.Record.Objection(s.id)
	if err != nil {
		return FormPage{}, err
	}
	w := s.Base.Words
	view := FormPage{Title: s.text("record_objection_title"), Lead: []string{s.text("record_objection_lead")}, Quote: o.Words.Reveal(),
		Papers: s.papers("objection", o.ID), Button: s.text("record_objection_go"),
		Facts: []fact{{s.text("record_ground"), w.Word(o.Ground)}, {s.text("record_disputed"), w.Cents(o.Total)},
			{s.text("record_filed"), s.Base.Moment(o.FiledAt)}, {s.text("record_due_by"), w.Date(o.DueOn)}}}
	answers, err := o.Said()
	if err != nil {
		return view, err
	}
	for _, q := range o.Ground.Questions() {
		if a := answers[q.Name]; a != "" {
			if q.Kind == objection.Choice {
				a = w.Word(objection.Option(a))
			}
			view.Facts = append(view.Facts, fact{w.Word(q.Name), a})
		}
	}
	view.Fields = append(view.Fields, s.choose("radio", "outcome", "record_outcome",
		option{Value: string(debt.ObjectionUpheld), Label: s.text("record_outcome_upheld"), Hint: s.text("record_outcome_upheld_hint")},
		option{Value: string(debt.ObjectionPartly), Label: s.text("record_outcome_partly"), Hint: s.text("record_outcome_partly_hint")},
		option{Value: string(debt.ObjectionRejected), Label: s.text("record_outcome_rejected"), Hint: s.text("record_outcome_rejected_hint")}))
	for _, l := range disputed(o) {
		view.Fields = append(view.Fields, s.money("give-"+string(l.ID), w.Text("record_give", debt.Args{"line": s.line(l.ID)}),
			w.Text("record_give_hint", debt.Args{"most": l.Amount})))
	}
	view.Fields = append(view.Fields, s.area("reason", "record_answer_reason", "record_answer_reason_hint"))
	if !o.EndedAt.IsZero() {
		view = s.over(view)
	}
	return view, nil
}

// disputed are the lines of which something can be given up by an entry.
func disputed(o kept.Objection) []objection.Line {
	return slices.DeleteFunc(slices.Clone(o.Disputed.Lines), func(l objection.Line) bool { return l.Account == debt.InterestAccount })
}

// line is what a claim or a cost is called.
func (s scene) line(id debt.ID) string {
	for _, c := range s.Record.Statement.Claims {
		if c.ID == id {
			return c.Object
		}
	}
	for _, c := range s.Record.Statement.Costs {
		if c.ID == id {
			return s.Base.Word(c.Kind)
		}
	}
	return s.text("record_line_gone")
}

// papers leads to what was handed in with something, "" where nothing was.
func (s scene) papers(subject string, id debt.ID) string {
	for _, d := range s.Record.Documents {
		if d.Subject.Kind == subject && d.Subject.ID == string(id) {
			return s.Link("/verwaltung/akte") + "#documents"
		}
	}
	return ""
}

func (p Pages) answerObjection(ctx context.Context, s scene) error {
	o, err := s.Record.Objection(s.id)
	if err != nil {
		return err
	}
	a := objection.Answer{Outcome: objection.Outcome(s.Form.Get("outcome")), Reason: s.words("reason")}
	if a.Outcome == debt.ObjectionPartly {
		for _, l := range disputed(o) {
			amount, ok, err := s.amount("give-" + string(l.ID))
			if err != nil {
				return err
			}
			if ok {
				a.Credits = append(a.Credits, objection.Given{Line: l.ID, Amount: amount})
			}
		}
	}
	return p.Objections.Answer(ctx, s.Creditor.ID, o.ID, s.Actor(), a)
}

// amount reads a sum; ok is false where nothing was typed.
func (s scene) amount(name string) (sum debt.Cents, ok bool, err error) {
	typed := s.Form.Get(name)
	if typed == "" {
		return 0, false, nil
	}
	sum, err = debt.ParseCents(typed)
	return sum, true, err
}

func showProof(s scene) (FormPage, error) {
	i := slices.IndexFunc(s.Record.Proofs, func(p kept.Proof) bool { return p.ID == s.id })
	if i < 0 {
		return FormPage{}, debt.E(debt.NotFound, "proof_unknown", nil)
	}
	o, w := s.Record.Proofs[i], s.Base.Words
	view := FormPage{Title: s.text("record_proof_title"), Lead: []string{s.text("record_proof_lead")}, Quote: o.Words.Reveal(), Papers: s.papers("proof", o.ID),
		Button: s.text("record_proof_go"),
		Facts: []fact{{s.text("record_amount"), w.Cents(o.Amount)}, {s.text("record_paid_on"), w.Date(o.PaidOn)}, {s.text("record_paid_to"), o.Target.Reveal()},
			{s.text("record_filed"), s.Base.Moment(o.FiledAt)}, {s.text("record_due_by"), w.Date(o.DueOn)}}}
	view.Facts = append(view.Facts, fact{s.text("bank_matched"), s.matched(o)})
	view.Fields = []field{s.choose("radio", "verdict", "record_proof_question",
		option{Value: yes, Label: s.text("record_proof_yes"), Hint: s.text("record_proof_yes_hint")},
		option{Value: no, Label: s.text("record_proof_no"), Hint: s.text("record_proof_no_hint")}),
		s.area("reason", "record_answer_reason", "record_answer_reason_no")}
	if !o.EndedAt.IsZero() {
		view = s.over(view)
	}
	return view, nil
}

// matched is the transfer that a proof means, as the bank tells it.
func (s scene) matched(o kept.Proof) string {
	a, ok := seen.ClaimedAs(s.Transfers, o.Amount, o.PaidOn)
	if !ok {
		return s.text("bank_matched_none")
	}
	return s.Base.Words.Text("bank_matched_is", debt.Args{"amount": a.Share, "day": a.BookedOn, "payer": strings.TrimSpace(a.Said.Name.Reveal() + " " + a.Payer),
		"statement": dossier.StatementOf(s.Base, a.Head)})
}

// verdict reads the answer to a question of fact.
func (s scene) verdict() (v objections.Verdict, err error) {
	if answer := s.Form.Get("verdict"); answer != yes && answer != no {
		return v, debt.E(debt.Invalid, "record_verdict_missing", nil)
	}
	return objections.Verdict{Yes: s.Form.Get("verdict") == yes, Reason: s.words("reason"), Close: s.Form.Get("close") != ""}, nil
}

func (p Pages) decideProof(ctx context.Context, s scene) error {
	v, err := s.verdict()
	if err != nil {
		return err
	}
	v.Close = false
	return p.Objections.DecideProof(ctx, s.Creditor.ID, s.id, s.Actor(), v)
}

func showSituation(s scene) (FormPage, error) {
	i := slices.IndexFunc(s.Record.Situations, func(x kept.Situation) bool { return x.ID == s.id })
	if i < 0 {
		return FormPage{}, debt.E(debt.NotFound, "situation_unknown", nil)
	}
	x, w := s.Record.Situations[i], s.Base.Words
	view := FormPage{Title: s.text("record_situation_title"), Quote: x.Words.Reveal(), Papers: s.papers("situation", x.ID), Button: s.text("record_situation_go"),
		Facts: []fact{{s.text("record_situation"), w.Word(x.Kind)}, {s.text("record_filed"), s.Base.Moment(x.ToldAt)}}}
	told, err := x.Said()
	if err != nil {
		return view, err
	}
	for _, f := range x.Kind.Fields() {
		if told[f] != "" {
			view.Facts = append(view.Facts, fact{w.Word(f), told[f]})
		}
	}
	view.Fields = []field{s.choose("radio", "verdict", "record_situation_question", option{Value: yes, Label: s.text("record_situation_yes"), Hint: w.Word(x.Kind.Follows())},
		option{Value: no, Label: s.text("record_situation_no"), Hint: s.text("record_situation_no_hint")})}
	if reason := x.Kind.Effect().Close; reason != "" {
		view.Fields = append(view.Fields, field{Kind: "check", Name: "close", Label: w.Text("record_situation_close", debt.Args{"reason": w.Word(reason)}),
			Checked: s.Form.Get("close") != ""})
	}
	view.Fields = append(view.Fields, s.area("reason", "record_answer_reason", "record_answer_reason_no"))
	if !x.EndedAt.IsZero() {
		view = s.over(view)
	}
	return view, nil
}

func (p Pages) decideSituation(ctx context.Context, s scene) error {
	v, err := s.verdict()
	if err != nil {
		return err
	}
	v.Close = v.Close && v.Yes
	return p.Objections.DecideSituation(ctx, s.Creditor.ID, s.id, s.Actor(), v)
}

// lastMessages is how many messages stand above an answer.
const lastMessages = 5

func showMessage(s scene) (FormPage, error) {
	view := FormPage{Title: s.text("record_message_title"), Lead: []string{s.text("record_message_lead")}, Button: s.text("record_message_go"),
		Fields: []field{s.area("text", "record_message_text", "record_message_hint")}}
	list := s.Record.Messages
	for _, m := range list[max(0, len(list)-lastMessages):] {
		view.Facts = append(view.Facts, fact{s.Base.Moment(m.At) + " · " + s.Who(m.By), m.Text.Reveal()})
	}
	if s.id == "" {
		return view, nil
	}
	for _, q := range s.Record.Requests {
		if q.ID == s.id {
			view.Title, view.Quote = s.text("record_request_title"), q.Text.Reveal()
			view.Facts = append(view.Facts, fact{s.text("record_due_by"), s.Base.Date(q.DueOn)}, fact{s.text("record_request"), s.request(q.Kind)})
			if !q.EndedAt.IsZero() {
				view = s.over(view)
			}
			return view, nil
		}
	}
	return view, debt.E(debt.NotFound, "request_unknown", nil)
}

func (p Pages) write(ctx context.Context, s scene) error {
	_, err := p.Messages.Answer(ctx, messages.Letter{CreditorID: s.Creditor.ID, CaseID: s.Record.Case.ID, By: s.Actor(), Text: s.words("text")}, s.id)
	return err
}
