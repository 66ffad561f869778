package portal

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"quitt/notifications/hook"
	"quitt/portal/api"
	"quitt/store/storetest"
)

// judge holds every answer of the API to its description. It is not the library that serves:
// what one gets wrong the other finds.
type judge struct {
	doc    *openapi3.T
	router routers.Router

	mu   sync.Mutex
	seen map[string]map[int]bool // statuses by operation
}

func newJudge(t testing.TB) *judge {
	t.Helper()
	spec, err := api.Spec(api.NewService(nil, storetest.Clock, api.Desks{}))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(spec)
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = nil // whatever the address of this test is
	router, err := legacy.NewRouter(doc, openapi3.DisableExamplesValidation())
	if err != nil {
		t.Fatal(err)
	}
	return &judge{doc: doc, router: router, seen: map[string]map[int]bool{}}
}

// check compares an answer, and where it is a success the request too.
func (j *judge) check(r *http.Request, sent string, res *http.Response, body []byte) (operation string, err error) {
	route, params, err := j.router.FindRoute(r)
	if err != nil {
		return "", err
	}
	operation = route.Operation.OperationID
	j.mu.Lock()
	if j.seen[operation] == nil {
		j.seen[operation] = map[int]bool{}
	}
	j.seen[operation][res.StatusCode] = true
	j.mu.Unlock()
	asked := r.Clone(context.Background())
	asked.Body = io.NopCloser(strings.NewReader(sent))
	in := &openapi3filter.RequestValidationInput{Request: asked, PathParams: params, Route: route,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}
	if res.StatusCode < 300 {
		if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
			return operation, err
		}
	}
	return operation, openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{RequestValidationInput: in,
		Status: res.StatusCode, Header: res.Header, Body: io.NopCloser(bytes.NewReader(body)), Options: in.Options})
}

// hooks may reach this machine, as an operator may allow.
func (w *world) hooks() hook.Desk {
	v, err := hook.NewVault([][]byte{bytes.Repeat([]byte{9}, 32)})
	w.must(err)
	wall := hook.Wall{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	return hook.Desk{Store: w.store, Now: w.clock.Now, Client: hook.NewClient(hook.Options{Wall: wall, Now: w.clock.Now}), Vault: v}
}
