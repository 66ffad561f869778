package sso

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"quitt/cases/signin"
	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/store"
	"quitt/store/storetest"
)

var ctx = context.Background()

// house is an installation beside a provider of ill will.
type house struct {
	*testing.T
	*Desk
	staffing staffing.Desk
	op       *hostile
	clock    *storetest.Watch
	log      *bytes.Buffer
	at       debt.Creditor
}

func newHouse(t *testing.T) *house {
	t.Helper()
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	clock := storetest.NewWatch()
	p, err := signin.ParsePeppers("1:" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, signin.PepperSize)))
	if err != nil {
		t.Fatal(err)
	}
	d, err := staffing.New(signin.New(s, clock.Now, p), "Inkasso Muster")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, staffing: d, op: newHostile(t, clock.Now), clock: clock, log: &bytes.Buffer{}, at: storetest.Creditor(t, s, "a")}
	h.Desk = h.desk(h.op.URL)
	h.invite("anna@example.org")
	return h
}

func (h *house) desk(issuer string) *Desk {
	h.Helper()
	d, err := New(h.staffing, Settings{Issuer: issuer, ClientID: "quitt", Secret: "geheim", Callback: "https://portal.example.de/zurueck"},
		slog.New(slog.NewTextHandler(h.log, nil)))
	if err != nil {
		h.Fatal(err)
	}
	return d
}

func (h *house) invite(email debt.Personal) {
	h.Helper()
	if _, err := h.staffing.Invite(ctx, "", staffing.Wish{Email: email, Name: "Anna", Creditor: h.at.ID, Role: staff.Clerk}); err != nil {
		h.Fatal(err)
	}
}

func (h *house) begin(w Wish) Journey {
	h.Helper()
	j, err := h.Begin(ctx, w)
	if err != nil {
		h.Fatal(err)
	}
	return j
}

// comes goes to the provider and back.
func (h *house) comes() (Done, error) {
	h.Helper()
	j := h.begin(Wish{})
	state, code := h.op.grant(j.Address)
	return h.Finish(ctx, Answer{State: state, Code: code, Sealed: j.Sealed, Device: "Firefox, Linux"})
}

func is(err error, kind debt.Kind, key string) bool { return errors.Is(err, debt.E(kind, key, nil)) }

func TestSomebodyComesInByTheProvider(t *testing.T) {
	h := newHouse(t)
	j := h.begin(Wish{Back: "/verwaltung/akten"})
	u, err := url.Parse(j.Address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{"response_type": "code", "client_id": "quitt", "scope": "openid email", "code_challenge_method": "S256",
		"redirect_uri": "https://portal.example.de/zurueck", "prompt": "", "max_age": ""} {
		if got := q.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(name)) != 43 || strings.Contains(j.Sealed, q.Get(name)) {
			t.Errorf("%s is %q", name, q.Get(name))
		}
	}
	state, code := h.op.grant(j.Address)
	done, err := h.Finish(ctx, Answer{State: state, Code: code, Sealed: j.Sealed, Issuer: h.op.URL, Device: "Firefox, Linux"})
	if err != nil {
		t.Fatal(err)
	}
	v, err := h.staffing.Visit(ctx, done.Cookie)
	if err != nil || v.Who.Email != "anna@example.org" || v.Via != staff.ViaProvider || !v.Fresh(h.clock.Now()) || done.Wish.Back != "/verwaltung/akten" {
		t.Errorf("%+v %v", v, err)
	}
	if strings.Contains(j.Address+h.op.seen.Encode(), "geheim") {
		t.Error("the secret travels in an address or a form, where it is logged")
	}
	if _, err := h.Finish(ctx, Answer{State: state, Code: code, Sealed: j.Sealed}); !is(err, debt.Forbidden, "staff_sso_refused") {
		t.Errorf("a code is taken twice: %v", err)
	}
}

