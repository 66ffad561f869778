package decide

import (
	"maps"
	"slices"
	"strings"

	"quitt/cases/record"
	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/debt/situation"
	"quitt/debt/staff"
	"quitt/portal/creditor/dossier"
	"quitt/portal/creditor/room"
	debtor "quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store/expect"
	"quitt/store/plans"
)

// asked is a question in the state it is shown in.
type asked struct {
	name, as string // the address of the decision, and what tells this sample from the others
	id       debt.ID
	build    func() *debtor.Sample
	change   func(*record.Record)
	form     page.Values
	refused  error
	left     debt.Cents // of what was paid too much
}

// Samples shows the pages of this room.
func Samples() []page.Sample {
	list := append(asksSamples(), refusedSamples()...)
	return slices.Concat(list, planSamples(), offerSamples(), refundSamples(), listSamples())
}

func (a asked) sample() page.Sample {
	return room.Sample("decide-"+a.name+a.as, func(w *text.Catalogue) ([]byte, error) {
		if a.build == nil {
			a.build = dossier.Busy
		}
		in, err := dossier.Sample(w, staff.Manager, a.build, func(r *record.Record) {
			dossier.Everything(r)
			if a.change != nil {
				a.change(r)
			}
		})
		if err != nil {
			return nil, err
		}
		in.Given = dossier.SampleGiven()
		in.Refundable = a.left
		s := scene{in, a.id}
		if a.form != nil {
			s.Form = a.form
		}
		view, err := decisions()[a.name].show(s)
		if err != nil {
			return nil, err
		}
		view = s.fill(view, a.name)
		if a.refused != nil {
			if view, _, err = s.refused(view, a.refused); err != nil {
				return nil, err
			}
		}
		return formHTML.HTML(view)
	})
}

