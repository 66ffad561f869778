package hook

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quitt/debt"
)

// Every way to name something inside, from lists of request forgeries.
func TestAddressesInsideAreClosed(t *testing.T) {
	for _, s := range []string{
		"127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255",
		"169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "198.18.0.1", "198.19.255.255",
		"198.51.100.7", "203.0.113.9", "192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::1",
		"100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1",
		"3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0", "fec0::1", "ff02::1", "4000::1", "1000::1",
	} {
		a := netip.MustParseAddr(s)
		if Public(a) {
			t.Errorf("%s counts as public", s)
		}
		for _, plain := range []bool{false, true} {
			if err := (Wall{}).control(plain)("tcp", netip.AddrPortFrom(a, 443).String(), nil); !errors.Is(err, errInside) {
				t.Errorf("%s may be connected to: %v", s, err)
			}
		}
	}
	for _, s := range []string{"8.8.8.8", "1.1.1.1", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "223.255.255.255",
		"2606:4700::1111", "2a00:1450:4001::1", "2003::1", "2001:4860:4860::8888"} {
		at := netip.AddrPortFrom(netip.MustParseAddr(s), 8443).String()
		if err := (Wall{}).control(false)("tcp", at, nil); err != nil {
			t.Errorf("%s may not be connected to: %v", s, err)
		}
		if err := (Wall{}).control(true)("tcp", at, nil); err == nil {
			t.Errorf("%s may be connected to without TLS", s)
		}
	}
	for _, bad := range []string{"", "x", "127.0.0.1", "8.8.8.8", "[8.8.8.8:443"} {
		if err := (Wall{}).control(false)("tcp", bad, nil); err == nil {
			t.Errorf("%q may be connected to", bad)
		}
	}
	if (Wall{}).control(false)("udp", "8.8.8.8:53", nil) == nil {
		t.Error("udp")
	}
}

func TestWhatMayBeAnEndpoint(t *testing.T) {
	ok, invalid, insecure, host, inside, unknown := "", "hook_url_invalid", "hook_url_insecure", "hook_url_host", "hook_url_inside", "hook_url_unknown"
	w := Wall{Lookup: func(_ context.Context, name string) ([]netip.Addr, error) {
		switch name {
		case "good.example":
			return []netip.Addr{netip.MustParseAddr("93.184.216.34"), netip.MustParseAddr("2606:4700::1")}, nil
		case "mapped.example":
			return []netip.Addr{netip.MustParseAddr("::ffff:93.184.216.34")}, nil
		case "inside.example", "localhost":
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
		case "half.example":
			return []netip.Addr{netip.MustParseAddr("93.184.216.34"), netip.MustParseAddr("10.0.0.1")}, nil
		case "mappedinside.example":
			return []netip.Addr{netip.MustParseAddr("::ffff:10.0.0.1")}, nil
		case "empty.example":
			return nil, nil
		}
		return nil, errors.New("no such host")
	}}
	for raw, want := range map[string]string{
		"https://good.example": ok, "https://good.example:8443/a/b?c=d": ok, "https://93.184.216.34/": ok, "https://[2606:4700::1]/": ok, "https://mapped.example": ok,
		"http://good.example": insecure, "ftp://good.example": invalid, "//good.example": invalid, "good.example": invalid, "https:good.example": invalid, "": invalid,
		"javascript:alert(1)": invalid, "file:///etc/passwd": invalid, "gopher://good.example": invalid, "https://": invalid, "https:///x": invalid, "https://:443": host,
		"https://user@good.example": invalid, "https://user:pass@good.example": invalid, "https://good.example@127.0.0.1": invalid, "https://@good.example/": invalid,
		"https://good.example#x": invalid, "https://good.example/#": invalid, "https://good.example:0": invalid, "https://good.example:65536": invalid, "https://good.example:": invalid,
		"https://good.example:x": invalid, "https://" + strings.Repeat("a", 2000): invalid, "https://good.example/\x00": invalid, "https://good.example/\r\nX: y": invalid,
		"https://good.example.": host, "https://127.0.0.1.": host, "https://localhost.": host, "https://good..example": host, "https://gööd.example": host, "https://good_example\\@x": invalid,
		"https://2130706433": host, "https://017700000001": host, "https://0x7f000001": host, "https://0x7f.1": host, "https://127.1": host, "https://0177.0.0.1": host,
		"https://127.0.0.0x1": host, "https://1.2.3": host, "https://[::1%25eth0]": host, "https://[fe80::1%25lo]/": host, "https://%31%32%37.0.0.1": invalid, "https://①②⑦.0.0.1": host,
		"https://127.0.0.1": inside, "https://[::1]": inside, "https://[::ffff:127.0.0.1]": inside, "https://[::ffff:7f00:1]": inside, "https://169.254.169.254/latest/meta-data": inside,
		"https://[fd00:ec2::254]": inside, "https://[64:ff9b::7f00:1]": inside, "https://inside.example": inside, "https://localhost": inside, "https://half.example": inside, "https://mappedinside.example": inside,
		"https://nowhere.example": unknown, "https://empty.example": unknown,
	} {
		u, err := w.ParseURL(raw)
		if err == nil {
			err = w.Check(context.Background(), u)
		}
		var refusal *debt.Error
		got := ok
		if errors.As(err, &refusal) {
			got = refusal.Key
		}
		if got != want {
			t.Errorf("%.60q: %q, want %q", raw, got, want)
		}
	}
}

