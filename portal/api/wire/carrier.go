package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

// carrier lets huma read a request of Fiber and write its answer. humafiber would bring its
// own router entries, and these stand in one list here, with who may come.
type carrier struct {
	c      *fiber.Ctx
	op     *huma.Operation
	ctx    context.Context
	status int
	err    error // why there is no answer
}

type carrierKey struct{}

func newCarrier(c *fiber.Ctx, op *huma.Operation, caller Caller) *carrier {
	k := &carrier{c: c, op: op}
	k.ctx = context.WithValue(context.WithValue(c.UserContext(), carrierKey{}, k), callerKey{}, caller)
	return k
}

// fail keeps the first error: it becomes the answer.
func (k *carrier) fail(err error) {
	if k.err == nil {
		k.err = err
	}
}

func (k *carrier) Operation() *huma.Operation { return k.op }

func (k *carrier) Context() context.Context { return k.ctx }

func (k *carrier) TLS() *tls.ConnectionState { return nil }

func (k *carrier) Version() huma.ProtoVersion { return huma.ProtoVersion{Proto: k.c.Protocol()} }

func (k *carrier) Method() string { return k.c.Method() }

func (k *carrier) Host() string { return k.c.Hostname() }

func (k *carrier) RemoteAddr() string { return "" }

func (k *carrier) URL() url.URL {
	u, err := url.Parse(string(k.c.Request().RequestURI()))
	if err != nil {
		return url.URL{}
	}
	return *u
}

// Param gives a part of the path as it was meant: a reference may hold a slash. What cannot
// be decoded stays as it is and names nothing.
func (k *carrier) Param(name string) string {
	raw := k.c.Params(name)
	if plain, err := url.PathUnescape(raw); err == nil {
		return plain
	}
	return raw
}

func (k *carrier) Query(name string) string { return string(k.c.Context().QueryArgs().Peek(name)) }

func (k *carrier) Header(name string) string { return k.c.Get(name) }

func (k *carrier) EachHeader(do func(name, value string)) {
	for name, value := range k.c.Request().Header.All() {
		do(string(name), string(value))
	}
}

// BodyReader reads what the server has bounded already.
func (k *carrier) BodyReader() io.Reader { return bytes.NewReader(k.c.Request().Body()) }

var errNoForms = errors.New("wire: no operation takes a form")

func (k *carrier) GetMultipartForm() (*multipart.Form, error) { return nil, errNoForms }

func (k *carrier) SetReadDeadline(time.Time) error { return nil }

func (k *carrier) SetStatus(code int) {
	k.status = code
	k.c.Status(code)
}

func (k *carrier) Status() int { return k.status }

func (k *carrier) SetHeader(name, value string) { k.c.Set(name, value) }

func (k *carrier) AppendHeader(name, value string) { k.c.Append(name, value) }

func (k *carrier) BodyWriter() io.Writer { return k.c.Context() }

// adapter keeps operations for the list of routes.
type adapter struct{ list []*Operation }

func (a *adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	a.list = append(a.list, &Operation{Operation: op, handler: handler})
}

// ServeHTTP would serve outside of our server.
func (a *adapter) ServeHTTP(http.ResponseWriter, *http.Request) {
	panic("wire: operations are served by portal")
}
