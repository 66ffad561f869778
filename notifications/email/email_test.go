package email_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"quitt/debt"
	"quitt/notifications"
	"quitt/notifications/email"
	"quitt/notifications/email/sink"
)

var update = flag.Bool("update", false, "write the golden mails anew")

var ctx = context.Background()

func now() time.Time { return time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC) }

const id = debt.ID("01890a5d-ac96-774b-bcce-b302099a8057")

// server takes mails and keeps them as they came.
type server struct {
	mu   sync.Mutex
	helo string
	from string
	to   []string
	raw  []byte
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.helo = c.Hostname()
	return &session{s}, nil
}

type session struct{ *server }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.raw = b
	return err
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// serve starts a server at host; with a certificate it offers STARTTLS, or TLS at once.
func serve(t *testing.T, host string, cert *tls.Certificate, implicit bool) (*server, string) {
	t.Helper()
	s := &server{}
	remote := smtp.NewServer(s)
	remote.ErrorLog = log.New(io.Discard, "", 0)
	remote.AllowInsecureAuth = true
	ln, err := net.Listen("tcp", host+":0")
	if err != nil {
		t.Fatal(err)
	}
	address := ln.Addr().String()
	if cert != nil {
		remote.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12}
		if implicit {
			ln = tls.NewListener(ln, remote.TLSConfig)
		}
	}
	go func() { _ = remote.Serve(ln) }()
	t.Cleanup(func() { _ = remote.Close() })
	return s, address
}

