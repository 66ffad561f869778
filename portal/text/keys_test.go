package text

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"quitt/bank"
)

// Every key the program can refuse with must have a sentence that its values fill. The keys
// are found in the source: a key stands in the field Key of an Error or FormatError, as
// argument of Catalogue.Text, or as argument of a function that passes a parameter of its
// own to such a place. So a new helper needs no entry here.

// keyUse is one place where a key is written.
type keyUse struct {
	key, at string
	args    []string // names of the values given
	checked bool     // the values are given in place, so their names are known
}

// helper is a function that takes a key as one of its parameters.
type helper struct{ dir, name string }

type source struct {
	dir     string
	file    *ast.File
	fset    *token.FileSet
	imports map[string]string // local name → folder within the module
}

type scan struct {
	sources []source
	helpers map[helper]int
	uses    []keyUse
	unseen  []string // places whose key the scan cannot follow
}

func TestEveryKeyHasASentence(t *testing.T) {
	s := scanModule(t)
	s.uses = append(s.uses, templateUses(t)...)
	if len(s.uses) < 400 {
		t.Fatalf("only %d keys found: the scan is broken", len(s.uses))
	}
	for _, problem := range s.problems(For(German)) {
		t.Error(problem)
	}
	for _, key := range bank.ErrorKeys() {
		if For(German).sentences[key] == "" {
			t.Errorf("bank.ErrorKeys names %q, which has no sentence", key)
		}
	}
}

// problems lists keys without a sentence, placeholders nobody fills and keys out of sight.
func (s *scan) problems(c *Catalogue) (out []string) {
	for _, u := range s.uses {
		sentence, ok := c.sentences[u.key]
		if !ok {
			out = append(out, fmt.Sprintf("%s: %q has no sentence in de.json", u.at, u.key))
			continue
		}
		for _, name := range placeholders(sentence) {
			if name = strings.Trim(name, "{}"); u.checked && !slices.Contains(u.args, name) {
				out = append(out, fmt.Sprintf("%s: nothing fills {%s} of %q", u.at, name, u.key))
			}
		}
	}
	for _, at := range s.unseen {
		out = append(out, at+": write the key as a literal, so that it can be checked")
	}
	return out
}

// A check that cannot fail protects nothing.
func TestScanFindsWhatIsWrong(t *testing.T) {
	const head = "package x\nimport \"quitt/debt\"\n"
	for _, tc := range []struct{ body, want string }{
		{`var e = debt.E(debt.Invalid, "due_missing", nil)`, ""},
		{`var e = debt.E(debt.Invalid, "nope", nil)`, "nope"},
		{`var e = &debt.Error{Kind: debt.Invalid, Key: "nope"}`, "nope"},
		{"const k = `nope`\nvar e = debt.E(debt.Invalid, k, nil)", "nope"},
		{"func refuse(key string) error { return debt.E(debt.Invalid, key, nil) }\nvar e = refuse(`nope`)", "nope"},
		{"func (r *row) need(n int, key string) { r.refuse(n, key) }\n" +
			"func (r *row) refuse(n int, key string) error { return debt.E(debt.Invalid, key, nil) }\n" +
			"func (r *row) all() { r.need(1, `nope`) }", "nope"},
		{"func f(b bool) error { k := `due_missing`; if b { k = `nope` }; return debt.E(debt.Invalid, k, nil) }", "nope"},
		{`var e = debt.E(debt.Invalid, "date_invalid", nil)`, "nothing fills {value}"},
		{`var e = debt.E(debt.Invalid, "date_invalid", debt.Args{"day": 1})`, "nothing fills {value}"},
		{`var e = debt.E(debt.Invalid, "date_invalid", debt.Args{"value": 1})`, ""},
		{`var e = errors.Is(err, debt.E(debt.Invalid, "date_invalid", nil))`, ""},
		{`var e = errors.Is(err, debt.E(debt.Invalid, "nope", nil))`, "nope"},
		{"import \"quitt/portal/text\"\nvar s = text.For(text.German).Text(`nope`, nil)", "nope"},
		{`var e = debt.E(debt.Invalid, pick(), nil)`, "as a literal"},
	} {
		s := &scan{}
		s.add(t, "debt/error.go", "package debt\nfunc E(k Kind, key string, a Args) *Error { return &Error{Kind: k, Key: key, Args: a} }")
		s.add(t, "x/x.go", head+tc.body)
		s.run()
		got := strings.Join(s.problems(For(German)), "\n")
		if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("%s:\nwant %q, got %q", tc.body, tc.want, got)
		}
	}
}

