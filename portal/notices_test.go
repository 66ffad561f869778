package portal

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/notifications"
	"quitt/store"
	"quitt/store/storetest"
)

// posting is a request of a mail program or a gateway: no browser, no session, no form of
// ours.
func (st *watched) posting(t *testing.T, address, kind, body string, head ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, st.url+address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	res, err := st.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, requestNumber.ReplaceAllString(string(b), "∎")
}

func (w *world) emailStopped(f *dossier) (stop debt.Stop) {
	err := w.store.Read(context.Background(), f.of.ID, func(r *store.Reader) error {
		d, err := r.LoadDebtor(f.debtor.ID)
		stop = d.EmailStopped
		return err
	})
	w.must(err)
	return stop
}

func withNotices(d notifications.Desk) plant {
	return func(_ *world, _ []route, o *Options) { o.Pages.Notices = d }
}

const oneClick, formType = "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"

func TestMailsAreDeclinedByAButtonOrAMailProgram(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		desk := notifications.Desk{Store: w.store, Now: w.clock.Now, OptOutKeys: [][]byte{bytes.Repeat([]byte{1}, 32)}}
		st := watch(t, w, nil, withNotices(desk))
		files := w.tenants[0].files
		link := func(f *dossier) string { return "/abbestellen?t=" + desk.OptOutToken(f.of.ID, f.caseID) }
		multipart := "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n"
		form := func(f *dossier) string { return url.Values{"t": {desk.OptOutToken(f.of.ID, f.caseID)}}.Encode() }
		get := st.ask(probe{role: w.role("anonymous"), method: http.MethodGet, path: "/abbestellen", query: url.Values{"t": {desk.OptOutToken(files[plainCase].of.ID, files[plainCase].caseID)}}})
		if get.status != 200 || w.emailStopped(files[plainCase]) != debt.Reachable {
			t.Fatalf("looking at the page: %d, stopped %q", get.status, w.emailStopped(files[plainCase]))
		}
		_, nothing := st.posting(t, "/abbestellen?t=wrong", formType, oneClick)
		for name, tc := range map[string]struct {
			f                   *dossier
			address, kind, body string
			head                []string
			stopped             bool
			status              int
		}{
			"a mail program":               {files[plainCase], link(files[plainCase]), formType, oneClick, nil, true, 200},
			"again":                        {files[plainCase], link(files[plainCase]), formType, oneClick, nil, true, 200},
			"a mail program in parts":      {files[otherCase], link(files[otherCase]), "multipart/form-data; boundary=b", multipart, nil, true, 200},
			"the button":                   {files[minorCase], "/abbestellen", formType, form(files[minorCase]), nil, true, 200},
			"from another site":            {files[firmCase], link(files[firmCase]), formType, oneClick, []string{"Origin", "https://mail.example", "Sec-Fetch-Site", "cross-site"}, true, 200},
			"a scanner that posts nothing": {files[mailCase], link(files[mailCase]), formType, "", nil, false, 400},
			"a scanner that posts a form":  {files[mailCase], link(files[mailCase]), formType, "t=x", nil, false, 400},
			"packed":                       {files[mailCase], link(files[mailCase]), formType, oneClick, []string{"Content-Encoding", "gzip"}, false, 415},
			"another token":                {files[mailCase], link(files[mailCase])[:70], formType, oneClick, nil, false, 200},
		} {
			status, body := st.posting(t, tc.address, tc.kind, tc.body, tc.head...)
			if status != tc.status || (w.emailStopped(tc.f) == debt.StopOptOut) != tc.stopped {
				t.Errorf("%s: %d, stopped %q", name, status, w.emailStopped(tc.f))
			}
			if tc.status == 200 && body != nothing {
				t.Errorf("%s: the answer tells: %s", name, difference(nothing, body))
			}
		}
		st.report(t)
	})
}

