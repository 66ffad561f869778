package portal

import (
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/portal/creditor"
	"quitt/portal/creditor/bank"
	"quitt/portal/creditor/debits"
	"quitt/portal/creditor/intake"
	"quitt/portal/creditor/signin"
	"quitt/portal/page"
)

// staffHome begins the addresses of the creditor's window. They know no cookie but its own, and
// no other address knows that one.
const staffHome = "/verwaltung"

func ofStaff(path string) bool {
	return path == staffHome || strings.HasPrefix(path, staffHome+"/")
}

// staffRoutes lists the pages of the creditor's window.
func staffRoutes(p *creditor.Pages) (list []route) {
	if p == nil {
		return nil
	}
	list = append(open(Anyone, p.Open()), open(Signed, p.Signed())...)
	for name, way := range p.Within() {
		one := open(Staff, map[string]fiber.Handler{name: way.Handler})
		at := one[0].Path
		most := max(bank.Uploads[at], debits.Uploads[at])
		one[0].Right, one[0].files, one[0].most = way.Right, slices.Contains(intake.Uploads, at) || most > 0, most
		list = append(list, one...)
	}
	for i, r := range list {
		list[i].attempt, list[i].counts = creditor.Tries(r.Method, r.Path)
	}
	return list
}

func (s *Server) staffCookie() cookieStyle {
	return cookieStyle{strings.Replace(s.cookie.name, "sid", "vid", 1), s.cookie.secure}
}

func (s *Server) setStaff(c *fiber.Ctx, o staffing.Opened) {
	writeCookie(c, s.staffCookie(), &fiber.Cookie{Value: o.Cookie, SessionOnly: true})
}

func (s *Server) endStaff(c *fiber.Ctx) { deleteCookie(c, s.staffCookie()) }

// travelTime is longer than anybody may take at the identity provider.
const travelTime = 15 * time.Minute

// travel is a cookie of its own beside that of a sign-in, which goes on meanwhile.
func (s *Server) travel() signin.Travel {
	style := cookieStyle{strings.Replace(s.cookie.name, "sid", "oid", 1), s.cookie.secure}
	return signin.Travel{
		Keep: func(c *fiber.Ctx, sealed string) {
			writeCookie(c, style, &fiber.Cookie{Value: sealed, MaxAge: int(travelTime.Seconds())})
		},
		Take: func(c *fiber.Ctx) string {
			sealed := c.Cookies(style.name)
			if sealed != "" {
				writeCookie(c, style, &fiber.Cookie{Value: "", Expires: time.Unix(0, 0)})
			}
			return sealed
		},
	}
}

// staffSession is session for the creditor's window. Who has not signed in is led to where one
// does, so that an error of the database is one on every page.
func (s *Server) staffSession(c *fiber.Ctx) error {
	r, cookie := page.Of(c), c.Cookies(s.staffCookie().name)
	if cookie == "" {
		return c.Next()
	}
	v, err := s.o.Staff.Staff.Visit(c.UserContext(), cookie)
	switch {
	case err == nil:
		r.Cookie, r.Staff, r.CSRF = cookie, &v, formToken(cookie)
	case debt.KindOf(err) == debt.NotFound:
		s.endStaff(c)
	default:
		return err
	}
	return c.Next()
}
