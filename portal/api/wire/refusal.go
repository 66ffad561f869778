package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"quitt/debt"
)

// Refusal is everything that is wrong with a request, at once.
type Refusal struct {
	Status int
	Faults []Found
}

// Found is one fault and where it is.
type Found struct {
	Location string
	Err      *debt.Error
}

// Error names the rules that were broken, and nothing that was sent.
func (r *Refusal) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "refused with %d:", r.Status)
	for _, f := range r.Faults {
		b.WriteString(" " + f.Err.Key)
	}
	return b.String()
}

// Invalid refuses one value.
func Invalid(location string, err *debt.Error) *Refusal {
	return &Refusal{422, []Found{{location, err}}}
}

// mostFaults bounds a refusal: whoever has that many faults has one that explains them.
const mostFaults = 200

// refusal words what huma found. Its own sentences are English and may repeat what was sent,
// so each is replaced by one of ours.
func refusal(status int, errs []error) *Refusal {
	r := &Refusal{Status: status}
	for _, err := range errs[:min(len(errs), mostFaults)] {
		var at huma.ErrorDetailer
		if !errors.As(err, &at) {
			continue
		}
		d := at.ErrorDetail()
		f := Found{d.Location, rule(d.Message)}
		if name, ok := f.Err.Args["name"].(string); ok {
			f.Location += "." + name
		}
		r.Faults = append(r.Faults, f)
	}
	if len(r.Faults) == 0 {
		r.Faults = []Found{{"body", debt.E(debt.Invalid, "api_json_invalid", nil)}}
	}
	for i, f := range r.Faults {
		if f.Location = clip(f.Location); f.Location == "body" && f.Err.Key == "api_field_invalid" {
			f.Err = debt.E(debt.Invalid, "api_json_invalid", nil)
		}
		r.Faults[i] = f
	}
	return r
}

// clip keeps a location readable: an unknown field may be called anything.
func clip(location string) string {
	const most = 200
	location = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, location)
	if r := []rune(location); len(r) > most {
		return string(r[:most]) + "…"
	}
	return location
}

// rule finds ours for one of huma's.
func rule(message string) *debt.Error {
	args := func(format string) (string, bool) {
		head, tail, _ := strings.Cut(format, "%")
		_, tail, _ = strings.Cut(tail, " ")
		rest, ok := strings.CutPrefix(message, head)
		if tail != "" && ok {
			rest, ok = strings.CutSuffix(rest, " "+tail)
		}
		return rest, ok
	}
	if name, ok := args(validation.MsgExpectedRequiredProperty); ok {
		return debt.E(debt.Invalid, "api_field_missing", debt.Args{"name": name})
	}
	if least, ok := args(validation.MsgExpectedMinLength); ok {
		return debt.E(debt.Invalid, "api_field_short", debt.Args{"least": least})
	}
	if most, ok := args(validation.MsgExpectedMaxLength); ok {
		return debt.E(debt.Invalid, "api_field_long", debt.Args{"most": most})
	}
	if least, ok := args(validation.MsgExpectedMinimumNumber); ok {
		return debt.E(debt.Invalid, "api_field_small", debt.Args{"least": least})
	}
	if most, ok := args(validation.MsgExpectedMaximumNumber); ok {
		return debt.E(debt.Invalid, "api_field_large", debt.Args{"most": most})
	}
	if least, ok := args(validation.MsgExpectedMinItems); ok {
		return debt.E(debt.Invalid, "api_list_short", debt.Args{"least": least})
	}
	if most, ok := args(validation.MsgExpectedMaxItems); ok {
		return debt.E(debt.Invalid, "api_list_long", debt.Args{"most": most})
	}
	if words, ok := args(validation.MsgExpectedOneOf); ok {
		return debt.E(debt.Invalid, "api_field_word", debt.Args{"allowed": strings.Trim(words, `"`)})
	}
	if key := types[message]; key != nil {
		return key
	}
	return debt.E(debt.Invalid, "api_field_invalid", nil)
}

// types are the messages without a value.
var types = map[string]*debt.Error{
	validation.MsgUnexpectedProperty:   debt.E(debt.Invalid, "api_field_unknown", nil),
	"unknown query parameter":          debt.E(debt.Invalid, "api_field_unknown", nil),
	validation.MsgExpectedRFC3339Date:  debt.E(debt.Invalid, "api_field_date", nil),
	validation.MsgExpectedBase64String: debt.E(debt.Invalid, "api_field_base64", nil),
	validation.MsgExpectedBoolean:      debt.E(debt.Invalid, "api_field_boolean", nil),
	"invalid boolean":                  debt.E(debt.Invalid, "api_field_boolean", nil),
	validation.MsgExpectedNumber:       debt.E(debt.Invalid, "api_field_integer", nil),
	validation.MsgExpectedInteger:      debt.E(debt.Invalid, "api_field_integer", nil),
	"invalid integer":                  debt.E(debt.Invalid, "api_field_integer", nil),
	validation.MsgExpectedString:       debt.E(debt.Invalid, "api_field_string", nil),
	validation.MsgExpectedArray:        debt.E(debt.Invalid, "api_field_array", nil),
	validation.MsgExpectedObject:       debt.E(debt.Invalid, "api_field_object", nil),
}

func isRefusal(err error) bool {
	var r *Refusal
	return errors.As(err, &r)
}

// null gives the place of the first null of a body, "" without one: the description allows none,
// and huma takes one for a field that was left out.
func null(body []byte) string {
	var v any
	if !bytes.Contains(body, []byte("null")) || json.Unmarshal(body, &v) != nil {
		return ""
	}
	return nullIn(v, "body")
}

func nullIn(v any, at string) string {
	switch x := v.(type) {
	case nil:
		return at
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(x)) {
			if found := nullIn(x[name], at+"."+name); found != "" {
				return found
			}
		}
	case []any:
		for i, item := range x {
			if found := nullIn(item, at+"["+strconv.Itoa(i)+"]"); found != "" {
				return found
			}
		}
	}
	return ""
}
