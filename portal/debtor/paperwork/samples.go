package paperwork

import (
	"time"

	"quitt/debt"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store/documents"
)

// Samples shows the page in its states.
func Samples() []page.Sample {
	at := time.Date(2026, time.November, 20, 9, 0, 0, 0, time.UTC)
	held := []documents.Document{
		{ID: "0193561e-0000-7000-8000-000000000001", Name: "Überweisung März.pdf", Kind: documents.PDF, Bytes: 183_400, State: documents.Unscanned, UploadedAt: at},
		{ID: "0193561e-0000-7000-8000-000000000002", Name: "IMG_2041.jpg", Kind: documents.JPEG, Bytes: 3_912_004, State: documents.Quarantine, UploadedAt: at},
		{ID: "0193561e-0000-7000-8000-000000000003", Name: "rechnung.pdf", Kind: documents.PDF, Bytes: 80_000, State: documents.Infected, UploadedAt: at},
	}
	sample := func(name string, list []documents.Document, back string, results func(*text.Catalogue) []Result) page.Sample {
		return page.Sample{Name: "documents-" + name, HTML: func(w *text.Catalogue) ([]byte, error) {
			b := page.SampleBase(w, here)
			b.CSRF = "invented"
			return listHTML.HTML(newView(b, list, results(b.Whole().Words), back))
		}}
	}
	none := func(*text.Catalogue) []Result { return nil }
	return []page.Sample{
		sample("none", nil, "", none), sample("some", held, "", none),
		sample("taken", held[:1], "/akte/einwand", func(*text.Catalogue) []Result { return []Result{{Name: "Überweisung März.pdf"}} }),
		sample("refused", held[:1], "", func(w *text.Catalogue) []Result {
			return []Result{{Name: "Überweisung März.pdf"}, {Name: "bericht.docx", Refusal: w.Error(debt.E(debt.Invalid, "upload_kind", nil))},
				{Name: "halb.jpg", Refusal: w.Error(debt.E(debt.Invalid, "upload_broken", nil))}}
		}),
	}
}
