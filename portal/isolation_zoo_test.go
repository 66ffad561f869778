package portal

import (
	"crypto/sha256"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"quitt/debt"
	"quitt/debt/access"
)

// level is where a datum may be seen by those whose case it is.
type level int

const (
	public   level = iota // on the page about genuine letters, by everybody
	onLetter              // by those who hold the letter
	inRaise               // when a one-time code is sent
	inFull                // by those who know more than the letter
	inCopy                // by those, where they look at what is kept about them
	never                 // by nobody
)

// datum is a string that occurs in one place of the world's data.
type datum struct {
	of    *tenant
	file  *dossier // nil: of the whole creditor
	level level
	text  string // lower case, or digits alone
	feed  bool   // stands in the feed of its creditor
}

func (c *datum) String() string {
	whose := "nobody's"
	switch {
	case c.file != nil:
		whose = c.file.of.key + "/" + c.file.key
	case c.of != nil:
		whose = c.of.key
	}
	return fmt.Sprintf("%q of %s", c.text, whose)
}

// zoo keeps all canaries and finds them in what leaves the house.
type zoo struct {
	words   []*datum
	numbers map[string]*datum
	twice   []string
	seen    sync.Map // hash of a text → canaries in it
	walk    atomic.Pointer[walk]
}

// walker knows all words there are by now.
func (z *zoo) walker() *walk {
	if w := z.walk.Load(); w != nil && w.words == len(z.words) {
		return w
	}
	w := newWalk(z.words)
	z.walk.Store(w)
	return w
}

func newZoo() *zoo { return &zoo{numbers: map[string]*datum{}} }

func (z *zoo) word(of *tenant, f *dossier, l level, list ...string) {
	for _, s := range list {
		z.words = append(z.words, &datum{of: of, file: f, level: l, text: strings.ToLower(s)})
	}
}

// feeds says that words stand in the feed too.
func (z *zoo) feeds(list ...string) {
	for _, c := range z.words {
		for _, s := range list {
			c.feed = c.feed || c.text == strings.ToLower(s)
		}
	}
}

// digits takes numbers however they are grouped.
func (z *zoo) digits(of *tenant, f *dossier, l level, list ...string) {
	for _, s := range list {
		if old := z.numbers[s]; old != nil && old.file != f {
			z.twice = append(z.twice, s)
		}
		if z.numbers[s] == nil {
			z.numbers[s] = &datum{of: of, file: f, level: l, text: s}
		}
	}
}

const fewDigits = 5 // shorter numbers occur by chance

func (z *zoo) cents(f *dossier, l level, list ...debt.Cents) {
	for _, c := range list {
		if s := strconv.FormatInt(int64(c), 10); len(s) >= fewDigits {
			z.digits(f.of, f, l, s)
		}
	}
}

// check: a datum that two owners share would accuse the wrong one.
func (z *zoo) check(t testing.TB) {
	t.Helper()
	for _, s := range z.twice {
		t.Errorf("%q belongs to two", s)
	}
	for i, c := range z.words {
		for _, d := range z.words[i+1:] {
			if strings.Contains(c.text, d.text) && c.file != d.file {
				t.Errorf("%s and %s are alike", c, d)
			}
		}
	}
}

// find gives the canaries in a text, also where it is escaped or groups its numbers.
func (z *zoo) find(s string) []*datum {
	key := sha256.Sum256([]byte(s))
	if known, ok := z.seen.Load(key); ok {
		list, _ := known.([]*datum)
		return list
	}
	var list []*datum
	found := map[*datum]bool{}
	add := func(c *datum) {
		if c != nil && !found[c] {
			found[c], list = true, append(list, c)
		}
	}
	tried := map[string]bool{}
	for _, text := range []string{s, html.UnescapeString(s), unescaped(html.UnescapeString(s))} {
		if tried[text] {
			continue
		}
		tried[text] = true
		z.walker().in(strings.ToLower(text), add)
		rest := withoutRandom(text)
		for _, separators := range []string{".,'’\u00a0\u202f\u2066\u2067\u2068\u2069", ".,'’\u00a0\u202f\u2066\u2067\u2068\u2069 "} {
			for _, run := range digitRuns(rest, separators) {
				add(z.numbers[run])
			}
		}
	}
	z.seen.Store(key, list)
	return list
}

