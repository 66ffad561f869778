package decide

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/payments/directdebit"
	"quitt/plans"
	"quitt/store/expect"
)

// mandate is the one the address names; ok is false without an id.
func (s scene) mandate() (m mandate.Mandate, ok bool, err error) {
	if s.id == "" {
		return m, false, nil
	}
	i := slices.IndexFunc(s.Given.Mandates, func(m mandate.Mandate) bool { return m.ID == s.id })
	if i < 0 {
		return m, false, debt.E(debt.NotFound, "mandate_unknown", nil)
	}
	return s.Given.Mandates[i], true, nil
}

// showMandate takes down a mandate that was signed on paper, or asks what became of one.
func showMandate(s scene) (FormPage, error) {
	m, given, err := s.mandate()
	if err != nil {
		return FormPage{}, err
	}
	if !given {
		return s.paperForm(), nil
	}
	w := s.Base.Words
	view := FormPage{Title: s.text("mandate_title"), Facts: []fact{{s.text("mandate_reference"), m.Reference}, {s.text("mandate_holder_label"), m.Holder.Reveal()},
		{"IBAN", "… " + m.Last4()}, {s.text("record_state"), s.MandateState(m.State)}, {s.text("mandate_given"), w.Date(m.SignedOn)},
		{s.text("debits_notice"), w.Text("debits_days", debt.Args{"n": m.Notice})}}}
	if m.SignedOn.IsZero() {
		view.Facts[4].Value = ""
	}
	switch {
	case m.State == mandate.Pending && m.How == mandate.ByPaper:
		view.Lead, view.Button = []string{s.text("debits_arrived_lead")}, s.text("debits_save")
		view.Fields = []field{s.choose("radio", "do", "debits_arrived_question",
			option{Value: accept, Label: s.text("debits_arrived_yes"), Hint: s.text("debits_arrived_yes_hint")},
			option{Value: decline, Label: s.text("debits_arrived_no"), Hint: s.text("debits_arrived_no_hint")}),
			s.day("signed", "debits_signed_on", "debits_signed_hint", debt.Date{})}
	case !m.Over():
		view.Lead, view.Button = []string{s.text("debits_revoke_lead")}, s.text("mandate_revoke")
		view.Fields = []field{{Kind: "check", Name: "sure", Label: s.text("debits_revoke_sure"), Checked: s.Form.Get("sure") != ""}}
	default:
		view = s.over(view)
	}
	return view, nil
}

// paperForm asks for what stands on the sheet.
func (s scene) paperForm() FormPage {
	view := FormPage{Title: s.text("debits_paper_title"), Lead: []string{s.text("debits_paper_lead")}}
	if !s.Given.Collects() {
		view.Lead = []string{s.text("debits_paper_no_account")}
		return view
	}
	line := func(f field, fresh string) field {
		f.Kind, f.Value = "text", s.typed(f.Name, fresh)
		return f
	}
	view.Fields = []field{line(field{Name: "reference", Label: s.text("mandate_reference"), Hint: s.text("debits_reference_hint"), Most: 35}, ""),
		s.day("signed", "debits_signed_on", "debits_signed_hint", debt.Date{}),
		line(field{Name: "holder", Label: s.text("mandate_holder_label"), Most: mandate.MostName}, s.Record.Debtor.Name().Reveal()),
		line(field{Name: "iban", Label: s.text("debits_iban"), Most: 42}, ""),
		line(field{Name: "notice", Label: s.text("debits_notice"), Hint: s.text("debits_notice_hint"), Most: 2}, strconv.Itoa(mandate.Unagreed)),
		{Kind: "check", Name: "other", Label: s.text("mandate_other"), Checked: s.Form.Get("other") != ""}}
	view.Button = s.text("debits_paper_go")
	return view
}

// payer is who works on the case, as the desk of direct debits knows people.
func (s scene) payer() directdebit.Who {
	return directdebit.Who{Creditor: s.Creditor.ID, Case: s.Record.Case.ID, By: s.Actor(), Language: s.Record.Debtor.PreferredLanguage}
}

func (p Pages) mandate(ctx context.Context, s scene) error {
	m, given, err := s.mandate()
	if err != nil {
		return err
	}
	if !given {
		return p.takeDown(ctx, s)
	}
	if m.State != mandate.Pending || m.How != mandate.ByPaper {
		if s.Form.Get("sure") == "" {
			return debt.E(debt.Invalid, "debits_unsure", nil)
		}
		return p.revoke(ctx, s, m)
	}
	switch s.Form.Get("do") {
	case accept:
		on, err := s.readDay("signed")
		if err != nil {
			return err
		}
		if _, err := p.Debits.Receive(ctx, s.Creditor.ID, m.Reference, on, s.Actor()); err != nil {
			return err
		}
		return p.payBy(ctx, s, m)
	case decline:
		return p.revoke(ctx, s, m)
	}
	return debt.E(debt.Invalid, "record_verdict_missing", nil)
}

// takeDown keeps a mandate that was signed on a sheet of the creditor's own.
func (p Pages) takeDown(ctx context.Context, s scene) error {
	on, err := s.readDay("signed")
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(strings.TrimSpace(s.Form.Get("notice")))
	if err != nil {
		days = 0 // refused as no number of days
	}
	m, err := p.Debits.TakeDown(ctx, s.payer(), directdebit.Sheet{Reference: strings.TrimSpace(s.Form.Get("reference")), SignedOn: on,
		Holder: s.words("holder"), IBAN: s.words("iban"), Notice: days, Other: s.Form.Get("other") != ""})
	if err != nil {
		return err
	}
	return p.payBy(ctx, s, m)
}

// payBy has the instalments of a plan that runs, and is paid by transfer, collected from now on.
// One that was changed meanwhile leaves the mandate unused.
func (p Pages) payBy(ctx context.Context, s scene, m mandate.Mandate) error {
	if m.Kind == mandate.OneOff {
		return nil
	}
	err := p.pays(ctx, s, "", m.ID)
	if debt.KindOf(err) != "" {
		return nil //nolint:nilerr // see above
	}
	return err
}

// pays turns a plan that runs from one way of paying to another.
func (p Pages) pays(ctx context.Context, s scene, from, to debt.ID) error {
	ctx = expect.Version(ctx, "", 0) // what came before has given the case another one
	v, err := p.Plans.View(ctx, s.Creditor.ID, s.Record.Case.ID)
	if err != nil || v.Plan == nil || !v.Plan.Running() || v.Plan.InstrumentID != from {
		return err
	}
	return p.Plans.SetMethod(ctx, plans.Who{Creditor: s.Creditor.ID, Case: s.Record.Case.ID, By: s.Actor()}, plans.Paying{Instrument: to})
}

// revoke ends a mandate; a plan that was paid by it goes on by transfer.
func (p Pages) revoke(ctx context.Context, s scene, m mandate.Mandate) error {
	if err := p.Debits.Revoke(ctx, s.payer(), m.ID); err != nil {
		return err
	}
	return p.pays(ctx, s, m.ID, "")
}
