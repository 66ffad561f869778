package caselist

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/store"
	"quitt/store/bulk"
	"quitt/store/storetest"
)

// shapes are filters of every kind, alone and together.
var shapes = map[string]Filter{
	"all":        {},
	"review":     {Review: debt.ReviewReceived},
	"accepted":   {Review: debt.ReviewAccepted},
	"running":    {Processing: debt.Running},
	"undisputed": {Objection: debt.ObjectionNone},
	"stage":      {Stage: debt.StageClosed},
	"processing": {Processing: debt.Held},
	"payment":    {Payment: debt.StatePartPaid},
	"objection":  {Objection: debt.ObjectionOpen},
	"plan":       {Plan: debt.PlanActive},
	"no plan":    {Plan: debt.PlanNone},
	"ground":     {Ground: debt.Tort},
	"live":       {Live: true},
	"days":       {From: debt.MustDate("2026-01-01"), Until: debt.MustDate("2026-03-31")},
	"amount":     {Least: 100_00, Most: 200_00},
	"together":   {Live: true, Payment: debt.StateOpen, Plan: debt.PlanNone, Ground: debt.Contract, Least: 50_00, From: debt.MustDate("2026-01-01")},
}

// explainer asks a database how it means to answer.
type explainer struct {
	*store.Reader

	t      *testing.T
	engine string
}

// explained runs the plan of a statement past a check.
func (e explainer) explained(query string, args []any) {
	e.t.Helper()
	plan, err := storetest.Plan(e.Reader, e.engine, query, args...)
	if err != nil {
		e.t.Fatal(query, err)
	}
	for _, bad := range []string{"Seq Scan", "Sort", "SCAN c", "TEMP B-TREE"} {
		if strings.Contains(plan, bad) {
			e.t.Errorf("%s\n%s", query, plan)
		}
	}
}

// No statement of a list reads a table from end to end or puts it in order, however it is
// filtered and ordered. SQLite decides without figures, PostgreSQL by those of many cases.
func TestEveryListIsReadByAnIndex(t *testing.T) {
	for engine, n := range map[string]int{"sqlite": 10, "postgres": 200_000} {
		t.Run(engine, func(t *testing.T) {
			url := storetest.SQLite(t)
			if engine == "postgres" {
				url = storetest.Postgres(t)
			}
			s := storetest.Open(t, store.Options{URL: url})
			c := storetest.Creditor(t, s, "viele")
			storetest.Crowd(t, url, c.ID, n)
			for name, f := range shapes {
				for _, by := range Columns() {
					for _, down := range []bool{false, true} {
						t.Run(fmt.Sprint(name, " ", by, " ", down), func(t *testing.T) {
							if err := s.Read(context.Background(), c.ID, func(r *store.Reader) error { return explainer{r, t, engine}.all(List{f, Order{by, down}}) }); err != nil {
								t.Fatal(err)
							}
						})
					}
				}
			}
		})
	}
}

// all explains what Read and Load may run for a list.
func (e explainer) all(l List) error {
	e.t.Helper()
	r := e.Reader
	for _, w := range l.ways(r.Creditor()) {
		st := &statement{slices.Clone(w.args)}
		query := w.sql(st, "", gatherMost+1)
		e.explained(query, st.args)
		if w.from == "cases" {
			query, args := l.collectSQL(w)
			e.explained(query, args)
		}
	}
	scans := []scan{{}}
	for _, a := range l.axes() {
		if l.Order.By == Received && a.indexed() {
			scans = append(scans, scan{along: &a})
		}
	}
	for _, s := range scans {
		for _, after := range []debt.ID{"", storetest.CrowdCase(5)} {
			query, args, err := l.walkSQL(r, s, after, step)
			if err != nil {
				return err
			}
			e.explained(query, args)
		}
	}
	ids := make([]debt.ID, most)
	for i := range ids {
		ids[i] = storetest.CrowdCase(i)
	}
	for _, known := range []string{casesSQL, claimsSQL, keyColumnsSQL} {
		query, args := bulk.In(known, r.Creditor(), ids)
		e.explained(query, args)
	}
	return nil
}

const keyColumnsSQL = `SELECT ` + keyColumns + ` FROM cases c WHERE c.creditor_id = $1 AND c.id IN (`
