package backstage

import (
	"bytes"
	"html/template"
	"slices"
	"time"

	"quitt/debt"
	rules "quitt/debt/letter"
	"quitt/notifications"
	written "quitt/notifications/letter"
	"quitt/portal/page"
	"quitt/portal/text"
)

// Samples shows the pages of this room. They speak German to an operator, and English here to
// whoever reads no German.
func Samples() []page.Sample {
	at := time.Date(2026, time.November, 22, 9, 20, 11, 0, time.UTC)
	mails := []notifications.Posted{
		{At: at, To: "aylin.mustermann@posteo.example", Subject: "Ihr Code für das Portal", Text: "Guten Tag,\n\nIhr Code: 7K3M-Q9XR. Er gilt 15 Minuten.\n\nBeispiel Inkasso GmbH"},
		{At: at.Add(-time.Hour), To: "maximilian-alexander.oberschlettenbach-wolkenstein@rechtsabteilung.example", Subject: "Neues zu Ihrem Vorgang",
			Text: "https://portal.example/verwaltung/einladung?weiter=Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"}}
	outbox := func(name string, list []notifications.Posted) page.Sample {
		return sample("outbox"+name, outboxPage, func(w *text.Catalogue) (any, error) { return newOutbox(w, list), nil })
	}
	preview := func(name string, change func(*previewView) error) page.Sample {
		return sample("preview"+name, previewPage, func(w *text.Catalogue) (any, error) {
			v := newPreview(w)
			err := change(&v)
			return v, err
		})
	}
	lindner := debt.Creditor{Code: "praxis-lindner", Name: "Zahnarztpraxis Dr. Miriam Lindner"}
	return []page.Sample{
		outbox("", mails), outbox("-empty", nil),
		preview("", func(v *previewView) error {
			v.Kinds = rules.Kinds()
			v.Creditors = []debt.Creditor{lindner, {Code: "wbg", Name: "Gemeinnützige Wohnungsbaugenossenschaft Köln-Ehrenfeld e. G."}}
			return nil
		}),
		preview("-empty", func(*previewView) error { return nil }),
		preview("-letter", func(v *previewView) (err error) {
			v.Creditor, v.Kind = lindner, rules.FirstNotice
			v.Letter = &written.Preview{Blocks: make([]written.PreviewBlock, 2)}
			first, last := &v.Letter.Blocks[0], &v.Letter.Blocks[1]
			first.Name, first.Fields, first.Text = "opening", []string{"creditor", "object"}, "{creditor} hat uns beauftragt."
			last.Name, last.Own, last.Text = "closing", true, "Wir helfen Ihnen gern."
			v.Letter.Problems = slices.Grow(v.Letter.Problems, 1)[:1] // the type is of another room
			v.Letter.Problems[0].Block, v.Letter.Problems[0].Err = "closing", debt.E(debt.Invalid, "words_too_long", debt.Args{"most": 400})
			v.Letter.Document, err = written.Sample(v.Kind)
			return err
		}),
	}
}

func sample(name string, t *template.Template, view func(*text.Catalogue) (any, error)) page.Sample {
	return page.Sample{Name: "operator-" + name, HTML: func(w *text.Catalogue) ([]byte, error) {
		if w.Language() != text.German {
			w = text.For(text.English)
		}
		var out bytes.Buffer
		v, err := view(w)
		if err == nil {
			err = t.Execute(&out, v)
		}
		return out.Bytes(), err
	}}
}