// Whatever is wrong, nobody comes in and the answer is the same; the log knows the step, and
// nobody's name.
func TestWhatDoesNotFitOpensNothing(t *testing.T) {
	h := newHouse(t)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	claim := func(name string, v any) func(*hostile) {
		return func(op *hostile) { op.claims = map[string]any{name: v} }
	}
	now := storetest.Now.Unix()
	for name, tc := range map[string]struct {
		op   func(*hostile)
		step string
	}{
		"another issuer":             {claim("iss", "https://evil.example"), "id_token"},
		"no issuer":                  {claim("iss", nil), "id_token"},
		"another's token":            {claim("aud", "somebody"), "id_token"},
		"no audience":                {claim("aud", nil), "id_token"},
		"several, and none is named": {claim("aud", []string{"quitt", "somebody"}), "azp"},
		"given to somebody else":     {claim("azp", "somebody"), "azp"},
		"expired":                    {claim("exp", now-1), "id_token"},
		"never expires":              {claim("exp", nil), "id_token"},
		"not yet":                    {claim("nbf", now+600), "id_token"},
		"another nonce":              {claim("nonce", "another"), "nonce"},
		"no nonce":                   {claim("nonce", nil), "nonce"},
		"no subject":                 {claim("sub", nil), "sub"},
		"another access token":       {claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), "at_hash"},
		"not verified":               {claim("email_verified", false), "account"},
		"nothing about verified":     {claim("email_verified", nil), "account"},
		"verified is a word":         {claim("email_verified", "true"), "claims"},
		"nobody's address":           {claim("email", "nobody@example.org"), "account"},
		"unsigned": {func(op *hostile) {
			op.head = map[string]any{"alg": "none"}
			op.sign = func([]byte) []byte { return nil }
		}, "id_token"},
		"signed with the public key": {func(op *hostile) { op.head = map[string]any{"alg": "HS256"}; op.sign = byPublicKey(op) }, "id_token"},
		"signed with the secret":     {func(op *hostile) { op.head = map[string]any{"alg": "HS256"}; op.sign = byHMAC([]byte("geheim")) }, "id_token"},
		"another key":                {func(op *hostile) { op.sign = func(text []byte) []byte { return sealed(other, text) } }, "id_token"},
		"a key nobody has published": {func(op *hostile) {
			op.head = map[string]any{"kid": "2"}
			op.sign = func(text []byte) []byte { return sealed(other, text) }
		}, "id_token"},
		"a key that comes along": {func(op *hostile) {
			op.head = map[string]any{"jwk": map[string]any{"kty": "oct", "k": "AAAA"}, "alg": "HS256"}
			op.sign = byHMAC([]byte{0, 0, 0})
		}, "id_token"},
		"no token":                    {func(op *hostile) { op.edit = func(a map[string]any, _ http.Header) { delete(a, "id_token") } }, "id_token"},
		"a token of another's making": {func(op *hostile) { op.edit = func(a map[string]any, _ http.Header) { a["id_token"] = "x.y.z" } }, "id_token"},
		"the address of userinfo is somebody else's": {func(op *hostile) {
			op.claims = map[string]any{"email": nil, "email_verified": nil}
			op.userinfo = map[string]any{"sub": "s2", "email": "anna@example.org", "email_verified": true}
		}, "account"},
		"userinfo has not verified it": {func(op *hostile) {
			op.claims = map[string]any{"email": nil, "email_verified": nil}
			op.userinfo = map[string]any{"sub": "s1", "email": "anna@example.org"}
		}, "account"},
	} {
		h.op.claims, h.op.head, h.op.sign, h.op.userinfo, h.op.edit = nil, nil, nil, nil, nil
		h.log.Reset()
		tc.op(h.op)
		done, err := h.comes()
		if !is(err, debt.Forbidden, "staff_sso_refused") || done.Cookie != "" {
			t.Errorf("%s: %v", name, err)
		}
		if said := h.log.String(); !strings.Contains(said, "step="+tc.step) || strings.Contains(said, "anna") || strings.Contains(said, "geheim") {
			t.Errorf("%s: the log says %q, want step %s", name, said, tc.step)
		}
	}
}

func byHMAC(key []byte) func([]byte) []byte {
	return func(text []byte) []byte {
		m := hmac.New(sha256.New, key)
		m.Write(text)
		return m.Sum(nil)
	}
}

func byPublicKey(op *hostile) func([]byte) []byte {
	return byHMAC(x509.MarshalPKCS1PublicKey(&op.key.PublicKey))
}