func sender(t *testing.T, c email.Config) *email.Sender {
	t.Helper()
	if c.From == "" {
		c.From = "Muster Inkasso <post@inkasso.example>"
	}
	c.Now = now
	s, err := email.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func news() notifications.Message {
	return notifications.Message{
		ID: id, To: "mara@example.org", Language: "de", Subject: "Es gibt etwas Neues zu Ihrem Vorgang",
		Paragraphs: []string{"Guten Tag,", "Ihre Zahlung ist bei uns angekommen. <b>Grüße</b> & mehr."},
		Link:       "https://portal.example", Footer: []string{"Muster & Söhne Inkasso", "Weg 1", "50667 Köln"},
		OptOut: "https://portal.example/abbestellen?t=abc", OptOutText: "Keine E-Mails mehr zu diesem Vorgang:",
	}
}

func oneTime() notifications.Message {
	return notifications.Message{ID: id, To: "mara@example.org", Language: "en", Subject: "Your code for signing in",
		Paragraphs: []string{"Your code is 123456."}, Footer: []string{"Muster"}}
}

// The mails as they go over the wire, for people to read: go test -update writes them.
func TestMailsLookLikeThis(t *testing.T) {
	for name, m := range map[string]notifications.Message{"news": news(), "code": oneTime()} {
		t.Run(name, func(t *testing.T) {
			remote, address := serve(t, "127.0.0.1", nil, false)
			if d := sender(t, email.Config{URL: "smtp://" + address, Helo: "portal.example"}).Carry(ctx, m); d.Outcome != notifications.Accepted {
				t.Fatalf("%+v", d)
			}
			if remote.helo != "portal.example" || remote.from != "post@inkasso.example" || fmt.Sprint(remote.to) != "[mara@example.org]" {
				t.Errorf("%q %q %q", remote.helo, remote.from, remote.to)
			}
			golden := filepath.Join("testdata", name+".eml")
			if *update {
				if err := os.WriteFile(golden, []byte(normal(remote.raw)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if normal(want) != normal(remote.raw) {
				t.Errorf("the mail differs:\n%s", remote.raw)
			}
			p, err := sink.Read(bytes.NewReader(remote.raw))
			if err != nil || p.Subject != m.Subject || !strings.Contains(p.Text, m.Paragraphs[0]) {
				t.Errorf("%+v %v", p, err)
			}
		})
	}
}

// normal gives the headers in one order, which the library does not, and the line ends that
// git may keep.
func normal(b []byte) string {
	head, body, _ := strings.Cut(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n\n")
	lines := strings.Split(strings.ReplaceAll(head, "\n ", " "), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n\n" + body
}

func TestNothingBecomesAHeaderOfItsOwn(t *testing.T) {
	remote, address := serve(t, "127.0.0.1", nil, false)
	s := sender(t, email.Config{URL: "smtp://" + address})
	m := news()
	m.Subject, m.Language, m.OptOut = "a\r\nBcc: x@y.example\r\n\r\nbody", "de\nBcc: x@y.example", "https://p.example/\r\nBcc: x@y.example"
	if d := s.Carry(ctx, m); d.Outcome != notifications.Accepted {
		t.Fatalf("%+v", d)
	}
	if head, _, _ := strings.Cut(string(remote.raw), "\r\n\r\n"); strings.Contains(head, "\nBcc:") {
		t.Errorf("%s", head)
	}
	for _, to := range []debt.Personal{"", "x", "a@b.example\r\nBcc: x@y.example", "Mara <a@b.example>", "a@b.example, c@d.example", "ä@b.example",
		"a@b.example>\r\nRCPT TO:<x@y.example", "\"a b\"@c.example"} {
		m := news()
		m.To = to
		if d := s.Carry(ctx, m); d.Outcome != notifications.NoAddress {
			t.Errorf("%q: %+v", to.Reveal(), d)
		}
	}
	if len(remote.to) != 1 {
		t.Errorf("%d recipients", len(remote.to))
	}
}

// certificate is one for localhost, and the pool that trusts it.
func certificate(t *testing.T) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.ParseIP("127.0.0.1")},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestAMailTravelsEncryptedOrNotAtAll(t *testing.T) {
	cert, pool := certificate(t)
	for _, tc := range []struct {
		name            string
		cert            *tls.Certificate
		scheme          string
		trusted, remote bool
		outcome         notifications.Outcome
		code            string
	}{
		{"in the clear on this machine", nil, "smtp", true, false, notifications.Accepted, ""},
		{"in the clear elsewhere", nil, "smtp", true, true, notifications.Later, "no_tls"},
		{"STARTTLS", cert, "smtp", true, true, notifications.Accepted, ""},
		{"STARTTLS with a certificate nobody knows", cert, "smtp", false, true, notifications.Later, "no_connection"},
		{"TLS at once", cert, "smtps", true, false, notifications.Accepted, ""},
		{"TLS at once with a certificate nobody knows", cert, "smtps", false, false, notifications.Later, "no_connection"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, address := serve(t, "127.0.0.1", tc.cert, tc.scheme == "smtps")
			c := email.Config{URL: tc.scheme + "://" + address, Roots: x509.NewCertPool()}
			if tc.trusted {
				c.Roots = pool
			}
			s := sender(t, c)
			if tc.remote {
				email.Far(s)
			}
			if d := s.Carry(ctx, news()); d.Outcome != tc.outcome || d.Code != tc.code {
				t.Errorf("%+v", d)
			}
		})
	}
}

func TestTheSenderSignsIn(t *testing.T) {
	const right = "AUTH PLAIN AG5hbWUAcGFzcyB3b3Jk" // \x00name\x00pass word
	for login, want := range map[string]notifications.Delivery{
		"name:pass%20word@": {Outcome: notifications.Accepted},
		"name:wrong@":       {Outcome: notifications.Later, Code: "535 5.7.8", Down: true, Unheard: true},
		"":                  {Outcome: notifications.Later, Code: "530 5.7.0", Down: true, Unheard: true},
	} {
		address := talk(t, func(line string, signedIn bool) string {
			switch {
			case strings.HasPrefix(line, "EHLO"):
				return "250-hello\r\n250 AUTH PLAIN"
			case line == right:
				return "235 2.7.0 welcome"
			case strings.HasPrefix(line, "AUTH"):
				return "535 5.7.8 wrong"
			case strings.HasPrefix(line, "MAIL") && !signedIn:
				return "530 5.7.0 sign in"
			case line == "DATA":
				return "354 go on"
			}
			return "250 ok"
		})
		if d := sender(t, email.Config{URL: "smtp://" + login + address}).Carry(ctx, news()); d != want {
			t.Errorf("%q: %+v", login, d)
		}
	}
}

// talk answers each line of one connection; the text of a message is one line.
func talk(t *testing.T, answer func(line string, signedIn bool) string) (address string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		signedIn, text := false, false
		_, _ = io.WriteString(c, "220 hello\r\n")
		for in := bufio.NewScanner(c); in.Scan(); {
			if text && in.Text() != "." {
				continue
			}
			said := answer(in.Text(), signedIn)
			signedIn, text = signedIn || strings.HasPrefix(said, "235"), strings.HasPrefix(said, "354")
			if _, err := io.WriteString(c, said+"\r\n"); err != nil {
				return
			}
		}
	}()
	return ln.Addr().String()
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	good := email.Config{URL: "smtp://mail.example:587", From: "A <a@b.example>"}
	if _, err := email.New(good); err != nil {
		t.Fatal(err)
	}
	for key, list := range map[string][]email.Config{
		"smtp_url_invalid":  {{URL: "", From: good.From}, {URL: "http://x", From: good.From}, {URL: "smtp://", From: good.From}, {URL: "smtp://x/y", From: good.From}, {URL: "smtp://x?y=1", From: good.From}},
		"mail_from_invalid": {{URL: good.URL}, {URL: good.URL, From: "x"}, {URL: good.URL, From: "A\r\n <a@b.example>"}, {URL: good.URL, From: "ä@b.example"}},
		"mail_helo_invalid": {{URL: good.URL, From: good.From, Helo: "a b"}, {URL: good.URL, From: good.From, Helo: "a\r\nMAIL"}},
	} {
		for _, c := range list {
			if _, err := email.New(c); err == nil || !strings.Contains(err.Error(), key) {
				t.Errorf("%+v: %v", c, err)
			}
		}
	}
}

// A program that is told to stop does not wait for a server that says nothing.
func TestTheEndOfTheProgramEndsAWait(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	within, cancel := context.WithCancel(ctx)
	go func() {
		c, err := ln.Accept()
		if err == nil {
			defer func() { _ = c.Close() }()
			cancel()
			_, _ = io.ReadAll(c)
		}
	}()
	s := sender(t, email.Config{URL: "smtp://" + ln.Addr().String(), Times: email.Times{Step: time.Hour, Grace: time.Millisecond}})
	if d := s.Carry(within, news()); d.Outcome != notifications.Later {
		t.Errorf("%+v", d)
	}
}

// A server that answers each step just in time must not stretch the end of the program to
// the sum of all steps.
func TestTheTimeThatIsLeftIsForAllStepsTogether(t *testing.T) {
	const grace = 300 * time.Millisecond
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	address := talk(t, func(line string, _ bool) string {
		cancel()
		time.Sleep(2 * grace / 3)
		if line == "DATA" {
			return "354 go on"
		}
		return "250 ok"
	})
	s := sender(t, email.Config{URL: "smtp://" + address, Times: email.Times{Step: time.Hour, Reply: time.Hour, Grace: grace}})
	if d := s.Carry(within, news()); d.Outcome != notifications.Later {
		t.Errorf("%+v", d)
	}
}

func TestTheSinkKeepsTheLastMailsNewestFirst(t *testing.T) {
	box, err := sink.Open(now)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = box.Close() }()
	s := sender(t, email.Config{URL: box.URL()})
	const n = 205
	for i := range n {
		m := news()
		m.Subject = fmt.Sprint("mail ", i)
		if d := s.Carry(ctx, m); d.Outcome != notifications.Accepted {
			t.Fatalf("%+v", d)
		}
	}
	got := box.Received()
	if len(got) != 200 || got[0].Subject != "mail 204" || got[199].Subject != "mail 5" || !got[0].At.Equal(now()) || got[0].To != "mara@example.org" ||
		!strings.Contains(got[0].Text, "<b>Grüße</b> & mehr.") {
		t.Errorf("%d mails, %+v", len(got), got[0])
	}
}

// A mail with a file is still read as text and page, and the file arrives as it was.
func TestAMailBringsItsFile(t *testing.T) {
	box, err := sink.Open(now)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = box.Close() }()
	s, err := email.New(email.Config{URL: box.URL(), From: "Quitt <post@example.de>", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	m := notifications.Message{ID: id, To: "anna@example.org", Language: "de", Subject: "Überblick", Paragraphs: []string{"Guten Tag,"}, Link: "https://portal.example.de",
		Figures: [][2]string{{"Übergeben", "3"}, {"Eingegangen", "1.234,50 €"}},
		Files:   []notifications.File{{Name: "bericht.pdf", Type: "application/pdf", Body: bytes.Repeat([]byte("%PDF\x00"), 40_000)}}}
	if d := s.Carry(ctx, m); d.Outcome != notifications.Accepted {
		t.Fatal(d)
	}
	got := box.Received()[0]
	if got.Subject != "Überblick" || !strings.Contains(got.Text, "Übergeben: 3\nEingegangen: 1.234,50 €\n\nhttps://portal.example.de") || !slices.Equal(got.Files, []string{"bericht.pdf"}) {
		t.Errorf("%q %q %v", got.Subject, got.Text, got.Files)
	}
}