func TestOnlyNamedNetworksAreAllowed(t *testing.T) {
	allow, err := ParseAllow([]string{"10.1.0.0/16", " 127.0.0.1", "fd00:1::/64"})
	if err != nil {
		t.Fatal(err)
	}
	w := Wall{Allow: allow}
	for raw, want := range map[string]bool{
		"https://10.1.2.3": true, "http://10.1.2.3": true, "http://127.0.0.1:9": true, "http://[fd00:1::5]": true, "https://93.184.216.34": true,
		"https://10.2.0.1": false, "http://127.0.0.2": false, "http://93.184.216.34": false, "https://[fd00:2::1]": false,
	} {
		u, err := w.ParseURL(raw)
		if err == nil {
			err = w.Check(context.Background(), u)
		}
		if (err == nil) != want {
			t.Errorf("%s: %v", raw, err)
		}
	}
	for _, bad := range []string{"", "x", "10.0.0.0/33", "10.0.0", "::ffff:10.0.0.0/104", "localhost"} {
		if _, err := ParseAllow([]string{bad}); !errors.Is(err, debt.E(debt.Invalid, "hook_allow_invalid", nil)) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// names is a resolver that says what it likes: an answer is one IPv4 address.
func names(t *testing.T, say func(n int32) [4]byte) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	var asked atomic.Int32
	go func() {
		b := make([]byte, 512)
		for {
			n, from, err := server.ReadFrom(b)
			if err != nil {
				return
			}
			end := 12 // of the question: header, name, type, class
			for end < n && b[end] != 0 {
				end += int(b[end]) + 1
			}
			kind := binary.BigEndian.Uint16(b[end+1:])
			reply := append([]byte{}, b[:end+5]...)
			copy(reply[2:], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0})
			if kind == 1 { // A
				ip := say(asked.Add(1))
				reply[7] = 1
				reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ip[0], ip[1], ip[2], ip[3])
			}
			_, _ = server.WriteTo(reply, from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// A name that was public when it was registered leads inside when it is called.
func TestAReboundNameIsNotFollowed(t *testing.T) {
	reached := atomic.Int32{}
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer inside.Close()
	resolver := names(t, func(n int32) [4]byte {
		if n == 1 {
			return [4]byte{93, 184, 216, 34}
		}
		return [4]byte{127, 0, 0, 1}
	})
	w := Wall{Lookup: func(ctx context.Context, host string) ([]netip.Addr, error) {
		return resolver.LookupNetIP(ctx, "ip4", host)
	}}
	_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())
	u, err := w.ParseURL("https://rebound.example:" + port)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Check(context.Background(), u); err != nil {
		t.Fatal(err)
	}
	c := NewClient(Options{Wall: w, Now: time.Now, Time: 5 * time.Second, Resolver: resolver})
	if got := c.Post(context.Background(), u, Message{ID: "m", Body: []byte("{}")}, NewSecret()); got.Outcome != Inside || reached.Load() != 0 {
		t.Errorf("%+v, reached %d", got, reached.Load())
	}
}

func TestTheClientTrustsCertificatesAndNoProxy(t *testing.T) {
	proxied := atomic.Int32{}
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { proxied.Add(1) }))
	defer proxy.Close()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		t.Setenv(name, proxy.URL)
	}
	cookies := ""
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cookies += r.Header.Get("Cookie")
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
	}))
	defer server.Close()
	allow := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	u, _ := url.Parse(server.URL)
	o := Options{Wall: Wall{Allow: allow}, Now: time.Now, Time: 5 * time.Second}
	m := Message{ID: "m", Body: []byte("{}")}
	if got := NewClient(o).Post(context.Background(), u, m, NewSecret()); got.Outcome != Untrusted {
		t.Errorf("%+v", got)
	}
	o.Roots = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs //nolint:errcheck // httptest makes it so
	c := NewClient(o)
	for range 2 {
		if got := c.Post(context.Background(), u, m, NewSecret()); got.Outcome != Delivered || got.Status != 200 {
			t.Errorf("%+v", got)
		}
	}
	if cookies != "" || proxied.Load() != 0 {
		t.Errorf("cookies %q, %d by proxy", cookies, proxied.Load())
	}
	u.Host = "127.0.0.1:1"
	if got := c.Post(context.Background(), u, m, NewSecret()); got.Outcome != Broken {
		t.Errorf("%+v", got)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if got := c.Post(ended, u, m, NewSecret()); got.Outcome != Stopped {
		t.Errorf("%+v", got)
	}
}

// Whatever a creditor types: what is let through is https to a host that is public, or
// resolves to what is.
func FuzzParseURL(f *testing.F) {
	for _, s := range []string{"https://a.example/b", "https://127.0.0.1", "https://0x7f.1", "https://[::1%25a]", "https://u:p@h", "http://h", "https://h.", "https://[::ffff:1.2.3.4]:1"} {
		f.Add(s)
	}
	w := Wall{Lookup: func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("8.8.8.8")}, nil
	}}
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := w.ParseURL(raw)
		if err != nil {
			return
		}
		if u.Scheme != "https" || u.User != nil || u.Host == "" || strings.ContainsAny(u.Host, " \r\n\t@/\\") {
			t.Errorf("%q passes as %#v", raw, u)
		}
		if w.Check(context.Background(), u) != nil {
			return
		}
		if a, err := netip.ParseAddr(u.Hostname()); err == nil && !Public(a) {
			t.Errorf("%q is inside", raw)
		}
		again, err := w.ParseURL(u.String())
		if err != nil || again.Host != u.Host {
			t.Errorf("%q is read differently again: %v %v", raw, again, err)
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"1", "-1", "99999999999999999999", "Sun, 06 Nov 1994 08:49:37 GMT", " 3 ", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d := retryAfter(s, time.Unix(1_700_000_000, 0)); d < 0 {
			t.Error(fmt.Sprint(d))
		}
	})
}
