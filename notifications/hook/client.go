package hook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// How a request ended; stored, and shown to operators. Only Delivered is a success.
const (
	Delivered = "delivered" // 2xx
	Redirect  = "redirect"  // 3xx is never followed: it could lead inside
	GoneAway  = "gone"      // 410: nothing more is wanted
	Refused   = "refused"   // any other status
	Timeout   = "timeout"   // no complete head within the time
	Inside    = "inside"    // the address is not public
	Unknown   = "unknown"   // the name has no address
	Untrusted = "untrusted" // no valid certificate
	Broken    = "broken"    // no connection, or no answer one could read
	Stopped   = "stopped"   // we stopped: says nothing about the endpoint
)

// Result is how a request ended.
type Result struct {
	Status     int // 0 without an answer
	Outcome    string
	RetryAfter time.Duration // as asked for by the receiver, 0 if it did not
	Took       time.Duration
}

// The bounds of one request.
const (
	requestTime = 15 * time.Second // from the name's lookup to the answer's head
	bodyTime    = time.Second      // for the body of an answer, which nobody reads
	bodySize    = 16 << 10
	headSize    = 16 << 10
)

// Options are what a client is made of.
type Options struct {
	Wall     Wall
	Now      func() time.Time
	Time     time.Duration  // for one request; 0 is 15 s
	Roots    *x509.CertPool // nil: the system's
	Resolver *net.Resolver  // nil: the system's
}

// Client sends requests. Make it with NewClient.
type Client struct {
	o             Options
	secure, plain *http.Client
}

// NewClient makes a client.
func NewClient(o Options) *Client {
	if o.Time == 0 {
		o.Time = requestTime
	}
	return &Client{o, o.client(false), o.client(true)}
}

// Wall is whom requests of this client may reach.
func (c *Client) Wall() Wall { return c.o.Wall }

// client makes one of the two: each knows by itself which addresses it may reach.
func (o Options) client(plain bool) *http.Client {
	dialer := &net.Dialer{Control: o.Wall.control(plain), Resolver: o.Resolver, Timeout: o.Time}
	return &http.Client{
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext,
			TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots},
			TLSHandshakeTimeout: o.Time, MaxResponseHeaderBytes: headSize, DisableCompression: true,
			MaxIdleConns: 1024, MaxIdleConnsPerHost: 64, IdleConnTimeout: 90 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Post sends a message once.
func (c *Client) Post(ctx context.Context, to *url.URL, m Message, secrets ...Secret) Result {
	began := c.o.Now()
	ctx, cancel := context.WithTimeout(ctx, c.o.Time)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), bytes.NewReader(m.Body))
	if err != nil {
		return Result{Outcome: Broken}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Quitt-Webhooks/1")
	r.Header.Set("webhook-id", string(m.ID))
	r.Header.Set("webhook-timestamp", strconv.FormatInt(began.Unix(), 10))
	r.Header.Set("webhook-signature", Sign(m, began, secrets...))
	client := c.secure
	if to.Scheme == "http" {
		client = c.plain
	}
	res, err := client.Do(r)
	if err != nil {
		return Result{Outcome: outcomeOf(ctx, err), Took: c.o.Now().Sub(began)}
	}
	defer func() { _ = res.Body.Close() }()
	drop(res.Body)
	return Result{res.StatusCode, outcomeOfStatus(res.StatusCode), retryAfter(res.Header.Get("Retry-After"), began), c.o.Now().Sub(began)}
}

// drop reads a little of the body, so that the connection can be used again. The status has
// said everything: a body without an end costs the connection and no more.
func drop(body io.ReadCloser) {
	late := time.AfterFunc(bodyTime, func() { _ = body.Close() })
	defer late.Stop()
	_, _ = io.Copy(io.Discard, io.LimitReader(body, bodySize))
}

func outcomeOfStatus(status int) string {
	switch {
	case status >= 200 && status < 300:
		return Delivered
	case status >= 300 && status < 400:
		return Redirect
	case status == http.StatusGone:
		return GoneAway
	}
	return Refused
}

func outcomeOf(ctx context.Context, err error) string {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		network     net.Error
	)
	switch {
	case errors.Is(err, errInside):
		return Inside
	case errors.Is(ctx.Err(), context.Canceled):
		return Stopped
	case errors.As(err, &network) && network.Timeout():
		return Timeout
	case errors.As(err, &dns):
		return Unknown
	case errors.As(err, &certificate):
		return Untrusted
	}
	return Broken
}

// retryAfter reads seconds or a date (RFC 9110, 10.2.3); anything else is nothing.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if n, err := strconv.ParseUint(value, 10, 32); err == nil {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}

// Close ends idle connections.
func (c *Client) Close() {
	c.secure.CloseIdleConnections()
	c.plain.CloseIdleConnections()
}
