// Package client calls the REST API of a Quitt installation. Types and operations are made
// from docs/openapi.json (go test ./client -update); what holds for all of them is here and in
// docs/api.md. It needs nothing but the standard library.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Client is a program of one creditor. It is safe for concurrent use.
type Client struct {
	URL  string       // of the installation, "https://portal.example.de"
	Key  string       // of the creditor, "qk_…"
	HTTP *http.Client // nil: the default one. Give it a timeout
	// Language of what Problem says: "de" or "en".
	Language string
}

// Error says a refusal. Type and the codes of Errors are stable; the rest is for people.
func (p *Problem) Error() string {
	if len(p.Errors) == 0 {
		return fmt.Sprintf("quitt: %d %s: %s", p.Status, p.Title, p.Detail)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "quitt: %d %s", p.Status, p.Title)
	for _, f := range p.Errors {
		fmt.Fprintf(&b, "; %s %s: %s", f.Location, f.Code, f.Detail)
	}
	return b.String()
}

// Of gives a pointer, for fields that may be left out.
func Of[T any](v T) *T { return &v }

// Option changes one request.
type Option func(http.Header)

// Once lets a request take effect once: the same again within 24 hours gives the same answer.
func Once(key string) Option { return func(h http.Header) { h.Set("Idempotency-Key", key) } }

// DryRun lets a request do everything and keep nothing.
func DryRun() Option { return func(h http.Header) { h.Set("Dry-Run", "true") } }

// request is one call.
type request struct {
	method, path string
	query        url.Values
	body         any
	options      []Option
}

// at fills the places of a path.
func at(template string, parts ...string) string {
	for _, part := range parts {
		begin, end := strings.IndexByte(template, '{'), strings.IndexByte(template, '}')
		template = template[:begin] + url.PathEscape(part) + template[end+1:] // which leaves no brace
	}
	return template
}

// call sends a request and reads its answer; a refusal is a *Problem.
func call[T any](ctx context.Context, c *Client, r request) (*T, error) {
	b, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	out := new(T)
	if err := json.Unmarshal(b, out); err != nil {
		return nil, fmt.Errorf("quitt: %s %s: %w", r.method, r.path, err)
	}
	return out, nil
}

// mostAnswer is more than any answer has.
const mostAnswer = 64 << 20

func (c *Client) send(ctx context.Context, r request) ([]byte, error) {
	var body io.Reader
	if r.body != nil {
		b, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	target := strings.TrimSuffix(c.URL, "/") + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	q, err := http.NewRequestWithContext(ctx, r.method, target, body)
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{"Authorization": "Bearer " + c.Key, "Accept-Language": c.Language, "Content-Type": "application/json"} {
		if value != "" && (name != "Content-Type" || body != nil) {
			q.Header.Set(name, value)
		}
	}
	for _, change := range r.options {
		change(q.Header)
	}
	h := c.HTTP
	if h == nil {
		h = http.DefaultClient
	}
	res, err := h.Do(q)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer))
	if err != nil || res.StatusCode < http.StatusBadRequest {
		return b, err
	}
	p := &Problem{Status: int64(res.StatusCode), Title: res.Status}
	_ = json.Unmarshal(b, p) // what a proxy answers is no problem of ours: then the status must do
	return nil, p
}
