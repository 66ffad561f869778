// Package text holds every sentence Quitt says to people, once per language, and writes
// amounts, dates and rates the way each language does. The German catalogue is the source;
// the tests hold the others to its keys and placeholders.
package text

import (
	_ "embed" // the catalogues are part of the program
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"sync"

	"quitt/bank"
	"quitt/debt"
)

// Language is the code of a language Quitt speaks (ISO 639-1).
type Language string

// The languages with a catalogue.
const (
	German  Language = "de"
	English Language = "en"
)

// Catalogue says things in one language. It is safe for concurrent use.
type Catalogue struct {
	language  Language
	style     style
	sentences map[string]string
}

//go:embed de.json
var germanJSON []byte

//go:embed en.json
var englishJSON []byte

// Parsed at first use: a program that says nothing pays nothing.
var (
	german  = sync.OnceValue(func() *Catalogue { return mustParse(German, germanJSON) })
	english = sync.OnceValue(func() *Catalogue { return mustParse(English, englishJSON) })
)

// For gives the catalogue of a language, and the German one for a language Quitt does not
// speak: the reader is then owed a sentence all the same.
func For(lang Language) *Catalogue {
	if lang == English {
		return english()
	}
	return german()
}

// mustParse panics on a broken catalogue: it is part of the program, not of its input.
func mustParse(lang Language, file []byte) *Catalogue {
	c := &Catalogue{language: lang, style: styles[lang]}
	if err := json.Unmarshal(file, &c.sentences); err != nil {
		panic(fmt.Sprintf("portal/text: %s.json is broken: %v", lang, err))
	}
	if len(c.sentences) == 0 {
		panic(fmt.Sprintf("portal/text: %s.json has no sentences", lang))
	}
	return c
}

// Language gives the language of the catalogue, for the lang attribute of a page.
func (c *Catalogue) Language() Language { return c.language }

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// Text gives the sentence of a key with its placeholders filled. What goes wrong stays
// visible instead of failing the page: an unknown key comes back as «key», a placeholder
// without a value as {name}.
func (c *Catalogue) Text(key string, args debt.Args) string {
	sentence, ok := c.sentences[key]
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
