package sandbox

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quitt/payments/sandbox/world"
)

func TestAFormNests(t *testing.T) {
	type form = world.Form
	cases := []struct {
		body string
		want form // nil is refused
	}{
		{"a=1&b=2", form{"a": "1", "b": "2"}},
		{"a[b][c]=1&a[b][d]=2", form{"a": form{"b": form{"c": "1", "d": "2"}}}},
		{"a[0][b]=1&a[1][b]=2", form{"a": form{"0": form{"b": "1"}, "1": form{"b": "2"}}}},
		{"expand[]=x&expand[]=y", form{"expand": form{"0": "x", "1": "y"}}},
		{"a=", form{"a": ""}},
		{"", form{}},
		{"a=1&a[b]=2", nil},
		{"a[b]=2&a[b][c]=1", nil},
		{"a[b=1", nil},
		{"a[b]c=1", nil},
		{"[a]=1", nil},
		{"a]=1", nil},
		{"a[b[c]]=1", nil},
		{"a[1][2][3][4][5][6][7]=1", form{"a": form{"1": form{"2": form{"3": form{"4": form{"5": form{"6": form{"7": "1"}}}}}}}}},
		{"a[1][2][3][4][5][6][7][8]=1", nil},
	}
	for _, c := range cases {
		values, err := url.ParseQuery(c.body)
		if err != nil {
			t.Fatal(err)
		}
		got, refused := parseForm(values)
		if diff := cmp.Diff(c.want, got); diff != "" || (refused != nil) != (c.want == nil) {
			t.Errorf("%s: %v %s", c.body, refused, diff)
		}
	}
}

func FuzzParseForm(f *testing.F) {
	for _, s := range []string{"a=1", "a[b][c]=1&a[0]=2", "expand[]=x&expand[]=y", "a[b=1", "a=1&a[b]=2", "a[][][]=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		values, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		form, refused := parseForm(values)
		if refused != nil {
			return
		}
		var leaves func(world.Form, int) int
		leaves = func(f world.Form, depth int) (n int) {
			if depth > maxDepth {
				t.Fatal("deeper than allowed")
			}
			for _, v := range f {
				if sub, ok := v.(world.Form); ok {
					n += leaves(sub, depth+1)
				} else {
					n++
				}
			}
			return n
		}
		sent := 0
		for _, v := range values {
			sent += len(v)
		}
		if n := leaves(form, 1); n > sent || sent > 0 && n == 0 {
			t.Fatalf("%d leaves of %d values", n, sent)
		}
	})
}
