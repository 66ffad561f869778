package debt

import (
	"fmt"
	"io"
)

// ID is the canonical text of a UUIDv7. The store makes them; the domain only compares.
type ID string

const mask = "•••"

// Personal is a text about a person. Whatever prints, logs or marshals it writes a mask;
// only Reveal gives the text, so that each disclosure is a line a reviewer can find. Keep
// it in exported fields and out of map keys: fmt and JSON ask no methods of those.
type Personal string

// Reveal gives the text to those who may see it: the store, a page, a letter.
func (p Personal) Reveal() string { return string(p) }

// Format masks the text under every fmt verb, also inside structs.
func (p Personal) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, p.masked()) }

// MarshalText masks the text in JSON and in structured logs.
func (p Personal) MarshalText() ([]byte, error) { return []byte(p.masked()), nil }

func (p Personal) masked() string {
	if p == "" {
		return ""
	}
	return mask
}
