// Package tee is a helper for tests: it lets stripe-mock, Stripe's own judge of requests,
// listen to everything that is sent to the sandbox. A request that the real service would not
// understand fails the test, even where the sandbox took it.
package tee

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// EnvMock names the stripe-mock to use; scripts/with-stripe-mock sets it.
const EnvMock = "QUITT_TEST_STRIPE_MOCK"

const (
	// stripe-mock wants three words between underscores, the last without one: the sandbox's
	// own keys, sk_test_sandbox_…, have four. What key was used is the sandbox's to judge.
	mockKey  = "Bearer sk_test_123"
	mockTime = 10 * time.Second
	maxBody  = 1 << 20 // bytes; no request of ours has a hundredth
)

// Refusal is a request that stripe-mock did not take, or could not be asked about.
type Refusal struct {
	Method, Path string   // the path without its query
	Params       []string // names of what was sent, without the values
	Status       int      // 0 if there was no answer
	Message      string   // the mock's words, which do not always name the parameter
}

func (r Refusal) String() string {
	return fmt.Sprintf("%s %s (%s): %d %s", r.Method, r.Path, strings.Join(r.Params, ", "), r.Status, r.Message)
}

// Transport sends requests on and replays them to stripe-mock. Make it with New; it may be
// used by several at once.
type Transport struct {
	base http.RoundTripper
	mock *url.URL
	ask  *http.Client

	mu       sync.Mutex
	replayed int
	refusals []Refusal
}

// New puts stripe-mock beside base, nil for the usual transport. At the end of the test every
// refusal is an error, and so is a test that sent nothing. Without the variable EnvMock the
// test fails at once: one that nobody listened to proves nothing.
func New(t testing.TB, base http.RoundTripper) *Transport {
	t.Helper()
	addr := os.Getenv(EnvMock)
	if addr == "" {
		t.Fatalf("%s is not set: run make test, or scripts/with-stripe-mock go test …", EnvMock)
	}
	mock, err := url.Parse(addr)
	if err != nil || mock.Host == "" {
		t.Fatalf("%s is no address of a server", EnvMock)
	}
	if base == nil {
		base = http.DefaultTransport
	}
	wire := &http.Transport{}
	tr := &Transport{base: base, mock: mock, ask: &http.Client{Transport: wire, Timeout: mockTime}}
	t.Cleanup(func() {
		wire.CloseIdleConnections()
		for _, r := range tr.Refusals() {
			t.Errorf("stripe-mock: %s", r)
		}
		if tr.Replayed() == 0 {
			t.Errorf("stripe-mock was asked nothing: no request to the API came through")
		}
	})
	return tr
}

// Refusals are those up to now, in the order in which they came.
func (t *Transport) Refusals() []Refusal {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.refusals)
}

// Replayed counts the requests that stripe-mock was asked about.
func (t *Transport) Replayed() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.replayed
}

// RoundTrip sends the request on and gives what came of it. Only the API is replayed, not the
// sandbox's own pages and controls; and also when the sandbox broke off, as its fault knobs
// make it, because the request was sent.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasPrefix(r.URL.Path, "/v1/") {
		return t.base.RoundTrip(r)
	}
	body, err := drain(r.Body)
	if err != nil {
		return nil, err
	}
	sent := r.Clone(r.Context())
	if r.Body != nil {
		sent.Body = io.NopCloser(bytes.NewReader(body))
	}
	resp, err := t.base.RoundTrip(sent)
	t.replay(r, body)
	return resp, err
}

// drain reads and closes a body, as a RoundTripper has to.
func drain(body io.ReadCloser) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	all, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if errClose := body.Close(); err == nil {
		err = errClose
	}
	if err == nil && len(all) > maxBody {
		err = fmt.Errorf("tee: a body of more than %d bytes", maxBody)
	}
	return all, err
}

// replay asks on a deadline of its own: the request's may have been used up by the sandbox.
func (t *Transport) replay(r *http.Request, body []byte) {
	status, message := t.judge(context.WithoutCancel(r.Context()), r, body)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.replayed++
	if status < 200 || status >= 300 {
		t.refusals = append(t.refusals, Refusal{r.Method, r.URL.Path, names(r.URL, body), status, message})
	}
}

func names(u *url.URL, body []byte) []string {
	sent := u.Query()
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return []string{"a body that is no form"}
	}
	maps.Copy(sent, form)
	return slices.Sorted(maps.Keys(sent))
}

func (t *Transport) judge(ctx context.Context, r *http.Request, body []byte) (status int, message string) {
	again := r.Clone(ctx)
	again.RequestURI = "" // belongs to servers
	again.URL.Scheme, again.URL.Host, again.Host = t.mock.Scheme, t.mock.Host, t.mock.Host
	again.Header.Set("Authorization", mockKey)
	again.Body, again.GetBody, again.ContentLength = nil, nil, int64(len(body))
	if len(body) > 0 {
		again.Body = io.NopCloser(bytes.NewReader(body))
	}
	resp, err := t.ask.Do(again)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, words(answer)
}

// words takes the message out of an error object.
func words(answer []byte) string {
	var refusal struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(answer, &refusal); err != nil || refusal.Error.Message == "" {
		return "an answer without a message"
	}
	return refusal.Error.Message
}
