package reports

import (
	"maps"

	"quitt/debt"
	"quitt/portal/text"
)

// Says writes a label.
func (l Label) Says(words *text.Catalogue) string {
	if l.Word != nil {
		return words.Word(l.Word)
	}
	args := l.Args
	for name, v := range l.Args {
		if inner, ok := v.(Label); ok {
			args = maps.Clone(args)
			args[name] = inner.Says(words)
		}
	}
	return words.Text(l.Key, args)
}

// nothing stands where a number could not be computed.
const nothing = "–"

// Says writes a number as people read it; a rate to a tenth of a percent.
func (c Cell) Says(words *text.Catalogue) string {
	switch {
	case c.None:
		return nothing
	case c.Unit == Euro:
		return words.Cents(debt.Cents(c.Value))
	case c.Unit == Rate:
		return words.Percent(c.rate())
	case c.Unit == Days:
		return words.Text("report_n_days", debt.Args{"n": int(c.Value)})
	}
	return words.Int(c.Value)
}

func (c Cell) rate() debt.BasisPoints { return debt.BasisPoints((c.Value + 5) / 10 * 10) }

// titles are the sentences that name a report.
var titles = map[Kind]string{
	Overview: "report_kind_overview", Curve: "report_kind_curve", Ageing: "report_kind_ageing", Money: "report_kind_money",
	Plans: "report_kind_plans", Objections: "report_kind_objections", Letters: "report_kind_letters",
	Remitted: "report_kind_remittance", PaidOut: "report_remit_title",
}

// Title names a report.
func (k Kind) Title() Label { return say(titles[k]) }

// Of writes which days and cases a report is about.
func (r Report) Of(words *text.Catalogue) string {
	return words.Text("report_between", debt.Args{"from": r.From, "to": r.To}) + ", " + CasesOf(r.Query).Says(words)
}

// CasesOf names the cases that a report is about.
func CasesOf(q Query) Label {
	if q.Value != "" && q.Kind != Curve {
		return ValueLabel(q.By, q.Value)
	}
	return say("report_all_cases")
}
