package client

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/format"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var update = flag.Bool("update", false, "write what is made anew")

// The client is what the description says: nobody edits it by hand.
func TestTheClientIsMadeFromTheDescription(t *testing.T) {
	b, err := os.ReadFile("../docs/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var s spec
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	for name, made := range map[string]string{"types.go": s.types("", "L"), "typesrest.go": s.types("L", "\xff"), "operations.go": s.operations()} {
		code, err := format.Source([]byte(made))
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, made)
		}
		if *update {
			if err := os.WriteFile(name, code, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if kept, err := os.ReadFile(name); err != nil || !bytes.Equal(kept, code) {
			t.Errorf("%s is old (%v); write it with go test ./client -run Made -update", name, err)
		}
	}
}

// spec is what of a description is needed here.
type spec struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]schema }
}

type operation struct {
	OperationID, Summary, Description string
	Parameters                        []parameter
	RequestBody                       struct{ Content map[string]media }
	Responses                         map[string]struct{ Content map[string]media }
}

type parameter struct {
	Name, In, Description string
	Schema                schema
}

type media struct{ Schema schema }

type schema struct {
	Ref         string `json:"$ref"`
	Type        any
	Description string
	Required    []string
	Properties  map[string]schema
	Items       *schema

	ContentEncoding string
}

const made = "// Code generated from docs/openapi.json; DO NOT EDIT.\n\npackage client\n\n"

// types makes those from one name to another: a file must not get too long.
func (s spec) types(from, to string) string {
	var b strings.Builder
	b.WriteString(made)
	for _, name := range slices.Sorted(maps.Keys(s.Components.Schemas)) {
		if name < from || name >= to {
			continue
		}
		x := s.Components.Schemas[name]
		fmt.Fprintf(&b, "// %s is %s of the description.\ntype %s struct {\n", name, name, name)
		for _, field := range slices.Sorted(maps.Keys(x.Properties)) {
			p := x.Properties[field]
			typ, tag := p.goType(), field
			if !slices.Contains(x.Required, field) {
				tag += ",omitempty"
				if !strings.HasPrefix(typ, "[]") && !strings.HasPrefix(typ, "map") {
					typ = "*" + typ
				}
			}
			comment := ""
			if p.Description != "" {
				comment = " // " + strings.ReplaceAll(p.Description, "\n", " ")
			}
			fmt.Fprintf(&b, "\t%s %s `json:%q`%s\n", goName(field), typ, tag, comment)
		}
		b.WriteString("}\n\n")
	}
	return b.String()
}

// goType is the type of a field that is always there.
func (x schema) goType() string {
	if x.Ref != "" {
		return x.Ref[strings.LastIndexByte(x.Ref, '/')+1:]
	}
	kind := fmt.Sprint(x.Type)
	switch {
	case strings.Contains(kind, "array"):
		return "[]" + x.Items.goType()
	case strings.Contains(kind, "object"):
		return "map[string]any"
	case strings.Contains(kind, "integer"):
		return "int64"
	case x.ContentEncoding == "base64":
		return "[]byte"
	case strings.Contains(kind, "boolean"):
		return "bool"
	}
	return "string"
}

var initials = map[string]string{"id": "ID", "url": "URL", "iban": "IBAN", "sha256": "SHA256", "vat": "VAT"}

func goName(field string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(field, "_") {
		if known := initials[word]; known != "" {
			b.WriteString(known)
			continue
		}
		r := []rune(word)
		b.WriteString(string(unicode.ToUpper(r[0])) + string(r[1:]))
	}
	return b.String()
}

func (s spec) operations() string {
	var b strings.Builder
	b.WriteString(strings.Replace(made, "package client\n\n", "package client\n\nimport (\n\t\"context\"\n\t\"net/url\"\n\t\"strconv\"\n)\n\n", 1))
	for _, path := range slices.Sorted(maps.Keys(s.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(s.Paths[path])) {
			s.Paths[path][method].write(&b, strings.ToUpper(method), path)
		}
	}
	return b.String()
}

// write adds a method, and the type of its query if it has one.
func (o operation) write(b *strings.Builder, method, path string) {
	name := goName(o.OperationID)
	var takes, names []string
	fields := ""
	query := ""
	for _, p := range o.Parameters {
		switch p.In {
		case "path":
			takes, names = append(takes, goParameter(p.Name)), append(names, goParameter(p.Name))
		case "query":
			fields += fmt.Sprintf("\t%s %s // %s\n", goName(p.Name), p.Schema.goType(), p.Description)
			value, zero := "q."+goName(p.Name), `""`
			if p.Schema.goType() == "int64" {
				value, zero = "strconv.FormatInt(q."+goName(p.Name)+", 10)", "0"
			}
			query += fmt.Sprintf("\tif q.%s != %s {\n\t\tv.Set(%q, %s)\n\t}\n", goName(p.Name), zero, p.Name, value)
		}
	}
	list := strings.Join(takes, ", ")
	if list != "" {
		list += " string"
	}
	call := fmt.Sprintf("method: %q, path: at(%q%s)", method, path, strings.Join(append([]string{""}, names...), ", "))
	if fields != "" {
		fmt.Fprintf(b, "// %sQuery is what of a list is asked for.\ntype %sQuery struct {\n%s}\n\n", name, name, fields)
		fmt.Fprintf(b, "func (q %sQuery) values() url.Values {\n\tv := url.Values{}\n%s\treturn v\n}\n\n", name, query)
		list, call = join(list, "q "+name+"Query"), call+", query: q.values()"
	}
	if body, ok := o.RequestBody.Content["application/json"]; ok {
		list, call = join(list, "body "+body.Schema.goType()), call+", body: body"
	}
	if method == "POST" {
		list, call = join(list, "options ...Option"), call+", options: options"
	}
	out := ""
	for _, status := range []string{"200", "201"} {
		if m, ok := o.Responses[status].Content["application/json"]; ok {
			out = m.Schema.goType()
		}
	}
	sentence, _, _ := strings.Cut(o.Description, "\n")
	fmt.Fprintf(b, "// %s: %s. %s\n", name, o.Summary, sentence)
	if out == "" {
		fmt.Fprintf(b, "func (c *Client) %s(ctx context.Context, %s) ([]byte, error) {\n\treturn c.send(ctx, request{%s})\n}\n\n", name, list, call)
		return
	}
	if list != "" {
		list = ", " + list
	}
	fmt.Fprintf(b, "func (c *Client) %s(ctx context.Context%s) (*%s, error) {\n\treturn call[%s](ctx, c, request{%s})\n}\n\n", name, list, out, out, call)
}

func join(list, more string) string {
	if list == "" {
		return more
	}
	return list + ", " + more
}

// goParameter is a word of Go for a part of a path; case is none.
func goParameter(name string) string {
	if name == "case" {
		return "reference"
	}
	return name
}
