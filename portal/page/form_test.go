package page

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
)

func TestAFormWithinItsBoundsIsRead(t *testing.T) {
	v, err := parseForm([]byte("code=ABCD+1234&check=M%C3%BCller&empty=&bare&code=second&&"))
	if err != nil {
		t.Fatal(err)
	}
	if v.Get("code") != "ABCD 1234" || v.Get("check") != "Müller" || v.Get("empty") != "" || v.Get("absent") != "" || len(v["code"]) != 2 {
		t.Errorf("%q", v)
	}
}

func TestAFormBeyondItsBoundsIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		body string
		code int
	}{
		"a million keys":      {strings.Repeat("a&", 1_000_000), 413},
		"one field too many":  {strings.Repeat("a=1&", maxFields) + "a=1", 413},
		"a long value":        {"a=" + strings.Repeat("x", maxValue+1), 413},
		"a long encoded one":  {"a=" + strings.Repeat("%41", maxValue+1), 413},
		"a long name":         {strings.Repeat("x", maxValue+1) + "=1", 413},
		"a broken escape":     {"a=%zz", 400},
		"a broken name":       {"%f=1", 400},
		"a NUL":               {"a=%00", 400},
		"broken UTF-8":        {"a=%ff", 400},
		"a raw broken letter": {"a=\xff", 400},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseForm([]byte(tc.body))
			var e *fiber.Error
			if !errors.As(err, &e) || e.Code != tc.code {
				t.Errorf("got %v, want %d", err, tc.code)
			}
		})
	}
	if _, err := parseForm([]byte("a=" + strings.Repeat("%41", maxValue))); err != nil {
		t.Errorf("a value at its bound: %v", err)
	}
	if _, err := parseForm([]byte(strings.Repeat("a=1&", maxFields-1) + "a=1")); err != nil {
		t.Errorf("as many fields as there may be: %v", err)
	}
}

func TestOnlyOneContentTypeIsAForm(t *testing.T) {
	for header, want := range map[string]bool{
		"application/x-www-form-urlencoded":                true,
		"application/x-www-form-urlencoded; charset=UTF-8": true,
		"application/x-www-form-urlencoded; charset=utf-7": false,
		"multipart/form-data; boundary=x":                  false,
		"application/json":                                 false,
		"text/plain":                                       false,
		"":                                                 false,
		"application/x-www-form-urlencoded, application/json": false,
	} {
		if isForm(header) != want {
			t.Errorf("%q: %t", header, !want)
		}
	}
}

// FuzzForm holds whatever is accepted to the bounds, and to what net/url reads.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{"", "code=ABCD+1234&check=50667", "a=%00", "a=%ff", "&&=&", "a=1;b=2", strings.Repeat("a&", 70)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		v, err := parseForm(body)
		if err != nil {
			var e *fiber.Error
			if !errors.As(err, &e) {
				t.Fatalf("an error that becomes no page: %v", err)
			}
			return
		}
		n := 0
		for name, values := range v {
			for _, s := range append(values, name) {
				if len(s) > maxValue || !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
					t.Fatalf("accepted %q", s)
				}
			}
			n += len(values)
		}
		if n > maxFields {
			t.Fatalf("%d fields", n)
		}
		// url.ParseQuery refuses a semicolon, which browsers encode; otherwise both agree.
		want, err := url.ParseQuery(string(body))
		if err != nil {
			return
		}
		if want.Encode() != url.Values(v).Encode() {
			t.Fatalf("%q read as %q, want %q", body, v, want)
		}
	})
}