// scanModule reads the Go files that are compiled into the program.
func scanModule(t *testing.T) *scan {
	t.Helper()
	const root = "../.."
	s := &scan{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() {
			if name != root && (strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		return s.parse(name, filepath.ToSlash(rel), nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	s.run()
	return s
}

func (s *scan) add(t *testing.T, name, src string) {
	t.Helper()
	if err := s.parse(name, name, src); err != nil {
		t.Fatal(err)
	}
}

// parse reads src, or the file name when src is nil; rel is its path within the module.
func (s *scan) parse(name, rel string, src any) error {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	imports := map[string]string{}
	for _, spec := range file.Imports {
		dir, own := strings.CutPrefix(unquote(spec.Path), "quitt/")
		if !own {
			continue
		}
		local := path.Base(dir)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		imports[local] = dir
	}
	s.sources = append(s.sources, source{path.Dir(rel), file, fset, imports})
	return nil
}

// run looks again until no further helper is found: a helper may call another.
func (s *scan) run() {
	s.helpers = map[helper]int{}
	for known := -1; known < len(s.helpers); {
		known = len(s.helpers)
		s.uses, s.unseen = nil, nil
		for _, src := range s.sources {
			for _, decl := range src.file.Decls {
				s.declaration(src, decl)
			}
		}
	}
}

// declaration visits every place of a function or variable where a key stands.
func (s *scan) declaration(src source, decl ast.Decl) {
	compared := map[ast.Node]bool{}
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if isComparison(n) { // the error named there is looked for, not said: it needs no values
				for _, arg := range n.Args {
					compared[arg] = true
				}
			}
			if i, ok := s.keyArgument(src, n); ok && i < len(n.Args) {
				args, checked := given(n.Args[i+1:])
				s.key(src, decl, n.Args[i], keyUse{args: args, checked: checked && !compared[n]})
			}
		case *ast.CompositeLit:
			if value := keyField(n); value != nil {
				s.key(src, decl, value, keyUse{})
			}
		}
		return true
	})
}

func isComparison(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == "errors" && sel.Sel.Name == "Is"
}

// keyArgument tells which argument of a call is a key.
func (s *scan) keyArgument(src source, call *ast.CallExpr) (int, bool) {
	called := helper{dir: src.dir}
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		called.name = fun.Name
	case *ast.SelectorExpr:
		called.name = fun.Sel.Name
		if x, ok := fun.X.(*ast.Ident); ok && src.imports[x.Name] != "" {
			called.dir = src.imports[x.Name]
		} else if called.name == "Text" && src.speaks() {
			return 0, len(call.Args) == 2 // Catalogue.Text: other methods of that name take less
		}
	}
	i, ok := s.helpers[called]
	return i, ok
}

// speaks reports whether the file can hold a Catalogue: page.Base carries one.
func (src source) speaks() bool {
	for _, dir := range src.imports {
		if dir == "portal/text" || dir == "portal/page" {
			return true
		}
	}
	return src.dir == "portal/text" || src.dir == "portal/page"
}

// keyField gives the field Key of an Error or FormatError literal.
func keyField(lit *ast.CompositeLit) ast.Expr {
	typ := lit.Type
	if sel, ok := typ.(*ast.SelectorExpr); ok {
		typ = sel.Sel
	}
	if name, ok := typ.(*ast.Ident); !ok || name.Name != "Error" && name.Name != "FormatError" {
		return nil
	}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if name, ok := kv.Key.(*ast.Ident); ok && name.Name == "Key" {
				return kv.Value
			}
		}
	}
	return nil
}

// given names the values that follow a key: a literal of a map, or nil, or nothing at all.
func given(rest []ast.Expr) (names []string, checked bool) {
	for _, e := range rest {
		lit, ok := e.(*ast.CompositeLit)
		if !ok {
			continue
		}
		for _, elt := range lit.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				if name, ok := kv.Key.(*ast.BasicLit); ok {
					names = append(names, unquote(name))
				}
			}
		}
		return names, true
	}
	for _, e := range rest {
		if id, ok := e.(*ast.Ident); !ok || id.Name != "nil" && id.Name != "err" && id.Name != "cause" {
			return nil, false
		}
	}
	return nil, true
}

// key follows an expression that stands where a key is expected.
func (s *scan) key(src source, decl ast.Decl, e ast.Expr, u keyUse) {
	pos := src.fset.Position(e.Pos())
	u.at = fmt.Sprintf("%s/%s:%d", src.dir, path.Base(filepath.ToSlash(pos.Filename)), pos.Line)
	switch e := e.(type) {
	case *ast.BasicLit:
		u.key = unquote(e)
		s.uses = append(s.uses, u)
		return
	case *ast.SelectorExpr:
		// The key of an error that was made elsewhere, and checked there; bank fills one
		// from a table, which ErrorKeys covers.
		if e.Sel.Name == "Key" || src.dir == "bank" {
			return
		}
	case *ast.Ident:
		if fn, ok := decl.(*ast.FuncDecl); ok {
			if i := parameter(fn, e.Name); i >= 0 {
				s.helpers[helper{src.dir, fn.Name.Name}] = i
				return
			}
		}
		if found := s.assigned(src, decl, e.Name); len(found) > 0 {
			for _, lit := range found {
				s.key(src, decl, lit, u)
			}
			return
		}
	}
	s.unseen = append(s.unseen, u.at)
}

// parameter gives the position of a parameter, -1 if fn has none of that name.
func parameter(fn *ast.FuncDecl, name string) int {
	i := 0
	for _, field := range fn.Type.Params.List {
		for _, n := range field.Names {
			if n.Name == name {
				return i
			}
			i++
		}
	}
	return -1
}

// assigned gives the literals a variable or constant may hold: those of the function, else
// those of the package.
func (s *scan) assigned(src source, decl ast.Decl, name string) []*ast.BasicLit {
	if found := literalsOf(decl, name); len(found) > 0 {
		return found
	}
	for _, other := range s.sources {
		for _, d := range other.file.Decls {
			if _, fn := d.(*ast.FuncDecl); fn || other.dir != src.dir {
				continue
			}
			if found := literalsOf(d, name); len(found) > 0 {
				return found
			}
		}
	}
	return nil
}

func literalsOf(decl ast.Decl, name string) (out []*ast.BasicLit) {
	note := func(i int, left ast.Expr, right []ast.Expr) {
		if id, ok := left.(*ast.Ident); ok && id.Name == name && i < len(right) {
			if lit, ok := right[i].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				out = append(out, lit)
			}
		}
	}
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				note(i, left, n.Rhs)
			}
		case *ast.ValueSpec:
			for i, left := range n.Names {
				note(i, left, n.Values)
			}
		}
		return true
	})
	return out
}

func unquote(lit *ast.BasicLit) string {
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}
