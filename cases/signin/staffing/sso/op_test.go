package sso

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// hostile is a provider that says whatever a test wants it to say, wrong things most of the
// time. An honest one of somebody else's making is asked in portal.
type hostile struct {
	*httptest.Server

	t     testing.TB
	key   *rsa.PrivateKey
	now   func() time.Time
	asked map[string]int // requests by path

	mu sync.Mutex
	// What is said, changed by tests.
	claims   map[string]any                            // laid over those of an honest token; nil takes one away
	head     map[string]any                            // of the token
	sign     func(text []byte) []byte                  // nil: with the key that is published
	userinfo map[string]any                            // nil: there is none
	status   map[string]int                            // of a path instead of an answer
	body     map[string]string                         // likewise
	document map[string]any                            // laid over the discovery document
	seen     url.Values                                // what came to the token's address
	codes    map[string]url.Values                     // codes that were given out, and for which request
	edit     func(token map[string]any, h http.Header) // of the token's answer
}

// published is the key that providers of these tests sign with.
var published = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func newHostile(t testing.TB, now func() time.Time) *hostile {
	t.Helper()
	h := &hostile{t: t, key: published(), now: now, asked: map[string]int{}, codes: map[string]url.Values{}, status: map[string]int{}, body: map[string]string{}}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

// grant is what the provider does while somebody types his password there: it gives out a code.
func (h *hostile) grant(address string) (state, code string) {
	h.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		h.t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	code = random()
	h.codes[code] = u.Query()
	return u.Query().Get("state"), code
}

// ServeHTTP is http.Handler.
func (h *hostile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked[r.URL.Path]++
	if s := h.status[r.URL.Path]; s != 0 {
		w.WriteHeader(s)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if b, found := h.body[r.URL.Path]; found {
		_, _ = w.Write([]byte(b))
		return
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		h.say(w, over(map[string]any{"issuer": h.URL, "authorization_endpoint": h.URL + "/authorize", "token_endpoint": h.URL + "/token",
			"jwks_uri": h.URL + "/keys", "userinfo_endpoint": h.URL + "/userinfo", "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}}, h.document))
	case "/keys":
		e := big.NewInt(int64(h.key.E)).Bytes()
		h.say(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "kid": "1", "use": "sig", "alg": "RS256", "n": encode(h.key.N.Bytes()), "e": encode(e)}}})
	case "/token":
		h.token(w, r)
	case "/userinfo":
		h.say(w, h.userinfo)
	default:
		http.NotFound(w, r)
	}
}

// token answers each code once, to whom it belongs (RFC 7636, 4.6).
func (h *hostile) token(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	h.seen = r.PostForm
	asked, found := h.codes[r.PostForm.Get("code")]
	delete(h.codes, r.PostForm.Get("code"))
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	if id, _, _ := r.BasicAuth(); !found || id != "quitt" || asked.Get("code_challenge") != encode(sum[:]) || asked.Get("redirect_uri") != r.PostForm.Get("redirect_uri") {
		w.WriteHeader(http.StatusBadRequest)
		h.say(w, map[string]any{"error": "invalid_grant", "error_description": "for anna@example.org"})
		return
	}
	now := h.now().Unix()
	honest := map[string]any{"iss": h.URL, "sub": "s1", "aud": "quitt", "exp": now + 300, "iat": now, "auth_time": now, "nonce": asked.Get("nonce"),
		"email": "anna@example.org", "email_verified": true}
	answer := map[string]any{"access_token": "access", "token_type": "Bearer", "id_token": h.write(over(honest, h.claims))}
	if h.edit != nil {
		h.edit(answer, w.Header())
	}
	h.say(w, answer)
}

func (h *hostile) write(claims map[string]any) string {
	head, _ := json.Marshal(over(map[string]any{"alg": "RS256", "kid": "1"}, h.head))
	body, _ := json.Marshal(claims)
	text := encode(head) + "." + encode(body)
	sign := h.sign
	if sign == nil {
		sign = func(text []byte) []byte { return sealed(h.key, text) }
	}
	return text + "." + encode(sign([]byte(text)))
}

func sealed(key *rsa.PrivateKey, text []byte) []byte {
	sum := sha256.Sum256(text)
	b, _ := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	return b
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// over lays changes over values; nil takes one away.
func over(values, changes map[string]any) map[string]any {
	for name, v := range changes {
		if values[name] = v; v == nil {
			delete(values, name)
		}
	}
	return values
}

func (h *hostile) say(w http.ResponseWriter, v any) {
	if v == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(v)
}
