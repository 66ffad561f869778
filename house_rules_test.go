package quitt_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The numbers of the house. Tests get more room: a table is long and still easy to read.
const (
	maxFunction, maxTestFunction = 70, 120
	maxFile, maxTestFile         = 500, 900
	maxPackage                   = 2500
	maxParameters                = 4
	maxTwins                     = 3
	maxTargets                   = 12
)

func checkImports(h *house) (out []string) {
	for _, f := range h.files {
		if f.room() == "." {
			continue
		}
		for p, spec := range f.imports() {
			to, own := strings.CutPrefix(p, "quitt/")
			if !own {
				continue
			}
			if why := mayImport(f, to); why != "" {
				out = append(out, f.at(spec, "%s %s", f.room(), why))
			}
		}
		if _, known := floors[top(f.room())]; !known {
			out = append(out, f.at(f.ast, "%s is no room of the house; add it to floors on purpose", f.room()))
		}
	}
	return out
}

func checkLibraries(h *house) (out []string) {
	for _, f := range h.files {
		for p, spec := range f.imports() {
			if why := mayUse(f, p); why != "" {
				out = append(out, f.at(spec, "%s: %s", p, why))
			}
		}
	}
	return out
}

// mayUse gives "" or the reason why a file may not import a library.
func mayUse(f file, p string) string {
	for lib, rooms := range libraries {
		if !within(p, lib) && !strings.HasPrefix(p, lib+"/v") {
			continue
		}
		tests := slices.Equal(rooms, testOnly)
		if withinAny(f.room(), rooms) || tests && f.test() || !tests && floors[top(f.room())] == wiring {
			return ""
		}
		return "this library lives in " + strings.Join(rooms, ", ") + "; go through that room"
	}
	if strings.Contains(top(p), ".") {
		return "no room may use it yet; give the reason in docs/dependencies.md and a room in libraries"
	}
	return ""
}

func checkPure(h *house) (out []string) {
	for _, f := range h.production() {
		pure := floors[top(f.room())] == leaf || within(f.room(), "portal/text")
		if !pure || f.room() == "." || withinAny(f.room(), testHelpers) {
			continue
		}
		for p, spec := range f.imports() {
			if (withinAny(p, impure) && p != "log/slog") || strings.HasPrefix(p, "quitt/") && !leafBelow(f.room(), p) {
				out = append(out, f.at(spec, "%s is pure and may not import %s; take a value as argument instead", f.room(), p))
			}
		}
	}
	return out
}

// leafBelow allows what a pure room may stand on: a room inside debt or bank on its
// parent and on what all of the room share, and the catalogue of sentences on all of it,
// whose values and errors it words.
func leafBelow(room, imported string) bool {
	target := strings.TrimPrefix(imported, "quitt/")
	mine := room != target && within(room, target) || room != top(target) && top(room) == top(target) && slices.Contains(shared, target)
	return floors[top(target)] == leaf && (within(room, "portal/text") || mine)
}

func checkSQLAndHTTP(h *house) (out []string) {
	sql, http := map[string]string{}, map[string]string{}
	for _, f := range h.production() {
		for p, spec := range f.imports() {
			switch {
			case within(p, "database/sql") || within(p, "github.com/jmoiron/sqlx"):
				sql[f.room()] = f.at(spec, "imports %s", p)
			case within(p, "net/http") || strings.Contains(p, "gofiber/fiber") || strings.Contains(p, "valyala/fasthttp"):
				http[f.room()] = f.at(spec, "imports %s", p)
			}
		}
	}
	for room, where := range sql {
		if http[room] != "" {
			out = append(out, fmt.Sprintf("%s has both SQL and HTTP; split it\n  %s\n  %s", room, where, http[room]))
		}
	}
	return out
}

var (
	sqlStart   = regexp.MustCompile(`^\s*(SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|WITH|CREATE|ALTER|DROP)\s`)
	selectStar = regexp.MustCompile(`\bSELECT\s+(DISTINCT\s+)?(\w+\.)?\*`)
)

// eachString calls do for every string literal.
func (f file) eachString(do func(lit *ast.BasicLit, value string)) {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil {
				do(lit, s)
			}
		}
		return true
	})
}

