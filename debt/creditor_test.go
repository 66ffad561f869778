package debt

import "testing"

func TestParseAccent(t *testing.T) {
	for in, want := range map[string]string{"": "", "#0B5C5C": "#0b5c5c", " #1f4e8c ": "#1f4e8c"} {
		if got, err := ParseAccent(in); err != nil || got != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"0b5c5c", "#0b5c5", "#0b5c5cc", "#gggggg", "red", "#+12345", "#-12345"} {
		if got, err := ParseAccent(in); err == nil {
			t.Errorf("%q is taken for %q", in, got)
		}
	}
}
