//go:build linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A restart loses no request: the listening socket belongs to somebody else (systemd, here
// the test) and is handed to each process in turn. The new process starts before the old
// one is told to stop, or after it has gone; visitors must not notice either.
func TestRestartsLoseNoRequest(t *testing.T) {
	prove(t, "restart", 2, func(p *proof) {
		s := p.copy()
		defer p.drop(s)
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			p.Fatal(err)
		}
		tcp, ok := ln.(*net.TCPListener)
		if !ok {
			p.Fatalf("a listener of another kind: %T", ln)
		}
		socket, err := tcp.File()
		if err != nil {
			p.Fatal(err)
		}
		defer func() { _, _ = socket.Close(), ln.Close() }()
		now := p.serve(s, socket)
		crowd := p.visit(ln.Addr().String())
		p.each(func(i int, rng *rand.Rand) {
			crowd.busy(p)
			old := now
			if i%2 == 0 {
				now = p.serve(s, socket)
				old.leave(p)
			} else {
				old.leave(p)
				now = p.serve(s, socket)
			}
			p.counts["restarts"]++
		})
		crowd.busy(p)
		crowd.goHome(p)
		now.leave(p)
		p.verified(s)
	})
}

// served is a running portal.
type served struct {
	*exec.Cmd
	out io.ReadCloser
	err bytes.Buffer
}

// serve starts the program as systemd does. The shell fills in the process's own number,
// which nobody knows before.
func (p *proof) serve(s site, socket *os.File) *served {
	p.Helper()
	c := &served{Cmd: exec.Command("sh", "-c", `LISTEN_PID=$$ exec "$0" serve`, binary(p.T))}
	c.Env = slices.Concat(operatorEnv, []string{pepper, "DATABASE_URL=" + s.url, "PATH=" + os.Getenv("PATH"), "LISTEN_FDS=1",
		"QUITT_OPERATOR_LISTEN=", "QUITT_TRUSTED_PROXIES=127.0.0.1", "QUITT_DRAIN=1m"})
	c.ExtraFiles = []*os.File{socket}
	c.Stderr = &c.err
	var err error
	if c.out, err = c.StdoutPipe(); err == nil {
		err = c.Start()
	}
	if err != nil {
		p.Fatal(err)
	}
	if line, err := bufio.NewReader(c.out).ReadString('\n'); err != nil {
		_ = c.Wait()
		p.Fatalf("the portal did not start: %v %q\n%s", err, line, &c.err)
	}
	return c
}

// leave stops it as a restart does and waits.
func (c *served) leave(p *proof) {
	p.Helper()
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		p.Fatal(err)
	}
	if err := c.Wait(); err != nil || strings.Contains(c.err.String(), `"panic"`) {
		p.violation("the portal ended with %v\n%s", err, &c.err)
	}
}

// crowd is a number of visitors who ask one page after the other. Each has a connection of
// its own and repeats nothing: what a client library would silently send again counts as
// lost here.
type crowd struct {
	address  string
	stop     chan struct{}
	all      sync.WaitGroup
	expected map[string]string // the answer to each request before the first restart
	answered atomic.Int64
	mu       sync.Mutex
	lost     []string
	counts   map[string]int
}

// Each request comes from an address of its own, or the limits would join in.
var visits = []string{"GET /", "GET /hilfe", "POST /sprache", "POST /"}

func (p *proof) visit(address string) *crowd {
	p.Helper()
	c := &crowd{address: address, stop: make(chan struct{}), expected: map[string]string{}, counts: map[string]int{}}
	v := &visitor{crowd: c}
	for _, what := range visits {
		status, err := v.ask(what, 0)
		if err != nil {
			p.Fatal(err)
		}
		c.expected[what] = status
	}
	v.hangUp()
	p.Logf("answers: %v", c.expected)
	const visitors = 8
	for n := range visitors {
		c.all.Go(func() { c.stay(n) })
	}
	return c
}

func (c *crowd) stay(n int) {
	v := &visitor{crowd: c}
	defer v.hangUp()
	for i := 0; ; i++ {
		select {
		case <-c.stop:
			return
		case <-time.After(time.Duration(10+n) * time.Millisecond):
		}
		what := visits[(i+n)%len(visits)]
		status, err := v.ask(what, n<<16+i)
		c.mu.Lock()
		c.counts[strings.Fields(what)[0]]++
		if err != nil || status != c.expected[what] {
			c.lost = append(c.lost, fmt.Sprintf("%s: %s, %v, on a connection with %d answers", what, status, err, v.answers))
		}
		c.mu.Unlock()
		if err != nil {
			v.hangUp()
		}
		c.answered.Add(1)
	}
}

// busy waits until every visitor has been answered a few times more.
func (c *crowd) busy(p *proof) {
	p.Helper()
	for until := c.answered.Load() + 40; c.answered.Load() < until; {
		time.Sleep(5 * time.Millisecond)
	}
}

func (c *crowd) goHome(p *proof) {
	p.Helper()
	close(c.stop)
	c.all.Wait()
	for method, n := range c.counts {
		p.counts[method] += n
	}
	p.counts["lost"] += len(c.lost)
	for _, l := range c.lost {
		p.violation("lost: %s", l)
	}
}

// visitor is one connection at a time.
type visitor struct {
	*crowd
	conn    net.Conn
	in      *bufio.Reader
	answers int // on this connection
}

// ask sends one request and reads its answer whole.
func (v *visitor) ask(what string, number int) (status string, err error) {
	if v.conn == nil {
		if v.conn, err = net.Dial("tcp", v.address); err != nil {
			return "", err
		}
		v.in, v.answers = bufio.NewReader(v.conn), 0
	}
	// A process that hangs must fail the proof, not stop it; no restart takes so long.
	if err := v.conn.SetDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		return "", err
	}
	method, path, _ := strings.Cut(what, " ")
	body := ""
	if method == http.MethodPost {
		body = "lang=de&code=ABCD-EFGH-JKMN-PQRS&check=postcode&postcode=50667"
	}
	_, err = fmt.Fprintf(v.conn, "%s %s HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nX-Forwarded-For: 10.%d.%d.%d\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		method, path, number>>16&255, number>>8&255, number&255, len(body), body)
	if err != nil {
		return "", err
	}
	res, err := http.ReadResponse(v.in, &http.Request{Method: method})
	if err != nil {
		return "", err
	}
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return "", err
	}
	v.answers++
	if res.Close {
		v.hangUp()
	}
	return res.Status, res.Body.Close()
}

func (v *visitor) hangUp() {
	if v.conn != nil {
		_ = v.conn.Close()
		v.conn = nil
	}
}
