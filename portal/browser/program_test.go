package browser

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// program is the built binary: it is started as its users start it, which is why these
// tests may not import the room that wires it.
var program struct {
	once sync.Once
	dir  string
	err  error
}

// clockShift is the setting by which the clock of the tests' program is moved; a program built
// for use knows none.
const clockShift = "QUITT_TEST_CLOCK_SHIFT"

func build() error {
	var err error
	if program.dir, err = os.MkdirTemp("", "quitt-browser"); err != nil {
		return err
	}
	if err := touchSources("../.."); err != nil {
		return err
	}
	out, err := exec.Command("go", "build", "-ldflags", "-X main.shifted="+clockShift, "-o", filepath.Join(program.dir, "quitt"), "quitt/cmd/quitt").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// touchSources looks at every file the program is made of. go test remembers which files
// a test looked at and repeats it when one changes; what a child process is built from it
// cannot know by itself.
func touchSources(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && (name == "docs" || name == "bin" || name == "testdata" || strings.HasPrefix(name, ".") && path != root):
			return fs.SkipDir
		case d.IsDir() || strings.HasSuffix(name, "_test.go") || strings.Contains(name, ".db"):
			return nil
		}
		_, err = os.Stat(path)
		return err
	})
}

// child is a running program and what it prints.
type child struct {
	*exec.Cmd
	url string

	mu   sync.Mutex
	said bytes.Buffer
	more chan struct{} // something was said, or the program ended
	done chan struct{}
}

// Write takes what the program prints.
func (c *child) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said.Write(b)
	select {
	case c.more <- struct{}{}:
	default:
	}
	return len(b), nil
}

func (c *child) output() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.said.String()
}

var address = regexp.MustCompile(`https?://127\.0\.0\.1:\d+`)

// command is a call of the program with nothing in its surroundings but env.
func command(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	program.once.Do(func() { program.err = build() })
	if program.err != nil {
		t.Fatal(program.err)
	}
	c := exec.Command(filepath.Join(program.dir, "quitt"), args...)
	c.Dir = t.TempDir()
	c.Env = append([]string{"PATH=" + os.Getenv("PATH")}, env...)
	return c
}

// run waits for a command to end well and gives what it printed.
func run(t *testing.T, c *exec.Cmd) string {
	t.Helper()
	var said strings.Builder
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", c, err, out, said.String())
	}
	return string(out)
}

// start runs a command that serves until it says where.
func start(t *testing.T, command *exec.Cmd) *child {
	t.Helper()
	c := &child{Cmd: command, more: make(chan struct{}, 1), done: make(chan struct{})}
	c.Stdout, c.Stderr = c, c
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = c.Wait() // how it ended is seen in what it said
		close(c.done)
	}()
	t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGTERM) // it may have ended by itself
		<-c.done
	})
	for c.url = address.FindString(c.output()); c.url == ""; c.url = address.FindString(c.output()) {
		select {
		case <-c.more:
		case <-c.done:
			t.Fatalf("%s ended:\n%s", c, c.output())
		}
	}
	return c
}
