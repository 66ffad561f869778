package portal

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"quitt/portal/api"
	"quitt/store"
	"quitt/store/feed"
	"quitt/store/storetest"
)

// granted is an answer of the address for tokens.
type granted struct {
	status int
	head   http.Header
	Token  string `json:"access_token"`
	Type   string `json:"token_type"`
	Life   int    `json:"expires_in"`
	Scope  string `json:"scope"`
	Error  string `json:"error"`
	body   string
}

// token asks for one; head is a name and a value.
func (p *program) token(form url.Values, head ...string) (g granted) {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodPost, p.url+"/api/v1/token", strings.NewReader(form.Encode()))
	p.must(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	res, err := p.client.Do(r)
	p.must(err)
	b, err := io.ReadAll(res.Body)
	p.must(err)
	_ = res.Body.Close()
	if err := json.Unmarshal(b, &g); err != nil || res.Header.Get("Cache-Control") != "no-store" {
		p.t.Errorf("%d %v %s: %v", res.StatusCode, res.Header, b, err)
	}
	g.status, g.head, g.body = res.StatusCode, res.Header, string(b)
	return g
}

// idOf is the id of the key of a secret.
func (w *world) idOf(secret string) (id string) {
	w.must(w.store.Read(context.Background(), "", func(r *store.Reader) error {
		k, _, err := feed.FindKey(r, api.Hash(secret))
		id = string(k.ID)
		return err
	}))
	return id
}

func credentials(id, secret string, more ...string) url.Values {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

// A token stands for its key for a quarter of an hour, with the scopes that were asked for.
func TestATokenStandsForItsKey(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		p, theirs := newPrograms(t, w)
		id := w.idOf(p.secret)
		part := p.token(credentials(id, p.secret, "scope", "read manage"))
		if part.status != 200 || part.Type != "Bearer" || part.Life != 900 || part.Scope != "read manage" || !strings.HasPrefix(part.Token, "qt_") {
			t.Fatalf("%d %s", part.status, part.body)
		}
		basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(p.secret)))
		whole := p.token(url.Values{"grant_type": {"client_credentials"}}, "Authorization", basic)
		if whole.status != 200 || whole.Scope != "events read intake manage money hooks" || whole.Token == part.Token {
			t.Errorf("%d %s", whole.status, whole.body)
		}
		path := "/api/v1/cases/" + p.of.files[plainCase].mark("CreditorReference")
		with := func(token string) []string { return []string{"Authorization", "Bearer " + token} }
		p.want(200, "GET", path, "", with(part.Token)...)
		p.want(403, "GET", "/api/v1/endpoints", "", with(part.Token)...)
		p.want(200, "GET", "/api/v1/endpoints", "", with(whole.Token)...)
		p.want(200, "GET", "/api/v1/events", "", with(whole.Token)...)
		p.want(404, "GET", "/api/v1/cases/"+theirs.of.files[plainCase].mark("CreditorReference"), "", with(whole.Token)...)
		// An Idempotency-Key means the same with the key and with all of its tokens.
		first := p.want(201, "POST", path+"/messages", `{"text":"einmal"}`, append(with(part.Token), "Idempotency-Key", "t-1")...)
		for _, secret := range []string{p.secret, whole.Token} {
			if again := p.want(201, "POST", path+"/messages", `{"text":"einmal"}`, append(with(secret), "Idempotency-Key", "t-1")...); again.body != first.body || again.head.Get("Idempotency-Replayed") != "true" {
				t.Errorf("%s, %s", first.body, again.body)
			}
		}
		if g := p.token(credentials(id, part.Token)); g.status != 401 || g.Error != "invalid_client" {
			t.Errorf("a token gets a token: %d %s", g.status, g.body)
		}
		w.clock.Move(14*time.Minute + 59*time.Second)
		p.want(200, "GET", path, "", with(part.Token)...)
		w.clock.Move(time.Second)
		p.want(401, "GET", path, "", with(part.Token)...)
		last := p.token(credentials(id, p.secret))
		p.want(200, "GET", path, "", with(last.Token)...)
		w.must(w.revoke(p.secret))
		p.want(401, "GET", path, "", with(last.Token)...)
		if strings.Contains(p.log.String(), last.Token) || strings.Contains(p.log.String(), p.secret) {
			t.Error("a secret is in the log")
		}
	})
}

