package portal

import (
	"crypto/subtle"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/portal/page"
)

// sameOrigin lets a POST pass only if the browser says that it comes from one of our
// pages, and, within a session, if it carries that session's form token. Either would do
// in a current browser; both together survive a mistake in one.
func (s *Server) sameOrigin(c *fiber.Ctx) error {
	if c.Method() != fiber.MethodPost {
		return c.Next()
	}
	if r := factsOf(c).route; r == nil && forPrograms(c) || r.programs() {
		return c.Next() // a browser adds no Authorization by itself
	}
	if r := factsOf(c).route; r != nil && (r.proved || r.Who == Provider) {
		return c.Next() // no session is looked at there, so there is none to misuse
	}
	if !s.fromHere(c.Get("Sec-Fetch-Site"), c.Get(fiber.HeaderOrigin), string(c.Context().Host())) {
		return fiber.ErrForbidden
	}
	want := page.Of(c).CSRF
	if takesFiles(c) {
		return withFiles(c, want)
	}
	form, err := page.Form(c)
	if err != nil {
		return err
	}
	if want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(form.Get("csrf"))) != 1 {
		return fiber.ErrForbidden
	}
	return c.Next()
}

// withFiles begins to read a form with files, as far as its token. Without a session there is
// none to misuse, and nothing is read.
func withFiles(c *fiber.Ctx, want string) error {
	if want == "" {
		return c.Next()
	}
	page.AllowFile(c, factsOf(c).route.most)
	form, err := page.FilesOf(c)
	if err != nil {
		return err
	}
	defer form.Close()
	if subtle.ConstantTimeCompare([]byte(want), []byte(form.Token())) != 1 {
		return fiber.ErrForbidden
	}
	return c.Next()
}

// fromHere is the rule of net/http's CrossOriginProtection, but a request with neither
// header is refused: browsers that send neither are older than any that can show our
// pages, and what is no browser has no business with forms.
func (s *Server) fromHere(site, origin, host string) bool {
	switch site {
	case "same-origin", "none": // none: typed or resent by the visitor
		return true
	case "":
	default:
		return false
	}
	o, err := url.Parse(origin)
	return err == nil && o.Scheme == s.o.PublicURL.Scheme && o.Host != "" && strings.EqualFold(o.Host, host)
}
