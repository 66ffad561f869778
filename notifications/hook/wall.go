package hook

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"quitt/debt"
)

// Wall keeps requests away from addresses inside: an endpoint's URL is a creditor's choice,
// and must not let him reach the operator's network through us.
type Wall struct {
	// Allow are networks that may be reached all the same, also without TLS.
	Allow []netip.Prefix
	// Lookup finds the addresses of a name; nil is the system's resolver.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
}

func prefixes(list ...string) (out []netip.Prefix) {
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// What is not public (IANA's special-purpose registries, RFC 6890 and its updates).
var (
	closed4 = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
		"192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4")
	// Of IPv6 only 2000::/3 is in use at all, so everything else is closed: loopback, mapped
	// IPv4, NAT64, unique local, site and link local, multicast.
	open6   = prefixes("2000::/3")
	closed6 = prefixes("2001::/23", // protocols: Teredo, benchmarks, ORCHID
		"2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)

// Public reports whether an address is one of the public internet.
func Public(a netip.Addr) bool {
	in := func(list []netip.Prefix) bool {
		return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	switch {
	case !a.IsValid() || a.Zone() != "":
		return false
	case a.Is4():
		return !in(closed4)
	}
	return in(open6) && !in(closed6)
}

// allowed reports whether the operator lets an address be reached although it is inside.
func (w Wall) allowed(a netip.Addr) bool {
	return a.Zone() == "" && slices.ContainsFunc(w.Allow, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
}

// may reports whether a request may go to an address; without TLS only to allowed ones.
func (w Wall) may(a netip.Addr, plain bool) bool { return w.allowed(a) || !plain && Public(a) }

var errInside = errors.New("hook: the address is not public")

// control is asked by the dialer for each address it is about to connect to, after the name
// was resolved: a name that resolves to something else the second time gains nothing.
func (w Wall) control(plain bool) func(network, address string, _ syscall.RawConn) error {
	return func(network, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !strings.HasPrefix(network, "tcp") || !w.may(at.Addr(), plain) {
			return errInside
		}
		return nil
	}
}

const maxURL = 2000

// ParseURL reads the address of an endpoint, or refuses with Invalid "hook_url_invalid",
// "hook_url_insecure" or "hook_url_host". What it lets pass is still to be resolved.
func (w Wall) ParseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	bad := err != nil || len(raw) > maxURL || u.Opaque != "" || u.Host == "" || u.User != nil || u.Fragment != "" || strings.HasSuffix(raw, "#") ||
		!slices.Contains([]string{"https", "http"}, u.Scheme) || !portFits(u)
	switch {
	case bad:
		return nil, debt.E(debt.Invalid, "hook_url_invalid", nil)
	case u.Scheme == "http" && len(w.Allow) == 0:
		return nil, debt.E(debt.Invalid, "hook_url_insecure", nil)
	case !hostFits(u.Hostname()):
		return nil, debt.E(debt.Invalid, "hook_url_host", nil)
	}
	return u, nil
}

func portFits(u *url.URL) bool {
	n, err := strconv.Atoi(u.Port())
	return u.Port() == "" && !strings.HasSuffix(u.Host, ":") || err == nil && n > 0 && n < 1<<16
}

// hostFits takes addresses in their usual form and names of letters, digits, hyphens and
// dots. A name that ends in a number is none: some resolvers read 0x7f.1, 017700000001 and
// 2130706433 as 127.0.0.1.
func hostFits(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Zone() == ""
	}
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.Trim(strings.ToLower(label), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	last := strings.ToLower(labels[len(labels)-1])
	_, hex := strings.CutPrefix(last, "0x")
	return len(host) <= 253 && !hex && strings.Trim(last, "0123456789") != ""
}

// Check resolves the address of a new endpoint and refuses with Invalid "hook_url_inside",
// naming the address, or "hook_url_unknown". Each connection is checked again.
func (w Wall) Check(ctx context.Context, u *url.URL) error {
	list, err := w.addresses(ctx, u.Hostname())
	if err != nil || len(list) == 0 {
		return debt.E(debt.Invalid, "hook_url_unknown", debt.Args{"host": u.Hostname()})
	}
	for _, a := range list {
		switch {
		case u.Scheme == "http" && !w.allowed(a):
			return debt.E(debt.Invalid, "hook_url_insecure", nil)
		case !w.may(a, false):
			return debt.E(debt.Invalid, "hook_url_inside", debt.Args{"address": a.String()})
		}
	}
	return nil
}

func (w Wall) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	lookup := w.Lookup
	if lookup == nil {
		lookup = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	list, err := lookup(ctx, host)
	for i := range list {
		list[i] = list[i].Unmap() // resolvers give IPv4 in both forms
	}
	return list, err
}

// ParseAllow reads networks and addresses, or refuses with Invalid "hook_allow_invalid".
func ParseAllow(list []string) (out []netip.Prefix, err error) {
	for _, raw := range list {
		raw = strings.TrimSpace(raw)
		p, err := netip.ParsePrefix(raw)
		if a, addrErr := netip.ParseAddr(raw); err != nil && addrErr == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil || p.Addr().Is4In6() {
			return nil, debt.E(debt.Invalid, "hook_allow_invalid", debt.Args{"value": raw})
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
