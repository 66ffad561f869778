package portal

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// A hundred thousand answers are searched. What follows are regular expressions written out,
// which Go's would take most of the time for, and a search for many words in one walk.

// random are ids and hashes: their digits are nobody's. One id in a thousand holds an amount
// of somebody by chance.
var random = regexp.MustCompile(`\b(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{64})\b|/static/[^"' ]+`)

// numbers of requests stand on problem pages as 12 symbols of base 32.
var requestNumber = regexp.MustCompile(`\b[A-Z2-7]{12}\b`)

const black = "∎"

func isHex(c byte) bool    { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }
func isBase32(c byte) bool { return c >= 'A' && c <= 'Z' || c >= '2' && c <= '7' }
func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c == '_'
}

// wordOf gives the end of the word that begins at i, and whether it has only such symbols.
func wordOf(s string, i int, is func(byte) bool) (end int, all bool) {
	all = true
	for end = i; end < len(s) && isWord(s[end]); end++ {
		all = all && is(s[end])
	}
	return end, all
}

// replaced puts black where match finds something at the beginning of a word or at a slash: it
// gives the end of what it found, or i.
func replaced(s string, match func(s string, i int) int) string {
	var out strings.Builder
	kept := 0
	for i := 0; i < len(s); {
		word := isWord(s[i])
		if !word && s[i] != '/' {
			i++
			continue
		}
		if end := match(s, i); end > i {
			out.WriteString(s[kept:i])
			out.WriteString(black)
			i, kept = end, end
			continue
		}
		for i++; word && i < len(s) && isWord(s[i]); i++ {
		}
	}
	if kept == 0 {
		return s
	}
	out.WriteString(s[kept:])
	return out.String()
}

// withoutRandom is random.ReplaceAllString.
func withoutRandom(s string) string {
	return replaced(s, func(s string, i int) int {
		if s[i] == '/' {
			if !strings.HasPrefix(s[i:], "/static/") {
				return i
			}
			end := i + len("/static/")
			for end < len(s) && s[end] != '"' && s[end] != '\'' && s[end] != ' ' {
				end++
			}
			if end == i+len("/static/") {
				return i
			}
			return end
		}
		end, all := wordOf(s, i, isHex)
		if all && end-i == 64 {
			return end
		}
		for n, size := range []int{8, 4, 4, 4, 12} {
			from := i
			if n > 0 {
				if end >= len(s) || s[end] != '-' {
					return i
				}
				from = end + 1
			}
			if end, all = wordOf(s, from, isHex); !all || end-from != size {
				return i
			}
		}
		return end
	})
}

// withoutNumbers is requestNumber.ReplaceAllString.
func withoutNumbers(s string) string {
	return replaced(s, func(s string, i int) int {
		if end, all := wordOf(s, i, isBase32); all && end-i == 12 {
			return end
		}
		return i
	})
}

func TestTheQuickSearchIsTheExactOne(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	const uuid = "019ac9e1-7b31-7c31-8a11-9f31337bc021"
	parts := []string{uuid, uuid[:8], uuid[8:], strings.Repeat("ab01", 16), strings.Repeat("f", 63), "ABCDEFGH2345", "ABCDEFGH234", "ABCDEFGH2341", "/static/", "/static/a.css",
		`"`, "'", " ", "-", "_", "/", "x", "A", "7", "é", "\xff", "\n", ".", "<p>", "knr", "knraplainx"}
	hits := 0
	for range 20_000 {
		var b strings.Builder
		for range 1 + dice.IntN(7) {
			b.WriteString(parts[dice.IntN(len(parts))])
		}
		s := b.String()
		want, numbers := random.ReplaceAllString(s, black), requestNumber.ReplaceAllString(s, black)
		if got := withoutRandom(s); got != want {
			t.Fatalf("%q: %q, want %q", s, got, want)
		}
		if got := withoutNumbers(s); got != numbers {
			t.Fatalf("%q: %q, want %q", s, got, numbers)
		}
		if want != s && numbers != s {
			hits++
		}
	}
	if hits < 100 {
		t.Errorf("only %d texts had something of both", hits)
	}
}

// walk finds words in a text by their first letters.
type walk struct {
	words int // that are known
	short []*datum
	pairs [1 << 16]bool
	by    map[string][]*datum
}

const firstLetters = 4

func newWalk(words []*datum) *walk {
	w := &walk{words: len(words), by: map[string][]*datum{}}
	for _, c := range words {
		if len(c.text) < firstLetters {
			w.short = append(w.short, c)
			continue
		}
		w.pairs[int(c.text[0])<<8|int(c.text[1])] = true
		w.by[c.text[:firstLetters]] = append(w.by[c.text[:firstLetters]], c)
	}
	return w
}

// in calls found for every word that is somewhere in a text, perhaps more than once.
func (w *walk) in(text string, found func(*datum)) {
	for _, c := range w.short {
		if strings.Contains(text, c.text) {
			found(c)
		}
	}
	for i := 0; i+firstLetters <= len(text); i++ {
		if !w.pairs[int(text[i])<<8|int(text[i+1])] {
			continue
		}
		for _, c := range w.by[text[i:i+firstLetters]] {
			if strings.HasPrefix(text[i:], c.text) {
				found(c)
			}
		}
	}
}

func TestAWalkFindsWhatIsContained(t *testing.T) {
	dice := rand.New(rand.NewPCG(5, 6))
	letters := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "abc"[dice.IntN(3)]
		}
		return string(b)
	}
	var words []*datum
	for range 60 {
		words = append(words, &datum{text: letters(1 + dice.IntN(9))})
	}
	w, contained := newWalk(words), 0
	for range 2000 {
		text, got := letters(dice.IntN(60)), map[*datum]bool{}
		w.in(text, func(c *datum) { got[c] = true })
		for _, c := range words {
			if want := strings.Contains(text, c.text); got[c] != want {
				t.Fatalf("%q in %q: %t", c.text, text, got[c])
			} else if want {
				contained++
			}
		}
	}
	if contained == 0 {
		t.Error("nothing was contained in anything")
	}
}