// The exemption is for the two addresses and nothing else.
func TestNoOtherFormMayComeFromElsewhere(t *testing.T) {
	st := start(t)
	for name, who := range accessTable {
		method, path, _ := strings.Cut(name, " ")
		want := 403
		if who == FeedKey || who == APIKey || who == Client { // has no session that could be misused
			want = 401
		}
		if who == Provider { // likewise; and there is no rail
			want = 404
		}
		if path == "/abbestellen" || path == "/rueckmeldung/sms" {
			want = 200
		}
		if method != http.MethodPost {
			continue
		}
		r, err := http.NewRequest(method, st.url+path, strings.NewReader("a=b"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", formType)
		res, err := st.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
}

func TestAReportOfTheGatewayComesSigned(t *testing.T) {
	w := sqlWorld(t)
	key := notifications.TextKey("k")
	st := watch(t, w, nil, withNotices(notifications.Desk{Store: w.store, Now: w.clock.Now, TextKey: key}))
	sign := func(body string) string {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(body))
		return hex.EncodeToString(mac.Sum(nil))
	}
	body := `{"reference":"` + string(store.NewID()) + "." + string(store.NewID()) + `","status":"failed"}`
	for name, tc := range map[string]struct {
		body, signature string
		status          int
	}{"signed": {body, sign(body), 204}, "unsigned": {body, "", 403}, "of another": {body, sign("x"), 403}, "unreadable": {"{", sign("{"), 400}} {
		if status, _ := st.posting(t, "/rueckmeldung/sms", "application/json", tc.body, "X-Signature", tc.signature); status != tc.status {
			t.Errorf("%s: %d", name, status)
		}
	}
	st.report(t)
}

func TestTheOperatorSeesHowTheLoopsAreDoing(t *testing.T) {
	s := openStore(t)
	storetest.Creditor(t, s, "a")
	ran := make(chan struct{}, 100)
	loops := notifications.NewRunner(s, storetest.Clock, nil, notifications.Loop{Name: "email",
		Work: func(context.Context, debt.ID) (int, error) { ran <- struct{}{}; return 0, nil },
		Queue: func(context.Context, debt.ID) (notifications.Queue, error) {
			return notifications.Queue{Waiting: 4, Unknown: 2, Oldest: storetest.Now.Add(-90e9)}, nil
		}})
	st := start(t, func(o *Options, _ *site) { o.Store, o.Loops = s, loops })
	_, before := st.ask("/metrics")
	for _, want := range []string{`quitt_loop_waiting{loop="email"} 4`, `quitt_loop_unknown{loop="email"} 2`, `quitt_loop_oldest_seconds{loop="email"} 90`,
		`quitt_loop_failures_total{loop="email"} 0`} {
		if !strings.Contains(before, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if strings.Contains(before, "quitt_loop_age_seconds") {
		t.Error("an age before the first sweep")
	}
	within, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { loops.Run(within); close(ended) }()
	<-ran
	<-ran // the first sweep is over
	cancel()
	<-ended
	if _, after := st.ask("/metrics"); !strings.Contains(after, `quitt_loop_age_seconds{loop="email"} 0`) {
		t.Error("no age after a sweep")
	}
}

func TestTheOutboxOfADemoShowsWhatWasSentAsText(t *testing.T) {
	st := start(t, func(o *Options, _ *site) {
		o.Outbox = func() []notifications.Posted {
			return []notifications.Posted{{At: storetest.Now, To: "a@b.example", Subject: "<i>Neues</i>", Text: "Guten Tag,\n<script>x</script>"}}
		}
	})
	w := httptest.NewRecorder()
	st.operator().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/outbox", nil))
	for _, want := range []string{"22.11.2026 12:00:00", "a@b.example", "&lt;i&gt;Neues&lt;/i&gt;", "Guten Tag,\n&lt;script&gt;"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%q is missing in %s", want, w.Body)
		}
	}
	if code, _ := start(t).ask("/outbox"); code != 404 {
		t.Errorf("without a demo: %d", code)
	}
}
