package books

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Object is one object of the API as it is answered. Keys that begin with "_" are notes of
// the sandbox: exported with the state, never shown to a client. Values are string, int64,
// bool, nil, Object and []any.
type Object map[string]any

// ID of the object.
func (o Object) ID() string { return o.Str("id") }

// Str gives a string field, "" when it is null or something else.
func (o Object) Str(key string) string { s, _ := o[key].(string); return s }

// Num gives a number, 0 when it is null or something else.
func (o Object) Num(key string) int64 { n, _ := o[key].(int64); return n }

// Flag gives a boolean, false when it is null or something else.
func (o Object) Flag(key string) bool { b, _ := o[key].(bool); return b }

// Sub gives a nested object; reading a nil one is harmless.
func (o Object) Sub(key string) Object { s, _ := o[key].(Object); return s }

// Strs gives the strings of a list.
func (o Object) Strs(key string) []string {
	items, _ := o[key].([]any)
	var out []string
	for _, item := range items {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// Nulls adds the named fields, as null where the object has none: the schema wants them.
func (o Object) Nulls(fields string) Object {
	for _, f := range strings.Fields(fields) {
		if _, has := o[f]; !has {
			o[f] = nil
		}
	}
	return o
}

// Clone copies all that a client may see.
func (o Object) Clone() Object {
	out := make(Object, len(o))
	for k, v := range o {
		if !strings.HasPrefix(k, "_") {
			out[k] = CloneValue(v)
		}
	}
	return out
}

// CloneValue copies one value likewise.
func CloneValue(v any) any {
	switch v := v.(type) {
	case Object:
		if v == nil {
			return nil
		}
		return v.Clone()
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = CloneValue(v[i])
		}
		return out
	}
	return v
}

// Try changes a copy and takes it over when nothing was wrong: an update that is refused
// leaves the object as it was.
func (o Object) Try(change func(next Object) *Error) *Error {
	next := maps.Clone(o)
	if err := change(next); err != nil {
		return err
	}
	maps.Copy(o, next)
	return nil
}

// OrNull gives null for the empty string.
func OrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Anys makes a list of strings one of values.
func Anys(items []string) []any {
	out := make([]any, len(items))
	for i, s := range items {
		out[i] = s
	}
	return out
}

// Form is a decoded form body: a leaf is a string, a[b] and a[0] are Forms.
type Form map[string]any

// Has reports whether the key was sent at all.
func (f Form) Has(key string) bool { _, ok := f[key]; return ok }

// Str gives a leaf, "" when there is none.
func (f Form) Str(key string) string { s, _ := f[key].(string); return s }

// Sub gives what is nested under key; reading a nil one is harmless.
func (f Form) Sub(key string) Form { s, _ := f[key].(Form); return s }

// Subs gives the elements of a list of nested forms, by index.
func (f Form) Subs(key string) []Form {
	nested := f.Sub(key)
	var out []Form
	for _, k := range nested.indexes() {
		if s, ok := nested[k].(Form); ok {
			out = append(out, s)
		}
	}
	return out
}

// Strs gives the elements of a list of leaves, by index.
func (f Form) Strs(key string) []string {
	nested := f.Sub(key)
	var out []string
	for _, k := range nested.indexes() {
		if s, ok := nested[k].(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func (f Form) indexes() []string {
	return slices.SortedFunc(maps.Keys(f), func(a, b string) int {
		x, _ := strconv.Atoi(a)
		y, _ := strconv.Atoi(b)
		return x - y
	})
}

// Bool gives a leaf that is "true".
func (f Form) Bool(key string) bool { return f.Str(key) == "true" }

// Integer reads a whole number; path is how the error names it.
func (f Form) Integer(key, path string) (int64, *Error) {
	n, err := strconv.ParseInt(f.Str(key), 10, 64)
	if err != nil {
		return 0, Invalid(path, "parameter_invalid_integer", "Invalid integer: %s", Clip(f.Str(key)))
	}
	return n, nil
}

// Clip keeps an error from repeating a whole body.
func Clip(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}

// CopyInto writes the named leaves into the object; an empty one becomes null.
func (f Form) CopyInto(o Object, keys ...string) {
	for _, k := range keys {
		if f.Has(k) {
			o[k] = OrNull(f.Str(k))
		}
	}
}

// The limits of metadata.
const (
	maxMetadata, maxMetadataKey, maxMetadataValue = 50, 40, 500
)

// Metadata merges what was sent into what is there: "" deletes a key, and metadata="" all.
func (f Form) Metadata(old Object) (Object, *Error) {
	if f.Has("metadata") && f.Sub("metadata") == nil {
		return Object{}, nil
	}
	out := maps.Clone(old)
	if out == nil {
		out = Object{}
	}
	for k, v := range f.Sub("metadata") {
		value, leaf := v.(string)
		switch {
		case !leaf:
			return nil, Invalid("metadata["+Clip(k)+"]", "", "Invalid string: metadata values are strings.")
		case len([]rune(k)) > maxMetadataKey:
			return nil, Invalid("metadata", "", "Metadata keys must be at most %d characters long.", maxMetadataKey)
		case len([]rune(value)) > maxMetadataValue:
			return nil, Invalid("metadata["+k+"]", "", "Metadata values must be at most %d characters long.", maxMetadataValue)
		case value == "":
			delete(out, k)
		default:
			out[k] = value
		}
	}
	if len(out) > maxMetadata {
		return nil, Invalid("metadata", "", "Metadata can have at most %d keys.", maxMetadata)
	}
	return out, nil
}
