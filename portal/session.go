package portal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin"
	"quitt/debt"
	"quitt/portal/page"
)

// cookieStyle is how the session cookie is written.
type cookieStyle struct {
	name   string
	secure bool
}

// cookieOf takes the prefix that browsers enforce: a cookie of that name came over https
// from this very host and cannot be planted by a neighbour. Over http, on one's own
// machine, browsers refuse it.
func cookieOf(u *url.URL) cookieStyle {
	if u.Scheme == "https" {
		return cookieStyle{"__Host-sid", true}
	}
	return cookieStyle{"sid", false}
}

// setSession gives the visitor a new session. Lax, because Strict would lose it on the way
// back from the checkout.
func (s *Server) setSession(c *fiber.Ctx, o signin.Opened) {
	writeCookie(c, s.cookie, &fiber.Cookie{Value: o.Cookie, SessionOnly: true})
}

// endSession takes it back, with whatever the browser kept of it.
func (s *Server) endSession(c *fiber.Ctx) { deleteCookie(c, s.cookie) }

func deleteCookie(c *fiber.Ctx, style cookieStyle) {
	writeCookie(c, style, &fiber.Cookie{Value: "", Expires: time.Unix(0, 0)})
	c.Set("Clear-Site-Data", `"cache", "storage"`)
}

func writeCookie(c *fiber.Ctx, style cookieStyle, cookie *fiber.Cookie) {
	cookie.Name, cookie.Path, cookie.Secure = style.name, "/", style.secure
	cookie.HTTPOnly, cookie.SameSite = true, fiber.CookieSameSiteLaxMode
	c.Cookie(cookie)
}

// session finds who asks. A page that anyone may see is shown without a session when the
// database does not answer; one that needs it says so.
func (s *Server) session(c *fiber.Ctx) error {
	f, r := factsOf(c), page.Of(c)
	if f.route != nil && ofStaff(f.route.Path) {
		return s.staffSession(c)
	}
	cookie := c.Cookies(s.cookie.name)
	if cookie == "" || f.route == nil || f.route.bare || f.route.programs() || f.route.Who == Provider {
		return c.Next()
	}
	v, err := s.visit(c.UserContext(), cookie)
	switch {
	case err == nil:
		r.Cookie, r.Visit, r.CSRF = cookie, &v, formToken(cookie)
	case debt.KindOf(err) == debt.NotFound || debt.KindOf(err) == debt.Expired:
		f.ended = true
		s.endSession(c)
	case f.route.Who != Anyone || f.route.Method == fiber.MethodPost:
		return err
	}
	return c.Next()
}

// formToken is bound to the session by its secret, so nothing needs to be stored and a new
// session has a new one.
func formToken(cookie string) string {
	mac := hmac.New(sha256.New, []byte(cookie))
	mac.Write([]byte("csrf"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
