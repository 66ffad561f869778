package decide

import (
	"context"
	"slices"

	"quitt/cases/record"
	"quitt/debt"
	"quitt/store/messages"
)

func showHold(s scene) (FormPage, error) {
	if s.id != "" {
		return showRelease(s)
	}
	options := []option{{Label: s.text("record_choose")}}
	for _, k := range record.Kinds() {
		options = append(options, option{Value: string(k), Label: s.Base.Word(k)})
	}
	return FormPage{Title: s.text("record_hold_title"), Lead: []string{s.text("record_hold_lead")}, Button: s.text("record_hold_go"),
		Fields: []field{s.choose("select", "kind", "record_hold_kind", options...), s.reasons(record.Reasons()),
			s.day("until", "record_hold_until", "record_hold_until_hint", debt.Date{}), s.area("note", "record_note", "record_note_hint")}}, nil
}

func showRelease(s scene) (FormPage, error) {
	i := slices.IndexFunc(s.Record.Case.Holds, func(h debt.Hold) bool { return h.ID == s.id })
	if i < 0 {
		return FormPage{}, debt.E(debt.NotFound, "hold_unknown", nil)
	}
	h := s.Record.Case.Holds[i]
	view := FormPage{Title: s.text("record_release_title"), Lead: []string{s.text("record_release_lead")}, Button: s.text("record_release_go"),
		Facts: []fact{{s.text("record_hold_kind"), s.Base.Word(h.Kind)}, {s.text("record_hold_until"), s.Base.Date(h.Until)}}}
	if !record.MayRelease(h, s.Today) {
		view = s.over(view)
	}
	return view, nil
}

func (p Pages) hold(ctx context.Context, s scene) error {
	if s.id != "" {
		return p.Door.Desk.Release(ctx, s.At(), s.id)
	}
	until, err := s.readDay("until")
	if err != nil {
		return err
	}
	return p.Door.Desk.Hold(ctx, s.At(), record.Rest{Kind: debt.HoldKind(s.Form.Get("kind")), Reason: s.Form.Get("reason"), Until: until, Note: s.words("note")})
}

func showEnd(s scene) (FormPage, error) {
	options := []option{{Label: s.text("record_choose")}}
	for _, r := range record.EndReasons() {
		options = append(options, option{Value: string(r), Label: s.Base.Word(r)})
	}
	view := FormPage{Title: s.text("record_end_title"), Lead: []string{s.text("record_end_lead")}, Button: s.text("record_end_go"),
		Facts: []fact{{s.text("record_open"), s.Base.Cents(s.Record.Statement.Payable)}},
		Fields: []field{s.choose("select", "reason", "record_reason", options...), s.area("note", "record_note", "record_note_hint"),
			{Kind: "check", Name: "sure", Label: s.text("record_end_sure"), Checked: s.Form.Get("sure") != ""}}}
	if s.Record.Case.Stage == debt.StageClosed {
		view = s.over(view)
	}
	return view, nil
}

func (p Pages) end(ctx context.Context, s scene) error {
	if s.Form.Get("sure") == "" {
		return debt.E(debt.Invalid, "record_end_unsure", nil)
	}
	return p.Door.Desk.End(ctx, s.At(), debt.CloseReason(s.Form.Get("reason")), s.words("note"))
}

func showCode(s scene) (FormPage, error) {
	d := s.Record.Debtor
	return FormPage{Title: s.text("record_code_title"), Lead: []string{s.text("record_code_lead")}, Button: s.text("record_code_go"),
		Facts: []fact{{s.text("record_address"), d.Street.Reveal() + ", " + d.Postcode.Reveal() + " " + d.City.Reveal()}}}, nil
}

func (p Pages) code(ctx context.Context, s scene) error { return p.Door.Desk.WantCode(ctx, s.At()) }

func showNote(s scene) (FormPage, error) {
	return FormPage{Title: s.text("record_note_title"), Button: s.text("record_note_go"), Fields: []field{s.area("note", "record_note", "record_note_hint")}}, nil
}

func (p Pages) note(ctx context.Context, s scene) error {
	return p.Door.Desk.Write(ctx, s.At(), s.words("note"))
}

// request words what a debtor asked for.
func (s scene) request(kind messages.RequestKind) string {
	key, known := requestKeys[kind]
	if !known {
		return string(kind)
	}
	return s.text(key)
}

var requestKeys = map[messages.RequestKind]string{messages.Details: "record_request_details", messages.Documents: "record_request_documents",
	messages.InvoiceCopy: "record_request_invoice", messages.Callback: "record_request_callback", messages.Deletion: "record_request_deletion",
	messages.Rectification: "record_request_rectification", messages.Other: "record_request_other"}
