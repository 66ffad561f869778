// Package reading is the description of the API as a page: made from the same OpenAPI, without
// a script and without asking anybody else's server.
package reading

import (
	"embed"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"quitt/portal/api/wire"
	"quitt/portal/page"
)

//go:embed *.html
var files embed.FS

// The frame is its own: who reads about the interface is no debtor, and nothing on the page
// depends on who asks.
var readingHTML = page.Framed[Page](page.Layout{Files: files, Name: "frame.html"}, files, "reading.html")

// Page is the whole description.
type Page struct {
	page.Base

	Groups []Group
	Types  []Type
}

// Group is the operations of one tag.
type Group struct {
	Name, Description string
	Operations        []Operation
}

// Operation is one way in.
type Operation struct {
	ID, Method, Path, Summary, Description, Scope string
	Parameters                                    []Field
	Takes, Gives                                  string // names of types; "" for none
	Files                                         string // media types of an answer that is no JSON
}

// Type is a body, or a part of one.
type Type struct {
	Name   string
	Fields []Field
}

// Field is one value. Of is the type it is made of, "" for a plain one.
type Field struct {
	Name, Kind, Of, Description, Example string
	Required                             bool
}

// Handler answers with the page.
func Handler(k *page.Kit, s *wire.Service) fiber.Handler {
	readingHTML.Ready()
	groups, types := groupsOf(s.OpenAPI()), typesOf(s.OpenAPI().Components.Schemas.Map())
	return func(c *fiber.Ctx) error {
		return readingHTML.Write(c, fiber.StatusOK, Page{k.Base(c).Whole(), groups, types})
	}
}

func groupsOf(o *huma.OpenAPI) (list []Group) {
	for _, tag := range o.Tags {
		g := Group{Name: tag.Name, Description: tag.Description}
		for _, path := range slices.Sorted(maps.Keys(o.Paths)) {
			for _, op := range []*huma.Operation{o.Paths[path].Get, o.Paths[path].Post} {
				if op != nil && op.Tags[0] == tag.Name {
					g.Operations = append(g.Operations, operationOf(op))
				}
			}
		}
		list = append(list, g)
	}
	return list
}

func operationOf(op *huma.Operation) Operation {
	said, _, _ := strings.Cut(op.Description, "\n\nScope: ")
	scope, _ := op.Extensions["x-scope"].(string)
	out := Operation{ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: said, Scope: scope}
	for _, p := range op.Parameters {
		f := fieldOf(p.Name, p.Schema)
		f.Required, f.Description = p.Required, p.Description
		out.Parameters = append(out.Parameters, f)
	}
	if op.RequestBody != nil {
		out.Takes = nameOf(op.RequestBody.Content[fiber.MIMEApplicationJSON])
	}
	for _, status := range []string{"201", "200"} {
		if r := op.Responses[status]; r != nil && out.Gives == "" {
			if out.Gives = nameOf(r.Content[fiber.MIMEApplicationJSON]); out.Gives == "" {
				out.Files = strings.Join(slices.Sorted(maps.Keys(r.Content)), ", ")
			}
		}
	}
	return out
}

func nameOf(m *huma.MediaType) string {
	if m == nil {
		return ""
	}
	return last(m.Schema.Ref)
}

func last(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

func typesOf(schemas map[string]*huma.Schema) (list []Type) {
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		t := Type{Name: name}
		for _, field := range slices.Sorted(maps.Keys(schemas[name].Properties)) {
			f := fieldOf(field, schemas[name].Properties[field])
			f.Required = slices.Contains(schemas[name].Required, field)
			t.Fields = append(t.Fields, f)
		}
		list = append(list, t)
	}
	return list
}

func fieldOf(name string, s *huma.Schema) Field {
	f := Field{Name: name, Kind: s.Type, Of: last(s.Ref), Description: s.Description}
	if s.Items != nil {
		if f.Of = last(s.Items.Ref); f.Of == "" {
			f.Kind += " of " + s.Items.Type
		}
	}
	if f.Kind == "" {
		f.Kind = huma.TypeObject
	}
	var words []string
	for _, v := range s.Enum {
		if w, ok := v.(string); ok && w != "" {
			words = append(words, w)
		}
	}
	if len(words) > 0 {
		f.Kind = strings.Join(words, " | ")
	}
	if len(s.Examples) > 0 {
		if w, ok := s.Examples[0].(string); ok {
			f.Example = w
		}
	}
	return f
}