// What the browser brings must belong together, and be the browser's own.
func TestAJourneyIsOneBrowsers(t *testing.T) {
	h := newHouse(t)
	mine, others := h.begin(Wish{}), h.begin(Wish{})
	state, code := h.op.grant(mine.Address)
	otherState, otherCode := h.op.grant(others.Address)
	for name, a := range map[string]Answer{
		"another state":           {State: otherState, Code: code, Sealed: mine.Sealed},
		"no state":                {Code: code, Sealed: mine.Sealed},
		"no cookie":               {State: state, Code: code},
		"another browser's":       {State: state, Code: code, Sealed: others.Sealed},
		"a cookie of one's own":   {State: state, Code: code, Sealed: "AAAA"},
		"a code of another":       {State: state, Code: otherCode, Sealed: mine.Sealed},
		"no code":                 {State: state, Sealed: mine.Sealed},
		"a code nobody has given": {State: state, Code: "x", Sealed: mine.Sealed},
		"another provider's":      {State: state, Code: code, Sealed: mine.Sealed, Issuer: "https://evil.example"},
	} {
		if _, err := h.Finish(ctx, a); !is(err, debt.Forbidden, "staff_sso_refused") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.Finish(ctx, Answer{State: state, Fault: "access_denied", Sealed: mine.Sealed}); !is(err, debt.Forbidden, "staff_sso_cancelled") {
		t.Errorf("the provider let nobody in: %v", err)
	}
	if _, err := h.Finish(ctx, Answer{State: otherState, Fault: "access_denied", Sealed: mine.Sealed}); !is(err, debt.Forbidden, "staff_sso_refused") {
		t.Errorf("a fault of another journey: %v", err)
	}
	h.clock.Move(journeyTime)
	if _, err := h.Finish(ctx, Answer{State: state, Code: code, Sealed: mine.Sealed}); !is(err, debt.Forbidden, "staff_sso_refused") {
		t.Errorf("after ten minutes: %v", err)
	}
	if strings.Contains(h.log.String(), "anna") {
		t.Errorf("the log names somebody: %s", h.log)
	}
}

// Where a token has no address the provider is asked for it; whoever is known needs none.
func TestAnAddressMayComeFromUserinfo(t *testing.T) {
	h := newHouse(t)
	h.op.claims = map[string]any{"email": nil, "email_verified": nil}
	h.op.userinfo = map[string]any{"sub": "s1", "email": "anna@example.org", "email_verified": true}
	if _, err := h.comes(); err != nil {
		t.Fatal(err)
	}
	h.op.userinfo = nil
	h.op.status["/userinfo"] = http.StatusInternalServerError
	if _, err := h.comes(); err != nil {
		t.Errorf("whoever is known needs an address: %v", err)
	}
}

// Within a sign-in the provider is told to ask again, and must say that it has.
func TestTheProviderAsksAgain(t *testing.T) {
	h := newHouse(t)
	done, err := h.comes()
	if err != nil {
		t.Fatal(err)
	}
	again := func() (Done, error) {
		h.clock.Move(20 * time.Minute)
		j := h.begin(Wish{Again: true, Back: "/verwaltung/zugaenge"})
		u, _ := url.Parse(j.Address)
		if u.Query().Get("prompt") != "login" || u.Query().Get("max_age") != "0" {
			t.Errorf("it is asked %s", u.RawQuery)
		}
		state, code := h.op.grant(j.Address)
		return h.Finish(ctx, Answer{State: state, Code: code, Sealed: j.Sealed, Cookie: done.Cookie})
	}
	for name, at := range map[string]any{"asked long ago": storetest.Now.Unix(), "does not say": nil} {
		h.op.claims = map[string]any{"auth_time": at}
		if d, err := again(); !is(err, debt.Forbidden, "staff_sso_again_refused") || d.Wish.Back != "/verwaltung/zugaenge" {
			t.Errorf("%s: %v", name, err)
		}
		if done, err = h.comes(); err != nil { // half an hour is over
			t.Fatal(err)
		}
	}
	h.op.claims = nil
	fresh, err := again()
	if err != nil {
		t.Fatal(err)
	}
	if v, err := h.staffing.Visit(ctx, fresh.Cookie); err != nil || !v.Fresh(h.clock.Now()) {
		t.Errorf("%+v %v", v, err)
	}
}

// A provider that is away is told as such, is left alone for a moment, and is asked again then.
func TestAProviderThatIsAway(t *testing.T) {
	h := newHouse(t)
	const document, token = "/.well-known/openid-configuration", "/token"
	down := func(what string, do func(*house)) {
		t.Helper()
		h.Desk = h.desk(h.op.URL)
		do(h)
		if _, err := h.comesOrNot(); !is(err, debt.Unavailable, "staff_sso_down") {
			t.Errorf("%s: %v", what, err)
		}
		h.op.status, h.op.body, h.op.document = map[string]int{}, map[string]string{}, nil
		h.clock.Move(leftAlone)
		if _, err := h.comesOrNot(); err != nil {
			t.Errorf("%s, and back: %v", what, err)
		}
	}
	down("an error", func(h *house) { h.op.status[document] = 503 })
	down("no document", func(h *house) { h.op.body[document] = "<html>" })
	down("another's document", func(h *house) { h.op.document = map[string]any{"issuer": "https://evil.example"} })
	down("an address in clear", func(h *house) { h.op.document = map[string]any{"token_endpoint": "http://evil.example/token"} })
	down("without end", func(h *house) { h.op.body[document] = strings.Repeat(" ", mostBytes+1) + "{}" })
	down("leads elsewhere", func(h *house) { h.op.status[document] = 302 })
	down("an error at the code", func(h *house) { h.op.status[token] = 500 })

	h.Desk = h.desk(h.op.URL)
	h.op.status[document] = 503
	before := h.op.asked[document]
	for range 5 {
		_, _ = h.Begin(ctx, Wish{})
	}
	if n := h.op.asked[document] - before; n != 1 {
		t.Errorf("asked %d times at once", n)
	}
	h.clock.Move(leftAlone)
	h.op.status = map[string]int{}
	back := h.begin(Wish{})
	state, code := h.op.grant(back.Address)
	h.op.status[document] = 503
	h.clock.Move(believed)
	if _, err := h.Begin(ctx, Wish{}); !is(err, debt.Unavailable, "staff_sso_down") {
		t.Errorf("away since a while ago: %v", err)
	}
	if _, err := h.Finish(ctx, Answer{State: state, Code: code, Sealed: back.Sealed}); err != nil {
		t.Errorf("who comes back needs the addresses again: %v", err)
	}
	h.op.Close()
	h.Desk = h.desk(h.op.URL)
	if _, err := h.Begin(ctx, Wish{}); !is(err, debt.Unavailable, "staff_sso_down") {
		t.Errorf("nobody listens: %v", err)
	}
}

func (h *house) comesOrNot() (Done, error) {
	if _, err := h.Begin(ctx, Wish{}); err != nil {
		return Done{}, err
	}
	return h.comes()
}

func TestWhichSettingsWillDo(t *testing.T) {
	for issuer, ok := range map[string]bool{
		"https://login.example.org": true, "https://login.example.org/realms/a/": true, "http://127.0.0.1:5556/dex": true, "http://localhost:9998/": true,
		"": false, "login.example.org": false, "http://login.example.org": false, "https://u:p@login.example.org": false, "https://login.example.org?x=1": false,
		"ftp://login.example.org": false, "https://": false, "https://login.example.org#x": false,
	} {
		if err := (Settings{Issuer: issuer, ClientID: "quitt"}).Check(); (err == nil) != ok {
			t.Errorf("%q: %v", issuer, err)
		}
	}
	if err := (Settings{Issuer: "https://login.example.org"}).Check(); !is(err, debt.Invalid, "sso_client_missing") {
		t.Error(err)
	}
	var without *Desk
	if without.Label() != "" {
		t.Error("an installation without a provider offers one")
	}
	if d, err := New(staffing.Desk{}, Settings{Issuer: "https://login.example.org", ClientID: "quitt"}, nil); err != nil || d.Label() != "login.example.org" {
		t.Errorf("%v", err)
	}
}
