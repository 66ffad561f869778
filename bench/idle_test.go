//go:build linux

package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"quitt/cases/signin"
	"quitt/store/storetest"
)

const (
	envSize        = "QUITT_BENCH_SIZE" // sessions
	normalSessions = 200
	// mostConnections stays below the server's own bound of 4,096.
	mostConnections = 4000
	warmSessions    = 100
)

// BenchmarkIdleVisitors tells what visitors cost who do nothing: the resident memory of the
// real program, on SQLite, before and after many sessions were opened and left alone, and
// with connections that each loaded the debtor's page once and stay open.
func BenchmarkIdleVisitors(b *testing.B) {
	sessions := setting(b, envSize, normalSessions)
	connections := min(sessions, mostConnections)
	url := storetest.SQLite(b)
	letters := newTown(b, url, time.Now()).letters(10)
	p := startProgram(b, url)
	b.ResetTimer()
	p.stay(p.visit(warmSessions, letters)) // what any visitor makes it load belongs to nobody
	p.leave()
	empty := p.resident(0)
	cookies := p.visit(sessions, letters)
	open := p.resident(0)
	p.stay(cookies[:connections])
	connected := p.resident(connections)
	b.StopTimer()
	b.Logf("KB: %+v empty, %+v with %d idle sessions, %+v with %d idle connections besides", empty, open, sessions, connected, connections)
	b.ReportMetric(0, "ns/op") // hides it
	b.ReportMetric(float64(empty.rss)/1024, "MiB-empty")
	b.ReportMetric(float64(open.rss-empty.rss)/float64(sessions), "KB/session")
	b.ReportMetric(float64(connected.rss-open.rss)/float64(connections), "KB/connection")
}

// memory in KB: heap is the part of rss that Go's objects take, garbage included. SQLite
// has its own besides.
type memory struct{ rss, heap int }

// program is quitt serve as a child.
type program struct {
	b                 *testing.B
	pid               int
	address, operator string
	visits            int
	open              []net.Conn
}

var (
	listening     = regexp.MustCompile(`http://([0-9.:]+)`)
	connectedNow  = regexp.MustCompile(`(?m)^quitt_http_connections (\S+)`)
	heapBytes     = regexp.MustCompile(`(?m)^go_memstats_heap_alloc_bytes (\S+)`)
	residentKB    = regexp.MustCompile(`(?m)^VmRSS:\s*(\d+) kB`)
	operatorNames = []string{"NAME", "STREET", "POSTCODE", "CITY", "PHONE", "EMAIL", "SUPERVISOR_NAME", "SUPERVISOR_ADDRESS", "SUPERVISOR_CONTACT"}
)

func startProgram(b *testing.B, url string) *program {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "quitt")
	if out, err := exec.Command("go", "build", "-o", binary, "quitt/cmd/quitt").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	p := &program{b: b, operator: freePort(b)}
	c := exec.Command(binary, "serve")
	c.Env = []string{"DATABASE_URL=" + url, "QUITT_PEPPER=" + pepper(), "QUITT_LISTEN=127.0.0.1:0", "QUITT_OPERATOR_LISTEN=" + p.operator,
		"QUITT_TRUSTED_PROXIES=127.0.0.1"}
	for _, name := range operatorNames {
		c.Env = append(c.Env, "QUITT_OPERATOR_"+name+"=x@example.de")
	}
	log, err := os.Create(filepath.Join(b.TempDir(), "log"))
	if err != nil {
		b.Fatal(err)
	}
	c.Stderr = log
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		p.leave()
		_ = c.Process.Signal(syscall.SIGTERM)
		_ = c.Wait() // its exit code is for other tests
		_ = log.Close()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	found := listening.FindStringSubmatch(line)
	if err != nil || found == nil {
		said, _ := os.ReadFile(log.Name())
		b.Fatalf("the portal did not start: %v %q\n%s", err, line, said)
	}
	p.pid, p.address = c.Process.Pid, found[1]
	return p
}

func freePort(b *testing.B) string {
	b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	return ln.Addr().String()
}

