package notifications_test

import (
	"bufio"
	"cmp"
	"context"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/debt/operator"
	"quitt/notifications"
	"quitt/notifications/email"
	"quitt/store"
	"quitt/store/outbox"
	"quitt/store/storetest"
)

var ctx = context.Background()

const address = "mara@example.org"

// place is a creditor with one case whose debtor can be reached.
type place struct {
	t        testing.TB
	store    *store.Store
	clock    *storetest.Watch
	creditor debt.ID
	caseID   debt.ID
}

func newPlace(t testing.TB, s *store.Store, code string, change ...func(*store.NewFile)) *place {
	t.Helper()
	c := storetest.Creditor(t, s, code)
	f := storetest.File(c.ID, "1")
	f.Debtor.Email, f.Debtor.Phone = address, "+49 151 5550 1234"
	for _, do := range change {
		do(&f)
	}
	p := &place{t: t, store: s, clock: storetest.NewWatch(), creditor: c.ID, caseID: f.File.Case.ID}
	p.write(func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) })
	return p
}

func (p *place) write(do func(tx *store.Tx) error) {
	p.t.Helper()
	if err := p.store.Write(ctx, p.creditor, do); err != nil {
		p.t.Fatal(err)
	}
}

// happens books events of the case and gives them their place in the feed.
func (p *place) happens(types ...debt.EventType) {
	p.t.Helper()
	var list []debt.Event
	for _, t := range types {
		e := debt.Event{Type: t}
		switch t {
		case debt.PlanInstalmentDue:
			e.Data = debt.Args{"amount_cents": 50_00, "due": p.today().AddDays(4)}
		case debt.MandateRevoked:
			e.Data = debt.Args{"reason": mandate.Lapsed}
		case debt.PlanPaperEvent:
			e.Data = debt.Args{"kind": "cost_notice"}
		}
		list = append(list, e)
	}
	p.occur(list...)
}

// occur writes events of a type, perhaps with their data and who did it, into the feed.
func (p *place) occur(list ...debt.Event) {
	p.t.Helper()
	p.write(func(tx *store.Tx) error {
		f, err := tx.LockOne(p.caseID)
		if err != nil {
			return err
		}
		b := store.Booking{File: f}
		for _, told := range list {
			e := storetest.Event(f.Case, told.Type)
			e.At = p.clock.Now()
			if told.Data != nil {
				e.Data = told.Data
			}
			e.Actor = cmp.Or(told.Actor, e.Actor)
			b.Events = append(b.Events, e)
		}
		return tx.Book(b)
	})
	if _, err := p.store.Sequence(ctx, p.creditor); err != nil {
		p.t.Fatal(err)
	}
}

// add puts a message into the outbox.
func (p *place) add(m outbox.Mail) {
	p.t.Helper()
	m.CaseID = p.caseID
	if m.Recipient == "" {
		m.Recipient = address
	}
	p.write(func(tx *store.Tx) error { return outbox.Add(tx, m, p.clock.Now()) })
}

func (p *place) news() {
	p.t.Helper()
	p.add(outbox.Mail{Template: "message.sent", Key: string(store.NewID())})
}

func (p *place) code() {
	p.t.Helper()
	p.add(outbox.Mail{Template: "mail_one_time_code", Args: map[string]string{"code": "123456"}, ExpiresAt: p.clock.Now().Add(10 * time.Minute)})
}

