package access

import (
	_ "embed" // the words are part of the program
	"strings"
)

//go:embed words.txt
var wordsFile string

// words are German, everyday and harmless; any two differ in at least two letters.
var words = strings.Fields(wordsFile)

// NewWords picks the two check words of a letter. The page shows them after entry, so that
// people can see that letter and page belong together; they open nothing.
func NewWords(random [4]byte) string {
	first := (int(random[0])<<8 | int(random[1])) % len(words)
	second := (int(random[2])<<8 | int(random[3])) % (len(words) - 1)
	if second >= first {
		second++ // never the same word twice
	}
	return words[first] + " " + words[second]
}
