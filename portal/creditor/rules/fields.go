package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"quitt/debt"
	"quitt/debt/plan"
	"quitt/portal/page"
)

func german(amount string) string { return strings.Replace(amount, ".", ",", 1) }

// fingerprint stands for settings in a form.
func fingerprint(s debt.Settings) string {
	return fmt.Sprintf("%d-%d-%t", s.ObjectionDays, s.PromiseDays, s.PayOnly)
}

// mostDays bounds the days people have.
const mostDays = 90

// typed gives what was typed in the form that was sent, or what is in force.
func (s scene) typed(path, at, name, fresh string) string {
	if _, sent := s.form[name]; sent && path == at {
		return s.form.Get(name)
	}
	return fresh
}

// view fills the page: the form that was sent with what was typed, the others with what counts.
func (s scene) view(sent string) RulesPage {
	w := s.Base.Words
	own := s.Creditor.Settings
	view := RulesPage{Frame: s.Frame(home), Version: s.version, Seen: fingerprint(own), Interest: s.rules.Interest == plan.NoInterest, PayOnly: own.PayOnly,
		Revives: true}
	for i, b := range s.rules.Brackets {
		n := strconv.Itoa(i)
		at := func(name, fresh string) string { return s.typed(sent, plansPath, name+"-"+n, fresh) }
		view.Brackets = append(view.Brackets, bracket{i, w.Text("record_bracket", debt.Args{"amount": b.From}), at("from", plain(w, b.From)), at("least", plain(w, b.Least)),
			at("count", strconv.Itoa(b.MostInstalments)), at("months", strconv.Itoa(b.MostMonths)), at("within", strconv.Itoa(b.FirstWithin)), b.AtOnce})
		if sent == plansPath {
			view.Brackets[i].AtOnce = s.form.Get("once-"+n) != ""
		}
		for _, o := range b.Settlements {
			view.Offers = append(view.Offers, offer{o.ID, s.offer(b, o), i})
		}
	}
	for _, f := range s.numbers() {
		f.Value = s.typed(sent, plansPath, f.Name, f.Value)
		view.Numbers = append(view.Numbers, f)
	}
	view.Terms = []number{
		{"objection", w.Text("record_terms_objection", nil), w.Text("record_terms_objection_hint", nil), s.typed(sent, termsPath, "objection", strconv.Itoa(own.ObjectionDays))},
		{"promise", w.Text("record_terms_promise", nil), w.Text("record_terms_promise_hint", nil), s.typed(sent, termsPath, "promise", strconv.Itoa(own.PromiseDays))}}
	switch sent {
	case plansPath:
		view.Interest = s.form.Get("interest") != ""
	case termsPath:
		view.PayOnly = s.form.Get("payonly") != ""
	case offerPath:
		view.Percent, view.Parts, view.Of, view.Revives = s.form.Get("percent"), s.form.Get("parts"), s.form.Get("bracket"), s.form.Get("revives") != ""
	}
	d, m, y := s.form.Day("valid")
	view.Valid = page.Day{Base: s.Base, Name: "valid", Label: w.Text("record_offer_valid", nil), D: d, M: m, Y: y}
	return view
}

func (s scene) numbers() []number {
	r, w := s.rules, s.Base.Words
	return []number{{Name: "round", Label: w.Text("record_rules_round", nil), Value: strconv.Itoa(r.RoundDays)}, {Name: "remind", Label: w.Text("record_rules_remind", nil), Value: strconv.Itoa(r.RemindDays)},
		{Name: "grace", Label: w.Text("record_rules_grace", nil), Value: strconv.Itoa(r.GraceDays)}, {Name: "moves", Label: w.Text("record_rules_moves", nil), Value: strconv.Itoa(r.Changes.Moves)},
		{Name: "pauses", Label: w.Text("record_rules_pauses", nil), Value: strconv.Itoa(r.Changes.Pauses)}, {Name: "skips", Label: w.Text("record_rules_skips", nil), Value: strconv.Itoa(r.Changes.Skips)},
		{Name: "lowers", Label: w.Text("record_rules_lowers", nil), Value: strconv.Itoa(r.Changes.Lowers)}}
}

