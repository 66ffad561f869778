package reports_test

import (
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/reports"
	"quitt/store/rollups"
)

func TestWhatCanBeAskedFor(t *testing.T) {
	day := debt.MustDate
	good := reports.Query{Kind: reports.Overview, Scope: rollups.Scope{By: rollups.All, From: day("2026-01-01"), To: day("2026-12-31")}}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		kind   debt.Kind
		key    string
		change func(*reports.Query)
	}{
		"another report":   {debt.NotFound, "report_unknown", func(q *reports.Query) { q.Kind = "secrets" }},
		"backwards":        {debt.Invalid, "report_period", func(q *reports.Query) { q.From, q.To = q.To, q.From }},
		"no first day":     {debt.Invalid, "report_period", func(q *reports.Query) { q.From = debt.Date{} }},
		"another ground":   {debt.Invalid, "report_slice", func(q *reports.Query) { q.By, q.Value = rollups.ByGround, "spite" }},
		"another month":    {debt.Invalid, "report_slice", func(q *reports.Query) { q.By, q.Value = rollups.ByCohort, "2026-13" }},
		"another age":      {debt.Invalid, "report_slice", func(q *reports.Query) { q.By, q.Value = rollups.ByAge, "1-2" }},
		"another way":      {debt.Invalid, "report_slice", func(q *reports.Query) { q.By = "name" }},
		"a value of none":  {debt.Invalid, "report_slice", func(q *reports.Query) { q.Value = "contract" }},
		"another second":   {debt.Invalid, "report_slice", func(q *reports.Query) { q.Over = "name" }},
		"all as a second":  {debt.Invalid, "report_slice", func(q *reports.Query) { q.Over = rollups.All }},
		"one way twice":    {debt.Invalid, "report_slice_twice", func(q *reports.Query) { q.Per, q.Over = rollups.ByAge, rollups.ByAge }},
		"twice unsaid":     {debt.Invalid, "report_slice_twice", func(q *reports.Query) { q.Over = rollups.ByGround }},
		"a way without it": {debt.Invalid, "report_slice", func(q *reports.Query) { q.By = rollups.ByGround }},
	} {
		t.Run(name, func(t *testing.T) {
			q := good
			c.change(&q)
			debttest.WantKey(t, q.Check(), c.kind, c.key)
		})
	}
}

func FuzzScopesThatPassAreKnown(f *testing.F) {
	for _, s := range []string{"", "ground:contract", "cohort:2026-03", "age:0-30", ":", "all:", "cohort:2026-3", "ground:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		by, value := reports.ParseScope(s)
		q := reports.Query{Kind: reports.Money, Scope: rollups.Scope{By: by, Value: value, From: debt.MustDate("2026-01-01"), To: debt.MustDate("2026-01-02")}}
		if q.Check() != nil {
			return
		}
		if by == rollups.All && value != "" || by != rollups.All && (value == "" || strings.ContainsAny(value, " %'\"")) {
			t.Errorf("%q passes as %s %q", s, by, value)
		}
	})
}
