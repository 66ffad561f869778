package portal

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"quitt/cases/upload"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/blobs"
	"quitt/store/documents"
	"quitt/store/vault"
)

// onePage is a PDF that says one thing.
func onePage(says string) []byte {
	draw := "BT (" + says + ") Tj ET"
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"+
		"3 0 obj <</Type/Page/Parent 2 0 R/Contents 4 0 R>> endobj\n4 0 obj <</Length %d>> stream\n%s\nendstream endobj\ntrailer <</Root 1 0 R>>\n%%%%EOF\n", len(draw), draw)
}

func (w *world) openPapers(at string) {
	folder, err := blobs.NewFolder(at)
	w.must(err)
	v, err := vault.New([][]byte{bytes.Repeat([]byte{8}, 32)})
	w.must(err)
	w.folder, w.exports = at, w.t.TempDir()
	w.papers = &upload.Desk{Store: w.store, Blobs: folder, Vault: v, Now: w.clock.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

// handIn gives every case a document whose name and content occur nowhere else.
func (w *world) handIn() {
	w.openPapers(w.t.TempDir())
	ctx := context.Background()
	w.each(func(f *dossier) {
		d, err := w.papers.Take(ctx, upload.Sender{Creditor: f.of.ID, Case: f.caseID, By: debt.Actor{Kind: "debtor"}},
			f.mark("DocumentName")+".pdf", onePage(f.mark("DocumentText")))
		w.must(err)
		f.document = d.ID
		w.zoo.word(f.of, f, inFull, f.mark("DocumentName"), f.mark("DocumentText"), string(d.ID))
		w.zoo.word(f.of, f, never, d.SHA256, d.Blob, d.DataKey)
	})
	for _, k := range w.tenants {
		_, err := w.papers.Scan(ctx, k.ID)
		w.must(err)
	}
}

// documentsOfOthers asks for every document as everybody: those of another case are no
// different from what does not exist.
func (st *watched) documentsOfOthers(t *testing.T) {
	t.Helper()
	var ids []debt.ID
	st.each(func(f *dossier) { ids = append(ids, f.document) })
	for _, r := range st.roles {
		missing := st.byID(r, string(store.NewID()))
		for _, id := range ids {
			a := st.byID(r, string(id))
			switch own := r.living() && r.tier == access.FullView && r.file.document == id; {
			case !own && a.String() != missing.String():
				st.fault("/akte/anlage as %s: the document of another: %s", r.name, difference(missing.String(), a.String()))
			case own && (a.status != 200 || !strings.Contains(a.body, r.file.mark("DocumentText"))):
				st.fault("/akte/anlage as %s: the own document is answered %d", r.name, a.status)
			case own:
				st.harmless(a)
			}
		}
		for _, odd := range []string{"", "x", "'", "../../etc/passwd", strings.Repeat("9", 5000)} {
			if a := st.byID(r, odd); a.status == 200 || a.status >= 500 {
				st.fault("/akte/anlage as %s: id %.20q is answered %d", r.name, odd, a.status)
			}
		}
	}
}

func (st *watched) byID(r *role, id string) told {
	return st.ask(probe{role: r, method: http.MethodGet, path: "/akte/anlage", query: url.Values{"id": {id}}, note: "id"})
}

// harmless: a document made by a stranger is saved, not shown.
func (st *watched) harmless(a told) {
	for name, want := range map[string]string{"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff",
		"Content-Type": "application/pdf", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store"} {
		if got := a.raw.Get(name); got != want {
			st.fault("/akte/anlage: %s is %q", name, got)
		}
	}
	if got := a.raw.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment;") {
		st.fault("/akte/anlage: it is shown: %q", got)
	}
}

// sent is a form with files as a browser makes it.
func sent(csrf string, names []string, contents ...[]byte) (body *bytes.Buffer, kind string) {
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	_ = w.WriteField("csrf", csrf)
	_ = w.WriteField("back", "/akte/einwand")
	for i, name := range names {
		p, _ := w.CreateFormFile("files", name) // a buffer takes everything
		_, _ = p.Write(contents[i])
	}
	_ = w.Close()
	return body, w.FormDataContentType()
}

// uploads sends files as somebody.
func (st *watched) uploads(t *testing.T, session, csrf string, body io.Reader, kind string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, st.url+"/akte/anlagen", body)
	st.must(err)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if session != "" {
		r.Header.Set("Cookie", "sid="+session)
	}
	res, err := st.client.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = res.Body.Close() }()
	page, err := io.ReadAll(res.Body)
	st.must(err)
	return res.StatusCode, string(page)
}