// Tests may write SQL: one that tampers with the ledger has to go behind the store's back.
func checkSQLText(h *house) (out []string) {
	for _, f := range h.production() {
		if withinAny(f.room(), []string{"store", "migrations"}) {
			continue
		}
		f.eachString(func(lit *ast.BasicLit, s string) {
			if sqlStart.MatchString(s) {
				out = append(out, f.at(lit, "SQL outside store; add a method on store.Reader or store.Tx"))
			}
		})
	}
	return out
}

func checkSelectStar(h *house) (out []string) {
	for _, f := range h.production() {
		f.eachString(func(lit *ast.BasicLit, s string) {
			if selectStar.MatchString(s) {
				out = append(out, f.at(lit, "SELECT * breaks when a column is added; name the columns"))
			}
		})
	}
	for name, text := range h.texts {
		if strings.HasSuffix(name, ".sql") && selectStar.MatchString(text) {
			out = append(out, name+": SELECT * breaks when a column is added; name the columns")
		}
	}
	return out
}

// checkTwins counts the statements written once per engine (docs/adr/0001): composite
// literals of type twin, also where a list or map of twins leaves the type out.
func checkTwins(h *house) (out []string) {
	var places []string
	for _, f := range h.files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			found := 0
			switch typ := lit.Type.(type) {
			case *ast.Ident:
				found = count(typ.Name == "twin")
			case *ast.ArrayType:
				found = untypedTwins(typ.Elt, lit.Elts)
			case *ast.MapType:
				found = untypedTwins(typ.Value, lit.Elts)
			}
			for range found {
				places = append(places, f.at(lit, "twin"))
				if f.path != "store/dialect.go" {
					out = append(out, f.at(lit, "a statement per engine belongs into store/dialect.go, with its reason"))
				}
			}
			return true
		})
	}
	if len(places) > maxTwins {
		out = append(out, fmt.Sprintf("%d SQL twins, at most %d: rewrite one so that both engines take it\n  %s",
			len(places), maxTwins, strings.Join(places, "\n  ")))
	}
	return out
}

func untypedTwins(elem ast.Expr, elts []ast.Expr) (n int) {
	if id, ok := elem.(*ast.Ident); !ok || id.Name != "twin" {
		return 0
	}
	for _, e := range elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		lit, ok := e.(*ast.CompositeLit)
		n += count(ok && lit.Type == nil)
	}
	return n
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func checkFunctions(h *house) (out []string) {
	for _, f := range h.files {
		limit := maxFunction
		if f.test() {
			limit = maxTestFunction
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1
			if n > limit {
				out = append(out, f.at(fn, "%s has %d lines, at most %d; name a part of it and move it out", fn.Name.Name, n, limit))
			}
		}
	}
	return out
}

func checkFileLength(h *house) (out []string) {
	for _, f := range h.files {
		limit := maxFile
		if f.test() {
			limit = maxTestFile
		}
		if n := f.lines(); n > limit {
			out = append(out, fmt.Sprintf("%s: %d lines, at most %d; split it by noun", f.path, n, limit))
		}
	}
	return out
}

func checkPackageLength(h *house) (out []string) {
	sum := map[string]int{}
	for _, f := range h.production() {
		sum[f.room()] += f.lines()
	}
	for room, n := range sum {
		if n > maxPackage {
			out = append(out, fmt.Sprintf("%s: %d lines, at most %d; it needs a second room", room, n, maxPackage))
		}
	}
	return out
}

// checkParameters leaves context.Context out of the count: every call that waits carries
// one, in the same place, and it says nothing about what the function works on.
func checkParameters(h *house) (out []string) {
	for _, f := range h.production() {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			fn, ok := n.(*ast.FuncType)
			if !ok {
				return true
			}
			params := 0
			for _, field := range fn.Params.List {
				if sel, ok := field.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Context" {
					continue
				}
				params += max(1, len(field.Names))
			}
			if params > maxParameters {
				out = append(out, f.at(fn, "%d parameters, at most %d; a struct names them", params, maxParameters))
			}
			return true
		})
	}
	return out
}

