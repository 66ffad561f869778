package tee

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// listener is a test that only notes what is said to it.
type listener struct {
	testing.TB
	errors  []string
	fatal   string
	alone   bool // and stops no other test
	cleanup []func()
}

func (l *listener) Helper() {}

func (l *listener) Cleanup(f func()) { l.cleanup = append(l.cleanup, f) }

func (l *listener) Errorf(format string, args ...any) {
	l.errors = append(l.errors, fmt.Sprintf(format, args...))
}

func (l *listener) Fatalf(format string, args ...any) {
	if l.fatal = fmt.Sprintf(format, args...); !l.alone {
		l.Fatal(l.fatal)
	}
	runtime.Goexit()
}

func (l *listener) end() {
	for _, f := range l.cleanup {
		f()
	}
}

// sandbox takes everything and repeats what it was told.
func sandbox(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		_, _ = fmt.Fprintf(w, "%s %s %s %s", r.Method, r.URL.RequestURI(), r.Header.Get("Authorization"), body)
	}))
	t.Cleanup(s.Close)
	return s
}

// send gives the sandbox's answer.
func send(t *testing.T, tr http.RoundTripper, request, form string) string {
	t.Helper()
	method, target, _ := strings.Cut(request, " ")
	var body io.Reader
	if form != "" {
		body = strings.NewReader(form)
	}
	r, err := http.NewRequest(method, target, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer sk_test_sandbox_1")
	r.Header.Set("Stripe-Version", "2023-10-16")
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := (&http.Client{Transport: tr}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

func TestTheSandboxGetsTheRequestAsItWas(t *testing.T) {
	base := sandbox(t).URL
	tr := New(t, nil)
	for _, tc := range []struct{ request, form, want string }{
		{"POST " + base + "/v1/customers", "email=a%40example.org", "POST /v1/customers Bearer sk_test_sandbox_1 email=a%40example.org"},
		{"GET " + base + "/v1/charges?limit=3&expand[]=data.customer", "", "GET /v1/charges?limit=3&expand[]=data.customer Bearer sk_test_sandbox_1 "},
		{"DELETE " + base + "/v1/customers/cus_unknown", "", "DELETE /v1/customers/cus_unknown Bearer sk_test_sandbox_1 "},
	} {
		if got := send(t, tr, tc.request, tc.form); got != tc.want {
			t.Errorf("%s: %q", tc.request, got)
		}
	}
	if tr.Replayed() != 3 || len(tr.Refusals()) != 0 {
		t.Errorf("%d asked about, refused: %v", tr.Replayed(), tr.Refusals())
	}
}

func TestWhatTheRealServiceWouldNotUnderstandFailsTheTest(t *testing.T) {
	base := sandbox(t).URL
	for _, tc := range []struct {
		request, form, path string
		status              int
		words               string
	}{
		{"POST " + base + "/v1/payment_intents", "currency=eur", "/v1/payment_intents", 400, "amount"},
		{"POST " + base + "/v1/payment_intents", "amount=many&currency=eur", "/v1/payment_intents", 400, "amount"},
		{"POST " + base + "/v1/payment_intents", "amount=100&currency=eur&colour=red", "/v1/payment_intents", 400, "colour"},
		{"POST " + base + "/v1/payment_intents", "amount=100&currency=eur&setup_future_usage=later", "/v1/payment_intents", 400, "setup_future_usage"},
		{"GET " + base + "/v1/charges?colour=red", "", "/v1/charges", 400, "colour"},
		{"GET " + base + "/v1/debtors/d_1", "", "/v1/debtors/d_1", 404, "/v1/debtors/d_1"},
	} {
		l := &listener{TB: t}
		tr := New(l, nil)
		send(t, tr, tc.request, tc.form)
		l.end()
		method, _, _ := strings.Cut(tc.request, " ")
		if len(l.errors) != 1 || !strings.HasPrefix(l.errors[0], fmt.Sprintf("stripe-mock: %s %s (", method, tc.path)) || !strings.Contains(l.errors[0], fmt.Sprintf("): %d ", tc.status)) || !strings.Contains(l.errors[0], tc.words) {
			t.Errorf("%s %s: %q", tc.request, tc.form, l.errors)
		}
	}
}

func TestAnotherVersionIsRefused(t *testing.T) {
	l := &listener{TB: t}
	tr := New(l, nil)
	r := httptest.NewRequest("GET", sandbox(t).URL+"/v1/balance", nil)
	r.RequestURI = ""
	r.Header.Set("Stripe-Version", "2024-04-10")
	resp, err := (&http.Client{Transport: tr}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	l.end()
	if len(l.errors) != 1 || !strings.Contains(l.errors[0], "2024-04-10") {
		t.Error(l.errors)
	}
}

type broken struct{}

func (broken) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
	return nil, errors.New("connection reset")
}

func TestARequestWhoseAnswerWasLostIsJudgedToo(t *testing.T) {
	l := &listener{TB: t}
	tr := New(l, broken{})
	resp, err := (&http.Client{Transport: tr}).Post("http://sandbox.invalid/v1/customers", "application/x-www-form-urlencoded", strings.NewReader("colour=red"))
	if err == nil {
		_ = resp.Body.Close()
		t.Fatal("the sandbox's error was lost")
	}
	l.end()
	if len(l.errors) != 1 || !strings.Contains(l.errors[0], "colour") {
		t.Error(l.errors)
	}
}

func TestPagesAndControlsAreNotReplayed(t *testing.T) {
	l := &listener{TB: t}
	base := sandbox(t).URL
	tr := New(l, nil)
	send(t, tr, "POST "+base+"/_sandbox/clock", "advance=1h")
	send(t, tr, "GET "+base+"/c/pay/cs_test_1", "")
	if tr.Replayed() != 0 {
		t.Errorf("%d replayed", tr.Replayed())
	}
	l.end()
	if len(l.errors) != 1 || !strings.Contains(l.errors[0], "asked nothing") {
		t.Errorf("nobody noticed: %q", l.errors)
	}
}

func TestAMockThatIsGoneFailsTheTest(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	t.Setenv(EnvMock, gone.URL)
	gone.Close()
	l := &listener{TB: t}
	tr := New(l, nil)
	send(t, tr, "GET "+sandbox(t).URL+"/v1/balance", "")
	l.end()
	if len(l.errors) != 1 || !strings.HasPrefix(l.errors[0], "stripe-mock: GET /v1/balance (): 0 ") {
		t.Error(l.errors)
	}
}

func TestWithoutAMockTheTestFailsAtOnce(t *testing.T) {
	for _, addr := range []string{"", "12111", "http://"} {
		t.Setenv(EnvMock, addr)
		l := &listener{TB: t, alone: true}
		done := make(chan struct{})
		go func() {
			defer close(done)
			New(l, nil)
			t.Error("went on")
		}()
		<-done
		if !strings.Contains(l.fatal, EnvMock) {
			t.Errorf("%q: %q", addr, l.fatal)
		}
	}
}

func TestSeveralMaySendAtOnce(t *testing.T) {
	base := sandbox(t).URL
	l := &listener{TB: t}
	tr := New(l, nil)
	client := &http.Client{Transport: tr, Timeout: time.Minute}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			form := url.Values{"email": {"a@example.org"}}
			if i%2 == 0 {
				form.Set("colour", "red")
			}
			resp, err := client.PostForm(base+"/v1/customers", form)
			if err != nil {
				t.Error(err)
				return
			}
			_ = resp.Body.Close()
		})
	}
	all.Wait()
	l.end()
	if tr.Replayed() != 20 || len(tr.Refusals()) != 10 || len(l.errors) != 10 {
		t.Errorf("%d replayed, %d refused, %d errors", tr.Replayed(), len(tr.Refusals()), len(l.errors))
	}
}
