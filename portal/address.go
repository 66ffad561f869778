package portal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// locate finds out where a request comes from, for the limits alone; it is neither logged
// nor stored.
func (s *Server) locate(c *fiber.Ctx) error {
	var forwarded []string
	for _, line := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		forwarded = append(forwarded, string(line))
	}
	factsOf(c).address = clientAddress(c.Context().RemoteAddr(), forwarded, s.o.TrustedProxies)
	return c.Next()
}

// clientAddress is the rightmost hop that is not one of our proxies: each proxy appends
// the peer it saw, so everything to the left of that was written by the client. c.IP()
// takes the leftmost.
func clientAddress(peer net.Addr, forwarded []string, trusted []netip.Prefix) netip.Addr {
	at := func(a netip.Addr) bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	var client netip.Addr
	if tcp, ok := peer.(*net.TCPAddr); ok {
		client = tcp.AddrPort().Addr().Unmap().WithZone("")
	}
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !at(client) {
			break
		}
		a, err := netip.ParseAddr(strings.Trim(strings.TrimSpace(hop), "[]"))
		if err != nil {
			break // our proxy has written nothing here: the proxy itself is the client
		}
		client = a.Unmap().WithZone("")
	}
	return client
}

// addressKey is what the limits know of an address: its keyed hash. One household or
// server has a whole /64 of IPv6.
func addressKey(secret []byte, a netip.Addr) string {
	if a.Is6() {
		a = netip.PrefixFrom(a, 64).Masked().Addr()
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write(a.AsSlice())
	return "quitt:fail:" + hex.EncodeToString(mac.Sum(nil)[:16])
}
