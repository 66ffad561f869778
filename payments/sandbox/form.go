package sandbox

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"quitt/payments/sandbox/world"
)

// The bounds of a form: deeper or longer than any the API knows.
const (
	maxDepth  = 8
	maxFields = 2000
)

// parseForm nests the fields of a form: a[b][c]=1 and a[0][b]=1, with a[]=1 for the next
// free place of a list.
func parseForm(values url.Values) (world.Form, *world.Error) {
	out := world.Form{}
	if len(values) > maxFields {
		return nil, badForm("the request has too many parameters")
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		path, ok := splitKey(key)
		if !ok {
			return nil, badForm("a parameter's name is not well formed")
		}
		for i, value := range values[key] {
			if err := place(out, path, value, i); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// badForm refuses a request whose parameters cannot be told apart.
func badForm(why string) *world.Error {
	return &world.Error{Status: 400, Type: "invalid_request_error", Message: "Invalid request: " + why + "."}
}

// splitKey takes a[b][] apart into a, b and "".
func splitKey(key string) ([]string, bool) {
	head, rest, nested := strings.Cut(key, "[")
	if head == "" || strings.Contains(head, "]") {
		return nil, false
	}
	path := []string{head}
	for nested {
		part, after, closed := strings.Cut(rest, "]")
		if !closed || strings.Contains(part, "[") || len(path) == maxDepth {
			return nil, false
		}
		path = append(path, part)
		if after == "" {
			return path, true
		}
		if after[0] != '[' {
			return nil, false
		}
		rest = after[1:]
	}
	return path, true
}

// place puts a value where its path says; n is the place for an empty index.
func place(f world.Form, path []string, value string, n int) *world.Error {
	for i, part := range path {
		if part == "" {
			part = strconv.Itoa(n)
		}
		if i == len(path)-1 {
			if _, taken := f[part].(world.Form); taken {
				return badForm("a parameter is both a value and a list of values")
			}
			f[part] = value
			return nil
		}
		next, ok := f[part].(world.Form)
		if !ok {
			if f.Has(part) {
				return badForm("a parameter is both a value and a list of values")
			}
			next = world.Form{}
			f[part] = next
		}
		f = next
	}
	return nil
}
