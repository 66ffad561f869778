package portal

import (
	"net/http"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// BenchmarkChain is what the server adds to a page: everything but the page, the session's
// query and the network.
func BenchmarkChain(b *testing.B) {
	st := start(b)
	handle := st.outermost(st.app.Handler())
	for name, prepare := range map[string]func(*fasthttp.Request){
		"page":    func(r *fasthttp.Request) { r.SetRequestURI("/hilfe") },
		"session": func(r *fasthttp.Request) { r.SetRequestURI("/akte"); r.Header.SetCookie("sid", letter) },
		"form": func(r *fasthttp.Request) {
			r.SetRequestURI("/sprache")
			r.Header.SetMethod(http.MethodPost)
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			r.Header.SetContentType(fiber.MIMEApplicationForm)
			r.SetBodyString("lang=de&path=%2F")
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var c fasthttp.RequestCtx
			for b.Loop() {
				c.Request.Reset()
				c.Response.Reset()
				c.ResetUserValues()
				c.Request.Header.SetHost("localhost")
				prepare(&c.Request)
				if handle(&c); c.Response.StatusCode() != http.StatusOK {
					b.Fatal(c.Response.StatusCode())
				}
			}
		})
	}
}

// BenchmarkMillionKeys is the cheapest answer to the most expensive form.
func BenchmarkMillionKeys(b *testing.B) {
	st := start(b)
	body := make([]byte, maxBody)
	for i := range body {
		body[i] = "a&"[i%2]
	}
	handle := st.outermost(st.app.Handler())
	var c fasthttp.RequestCtx
	for b.Loop() {
		c.Request.Reset()
		c.Response.Reset()
		c.ResetUserValues()
		c.Request.Header.SetHost("localhost")
		c.Request.SetRequestURI("/sprache")
		c.Request.Header.SetMethod(http.MethodPost)
		c.Request.Header.Set("Sec-Fetch-Site", "same-origin")
		c.Request.Header.SetContentType(fiber.MIMEApplicationForm)
		c.Request.SetBodyRaw(body)
		if handle(&c); c.Response.StatusCode() != fiber.StatusRequestEntityTooLarge {
			b.Fatal(c.Response.StatusCode())
		}
	}
}
