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

// mostInFile is how many stand in a file.
const mostInFile = 10_000

// PaidOut is the kind of the list of payouts as a file.
const PaidOut Kind = "payouts"

// PayoutList is what was paid out on days, by persons and by providers, as it is written to a file:
// summed by source, and one by one.
func (d Desk) PayoutList(ctx context.Context, c debt.Creditor, from, to debt.Date) (Report, error) {
	p, err := d.payouts(ctx, c.ID, [2]debt.Date{from, to}, mostInFile)
	if err == nil && p.More {
		err = debt.E(debt.Invalid, "report_period", nil)
	}
	if err != nil {
		return Report{}, err
	}
	out := Report{Query: Query{Kind: PaidOut, Scope: rollups.Scope{By: rollups.All, From: from, To: to}}, Creditor: c, CutOff: d.Now()}
	sources := Table{Title: say("report_remit_sources"), Note: say("report_remit_note"), Head: say("report_remit_source"), Columns: []Label{say("report_count"), say("report_value")}}
	list := Table{Title: say("report_remit_list"), Note: say("report_remit_list_note"), Head: say("report_remit_what"), Columns: []Label{say("report_remit_no"), say("report_value")}}
	at := map[string]int{}
	for _, m := range p.List {
		i, known := at[m.Source]
		if !known {
			i = len(sources.Rows)
			at[m.Source] = i
			sources.Rows = append(sources.Rows, Row{word(m.Source), []Cell{{Unit: Count}, {Unit: Euro}}})
		}
		sources.Rows[i].Cells[0].Value++
		sources.Rows[i].Cells[1].Value += int64(m.Amount)
		list.Rows = append(list.Rows, Row{Label{Key: "report_remit_row", Args: debt.Args{"on": m.PaidOn, "source": m.Source, "reference": m.Reference}},
			[]Cell{{Unit: Count, Value: m.Number, None: m.Number == 0}, {Unit: Euro, Value: int64(m.Amount)}}})
	}
	out.Tables = []Table{sources, list}
	return out, nil
}

// Payouts reads what was collected and paid out.
func (d Desk) Payouts(ctx context.Context, creditor debt.ID, from, to debt.Date) (Payouts, error) {
	return d.payouts(ctx, creditor, [2]debt.Date{from, to}, MostPayouts)
}

func (d Desk) payouts(ctx context.Context, creditor debt.ID, days [2]debt.Date, most int) (out Payouts, err error) {
	from, to := days[0], days[1]
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
		out.List, err = remittances.List(r, from, to, most+1)
		return err
	})
	if out.More = len(out.List) > most; out.More {
		out.List = out.List[:most]
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
		out.Tables = []Table{account(remittances.SumOf(lines)), t}
		return err
	})
	return out, err
}

// account is how the sum of a remittance comes about: what is agreed for collecting stands apart,
// and what of it is given back for payments that went back.
func account(s remittances.Sums) Table {
	t := Table{Title: say("report_remit_account"), Note: say("report_remit_account_note"), Head: say("report_remit_item"), Columns: []Label{say("report_value")}}
	for _, x := range []struct {
		item   string
		amount debt.Cents
		always bool
	}{
		{"report_remit_in", s.Came, true}, {"report_remit_back", s.Back, false}, {"report_remit_fee", -s.Fee, false}, {"report_remit_vat", -s.VAT, false},
		{"report_remit_fee_back", -s.FeeBack, false}, {"report_remit_vat_back", -s.VATBack, false}, {"report_remit_out", s.Paid, true},
	} {
		if x.always || x.amount != 0 {
			t.Rows = append(t.Rows, Row{say(x.item), []Cell{{Unit: Euro, Value: int64(x.amount)}}})
		}
	}
	return t
}
