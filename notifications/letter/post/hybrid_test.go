package post

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
)

// standIn is a mail service on this machine that behaves as badly as it is told to.
type standIn struct {
	*httptest.Server

	mu     sync.Mutex
	jobs   []map[string]any
	posts  int
	before func(w http.ResponseWriter, r *http.Request) (answered bool) // instead of taking a letter
	after  func(w http.ResponseWriter) (answered bool)                  // instead of saying that it was taken
	bad    []string
}

func newStandIn(t *testing.T) *standIn {
	s := &standIn{}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Auth   map[string]string `json:"auth"`
		Letter *printJob         `json:"letter"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Auth["username"] != "me" || body.Auth["apikey"] != "geheim" {
		http.Error(w, `{"message":"Unauthorized."}`, http.StatusUnauthorized)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.Method == http.MethodPost && r.URL.Path == "/v3/printjobs":
		s.take(w, r, body.Letter)
	case r.Method == http.MethodGet && r.URL.Path == "/v3/printjobs":
		s.list(w, r)
	default:
		_, _ = fmt.Fprint(w, `{"status":200,"data":{"id":7,"status":"queue"}}`)
	}
}

func (s *standIn) take(w http.ResponseWriter, r *http.Request, job *printJob) {
	s.posts++
	if s.before != nil && s.before(w, r) {
		return
	}
	sum := md5.Sum([]byte(job.File))
	pdf, err := base64.StdEncoding.DecodeString(job.File)
	if err != nil || hex.EncodeToString(sum[:]) != job.Checksum || string(pdf) != "pdf" || job.Specification.Color != "1" {
		s.bad = append(s.bad, "a letter that is not as the interface wants it")
	}
	id := len(s.jobs) + 1
	s.jobs = append(s.jobs, map[string]any{"id": id, "status": "queue", "filename_original": job.Filename, "notice": job.Notice})
	if s.after != nil && s.after(w) {
		return
	}
	_, _ = fmt.Fprintf(w, `{"status":200,"message":"OK","data":{"id":%d,"status":"queue"}}`, id)
}

// list gives two jobs a page.
func (s *standIn) list(w http.ResponseWriter, r *http.Request) {
	page := 0
	_, _ = fmt.Sscanf(r.URL.Query().Get("page"), "%d", &page)
	from := min(2*(page-1), len(s.jobs))
	jobs := append([]map[string]any{}, s.jobs[from:min(from+2, len(s.jobs))]...)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": 200, "data": map[string]any{"data": jobs, "last_page": (len(s.jobs) + 1) / 2}})
}

func (s *standIn) account() Account {
	return Account{URL: s.URL + "/v3", User: "me", Key: "geheim", Mode: Test}
}

func connect(t *testing.T, a Account) *Hybrid {
	t.Helper()
	h, err := NewHybrid(a)
	if err != nil {
		t.Fatal(err)
	}
	h.client.Timeout = 5 * time.Second
	return h
}

var ctx = context.Background()

func TestALetterIsHandedOverAndFoundAgain(t *testing.T) {
	s := newStandIn(t)
	h := connect(t, s.account())
	for i, want := range []string{"1", "2", "3", "4", "5"} {
		id, err := h.Send(ctx, Item{Key: fmt.Sprint("letter-", i), PDF: []byte("pdf")})
		if id != want || err != nil {
			t.Fatal(id, err)
		}
	}
	if id, err := h.Find(ctx, "letter-4"); id != "5" || err != nil {
		t.Errorf("on the last page: %q, %v", id, err)
	}
	if id, err := h.Find(ctx, "letter-9"); id != "" || err != nil {
		t.Errorf("one that is not there: %q, %v", id, err)
	}
	if status, err := h.Status(ctx, "7"); status != Queued || err != nil {
		t.Error(status, err)
	}
	if len(s.bad) > 0 {
		t.Error(s.bad)
	}
}

func drop(w http.ResponseWriter) bool {
	if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = c.Close()
	}
	return true
}

func answering(status int, text string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, text)
		return true
	}
}

// What is not certain must sound so: a letter that is sent again blindly arrives twice.
func TestOnlyAClearAnswerIsCertain(t *testing.T) {
	for name, c := range map[string]struct {
		before func(http.ResponseWriter, *http.Request) bool
		after  func(http.ResponseWriter) bool
		key    string
		taken  bool
	}{
		"refused":               {before: answering(422, `{"message":"Adresse fehlt, geheim"}`), key: "post_refused"},
		"refused without words": {before: answering(400, `<html>`), key: "post_refused"},
		"access refused":        {before: answering(403, `{}`), key: "post_denied"},
		"no credit left":        {before: answering(402, `{}`), key: "post_denied"},
		"too slow for it":       {before: answering(408, `{}`), key: "post_unclear"},
		"there already":         {before: answering(409, `{}`), key: "post_unclear"},
		"elsewhere":             {before: answering(302, ``), key: "post_denied"},
		"too many":              {before: answering(429, ``), key: "post_unreachable"},
		"broken":                {before: answering(500, `{}`), key: "post_unclear"},
		"garbage":               {before: answering(200, `<html>Wartung</html>`), key: "post_unclear"},
		"without an id":         {before: answering(200, `{"data":{}}`), key: "post_unclear"},
		"endless":               {before: answering(200, strings.Repeat(" ", maxAnswer+10)), key: "post_unclear"},
		"hangs up":              {before: func(w http.ResponseWriter, _ *http.Request) bool { return drop(w) }, key: "post_unclear"},
		"takes it and hangs up": {after: drop, key: "post_unclear", taken: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStandIn(t)
			s.before, s.after = c.before, c.after
			h := connect(t, s.account())
			_, err := h.Send(ctx, Item{Key: "letter-1", PDF: []byte("pdf")})
			var de *debt.Error
			if !errors.As(err, &de) || de.Key != c.key {
				t.Fatalf("%v", err)
			}
			if strings.Contains(err.Error(), "geheim") {
				t.Error("the key is in the error")
			}
			id, err := h.Find(ctx, "letter-1")
			if err != nil || (id != "") != c.taken || s.posts != 1 {
				t.Errorf("found %q, %v, asked %d times", id, err, s.posts)
			}
		})
	}
}

func TestAServiceThatStallsIsLeftAfterAWhile(t *testing.T) {
	s := newStandIn(t)
	hold := make(chan struct{})
	s.before = func(http.ResponseWriter, *http.Request) bool { <-hold; return true }
	h := connect(t, s.account())
	h.client.Timeout = 50 * time.Millisecond
	_, err := h.Send(ctx, Item{Key: "letter-1", PDF: []byte("pdf")})
	close(hold)
	if !errors.Is(err, unclear()) {
		t.Error(err)
	}
}

func TestAServiceThatIsNotThereHasNothing(t *testing.T) {
	s := newStandIn(t)
	h := connect(t, s.account())
	s.Close()
	if _, err := h.Send(ctx, Item{Key: "letter-1", PDF: []byte("pdf")}); !errors.Is(err, unreachable()) {
		t.Error(err)
	}
}

func TestAnAccountIsCheckedAndHidden(t *testing.T) {
	good := Account{URL: "https://api.example.de/v3/", User: "me", Key: "geheim", Mode: Live}
	for name, change := range map[string]func(*Account){
		"QUITT_POST_URL":  func(a *Account) { a.URL = "http://api.example.de/v3" },
		"QUITT_POST_USER": func(a *Account) { a.User = "" },
		"QUITT_POST_KEY":  func(a *Account) { a.Key = "" },
		"QUITT_POST_MODE": func(a *Account) { a.Mode = "prod" },
	} {
		a := good
		change(&a)
		_, err := NewHybrid(a)
		var de *debt.Error
		if !errors.As(err, &de) || de.Args["name"] != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	h := connect(t, good)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb+" "+verb, h, good); strings.Contains(text, "geheim") {
			t.Errorf("%s shows the key", verb)
		}
	}
	direct, ok := h.client.Transport.(*http.Transport)
	if h.auth()["apikey"] != "geheim" || !ok || direct.Proxy != nil {
		t.Error("the key is not sent, or a proxy reads it")
	}
}

func FuzzAnswersOfTheService(f *testing.F) {
	for _, seed := range []string{`{"data":{"id":1}}`, `{"data":[{"id":"x","notice":"k"}]}`, `{"data":{"data":[],"last_page":2}}`, `{"data":null}`, `[]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var job struct {
			Data jobAnswer `json:"data"`
		}
		if json.Unmarshal(b, &job) == nil && len(job.Data.ID) > 40 {
			t.Errorf("an id of %d bytes", len(job.Data.ID))
		}
		var list struct {
			Data *jobList `json:"data"`
		}
		_ = json.Unmarshal(b, &list) // must not panic
	})
}
