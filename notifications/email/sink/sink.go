// Package sink is a mail server for demos and tests: it takes every mail and keeps the last
// ones in memory.
package sink

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"quitt/notifications"
)

// kept is how many mails are remembered.
const kept = 200

// Sink is the server. Make it with Open.
type Sink struct {
	server *smtp.Server
	ln     net.Listener
	now    func() time.Time

	mu   sync.Mutex
	list []notifications.Posted // the oldest first
}

// Open listens on a free port of this machine.
func Open(now func() time.Time) (*Sink, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Sink{ln: ln, now: now}
	s.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{sink: s}, nil }))
	s.server.Domain, s.server.MaxMessageBytes, s.server.MaxRecipients = "localhost", 1<<20, 1
	s.server.ReadTimeout, s.server.WriteTimeout = time.Minute, time.Minute
	go func() { _ = s.server.Serve(ln) }() // ends with Close
	return s, nil
}

// URL is what QUITT_SMTP_URL would be.
func (s *Sink) URL() string { return "smtp://" + s.ln.Addr().String() }

// Close ends the server.
func (s *Sink) Close() error { return s.server.Close() }

// Received lists what came, the newest first.
func (s *Sink) Received() []notifications.Posted {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := slices.Clone(s.list)
	slices.Reverse(list)
	return list
}

func (s *Sink) keep(p notifications.Posted) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, p)
	s.list = s.list[max(0, len(s.list)-kept):]
}

type session struct {
	sink *Sink
	to   string
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	p, err := Read(r)
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "unreadable"}
	}
	p.To, p.At = s.to, s.sink.now()
	s.sink.keep(p)
	return nil
}

func (s *session) Reset() { s.to = "" }

func (s *session) Logout() error { return nil }

var errNoText = errors.New("sink: the mail has no plain text")

// Read gives subject and plain text of a mail as Quitt writes them.
func Read(r io.Reader) (notifications.Posted, error) {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return notifications.Posted{}, err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return notifications.Posted{}, err
	}
	p := notifications.Posted{Subject: subject}
	if err := read(&p, m.Header.Get("Content-Type"), m.Body); err != nil {
		return notifications.Posted{}, err
	}
	if p.Text == "" {
		return notifications.Posted{}, errNoText
	}
	return p, nil
}

// read takes the plain text and the names of files out of parts, and of parts in parts.
func read(p *notifications.Posted, contentType string, body io.Reader) error {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	parts := multipart.NewReader(body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch kind := part.Header.Get("Content-Type"); {
		case part.FileName() != "":
			p.Files = append(p.Files, part.FileName())
		case strings.HasPrefix(kind, "multipart/"):
			err = read(p, kind, part)
		case strings.HasPrefix(kind, "text/plain"):
			var text []byte
			text, err = io.ReadAll(quotedprintable.NewReader(part))
			p.Text = strings.ReplaceAll(string(text), "\r\n", "\n")
		}
		if err != nil {
			return err
		}
	}
}
