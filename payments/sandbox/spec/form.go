package spec

import (
	"cmp"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxDepth is how many brackets a name may have; the description needs seven.
const maxDepth = 12

// node is a value of a form: a text, or values by name or number.
type node struct {
	text string
	has  bool // a text was given
	kids map[string]*node
}

// tree reads names like a[b][0][c]. A name that is none of these stays as it is, and is
// unknown then. Of a text given twice the last one counts, as with the real service.
func tree(form url.Values) *node {
	root := &node{}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for i, text := range form[name] {
			n := root
			for part := range parts(name) {
				if part == "" && n != root { // a[]: as many as there are
					part = strconv.Itoa(i)
				}
				n = n.kid(part)
			}
			n.text, n.has = text, true
		}
	}
	return root
}

// kid gives the value below, made where there is none yet.
func (n *node) kid(name string) *node {
	if k := n.kids[name]; k != nil {
		return k
	}
	if n.kids == nil {
		n.kids = map[string]*node{}
	}
	k := &node{}
	n.kids[name] = k
	return k
}

// names of what is below, numbers by value and then everything else by letter, so that the
// same form always meets the same refusal.
func (n *node) names() []string {
	return slices.SortedFunc(maps.Keys(n.kids), func(a, b string) int {
		return cmp.Or(cmp.Compare(digits(a), digits(b)), strings.Compare(a, b))
	})
}

// digits of a number; what is none comes after all of them.
func digits(s string) int {
	if number(s) {
		return len(s)
	}
	return math.MaxInt
}

// number is how an index is written: no sign, no leading zero, and few digits, because a
// list of a thousand million is none.
func number(s string) bool {
	return s != "" && len(s) < 10 && strings.Trim(s, "0123456789") == "" && (s == "0" || s[0] != '0')
}

// parts yields a, b, 0 and c of a[b][0][c].
func parts(name string) func(func(string) bool) {
	return func(yield func(string) bool) {
		first, rest, _ := strings.Cut(name, "[")
		if !wellFormed(name, first) {
			yield(name)
			return
		}
		if !yield(first) || rest == "" {
			return
		}
		for part := range strings.SplitSeq(strings.TrimSuffix(rest, "]"), "][") {
			if !yield(part) {
				return
			}
		}
	}
}

// wellFormed keeps names like a[b and a]b[ from being read as something they are not.
func wellFormed(name, first string) bool {
	rest := name[len(first):]
	if rest == "" {
		return first != ""
	}
	inner := strings.ReplaceAll(rest[1:], "][", "")
	depth := strings.Count(rest, "[")
	return first != "" && depth <= maxDepth && strings.HasSuffix(inner, "]") && strings.Count(inner, "]") == 1 && !strings.Contains(inner, "[")
}

// place is where in a form a value stands; its text is only made when somebody asks.
type place struct {
	up   *place
	name string
}

func (p *place) String() string {
	switch {
	case p == nil:
		return ""
	case p.up == nil:
		return p.name
	}
	return p.up.String() + "[" + p.name + "]"
}
