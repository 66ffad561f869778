package upload_test

import (
	"bytes"
	"image/jpeg"
	"strings"
	"testing"

	"quitt/cases/upload/raster"
	"quitt/store"
	"quitt/store/documents"
	"quitt/store/storetest"
)

// Staff see pixels of a PDF; where nothing can draw it, its bare pages.
func TestPDFsAreDrawn(t *testing.T) {
	drawing := raster.Find("pdftoppm")
	if drawing == nil {
		t.Fatal("pdftoppm (scripts/with-printing brings it) is missing")
	}
	for name, c := range map[string]struct {
		with *raster.Tool
		kind documents.Kind
		log  string
	}{
		"drawn":                       {drawing, documents.JPEG, ""},
		"without the program":         {nil, documents.PDF, ""},
		"a program that always fails": {raster.Find("false"), documents.PDF, "could not be drawn"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
			w.Raster = c.with
			doc := w.take("beleg.pdf", page(canary))
			w.scan()
			got, made, err := w.Preview(t.Context(), w.from.Creditor, w.from.Case, doc.ID)
			w.must(err)
			if _, err := jpeg.Decode(bytes.NewReader(made)); got.PreviewKind != c.kind || (err == nil) != (c.kind == documents.JPEG) {
				t.Errorf("%s: %v", got.PreviewKind, err)
			}
			if strings.Contains(string(made), "evil.example") || !strings.Contains(w.log.String(), c.log) || strings.Contains(w.log.String(), "beleg") {
				t.Errorf("%s", w.log)
			}
		})
	}
}