func (p *place) messages() (list []outbox.Message) {
	p.t.Helper()
	err := p.store.Read(ctx, p.creditor, func(r *store.Reader) (err error) {
		list, err = outbox.List(r, "", 1000)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return list
}

// only gives the one message there is.
func (p *place) only() outbox.Message {
	p.t.Helper()
	list := p.messages()
	if len(list) != 1 {
		p.t.Fatalf("%d messages", len(list))
	}
	return list[0]
}

func (p *place) debtor() (d debt.Debtor) {
	p.t.Helper()
	err := p.store.Read(ctx, p.creditor, func(r *store.Reader) error {
		f, err := r.LoadFile(p.caseID)
		if err == nil {
			d, err = r.LoadDebtor(f.Case.DebtorID)
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return d
}

func (p *place) events(of debt.EventType) (list []debt.Event) {
	p.t.Helper()
	err := p.store.Read(ctx, p.creditor, func(r *store.Reader) error {
		all, err := r.Events(p.caseID)
		for _, e := range all {
			if e.Type == of {
				list = append(list, e)
			}
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return list
}

func letterhead() notifications.MailHead {
	return notifications.MailHead{
		Operator: operator.Profile{Name: "Muster & Söhne Inkasso", Street: "Weg 1", Postcode: "50667", City: "Köln", Phone: "0221 1",
			Represented: "Jana Muster", CourtRegister: "AG Köln, HRB 0"},
		Portal: "https://portal.example", OptOut: func(debt.ID, debt.ID) string { return "https://portal.example/abbestellen?t=x" },
	}
}

func (p *place) post(carrier notifications.Carrier) notifications.Loop {
	return notifications.Post{Store: p.store, Now: p.clock.Now, Channel: outbox.Email, Carrier: carrier, Head: letterhead()}.Loop()
}

// send works until nothing is left that can be done now; a server that is down is no
// reason to fail.
func (p *place) send(l notifications.Loop) {
	p.t.Helper()
	for {
		did, err := l.Work(ctx, p.creditor)
		if err != nil && !strings.Contains(err.Error(), "takes nothing now") {
			p.t.Fatal(err)
		}
		if did == 0 || err != nil {
			return
		}
	}
}

func (p *place) sender(url string, times email.Times) *email.Sender {
	p.t.Helper()
	s, err := email.New(email.Config{URL: url, From: "Muster <post@inkasso.example>", Now: p.clock.Now, Times: times})
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

// script says what a server answers at each step. "drop" closes the connection instead,
// "stall" says nothing until the client goes.
type script struct {
	greeting, ehlo, mail, rcpt, data, end string
	dropAfter                             bool // right after the answer to the message
}

// server speaks a script and remembers the ids of messages it has answered with 250, or
// could have kept before it went away.
type server struct {
	url string

	mu   sync.Mutex
	says script
	got  map[string]int
}

func (s *server) become(says script) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.says = says
}

func (s *server) taken() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]int{}
	for id, n := range s.got {
		out[id] = n
	}
	return out
}

func newServer(t testing.TB) *server {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{url: "smtp://" + ln.Addr().String(), got: map[string]int{}}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			all.Go(func() { s.speak(c) })
		}
	})
	t.Cleanup(func() {
		_ = ln.Close()
		all.Wait()
	})
	return s
}

var messageID = regexp.MustCompile(`(?m)^Message-ID: <([^@]+)@`)

// speak is one connection.
func (s *server) speak(c net.Conn) {
	defer func() { _ = c.Close() }()
	s.mu.Lock()
	says := s.says
	s.mu.Unlock()
	in := bufio.NewReader(c)
	say := func(line, otherwise string) bool {
		switch line {
		case "":
			line = otherwise
		case "drop":
			return false
		case "stall":
			_, _ = in.ReadByte() // the client gives up
			return false
		}
		_, err := c.Write([]byte(line + "\r\n"))
		return err == nil
	}
	on := say(says.greeting, "220 hello")
	for on {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
		switch verb {
		case "EHLO", "HELO":
			on = say(says.ehlo, "250 hello")
		case "MAIL":
			on = say(says.mail, "250 ok")
		case "RCPT":
			on = say(says.rcpt, "250 ok")
		case "DATA":
			on = say(says.data, "354 go on")
			if on && (says.data == "" || strings.HasPrefix(says.data, "354")) {
				s.take(in, says.end)
				on = say(says.end, "250 taken") && !says.dropAfter
			}
		case "QUIT":
			_ = say("", "221 bye")
			return
		default:
			on = say("", "500 what")
		}
	}
}

// take reads a message; whoever goes away without an answer may have kept it.
func (s *server) take(in *bufio.Reader, end string) {
	var text strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		if line == ".\r\n" {
			break
		}
		text.WriteString(line)
	}
	if id := messageID.FindStringSubmatch(text.String()); id != nil && (end == "" || end == "drop" || end == "stall") {
		s.mu.Lock()
		s.got[id[1]]++
		s.mu.Unlock()
	}
}
