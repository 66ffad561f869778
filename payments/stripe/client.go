package stripe

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/form"

	"quitt/debt/rail"
	"quitt/payments"
)

// Version is the version of Stripe's API this room is written against. stripe-go sends the
// same; a test compares them.
const Version = "2023-10-16"

const (
	// timeout is a quarter of stripe-go's own: a debtor waits for the page, and what comes
	// later is found by its key.
	timeout = 20 * time.Second
	// maxAnswer bounds what is read of an answer. A page of a hundred objects has a few
	// hundred kilobytes; one that is cut off is no JSON, so its outcome counts as unknown.
	maxAnswer = 16 << 20
	// maxPages ends a list that never does: two hundred thousand objects.
	maxPages = 2000
	pageSize = 100
)

// Options are what a client is made of. Only Now is needed.
type Options struct {
	URL     string            // of the API: the sandbox's or a test's; "" is Stripe's
	HTTP    http.RoundTripper // nil: the standard library's, with its proxy settings
	Now     func() time.Time
	Timeout time.Duration // of one request; 0 is 20 s
}

// Client calls Stripe for any number of accounts. Make it with New.
type Client struct {
	backend stripe.Backend
	now     func() time.Time
}

var _ payments.Provider = (*Client)(nil)

// New makes a client. It has one backend of its own and none of stripe-go's global ones:
// those for Connect and uploads would go to Stripe whatever URL says, so they do not exist.
//
// stripe-go repeats nothing. Its pauses ignore the context, and three times twenty seconds is
// longer than anybody waits for a page. Who wants a call repeated does it with the same
// order, hence the same key.
func New(o Options) *Client {
	if o.URL == "" {
		o.URL = stripe.APIURL
	}
	if o.Timeout == 0 {
		o.Timeout = timeout
	}
	if o.HTTP == nil {
		o.HTTP = http.DefaultTransport
	}
	return &Client{now: o.Now, backend: stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{
		URL: stripe.String(o.URL),
		HTTPClient: &http.Client{
			Timeout: o.Timeout, Transport: discreet{o.HTTP},
			// Stripe's API redirects nobody; who does is not Stripe, and shall not get the key.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		MaxNetworkRetries: stripe.Int64(0),
		EnableTelemetry:   stripe.Bool(false),
		// Its messages contain whole answers: names, addresses, secrets.
		LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull},
	})}
}

// discreet stands between stripe-go and the wire. It keeps what stripe-go tells about the machine (host name, kernel) to ourselves.
type discreet struct{ next http.RoundTripper }

func (d discreet) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", "Quitt/1")
	r.Header.Set("X-Stripe-Client-User-Agent", `{"bindings_version":"`+stripe.ClientVersion+`","lang":"go","publisher":"quitt"}`)
	res, err := d.next.RoundTrip(r)
	if err == nil {
		res.Body = bounded{io.LimitReader(res.Body, maxAnswer), res.Body}
	}
	return res, err
}

type bounded struct {
	io.Reader
	io.Closer
}

// call is one use case of an account. asked is taken before its first request: facts are at
// least as young as that, and who compares two of them must not trust the younger answer of
// an older question.
type call struct {
	c     *Client
	ctx   context.Context
	a     rail.Account
	asked time.Time
}

func (c *Client) call(ctx context.Context, a rail.Account) call {
	return call{c: c, ctx: ctx, a: a, asked: c.now()}
}

// onBehalf names the account in the header, where the key is a platform's.
func (k call) onBehalf() *string {
	if !k.a.Connected {
		return nil
	}
	return stripe.String(k.a.External)
}

// asking are the parameters of a GET of one object.
type asking struct {
	stripe.Params `form:"*"`
	Expand        []*string `form:"expand"`
}

// get reads one object.
func (k call) get(v stripe.LastResponseSetter, base, id string, expand ...string) error {
	if !isID(id) {
		return payments.ErrNoObject
	}
	p := &asking{}
	if len(expand) > 0 { // an empty list would be sent as an empty word, which is refused
		p.Expand = stripe.StringSlice(expand)
	}
	p.Context, p.StripeAccount = k.ctx, k.onBehalf()
	return ofRead(k.c.backend.Call(http.MethodGet, base+"/"+id, k.a.Key.Reveal(), p, v))
}

// post writes, and is the only place that does: every write has parameters and a key. Without
// parameters stripe-go would send no key and still repeat the call. The error is stripe-go's;
// ofWrite translates it.
func (k call) post(path, key string, p stripe.ParamsContainer, v stripe.LastResponseSetter) error {
	in := p.GetParams()
	in.Context, in.StripeAccount, in.IdempotencyKey = k.ctx, k.onBehalf(), stripe.String(key)
	return k.c.backend.Call(http.MethodPost, path, k.a.Key.Reveal(), p, v)
}

// page is one answer to a list.
type page[T any] struct {
	stripe.APIResource
	More bool      `json:"has_more"`
	Data []item[T] `json:"data"`
}

// item is one object of a list. Raw has the fields stripe-go does not know.
type item[T any] struct {
	ID    string
	Value *T
	Raw   json.RawMessage
}

// UnmarshalJSON reads an object twice: as its type, and as one with an id.
func (i *item[T]) UnmarshalJSON(b []byte) error {
	var named struct{ ID string }
	if err := json.Unmarshal(b, &named); err != nil {
		return err
	}
	i.ID, i.Raw = named.ID, append(json.RawMessage(nil), b...)
	return json.Unmarshal(b, &i.Value)
}

// listing are parameters of a list.
type listing interface {
	stripe.ParamsContainer
	stripe.ListParamsContainer
}

// list reads a list page by page, newest first, until each says no. stripe-go's own iterator
// would keep no context between pages and stumble over an item that is null.
func list[T any](k call, path string, p listing, each func(item[T]) bool) error {
	in := p.GetListParams()
	in.Context, in.StripeAccount, in.Limit = k.ctx, k.onBehalf(), stripe.Int64(pageSize)
	for range maxPages {
		var (
			got  page[T]
			body form.Values
		)
		form.AppendTo(&body, p) // Backend.Call panics on parameters without metadata
		if err := ofRead(k.c.backend.CallRaw(http.MethodGet, path, k.a.Key.Reveal(), &body, p.GetParams(), &got)); err != nil {
			return err
		}
		for _, it := range got.Data {
			if it.Value != nil && !each(it) {
				return nil
			}
		}
		if !got.More || len(got.Data) == 0 {
			return nil
		}
		in.StartingAfter = stripe.String(got.Data[len(got.Data)-1].ID)
	}
	return payments.ErrBusy
}

// isID keeps ids that came from outside from being anything but one part of a path.
func isID(id string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
	return id != "" && len(id) <= 255 && strings.Trim(id, letters) == ""
}

// replayed reports whether an answer is that of an earlier call with the same key: what it
// says was true then.
func replayed(r *stripe.APIResponse) bool {
	return r != nil && r.Header.Get("Idempotent-Replayed") == "true"
}