// unescaped undoes %XX where it is one.
func unescaped(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				out.WriteByte(byte(v))
				i += 2
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// digitRuns gives the numbers of a text with the separators inside them taken out.
func digitRuns(s, separators string) (runs []string) {
	var run strings.Builder
	for i, r := range s {
		if run.Len() == 0 && (s[i] < '0' || s[i] > '9') {
			continue // most of a page
		}
		switch {
		case r >= '0' && r <= '9':
			run.WriteRune(r)
		case strings.ContainsRune(separators, r):
		default:
			if run.Len() >= fewDigits {
				runs = append(runs, run.String())
			}
			run.Reset()
		}
	}
	if run.Len() >= fewDigits {
		runs = append(runs, run.String())
	}
	return runs
}

func TestAmountsAreFoundAndIDsAreNot(t *testing.T) {
	z := newZoo()
	z.cents(&dossier{of: &tenant{key: "b"}, key: "Closed"}, inFull, 313_37)
	for text, want := range map[string]int{
		`{"id":"019ac9e1-7b31-7c31-8a11-9f31337bc021","open_cents":12}`:                  0,
		`{"hash":"` + strings.Repeat("a", 40) + "31337" + strings.Repeat("b", 19) + `"}`: 0,
		`{"id":"019ac9e1-7b31-7c31-8a11-9f31337bc021","open_cents":31337}`:               1,
		"<td>313,37 €</td>":                     1,
		"019ac9e1-7b31-7c31-8a11-9f31337bc021x": 1, // no id
		"/akte?betrag=313%2C37":                 1,
	} {
		if n := len(z.find(text)); n != want {
			t.Errorf("%s: %d canaries, want %d", text, n, want)
		}
	}
}

// may says whether a role may see a datum in an answer of a path.
func (r *role) may(c *datum, path string) bool {
	if c.level == public && path == "/echt" {
		return true
	}
	if strings.HasPrefix(path, apiPrefix) {
		_, number := strconv.Atoi(c.text) // amounts and days are what events are about
		return r.feed != nil && c.of == r.feed && (c.feed || number == nil)
	}
	if r.helper {
		return r.mayAsHelper(c, path)
	}
	mine := c.of != nil && r.file != nil && c.of == r.file.of && (c.file == nil || c.file == r.file)
	if !mine || !r.living() || !strings.HasPrefix(path, "/akte") {
		return false
	}
	switch c.level {
	case public, onLetter:
		return r.tier >= access.LetterView
	case inRaise:
		return path == "/akte/code" && r.tier == access.LetterView || r.tier == access.FullView && showsData(path)
	case inCopy:
		return r.tier == access.FullView && showsData(path)
	case inFull:
		return r.tier == access.FullView && (showsData(path) || strings.HasPrefix(path, "/akte/nachrichten") || strings.HasPrefix(path, "/akte/anfragen") || strings.HasPrefix(path, "/akte/auskunft") || strings.HasPrefix(path, "/akte/raten") || strings.HasPrefix(path, "/akte/vertretung") ||
			slices.Contains([]string{"/akte", "/akte/aufstellung", "/akte/brief", "/akte/papier", "/akte/bezahlen", "/akte/bezahlen/weiter",
				"/akte/zahlung", "/akte/beleg", "/akte/anlagen", "/akte/anlage", "/akte/einwand", "/akte/bezahlt", "/akte/zusage"}, path) ||
			strings.HasPrefix(path, "/akte/einwand/") || strings.HasPrefix(path, "/akte/meldung/"))
	}
	return false
}

// showsData: where people look at what is kept about them.
func showsData(path string) bool {
	return path == "/akte/auskunft/json" || path == "/akte/daten" || strings.HasPrefix(path, "/akte/daten/")
}
