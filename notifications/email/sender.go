// Package email hands mails to a mail server and reads the reports of those that came back.
package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/mail"
	"net/netip"
	"net/textproto"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"quitt/debt"
	"quitt/notifications"
)

// Config says which server takes our mails.
type Config struct {
	URL  string // smtp://user:password@host:587 with STARTTLS, smtps://…:465 with TLS at once
	From string // "Name <address>"
	Helo string // our own name; "" is the domain of From
	Now  func() time.Time

	Roots *x509.CertPool // nil: those of the system
	Times Times
}

// Times bound what a server may take. Zero fields take their defaults.
type Times struct {
	Step  time.Duration // connecting, and each command
	Reply time.Duration // the answer to the whole message: servers look for viruses then
	Grace time.Duration // what is left once the program is told to stop
}

// Sender is a notifications.Carrier. It is safe for concurrent use.
type Sender struct {
	address, host  string
	implicit, near bool // TLS at once; the server is on this machine
	user, password string
	from           *mail.Address
	helo, domain   string
	now            func() time.Time
	roots          *x509.CertPool
	times          Times
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)

// New refuses with Invalid "smtp_url_invalid", "mail_from_invalid" or "mail_helo_invalid".
func New(c Config) (*Sender, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, debt.E(debt.Invalid, "smtp_url_invalid", nil)
	}
	from, err := mail.ParseAddress(c.From)
	if err != nil || strings.ContainsAny(c.From, "\r\n") || !ascii(from.Address) {
		return nil, debt.E(debt.Invalid, "mail_from_invalid", nil)
	}
	s := &Sender{host: u.Hostname(), implicit: u.Scheme == "smtps", near: loopback(u.Hostname()), user: u.User.Username(), from: from,
		helo: c.Helo, now: c.Now, roots: c.Roots, times: c.Times, domain: from.Address[strings.LastIndexByte(from.Address, '@')+1:]}
	s.password, _ = u.User.Password()
	port := u.Port()
	switch {
	case port != "":
	case s.implicit:
		port = "465"
	default:
		port = "587"
	}
	s.address = net.JoinHostPort(s.host, port)
	if s.helo == "" {
		s.helo = s.domain
	}
	if !hostName.MatchString(s.helo) {
		return nil, debt.E(debt.Invalid, "mail_helo_invalid", nil)
	}
	for d, standard := range map[*time.Duration]time.Duration{&s.times.Step: 30 * time.Second, &s.times.Reply: 2 * time.Minute, &s.times.Grace: 5 * time.Second} {
		if *d == 0 {
			*d = standard
		}
	}
	return s, nil
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 126 || r < 33 }) < 0
}

// stage is how far a message has come when something fails.
type stage int

const (
	before    stage = iota // connecting, greeting, signing in, our own address
	recipient              // RCPT
	content                // DATA and the text up to its end
	replying               // the end was sent, the answer is not there: from here on it may be out
)

// Carry sends one message over a connection of its own.
func (s *Sender) Carry(ctx context.Context, m notifications.Message) notifications.Delivery {
	to, raw, err := s.compose(m)
	if err != nil {
		return notifications.Delivery{Outcome: notifications.NoAddress, Code: "address_invalid"}
	}
	at, err := s.send(ctx, to, raw)
	if err != nil {
		return judge(at, err)
	}
	return notifications.Delivery{Outcome: notifications.Accepted}
}

// send goes step by step, because what a failure means depends on the step. An answer of
// 250 to the whole message is the end: what happens to the connection then is no failure.
func (s *Sender) send(ctx context.Context, to string, raw []byte) (at stage, err error) {
	dialer := net.Dialer{Timeout: s.times.Step}
	conn, err := dialer.DialContext(ctx, "tcp", s.address)
	if err != nil {
		return before, err
	}
	g := watch(ctx, conn, s.times.Grace)
	defer g.end()
	g.allow(s.times.Step)
	c, err := s.greet(ctx, conn, g)
	if err != nil {
		return before, err
	}
	g.allow(s.times.Step)
	if err := c.Mail("<" + s.from.Address + ">"); err != nil {
		return before, err
	}
	g.allow(s.times.Step)
	if err := c.Rcpt("<" + to + ">"); err != nil {
		return recipient, err
	}
	g.allow(s.times.Step)
	w, err := c.Data()
	if err != nil {
		return content, err
	}
	g.allow(s.times.Step)
	if _, err := w.Write(raw); err != nil {
		return content, err
	}
	g.allow(s.times.Reply)
	if err := w.Close(); err != nil {
		return replying, err
	}
	g.allow(s.times.Grace)
	_ = c.Quit() // the message is theirs now
	return replying, nil
}