// visit opens n sessions, each on a connection that is closed again, and gives their
// cookies. An answer takes a step of the grid, so many are asked for at once.
func (p *program) visit(n int, letters []signin.Letter) []string {
	p.b.Helper()
	cookies := make([]string, n)
	p.crowd(n, func(i int) error {
		conn, err := net.Dial("tcp", p.address)
		if err != nil {
			return err
		}
		defer func() { _ = conn.Close() }()
		body := entry(letters[i%len(letters)].Token.Plain(), "", born)
		number := p.visits + i
		status, head, err := exchange(conn, fmt.Sprintf("POST / HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nX-Forwarded-For: 10.%d.%d.%d\r\n"+
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
			p.address, p.address, number>>16&255, number>>8&255, number&255, len(body), body))
		if err != nil {
			return err
		}
		cookies[i], _, _ = strings.Cut(head.Get("Set-Cookie"), ";")
		if status != http.StatusSeeOther || cookies[i] == "" {
			return fmt.Errorf("no session: %d", status)
		}
		return nil
	})
	p.visits += n
	return cookies
}

// stay opens a connection for each session, loads the debtor's page and keeps it open.
func (p *program) stay(cookies []string) {
	p.b.Helper()
	conns := make([]net.Conn, len(cookies))
	p.crowd(len(cookies), func(i int) error {
		conn, err := net.Dial("tcp", p.address)
		if err != nil {
			return err
		}
		conns[i] = conn
		return p.page(conn, "/akte", cookies[i])
	})
	p.open = append(p.open, conns...)
}

func (p *program) page(conn net.Conn, path, cookie string) error {
	status, _, err := exchange(conn, fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", path, p.address, cookie))
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s: %d", path, status)
	}
	return err
}

// exchange sends a request and reads its answer whole.
func exchange(conn net.Conn, request string) (status int, head http.Header, err error) {
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return 0, nil, err
	}
	if _, err := io.WriteString(conn, request); err != nil {
		return 0, nil, err
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, res.Header, err
}

// leave closes the open connections.
func (p *program) leave() {
	for _, conn := range p.open {
		if conn != nil {
			_ = conn.Close()
		}
	}
	p.open = nil
}

// crowd does something n times, many at once.
func (p *program) crowd(n int, do func(i int) error) {
	p.b.Helper()
	const atOnce = 48
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for i := range next {
				if err := do(i); err != nil {
					p.b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if p.b.Failed() {
		p.b.FailNow()
	}
}

// resident reads the memory while so many connections are open. Every reading comes after
// the same few pages and a rest: what was garbage has then gone, as far as the runtime lets
// it go.
func (p *program) resident(connections int) memory {
	p.b.Helper()
	for range 300 {
		if err := p.alone("/hilfe"); err != nil {
			p.b.Fatal(err)
		}
	}
	time.Sleep(3 * time.Second)
	figures := p.metrics()
	open := number(p, connectedNow, figures)
	if open != connections {
		p.b.Fatalf("%d connections are open, want %d: idle ones are closed after a minute, so this machine may be too slow", open, connections)
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	if err != nil {
		p.b.Fatal(err)
	}
	return memory{number(p, residentKB, string(status)), number(p, heapBytes, figures) / 1024}
}

func (p *program) alone(path string) error {
	conn, err := net.Dial("tcp", p.address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return p.page(conn, path, "")
}

func (p *program) metrics() string {
	p.b.Helper()
	res, err := http.Get("http://" + p.operator + "/metrics")
	if err != nil {
		p.b.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var out bytes.Buffer
	if _, err := out.ReadFrom(res.Body); err != nil {
		p.b.Fatal(err)
	}
	return out.String()
}

// number finds the one number of a pattern.
func number(p *program, pattern *regexp.Regexp, text string) int {
	p.b.Helper()
	found := pattern.FindStringSubmatch(text)
	if found == nil {
		p.b.Fatalf("%s is not in:\n%.300s", pattern, strings.TrimSpace(text))
	}
	n, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		p.b.Fatal(err)
	}
	return int(n)
}
