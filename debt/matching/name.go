package matching

import "slices"

// Likeness says how much of a debtor's name was found.
type Likeness int

// The degrees.
const (
	None   Likeness = iota
	Family          // the last word of a person's name
	Full            // all of it, in whatever order
)

// empty are words that tell nobody apart.
var empty = []string{"gmbh", "ag", "kg", "ug", "ohg", "gbr", "ek", "mbh", "co", "und", "u", "herr", "frau", "dr", "prof", "fam", "familie",
	"haftungsbeschraenkt", "von", "van", "de", "der", "zu", "inh", "ev"}

// shortest is the length below which a word must be the same to the letter.
const shortest = 5

// Alike compares the words of a debtor's name with those of somebody's, or of a purpose. Order
// and further words do not matter, a slip in a long word is forgiven, an initial stands for a
// first name.
func Alike(debtor, words []string) Likeness {
	own := slices.DeleteFunc(slices.Clone(debtor), func(w string) bool { return slices.Contains(empty, w) })
	if len(own) == 0 || len(words) == 0 {
		return None
	}
	hits := 0
	for i, w := range own {
		if slices.ContainsFunc(words, func(o string) bool { return same(w, o) || i == 0 && len(own) > 1 && initial(w, o) }) {
			hits++
		}
	}
	last := own[len(own)-1]
	family := slices.ContainsFunc(words, func(o string) bool { return same(last, o) })
	switch {
	case hits == len(own) && (len(own) > 1 || len(last) >= shortest):
		return Full
	case len(own) > 2 && family && slices.ContainsFunc(words, func(o string) bool { return same(own[0], o) }):
		return Full // second first names are left out by many
	case family && len(last) > 2:
		return Family
	}
	return None
}

func initial(w, o string) bool { return len(o) == 1 && len(w) > 1 && w[0] == o[0] }

func same(a, b string) bool {
	return a == b || len(a) >= shortest && len(b) >= shortest && Near(a, b)
}

// Near reports whether two words are the same but for one slip: a letter wrong, left out, too
// many, or two that changed places.
func Near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return a == b
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// slips bounds how many neighbours a reference has: of one of fourteen digits.
const slips = 512

// Neighbours are all texts that are one slip away from a reference of digits; none for a text
// that is too short to look around.
func Neighbours(ref string) []string {
	if len(ref) < 6 || len(ref) > 14 {
		return nil
	}
	list := make([]string, 0, slips)
	for i := range len(ref) {
		list = append(list, ref[:i]+ref[i+1:])
		if i+1 < len(ref) && ref[i] != ref[i+1] {
			list = append(list, ref[:i]+string(ref[i+1])+string(ref[i])+ref[i+2:])
		}
		for d := byte('0'); d <= '9'; d++ {
			list = append(list, ref[:i]+string(d)+ref[i:])
			if d != ref[i] && ref[i] >= '0' && ref[i] <= '9' {
				list = append(list, ref[:i]+string(d)+ref[i+1:])
			}
		}
	}
	for d := byte('0'); d <= '9'; d++ {
		list = append(list, ref+string(d))
	}
	slices.Sort(list)
	return slices.Compact(list)
}
