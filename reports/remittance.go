package reports

import (
	"context"

	"quitt/debt"
	"quitt/debt/recovery"
	"quitt/store"
	"quitt/store/remittances"
	"quitt/store/rollups"
)

// Remitted is the kind of an advice of a remittance, which is written as reports are.
const Remitted Kind = "remittance"

// Payouts is what was collected and paid out on days.
type Payouts struct {
	From, To debt.Date
	Came     debt.Cents // less what went back
	Direct   debt.Cents // of it, what the creditor got without us
	Paid     debt.Cents // paid out by persons and providers
	List     []remittances.Remittance
	More     bool // there are older ones
	Building bool
}

// MostPayouts is how many are listed.
const MostPayouts = 200

// Payouts reads what was collected and paid out.
func (d Desk) Payouts(ctx context.Context, creditor debt.ID, from, to debt.Date) (out Payouts, err error) {
	q := Query{Kind: Money, Scope: rollups.Scope{By: rollups.All, From: from, To: to}}
	if err := q.Check(); err != nil {
		return out, err
	}
	out.From, out.To = from, to
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		at, err := rollups.StandingOf(r)
		if err != nil {
			return err
		}
		sums, err := rollups.Flows(r, q.Scope)
		if err != nil {
			return err
		}
		out.Building = at.Building
		for _, method := range debt.Methods() {
			_, came := book(sums).of(recovery.Collected, string(method)+"/*")
			_, back := book(sums).of(recovery.Returned, string(method)+"/*")
			out.Came += debt.Cents(came - back)
			if method == debt.MethodDirect || method == debt.MethodCash {
				out.Direct += debt.Cents(came - back)
			}
		}
		out.List, err = remittances.List(r, from, to, MostPayouts+1)
		return err
	})
	if out.More = len(out.List) > MostPayouts; out.More {
		out.List = out.List[:MostPayouts]
	}
	for _, m := range out.List {
		out.Paid += m.Amount
	}
	return out, err
}

// Advice tells what a remittance is made of, case by case.
func (d Desk) Advice(ctx context.Context, c debt.Creditor, number int64) (Report, error) {
	out := Report{Query: Query{Kind: Remitted}, Creditor: c}
	err := d.Store.Read(ctx, c.ID, func(r *store.Reader) error {
		m, lines, err := remittances.Load(r, number)
		out.CutOff, out.From, out.To = m.BookedAt, m.PaidOn, m.PaidOn
		out.About = []Label{
			{Key: "report_remit_number", Args: debt.Args{"n": int(m.Number), "amount": m.Amount}},
			{Key: "report_remit_on", Args: debt.Args{"on": m.PaidOn, "reference": m.Reference}},
			{Key: "report_remit_up_to", Args: debt.Args{"on": m.UpTo}},
		}
		t := Table{Title: say("report_remit_lines"), Note: say("report_remit_lines_note"), Head: say("report_file"),
			Columns: []Label{say("report_times"), say("report_value")}}
		for i, l := range lines {
			if i == 0 || l.CaseID != lines[i-1].CaseID {
				t.Rows = append(t.Rows, Row{word(l.FileReference), []Cell{{Unit: Count}, {Unit: Euro}}})
			}
			cells := t.Rows[len(t.Rows)-1].Cells
			cells[0].Value++
			cells[1].Value += int64(l.Amount)
		}
		out.Tables = []Table{t}
		return err
	})
	return out, err
}
