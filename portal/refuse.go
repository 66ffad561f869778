package portal

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
)

// refuse turns away what no browser sends to us. A compressed body is one of them: half a
// megabyte of gzip unpacks to half a gigabyte, and Fiber's own limit counts the packed
// bytes. Unknown methods were refused before Fiber saw them.
func (s *Server) refuse(c *fiber.Ctx) error {
	if c.Get(fiber.HeaderContentEncoding) != "" {
		return fiber.ErrUnsupportedMediaType
	}
	// The target of the request line may name a host too, and it wins.
	header, target := string(c.Request().Header.Host()), string(c.Context().Host())
	switch {
	case header == "":
		return fiber.ErrBadRequest
	case !s.hosts.allow(header) || !s.hosts.allow(target):
		return fiber.ErrMisdirectedRequest
	}
	// The code belongs behind "#", where no log sees it; and no form of ours has a query,
	// which Fiber's FormValue would prefer to the form.
	// The address of a one-click opt-out has one, as the mail's header must (RFC 8058).
	r := factsOf(c).route
	if len(c.Context().QueryArgs().QueryString()) > 0 && (c.Path() == "/" || c.Method() == fiber.MethodPost) &&
		(r == nil || r.Path != "/abbestellen") {
		return incomplete
	}
	return c.Next()
}

// hosts are the names we answer to. Any other is a stale DNS entry, a scanner, or somebody
// who wants a link in a page to point elsewhere.
type hosts struct {
	public   string // as a browser sends it: without the scheme's own port
	loopback bool
}

func hostsOf(o Options) hosts { return hosts{hostOf(o.PublicURL), o.Loopback} }

func (h hosts) allow(host string) bool {
	return strings.EqualFold(host, h.public) || h.loopback && isLoopback(host)
}

func hostOf(u *url.URL) string {
	port := u.Port()
	if port == "" || u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		return strings.TrimSuffix(strings.ToLower(u.Host), ":"+port)
	}
	return strings.ToLower(u.Host)
}

// isLoopback takes a host with or without port.
func isLoopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	addr, err := netip.ParseAddr(name)
	return strings.EqualFold(name, "localhost") || err == nil && addr.IsLoopback()
}

// ParsePublicURL reads the address people type. Plain http is for one's own machine only:
// anywhere else the code of a letter and the session would travel readable.
func ParsePublicURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	bad := err != nil || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" ||
		!slices.Contains([]string{"http", "https"}, u.Scheme)
	switch {
	case bad:
		return nil, debt.E(debt.Invalid, "public_url_invalid", nil)
	case u.Scheme == "http" && !isLoopback(u.Host):
		return nil, debt.E(debt.Invalid, "public_url_insecure", nil)
	}
	u.Path = ""
	return u, nil
}