func TestFilesAreTakenEachByItself(t *testing.T) {
	w := sqlWorld(t)
	st := watch(t, w, nil)
	full, letter, ended := w.role("full view"), w.role("letter view"), w.role("left")
	body, kind := sent(formToken(full.cookie), []string{"eins.pdf", "zwei.exe", `C:\fake\drei <b>.pdf`}, onePage("eins"), onePage("zwei"), onePage("drei"))
	status, html := st.uploads(t, full.cookie, "", body, kind)
	if status != 422 || strings.Count(html, "ist angekommen") < 2 || !strings.Contains(html, "Diese Art von Datei nehmen wir nicht an") ||
		!strings.Contains(html, "drei &lt;b&gt;.pdf") || strings.Contains(html, "fake") || !strings.Contains(html, `href="/akte/einwand"`) {
		t.Errorf("%d %s", status, html)
	}
	held, err := w.papers.List(context.Background(), full.file.of.ID, full.file.caseID)
	if err != nil || len(held) != 3 {
		t.Errorf("%d documents, %v", len(held), err)
	}
	body, kind = sent(formToken(full.cookie), []string{"eins.pdf"}, onePage("eins"))
	if status, _ := st.uploads(t, full.cookie, "", body, kind); status != 200 {
		t.Errorf("a retry: %d", status)
	}
	if again, err := w.papers.List(context.Background(), full.file.of.ID, full.file.caseID); err != nil || len(again) != 3 {
		t.Errorf("a retry makes %d documents, %v", len(again), err)
	}
	for name, tc := range map[string]struct {
		session, csrf string
		want          int
	}{"no session": {"", "", 303}, "an ended one": {ended.cookie, formToken(ended.cookie), 403}, "letter view": {letter.cookie, formToken(letter.cookie), 303},
		"no token": {full.cookie, "", 403}, "the token of another": {full.cookie, formToken(letter.cookie), 403}} {
		body, kind := sent(tc.csrf, []string{"vier.pdf"}, onePage("vier"))
		if status, _ := st.uploads(t, tc.session, tc.csrf, body, kind); status != tc.want {
			t.Errorf("%s: %d, want %d", name, status, tc.want)
		}
	}
	if again, err := w.papers.List(context.Background(), full.file.of.ID, full.file.caseID); err != nil || len(again) != 3 {
		t.Errorf("%d documents after refusals, %v", len(again), err)
	}
	st.report(t)
}

// Reading a form begins when it is known who sends it, and ends where it must.
func TestAFormWithFilesHasItsBounds(t *testing.T) {
	w := sqlWorld(t)
	st := watch(t, w, nil)
	full := w.role("full view")
	big := append(onePage("groß"), make([]byte, documents.MostEach)...)
	body, kind := sent(formToken(full.cookie), []string{"groß.pdf", "klein.pdf"}, big, onePage("klein"))
	if status, html := st.uploads(t, full.cookie, "", body, kind); status != 422 || !strings.Contains(html, "größer als 10") || !strings.Contains(html, "ist angekommen") {
		t.Errorf("11 MB beside a small file: %d", status)
	}
	many := make([]string, 70)
	parts := make([][]byte, 70)
	for i := range many {
		many[i], parts[i] = "x.pdf", nil
	}
	body, kind = sent(formToken(full.cookie), many, parts...)
	if status, _ := st.uploads(t, full.cookie, "", body, kind); status != 413 && status != 422 {
		t.Errorf("70 files: %d", status)
	}
	head := "POST /akte/anlagen HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nCookie: sid=" + full.cookie + "\r\nContent-Type: multipart/form-data; boundary=b\r\n"
	s := &site{t: t, url: st.url}
	for name, tc := range map[string]struct{ request, status string }{
		"a length beyond all":  {head + "Content-Length: 99000000\r\n\r\n--b\r\n" + strings.Repeat("x", 9000), "413"},
		"no boundary":          {strings.Replace(head, "; boundary=b", "", 1) + "Content-Length: 4\r\nConnection: close\r\n\r\n--b-", "400"},
		"a token without end":  {head + "Content-Length: 20000\r\nConnection: close\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + strings.Repeat("x", 19948), "413"},
		"compressed":           {head + "Content-Encoding: gzip\r\nContent-Length: 4\r\nConnection: close\r\n\r\n--b-", "415"},
		"files where none are": {strings.Replace(head, "/akte/anlagen", "/akte/mehr", 1) + "Content-Length: 4\r\nConnection: close\r\n\r\n--b-", "415"},
	} {
		if got := s.raw(tc.request); !strings.HasPrefix(got, "HTTP/1.1 "+tc.status) {
			t.Errorf("%s: %.60q, want %s", name, got, tc.status)
		}
	}
	st.report(t)
}
