package text

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"text/template/parse"
)

// Pages say sentences with {{.T "key" "name" value …}}. Such a key must be a literal, and
// the pairs after it must fill the placeholders, as in Go.

// templateUses finds the keys in all pages of the portal.
func templateUses(t *testing.T, pages ...string) (uses []keyUse) {
	t.Helper()
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".html" {
			return err
		}
		if len(pages) > 0 && !slices.Contains(pages, d.Name()) {
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		found, err := usesIn(filepath.ToSlash(name), string(src))
		uses = append(uses, found...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return uses
}

// usesIn parses one page. A key that is no literal comes back as a use of «…», which has no
// sentence.
func usesIn(name, src string) (uses []keyUse, err error) {
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	sets := map[string]*parse.Tree{}
	if _, err := tree.Parse(src, "", "", sets); err != nil {
		return nil, err
	}
	for _, set := range sets {
		eachNode(reflect.ValueOf(set.Root), func(c *parse.CommandNode) {
			if !says(c.Args[0]) {
				return
			}
			u := keyUse{at: fmt.Sprintf("%s near %s", name, c), key: "«no literal»", checked: true}
			if len(c.Args) > 1 {
				if key, ok := c.Args[1].(*parse.StringNode); ok {
					u.key = key.Text
				}
			}
			for i := 2; i < len(c.Args); i += 2 {
				if arg, ok := c.Args[i].(*parse.StringNode); ok {
					u.args = append(u.args, arg.Text)
				}
			}
			uses = append(uses, u)
		})
	}
	return uses, nil
}

// says reports whether a command calls T, on the page or on a variable.
func says(n parse.Node) bool {
	var ident []string
	switch n := n.(type) {
	case *parse.FieldNode:
		ident = n.Ident
	case *parse.VariableNode:
		ident = n.Ident
	case *parse.ChainNode:
		ident = n.Field
	}
	return len(ident) > 0 && ident[len(ident)-1] == "T"
}

// eachNode calls do for every command below a node, whatever kinds of node there are.
func eachNode(v reflect.Value, do func(*parse.CommandNode)) {
	if v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return
		}
		if c, ok := v.Interface().(*parse.CommandNode); ok {
			do(c)
		}
		if _, up := v.Interface().(*parse.Tree); !up {
			eachNode(v.Elem(), do)
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachNode(v.Field(i), do)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachNode(v.Index(i), do)
		}
	}
}

func TestPagesAreScannedForKeys(t *testing.T) {
	for _, tc := range []struct{ src, want string }{
		{`{{.T "skip"}}`, ""},
		{`{{define "a"}}{{range .X}}{{if .Y}}{{else}}{{$.T "nope"}}{{end}}{{end}}{{end}}`, "nope"},
		{`<a title="{{.Base.T "nope"}}">`, "nope"},
		{`{{with .X}}{{.Y (.T "nope")}}{{end}}`, "nope"},
		{`{{.T .Key}}`, "no literal"},
		{`{{.T "claim_open"}}`, "nothing fills {day}"},
		{`{{.T "claim_open" "day" .On}}`, ""},
	} {
		uses, err := usesIn("x.html", tc.src)
		if err != nil {
			t.Fatal(err)
		}
		s := &scan{uses: uses}
		got := strings.Join(s.problems(For(German)), "\n")
		if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("%s:\nwant %q, got %q", tc.src, tc.want, got)
		}
	}
}
