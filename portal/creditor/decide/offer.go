package decide

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"quitt/cases/offers"
	"quitt/debt"
	"quitt/debt/plan"
	kept "quitt/store/offers"
)

// errLook brings the page back with what the debtor would see: nothing is offered unseen.
var errLook = errors.New("decide: to be looked at first")

func showOffer(s scene) (FormPage, error) {
	if s.id != "" {
		return showOfferEnd(s)
	}
	view := FormPage{Title: s.text("offer_title"), Lead: []string{s.text("offer_lead"), s.text("offer_lead_plan")}, Button: s.text("offer_look"),
		Facts: []fact{{s.text("record_open"), s.Base.Cents(s.Record.Statement.Payable)}}}
	if reasons := offers.Against(s.Record.View, s.Today); len(reasons) > 0 {
		view.Lead, view.Button = []string{s.Base.Words.Text("offer_barred", debt.Args{"reasons": reasons})}, ""
		return view, nil
	}
	view.Fields = []field{s.choose("radio", "kind", "offer_kind", option{Value: kept.Settlement, Label: s.text("offer_kind_settlement"), Hint: s.text("offer_kind_settlement_hint")},
		option{Value: kept.LongerPlan, Label: s.text("offer_kind_longer"), Hint: s.text("offer_kind_longer_hint")}),
		s.money("sum", s.text("offer_sum"), s.text("offer_sum_hint")), s.money("percent", s.text("offer_percent"), s.text("offer_percent_hint")),
		s.money("count", s.text("offer_count"), s.text("offer_count_hint")), s.day("until", "offer_until", "offer_until_hint", s.Today.AddDays(30)),
		s.choose("radio", "broken", "offer_broken", option{Value: string(plan.Revives), Label: s.text("offer_revives")},
			option{Value: string(plan.Lasts), Label: s.text("offer_lasts")}),
		s.area("note", "record_note", "record_note_hint")}
	if o, err := s.offered(); err == nil {
		seen, _ := o.Seen(s.Record.Statement.Payable, s.Today)
		view.Facts = append(view.Facts, fact{s.text("offer_preview"), strings.Join(s.Seen(seen), " · ")})
		view.Fields = append(view.Fields, field{Kind: "check", Name: "sure", Label: s.text("offer_sure"), Checked: s.Form.Get("sure") != ""})
		view.Button = s.text("offer_go")
	}
	return view, nil
}

// offered reads what is offered. What belongs to the other kind than the chosen one is left out.
func (s scene) offered() (o plan.Settlement, err error) {
	kind := s.Form.Get("kind")
	if kind != kept.Settlement && kind != kept.LongerPlan {
		return o, debt.E(debt.Invalid, "offer_kind_missing", nil)
	}
	if o.Instalments, err = strconv.Atoi(s.Form.Get("count")); err != nil {
		return o, debt.E(debt.Invalid, "offer_count_missing", nil)
	}
	if o.ValidUntil, err = s.readDay("until"); err != nil {
		return o, err
	}
	if o.Longer = kind == kept.LongerPlan; !o.Longer {
		o.Broken = plan.Broken(s.Form.Get("broken"))
		if o.Amount, _, err = s.amount("sum"); err != nil {
			return o, err
		}
		if typed := s.Form.Get("percent"); typed != "" {
			percent, err := strconv.Atoi(typed)
			if err != nil || percent < 1 || percent > 99 {
				return o, debt.E(debt.Invalid, "offer_percent_range", nil)
			}
			o.Percent = debt.BasisPoints(percent * 100)
		}
	}
	return o, plan.CheckOffer(o, s.Record.Statement.Payable, s.Today)
}

func showOfferEnd(s scene) (FormPage, error) {
	i := slices.IndexFunc(s.Record.Offers, func(o kept.Offer) bool { return o.ID == string(s.id) })
	if i < 0 {
		return FormPage{}, debt.E(debt.NotFound, "offer_unknown", nil)
	}
	o := s.Record.Offers[i]
	view := FormPage{Title: s.text("offer_end_title"), Lead: []string{s.text("offer_end_lead")}, Button: s.text("offer_end_go"),
		Facts: []fact{{s.text("offer_what"), s.Offer(o.Settlement)}, {s.text("offer_until"), s.Base.Date(o.ValidUntil)},
			{s.text("offer_made"), s.Base.Moment(o.At) + " · " + s.Who(o.By)}}}
	if !s.Stands(o) {
		view = s.over(view)
	}
	return view, nil
}

func (p Pages) offer(ctx context.Context, s scene) error {
	at := offers.At(s.At())
	if s.id != "" {
		return p.Offers.Withdraw(ctx, at, s.id)
	}
	o, err := s.offered()
	switch {
	case err != nil:
		return err
	case s.Form.Get("sure") == "":
		return errLook
	}
	_, err = p.Offers.Make(ctx, at, o, s.words("note"))
	return err
}
