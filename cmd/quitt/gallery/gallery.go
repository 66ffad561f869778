// Package gallery shows every page in every state with invented data.
package gallery

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"net"
	"net/http"
	"slices"
	"time"

	"quitt/portal/backstage"
	"quitt/portal/creditor"
	"quitt/portal/debtor"
	"quitt/portal/debtor/contact"
	"quitt/portal/debtor/instalments"
	"quitt/portal/debtor/mandate"
	"quitt/portal/debtor/method"
	"quitt/portal/debtor/paperwork"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/static"
)

// Listed is one page as /index.json names it.
type Listed struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

var sampleIndex = template.Must(template.New("index").Parse(`<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>quitt pages</title><h1>quitt pages</h1>
<table>{{range $s := .Samples}}<tr><th align="left">{{$s.Name}}</th>{{range $.Languages}}<td><a href="{{$s.Path}}?lang={{.}}">{{.}}</a></td>{{end}}</tr>
{{end}}</table></html>
`))

// Serve shows them at an address, which it tells, until ctx ends.
func Serve(ctx context.Context, listen string, tell func(address string)) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: Handler(), ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	tell("http://" + listener.Addr().String() + "/")
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Handler answers with the samples under the policy the real server sends, so that a
// page that breaks it is seen here.
func Handler() http.Handler {
	samples := slices.Concat(debtor.Samples(), instalments.Samples(), method.Samples(), mandate.Samples(), paperwork.Samples(), contact.Samples(), page.Samples(), creditor.Samples(), backstage.Samples())
	var index []Listed
	mux := http.NewServeMux()
	for _, s := range samples {
		index = append(index, Listed{s.Name, "/" + s.Name})
		mux.HandleFunc("GET /"+s.Name, func(w http.ResponseWriter, r *http.Request) {
			html, err := s.HTML(text.For(text.Language(r.URL.Query().Get("lang"))))
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			h := w.Header()
			h.Set("Content-Type", "text/html; charset=utf-8")
			h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
				"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'")
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(html))
		})
	}
	backstage.AddStyle(mux)
	mux.HandleFunc("GET /index.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(index) // a reader that went away is no mistake of ours
	})
	mux.HandleFunc("GET /akte/zahlung/stand", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream") // nothing ever changes here
		_, _ = w.Write([]byte("retry: 86400000\n\n"))       // a reader that went away is no mistake of ours
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		_ = sampleIndex.Execute(w, struct {
			Samples   []Listed
			Languages []text.Language
		}{index, text.Languages()})
	})
	mux.HandleFunc("GET "+static.Prefix, func(w http.ResponseWriter, r *http.Request) {
		f, ok := static.Find(r.URL.Path)
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", f.Type)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.Body))
	})
	return mux
}
