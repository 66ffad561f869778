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

// within puts a page into the window a clerk has, with the parts that lie beside this room.
func within(f *room.Frame) {
	f.Nav = []room.Way{
		{Path: room.Home, Name: f.Words.Text("staff_nav_home", nil)},
		{Path: room.Home + "/akten", Name: f.Words.Text("staff_nav_cases", nil)},
		{Path: here, Name: f.Words.Text("staff_nav_intake", nil), Current: true},
	}
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
			within(&v.Frame)
			if mistake != nil {
				v.Frame, v.Mistake = v.Frame.Fails(), w.Error(mistake)
			}
			return tableHTML.HTML(v)
		}
	}
	form := func(make func(room.Scene) FormPage) func(*text.Catalogue) ([]byte, error) {
		return func(w *text.Catalogue) ([]byte, error) {
			v := make(sampleScene(w))
			within(&v.Frame)
			return formHTML.HTML(v)
		}
	}
	upload := func(bill bool, mistake error) func(*text.Catalogue) ([]byte, error) {
		return func(w *text.Catalogue) ([]byte, error) {
			v := uploadPage(sampleScene(w), bill)
			within(&v.Frame)
			if mistake != nil {
				v.Frame, v.Mistake = v.Frame.Fails(), w.Error(mistake)
			}
			return uploadHTML.HTML(v)
		}
	}
	missing := debt.E(debt.Invalid, "intake_columns_missing", debt.Args{"columns": "Forderungsgrund, Gegenstand"})
	return []page.Sample{
		{Name: "intake-overview", HTML: func(w *text.Catalogue) ([]byte, error) {
			var jobs []kept.Job
			for _, state := range []kept.State{kept.Running, kept.Checked, kept.Draft, kept.Done, kept.Stopped} {
				jobs = append(jobs, sampleWork(state).Job)
			}
			v := overview(sampleScene(w), jobs)
			within(&v.Frame)
			return overviewHTML.HTML(v)
		}},
		{Name: "intake-empty", HTML: func(w *text.Catalogue) ([]byte, error) {
			v := overview(sampleScene(w), nil)
			v.Frame, v.Gone = v.Frame.Fails(), true
			within(&v.Frame)
			return overviewHTML.HTML(v)
		}},
		{Name: "intake-form", HTML: form(func(s room.Scene) FormPage { return newForm(s, map[string]string{"country": "DE"}, nil) })},
		{Name: "intake-form-wrong", HTML: form(func(s room.Scene) FormPage {
			values := map[string]string{"last_name": "Großmann", "postcode": "1067", "principal": "1.234", "email": "j.grossmann"}
			v := newForm(s, values, cases.ReadFields(values, s.Creditor, s.Today).Problems)
			v.Frame = v.Frame.Fails()
			return v
		})},
		{Name: "intake-form-done", HTML: form(func(s room.Scene) FormPage {
			v := newForm(s, nil, nil)
			v.Done = "2026-000417"
			return v
		})},
		{Name: "intake-bill-read", HTML: form(func(s room.Scene) FormPage { return billed(s, intake.SampleDraft()) })},
		{Name: "intake-file", HTML: upload(false, nil)},
		{Name: "intake-bill", HTML: upload(true, debt.E(debt.Invalid, "intake_pdf_bare", nil))},
		{Name: "intake-map", HTML: table(kept.Draft, true, nil)},
		{Name: "intake-map-wrong", HTML: table(kept.Draft, true, missing)},
		{Name: "intake-checked", HTML: table(kept.Checked, false, nil)},
		{Name: "intake-running", HTML: table(kept.Running, false, nil)},
		{Name: "intake-done", HTML: table(kept.Done, false, nil)},
	}
}
