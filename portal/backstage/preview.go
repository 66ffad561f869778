// Package backstage is what the operator alone looks at: how each creditor's letters are worded,
// and in a demo the mails that were sent. It has no sign-in of its own; its listener is kept away
// from visitors.
package backstage

import (
	"bytes"
	_ "embed" // the pages and their style
	"html/template"
	"io"
	"net/http"
	"net/url"
	"strings"

	"quitt/debt"
	rules "quitt/debt/letter"
	"quitt/notifications"
	written "quitt/notifications/letter"
	"quitt/portal/text"
)

// Stage serves the pages.
type Stage struct {
	Letters written.Desk                  // without a press there is no preview
	Outbox  func() []notifications.Posted // nil: no such page
}

//go:embed operator.css
var css string

// policy lets the pages have their style and nothing else.
const policy = "default-src 'none'; style-src 'self'; img-src data:"

// Add adds the pages to those of the operator's listener.
func (s Stage) Add(mux *http.ServeMux) {
	AddStyle(mux)
	if s.Letters.Letterhead.Press != nil {
		s.preview(mux)
	}
	if s.Outbox != nil {
		mux.HandleFunc("GET /outbox", s.outbox)
	}
}

// AddStyle adds what the pages look like.
func AddStyle(mux *http.ServeMux) {
	mux.HandleFunc("GET /operator.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = io.WriteString(w, css)
	})
}

// The preview shows the operator how each creditor's letters are worded. Everybody in it is
// invented; it still stands on the operator's listener, where texts not sent yet belong.

//go:embed preview.html
var previewHTML string

var previewPage = template.Must(template.New("preview").Parse(previewHTML))

type previewView struct {
	*text.Catalogue

	Title     string
	Creditors []debt.Creditor
	Kinds     []rules.Kind
	Creditor  debt.Creditor
	Kind      rules.Kind
	Letter    *written.Preview // nil on the list
}

// T says a sentence that has no values.
func (v previewView) T(key string) string { return v.Text(key, nil) }

// Lang is the language of the page.
func (v previewView) Lang() string { return string(v.Language()) }

// Fields says what may stand in braces.
func (v previewView) Fields(names []string) string {
	return v.Text("preview_fields", debt.Args{"fields": "{" + strings.Join(names, "}, {") + "}"})
}

// Query names the letter.
func (v previewView) Query() template.URL {
	return template.URL(url.Values{"creditor": {v.Creditor.Code}, "kind": {string(v.Kind)}}.Encode()) //nolint:gosec // encoded just here
}

func (s Stage) preview(mux *http.ServeMux) {
	mux.HandleFunc("GET /letters", func(w http.ResponseWriter, r *http.Request) {
		v := newPreview(text.For(text.German))
		var err error
		if v.Creditors, err = s.Letters.Creditors(r.Context()); err != nil {
			refuse(w, v, err)
			return
		}
		v.Kinds = rules.Kinds()
		show(w, v)
	})
	mux.HandleFunc("GET /letters/preview", func(w http.ResponseWriter, r *http.Request) {
		v, err := s.chosen(r)
		if err == nil {
			var found written.Preview
			found, err = s.Letters.Look(r.Context(), v.Kind, v.Creditor)
			v.Letter = &found
		}
		if err != nil {
			refuse(w, v, err)
			return
		}
		show(w, v)
	})
	mux.HandleFunc("GET /letters/preview.pdf", func(w http.ResponseWriter, r *http.Request) {
		v, err := s.chosen(r)
		var pdf []byte
		if err == nil {
			pdf, err = s.Letters.Preview(r.Context(), v.Kind, v.Creditor)
		}
		if err != nil {
			refuse(w, v, err)
			return
		}
		w.Header().Set("Content-Type", "application/pdf")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(pdf)
	})
}

func newPreview(words *text.Catalogue) previewView {
	return previewView{Catalogue: words, Title: words.Text("preview_title", nil)}
}

// chosen finds the creditor and the kind that are asked for.
func (s Stage) chosen(r *http.Request) (previewView, error) {
	v := newPreview(text.For(text.German))
	v.Kind = rules.Kind(r.URL.Query().Get("kind"))
	list, err := s.Letters.Creditors(r.Context())
	for _, c := range list {
		if c.Code == r.URL.Query().Get("creditor") {
			v.Creditor = c
		}
	}
	switch {
	case err != nil:
		return v, err
	case v.Creditor.ID == "":
		return v, debt.E(debt.NotFound, "creditor_unknown", nil)
	case !v.Kind.Known():
		return v, debt.E(debt.NotFound, "letter_unknown", nil)
	}
	return v, nil
}

func show(w http.ResponseWriter, v previewView) {
	var page bytes.Buffer
	if err := previewPage.Execute(&page, v); err != nil {
		refuse(w, v, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", policy)
	_, _ = w.Write(page.Bytes())
}

func refuse(w http.ResponseWriter, v previewView, err error) {
	status := http.StatusServiceUnavailable
	switch debt.KindOf(err) {
	case debt.NotFound:
		status = http.StatusNotFound
	case debt.Invalid:
		status = http.StatusUnprocessableEntity
	}
	http.Error(w, v.Error(err), status)
}