var errNoTLS = errors.New("email: the server offers no STARTTLS")

// greet reads the greeting, says who we are, encrypts and signs in. Only a server on this
// machine is spoken to in the clear.
func (s *Sender) greet(ctx context.Context, conn net.Conn, g *guard) (*smtp.Client, error) {
	settings := &tls.Config{ServerName: s.host, RootCAs: s.roots, MinVersion: tls.VersionTLS12}
	if s.implicit {
		secured := tls.Client(conn, settings)
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		conn = secured
	}
	c, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return nil, err
	}
	c.SkipSMTPUTF8(true)
	g.allow(s.times.Step)
	if err := c.Hello(s.helo); err != nil {
		return nil, err
	}
	g.allow(s.times.Step)
	if !s.implicit && !s.near {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			return nil, errNoTLS
		}
		if err := c.StartTLS(settings); err != nil {
			return nil, err
		}
	}
	if s.user == "" {
		return c, nil
	}
	g.allow(s.times.Step)
	return c, c.Auth(smtp.PlainAuth("", s.user, s.password, s.host, s.near))
}

// guard closes a connection that takes too long: closing ends every wait, also one inside
// a handshake, and needs no clock.
type guard struct {
	conn  net.Conn
	grace time.Duration
	stop  func() bool

	mu     sync.Mutex
	timer  *time.Timer
	ending bool
}

func watch(ctx context.Context, conn net.Conn, grace time.Duration) *guard {
	g := &guard{conn: conn, grace: grace}
	g.timer = time.AfterFunc(time.Hour, func() { _ = conn.Close() })
	g.stop = context.AfterFunc(ctx, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.ending = true
		g.timer.Reset(g.grace)
	})
	return g
}

// allow gives the next step its time. Once the program is to end, the time that is left is
// for all steps together.
func (g *guard) allow(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.ending {
		g.timer.Reset(d)
	}
}

func (g *guard) end() {
	g.stop()
	g.timer.Stop()
	_ = g.conn.Close()
}

var enhanced = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// judge tells what a failure means for the message, for its address and for the next one.
func judge(at stage, err error) notifications.Delivery {
	var reply *textproto.Error
	if !errors.As(err, &reply) {
		if at == replying {
			return notifications.Delivery{Outcome: notifications.Unsure, Code: "no_reply", Down: true}
		}
		code := "no_connection"
		if errors.Is(err, errNoTLS) {
			code = "no_tls"
		}
		return notifications.Delivery{Outcome: notifications.Later, Code: code, Down: true, Unheard: at == before}
	}
	status := enhanced.FindString(reply.Msg)
	d := notifications.Delivery{Outcome: notifications.Later, Code: strings.TrimSpace(strconv.Itoa(reply.Code) + " " + status)}
	switch {
	case reply.Code < 500 || at == before:
		// A refusal of ourselves is about settings: they can be mended, and it says nothing
		// about the debtor's address.
		d.Down, d.Unheard = at == before || reply.Code == 421, at == before
	case addressFault(at, status):
		d.Outcome = notifications.NoAddress
	default:
		d.Outcome = notifications.Refused
	}
	return d
}

// addressFault: 5.1.x is about the address, 5.2.x about the mailbox (RFC 3463), except that
// it is full or the message too long. Without such a code a refusal of the recipient is
// taken for one of the address; 5.7.x is a refusal of us.
func addressFault(at stage, status string) bool {
	switch {
	case status == "5.2.2" || status == "5.2.3":
		return false
	case strings.HasPrefix(status, "5.1.") || strings.HasPrefix(status, "5.2."):
		return true
	}
	return at == recipient && status == ""
}
