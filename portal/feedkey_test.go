package portal

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/notifications/hook"
	"quitt/portal/api"
	"quitt/store"
	"quitt/store/cache"
	"quitt/store/feed"
	"quitt/store/hooks"
	"quitt/store/storetest"
)

// reader is a program with a key.
type reader struct {
	*site

	store    *store.Store
	creditor debt.Creditor
	key      feed.Key
	secret   string
}

// newReader has a creditor with five events.
func newReader(t *testing.T, s *store.Store, changes ...setup) *reader {
	t.Helper()
	ctx := context.Background()
	r := &reader{store: s, creditor: storetest.Creditor(t, s, "praxis"), secret: api.NewSecret()}
	r.key = feed.Key{ID: store.NewID(), Name: "erp", CreatedAt: storetest.Now}
	err := s.Write(ctx, r.creditor.ID, func(t *store.Tx) error {
		var files []store.NewFile
		for i := range 5 {
			files = append(files, storetest.File(r.creditor.ID, fmt.Sprintf("A-%d", i)))
		}
		if err := t.AddFiles(files); err != nil {
			return err
		}
		return feed.AddKey(t, api.Hash(r.secret), r.key)
	})
	if err == nil {
		_, err = s.Sequence(ctx, r.creditor.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	r.site = start(t, append(changes, behindProxy, func(o *Options, _ *site) { o.Store = s })...)
	return r
}

func eachReader(t *testing.T, test func(t *testing.T, r *reader)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, newReader(t, s)) })
}

// json sends a request and reads its answer.
func (r *reader) json(method, path, body string, head ...string) (reply, map[string]any) {
	r.t.Helper()
	req, err := http.NewRequest(method, r.url+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.secret)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	res, err := r.http.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	out := map[string]any{}
	if err == nil && len(b) > 0 {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		r.t.Fatalf("%s %s: %v: %s", method, path, err, b)
	}
	return reply{StatusCode: res.StatusCode, Header: res.Header}, out
}

func TestTheFeedIsReadInPages(t *testing.T) {
	eachReader(t, func(t *testing.T, r *reader) {
		var seen []float64
		previous, path := any(""), "/api/v1/events?limit=2"
		for pages := 0; ; pages++ {
			res, page := r.json("GET", path, "")
			if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/json" || res.Header.Get("Cache-Control") != "no-store" || pages > 3 {
				t.Fatalf("%d %v %v", res.StatusCode, res.Header, page)
			}
			for _, e := range page["events"].([]any) { //nolint:errcheck // a panic fails the test
				event := e.(map[string]any) //nolint:errcheck // likewise
				if event["previous_hash"] != previous || event["creditor"] != "praxis" || event["actor"] != "system" || event["schema_version"] != 1.0 && event["schema_version"] == nil {
					t.Errorf("%v after %v", event, previous)
				}
				previous = event["hash"]
				seen = append(seen, event["sequence"].(float64)) //nolint:errcheck // likewise
			}
			if page["more"] != true {
				break
			}
			path = fmt.Sprintf("/api/v1/events?limit=2&after=%v", page["next_after"])
		}
		if fmt.Sprint(seen) != "[1 2 3 4 5]" {
			t.Errorf("%v", seen)
		}
		if _, page := r.json("GET", "/api/v1/events?after=5", ""); fmt.Sprint(page) != "map[acknowledged:0 events:[] more:false next_after:5]" {
			t.Errorf("%v", page)
		}
		var keys []feed.Key
		if err := r.store.Read(context.Background(), "", func(t *store.Reader) (err error) { keys, err = feed.Keys(t); return err }); err != nil || !keys[0].LastUsedAt.Equal(storetest.Now) {
			t.Errorf("%+v, %v", keys, err)
		}
	})
}

func TestAcknowledgingMovesForwardOnly(t *testing.T) {
	eachReader(t, func(t *testing.T, r *reader) {
		for _, tc := range []struct {
			body   string
			status int
			stands any
		}{
			{`{"sequence": 3}`, 200, 3.0}, {`{"sequence":2}`, 200, 3.0}, {`{"sequence":6}`, 422, 3.0}, {`{"sequence":5}`, 200, 5.0}, {`{"sequence":0}`, 200, 5.0},
			{`{"sequence":-1}`, 422, 5.0}, {`{"sequence":1.5}`, 422, 5.0}, {`{"sequence":"1"}`, 422, 5.0}, {`{}`, 422, 5.0}, {``, 422, 5.0}, {`null`, 422, 5.0}, {`[1]`, 422, 5.0},
			{`{"sequence":1}{}`, 422, 5.0}, {`{"sequence":1,"x":2}`, 422, 5.0}, {`{"sequence":99999999999999999999}`, 422, 5.0}, {strings.Repeat(" ", 2000) + `{"sequence":1}`, 413, 5.0},
		} {
			res, out := r.json("POST", "/api/v1/events/acknowledgement", tc.body)
			if res.StatusCode != tc.status || tc.status == 200 && out["sequence"] != tc.stands {
				t.Errorf("%.40s: %d %v", tc.body, res.StatusCode, out)
			}
			if _, page := r.json("GET", "/api/v1/events?limit=1", ""); page["acknowledged"] != tc.stands {
				t.Errorf("%.40s: stands at %v", tc.body, page["acknowledged"])
			}
		}
	})
}

