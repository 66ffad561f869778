package decide

import (
	"context"
	"slices"

	represent "quitt/cases/signin/authority"
	"quitt/debt"
	"quitt/debt/authority"
	"quitt/store/authorities"
	"quitt/store/documents"
)

func (s scene) authority() (a authorities.Record, err error) {
	i := slices.IndexFunc(s.Record.Acting, func(a authorities.Record) bool { return a.ID == s.id })
	if i < 0 {
		return a, debt.E(debt.NotFound, "authority_unknown", nil)
	}
	return s.Record.Acting[i], nil
}

func showAuthority(s scene) (FormPage, error) {
	a, err := s.authority()
	if err != nil {
		return FormPage{}, err
	}
	view := FormPage{Title: s.text("rules_authority_title"), Facts: s.actingFacts(a),
		Docs: s.Documents(documents.Subject{Kind: "authority", ID: string(a.ID)})}
	switch a.On(s.Now) {
	case authority.Claimed:
		view.Lead, view.Button = []string{s.text("rules_authority_lead")}, s.text("rules_authority_go")
		view.Fields = s.proofFields(a)
		if len(view.Docs) == 0 {
			view.Lead = append(view.Lead, s.text("rules_authority_no_papers"))
		}
	case authority.Invited, authority.Active:
		view.Lead, view.Button = []string{s.text("rules_authority_end_lead")}, s.text("rules_authority_end")
		view.Fields = []field{{Kind: "check", Name: "sure", Label: s.text("rules_authority_sure"), Checked: s.Form.Get("sure") != ""}}
	default:
		view = s.over(view)
	}
	return view, nil
}

// actingFacts is what the representative said of himself.
func (s scene) actingFacts(a authorities.Record) []fact {
	w := s.Base.Words
	list := []fact{{s.text("record_name"), a.Who.Name.Reveal()}, {s.text("rules_authority_kind"), w.Word(a.Kind)},
		{s.text("record_email"), a.Who.Email.Reveal()}}
	if a.Who.Addressed() {
		list = append(list, fact{s.text("record_address"), a.Who.Street.Reveal() + ", " + a.Who.Postcode.Reveal() + " " + a.Who.City.Reveal()})
	}
	return append(list, fact{s.text("record_state"), w.Word(a.On(s.Now))}, fact{s.text("record_filed"), s.Base.Moment(a.MadeAt)},
		fact{s.text("rules_authority_until"), w.Date(a.Until)})
}

// proofFields ask what the papers show. A fresh page has what was asked for; nobody can be given
// more.
func (s scene) proofFields(a authorities.Record) []field {
	fresh := len(s.Form) == 0
	tick := func(name, label string) field {
		return field{Kind: "check", Name: name, Label: label, Checked: fresh || s.Form.Get(name) != ""}
	}
	list := []field{s.choose("radio", "do", "rules_authority_question",
		option{Value: accept, Label: s.text("rules_authority_accept"), Hint: s.text("rules_authority_accept_hint")},
		option{Value: decline, Label: s.text("rules_authority_refuse"), Hint: s.text("rules_authority_refuse_hint")})}
	for _, x := range a.Scopes {
		if x != authority.Read { // who may do anything may read
			list = append(list, tick("scope-"+string(x), s.Base.Words.Text("rules_authority_scope", debt.Args{"scope": x})))
		}
	}
	if a.Kind == authority.Guardian {
		for _, x := range authority.Areas() {
			f := tick("area-"+string(x), s.Base.Words.Text("rules_authority_area", debt.Args{"area": x}))
			f.Checked = f.Checked && (!fresh || a.Has(x))
			list = append(list, f)
		}
	}
	reasons := []option{{Label: s.text("record_choose")}}
	for _, r := range authority.Refusals() {
		reasons = append(reasons, option{Value: string(r), Label: s.Base.Word(r)})
	}
	return append(list, s.day("until", "rules_authority_last", "rules_authority_last_hint", a.Until),
		s.choose("select", "reason", "rules_authority_reason", reasons...))
}

func (p Pages) answerAuthority(ctx context.Context, s scene) error {
	a, err := s.authority()
	if err != nil {
		return err
	}
	if _, asked := s.Form["do"]; !asked { // the form of one that is accepted
		if s.Form.Get("sure") == "" {
			return debt.E(debt.Invalid, "rules_authority_unsure", nil)
		}
		return p.Helpers.Revoke(ctx, represent.At{Creditor: s.Creditor.ID, Case: a.CaseID}, s.Actor(), a.ID)
	}
	switch s.Form.Get("do") {
	case accept:
		it, err := s.certificate(a)
		if err != nil {
			return err
		}
		return p.Helpers.Certify(ctx, s.Creditor.ID, it)
	case decline:
		if s.Form.Get("reason") == "" {
			return debt.E(debt.Invalid, "rules_refusal_missing", nil)
		}
		return p.Helpers.Refuse(ctx, s.Creditor.ID, represent.Refusal{ID: a.ID, By: s.Actor(), Reason: authority.Refusal(s.Form.Get("reason"))})
	}
	return debt.E(debt.Invalid, "record_verdict_missing", nil)
}

// certificate reads what a person has seen in the papers.
func (s scene) certificate(a authorities.Record) (it represent.Certificate, err error) {
	limit := authority.Limit{Scopes: []authority.Scope{authority.Read}}
	for _, x := range a.Scopes {
		if x != authority.Read && s.Form.Get("scope-"+string(x)) != "" {
			limit.Scopes = append(limit.Scopes, x)
		}
	}
	it = represent.Certificate{ID: a.ID, By: s.Actor(), Limit: &limit}
	if a.Kind == authority.Guardian {
		it.Areas = []authority.Area{}
		for _, x := range authority.Areas() {
			if s.Form.Get("area-"+string(x)) != "" {
				it.Areas = append(it.Areas, x)
			}
		}
	}
	limit.Until, err = s.readDay("until")
	return it, err
}