// whole reads a whole number up to most.
func (s scene) whole(name string, most int) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(s.form.Get(name)))
	if err != nil || n < 0 || n > most {
		return 0, debt.E(debt.Invalid, "record_number", debt.Args{"most": most})
	}
	return n, nil
}

// read takes the rules from the form; what has no field there stays as it is.
func (s scene) read() (plan.Rules, error) {
	r := s.rules
	r.Brackets = slices.Clone(r.Brackets)
	for i := range r.Brackets {
		b, n := &r.Brackets[i], strconv.Itoa(i)
		for name, to := range map[string]*debt.Cents{"from-": &b.From, "least-": &b.Least} {
			amount, err := debt.ParseCents(s.form.Get(name + n))
			if err != nil {
				return r, err
			}
			*to = amount
		}
		for name, to := range map[string]*int{"count-": &b.MostInstalments, "months-": &b.MostMonths, "within-": &b.FirstWithin} {
			var err error
			if *to, err = s.whole(name+n, plan.MostInstalments); err != nil {
				return r, err
			}
		}
		b.AtOnce = s.form.Get("once-"+n) != ""
	}
	for name, to := range map[string]*int{"round": &r.RoundDays, "remind": &r.RemindDays, "grace": &r.GraceDays, "moves": &r.Changes.Moves,
		"pauses": &r.Changes.Pauses, "skips": &r.Changes.Skips, "lowers": &r.Changes.Lowers} {
		var err error
		if *to, err = s.whole(name, mostDays); err != nil {
			return r, err
		}
	}
	if r.Interest = plan.Continues; s.form.Get("interest") != "" {
		r.Interest = plan.NoInterest
	}
	return r, nil
}

// offer words a standing offer.
func (s scene) offer(b plan.Bracket, o plan.Settlement) string {
	w := s.Base.Words
	sum := w.Cents(o.Amount)
	if o.Percent > 0 {
		sum = w.Percent(o.Percent)
	}
	return w.Text("record_offer", debt.Args{"from": b.From, "sum": sum, "n": o.Instalments, "day": o.ValidUntil})
}

// offered takes an offer into the rules, or out of them.
func (s scene) offered() (plan.Rules, error) {
	r := s.rules
	r.Brackets = slices.Clone(r.Brackets)
	if id := s.form.Get("remove"); id != "" {
		for i := range r.Brackets {
			r.Brackets[i].Settlements = slices.DeleteFunc(slices.Clone(r.Brackets[i].Settlements), func(o plan.Settlement) bool { return o.ID == id })
		}
		return r, nil
	}
	at, err := strconv.Atoi(s.form.Get("bracket"))
	if err != nil || at < 0 || at >= len(r.Brackets) {
		return r, debt.E(debt.Invalid, "record_bracket_missing", nil)
	}
	percent, err := s.whole("percent", 99)
	if err != nil {
		return r, err
	}
	parts, err := s.whole("parts", 12)
	if err != nil {
		return r, err
	}
	until, err := debt.ParseDate(s.form.Date("valid"))
	if err != nil || !until.After(s.Today) {
		return r, debt.E(debt.Invalid, "record_offer_until", debt.Args{"first": s.Today.AddDays(1)})
	}
	o := plan.Settlement{ID: fmt.Sprintf("v%d", s.version+1), Percent: debt.BasisPoints(percent * 100), Instalments: parts, ValidUntil: until, Broken: plan.Lasts}
	if s.form.Get("revives") != "" {
		o.Broken = plan.Revives
	}
	b := &r.Brackets[at]
	b.Settlements = append(slices.Clone(b.Settlements), o)
	return r, nil
}

// terms reads the days people have.
func (s scene) terms() (debt.Settings, error) {
	wanted := s.Creditor.Settings
	var err error
	if wanted.ObjectionDays, err = s.whole("objection", mostDays); err != nil {
		return wanted, err
	}
	wanted.PromiseDays, err = s.whole("promise", mostDays)
	wanted.PayOnly = s.form.Get("payonly") != ""
	return wanted, err
}