// Errors are those of RFC 6749, 5.2, and do not tell which part was wrong.
func TestNoTokenWithoutAGoodKey(t *testing.T) {
	w := sqlWorld(t)
	p, theirs := newPrograms(t, w)
	id := w.idOf(p.secret)
	revoked := w.key(p.of, feed.ScopeRead)
	old := w.idOf(revoked)
	w.must(w.revoke(revoked))
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+p.secret))
	form, few := "application/x-www-form-urlencoded", w.key(p.of, feed.ScopeRead)
	n := 0
	for name, tc := range map[string]struct {
		form   url.Values
		head   []string
		status int
		want   string
	}{
		"nothing":          {url.Values{}, nil, 401, "invalid_client"},
		"no secret":        {credentials(id, ""), nil, 401, "invalid_client"},
		"another's id":     {credentials(w.idOf(theirs.secret), p.secret), nil, 401, "invalid_client"},
		"unknown":          {credentials(id, api.NewSecret()), nil, 401, "invalid_client"},
		"revoked":          {credentials(old, revoked), nil, 401, "invalid_client"},
		"both ways":        {credentials(id, p.secret), []string{"Authorization", basic}, 401, "invalid_client"},
		"a bearer":         {credentials(id, p.secret), []string{"Authorization", "Bearer " + p.secret}, 401, "invalid_client"},
		"twice":            {url.Values{"grant_type": {"client_credentials"}, "client_id": {id, id}, "client_secret": {p.secret}}, nil, 401, "invalid_client"},
		"half a header":    {url.Values{"grant_type": {"client_credentials"}}, []string{"Authorization", "Basic %%"}, 401, "invalid_client"},
		"no grant":         {url.Values{"client_id": {id}, "client_secret": {p.secret}}, nil, 400, "invalid_request"},
		"another grant":    {credentials(id, p.secret, "grant_type", "password"), nil, 400, "unsupported_grant_type"},
		"two grants":       {url.Values{"grant_type": {"client_credentials", "password"}, "client_id": {id}, "client_secret": {p.secret}}, nil, 400, "invalid_request"},
		"an unknown scope": {credentials(id, p.secret, "scope", "read everything"), nil, 400, "invalid_scope"},
		"a scope too many": {credentials(w.idOf(few), few, "scope", "read money"), nil, 400, "invalid_scope"},
		"commas":           {credentials(id, p.secret, "scope", "read,money"), nil, 400, "invalid_scope"},
		"no form":          {url.Values{}, []string{"Content-Type", "application/json", "Authorization", basic}, 400, "invalid_request"},
		"good":             {credentials(id, p.secret, "scope", "read"), []string{"Content-Type", form}, 200, ""},
	} {
		n++
		g := p.token(tc.form, append(tc.head, "X-Forwarded-For", fmt.Sprintf("203.0.113.%d", n))...)
		if g.status != tc.status || g.Error != tc.want || (g.status == 401) != (g.head.Get("WWW-Authenticate") != "") || (g.Token == "") != (tc.want != "") {
			t.Errorf("%s: %d %v %s", name, g.status, g.head, g.body)
		}
	}
}

// What the database has of a token and of what it carries opens nothing.
func TestTheDatabaseHasNoToken(t *testing.T) {
	w := sqlWorld(t)
	p, _ := newPrograms(t, w)
	id := w.idOf(p.secret)
	for range 3 {
		p.token(credentials(id, p.secret))
		w.clock.Move(8 * time.Minute)
	}
	g := p.token(credentials(id, p.secret))
	if n := storetest.Column(t, w.rows, "SELECT COUNT(*) AS n FROM api_tokens"); n[0] != "2" {
		t.Errorf("%s tokens are kept, two are good", n[0])
	}
	if dump := storetest.Dump(t, w.rows); strings.Contains(dump, g.Token) || strings.Contains(dump, strings.TrimPrefix(g.Token, "qt_")) || strings.Contains(dump, p.secret) {
		t.Error("a secret stands in the database")
	}
}
