package intake

import (
	"github.com/gofiber/fiber/v2"

	"quitt/cases"
	"quitt/cases/intake"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
)

// FormPage asks for one claim, or says what became of it.
type FormPage struct {
	room.Frame

	Groups   []Group
	Mistakes []Mistake // in the order of the fields
	Notes    []string  // what an invoice leaves open
	Bill     *Bill
	// Done is the file reference of what was handed over; Again says that it had been before.
	Done  string
	Again bool
}

// Mistake leads to a field.
type Mistake struct{ Field, Label, Said string }

// Bill is what is shown of an invoice beside the form.
type Bill struct {
	Number, Seller, Terms string
	Gross, Prepaid        string
	Rates                 []string
}

var formHTML = room.New[FormPage](files, "form.html")

func newForm(s room.Scene, values map[string]string, problems []cases.Problem) FormPage {
	v := FormPage{Frame: s.Frame(formPath)}
	mistakes := map[string]string{}
	for _, p := range problems {
		if mistakes[p.Column] == "" {
			mistakes[p.Column] = s.Base.Words.Error(p.Err)
		}
	}
	v.Groups = filled(groups(s.Base.Words), values, mistakes)
	for _, g := range v.Groups {
		for _, f := range g.Fields {
			if f.Mistake != "" {
				v.Mistakes = append(v.Mistakes, Mistake{f.Name, f.Label, f.Mistake})
			}
		}
	}
	if whole := mistakes[""]; whole != "" {
		v.Mistakes = append(v.Mistakes, Mistake{Said: whole})
	}
	return v
}

// Form is the empty form.
func (p Pages) Form(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		return formHTML.Write(c, fiber.StatusOK, newForm(s, map[string]string{"country": "DE"}, nil))
	})
}

// HandOver takes the claim in, or says everything that is wrong at once. Sent twice it is one.
func (p Pages) HandOver(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		values := map[string]string{}
		for _, field := range cases.Fields() {
			values[field.Name] = f.Get(field.Name)
		}
		row := cases.ReadFields(values, s.Creditor, s.Today)
		report, reference, err := p.Desk.Cases.HandOver(c.UserContext(), row, cases.ImportOptions{Creditor: s.Creditor})
		if err != nil {
			return err
		}
		v := newForm(s, values, report.Problems)
		if report.Faulty > 0 {
			v.Frame = v.Fails()
			return formHTML.Write(c, fiber.StatusUnprocessableEntity, v)
		}
		v.Done, v.Again = reference, report.Unchanged > 0
		return formHTML.Write(c, fiber.StatusOK, v)
	})
}

// Bill reads an invoice into the form and names what is missing. Nothing is kept of it.
func (p Pages) Bill(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.Act, func(s room.Scene) error {
		_, content, err := sent(c)
		var d intake.Draft
		if err == nil {
			d, err = intake.ReadInvoice(content)
		}
		if err != nil {
			return p.upload(c, s, true, err)
		}
		return formHTML.Write(c, fiber.StatusOK, billed(s, d))
	})
}

func billed(s room.Scene, d intake.Draft) FormPage {
	row := cases.ReadFields(d.Fields, s.Creditor, s.Today)
	v := newForm(s, d.Fields, row.Problems)
	for _, n := range d.Notes {
		v.Notes = append(v.Notes, s.Base.Words.Error(n))
	}
	i := d.Invoice
	v.Bill = &Bill{Number: i.Number, Seller: i.Seller.Name, Terms: i.Terms}
	if i.Gross > 0 {
		v.Bill.Gross = s.Base.Cents(debt.Cents(i.Gross))
	}
	if i.Prepaid > 0 {
		v.Bill.Prepaid = s.Base.Cents(debt.Cents(i.Prepaid))
	}
	for _, t := range i.Taxes {
		v.Bill.Rates = append(v.Bill.Rates, s.Base.Words.Text("intake_bill_rate", debt.Args{
			"rate": debt.BasisPoints(t.Rate), "base": debt.Cents(t.Base), "tax": debt.Cents(t.Amount)})) //nolint:gosec // a rate of percent
	}
	return v
}
