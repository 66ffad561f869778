package wording

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"quitt/debt/letter"
)

// A letter's words are German by law; a file of another language would stand beside de.json.
//
//go:embed de.json countries.json
var files embed.FS

// block is a text a creditor may replace; Needs are the fields every version must keep.
type block struct {
	Name  string   `json:"name"`
	Text  string   `json:"text"`
	Needs []string `json:"needs"`
}

// wording is everything letters say. Fixed sentences are those of the law and of Quitt: no
// creditor changes them.
type wording struct {
	Kinds map[letter.Kind][]block `json:"kinds"`
	Fixed map[string]string       `json:"fixed"`
}

var german = sync.OnceValue(func() wording { return mustRead[wording]("de.json") })

// countries are the German names of ISO 3166-1 and XK, as they stand below an address.
var countries = sync.OnceValue(func() map[string]string { return mustRead[map[string]string]("countries.json") })

func mustRead[T any](name string) (v T) {
	file, err := files.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(file, &v)
	}
	if err != nil {
		panic(fmt.Sprintf("notifications/letter: %s: %v", name, err))
	}
	return v
}

// Block is a text of a letter that a creditor may replace.
type Block struct {
	Name     string
	Default  string
	Fields   []string // what may stand in braces
	Required []string // what must
}

// Blocks lists the replaceable texts of a kind of letter, in reading order.
func Blocks(kind letter.Kind) []Block {
	var list []Block
	for _, b := range german().Kinds[kind] {
		list = append(list, Block{Name: b.Name, Default: b.Text, Fields: slices.Clone(fieldNames()[kind]), Required: b.Needs})
	}
	return list
}

// fieldNames are the merge fields of every kind: those its sample fills.
var fieldNames = sync.OnceValue(func() map[letter.Kind][]string {
	names := map[letter.Kind][]string{}
	for _, kind := range letter.Kinds() {
		names[kind] = slices.Sorted(maps.Keys(newWriter(Sample(kind)).fields))
	}
	return names
})
