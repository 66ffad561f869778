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

func build() error {
	var err error
	if program.dir, err = os.MkdirTemp("", "quitt-browser"); err != nil {
		return err
	}
	if err := touchSources("../.."); err != nil {
		return err
	}
	out, err := exec.Command("go", "build", "-o", filepath.Join(program.dir, "quitt"), "quitt/cmd/quitt").CombinedOutput()
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

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// start runs the program in an empty directory until it says where it listens.
func start(t *testing.T, env []string, args ...string) *child {
	t.Helper()
	program.once.Do(func() { program.err = build() })
	if program.err != nil {
		t.Fatal(program.err)
	}
	c := &child{Cmd: exec.Command(filepath.Join(program.dir, "quitt"), args...), more: make(chan struct{}, 1), done: make(chan struct{})}
	c.Dir = t.TempDir()
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + c.Dir}, env...)
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
			t.Fatalf("quitt %s ended:\n%s", strings.Join(args, " "), c.output())
		}
	}
	return c
}
