package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"sync"

	"github.com/gofiber/fiber/v2"
)

//go:embed *.html
var shared embed.FS

// Template is one page of type V: the layout, the parts and the page's own file as a set of
// their own. One set for all pages would be one namespace for all their names.
type Template[V any] struct {
	name  string
	parse func() *template.Template
}

// New names a page's file, and further ones with parts that pages of one room share. It is parsed
// at first use, all at start by Ready: a command that shows no page pays nothing.
func New[V any](files fs.FS, name string, parts ...string) Template[V] {
	return Framed[V](Layout{Files: shared, Name: "layout.html"}, files, name, parts...)
}

// Layout is what stands around a page.
type Layout struct {
	Files fs.FS
	Name  string
	Parts []string // more files of Files
}

// Framed is New with another layout.
func Framed[V any](l Layout, files fs.FS, name string, parts ...string) Template[V] {
	return Template[V]{name, sync.OnceValue(func() *template.Template {
		t := template.New(l.Name).Option("missingkey=error")
		t = template.Must(t.ParseFS(shared, "parts.html", "uploads.html"))
		t = template.Must(t.ParseFS(l.Files, append([]string{l.Name}, l.Parts...)...))
		return template.Must(t.ParseFS(files, append([]string{name}, parts...)...))
	})}
}

// Ready parses the page; it panics on a broken one, which is part of the program.
func (t Template[V]) Ready() { t.parse() }

// HTML renders the page.
func (t Template[V]) HTML(view V) ([]byte, error) {
	var out bytes.Buffer
	if err := t.parse().Execute(&out, view); err != nil {
		return nil, fmt.Errorf("page %s: %w", t.name, err)
	}
	return out.Bytes(), nil
}

// Write answers with the page. It is rendered as a whole before the first byte leaves: a
// page that fails half way must not look like one that ended there.
func (t Template[V]) Write(c *fiber.Ctx, status int, view V) error {
	html, err := t.HTML(view)
	if err != nil {
		return err
	}
	c.Status(status).Type("html", "utf-8")
	return send(c, html)
}
