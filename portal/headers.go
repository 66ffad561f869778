package portal

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

type header struct{ name, value string }

// featuresOff is what the browser is forbidden. Every feature a page could ask for is
// named, because one that is not named stays allowed; a name browsers do not know is an
// error in their console. Left to our own pages is what passkeys need.
var featuresOff = []string{
	"accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture",
	"encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts",
	"magnetometer", "microphone", "midi", "payment", "picture-in-picture",
	"screen-wake-lock", "serial", "storage-access", "usb", "window-management", "xr-spatial-tracking",
}

// headersOf are the same on every answer, refusals and files included: a page with an
// account number on it must not be framed, cached, sniffed, indexed or referred to.
func headersOf(o Options) []header {
	// Chromium also checks redirects after a form against form-action, so the checkout's
	// origin must stand here or the visitor never gets there.
	forms := strings.Join(append([]string{"'self'"}, o.FormTargets...), " ")
	csp := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; form-action " + forms + "; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; " +
		"require-trusted-types-for 'script'"
	list := []header{
		{"Content-Security-Policy", csp},
		{"X-Content-Type-Options", "nosniff"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Permissions-Policy", strings.Join(featuresOff, "=(), ") + "=()"},
		{"Referrer-Policy", "same-origin"},
		{"Cache-Control", "no-store"}, // files and the like say otherwise themselves
		{"X-Robots-Tag", "noindex, nofollow"},
	}
	if o.PublicURL.Scheme == "https" {
		list = append(list, header{"Strict-Transport-Security", "max-age=63072000; includeSubDomains"})
	}
	return list
}

// secure comes before anything is refused, so that refusals carry the headers too.
func (s *Server) secure(c *fiber.Ctx) error {
	s.setHeaders(c)
	return c.Next()
}

func (s *Server) setHeaders(c *fiber.Ctx) {
	for _, h := range s.headers {
		c.Set(h.name, h.value)
	}
}
