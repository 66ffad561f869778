package checkout

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

//go:embed de.json
var german []byte

//go:embed en.json
var english []byte

var catalogues = sync.OnceValue(func() map[string]map[string]string {
	out := map[string]map[string]string{}
	for lang, source := range map[string][]byte{"de": german, "en": english} {
		var texts map[string]string
		if err := json.Unmarshal(source, &texts); err != nil {
			panic("checkout: " + lang + ": " + err.Error()) // a broken build
		}
		out[lang] = texts
	}
	return out
})

// say gives a sentence with its {places} filled: name, value, name, value. A key without a
// sentence is an error of the program.
func say(lang, key string, pairs ...string) (string, error) {
	text, ok := catalogues()[lang][key]
	if !ok {
		return "", fmt.Errorf("no sentence %q in %q", key, lang)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		pairs[i] = "{" + pairs[i] + "}"
	}
	return strings.NewReplacer(pairs...).Replace(text), nil
}

// Language chooses the language of a page: by the session's locale, or for "auto" and none
// by what the browser prefers. German and English are there; who wants another gets English.
func Language(locale, acceptLanguage string) string {
	if locale == "" || locale == "auto" {
		locale, _, _ = strings.Cut(acceptLanguage, ",") // browsers list them by preference
		locale, _, _ = strings.Cut(locale, ";")
		if locale = strings.TrimSpace(locale); locale == "" || locale == "*" {
			return "de"
		}
	}
	if tag, _, _ := strings.Cut(strings.ToLower(locale), "-"); tag == "de" {
		return "de"
	}
	return "en"
}

// amount writes 123456 eur as 1.234,56 € or €1,234.56.
func amount(lang string, cents int64, currency string) string {
	sign := ""
	units := uint64(cents) // two's complement: also right for the least of all
	if cents < 0 {
		sign, units = "−", -units
	}
	whole, point, group := fmt.Sprint(units/100), ",", "."
	if lang == "en" {
		point, group = ".", ","
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + group + whole[i:]
	}
	number := fmt.Sprintf("%s%s%02d", whole, point, units%100)
	switch code := strings.ToUpper(currency); {
	case code != "EUR":
		return sign + number + "\u00a0" + code
	case lang == "en":
		return sign + "€" + number
	}
	return sign + number + "\u00a0€"
}
