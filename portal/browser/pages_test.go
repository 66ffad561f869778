package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

var languages = []string{"de", "en", "ar"}

// sample is one page in one state, served by quitt pages with data made for looking at.
type sample struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

func (s sample) in(language string) string {
	join := "?"
	if strings.Contains(s.Path, "?") {
		join = "&"
	}
	return s.Path + join + "lang=" + language
}

// gallery starts quitt pages and gives its address and what it has to show.
func gallery(t *testing.T) (address string, samples []sample) {
	t.Helper()
	address = start(t, command(t, nil, "pages", "--listen", "127.0.0.1:0")).url
	response, err := http.Get(address + "/index.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }() // read to its end
	if err := json.NewDecoder(response.Body).Decode(&samples); err != nil {
		t.Fatal(err)
	}
	if len(samples) < 10 {
		t.Fatalf("quitt pages shows only %d samples", len(samples))
	}
	return address, samples
}

// TestEveryPageIsFitForEverybody looks at every sample in every language it has: accessibility
// rules in light and dark, targets, keyboard, a screen of 320 pixels, and nothing going
// wrong behind the page's back.
func TestEveryPageIsFitForEverybody(t *testing.T) {
	t.Parallel()
	address, samples := gallery(t)
	type job struct {
		sample
		language string
	}
	jobs := make(chan job, len(samples)*len(languages))
	for _, s := range samples {
		for _, language := range languages {
			jobs <- job{s, language}
		}
	}
	close(jobs)
	for i := range tabs {
		t.Run(fmt.Sprintf("tab %d", i+1), func(t *testing.T) {
			t.Parallel()
			b := open(t, address)
			b.warm(address, samples[0])
			for j := range jobs {
				for _, finding := range b.every(address+j.in(j.language), j.language) {
					t.Errorf("%s %s: %s", j.Name, j.language, finding)
				}
			}
		})
	}
}

// warm lets the browser get the fonts: they are optional, and a first visit may do without.
func (b *tab) warm(address string, s sample) {
	b.Helper()
	for _, language := range languages {
		b.visit(address + s.in(language))
		ask[bool](b, "document.fonts.ready.then(() => true)")
	}
}

// every runs the checks in a language. A page without Arabic is the English one again, which
// has a turn of its own.
func (b *tab) every(address, language string) (found []string) {
	b.Helper()
	b.visit(address)
	found = b.spoken(language)
	if language == "ar" && ask[string](b, "document.documentElement.lang") == "en" {
		return append(found, b.unseen()...)
	}
	return append(found, b.checks()...)
}

// spoken checks the language of a page. What is not translated is shown in English as a
// whole, never sentence by sentence.
func (b *tab) spoken(language string) []string {
	b.Helper()
	if language == "ar" && ask[string](b, "document.documentElement.lang") == "en" {
		return b.direction("en")
	}
	return b.direction(language)
}

// direction checks what screen readers and browsers go by.
func (b *tab) direction(language string) (found []string) {
	b.Helper()
	want := "ltr"
	if language == "ar" {
		want = "rtl"
	}
	if got := ask[string](b, "getComputedStyle(document.body).direction"); got != want {
		found = append(found, "is written "+got)
	}
	if got := ask[string](b, "document.documentElement.lang"); got != language {
		found = append(found, "says it is in "+got)
	}
	return found
}

// tabs look at pages at the same time.
const tabs = 2

// named gives the sample of that name.
func named(t *testing.T, samples []sample, name string) sample {
	t.Helper()
	i := slices.IndexFunc(samples, func(s sample) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("quitt pages has no sample %q", name)
	}
	return samples[i]
}
