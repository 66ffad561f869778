package seed

import (
	"context"

	"quitt/cases"
	"quitt/cases/signin"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	written "quitt/notifications/letter"
	"quitt/portal/text"
)

// Ways finds one link and one code for each kind of case.
type Ways struct {
	Cases   cases.Desk
	Signin  signin.Desk
	Words   *text.Catalogue
	Portal  string                     // where debtors open it
	Printed map[debt.ID]written.Access // what the letters open
	Owner   func(ctx context.Context, creditor, reference string) (debt.Creditor, debt.ID, error)
}

// Rows lists them with the second datum that belongs to each: that of its letter, else a new one.
// What was printed by an earlier demo stops working then: a new letter voids the old one.
func (d Ways) Rows(ctx context.Context, today debt.Date) ([][]string, error) {
	w := d.Words
	rows := [][]string{{w.Text("demo_case", nil), w.Text("demo_second", nil), w.Text("demo_code", nil), w.Text("demo_link", nil)}}
	for i := range Shown {
		creditor, id, err := d.Owner(ctx, Creditors()[i%3].Code, Reference(i%3, i))
		if err != nil {
			return nil, err
		}
		record, err := d.Cases.Statement(ctx, creditor.ID, id, today)
		if err != nil {
			return nil, err
		}
		if record.Case.Review != debt.ReviewAccepted {
			continue // no letter has gone out
		}
		a, known := d.Printed[id]
		if !known {
			l, err := d.Signin.Issue(ctx, creditor.ID, id)
			if err != nil {
				return nil, err
			}
			a.Code, a.Link = l.Code, d.Portal+"/#"+l.Token.Plain()
		}
		rows = append(rows, []string{shown.Status(w, record.Case), second(w, record.Debtor), a.Code.Grouped(), a.Link})
	}
	return rows, nil
}

// second names the datum that opens everything.
func second(w *text.Catalogue, d debt.Debtor) string {
	if born, err := debt.ParseDate(d.BirthOn.Reveal()); err == nil {
		return w.Text("demo_born", debt.Args{"day": born})
	}
	if d.Kind == debt.Company {
		return w.Text("demo_number", debt.Args{"number": d.CustomerNumber.Reveal()})
	}
	return w.Text("demo_mailed", debt.Args{"postcode": d.Postcode.Reveal()})
}
