package intake

import (
	"time"

	"quitt/cases"
	"quitt/cases/intake"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	kept "quitt/store/intake"
)

func sampleWork(state kept.State) intake.Work {
	names := []string{"Rechnungsnr", "Kunde", "Strasse", "PLZ", "Ort", "Betrag", "Bestelldatum", "Zahlbar bis"}
	w := intake.Work{
		Job: kept.Job{ID: "0193b5e0-0000-7000-8000-000000000001", State: state, Name: "offene-posten-november.csv", Rows: 1000,
			MadeAt: time.Date(2026, 11, 22, 9, 12, 0, 0, debt.Berlin), Counts: kept.Counts{Read: 1000, New: 985, Unchanged: 12, Faulty: 3}},
		Head: cases.Head{Delimiter: ";", Names: names, Rows: [][]string{
			{"R-26-0112", "Jürgen Großmann", "Lindenstraße 12", "01067", "Dresden", "480,00", "12.01.2026", "02.03.2026"},
			{"R-26-0113", "Ayşe Yıldırım", "Weißenburger Straße 5b", "50670", "Köln", "1.234,56", "03.11.2025", "15.12.2025"},
		}},
		List: []cases.Problem{
			{Row: 14, Column: "PLZ", Value: "1067", Err: debt.E(debt.Invalid, "postcode_invalid", nil)},
			{Row: 208, Column: "Betrag", Value: "1.234", Err: debt.E(debt.Invalid, "amount_invalid", debt.Args{"value": "1.234"})},
			{Row: 731, Column: "Zahlbar bis", Value: "", Err: debt.E(debt.Invalid, "due_missing", nil)},
		},
	}
	w.Mapping = intake.Guess(w.Head)
	switch state {
	case kept.Running, kept.Stopped:
		w.Counts = kept.Counts{Read: 500, New: 491, Unchanged: 8, Faulty: 1}
		w.List = w.List[:1]
	case kept.Draft:
		w.Counts, w.List = kept.Counts{}, nil
	}
	return w
}

// Samples shows every page of this room.
func Samples() []page.Sample {
	table := func(state kept.State, asks bool, mistake error) func(*text.Catalogue) ([]byte, error) {
		return func(w *text.Catalogue) ([]byte, error) {
			v := newTable(room.SampleScene(w, staff.Clerk), sampleWork(state), asks)
			if mistake != nil {
				v.Frame, v.Mistake = v.Fails(), w.Error(mistake)
			}
			return tableHTML.HTML(v)
		}
	}
	form := func(view func(room.Scene) FormPage) func(*text.Catalogue) ([]byte, error) {
		return func(w *text.Catalogue) ([]byte, error) {
			v := view(room.SampleScene(w, staff.Clerk))
			return formHTML.HTML(v)
		}
	}
	upload := func(bill bool, mistake error) func(*text.Catalogue) ([]byte, error) {
		return func(w *text.Catalogue) ([]byte, error) {
			v := uploadPage(room.SampleScene(w, staff.Clerk), bill)
			if mistake != nil {
				v.Frame, v.Mistake = v.Fails(), w.Error(mistake)
			}
			return uploadHTML.HTML(v)
		}
	}
	missing := debt.E(debt.Invalid, "intake_columns_missing", debt.Args{"columns": "Forderungsgrund, Gegenstand"})
	return []page.Sample{
		room.Sample("intake-overview", func(w *text.Catalogue) ([]byte, error) {
			var jobs []kept.Job
			for _, state := range []kept.State{kept.Running, kept.Checked, kept.Draft, kept.Done, kept.Stopped} {
				jobs = append(jobs, sampleWork(state).Job)
			}
			return overviewHTML.HTML(overview(room.SampleScene(w, staff.Clerk), jobs))
		}),
		room.Sample("intake-empty", func(w *text.Catalogue) ([]byte, error) {
			v := overview(room.SampleScene(w, staff.Clerk), nil)
			v.Frame, v.Gone = v.Fails(), true
			return overviewHTML.HTML(v)
		}),
		room.Sample("intake-form", form(func(s room.Scene) FormPage { return newForm(s, map[string]string{"country": "DE"}, nil) })),
		room.Sample("intake-form-wrong", form(func(s room.Scene) FormPage {
			values := map[string]string{"last_name": "Großmann", "postcode": "1067", "principal": "1.234", "email": "j.grossmann"}
			v := newForm(s, values, cases.ReadFields(values, s.Creditor, s.Today).Problems)
			v.Frame = v.Fails()
			return v
		})),
		room.Sample("intake-form-done", form(func(s room.Scene) FormPage {
			v := newForm(s, nil, nil)
			v.Done = "2026-000417"
			return v
		})),
		room.Sample("intake-bill-read", form(func(s room.Scene) FormPage { return billed(s, intake.SampleDraft()) })),
		room.Sample("intake-file", upload(false, nil)),
		room.Sample("intake-bill", upload(true, debt.E(debt.Invalid, "intake_pdf_bare", nil))),
		room.Sample("intake-map", table(kept.Draft, true, nil)),
		room.Sample("intake-map-wrong", table(kept.Draft, true, missing)),
		room.Sample("intake-checked", table(kept.Checked, false, nil)),
		room.Sample("intake-running", table(kept.Running, false, nil)),
		room.Sample("intake-done", table(kept.Done, false, nil)),
	}
}
