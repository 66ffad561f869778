// Package text holds every sentence Quitt says to people, once per language, and writes
// amounts, dates and rates the way each language does. The German catalogue is the source;
// the tests hold the others to its keys and placeholders. A further language is one file
// more in this folder.
package text

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"quitt/bank"
	"quitt/debt"
)

// Language is the code of a language Quitt speaks (ISO 639-1), the name of its file.
type Language string

// The two languages that say everything. Others may be partial.
const (
	German  Language = "de"
	English Language = "en"
)

// Catalogue says things in one language. It is safe for concurrent use.
type Catalogue struct {
	language  Language
	style     style
	partial   bool
	sentences map[string]string
	fallback  *Catalogue // says what a partial catalogue lacks
}

//go:embed *.json
var files embed.FS

// Parsed at first use: a program that says nothing pays nothing.
var all = sync.OnceValue(func() map[Language]*Catalogue {
	out := map[Language]*Catalogue{}
	for _, lang := range Languages() {
		file, err := files.ReadFile(string(lang) + ".json")
		if err != nil {
			panic(fmt.Sprintf("portal/text: %v", err))
		}
		out[lang] = mustParse(lang, file)
	}
	out[English].fallback = out[German]
	for _, c := range out {
		if c.partial {
			c.fallback = out[English]
		}
	}
	return out
})

// Languages lists the languages with a file: German, English, then the others by code.
func Languages() []Language {
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		panic(fmt.Sprintf("portal/text: %v", err))
	}
	list := []Language{German, English}
	for _, name := range names {
		if lang := Language(strings.TrimSuffix(name, ".json")); !slices.Contains(list, lang) {
			list = append(list, lang)
		}
	}
	return list
}

// For gives the catalogue of a language, and the German one for a language Quitt does not
// speak: the reader is then owed a sentence all the same.
func For(lang Language) *Catalogue {
	if c := all()[lang]; c != nil {
		return c
	}
	return all()[German]
}

// mustParse panics on a broken catalogue: it is part of the program, not of its input.
func mustParse(lang Language, file []byte) *Catalogue {
	c := &Catalogue{language: lang}
	if err := json.Unmarshal(file, &c.sentences); err != nil {
		panic(fmt.Sprintf("portal/text: %s.json is broken: %v", lang, err))
	}
	if len(c.sentences) == 0 {
		panic(fmt.Sprintf("portal/text: %s.json has no sentences", lang))
	}
	c.partial = c.sentences["_partial"] != ""
	if err := c.takeStyle(); err != nil {
		panic(fmt.Sprintf("portal/text: %s.json: %v", lang, err))
	}
	return c
}

// Language gives the language of the catalogue, for the lang attribute of a page.
func (c *Catalogue) Language() Language { return c.language }

// Name is what speakers of the language call it.
func (c *Catalogue) Name() string { return c.style.name }

// Dir is the direction of writing, for the dir attribute of a page.
func (c *Catalogue) Dir() string { return c.style.dir }

// Whole gives the catalogue itself, or the one that stands in for a partial one: a page
// that is not translated is better in one language than in two.
func (c *Catalogue) Whole() *Catalogue {
	if c.partial {
		return c.fallback
	}
	return c
}

// sentence finds a sentence here or in the languages this one falls back to.
func (c *Catalogue) sentence(key string) (string, bool) {
	for at := c; at != nil; at = at.fallback {
		if s, ok := at.sentences[key]; ok {
			return s, true
		}
	}
	return "", false
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// Text gives the sentence of a key with its placeholders filled. What goes wrong stays
// visible instead of failing the page: an unknown key comes back as «key», a placeholder
// without a value as {name}.
func (c *Catalogue) Text(key string, args debt.Args) string {
	sentence, ok := c.sentence(key)
	if !ok {
		return "«" + key + "»"
	}
	return placeholder.ReplaceAllStringFunc(sentence, func(found string) string {
		value, ok := args[found[1:len(found)-1]]
		if !ok {
			return found
		}
		return c.value(value)
	})
}

// Error gives the sentence of the first *debt.Error, else of the first *bank.FormatError
// in err's tree. Anything else is internal and shows its own words: fit for a terminal,
// whereas a page to the outside shows a reference number instead.
func (c *Catalogue) Error(err error) string {
	var refusal *debt.Error
	var format *bank.FormatError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refusal):
		return c.Text(refusal.Key, refusal.Args)
	case errors.As(err, &format):
		return c.Text(format.Key, format.Args)
	}
	return c.Text("internal", debt.Args{"detail": err.Error()})
}
