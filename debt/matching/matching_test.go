package matching_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quitt/debt"
	"quitt/debt/matching"
)

func words(s string) []string { return strings.Fields(s) }

func TestOneSignIsNotEnoughUnlessItCannotBeASlip(t *testing.T) {
	erika := words("erika mustermann")
	line := func(amount debt.Cents, name, text string) matching.Line {
		return matching.Line{Amount: amount, Names: words(name), Texts: words(text)}
	}
	one := func(ways ...matching.Way) []matching.Candidate {
		return []matching.Candidate{{CaseID: "a", Ways: ways, Debtor: erika, Owes: []debt.Cents{100_00, 120_00}}}
	}
	twin := one(matching.ByFile)
	twin[0].Twin = true
	closed := one(matching.ByRF)
	closed[0].Closed = true
	two := []matching.Candidate{{CaseID: "a", Ways: []matching.Way{matching.ByRF}, Owes: []debt.Cents{100_00}}, {CaseID: "b", Ways: []matching.Way{matching.ByRF}, Owes: []debt.Cents{30_00}}}
	for name, c := range map[string]struct {
		line   matching.Line
		from   []matching.Candidate
		booked int
	}{
		"reference with check digits alone":      {line(1_00, "nachbarin", ""), one(matching.ByRF), 1},
		"reference of the undisputed part":       {line(1_00, "nachbarin", ""), one(matching.ByAnnounced), 1},
		"order of our own":                       {line(1_00, "", ""), one(matching.ByOrder), 1},
		"mandate of our own":                     {line(1_00, "", ""), one(matching.ByMandate), 1},
		"file reference alone":                   {line(1_00, "nachbarin", ""), one(matching.ByFile), 0},
		"file reference and name":                {line(1_00, "mustermann erika", ""), one(matching.ByFile), 1},
		"file reference and name in the text":    {line(1_00, "nachbarin", "fuer erika mustermann"), one(matching.ByFile), 1},
		"file reference and family name":         {line(1_00, "otto mustermann", ""), one(matching.ByFile), 0},
		"with the sum to the cent":               {line(120_00, "otto mustermann", ""), one(matching.ByFile), 1},
		"file reference and sum":                 {line(120_00, "nachbarin", ""), one(matching.ByFile), 0},
		"file reference and account known":       {line(1_00, "nachbarin", ""), one(matching.ByFile, matching.ByPayer), 1},
		"two cases of one person side by side":   {line(1_00, "erika mustermann", ""), twin, 0},
		"and the sum says which":                 {line(100_00, "erika mustermann", ""), twin, 1},
		"invoice alone":                          {line(1_00, "nachbarin", ""), one(matching.ByInvoice), 0},
		"invoice and name":                       {line(1_00, "erika mustermann", ""), one(matching.ByInvoice), 1},
		"account known alone":                    {line(1_00, "", ""), one(matching.ByPayer), 0},
		"account known and name":                 {line(1_00, "erika mustermann", ""), one(matching.ByPayer), 0},
		"account known, name and sum":            {line(100_00, "erika mustermann", ""), one(matching.ByPayer), 1},
		"account known, family name and sum":     {line(100_00, "otto mustermann", ""), one(matching.ByPayer), 0},
		"slip, name and sum":                     {line(100_00, "erika mustermann", ""), one(matching.ByTypo), 0},
		"name and sum":                           {line(100_00, "erika mustermann", ""), one(matching.ByName), 0},
		"a case that takes no money":             {line(100_00, "erika mustermann", ""), closed, 0},
		"two references":                         {line(50_00, "", ""), two, 0},
		"two references and the sum of both":     {line(130_00, "", ""), two, 2},
		"two references and the sum of only one": {line(100_00, "", ""), two, 0},
	} {
		v := matching.Judge(c.line, c.from)
		if len(v.Parts) != c.booked || len(v.Suggestions) == 0 {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		debtor, words string
		want          matching.Likeness
	}{
		{"erika mustermann", "mustermann erika", matching.Full},
		{"erika mustermann", "e mustermann", matching.Full},
		{"erika mustermann", "dr erika mustermann und otto mustermann", matching.Full},
		{"erika mustermann", "erika mustermnan", matching.Full},
		{"erika mustermann", "otto mustermann", matching.Family},
		{"erika mustermann", "erika musterfrau", matching.None},
		{"anna lena schmidt", "anna schmidt", matching.Full},
		{"bo li", "li bo", matching.Full},
		{"bo li", "li", matching.None},
		{"huber bau gmbh", "huber bau", matching.Full},
		{"huber bau gmbh", "bau huber gmbh co kg", matching.Full},
		{"gmbh", "gmbh", matching.None},
		{"", "erika", matching.None},
		{"erika mustermann", "", matching.None},
	} {
		if got := matching.Alike(words(c.debtor), words(c.words)); got != c.want {
			t.Errorf("%q and %q: %d, want %d", c.debtor, c.words, got, c.want)
		}
	}
}

var ways = []matching.Way{matching.ByRF, matching.ByAnnounced, matching.ByOrder, matching.ByMandate, matching.ByFile, matching.ByInvoice, matching.ByPayer, matching.ByTypo, matching.ByName}

func drawCandidates(t *rapid.T) (matching.Line, []matching.Candidate) {
	name := rapid.SampledFrom([]string{"erika mustermann", "otto mustermann", "jana krueger", ""})
	amount := rapid.SampledFrom([]debt.Cents{10_00, 20_00, 30_00})
	l := matching.Line{Amount: amount.Draw(t, "amount"), Names: words(name.Draw(t, "payer")), Texts: words(name.Draw(t, "text"))}
	var list []matching.Candidate
	for i := range rapid.IntRange(0, 4).Draw(t, "n") {
		list = append(list, matching.Candidate{CaseID: debt.ID(rune('a' + i)), Ways: rapid.SliceOfNDistinct(rapid.SampledFrom(ways), 1, 3, rapid.ID).Draw(t, "ways"),
			Debtor: words(name.Draw(t, "debtor")), Owes: rapid.SliceOfN(amount, 0, 2).Draw(t, "owes"), Closed: rapid.Bool().Draw(t, "closed"), Twin: rapid.Bool().Draw(t, "twin")})
	}
	return l, list
}

// Whatever the candidates: what is booked is all that came, to open cases that are named each by
// a sign, and to one alone only if no other is near it.
func TestNothingIsBookedThatCouldBeAnothers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, list := drawCandidates(t)
		v := matching.Judge(l, list)
		shuffled := slices.Clone(list)
		rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		again := matching.Judge(l, shuffled)
		if !slices.EqualFunc(v.Suggestions, again.Suggestions, func(a, b matching.Suggestion) bool { return a.CaseID == b.CaseID && a.Score == b.Score }) {
			t.Fatalf("the order of candidates decides: %v %v", v, again)
		}
		for i, s := range v.Suggestions {
			if s.Score < 1 || s.Score > 100 || i > 0 && s.Score > v.Suggestions[i-1].Score || len(s.Reasons) == 0 {
				t.Fatalf("%+v", v.Suggestions)
			}
		}
		if len(v.Parts) == 0 {
			return
		}
		var sum debt.Cents
		for _, p := range v.Parts {
			sum += p.Amount
			c := list[slices.IndexFunc(list, func(c matching.Candidate) bool { return c.CaseID == p.CaseID })]
			only := func(w ...matching.Way) bool {
				return !slices.ContainsFunc(c.Ways, func(x matching.Way) bool { return !slices.Contains(w, x) })
			}
			if c.Closed || p.Amount <= 0 || only(matching.ByTypo, matching.ByName) {
				t.Fatalf("%+v", v)
			}
		}
		if sum != l.Amount {
			t.Fatalf("%s of %s", sum, l.Amount)
		}
		if len(v.Parts) == 1 && len(v.Suggestions) > 1 && v.Suggestions[1].Score > v.Suggestions[0].Score-matching.Margin {
			t.Fatalf("another is near: %+v", v)
		}
	})
}

func TestNeighboursAreOneSlipAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ref := rapid.StringMatching(`[0-9]{6,14}`).Draw(t, "ref")
		list := matching.Neighbours(ref)
		for _, n := range list {
			if !matching.Near(ref, n) || !matching.Near(n, ref) {
				t.Fatalf("%s %s", ref, n)
			}
		}
		i := rapid.IntRange(0, len(ref)-1).Draw(t, "at")
		if left := ref[:i] + ref[i+1:]; !slices.Contains(list, left) {
			t.Fatalf("%s is no neighbour of %s", left, ref)
		}
	})
	if matching.Neighbours("12345") != nil || matching.Near("abc", "abcde") || !matching.Near("abdc", "abcd") {
		t.Error("bounds")
	}
}
