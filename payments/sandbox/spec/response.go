package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CheckResponse judges the body of an answer: a 200 by the operation, every other status as
// an error object. It gives one line for each fault, where it stands and what was expected;
// the values themselves are left out. None is a good answer.
func (s *Spec) CheckResponse(method, path string, status int, body []byte) []string {
	if status != http.StatusOK {
		return s.CheckObject("error", body)
	}
	op, ok := s.find(method, path)
	if !ok {
		return []string{method + " " + path + ": not in the description"}
	}
	return op.response.judge(body)
}

// CheckObject judges one object by its kind: "payment_intent", "checkout.session", and so on,
// or "event" with the object inside. The lines are as in CheckResponse.
func (s *Spec) CheckObject(kind string, body []byte) []string {
	sch := s.schemas[kind]
	if sch == nil {
		return []string{kind + ": no such object in the description"}
	}
	return sch.judge(body)
}

// judge gives the faults of a whole body.
func (s *schema) judge(body []byte) []string {
	value, err := decode(body)
	if err != nil {
		return []string{"no JSON: " + err.Error()}
	}
	return s.faults(value, nil)
}

// decode keeps numbers as they were written: 1.0 is no integer.
func decode(body []byte) (value any, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the value")
	}
	return value, nil
}

// faults lists what is wrong with one value and all below it.
func (s *schema) faults(value any, at *place) []string {
	switch {
	case value == nil:
		if s.Nullable || s.Type == "" && len(s.AnyOf) == 0 || slices.ContainsFunc(s.AnyOf, func(a *schema) bool { return a.Nullable }) {
			return nil
		}
		return fault(at, "null, where %s is expected", s.expected())
	case len(s.AnyOf) > 0:
		return s.faultsOfAny(value, at)
	}
	switch v := value.(type) {
	case map[string]any:
		if s.Type == "object" {
			return s.faultsOfObject(v, at)
		}
	case []any:
		if s.Type == "array" {
			return s.faultsOfArray(v, at)
		}
	case string:
		if s.Type == "string" {
			return s.faultsOfText(v, at)
		}
	case json.Number:
		if s.Type == "integer" && integer(v.String()) || s.Type == "number" {
			return nil
		}
	case bool:
		if s.Type == "boolean" {
			return s.faultsOfText(strconv.FormatBool(v), at)
		}
	}
	if s.Type == "" {
		return nil
	}
	return fault(at, "%s, where %s is expected", nameOf(value), s.expected())
}

// faultsOfObject counts a property that is not described as a fault: a client written for
// the real service would never see it, and a test that relies on it would prove nothing.
func (s *schema) faultsOfObject(v map[string]any, at *place) (out []string) {
	if s.open() {
		return nil
	}
	for _, name := range s.Required {
		if _, ok := v[name]; !ok {
			out = append(out, fault(&place{at, name}, "missing")...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		where := &place{at, name}
		if sub := s.property(name); sub != nil {
			out = append(out, sub.faults(v[name], where)...)
		} else {
			out = append(out, fault(where, "not in the description")...)
		}
	}
	return out
}

func (s *schema) faultsOfArray(v []any, at *place) (out []string) {
	for i, item := range v {
		out = append(out, s.Items.faults(item, &place{at, strconv.Itoa(i)})...)
	}
	return out
}

func (s *schema) faultsOfText(v string, at *place) []string {
	switch {
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, v):
		return fault(at, "not one of %s", strings.Join(s.Enum, ", "))
	case s.MaxLength > 0 && len(v) > s.MaxLength && utf8.RuneCountInString(v) > s.MaxLength:
		return fault(at, "longer than %d characters", s.MaxLength)
	case s.Format == "decimal" && !decimal(v):
		return fault(at, "no decimal number")
	}
	return nil
}

// faultsOfAny judges an object by the alternatives that bear its name (an id or the object
// itself, a card or a bank account, a customer or a deleted one), and everything else by
// all. The alternative with the fewest faults is what was meant.
func (s *schema) faultsOfAny(value any, at *place) []string {
	var least []string
	found := false
	for _, alternative := range s.AnyOf {
		if object, ok := value.(map[string]any); ok && !alternative.named(object["object"]) {
			continue
		}
		faults := alternative.faults(value, at)
		if len(faults) == 0 {
			return nil
		}
		if !found || len(faults) < len(least) {
			least, found = faults, true
		}
	}
	if !found {
		return fault(at, "%s, where %s is expected", nameOf(value), s.expected())
	}
	return least
}

// named reports whether an object with this "object" property may be described by s.
func (s *schema) named(name any) bool {
	if s.Type != "object" {
		return false
	}
	want := s.Properties["object"]
	if want == nil || len(want.Enum) == 0 {
		return true
	}
	given, ok := name.(string)
	return ok && slices.Contains(want.Enum, given)
}

// expected says in a few words what a value should have been.
func (s *schema) expected() string {
	if len(s.AnyOf) == 0 {
		if of := s.Properties["object"]; of != nil && len(of.Enum) == 1 {
			return of.Enum[0]
		}
		return typeName(s)
	}
	var list []string
	for _, alternative := range s.AnyOf {
		list = append(list, alternative.expected())
	}
	return strings.Join(list, " or ")
}

// nameOf says what a value is without saying what is in it.
func nameOf(value any) string {
	switch v := value.(type) {
	case map[string]any:
		if name, ok := v["object"].(string); ok && len(name) < 40 {
			return "object " + strconv.Quote(name)
		}
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case json.Number:
		return "number"
	case bool:
		return "boolean"
	}
	return "null"
}

// fault is one line, as a list: most values have none or one.
func fault(at *place, format string, args ...any) []string {
	where := at.String()
	if where == "" {
		where = "body"
	}
	return []string{where + ": " + fmt.Sprintf(format, args...)}
}