// checkClock finds time.Now and its relatives under whatever name time is imported.
func checkClock(h *house) (out []string) {
	for _, f := range h.production() {
		spec := f.imports()["time"]
		if top(f.room()) == "cmd" || spec == nil {
			continue
		}
		name := "time"
		if spec.Name != nil {
			name = spec.Name.Name
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if ok && x.Name == name && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
				out = append(out, f.at(sel, "time.%s; take the clock you are given, so that tests can stop it", sel.Sel.Name))
			}
			return true
		})
	}
	return out
}

func checkFloats(h *house) (out []string) {
	money := []string{"debt", "bank", "store", "cases", "payments", "plans"}
	for _, f := range h.production() {
		if !withinAny(f.room(), money) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && (id.Name == "float64" || id.Name == "float32") {
				out = append(out, f.at(id, "%s where money is handled; use cents and basis points", id.Name))
			}
			return true
		})
	}
	return out
}

func checkInit(h *house) (out []string) {
	for _, f := range h.production() {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == "init" && fn.Recv == nil {
				out = append(out, f.at(fn, "init acts before anybody asked; make it a function and call it"))
			}
		}
	}
	return out
}

func checkPackageDocs(h *house) (out []string) {
	said, packages := map[string]bool{}, map[string]string{}
	for _, f := range h.production() {
		packages[f.room()] = f.ast.Name.Name
		want := "Package " + f.ast.Name.Name + " "
		if f.ast.Name.Name == "main" {
			want = "Command "
		}
		if strings.HasPrefix(f.ast.Doc.Text(), want) {
			said[f.room()] = true
		}
	}
	for room, name := range packages {
		if !said[room] {
			out = append(out, fmt.Sprintf("%s: package %s does not say what it is; begin a comment above the package clause with \"Package %s …\" (\"Command …\" for main)", room, name, name))
		}
	}
	return out
}

// A skipped test passes without having looked.
func checkSkips(h *house) (out []string) {
	for _, f := range h.files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok || !f.test() {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if ok && slices.Contains([]string{"t", "b", "f", "tb", "testing"}, x.Name) &&
				slices.Contains([]string{"Skip", "Skipf", "SkipNow", "Short"}, sel.Sel.Name) {
				out = append(out, f.at(sel, "%s: let the test fail and say what is missing", sel.Sel.Name))
			}
			return true
		})
	}
	return out
}

// American is written in two parts, or this file would find itself.
var american = regexp.MustCompile(`(?i)install` + `ment`)

func checkSpelling(h *house) (out []string) {
	look := func(name, text string) {
		for n, line := range strings.Split(text, "\n") {
			if american.MatchString(line) {
				out = append(out, fmt.Sprintf("%s:%d: one word has one spelling here: instalment", name, n+1))
			}
		}
	}
	for _, f := range h.files {
		look(f.path, f.src)
	}
	for name, text := range h.texts {
		look(name, text)
	}
	return out
}

var target = regexp.MustCompile(`(?m)^[A-Za-z][\w-]*:($|[^=])`)

func checkMakefile(h *house) []string {
	if n := len(target.FindAllString(h.texts["Makefile"], -1)); n > maxTargets {
		return []string{fmt.Sprintf("Makefile: %d targets, at most %d; fold one into another", n, maxTargets)}
	}
	return nil
}

var requirement = regexp.MustCompile(`(?m)^(?:require)?\s+([\w./-]+) v\S+$`) // "// indirect" does not end the line

func checkDependencies(h *house) (out []string) {
	documented := map[string]int{}
	for line := range strings.Lines(h.texts["docs/dependencies.md"]) {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			documented[strings.Trim(cells[1], " `")]++
		}
	}
	for _, m := range requirement.FindAllStringSubmatch(h.texts["go.mod"], -1) {
		if documented[m[1]] != 1 {
			out = append(out, fmt.Sprintf("go.mod: %s has %d lines in docs/dependencies.md; give it one that says why", m[1], documented[m[1]]))
		}
	}
	return out
}

func checkDecisions(h *house) (out []string) {
	const index = "docs/adr/README.md"
	for name := range h.texts {
		if path.Dir(name) == path.Dir(index) && name != index && !strings.Contains(h.texts[index], "("+path.Base(name)+")") {
			out = append(out, name+": not linked from "+index)
		}
	}
	return out
}
