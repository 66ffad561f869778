package rules

import (
	"quitt/debt"
	"quitt/debt/plan"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
)

// Samples shows the page in its states.
func Samples() []page.Sample {
	one := func(name, sent string, form page.Values, change func(*RulesPage)) page.Sample {
		return room.Sample("rules"+name, func(w *text.Catalogue) ([]byte, error) {
			s := scene{Scene: room.SampleScene(w, staff.Manager), rules: plan.Standard(), version: 3, form: form}
			s.rules.Brackets[2].Settlements = []plan.Settlement{{ID: "v1", Percent: 7000, Instalments: 1, ValidUntil: room.SampleDay.AddDays(40)},
				{ID: "v2", Percent: 8500, Instalments: 6, ValidUntil: room.SampleDay.AddDays(400)}}
			s.Creditor.Settings.PromiseDays = 14
			v := s.view(sent)
			change(&v)
			return rulesHTML.HTML(v)
		})
	}
	return []page.Sample{
		one("", home, page.Values{}, func(*RulesPage) {}),
		one("-done", home, page.Values{}, func(v *RulesPage) { v.Notice = v.Words.Text("record_rules_done", nil) }),
		one("-wrong", plansPath, page.Values{"round": {"999"}, "from-0": {"dreißig"}}, func(v *RulesPage) {
			v.Frame, v.Mistake = v.Fails(), v.Words.Error(debt.E(debt.Invalid, "record_number", debt.Args{"most": mostDays}))
		}),
		one("-second", offerPath, page.Values{"percent": {"70"}, "parts": {"3"}}, func(v *RulesPage) { v.Frame, v.IsChanged = v.Fails(), true }),
	}
}