func asksSamples() (list []page.Sample) {
	ids := map[string]debt.ID{"einwand": "objection", "nachweis": "proof", "meldung": "situation", "plan": "plan", "vollmacht": "authority"}
	for name := range decisions() {
		a := asked{name: name, id: ids[name]}
		if name == "mandat" { // its form has the name in a field of one line
			a.change = func(r *record.Record) { r.Debtor.FirstName, r.Debtor.LastName = "Erika", "Gröning" }
		}
		list = append(list, a.sample())
	}
	for _, kind := range situation.Kinds() {
		list = append(list, asked{name: "meldung", as: "-" + strings.ReplaceAll(string(kind), "_", "-"), id: "situation", change: func(r *record.Record) {
			r.Situations[0].Kind = kind
		}}.sample())
	}
	list = append(list, asked{name: "nachricht", as: "-request", id: "request"}.sample(),
		asked{name: "einwand", as: "-over", id: "objection", change: func(r *record.Record) { r.Objections[0].EndedAt = room.SampleNow }}.sample(),
		asked{name: "vollmacht", as: "-active", id: "active"}.sample(), asked{name: "vollmacht", as: "-ended", id: "ended"}.sample(),
		asked{name: "ruhe", as: "-release", id: "hold"}.sample())
	for _, s := range mandate.States() {
		list = append(list, asked{name: "mandat", as: "-" + string(s), id: debt.ID(s)}.sample())
	}
	slices.SortFunc(list, func(a, b page.Sample) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// refusedSamples are what a clerk sees whose form was not taken: something was typed wrong, or
// somebody else was faster.
func refusedSamples() []page.Sample {
	typed := page.Values{"outcome": {"partly"}, "reason": {"Das sehen wir anders."}, "seen": {"2"}, "key": {"k"}}
	return []page.Sample{
		asked{name: "einwand", as: "-second", id: "objection", form: typed, refused: expect.Changed()}.sample(),
		asked{name: "einwand", as: "-second-over", id: "objection", form: typed, refused: expect.Changed(),
			change: func(r *record.Record) { r.Objections[0].EndedAt = room.SampleNow }}.sample(),
		asked{name: "zahlung", as: "-wrong", form: page.Values{"amount": {"fünfzig"}, "received-day": {"31"}, "received-month": {"2"}, "received-year": {"2026"}},
			refused: debt.E(debt.Invalid, "record_payment_amount_missing", nil)}.sample(),
		asked{name: "mandat", as: "-wrong", form: page.Values{"reference": {"A//1"}, "holder": {""}, "iban": {"DE02"}, "notice": {"1"}, "other": {"1"}},
			refused: debt.E(debt.Invalid, "mandate_reference_wrong", nil)}.sample(),
		asked{name: "ruhe", as: "-wrong", form: page.Values{"kind": {""}}, refused: debt.E(debt.Invalid, "date_missing", nil)}.sample(),
		asked{name: "ende", as: "-wrong", form: page.Values{"reason": {""}}, refused: debt.E(debt.Invalid, "record_end_unsure", nil)}.sample(),
	}
}

func planSamples() []page.Sample {
	plan := func(as string, act plans.Act, change func(*record.Plan)) page.Sample {
		return asked{name: "plan", as: as, id: "plan", change: func(r *record.Record) {
			k := dossier.SamplePlan(act)
			if change != nil {
				change(&k)
			}
			r.Plans = []record.Plan{k}
		}}.sample()
	}
	return []page.Sample{
		plan("-change", plans.Change, nil),
		plan("-lapsed", plans.Accept, func(k *record.Plan) { k.State = debt.PlanLapsed }),
		plan("-excused", plans.Accept, func(k *record.Plan) { k.State, k.ExcusedOn = debt.PlanActive, room.SampleDay.AddDays(-2) }),
		plan("-over", plans.Decline, func(k *record.Plan) { k.State = plans.Declined }),
	}
}

func offerSamples() []page.Sample {
	typed := func(more page.Values) page.Values {
		form := page.Values{"kind": {"settlement"}, "sum": {"200,00"}, "count": {"1"}, "until-day": {"24"}, "until-month": {"12"}, "until-year": {"2026"},
			"broken": {"lasts"}, "key": {"k"}}
		maps.Copy(form, more)
		return form
	}
	free := func(as string, form page.Values, refused error) page.Sample {
		return asked{name: "angebot", as: as, build: dossier.Owed, form: form, refused: refused}.sample()
	}
	return []page.Sample{
		free("-new", nil, nil),
		free("-preview", typed(nil), errLook),
		free("-preview-parts", typed(page.Values{"sum": {""}, "percent": {"70"}, "count": {"3"}, "broken": {"revives"}}), errLook),
		free("-preview-longer", typed(page.Values{"kind": {"longer_plan"}, "count": {"60"}}), errLook),
		free("-wrong", typed(page.Values{"sum": {"9.000,00"}}), debt.E(debt.Invalid, "offer_sum_range", debt.Args{"most": debt.Cents(331_99)})),
		asked{name: "angebot", as: "-withdraw", id: "share"}.sample(),
		asked{name: "angebot", as: "-withdrawn", id: "gone"}.sample(),
	}
}

func refundSamples() []page.Sample {
	refund := func(as string, left debt.Cents, form page.Values, refused error) page.Sample {
		return asked{name: "erstattung", as: as, form: form, refused: refused, left: left, change: func(r *record.Record) {
			r.Statement.Open.Overpaid = 75_00
		}}.sample()
	}
	return []page.Sample{
		refund("-all", 75_00, nil, nil),
		refund("-rest", 25_00, nil, nil),
		refund("-ordered", 0, nil, nil),
		refund("-wrong", 75_00, page.Values{"amount": {"100,00"}, "sure": {"1"}}, debt.E(debt.Invalid, "refund_too_large", debt.Args{"most": debt.Cents(75_00)})),
	}
}

func listSamples() []page.Sample {
	waits := func(name string, more bool, items ...record.Item) page.Sample {
		return room.Sample("decisions"+name, func(w *text.Catalogue) ([]byte, error) {
			s := room.SampleScene(w, staff.Clerk)
			v := ListPage{Frame: s.Frame(listPath), More: more}
			for _, x := range items {
				v.Items = append(v.Items, itemOf(s, x))
			}
			return listHTML.HTML(v)
		})
	}
	var items []record.Item
	for i, m := range []record.Matter{record.AnObjection, record.AProof, record.APlan, record.AnAuthority, record.ARequest, "unplaced_money", "plan_lapsed", "nobody_knows"} {
		x := record.Item{Matter: m, ID: "x", CaseID: "k", File: "2026-000417", Amount: debt.Cents(1_234_567 * i), Since: room.SampleNow.AddDate(0, 0, -i)}
		if i < 3 {
			x.Due, x.Overdue = room.SampleDay.AddDays(i-1), i == 0
		}
		if m == "unplaced_money" {
			x.CaseID, x.File = "", ""
		}
		items = append(items, x)
	}
	return []page.Sample{waits("", true, items...), waits("-empty", false)}
}
