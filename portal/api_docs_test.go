package portal

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// curls are the examples of docs/api.md: a command, and what it answers.
var curls = regexp.MustCompile("(?s)```sh\n(curl .*?)\n```\n```json\n(.*?)\n```")

// Every example of the page runs in its order and answers as the page says.
func TestTheExamplesRun(t *testing.T) {
	page, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := curls.FindAllStringSubmatch(string(page), -1)
	if n := strings.Count(string(page), "\ncurl "); n != len(examples) || n < 9 {
		t.Fatalf("%d examples, %d of them with an answer", n, len(examples))
	}
	p, _ := newPrograms(t, sqlWorld(t))
	for _, e := range examples {
		c := readCurl(t, e[1])
		got := p.ask(c.method, c.path, c.body, c.head...)
		var want any
		if err := json.Unmarshal([]byte(e[2]), &want); err != nil {
			t.Errorf("%s: %v", c.path, err)
		}
		if where := differs(want, any(got.json), ""); where != "" {
			t.Errorf("%s %s: %s differs: %s", c.method, c.path, where, got.body)
		}
	}
}

type curl struct {
	method, path, body string
	head               []string
}

// words of a shell: quoted ones, and bare ones.
var shellWord = regexp.MustCompile(`(?s)'([^']*)'|"([^"]*)"|(\S+)`)

// readCurl understands what the page uses and no more.
func readCurl(t *testing.T, line string) (c curl) {
	t.Helper()
	c.method = "GET"
	var words []string
	for _, m := range shellWord.FindAllStringSubmatch(strings.ReplaceAll(line, "\\\n", ""), -1) {
		words = append(words, m[1]+m[2]+m[3])
	}
	for i := 1; i < len(words); i++ {
		switch w := words[i]; {
		case w == "-X":
			i++
			c.method = words[i]
		case w == "-d":
			i++
			c.body = words[i]
		case w == "-H":
			i++
			name, value, _ := strings.Cut(words[i], ": ")
			if name == "Authorization" {
				if value != "Bearer $KEY" {
					t.Errorf("%s shows another key", line)
				}
				continue
			}
			c.head = append(c.head, name, value)
		case strings.HasPrefix(w, "$QUITT/"):
			c.path = strings.TrimPrefix(w, "$QUITT")
		default:
			t.Fatalf("nobody here knows what curl does with %q", w)
		}
	}
	return c
}

// differs says where an answer lacks what the page shows; "…" is any text.
func differs(want, got any, at string) string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		for name, v := range w {
			if where := differs(v, g[name], at+"."+name); where != "" || !ok {
				return at + where
			}
		}
		return ""
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return at
		}
		for i := range w {
			if where := differs(w[i], g[i], at); where != "" {
				return where
			}
		}
		return ""
	case string:
		if s, ok := got.(string); w == "…" && ok && s != "" {
			return ""
		}
	}
	if want != got {
		return at + " "
	}
	return ""
}

// An example that is wrong must be found.
func TestAWrongExampleIsFound(t *testing.T) {
	for want, got := range map[string]string{`{"a":1}`: `{"a":2}`, `{"a":"…"}`: `{"a":""}`, `{"a":[1]}`: `{"a":[1,2]}`, `{"a":{"b":true}}`: `{"a":{}}`, `{"a":"x"}`: `{}`} {
		var w, g any
		if err := json.Unmarshal([]byte(want), &w); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(got), &g); err != nil {
			t.Fatal(err)
		}
		if differs(w, g, "") == "" {
			t.Errorf("%s is found in %s", want, got)
		}
		if differs(w, w, "") != "" {
			t.Errorf("%s is not found in itself", want)
		}
	}
}

// The page has every operation and loads nothing from anywhere else.
func TestThePageHasEveryOperation(t *testing.T) {
	st := start(t)
	for lang, title := range map[string]string{"de": "Schnittstelle für Programme", "en": "Interface for programs", "ar": "Interface for programs"} {
		res, body := st.do(call{path: "/api/docs", head: map[string]string{"Accept-Language": lang}})
		if res.StatusCode != 200 || !strings.Contains(body, title) || strings.Contains(body, "«") {
			t.Errorf("%s: %d", lang, res.StatusCode)
		}
		for _, op := range apiOperations() {
			if !strings.Contains(body, `id="op-`+op.OperationID+`"`) || !strings.Contains(body, op.Method+" "+op.Operation.Path) {
				t.Errorf("%s: no %s", lang, op.OperationID)
			}
		}
		for _, link := range regexp.MustCompile(`(?:href|src|action)="([^"]*)"`).FindAllStringSubmatch(body, -1) {
			if name, found := strings.CutPrefix(link[1], "#"); found && !strings.Contains(body, `id="`+name+`"`) || strings.Contains(link[1], "//") && !strings.HasPrefix(link[1], "mailto:") {
				t.Errorf("%s: %s leads nowhere, or elsewhere", lang, link[1])
			}
		}
	}
}
