package spec

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Problem is why a request is refused, in the fields and words of Stripe's error object. The
// type is always invalid_request_error; Code is "" where Stripe gives none.
type Problem struct {
	Code, Param, Message string
}

// Error makes a problem an error for callers that have nothing better; the sandbox answers
// with its fields.
func (p *Problem) Error() string { return p.Message }

// Stripe's bounds on metadata, which the description does not have.
const (
	metadataKeys  = 50
	metadataKey   = 40  // characters
	metadataValue = 500 // characters
)

// CheckParams judges the parameters of a request, those of the query and those of the body in
// one form; nil if there is nothing to say. The path is the request's, with ids in it; one
// that is not served is a problem without Param, and a 404 where all others are a 400.
func (s *Spec) CheckParams(method, path string, form url.Values) *Problem {
	op, ok := s.find(method, path)
	if !ok {
		return &Problem{Message: fmt.Sprintf("Unrecognized request URL (%s: %s). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.", method, path)}
	}
	given := tree(form)
	if p := op.params.check(given, nil); p != nil {
		return p
	}
	return op.checkExpand(given)
}

// check judges one value and all below it.
func (s *schema) check(n *node, at *place) *Problem {
	switch {
	case n.has && n.kids != nil: // a=1&a[b]=2
		return invalid(at, "Invalid %s", typeName(s))
	case len(s.AnyOf) > 0:
		return s.checkAny(n, at)
	case s.Type == "object":
		return s.checkObject(n, at)
	case s.Type == "array":
		return s.checkArray(n, at)
	case n.kids != nil:
		return invalid(at, "Invalid %s", typeName(s))
	}
	return s.checkText(n.text, at)
}

// checkAny takes the value that any alternative takes. The refusal is the first one's that
// is of the same shape: a table is no misspelt text.
func (s *schema) checkAny(n *node, at *place) *Problem {
	var first *Problem
	for _, alternative := range s.AnyOf {
		p := alternative.check(n, at)
		if p == nil {
			return nil
		}
		if first == nil && alternative.nested() == (n.kids != nil) && !alternative.unsets() {
			first = p
		}
	}
	if first == nil {
		first = s.AnyOf[0].check(n, at)
	}
	return first
}

// nested values come in brackets, all others as one text.
func (s *schema) nested() bool { return s.Type == "object" || s.Type == "array" }

// unsets: the alternative that an empty text takes a value away.
func (s *schema) unsets() bool { return len(s.Enum) == 1 && s.Enum[0] == "" }

// checkObject names what is unknown before what is missing, as the real service does: a
// missing parameter is often a misspelt one.
func (s *schema) checkObject(n *node, at *place) *Problem {
	if n.has {
		return invalid(at, "Invalid object")
	}
	var unknown []string
	names := n.names()
	for _, name := range names {
		if s.property(name) == nil && !s.open() {
			unknown = append(unknown, (&place{at, name}).String())
		}
	}
	if len(unknown) > 0 {
		return unknownParams(unknown)
	}
	for _, name := range s.Required {
		if n.kids[name] == nil {
			where := (&place{at, name}).String()
			return &Problem{"parameter_missing", where, "Missing required param: " + where + "."}
		}
	}
	if at != nil && at.name == "metadata" {
		return s.checkMetadata(n, at)
	}
	for _, name := range names {
		where := &place{at, name}
		kid, sub := n.kids[name], s.property(name)
		if sub == nil {
			continue
		}
		if kid.has && kid.text == "" && sub.Type == "string" && slices.Contains(s.Required, name) {
			return empty(where)
		}
		if p := sub.check(kid, where); p != nil {
			return p
		}
	}
	return nil
}

// unknownParams names all of one level at once; Param can only hold the first.
func unknownParams(names []string) *Problem {
	what := "parameter"
	if len(names) > 1 {
		what = "parameters"
	}
	return &Problem{"parameter_unknown", names[0], "Received unknown " + what + ": " + strings.Join(names, ", ")}
}

