package sheet

import "testing"

func TestOnlyReferencesAreRenumbered(t *testing.T) {
	numbers := []int{0, 101, 102, 103}
	for in, want := range map[string]string{
		"<</Parent 1 0 R/Kids [2 0 R 3 0 R]>>":       "<</Parent 101 0 R/Kids [102 0 R 103 0 R]>>",
		"<</W [ 1 2 3 0 0 ]/N 1 0 RG>>":              "<</W [ 1 2 3 0 0 ]/N 1 0 RG>>",
		"<</Title (see 1 0 R) /A 1 0 R>>":            "<</Title (see 1 0 R) /A 101 0 R>>",
		"<</Title (a \\) 1 0 R (2 0 R)) /A 1 0 R>>":  "<</Title (a \\) 1 0 R (2 0 R)) /A 101 0 R>>",
		"<</ID <31 0 R> /F1 1 0 R>>":                 "<</ID <31 0 R> /F1 101 0 R>>",
		"<</L 3 0 R>>\nstream\n1 0 R (\nendstream":   "<</L 103 0 R>>\nstream\n1 0 R (\nendstream",
		"<</F947e17 2 0 R\n/Streams 1\n/X1 0 /R R>>": "<</F947e17 102 0 R\n/Streams 1\n/X1 0 /R R>>",
		"<</Open (never ends 1 0 R":                  "<</Open (never ends 1 0 R",
		"<</Open <31 0 R":                            "<</Open <31 0 R",
		"<</Real 1.5 /Neg -1 0 R /A 1 0 R>>":         "<</Real 1.5 /Neg -1 0 R /A 101 0 R>>",
	} {
		got, err := renumber(nil, []byte(in), numbers)
		if err != nil || string(got) != want {
			t.Errorf("%s\nbecame %s\nwant   %s (%v)", in, got, want, err)
		}
	}
	for _, in := range []string{"<</A 4 0 R>>", "<</A 0 0 R>>", "<</A 99999999999999999999 0 R>>"} {
		if _, err := renumber(nil, []byte(in), numbers); err == nil {
			t.Errorf("%s was taken", in)
		}
	}
}
