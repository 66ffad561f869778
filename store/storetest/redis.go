package storetest

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// EnvRedis names the Redis to use and EnvRedisServer its program; scripts/with-redis sets
// both.
const (
	EnvRedis       = "QUITT_TEST_REDIS"
	EnvRedisServer = "REDIS_SERVER"
)

// Redis gives the URL of the shared server. Tests keep apart by keys of their own.
func Redis(t testing.TB) string { return need(t, EnvRedis) }

func need(t testing.TB, name string) string {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		t.Fatalf("%s is not set: run make test, or scripts/with-redis go test …", name)
	}
	return v
}

// OwnRedis starts a server for this test alone and gives its URL. kill ends it as a crash
// would; the test's end does too.
func OwnRedis(t testing.TB) (url string, kill func()) {
	t.Helper()
	program := need(t, EnvRedisServer)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := ln.Addr().String()
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(address, ":")
	c := exec.Command(program, "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	kill = func() {
		_ = c.Process.Kill() // an error says that it is dead already
		<-gone
	}
	t.Cleanup(kill)
	ready := make(chan bool, 1)
	go func() {
		defer close(gone)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if strings.Contains(lines.Text(), "eady to accept connections") {
				ready <- true
			}
		}
		ready <- false
		_ = c.Wait() // killed on purpose
	}()
	if !<-ready {
		t.Fatalf("%s did not start on port %s", program, port)
	}
	return fmt.Sprintf("redis://%s/0", address), kill
}
