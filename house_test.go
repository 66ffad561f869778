// Package quitt_test holds the house rules as a test: which room may import which, where
// SQL, clocks and libraries live, and how long things may get. The rules and their reasons
// stand in docs/adr and CONTRIBUTING.md. A change that needs another rule changes the
// table in house_rooms_test.go, on purpose and in its own commit.
package quitt_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// house is what the rules look at: every Go file, and the other files by path.
type house struct {
	files []file
	texts map[string]string
}

type file struct {
	path string
	src  string
	ast  *ast.File
	fset *token.FileSet
}

func parseFile(name, src string) (file, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	return file{name, src, parsed, fset}, err
}

func (f file) test() bool { return strings.HasSuffix(f.path, "_test.go") }

func (f file) lines() int { return strings.Count(f.src, "\n") }

// room is the folder a file lives in, "payments/stripe"; "." is the module root.
func (f file) room() string { return path.Dir(f.path) }

func (f file) at(n ast.Node, format string, args ...any) string {
	return fmt.Sprintf("%s:%d: %s", f.path, f.fset.Position(n.Pos()).Line, fmt.Sprintf(format, args...))
}

// imports maps import paths to their place in the file.
func (f file) imports() map[string]*ast.ImportSpec {
	out := map[string]*ast.ImportSpec{}
	for _, spec := range f.ast.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err == nil {
			out[p] = spec
		}
	}
	return out
}

// add puts a file into the house: Go is parsed, everything else kept as text.
func (h *house) add(name, src string) error {
	if !strings.HasSuffix(name, ".go") {
		h.texts[name] = src
		return nil
	}
	f, err := parseFile(name, src)
	if err != nil {
		return err
	}
	h.files = append(h.files, f)
	return nil
}

// production gives the files that are compiled into the program.
func (h *house) production() []file {
	var out []file
	for _, f := range h.files {
		if !f.test() {
			out = append(out, f)
		}
	}
	return out
}

func readHouse(t *testing.T) *house {
	t.Helper()
	h := &house{texts: map[string]string{}}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() {
			if name != "." && strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules" || name == "bin" {
				return filepath.SkipDir
			}
			return nil
		}
		if ext := filepath.Ext(base); ext != ".go" && ext != ".sql" && ext != ".md" && base != "go.mod" && base != "Makefile" {
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return h.add(filepath.ToSlash(name), string(src))
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

type rule struct {
	name  string
	check func(*house) []string
}

var rules = []rule{
	{"imports go downward", checkImports},
	{"libraries stay in their room", checkLibraries},
	{"leaves do no input or output", checkPure},
	{"no package has both SQL and HTTP", checkSQLAndHTTP},
	{"SQL text is in store and migrations", checkSQLText},
	{"SELECT names its columns", checkSelectStar},
	{"SQL twins", checkTwins},
	{"function length", checkFunctions},
	{"file length", checkFileLength},
	{"package length", checkPackageLength},
	{"parameters", checkParameters},
	{"time is an argument", checkClock},
	{"no float near money", checkFloats},
	{"no init", checkInit},
	{"every package says what it is", checkPackageDocs},
	{"no test is skipped", checkSkips},
	{"British spelling", checkSpelling},
	{"Makefile targets", checkMakefile},
	{"every requirement has its reason", checkDependencies},
	{"every decision is listed", checkDecisions},
}

func TestHouse(t *testing.T) {
	h := readHouse(t)
	if len(h.production()) == 0 {
		t.Fatal("no Go files found: run from the module root")
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, finding := range r.check(h) {
				t.Error(finding)
			}
		})
	}
}
