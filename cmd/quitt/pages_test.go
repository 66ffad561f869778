package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"quitt/cmd/quitt/gallery"
	"quitt/portal/text"
)

func TestPagesServesEverySampleInEveryLanguage(t *testing.T) {
	h := gallery.Handler()
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	var index []gallery.Listed
	if err := json.Unmarshal(get("/index.json").Body.Bytes(), &index); err != nil {
		t.Fatal(err)
	}
	if len(index) < 70 {
		t.Fatalf("%d samples", len(index))
	}
	home, asset := get("/").Body.String(), regexp.MustCompile(`/static/[^"]+`)
	for _, s := range index {
		if !strings.Contains(home, `"`+s.Path+`?lang=de"`) {
			t.Errorf("the index lacks %s", s.Path)
		}
		for _, lang := range text.Languages() {
			w := get(s.Path + "?lang=" + string(lang))
			if w.Code != http.StatusOK || w.Header().Get("Content-Security-Policy") == "" {
				t.Errorf("%s %s answers %d", s.Path, lang, w.Code)
			}
			for _, path := range asset.FindAllString(w.Body.String(), -1) {
				if got := get(path); got.Code != http.StatusOK || got.Header().Get("Content-Type") == "" {
					t.Errorf("%s loads %s: %d", s.Path, path, got.Code)
				}
			}
		}
	}
	for _, path := range []string{"/nope", "/static/x/quitt.css"} {
		if w := get(path); w.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", path, w.Code)
		}
	}
}

func TestPagesEndsWhenToldTo(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	var out bytes.Buffer
	m := &Main{Out: &out, Err: &out}
	if code := m.Run(ctx, []string{"pages"}); code == exitUsage {
		t.Errorf("exit %d: %s", code, out.String())
	}
}
