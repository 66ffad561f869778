package gallery

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"text/template/parse"
)

// shown is everything that the samples show in a language.
func shown(t *testing.T, language string) string {
	t.Helper()
	h := Handler()
	get := func(path string) string {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("%s answers %d: %s", path, w.Code, w.Body)
		}
		return w.Body.String()
	}
	var list []Listed
	if err := json.Unmarshal([]byte(get("/index.json")), &list); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, s := range list {
		all.WriteString(get(s.Path + "?lang=" + language))
	}
	return all.String()
}

// A page without a sample is a page nobody has looked at; so is a state of one. What a template
// writes in any of its branches stands in some sample.
func TestEveryStateOfThePagesOfCreditorsAndOperatorsIsShown(t *testing.T) {
	seen := shown(t, "de")
	for _, room := range []string{"creditor", "backstage"} {
		files := os.DirFS("../../../portal/" + room)
		found := 0
		err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Ext(name) != ".html" {
				return err
			}
			found++
			for _, text := range unseen(t, files, name, seen) {
				t.Errorf("%s/%s: no sample shows %q", room, name, text)
			}
			return nil
		})
		if err != nil || found < 2 {
			t.Errorf("%s: %d templates, %v", room, found, err)
		}
	}
}

// unseen lists what a template writes and nobody sees.
func unseen(t *testing.T, files fs.FS, name, seen string) (list []string) {
	t.Helper()
	source, err := fs.ReadFile(files, name)
	if err != nil {
		t.Fatal(err)
	}
	trees, main := map[string]*parse.Tree{}, parse.New(name)
	main.Mode = parse.SkipFuncCheck
	if main, err = main.Parse(string(source), "", "", trees); err != nil {
		t.Fatal(err)
	}
	trees[name] = main
	for _, tree := range trees {
		for _, text := range texts(tree.Root) {
			if !strings.Contains(seen, text) && !slices.Contains(list, text) {
				list = append(list, text)
			}
		}
	}
	slices.Sort(list)
	return list
}

// texts lists what stands in a template as it is written out, in all of its branches.
func texts(node parse.Node) (list []string) {
	branches := func(b parse.BranchNode) {
		list = append(list, texts(b.List)...)
		if b.ElseList != nil {
			list = append(list, texts(b.ElseList)...)
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		for _, part := range n.Nodes {
			list = append(list, texts(part)...)
		}
	case *parse.TextNode:
		if text := strings.TrimSpace(string(n.Text)); text != "" {
			list = append(list, text)
		}
	case *parse.IfNode:
		branches(n.BranchNode)
	case *parse.RangeNode:
		branches(n.BranchNode)
	case *parse.WithNode:
		branches(n.BranchNode)
	}
	return list
}

// What no sample shows must be found.
func TestAStateNobodySeesIsFound(t *testing.T) {
	files := fstest.MapFS{"a.html": {Data: []byte(`{{define "main"}}<h1>{{.T "a"}}</h1>{{if .B}}<p class="b">{{else}}<p class="c">{{end}}{{range .D}}<i>{{end}}{{end}}`)}}
	if got := unseen(t, files, "a.html", `<h1>x</h1><p class="c">`); !slices.Equal(got, []string{`<i>`, `<p class="b">`}) {
		t.Errorf("%q", got)
	}
}
