package wording

import (
	"slices"
	"strings"
)

// part is a piece of a text: words, or the name of a merge field.
type part struct{ words, field string }

// split reads a text with merge fields such as {deadline}. It fails on a brace that belongs to
// no field; a field is lower-case letters, digits and underscores.
func split(text string) (parts []part, ok bool) {
	for text != "" {
		open := strings.IndexAny(text, "{}")
		if open < 0 {
			return append(parts, part{words: text}), true
		}
		if open > 0 {
			parts = append(parts, part{words: text[:open]})
		}
		end := strings.IndexByte(text, '}')
		if text[open] == '}' || end < 0 || !isFieldName(text[open+1:end]) {
			return nil, false
		}
		parts = append(parts, part{field: text[open+1 : end]})
		text = text[end+1:]
	}
	return parts, true
}

func isFieldName(s string) bool {
	if s == "" {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' {
			return false
		}
	}
	return true
}

// fieldsIn lists the fields of a text, each once.
func fieldsIn(parts []part) []string {
	var names []string
	for _, p := range parts {
		if p.field != "" && !slices.Contains(names, p.field) {
			names = append(names, p.field)
		}
	}
	return names
}

// values are what merge fields stand for.
type values map[string]string

// fill puts values into a text. What a value holds is never read as a field again. A field
// nobody fills stays visible, as does a text that is broken: CheckTexts finds both before.
func fill(text string, given ...values) string {
	parts, ok := split(text)
	if !ok {
		return text
	}
	var b strings.Builder
	for _, p := range parts {
		// A name such as "Müller e. K." ends its sentence by itself.
		if strings.HasPrefix(p.words, ".") && !strings.HasPrefix(p.words, "..") && strings.HasSuffix(b.String(), ".") {
			p.words = p.words[1:]
		}
		b.WriteString(p.words)
		if p.field != "" {
			b.WriteString(valueOf(p.field, given))
		}
	}
	return b.String()
}

func valueOf(field string, given []values) string {
	for _, v := range given {
		if value, ok := v[field]; ok {
			return value
		}
	}
	return "{" + field + "}"
}
