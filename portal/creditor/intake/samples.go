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

// sampleScene is that of a clerk in a small practice.
func sampleScene(w *text.Catalogue) room.Scene {
	at := time.Date(2026, 11, 22, 9, 30, 0, 0, debt.Berlin)
	b := page.SampleBase(w, here)
	b.SignedIn, b.CSRF = true, "sample"
	return room.Scene{Base: b.Whole(), Role: staff.Clerk, Member: staff.Member{Name: "Eva Klamm"}, Creditor: debt.Creditor{Name: "Praxis Dr. Lindner"}, Now: at, Today: debt.DateIn(at, debt.Berlin)}
}

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
	if state == kept.Running {
		w.Counts = kept.Counts{Read: 500, New: 491, Unchanged: 8, Faulty: 1}
		w.List = w.List[:1]
	}
	return w
}

// Samples shows every page of this room.
func Samples() []page.Sample {
	table := func(state kept.State, asks bool, mistake error) func(*text.Catalogue) ([]byte, error) {
		return func(w *text.Catalogue) ([]byte, error) {
			v := newTable(sampleScene(w), sampleWork(state), asks)
			if mistake != nil {
				v.Frame, v.Mistake = v.Frame.Fails(), w.Error(mistake)
			}
			return tableHTML.HTML(v)
		}
	}
	missing := debt.E(debt.Invalid, "intake_columns_missing", debt.Args{"columns": "Forderungsgrund, Gegenstand"})
	return []page.Sample{
		{Name: "intake-overview", HTML: func(w *text.Catalogue) ([]byte, error) {
			var jobs []kept.Job
			for _, state := range []kept.State{kept.Running, kept.Checked, kept.Draft, kept.Done, kept.Stopped} {
				jobs = append(jobs, sampleWork(state).Job)
			}
			return overviewHTML.HTML(overview(sampleScene(w), jobs))
		}},
		{Name: "intake-empty", HTML: func(w *text.Catalogue) ([]byte, error) {
			v := overview(sampleScene(w), nil)
			v.Frame, v.Gone = v.Frame.Fails(), true
			return overviewHTML.HTML(v)
		}},
		{Name: "intake-form", HTML: func(w *text.Catalogue) ([]byte, error) {
			return formHTML.HTML(newForm(sampleScene(w), map[string]string{"country": "DE"}, nil))
		}},
		{Name: "intake-form-wrong", HTML: func(w *text.Catalogue) ([]byte, error) {
			s := sampleScene(w)
			values := map[string]string{"last_name": "Großmann", "postcode": "1067", "principal": "1.234", "email": "j.grossmann"}
			v := newForm(s, values, cases.ReadFields(values, s.Creditor, s.Today).Problems)
			v.Frame = v.Frame.Fails()
			return formHTML.HTML(v)
		}},
		{Name: "intake-form-done", HTML: func(w *text.Catalogue) ([]byte, error) {
			v := newForm(sampleScene(w), nil, nil)
			v.Done = "2026-000417"
			return formHTML.HTML(v)
		}},
		{Name: "intake-file", HTML: func(w *text.Catalogue) ([]byte, error) {
			return uploadHTML.HTML(uploadPage(sampleScene(w), false))
		}},
		{Name: "intake-bill", HTML: func(w *text.Catalogue) ([]byte, error) {
			v := uploadPage(sampleScene(w), true)
			v.Frame, v.Mistake = v.Frame.Fails(), w.Error(debt.E(debt.Invalid, "intake_pdf_bare", nil))
			return uploadHTML.HTML(v)
		}},
		{Name: "intake-bill-read", HTML: func(w *text.Catalogue) ([]byte, error) {
			return formHTML.HTML(billed(sampleScene(w), intake.SampleDraft()))
		}},
		{Name: "intake-map", HTML: table(kept.Draft, true, nil)},
		{Name: "intake-map-wrong", HTML: table(kept.Draft, true, missing)},
		{Name: "intake-checked", HTML: table(kept.Checked, false, nil)},
		{Name: "intake-running", HTML: table(kept.Running, false, nil)},
		{Name: "intake-done", HTML: table(kept.Done, false, nil)},
	}
}