// Whoever has no good key learns nothing: not whether it was ever one.
func TestWrongKeysAreAllAlike(t *testing.T) {
	eachReader(t, func(t *testing.T, r *reader) {
		revoked := api.NewSecret()
		k := feed.Key{ID: store.NewID(), Name: "old", CreatedAt: storetest.Now}
		err := r.store.Write(context.Background(), r.creditor.ID, func(t *store.Tx) error {
			if err := feed.AddKey(t, api.Hash(revoked), k); err != nil {
				return err
			}
			return feed.RevokeKey(t, k.ID, storetest.Now)
		})
		if err != nil {
			t.Fatal(err)
		}
		var first string
		for i, header := range []string{"", "Bearer " + api.NewSecret(), "Bearer " + revoked, "Basic " + r.secret, "Bearer", "Bearer  " + r.secret, r.secret, "Bearer " + r.secret + "0", "Bearer " + strings.ToUpper(r.secret), "Bearer qk_"} {
			for _, method := range []string{"GET", "POST"} {
				path := map[string]string{"GET": "/api/v1/events", "POST": "/api/v1/events/acknowledgement"}[method]
				res, out := r.json(method, path, `{"sequence":1}`, "Authorization", header, "X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i))
				delete(out, "request")
				got := fmt.Sprint(res.StatusCode, res.Header.Get("WWW-Authenticate"), res.Header.Get("Content-Type"), out)
				if first == "" {
					first = got
				}
				if got != first || res.StatusCode != 401 || res.Header.Get("Content-Type") != "application/problem+json" {
					t.Errorf("%.12q: %s, want %s", header, got, first)
				}
			}
		}
		if strings.Contains(r.log.String(), r.secret) || strings.Contains(r.log.String(), revoked) {
			t.Error("a key is in the log")
		}
	})
}

func TestProblemsAreWordedForPrograms(t *testing.T) {
	eachReader(t, func(t *testing.T, r *reader) {
		for _, tc := range []struct {
			method, path, language, kind string
			status                       int
			title                        string
		}{
			{"GET", "/api/v1/events?after=x", "de", "value", 422, "Ein Wert passt nicht"}, {"GET", "/api/v1/events?after=-1", "en", "value", 422, "A value does not fit"},
			{"GET", "/api/v1/events?limit=501", "en", "value", 422, ""}, {"GET", "/api/v1/events?limit=0", "en", "value", 422, ""}, {"GET", "/api/v1/events?after=+1", "en", "value", 422, ""},
			{"GET", "/api/v1/nothing", "en", "unknown", 404, "There is no such address"}, {"POST", "/api/v1/events", "en", "method", 405, ""},
			{"DELETE", "/api/v1/events", "en", "method", 405, ""}, {"GET", "/api/v1/events/acknowledgement", "ar", "method", 405, "There is no such method here"},
		} {
			res, out := r.json(tc.method, tc.path, "{}", "Accept-Language", tc.language)
			if res.StatusCode != tc.status || out["type"] != "urn:quitt:problem:"+tc.kind || out["status"] != float64(tc.status) || tc.title != "" && out["title"] != tc.title || out["detail"] == "" {
				t.Errorf("%s %s: %d %v", tc.method, tc.path, res.StatusCode, out)
			}
		}
		if res, out := r.json("POST", "/api/v1/events/acknowledgement", "sequence=1", "Content-Type", "application/x-www-form-urlencoded"); res.StatusCode != 415 || out["type"] != "urn:quitt:problem:media-type" {
			t.Errorf("%d %v", res.StatusCode, out)
		}
	})
}

// A session opens no feed, and a key no case.
func TestKeysAndSessionsAreTwoThings(t *testing.T) {
	r := newReader(t, openStore(t))
	if res, _ := r.json("GET", "/api/v1/events", "", "Authorization", "", "Cookie", "sid="+full); res.StatusCode != 401 {
		t.Errorf("a session reads the feed: %d", res.StatusCode)
	}
	if got := r.status(call{path: "/akte", head: map[string]string{"Authorization": "Bearer " + r.secret}}); got != 303 {
		t.Errorf("a key opens a case: %d", got)
	}
}

func TestKeysAndAddressesAreLimited(t *testing.T) {
	few := func(o *Options, _ *site) {
		o.Limits = &cache.Guard{Local: cache.NewMemory(storetest.Clock, 1000), Now: storetest.Clock}
	}
	r := newReader(t, openStore(t), few)
	wrong := 0
	for ; wrong < 100; wrong++ {
		if res, _ := r.json("GET", "/api/v1/events", "", "Authorization", "Bearer "+api.NewSecret(), "X-Forwarded-For", "203.0.113.1"); res.StatusCode == 429 {
			break
		}
	}
	if wrong != rulesIPv4.Local.Most {
		t.Errorf("limited after %d wrong keys", wrong)
	}
	good := 0
	for ; good < 2*rulesKey.Local.Most; good++ {
		res, out := r.json("GET", "/api/v1/events?limit=1", "", "X-Forwarded-For", "203.0.113.2")
		if res.StatusCode == 429 {
			if res.Header.Get("Retry-After") == "" || out["type"] != "urn:quitt:problem:limit" {
				t.Errorf("%v %v", res.Header, out)
			}
			break
		}
	}
	if good != rulesKey.Local.Most {
		t.Errorf("limited after %d requests of a good key", good)
	}
}

func TestFiguresTellHowEndpointsAre(t *testing.T) {
	s := openStore(t)
	r := newReader(t, s, func(o *Options, _ *site) {
		o.Hooks = hook.NewSender(hook.SenderOptions{Desk: hook.Desk{Store: s, Now: storetest.Clock}})
	})
	err := s.Write(context.Background(), r.creditor.ID, func(t *store.Tx) error {
		e := hooks.Endpoint{ID: store.NewID(), URL: "https://a.example", Secret: "sealed", CreatedAt: storetest.Now}
		if err := hooks.Add(t, e); err != nil {
			return err
		}
		return hooks.AddDead(t, e.ID, hooks.Dead{Seq: 1, Attempts: 10, At: storetest.Now, Outcome: "timeout"})
	})
	if err != nil {
		t.Fatal(err)
	}
	_, figures := r.ask("/metrics")
	for _, want := range []string{"quitt_hooks_endpoints 1", "quitt_hooks_dead 1", "quitt_hooks_disabled 0", "quitt_hooks_replays 0"} {
		if !strings.Contains(figures, want+"\n") {
			t.Errorf("no %q", want)
		}
	}
}

// A program that is ahead of the feed, because the database was restored from an older copy,
// must hear of it: an empty page would have it wait until the numbers were given again, to
// other events.
func TestAskingBeyondTheFeedIsRefused(t *testing.T) {
	eachReader(t, func(t *testing.T, r *reader) {
		for path, status := range map[string]int{"?after=5": 200, "?after=6": 422, "?after=9007199254740992": 422} {
			if res, out := r.json("GET", "/api/v1/events"+path, ""); res.StatusCode != status {
				t.Errorf("%s: %d %v", path, res.StatusCode, out)
			}
		}
	})
}

// When a key was used last is only a note: a database that takes nothing now can still be read.
func TestTheFeedIsReadWhileNothingCanBeWritten(t *testing.T) {
	path := storetest.SQLite(t)
	s := storetest.Open(t, store.Options{URL: path})
	r := newReader(t, s)
	db := storetest.Raw(t, path)
	if _, err := db.Exec("CREATE TRIGGER full BEFORE UPDATE ON api_keys BEGIN SELECT RAISE(ABORT, 'full'); END"); err != nil {
		t.Fatal(err)
	}
	if res, out := r.json("GET", "/api/v1/events", ""); res.StatusCode != 200 {
		t.Errorf("%d %v", res.StatusCode, out)
	}
}

// Wrong keys of a program lock its address out of the feed, not the people behind the same
// address out of their letters.
func TestWrongKeysDoNotUseUpTheTriesOfPeople(t *testing.T) {
	r := newReader(t, openStore(t))
	for range 100 {
		r.json("GET", "/api/v1/events", "", "Authorization", "Bearer "+api.NewSecret(), "X-Forwarded-For", "203.0.113.1")
	}
	if got := r.status(call{method: "POST", path: "/", form: url.Values{"code": {"x"}}, head: map[string]string{"X-Forwarded-For": "203.0.113.1"}}); got == 429 {
		t.Error("a letter's code is refused")
	}
}
