//go:build linux

package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/store/storetest"
)

// Mails are written, sent and noted by a portal that is killed at every moment of it. Each
// event becomes one message, and none is sent twice, whatever the price: what was in hand
// when the process died is unknown and stays with a person.
func TestKilledWhileMailsGoOut(t *testing.T) {
	prove(t, "mail-kill", 4, func(p *proof) {
		s := p.copy()
		defer p.drop(s)
		p.must(s, "import", mailedFile(p.T), "--creditor", "praxis")
		post := p.postOffice()
		begin, db := p.mailing(s, post), storetest.Raw(p.T, s.url)
		until(p.T, "the teller has begun", func() bool { return count(p.T, db, "SELECT COUNT(*) FROM feed_readers WHERE name = 'mail'") == 1 })
		p.kill(begin)
		events := 0
		p.each(func(i int, rng *rand.Rand) {
			const booked = 3
			for range booked {
				p.must(s, "book", "payment", "M-1", "--amount", "1,00", "--key", fmt.Sprint("k", events))
				events++
			}
			blow := blows[i%len(blows)]
			post.arm(blow, 1+rng.IntN(booked))
			ps := p.mailing(s, post)
			post.strike(ps.gone)
			p.kill(ps)
			p.counts[string(blow)]++
		})
		post.arm("", 0)
		p.finish(s, post, "waiting")
		if _, err := db.Exec("UPDATE outbox SET leased_until = '2026-01-01T00:00:00.000000Z' WHERE state = 'sending'"); err != nil {
			p.Fatal(err)
		}
		p.finish(s, post, "sending")
		p.judgeMails(s, post, events)
		p.verified(s)
	})
}

// blow is the moment a process is killed at.
type blow string

var blows = []blow{"connected", "taken", "answered", "quitting"}

// postOffice is a mail server that counts each message it was given whole, and says when a
// moment has come.
type postOffice struct {
	address string

	mu    sync.Mutex
	got   map[string]int
	blow  blow
	left  int // messages until the blow
	moved chan struct{}
}

func (p *proof) postOffice() *postOffice {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.Fatal(err)
	}
	o := &postOffice{address: ln.Addr().String(), got: map[string]int{}, moved: make(chan struct{}, 1)}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			all.Go(func() { o.serve(c) })
		}
	})
	p.Cleanup(func() {
		_ = ln.Close()
		all.Wait()
	})
	return o
}

func (o *postOffice) arm(b blow, nth int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.blow, o.left = b, nth
	select {
	case <-o.moved:
	default:
	}
}

// strike waits for the moment, or for the process to be gone already.
func (o *postOffice) strike(gone <-chan struct{}) {
	select {
	case <-o.moved:
	case <-gone:
	}
}

// reached says that a moment has come, and reports whether the process is to hang there.
func (o *postOffice) reached(b blow) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.blow != b {
		return false
	}
	if o.left--; o.left > 0 {
		return false
	}
	o.blow = ""
	o.moved <- struct{}{}
	return true
}

var proofMessageID = regexp.MustCompile(`^Message-ID: <([^@]+)@`)

func (o *postOffice) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	in := bufio.NewScanner(c)
	say := func(line string) bool { _, err := c.Write([]byte(line + "\r\n")); return err == nil }
	hang := func(b blow) bool { // until the client is dead
		if !o.reached(b) {
			return false
		}
		for in.Scan() {
		}
		return true
	}
	if hang("connected") || !say("220 hello") {
		return
	}
	id, text := "", false
	for in.Scan() {
		line := in.Text()
		if found := proofMessageID.FindStringSubmatch(line); text && found != nil {
			id = found[1]
		}
		switch {
		case text && line != ".":
		case text:
			text = false
			o.mu.Lock()
			o.got[id]++
			o.mu.Unlock()
			if hang("taken") || !say("250 taken") {
				return
			}
			_ = o.reached("answered") // and it goes on, as far as it comes
		case line == "DATA":
			text = say("354 go on")
		case line == "QUIT":
			if !hang("quitting") {
				_ = say("221 bye")
			}
			return
		default:
			if !say("250 ok") {
				return
			}
		}
	}
}

func (p *proof) mailing(s site, o *postOffice) *process {
	p.Helper()
	return p.startAs(exec.Command(binary(p.T), "serve"), s, slices.Concat(operatorEnv, []string{pepper, "QUITT_LISTEN=127.0.0.1:0",
		"QUITT_OPERATOR_LISTEN=", "QUITT_SMTP_URL=smtp://" + o.address, "QUITT_MAIL_FROM=Muster <post@inkasso.example>"})...)
}

func (p *proof) kill(ps *process) {
	p.Helper()
	if err := ps.Process.Kill(); err != nil && !ps.ended() {
		p.Fatal(err)
	}
	if r := ps.end(); r.code != -1 {
		p.violation("the portal ended by itself: exit %d\n%s", r.code, r.err)
	}
}

// finish lets a portal work until no message is in a state any more.
func (p *proof) finish(s site, o *postOffice, state string) {
	p.Helper()
	ps, db := p.mailing(s, o), storetest.Raw(p.T, s.url)
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		left := count(p.T, db, "SELECT COUNT(*) FROM outbox WHERE state = '"+state+"'")
		untold := count(p.T, db, "SELECT COUNT(*) FROM feed_readers WHERE name = 'mail' AND seq < (SELECT MAX(seq) FROM feed_heads)")
		if left+untold+count(p.T, db, "SELECT COUNT(*) FROM feed_pending") == 0 {
			break
		}
		if time.Now().After(end) || ps.ended() {
			p.violation("%d messages stay %s", left, state)
			break
		}
	}
	p.kill(ps)
}

func (p *proof) judgeMails(s site, o *postOffice, events int) {
	p.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	rows := storetest.Column(p.T, s.url, "SELECT CAST(id AS TEXT) || ' ' || state FROM outbox")
	if len(rows) != events {
		p.violation("%d messages about %d events", len(rows), events)
	}
	for _, row := range rows {
		id, state, _ := strings.Cut(row, " ")
		p.counts[state]++
		n := o.got[id]
		if n > 1 || state == "sent" && n != 1 || state != "sent" && state != "unknown" {
			p.violation("%s is %s and was sent %d times", id, state, n)
		}
	}
	// Each kill left at most one message in hand, and some did.
	if p.counts["unknown"] > p.cycles+2 || p.counts["unknown"] == 0 {
		p.violation("%d of %d are unknown after %d kills", p.counts["unknown"], len(rows), p.cycles)
	}
}
