package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"quitt/payments/sandbox/world"
	"quitt/payments/sandbox/world/books"
)

const (
	keyPrefix = "sk_test_sandbox_"
	maxBody   = 256 << 10
)

// call is one request on its way through the server.
type call struct {
	id, key string // Request-Id, Idempotency-Key
	method  string
	path    string
	account string // object space
	owner   string // account of the secret key
	base    string // of the hosted pages
	values  url.Values
	form    world.Form
	pathID  string
	do      action
}

// serve answers one request of the API.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, do action) {
	c := &call{id: s.requestID(), key: r.Header.Get("Idempotency-Key"), method: r.Method, path: r.URL.Path,
		pathID: r.PathValue("id"), do: do, base: s.base(r)}
	if r.Method != http.MethodPost {
		c.key = "" // reading twice does no harm, and deleting neither
	}
	out := s.answerTo(r, c)
	s.note(c, out)
	out.write(w, c)
}

// answerTo takes a request through every gate; the first that is shut answers.
func (s *Server) answerTo(r *http.Request, c *call) *answer {
	if err := s.read(r, c); err != nil {
		return failure(err)
	}
	if c.do == nil {
		return failure(&world.Error{Status: 404, Type: "invalid_request_error",
			Message: "Unrecognized request URL (" + c.method + ": " + books.Clip(c.path) + "). This sandbox knows a part of the API only."})
	}
	fault := s.faultFor(c)
	fault.wait(r.Context())
	if out := fault.before(); out != nil {
		return s.keepFault(c, fault, out)
	}
	if c.key != "" {
		if out := s.claim(c); out != nil {
			return out
		}
		fault.linger(r.Context())
	}
	out := fault.done(s.perform(c))
	if c.key != "" {
		s.keep(c, out)
	}
	return fault.after(out)
}

// read learns who asks for what.
func (s *Server) read(r *http.Request, c *call) *world.Error {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		return badForm("the body is too long or broken off")
	}
	if err := s.authenticate(r, c); err != nil {
		return err
	}
	if v := r.Header.Get("Stripe-Version"); v != "" && v != world.Version {
		return &world.Error{Status: 400, Type: "invalid_request_error",
			Message: "Invalid Stripe API version: " + books.Clip(v) + ". This sandbox speaks " + world.Version + "."}
	}
	c.values = r.URL.Query()
	if len(body) > 0 {
		if c.values, err = url.ParseQuery(string(body)); err != nil {
			return badForm("the body is no form")
		}
	}
	if c.form, err = nilSafe(parseForm(c.values)); err != nil {
		return asWorld(err)
	}
	if len(c.key) > 255 {
		return &world.Error{Status: 400, Type: "idempotency_error", Message: "An idempotency key has at most 255 characters."}
	}
	if c.do != nil && s.o.Params != nil {
		if p := s.o.Params(c.method, c.path, c.values); p != nil {
			return &world.Error{Status: 400, Type: "invalid_request_error", Code: p.Code, Param: p.Param, Message: p.Message}
		}
	}
	return nil
}

// nilSafe keeps a nil of our own type from becoming an error that is not nil.
func nilSafe(f world.Form, err *world.Error) (world.Form, error) {
	if err != nil {
		return nil, err
	}
	return f, nil
}

var accountID = regexp.MustCompile(`^acct_[0-9A-Za-z]{1,32}$`)

// authenticate turns the secret key, and the account it may act for, into an object space.
func (s *Server) authenticate(r *http.Request, c *call) *world.Error {
	key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found {
		key, _, found = r.BasicAuth()
	}
	shut := &world.Error{Status: 401, Type: "invalid_request_error"}
	switch {
	case !found || key == "":
		shut.Message = "You did not provide an API key. Send it as Authorization: Bearer " + keyPrefix + "…"
		return shut
	case live(key):
		shut.Message = "This is a sandbox. It takes no keys of real accounts; take yours out of its reach."
		return shut
	case !strings.HasPrefix(key, keyPrefix):
		shut.Message = "Invalid API Key provided: " + books.Clip(key[:min(8, len(key))]) + "****"
		return shut
	}
	c.owner = s.o.Keys[key]
	if c.owner == "" {
		sum := sha256.Sum256([]byte(key))
		c.owner = "acct_" + hex.EncodeToString(sum[:8])
	}
	c.account = c.owner
	if other := r.Header.Get("Stripe-Account"); other != "" {
		if !accountID.MatchString(other) {
			return &world.Error{Status: 403, Type: "invalid_request_error", Code: "account_invalid",
				Message: "The provided key does not have access to account '" + books.Clip(other) + "'."}
		}
		c.account = other
	}
	return nil
}

// base is where the hosted pages are: as configured, or where this request came in.
func (s *Server) base(r *http.Request) string {
	if s.o.URL != "" {
		return strings.TrimRight(s.o.URL, "/")
	}
	return "http://" + r.Host
}

// perform lets the world answer. Everything a client can see is copied before the lock is
// given up.
func (s *Server) perform(c *call) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.Tick()
	a := s.world.Open(c.account, c.platform())
	s.world.Begin(world.Request{ID: c.id, Key: c.key}, c.base)
	defer s.world.End()
	if c.method != http.MethodGet {
		s.dirty = true
	}
	o, err := c.do(a, c.pathID, c.form)
	if err == nil {
		o, err = a.Show(o, c.form.Strs("expand"))
	}
	s.world.Tick() // what a test number does right after
	s.send()
	if err != nil {
		return failure(err)
	}
	return success(o)
}

// platform is the account whose key is used for another, "" for one's own.
func (c *call) platform() string {
	if c.account == c.owner {
		return ""
	}
	return c.owner
}