// checkMetadata stands in for the description, which says "any key, any text". An empty text
// takes a key away and is as good as any.
func (s *schema) checkMetadata(n *node, at *place) *Problem {
	if len(n.kids) > metadataKeys {
		return invalid(at, "Metadata can have at most %d keys", metadataKeys)
	}
	for _, name := range n.names() {
		where := &place{at, name}
		kid := n.kids[name]
		switch {
		case kid.kids != nil:
			return invalid(where, "Metadata values must be strings")
		case utf8.RuneCountInString(name) > metadataKey:
			return invalid(where, "Metadata keys can be at most %d characters long", metadataKey)
		}
		if p := tooLong(kid.text, metadataValue, where); p != nil {
			return p
		}
	}
	return nil
}

// checkArray takes a[0], a[1] and also gaps between them, as the real service does.
func (s *schema) checkArray(n *node, at *place) *Problem {
	if n.has {
		return invalid(at, "Invalid array")
	}
	for _, name := range n.names() {
		if !number(name) {
			return invalid(at, "Invalid array")
		}
		if p := s.Items.check(n.kids[name], &place{at, name}); p != nil {
			return p
		}
	}
	return nil
}

// checkText judges a text by type and choices. An empty plain text passes here: whether it
// takes a value away or is missing is known one level up, where it may be required.
func (s *schema) checkText(text string, at *place) *Problem {
	if text == "" && !slices.Contains(s.Enum, "") && (s.Type != "string" || len(s.Enum) > 0) {
		return empty(at)
	}
	switch {
	case s.Type == "integer" && !integer(text):
		return &Problem{"parameter_invalid_integer", at.String(), "Invalid integer: " + text}
	case s.Type == "boolean" && text != "true" && text != "false":
		return invalid(at, "Invalid boolean: %s", text)
	case (s.Type == "number" || s.Format == "decimal") && !decimal(text):
		return invalid(at, "Invalid decimal: %s", text)
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, text):
		return invalid(at, "Invalid %s: must be one of %s", at, choices(s.Enum))
	}
	return tooLong(text, s.MaxLength, at)
}

// tooLong counts characters, not bytes, and repeats only the two ends of what was sent.
func tooLong(text string, bound int, at *place) *Problem {
	if bound == 0 || len(text) <= bound || utf8.RuneCountInString(text) <= bound {
		return nil
	}
	runes := []rune(text)
	short := text
	if len(runes) > 8 {
		short = string(runes[:4]) + "..." + string(runes[len(runes)-4:])
	}
	return invalid(at, "Invalid string: %s; must be at most %d characters", short, bound)
}

// empty words a refusal that the real service explains at length, because most SDKs send ""
// for a value somebody forgot to set.
func empty(at *place) *Problem {
	return &Problem{"parameter_invalid_empty", at.String(), fmt.Sprintf("You passed an empty string for '%[1]s'. We assume empty values are an attempt to unset a field; however '%[1]s' cannot be unset. You should remove '%[1]s' from your request or supply a non-empty value.", at)}
}

// invalid is for what Stripe gives no code for.
func invalid(at *place, format string, args ...any) *Problem {
	return &Problem{Param: at.String(), Message: fmt.Sprintf(format, args...)}
}

// typeName is the word for what should have been there.
func typeName(s *schema) string {
	if s.Type == "" {
		return "value"
	}
	return s.Type
}

// choices joins as Stripe does: a or b; a, b, or c.
func choices(enum []string) string {
	var list []string
	for _, e := range enum {
		if e != "" {
			list = append(list, e)
		}
	}
	switch n := len(list); n {
	case 0:
		return "\"\""
	case 1, 2:
		return strings.Join(list, " or ")
	default:
		return strings.Join(list[:n-1], ", ") + ", or " + list[n-1]
	}
}

// integer takes what fits into 64 bits with certainty: no real amount or instant has more
// than eighteen digits.
func integer(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	return digits != "" && len(digits) <= 18 && strings.Trim(digits, "0123456789") == ""
}

// decimal is what Stripe calls amounts with fractions of a cent; never read as a number here.
func decimal(text string) bool {
	whole, fraction, point := strings.Cut(text, ".")
	return integer(whole) && (!point || fraction != "" && strings.Trim(fraction, "0123456789") == "")
}
